"""Traces: numbers by which articles that share a headline, a passage or the end of an address are found (`seeds.traces`).

Every function takes the connection of a transaction that its caller opened.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from seeds import traces

MOST = 64
"""Articles that are kept under one number; the first ones stay, so that looking one up costs the same for ever."""

_ADD = "INSERT OR IGNORE INTO trace (hash, article_id) VALUES (?, ?)"
_PART = 500
_SAID = "SELECT id, title, title_key, excerpt, text, web_url FROM article"


def add(connection: sqlite3.Connection, found: Iterable[tuple[int, Sequence[int]]]) -> dict[int, list[int]]:
    """Store the traces of articles: (article id, its numbers); returns number → the articles that have it, these included."""
    new = sorted((number, article_id) for article_id, numbers in found for number in numbers)
    held = holders(connection, sorted({number for number, _ in new}))
    rows = []
    for number, article_id in new:
        others = held.get(number)
        if others is None:  # as nearly always
            held[number] = [article_id]
            rows.append((number, article_id))
        elif article_id not in others:
            if len(others) < MOST:
                rows.append((number, article_id))
            others.append(article_id)
    connection.executemany(_ADD, rows)
    return held


def drop(connection: sqlite3.Connection, article_id: int, numbers: Iterable[int]) -> None:
    """Remove traces that an article no longer has."""
    connection.executemany("DELETE FROM trace WHERE hash = ? AND article_id = ?", [(n, article_id) for n in numbers])


def of_stored(connection: sqlite3.Connection, article_id: int) -> tuple[int, ...]:
    """The traces of an article as it is stored."""
    row = connection.execute(f"{_SAID} WHERE id = ?", (article_id,)).fetchone()
    return () if row is None else _of(tuple(row))


def holders(connection: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, list[int]]:
    """Number → the articles that have it, `MOST` at most, for those that any has."""
    found: dict[int, list[int]] = {}
    for start in range(0, len(numbers), _PART):
        part = numbers[start : start + _PART]
        rows = connection.execute(
            f"SELECT hash, article_id FROM trace WHERE hash IN ({','.join('?' * len(part))})", part
        )
        for number, article_id in rows:
            found.setdefault(number, []).append(article_id)
    return found


def remake(connection: sqlite3.Connection) -> None:
    """Make all traces anew."""
    connection.execute("DELETE FROM trace")
    last = 0
    while rows := connection.execute(f"{_SAID} WHERE id > ? ORDER BY id LIMIT 1000", (last,)).fetchall():
        last = rows[-1][0]
        add(connection, [(row[0], _of(tuple(row))) for row in rows])


def forget_texts(connection: sqlite3.Connection) -> None:
    """Leave of articles whose texts were given up only what their headlines and addresses are found by."""
    connection.execute("DELETE FROM trace WHERE article_id IN (SELECT id FROM article WHERE deleted_by = 'pruned')")
    last = 0
    pruned = f"{_SAID} WHERE id > ? AND deleted_by = 'pruned' ORDER BY id LIMIT 1000"
    while rows := connection.execute(pruned, (last,)).fetchall():
        last = rows[-1][0]
        add(connection, [(row[0], _of(tuple(row))) for row in rows])


def _of(row: tuple[int, str, str, str, str, str | None]) -> tuple[int, ...]:
    return traces.of_article(*row[1:])
