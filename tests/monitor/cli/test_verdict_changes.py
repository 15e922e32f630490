"""What an article was judged before is kept, where that was something else, and only there."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

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


def test_a_changed_threshold_moves_what_it_moves(folder: Folder, run: Run) -> None:
    uid = folder.uids[METRO]
    settings = folder.path / "seedwatch.toml"
    settings.write_text(settings.read_text("utf-8") + "\n[relevance]\nlikely = 0.999\n", "utf-8")
    run("rescore")

    assert changes(folder, uid) == [("likely", "maybe", "rule")]
