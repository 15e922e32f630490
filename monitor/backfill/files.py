"""`files`: saved feeds, folders of them, archives, web archives and JSON Lines, read in place and only once.

    paths ─► files ─► members, many together ─► processes, ahead ─► a step for each, in order

A document is remembered by its content and an archive by its ends and its length, so that the same command again goes on where
it was, also when files were moved. Within an archive the cursor says where.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from monitor.backfill.containers import files_below, members
from monitor.backfill.members import Flaw, Member, Position
from monitor.backfill.reading import BATCH, BATCH_BYTES, Asked, Reading, ReadingPool
from monitor.backfill.types import Capture, Cursor, Entries, Failed, Origin, Step, World
from monitor.pipeline.workspace import Workspace
from monitor.relate.types import Document as Article
from monitor.types import Entry, Parsed, ParseFailure
from seeds import address

READERS = 2
_BATCHES_AHEAD = 4
Wanted = Callable[[Entry, str], bool]
"""Whether the text of a page is worth looking for, from what its head says and the stems of what it shows."""


@dataclass(frozen=True, slots=True)
class _Held:
    """A member where it was found; None: the end of the container `name`."""

    path: Path
    cursor: Cursor
    member: Member | Flaw | None
    unit: str | None = None
    number: int = 0
    name: str = ""

    @property
    def label(self) -> str:
        inside = self.member.inside if self.member is not None else ""
        return f"{self.path}: {inside}" if inside else str(self.path)


def worth_reading(workspace: Workspace) -> Wanted:
    """The text of a page is looked for where what it shows at first sight may be related: as pages of feeds are asked for."""

    def wanted(entry: Entry, shown: str) -> bool:
        rows = workspace.judge.judge(Article(entry.title, entry.excerpt, "", "excerpt", shown))
        return workspace.judge.best(rows)[1] != "no"

    return wanted


class Files:
    """What some paths hold."""

    kind = "files"

    def __init__(self, paths: Sequence[Path], wanted: Wanted = lambda _entry, _shown: True) -> None:
        self._paths = tuple(paths)
        self._wanted = wanted
        self.what = " ".join(str(path.absolute()) for path in paths)

    def tells(self) -> Sequence[str]:
        """Nobody learns anything."""
        return ()

    async def steps(self, world: World, cursor: Cursor | None) -> AsyncGenerator[Step, None]:
        """A step for each member, in a fixed order."""
        total = await asyncio.to_thread(lambda: sum(1 for _ in files_below(self._paths)))
        loop = asyncio.get_running_loop()

        def is_covered(unit: str) -> bool:
            return bool(asyncio.run_coroutine_threadsafe(world.covered([unit]), loop).result())

        held = _walk(self._paths, cursor or {}, is_covered, _bounds(world))
        ahead: deque[asyncio.Task[list[Step]]] = deque()
        async with ReadingPool(READERS) as pool:
            try:
                while batch := await asyncio.to_thread(_batch, held):
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

    async def _read(self, pool: ReadingPool, world: World, batch: list[_Held], total: int) -> list[Step]:
        units = [one.unit for one in batch if one.unit is not None]
        covered = await world.covered(units) if units else set()
        wanted = [one for one in batch if isinstance(one.member, Member) and one.unit not in covered]
        readings = (
            dict(zip(map(id, wanted), await pool.read([_asked(one) for one in wanted]), strict=True)) if wanted else {}
        )
        pages = [one for one in wanted if cast(Member, one.member).kind == "page"]
        related = (
            await world.query(lambda _: [one for one in pages if self._is_wanted(readings[id(one)])]) if pages else []
        )
        if related:
            texts = await pool.read([("text", *_asked(one)[1:]) for one in related])
            readings |= dict(zip(map(id, related), texts, strict=True))
        return [_step(one, readings.get(id(one)), total) for one in batch]

    def _is_wanted(self, reading: Reading) -> bool:
        result = reading.result
        return isinstance(result, Parsed) and any(self._wanted(entry, reading.shown) for entry in result.entries)


def _bounds(world: World) -> str:
    bounds = world.bounds
    return f" {bounds.since or ''}..{bounds.until or ''}" if bounds.since or bounds.until else ""


def _walk(paths: Sequence[Path], cursor: Cursor, is_covered: Callable[[str], bool], bounds: str) -> Iterator[_Held]:
    """All members of all files, but for those that lie before the cursor, and of archives that were read before."""
    for number, path in enumerate(files_below(paths), 1):
        names: list[str] = []

        def begin(name: str, names: list[str] = names) -> Position | None:
            names.append(name)
            if is_covered(f"archive:{name}{bounds}"):
                return None
            return Position.read(cursor["at"]) if cursor.get("in") == name else Position()

        for member in members(path, begin):
            name = names[0] if names else ""
            place = {"in": name, "at": str(member.then)} if names else {}
            unit = _unit(member) if isinstance(member, Member) and member.kind == "document" else None
            yield _Held(path, place, member, unit, number, name)
        if names:
            yield _Held(path, {}, None, f"archive:{names[0]}{bounds}", number)


def _unit(member: Member) -> str:
    return f"file:{hashlib.blake2b(member.body, digest_size=16).hexdigest()}"


def _batch(held: Iterator[_Held]) -> list[_Held]:
    """As many of the next members as are read together; none at the end."""
    found: list[_Held] = []
    size = 0
    for one in held:
        found.append(one)
        size += len(one.member.body) if isinstance(one.member, Member) else 0
        if len(found) >= BATCH or size >= BATCH_BYTES:
            break
    return found


def _asked(one: _Held) -> Asked:
    member = cast(Member, one.member)
    return member.kind, member.content_type, member.url or one.path.absolute().as_uri(), member.body


def _step(one: _Held, reading: Reading | None, total: int) -> Step:
    step = Step(one.cursor, label=one.label, unit=one.unit, done=one.number, total=total)
    if isinstance(one.member, Flaw):
        return replace(step, brings=Failed(one.label, one.member.message))
    if reading is None or one.member is None:
        return step
    if isinstance(reading.result, ParseFailure):
        return replace(step, brings=Failed(one.label, reading.result.message))
    if one.member.kind == "page" and not reading.result.entries:
        return replace(step, passed=1)
    return replace(step, brings=_entries(one, one.member, reading.result))


def _entries(one: _Held, member: Member, parsed: Parsed) -> Entries:
    """What a member says, as entries of the feed, the site or the file that it is from."""
    capture = Capture(member.captured_at, f"{one.path.name}#{one.cursor['at']}") if member.captured_at else None
    if member.kind == "feed":
        origin = Origin(member.url, title=parsed.title, link=parsed.link, feed_url=member.url)
    elif member.kind == "page":
        found = address.parse(member.url)
        site = f"https://{found.outlet}/" if found is not None and found.outlet else member.url
        origin = Origin(site)
    elif member.kind == "record":
        origin = Origin(f"records:{one.path.name}", name=one.path.name)
    else:
        name = member.inside.rpartition("/")[2] or one.path.name
        origin = Origin(one.unit or "", name=name, title=parsed.title, link=parsed.link)
    return Entries(parsed.entries, origin, capture)
