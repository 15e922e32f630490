"""BM25 over seeds, the method to beat: each seed is a query (k1 1.2, b 0.75, Robertson and Zaragoza, 2009)."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

from seeds import text

_K1, _B = 1.2, 0.75


class BM25:
    """An index of texts, cut into stems without function words."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.size = len(texts)
        said = [Counter(text.terms(one)) for one in texts]
        typical = sum(map(Counter.total, said)) / max(1, self.size)
        self.found: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, counts in enumerate(said):
            length = _K1 * (1 - _B + _B * counts.total() / typical)
            for term, count in counts.items():
                self.found[term].append((number, count * (_K1 + 1) / (count + length)))

    def scores(self, query: str) -> list[float]:
        """What each text scores for a query."""
        scores = [0.0] * self.size
        for term in set(text.terms(query)):
            among = self.found.get(term, [])
            worth = math.log(1 + (self.size - len(among) + 0.5) / (len(among) + 0.5))
            for number, frequency in among:
                scores[number] += worth * frequency
        return scores

    def of_seeds(self, seeds: Sequence[str]) -> tuple[list[float], list[float]]:
        """The mean and the maximum over seeds."""
        each = list(zip(*(self.scores(seed) for seed in seeds), strict=True))
        return [sum(one) / len(one) for one in each], [max(one) for one in each]
