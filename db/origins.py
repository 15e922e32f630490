"""What the pages of an outlet and of a feed show. Connections only read; times are as stored, UTC."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from db.queries import storable
from db.shown import Item, items

_RANK = "CASE state WHEN 'failing' THEN 0 WHEN 'parked' THEN 1 WHEN 'silent' THEN 2 ELSE CASE WHEN problem IS NOT NULL THEN 3 ELSE 4 END END"


@dataclass(frozen=True, slots=True)
class Outlet:
    """An outlet: how much it published, as far as it was seen, and how much of that is related."""

    name: str
    domain: str
    tags: str
    """JSON list, from the settings."""
    articles: int
    copies: int
    likely: int
    maybe: int
    first_at: str | None
    last_at: str | None


def outlet(connection: sqlite3.Connection, domain: str, name: str) -> Outlet | None:
    """An outlet by its domain, and by its name where many share the host or it has no domain; None when nothing is known."""
    where, values = _of(domain, name)
    row = connection.execute(
        "SELECT count(*), count(copy_of_id), count(*) FILTER (WHERE verdict = 'likely'),"
        f" count(*) FILTER (WHERE verdict = 'maybe'), min(sort_at), max(sort_at) FROM article a WHERE {where}",
        values,
    ).fetchone()
    feeds = feeds_of(connection, domain, name)
    if not row[0] and not feeds:
        return None
    said = connection.execute("SELECT name, tags FROM outlet WHERE domain = ?", (storable(domain),)).fetchone()
    latest = connection.execute(
        f"SELECT provider_name FROM article a WHERE {where} AND provider_name IS NOT NULL ORDER BY sort_at DESC LIMIT 1",
        values,
    ).fetchone()
    called = name or (latest[0] if latest else "") or (said[0] if said else "") or domain
    return Outlet(called, domain, said[1] if said else "[]", *row)


def latest(connection: sqlite3.Connection, domain: str, name: str, *, related: bool, limit: int) -> tuple[Item, ...]:
    """The latest articles of an outlet, or the latest of them that are related."""
    where, values = _of(domain, name)
    also = " AND a.deleted_at IS NULL" + (" AND a.verdict IN ('likely', 'maybe')" if related else "")
    rows = connection.execute(
        f"SELECT a.id FROM article a WHERE {where}{also} ORDER BY a.sort_at DESC LIMIT ?", (*values, limit)
    )
    return items(connection, [row[0] for row in rows.fetchall()])


def feeds_of(connection: sqlite3.Connection, domain: str, name: str) -> list[dict[str, Any]]:
    """The feeds of an outlet, as `feed_health` has them."""
    rows = connection.execute(
        "SELECT h.* FROM source s JOIN feed_health h ON h.feed_url = s.address WHERE s.kind = 'feed' AND s.removed_at IS NULL"
        " AND s.outlet_domain IS ? AND (? = '' OR s.outlet_name = ?) ORDER BY h.name LIMIT 50",
        (storable(domain) or None, storable(name), storable(name)),
    )
    return _dicts(rows)


def feeds(
    connection: sqlite3.Connection, state: str, tag: str, limit: int, offset: int
) -> tuple[list[dict[str, Any]], int]:
    """Feeds as `feed_health` has them, those in trouble first, the latest trouble before older; and how many there are.

    `state`: a state of `feed_health`, `trouble` for all that need a look, or empty for any.
    """
    conditions, values = ["1"], []
    if state == "trouble":
        conditions.append("(state IN ('failing', 'parked', 'silent') OR problem IS NOT NULL)")
    elif state:
        conditions.append("state = ?")
        values.append(storable(state))
    if tag:
        conditions.append("EXISTS (SELECT 1 FROM json_each(feed_health.tags) t WHERE t.value = ?)")
        values.append(storable(tag))
    where = " AND ".join(conditions)
    count = connection.execute(f"SELECT count(*) FROM feed_health WHERE {where}", values).fetchone()[0]
    rows = connection.execute(
        f"SELECT * FROM feed_health WHERE {where} ORDER BY {_RANK}, problem_since DESC, name, feed_url LIMIT ? OFFSET ?",
        (*values, limit, offset),
    )
    return _dicts(rows), int(count)


def states(connection: sqlite3.Connection) -> Mapping[str, int]:
    """State → how many feeds are in it."""
    rows = connection.execute(
        "SELECT f.state, count(*) FROM feed f JOIN source s ON s.id = f.source_id WHERE s.removed_at IS NULL GROUP BY 1"
    )
    return {row[0]: row[1] for row in rows}


def feed(connection: sqlite3.Connection, url: str) -> dict[str, Any] | None:
    """One feed: the row of `feed_health`, with `id`, `title`, `link`, `added_at`, `longest_gap_s`, `outlet_domain`, `outlet_name`."""
    rows = connection.execute(
        "SELECT h.*, s.id, s.title, s.link, s.added_at, f.longest_gap_s, s.outlet_domain, s.outlet_name FROM source s"
        " JOIN feed f ON f.source_id = s.id JOIN feed_health h ON h.feed_url = s.address"
        " WHERE s.kind = 'feed' AND s.address = ? AND s.removed_at IS NULL",
        (storable(url),),
    )
    found = _dicts(rows)
    return found[0] if found else None


def requests(connection: sqlite3.Connection, source_id: int, limit: int) -> list[dict[str, Any]]:
    """The last requests for a feed, the latest first."""
    rows = connection.execute(
        "SELECT started_at, duration_ms, status, outcome, error_code, message, bytes, entries, new_items FROM fetch"
        " WHERE source_id = ? ORDER BY started_at DESC LIMIT ?",
        (source_id, limit),
    )
    return _dicts(rows)


def brought(connection: sqlite3.Connection, source_id: int, since: str) -> list[tuple[str, int]]:
    """When a feed brought something new since then, and how much."""
    rows = connection.execute(
        "SELECT started_at, new_items FROM fetch WHERE source_id = ? AND started_at >= ? AND new_items > 0",
        (source_id, since),
    )
    return [(row[0], row[1]) for row in rows]


def brought_last(connection: sqlite3.Connection, source_id: int, limit: int) -> tuple[Item, ...]:
    """The latest articles that a feed brought."""
    rows = connection.execute(
        "SELECT article_id FROM entry WHERE source_id = ? AND article_id IS NOT NULL ORDER BY id DESC LIMIT ?",
        (source_id, limit),
    )
    return items(connection, {row[0] for row in rows.fetchall()})


def _of(domain: str, name: str) -> tuple[str, tuple[object, ...]]:
    # What is no longer shown counts too: an index alone tells of the rest, however much an outlet publishes.
    where = "a.provider_domain IS ?"
    values: tuple[object, ...] = (storable(domain) or None,)
    return (f"{where} AND a.provider_name = ?", (*values, storable(name))) if name else (where, values)


def _dicts(rows: sqlite3.Cursor) -> list[dict[str, Any]]:
    names = [column[0] for column in rows.description]
    return [dict(zip(names, row, strict=True)) for row in rows]
