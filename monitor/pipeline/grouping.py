"""Putting articles into stories: what came or changed, with all that stands near it, a transaction's worth at a time.

    what waits ─► what it says ─► what stands near ─► clustering ─► which story each group is ─► headline ─► store

Stories that a few articles add to are not taken apart for that, unless they have grown by a quarter since they last were;
so an article costs about the same however much is stored. What is taken apart is put together from its articles alone, so
in the end the order in which they came makes little difference.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache

from db import grouping, rulings
from db.grouping import Piece, Story, Telling
from monitor.pipeline.judging import Judge
from monitor.pipeline.naming import named
from monitor.pipeline.overrule import project
from monitor.stories import clustering, wording
from monitor.stories.clustering import Group, Told
from monitor.stories.together import joined

AT_ONCE = 6000
"""New articles that are put into stories in one transaction."""
_EACH = 3
"""How many stored articles are looked at anew for each that waits, beside those of stories that have to be."""
_FEW, _ALL = 100, 4000
_SHARE = 3
"""All articles of the days around are looked at anew where there are few, and once a third of them has arrived since, unless
there are too many."""
_GROWN = 1.25
_NEAR_EACH = 5
"""Stories and articles that are looked up for one article."""
_TELLING = 6
"""Words of a headline by which it is looked up."""
_TYPICAL = 24
"""Words of a story by which it is looked up."""
_CORE = 150
"""Words of a story that are kept."""
_NEAR = 0.35
"""Less than this share of what a headline says in common is not looked at."""
_GROWN_STORIES = 50
_SHARED = 0.05
"""What a word weighs, in the mean of the others, that an article has in common with them."""


@dataclass(slots=True)
class _Scene:
    """All that is looked at together."""

    pieces: dict[int, Piece]
    judge: Judge
    worth: dict[int, dict[str, float]] = field(default_factory=dict)
    """Piece → word → what it is worth in the days around."""
    vectors: dict[int, dict[str, float]] = field(default_factory=dict)
    """The same of length one."""
    anew: dict[int, Story] = field(default_factory=dict)
    """Stories that are put together from their articles again."""
    told: dict[int, Story] = field(default_factory=dict)
    """Stories that are only added to."""
    alone: set[int] = field(default_factory=set)
    """Pieces that are stored as being in no story."""
    said: list[tuple[str, int, int]] = field(default_factory=list)
    """What people said of two pieces: together or apart, and both."""


@dataclass(slots=True)
class _Outcome:
    """A group with the pieces in it that the scene has, the earliest first, and the story it is."""

    group: Group
    pieces: list[Piece]
    story_id: int | None = None
    ended: list[int] = field(default_factory=list)
    """Stories that end in it."""


def settle(connection: sqlite3.Connection, judge: Judge, now: str, most: int = AT_ONCE) -> bool:
    """Put articles that wait into stories, inside the caller's transaction; says whether there was anything to do."""
    waiting = grouping.waiting(connection, most)
    if not waiting.anything:
        return False
    new = grouping.new_pieces(connection, waiting)
    roots = grouping.roots_of_copies(connection, waiting)
    changed = grouping.pieces(connection, waiting.changed | roots)
    _count(connection, new)
    scene = _Scene({piece.id: piece for piece in new}, judge)
    # A root whose story goes on only has more copies; one in none begins a story with them.
    scene.pieces |= {p.id: p for p in changed if p.id in waiting.changed or p.story_id is None}
    scene.alone = {p.id for p in changed if p.story_id is None}
    _weigh(connection, scene, scene.pieces.values())
    stale = waiting.stories | {p.story_id for p in scene.pieces.values() if p.story_id is not None}
    arrived = waiting.arrived + len(scene.pieces)
    if _look_at_all(connection, scene, stale, _FEW + _SHARE * arrived):
        arrived = 0
    else:
        _look_around(connection, scene, stale)
    _bring_members(connection, scene)
    moved = _store(connection, scene, now)
    grouping.count_again(connection, roots)
    _remove_left(connection, stale | scene.anew.keys())
    grouping.settle(connection, waiting, arrived)
    if moved and rulings.waiting(connection).mutes:
        project(connection, judge, moved, now)
    return True


def settle_all(connection: sqlite3.Connection, judge: Judge, now: str) -> None:
    """Put everything that waits into stories, inside the caller's transaction."""
    while settle(connection, judge, now):
        pass


# --- what headlines say


def _day(piece: Piece) -> float:
    return _day_of(piece.sort_at)


