"""How well the matcher agrees with the user: precision, recall, how far its scores can be taken at their word. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import pairwise
from typing import cast

from db.opinions import Opinion
from monitor.pipeline.judging import Judge
from monitor.relate.types import Company, Document, JudgedOn

ENOUGH = 20
ENOUGH_OF_EACH = 5
"""Verdicts, and of these yes and no, below which shares say nothing."""
_BINS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
_FOLDS = 5
_Z = 1.96


@dataclass(frozen=True, slots=True)
class Case:
    """One verdict of the user, and what the matcher says without it."""

    uid: str
    title: str
    watch: str | None
    score: float
    yes: bool


@dataclass(frozen=True, slots=True)
class Share:
    """A share of a number of cases, with the bounds of its 95 % interval (Wilson); None of none."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class At:
    """What a threshold does: of what it shows, how much is right; of what is right, how much it shows."""

    threshold: float
    shown_yes: int
    shown_no: int
    missed: int
    precision: Share
    recall: Share


@dataclass(frozen=True, slots=True)
class Bin:
    """Cases with scores from `low` to below `high` (at the top: up to it): how sure the matcher was, how often right."""

    low: float
    high: float
    cases: int
    mean_score: float | None
    share_yes: float | None


@dataclass(slots=True)
class Collected:
    """Cases that can be measured, and how many verdicts cannot."""

    cases: list[Case] = field(default_factory=list)
    became_seeds: int = 0
    without_watch: int = 0
    """Verdicts for watches that are no more."""


def collect(
    opinions: Iterable[Opinion],
    judge_without: Callable[[AbstractSet[str]], Judge],
    watch: str | None = None,
    beside: Mapping[int, Mapping[str, Company]] | None = None,
) -> Collected:
    """Judge again what the user has judged; only what was said of one watch, when that is named.

    `judge_without` gives matchers that never heard the user's verdicts on some articles (uids): each article is judged by
    such as know nothing of it. `beside` is what was reported in like words: article id → watch → company.
    """
    found = Collected()
    said_of = list(opinions)
    uids = sorted({said.uid for said in said_of})
    folds = [frozenset(uids[n::_FOLDS]) for n in range(_FOLDS)]
    judges = {uid: judge for fold in folds if fold for judge in (judge_without(fold),) for uid in fold}
    for said in said_of:
        judge = judges[said.uid]
        known = {matcher.watch for matcher in judge.matchers}
        if watch is not None and said.watch not in {None, watch}:
            continue
        if said.origin in {"seed", "seed_related"}:
            found.became_seeds += 1  # what is compared with itself always agrees
        elif said.watch is not None and said.watch not in known:
            found.without_watch += 1
        else:
            asked = said.watch or watch
            on, kept = cast("JudgedOn", said.judged_on), (beside or {}).get(said.article_id, {})
            rows = judge.judge(Document(said.title, said.excerpt, said.text, on, company=kept))
            score = max((row.score for row in rows if asked is None or row.watch == asked), default=0.0)
            found.cases.append(Case(said.uid, said.title, asked, score, said.verdict == "yes"))
    return found


def enough(cases: Sequence[Case]) -> bool:
    """Whether there are enough cases for shares to mean anything."""
    yes = sum(case.yes for case in cases)
    return len(cases) >= ENOUGH and min(yes, len(cases) - yes) >= ENOUGH_OF_EACH


def at(cases: Sequence[Case], threshold: float) -> At:
    """What a threshold does to the cases."""
    shown = [case for case in cases if case.score >= threshold]
    right = sum(case.yes for case in shown)
    wanted = sum(case.yes for case in cases)
    return At(threshold, right, len(shown) - right, wanted - right, share(right, len(shown)), share(right, wanted))


def threshold_for(cases: Sequence[Case], precision: float) -> At | None:
    """The lowest threshold whose precision is at least the one asked for; None when there is none."""
    tried = (at(cases, score) for score in sorted({case.score for case in cases}))
    return next((one for one in tried if one.precision.value is not None and one.precision.value >= precision), None)


def bins(cases: Sequence[Case]) -> list[Bin]:
    """The cases by score: where scores are probabilities, their mean is the share of yes."""
    found = []
    for low, high in pairwise(_BINS):
        inside = [c for c in cases if low <= c.score < high or (high == _BINS[-1] and c.score >= high)]
        count = len(inside)
        mean = sum(c.score for c in inside) / count if count else None
        found.append(Bin(low, high, count, mean, sum(c.yes for c in inside) / count if count else None))
    return found


def share(part: int, whole: int) -> Share:
    """A share with its interval (E. B. Wilson, 1927)."""
    if not whole:
        return Share(None, None, None)
    p, z2 = part / whole, _Z * _Z
    middle = (p + z2 / (2 * whole)) / (1 + z2 / whole)
    reach = _Z / (1 + z2 / whole) * math.sqrt(p * (1 - p) / whole + z2 / (4 * whole * whole))
    # Rounding must not leave the share outside of its own interval.
    return Share(p, max(0.0, min(p, middle - reach)), min(1.0, max(p, middle + reach)))
