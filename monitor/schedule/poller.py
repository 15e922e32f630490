"""Asking feeds: workers fetch as hosts allow, processes parse, one thread stores.

HostQueue ─► worker (a Fetcher each) ─► ParsePool ─► Recorder, in the thread that owns the store
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import structlog

from config.feeds import Written
from db import pieces
from db.errors import StoreError
from db.rows import Feed
from monitor.clock import Clock, stamp
from monitor.fetch.client import Fetcher
from monitor.fetch.room import Lease, Room
from monitor.parse.pool import ParsePool
from monitor.schedule import trust
from monitor.schedule.asking import Known, ask
from monitor.schedule.hosts import HostQueue
from monitor.schedule.recorder import Recorder, Report, Visit
from monitor.schedule.timing import Answer
from monitor.types import Fetched, FetchFailure, Validators

log = structlog.get_logger()

_BATCH = 32
"""Visits stored in one transaction: enough to share its cost, few enough to keep it short."""

_RETRY_S = 5.0


class Poller:
    """Runs until its queue is closed and empty."""

    def __init__(
        self,
        queue: HostQueue[Feed],
        recorder: Recorder,
        pool: ParsePool,
        fetchers: list[Fetcher],
        thread: ThreadPoolExecutor,
        *,
        written: Written,
        clock: Clock,
        report: Callable[[Report], None],
    ) -> None:
        self._queue = queue
        self._recorder = recorder
        self._pool = pool
        self._fetchers = fetchers
        self._thread = thread
        self._written = written
        self._clock = clock
        self._report = report
        self._patient = False
        self._room = Room()
        self._visits: asyncio.Queue[tuple[Visit, Lease] | None] = asyncio.Queue(maxsize=4 * _BATCH)

    async def run(self, *, patient: bool = False) -> None:
        """Fetch everything that comes through the queue; returns when it is closed and all is stored.

        `patient` waits for as long as the database cannot be written, as a daemon does.

        Raises:
            StoreError: what came could not be stored.
        """
        self._patient = patient
        writer = asyncio.create_task(self._write())
        working = asyncio.create_task(self._work_all())
        try:
            await asyncio.wait({writer, working}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            working.cancel()
            await asyncio.wait({working})
            await self._finish(writer)
        if not working.cancelled():
            working.result()

    async def _finish(self, writer: asyncio.Task[None]) -> None:
        """Let the writer store what came."""
        last = asyncio.create_task(self._visits.put(None))
        await asyncio.wait({writer, last}, return_when=asyncio.FIRST_COMPLETED)
        last.cancel()
        await writer

    async def _work_all(self) -> None:
        async with asyncio.TaskGroup() as workers:
            for fetcher in self._fetchers:
                workers.create_task(self._work(fetcher))

    async def _work(self, fetcher: Fetcher) -> None:
        async with fetcher:
            while (feed := await self._queue.get()) is not None:
                started = self._clock()
                lease = self._room.lease()
                try:
                    answer = await self._ask(fetcher, feed, lease)
                except Exception as error:  # one bad feed never stops the others, and a bug is loud
                    log.critical("feed could not be asked", feed=feed.source.address, exc_info=True)
                    message = f"It could not be asked ({type(error).__name__})."
                    answer = Answer(Fetched(None, feed.source.address, failure=FetchFailure("internal", message)), None)
                finally:
                    await self._queue.done(feed)
                await self._visits.put((Visit(feed, started, answer), lease))

    async def _ask(self, fetcher: Fetcher, feed: Feed, lease: Lease) -> Answer:
        written = self._written.of(feed.source.address)
        now = stamp(self._clock())
        validators = None
        if feed.validators_url is not None and trust.asks_conditionally(feed, now):
            validators = Validators(feed.validators_url, feed.etag, feed.last_modified)
        moved_to = trust.address_asked(feed, now)
        known = Known(validators, feed.body_hash, moved_to, pieces.unpack(feed.pieces))

        async def hop(url: str) -> None:
            await self._queue.move(feed, url)

        if moved_to is not None:
            await hop(moved_to)
        return await ask(fetcher, self._pool, written, self._written.base, known, lease, hop=hop)

    async def _write(self) -> None:
        """Store visits as they come, as many together as are waiting."""
        last = False
        while not last:
            batch = [await self._visits.get()]
            while len(batch) < _BATCH and not self._visits.empty():
                batch.append(self._visits.get_nowait())
            last = None in batch
            visits = [visit for visit in batch if visit is not None]
            if visits:
                for report in await self._store([visit for visit, _ in visits]):
                    self._report(report)
            for _, lease in visits:
                lease.release()

    async def _store(self, visits: list[Visit]) -> list[Report]:
        loop = asyncio.get_running_loop()
        while True:
            try:
                return await loop.run_in_executor(self._thread, self._recorder.record, visits)
            except StoreError as error:
                if not self._patient:
                    raise
                # A full disk or a locked database passes, and what was fetched must not be lost over it.
                log.error("answers of feeds wait to be stored", error=str(error), waiting=len(visits))  # noqa: TRY400  expected; no traceback
            await asyncio.sleep(_RETRY_S)
