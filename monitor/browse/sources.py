"""The pages of an outlet, of all feeds and of one feed."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db import feed_queries, origins
from db.origins import Outlet
from db.shown import Item
from monitor.browse import chart
from monitor.browse.chart import Counted
from monitor.clock import stamp

FEEDS = 100
"""Feeds on a page."""
REQUESTS = 50
GAPS = 50
LATEST = 20
_LAST_PAGE = 1000
STATES = ("trouble", "ok", "quiet", "silent", "failing", "parked")


@dataclass(frozen=True, slots=True)
class OutletPage:
    """What the page of an outlet shows."""

    outlet: Outlet
    feeds: Sequence[dict[str, Any]]
    related: tuple[Item, ...]
    latest: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class FeedsPage:
    """What the page of all feeds shows; `page` counts from 1."""

    feeds: Sequence[dict[str, Any]]
    count: int
    states: Mapping[str, int]
    state: str
    tag: str
    page: int

    @property
    def more(self) -> bool:
        """Whether there is another page."""
        return self.count > self.page * FEEDS


@dataclass(frozen=True, slots=True)
class FeedPage:
    """What the page of a feed shows."""

    feed: Mapping[str, Any]
    brought: tuple[Counted, ...]
    """New entries for each of the last days."""
    requests: Sequence[dict[str, Any]]
    gaps: Sequence[dict[str, Any]]
    latest: tuple[Item, ...]

    @property
    def failed(self) -> int:
        """How many of the requests shown failed."""
        return sum(request["outcome"] == "failed" for request in self.requests)


def outlet_page(connection: sqlite3.Connection, domain: str, name: str) -> OutletPage | None:
    """Read the page of an outlet; None when nothing is known of it."""
    found = origins.outlet(connection, domain, name) if domain or name else None
    if found is None:
        return None
    return OutletPage(
        found,
        origins.feeds_of(connection, domain, name),
        origins.latest(connection, domain, name, related=True, limit=LATEST),
        origins.latest(connection, domain, name, related=False, limit=LATEST),
    )


def feeds_page(connection: sqlite3.Connection, state: str, tag: str, page: int) -> FeedsPage:
    """Read the page of all feeds, or of those in a state or with a tag."""
    state = state if state in STATES else ""
    page = min(max(page, 1), _LAST_PAGE)
    feeds, count = origins.feeds(connection, state, tag, FEEDS, (page - 1) * FEEDS)
    return FeedsPage(feeds, count, origins.states(connection), state, tag, page)


def feed_page(connection: sqlite3.Connection, url: str, now: datetime) -> FeedPage | None:
    """Read the page of a feed; None when there is none at that address."""
    feed = origins.feed(connection, url)
    if feed is None:
        return None
    rows = origins.brought(connection, feed["id"], stamp(chart.first_day(now)))
    return FeedPage(
        feed,
        chart.counted(rows, now),
        origins.requests(connection, feed["id"], REQUESTS),
        feed_queries.gaps(connection, url, GAPS),
        origins.brought_last(connection, feed["id"], LATEST),
    )
