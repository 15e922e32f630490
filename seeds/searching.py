"""What people mean who type into a search box: words in any of their forms, "phrases in quotes" as they stand, more than that.

Words have to be there all; between two, OR in capitals means that either will do; a minus in front, or NOT, that a word must
not be there; a star behind, that it may go on. Nothing breaks: what makes no sense is left out, and of what was typed nothing
but quoted strings reaches FTS5, as an expression of which it is used here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from seeds.stems import stem
from seeds.text import words

_QUOTES = '"“„«»”'
_PIECE = re.compile(rf'((?<!\S)[-−–](?=\S))?(?:[{_QUOTES}]([^{_QUOTES}]*)[“”«»"]|([^\s{_QUOTES}]+))')
_SHORTEST_START = 2


@dataclass(frozen=True, slots=True)
class Sought:
    """A query as it was understood."""

    match: str
    """The FTS5 expression; empty when there is nothing to look for. What is only not to be there is nothing."""
    stems: frozenset[str]
    """The stems of words that have to be there."""
    starts: tuple[str, ...] = ()
    """How words begin that have to be there."""
    cut: bool = False
    """Whether there were more words than are looked for."""


@dataclass(slots=True)
class _Terms:
    needed: list[list[str]] = field(default_factory=list)
    """Of each, one has to be there."""
    banned: list[str] = field(default_factory=list)
    stems: set[str] = field(default_factory=set)
    starts: list[str] = field(default_factory=list)


def sought(typed: str, most: int) -> Sought:
    """The query that a person means, of so many words and phrases at most."""
    terms = _read(_PIECE.findall(typed))
    needed = list(dict.fromkeys(_either(group) for group in terms.needed))
    match = " AND ".join(needed[:most])
    if match and terms.banned:
        match = f"({match}) NOT {_either(terms.banned[:most])}"
    cut = len(needed) > most or len(terms.banned) > most
    return Sought(match, frozenset(terms.stems), tuple(terms.starts), cut)


def _read(pieces: Sequence[tuple[str, str, str]]) -> _Terms:
    terms = _Terms()
    said = ""
    for place, (minus, phrase, word) in enumerate(pieces):
        last = place + 1 == len(pieces)
        if word in {"AND", "OR", "NOT"} and not minus and not last and (terms.needed or word == "NOT"):
            said = word
            continue
        found = words(phrase or word)
        if not found:
            continue
        if minus or said == "NOT":
            terms.banned += [_quote(" ".join(found))] if phrase or len(found) > 1 else [_forms(found[0])]
        else:
            _need(terms, found, whole=bool(phrase), starts=word.endswith("*"), either=said == "OR")
        said = ""
    return terms


def _need(terms: _Terms, found: list[str], *, whole: bool, starts: bool, either: bool) -> None:
    """Have a phrase, or words, looked for; or one alternative to what came before."""
    if whole:
        parts = [_quote(" ".join(found))]
    else:
        parts = [_forms(word) for word in found]
        if starts and len(found[-1]) >= _SHORTEST_START:
            parts[-1] = f"{_quote(found[-1])} *"
            terms.starts.append(found[-1])
    terms.stems |= {stem(word) for word in found}
    if either:
        terms.needed[-1].append(parts[0] if len(parts) == 1 else f"({' AND '.join(parts)})")
    else:
        terms.needed += [[part] for part in parts]


def _forms(word: str) -> str:
    """A word by its stem or as it is: a stemmer may cut one form of a word and not another (`вокза` of `вокзал`)."""
    forms = dict.fromkeys((_quote(stem(word)), _quote(word)))
    return f"({' OR '.join(forms)})"


def _either(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"({' OR '.join(parts)})"


def _quote(text: str) -> str:
    """A string of FTS5: nothing in it is syntax."""
    return '"' + text.replace('"', '""') + '"'
