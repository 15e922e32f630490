"""Which article of those with one text is the root: whose text it is, as far as that can be seen. All pure.

A seed is what everything is compared with, so it stays one. Then whoever the others name as their source; then outlets
before those who only show what others wrote; then the earliest credible date.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.identify.ladder import bare
from seeds import outlets

_CREDIBLE = frozenset({"exact", "day", "zone_assumed"})


@dataclass(frozen=True, slots=True)
class Member:
    """An article as groups of copies look at it."""

    id: int
    uid: str
    seed: bool
    sort_at: str
    first_seen_at: str
    dated: bool
    """Whether its source gives a date that can be believed."""
    outlet: str
    """Its outlet's registrable domain, perhaps with who posts there; empty when not known."""
    names: tuple[str, ...] = ()
    """What its outlet is called."""
    credits: tuple[str, ...] = ()
    """Whom it names as its source or author."""

    @property
    def domain(self) -> str:
        """The registrable domain alone."""
        return self.outlet.partition("/")[0]

    @property
    def shows_others(self) -> bool:
        """Whether its outlet only shows what others wrote."""
        return outlets.is_syndicator(self.domain)


def root(group: Sequence[Member]) -> Member:
    """The member whose text it is, whatever came first."""
    named = _named(group) if not any(member.seed for member in group) else Counter()
    return min(
        group,
        key=lambda m: (not m.seed, -named[m.id], m.shows_others, not m.dated, m.sort_at, m.uid),
    )


def is_dated(published_at: str | None, quality: str) -> bool:
    """Whether an article's date can be believed."""
    return published_at is not None and quality in _CREDIBLE


def domain_of_agency(name: str) -> str | None:
    """Where an agency that a text credits publishes; None for names that are no agency's."""
    folded = bare(name).removeprefix("агентство") or bare(name)
    for prefix in ("", "by", "the"):
        if (domain := outlets.AGENCIES.get(folded.removeprefix(prefix))) is not None:
            return domain
    return None


def _named(group: Sequence[Member]) -> Counter[int]:
    """Member → how many of the others name its outlet as their source."""
    counts: Counter[str] = Counter()
    own: dict[int, set[str]] = {}
    for member in group:
        own[member.id] = {f"at {_newsroom(member.domain)}", *(f"called {bare(name)}" for name in member.names)}
        if member.credits:
            domains = {f"at {_newsroom(d)}" for d in map(domain_of_agency, member.credits) if d}
            counts.update((domains | {f"called {bare(name)}" for name in member.credits}) - own[member.id])
    return Counter({one: max(counts[name] for name in names) for one, names in own.items()} if counts else {})


def _newsroom(domain: str) -> str:
    return outlets.SAME_PUBLISHERS.get(domain, domain)
