"""From evidence to a probability: one logistic curve for all matters, moved by what the user said of this one.

The coefficients were learnt from headlines of 37 events (five of an event's headlines as seeds, the others to be found), and
hold for events they were not learnt from: `benchmarks/relevance.py` learns them anew without each and says how well they do.
The sides of a matter are not in those data; what they count was set on headlines that were graded for one matter.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.relate.evidence import Evidence
from monitor.relate.types import Company

LEARNT: dict[str, float] = {"bias": -3.02, "log_likeness": 0.72, "shared": 1.17, "covered": 2.58, "alike": 9.28}
BY_TERMS: dict[str, float] = {"bias": -2.28, "log_likeness": 0.97, "shared": 1.07, "covered": 7.60}
"""The same where wording says nothing: no seed is in the script of the text, or a country is half of what makes the matter."""
OF_OTHER_MATTERS = 0.85
"""Matters differ more from one another than articles on one do: what was learnt from some is too sure of others by so much.
Tried on events that were kept aside, from 0.7 to 1."""
FOREIGN_FIELD = -1.2
AGAINST = -1.0
IN_PLACE = 2.7
ELSEWHERE = 0.7
MOST_ELSEWHERE = 0.78
"""Where the seeds share a country, an article that does not name it is never likely."""
LEAST_OF_SECOND = 0.08
"""A field that no seed is of does not count where the country is named and a second term of some weight is shared."""
MOST_AROUND = 0.35
"""What is around a matter is not shown: of another field, or with none of the weighty terms, however many of the lesser."""
LEAST_OF_HEAVIEST = 0.3
LEAST_ELSEWHERE = 0.5
NOTHING = -4.0
"""Log odds of an article that shares next to nothing."""
BESIDE: dict[str, float] = {"bias": -3.4, "share": 7.0, "own": -0.8}
"""What reports in like words count, where there are many: set by hand between what was learnt on the events and on graded
headlines of a matter. What is learnt from events alone ranks other draws of them worse."""
FEW_REPORTS = 1.0
"""So near to one another, they count for half of that."""
MOST_BY_COMPANY = 0.78
"""An article that shares nothing itself is never likely by its company alone."""
CERTAINTY = 0.99
_PRESSED = 0.09
_STRENGTH = 8.0
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


def by_curve(found: Evidence, weights: Mapping[str, float]) -> float:
    """The log odds by learnt weights alone."""
    return weights["bias"] + math.fsum(w * getattr(found, name) for name, w in weights.items() if name != "bias")


def log_odds(found: Evidence, *, in_place: bool | None) -> float:
    """The log odds by the shipped curve; `in_place` is None for a matter that has no country."""
    wording = in_place is None and found.alike is not None
    logit = by_curve(found, BY_TERMS)
    if wording:  # halfway: wording alone leads where headlines of one event happen to be worded alike
        logit = (logit + by_curve(found, LEARNT)) / 2
    logit *= OF_OTHER_MATTERS
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