@lru_cache(maxsize=20_000)
def _day_of(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp() / 86400


def _count(connection: sqlite3.Connection, new: Iterable[Piece]) -> None:
    """Count what new headlines say, and how many there are."""
    counts: Counter[tuple[str, int]] = Counter()
    for piece in new:
        block = wording.block_of(_day(piece))
        counts.update((word, block) for word in ("", *wording.said(piece.title_key)))
    grouping.count_words(connection, counts)


def _weigh(connection: sqlite3.Connection, scene: _Scene, pieces: Iterable[Piece]) -> None:
    """Say what the words of these headlines are worth in the days around."""
    said = {piece.id: (wording.block_of(_day(piece)), wording.said(piece.title_key)) for piece in pieces}
    if not said:
        return
    blocks = {block for block, _ in said.values()}
    words = {word for _, worth in said.values() for word in worth}
    first, last = min(blocks) - wording.BEFORE, max(blocks) + wording.AFTER
    found = grouping.frequencies(connection, {"", *words}, first, last)
    among = {block: _around(found.get("", {}), block) for block in blocks}
    for piece_id, (block, worth) in said.items():
        counts = {word: _around(found[word], block) for word in worth if word in found}
        telling = wording.beside(worth, scene.judge.matter(worth))
        scene.worth[piece_id] = lessened = wording.lessened(telling, counts, among[block])
        scene.vectors[piece_id] = clustering.unit(lessened)


def _around(by_block: Mapping[int, int], block: int) -> int:
    first, last = block - wording.BEFORE, block + wording.AFTER
    return sum(count for at, count in by_block.items() if first <= at <= last)


# --- what stands near


def _look_at_all(connection: sqlite3.Connection, scene: _Scene, stale: Collection[int], most: int) -> bool:
    """Add everything of the days around to the scene, unless that is more than so many articles."""
    days = [_day(piece) for piece in scene.pieces.values()]
    if not days:
        return False
    most = min(most, _ALL)
    first, last = (_moment(day) for day in (min(days) - clustering.DAYS, max(days) + clustering.DAYS))
    if grouping.count_between(connection, first, last, most + 1) > most:
        return False
    found = grouping.pieces_between(connection, first, last)
    lone = [p for p in found if p.story_id is None and p.id not in scene.pieces]
    scene.alone |= {p.id for p in lone}
    scene.pieces |= {p.id: p for p in lone}
    scene.anew = grouping.stories(connection, {p.story_id for p in found if p.story_id is not None} | set(stale))
    return True


def _moment(day: float) -> str:
    return datetime.fromtimestamp(day * 86400, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _look_around(connection: sqlite3.Connection, scene: _Scene, stale: Collection[int]) -> None:
    """Add to the scene what its pieces may belong to, and take apart what has to be put together again."""
    arrived = len(scene.pieces)
    near = _near(connection, scene)
    lone = grouping.pieces(connection, {-holder for holder in near if holder < 0} - scene.pieces.keys())
    found = {holder for holder in near if holder > 0} | {p.story_id for p in lone if p.story_id is not None}
    beside = [p for p in lone if p.story_id is None]
    scene.pieces |= {p.id: p for p in beside}
    scene.alone |= {p.id for p in beside}
    must = grouping.stories(connection, stale)
    others = grouping.stories(connection, found - must.keys())
    room = _EACH * arrived - sum(story.pieces for story in must.values())
    anew = dict(must)
    grown = [s for s in grouping.grown(connection, _GROWN_STORIES) if s.id not in must]
    for story in [*sorted(others.values(), key=_most_grown_first), *grown]:
        if story.id not in anew and (story.pieces <= room or _has_grown(story)):
            anew[story.id] = story
            room -= story.pieces
    scene.anew = anew
    scene.told = {story.id: story for story in others.values() if story.id not in anew}


def _bring_members(connection: sqlite3.Connection, scene: _Scene) -> None:
    """Add the pieces of what is taken apart, and of what people said belongs with it or not."""
    _bring_what_people_said(connection, scene)
    members = grouping.pieces_of(connection, scene.anew)
    more = [p for p in members if p.id not in scene.pieces]
    scene.pieces |= {p.id: p for p in more}
    _weigh(connection, scene, [p for p in scene.pieces.values() if p.id not in scene.worth])


def _has_grown(story: Story) -> bool:
    return story.pieces >= _GROWN * story.looked_at


def _most_grown_first(story: Story) -> tuple[float, int]:
    return -story.pieces / max(1, story.looked_at), story.id


def _near(connection: sqlite3.Connection, scene: _Scene) -> set[int]:
    """The holders that share most with each piece."""
    known: dict[tuple[str, int], list[int]] = {}
    near: set[int] = set()
    for piece in scene.pieces.values():
        block = wording.block_of(_day(piece))
        vector = scene.vectors[piece.id]
        shared: dict[int, float] = {}
        several: set[int] = set()
        for word in _telling(vector):
            if (word, block) not in known:
                known[word, block] = grouping.holders(connection, word, block)
            square = vector[word] ** 2
            for holder in known[word, block]:
                if holder in shared:
                    shared[holder] += square
                    several.add(holder)
                else:
                    shared[holder] = square
        # By Cauchy and Schwarz no likeness is above the length of what is shared; and no one word makes a story of two.
        enough = [
            (-square, holder)
            for holder, square in shared.items()
            if (holder in several or (holder > 0 and square >= _NEAR**2)) and holder != -piece.id
        ]
        near.update(holder for _, holder in sorted(enough)[:_NEAR_EACH])
    return near


def _telling(vector: Mapping[str, float], most: int = _TELLING) -> list[str]:
    return sorted(vector, key=lambda word: (-vector[word], word))[:most]


def _bring_what_people_said(connection: sqlite3.Connection, scene: _Scene) -> None:
    """Add the other side of what people said of the scene; a story of which they said anything is taken apart."""
    scene.said = grouping.said_by_people(connection)
    pieces = {p.id: p for p in grouping.pieces(connection, {i for _, *pair in scene.said for i in pair})}
    added = True
    while added:
        there = {
            i for i, p in pieces.items() if i in scene.pieces or p.story_id in scene.anew or p.story_id in scene.told
        }
        wanted = [pieces[i] for _, *pair in scene.said if not there.isdisjoint(pair) for i in pair if i in pieces]
        lone = {p.id: p for p in wanted if p.story_id is None and p.id not in scene.pieces}
        story_ids = {p.story_id for p in wanted if p.story_id is not None} - scene.anew.keys()
        stories = grouping.stories(connection, story_ids)
        scene.pieces |= lone
        scene.alone |= lone.keys()
        scene.anew |= stories
        scene.told = {i: story for i, story in scene.told.items() if i not in stories}
        added = bool(lone or stories)


# --- putting together


def _groups(connection: sqlite3.Connection, scene: _Scene) -> list[_Outcome]:
    """The groups that the pieces of the scene fall into, but for stories to which nothing was added."""
    together = _sets([pair for do, *pair in scene.said if do == "together" and scene.pieces.keys() >= set(pair)])
    apart: dict[int, set[int]] = {}
    for do, a, b in scene.said:
        if do == "apart":
            apart.setdefault(a, set()).add(b)
            apart.setdefault(b, set()).add(a)
    outlets = grouping.outlets_of(connection, scene.told)
    told = [Told(s.id, s.centre, s.pieces, s.middle, outlets[s.id]) for _, s in sorted(scene.told.items())]
    given = [
        clustering.Piece(
            piece.id,
            _day(piece),
            scene.worth[piece.id],
            scene.vectors[piece.id],
            piece.outlet,
            piece.uid,
            frozenset(apart.get(piece.id, ())),
        )
        for piece in scene.pieces.values()
    ]
    groups = joined(clustering.cluster(given, told), together)
    found = [_Outcome(group, [scene.pieces[piece.id] for piece in group.pieces]) for group in groups]
    for one in found:
        one.pieces.sort(key=lambda p: (p.sort_at, p.uid))
    return [one for one in found if one.pieces or len(one.group.told) > 1]


def _sets(pairs: Iterable[Sequence[int]]) -> list[frozenset[int]]:
    """What belongs together by any chain of pairs."""
    set_of: dict[int, frozenset[int]] = {}
    for pair in pairs:
        whole = frozenset(i for one in pair for i in set_of.get(one, frozenset({one})))
        set_of.update(dict.fromkeys(whole, whole))
    return sorted(set(set_of.values()), key=min)


# --- storing


def _store(connection: sqlite3.Connection, scene: _Scene, now: str) -> set[int]:
    """Store what the scene fell into; returns the articles of all stories that something joined or left."""
    outcomes = _groups(connection, scene)
    _go_on(connection, scene, outcomes)
    moved = {p.id: one.story_id for one in outcomes for p in one.pieces if p.story_id != one.story_id}
    touched = {p.story_id for p in scene.pieces.values() if p.id in moved} | set(moved.values()) - {None}
    grouping.place(connection, moved)
    for one in outcomes:
        if one.story_id is not None and one.ended:
            touched |= {one.story_id}
            grouping.merge_stories(connection, one.story_id, one.ended)
    told_before = grouping.told_before(connection, scene.pieces)
    before = {**scene.anew, **scene.told}
    for one in outcomes:
        if one.story_id is None:
            continue
        group = one.group
        title = named(connection, one.story_id, before.get(one.story_id), group, one.pieces, scene.vectors)
        whole = None if group.told else len(one.pieces)
        grouping.set_story(connection, one.story_id, title, _core(group.centre), group.at, whole)
        if group.size > 1:
            new = [p for p in one.pieces if p.id in moved or p.id not in told_before]
            grouping.tell(connection, _tellings(scene, group, new), now)
    _set_holders(connection, scene, outcomes)
    return grouping.members(connection, [i for i in touched if i is not None]) | moved.keys()


def _go_on(connection: sqlite3.Connection, scene: _Scene, outcomes: Sequence[_Outcome]) -> None:
    """Say which stored story each group goes on with, and which end in it, or begin one.

    A story goes where most of its articles went; of several that go to one group the oldest goes on.
    """
    for story_id, counts in sorted(_had(connection, scene, outcomes).items()):
        most = max(counts.values())
        home = outcomes[min(at for at, count in counts.items() if count == most)]
        if home.story_id is None:
            home.story_id = story_id
        else:
            home.ended.append(story_id)
    copied = grouping.with_copies(connection, [one.pieces[0].id for one in outcomes if len(one.pieces) == 1])
    for one in outcomes:
        if len(one.pieces) == 1 and not one.group.told and one.pieces[0].id not in copied:
            one.story_id = None
        elif one.story_id is None:
            one.story_id = grouping.begin_story(connection, [piece.uid for piece in one.pieces])


def _had(
    connection: sqlite3.Connection, scene: _Scene, outcomes: Sequence[_Outcome]
) -> Mapping[int, Mapping[int, int]]:
    """Stored story → number of a group → how much of the story it has; being named for a piece in none counts as half of one."""
    named_for = grouping.named_for(connection, [p.id for one in outcomes for p in one.pieces if p.story_id is None])
    had: dict[int, Counter[int]] = {}
    for at, one in enumerate(outcomes):
        for story_id in one.group.told:
            had.setdefault(story_id, Counter())[at] += 2 * scene.told[story_id].pieces
        for piece in one.pieces:
            if piece.story_id is not None:
                had.setdefault(piece.story_id, Counter())[at] += 2
            for story_id in named_for.get(piece.id, ()):
                had.setdefault(story_id, Counter())[at] += 1
    return had


def _set_holders(connection: sqlite3.Connection, scene: _Scene, outcomes: Sequence[_Outcome]) -> None:
    """Say by which words everything is found now."""
    gone = {row for i in scene.alone for row in _holding(scene.pieces[i], scene.worth[i])}
    changed = [*scene.anew.values(), *(scene.told[i] for one in outcomes for i in one.group.told)]
    gone |= {row for story in changed for row in _held(story.id, story.centre, story.middle)}
    held: set[tuple[str, int, int]] = set()
    for one in outcomes:
        if one.story_id is None:
            held.update(_holding(one.pieces[0], scene.worth[one.pieces[0].id]))
        else:
            held.update(_held(one.story_id, _core(one.group.centre), one.group.at))
    grouping.set_holders(connection, gone - held, held - gone)


def _core(centre: Mapping[str, float]) -> dict[str, float]:
    """The words of a story that matter: of one that many tell, the odd words of single headlines do not."""
    return {word: centre[word] for word in _telling(centre, _CORE)}


def _holding(piece: Piece, worth: Mapping[str, float]) -> list[tuple[str, int, int]]:
    """What a piece in no story is looked up by."""
    block = wording.block_of(_day(piece))
    return [(word, block, -piece.id) for word in _telling(worth)]


def _held(story_id: int, centre: Mapping[str, float], middle: float) -> list[tuple[str, int, int]]:
    """What a story is looked up by."""
    block = wording.block_of(middle)
    return [(word, block, story_id) for word in _telling(centre, _TYPICAL)]


def _tellings(scene: _Scene, group: Group, pieces: Iterable[Piece]) -> Iterable[Telling]:
    """Why pieces are in their story: what they have in common with the others in it."""
    for piece in pieces:
        vector, centre = scene.vectors[piece.id], group.centre
        least = _SHARED * (group.size - 1)
        shared = {word for word, weight in vector.items() if centre.get(word, 0.0) - weight > least}
        like = round(min(1.0, group.likeness(vector)), 3)
        yield Telling(piece.id, like, wording.shown(piece.title_key, shared))


def _remove_left(connection: sqlite3.Connection, stale: Collection[int]) -> None:
    """Remove stories of which nothing, or a single text without copies, is left."""
    left = {piece.story_id for piece in grouping.pieces_of(connection, stale)}
    grouping.remove_stories(connection, set(stale) - left)
