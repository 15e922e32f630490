"""Reading what was found: uids, lists with filters, search. Every function takes a connection that only reads.

Lists come newest first and as iterators, so that no list has to fit into memory.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from db.errors import StoreError
from db.store import placeholders
from seeds import text
from seeds.searching import sought

MIN_PREFIX = 4
"""Characters of a uid that are enough when they fit only one article."""
MAX_WORDS = 100
"""Different words of a search that are looked for."""

FOUND = ("feed", "backfill")
"""Origins of articles that the monitor found itself."""


class UnknownUid(StoreError):
    """A text that names no article, or several; `str()` says what to do."""

    def __init__(self, uid: str, message: str) -> None:
        super().__init__(ascii(uid), message)
        self.uid = uid


@dataclass(frozen=True, slots=True)
class Found:
    """An article that a uid leads to; `deleted_by` is set when it is no longer shown."""

    id: int
    uid: str
    deleted_at: str | None = None
    deleted_by: str | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which articles a list is to have; empty fields ask for nothing. Times are UTC, as stored."""

    watch: str | None = None
    verdicts: tuple[str, ...] = ()
    seen: bool | None = None
    languages: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    """Domains, or parts of names in any case."""
    tags: tuple[str, ...] = ()
    """Of outlets, or of feeds that brought the article; one of them is enough."""
    origins: tuple[str, ...] = ()
    decided_by: str | None = None
    """user or rule: who has the last word on the verdict."""
    since: str | None = None
    until: str | None = None
    ids: tuple[int, ...] | None = None
    """These articles alone."""
    words: str | None = None
    """Any text: all its words, each in any of its forms."""
    limit: int | None = None


def storable(value: str) -> str:
    """A text as SQLite takes it: without lone surrogates, which an argument that is not UTF-8 has."""
    return value.encode("utf-8", "replace").decode()


def resolve_uid(connection: sqlite3.Connection, written: str) -> Found:
    """The article that any uid ever given to it, or the start of one, leads to.

    Raises:
        UnknownUid: no article has such a uid, or several begin like that.
    """
    uid = storable(written).strip().lower()
    rows = connection.execute(
        "SELECT DISTINCT a.id, a.uid, a.deleted_at, a.deleted_by FROM alias JOIN article a ON a.id = alias.article_id"
        " WHERE alias.old_uid = ?",
        (uid,),
    ).fetchall()
    if not rows and len(uid) >= MIN_PREFIX:
        rows = connection.execute(
            "SELECT DISTINCT a.id, a.uid, a.deleted_at, a.deleted_by FROM alias"
            " JOIN article a ON a.id = alias.article_id WHERE alias.old_uid > ? AND alias.old_uid < ? LIMIT 4",
            (uid, uid + "\U0010ffff"),
        ).fetchall()
    if not rows:
        raise UnknownUid(written, "no article has this uid; `seedwatch items search WORDS` finds articles")
    if len(rows) > 1:
        some = ", ".join(row["uid"] for row in rows[:3])
        raise UnknownUid(written, f"several uids begin like this ({some}{' …' if len(rows) > 3 else ''}); write more")
    return Found(*rows[0])


def given_uid(connection: sqlite3.Connection, written: str, found: Found) -> str:
    """Which of the uids that lead to an article was meant by what resolved to it."""
    uid = storable(written).strip().lower()
    rows = connection.execute(
        "SELECT old_uid FROM alias WHERE article_id = ? AND old_uid >= ? AND old_uid < ? ORDER BY old_uid != ?, old_uid != ?",
        (found.id, uid, uid + "\U0010ffff", uid, found.uid),
    ).fetchall()
    return str(rows[0][0]) if rows else found.uid


def resolve_address(connection: sqlite3.Connection, key: str) -> Found | None:
    """The article that an address with this key identifies."""
    row = connection.execute(
        "SELECT a.id, a.uid, a.deleted_at, a.deleted_by FROM address u JOIN article a ON a.id = u.article_id"
        " WHERE u.key = ? AND u.weak = 0 ORDER BY a.id LIMIT 1",
        (key,),
    ).fetchone()
    return None if row is None else Found(*row)


