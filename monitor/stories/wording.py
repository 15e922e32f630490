"""What a headline says of its event, and what each word of it is worth.

A word is worth its rarity in ordinary writing (`monitor.relate.rarity`), a number little. What is said in many headlines of
the weeks around, whatever the event, tells no events apart: the columns and series of outlets. Nor do the words of the
matter of a watch, which its seeds tell before there are many headlines.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from functools import lru_cache

from monitor.relate.rarity import rarity
from seeds.stems import stem_all
from seeds.text import STOP

BLOCK_DAYS = 3
"""Words are counted, and looked up, by stretches of so many days."""
BEFORE, AFTER = 10, 1
"""How many stretches before and after its own the words of a headline are compared with."""

_NUMBER = 0.4
"""At most what a number is worth: ages, dates and counts are in many headlines."""
_COMMON = 0.1
"""In this share of all headlines a word begins to be worth less; in all of them it is worth nothing."""
_OF_THE_MATTER = 0.3
"""What the words of a watch's own matter are worth, however rare: all that is found on it has them, whatever the event."""
_FEW = 30
"""So few headlines say little of what is common."""
_LEAST = 0.02


@lru_cache(maxsize=8192)
def said(title_key: str) -> Mapping[str, float]:
    """What a headline says: stem → worth, by the words of its key (`seeds.text.title_key`) alone."""
    words = [word for word in title_key.split() if word not in STOP]
    found: dict[str, float] = {}
    for word, stem in zip(words, stem_all(words), strict=True):
        worth = rarity(word)
        if word[0].isdigit() and worth > _NUMBER:
            worth = _NUMBER
        if worth > found.get(stem, 0.0):
            found[stem] = worth
    return found


def lessened(worth: Mapping[str, float], articles: Mapping[str, int], among: int) -> dict[str, float]:
    """Words with what they are worth where `articles` of `among` headlines have them."""
    many = (among + _FEW) * _COMMON
    return {
        word: value if (count := articles.get(word, 0)) <= many else value * _share(count, among + _FEW)
        for word, value in worth.items()
    }


def beside(worth: Mapping[str, float], matter: Collection[str]) -> dict[str, float]:
    """Words with what they are worth where some are those of the matter of a watch."""
    return {word: value * _OF_THE_MATTER if word in matter else value for word, value in worth.items()}


def _share(count: int, among: int) -> float:
    return max(_LEAST, math.log(among / count) / math.log(1 / _COMMON))


def block_of(day: float) -> int:
    """The stretch of days that a moment, in days, lies in."""
    return int(day // BLOCK_DAYS)


def shown(title_key: str, stems: set[str], most: int = 5) -> list[str]:
    """The words of a headline that have these stems, as they stand there, the most telling first."""
    words = [word for word in dict.fromkeys(title_key.split()) if word not in STOP]
    both = [(word, stem) for word, stem in zip(words, stem_all(words), strict=True) if stem in stems]
    return [word for word, _ in sorted(both, key=lambda pair: -rarity(pair[0]))][:most]
