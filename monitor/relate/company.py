"""What was reported in like words: the company an article keeps. Pure.

An article that says little of a matter, among reports that say much of it and hardly differ, is on it too; one that shares
words with the seeds, among reports that have nothing to do with them, is on something else. Each headline is a vector of its
terms, weighed by rarity; what stands near it counts by how near.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from monitor.relate.rarity import STOP_STEMS
from monitor.relate.types import Company
from monitor.relate.vocabulary import Vocabulary
from seeds import text

NEAR = 0.25
"""From which likeness on (cosine) a headline counts."""
ON_IT = 0.5
"""From which score on a report is said to be on the matter."""


@dataclass(frozen=True, slots=True)
class Report:
    """A headline as it is compared: `vector` is term → weight, of length one, the heaviest first; empty where it says nothing."""

    id: int
    title: str
    vector: Mapping[str, float]


def report(article_id: int, title: str, vocabulary: Vocabulary) -> Report:
    """A headline as it is compared with others."""
    read = vocabulary.read(text.stems(title))
    worth = {term: vocabulary.rarity(term) for term in {*read.terms, *read.places} - STOP_STEMS}
    length = math.sqrt(math.fsum(value * value for value in worth.values()))
    heaviest = sorted(worth.items(), key=lambda one: (-one[1], one[0]))
    return Report(article_id, title, {term: value / length for term, value in heaviest if value > 0})


class Reported:
    """The latest reports, in the order in which they came."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._reports: dict[int, Report] = {}
        self._holders: dict[str, dict[int, float]] = {}

    def __contains__(self, article_id: int) -> bool:
        return article_id in self._reports

    def __getitem__(self, article_id: int) -> Report:
        return self._reports[article_id]

    def add(self, one: Report) -> None:
        """Add a report, or put it in the place of what it was, and let go of the first when there are too many."""
        if one.id in self._reports:
            self._forget(self._reports[one.id])
        self._reports[one.id] = one
        for term, weight in one.vector.items():
            self._holders.setdefault(term, {})[one.id] = weight
        if len(self._reports) > self.most:
            self._forget(self._reports.pop(next(iter(self._reports))))

    def _forget(self, one: Report) -> None:
        for term in one.vector:
            holders = self._holders[term]
            del holders[one.id]
            if not holders:
                del self._holders[term]

    def near(self, one: Report) -> dict[int, float]:
        """The others whose headlines are like this one's, and how like (cosine)."""
        found: dict[int, float] = {}
        rest = 1.0
        for term, weight in one.vector.items():
            holders = self._holders.get(term, {})
            if rest >= NEAR * NEAR:
                for other, theirs in holders.items():
                    found[other] = found.get(other, 0.0) + weight * theirs
            else:  # by Cauchy and Schwarz nothing that shares only these words is near
                for other in found.keys() & holders.keys():
                    found[other] += weight * holders[other]
            rest -= weight * weight
        return {n: like for n, like in sorted(found.items()) if like >= NEAR and n != one.id}


def company(near: Mapping[int, float], scores: Mapping[int, float]) -> Company | None:
    """What reports that stand near come to, by their own scores for one watch; None where there are none."""
    if not near:
        return None
    weight = math.fsum(near.values())
    share = math.fsum(like * scores.get(n, 0.0) for n, like in near.items()) / weight
    return Company(round(share, 3), round(weight, 2), len(near), _on_it(near, scores))


def _on_it(near: Iterable[int], scores: Mapping[int, float]) -> int:
    return sum(scores.get(n, 0.0) >= ON_IT for n in near)
