"""Making two articles one, and one two, as people say. What is made is what the facts would have given, had it been known."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from db import articles, stories
from db.histories import histories, identity_decisions, uids
from db.rows import EntryHistory, EntryView
from monitor.identify import keys
from monitor.pipeline.fold import fold
from monitor.pipeline.judging import Judge
from monitor.pipeline.paging import page_keys
from monitor.pipeline.refold import identifying, likeness, refold, relearn
from monitor.pipeline.said import identities
from seeds.rulings import Ref, address_anchor, entry_anchor, uid_anchor

_ATTEMPTS = 3
"""How often a uid made from an identity could have been taken."""
_MOST_KEYS = 20
"""Addresses that a line of decisions names an article by."""


@dataclass(frozen=True, slots=True)
class _Sides:
    """The entries of one article that belong to either of two: those that stay, and those that go under `uid`."""

    stay: list[EntryHistory]
    go: list[EntryHistory]
    uid: str
    b_goes: bool
    """Whether it is the second side that goes."""


def unite(connection: sqlite3.Connection, judge: Judge, one: int, other: int, now: str) -> set[int]:
    """Make two articles one; the uid of the older holds, and the other leads to it. Returns what is left."""
    if one == other:
        return {one}
    keep, drop = articles.older_first(connection, one, other)
    articles.merge(connection, keep, drop)
    judge.drop(drop)
    refold(connection, keep, judge, now)
    return {keep}


def part(connection: sqlite3.Connection, judge: Judge, article_id: int, a: Ref, b: Ref, now: str) -> set[int]:
    """Make two articles of one, by what each side is known by; returns both, or it alone when nothing tells them apart."""
    sides = _sides(connection, article_id, histories(connection, article_id), a, b)
    if sides is None:
        return {article_id}
    return _separate(connection, judge, article_id, sides, (_keys_of(sides.stay, a, b), _keys_of(sides.go, a, b)), now)


def split(
    connection: sqlite3.Connection,
    judge: Judge,
    article_id: int,
    groups: Sequence[Sequence[EntryHistory]],
    now: str,
) -> set[int]:
    """Make an article of each of these groups of an article's entries; what it is named for stays it. Returns all of them."""
    uid = articles.uid_of(connection, article_id)
    stay = next((group for group in groups if _is_named_for(group, uid)), groups[0])
    found = {article_id}
    for go in groups:
        if go is not stay:
            others = [history for group in groups if group is not go for history in group]
            sides = _Sides(others, list(go), _uid_for(connection, article_id, go, Ref(), uid), b_goes=True)
            ends = [{key for history in side for key in identifying(history)} for side in (others, go)]
            found |= _separate(connection, judge, article_id, sides, (ends[0], ends[1]), now)
    return found


def _separate(
    connection: sqlite3.Connection,
    judge: Judge,
    article_id: int,
    sides: _Sides,
    strong: tuple[set[str], set[str]],
    now: str,
) -> set[int]:
    """Let one side of an article be an article of its own; `strong` are the keys that identify what stays and what goes."""
    weak = articles.weak_addresses(connection, article_id)
    stories.forget_recognised(connection, uids(connection, article_id), now)
    views = [EntryView(h.entry_id, h.role, h.source, h.first_seen_at, h.snapshots[-1][1]) for h in sides.go]
    new = articles.split_off(connection, fold(sides.uid, views), [h.entry_id for h in sides.go])
    _move_aliases(connection, article_id, new, sides.go)
    stays, goes = strong
    relearn(connection, article_id, weak, strong=stays, others=goes - stays)
    relearn(connection, new, weak, strong=goes - stays, others=stays)
    articles.set_seen(connection, new, articles.seen_at(connection, article_id))
    for one in (article_id, new):
        refold(connection, one, judge, now)
    return {article_id, new}


def reunite(
    connection: sqlite3.Connection, judge: Judge, one: int, other: int, strong: Collection[str], now: str
) -> set[int]:
    """Let rules say again of two articles that were held apart; returns both, or the one where rules say that they are.

    `strong` are the keys by which they were told apart.
    """
    if one == other:
        return {one}
    for article_id in (one, other):
        relearn(connection, article_id, articles.weak_addresses(connection, article_id), strong=strong)
    if not linked(connection, one, other):
        return {one, other}
    (kept,) = unite(connection, judge, one, other, now)
    relearn(connection, kept, articles.weak_addresses(connection, kept), strong=strong)
    refold(connection, kept, judge, now)
    return {kept}


def told_apart(connection: sqlite3.Connection, article_id: int, a: Ref, b: Ref) -> tuple[Ref, Ref] | None:
    """What names either side of an article that is to be two, in full; None when nothing tells them apart."""
    said = histories(connection, article_id)
    sides = _sides(connection, article_id, said, a, b)
    if sides is None:
        return None
    current = articles.uid_of(connection, article_id)
    # Whose side stays is told by the entries, since either side may hold the uid.
    b_goes = sides.b_goes
    stay, go = (sides.stay, sides.go), (current, sides.uid)
    at_a, at_b = stay if b_goes else stay[::-1]
    uid_a, uid_b = go if b_goes else go[::-1]
    return _full(uid_a, at_a, at_b), _full(uid_b, at_b, at_a)


