"""What was reported around articles, and what each scores by itself.

Every function takes the connection of a transaction that its caller opened, or one that only reads.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from db import facts
from db.store import placeholders

_PART = 500
_UPTO, _AGAIN = "company upto", "company again"


@dataclass(frozen=True, slots=True)
class Headline:
    """An article as its company looks at it; copies of one text have its root in common."""

    id: int
    title: str
    root_id: int
    relevance: float


_HEADLINE = "SELECT id, title, coalesce(copy_of_id, id), relevance FROM article WHERE origin NOT IN ('seed', 'seed_related') AND deleted_at IS NULL"


def headlines(connection: sqlite3.Connection, after: int, upto: int) -> list[Headline]:
    """The articles whose ids are above the one and not above the other, in their order; seeds, and what these call related, aside."""
    rows = connection.execute(f"{_HEADLINE} AND id > ? AND id <= ? ORDER BY id", (after, upto))
    return [Headline(*row) for row in rows]


def headlines_of(connection: sqlite3.Connection, article_ids: Collection[int]) -> list[Headline]:
    """These articles, as far as they are there."""
    found: list[Headline] = []
    for part in _parts(article_ids):
        rows = connection.execute(f"{_HEADLINE} AND id IN ({placeholders(len(part))}) ORDER BY id", part)
        found += [Headline(*row) for row in rows]
    return found


def heard(connection: sqlite3.Connection) -> int:
    """The id of the last article whose company was worked out."""
    return int(facts.get_state(connection, _UPTO) or 0)


def set_heard(connection: sqlite3.Connection, upto: int) -> None:
    """Note that the company of the articles up to this one, and of those that were judged again, was worked out."""
    facts.set_state(connection, _UPTO, str(upto))
    if judged_again(connection):
        facts.set_state(connection, _AGAIN, "[]")


def judged_again(connection: sqlite3.Connection) -> list[int]:
    """The articles that were judged again, for another text or headline, since their company was worked out."""
    return list(json.loads(facts.get_state(connection, _AGAIN) or "[]"))


def note_again(connection: sqlite3.Connection, article_ids: Collection[int]) -> None:
    """Note that articles were judged again; such as wait anyway are left out."""
    upto = heard(connection)
    if old := [n for n in article_ids if n <= upto]:
        facts.set_state(connection, _AGAIN, json.dumps(sorted({*old, *judged_again(connection)})))


def last_id(connection: sqlite3.Connection) -> int:
    """The id of the latest article; 0 when there is none."""
    return int(connection.execute("SELECT coalesce(max(id), 0) FROM article").fetchone()[0])


def companies(connection: sqlite3.Connection, article_ids: Collection[int]) -> dict[int, dict[str, list[Any]]]:
    """Article → watch → its company as it was stored, where there is any."""
    found: dict[int, dict[str, list[Any]]] = {}
    for row in _rows(connection, "json_extract(parts, '$.company')", "instr(parts, '\"company\"')", article_ids):
        if row[2] is not None:
            found.setdefault(row[0], {})[row[1]] = json.loads(row[2])
    return found


def own_scores(connection: sqlite3.Connection, article_ids: Collection[int]) -> dict[str, dict[int, float]]:
    """Watch → article → what it scores by itself, where that is more than nothing, whatever people said of it."""
    own = "coalesce(json_extract(parts, '$.alone'), json_extract(parts, '$.rules_relevance'), score)"
    found: dict[str, dict[int, float]] = {}
    for article_id, watch, score in _rows(connection, own, "parts != '{}'", article_ids):
        if score > 0:
            found.setdefault(watch, {})[article_id] = score
    return found


def _rows(
    connection: sqlite3.Connection, what: str, where: str, article_ids: Collection[int]
) -> list[tuple[int, str, Any]]:
    found: list[tuple[int, str, Any]] = []
    for part in _parts(article_ids):
        query = f"SELECT article_id, watch, {what} FROM judgement WHERE article_id IN ({placeholders(len(part))}) AND {where}"
        found += [(row[0], row[1], row[2]) for row in connection.execute(query, part)]
    return found


def _parts(article_ids: Collection[int]) -> Iterator[list[int]]:
    ids = sorted(article_ids)
    return (ids[start : start + _PART] for start in range(0, len(ids), _PART))
