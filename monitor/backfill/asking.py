"""Asking politely: one at a time to a domain, with a pause, within a budget of an hour, and later when it is asked to wait."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from config.model import Settings
from monitor.backfill.types import Stalled
from monitor.clock import Clock, stamp
from monitor.deliver.moments import written
from monitor.normalise.hosts import host_of
from monitor.read.robots import Turns
from monitor.read.visitor import MAX_PAGE
from monitor.schedule.hosts import HostQueue
from monitor.schedule.rounds import fetchers
from monitor.types import Fetched, FetchFailure, Request

MAX_BODY = 50_000_000
"""Bytes of a document, unpacked."""
MAX_FILE = 500_000_000
"""Bytes of a document that goes into a file; the sitemap protocol allows a tenth of it."""
_SLOW_S = 180.0
"""Seconds for a whole response, where the settings allow less: archives take their time, and sitemaps are long."""
_TRIES = 5
_LATER = frozenset({"too_many_requests", "server_error", "timeout", "network", "refused", "protocol", "encoding"})
"""Failures that pass."""
_LONGEST_PAUSE = 120.0
_SPOKEN_S = 5.0
"""Waits of so many seconds are said."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How gently hosts are asked: seconds between two requests to one, requests to one in an hour, and the longest wait."""

    gap: float
    budget: int
    patience: float = 3_600.0


class Asker:
    """Asks for one backfill. `asked` are the requests that were not counted in the database yet: (host, hour) → how many."""

    def __init__(
        self,
        settings: Settings,
        named: list[str],
        pace: Pace,
        clock: Clock,
        say: Callable[[str], None],
        beside: Turns | None = None,
    ) -> None:
        """`named` are addresses that the user named, which may be private; `beside` are turns of others who ask hosts."""
        self._pace = pace
        self._clock = clock
        self._say = say
        self._turns: HostQueue[Any] = HostQueue(1, pace.gap, asyncio.get_running_loop().time)
        self._beside = beside
        self._zone = ZoneInfo(settings.browse.timezone) if settings.browse.timezone else None
        slow = max(_SLOW_S, settings.poll.timeout.total_seconds())
        (self._fetcher,) = fetchers(settings, 1, named, max_body=MAX_BODY, timeout=slow)
        (self._for_files,) = fetchers(settings, 1, named, max_body=MAX_FILE, timeout=slow)
        (self.for_pages,) = fetchers(settings, 1, named, max_body=min(settings.poll.max_body, MAX_PAGE))
        self.requests = 0
        self.asked: Counter[tuple[str, str]] = Counter()
        self.paused: dict[str, str] = {}
        """Host → until when it asked to be left alone, as stored."""
        self._spent: Counter[tuple[str, str]] = Counter()

    def remember(self, spent: dict[str, int], paused: dict[str, str]) -> None:
        """Take what was asked within this hour before, and which hosts are to be left alone."""
        hour = self._hour()
        self._spent.update({(host, hour): count for host, count in spent.items()})
        self.paused.update(paused)

    async def aclose(self) -> None:
        """Close connections."""
        await asyncio.gather(self._fetcher.aclose(), self._for_files.aclose(), self.for_pages.aclose())

    async def ask(self, request: Request) -> Fetched:
        """GET an address; what passes is tried again, in growing pauses or after what the server asks for.

        Raises:
            Stalled: the host wants to be left alone for longer than anybody waits.
        """
        url = request.url
        fetched = Fetched(None, url)
        for attempt in range(_TRIES):
            async with self.turn(url):
                if request.into is not None:
                    request.into.seek(0)
                    request.into.truncate()
                fetched = await (self._fetcher if request.into is None else self._for_files).fetch(request)
            failure = fetched.failure
            if failure is None or failure.kind not in _LATER or attempt == _TRIES - 1:
                break
            if attempt and (failure.kind == "encoding" or fetched.status == 500):
                break  # a file that is cut off, or a request that breaks a program, is so for good
            await self._wait_for(url, fetched, failure, attempt)
        return fetched

    @asynccontextmanager
    async def turn(self, url: str) -> AsyncIterator[None]:
        """Be the one who asks a host, once, when it may be asked; the request is counted.

        Raises:
            Stalled: that takes too long.
        """
        await self._may_ask(url)
        async with self._turns.turn(url), self._beside.turn(url) if self._beside is not None else nullcontext():
            self._count(url)
            yield

    async def _may_ask(self, url: str) -> None:
        """Wait until a host may be asked: what it asked for is over, and its budget of the hour has room.

        Raises:
            Stalled: that takes too long.
        """
        host = host_of(url)
        until = self.paused.get(host)
        if until is not None:
            left = (datetime.fromisoformat(until) - self._clock()).total_seconds()
            if left > 0:
                await self._sleep(left, f"{host} asks to be left alone until {written(until, self._zone)}")
            del self.paused[host]
        while self._spent[host, self._hour()] >= self._pace.budget:
            now = self._clock()
            next_hour = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
            why = f"{host} was asked {self._pace.budget} times this hour, which is its budget (backfill.requests_per_hour)"
            await self._sleep((next_hour - now).total_seconds() + 1, why)

    def _count(self, url: str) -> None:
        """Count a request."""
        self.requests += 1
        self.asked[host_of(url), self._hour()] += 1
        self._spent[host_of(url), self._hour()] += 1

    def take_asked(self) -> dict[tuple[str, str], int]:
        """The requests to be counted in the database, once."""
        taken, self.asked = dict(self.asked), Counter()
        return taken

    async def _wait_for(self, url: str, fetched: Fetched, failure: FetchFailure, attempt: int) -> None:
        wait = min(_LONGEST_PAUSE, 2 * self._pace.gap * 4**attempt)
        if fetched.retry_after is not None:
            wait = max(wait, float(fetched.retry_after))
            if wait > self._pace.patience:
                self.paused[host_of(url)] = stamp(self._clock() + timedelta(seconds=wait))
        await self._sleep(wait, failure.message.rstrip("."))

    async def _sleep(self, seconds: float, why: str) -> None:
        until = written(stamp(self._clock() + timedelta(seconds=seconds)), self._zone)
        how_long = f"until {until}" if seconds >= _LONGEST_PAUSE else f"{seconds:.0f} seconds"
        if seconds > self._pace.patience:
            raise Stalled(f"{why}. It goes on from here when the same command is given after {until}.")
        if seconds >= _SPOKEN_S:
            self._say(f"{why}; waiting {how_long}.")
        await asyncio.sleep(seconds)

    def _hour(self) -> str:
        return stamp(self._clock())[:13]
