"""Members of containers where they were found, read many at a time, and what becomes of each as a step.

    files ─► Held ─► batch ─► read in processes ─► Step for each, in order

The same for this machine (`files`) and for many (`cluster`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from monitor.backfill.containers import files_below, members
from monitor.backfill.members import Flaw, Member, Position
from monitor.backfill.reading import BATCH, BATCH_BYTES, Asked, Reading, ReadingPool
from monitor.backfill.types import Bounds, Capture, Cursor, Entries, Failed, Origin, Step
from monitor.backfill.worth import Wanted
from monitor.parse.damage import CUT
from monitor.read.robots import origin_of
from monitor.types import Parsed, ParseFailure

Asking = Callable[[Callable[[], list[bool]]], Awaitable[list[bool]]]
"""Runs what judges where it may run: matchers are used by one thread at a time."""


@dataclass(frozen=True, slots=True)
class Held:
    """A member where it was found; None: the end of the container `name`."""

    path: Path
    cursor: Cursor
    member: Member | Flaw | None
    unit: str | None = None
    number: int = 0
    name: str = ""
    part: float | None = None
    """How much of the container lies before the place to go on, where that is a place in bytes."""

    @property
    def label(self) -> str:
        """How a person finds it: file and member."""
        inside = self.member.inside if self.member is not None else ""
        return f"{self.path}: {inside}" if inside else str(self.path)


def within(bounds: Bounds) -> str:
    """What bounds add to the name of what was covered: within others, it may bring more."""
    return f" {bounds.since or ''}..{bounds.until or ''}" if bounds.since or bounds.until else ""


def unit_of(name: str, bounds: str) -> str:
    """What is covered when a container was read to its end."""
    return f"archive:{name}{bounds}"


def walk(
    paths: Sequence[Path], cursor: Cursor, is_covered: Callable[[str], bool], bounds: str, more: str = ""
) -> Iterator[Held]:
    """All members of all files, but for those that lie before the cursor, and of archives that were read before."""
    for number, path in enumerate(files_below(paths), 1):
        names: list[str] = []

        def begin(name: str, names: list[str] = names) -> Position | None:
            names.append(name)
            if is_covered(unit_of(name, bounds + more)):
                return None
            return Position.read(cursor["at"]) if cursor.get("in") == name else Position()

        holds = damaged = False
        for member in members(path, begin):
            holds = holds or isinstance(member, Member)
            damaged = damaged or isinstance(member, Flaw)
            name = names[0] if names else ""
            place = {"in": name, "at": str(member.then)} if names else {}
            unit = _unit(member) + more if isinstance(member, Member) and member.kind == "document" else None
            yield Held(path, place, member, unit, number, name, _part(member, path) if names else None)
        if names and (holds or not damaged):  # what cannot be read at all is named whenever it is met
            yield Held(path, {}, None, unit_of(names[0], bounds + more), number)


def _part(member: Member | Flaw, path: Path) -> float:
    """How much of a web archive is read, which goes on at a byte of the file; of what goes on at a member or a line, nothing."""
    if not isinstance(member, Member) or member.kind not in {"feed", "page"}:
        return 0.0
    try:
        return min(1.0, member.then.at / max(1, path.stat().st_size))
    except OSError:
        return 0.0


def _unit(member: Member) -> str:
    return f"file:{hashlib.blake2b(member.body, digest_size=16).hexdigest()}"


def batch_of(held: Iterator[Held]) -> list[Held]:
    """As many of the next members as are read together; none at the end."""
    found: list[Held] = []
    size = 0
    for one in held:
        found.append(one)
        size += len(one.member.body) if isinstance(one.member, Member) else 0
        if len(found) >= BATCH or size >= BATCH_BYTES:
            break
    return found


async def read(
    pool: ReadingPool,
    batch: Sequence[Held],
    covered: Collection[str],
    wanted: Wanted,
    asking: Asking,
    *,
    only_related: bool = False,
) -> dict[int, Reading]:
    """What the members of a batch say, by their place in it; those that were covered are not read.

    The text of a page is looked for where what it shows at first sight may be related, as pages of feeds are asked for.
    """
    places = [n for n, one in enumerate(batch) if isinstance(one.member, Member) and one.unit not in covered]
    if not places:
        return {}
    readings = dict(zip(places, await pool.read([_asked(batch[n]) for n in places]), strict=True))
    pages = [n for n in places if cast(Member, batch[n].member).kind == "page"]
    if pages:
        chosen = await asking(lambda: [_is_wanted(readings[n], wanted) for n in pages])
        related = [n for n, is_related in zip(pages, chosen, strict=True) if is_related]
        texts = await pool.read([("text", *_asked(batch[n])[1:]) for n in related]) if related else []
        readings |= dict(zip(related, texts, strict=True))
    if only_related:
        kept: dict[int, Reading] = {}

        def choose() -> list[bool]:
            kept.update({n: _only(reading, wanted) for n, reading in readings.items()})
            return []

        await asking(choose)
        readings = kept
    return readings


def _is_wanted(reading: Reading, wanted: Wanted) -> bool:
    result = reading.result
    return isinstance(result, Parsed) and any(wanted(entry, reading.shown) for entry in result.entries)


def _only(reading: Reading, wanted: Wanted) -> Reading:
    """The same without what is not related."""
    result = reading.result
    if not isinstance(result, Parsed):
        return reading
    kept = tuple(entry for entry in result.entries if wanted(entry, ""))
    return replace(reading, result=replace(result, entries=kept), left=len(result.entries) - len(kept))


def _asked(one: Held) -> Asked:
    member = cast(Member, one.member)
    return member.kind, member.content_type, member.url, member.body  # a file's own address resolves no link


def step_of(one: Held, reading: Reading | None, total: int) -> Step:
    """What becomes of a member."""
    step = Step(one.cursor, label=one.label, unit=one.unit, done=one.number, total=total, part=one.part)
    if isinstance(one.member, Flaw):
        return replace(step, brings=Failed(one.label, one.member.message))
    if one.member is None:
        return replace(step, brings=end_of(one.unit or ""))
    if reading is None:
        return step
    if isinstance(reading.result, ParseFailure):
        return replace(step, brings=Failed(one.label, reading.result.message))
    if not reading.result.entries and (reading.left or one.member.kind == "page"):
        return replace(step, passed=reading.left or 1)
    cut = cut_off(reading.result)
    return replace(step, passed=reading.left, cut=cut, brings=_entries(one, one.member, reading.result))


def cut_off(parsed: Parsed) -> str:
    """What is wrong with a document of which a part is missing; empty where nothing is, and where all was read leniently."""
    return parsed.degraded if parsed.degraded is not None and CUT in parsed.degraded else ""


def end_of(unit: str) -> Entries:
    """Nothing, with which a container has come to its end and is covered."""
    return Entries((), Origin(unit))


def _entries(one: Held, member: Member, parsed: Parsed) -> Entries:
    """What a member says, as entries of the feed, the site or the file that it is from."""
    capture = Capture(member.captured_at, f"{one.path.name}#{one.cursor['at']}") if member.captured_at else None
    if member.kind == "feed":
        origin = Origin(f"wayback:{member.url}", title=parsed.title, link=parsed.link, feed_url=member.url)
    elif member.kind == "page":
        site = f"{origin_of(member.url)}/"
        origin = Origin(site, link=site)
    elif member.kind == "record":
        origin = Origin(f"records:{one.path.name}", name=one.path.name)
    else:
        name = member.inside.rpartition("/")[2] or one.path.name
        origin = Origin((one.unit or "").partition(" ")[0], name=name, title=parsed.title, link=parsed.link)
    return Entries(parsed.entries, origin, capture)
