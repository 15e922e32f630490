"""Takes a source through the same door as live polling: read ahead in processes, stored in order by one thread.

    Source ─► steps ─► (parse, read pages: a few ahead) ─► Clerk, in the thread of the store: entries and cursor together

What was committed stays whatever happens; the same command goes on after it. Nobody is told of what comes this way.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeVar

from db import backfill, pages
from db.backfill import Begun
from monitor.backfill.asking import Asker, Pace
from monitor.backfill.clerk import Clerk, Read
from monitor.backfill.held import cut_off
from monitor.backfill.paging import PageReader
from monitor.backfill.summary import Stored, Summary
from monitor.backfill.types import (
    Bounds,
    Document,
    Entries,
    Failed,
    PageWanted,
    SavedPage,
    Source,
    Stalled,
    Step,
)
from monitor.clock import Clock, stamp, utc_now
from monitor.parse.pool import ParsePool
from monitor.pipeline.workspace import Workspace
from monitor.read.robots import Turns
from monitor.relate.types import Document as Headline
from monitor.schedule.desk import Desk
from monitor.types import Fetched, Parsed, ParseFailure, Request

T = TypeVar("T")
PARSERS = 2
AHEAD = 64
"""Steps that are read while others are stored."""
_BATCH = 64
COULD_BE = 0.05
"""Relevance from which on words of an address are worth a look at its page: measured, of headlines on the matter it leaves
out one in forty, and of what is reported otherwise it keeps one in two hundred."""


class Watcher(Protocol):
    """Whoever watches a backfill."""

    def step(self, stored: Stored) -> None:
        """A step is stored."""

    def say(self, text: str) -> None:
        """Something worth a line happened, such as a long wait."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How a backfill is wanted."""

    bounds: Bounds = field(default_factory=Bounds)
    limit: int | None = None
    """Entries after which it stops; the same command goes on there."""
    rate: float | None = None
    """Requests a minute to one domain, where that is slower than the settings have it."""
    rehearsal: bool = False
    """The workspace is a copy that is thrown away; single pages are not worth asking for."""
    patience: float = 3_600.0
    """Seconds that are waited at most when a host asks for it."""


async def carry(
    workspace: Workspace,
    source: Source,
    wish: Wish,
    watcher: Watcher,
    *,
    named: Collection[str] = (),
    clock: Clock = utc_now,
    thread: ThreadPoolExecutor | None = None,
    turns: Turns | None = None,
) -> Summary:
    """Bring in what a source gives; `named` are addresses that the user named, which may be private.

    `thread` is the one that owns the store, where there is one already, and `turns` are those of whoever asks hosts beside.

    Raises:
        StoreError: nothing could be written.
    """
    if thread is not None:
        return await _Carrier(workspace, source, wish, watcher, named, (thread, turns), clock).run()
    with ThreadPoolExecutor(1, thread_name_prefix="store") as own:
        return await _Carrier(workspace, source, wish, watcher, named, (own, turns), clock).run()


