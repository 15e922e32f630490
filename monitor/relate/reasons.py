"""Why, in the words of a person: what is shared with how many seeds, what is missing, which seed is nearest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.relate.types import Company, Document, Term

_MOVED = 0.05


@dataclass(frozen=True, slots=True)
class Beside:
    """What was reported in like words, and what an article scores without and with it."""

    company: Company
    alone: float
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """What there is to say of a judgement."""

    document: Document
    terms: Sequence[Term]
    """The weightiest first."""
    nearest: Sequence[tuple[str, float]]
    labels: Mapping[str, str]
    place: str | None
    in_place: bool | None
    by_language: bool
    """Whether only its language, Russian, says that it is there."""
    seeds: int
    around: bool
    """Whether only lesser terms are shared."""
    foreign: tuple[str, str] | None
    beside: Beside | None = None


def country(place: str) -> str:
    """A country in the middle of a sentence."""
    name = named(place)
    return f"the {name}" if name.startswith("United") or name in _WITH_ARTICLE else name


def named(place: str) -> str:
    """A country by itself."""
    return _NAMED.get(place) or place.title().replace(" And ", " and ").replace(" Of ", " of ")


_NAMED = {"georgia tbilisi": "Georgia"}
_WITH_ARTICLE = frozenset(("European Union", "Netherlands", "Philippines", "Czech Republic", "Bahamas", "Maldives"))


def nothing(place: str | None) -> str:
    """What there is to say of an article that shares next to nothing."""
    if place:
        return f"{_capital(country(place))}, but nothing else that the seeds are about."
    return "Shares next to nothing with the seeds."


def reason(found: Found) -> str:
    """The reason for a judgement."""
    parts = [_shared(found)]
    if found.around:
        parts.append("That is only around the matter.")
    if found.foreign:
        parts.append(f"{'And' if found.around else 'But'} it is of {found.foreign[0]}, as no seed is.")
    if found.beside:
        said = beside(found.beside)
        parts.append(f"And{said[3:]}" if found.foreign and said.startswith("But") else said)
    if found.nearest:
        parts.append(f"Nearest: {found.labels[found.nearest[0][0]]}.")
    if found.document.judged_on == "headline":
        parts.append("Judged on the headline only.")
    return " ".join(filter(None, parts))


def beside(found: Beside) -> str:
    """What reports in like words did to the score; nothing when that is next to nothing."""
    if abs(found.score - found.alone) < _MOVED:
        return ""
    reports, on_it = found.company.reports, found.company.on_it
    raised = found.score > found.alone
    if reports == 1:
        return (_ONE if raised else _NOT_ONE) if raised == bool(on_it) else ""
    if on_it == reports and raised:
        return f"{'Both' if reports == 2 else f'All {reports}'} reports in like words are on the matter."
    if raised:
        return f"Of {reports} reports in like words {on_it or 'none'} {_is(on_it)} on the matter."
    return f"But of {reports} reports in like words {f'only {on_it}' if on_it else 'none'} {_is(on_it)} on the matter."


_ONE = "The one report in like words is on the matter."
_NOT_ONE = "But the one report in like words is not on the matter."


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def _shared(found: Found) -> str:
    first, *others = [t for t in found.terms if t.weight and (t.seeds > 1 or found.seeds == 1)] or list(found.terms)
    # A phrase that holds the first term again says nothing more.
    second = next((t for t in others if t.weight >= first.weight / 4 and first.term not in t.term), None)
    elsewhere = found.in_place is False
    if elsewhere and found.place:
        what = f"{_capital(first.term)} and {second.term}" if second else _capital(first.term)
        return f"{what}, but nothing about {country(found.place)}."
    with_first = f"{first.seeds} of {found.seeds} seed{'s' if found.seeds > 1 else ''}"
    if second is None:
        said = f"Shares “{first.term}” with {with_first}"
    elif second.seeds == first.seeds:
        said = f"Shares “{first.term}” and “{second.term}” with {with_first}"
    else:
        said = f"Shares “{first.term}” with {with_first} and “{second.term}” with {second.seeds}"
    if not found.place or not found.in_place:
        return f"{said}."
    if found.by_language:
        return f"{said}, in Russian and naming no other country."
    return f"{said}, and is about {country(found.place)}."


def _capital(term: str) -> str:
    return term[:1].upper() + term[1:]
