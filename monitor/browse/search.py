"""Search as people type it (`seeds.searching`), and the places in articles that say what was sought."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from unicodedata import normalize

from db.shown import Item
from seeds.searching import sought
from seeds.stems import stem
from seeds.text import fold

LONGEST = 200
"""Characters of a query that are read."""
_MOST_WORDS = 16
_SNIPPET_TEXT = 4000
_SNIPPET = 240
_WORD = re.compile(r"\w+")
_ACCENTS = re.compile("[\u0300-\u036f]")


@dataclass(frozen=True, slots=True)
class Marked:
    """Which words of a text are marked as what was sought: those with these stems, and those that begin like that."""

    stems: frozenset[str] = frozenset()
    starts: tuple[str, ...] = ()

    def has(self, word: str) -> bool:
        """Whether a word is, also without its accents, which full-text search leaves out but for й."""
        folded = fold(word)
        bare = folded if folded.isascii() else _ACCENTS.sub("", normalize("NFD", folded))
        return any(stem(form) in self.stems or form.startswith(self.starts) for form in dict.fromkeys((folded, bare)))


@dataclass(frozen=True, slots=True)
class Query:
    """A query as it was understood."""

    text: str
    """As typed, at most `LONGEST` characters."""
    match: str
    """The FTS5 expression; empty when there is nothing to look for."""
    marked: Marked
    cut: bool = False
    """Whether part of what was typed was left out."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that was found, with the place where it says so, in pieces: text, and whether it matches."""

    item: Item
    snippet: tuple[tuple[str, bool], ...]


def understand(typed: str) -> Query:
    """The query that a person means."""
    text = "".join(c if c.isprintable() else " " for c in typed[: 2 * LONGEST])[:LONGEST].strip()
    read = sought(text, _MOST_WORDS)
    return Query(text, read.match, Marked(read.stems, read.starts), cut=len(typed) > LONGEST or read.cut)


def hits(connection: sqlite3.Connection, found: Sequence[Item], query: Query) -> tuple[Hit, ...]:
    """The same articles, each with the place where it says what was sought, or else how it begins."""
    if not query.match:
        return tuple(Hit(item, ((item.excerpt[:_SNIPPET], False),) if item.excerpt else ()) for item in found)
    texts = _texts(connection, [item.id for item in found])
    return tuple(Hit(item, snippet(item.excerpt, texts[item.id], query.marked)) for item in found)


def snippet(excerpt: str, text: str, marked: Marked) -> tuple[tuple[str, bool], ...]:
    """Where an article says what was sought: the summary when it does, else the first place in the text that does."""
    for source in (excerpt, text):
        first = next(_matching(source, marked), None)
        if first is not None:
            return _pieces(_around(source, first.start()), marked)
    return _pieces(_around(excerpt or text, 0), marked)


def _matching(text: str, marked: Marked) -> Iterator[re.Match[str]]:
    return (match for match in _WORD.finditer(text) if marked.has(match[0]))


def _around(text: str, place: int) -> str:
    """A piece of a text with `place` in it, cut between words."""
    if len(text) <= _SNIPPET:
        return text
    start = max(0, min(place - _SNIPPET // 3, len(text) - _SNIPPET))
    piece = text[start : start + _SNIPPET]
    if start:
        piece = "… " + piece.partition(" ")[2]
    return piece if start + _SNIPPET >= len(text) else piece.rpartition(" ")[0] + " …"


def _pieces(text: str, marked: Marked) -> tuple[tuple[str, bool], ...]:
    """A text cut where words match."""
    pieces, done = [], 0
    for match in _matching(text, marked):
        pieces += [(text[done : match.start()], False), (match[0], True)]
        done = match.end()
    return tuple(piece for piece in [*pieces, (text[done:], False)] if piece[0])


def _texts(connection: sqlite3.Connection, ids: list[int]) -> dict[int, str]:
    """Article id → the start of its text."""
    marks = ",".join("?" * len(ids))
    sql = f"SELECT id, substr(text, 1, {_SNIPPET_TEXT}) FROM article WHERE id IN ({marks})"  # noqa: S608  no value in it
    return dict(connection.execute(sql, ids).fetchall())
