"""Filling gaps by itself, for a daemon: politely, beside polling, and each window again only after a week."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import structlog

from db import gaps
from db.errors import Busy
from db.lock import history_lock
from monitor.backfill.carrier import Wish, carry
from monitor.backfill.gaps import Gaps
from monitor.backfill.summary import Stored
from monitor.clock import Clock, stamp
from monitor.pipeline.workspace import Workspace
from monitor.read.robots import Turns

log = structlog.get_logger()

AGAIN = timedelta(days=7)
"""After which a window that could not be filled is tried again: archives take their time."""
_PATIENCE_S = 60.0


class Filler:
    """Fills what gaps there are, where the settings want it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def fill(self, workspace: Workspace, thread: ThreadPoolExecutor, turns: Turns) -> None:
        """Try all windows that are not filled and were not tried for a week; `thread` owns the store.

        Raises:
            StoreError: nothing could be written.
        """
        settings = workspace.loaded.settings
        before = stamp(self._clock() - AGAIN)
        if not settings.backfill.fill_gaps:
            return
        look = partial(gaps.unfilled, workspace.store.connection, tried_before=before)
        if not await asyncio.get_running_loop().run_in_executor(thread, look):
            return
        feeds = {feed.public_url: feed for feed in settings.feeds}
        source = Gaps(
            feeds, workspace.loaded.base, settings.backfill.archive, tried_before=before, kind="gaps by itself"
        )
        try:
            with history_lock(workspace.path):
                wish = Wish(patience=_PATIENCE_S)
                summary = await carry(workspace, source, wish, _Log(), clock=self._clock, thread=thread, turns=turns)
        except Busy:  # somebody asks for history just now; later then
            return
        for note in summary.notes:
            log.info("gap tried", what=note)
        log.info("gaps tried", seen=summary.seen, new=summary.new, failed=summary.failures)


class _Log:
    """A daemon says in the end what came of it."""

    def step(self, stored: Stored) -> None:
        """A step is stored."""

    def say(self, text: str) -> None:
        """Something worth a line happened."""
        log.info("history", what=text)
