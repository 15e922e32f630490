"""Reading how feeds and seeds are doing. Every function takes a connection that only reads."""

from __future__ import annotations

import json
import sqlite3
from typing import Any


def feed_rows(connection: sqlite3.Connection) -> dict[str, dict[str, Any]]:
    """Feed address → its row of `feed_health`, with `tags` as a list."""
    rows = connection.execute("SELECT * FROM feed_health ORDER BY feed_url")
    return {row["feed_url"]: {**dict(row), "tags": json.loads(row["tags"])} for row in rows}


def last_fetches(connection: sqlite3.Connection, feed_url: str, limit: int = 10) -> list[dict[str, Any]]:
    """The last requests for a feed, the newest first."""
    rows = connection.execute(
        "SELECT t.started_at, t.duration_ms, t.status, t.outcome, t.error_code, t.message, t.bytes, t.entries, t.new_items"
        " FROM fetch t JOIN source s ON s.id = t.source_id WHERE s.kind = 'feed' AND s.address = ?"
        " ORDER BY t.started_at DESC, t.id DESC LIMIT ?",
        (feed_url, limit),
    )
    return [dict(row) for row in rows]


def gaps(connection: sqlite3.Connection, feed_url: str, limit: int = -1) -> list[dict[str, Any]]:
    """The windows in which items of a feed may have been missed, the newest first; at most so many, unless below 0."""
    rows = connection.execute(
        "SELECT missed_from, missed_until, detected_at, filled_at, filled_from, tried_at, brought, reason"
        " FROM coverage_gaps WHERE feed_url = ?"
        " ORDER BY missed_from DESC LIMIT ?",
        (feed_url, limit),
    )
    return [dict(row) for row in rows]


def unwell_feeds(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """Feeds that somebody should look at, the worst first: failing, parked, silent, empty, read in part, moved."""
    rows = connection.execute(
        "SELECT feed_url, name, state, reason, failing_since, last_success_at, last_new_item_at, next_poll_at,"
        " consecutive_failures, problem, problem_since FROM feed_health WHERE state IN ('failing', 'silent', 'parked') OR problem IS NOT NULL"
        " ORDER BY CASE state WHEN 'failing' THEN 0 WHEN 'parked' THEN 1 WHEN 'silent' THEN 2 ELSE 3 END,"
        " problem_since, name"
    )
    return [dict(row) for row in rows]


def seed_rows(connection: sqlite3.Connection) -> dict[tuple[str, str], dict[str, Any]]:
    """(watch, path as stored) → uid of the seed's article, and how many articles it is the nearest seed of."""
    rows = connection.execute(
        "WITH nearest AS (SELECT j.watch, json_extract(j.nearest, '$[0][0]') AS uid, count(*) AS related FROM judgement j"
        "  JOIN article f ON f.id = j.article_id WHERE j.verdict != 'no' AND f.origin IN ('feed', 'backfill')"
        "  AND f.deleted_at IS NULL GROUP BY 1, 2)"
        " SELECT s.watch, s.address, a.uid, coalesce(n.related, 0) AS related"
        " FROM source s JOIN entry e ON e.source_id = s.id AND e.role = 'self' AND e.withdrawn_at IS NULL"
        " JOIN article a ON a.id = e.article_id LEFT JOIN nearest n ON n.watch = s.watch AND n.uid = a.uid"
        " WHERE s.kind = 'seed' AND s.removed_at IS NULL"
    )
    return {(row["watch"], row["address"]): {"uid": row["uid"], "related": row["related"]} for row in rows}


def latest_times(connection: sqlite3.Connection) -> str | None:
    """The latest time the program itself wrote: of an attempt, or of something seen."""
    row = connection.execute(
        "SELECT max(t) FROM (SELECT max(last_attempt_at) AS t FROM feed UNION ALL SELECT max(last_seen_at) FROM entry)"
    ).fetchone()
    return None if row[0] is None else str(row[0])


def any_asked(connection: sqlite3.Connection) -> bool:
    """Whether any feed was ever asked, or anything brought in from elsewhere."""
    row = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM feed WHERE last_attempt_at IS NOT NULL)"
        " OR EXISTS (SELECT 1 FROM source WHERE kind = 'backfill')"
    ).fetchone()
    return bool(row[0])


def totals(connection: sqlite3.Connection) -> dict[str, int]:
    """How much there is: feeds, articles found, of them likely and maybe and not seen, copies, seeds."""
    # Conditions that look superfluous are those of partial indexes, which SQLite uses only when it reads them.
    row = connection.execute(
        "SELECT (SELECT count(*) FROM source JOIN feed ON feed.source_id = source.id WHERE removed_at IS NULL) AS feeds,"
        " (SELECT count(*) FROM article WHERE origin IN ('feed', 'backfill') AND deleted_at IS NULL) AS items,"
        " (SELECT count(*) FROM article WHERE verdict != 'no' AND verdict = 'likely' AND origin IN ('feed', 'backfill')"
        "  AND deleted_at IS NULL AND seen_at IS NULL) AS likely_unseen,"
        " (SELECT count(*) FROM article WHERE verdict != 'no' AND verdict = 'maybe' AND origin IN ('feed', 'backfill')"
        "  AND deleted_at IS NULL AND seen_at IS NULL) AS maybe_unseen,"
        " (SELECT count(*) FROM article WHERE copy_of_id IS NOT NULL AND deleted_at IS NULL) AS copies,"
        " (SELECT count(*) FROM article WHERE origin IN ('seed', 'seed_related') AND origin = 'seed'"
        "  AND deleted_at IS NULL) AS seeds"
    ).fetchone()
    return dict(row)
