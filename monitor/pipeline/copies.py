"""Copies: the text of one article at another address. The copy stays an item of its own and names its root.

What people said are different articles is never put into one group, whatever the texts; everything else follows from the
evidence stored, in any order of arrival.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from db import articles, facts, rulings, stories
from db.rows import Article, Decision, TitleMatch
from db.stories import Member
from monitor.identify import ladder
from monitor.pipeline.paging import copies_by_pages

_TITLE = "title and excerpt"


def find(
    connection: sqlite3.Connection, article_id: int, article: Article, candidates: Sequence[TitleMatch], now: str
) -> None:
    """Look for the article that a new one is a copy of, and put both under the root of the group."""
    found = ladder.copy_of(
        article.title_key, article.excerpt, article.published_at or article.first_seen_at, candidates
    )
    if found is None:
        return
    match, evidence = found
    group = [Member(*row) for row in stories.copy_group(connection, match.id)]
    group.append(Member(article_id, article.origin == "seed", article.sort_at, article.uid))
    root = _root(group)
    articles.set_copies(connection, root.id, [member.id for member in group])
    stories.keep_group(connection, root.id, root.uid)
    _record(connection, (article_id, article.uid), match.uid, root.id, _TITLE, evidence, now)


def join(
    connection: sqlite3.Connection, article_id: int, other_id: int, method: str, evidence: dict[str, Any], now: str
) -> bool:
    """Put two stored articles, and the copies of each, under one root, but for what people said is another article.

    Says whether they were apart before.
    """
    mine, theirs = ([Member(*row) for row in stories.copy_group(connection, one)] for one in (article_id, other_id))
    if any(member.id == article_id for member in theirs):
        return False
    apart = rulings.apart_from(connection, article_id)
    if other_id in apart:
        return False
    both = [*mine, *theirs]
    root = _root(both)
    uid, other = (articles.uid_of(connection, one) for one in (article_id, other_id))
    _record(connection, (article_id, uid), other, root.id, method, evidence, now)
    if apart or any(rulings.apart_from(connection, member.id) for member in both):
        regroup(connection, [article_id, other_id], now, compare=False)
    else:
        stories.set_groups(connection, {root.id: [member.id for member in both]})
    return True


def regroup(connection: sqlite3.Connection, article_ids: Iterable[int], now: str, *, compare: bool = True) -> set[int]:
    """Put the groups that these articles belong to in order; returns all their members.

    With `compare` their texts are looked at again as well.
    """
    first = sorted(set(article_ids))
    links = {frozenset(pair) for pair in _evidence(connection, first, now)} if compare else set()
    found: set[int] = set(first) | {i for pair in links for i in pair}
    unread = list(found)
    grouped: set[int] = set()
    while unread:
        one = unread.pop()
        beside = set(stories.recognised(connection, one))
        links |= {frozenset((one, other)) for other in beside}
        if one not in grouped:
            group = {row[0] for row in stories.copy_group(connection, one)}
            grouped |= group
            beside |= group
        new = beside - found
        found |= new
        unread += new
    members = stories.members(connection, found)
    apart = {m.id: rulings.apart_from(connection, m.id) for m in members}
    groups = _groups(members, links, apart)
    stories.set_groups(connection, {_root(group).id: [m.id for m in group] for group in groups})
    return found


def _groups(
    members: Sequence[Member], links: Collection[frozenset[int]], apart: dict[int, set[int]]
) -> list[list[Member]]:
    """Articles that the links join, but for those that must stay apart; the same whatever order they are given in."""
    group_of = {member.id: [member] for member in members}
    place = {member.id: at for at, member in enumerate(members)}
    in_order = sorted(tuple(sorted(place[i] for i in link)) for link in links if link <= place.keys())
    for left, right in in_order:
        one, other = group_of[members[left].id], group_of[members[right].id]
        if one is other or any(apart[a.id] and not apart[a.id].isdisjoint(b.id for b in other) for a in one):
            continue
        one += other
        group_of.update(dict.fromkeys((m.id for m in other), one))
    return list({id(group): group for group in group_of.values()}.values())


def _root(group: Iterable[Member]) -> Member:
    """The earliest, whatever came first; a seed is what everything is compared with, so it stays one."""
    return min(group, key=lambda m: (not m.seed, m.sort_at, m.uid))


def _evidence(connection: sqlite3.Connection, article_ids: Iterable[int], now: str) -> Iterator[tuple[int, int]]:
    """Which stored articles have the text of these; what was not known yet is recorded."""
    for article_id in article_ids:
        known = set(stories.recognised(connection, article_id))
        for other_id, uid, other, method, evidence in _alike(connection, article_id):
            yield article_id, other_id
            if other_id not in known:
                known.add(other_id)
                root = _root(stories.members(connection, (article_id, other_id)))
                _record(connection, (article_id, uid), other, root.id, method, evidence, now)


def _alike(connection: sqlite3.Connection, article_id: int) -> Iterator[tuple[int, str, str, str, dict[str, Any]]]:
    """The articles that have the text of one, by title and excerpt or by pages: id, both uids, method and evidence."""
    row = connection.execute("SELECT title_key, uid FROM article WHERE id = ?", (article_id,)).fetchone()
    if row is None:
        return
    same_title = articles.by_titles(connection, [row["title_key"]]).get(row["title_key"], [])
    own = next((m for m in same_title if m.id == article_id), None)
    for other in same_title if own else ():
        if own is None or other.id == article_id:
            continue
        found = ladder.copy_of(own.title_key, own.excerpt, own.published_at or own.first_seen_at, [other])
        if found is not None:
            yield other.id, own.uid, other.uid, _TITLE, found[1]
    for other_id, method, evidence in copies_by_pages(connection, article_id):
        yield other_id, row["uid"], articles.uid_of(connection, other_id), method, evidence


def _record(
    connection: sqlite3.Connection,
    one: tuple[int, str],
    other: str,
    root_id: int,
    method: str,
    evidence: dict[str, Any],
    now: str,
) -> None:
    """Record that an article, given with its uid, and another one are of one text."""
    article_id, uid = one
    copy, of = (other, uid) if root_id == article_id else (uid, other)
    decision = Decision("copy", f"article:{copy}", f"article:{of}", "copy", method, 1.0, evidence)
    facts.record_decision(connection, decision, now)
