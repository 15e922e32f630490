"""Reading pages to an end: those of named articles, or what is due after a round of polling."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from monitor.clock import utc_now
from monitor.pipeline.workspace import Workspace
from monitor.read.robots import Turns
from monitor.schedule.desk import Desk, PageReport
from monitor.schedule.reader import Reader
from monitor.schedule.rounds import host_queue

ROUND_S = 60.0
"""Seconds after which a round of polling begins to read no further page; what is left waits for the next."""


async def read_due(
    workspace: Workspace, thread: ThreadPoolExecutor, turns: Turns, report: Callable[[PageReport], None]
) -> None:
    """Read the pages that are due, for a minute or so, where the settings want pages read."""
    settings = workspace.loaded.settings
    if settings.read.enabled:
        desk = Desk(workspace.store, workspace.judge, settings.read, utc_now)
        await Reader(settings, desk, thread, turns, clock=utc_now, report=report).read_due(ROUND_S)


def read_articles(
    workspace: Workspace, article_ids: Sequence[int], report: Callable[[PageReport], None]
) -> list[tuple[int, str]]:
    """Read the pages of these articles now; returns those that have none that can be read, with why.

    Raises:
        StoreError: what came could not be stored.
    """
    settings = workspace.loaded.settings
    desk = Desk(workspace.store, workspace.judge, settings.read, utc_now)
    with ThreadPoolExecutor(1, thread_name_prefix="store") as thread:
        wanted, refused = thread.submit(desk.these, article_ids).result()

        async def main() -> None:
            turns: Turns = host_queue(settings.poll)
            await Reader(settings, desk, thread, turns, clock=utc_now, report=report).read_these(wanted)

        try:
            asyncio.run(main())
        except asyncio.CancelledError:
            # asyncio's own word for Ctrl-C, when it comes while tasks are waited for.
            raise KeyboardInterrupt from None
    return refused
