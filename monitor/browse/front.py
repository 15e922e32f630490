"""The front page: what is wrong, what is new, and what it is compared with. Read in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from db.health import Health, health
from monitor.browse import chart, queries
from monitor.browse.chart import Chart
from monitor.browse.queries import Page, Seed, Trouble
from monitor.clock import stamp
from monitor.deliver.verdict import Verdict, verdict

LISTED = 25
"""Articles in each list."""
SHOWN_TROUBLES = 12
"""Feeds in trouble that are named without a click; a dozen are read at a glance, more push the news off the screen."""
TROUBLES = 40
"""Feeds in trouble on the page, those that are folded among them; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Front:
    """All that the front page shows, as of `now`, whose zone is the newsroom's."""

    now: datetime
    health: Health
    verdict: Verdict
    troubles: tuple[Trouble, ...]
    likely: Page
    maybe: Page
    charts: tuple[Chart, ...]
    seeds: Mapping[str, tuple[Seed, ...]]

    @property
    def several_watches(self) -> bool:
        """Whether an article has to say which watch it belongs to."""
        return len(self.charts) > 1

    @property
    def shown(self) -> int:
        """Feeds in trouble to name without a click."""
        return SHOWN_TROUBLES

    @property
    def more_troubles(self) -> int:
        """Feeds in trouble that are not shown."""
        figures = self.health
        every = figures.broken + figures.silent + figures.empty + figures.degraded + figures.moved + figures.doubled
        return max(0, every - len(self.troubles))


def front(connection: sqlite3.Connection, now: datetime) -> Front:
    """Read the front page; the connection may be read-only."""
    connection.execute("BEGIN")
    try:
        figures = health(connection, now)
        seeds = queries.seeds(connection)
        rows = queries.related_since(connection, stamp(chart.first_day(now)))
        return Front(
            now=now,
            health=figures,
            verdict=verdict(figures, now),
            troubles=queries.troubles(connection, TROUBLES),
            likely=queries.unseen(connection, "likely", LISTED),
            maybe=queries.unseen(connection, "maybe", LISTED),
            charts=chart.charts(rows, seeds, now),
            seeds=seeds,
        )
    finally:
        connection.execute("ROLLBACK")