def story_root(connection: sqlite3.Connection, written: str) -> Found | None:
    """The article whose headline a story has, by any uid the story had; None when there is no such story."""
    row = connection.execute(
        "SELECT a.id, a.uid, a.deleted_at, a.deleted_by FROM story s JOIN article a ON a.story_id = s.id"
        " WHERE s.uid = ?1 OR s.id = (SELECT story_id FROM story_alias WHERE old_uid = ?1)"
        " ORDER BY a.copy_of_id IS NOT NULL, a.title != s.title, a.sort_at, a.uid LIMIT 1",
        (storable(written).strip().lower(),),
    ).fetchone()
    return None if row is None else Found(*row)


def others_in_story(connection: sqlite3.Connection, found: Found) -> list[Found]:
    """The other texts in the story of an article, the earliest first."""
    rows = connection.execute(
        "SELECT id, uid, deleted_at, deleted_by FROM article WHERE story_id = (SELECT story_id FROM article WHERE id = ?1)"
        " AND copy_of_id IS NULL AND id NOT IN (?1, coalesce((SELECT copy_of_id FROM article WHERE id = ?1), 0))"
        " AND deleted_at IS NULL ORDER BY sort_at, uid",
        (found.id,),
    )
    return [Found(*row) for row in rows]


def story_of(connection: sqlite3.Connection, uid: str) -> str | None:
    """The uid of the story that an article is in."""
    row = connection.execute(
        "SELECT s.uid FROM article a JOIN story s ON s.id = a.story_id WHERE a.uid = ?", (uid,)
    ).fetchone()
    return None if row is None else str(row[0])


def origin_of(connection: sqlite3.Connection, found: Found) -> str:
    """Where an article comes from: seed, seed_related, feed or backfill."""
    return str(connection.execute("SELECT origin FROM article WHERE id = ?", (found.id,)).fetchone()[0])


def judged_for(connection: sqlite3.Connection, found: Found) -> tuple[str, ...]:
    """The watches an article is judged for."""
    rows = connection.execute("SELECT watch FROM judgement WHERE article_id = ? ORDER BY watch", (found.id,))
    return tuple(row[0] for row in rows)


def items(connection: sqlite3.Connection, wanted: Filter) -> Iterator[dict[str, Any]]:
    """Rows of the view `items`, newest first."""
    prepare(connection)
    return _rows(connection, *items_sql(wanted))


def items_sql(wanted: Filter) -> tuple[str, tuple[object, ...]]:
    """The statement behind `items`, with its values."""
    where, values = chosen(wanted)
    return f"SELECT i.* FROM items i {where}", values


def match_expression(query: str) -> str:
    """The FTS5 expression for a query (`seeds.searching`); empty when there is nothing to look for."""
    return sought(query, MAX_WORDS).match


def new_items(
    connection: sqlite3.Connection, watch: str | None = None, limit: int | None = None
) -> Iterator[dict[str, Any]]:
    """Rows of `related_items` that are not seen: likely before maybe, newest first."""
    sql, values = new_sql(watch)
    return _rows(connection, f"{sql} LIMIT ?", (*values, _limit(limit)))


def new_sql(watch: str | None = None) -> tuple[str, tuple[object, ...]]:
    """The statement behind `new_items`, with its values."""
    where = "seen = 0" if watch is None else "seen = 0 AND watch = ?"
    order = "verdict = 'likely' DESC, sort_at DESC, id DESC, watch"
    return f"SELECT * FROM related_items WHERE {where} ORDER BY {order}", () if watch is None else (watch,)


def watches(connection: sqlite3.Connection) -> list[str]:
    """The watches that articles were judged for or that seeds belong to."""
    rows = connection.execute(
        "SELECT watch FROM source WHERE kind = 'seed' AND removed_at IS NULL AND watch IS NOT NULL"
        " UNION SELECT DISTINCT watch FROM judgement ORDER BY 1"
    )
    return [row[0] for row in rows]


