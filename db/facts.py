"""Writing and reading facts: sources, feeds, entries, snapshots, fetches, gaps, decisions.

Every function takes the connection of a transaction that its caller opened.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson

from db.rows import Decision, EntryView, Feed, KnownEntry, NewEntry, Snapshot, Source, SourceKind
from db.store import next_id, placeholders

_FEED_COLUMNS = """s.id, s.kind, s.address, s.name, s.title, s.link, s.watch, s.fingerprint, s.outlet_domain, s.outlet_name, f.interval_s, f.etag,
    f.last_modified, f.validators_url, f.body_hash, f.document_at, f.entry_policy, f.usual_gap_s, f.permanent_url,
    f.permanent_since, f.permanent_seen, f.state, f.failing_since, f.consecutive_failures, f.gone_confirmations,
    f.last_success_at, f.last_new_item_at, f.next_poll_at, f.problem, f.longest_gap_s, f.reason, s.added_at, f.ttl_s,
    f.max_age_s, f.skip, f.tide, f.haste, f.conditional, f.doubted_until, f.adopted_url, f.adopted_at, f.host"""


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
    return _source(row)


def source(connection: sqlite3.Connection, source_id: int) -> Source:
    """A source that is there."""
    return _source(connection.execute("SELECT * FROM source WHERE id = ?", (source_id,)).fetchone())


def sources(connection: sqlite3.Connection, kind: SourceKind) -> list[Source]:
    """All sources of that kind that were not removed."""
    rows = connection.execute("SELECT * FROM source WHERE kind = ? AND removed_at IS NULL ORDER BY id", (kind,))
    return [_source(row) for row in rows]


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


def set_feed(connection: sqlite3.Connection, source_id: int, **columns: Any) -> None:
    """Set columns of a feed's row, which is made when it is not there; then `next_poll_at` must be among them."""
    names = list(columns)
    assignments = ", ".join(f"{name} = ?" for name in names)
    changed = connection.execute(
        f"UPDATE feed SET {assignments} WHERE source_id = ?",
        (*columns.values(), source_id),
    )
    if not changed.rowcount:
        connection.execute(
            f"INSERT INTO feed (source_id, {', '.join(names)}) VALUES (?, {placeholders(len(names))})",
            (source_id, *columns.values()),
        )


def feeds(connection: sqlite3.Connection) -> list[Feed]:
    """All feeds that were not removed."""
    rows = connection.execute(
        f"SELECT {_FEED_COLUMNS} FROM source s JOIN feed f ON f.source_id = s.id"
        " WHERE s.removed_at IS NULL ORDER BY s.id"
    )
    return [_feed(row) for row in rows]


def claim_due(connection: sqlite3.Connection, now: str, until: str, limit: int) -> list[Feed]:
    """Feeds that are due and that nobody else is fetching, the longest due first; they are claimed until `until`."""
    rows = connection.execute(
        f"SELECT {_FEED_COLUMNS} FROM feed f JOIN source s ON s.id = f.source_id"
        " WHERE f.next_poll_at <= ? AND s.removed_at IS NULL AND (f.claimed_until IS NULL OR f.claimed_until <= ?)"
        " ORDER BY f.next_poll_at, s.id LIMIT ?",
        (now, now, limit),
    ).fetchall()
    return _claim(connection, rows, until)


def claim(connection: sqlite3.Connection, source_ids: Sequence[int], now: str, until: str) -> list[Feed]:
    """Those of the given feeds that nobody else is fetching; they are claimed until `until`."""
    rows = connection.execute(
        f"SELECT {_FEED_COLUMNS} FROM feed f JOIN source s ON s.id = f.source_id"
        f" WHERE s.id IN ({placeholders(len(source_ids))}) AND (f.claimed_until IS NULL OR f.claimed_until <= ?)"
        " ORDER BY s.id",
        (*source_ids, now),
    ).fetchall()
    return _claim(connection, rows, until)


def _claim(connection: sqlite3.Connection, rows: list[sqlite3.Row], until: str) -> list[Feed]:
    connection.executemany("UPDATE feed SET claimed_until = ? WHERE source_id = ?", [(until, r["id"]) for r in rows])
    marks = placeholders(len(rows))
    known = dict(
        connection.execute(
            f"SELECT source_id, pieces FROM document WHERE source_id IN ({marks})", [r["id"] for r in rows]
        ).fetchall()
    )
    return [replace(_feed(row), pieces=known.get(row["id"], b"")) for row in rows]


def feed_at(
    connection: sqlite3.Connection, addresses: Sequence[str], permanent_url: str | None, but: int
) -> str | None:
    """Address of the feed at one of these addresses, or of one that redirects to the same place, other than `but`."""
    marks = placeholders(len(addresses))
    row = connection.execute(
        "SELECT s.address FROM source s JOIN feed f ON f.source_id = s.id"
        f" WHERE s.removed_at IS NULL AND s.id != ? AND (s.address IN ({marks})"
        f" OR (f.permanent_url = ? AND f.state != 'parked') OR (f.answered_from IN ({marks}) AND f.state != 'parked'))"
        " ORDER BY s.id LIMIT 1",
        (but, *addresses, permanent_url, *addresses),
    ).fetchone()
    return None if row is None else str(row[0])


def wake_twins(connection: sqlite3.Connection, now: str) -> None:
    """Let feeds that are the same as another be asked now: that other may be gone."""
    connection.execute("UPDATE feed SET next_poll_at = ? WHERE problem = 'same'", (now,))


