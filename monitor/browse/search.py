"""Search as people type it: words in any of their forms, and "phrases in quotes" as they stand.

A query never breaks: what is not a word is left out, and nothing of it reaches FTS5 but quoted strings.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from db.shown import Item
from seeds.stems import stem
from seeds.text import fold, words

LONGEST = 200
"""Characters of a query that are read."""
_MOST_WORDS = 16
_SNIPPET_TEXT = 4000
_SNIPPET = 240
_QUOTED = re.compile(r'["“„«»”](.*?)["“”«»]')
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Query:
    """A query as it was understood."""

    text: str
    """As typed, at most `LONGEST` characters."""
    match: str
    """The FTS5 expression; empty when there is nothing to look for."""
    stems: frozenset[str]
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
    phrases = [" ".join(words(phrase)) for phrase in _QUOTED.findall(text)]
    plain = words(_QUOTED.sub(" ", text))
    parts = [_quote(phrase) for phrase in phrases if phrase]
    parts += [f"({_quote(word)} OR {_quote(stem(word))})" for word in dict.fromkeys(plain)]
    sought = frozenset(stem(word) for phrase in phrases for word in phrase.split()) | frozenset(map(stem, plain))
    return Query(text, " AND ".join(parts[:_MOST_WORDS]), sought, cut=len(typed) > LONGEST or len(parts) > _MOST_WORDS)


def hits(connection: sqlite3.Connection, found: Sequence[Item], query: Query) -> tuple[Hit, ...]:
    """The same articles, each with the place where it says what was sought, or else how it begins."""
    if not query.match:
        return tuple(Hit(item, ((item.excerpt[:_SNIPPET], False),) if item.excerpt else ()) for item in found)
    texts = _texts(connection, [item.id for item in found])
    return tuple(Hit(item, snippet(item.excerpt, texts[item.id], query.stems)) for item in found)


def snippet(excerpt: str, text: str, stems: frozenset[str]) -> tuple[tuple[str, bool], ...]:
    """Where an article says what was sought: the summary when it does, else the first place in the text that does."""
    for source in (excerpt, text):
        first = next(_matching(source, stems), None)
        if first is not None:
            return _pieces(_around(source, first.start()), stems)
    return _pieces(_around(excerpt or text, 0), stems)


def _matching(text: str, stems: frozenset[str]) -> Iterator[re.Match[str]]:
    return (match for match in _WORD.finditer(text) if stem(fold(match[0])) in stems)


def _around(text: str, place: int) -> str:
    """A piece of a text with `place` in it, cut between words."""
    if len(text) <= _SNIPPET:
        return text
    start = max(0, min(place - _SNIPPET // 3, len(text) - _SNIPPET))
    piece = text[start : start + _SNIPPET]
    if start:
        piece = "… " + piece.partition(" ")[2]
    return piece if start + _SNIPPET >= len(text) else piece.rpartition(" ")[0] + " …"


def _pieces(text: str, stems: frozenset[str]) -> tuple[tuple[str, bool], ...]:
    """A text cut where words match."""
    pieces, done = [], 0
    for match in _matching(text, stems):
        pieces += [(text[done : match.start()], False), (match[0], True)]
        done = match.end()
    return tuple(piece for piece in [*pieces, (text[done:], False)] if piece[0])


def _texts(connection: sqlite3.Connection, ids: list[int]) -> dict[int, str]:
    """Article id → the start of its text."""
    marks = ",".join("?" * len(ids))
    sql = f"SELECT id, substr(text, 1, {_SNIPPET_TEXT}) FROM article WHERE id IN ({marks})"  # noqa: S608  no value in it
    return dict(connection.execute(sql, ids).fetchall())


def _quote(words: str) -> str:
    """A string of FTS5: nothing in it is syntax."""
    return '"' + words.replace('"', '""') + '"'
