"""Copies: the text of one article at another address. The copy stays an item of its own and names its root.

What people said are different articles is never put into one group, whatever the texts; everything else follows from the
evidence stored, in any order of arrival.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import combinations

from db import articles, facts, rulings, stories
from db.rows import Article, Decision, TitleMatch
from db.stories import Member
from monitor.identify import ladder

_LARGEST = 500
"""Articles of one group that are compared again."""


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
    _record(connection, article_id, article.uid, match.uid, root.id, evidence, now)


def join(
    connection: sqlite3.Connection, article_id: int, other_id: int, method: str, evidence: dict[str, object], now: str
) -> bool:
    """Take note that two stored articles have one text, and put them, and the copies of each, under one root.

    Says whether that was not known yet. What people hold apart stays apart all the same.
    """
    if other_id in stories.recognised(connection, article_id):
        return False
    uid, other = (articles.uid_of(connection, one) for one in (article_id, other_id))
    root = _root(stories.members(connection, (article_id, other_id)))
    _record(connection, article_id, uid, other, root.id, evidence, now, method)
    regroup(connection, [article_id], now, compare=False)
    return True


def regroup(connection: sqlite3.Connection, article_ids: Iterable[int], now: str, *, compare: bool = True) -> set[int]:
    """Put the groups that these articles belong to in order; returns all their members.

    With `compare` their texts are looked at again as well.
    """
    first = sorted(set(article_ids))
    links = {frozenset(pair) for pair in _evidence(connection, first, now)} if compare else set()
    found: set[int] = set(first) | {i for pair in links for i in pair}
    unread = list(found)
    while unread and len(found) < _LARGEST:
        one = unread.pop()
        beside = set(stories.recognised(connection, one))
        links |= {frozenset((one, other)) for other in beside}
        new = (beside | {row[0] for row in stories.copy_group(connection, one)}) - found
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
    for left, right in combinations(members, 2):
        one, other = group_of[left.id], group_of[right.id]
        if one is other or frozenset((left.id, right.id)) not in links:
            continue
        if any(b.id in apart[a.id] for a in one for b in other):
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
        row = connection.execute("SELECT title_key FROM article WHERE id = ?", (article_id,)).fetchone()
        same_title = articles.by_titles(connection, [row["title_key"]] if row else []).get(row["title_key"], [])
        own = next((m for m in same_title if m.id == article_id), None)
        known = set(stories.recognised(connection, article_id))
        for other in same_title if own else ():
            if own is None or other.id == article_id:
                continue
            found = ladder.copy_of(own.title_key, own.excerpt, own.published_at or own.first_seen_at, [other])
            if found is None:
                continue
            yield article_id, other.id
            if other.id not in known:
                sorted_pair = stories.members(connection, (article_id, other.id))
                _record(connection, article_id, own.uid, other.uid, _root(sorted_pair).id, found[1], now)


def _record(
    connection: sqlite3.Connection,
    article_id: int,
    uid: str,
    other: str,
    root_id: int,
    evidence: dict[str, object],
    now: str,
    method: str = "title and excerpt",
) -> None:
    copy, of = (other, uid) if root_id == article_id else (uid, other)
    decision = Decision("copy", f"article:{copy}", f"article:{of}", "copy", method, 1.0, evidence)
    facts.record_decision(connection, decision, now)
