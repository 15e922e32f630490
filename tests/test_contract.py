"""What other tools and people rely on: views and their columns, commands, the layout of the checkout."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import click
import pytest

from db.store import Store
from db.views import VIEWS
from monitor.cli.main import _COMMANDS, cli

CHECKOUT = Path(__file__).resolve().parents[1]
COLUMNS = {
    "sightings": "feed_url guid link title item_uid first_seen_at last_seen_at",
    "items": "uid origin title excerpt web_url published_at date_quality first_seen_at language provider_name"
    " provider_domain verdict relevance is_related judged_on copy_of_uid story_uid",
    "item_urls": "item_uid url role",
    "item_aliases": "old_uid item_uid",
    "seed_format": "uid category title excerpt publishedDateTime updatedDateTime originalUrl webUrl ampWebUrl cdnAmpWebUrl"
    " type quality heat published locale provider topics tags categories images related secured",
    "related_items": "watch uid title excerpt web_url provider_name published_at first_seen_at relevance verdict seed_uid"
    " seed_title reason story_uid reprints own_text_outlets seen",
    "matches": "item_uid watch seed_uid score verdict terms parts matcher_version",
    "duplicates": "uid title web_url copy_of_uid copy_of_title copy_of_origin method score",
    "stories": "story_uid title first_published_at last_published_at articles reprints own_text_outlets",
    "decisions": "decided_at kind a b verdict method score evidence decided_by",
    "revisions": "item_uid seen_at field old new",
    "feed_health": "feed_url name state reason last_attempt_at last_success_at last_new_item_at next_poll_at"
    " consecutive_failures items_7d",
    "fetches": "feed_url started_at duration_ms status outcome error_code bytes entries new_items",
    "coverage_gaps": "feed_url missed_from missed_until detected_at filled_at",
    "atom_related": "atom_id atom_title atom_updated atom_link atom_content_html atom_author_name",
    "schema_changes": "",
}
COMMANDS = [name for name in _COMMANDS if name != "explain"]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("contract") / "made.db"
    Store(path).close()
    return path


@pytest.mark.parametrize("view", COLUMNS)
def test_a_view_has_its_columns(database: Path, view: str) -> None:
    with closing(sqlite3.connect(database)) as connection:
        cursor = connection.execute(f"SELECT * FROM {view}")
        assert {column[0] for column in cursor.description} >= set(COLUMNS[view].split())
        assert cursor.fetchall() == [] or view == "schema_changes"


def test_a_database_says_whose_it_is(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone()[0] != 0
        assert connection.execute("PRAGMA user_version").fetchone()[0] >= 1
    assert database.stat().st_mode & 0o077 == 0, "only its owner reads it"


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_every_column_is_described_and_every_description_has_its_column(database: Path, view: object) -> None:
    with closing(sqlite3.connect(database)) as connection:
        cursor = connection.execute(f"SELECT * FROM {view.name}")  # type: ignore[attr-defined]
        assert [column[0] for column in cursor.description] == list(view.columns)  # type: ignore[attr-defined]


def commands() -> list[list[str]]:
    """All commands and subcommands."""
    found = []
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        found.append([name])
        found += [[name, sub] for sub in getattr(command, "commands", {})]
    return found


@pytest.mark.parametrize("path", commands(), ids=" ".join)
def test_every_command_has_help_with_an_example(path: list[str]) -> None:
    context = click.Context(cli, info_name="seedwatch")
    command: click.Command | None = cli
    for name in path:
        command = command.get_command(context, name) if isinstance(command, click.Group) else None
        assert command is not None
        context = click.Context(command, parent=context, info_name=name)
    help_text = command.get_help(context) if command else ""
    summary = (command.help or "").strip() if command else ""
    assert summary.splitlines()[0].rstrip(".") != ""
    assert f"seedwatch {' '.join(path)}" in help_text
    if not isinstance(command, click.Group):
        assert "Example" in help_text
    for parameter in command.params if command else ():
        assert not isinstance(parameter, click.Option) or parameter.help, parameter.name


@pytest.mark.parametrize("name", ["init", "run", "poll", "add", "new", "seen", "why", "explain", "items", "seeds", "feeds",
                                  "backfill", "coverage", "rescore", "evaluate", "browse", "export", "alerts", "status",
                                  "doctor", "db", "health", "service"])  # fmt: skip
def test_a_promised_command_is_there(name: str) -> None:
    assert cli.get_command(click.Context(cli), name) is not None


@pytest.mark.parametrize(
    "path",
    [
        "Makefile",
        "pyproject.toml",
        "README.md",
        "LICENSE",
        ".ci/run",
        "docs",
        "benchmarks",
        "seeds/corpus",
        "tests/__init__.py",
    ],
)
def test_the_checkout_has_its_parts(path: str) -> None:
    assert (CHECKOUT / path).exists()


def test_no_test_folder_shadows_a_package() -> None:
    folders = {path.parent for path in (CHECKOUT / "tests").rglob("test_*.py")}
    assert [folder for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []
