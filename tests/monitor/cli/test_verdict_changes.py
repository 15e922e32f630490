"""What an article was judged before is kept, where that was something else, and only there."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

from config.load import load
from monitor.pipeline.rescoring import Moved
from monitor.pipeline.workspace import Workspace
from tests.fill import METRO, Folder
from tests.monitor.cli.conftest import Run


def changes(folder: Folder, uid: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder.database)) as connection:
        return connection.execute(
            "SELECT was, verdict, decided_by FROM verdict_changes WHERE item_uid = ? ORDER BY rowid", (uid,)
        ).fetchall()


def test_a_verdict_and_its_undo_are_kept_and_judging_again_is_not(folder: Folder, run: Run) -> None:
    uid = folder.uids[METRO]
    assert changes(folder, uid) == []

    run("no", uid)
    run("rescore")
    assert changes(folder, uid) == [("likely", "no", "user")]

    run("undo")
    run("rescore")
    run("rescore")
    assert changes(folder, uid) == [("likely", "no", "user"), ("no", "likely", "rule")]


def test_why_says_what_it_was_before(folder: Folder, run: Run) -> None:
    uid = folder.uids[METRO]
    run("no", uid, "--because", "an advertisement")

    told = run("why", uid, "--json").json["verdicts"][0]["changes"]
    assert [(c["was"], c["verdict"], c["decided_by"]) for c in told] == [("likely", "no", "user")]
    assert "an advertisement" in told[0]["reason"]
    assert "likely → no" in run("why", uid).out


def test_a_changed_threshold_needs_no_judging_again(folder: Folder, run: Run) -> None:
    uid = folder.uids[METRO]
    settings = folder.path / "seedwatch.toml"
    before = settings.read_text("utf-8")
    settings.write_text(f"{before}\n[relevance]\nlikely = 0.999\n", "utf-8")
    catch_up(folder)

    assert run("items", "show", uid, "--json").json["verdict"] == "maybe"
    assert changes(folder, uid) == [("likely", "maybe", "rule")]

    judged = verdicts(folder)
    run("rescore")
    assert verdicts(folder) == judged

    settings.write_text(before, "utf-8")
    catch_up(folder)
    assert changes(folder, uid) == [("likely", "maybe", "rule"), ("maybe", "likely", "rule")]


def catch_up(folder: Folder) -> None:
    loaded = load(folder.path / "seedwatch.toml", environ={}, cwd=folder.path)
    with closing(Workspace(loaded, folder.database)) as workspace:
        workspace.sync_feeds()
        workspace.sync_seeds()
        assert workspace.stale()
        for _ in workspace.catch_up(Moved()):
            pass
        assert not workspace.stale()


def verdicts(folder: Folder) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder.database)) as connection:
        return connection.execute("SELECT uid, verdict, relevance FROM items ORDER BY uid").fetchall()