def release_claims(connection: sqlite3.Connection, source_ids: Iterable[int]) -> None:
    """Let others fetch these feeds."""
    connection.executemany("UPDATE feed SET claimed_until = NULL WHERE source_id = ?", [(i,) for i in source_ids])


def forget_claims(connection: sqlite3.Connection) -> None:
    """Let everybody fetch every feed; for when whoever claimed them is known to be gone."""
    connection.execute("UPDATE feed SET claimed_until = NULL WHERE claimed_until IS NOT NULL")


def forget_claims_after(connection: sqlite3.Connection, until: str) -> None:
    """Let everybody fetch feeds that are claimed for longer than anybody claims them: the clock was set."""
    connection.execute("UPDATE feed SET claimed_until = NULL WHERE claimed_until > ?", (until,))


def latest_attempt(connection: sqlite3.Connection) -> str | None:
    """When any feed was last asked, by the clock of that time."""
    row = connection.execute("SELECT max(last_attempt_at) FROM feed").fetchone()
    return None if row[0] is None else str(row[0])


def seconds_between(earlier: str, later: str) -> float:
    """Seconds from one stored time to another."""
    return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds()


def shift_due(connection: sqlite3.Connection, seconds: float) -> None:
    """Move due times along with a clock that was set, and the times that say when feeds were asked: no wait changes."""
    # When a document was last read stays: most likely that was told by the right clock, and the ledger goes by it.
    told = ("next_poll_at", "last_attempt_at")
    moved = ", ".join(f"{name} = strftime('%Y-%m-%dT%H:%M:%SZ', {name}, :by)" for name in told)
    connection.execute(f"UPDATE feed SET {moved}", {"by": f"{seconds:+.0f} seconds"})


def newest_date(connection: sqlite3.Connection, source_id: int, before: str) -> str | None:
    """The latest date of the entries that a source had before a time."""
    row = connection.execute(
        "SELECT max(n.published_at) FROM entry e JOIN snapshot n ON n.id = e.snapshot_id"
        " WHERE e.source_id = ? AND e.first_seen_at < ?",
        (source_id, before),
    ).fetchone()
    return None if row[0] is None else str(row[0])


_LATE = (
    "next_poll_at < ? AND last_attempt_at IS NOT NULL AND (claimed_until IS NULL OR claimed_until < ?)"
    " AND source_id IN (SELECT id FROM source WHERE removed_at IS NULL)"
)


def count_late(connection: sqlite3.Connection, before: str) -> int:
    """How many feeds, asked once at least, were due before a time and were not asked."""
    return int(connection.execute(f"SELECT count(*) FROM feed WHERE {_LATE}", (before, before)).fetchone()[0])


def spread_late(connection: sqlite3.Connection, now: str, before: str, seconds: float) -> None:
    """Let these be due at moments spread by chance over so many seconds from now, so that they do not come all at once."""
    connection.execute(
        "UPDATE feed SET next_poll_at = strftime('%Y-%m-%dT%H:%M:%SZ', ?, (abs(random()) % ?) || ' seconds')"
        f" WHERE {_LATE}",
        (now, max(1, int(seconds)), before, before),
    )


def requests_to(connection: sqlite3.Connection, hosts: Iterable[str], since: str) -> dict[str, int]:
    """Host → how often its feeds were asked since a time."""
    listed = sorted(hosts)
    rows = connection.execute(
        f"SELECT f.host, count(*) FROM feed f JOIN fetch t ON t.source_id = f.source_id AND t.started_at >= ?"
        f" WHERE f.host IN ({placeholders(len(listed))}) GROUP BY 1",
        (since, *listed),
    )
    return {row[0]: row[1] for row in rows}


def room_at(connection: sqlite3.Connection, host: str, since: str) -> str | None:
    """A day after the first request to a host since a time: when it may be asked once more."""
    row = connection.execute(
        "SELECT strftime('%Y-%m-%dT%H:%M:%SZ', min(t.started_at), '+1 day') FROM feed f JOIN fetch t"
        " ON t.source_id = f.source_id AND t.started_at >= ? WHERE f.host = ?",
        (since, host),
    ).fetchone()
    return None if row[0] is None else str(row[0])


def hold_host(connection: sqlite3.Connection, host: str, until: str, why: str) -> None:
    """Let no feed of a host be due before a time."""
    connection.execute(
        "UPDATE feed SET next_poll_at = ?, next_reason = ? WHERE host = ? AND next_poll_at < ?",
        (until, why, host, until),
    )


def next_due(connection: sqlite3.Connection) -> str | None:
    """When the next feed is due."""
    row = connection.execute(
        "SELECT min(next_poll_at) FROM feed f JOIN source s ON s.id = f.source_id WHERE s.removed_at IS NULL"
    ).fetchone()
    return None if row[0] is None else str(row[0])


def record_fetch(connection: sqlite3.Connection, source_id: int, **columns: Any) -> None:
    """Add a line to the log of requests."""
    names = ["source_id", *columns]
    connection.execute(
        f"INSERT INTO fetch ({', '.join(names)}) VALUES ({placeholders(len(names))})",
        (source_id, *columns.values()),
    )


def add_gap(connection: sqlite3.Connection, source_id: int, missed_from: str, missed_until: str, now: str) -> None:
    """Note a window in which items may have been missed."""
    connection.execute(
        "INSERT INTO gap (source_id, missed_from, missed_until, detected_at) VALUES (?, ?, ?, ?)",
        (source_id, missed_from, missed_until, now),
    )


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


def _source(row: sqlite3.Row) -> Source:
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


def _feed(row: sqlite3.Row) -> Feed:
    return Feed(_source(row), *tuple(row)[10:])


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