def full_refs(connection: sqlite3.Connection, one: int, other: int) -> tuple[Ref, Ref]:
    """What names two stored articles, each without what both are known by."""
    ours, theirs = histories(connection, one), histories(connection, other)
    return (
        _full(articles.uid_of(connection, one), ours, theirs),
        _full(articles.uid_of(connection, other), theirs, ours),
    )


def linked(connection: sqlite3.Connection, one: int, other: int) -> bool:
    """Whether rules say that two articles are one: they once put them together, or an address identifies both."""
    ours, theirs = histories(connection, one), histories(connection, other)
    if _joined(connection, one, ours, other, theirs):
        return True
    our_keys = page_keys(connection, {key for h in ours for key in identifying(h)})
    their_keys = page_keys(connection, {key for h in theirs for key in identifying(h)})
    return bool(our_keys & their_keys) and likeness(connection, one, other) >= keys.ALIKE


def rules_join(connection: sqlite3.Connection, article_id: int, a: Ref, b: Ref) -> bool:
    """Whether rules alone make one article of the two sides that people said are one."""
    said = histories(connection, article_id)
    sides = _sides(connection, article_id, said, a, b)
    if sides is None:
        return True
    stays, goes = _keys_of(sides.stay, a, b), _keys_of(sides.go, a, b)
    if stays & goes or (_same_pages(connection, stays, goes) and _heads_alike(sides)):
        return True
    names = {f"article:{uid}" for uid in uids(connection, article_id)}
    gone = {f"article:{uid}" for uid in uids(connection, article_id) if _is_named_for(sides.go, uid)}
    entries = {f"entry:{h.entry_id}": stays for h in sides.go} | {f"entry:{h.entry_id}": goes for h in sides.stay}
    for left, right, evidence in identity_decisions(connection, sorted(names | entries.keys())):
        if left in names and right in names and (left in gone) != (right in gone):
            return True
        if evidence.get("key") in entries.get(left, ()):
            return True
    return False


def _same_pages(connection: sqlite3.Connection, stays: Collection[str], goes: Collection[str]) -> bool:
    """Whether the pages of one side give an address of the other."""
    return not page_keys(connection, stays).isdisjoint(page_keys(connection, goes))


def _heads_alike(sides: _Sides) -> bool:
    stay, go = (side[0].snapshots[-1][1].title for side in (sides.stay, sides.go))
    return keys.alike(stay, go) >= keys.ALIKE


def _sides(
    connection: sqlite3.Connection, article_id: int, said: Sequence[EntryHistory], a: Ref, b: Ref
) -> _Sides | None:
    """Which entries are whose: by their names, by the uid under which they joined, and by what they share with these."""
    uid = articles.uid_of(connection, article_id)
    joined = _joined_under(connection, said)
    left, right = _names(a, b), _names(b, a)
    belongs: dict[int, bool] = {}
    for history in said:
        # The uid that holds now says nothing: whoever joined later did so under it.
        under = [uid_anchor(u) for u in joined.get(history.entry_id, ()) if u != uid]
        hit = _first_hit([*_own_names(history), *under], left, right)
        if hit is None:
            hit = _named_for_other(history, a, b, uid)
        if hit is not None:
            belongs[history.entry_id] = hit
    _spread(said, belongs, left, right)
    at_a = [h for h in said if belongs.get(h.entry_id, _rest_is_b(a, b, uid)) is False]
    at_b = [h for h in said if h not in at_a]
    if not at_a or not at_b:
        return None
    stays_b = b.uid == uid or (a.uid != uid and _is_named_for(at_b, uid) and not _is_named_for(at_a, uid))
    stay, go, ref = (at_b, at_a, a) if stays_b else (at_a, at_b, b)
    return _Sides(stay, go, _uid_for(connection, article_id, go, ref, uid), not stays_b)


def _full(uid: str, own: Sequence[EntryHistory], others: Sequence[EntryHistory]) -> Ref:
    """What names entries and not the others: their own addresses first, and those entries that have none."""
    first = {key for history in others for key in identifying(history)[:1]}
    shared = {key for history in others for key in identifying(history)}
    own_links = [key for history in own for key in identifying(history)[:1] if key not in first]
    more = [key for history in own for key in identifying(history)[1:] if key not in shared]
    found = tuple(dict.fromkeys((*own_links, *more)))[:_MOST_KEYS]
    nameless = [h for h in own if not set(found) & set(identifying(h))][:_MOST_KEYS]
    title = next((h.snapshots[-1][1].title for h in own), "")
    return Ref(uid, title, found, tuple((h.source.address, h.entry_key) for h in nameless))


