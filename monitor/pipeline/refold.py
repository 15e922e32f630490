"""An article made anew from what its sources and its pages say: the same as it got step by step."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping

from db import articles, facts, rulings
from db.histories import histories
from db.rows import Address, EntryHistory
from monitor.identify import keys
from monitor.identify.keys import Known
from monitor.pipeline.judging import Judge
from monitor.pipeline.paging import folded, page_addresses, page_revisions
from monitor.pipeline.revisions import revisions
from monitor.pipeline.said import known_addresses
from monitor.types import LinkRole
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
    """Make an article's addresses and revisions those that its entries gave, and the pages at these.

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
    _from_pages(connection, article_id, found, weak, strong, others)
    articles.set_addresses(connection, article_id, found.values())
    changes = [*revisions(said), *page_revisions(connection, article_id)]
    articles.set_revisions(connection, article_id, sorted(changes, key=lambda change: change[0]))


def _from_pages(
    connection: sqlite3.Connection,
    article_id: int,
    found: dict[tuple[str, str], Address],
    weak: Mapping[tuple[str, str], bool],
    strong: Collection[str],
    others: Collection[str],
) -> None:
    """Add the addresses that pages gave, of which more pages may have been read.

    One that was another article's stays the link it was made then. Of a page whose own address identifies nothing any
    more, only what it had given before stays.
    """
    unread = list(found.values())
    done = set(others)
    while unread:
        unread.sort(key=lambda one: (one.weak, one.key))
        page = unread.pop(0)
        if page.key in done:
            continue
        done.add(page.key)
        for known in page_addresses(connection, page.key):
            for role, unfit in _standing(connection, article_id, known, weak, strong, others):
                at = known.url, role
                if at not in found and (at in weak or not page.weak):
                    found[at] = Address(known.url, role, known.key, unfit, address.RULES_VERSION)
                    unread.append(found[at])


def _standing(
    connection: sqlite3.Connection,
    article_id: int,
    known: Known,
    weak: Mapping[tuple[str, str], bool],
    strong: Collection[str],
    others: Collection[str],
) -> list[tuple[LinkRole, bool]]:
    """As what an address that a page gave is an article's: its role there, and whether it identifies nothing."""
    if known.weak:
        return [(known.role, True)]
    before = weak.get((known.url, known.role))
    if before and known.key not in strong:
        return [(known.role, True)]
    denied = weak.get((known.url, "link"), False) and known.key not in strong
    fit = known.key not in others and not (denied and before is None)
    if fit and before is None:
        fit = articles.by_keys(connection, [known.key]).get(known.key, article_id) == article_id
    found: list[tuple[LinkRole, bool]] = [(known.role, False)] if fit else []
    return [*found, ("link", True)] if denied or not fit else found


def identifying(history: EntryHistory) -> list[str]:
    """The keys of all addresses by which an entry is known, its own first."""
    return list(dict.fromkeys(known.key for known in known_addresses(history) if not known.weak))


def likeness(connection: sqlite3.Connection, one: int, other: int) -> float:
    """How alike the headlines of two articles are, 0 to 1."""
    titles = articles.titles(connection, (one, other))
    return keys.alike(titles[one], titles[other])


def keys_of_others(connection: sqlite3.Connection, article_id: int) -> set[str]:
    """The keys of what people said are other articles than this one."""
    found: set[str] = set()
    for one in rulings.speaking_of(connection, [article_id]):
        a, b = one.ruling.a, one.ruling.b
        if one.ruling.do == "different" and one.state == "standing" and a is not None and b is not None:
            mine, theirs = (a, b) if one.a_id == article_id else (b, a)
            found |= set(theirs.keys) - set(mine.keys)
    return found
