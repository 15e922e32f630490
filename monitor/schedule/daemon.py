"""The daemon: one tick job takes what is due, until a signal says to stop.

Due times live in the database, so a restart polls nothing early and a long sleep makes one round, not many.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

import structlog
from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from config.errors import ConfigError
from config.feeds import Written
from config.load import Loaded
from db import feed_state, pages
from db.errors import StoreError
from db.lock import beat, daemon_lock, round_runs
from db.maintenance import prune_fetches
from db.rows import Feed
from monitor.clock import Clock, stamp, utc_now
from monitor.pipeline.rekeying import Rekeyed
from monitor.pipeline.rescoring import Moved
from monitor.pipeline.workspace import Workspace
from monitor.schedule.desk import Desk, PageReport
from monitor.schedule.due import Due
from monitor.schedule.filling import Filler, fill_now_and_then
from monitor.schedule.notify import ServiceManager
from monitor.schedule.online import online
from monitor.schedule.reader import Reader
from monitor.schedule.recorder import Recorder, Report, default_chance
from monitor.schedule.rounds import Polling, pace
from monitor.schedule.telling import Herald, Telling

log = structlog.get_logger()
_Result = TypeVar("_Result")

TICK_S = 1.0
SEEDS_CHECK_S = 10.0
OFFLINE_CHECK_S = 30.0
BEAT_S = 20.0
"""Between two marks that `health` goes by."""
PAUSE_S = 5.0
"""Between two tries when the database cannot be used."""
FINISH_S = 5.0
CANCEL_S = 2.0
"""On stopping, requests in flight have the one to end by themselves and the other to be broken off."""


class Daemon:
    """Polls until SIGTERM or SIGINT; SIGHUP reads the settings again."""

    def __init__(
        self,
        workspace: Workspace,
        reload: Callable[[], Loaded],
        clock: Clock = utc_now,
        *,
        herald: Herald | None = None,
        filler: Filler | None = None,
        seeds_check_s: float = SEEDS_CHECK_S,
    ) -> None:
        self._workspace = workspace
        self._reload = reload
        self._clock = clock
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._wake = asyncio.Event()
        self._hurry = asyncio.Event()
        self._stopping = False
        self._reloading = False
        self._next: Loaded | None = None
        self._outstanding: set[int] = set()
        self._offline = False
        self._seeds_check_s = seeds_check_s
        self._checked_seeds = 0.0
        self._checked_network = 0.0
        self._paused_until = 0.0
        self._rescoring: asyncio.Task[None] | None = None
        self._pruned_on = ""
        self._beaten = 0.0
        self._manager = ServiceManager(os.environ)
        self._desk: Desk | None = None
        self._telling = Telling(herald, workspace, self._in_thread)
        self._ticking: asyncio.Task[Any] | None = None
        self._filler = filler

    async def run(self) -> None:
        """Run until told to stop.

        Raises:
            Busy: another daemon runs on this database.
        """
        with daemon_lock(self._workspace.path):
            self._on_signals()
            try:
                await self._in_thread(self._begin)
                while not self._stopping:
                    await self._serve()
                    await self._apply_reload()
            finally:
                self._thread.shutdown(wait=True)
            log.info("stopped")

    def _begin(self) -> None:
        """Put in order what a daemon that was killed left behind, and read the seeds."""
        store = self._workspace.store
        if round_runs(store.path) is False:
            with store.transaction() as connection:
                feed_state.forget_claims(connection)
                pages.forget_claims(connection, stamp(self._clock()))
        self._workspace.sync_seeds()

    # --- one stretch with the same settings

    async def _serve(self) -> None:
        settings = self._workspace.loaded.settings
        written: Written = await self._in_thread(self._workspace.sync_feeds)
        recorder = Recorder(
            self._workspace.store, self._workspace.judge, pace(settings.poll), self._clock, default_chance
        )
        polling = Polling(
            settings,
            recorder,
            self._thread,
            written,
            clock=self._clock,
            report=self._report,
        )
        self._offline = not await online(settings)
        if self._offline:
            log.warning(
                "no network: the feeds will be asked when there is one. `make demo` shows seedwatch without a network"
            )
        if not written.feeds:
            log.warning("no feeds are configured; add one with `seedwatch feeds add URL`")
        log.info(
            "started",
            feeds=len(written.feeds),
            seeds=len(self._workspace.seeds.files),
            database=str(self._workspace.path),
        )
        self._manager.ready(f"polling {len(written.feeds)} feeds for {len(self._workspace.seeds.files)} seeds")
        scheduler = AsyncIOScheduler(timezone="UTC")
        scheduler.add_listener(_log_error, EVENT_JOB_ERROR)
        scheduler.add_job(
            self._tick,
            "interval",
            seconds=TICK_S,
            args=[polling, recorder, Due(self._workspace.store, settings.poll, self._clock)],
            next_run_time=self._clock(),
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
        working = asyncio.create_task(polling.run(patient=True))
        self._desk = Desk(self._workspace.store, self._workspace.judge, settings.read, self._clock)
        reading = asyncio.create_task(self._read_pages(self._desk, polling))
        filling = asyncio.create_task(
            fill_now_and_then(self._filler, self._workspace, self._thread, polling.queue, lambda: not self._offline)
        )
        scheduler.start()
        try:
            await self._until_woken(working)
        finally:
            scheduler.pause()
            if self._ticking is not None:  # what it does in the other thread cannot be cut off, and is soon done
                await asyncio.wait({self._ticking}, timeout=CANCEL_S)
            reading.cancel()
            filling.cancel()
            await self._drain(polling, working)
            await asyncio.wait({reading, filling})
            scheduler.shutdown(wait=False)

    async def _read_pages(self, desk: Desk, polling: Polling) -> None:
        """Read pages beside polling, each host in the same turns; what goes wrong here leaves polling alone."""
        settings = self._workspace.loaded.settings
        if not settings.read.enabled:
            return
        reader = Reader(settings, desk, self._thread, polling.queue, clock=self._clock, report=self._report_page)
        try:
            await reader.run(lambda: not self._offline)
        except Exception:
            log.critical("pages are not read any more", exc_info=True)

    async def _until_woken(self, working: asyncio.Task[None]) -> None:
        """Return when it is time to stop or to take up settings that hold; ones that do not interrupt nothing."""
        while True:
            woken = asyncio.create_task(self._wake.wait())
            done, _ = await asyncio.wait({woken, working}, return_when=asyncio.FIRST_COMPLETED)
            woken.cancel()
            if working in done:
                working.result()  # the queue is only closed on stopping: whatever ended the work is to be seen
            self._wake.clear()
            if self._stopping or working in done or self._read_settings():
                return

    async def _drain(self, polling: Polling, working: asyncio.Task[None]) -> None:
        """Let requests in flight end, give back what was not begun, and store what came."""
        waiting = await polling.queue.drop()
        await polling.queue.close()
        await self._telling.stop(CANCEL_S)
        if self._rescoring is not None:
            self._rescoring.cancel()
            await asyncio.wait({self._rescoring})
            self._rescoring = None
        hurry = asyncio.create_task(self._hurry.wait())
        await asyncio.wait({working, hurry}, timeout=FINISH_S, return_when=asyncio.FIRST_COMPLETED)
        hurry.cancel()
        if not working.done():
            working.cancel()
            await asyncio.wait({working}, timeout=CANCEL_S)
        await self._in_thread(self._release, self._outstanding | {feed.source.id for feed in waiting})
        self._outstanding.clear()

    def _release(self, source_ids: set[int]) -> None:
        try:
            with self._workspace.store.transaction() as connection:
                feed_state.release_claims(connection, source_ids)
        except StoreError as error:  # the next daemon releases them
            log.error("feeds could not be released", error=str(error))  # noqa: TRY400  expected; no traceback

    # --- the tick

    async def _tick(self, polling: Polling, recorder: Recorder, due: Due) -> None:
        self._ticking = asyncio.current_task()
        with suppress(
            asyncio.CancelledError
        ):  # a tick that the end cuts off has not failed, as the scheduler would say
            await self._take_what_is_due(polling, recorder, due)

    async def _take_what_is_due(self, polling: Polling, recorder: Recorder, due: Due) -> None:
        # A tick that hangs gives no more signs of life, since the next one waits for it. One that only cannot write does:
        # starting again would mend nothing.
        moment = asyncio.get_running_loop().time()
        self._manager.alive(moment)
        if moment < self._paused_until:
            return
        try:
            if moment - self._checked_seeds >= self._seeds_check_s:
                self._checked_seeds = moment
                await self._look_at_seeds(recorder)
            await self._look_at_decisions(recorder)
            await self._in_thread(self._workspace.tell_stories)
            if self._offline and not await self._back_online(moment):
                self._beat(moment)
                return
            feeds = await self._in_thread(self._claim, due)
            if feeds:
                await polling.queue.put(feeds)
            await self._housekeep()
            self._telling.tick(moment, asking=bool(self._outstanding))
            self._beat(moment)
        except StoreError as error:
            # A full disk or a locked database passes; a later tick tries again.
            self._paused_until = moment + PAUSE_S
            log.error("the database cannot be used just now", error=str(error))  # noqa: TRY400  expected; no traceback

    def _claim(self, due: Due) -> list[Feed]:
        """What is due, as far as there is room for it."""
        feeds = due.take(4 * self._workspace.loaded.settings.poll.concurrency - len(self._outstanding))
        self._outstanding |= {feed.source.id for feed in feeds}
        return feeds

    async def _back_online(self, moment: float) -> bool:
        if moment - self._checked_network < OFFLINE_CHECK_S:
            return False
        self._checked_network = moment
        self._offline = not await online(self._workspace.loaded.settings)
        if not self._offline:
            log.info("the network is back")
        return not self._offline

    async def _look_at_seeds(self, recorder: Recorder) -> None:
        """Take up changed, added and removed seed documents, and judge again by them."""
        if await self._in_thread(self._workspace.seeds_changed):
            synced = await self._in_thread(self._workspace.sync_seeds)
            self._judge_anew(recorder)
            for problem in self._workspace.seeds.problems:
                log.error("seed document not used", problem=problem)
            log.info("seeds changed", added=len(synced.added), changed=len(synced.changed), removed=len(synced.removed))
        idle = self._rescoring is None or self._rescoring.done()
        if idle and (
            await self._in_thread(self._workspace.keyed_otherwise) or await self._in_thread(self._workspace.stale)
        ):
            self._rescoring = asyncio.create_task(self._catch_up())

    def _judge_anew(self, recorder: Recorder) -> None:
        """Let what comes from now on be judged by the matchers as they are now."""
        recorder.judge = self._workspace.judge
        if self._desk is not None:
            self._desk.judge = self._workspace.judge

    async def _look_at_decisions(self, recorder: Recorder) -> None:
        """Take up what other programs, and people with an editor, added to the file of decisions."""
        if not await self._in_thread(self._workspace.decisions_changed):
            return
        replayed = await self._in_thread(self._workspace.sync_decisions)
        self._judge_anew(recorder)
        for problem in replayed.problems:
            log.error("decision not used", problem=problem)
        if replayed.added:
            log.info("decisions taken up", added=replayed.added)

    async def _catch_up(self) -> None:
        """Make what is stored what today's rules and seeds would have made of it."""
        if await self._in_thread(self._workspace.keyed_otherwise):
            rekeyed = Rekeyed()
            keys = self._workspace.rekey(rekeyed)
            while await self._in_thread(next, keys, None) is not None:
                pass
            if rekeyed.articles:
                told = {"articles": rekeyed.articles, "joined": rekeyed.joined, "parted": rekeyed.parted}
                log.info("addresses are read by other rules or mirrors", **told)
        moved = Moved()
        steps = self._workspace.catch_up(moved)
        while await self._in_thread(next, steps, None) is not None:
            pass
        if moved.changes:
            log.info("judged again", items=moved.judged, moved=len(moved.changes))

    async def _housekeep(self) -> None:
        """Once a day, forget requests older than the settings say."""
        keep = self._workspace.loaded.settings.retention.fetches
        today = stamp(self._clock())[:10]
        if keep is not None and today != self._pruned_on:
            self._pruned_on = today
            await self._in_thread(prune_fetches, self._workspace.store, stamp(self._clock() - keep))

    def _beat(self, moment: float) -> None:
        """Leave a mark, now and then, that a tick went well."""
        if moment - self._beaten >= BEAT_S:
            self._beaten = moment
            beat(self._workspace.path)

    def _report(self, report: Report) -> None:
        self._outstanding.discard(report.source_id)
        if report.likely:
            self._telling.is_news()
        fields: dict[str, Any] = {"feed": report.feed_url}
        if report.error is not None:
            log.warning("feed failed", **fields, error=report.error, message=report.message)
            return
        fields |= {"outcome": report.outcome, "entries": report.entries, "new": report.new}
        if report.likely or report.maybe:
            fields |= {"likely": report.likely, "maybe": report.maybe}
        if report.message:
            fields["message"] = report.message
        log.info("feed asked", **fields)

    def _report_page(self, report: PageReport) -> None:
        if report.moved and report.after == "likely":
            self._telling.is_news()
        fields: dict[str, Any] = {"page": report.url, "uid": report.uid}
        if report.error is not None:
            log.info("page not read", **fields, error=report.error, message=report.message)
            return
        fields |= {"outcome": report.outcome, "characters": report.characters}
        if report.moved:
            fields |= {"was": report.before, "now": report.after}
        if report.changed:
            fields["changed"] = list(report.changed)
        log.info("page read", **fields)

    # --- signals and settings

    def _on_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop)
        loop.add_signal_handler(signal.SIGHUP, self._ask_reload)

    def _stop(self) -> None:
        if self._stopping:
            self._hurry.set()  # a second signal: what is in flight is not waited for
            return
        log.info("stopping")
        self._stopping = True
        self._manager.stopping()
        self._wake.set()

    def _ask_reload(self) -> None:
        self._reloading = True
        self._wake.set()

    def _read_settings(self) -> bool:
        """Read the settings when asked to; ones that do not hold are refused and the old ones stay."""
        if not self._reloading:
            return False
        self._reloading = False
        self._manager.reloading()
        try:
            self._next = self._reload()
        except ConfigError as error:
            faults = "; ".join(map(str, error.every))
            log.error("the settings were not reloaded; the old ones stay in force", error=faults)  # noqa: TRY400  expected
            self._manager.ready("the new settings do not hold; the old ones stay in force")
            return False
        return True

    async def _apply_reload(self) -> None:
        """Let the settings rule that were read last."""
        loaded, self._next = self._next, None
        if loaded is None or self._stopping:
            return
        if loaded.settings.database.path != self._workspace.loaded.settings.database.path:
            log.warning("another database is taken up only by a daemon that is started anew")
        try:
            await self._in_thread(self._workspace.take, loaded)
        except StoreError as error:  # the seeds are read again when the database can be used
            log.error("the database cannot be used just now", error=str(error))  # noqa: TRY400  expected; no traceback
        log.info("settings reloaded", feeds=len(loaded.settings.feeds))

    async def _in_thread(self, work: Callable[..., _Result], *args: Any) -> _Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *args)


def _log_error(event: JobExecutionEvent) -> None:
    log.critical("tick failed", exc_info=event.exception)
