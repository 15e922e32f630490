"""Reading what is handed on: articles with what was judged, one at a time. The connection only reads.

With a watch in the filter, verdict, relevance and reason are those for that watch; else the best over all watches.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

from db.queries import Filter, chosen, conditions, prepare, record_values, storable

COLUMNS = (
    "uid",
    "verdict",
    "relevance",
    "published_at",
    "provider_name",
    "title",
    "excerpt",
    "web_url",
    "reason",
    "language",
    "provider_domain",
    "first_seen_at",
    "origin",
    "judged_on",
    "copy_of_uid",
    "story_uid",
)
"""The columns of a table of articles."""

# When an article last changed for whoever follows it: never before it was published.
_UPDATED = """max(i.first_seen_at, coalesce(i.published_at, ''),
    coalesce((SELECT max(r.seen_at) FROM revision r WHERE r.article_id = i.id), ''))"""


def table_rows(connection: sqlite3.Connection, wanted: Filter) -> Iterator[tuple[Any, ...]]:
    """Articles as rows with `COLUMNS`, newest first."""
    prepare(connection)
    judged, watches = _judged(wanted)
    columns = ", ".join(f"{judged.get(name, f'i.{name}')} AS {name}" for name in COLUMNS)
    where, values = chosen(wanted)
    return map(tuple, connection.execute(f"SELECT {columns} FROM items i {where}", (*watches, *values)))


def chosen_ids(connection: sqlite3.Connection, wanted: Filter) -> list[int]:
    """The ids of the articles that a filter asks for, newest first: what `table_rows_of` takes a piece of."""
    prepare(connection)
    where, values = chosen(wanted)
    return [row[0] for row in connection.execute(f"SELECT i.id FROM items i {where}", values)]


def table_rows_of(connection: sqlite3.Connection, wanted: Filter, ids: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    """The rows of `table_rows` for these articles, in their order; those that are gone are left out."""
    judged, watches = _judged(wanted)
    columns = ", ".join(f"{judged.get(name, f'i.{name}')} AS {name}" for name in COLUMNS)
    sql = f"SELECT {columns} FROM json_each(?) w CROSS JOIN items i ON i.id = w.value ORDER BY w.key"
    return map(tuple, connection.execute(sql, (*watches, json.dumps(ids))))


def record_rows(connection: sqlite3.Connection, wanted: Filter) -> Iterator[dict[str, Any]]:
    """Articles in the keys of the seed format, after `uid`, `verdict`, `relevance` and `reason`; newest first.

    Also `origin`, `first_seen_at`, and of its story `covered_until` and `outlets` with texts of their own.
    """
    prepare(connection)
    judged, watches = _judged(wanted)
    columns = ", ".join(f"{sql} AS {name}" for name, sql in judged.items())
    where, values = chosen(wanted)
    sql = (
        f"SELECT i.uid, {columns}, i.origin, i.first_seen_at, s.last_published_at AS covered_until,"
        " s.own_text_outlets AS outlets, f.* FROM items i CROSS JOIN seed_format f ON f.uid = i.uid"
        f" LEFT JOIN story s ON s.uid = i.story_uid {where}"
    )
    return map(record_values, connection.execute(sql, (*watches, *values)))


def finding_rows(connection: sqlite3.Connection, wanted: Filter) -> Iterator[dict[str, Any]]:
    """Articles as readers of feeds want them, newest first.

    Keys: those of `items`, with what was judged; `reason`, `updated_at`, `watches` (a list), and of a copy
    `copy_of_title` and `copy_of_outlet`.
    """
    prepare(connection)
    judged, watches = _judged(wanted)
    columns = ", ".join(f"{sql} AS {name}" for name, sql in judged.items())
    where, values = chosen(wanted)
    sql = f"""
        SELECT i.uid, i.origin, i.title, i.excerpt, i.web_url, i.published_at, i.date_quality, i.first_seen_at, i.language,
            i.provider_name, i.provider_domain, i.copy_of_uid, i.story_uid, i.judged_on, {columns}, {_UPDATED} AS updated_at,
            (SELECT json_group_array(watch) FROM (SELECT watch FROM judgement WHERE article_id = i.id AND verdict != 'no'
                ORDER BY watch)) AS watches,
            (SELECT r.title FROM article r WHERE r.uid = i.copy_of_uid) AS copy_of_title,
            (SELECT coalesce(r.provider_name, r.provider_domain) FROM article r WHERE r.uid = i.copy_of_uid)
                AS copy_of_outlet
        FROM items i {where}"""
    for row in connection.execute(sql, (*watches, *values)):
        yield {**dict(row), "watches": json.loads(row["watches"])}


def latest_change(connection: sqlite3.Connection, wanted: Filter) -> str | None:
    """When any of the articles that a filter asks for last changed; None when there is none. Its limit is ignored."""
    prepare(connection)
    where, values = conditions(wanted)
    found = connection.execute(f"SELECT max({_UPDATED}) FROM items i WHERE {where}", values).fetchone()
    return None if found[0] is None else str(found[0])


def feeds_behind(connection: sqlite3.Connection, wanted: Filter) -> Iterator[dict[str, Any]]:
    """The feeds, those removed aside, that brought any of the articles that a filter asks for, by name.

    Keys: `url`, `name`, `tags` (a list).
    """
    prepare(connection)
    where, values = chosen(wanted)
    rows = connection.execute(
        "SELECT s.address AS url, coalesce(s.name, s.title, s.address) AS name, s.tags FROM source s"
        " WHERE s.kind = 'feed' AND s.removed_at IS NULL AND s.id IN (SELECT e.source_id FROM entry e"
        f"  WHERE e.article_id IN (SELECT i.id FROM items i {where})) ORDER BY name, url",
        values,
    )
    for row in rows:
        yield {**dict(row), "tags": json.loads(row["tags"])}


def _judged(wanted: Filter) -> tuple[dict[str, str], tuple[object, ...]]:
    """Column → expression of what was judged, and the values of all three in this order."""
    watch = () if wanted.watch is None else (storable(wanted.watch),)
    best = (
        f"(SELECT j.{{}} FROM judgement j WHERE j.article_id = i.id{' AND j.watch = ?' if watch else ''}"
        " ORDER BY CASE j.verdict WHEN 'likely' THEN 0 WHEN 'maybe' THEN 1 ELSE 2 END, j.score DESC LIMIT 1)"
    )
    if not watch:
        return {"verdict": "i.verdict", "relevance": "i.relevance", "reason": best.format("reason")}, ()
    columns = {"verdict": best.format("verdict"), "relevance": best.format("score"), "reason": best.format("reason")}
    return columns, watch * 3