class _Carrier:
    """One backfill; also the `World` of its source."""

    def __init__(
        self,
        workspace: Workspace,
        source: Source,
        wish: Wish,
        watcher: Watcher,
        named: Collection[str],
        beside: tuple[ThreadPoolExecutor, Turns | None],
        clock: Clock,
    ) -> None:
        settings = workspace.loaded.settings
        self._workspace = workspace
        self._source = source
        self._wish = wish
        self._watcher = watcher
        self._thread, turns = beside
        self._clock = clock
        gap = settings.backfill.host_gap.total_seconds()
        gap = max(gap, 60 / wish.rate) if wish.rate else gap
        pace = Pace(gap, settings.backfill.requests_per_hour, wish.patience)
        self._asker = Asker(settings, [*named, settings.backfill.archive], pace, clock, watcher.say, turns)
        self._pool = ParsePool(size=PARSERS)
        self._reader = PageReader(self._asker, clock)
        self._reading: set[asyncio.Task[Read]] = set()
        self._bounds = wish.bounds
        self._summary = Summary(source.kind, source.what, wish.bounds, rehearsal=wish.rehearsal)

    # --- what a source may ask

    @property
    def bounds(self) -> Bounds:
        """Which entries are wanted."""
        return self._bounds

    @property
    def rehearsal(self) -> bool:
        """Whether nothing is stored in the end."""
        return self._wish.rehearsal

    async def ask(self, request: Request) -> Fetched:
        """GET, politely."""
        return await self._asker.ask(request)

    async def parse(self, body: bytes, content_type: str, url: str) -> Parsed | ParseFailure:
        """Read a document."""
        return await self._pool.parse(body, content_type, url)

    async def covered(self, units: Collection[str]) -> set[str]:
        """Those of the units that were covered before."""
        return await self.query(lambda connection: backfill.covered(connection, units))

    async def query(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Look something up."""
        return await self._in_thread(work, self._workspace.store.connection)

    def could_be(self, words: str) -> bool:
        """Whether something with these words could be on the matter of any watch."""
        judge = self._workspace.judge
        return judge.best(judge.judge(Headline(words)))[0] >= COULD_BE

    def say(self, text: str) -> None:
        """Have a sentence said in the end."""
        if text not in self._summary.notes:
            self._summary.notes.append(text)

    # --- the work

    async def run(self) -> Summary:
        """Take all steps, or as many as are wanted."""
        begun = await self._in_thread(self._begin)
        self._bounds = Bounds(begun.since, begun.until)
        self._summary.bounds = self._bounds
        self._summary.resumed = begun.cursor is not None
        desk = Desk(self._workspace.store, self._workspace.judge, self._workspace.loaded.settings.read, self._clock)
        clerk = Clerk(self._workspace.store, self._workspace.judge, desk, self._clock, self._bounds)
        reads: asyncio.Queue[asyncio.Task[Read] | None] = asyncio.Queue(AHEAD)
        finding = asyncio.create_task(self._find(begun, reads))
        try:
            await self._store(clerk, begun, reads)
            if not self._summary.limited:
                await finding
                await self._in_thread(self._finish, begun)
        except Stalled as stalled:
            self._summary.stalled = str(stalled)
        finally:
            await _cancel(finding, *self._reading)
            await self._reader.aclose()
            await self._pool.aclose()
            await self._asker.aclose()
            await self._in_thread(self._note_pauses)
        self._summary.requests = self._asker.requests
        return self._summary

    async def _find(self, begun: Begun, reads: asyncio.Queue[asyncio.Task[Read] | None]) -> None:
        """Ask the source for steps, and begin to read what they bring."""
        try:
            async with aclosing(self._source.steps(self, begun.cursor)) as steps:
                async for step in steps:
                    self._reading.add(task := asyncio.create_task(self._read(step)))
                    await reads.put(task)
                    if self._wish.limit is not None:
                        await reads.join()  # nothing is asked for that would only be thrown away
        except Exception:
            await reads.put(None)
            raise
        await reads.put(None)

    async def _store(self, clerk: Clerk, begun: Begun, reads: asyncio.Queue[asyncio.Task[Read] | None]) -> None:
        """Store what was read, in order, as many steps together as are ready."""
        most = _BATCH if self._wish.limit is None else 1
        task = await reads.get()
        while task is not None:
            batch, stalled, ended = [], None, False
            try:
                batch.append(await self._taken(task))
                task = None
                while len(batch) < most and not reads.empty():
                    task = reads.get_nowait()
                    ended = task is None
                    if task is None or not task.done():
                        break
                    batch.append(await self._taken(task))
                    task = None
            except Stalled as error:
                stalled = error
            await self._write(clerk, begun, batch)
            if stalled is not None:
                raise stalled
            if ended or self._summary.limited:
                return
            if self._wish.limit is not None:
                reads.task_done()
            task = task or await reads.get()

    async def _taken(self, task: asyncio.Task[Read]) -> Read:
        """What came of reading a step."""
        try:
            return await task
        finally:
            self._reading.discard(task)

    async def _write(self, clerk: Clerk, begun: Begun, batch: list[Read]) -> None:
        while batch:
            clerk.judge = self._workspace.judge  # another since seeds changed
            stored = await self._in_thread(clerk.store, begun, batch, self._asker.take_asked())
            del batch[: len(stored)]
            for one in stored:
                self._summary.add(one)
                self._watcher.step(one)
        self._summary.limited = self._wish.limit is not None and self._summary.seen >= self._wish.limit

    # --- reading

    async def _read(self, step: Step) -> Read:
        """Read what a step brings."""
        brings = step.brings
        if isinstance(brings, Entries):  # read already; whether it was covered the clerk asks as well
            return Read(step, brings.origin, brings.entries, capture=brings.capture)
        if step.unit is not None and await self.covered([step.unit]):
            return Read(step, covered=True)
        if isinstance(brings, Document):
            return await self._parse(step, brings)
        if isinstance(brings, SavedPage):
            return await self._reader.saved(step, brings)
        if isinstance(brings, PageWanted):
            return await self._reader.live(step, brings, self.query)
        return Read(step, failed=brings if isinstance(brings, Failed) else None)

    async def _parse(self, step: Step, document: Document) -> Read:
        parsed = await self._pool.parse(document.body, document.content_type, document.url)
        if isinstance(parsed, ParseFailure):
            return Read(step, failed=Failed(step.label or document.url, parsed.message))
        step = replace(step, cut=cut_off(parsed))
        return Read(step, document.origin, parsed.entries, parsed.title, parsed.link, document.capture)

    # --- in the thread of the store

    def _begin(self) -> Begun:
        now = stamp(self._clock())
        store, wish = self._workspace.store, self._wish
        bounds = (wish.bounds.since, wish.bounds.until)
        with store.transaction() as connection:
            begun = backfill.begin(connection, self._source.kind, self._source.what, bounds, now)
        spent = backfill.requests_in(store.connection, now[:13])
        self._asker.remember(spent, pages.paused(store.connection, now))
        sites = Desk(store, self._workspace.judge, self._workspace.loaded.settings.read, self._clock).sites()
        self._reader.remember(sites)
        return begun

    def _finish(self, begun: Begun) -> None:
        with self._workspace.store.transaction() as connection:
            backfill.finish(connection, begun.id, stamp(self._clock()))

    def _note_pauses(self) -> None:
        now, asked = stamp(self._clock()), self._asker.take_asked()
        if not asked and not self._asker.paused:
            return
        with self._workspace.store.transaction() as connection:
            backfill.add_requests(connection, asked, now[:11])
            for host, until in self._asker.paused.items():
                pages.pause(connection, host, until)

    async def _in_thread(self, work: Callable[..., T], *args: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *args)


async def _cancel(*tasks: asyncio.Task[Any]) -> None:
    """Break tasks off, whatever came of them."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
