"""The front page: what is wrong, what is new, and what it is compared with. Read in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time

from db import shown
from db.health import Health, health
from db.shown import Midnight, Page, Seed, Trouble
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
        likely, maybe = unseen(connection, now)
        return Front(
            now=now,
            health=figures,
            verdict=verdict(figures, now),
            troubles=shown.troubles(connection, TROUBLES),
            news=likely,
            maybe=maybe,
            charts=chart.charts(rows, seeds, now),
            seeds=seeds,
        )
    finally:
        connection.execute("ROLLBACK")


def unseen(connection: sqlite3.Connection, now: datetime, watch: str | None = None) -> tuple[News, Page]:
    """What is likely, and what is maybe related and unseen, for one watch or for any.

    A story stands in one list alone, and so does a headline.
    """
    moment = datetime.combine(now.date(), time(), now.tzinfo)
    midnight = Midnight(stamp(moment), f"{now.date()}T00:00:00Z")
    told = [shown.unseen(connection, "likely", LISTED, since=midnight, watch=watch)]
    told.append(
        shown.unseen(connection, "likely", TRAY, until=midnight, found_since=midnight.moment, told=told, watch=watch)
    )
    told.append(shown.unseen(connection, "likely", TRAY, until=midnight, told=told, watch=watch))
    told.append(shown.unseen(connection, "maybe", TRAY, told=told, watch=watch))
    today, found, before, maybe = shown.joined(told)
    return News(today, found, before), maybe
