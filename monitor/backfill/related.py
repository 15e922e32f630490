"""`related`: the one-word start. What seeds are and list, and what their outlets published around the date of each.

    seeds ─► their pages, and those of the articles that they list
          └► outlets × windows around their dates ─► sitemap; of feeds that are known: own archive, archived copies

Each part is one of the other kinds, held to its window. A part that cannot go on is named, and the next one begun.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from config.model import Feed
from monitor.backfill.archive import Archive
from monitor.backfill.sitemaps import Sitemaps
from monitor.backfill.types import Bounds, Cursor, Failed, Origin, PageWanted, Source, Stalled, Step, World
from monitor.backfill.wayback import Wayback
from monitor.backfill.within import Within
from monitor.normalise.feed_links import home_of
from monitor.pipeline.said import entry_of
from monitor.read.robots import origin_of
from seeds import address
from seeds.record import Record

_FEW = 5


@dataclass(frozen=True, slots=True)
class Outlet:
    """An outlet of seeds: its domain, where its site begins, and the windows around their dates, the latest first."""

    domain: str
    home: str
    windows: tuple[Bounds, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One of the other kinds, and the window it is held to."""

    source: Source
    bounds: Bounds

    @property
    def label(self) -> str:
        """What it does, for whoever watches."""
        return f"{self.source.kind} {self.source.what}, {(self.bounds.since or '')[:10]} to {(self.bounds.until or '')[:10]}"


class Related:
    """What lies around the seeds."""

    kind = "related"

    def __init__(
        self,
        seeds: Sequence[Record],
        feeds: Mapping[str, Feed],
        outlet_of: Mapping[str, str | None],
        base: Path,
        archive: str,
        days: int,
    ) -> None:
        """`feeds`: address as stored → as the settings have it; `outlet_of`: the same → its outlet, where that is known."""
        self._pages = pages_of(seeds)
        self._outlets = outlets_of(seeds, days)
        self._archive = archive
        self._parts = list(_parts(self._outlets, feeds, outlet_of, base, archive))
        self.what = f"{days} days"

    def tells(self) -> Sequence[str]:
        """The outlets learn what is read of them, and the web archive whose feeds are looked for."""
        if not self._pages and not self._outlets:
            return ()
        domains = [outlet.domain for outlet in self._outlets]
        more = f" and {len(domains) - _FEW} more" if len(domains) > _FEW else ""
        learn, their = ("learns", "its") if len(domains) == 1 else ("learn", "their")
        told = [
            (
                f"{', '.join(domains[:_FEW])}{more} {learn} your IP address, and which of {their} sitemaps, archives and pages"
                " you read: those around the dates of your seeds that could be related."
            )
        ]
        asked = sorted({part.source.url for part in self._parts if isinstance(part.source, Wayback)})
        if asked:
            told.append(f"{home_of(self._archive)} learns that you read the past of {', '.join(asked[:_FEW])}.")
        return told

    async def steps(self, world: World, cursor: Cursor | None) -> AsyncGenerator[Step, None]:
        """Pages first, then the parts, one after the other."""
        pages = int((cursor or {}).get("pages", 0))
        total = len(self._pages) + len(self._parts)
        for number, record in enumerate(self._pages[pages:], pages + 1):
            entry = entry_of(record)
            site = f"{origin_of(entry.link or '')}/"
            brings = PageWanted(entry, Origin(site, link=site))
            yield Step({"pages": number}, brings, entry.link or "", done=number, total=total)
        first = int((cursor or {}).get("part", 0))
        for number, part in enumerate(self._parts[first:], first):
            within = (cursor or {}).get("within") if number == first else None
            async with aclosing(self._part(world, part, number, within, total)) as steps:
                async for step in steps:
                    yield step

    async def _part(
        self, world: World, part: Part, number: int, within: Cursor | None, total: int
    ) -> AsyncGenerator[Step, None]:
        """The steps of a part, and one behind its end."""
        place = {"pages": len(self._pages), "part": number}
        done = len(self._pages) + number
        end = Step({**place, "part": number + 1}, None, part.label, done=done + 1, total=total)
        bounds = _both(part.bounds, world.bounds)
        if bounds is not None:
            try:
                async with aclosing(part.source.steps(_Part(world, bounds, part.source.what), within)) as steps:
                    async for step in steps:
                        cursor = {**place, "within": dict(step.cursor)}
                        yield replace(step, cursor=cursor, bounds=bounds, done=done, total=total)
            except Stalled as stalled:
                end = replace(end, brings=Failed(part.label, str(stalled)))
        yield end


@dataclass(slots=True)
class _Part(Within):
    """The world of one part: its bounds, and whose word it is."""

    what: str

    def say(self, text: str) -> None:
        self.world.say(f"{self.what}: {text}")


def pages_of(seeds: Sequence[Record]) -> list[Record]:
    """The seeds and the articles that they list, each address once."""
    found: dict[str, Record] = {}
    for record in [one for seed in seeds for one in (seed, *seed.related)]:
        key = address.key_of(url) if (url := record.web_url or record.original_url) else None
        if key is not None:
            found.setdefault(key, record)
    return list(found.values())


def outlets_of(seeds: Sequence[Record], days: int) -> list[Outlet]:
    """The outlets of the seeds, by domain, with the windows around the dates of their seeds; such as touch are one."""
    dated: dict[str, tuple[str, list[date]]] = {}
    for seed in seeds:
        url = seed.web_url or seed.original_url or ""
        parsed = address.parse(url)
        day = _day(seed.published_date_time)
        if parsed is None or not parsed.outlet or parsed.opaque or day is None:
            continue
        home = home_of(url) or f"https://{parsed.outlet}/"
        dated.setdefault(parsed.outlet, (home, []))[1].append(day)
    return [Outlet(domain, home, tuple(_windows(when, days))) for domain, (home, when) in sorted(dated.items())]


def _windows(when: Sequence[date], days: int) -> list[Bounds]:
    found: list[tuple[date, date]] = []
    for day in sorted(when):
        begin, end = day - timedelta(days=days), day + timedelta(days=days + 1)
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], end)
        else:
            found.append((begin, end))
    return [Bounds(f"{begin}T00:00:00Z", f"{end}T00:00:00Z") for begin, end in reversed(found)]


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat((written or "")[:10])
    except ValueError:
        return None


def _parts(
    outlets: Sequence[Outlet],
    feeds: Mapping[str, Feed],
    outlet_of: Mapping[str, str | None],
    base: Path,
    archive: str,
) -> list[Part]:
    """What is asked of each outlet: its sitemap, and of each of its feeds the own archive and the archived copies."""
    found = []
    for outlet in outlets:
        own = [feed for url, feed in feeds.items() if outlet.domain in {outlet_of.get(url), _domain(url)}]
        for bounds in outlet.windows:
            found.append(Part(Sitemaps(outlet.home), bounds))
            for feed in own:
                found.append(Part(Archive(feed, base), bounds))
                found.append(Part(Wayback(feed.public_url, archive), bounds))
    return found


def _domain(url: str) -> str | None:
    parsed = address.parse(url)
    return parsed.outlet if parsed is not None else None


def _both(one: Bounds, other: Bounds) -> Bounds | None:
    """What lies within both; None when nothing does."""
    since = max(filter(None, (one.since, other.since)), default=None)
    until = min(filter(None, (one.until, other.until)), default=None)
    return Bounds(since, until) if since is None or until is None or since < until else None
