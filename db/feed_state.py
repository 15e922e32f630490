"""What polling asks and stores: which feeds are due, who is asking them, what came of it, and what was missed.

Every function takes the connection of a transaction that its caller opened.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from db.facts import source_of
from db.rows import Feed
from db.store import placeholders

_FEED_COLUMNS = """s.id, s.kind, s.address, s.name, s.title, s.link, s.watch, s.fingerprint, s.outlet_domain, s.outlet_name, f.interval_s, f.etag,
    f.last_modified, f.validators_url, f.body_hash, f.document_at, f.entry_policy, f.usual_gap_s, f.permanent_url,
    f.permanent_since, f.permanent_seen, f.state, f.failing_since, f.consecutive_failures, f.gone_confirmations,
    f.last_success_at, f.last_new_item_at, f.next_poll_at, f.problem, f.longest_gap_s, f.reason, s.added_at, f.ttl_s,
    f.max_age_s, f.skip, f.tide, f.haste, f.conditional, f.doubted_until, f.adopted_url, f.adopted_at, f.host"""
_WITH_PIECES = f"""SELECT {_FEED_COLUMNS}, coalesce(d.pieces, x'') FROM source s JOIN feed f ON f.source_id = s.id
    LEFT JOIN document d ON d.source_id = s.id"""


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


class Configured(NamedTuple):
    """What the settings said of a feed when they were last looked at."""

    source_id: int
    name: str | None
    tags: str
    """JSON list."""
    interval_s: int | None
    host: str
    placed: bool
    """Whether it is known where its outlet is."""


def configured(connection: sqlite3.Connection) -> dict[str, Configured]:
    """Address of each feed that was not removed → what its settings were."""
    rows = connection.execute(
        "SELECT s.address, s.id, s.name, s.tags, f.interval_s, f.host, s.outlet_domain IS NOT NULL FROM source s"
        " JOIN feed f ON f.source_id = s.id WHERE s.removed_at IS NULL ORDER BY s.id"
    )
    return {row[0]: Configured(row[1], row[2], row[3], row[4], row[5], bool(row[6])) for row in rows}


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
        f"{_WITH_PIECES} WHERE f.next_poll_at <= ? AND s.removed_at IS NULL AND (f.claimed_until IS NULL OR f.claimed_until <= ?)"
        " ORDER BY f.next_poll_at, s.id LIMIT ?",
        (now, now, limit),
    ).fetchall()
    return _claim(connection, rows, until)


def claim(connection: sqlite3.Connection, source_ids: Sequence[int], now: str, until: str) -> list[Feed]:
    """Those of the given feeds that nobody else is fetching; they are claimed until `until`."""
    rows = connection.execute(
        f"{_WITH_PIECES} WHERE s.id IN ({placeholders(len(source_ids))}) AND (f.claimed_until IS NULL OR f.claimed_until <= ?)"
        " ORDER BY s.id",
        (*source_ids, now),
    ).fetchall()
    return _claim(connection, rows, until)


def _claim(connection: sqlite3.Connection, rows: list[sqlite3.Row], until: str) -> list[Feed]:
    connection.executemany("UPDATE feed SET claimed_until = ? WHERE source_id = ?", [(until, r["id"]) for r in rows])
    return [_feed(row) for row in rows]


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


def _feed(row: sqlite3.Row) -> Feed:
    return Feed(source_of(row), *tuple(row)[10:])
