"""What speaks for an article's being on a matter, as numbers; which of them count how much is learnt."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

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
    covered: float
    """How much of what it says the seeds say, weighed by how many of them."""
    best: float
    """Its weightiest term, as a share of the profile's."""
    second: float
    """Its second term by weight, as a share of the profile's weightiest."""
    alike: float | None
    """How like the headlines of seeds it is, letter by letter; None where no seed is in its script."""
    against: float
    """What it has of what the user said no to, as a share of what the seeds' own headlines score."""
    foreign: float
    """1 for a text of a field that no seed is of."""


def evidence(said: Said, profile: Profile, alike: float | None = None) -> Evidence:
    """What an article has of a profile, given how like its letters are."""
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
        covered=math.fsum(worth.values()) / mass,
        best=best / profile.heaviest,
        second=second / profile.heaviest,
        alike=alike,
        against=score(said, profile.against) / profile.reference if profile.against else 0.0,
        foreign=float(any(name not in profile.fields for name in said.fields)),
    )
