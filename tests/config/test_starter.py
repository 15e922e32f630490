import tomllib
from collections import Counter
from pathlib import Path

import pytest

from config import reference
from config.load import check, default_text, load
from config.model import Settings
from config.starter import starter_text


def test_the_starter_file_changes_no_default() -> None:
    settings = check(starter_text(), None)

    assert settings.model_copy(update={"feeds": ()}) == Settings()


def test_the_starter_file_shows_every_setting() -> None:
    shown = tomllib.loads(starter_text())

    for name in Settings.model_fields:
        if name == "outlets":
            assert "# [[outlets]]" in starter_text()
        elif name != "feeds" and not name.endswith("_from"):
            assert set(shown[name]) == set(getattr(Settings(), name).model_dump())


def test_the_starter_file_explains_itself_in_short_lines() -> None:
    prose = [line for line in starter_text().splitlines() if not line.startswith("url = ")]

    assert max(map(len, prose)) <= 120
    assert not [line for line in prose if line != line.rstrip()]


def test_the_starter_file_has_the_feeds_of_the_built_in_settings(tmp_path: Path) -> None:
    path = tmp_path / "seedwatch.toml"
    path.write_text(starter_text(), encoding="utf-8")

    started = load(path, environ={}, cwd=tmp_path)
    builtin = load(None, environ={}, cwd=tmp_path / "elsewhere")

    assert started.settings.feeds == builtin.settings.feeds
    assert started.warnings == ()


@pytest.mark.parametrize(
    "host",
    [
        "rcinet.ca",
        "rt.com",
        "meduza.io",
        "ifex.org",
        "biometricupdate.com",
        "forbes.com",
        "dailydot.com",
        "news.google.com",
    ],
)
def test_the_built_in_feeds_ask_the_outlets_of_the_shipped_seeds(host: str) -> None:
    assert any(f"{host}/" in feed.url for feed in check(default_text(), None).feeds)


def test_the_built_in_feeds_have_distinct_names_and_say_language_and_kind() -> None:
    feeds = check(default_text(), None).feeds

    assert not [name for name, count in Counter(feed.name for feed in feeds).items() if count > 1]
    assert all(feed.tags[0] in {"en", "ru"} and len(feed.tags) > 1 for feed in feeds)
    assert all(feed.url.startswith("https://") for feed in feeds)


def test_the_reference_is_up_to_date() -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "settings.md"

    assert page.read_text(encoding="utf-8") == reference.settings_markdown()


def test_every_setting_is_described_with_an_example_that_holds() -> None:
    for name, field in Settings.model_fields.items():
        section = field.annotation
        keys = section.model_fields if hasattr(section, "model_fields") else {}
        for key, setting in keys.items():
            example = reference.written(setting, setting.examples[0])
            assert setting.description.endswith((".", ")"))
            assert check(f"[{name}]\n{key} = {example}", None) != Settings()
