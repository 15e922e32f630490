"""The front page: what is wrong, what is new, and what it is compared with. Read in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time

from db import shown
from db.health import Health, health
from db.shown import Page, Seed, Trouble
from monitor.browse import chart
from monitor.browse.chart import Chart
from monitor.clock import stamp
from monitor.deliver.verdict import Verdict, verdict

LISTED = 25
"""Stories in the list of the likely ones of a day; in the others, fewer."""
TRAY = 12
"""Stories that are maybe related, and those of other days."""
SHOWN_TROUBLES = 12
"""Feeds in trouble that are named without a click; a dozen are read at a glance, more push the news off the screen."""
TROUBLES = 40
"""Feeds in trouble on the page, those that are folded among them; the rest is counted."""


@dataclass(frozen=True, slots=True)
class News:
    """What is likely related and unseen, by when it was published and found; today is the newsroom's."""

    today: Page
    """Published today."""
    found: Page
    """Found today, and published before."""
    before: Page
    """Published and found before."""

    @property
    def groups(self) -> tuple[tuple[str, Page], ...]:
        """Heading and list of each that has anything."""
        named = (
            ("Published today", self.today),
            ("Found today, published before", self.found),
            ("From the days before", self.before),
        )
        return tuple((name, page) for name, page in named if page.items)

    @property
    def more(self) -> bool:
        """Whether there is more than is listed."""
        return self.today.more or self.found.more or self.before.more


@dataclass(frozen=True, slots=True)
class Front:
    """All that the front page shows, as of `now`, whose zone is the newsroom's."""

    now: datetime
    health: Health
    verdict: Verdict
    troubles: tuple[Trouble, ...]
    news: News
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
    def in_trouble(self) -> int:
        """How many feeds are in trouble."""
        figures = self.health
        return figures.broken + figures.silent + figures.empty + figures.degraded + figures.moved + figures.doubled

    @property
    def more_troubles(self) -> int:
        """Feeds in trouble that are not shown."""
        return max(0, self.in_trouble - len(self.troubles))


def front(connection: sqlite3.Connection, now: datetime) -> Front:
    """Read the front page; the connection may be read-only."""
    connection.execute("BEGIN")
    try:
        figures = health(connection, now)
        seeds = shown.seeds(connection)
        rows = shown.related_since(connection, stamp(chart.first_day(now)))
        likely = news(connection, now)
        return Front(
            now=now,
            health=figures,
            verdict=verdict(figures, now),
            troubles=shown.troubles(connection, TROUBLES),
            news=likely,
            maybe=shown.unseen(connection, "maybe", TRAY, without=groups(likely)),
            charts=chart.charts(rows, seeds, now),
            seeds=seeds,
        )
    finally:
        connection.execute("ROLLBACK")


def news(connection: sqlite3.Connection, now: datetime, watch: str | None = None) -> News:
    """What is likely related and unseen, for one watch or for any; a story stands in one list alone."""
    midnight = stamp(datetime.combine(now.date(), time(), now.tzinfo))
    today = shown.unseen(connection, "likely", LISTED, since=midnight, watch=watch)
    told = {item.group for item in today.items}
    found = shown.unseen(connection, "likely", TRAY, until=midnight, found_since=midnight, without=told, watch=watch)
    told |= {item.group for item in found.items}
    before = shown.unseen(connection, "likely", TRAY, until=midnight, without=told, watch=watch)
    return News(today, found, before)


def groups(listed: News) -> frozenset[int]:
    """What is in the lists, as `Item.group` has it."""
    return frozenset(item.group for page in (listed.today, listed.found, listed.before) for item in page.items)
