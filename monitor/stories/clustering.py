"""Articles on one event put together, by what their headlines say and when.

A story is as near to an article as its centre is: the mean of what its headlines say, in words weighted by their worth
(`wording.py`). An article belongs to a story that it resembles as a whole, so a chain of look-alikes makes none; and only
within days of the middle of its reporting, so it does not grow for ever. Resemblance alone is not enough: what is shared has
to say something, the more so the fewer have said it. What people said of two articles holds whatever they resemble.

    pieces in their order ─► each to the nearest story ─► stories that are one joined ─► each piece looked at once more

The outcome is the same for the same pieces, in whatever order they are given.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

NEAR = 0.30
"""From which likeness on (cosine with the centre of the story, times the nearness of the dates) an article joins a story."""
ONE = 0.25
"""From which likeness of their centres on two stories are one; lower, as the odd words of single headlines cancel out."""
STAYS = 0.6
"""An article leaves its story below this share of `NEAR`."""
WHOLE = 0.15
"""At least how alike, in the mean of all pairs, what a story holds is: more than a chain of look-alikes would be."""
ONE_OUTLET = 0.5
"""The likeness it takes while all is from one outlet: its series and columns have headlines alike."""
DAYS = 3.0
"""How far from the middle of a story an article can be; there a likeness counts half."""

MOST = 1000
"""Pieces of one story; what is told more often is no one event."""

_ENOUGH = 1.3
"""What shared words must be worth together: about two that are not common."""
_LESS = 0.2
"""How much less is enough for a story that more have told already."""
_TYPICAL = 0.15
"""A word that weighs this much in the mean of a story is typical of it."""
_TELLING = 0.2
"""Words that weigh less in a headline are not looked up."""
_LOOKED_AT = 5
"""Stories that an article is compared with in full, those that share most with it."""
_CENTRAL = 0.1
"""Words that weigh less in the centre of a story, as a share of its length, are not looked up."""
_WIDE = 40
"""Words that so many stories have tell none of them."""
_MOSTLY = 0.6
"""How much of the square of a likeness the words that are looked up make out at least."""
_LEAST_NEAR, _LEAST_ONE = math.sqrt(_MOSTLY) * NEAR, math.sqrt(_MOSTLY) * ONE
"""So nothing is near by less, as no centre is shorter than a single headline."""


@dataclass(frozen=True, slots=True)
class Piece:
    """An article with its copies, or articles that a person said tell one story."""

    id: int
    at: float
    """When it was published, in days."""
    worth: Mapping[str, float]
    """What its headline says: word → worth, from 0 to about 1.2."""
    vector: Mapping[str, float]
    """The same of length one, see `unit`."""
    outlet: str = ""
    order: str = ""
    """What decides between pieces of one moment."""
    apart: frozenset[int] = frozenset()
    """Ids of pieces that a person said tell another story."""


@dataclass(frozen=True, slots=True)
class Told:
    """A story as it is known, that is to be added to but not looked at anew; nobody said anything of its pieces."""

    id: int
    centre: Mapping[str, float]
    """Word → the sum of what it weighs in the headlines."""
    pieces: int
    at: float
    """Mean of when they were published, in days."""
    outlets: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Group:
    """Pieces that tell one story, and the known stories they add to."""

    pieces: tuple[Piece, ...]
    told: tuple[int, ...]
    centre: Mapping[str, float]
    at: float
    size: int
    """Pieces of known stories included."""
    length: float
    """Of the centre."""

    def likeness(self, vector: Mapping[str, float]) -> float:
        """Cosine of a vector of length one with the centre."""
        return sum(w * self.centre.get(word, 0.0) for word, w in vector.items()) / (self.length or 1.0)


def cluster(pieces: Iterable[Piece], told: Sequence[Told] = ()) -> list[Group]:
    """Put pieces into stories, new and known; a piece that no other resembles is a group of its own."""
    ordered = sorted(pieces, key=lambda p: (p.at, p.order, p.id))
    table = _Table(ordered, told)
    for piece in ordered:
        table.put(piece, table.nearest(piece))
    table.join()
    table.look_again(ordered)
    table.join()
    table.let_go()
    return table.groups()


def unit(worth: Mapping[str, float]) -> dict[str, float]:
    """What a headline says, as a vector of length one."""
    length = math.hypot(*worth.values())
    return {word: w / length for word, w in worth.items()} if length else {}


class _Story:
    """A story in the making."""

    __slots__ = ("apart", "at", "centre", "ids", "outlets", "pieces", "size", "square", "told")

    def __init__(self) -> None:
        self.centre: dict[str, float] = {}
        self.square = 0.0
        """Square of the length of its centre."""
        self.size = 0
        self.at = 0.0
        self.pieces: list[Piece] = []
        self.told: list[int] = []
        self.outlets: set[str] = set()
        self.ids: set[int] = set()
        self.apart: set[int] = set()

    def add(self, piece: Piece) -> None:
        centre = self.centre
        for word, weight in piece.vector.items():
            before = centre.get(word, 0.0)
            centre[word] = before + weight
            self.square += weight * (2 * before + weight)
        self.size += 1
        self.at += (piece.at - self.at) / self.size
        self.pieces.append(piece)
        self.outlets.add(piece.outlet)
        self.ids.add(piece.id)
        self.apart |= piece.apart

    def remove(self, piece: Piece) -> None:
        for word, weight in piece.vector.items():
            before = self.centre[word]
            self.centre[word] = before - weight
            self.square -= weight * (2 * before - weight)
        self.size -= 1
        self.at -= (piece.at - self.at) / self.size
        self.pieces.remove(piece)
        self.ids.discard(piece.id)
        if piece.apart:
            self.apart = {i for left in self.pieces for i in left.apart}

    def take_in(self, other: _Story) -> None:
        for word, weight in other.centre.items():
            self.centre[word] = self.centre.get(word, 0.0) + weight
        self.square = math.fsum(w * w for w in self.centre.values())
        self.at = (self.at * self.size + other.at * other.size) / (self.size + other.size)
        self.size += other.size
        self.pieces += other.pieces
        self.told += other.told
        self.outlets |= other.outlets
        self.ids |= other.ids
        self.apart |= other.apart

    def shuns(self, ids: Iterable[int], apart: set[int] | frozenset[int]) -> bool:
        """Whether a person said that something of it tells another story than these."""
        return bool(self.apart or apart) and not (self.apart.isdisjoint(ids) and self.ids.isdisjoint(apart))


class _Table:
    """All stories in the making, found by the words of their centres."""

    def __init__(self, pieces: Sequence[Piece], told: Sequence[Told]) -> None:
        self._worth: dict[str, float] = {}
        for piece in pieces:
            for word, worth in piece.worth.items():
                if worth > self._worth.get(word, 0.0):
                    self._worth[word] = worth
        self._stories: list[_Story] = []
        self._by_word: dict[str, dict[int, float]] = {}
        """Word → number of a story → what it weighs in its centre."""
        self._place: dict[int, int] = {}
        self._changed: set[int] = set()
        """Stories that may be one with another, as something came or went since that was last looked at."""
        for known in told:
            story = _Story()
            story.centre, story.size, story.at = dict(known.centre), known.pieces, known.at
            story.square = math.fsum(w * w for w in known.centre.values())
            story.told.append(known.id)
            story.outlets = set(known.outlets)
            for word, weight in story.centre.items():
                self._by_word.setdefault(word, {})[len(self._stories)] = weight
            self._stories.append(story)

    def put(self, piece: Piece, number: int | None) -> int:
        """Add a piece to a story, or begin one with it."""
        if number is None:
            number = len(self._stories)
            self._stories.append(_Story())
        story = self._stories[number]
        story.add(piece)
        self._changed.add(number)
        self._place[piece.id] = number
        by_word = self._by_word
        for word in piece.vector:
            if word in by_word:
                by_word[word][number] = story.centre[word]
            else:
                by_word[word] = {number: story.centre[word]}
        return number

    # --- a piece and a story

    def nearest(self, piece: Piece, *, its: int | None = None) -> int | None:
        """The story that a piece belongs to, or None; `its` is the one it is in, compared without it."""
        stories, by_word = self._stories, self._by_word
        shared: dict[int, float] = {}
        get = shared.get
        for word, weight in piece.vector.items():
            if weight >= _TELLING and word in by_word and len(by_word[word]) <= _WIDE:
                for number, theirs in by_word[word].items():
                    shared[number] = get(number, 0.0) + weight * theirs
        if its is not None:
            shared.pop(its, None)
        near = [
            (-share / math.sqrt(stories[number].square), number)
            for number, share in shared.items()
            if share >= _LEAST_NEAR and share * share >= _MOSTLY * NEAR * NEAR * stories[number].square
        ]
        if len(near) > _LOOKED_AT:
            near = heapq.nsmallest(_LOOKED_AT, near)
        best, found = NEAR, None
        if its is not None and self._stories[its].size > 1:
            own = self._likeness_to_rest(piece, self._stories[its])
            if own >= NEAR * STAYS:
                best, found = max(own, best), its
        for _, number in near:
            story = self._stories[number]
            like = self._likeness(piece, story)
            if (
                like > best
                and (like >= ONE_OUTLET or story.outlets != {piece.outlet})
                and self._enough(piece, story)
                and not story.shuns((piece.id,), piece.apart)
            ):
                best, found = like, number
        return found

    def _likeness(self, piece: Piece, story: _Story) -> float:
        near = _nearness(piece.at - story.at)
        if not near or story.size >= MOST:
            return 0.0
        centre = story.centre
        both = 0.0
        for word, weight in piece.vector.items():
            if word in centre:
                both += weight * centre[word]
        if not _is_whole(story.square + 2 * both + 1, story.size + 1):
            return 0.0
        return near * both / math.sqrt(story.square)

    def _likeness_to_rest(self, piece: Piece, story: _Story) -> float:
        """How near a piece is to the other pieces of its story."""
        both = sum(weight * story.centre[word] for word, weight in piece.vector.items()) - 1
        rest = story.square - 2 * both - 1
        at = story.at - (piece.at - story.at) / (story.size - 1)
        return _nearness(piece.at - at) * both / math.sqrt(rest) if rest > 1e-9 else 0.0

    def _enough(self, piece: Piece, story: _Story) -> bool:
        """Whether what a piece shares with a story says something."""
        said = 0.0
        centre, size = story.centre, story.size
        for word, worth in piece.worth.items():
            if word in centre:
                said += worth * min(1.0, centre[word] / size / _TYPICAL) if size > 3 else worth
        return said >= _ENOUGH / (1 + _LESS * math.log2(size))

    # --- stories among themselves

    def join(self) -> None:
        """Make one of stories that are one, the likest first."""
        changed, self._changed = self._changed, set()
        queue = [pair for number in sorted(changed) for pair in self._alike(number, changed)]
        heapq.heapify(queue)
        while queue:
            _, one, other, size, other_size = heapq.heappop(queue)
            keep, drop = self._stories[one], self._stories[other]
            if (keep.size, drop.size) != (size, other_size) or not size or not other_size:
                continue
            if keep.size < drop.size:
                one, other, keep, drop = other, one, drop, keep
            keep.take_in(drop)
            for word in drop.centre:
                del self._by_word[word][other]
                self._by_word[word][one] = keep.centre[word]
            self._stories[other] = _Story()
            for piece in drop.pieces:
                self._place[piece.id] = one
            for pair in self._alike(one, frozenset()):
                heapq.heappush(queue, pair)

    def _alike(self, number: int, done: Collection[int]) -> Iterator[tuple[float, int, int, int, int]]:
        """The stories that are one with this one, but for earlier ones in `done`, which have looked for it.

        Gives likeness below zero, both numbers, both sizes.
        """
        stories, by_word = self._stories, self._by_word
        story = stories[number]
        least = (_TELLING if story.size == 1 else _CENTRAL) * math.sqrt(story.square)
        shared: dict[int, float] = {}
        for word, weight in story.centre.items():
            if weight >= least and len(by_word[word]) <= _WIDE:
                for other_number, theirs in by_word[word].items():
                    shared[other_number] = shared.get(other_number, 0.0) + weight * theirs
        enough = _MOSTLY * ONE * ONE * story.square
        least_shared = _LEAST_ONE * math.sqrt(story.square)
        for other_number, share in shared.items():
            if share < least_shared or other_number == number:
                continue
            other = stories[other_number]
            if share * share < enough * other.square:
                continue
            if other_number < number and other_number in done:
                continue
            like = self._likeness_of(story, other)
            if like >= ONE:
                yield -like, number, other_number, story.size, other.size

    def _likeness_of(self, one: _Story, other: _Story) -> float:
        """How near two stories are, or 0 when they cannot be one."""
        near = _nearness(one.at - other.at)
        if not near or one.size + other.size > MOST:
            return 0.0
        small, large = (one, other) if len(one.centre) <= len(other.centre) else (other, one)
        centre = large.centre
        both = 0.0
        for word, weight in small.centre.items():
            if word in centre:
                both += weight * centre[word]
        like = near * both / math.sqrt(one.square * other.square)
        if like < ONE or not _is_whole(one.square + other.square + 2 * both, one.size + other.size):
            return 0.0
        if one.shuns(other.ids, other.apart):
            return 0.0
        if like < ONE_OUTLET and one.outlets == other.outlets and len(one.outlets) == 1:
            return 0.0
        return like if self._enough_of(one, other) else 0.0

    def _enough_of(self, one: _Story, other: _Story) -> bool:
        if one.size > other.size:
            one, other = other, one
        if one.size == 1 and one.pieces:
            return self._enough(one.pieces[0], other)
        said = 0.0
        centre, size, other_size = other.centre, one.size, other.size
        for word, weight in one.centre.items():
            if word in centre:
                typical = min(1.0, weight / size / _TYPICAL) * min(1.0, centre[word] / other_size / _TYPICAL)
                said += self._worth.get(word, 0.0) * typical
        return said >= _ENOUGH / (1 + _LESS * math.log2(size))

    # --- looking again

    def look_again(self, pieces: Sequence[Piece]) -> None:
        """Let each piece go to the story it is nearest to now that all are there."""
        for piece in pieces:
            its = self._place[piece.id]
            number = self.nearest(piece, its=its)
            if number != its and (number is not None or self._stories[its].size > 1):
                self._move(piece, number)

    def let_go(self) -> None:
        """Let alone the pieces that are not like the rest of their story, whatever brought them there."""
        strays = [
            piece
            for story in self._stories
            if story.size > 2
            for piece in story.pieces
            if self._likeness_to_rest(piece, story) < NEAR * STAYS
        ]
        for piece in strays:
            if self._stories[self._place[piece.id]].size > 1:
                self._move(piece, None)

    def _move(self, piece: Piece, number: int | None) -> None:
        """Take a piece from its story, and put it into another or alone."""
        its = self._place[piece.id]
        story = self._stories[its]
        if story.size > 1:
            story.remove(piece)
            self._changed.add(its)
            for word in piece.vector:
                self._by_word[word][its] = story.centre[word]
        else:
            for word in story.centre:
                del self._by_word[word][its]
            self._stories[its] = _Story()
        self.put(piece, number)

    def groups(self) -> list[Group]:
        """What the stories are now."""
        return [
            Group(tuple(s.pieces), tuple(s.told), s.centre, s.at, s.size, math.sqrt(max(0.0, s.square)))
            for s in self._stories
            if s.pieces or s.told
        ]


def _is_whole(square: float, size: int) -> bool:
    """Whether the mean likeness of all pairs is enough, by the length of the sum of so many vectors of length one."""
    return square - size >= WHOLE * size * (size - 1)


def _nearness(days: float) -> float:
    """1 for the same moment, half at `DAYS`, nothing beyond."""
    days = abs(days)
    return 0.0 if days > DAYS else 1 / (1 + days / DAYS)