def unseen(connection: sqlite3.Connection, watch: str | None = None) -> list[Found]:
    """All articles that `new_items` would list, each once."""
    sql, values = new_sql(watch)
    rows = connection.execute(f"SELECT DISTINCT id, uid FROM ({sql})", values)
    return [Found(row["id"], row["uid"]) for row in rows]


def seed_record(connection: sqlite3.Connection, found: Found) -> dict[str, Any]:
    """An article in the keys of the seed format, as JSON types without empty values; its text is the body.

    What the monitor itself put under `related` (its nearest seeds) is left out: a new seed does not list the others.
    """
    row = connection.execute(
        "SELECT f.*, a.text AS body, json_extract(a.record, '$.related') AS own FROM seed_format f"
        " JOIN article a ON a.uid = f.uid WHERE f.uid = ?",
        (found.uid,),
    ).fetchone()
    if row is None:
        raise UnknownUid(found.uid, f"this article is no longer kept ({found.deleted_by}); add its address instead")
    record = record_values(row)
    if row["own"] is None:
        record.pop("related", None)
    return {
        key: value for key, value in record.items() if key not in {"uid", "own"} and value not in (None, "", [], {})
    }


def record_values(row: sqlite3.Row) -> dict[str, Any]:
    """A row with the columns of `seed_format` as JSON types."""
    found = dict(row)
    for key in ("provider", "topics", "tags", "categories", "images", "related"):
        found[key] = json.loads(found[key]) if found[key] is not None else None
    return {**found, "published": bool(found["published"])}


_STAYS = (
    "(m.first_seen_at >= :before OR m.verdict != 'no' OR m.origin NOT IN ('feed', 'backfill') OR m.seen_at IS NOT NULL"
    " OR m.id IN (SELECT article_id FROM judgement WHERE decided_by = 'user'))"
)
_ITS_ROOT = "coalesce(article.copy_of_id, article.id)"
PRUNABLE = (
    "first_seen_at < :before AND verdict = 'no' AND origin IN ('feed', 'backfill') AND deleted_at IS NULL"
    f" AND NOT EXISTS (SELECT 1 FROM article m WHERE m.id = {_ITS_ROOT} AND m.deleted_at IS NULL AND {_STAYS})"
    f" AND NOT EXISTS (SELECT 1 FROM article m WHERE m.copy_of_id = {_ITS_ROOT} AND m.deleted_at IS NULL AND {_STAYS})"
)
"""Which articles are unrelated, as all are that have one text with them, and were first seen before `:before`."""


def prunable(connection: sqlite3.Connection, before: str) -> int:
    """How many unrelated articles `prune_items` would hide."""
    row = connection.execute(
        f"SELECT count(*) FROM article WHERE {PRUNABLE}",
        {"before": before},
    ).fetchone()
    return int(row[0])


def fetches_before(connection: sqlite3.Connection, before: str) -> int:
    """How many requests `prune_fetches` would forget."""
    return int(connection.execute("SELECT count(*) FROM fetch WHERE started_at < ?", (before,)).fetchone()[0])


def prepare(connection: sqlite3.Connection) -> None:
    """Give SQL the function `folded`, which outlets are compared by."""
    # There are few outlets to many articles: what was folded once is remembered.
    folded = lru_cache(maxsize=4096)(lambda value: text.fold(str(value or "")))
    connection.create_function("folded", 1, folded, deterministic=True)


def chosen(wanted: Filter) -> tuple[str, tuple[object, ...]]:
    """What follows `FROM items i` to get the articles that a filter asks for, newest first, with its values."""
    where, values = conditions(wanted)
    return f"WHERE {where} ORDER BY i.sort_at DESC, i.id DESC LIMIT ?", (*values, _limit(wanted.limit))


