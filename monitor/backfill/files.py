"""`files`: saved feeds, folders of them, archives, web archives and JSON Lines, read in place and only once.

    paths ─► files ─► members, many together ─► processes, ahead ─► a step for each, in order

A document is remembered by its content and an archive by its ends and its length, so that the same command again goes on where
it was, also when files were moved. Within an archive the cursor says where.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import AsyncGenerator, Callable, Sequence
from pathlib import Path

from monitor.backfill.containers import files_below
from monitor.backfill.held import Held, batch_of, read, step_of, walk, within
from monitor.backfill.reading import ReadingPool
from monitor.backfill.types import Cursor, Step, World
from monitor.backfill.worth import Wanted

_BATCHES_AHEAD = 4
_MOST_READERS = 4


def readers() -> int:
    """Processes that read: as many as there are processors, within reason; one thread stores what they all bring."""
    return max(1, min(_MOST_READERS, len(os.sched_getaffinity(0))))


class Files:
    """What some paths hold."""

    kind = "files"

    def __init__(self, paths: Sequence[Path], wanted: Wanted, *, only_related: bool = False) -> None:
        """`wanted`: what may be related; with `only_related` nothing else is kept."""
        self._paths = tuple(paths)
        self._wanted = wanted
        self._only_related = only_related
        self.what = " ".join([*(str(path.absolute()) for path in paths), *(["--only-related"] if only_related else [])])

    def limited_to(self, paths: Sequence[Path]) -> Files:
        """The same for some of the files alone."""
        return Files(paths, self._wanted, only_related=self._only_related)

    def tells(self) -> Sequence[str]:
        """Nobody learns anything."""
        return ()

    async def steps(self, world: World, cursor: Cursor | None) -> AsyncGenerator[Step, None]:
        """A step for each member, in a fixed order."""
        total = await asyncio.to_thread(lambda: sum(1 for _ in files_below(self._paths)))
        if not total:
            world.say("There is no file to be read; hidden ones and links are passed over.")
        loop = asyncio.get_running_loop()

        def is_covered(unit: str) -> bool:
            return bool(asyncio.run_coroutine_threadsafe(world.covered([unit]), loop).result())

        more = " related" if self._only_related else ""
        held = walk(self._paths, cursor or {}, is_covered, within(world.bounds), more)
        ahead: deque[asyncio.Task[list[Step]]] = deque()
        async with ReadingPool(readers()) as pool:
            try:
                while batch := await asyncio.to_thread(batch_of, held):
                    ahead.append(asyncio.create_task(self._read(pool, world, batch, total)))
                    while len(ahead) >= _BATCHES_AHEAD:
                        for step in await ahead.popleft():
                            yield step
                while ahead:
                    for step in await ahead.popleft():
                        yield step
            finally:
                for task in ahead:
                    task.cancel()
                await asyncio.gather(*ahead, return_exceptions=True)

    async def _read(self, pool: ReadingPool, world: World, batch: list[Held], total: int) -> list[Step]:
        units = [one.unit for one in batch if one.unit is not None]
        covered = await world.covered(units) if units else set()

        async def asking(work: Callable[[], list[bool]]) -> list[bool]:
            return await world.query(lambda _: work())

        readings = await read(pool, batch, covered, self._wanted, asking, only_related=self._only_related)
        return [step_of(one, readings.get(place), total) for place, one in enumerate(batch)]
