"""An article made anew from what its sources say; rebuilding it from facts gives the same as it got step by step."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping

from db import articles, facts
from db.histories import histories
from db.rows import Address, EntryHistory
from monitor.identify import keys
from monitor.pipeline.judging import Judge
from monitor.pipeline.paging import folded, page_addresses, page_revisions
from monitor.pipeline.revisions import revisions
from monitor.pipeline.said import known_addresses
from seeds import address


def refold(connection: sqlite3.Connection, article_id: int, judge: Judge, now: str) -> None:
    """Fold an article's entries and pages into it, and let it be judged; without any entry it is withdrawn."""
    live = facts.live_entries(connection, article_id)
    if not live:
        articles.withdraw_article(connection, article_id, now)
        return
    judge.later(article_id, folded(connection, article_id, live))


def relearn(
    connection: sqlite3.Connection,
    article_id: int,
    weak: Mapping[tuple[str, str], bool],
    *,
    strong: Collection[str] = (),
    others: Collection[str] = (),
) -> None:
    """Make an article's addresses and revisions those that its entries, and then its pages, gave.

    `weak` says of (address, role) what was known to identify nothing; keys in `strong` do identify, those in `others`
    identify another article.
    """
    said = histories(connection, article_id)
    found: dict[tuple[str, str], Address] = {}
    for history in said:
        for known in known_addresses(history):
            at = known.url, known.role
            unfit = known.weak or (weak.get(at, False) and known.key not in strong) or known.key in others
            found.setdefault(at, Address(known.url, known.role, known.key, unfit, address.RULES_VERSION))
    articles.set_addresses(connection, article_id, found.values())
    articles.add_addresses(connection, article_id, page_addresses(connection, article_id, others))
    articles.set_revisions(connection, article_id, [*revisions(said), *page_revisions(connection, article_id)])


def identifying(history: EntryHistory) -> list[str]:
    """The keys of all addresses by which an entry is known, its own first."""
    return list(dict.fromkeys(known.key for known in known_addresses(history) if not known.weak))


def likeness(connection: sqlite3.Connection, one: int, other: int) -> float:
    """How alike the headlines of two articles are, 0 to 1."""
    titles = articles.titles(connection, (one, other))
    return keys.alike(titles[one], titles[other])
