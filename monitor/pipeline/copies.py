"""Copies: the text of one article at another address. The copy stays an item of its own and names its root.

    traces ─► who may have the same text ─► compare ─► record ─► groups ─► root

What people said are different articles is never put into one group, whatever the texts; everything else follows from the
evidence stored, in any order of arrival. A headline alone never puts two outlets together: where only what others wrote is
shown, it leads to one outlet's text or to none.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from db import copies, facts, rulings, stories, traces
from db.copies import Compared, Grouped
from db.rows import Decision
from monitor.identify import copying, roots
from monitor.identify.copying import Copied
from monitor.identify.roots import Member
from monitor.normalise.credits import credits_of
from monitor.pipeline.paging import copies_by_pages

_MOST = 24
"""Articles that one is compared with, those first that share most with it."""


def find(connection: sqlite3.Connection, article_ids: Iterable[int], shared: Mapping[int, list[int]], now: str) -> None:
    """Look for the articles of one text with these, and put them into groups; `shared`: trace → the articles that have it."""
    wanted = set(article_ids)
    near: dict[int, Counter[int]] = {}
    for ids in shared.values():
        if len(ids) > 1:
            for one in wanted.intersection(ids):
                near.setdefault(one, Counter()).update(other for other in ids if other != one)
    if not near:
        return
    ranked = {one: _nearest(one, counted) for one, counted in near.items()}
    sides = copies.compared(connection, {one for pair in ranked.items() for one in (pair[0], *pair[1])})
    for one in sorted(ranked.keys() & sides.keys()):
        _place(connection, sides[one], [sides[other] for other in ranked[one] if other in sides], now)


def look(connection: sqlite3.Connection, article_ids: Iterable[int], now: str) -> None:
    """Look again for the articles of one text with these, which say something else than before."""
    ids = sorted(set(article_ids))
    own = {article_id: traces.of_stored(connection, article_id) for article_id in ids}
    held = traces.holders(connection, sorted({number for numbers in own.values() for number in numbers}))
    for article_id, numbers in own.items():
        for number in numbers:
            if article_id not in held.setdefault(number, []):  # others came first, and there is no room for more
                held[number].append(article_id)
    find(connection, ids, held, now)


def _nearest(article_id: int, shared: Mapping[int, int]) -> list[int]:
    """The articles that share most with one."""
    ranked = sorted(shared.items(), key=lambda counted: (-counted[1], abs(counted[0] - article_id)))
    return [other for other, _ in ranked[:_MOST]]


def _place(connection: sqlite3.Connection, side: Compared, beside: Sequence[Compared], now: str) -> None:
    """Put one article under the root of those that have its text."""
    linked = [(other, copied) for other in beside if (copied := copying.compare(side, other, beside)) is not None]
    _reconsider(connection, side, beside, now)
    done: set[int] = {row[0] for row in stories.copy_group(connection, side.id)}
    strong = sorted(linked, key=lambda link: (link[1].weak, -link[1].score, link[0].uid))
    for other, copied in strong:
        if other.id not in done:
            join(connection, side.id, other.id, copied, now)
            done |= {row[0] for row in stories.copy_group(connection, other.id)}


def _reconsider(connection: sqlite3.Connection, side: Compared, beside: Sequence[Compared], now: str) -> None:
    """Take back what an excerpt said of others, when one article more shows that it stands under headlines of all sorts."""
    if len(beside) < copying.CROWD - 1 or not copying.crowded(side.excerpt, (side, *beside)):
        return
    by_id = {one.id: one for one in (side, *beside)}
    moved: set[int] = set()
    for one in beside:
        for other_id, method in copies.links(connection, one.id):
            other = by_id.get(other_id)
            if method != copying.EXCERPT or other is None or copying.compare(one, other, tuple(by_id.values())):
                continue
            copies.unlink(connection, one.id, other_id, method, now)
            moved |= {one.id, other_id}
    if moved:
        regroup(connection, moved, now, compare=False)


def join(connection: sqlite3.Connection, article_id: int, other_id: int, copied: Copied, now: str) -> bool:
    """Put two stored articles, and the copies of each, under one root, but for what people said is another article.

    Says whether they were apart before.
    """
    mine, theirs = ([row[0] for row in stories.copy_group(connection, one)] for one in (article_id, other_id))
    if article_id in theirs:
        return False
    apart = rulings.apart_from(connection, article_id)
    if other_id in apart:
        return False
    both = _members(connection, {*mine, *theirs})
    root = roots.root(both)
    uids = {member.id: member.uid for member in both}
    _record(connection, (article_id, uids[article_id]), (other_id, uids[other_id]), root.id, copied, now)
    parted = rulings.any_apart(connection) and any(rulings.apart_from(connection, member.id) for member in both)
    if copied.weak or apart or parted:
        regroup(connection, [article_id, other_id], now, compare=False)
    else:
        stories.set_groups(connection, {root.id: [member.id for member in both]})
    return True


def regroup(connection: sqlite3.Connection, article_ids: Iterable[int], now: str, *, compare: bool = True) -> set[int]:
    """Put the groups that these articles belong to in order; returns all their members.

    With `compare` their texts are looked at again as well.
    """
    first = sorted(set(article_ids))
    links = {frozenset(pair): weak for *pair, weak in _evidence(connection, first, now)} if compare else {}
    found: set[int] = set(first) | {i for pair in links for i in pair}
    unread = list(found)
    grouped: set[int] = set()
    while unread:
        one = unread.pop()
        beside = set()
        for other, method in copies.links(connection, one):
            beside.add(other)
            pair = frozenset((one, other))
            links[pair] = links.get(pair, True) and method in copying.WEAK
        if one not in grouped:
            group = {row[0] for row in stories.copy_group(connection, one)}
            grouped |= group
            beside |= group
        new = beside - found
        found |= new
        unread += new
    members = _members(connection, found)
    apart = {m.id: rulings.apart_from(connection, m.id) for m in members}
    groups = _groups(members, links, apart)
    stories.set_groups(connection, {roots.root(group).id: [m.id for m in group] for group in groups})
    return found


def _groups(
    members: Sequence[Member], links: Mapping[frozenset[int], bool], apart: Mapping[int, Collection[int]]
) -> list[list[Member]]:
    """Articles that the links join, but for those that must stay apart; the same whatever order they are given in.

    `links` says of each pair whether it rests on headlines alone.
    """
    group_of = {member.id: [member] for member in members}
    place = {member.id: at for at, member in enumerate(members)}
    in_order = sorted((weak, *sorted(place[i] for i in link)) for link, weak in links.items() if link <= place.keys())
    strong = [(left, right) for weak, left, right in in_order if not weak]
    _unite(strong, members, group_of, apart)
    weak = [(left, right) for is_weak, left, right in in_order if is_weak]
    _unite(_unambiguous(weak, members, group_of), members, group_of, apart)
    return list({id(group): group for group in group_of.values()}.values())


def _unite(
    pairs: Iterable[tuple[int, int]],
    members: Sequence[Member],
    group_of: dict[int, list[Member]],
    apart: Mapping[int, Collection[int]],
) -> None:
    for left, right in pairs:
        one, other = group_of[members[left].id], group_of[members[right].id]
        if one is other or any(apart[a.id] and not set(apart[a.id]).isdisjoint(b.id for b in other) for a in one):
            continue
        one += other
        group_of.update(dict.fromkeys((m.id for m in other), one))


def _unambiguous(
    pairs: Sequence[tuple[int, int]], members: Sequence[Member], group_of: Mapping[int, list[Member]]
) -> list[tuple[int, int]]:
    """Those of the pairs that lead to the text of one outlet: a headline that two outlets have says not whose it is."""
    reach: dict[int, set[int]] = {}
    for left, right in pairs:
        both = {id(group_of[members[at].id]) for at in (left, right)}
        joined = both.union(*(reach.get(one, {one}) for one in both))
        reach.update(dict.fromkeys(joined, joined))
    groups = {id(group): group for group in group_of.values()}
    fit = []
    for left, right in pairs:
        joined = reach[id(group_of[members[left].id])]
        owners = [{m.outlet for m in groups[one] if not m.shows_others} for one in joined]
        own = [owner for owner in owners if owner]
        same_outlet = members[left].outlet == members[right].outlet and not members[left].shows_others
        if same_outlet or all(one & other for one in own for other in own):
            fit.append((left, right))
    return fit


def _members(connection: sqlite3.Connection, article_ids: Iterable[int]) -> list[Member]:
    """These articles as members of groups, in the order of their uids."""
    return [_member(row) for row in copies.grouped(connection, article_ids)]


def _member(row: Grouped) -> Member:
    return Member(
        id=row.id,
        uid=row.uid,
        seed=row.seed,
        sort_at=row.sort_at,
        first_seen_at=row.first_seen_at,
        dated=roots.is_dated(row.published_at, row.date_quality),
        outlet=copying.outlet_at(row.web_url, row.provider_domain),
        names=tuple(name for name in (row.provider_name,) if name),
        credits=(*row.authors, *_credited(row.head)),
    )


@lru_cache(maxsize=1024)
def _credited(head: str) -> tuple[str, ...]:
    """Whom the beginning of a text names as its source; remembered, since copies begin alike."""
    return tuple(credit.name for credit in credits_of(head))


def _evidence(connection: sqlite3.Connection, article_ids: Iterable[int], now: str) -> Iterator[tuple[int, int, bool]]:
    """Which stored articles have the text of these, and whether only headlines say so; what is new is recorded."""
    for article_id in article_ids:
        known = {other for other, _ in copies.links(connection, article_id)}
        for other_id, copied in _alike(connection, article_id):
            yield article_id, other_id, copied.weak
            if other_id not in known:
                known.add(other_id)
                both = _members(connection, (article_id, other_id))
                uids = {member.id: member.uid for member in both}
                one, other = (article_id, uids[article_id]), (other_id, uids[other_id])
                _record(connection, one, other, roots.root(both).id, copied, now)


def _alike(connection: sqlite3.Connection, article_id: int) -> Iterator[tuple[int, Copied]]:
    """The articles that have the text of one, by what they say or by their pages: id, and by what."""
    held = traces.holders(connection, traces.of_stored(connection, article_id))
    shared = Counter(other for ids in held.values() for other in ids if other != article_id)
    sides = copies.compared(connection, [article_id, *_nearest(article_id, shared)])
    side = sides.pop(article_id, None)
    for other in sides.values() if side is not None else ():
        if side is not None and (copied := copying.compare(side, other, tuple(sides.values()))) is not None:
            yield other.id, copied
    for other_id, method, evidence in copies_by_pages(connection, article_id):
        yield other_id, by_page(method, evidence)


def by_page(method: str, evidence: dict[str, Any]) -> Copied:
    """What a page shows: the same text to the letter, or an address elsewhere that it calls the original."""
    return Copied(method, 1.0, evidence)


def _record(
    connection: sqlite3.Connection,
    one: tuple[int, str],
    other: tuple[int, str],
    root_id: int,
    copied: Copied,
    now: str,
) -> None:
    """Record that two articles, given with their uids, are of one text."""
    copy, of = (other[1], one[1]) if root_id == one[0] else (one[1], other[1])
    decision = Decision(
        "copy", f"article:{copy}", f"article:{of}", "copy", copied.method, copied.score, copied.evidence
    )
    facts.record_decision(connection, decision, now)
