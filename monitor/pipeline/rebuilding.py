"""The projection made anew from facts and decisions: what it was, unless it was damaged or the rules have changed.

Which entry is which article stays as it was decided. Articles, their addresses, changes, copies and stories follow from
that, and so do verdicts, marks and what people said; all in transactions short enough for other writers to get their turn.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from db import articles, grouping, rebuild
from db.store import Store
from monitor.clock import stamp, utc_now
from monitor.pipeline import copies, settling
from monitor.pipeline.grouping import settle
from monitor.pipeline.judging import Judge
from monitor.pipeline.refold import keys_of_others, refold, relearn

_CHUNK = 100


@dataclass(slots=True)
class Rebuilt:
    """How much was made anew."""

    articles: int = 0
    groups: int = 0
    removed: int = 0
    """Articles that no entry speaks of, and that nothing leads to."""


def remake(store: Store, judge: Judge, done: Rebuilt) -> Iterator[int]:
    """Make articles, addresses, changes, copies and marks anew; gives how many articles are done after each chunk.

    Verdicts are to be judged again afterwards (`rescoring.rescore`).
    """
    last = 0
    while True:
        with store.transaction() as connection:
            ids = rebuild.article_ids(connection, last, _CHUNK)
            if not ids:
                break
            last = ids[-1]
            _articles(connection, judge, ids)
        done.articles += len(ids)
        yield done.articles
    with store.transaction() as connection:
        done.removed = rebuild.remove_empty(connection)
        rebuild.traces(connection)
        done.groups = _groups(connection)
        _decisions(connection, judge)
        rebuild.search(connection)
        grouping.forget(connection)
    yield from _stories(store, judge, done)


def _stories(store: Store, judge: Judge, done: Rebuilt) -> Iterator[int]:
    more = True
    while more:
        with store.transaction() as connection:
            more = settle(connection, judge, stamp(utc_now()))
        yield done.articles
    with store.transaction() as connection:
        grouping.remove_empty(connection)


def _articles(connection: sqlite3.Connection, judge: Judge, ids: list[int]) -> None:
    now = stamp(utc_now())
    judge.forget()
    for article_id in ids:
        weak = articles.weak_addresses(connection, article_id)
        relearn(connection, article_id, weak, others=keys_of_others(connection, article_id))
        refold(connection, article_id, judge, now)
    judge.flush(connection, now)


def _groups(connection: sqlite3.Connection) -> int:
    now = stamp(utc_now())
    done: set[int] = set()
    groups = 0
    for article_id in rebuild.in_groups(connection):
        if article_id not in done:
            done |= copies.regroup(connection, [article_id], now, compare=False)
            groups += 1
    return groups


def _decisions(connection: sqlite3.Connection, judge: Judge) -> None:
    """Let everything that people decided hold again."""
    settling.hold_again(connection, judge, stamp(utc_now()))
