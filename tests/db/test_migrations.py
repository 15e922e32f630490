"""Databases of earlier versions are brought up to date, with what they hold."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlite_utils.db import Database

from db.connection import inspect
from db.schema import APPLICATION_ID, SCHEMA_VERSION, migrations
from db.store import Store

FEEDS = [
    ("ok", "Answers.", None),
    ("ok", "Degraded: ends in the middle.", "degraded"),
    ("silent", "Answers, but nothing new for 9 days; usually every 1 day.", "silent"),
    ("failing", "The site asks for a password.", "login"),
    ("parked", "The feed was removed for good (HTTP 410).", "gone"),
]


def first_version(path: Path) -> None:
    """A database as the first migration made it."""
    made = Database(sqlite3.connect(path))
    migrations.apply(made, stop_before="m002_rulings")
    with made.conn:
        for number, (state, reason, problem) in enumerate(FEEDS, 1):
            made.execute(
                "INSERT INTO source (id, kind, address, added_at) VALUES (?, 'feed', ?, '2026-01-01T00:00:00Z')",
                [number, f"https://{number}.example/"],
            )
            made.execute(
                "INSERT INTO feed (source_id, state, reason, next_poll_at) VALUES (?, ?, ?, '2026-01-01T00:00:00Z')",
                [number, state, reason],
            )
            failed = problem if state in {"failing", "parked"} else None
            made.execute(
                "INSERT INTO fetch (source_id, started_at, duration_ms, outcome, error_code)"
                " VALUES (?, '2026-01-01T00:00:00Z', 1, 'x', ?)",
                [number, failed],
            )
        made.execute(
            "INSERT INTO article (id, uid, origin, title, title_key, first_seen_at, sort_at, seen_at)"
            " VALUES (1, 'abcdefghij', 'feed', 'T', 't', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z')"
        )
        made.execute("INSERT INTO alias (old_uid, article_id) VALUES ('abcdefghij', 1)")
        made.execute(
            "INSERT INTO decision (decided_at, kind, a, b, verdict, method, decided_by)"
            " VALUES ('2026-01-02T00:00:00Z', 'seen', 'article:abcdefghij', '', 'seen', 'seen', 'user')"
        )
    made.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    made.conn.execute("PRAGMA user_version = 1")
    made.conn.close()


def test_what_is_known_of_feeds_gets_its_word(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    first_version(path)
    assert inspect(path) == "older"
    Store(path).close()

    assert inspect(path) == "ours"
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
        rows = connection.execute("SELECT state, reason, problem FROM feed_health ORDER BY feed_url").fetchall()
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert rows == FEEDS


def test_each_step_is_taken_once_and_in_order(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    first_version(path)
    for _ in range(2):
        Store(path).close()

    with closing(sqlite3.connect(path)) as connection:
        steps = connection.execute("SELECT version FROM schema_changes ORDER BY rowid").fetchall()
    assert steps == [(1,), (2,), (3,), (4,), (5,), (6,), (7,), (8,), (9,), (13,)]


def test_marks_of_people_become_decisions_of_theirs(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    first_version(path)
    Store(path).close()

    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT kind, a, verdict, decided_by, state FROM decisions WHERE kind = 'seen'"
        assert connection.execute(query).fetchall() == [("seen", "article:abcdefghij", "seen", "user", "standing")]
