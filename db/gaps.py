"""Windows in which entries of a feed may have been missed, and what was tried to fill them.

Functions that write take the connection of a transaction that their caller opened.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from db.store import placeholders


@dataclass(frozen=True, slots=True)
class Gap:
    """A window that is not filled. Times are as stored."""

    id: int
    source_id: int
    feed_url: str
    missed_from: str
    missed_until: str
    link: str | None
    """The site of the feed, as it says itself."""
    policy: str
    """How its entries are told apart."""
    tried_at: str | None = None


def unfilled(connection: sqlite3.Connection, feeds: Collection[str] = (), tried_before: str | None = None) -> list[Gap]:
    """The windows that are not filled, of some feeds or all that are followed, the oldest first.

    With `tried_before`, those alone that nobody has tried to fill since then.
    """
    where, values = ["g.filled_at IS NULL", "s.removed_at IS NULL"], list[str]()
    if feeds:
        where.append(f"s.address IN ({placeholders(len(feeds))})")
        values += feeds
    if tried_before is not None:
        where.append("(g.tried_at IS NULL OR g.tried_at < ?)")
        values.append(tried_before)
    rows = connection.execute(
        "SELECT g.id, g.source_id, s.address, g.missed_from, g.missed_until, s.link, f.entry_policy, g.tried_at"
        f" FROM gap g JOIN source s ON s.id = g.source_id JOIN feed f ON f.source_id = s.id WHERE {' AND '.join(where)}"
        " ORDER BY g.missed_from, g.id",
        values,
    )
    return [Gap(*row) for row in rows]


def tried(
    connection: sqlite3.Connection,
    gap_id: int,
    filled_from: str | None,
    reason: str,
    sources: Sequence[str],
    began: str,
    now: str,
) -> None:
    """Note what came of trying to fill a window; `sources`: addresses of the sources of what was brought in for it.

    Counted as brought are articles of its time, and since trying `began` those dated before it too: of these only what it
    missed is brought in.
    """
    brought = connection.execute(
        "SELECT count(DISTINCT e.article_id) FROM gap g JOIN source s ON s.kind = 'backfill'"
        f" AND s.address IN ({placeholders(len(sources))})"
        " JOIN entry e ON e.source_id = s.id JOIN snapshot n ON n.id = e.snapshot_id"
        " WHERE g.id = ? AND n.published_at < g.missed_until AND (n.published_at >= g.missed_from OR e.first_seen_at >= ?)"
        " AND NOT EXISTS (SELECT 1 FROM entry o JOIN source p ON p.id = o.source_id"
        "  WHERE o.article_id = e.article_id AND p.kind != 'backfill')",
        (*sources, gap_id, began),
    ).fetchone()[0]
    connection.execute(
        "UPDATE gap SET tried_at = ?, filled_at = iif(? IS NULL, NULL, ?), filled_from = ?, reason = ?, brought = ? WHERE id = ?",
        (now, filled_from, now, filled_from, reason, brought, gap_id),
    )


def known_before(connection: sqlite3.Connection, gap: Gap, keys: Collection[str]) -> set[str]:
    """Those of the keys whose entries the feed had before the window."""
    return _known(connection, gap, keys, "first_seen_at <= ?", gap.missed_from)


def known_after(connection: sqlite3.Connection, gap: Gap, keys: Collection[str]) -> set[str]:
    """Those of the keys whose entries the feed had when the window ended, and not before."""
    return _known(connection, gap, keys, "first_seen_at >= ?", gap.missed_until)


def _known(connection: sqlite3.Connection, gap: Gap, keys: Collection[str], when: str, at: str) -> set[str]:
    found: set[str] = set()
    listed = list(keys)
    for start in range(0, len(listed), 500):
        part = listed[start : start + 500]
        rows = connection.execute(
            f"SELECT entry_key FROM entry WHERE source_id = ? AND entry_key IN ({placeholders(len(part))}) AND {when}",
            (gap.source_id, *part, at),
        )
        found.update(row[0] for row in rows)
    return found
