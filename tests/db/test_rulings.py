"""What people decided, brought over from the first schema, and not lost on the way."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from db.schema import APPLICATION_ID, migrations
from db.store import Store
from seeds.decisions import id_of
from tests.world import World, entry

SEEN = {"at": "2026-11-21T12:00:00Z", "do": "seen", "uid": "", "key": "a.example/1", "title": "T", "by": "user"}


def first_schema(path: Path, uid: str) -> None:
    """A database as the first version made it, in which one article was marked as seen."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.row_factory = sqlite3.Row
    applied: list[Any] = migrations._migrations
    applied[0].fn(Database(connection))
    connection.execute(
        "CREATE TABLE _sqlite_migrations (migration_set TEXT, name TEXT, applied_at TEXT, PRIMARY KEY (migration_set, name))"
    )
    connection.execute("INSERT INTO _sqlite_migrations VALUES ('seedwatch', 'm001_first', '2026-11-01')")
    connection.execute(
        "INSERT INTO article (id, uid, origin, title, title_key, first_seen_at, sort_at, seen_at)"
        " VALUES (1, ?, 'feed', 'T', 't', ?, ?, ?)",
        (uid, SEEN["at"], SEEN["at"], SEEN["at"]),
    )
    connection.execute("INSERT INTO alias VALUES (?, 1)", (uid,))
    connection.execute(
        "INSERT INTO decision (decided_at, kind, a, verdict, method, decided_by) VALUES (?, 'seen', ?, 'seen', 'seen', 'user')",
        (SEEN["at"], f"article:{uid}"),
    )
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("PRAGMA user_version = 1")
    connection.close()


def test_marks_of_the_first_schema_are_the_lines_of_the_file(tmp_path: Path) -> None:
    uid = "abcdefghjk"
    first_schema(tmp_path / "old.db", uid)
    store = Store(tmp_path / "old.db")
    rows = [dict(row) for row in store.connection.execute("SELECT a, verdict, id, state FROM decisions")]
    line = {**SEEN, "uid": uid}

    assert rows == [{"a": f"article:{uid}", "verdict": "seen", "id": id_of(line), "state": "standing"}]
    assert json.loads(store.connection.execute("SELECT line FROM ruling").fetchone()[0])["uid"] == uid
    store.close()


def test_documents_without_decisions_ask_little(world: World) -> None:
    """What people may have decided costs one query a document where they decided nothing."""
    asked: list[str] = []
    world.store.connection.set_trace_callback(lambda sql: asked.append(sql) if "ruling" in sql else None)
    world.feed("https://a.example/feed", [entry(f"Piece {n}", f"https://a.example/{n}") for n in range(50)])
    world.store.connection.set_trace_callback(None)

    assert len(asked) == 1
