"""Reading the pages of articles for a backfill: live ones as `items read` does, saved ones without asking anybody."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from db import pages
from monitor.backfill.asking import Asker
from monitor.backfill.clerk import Read
from monitor.backfill.types import Failed, PageWanted, SavedPage, Step
from monitor.clock import Clock
from monitor.normalise.hosts import host_of
from monitor.read.pool import ReadPool
from monitor.read.robots import Robots
from monitor.read.types import Failure, Page, Site, Wanted
from monitor.read.visitor import Visitor
from monitor.types import Entry
from seeds import address

Query = Callable[[Callable[[sqlite3.Connection], Any]], Awaitable[Any]]


class PageReader:
    """Reads pages one after the other."""

    def __init__(self, asker: Asker, clock: Clock) -> None:
        self._asker = asker
        self._pool = ReadPool(size=1)
        self._robots = Robots(clock)
        self._visitor = Visitor(asker.for_pages, self._pool, self._robots, asker, clock)
        self._hosts: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def remember(self, sites: Mapping[str, Site]) -> None:
        """Take rules of sites that are stored."""
        self._robots.remember(sites)

    async def aclose(self) -> None:
        """End the process that reads."""
        await self._pool.aclose()

    async def saved(self, step: Step, saved: SavedPage) -> Read:
        """Read a page that somebody saved."""
        said = saved.said or Entry(None, saved.url, "")
        wanted = Wanted(0, saved.url, said.title, said.excerpt)
        result = await self._pool.read(wanted, saved.body, saved.content_type, saved.url)
        if isinstance(result, Failure):
            return Read(step, failed=Failed(step.label or saved.url, result.message))
        entry = entry_of(result, said, with_text=True)
        if entry is None:
            return Read(step, failed=Failed(step.label or saved.url, "has no headline"))
        return Read(step, saved.origin, (entry,), capture=saved.capture)

    async def live(self, step: Step, page: PageWanted, query: Query) -> Read:
        """Ask for the page of an article and read it, unless it was read before."""
        said, url = page.said, page.said.link or ""
        parsed = address.parse(url)
        if parsed is None or parsed.is_home:
            return Read(step, failed=Failed(url, "is no address of an article"))
        if await query(lambda connection: _is_read(connection, parsed.key)):
            return Read(step, page.origin, (said,) if said.title else (), covered=not said.title)
        async with self._hosts[host_of(url)]:  # in their order, and robots.txt once
            visit = await self._visitor.visit(Wanted(0, url, said.title, said.excerpt))
            await asyncio.sleep(self._robots.delay(url) if visit.bytes else 0)
        sites = tuple(self._robots.fresh.values())
        self._robots.fresh.clear()
        if isinstance(visit.result, Page) and (entry := entry_of(visit.result, said)) is not None:
            return Read(step, page.origin, (entry,), visit=visit, sites=sites)
        message = visit.result.message if isinstance(visit.result, Failure) else "has no headline"
        failed = Failed(url, message)
        if said.title:
            return Read(step, page.origin, (said,), visit=visit, sites=sites, failed=failed)
        return Read(step, failed=failed, sites=sites)


def _is_read(connection: sqlite3.Connection, key: str) -> bool:
    """Whether the page at an address was read, for an article that is known."""
    return pages.was_read(connection, key) and pages.article_of(connection, key) is not None


def entry_of(page: Page, said: Entry, *, with_text: bool = False) -> Entry | None:
    """A page as an entry: what was said of it first, and what that leaves out; None without a headline."""
    title = said.title or page.title
    if not title:
        return None
    dated = said if said.published_at else page
    return said._replace(
        title=title,
        excerpt=said.excerpt or page.excerpt,
        text=said.text or (page.text if with_text else ""),
        published_at=dated.published_at,
        published_raw=dated.published_raw,
        date_quality=dated.date_quality,
        updated_at=said.updated_at or page.updated_at,
        authors=said.authors or page.authors,
        images=said.images or page.images,
        provider_name=said.provider_name or page.site,
        language=said.language or page.language,
        lemmas="",
        stems="",
        traces=None,
    )
