"""What speaks for an article's being on a matter, as numbers; which of them count how much is learnt."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import astuple, dataclass

from monitor.relate.profile import Profile, Said, score

_LEAST_MASS, _MOST_MASS = 0.3, 6.0
"""What a text says altogether is taken for no less than a word or two say, and no more than a long headline does."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an article has of a profile."""

    likeness: float
    """Its score, as a share of what the seeds' own headlines score by one another."""
    log_likeness: float
    shared: float
    """The part of it that is of terms which several seeds have."""
    terms: float
    """How many such terms (their square root)."""
    covered: float
    """How much of what it says the seeds say, weighed by how many of them."""
    known: float
    """How much of what it says any seed says."""
    best: float
    """Its weightiest term, as a share of the profile's."""
    best_weight: float
    core: float
    """How many of its terms most seeds have (the square root)."""
    second: float
    """Its second term by weight, as a share of the profile's weightiest."""
    against: float
    """What it has of what the user said no to, as a share of what the seeds' own headlines score."""
    foreign: float
    """1 for a text of a field that no seed is of."""

    def values(self) -> tuple[float, ...]:
        """The numbers, in their order."""
        return astuple(self)


def evidence(said: Said, profile: Profile) -> Evidence:
    """What an article has of a profile."""
    weights = profile.weights
    worth: dict[str, float] = {t: weights[t] * share for t, share in said.terms.items() if t in weights}
    total = score(said, weights)
    several: Mapping[str, float] = {t: w for t, w in worth.items() if profile.counts.get(t, 0) > 1}
    said_of = math.fsum(profile.rarity(t) * share for t, share in said.terms.items() if t not in profile.aside)
    mass = min(_MOST_MASS, max(_LEAST_MASS, said_of))
    likeness = total / profile.reference
    best, second, *_ = [*sorted(worth.values(), reverse=True), 0.0, 0.0]
    return Evidence(
        likeness=likeness,
        log_likeness=math.log(likeness + 0.05),
        shared=likeness * math.fsum(several.values()) / (math.fsum(worth.values()) or 1.0),
        terms=math.sqrt(len(several)),
        covered=math.fsum(worth.values()) / mass,
        known=math.fsum(profile.rarity(t) * said.terms[t] for t in worth) / mass,
        best=best / profile.heaviest,
        best_weight=best,
        core=math.sqrt(len(worth.keys() & profile.core)),
        second=second / profile.heaviest,
        against=score(said, profile.against) / profile.reference if profile.against else 0.0,
        foreign=float(any(name not in profile.fields for name in said.fields)),
    )