def conditions(wanted: Filter) -> tuple[str, tuple[object, ...]]:
    """A filter as conditions on the view `items`, named `i`, with their values."""
    parts: list[str] = ["1"]
    values: list[object] = []
    for condition, bound in _judged(wanted):
        parts.append(condition)
        values += bound
    parts += _by_people(wanted)
    for column, chosen in (("language", wanted.languages), ("origin", wanted.origins)):
        if chosen:
            parts.append(f"i.{column} IN ({placeholders(len(chosen))})")
            values += map(storable, chosen)
    if wanted.outlets:
        either = "folded(i.provider_domain) = ? OR instr(folded(i.provider_name), ?)"
        parts.append(f"({' OR '.join([either] * len(wanted.outlets))})")
        values += [folded for outlet in wanted.outlets for folded in [text.fold(storable(outlet))] * 2]
    if wanted.tags:
        parts.append(_tagged(len(wanted.tags)))
        values += [storable(tag) for tag in wanted.tags] * 2
    bounds = {operator: moment for operator, moment in ((">=", wanted.since), ("<", wanted.until)) if moment}
    parts += [f"i.sort_at {operator} ?" for operator in bounds]
    values += bounds.values()
    if wanted.ids is not None:
        parts.append("i.id IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(wanted.ids))
    if wanted.words is not None:
        match = match_expression(wanted.words)
        # Nothing to look for is found nowhere; FTS5 takes an empty expression for an error.
        found = f"SELECT rowid AS id FROM article_fts WHERE {'article_fts MATCH ?' if match else '? = 0'}"
        if _is_related(wanted):
            # Which articles are related, an index says alone: of a common word, few of those that match need be kept. With the
            # sign, words are looked up first and once; without, for each article that is related.
            found = f"SELECT id FROM ({found}) WHERE +id IN (SELECT id FROM article WHERE verdict != 'no')"
        parts.append(f"i.id IN ({found})")
        values.append(match)
    return " AND ".join(parts), tuple(values)


def _judged(wanted: Filter) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Conditions on what was judged, each with its values.

    `verdict != 'no'` is what partial indices are made with; without these words SQLite would not use them.
    """
    if wanted.watch is not None:
        where = f"j.article_id = i.id AND j.watch = ? AND {_verdict(wanted)}"
        yield f"EXISTS (SELECT 1 FROM judgement j WHERE {where})", (storable(wanted.watch), *wanted.verdicts)
    if _is_related(wanted):
        yield "i.verdict != 'no'", ()
    # The best verdict over watches is no worse than that for one.
    narrower = (
        wanted.verdicts == ("likely",) if wanted.watch is not None else set(wanted.verdicts) != {"likely", "maybe"}
    )
    if wanted.verdicts and narrower:
        yield f"i.verdict IN ({placeholders(len(wanted.verdicts))})", wanted.verdicts


def _is_related(wanted: Filter) -> bool:
    """Whether nothing is asked for that is related to no watch at all."""
    return "no" not in wanted.verdicts and bool(wanted.verdicts or wanted.watch is not None)


def _tagged(count: int) -> str:
    """Has one of so many tags, which are bound twice: of its outlet, or of a feed that it was in."""
    marks = placeholders(count)
    return (
        f"(EXISTS (SELECT 1 FROM outlet o, json_each(o.tags) t WHERE o.domain = i.provider_domain AND t.value IN ({marks}))"
        " OR EXISTS (SELECT 1 FROM entry e JOIN source s ON s.id = e.source_id, json_each(s.tags) t"
        f" WHERE e.article_id = i.id AND t.value IN ({marks})))"
    )


def _by_people(wanted: Filter) -> Iterator[str]:
    """Conditions on what people did with an article."""
    if wanted.seen is not None:
        yield "i.seen = 1" if wanted.seen else "i.seen = 0"
    if wanted.decided_by is not None:
        ruled = "EXISTS (SELECT 1 FROM judgement u WHERE u.article_id = i.id AND u.decided_by = 'user')"
        yield ruled if wanted.decided_by == "user" else f"NOT {ruled}"


def _verdict(wanted: Filter) -> str:
    return f"j.verdict IN ({placeholders(len(wanted.verdicts))})" if wanted.verdicts else "j.verdict != 'no'"


def _limit(limit: int | None) -> int:
    return -1 if limit is None else limit


def _rows(connection: sqlite3.Connection, sql: str, values: Sequence[object]) -> Iterator[dict[str, Any]]:
    return map(dict, connection.execute(sql, values))
