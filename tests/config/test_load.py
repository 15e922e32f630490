import os
from pathlib import Path

import pytest

from config.errors import ConfigError
from config.load import load, missing_secrets
from config.model import Settings


def write(folder: Path, text: str, name: str = "seedwatch.toml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_defaults_are_as_documented() -> None:
    settings = Settings()

    assert str(settings.database.path) == "seedwatch.db"
    assert (settings.poll.concurrency, settings.poll.host_concurrency, settings.poll.max_body) == (64, 1, 15_000_000)
    assert settings.poll.interval.total_seconds() == 3600
    assert (settings.relevance.likely, settings.relevance.maybe) == (0.8, 0.4)
    assert settings.relevance.languages == ("en", "ru")
    assert settings.feeds == ()


def test_the_command_line_wins_over_the_environment_over_the_current_folder(tmp_path: Path) -> None:
    named, variable = write(tmp_path / "a", "", "n.toml"), write(tmp_path / "b", "", "v.toml")
    usual = write(tmp_path / "c", "")
    environ = {"SEEDWATCH_CONFIG": str(variable)}

    assert load(named, environ=environ, cwd=usual.parent).path == named
    assert load(None, environ=environ, cwd=usual.parent).path == variable
    assert load(None, environ={"SEEDWATCH_CONFIG": ""}, cwd=usual.parent).path == usual


def test_without_any_file_the_built_in_settings_hold(tmp_path: Path) -> None:
    loaded = load(None, environ={}, cwd=tmp_path)

    assert loaded.builtin
    assert loaded.path is None
    assert loaded.settings.database.path == tmp_path / "seedwatch.db"
    assert loaded.settings.seeds.paths == ()
    assert len(loaded.settings.feeds) > 40
    assert loaded.warnings == ()


def test_a_named_file_that_is_missing_is_not_replaced_by_another(tmp_path: Path) -> None:
    write(tmp_path, "")

    with pytest.raises(ConfigError, match="no such file"):
        load(None, environ={"SEEDWATCH_CONFIG": "other.toml"}, cwd=tmp_path)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("news.db", "{base}/news.db"),
        ("../news.db", "{base}/../news.db"),
        ("a b/новости.db", "{base}/a b/новости.db"),
        ("-", "{base}/-"),
        ("*.db", "{base}/*.db"),
        ("/srv/news.db", "/srv/news.db"),
        ("~/news.db", "{home}/news.db"),
        ("~nobody-of-this-name/news.db", "{base}/~nobody-of-this-name/news.db"),
    ],
)
def test_paths_are_relative_to_the_file_and_taken_literally(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str, meant: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    path = write(tmp_path / "settings", f'[database]\npath = "{written}"\n[seeds]\npaths = ["{written}"]\n')

    settings = load(path, environ={}, cwd=Path("/")).settings

    expected = Path(meant.format(base=path.parent, home=tmp_path / "home"))
    assert settings.database.path == expected
    assert settings.seeds.paths == (expected,)


def test_a_file_that_is_a_link_is_read_where_the_link_is(tmp_path: Path) -> None:
    real = write(tmp_path / "real", "")
    link = tmp_path / "seedwatch.toml"
    link.symlink_to(real)

    assert load(link, environ={}, cwd=tmp_path).base == tmp_path


def test_a_relative_path_on_the_command_line_starts_at_the_current_folder(tmp_path: Path) -> None:
    path = write(tmp_path / "sub", "")

    assert load(Path("sub/seedwatch.toml"), environ={}, cwd=tmp_path).path == path


def test_a_pipe_is_read_like_a_file(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.write(writer, b"[browse]\nport = 9\n")
    os.close(writer)

    loaded = load(Path(f"/dev/fd/{reader}"), environ={}, cwd=tmp_path)

    os.close(reader)
    assert loaded.settings.browse.port == 9


def test_settings_without_feeds_are_valid(tmp_path: Path) -> None:
    loaded = load(write(tmp_path, ""), environ={}, cwd=tmp_path)

    assert (loaded.settings.feeds, loaded.warnings) == ((), ())


@pytest.mark.parametrize(
    ("text", "words"),
    [(None, "`seedwatch init` writes one to start from"), ('feeds_from = ["lost.opml"]', "lost.opml: no such file")],
)
def test_a_file_that_is_missing_is_named_and_what_to_do_where_that_helps(
    tmp_path: Path, text: str | None, words: str
) -> None:
    path = write(tmp_path, text) if text else tmp_path / "none.toml"
    with pytest.raises(ConfigError) as caught:
        load(path, environ={}, cwd=tmp_path)

    assert words in str(caught.value)
    assert ("seedwatch init" in str(caught.value)) == (text is None)


def test_settings_cannot_be_changed(tmp_path: Path) -> None:
    settings = load(write(tmp_path, ""), environ={}, cwd=tmp_path).settings

    with pytest.raises(ValueError, match="frozen"):
        settings.poll.concurrency = 5


def test_feeds_keep_their_address_as_written(tmp_path: Path) -> None:
    path = write(tmp_path, '[[feeds]]\nurl = "https://a.org/?token=${TOKEN}"\n[[feeds]]\nurl = "feeds/x.xml"\n')

    loaded = load(path, environ={"TOKEN": "hunter2"}, cwd=tmp_path)

    assert [feed.url for feed in loaded.settings.feeds] == ["https://a.org/?token=${TOKEN}", "feeds/x.xml"]
    assert loaded.warnings == ()


def test_the_same_feed_twice_is_asked_once_and_both_places_are_named(tmp_path: Path) -> None:
    write(tmp_path, '<opml version="2.0"><body><outline xmlUrl="https://b.org/"/></body></opml>', "more.opml")
    path = write(
        tmp_path,
        'feeds_from = ["more.opml"]\n'
        '[[feeds]]\nurl = "https://A.org/feed"\nname = "A"\n'
        '[[feeds]]\nurl = "https://a.org:443/feed/#top"\n'
        '[[feeds]]\nurl = "https://b.org"\n',
    )

    loaded = load(path, environ={}, cwd=tmp_path)

    assert [feed.url for feed in loaded.settings.feeds] == ["https://A.org/feed", "https://b.org"]
    first, second = loaded.warnings
    assert first.startswith(f"{path}:6: the feed https://a.org:443/feed/#top is already listed at {path}:3 (there as ")
    assert second.startswith(f"{tmp_path}/more.opml:1: the feed https://b.org/ is already listed at {path}:8")


@pytest.mark.parametrize("url", ["https://me:hunter2@a.org/feed", "https://a.org/feed?api_key=hunter2"])
def test_a_secret_written_out_is_a_warning_that_does_not_repeat_it(tmp_path: Path, url: str) -> None:
    loaded = load(write(tmp_path, f'[[feeds]]\nurl = "{url}"\n'), environ={}, cwd=tmp_path)

    assert "${NAME}" in loaded.warnings[0]
    assert "hunter2" not in str(loaded.warnings)
    assert "hunter2" not in loaded.settings.feeds[0].public_url


def test_unset_variables_are_named_for_enabled_feeds_only(tmp_path: Path) -> None:
    text = (
        '[[feeds]]\nurl = "https://a.org/${A}"\n[[feeds]]\nurl = "https://b.org/${B}"\nenabled = false\n'
        '[[feeds]]\nurl = "https://c.org/${C}"\n'
    )
    loaded = load(write(tmp_path, text), environ={}, cwd=tmp_path)

    (missing,) = missing_secrets(loaded, {"C": "hunter2"})

    assert "the environment variable A is not set" in str(missing)
    assert "hunter2" not in str(missing)


def test_a_fault_in_a_list_of_feeds_names_the_list(tmp_path: Path) -> None:
    path = write(tmp_path, 'feeds_from = ["gone.opml"]\n')

    with pytest.raises(ConfigError) as caught:
        load(path, environ={}, cwd=tmp_path)

    assert caught.value.path == tmp_path / "gone.opml"
