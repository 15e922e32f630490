"""Groups made to hold what people said: the stories of two articles that belong together are one story. Pure."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence

from monitor.stories.clustering import Group, Piece


def joined(groups: Sequence[Group], together: Iterable[frozenset[int]]) -> list[Group]:
    """Groups of which those are one that hold ids which belong together (each id in one set at most).

    What a person said is apart from any of them stays out of it; nothing that belongs together may be apart.
    """
    first: dict[int, tuple[float, str, int]] = {p.id: (p.at, p.order, p.id) for g in groups for p in g.pieces}
    # What is joined first decides what has to stay out, so that is what was published first, not what came first.
    sets = sorted(together, key=lambda ids: min(first[i] for i in ids))
    set_of = {i: ids for ids in sets for i in ids}
    found = list(groups)
    for ids in sets:
        parts = [group for group in found if any(piece.id in ids for piece in group.pieces)]
        if len(parts) > 1:
            found = [group for group in found if not any(group is part for part in parts)]
            found += _one(parts, ids, set_of)
    return found


def _one(parts: Sequence[Group], ids: frozenset[int], set_of: Mapping[int, frozenset[int]]) -> list[Group]:
    """One group of several, and what has to stay out of it, as it was grouped before."""
    members = [piece for part in parts for piece in part.pieces]
    apart: dict[frozenset[int], set[int]] = {}
    for piece in members:
        apart.setdefault(set_of.get(piece.id, frozenset({piece.id})), set()).update(piece.apart)
    kept = set(ids)
    for piece in sorted(members, key=lambda p: (p.at, p.order, p.id)):
        its = set_of.get(piece.id, frozenset({piece.id}))
        if kept.isdisjoint(apart[its]):
            kept |= its
    inside = [piece for piece in members if piece.id in kept]
    outside = [[piece for piece in part.pieces if piece.id not in kept] for part in parts]
    left = [_group(pieces, (), {}, 0, 0.0) for pieces in outside if pieces]
    known: dict[str, float] = {}
    size, days = 0, 0.0
    for part in parts:
        size += part.size - len(part.pieces)
        days += part.at * part.size - math.fsum(piece.at for piece in part.pieces)
        for word, weight in part.centre.items():
            known[word] = known.get(word, 0.0) + weight
    for piece in members:
        for word, weight in piece.vector.items():
            known[word] -= weight
    told = tuple(story_id for part in parts for story_id in part.told)
    return [_group(inside, told, known if told else {}, size, days), *left]


def _group(
    pieces: Collection[Piece], told: tuple[int, ...], known: Mapping[str, float], size: int, days: float
) -> Group:
    """A group of pieces, and of known stories with that much in their centre, so many pieces and the sum of their days."""
    centre = dict(known)
    for piece in pieces:
        for word, weight in piece.vector.items():
            centre[word] = centre.get(word, 0.0) + weight
    whole = size + len(pieces)
    at = (days + math.fsum(piece.at for piece in pieces)) / whole
    return Group(tuple(pieces), told, centre, at, whole, math.hypot(*centre.values()))
