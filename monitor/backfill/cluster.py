"""`files --engine dask`: web archives read by the machines of a Dask cluster, stored by the one writer here.

    WARC files ─► pieces ─► tasks on the cluster: each reads a piece as `files` does ─► steps ─► merged as they come

A piece is some thousand members behind a position, and says where the next one begins: so a file of any size is read in bounded
memory, a cursor stands in each file, and files go on side by side. What is no web archive is read here. Which article is
which does not depend on the order in which pieces come.
"""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import os
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from monitor.backfill.containers import files_below, members, name_of_archive
from monitor.backfill.files import Files
from monitor.backfill.held import Held, batch_of, end_of, read, step_of, unit_of, within
from monitor.backfill.members import Position
from monitor.backfill.reading import ReadingPool
from monitor.backfill.types import Cursor, Entries, Stalled, Step, World
from monitor.backfill.worth import Matter, wanted_by

PIECE = 2_000
"""Members in a piece,"""
PIECE_BYTES = 32_000_000
"""unless what they say comes to more bytes."""
_AHEAD = 2
"""Tasks for each processor of the cluster."""
_AT_ONCE = 512
"""Files that are begun at most before others are done."""


def is_there() -> bool:
    """Whether Dask is installed."""
    return importlib.util.find_spec("distributed") is not None


@dataclass(frozen=True, slots=True)
class Piece:
    """What was read of a file: a step for each member, and where the next piece begins; None: nowhere."""

    steps: tuple[Step, ...]
    then: str | None


@dataclass(frozen=True, slots=True)
class _File:
    """A web archive on its way: its number among all files, its path, its name by content, and where to go on."""

    number: int
    path: Path
    name: str
    at: str


class ClusterFiles:
    """What some paths hold, read by a cluster."""

    kind = "files"

    def __init__(
        self, paths: Sequence[Path], here: Files, matter: Matter, scheduler: str | None, *, only_related: bool
    ) -> None:
        """`here` reads what is no web archive; without `scheduler` a cluster of this machine's processors is started."""
        self._paths = tuple(paths)
        self._here = here
        self._matter = matter
        self._scheduler = scheduler
        self._only_related = only_related
        self.what = f"{here.what} --engine dask"

    def tells(self) -> Sequence[str]:
        """The cluster learns what is looked for."""
        return (f"The machines of the cluster {self._scheduler} read the files.",) if self._scheduler else ()

    async def steps(self, world: World, cursor: Cursor | None) -> AsyncGenerator[Step, None]:
        """Steps as they come; the cursor says of each file where it is."""
        found = await asyncio.to_thread(lambda: list(files_below(self._paths)))
        named = await asyncio.to_thread(lambda: [(path, name_of_archive(path)) for path in found])
        places = dict((cursor or {}).get("files", {}))
        more = f"{within(world.bounds)}{' related' if self._only_related else ''}"
        covered = await world.covered([unit_of(name, more) for _, name in named if name is not None])
        waiting: deque[_File] = deque()
        for number, (path, name) in enumerate(named, 1):
            if name is not None and (unit := unit_of(name, more)) in covered:
                yield Step({"files": places}, None, str(path), unit, number, len(found))
            elif name is not None:
                waiting.append(_File(number, path.absolute(), name, places.get(name, "0")))
        if waiting:
            async for step in self._mapped(waiting, places, more, len(found)):
                yield step
        others = self._here.limited_to([path for path, name in named if name is None])
        async for step in others.steps(world, cursor):
            yield replace(step, cursor={**step.cursor, "files": places})

    async def _mapped(
        self, waiting: deque[_File], places: dict[str, str], more: str, total: int
    ) -> AsyncGenerator[Step, None]:
        """Pieces of all files, each as it comes; behind the last of a file, that the file is covered."""
        async with _client(self._scheduler) as client:
            matter = await client.scatter(self._matter, broadcast=True, hash=False)
            at_once = min(_AT_ONCE, _AHEAD * max(1, sum((await client.nthreads()).values())))
            running: dict[asyncio.Task[Piece], _File] = {}

            def begin(file: _File) -> None:
                told = (str(file.path), file.at, file.number, total, matter, self._only_related)
                running[asyncio.create_task(_result(client.submit(read_piece, *told, pure=False)))] = file

            try:
                while waiting or running:
                    while waiting and len(running) < at_once:
                        begin(waiting.popleft())
                    done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                    for task in done:
                        file, piece = running.pop(task), task.result()
                        if piece.then is not None:
                            begin(replace(file, at=piece.then))  # before what is there is stored
                        for step in piece.steps:
                            places[file.name] = str(step.cursor["at"])
                            yield replace(step, cursor={"files": dict(places)})
                        if piece.then is None:
                            places.pop(file.name, None)
                            unit, label = unit_of(file.name, more), str(file.path)
                            yield Step({"files": dict(places)}, end_of(unit), label, unit, file.number, total)
            finally:
                for task in running:
                    task.cancel()
                await asyncio.gather(*running, return_exceptions=True)


