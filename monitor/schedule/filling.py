"""Who fills windows in which entries may have been missed, as the daemon knows it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from monitor.pipeline.workspace import Workspace
from monitor.read.robots import Turns


class Filler(Protocol):
    """Fills what there is to fill, where the settings want it."""

    async def fill(self, workspace: Workspace, thread: ThreadPoolExecutor, turns: Turns) -> None:
        """Do so once; `thread` owns the store, `turns` are those of hosts. Raises StoreError."""
