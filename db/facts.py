"""Writing and reading facts: sources, entries, snapshots, decisions; what polling stores of a feed is in `feed_state`.

Every function takes the connection of a transaction that its caller opened.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from db.rows import Decision, EntryView, KnownEntry, NewEntry, Snapshot, Source, SourceKind
from db.store import next_id, placeholders

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def dumps(value: Any) -> str:
    """JSON as it is stored: readable, stable."""
    if not value:
        return "[]" if isinstance(value, list) else "{}"
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # half of a surrogate pair, a number of more than 64 bits
        return _encode(value)


# --- outlets


def set_outlets(connection: sqlite3.Connection, known: Mapping[str, tuple[str, str]]) -> None:
    """Make these what is known of outlets: domain → its name and its tags, a JSON list."""
    rows = [(domain, name, tags) for domain, (name, tags) in sorted(known.items())]
    if [tuple(row) for row in connection.execute("SELECT domain, name, tags FROM outlet ORDER BY domain")] != rows:
        connection.execute("DELETE FROM outlet")
        connection.executemany("INSERT INTO outlet (domain, name, tags) VALUES (?, ?, ?)", rows)


# --- sources and feeds


def ensure_source(
    connection: sqlite3.Connection,
    kind: SourceKind,
    address: str,
    now: str,
    **columns: str | None,
) -> Source:
    """The source with that address, made or brought back when needed; `columns` are set on it."""
    names = ", ".join(["kind", "address", "added_at", *columns])
    again = ", ".join(["removed_at = NULL", *(f"{name} = excluded.{name}" for name in columns)])
    row = connection.execute(
        f"INSERT INTO source ({names}) VALUES ({placeholders(3 + len(columns))})"
        f" ON CONFLICT (kind, address) DO UPDATE SET {again} RETURNING *",
        (kind, address, now, *columns.values()),
    ).fetchone()
    return source_of(row)


def source(connection: sqlite3.Connection, source_id: int) -> Source:
    """A source that is there."""
    return source_of(connection.execute("SELECT * FROM source WHERE id = ?", (source_id,)).fetchone())


def sources(connection: sqlite3.Connection, kind: SourceKind) -> list[Source]:
    """All sources of that kind that were not removed."""
    rows = connection.execute("SELECT * FROM source WHERE kind = ? AND removed_at IS NULL ORDER BY id", (kind,))
    return [source_of(row) for row in rows]


def remove_source(connection: sqlite3.Connection, source_id: int, now: str) -> list[int]:
    """Mark a source as removed; its entries stay as facts. Returns the ids of the articles it spoke of.

    Entries of a seed are withdrawn with it: what it said no longer counts. What a feed once said stays true.
    """
    connection.execute("UPDATE source SET removed_at = ? WHERE id = ?", (now, source_id))
    connection.execute(
        "UPDATE entry SET withdrawn_at = ? WHERE withdrawn_at IS NULL AND source_id IN"
        " (SELECT id FROM source WHERE id = ? AND kind = 'seed')",
        (now, source_id),
    )
    rows = connection.execute("SELECT DISTINCT article_id FROM entry WHERE source_id = ?", (source_id,))
    return [row[0] for row in rows]


# --- entries

_KNOWN = (
    "SELECT e.id, e.entry_key, e.article_id, n.content_hash, e.snapshots, n.link, n.title, n.excerpt, n.published_at, e.guid"
    " FROM entry e JOIN snapshot n ON n.id = e.snapshot_id"
)


def known_entries(connection: sqlite3.Connection, source_id: int, keys: Sequence[str]) -> dict[str, KnownEntry]:
    """Entries of a source by key, for those of `keys` that are stored."""
    found = {}
    for start in range(0, len(keys), 500):
        part = keys[start : start + 500]
        rows = connection.execute(
            "SELECT e.id, e.entry_key, e.article_id, n.content_hash, e.snapshots, n.link, n.title, n.excerpt,"
            " n.published_at FROM entry e JOIN snapshot n ON n.id = e.snapshot_id"
            f" WHERE e.source_id = ? AND e.entry_key IN ({placeholders(len(part))})",
            (source_id, *part),
        )
        found.update({row["entry_key"]: KnownEntry(*row) for row in rows})
    return found


def captured_at(connection: sqlite3.Connection, source_id: int, keys: Sequence[str]) -> dict[str, str]:
    """Entry key → when the archived copy was made from which the latest snapshot of the entry is, where it is from one."""
    found: dict[str, str] = {}
    for start in range(0, len(keys), 500):
        part = keys[start : start + 500]
        rows = connection.execute(
            "SELECT e.entry_key, json_extract(n.data, '$.capture.at') AS at FROM entry e JOIN snapshot n ON n.id = e.snapshot_id"
            f" WHERE e.source_id = ? AND e.entry_key IN ({placeholders(len(part))}) AND at IS NOT NULL",
            (source_id, *part),
        )
        found.update((row[0], row[1]) for row in rows)
    return found


def latest_entries(connection: sqlite3.Connection, source_id: int, limit: int) -> list[KnownEntry]:
    """The entries of a source that came last."""
    rows = connection.execute(f"{_KNOWN} WHERE e.source_id = ? ORDER BY e.id DESC LIMIT ?", (source_id, limit))
    return [KnownEntry(*row) for row in rows]


def renewed_entries(connection: sqlite3.Connection, source_id: int, now: str) -> list[tuple[KnownEntry, KnownEntry]]:
    """The entries of a source that came at `now` and are articles which it had before: (as it was, as it came now)."""
    came = connection.execute(
        f"{_KNOWN} WHERE e.source_id = ? AND e.first_seen_at = ? AND EXISTS (SELECT 1 FROM entry o"
        " WHERE o.article_id = e.article_id AND o.source_id = e.source_id AND o.first_seen_at < e.first_seen_at)",
        (source_id, now),
    ).fetchall()
    found = []
    for row in came:
        before = connection.execute(
            f"{_KNOWN} WHERE e.article_id = ? AND e.source_id = ? AND e.first_seen_at < ? ORDER BY e.id DESC LIMIT 1",
            (row["article_id"], source_id, now),
        ).fetchone()
        found.append((KnownEntry(*before), KnownEntry(*row)))
    return found


def entries_of(connection: sqlite3.Connection, source_id: int) -> list[tuple[int, str, Snapshot]]:
    """All entries of a source: id, guid and latest snapshot. For rekeying when its policy changes."""
    rows = connection.execute(
        "SELECT e.id, e.guid, n.* FROM entry e JOIN snapshot n ON n.id = e.snapshot_id WHERE e.source_id = ? ORDER BY e.id",
        (source_id,),
    )
    return [(row[0], row["guid"], snapshot_of(row)) for row in rows]


def insert_entry(connection: sqlite3.Connection, article_id: int, entry: NewEntry) -> int:
    """Store a new entry of an article with its first snapshot; returns its id."""
    entry_id = next_id(connection, "entry")
    insert_entries(connection, [(entry_id, next_id(connection, "snapshot"), article_id, entry)])
    return entry_id


def insert_entries(connection: sqlite3.Connection, new: Sequence[tuple[int, int, int, NewEntry]]) -> None:
    """Store new entries: (its id, the id of its snapshot, the id of its article, the entry)."""
    connection.executemany(
        "INSERT INTO entry (id, source_id, entry_key, guid, role, first_seen_at, last_seen_at, snapshot_id, article_id)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (entry_id, e.source_id, e.entry_key, e.guid, e.role, e.seen_at, e.seen_at, snapshot_id, article_id)
            for entry_id, snapshot_id, article_id, e in new
        ],
    )
    connection.executemany(
        _ADD_SNAPSHOT,
        [_snapshot_values(snapshot_id, entry_id, e.snapshot, e.seen_at) for entry_id, snapshot_id, _, e in new],
    )


def add_snapshot(connection: sqlite3.Connection, entry_id: int, snapshot: Snapshot, now: str) -> None:
    """Store what an entry says now."""
    snapshot_id = next_id(connection, "snapshot")
    connection.execute(_ADD_SNAPSHOT, _snapshot_values(snapshot_id, entry_id, snapshot, now))
    connection.execute(
        "UPDATE entry SET snapshot_id = ?, snapshots = snapshots + 1, last_seen_at = ?, withdrawn_at = NULL WHERE id = ?",
        (snapshot_id, now, entry_id),
    )


def touch_entries(connection: sqlite3.Connection, entry_ids: Iterable[int], now: str) -> None:
    """Note that entries are still there."""
    connection.executemany(
        "UPDATE entry SET last_seen_at = ?, withdrawn_at = NULL WHERE id = ?",
        [(now, entry_id) for entry_id in entry_ids],
    )


def rekey_entries(connection: sqlite3.Connection, keys: Mapping[int, str]) -> None:
    """Give entries new keys; where two would have the same, the older keeps it and the other keeps a key of its own."""
    connection.executemany("UPDATE entry SET entry_key = 'old:' || id WHERE id = ?", [(i,) for i in keys])
    connection.executemany(
        "UPDATE OR IGNORE entry SET entry_key = ? WHERE id = ?", [(key, i) for i, key in sorted(keys.items())]
    )


def withdraw_entries(connection: sqlite3.Connection, entry_ids: Iterable[int], now: str) -> None:
    """Mark entries of a seed that no longer stand in its document."""
    connection.executemany("UPDATE entry SET withdrawn_at = ? WHERE id = ?", [(now, i) for i in entry_ids])


def live_entries(connection: sqlite3.Connection, article_id: int) -> list[EntryView]:
    """The entries an article is made of, in the order they were first seen."""
    rows = connection.execute(
        "SELECT e.id AS entry_id, e.role, e.first_seen_at, s.id AS source_id, s.kind, s.address, s.name, s.title AS s_title,"
        " s.link AS s_link, s.watch, s.fingerprint, s.outlet_domain, s.outlet_name, n.* FROM entry e JOIN source s ON s.id = e.source_id"
        " JOIN snapshot n ON n.id = e.snapshot_id"
        " WHERE e.article_id = ? AND e.withdrawn_at IS NULL ORDER BY e.first_seen_at, e.id",
        (article_id,),
    )
    return [
        EntryView(
            entry_id=row["entry_id"],
            role=row["role"],
            source=Source(
                row["source_id"],
                row["kind"],
                row["address"],
                row["name"],
                row["s_title"],
                row["s_link"],
                row["watch"],
                row["fingerprint"],
                row["outlet_domain"],
                row["outlet_name"],
            ),
            first_seen_at=row["first_seen_at"],
            snapshot=snapshot_of(row),
        )
        for row in rows
    ]


# --- decisions and state


def record_decision(connection: sqlite3.Connection, decision: Decision, now: str) -> None:
    """Store a decision with its evidence."""
    connection.execute(
        "INSERT INTO decision (decided_at, kind, a, b, verdict, method, score, evidence, decided_by)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            now,
            decision.kind,
            decision.a,
            decision.b,
            decision.verdict,
            decision.method,
            decision.score,
            dumps(decision.evidence),
            decision.decided_by,
        ),
    )


def get_state(connection: sqlite3.Connection, key: str) -> str | None:
    """What the program remembers about itself under that key."""
    row = connection.execute("SELECT value FROM state WHERE key = ?", (key,)).fetchone()
    return None if row is None else str(row[0])


def set_state(connection: sqlite3.Connection, key: str, value: str) -> None:
    """Remember something."""
    connection.execute(
        "INSERT INTO state (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, value),
    )


def forget_state(connection: sqlite3.Connection, key: str) -> None:
    """Remember it no more."""
    connection.execute("DELETE FROM state WHERE key = ?", (key,))


_ADD_SNAPSHOT = "INSERT INTO snapshot VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def _snapshot_values(snapshot_id: int, entry_id: int, snapshot: Snapshot, now: str) -> tuple[object, ...]:
    return (
        snapshot_id,
        entry_id,
        now,
        snapshot.content_hash,
        snapshot.link,
        snapshot.title,
        snapshot.excerpt,
        snapshot.text,
        snapshot.published_at,
        snapshot.published_raw,
        snapshot.date_quality,
        snapshot.updated_at,
        snapshot.language,
        dumps(snapshot.data),
    )


def source_of(row: sqlite3.Row) -> Source:
    """The source in a row that begins with its columns."""
    return Source(
        row["id"],
        row["kind"],
        row["address"],
        row["name"],
        row["title"],
        row["link"],
        row["watch"],
        row["fingerprint"],
        row["outlet_domain"],
        row["outlet_name"],
    )


def snapshot_of(row: sqlite3.Row) -> Snapshot:
    """The snapshot in a row with its columns."""
    return Snapshot(
        content_hash=row["content_hash"],
        title=row["title"],
        link=row["link"],
        excerpt=row["excerpt"],
        text=row["text"],
        published_at=row["published_at"],
        published_raw=row["published_raw"],
        date_quality=row["date_quality"],
        updated_at=row["updated_at"],
        language=row["language"],
        data=json.loads(row["data"]),
    )
