"""How the monitor is doing, in the few figures that its one verdict line needs."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Health:
    """The figures. Times are as stored, UTC; feeds and seeds that were removed do not count."""

    seeds: int = 0
    feeds: int = 0
    untried: int = 0
    """Feeds that were never asked."""
    broken: int = 0
    """Feeds that fail, or that are gone."""
    silent: int = 0
    """Feeds that answer, but have brought nothing for far longer than usual."""
    empty: int = 0
    """Feeds that answer, but list nothing."""
    doubled: int = 0
    """Feeds that are the same as another, which is read in their place."""
    degraded: int = 0
    """Feeds that could be read only in part."""
    moved: int = 0
    """Feeds that answer from another address for good."""
    broken_long: int = 0
    """How many of the broken ones have given no good answer for a day."""
    broken_since: str | None = None
    """When the first of the broken feeds broke."""
    last_attempt_at: str | None = None
    """When any feed was last asked."""
    last_success_at: str | None = None
    """When any feed last gave a good answer."""
    due_at: str | None = None
    """When the next feed is due, or has been for as long as nobody asks."""
    shortest_wait_s: int | None = None
    """The shortest time planned between two requests to one feed, seconds."""
    items_24h: int = 0
    """Items that feeds brought in the last 24 hours."""
    likely_24h: int = 0
    maybe_24h: int = 0
    last_likely_at: str | None = None
    """When the latest article that is likely related was found, whatever its date; by a backfill only if by no feed."""


_FEEDS = """
SELECT count(*) AS feeds, count(*) FILTER (WHERE f.last_attempt_at IS NULL) AS untried,
    count(*) FILTER (WHERE f.state IN ('failing', 'parked') AND f.problem IS NOT 'same') AS broken,
    count(*) FILTER (WHERE f.state IN ('failing', 'parked') AND f.problem IS NOT 'same'
        AND coalesce(f.last_success_at, f.failing_since) < ?) AS broken_long,
    count(*) FILTER (WHERE f.problem = 'same') AS doubled,
    count(*) FILTER (WHERE f.state = 'silent' AND f.problem IS NOT 'no_entries') AS silent,
    count(*) FILTER (WHERE f.problem = 'no_entries') AS empty,
    count(*) FILTER (WHERE f.problem = 'degraded') AS degraded,
    count(*) FILTER (WHERE f.problem = 'moved') AS moved,
    min(CASE WHEN f.state IN ('failing', 'parked') THEN f.failing_since END) AS broken_since,
    max(f.last_attempt_at) AS last_attempt_at,
    max(f.last_success_at) AS last_success_at,
    min(f.next_poll_at) AS due_at,
    min(strftime('%s', f.next_poll_at) - strftime('%s', f.last_attempt_at)) AS shortest_wait_s
FROM source s JOIN feed f ON f.source_id = s.id WHERE s.kind = 'feed' AND s.removed_at IS NULL
"""
_SEEDS = "SELECT count(*) AS seeds FROM source WHERE kind = 'seed' AND removed_at IS NULL"
_ITEMS = "SELECT coalesce(sum(new_items), 0) AS items_24h FROM fetch WHERE started_at >= ?"
# Naming both verdicts and excluding the third lets SQLite use the partial index over the related few.
_RELATED = """
SELECT count(*) FILTER (WHERE verdict = 'likely') AS likely_24h, count(*) FILTER (WHERE verdict = 'maybe') AS maybe_24h
FROM article WHERE verdict IN ('likely', 'maybe') AND verdict != 'no' AND first_seen_at >= ? AND origin = 'feed'
AND deleted_at IS NULL
"""
_LAST = """
SELECT coalesce(max(first_seen_at) FILTER (WHERE origin = 'feed'), max(first_seen_at)) AS last_likely_at FROM article WHERE verdict = 'likely' AND verdict != 'no'
AND origin IN ('feed', 'backfill') AND deleted_at IS NULL
"""


def health(connection: sqlite3.Connection, now: datetime) -> Health:
    """The figures as they are at `now`."""
    yesterday = (now.astimezone(UTC) - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    figures: dict[str, int | str | None] = {}
    for sql, bound in (
        (_FEEDS, (yesterday,)),
        (_SEEDS, ()),
        (_ITEMS, (yesterday,)),
        (_RELATED, (yesterday,)),
        (_LAST, ()),
    ):
        cursor = connection.execute(sql, bound)
        names = [column[0] for column in cursor.description]
        figures |= dict(zip(names, cursor.fetchone() or (None,), strict=True))
    return Health(**figures)  # type: ignore[arg-type]  # columns are named after the fields
