"""Why, in the words of a person: what is shared with how many seeds, what is missing, which seed is nearest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.relate.types import Document, Term


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
    seeds: int
    around: bool
    """Whether only lesser terms are shared."""
    foreign: tuple[str, str] | None


def nothing(place: str | None) -> str:
    """What there is to say of an article that shares next to nothing."""
    if place:
        return f"{place.title()}, but nothing else that the seeds are about."
    return "Shares next to nothing with the seeds."


def reason(found: Found) -> str:
    """The reason for a judgement."""
    parts = [_shared(found)]
    if found.around:
        parts.append("That is only around the matter.")
    if found.foreign:
        parts.append(f"But it is of {found.foreign[0]}, as no seed is.")
    if found.nearest:
        parts.append(f"Nearest: {found.labels[found.nearest[0][0]]}.")
    if found.document.judged_on == "headline":
        parts.append("Judged on the headline only.")
    return " ".join(parts)


def _shared(found: Found) -> str:
    first, *others = [t for t in found.terms if t.weight and (t.seeds > 1 or found.seeds == 1)] or list(found.terms)
    # A phrase that holds the first term again says nothing more.
    second = next((t for t in others if t.weight >= first.weight / 4 and first.term not in t.term), None)
    elsewhere = found.in_place is False
    if elsewhere and found.place:
        what = f"{_capital(first.term)} and {second.term}" if second else _capital(first.term)
        return f"{what}, but nothing about {found.place.title()}."
    with_first = f"{first.seeds} of {found.seeds} seed{'s' if found.seeds > 1 else ''}"
    if second is None:
        said = f"Shares “{first.term}” with {with_first}"
    elif second.seeds == first.seeds:
        said = f"Shares “{first.term}” and “{second.term}” with {with_first}"
    else:
        said = f"Shares “{first.term}” with {with_first} and “{second.term}” with {second.seeds}"
    return f"{said}, and is about {found.place.title()}." if found.place and found.in_place else f"{said}."


def _capital(term: str) -> str:
    return term[:1].upper() + term[1:]
