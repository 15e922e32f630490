"""A small world for tests: a store, feeds that say things, and what came of it. No network, no mocks."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from db import facts, feed_state, grouping
from db.rows import Source
from monitor.identify import keys
from monitor.pipeline.grouping import settle_all
from monitor.pipeline.ingest import Ingest, Outcome
from monitor.pipeline.judging import Judge, Thresholds
from monitor.types import Entry
from tests.stores import store_at

DAY = "2026-11-{:02d}T12:00:00Z"


def entry(title: str, link: str | None = None, **said: Any) -> Entry:
    """An entry; its guid is its link unless said otherwise."""
    return Entry(guid=said.pop("guid", link), link=link, title=title, **said)


@dataclass
class World:
    """A store, and a clock that is set by hand."""

    path: Path
    day: int = 1
    judge: Judge = field(default_factory=lambda: Judge([], Thresholds(0.8, 0.4)))

    def __post_init__(self) -> None:
        self.store = store_at(self.path)

    @property
    def now(self) -> str:
        return DAY.format(self.day)

    def feed(self, url: str, entries: Iterable[Entry], **columns: str) -> Outcome:
        """Let a feed say something now."""
        listed = list(entries)
        with self.store.transaction() as connection:
            source = facts.ensure_source(connection, "feed", url, self.now, **columns)
            if not connection.execute("SELECT 1 FROM feed WHERE source_id = ?", (source.id,)).fetchone():
                feed_state.set_feed(connection, source.id, next_poll_at=self.now)
            policy = keys.policy_for(listed, self.policy(connection, source))
            feed_state.set_feed(connection, source.id, entry_policy=policy)
            return Ingest(connection, self.judge, self.now).document(source, listed, policy)

    @staticmethod
    def policy(connection: sqlite3.Connection, source: Source) -> Any:
        return connection.execute("SELECT entry_policy FROM feed WHERE source_id = ?", (source.id,)).fetchone()[0]

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """What a query over the views gives, once everything was put into stories."""
        if not self.store.connection.in_transaction and grouping.waits(self.store.connection):
            with self.store.transaction() as connection:
                settle_all(connection, self.judge, self.now)
        return [dict(row) for row in self.store.connection.execute(query, values)]

    def titles(self) -> list[str]:
        """Headlines of all items."""
        return [row["title"] for row in self.rows("SELECT title FROM items ORDER BY title")]