def _spread(
    said: Sequence[EntryHistory], belongs: dict[int, bool], left: Collection[str], right: Collection[str]
) -> None:
    """Let entries that share an address with those of one side alone belong to it, the first seen first."""
    known = {False: set(left), True: set(right)}
    for history in said:
        if history.entry_id in belongs:
            side = belongs[history.entry_id]
            known[side] |= set(_own_names(history)) - known[not side]
    for history in said:
        if history.entry_id not in belongs:
            hit = _first_hit(_own_names(history), known[False], known[True])
            if hit is not None:
                belongs[history.entry_id] = hit
                known[hit] |= set(_own_names(history)) - known[not hit]


def _first_hit(names: Iterable[str], left: Collection[str], right: Collection[str]) -> bool | None:
    """False for the left side, True for the right one, by the first name that only one of them has."""
    return next((name in right for name in names if (name in left) != (name in right)), None)


def _named_for_other(history: EntryHistory, a: Ref, b: Ref, uid: str) -> bool | None:
    for ref, side in ((a, False), (b, True)):
        if ref.uid not in {uid, ""} and _is_named_for([history], ref.uid):
            return side
    return None


def _rest_is_b(a: Ref, b: Ref, uid: str) -> bool:
    """Whose the entries are that nothing tells: those of the uid that holds, else of the first side."""
    return b.uid == uid and a.uid != uid


def _names(ref: Ref, other: Ref) -> set[str]:
    """What names one side and not the other."""
    return set(ref.anchors) - set(other.anchors)


def _own_names(history: EntryHistory) -> list[str]:
    """What an entry is known by, the surest first."""
    entry = entry_anchor(history.source.address, history.entry_key)
    return [entry, *(address_anchor(key) for key in identifying(history))]


def _keys_of(entries: Iterable[EntryHistory], a: Ref, b: Ref) -> set[str]:
    """The identifying keys of one side, without those that are known to be the other's."""
    own = list(entries)
    found = {key for history in own for key in identifying(history)}
    first = {identifying(history)[0] for history in own if identifying(history)}
    # An entry that carries the other article's address too is why they were put together.
    mine = a if first & set(a.keys) or not first & set(b.keys) else b
    theirs = b if mine is a else a
    return found - (set(theirs.keys) - set(mine.keys))


def _is_named_for(entries: Iterable[EntryHistory], uid: str) -> bool:
    """Whether a uid was made from the identity of one of these entries."""
    return any(
        keys.uid_for(identity, attempt) == uid
        for history in entries
        for identity in identities(history)
        for attempt in range(_ATTEMPTS)
    )


def _uid_for(
    connection: sqlite3.Connection, article_id: int, go: Sequence[EntryHistory], ref: Ref, current: str
) -> str:
    """The uid of the part that goes: the one it had, else one that its first entry gives."""
    known = set(uids(connection, article_id)) - {current}
    if ref.uid in known:
        return ref.uid
    had = sorted(uid for uid in known if _is_named_for(go, uid))
    if had:
        return had[0]
    identity, attempt = identities(go[0])[0], 0
    while articles.uids_taken(connection, [uid := keys.uid_for(identity, attempt)]):
        attempt += 1
    return uid


def _move_aliases(connection: sqlite3.Connection, article_id: int, new: int, go: Sequence[EntryHistory]) -> None:
    """Let the uids that were made from what goes lead where it went."""
    current = articles.uid_of(connection, article_id)
    moved = [uid for uid in uids(connection, article_id) if uid != current and _is_named_for(go, uid)]
    articles.move_aliases(connection, moved, new)


def _joined_under(connection: sqlite3.Connection, said: Sequence[EntryHistory]) -> Mapping[int, list[str]]:
    """Entry → uids of the articles that rules said it is."""
    named = {f"entry:{history.entry_id}": history.entry_id for history in said}
    found: dict[int, list[str]] = {}
    for a, b, _ in identity_decisions(connection, list(named)):
        if a in named:
            found.setdefault(named[a], []).append(b.removeprefix("article:"))
    return found


def _joined(
    connection: sqlite3.Connection, one: int, ours: Sequence[EntryHistory], other: int, theirs: Sequence[EntryHistory]
) -> bool:
    """Whether rules once said of an entry of one of them that it is the other, or that both are one."""
    left = {f"article:{uid}" for uid in uids(connection, one)}
    right = {f"article:{uid}" for uid in uids(connection, other)}
    left_entries = {f"entry:{h.entry_id}" for h in ours}
    right_entries = {f"entry:{h.entry_id}" for h in theirs}
    for a, b, _ in identity_decisions(connection, sorted(left | right | left_entries | right_entries)):
        if (a in left | left_entries and b in right) or (a in right | right_entries and b in left):
            return True
    return False
