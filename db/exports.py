"""Reading what is handed on: articles with what was judged, one at a time. The connection only reads."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

from db.queries import Filter, conditions, prepare, record_values

_REASON = """(SELECT j.reason FROM judgement j WHERE j.article_id = i.id
    ORDER BY CASE j.verdict WHEN 'likely' THEN 0 WHEN 'maybe' THEN 1 ELSE 2 END, j.score DESC LIMIT 1)"""

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


def table_rows(connection: sqlite3.Connection, wanted: Filter) -> Iterator[tuple[Any, ...]]:
    """Articles as rows with `COLUMNS`, newest first."""
    prepare(connection)
    where, values = conditions(wanted)
    columns = ", ".join(f"{_REASON} AS reason" if name == "reason" else f"i.{name}" for name in COLUMNS)
    sql = f"SELECT {columns} FROM items i WHERE {where} ORDER BY i.sort_at DESC, i.id DESC"
    return map(tuple, connection.execute(sql, values))


def record_rows(connection: sqlite3.Connection, wanted: Filter) -> Iterator[dict[str, Any]]:
    """Articles in the keys of the seed format, after `uid`, `verdict`, `relevance` and `reason`; newest first."""
    prepare(connection)
    where, values = conditions(wanted)
    sql = (
        f"SELECT i.uid, i.verdict, i.relevance, {_REASON} AS reason, i.first_seen_at, f.*"
        " FROM items i CROSS JOIN seed_format f ON f.uid = i.uid"
        f" WHERE {where} ORDER BY i.sort_at DESC, i.id DESC"
    )
    return map(record_values, connection.execute(sql, values))
