"""When the daemon has people told of news: once the feeds asked just now are stored, and as seldom as the settings say."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Protocol

import structlog

from config.load import Loaded
from db.errors import StoreError
from db.store import Store
from monitor.pipeline.workspace import Workspace

log = structlog.get_logger()

ROUND_S = 30.0
"""How long a notice waits for feeds that are still being asked."""


class Told(Protocol):
    """What came of telling."""

    delivered: list[str]
    failed: list[tuple[str, str]]


class Herald(Protocol):
    """Who tells people of news."""

    def gap(self, loaded: Loaded) -> timedelta | None:
        """How long news is gathered between two notices; None when none are sent."""

    async def tell(self, store: Store, loaded: Loaded, in_store: Callable[..., Awaitable[Any]]) -> Told:
        """Send what is due, each text once; raises StoreError."""


class Telling:
    """The notices of one daemon."""

    def __init__(self, herald: Herald | None, workspace: Workspace, in_store: Callable[..., Awaitable[Any]]) -> None:
        self._herald = herald
        self._workspace = workspace
        self._in_store = in_store
        self._task: asyncio.Task[None] | None = None
        self._news_since: float | None = None
        self._told_at = float("-inf")
        self._looked_at = float("-inf")

    def is_news(self) -> None:
        """Note that something likely related was found."""
        if self._news_since is None:
            self._news_since = asyncio.get_running_loop().time()

    def tick(self, moment: float, *, asking: bool) -> None:
        """Begin to tell what is due at a moment of the loop's clock; `asking`: feeds are being asked just now."""
        gap = self._herald.gap(self._workspace.loaded) if self._herald is not None else None
        if gap is None or (self._task is not None and not self._task.done()):
            return
        if self._due(moment, gap.total_seconds(), asking=asking):
            self._looked_at, self._news_since = moment, None
            self._task = asyncio.create_task(self._tell(self._herald, moment))

    def _due(self, moment: float, gap: float, *, asking: bool) -> bool:
        # Now and then in any case: what other programs found, and what did not get through.
        if moment - self._looked_at >= gap:
            return True
        if self._news_since is None or moment - self._told_at < gap:
            return False
        return not asking or moment - self._news_since >= ROUND_S

    async def _tell(self, herald: Herald | None, moment: float) -> None:
        try:
            told = await herald.tell(self._workspace.store, self._workspace.loaded, self._in_store) if herald else None
        except StoreError as error:  # as with a tick: it passes
            log.error("the database cannot be used just now", error=str(error))  # noqa: TRY400  expected; no traceback
        except Exception:
            log.critical("notices were not sent", exc_info=True)
        else:
            if told is not None and (told.delivered or told.failed):
                self._told_at = moment

    async def stop(self, patience: float) -> None:
        """Let a notice on its way arrive, for so many seconds; one that did not is sent by the next daemon."""
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=patience)
            self._task.cancel()
            await asyncio.wait({self._task})
            self._task = None
