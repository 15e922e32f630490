"""Copies: the text of one article at another address. The copy stays an item of its own and names its root."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from db import articles, facts, stories
from db.rows import Article, Decision, TitleMatch
from monitor.identify import ladder


@dataclass(frozen=True, slots=True)
class _Member:
    id: int
    seed: bool
    published: str
    uid: str


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
    group = [_Member(*row) for row in stories.copy_group(connection, match.id)]
    group.append(_Member(article_id, article.origin == "seed", article.sort_at, article.uid))
    root = _under_one_root(connection, group)
    copy, of = (match.uid, article.uid) if root.id == article_id else (article.uid, match.uid)
    decision = Decision("copy", f"article:{copy}", f"article:{of}", "copy", "title and excerpt", 1.0, evidence)
    facts.record_decision(connection, decision, now)


def join(
    connection: sqlite3.Connection, article_id: int, other_id: int, method: str, evidence: dict[str, Any], now: str
) -> bool:
    """Put two stored articles, and the copies of each, under one root; says whether they were apart before."""
    mine, theirs = ([_Member(*row) for row in stories.copy_group(connection, one)] for one in (article_id, other_id))
    if any(member.id == article_id for member in theirs):
        return False
    root = _under_one_root(connection, [*mine, *theirs])
    uid, other = (articles.uid_of(connection, one) for one in (article_id, other_id))
    copy, of = (other, uid) if root.id == article_id else (uid, other)
    decision = Decision("copy", f"article:{copy}", f"article:{of}", "copy", method, 1.0, evidence)
    facts.record_decision(connection, decision, now)
    return True


def _under_one_root(connection: sqlite3.Connection, group: Sequence[_Member]) -> _Member:
    """The earliest is the root, whatever came first; a seed is what everything is compared with, so it stays one."""
    root = min(group, key=lambda m: (not m.seed, m.published, m.uid))
    articles.set_copies(connection, root.id, [member.id for member in group])
    stories.keep_group(connection, root.id, root.uid)
    return root
