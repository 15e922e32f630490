"""What the pages of a watch, a seed and a story show. Connections only read; times are as stored, UTC."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from db.coverage import FollowedFeed, archives_read
from db.queries import Found, storable
from db.shown import ITEM, JOINS, Item, items, with_reasons

MOST = 500
"""Articles of a story that are shown."""
_IN_STORY = (
    f"{ITEM} FROM article a {JOINS} WHERE a.story_id = ? AND a.deleted_at IS NULL ORDER BY a.sort_at, a.id LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class Story:
    """A story with its articles, the earliest first."""

    uid: str
    title: str
    first_at: str | None
    last_at: str | None
    articles: int
    reprints: int
    outlets: int
    """Outlets with a text of their own."""
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A change of an article: which field, what it was, what it is."""

    article_id: int
    seen_at: str
    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How much there is of a watch or seed."""

    likely: int
    maybe: int
    unseen_likely: int
    unseen_maybe: int
    first_at: str | None
    last_at: str | None


@dataclass(frozen=True, slots=True)
class Document:
    """A seed document: its path, watch, and the uid of its article."""

    uid: str
    path: str
    watch: str


def story(connection: sqlite3.Connection, uid: str) -> Story | None:
    """The story that has, or had, this uid."""
    name = storable(uid).strip().lower()
    row = connection.execute(
        "SELECT id, uid, title, first_published_at, last_published_at, articles, reprints, own_text_outlets FROM story"
        " WHERE uid = ?1 OR id = (SELECT story_id FROM story_alias WHERE old_uid = ?1)",
        (name,),
    ).fetchone()
    if row is None:
        return None
    found = [Item(*one) for one in connection.execute(_IN_STORY, (row[0], MOST))]
    told = with_reasons(connection, found)
    return Story(row[1], row[2], row[3], row[4], row[5], row[6], row[7], told)


def changes(connection: sqlite3.Connection, article_ids: Iterable[int], field: str = "title") -> list[Change]:
    """How one field of these articles changed, the earliest first."""
    rows = connection.execute(
        "SELECT article_id, seen_at, field, coalesce(old, ''), coalesce(new, '') FROM revision WHERE field = ?"
        " AND article_id IN (SELECT value FROM json_each(?)) ORDER BY seen_at, id",
        (field, json.dumps(list(article_ids))),
    )
    return [Change(*row) for row in rows]


# What is related to a watch is told by two indices alone; texts are never looked at. Of one seed there is little.
_NEAREST = "json_extract(j.nearest, '$[0][0]') IN (SELECT old_uid FROM alias WHERE article_id = :seed)"
_SHOWN = "a.verdict != 'no' AND a.origin IN ('feed', 'backfill') AND a.deleted_at IS NULL AND a.copy_of_id IS NULL"


def _of(seed_id: int | None) -> str:
    """What was found for `:watch`, or nearest to `:seed`, as a join of `judgement` j and `article` a; without reprints."""
    index, nearest = ("judgement_shown", "1") if seed_id is None else ("judgement_nearest", _NEAREST)
    return (
        f"FROM judgement j INDEXED BY {index} CROSS JOIN article a INDEXED BY article_told ON a.id = j.article_id"
        f" WHERE j.watch = :watch AND j.verdict != 'no' AND {nearest} AND {_SHOWN}"
    )


def tally(connection: sqlite3.Connection, watch: str, seed_id: int | None = None) -> Tally:
    """How much was found for a watch, or nearest to one of its seeds; reprints do not count."""
    row = connection.execute(
        "SELECT count(*) FILTER (WHERE j.verdict = 'likely'), count(*) FILTER (WHERE j.verdict = 'maybe'),"
        " count(*) FILTER (WHERE j.verdict = 'likely' AND a.seen_at IS NULL),"
        " count(*) FILTER (WHERE j.verdict = 'maybe' AND a.seen_at IS NULL),"
        " min(a.sort_at) FILTER (WHERE j.verdict = 'likely'), max(a.sort_at) FILTER (WHERE j.verdict = 'likely')"
        f" {_of(seed_id)}",
        {"watch": storable(watch), "seed": seed_id},
    ).fetchone()
    return Tally(*row)


def dates(
    connection: sqlite3.Connection, watch: str, since: str, seed_id: int | None = None
) -> list[tuple[str, str, str]]:
    """Watch, verdict and date of what was found, dated `since` or later; reprints do not count."""
    rows = connection.execute(
        f"SELECT j.watch, j.verdict, a.sort_at {_of(seed_id)} AND a.sort_at >= :since",
        {"watch": storable(watch), "seed": seed_id, "since": since},
    )
    return [(row[0], row[1], row[2]) for row in rows]


def days(
    connection: sqlite3.Connection, watch: str, since: str, seed_id: int | None = None
) -> list[tuple[str, str, int]]:
    """Verdict, day (of UTC) and how much was found of it then, dated `since` or later; reprints do not count."""
    rows = connection.execute(
        f"SELECT j.verdict, substr(a.sort_at, 1, 10), count(*) {_of(seed_id)} AND a.sort_at >= :since GROUP BY 1, 2",
        {"watch": storable(watch), "seed": seed_id, "since": since},
    )
    return [(row[0], row[1], row[2]) for row in rows]


def latest(connection: sqlite3.Connection, watch: str, seed_id: int | None, limit: int) -> tuple[Item, ...]:
    """The latest found for a watch, or nearest to one of its seeds; reprints are left out."""
    rows = connection.execute(
        f"SELECT a.id {_of(seed_id)} ORDER BY a.sort_at DESC, a.id DESC LIMIT :limit",
        {"watch": storable(watch), "seed": seed_id, "limit": limit},
    ).fetchall()
    return items(connection, [row[0] for row in rows])


def nearest(connection: sqlite3.Connection, watch: str, seed_id: int) -> list[int]:
    """The articles found that are nearest to a seed, with the reprints of their texts: ids."""
    rows = connection.execute(
        "SELECT j.article_id FROM judgement j INDEXED BY judgement_nearest WHERE j.watch = :watch AND j.verdict != 'no'"
        f" AND {_NEAREST}",
        {"watch": storable(watch), "seed": seed_id},
    )
    return [row[0] for row in rows]


def near_misses(
    connection: sqlite3.Connection, watch: str, since: str, limit: int, seed_id: int | None = None
) -> list[dict[str, Any]]:
    """What was only just judged unrelated, dated `since` or later, the nearest first: uid, title, outlet, at, score, reason."""
    rows = connection.execute(
        "SELECT a.uid, a.title, coalesce(a.provider_name, a.provider_domain, '') AS outlet, a.sort_at AS at,"
        " a.language, j.score, j.reason FROM (SELECT * FROM judgement INDEXED BY judgement_near WHERE watch = :watch"
        f"  AND verdict = 'no' AND score >= 0.2 ORDER BY score DESC LIMIT 2000) j JOIN article a ON a.id = j.article_id"
        f" WHERE a.sort_at >= :since AND a.deleted_at IS NULL AND a.copy_of_id IS NULL AND (:seed IS NULL OR {_NEAREST})"
        " ORDER BY j.score DESC LIMIT :limit",
        {"watch": storable(watch), "since": since, "limit": limit, "seed": seed_id},
    )
    return [
        dict(zip(("uid", "title", "outlet", "at", "language", "score", "reason"), row, strict=True)) for row in rows
    ]


def seed_documents(connection: sqlite3.Connection, watch: str | None = None) -> list[Document]:
    """The seed documents of a watch, or of all."""
    rows = connection.execute(
        "SELECT a.uid, s.address, coalesce(s.watch, '') FROM source s JOIN entry e ON e.source_id = s.id AND e.role = 'self'"
        " JOIN article a ON a.id = e.article_id WHERE s.kind = 'seed' AND s.removed_at IS NULL AND e.withdrawn_at IS NULL"
        " AND (?1 IS NULL OR s.watch = ?1) ORDER BY s.watch, s.address",
        (watch,),
    )
    return [Document(*row) for row in rows]


def listed_in(connection: sqlite3.Connection, seed_id: int) -> tuple[Item, ...]:
    """The articles that a seed lists as related, the latest first."""
    rows = connection.execute(
        "SELECT DISTINCT l.article_id FROM entry e JOIN entry l ON l.source_id = e.source_id AND l.role = 'listed'"
        " AND l.withdrawn_at IS NULL WHERE e.article_id = ? AND e.role = 'self' AND e.withdrawn_at IS NULL LIMIT 200",
        (seed_id,),
    ).fetchall()
    return items(connection, [row[0] for row in rows])


def followed(connection: sqlite3.Connection) -> list[FollowedFeed]:
    """All feeds, each with the outlet that it was found to be of; told without looking at what they brought."""
    gaps: dict[int, list[tuple[str, str]]] = {}
    for source_id, start, end in connection.execute(
        "SELECT source_id, missed_from, missed_until FROM gap WHERE filled_at IS NULL ORDER BY missed_from"
    ):
        gaps.setdefault(source_id, []).append((start, end))
    archived = archives_read(connection)
    rows = connection.execute(
        "SELECT s.id, s.address AS url, coalesce(s.name, s.title, s.address) AS name, f.state, f.reason, f.last_success_at,"
        " f.next_poll_at, CASE WHEN f.last_success_at IS NOT NULL THEN s.added_at END AS seen_from, s.outlet_domain AS outlet,"
        " s.outlet_name FROM source s JOIN feed f ON f.source_id = s.id"
        " WHERE s.kind = 'feed' AND s.removed_at IS NULL ORDER BY s.id"
    )
    found = []
    for row in rows:
        told = dict(row)
        missed = tuple(gaps.get(told.pop("id"), ()))
        read = tuple(archived.get(told["url"], ()))
        found.append(FollowedFeed(**told, entries=1, gaps=missed, archived=read))
    return found


def watch_of(connection: sqlite3.Connection, found: Found) -> str | None:
    """The watch that an article is a seed of; None when it is none."""
    row = connection.execute(
        "SELECT s.watch FROM source s JOIN entry e ON e.source_id = s.id WHERE e.article_id = ? AND e.role = 'self'"
        " AND s.kind = 'seed' AND s.removed_at IS NULL AND e.withdrawn_at IS NULL ORDER BY s.address LIMIT 1",
        (found.id,),
    ).fetchone()
    return None if row is None else str(row[0] or "")


def alike(connection: sqlite3.Connection, article_id: int, match: str) -> list[tuple[int, str]]:
    """Articles that an FTS5 expression matches, the latest found: id and headline. Copies and its own story are left out."""
    rows = connection.execute(
        "SELECT a.id, a.title FROM (SELECT rowid FROM article_fts WHERE article_fts MATCH ? ORDER BY rowid DESC LIMIT 500) f"
        " JOIN article a ON a.id = f.rowid JOIN article o ON o.id = ? WHERE a.id != o.id AND a.deleted_at IS NULL"
        " AND a.copy_of_id IS NULL AND a.id IS NOT o.copy_of_id AND (a.story_id IS NULL OR a.story_id IS NOT o.story_id)",
        (match, article_id),
    )
    return [(row[0], row[1]) for row in rows]
