"""Stems by Snowball: Russian for Cyrillic words, English for Latin ones, others as they are.

Snowball leaves gaps. The tables here close those that matter in news: British and American spellings, and a few verbs
whose noun has another stem (`recognition` and `recognise`, `распознавание` and `распознать`). Known and left open:
`Россия` and `российский`, `Москва` and `московский` have two stems each; `лица` (faces) and `лица` (persons) have one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from threading import Lock
from types import MappingProxyType

from Stemmer import Stemmer

_ENGLISH, _RUSSIAN = Stemmer("english", 0), Stemmer("russian", 0)
_LOCK = Lock()  # Snowball's objects must not be used by two threads at once
_MOST = 200_000
_CYRILLIC = re.compile("[\u0400-\u052f]")
_LATIN = re.compile("[a-z\u00c0-\u024f]")

_BRITISH = re.compile(
    r"(anonym|apolog|author|character|civil|critic|crystall|digit|emphas|equal|fantas|final|formal|general|harmon|ideal"
    r"|immun|legal|liberal|local|maxim|mechan|minim|mobil|modern|monet|normal|optim|organ|penal|polar|privat|real|recogn"
    r"|revolution|scrutin|social|stabil|standard|summar|symbol|synchron|unauthor|util|visual|weapon)"
    r"is(e[ds]?|ing|ations?|ers?)"
)
"""Verbs in -ise; most words with that ending (`rise`, `surprise`, `police`) have no other spelling."""

_AMERICAN: Mapping[str, str] = MappingProxyType(
    {
        "behaviour": "behavior",
        "centre": "center",
        "centres": "centers",
        "colour": "color",
        "defence": "defense",
        "grey": "gray",
        "harbour": "harbor",
        "labour": "labor",
        "licence": "license",
        "licences": "licenses",
        "neighbour": "neighbor",
        "neighbours": "neighbors",
        "offence": "offense",
        "offences": "offenses",
        "programme": "program",
        "programmes": "programs",
        "rumour": "rumor",
        "theatre": "theater",
        "tyre": "tire",
    }
)

_ONE_STEM: Mapping[str, str] = MappingProxyType(
    {
        "identif": "identifi",
        "recognit": "recogn",
        "распозна": "распозн",
        "распознава": "распозн",
        "распознаван": "распозн",
        "распознан": "распозн",
        "отслежива": "отслежив",
        "отслеживан": "отслежив",
        "слежен": "слежк",
        "идентификац": "идентифиц",
        "идентифицирова": "идентифиц",
        "идентифицир": "идентифиц",
    }
)
"""Stems of one word by the rules of the language, though not by Snowball's."""


class _Stems(dict[str, str]):
    """Word → stem, worked out once; the words of a language soon have all been seen."""

    def __missing__(self, word: str) -> str:
        if len(self) >= _MOST:
            self.clear()
        self[word] = found = _stem(word)
        return found


_STEMS = _Stems()


def stem(word: str) -> str:
    """The stem of a folded word."""
    return _STEMS[word]


def stem_all(words: Iterable[str]) -> list[str]:
    """The stems of folded words, in order."""
    return list(map(_STEMS.__getitem__, words))


def _stem(word: str) -> str:
    if _CYRILLIC.search(word):
        stemmer = _RUSSIAN
    elif _LATIN.search(word):
        stemmer = _ENGLISH
        british = _BRITISH.fullmatch(word)
        word = f"{british[1]}iz{british[2]}" if british else _AMERICAN.get(word, word)
    else:
        return word
    with _LOCK:
        found: str = stemmer.stemWord(word)
    return _ONE_STEM.get(found, found)
