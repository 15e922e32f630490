"""Judging everything stored again, in transactions short enough for other writers to get their turn."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from db import articles, verdicts
from db.store import Store
from monitor.clock import stamp, utc_now
from monitor.pipeline.judging import Judge
from monitor.pipeline.overrule import Words, project
from monitor.relate.types import Document

_CHUNK = 200
_SPAN = 10_000
"""Ids of articles whose scores are compared with other thresholds in one transaction."""


@dataclass(slots=True)
class Moved:
    """What judging again changed: uid, title, verdict before and after."""

    judged: int = 0
    changes: list[dict[str, Any]] = field(default_factory=list)


def rescore(store: Store, judge: Judge, moved: Moved) -> Iterator[int]:
    """Judge everything again; yields how many are done after each chunk."""
    last = 0
    with store.transaction() as connection:
        articles.forget_watches(connection, [matcher.watch for matcher in judge.matchers])
    while True:
        with store.transaction() as connection:
            rows = _chunk(connection, last)
            if not rows:
                return
            last = rows[-1]["id"]
            _judge(connection, judge, rows, moved)
        moved.judged += len(rows)
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
        for row in rows:
            _note(moved, row, *judge.best(words.instead(subjects[row["id"]], judge.judge(_document(row)))))
        moved.judged += len(rows)
        yield moved.judged


def _chunk(connection: sqlite3.Connection, last: int) -> list[sqlite3.Row]:
    return connection.execute(
        "SELECT id, uid, origin, title, excerpt, text, judged_on, verdict, relevance, read_at FROM article"
        " WHERE id > ? AND origin != 'seed' AND deleted_at IS NULL ORDER BY id LIMIT ?",
        (last, _CHUNK),
    ).fetchall()


def _judge(connection: sqlite3.Connection, judge: Judge, rows: list[sqlite3.Row], moved: Moved) -> None:
    judged = [(row["id"], verdict) for row in rows for verdict in judge.judge(_document(row))]
    articles.set_judgements(connection, judged, stamp(utc_now()))
    articles.refresh_verdicts(connection, [row["id"] for row in rows])
    project(connection, judge, [row["id"] for row in rows], stamp(utc_now()))
    now = articles.verdicts(connection, [row["id"] for row in rows])
    for row in rows:
        _note(moved, row, *now[row["id"]])


def _note(moved: Moved, row: sqlite3.Row, score: float, verdict: str) -> None:
    if verdict != row["verdict"] and row["origin"] in {"feed", "backfill"}:
        change = {"uid": row["uid"], "title": row["title"], "was": row["verdict"], "is": verdict, "relevance": score}
        moved.changes.append(change)


def _document(row: sqlite3.Row) -> Document:
    return Document(row["title"], row["excerpt"], row["text"], row["judged_on"], read=row["read_at"] is not None)
