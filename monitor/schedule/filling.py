"""When a daemon has windows filled in which entries may have been missed: beside polling, now and then."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import structlog

from db.errors import StoreError
from monitor.pipeline.workspace import Workspace
from monitor.read.robots import Turns

log = structlog.get_logger()

FIRST_S = 10.0
"""Before the first look: the first round of polling goes first."""
LOOK_S = 60.0
"""Between two looks for windows to fill."""


class Filler(Protocol):
    """Fills what there is to fill, where the settings want it."""

    async def fill(self, workspace: Workspace, thread: ThreadPoolExecutor, turns: Turns) -> None:
        """Do so once; `thread` owns the store, `turns` are those of hosts. Raises StoreError."""


async def fill_now_and_then(
    filler: Filler | None, workspace: Workspace, thread: ThreadPoolExecutor, turns: Turns, may_ask: Callable[[], bool]
) -> None:
    """Look for windows to fill until this is cancelled; what goes wrong here leaves polling alone."""
    wait = FIRST_S
    while filler is not None:
        await asyncio.sleep(wait)
        wait = LOOK_S
        if not may_ask():
            continue
        try:
            await filler.fill(workspace, thread, turns)
        except StoreError as error:
            log.error("gaps wait for the database", error=str(error))  # noqa: TRY400  expected; no traceback
        except Exception:
            log.critical("gaps are not filled any more", exc_info=True)
            return
