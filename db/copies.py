"""What comparing texts and grouping copies asks. Every function takes the connection of a transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from db.store import placeholders

_TEXT = 8_000
"""Characters of a text that are compared."""
_HEAD = 400
"""Characters of it in which a source is named, if any is."""
_PART = 500


class Compared(NamedTuple):
    """An article with all that it is compared by."""

    id: int
    uid: str
    seed: bool
    title: str
    title_key: str
    excerpt: str
    text: str
    at: str
    web_url: str | None
    provider_name: str | None
    provider_domain: str | None


@dataclass(frozen=True, slots=True)
class Grouped:
    """An article of a group, with what tells which of them is the root."""

    id: int
    uid: str
    seed: bool
    sort_at: str
    first_seen_at: str
    published_at: str | None
    date_quality: str
    web_url: str | None
    provider_name: str | None
    provider_domain: str | None
    head: str
    authors: tuple[str, ...]


def compared(connection: sqlite3.Connection, article_ids: Iterable[int]) -> dict[int, Compared]:
    """Article id → what it is compared by, but for those that are no longer kept."""
    found: dict[int, Compared] = {}
    for part in _parts(article_ids):
        rows = connection.execute(
            "SELECT id, uid, origin = 'seed', title, title_key, excerpt, substr(text, 1, ?), coalesce(published_at,"
            " first_seen_at), web_url, provider_name, provider_domain FROM article"
            f" WHERE id IN ({placeholders(len(part))}) AND deleted_at IS NULL",
            (_TEXT, *part),
        )
        found.update((row[0], Compared(row[0], row[1], bool(row[2]), *tuple(row)[3:])) for row in rows)
    return found


def grouped(connection: sqlite3.Connection, article_ids: Iterable[int]) -> list[Grouped]:
    """These articles, in the order of their uids."""
    found = []
    for part in _parts(article_ids):
        rows = connection.execute(
            "SELECT a.id, a.uid, a.origin = 'seed', a.sort_at, a.first_seen_at, a.published_at, a.date_quality, a.web_url,"
            " a.provider_name, a.provider_domain, substr(CASE WHEN a.text != '' THEN a.text ELSE a.excerpt END, 1, ?),"
            " (SELECT json_extract(n.data, '$.authors') FROM entry e JOIN snapshot n ON n.id = e.snapshot_id"
            "  WHERE e.article_id = a.id AND json_extract(n.data, '$.authors') IS NOT NULL ORDER BY e.id LIMIT 1)"
            f" FROM article a WHERE a.id IN ({placeholders(len(part))})",
            (_HEAD, *part),
        )
        found += [
            Grouped(
                id=row[0],
                uid=row[1],
                seed=bool(row[2]),
                sort_at=row[3],
                first_seen_at=row[4],
                published_at=row[5],
                date_quality=row[6],
                web_url=row[7],
                provider_name=row[8],
                provider_domain=row[9],
                head=row[10],
                authors=_strings(row[11]),
            )
            for row in rows
        ]
    return sorted(found, key=lambda one: one.uid)


def links(connection: sqlite3.Connection, article_id: int) -> list[tuple[int, str]]:
    """The articles that rules found to have one text with this one: (id, method)."""
    rows = connection.execute(
        "WITH own AS (SELECT 'article:' || old_uid AS name FROM alias WHERE article_id = ?1),"
        " other AS (SELECT b AS name, method FROM decision WHERE kind = 'copy' AND undone_at IS NULL AND a IN (SELECT name FROM own)"
        "  UNION SELECT a, method FROM decision WHERE kind = 'copy' AND undone_at IS NULL AND b IN (SELECT name FROM own))"
        " SELECT DISTINCT l.article_id, o.method FROM other o JOIN alias l ON l.old_uid = substr(o.name, 9)"
        " WHERE l.article_id != ?1 ORDER BY 1, 2",
        (article_id,),
    )
    return [(row[0], row[1]) for row in rows]


def unlink(connection: sqlite3.Connection, one: int, other: int, method: str, now: str) -> None:
    """Take back what a rule found of two articles by one method: more is known now."""
    names = "SELECT 'article:' || old_uid FROM alias WHERE article_id = "
    connection.execute(
        "UPDATE decision SET undone_at = ? WHERE kind = 'copy' AND decided_by = 'rule' AND undone_at IS NULL AND method = ?"
        f" AND ((a IN ({names} ?) AND b IN ({names} ?)) OR (b IN ({names} ?) AND a IN ({names} ?)))",
        (now, method, one, other, one, other),
    )


def _strings(written: str | None) -> tuple[str, ...]:
    listed: Any = json.loads(written) if written else []
    return tuple(str(one) for one in listed) if isinstance(listed, list) else ()


def _parts(article_ids: Iterable[int]) -> Iterable[Sequence[int]]:
    ids = sorted(set(article_ids))
    return (ids[start : start + _PART] for start in range(0, len(ids), _PART))
