"""From evidence to a probability: one logistic curve for all matters, moved by what the user said of this one.

The coefficients were learnt from headlines of 40 events (five of an event's headlines as seeds, the others to be found), and
hold for events they were not learnt from: `benchmarks/relevance.py` learns them anew without each and says how well they do.
The sides of a matter are not in those data; what they count was set on headlines that were graded for one matter.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.relate.evidence import Evidence
from monitor.relate.types import Company

LEARNT: dict[str, float] = {"log_likeness": 1.83, "terms": 0.27, "covered": 7.44, "best_weight": 0.71}
BIAS = -1.70
FOREIGN_FIELD = -1.2
AGAINST = -2.5
IN_PLACE = 2.5
ELSEWHERE = 0.2
MOST_ELSEWHERE = 0.78
"""Where the seeds share a country, an article that does not name it is never likely."""
MOST_FOREIGN = 0.6
"""Nor is one of a field that no seed is of; and if it does not name the country either, it is not even maybe."""
LEAST_OF_SECOND = 0.2
"""But a field does not count where the country is named and a second term of some weight is shared."""
MOST_AROUND = 0.35
"""Nor is one shown that has none of the weighty terms, however many of the lesser."""
LEAST_OF_HEAVIEST = 0.3
NOTHING = -4.0
"""Log odds of an article that shares next to nothing."""
BESIDE: dict[str, float] = {"bias": -3.4, "share": 7.0, "own": -0.8}
"""What reports in like words count, where there are many: set by hand between what was learnt on the events and on graded
headlines of a matter. `docs/accuracy.md` says how it does on events it was not learnt from."""
FEW_REPORTS = 1.0
"""So near to one another, they count for half of that."""
MOST_BY_COMPANY = 0.78
"""An article that shares nothing itself is never likely by its company alone."""
CERTAINTY = 0.99
_PRESSED = 0.09
_STRENGTH = 4.0
"""The user's verdicts move the curve as if there had been so many others before them that did not."""
_STEPS = 25


@dataclass(frozen=True, slots=True)
class Curve:
    """How much the curve is moved (in log odds)."""

    offset: float = 0.0

    def probability(self, logit: float) -> float:
        """The probability at these log odds, never quite certain."""
        probability = 1 / (1 + math.exp(-max(-30.0, min(30.0, logit + self.offset))))
        # Pressed together above, not cut off: of two that are nearly certain, the more certain still leads the list.
        return min(probability, CERTAINTY + _PRESSED * (probability - CERTAINTY))


def log_odds(found: Evidence, *, in_place: bool | None) -> float:
    """The log odds by the shipped curve; `in_place` is None for a matter that has no country."""
    logit = BIAS + math.fsum(weight * getattr(found, name) for name, weight in LEARNT.items())
    logit += FOREIGN_FIELD * found.foreign + AGAINST * found.against
    return logit if in_place is None else logit + (IN_PLACE if in_place else ELSEWHERE)


def in_company(logit: float, company: Company | None, *, sided: bool) -> float:
    """Log odds, with what was reported in like words: the more of that there is, the more it decides.

    Of a matter that has sides, reports may be alike in one and not in the other: there they can speak for an article only.
    """
    if company is None:
        return logit
    said = BESIDE["bias"] + BESIDE["share"] * company.share + BESIDE["own"] * max(logit, NOTHING)
    return logit + (max(0.0, said) if sided else said) * company.weight / (FEW_REPORTS + company.weight)


def moved(cases: Sequence[tuple[float, bool]]) -> Curve:
    """The curve moved towards verdicts of the user, each with the log odds that were without it.

    The most likely offset, where offsets are normally distributed around 0 (Newton's method).
    """
    offset = 0.0
    for _ in range(_STEPS if cases else 0):
        gradient, curvature = -offset * _STRENGTH / 4, _STRENGTH / 4
        for logit, yes in cases:
            p = 1 / (1 + math.exp(-max(-30.0, min(30.0, logit + offset))))
            gradient += yes - p
            curvature += p * (1 - p)
        offset += gradient / curvature
    return Curve(max(-3.0, min(3.0, offset)))
