"""Lists of articles with filters, a page at a time, for pages that anybody may ask for. Connections only read.

Nothing here grows with the database without bound: a search looks through the latest found of what matches.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, replace

from db.outlets import articles_of
from db.queries import Filter, conditions, prepare

PAGE = 50
"""Articles on a page."""
LAST_PAGE = 200
MATCHES = 2_000
"""Articles a search without filters is about: the latest found that match."""
LOOKED_THROUGH = 200_000
"""Articles that match among which a search with filters looks."""

FEW = 50_000
"""Articles of outlets that are looked at one by one; of outlets with more, the latest are soon found among all."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list: ids of articles, newest first; whether there is another page; whether only part was looked at."""

    ids: tuple[int, ...] = ()
    more: bool = False
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen in the filters."""

    watches: tuple[str, ...]
    languages: tuple[str, ...]
    tags: tuple[str, ...]


def listed(connection: sqlite3.Connection, wanted: Filter, page: int) -> Listed:
    """The articles that a filter asks for, but for its words and limit; `page` counts from 1."""
    prepare(connection)
    if not set(wanted.tags) <= set(_tags(connection)):
        return Listed()
    where, values = conditions(_narrowed(connection, wanted))
    rows = connection.execute(
        f"SELECT i.id FROM items i WHERE {where} ORDER BY i.sort_at DESC, i.id DESC LIMIT ? OFFSET ?",
        (*values, PAGE + 1, (page - 1) * PAGE),
    ).fetchall()
    more = len(rows) > PAGE
    return Listed(tuple(row[0] for row in rows[:PAGE]), more=more and page < LAST_PAGE, cut=more and page == LAST_PAGE)


def matching(connection: sqlite3.Connection, match: str, wanted: Filter, page: int) -> Listed:
    """The articles that an FTS5 expression matches and a filter asks for, newest first; `page` counts from 1."""
    ids, cut = _newest(connection, match, wanted)
    start = (page - 1) * PAGE
    return Listed(ids[start : start + PAGE], more=len(ids) > start + PAGE, cut=cut)


def latest_matching(connection: sqlite3.Connection, match: str, wanted: Filter, count: int) -> tuple[int, ...]:
    """The first so many of them."""
    return _newest(connection, match, wanted)[0][:count]


def _newest(connection: sqlite3.Connection, match: str, wanted: Filter) -> tuple[tuple[int, ...], bool]:
    """What matches, newest first, among the latest found; and whether there may be more."""
    prepare(connection)
    wanted = _narrowed(connection, wanted)
    where, values = conditions(wanted)
    most = MATCHES if where == "1" else LOOKED_THROUGH
    found = f"SELECT rowid AS id FROM article_fts WHERE article_fts MATCH ? ORDER BY rowid DESC LIMIT {most}"
    if wanted.verdicts and "no" not in wanted.verdicts:
        # Which articles are related, an index says alone; to find it in each row takes far longer.
        found = f"SELECT id FROM ({found}) WHERE id IN (SELECT id FROM article WHERE verdict != 'no')"
    bound: tuple[object, ...] = (match, *values)
    if wanted.ids is not None:
        found = f"SELECT id FROM ({found}) WHERE id IN (SELECT value FROM json_each(?))"
        bound = (match, json.dumps(wanted.ids), *values)
    rows = connection.execute(
        f"SELECT i.id, i.sort_at FROM ({found}) f CROSS JOIN items i ON i.id = f.id WHERE {where} LIMIT ?",
        (*bound, MATCHES),
    ).fetchall()
    newest = sorted(((row[1], row[0]) for row in rows), reverse=True)
    return tuple(article_id for _, article_id in newest), len(rows) == MATCHES


def _narrowed(connection: sqlite3.Connection, wanted: Filter) -> Filter:
    """The same without words, and with the articles of its outlets in place of those where they are few."""
    wanted = replace(wanted, words=None)
    few = articles_of(connection, wanted.outlets, FEW) if wanted.outlets and wanted.ids is None else None
    return wanted if few is None else replace(wanted, outlets=(), ids=few)


def choices(connection: sqlite3.Connection) -> Choices:
    """What the filters offer: all watches and tags, and the languages of what is related."""
    watches = connection.execute(
        # From one watch to the next in the index, without the thousands of rows that each has there.
        "WITH RECURSIVE named(watch) AS ("
        " SELECT (SELECT watch FROM judgement INDEXED BY judgement_shown WHERE verdict != 'no' ORDER BY watch LIMIT 1) UNION ALL"
        " SELECT (SELECT watch FROM judgement INDEXED BY judgement_shown WHERE verdict != 'no' AND watch > named.watch"
        "  ORDER BY watch LIMIT 1)"
        "  FROM named WHERE named.watch IS NOT NULL)"
        " SELECT watch FROM named WHERE watch IS NOT NULL UNION"
        " SELECT watch FROM source WHERE kind = 'seed' AND removed_at IS NULL AND watch IS NOT NULL ORDER BY 1"
    )
    languages = connection.execute(
        "SELECT DISTINCT language FROM (SELECT language FROM article INDEXED BY article_related WHERE verdict != 'no'"
        " ORDER BY sort_at DESC LIMIT 300) WHERE language IS NOT NULL ORDER BY 1"
    )
    named, spoken = (tuple(str(row[0]) for row in rows) for rows in (watches, languages))
    return Choices(named, spoken, _tags(connection))


def _tags(connection: sqlite3.Connection) -> tuple[str, ...]:
    """The tags of feeds and of outlets."""
    rows = connection.execute(
        "SELECT DISTINCT t.value FROM source s, json_each(s.tags) t WHERE s.kind = 'feed' AND s.removed_at IS NULL"
        " UNION SELECT t.value FROM outlet o, json_each(o.tags) t ORDER BY 1"
    )
    return tuple(str(row[0]) for row in rows)
