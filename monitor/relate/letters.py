"""How like a headline is to the headlines of the seeds, letter by letter.

Terms are worth what they are rare; here every word but the commonest counts alike, by its stem's sequences of five letters, so
that a headline with other words of the same root, or few of the seeds' words among many of its own, is told from one of theirs.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from monitor.relate.rarity import STOP_STEMS
from seeds import text

_LONG = 5


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters of the seeds' headlines, apart by script."""

    cyrillic: Mapping[str, float]
    """Sequence → what it adds to the likeness, in the mean over seeds."""
    others: Mapping[str, float]
    """The same of seeds in all other scripts."""

    def alike(self, stems: Sequence[str]) -> float | None:
        """How like a text is to the seeds in its script (cosine, in the mean); None where there are none."""
        known = self.cyrillic if _is_cyrillic(stems) else self.others
        if not known:
            return None
        own = set(_sequences(stems))
        return math.fsum(known[one] for one in own if one in known) / math.sqrt(len(own) or 1)


def letters_of(titles: Iterable[Sequence[str]]) -> Letters:
    """The letters of headlines, each given as its stems."""
    cyrillic: list[set[str]] = []
    others: list[set[str]] = []
    for stems in titles:
        if found := set(_sequences(stems)):
            (cyrillic if _is_cyrillic(stems) else others).append(found)
    return Letters(_mean(cyrillic), _mean(others))


def _mean(seeds: Sequence[set[str]]) -> dict[str, float]:
    found: dict[str, float] = {}
    for own in seeds:
        for one in own:
            found[one] = found.get(one, 0.0) + 1 / (math.sqrt(len(own)) * len(seeds))
    return found


def _sequences(stems: Iterable[str]) -> Iterator[str]:
    for stem in stems:
        if stem not in STOP_STEMS:
            whole = f" {stem} "
            for at in range(max(1, len(whole) - _LONG + 1)):
                yield whole[at : at + _LONG]


def _is_cyrillic(stems: Sequence[str]) -> bool:
    return 2 * sum(map(text.is_cyrillic, stems)) > len(stems)