async def _result(future: Any) -> Piece:
    piece: Piece = await future.result()
    return piece


@asynccontextmanager
async def _client(scheduler: str | None) -> AsyncIterator[Any]:
    """A client of the cluster at `scheduler`, or of one that is started for the time.

    Raises:
        Stalled: it cannot be reached.
    """
    dask: Any = importlib.import_module("distributed")
    logging.getLogger("distributed").setLevel(logging.ERROR)
    async with AsyncExitStack() as stack:
        try:
            cluster: Any = scheduler
            if scheduler is None:
                cores = len(os.sched_getaffinity(0))
                local = dask.LocalCluster(
                    n_workers=cores,
                    threads_per_worker=1,
                    dashboard_address=None,
                    scheduler_kwargs={"dashboard": False},  # nobody asked for a server of web pages
                    worker_dashboard_address=None,
                    silence_logs=logging.ERROR,
                    asynchronous=True,
                )
                cluster = await stack.enter_async_context(local)
            client = await stack.enter_async_context(dask.Client(cluster, asynchronous=True, timeout=20))
        except (OSError, TimeoutError) as error:
            raise Stalled(f"the Dask cluster at {scheduler} cannot be reached ({error})") from error
        yield client


def read_piece(path: str, at: str, number: int, total: int, matter: Matter, only_related: bool) -> Piece:
    """Read a piece of a web archive behind a position; this is what a machine of the cluster does."""
    return asyncio.run(_read_piece(Path(path), at, number, total, matter, only_related=only_related))


async def _read_piece(path: Path, at: str, number: int, total: int, matter: Matter, *, only_related: bool) -> Piece:
    async def asking(work: Callable[[], list[bool]]) -> list[bool]:
        return work()

    wanted = wanted_by(matter)
    held = _held(path, at, number)
    steps: list[Step] = []
    size = 0
    async with ReadingPool(1) as pool:
        while batch := batch_of(held):
            readings = await read(pool, batch, (), wanted, asking, only_related=only_related)
            steps += [step_of(one, readings.get(place), total) for place, one in enumerate(batch)]
            size += sum(_weight(step) for step in steps[-len(batch) :])
            if len(steps) >= PIECE or size >= PIECE_BYTES:
                return Piece(tuple(steps), str(steps[-1].cursor["at"]))
    return Piece(tuple(steps), None)


def _held(path: Path, at: str, number: int) -> Iterator[Held]:
    names: list[str] = []

    def begin(name: str) -> Position:
        names.append(name)
        return Position.read(at)

    for member in members(path, begin):
        yield Held(path, {"at": str(member.then)}, member, None, number, names[0] if names else "")


def _weight(step: Step) -> int:
    brings: Any = step.brings
    return (
        sum(len(e.title) + len(e.excerpt) + len(e.text) for e in brings.entries) if isinstance(brings, Entries) else 0
    )
