"""How far each backfill has come, what it has covered, and how often it asked whom.

Functions that write take the connection of a transaction that their caller opened.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from db.facts import dumps
from db.store import placeholders

Cursor = Mapping[str, Any]
"""Where a backfill goes on: JSON types, as its kind writes it."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A backfill that was begun: its bounds, and where it goes on; None: at the beginning. Times are as stored."""

    id: int
    since: str | None
    until: str | None
    cursor: Cursor | None
    begun_at: str


def unfinished(connection: sqlite3.Connection, kind: str, what: str) -> Begun | None:
    """The backfill with these arguments that has not come to its end."""
    row = connection.execute(
        "SELECT id, since, until, cursor, begun_at FROM backfill WHERE kind = ? AND what = ? AND done_at IS NULL",
        (kind, what),
    ).fetchone()
    if row is None:
        return None
    cursor = json.loads(row["cursor"]) if row["cursor"] is not None else None
    return Begun(row["id"], row["since"], row["until"], cursor, row["begun_at"])


def begin(
    connection: sqlite3.Connection, kind: str, what: str, bounds: tuple[str | None, str | None], now: str
) -> Begun:
    """Begin a backfill, or go on with one that has not come to its end, which keeps its bounds."""
    known = unfinished(connection, kind, what)
    if known is not None:
        return known
    connection.execute(
        "INSERT INTO backfill (kind, what, since, until, begun_at, touched_at) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (kind, what) DO UPDATE SET since = excluded.since, until = excluded.until, cursor = NULL,"
        " begun_at = excluded.begun_at, touched_at = excluded.touched_at, done_at = NULL, seen = 0, new = 0, failed = 0",
        (kind, what, *bounds, now, now),
    )
    row = connection.execute("SELECT id FROM backfill WHERE kind = ? AND what = ?", (kind, what)).fetchone()
    return Begun(int(row[0]), *bounds, None, now)


def advance(
    connection: sqlite3.Connection, backfill_id: int, cursor: Cursor, now: str, counts: tuple[int, int, int]
) -> None:
    """Note how far a backfill has come, together with what lies before; `counts`: seen, new and failed since the last time."""
    connection.execute(
        "UPDATE backfill SET cursor = ?, touched_at = ?, seen = seen + ?, new = new + ?, failed = failed + ? WHERE id = ?",
        (dumps(dict(cursor)), now, *counts, backfill_id),
    )


def finish(connection: sqlite3.Connection, backfill_id: int, now: str) -> None:
    """Note that a backfill has come to its end; the same command begins anew."""
    connection.execute(
        "UPDATE backfill SET cursor = NULL, touched_at = ?, done_at = ? WHERE id = ?", (now, now, backfill_id)
    )


# --- what need never be looked at again


def covered(connection: sqlite3.Connection, units: Collection[str]) -> set[str]:
    """Those of the units that were covered by this or an earlier backfill."""
    found: set[str] = set()
    listed = list(units)
    for start in range(0, len(listed), 500):
        part = listed[start : start + 500]
        rows = connection.execute(f"SELECT unit FROM covered WHERE unit IN ({placeholders(len(part))})", part)
        found.update(row[0] for row in rows)
    return found


def cover(connection: sqlite3.Connection, units: Iterable[str]) -> None:
    """Note that these were covered."""
    connection.executemany("INSERT OR IGNORE INTO covered (unit) VALUES (?)", [(unit,) for unit in units])


# --- the budget of a domain


def add_requests(connection: sqlite3.Connection, asked: Mapping[tuple[str, str], int], before: str) -> None:
    """Count requests: (host, hour) → how many; what was counted for hours before `before` is forgotten."""
    connection.executemany(
        "INSERT INTO asked (host, hour, requests) VALUES (?, ?, ?)"
        " ON CONFLICT (host, hour) DO UPDATE SET requests = requests + excluded.requests",
        [(host, hour, count) for (host, hour), count in asked.items()],
    )
    connection.execute("DELETE FROM asked WHERE hour < ?", (before,))


def requests_in(connection: sqlite3.Connection, hour: str) -> dict[str, int]:
    """Host → how often backfills asked it in that hour."""
    return {row[0]: row[1] for row in connection.execute("SELECT host, requests FROM asked WHERE hour = ?", (hour,))}
