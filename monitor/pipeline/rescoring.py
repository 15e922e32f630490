"""Judging everything stored again, in transactions short enough for other writers to get their turn."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from db import articles, verdicts
from db.rows import Subject
from db.store import Store
from monitor.clock import stamp, utc_now
from monitor.pipeline.judging import Judge, companies
from monitor.pipeline.overrule import Words, project
from monitor.pipeline.surroundings import Surroundings
from monitor.relate.types import Company, Document

_CHUNK = 200
_NEWS = frozenset(("feed", "backfill"))
_SPAN = 10_000
"""Ids of articles whose scores are compared with other thresholds in one transaction."""


@dataclass(slots=True)
class Moved:
    """What judging again changed: uid, title, verdict before and after."""

    judged: int = 0
    changes: list[dict[str, Any]] = field(default_factory=list)

    def note(self, uid: str, title: str, was: str, verdict: str, score: float) -> None:
        """Note what a verdict was and is; of one that changes twice, what it was at first."""
        known = next((one for one in self.changes if one["uid"] == uid), None) if was != verdict else None
        if known is not None:
            was = known["was"]
            self.changes.remove(known)
        if was != verdict:
            self.changes.append({"uid": uid, "title": title, "was": was, "is": verdict, "relevance": score})


def rescore(store: Store, judge: Judge, surroundings: Surroundings, moved: Moved) -> Iterator[int]:
    """Judge everything again; yields how many are done after each chunk.

    At first with what was reported around each as it was; then that is worked out anew, from what each scores by itself now.
    """
    last = 0

    def around(article: Subject, was: str, score: float, verdict: str) -> None:
        if article.origin in _NEWS:
            moved.note(article.uid, article.title, was, verdict, score)

    with store.transaction() as connection:
        articles.forget_watches(connection, [matcher.watch for matcher in judge.matchers])
    while True:
        with store.transaction() as connection:
            rows = _chunk(connection, last)
            if not rows:
                surroundings.begin_again(connection)
                break
            last = rows[-1]["id"]
            _judge(connection, judge, rows, moved)
        moved.judged += len(rows)
        yield moved.judged
    more = True
    while more:
        with store.transaction() as connection:
            more = surroundings.hear(connection, judge, stamp(utc_now()), around)
        yield moved.judged


def compare(store: Store, judge: Judge, moved: Moved) -> Iterator[int]:
    """Compare all scores with other thresholds: what was judged stays, and what it comes to changes. Gives how many are done."""
    limits = (judge.thresholds.likely, judge.thresholds.maybe)
    for first in range(1, verdicts.last_judged(store.connection) + 1, _SPAN):
        with store.transaction() as connection:
            rows = verdicts.by_thresholds(connection, limits, (first, first + _SPAN - 1), stamp(utc_now()))
            ids = [row["id"] for row in rows]
            articles.refresh_verdicts(connection, ids)
            now = articles.verdicts(connection, ids)
            for row in rows:
                _note(moved, row, *now[row["id"]])
        moved.judged += len(rows)
        yield moved.judged


def preview(connection: sqlite3.Connection, judge: Judge, moved: Moved) -> Iterator[int]:
    """Say what judging everything again would change, without writing."""
    last = 0
    while rows := _chunk(connection, last):
        last = rows[-1]["id"]
        ids = [row["id"] for row in rows]
        words = Words.on(connection, ids, judge.rules)
        subjects = {article.id: article for article in verdicts.subjects(connection, ids)}
        beside = companies(connection, ids)
        for row in rows:
            rows_now = judge.judge(_document(row, beside))
            _note(moved, row, *judge.best(words.instead(subjects[row["id"]], rows_now)))
        moved.judged += len(rows)
        yield moved.judged


def _chunk(connection: sqlite3.Connection, last: int) -> list[sqlite3.Row]:
    return connection.execute(
        "SELECT id, uid, origin, title, excerpt, text, judged_on, verdict, relevance, read_at FROM article"
        " WHERE id > ? AND origin != 'seed' AND deleted_at IS NULL ORDER BY id LIMIT ?",
        (last, _CHUNK),
    ).fetchall()


def _judge(connection: sqlite3.Connection, judge: Judge, rows: list[sqlite3.Row], moved: Moved) -> None:
    beside = companies(connection, [row["id"] for row in rows])
    judged = [(row["id"], verdict) for row in rows for verdict in judge.judge(_document(row, beside))]
    articles.set_judgements(connection, judged, stamp(utc_now()))
    articles.refresh_verdicts(connection, [row["id"] for row in rows])
    project(connection, judge, [row["id"] for row in rows], stamp(utc_now()))
    now = articles.verdicts(connection, [row["id"] for row in rows])
    for row in rows:
        _note(moved, row, *now[row["id"]])


def _note(moved: Moved, row: sqlite3.Row, score: float, verdict: str) -> None:
    if row["origin"] in _NEWS:
        moved.note(row["uid"], row["title"], row["verdict"], verdict, score)


def _document(row: sqlite3.Row, beside: Mapping[int, Mapping[str, Company]]) -> Document:
    on, read = row["judged_on"], row["read_at"] is not None
    return Document(row["title"], row["excerpt"], row["text"], on, read=read, company=beside.get(row["id"], {}))
