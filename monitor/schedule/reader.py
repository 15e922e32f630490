"""Reading pages beside polling: a few at a time, each host in its turn, resumable at any moment.

Desk (thread) ─► Visitor, under the turns of the hosts ─► Desk (thread)
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import structlog

from config.model import Settings
from db.errors import StoreError
from monitor.clock import Clock
from monitor.normalise.hosts import host_of
from monitor.read.pool import ReadPool
from monitor.read.robots import Robots, Turns
from monitor.read.types import Failure, Visit, Wanted
from monitor.read.visitor import MAX_PAGE, Visitor
from monitor.schedule.desk import Desk, PageReport
from monitor.schedule.rounds import fetchers

log = structlog.get_logger()

READERS = 6
"""Pages read at one time."""
CHECK_S = 3.0
"""Between two looks for something to read."""
_RETRY_S = 5.0
_FEW = 3
T = TypeVar("T")


class Reader:
    """Reads what the desk chooses; `run` goes on until it is cancelled, `read_due` and `read_these` come to an end."""

    def __init__(
        self,
        settings: Settings,
        desk: Desk,
        thread: ThreadPoolExecutor,
        turns: Turns,
        *,
        clock: Clock,
        report: Callable[[PageReport], None],
    ) -> None:
        self._desk = desk
        self._thread = thread
        self._report = report
        self._clock = clock
        self._pool = ReadPool(size=1)
        self._robots = Robots(clock)
        self._visitors: asyncio.Queue[Visitor] = asyncio.Queue()
        self._fetchers = fetchers(settings, READERS, max_body=min(settings.poll.max_body, MAX_PAGE))
        for fetcher in self._fetchers:
            self._visitors.put_nowait(Visitor(fetcher, self._pool, self._robots, turns, clock))
        self._reading: dict[str, asyncio.Task[PageReport]] = {}
        self._claimed: set[int] = set()
        self._resting: dict[str, float] = {}
        self._patient = False

    async def run(self, may_read: Callable[[], bool]) -> None:
        """Read whatever is to be read, as long as `may_read` says so, and wait for more; the database is outwaited."""
        self._patient = True
        try:
            while True:
                started = 0
                if may_read():
                    try:
                        started = await self._start()
                    except StoreError as error:  # a full disk or a locked database passes
                        log.error("pages wait for the database", error=str(error))  # noqa: TRY400  expected; no traceback
                        await asyncio.sleep(_RETRY_S)
                if not self._reading and not started:
                    await self._pool.rest()
                await self._some_end(CHECK_S)
        finally:
            await self._close()

    async def read_due(self, seconds: float) -> None:
        """Read what is to be read now, beginning nothing after so many seconds; ends when names cannot be resolved."""
        deadline = asyncio.get_running_loop().time() + seconds
        unresolved = 0
        try:
            while asyncio.get_running_loop().time() < deadline and unresolved < _FEW:
                if not await self._start() and not self._reading:
                    break
                for report in await self._some_end(None):
                    unresolved = unresolved + 1 if report.error == "dns" else 0
            while self._reading:
                await self._some_end(None)
        finally:
            await self._close()

    async def read_these(self, wanted: Sequence[Wanted]) -> None:
        """Read these pages, which the desk has claimed."""
        self._claimed |= {one.page_id for one in wanted}
        waiting = list(wanted)
        try:
            self._robots.remember(await self._in_thread(self._desk.sites))
            while waiting or self._reading:
                for one in [w for w in waiting if len(self._reading) < READERS]:
                    if host_of(one.url) not in self._reading and len(self._reading) < READERS:
                        waiting.remove(one)
                        self._begin(one)
                await self._some_end(None)
        finally:
            await self._close()

    # --- the work

    async def _start(self) -> int:
        """Begin to read as many pages as there is room for; returns how many."""
        now = asyncio.get_running_loop().time()
        self._resting = {host: until for host, until in self._resting.items() if until > now}
        room = READERS - len(self._reading)
        if room <= 0:
            return 0
        busy = {*self._reading, *self._resting}
        chosen: list[Wanted] = await self._in_thread(self._desk.choose, room, busy)
        if chosen:
            self._claimed |= {wanted.page_id for wanted in chosen}
            self._robots.remember(await self._in_thread(self._desk.sites))
        for wanted in chosen:
            self._begin(wanted)
        return len(chosen)

    def _begin(self, wanted: Wanted) -> None:
        self._reading[host_of(wanted.url)] = asyncio.create_task(self._read(wanted))

    async def _some_end(self, seconds: float | None) -> list[PageReport]:
        """Wait until a page was read, or for so long; the reports of those that were."""
        if not self._reading:
            if seconds:
                await asyncio.sleep(seconds)
            return []
        done, _ = await asyncio.wait(self._reading.values(), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for host in [host for host, task in self._reading.items() if task in done]:
            del self._reading[host]
        return [task.result() for task in done]

    async def _read(self, wanted: Wanted) -> PageReport:
        visitor = await self._visitors.get()
        try:
            try:
                visit = await visitor.visit(wanted)
            except Exception as error:  # one bad page never stops the others, and a bug is loud
                log.critical("page could not be read", page=wanted.url, exc_info=True)
                message = f"It could not be read ({type(error).__name__}); this is a fault in seedwatch."
                visit = Visit(wanted, self._clock(), Failure("internal", message))
        finally:
            self._visitors.put_nowait(visitor)
        if delay := self._robots.delay(wanted.url):
            self._resting[host_of(wanted.url)] = asyncio.get_running_loop().time() + delay
        report = await self._record(visit)
        self._claimed.discard(wanted.page_id)
        self._report(report)
        return report

    async def _record(self, visit: Visit) -> PageReport:
        fresh = dict(self._robots.fresh)
        while True:
            try:
                report = await self._in_thread(self._desk.record, visit, list(fresh.values()))
            except StoreError as error:
                if not self._patient:
                    raise
                log.error("a page waits to be stored", error=str(error), page=visit.wanted.url)  # noqa: TRY400  expected
                await asyncio.sleep(_RETRY_S)
                continue
            for origin, site in fresh.items():
                if self._robots.fresh.get(origin) is site:
                    del self._robots.fresh[origin]
            return report

    async def _close(self) -> None:
        """Break off what is being read, let others read it, and end the processes."""
        for task in self._reading.values():
            task.cancel()
        await asyncio.gather(*self._reading.values(), return_exceptions=True)
        self._reading.clear()
        await self._pool.aclose()
        await asyncio.gather(*(fetcher.aclose() for fetcher in self._fetchers))
        left, self._claimed = self._claimed, set()
        try:
            await self._in_thread(self._desk.release, left)
        except StoreError as error:  # the claims end by themselves
            log.error("pages could not be released", error=str(error))  # noqa: TRY400  expected; no traceback

    async def _in_thread(self, work: Callable[..., T], *args: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *args)
