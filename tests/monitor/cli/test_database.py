import sqlite3
from pathlib import Path

import pytest

from db.schema import SCHEMA_VERSION
from db.views import VIEWS
from tests.fill import Folder
from tests.monitor.cli.conftest import Run


def test_migrate_makes_and_leaves(folder: Folder, tmp_path: Path, run: Run) -> None:
    assert "was made" in run("--db", tmp_path / "new.db", "db", "migrate").out
    assert f"is up to date: schema {SCHEMA_VERSION}" in run("--db", tmp_path / "new.db", "db", "migrate").out


def test_migrate_as_json(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "new.db"
    said = [run("--db", path, "db", "migrate", "--json").json for _ in range(2)]

    assert said == [{"path": str(path), "done": done, "schema": SCHEMA_VERSION} for done in ("made", "none")]


def test_check(folder: Folder, run: Run) -> None:
    assert run("db", "check", "--json").json == {"path": str(folder.database), "ok": True, "problems": []}


def test_check_of_a_damaged_one(folder: Folder, run: Run) -> None:
    connection = sqlite3.connect(folder.database)
    connection.execute("INSERT INTO article_fts (article_fts) VALUES ('delete-all')")
    connection.commit()
    connection.close()
    result = run("db", "check")

    assert result.code == 1
    assert "the search index has 0 of" in result.out
    assert run("db", "vacuum").code == 0
    assert run("db", "check").code == 0


def test_backup_is_whole_and_overwrites_nothing(folder: Folder, run: Run) -> None:
    assert run("db", "backup", "copy.db").code == 0
    connection = sqlite3.connect("copy.db")
    count = connection.execute("SELECT count(*) FROM items").fetchone()[0]
    connection.close()

    assert count == 16
    assert run("db", "backup", "copy.db").code == 1


def test_prune(folder: Folder, run: Run) -> None:
    dry = run("db", "prune", "--older-than", "1d", "--dry-run", "--json").json
    wet = run("db", "prune", "--older-than", "1d", "--json").json
    again = run("db", "prune", "--older-than", "1d", "--json").json

    assert dry == {"fetches": 4, "items": 1, "dry_run": True}
    assert wet == {"fetches": 4, "items": 1, "dry_run": False}
    assert again == {"fetches": 0, "items": 0, "dry_run": False}
    assert len(run("items", "list", "--json").json) == 15


def test_prune_by_the_settings_keeps_items(folder: Folder, run: Run) -> None:
    assert run("db", "prune", "--dry-run", "--json").json["items"] == 0


@pytest.mark.parametrize("age", ["long", "-1d", "5"])
def test_prune_wants_a_duration(folder: Folder, run: Run, age: str) -> None:
    assert run("db", "prune", "--older-than", age).code == 2


def test_schema_needs_no_database(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    connection = sqlite3.connect(":memory:")
    described = run("db", "schema").out
    listed = run("db", "schema", "--json").json

    assert [view["view"] for view in listed] == [view.name for view in VIEWS]
    assert all(f"{view.name}: one row per {view.row}" in described for view in VIEWS)
    assert sqlite3.complete_statement(run("db", "schema", "--sql").out)
    assert list(tmp_path.iterdir()) == []
    connection.close()


def test_a_missing_database_is_one_line(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for args in (["db", "check"], ["db", "backup", "x.db"]):
        result = run(*args)

        assert result.code == 1
        assert "there is no database yet" in result.err
