"""`sitemap`: what a site lists, and the pages of what could be on the matter.

robots.txt ─► sitemaps, indices of them ─► addresses, as a stream ─► in bounds? could be related? ─► page, or its headline
"""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any, BinaryIO
from urllib.parse import urljoin, urlsplit

from monitor.backfill.addresses import Looked, in_time, look
from monitor.backfill.types import Bounds, Cursor, Entries, Failed, Origin, PageWanted, Stalled, Step, World
from monitor.normalise.hosts import host_of
from monitor.parse.listing import Listed, Unreadable, kind_of, listed
from monitor.read.robots import origin_of
from monitor.types import Entry, Fetched, ParseFailure, Request

ACCEPT = {"accept": "application/xml, text/xml, application/gzip;q=0.9, text/plain;q=0.5, */*;q=0.1"}
MOST_SITEMAPS = 100_000
DEEPEST = 4
"""Indices within indices; the protocol allows none."""
_BATCH = 1_000
"""Addresses that are looked at together, in a thread."""
_TOGETHER = 100
"""Headlines of news that are stored together."""
_IN_A_ROW = 3
"""Sitemaps that cannot be had, one after the other, after which it is the site that cannot."""
_MUTE = frozenset({"encoding"})
_USUAL = ("/sitemap.xml", "/sitemap_index.xml", "/news-sitemap.xml")
_SITEMAP_LINE = re.compile(r"^\s*sitemap\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_IS_SITEMAP = re.compile(r"\.(?:xml|txt)(?:\.gz)?$|\.gz$|sitemap", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _At:
    """Where in a site's sitemaps one is: the way through indices, how many addresses were looked at, and the last of them."""

    path: tuple[str, ...] = ()
    addresses: int = 0
    last: str = ""

    def to_cursor(self) -> dict[str, Any]:
        return {"path": list(self.path), "addresses": self.addresses, "last": self.last}

    @staticmethod
    def of_cursor(cursor: Cursor | None) -> _At:
        plain: Mapping[str, Any] = cursor or {}
        return _At(tuple(plain.get("path", ())), plain.get("addresses", 0), plain.get("last", ""))


@dataclass(slots=True)
class Sitemaps:
    """The sitemaps of one site, or one of them."""

    url: str
    every: bool = False
    """Whether pages are read whose address says nothing, too."""
    kind: str = "sitemap"
    _seen: set[str] = field(default_factory=set)
    _failing: int = 0
    _listed: int = 0
    _wanted: int = 0
    _mute: int = 0
    _elsewhere: int = 0
    dated: int = 0
    """Addresses that say when they are from, within bounds: that the sitemap reaches that far."""

    @property
    def what(self) -> str:
        """The address."""
        return f"{self.url} --all" if self.every else self.url

    def tells(self) -> Sequence[str]:
        """The site learns what is read of it."""
        host = urlsplit(self.url).hostname
        return (
            f"{host} learns your IP address, and which of its pages you read: those that could be related to your seeds.",
        )

    async def steps(self, world: World, cursor: Cursor | None) -> AsyncGenerator[Step, None]:
        """Pages and headlines, in the order in which the site lists them."""
        roots = await self._roots(world)
        if isinstance(roots, Failed):
            yield Step({}, roots)
            return
        async with aclosing(self._level(world, roots, (), _At.of_cursor(cursor))) as steps:
            async for step in steps:
                yield step
        self._say(world)

    def _say(self, world: World) -> None:
        reads = "would be" if world.rehearsal else "were"
        why = "are wanted" if self.every else "could be related by headline or address"
        world.say(
            f"{self._listed:,} addresses listed; {self._wanted:,} {why}, and {reads} asked for unless they were read before."
        )
        if self._elsewhere:
            how_many = "1 address is" if self._elsewhere == 1 else f"{self._elsewhere:,} addresses are"
            world.say(f"{how_many} at other sites, for which this one cannot speak; left out.")
        if self._mute:
            world.say(
                f"{self._mute:,} addresses say nothing of what stands there; with --all their pages are read as well."
            )

    # --- which sitemaps there are

    async def _roots(self, world: World) -> list[Listed] | Failed:
        """The address itself, or the sitemaps that the site's robots.txt names, or those in the usual places."""
        if _IS_SITEMAP.search(urlsplit(self.url).path):
            return [Listed(self.url, is_sitemap=True)]
        origin = origin_of(self.url)
        if origin is None:
            return Failed(self.url, "is no address of a site")
        fetched = await world.ask(Request(f"{origin}/robots.txt", headers={"accept": "text/plain, */*;q=0.5"}))
        text = (fetched.body or b"").decode("utf-8", "replace") if fetched.failure is None else ""
        named = [urljoin(origin, found) for found in _SITEMAP_LINE.findall(text)]
        if named:
            return [
                Listed(url, is_sitemap=True) for url in dict.fromkeys(named) if url.startswith(("http://", "https://"))
            ]
        if fetched.failure is not None and fetched.status is None:
            return Failed(self.url, fetched.failure.message)
        for place in _USUAL:
            found = await world.ask(Request(f"{origin}{place}", headers=ACCEPT))
            if found.failure is None and (found.body or b"").lstrip()[:1] == b"<":
                return [Listed(f"{origin}{place}", is_sitemap=True)]
        return Failed(self.url, "the site names no sitemap in its robots.txt, and has none in the usual places")

    async def _level(
        self, world: World, sitemaps: Sequence[Listed], trail: tuple[str, ...], at: _At
    ) -> AsyncGenerator[Step, None]:
        """What the sitemaps of one index have, from where it goes on."""
        urls = [one.url for one in sitemaps]
        on_trail = at.path[: len(trail)] == trail and len(at.path) > len(trail)
        first = urls.index(at.path[len(trail)]) if on_trail and at.path[len(trail)] in urls else 0
        for number, url in enumerate(urls[first:], first):
            if url in self._seen or len(self._seen) >= MOST_SITEMAPS:
                continue
            self._seen.add(url)
            here = (*trail, url)
            there = at if at.path[: len(here)] == here else _At()
            with tempfile.TemporaryFile() as file:
                async with aclosing(self._sitemap(world, file, here, there)) as steps:
                    async for step in steps:
                        part = step.part if step.part is not None else 1.0
                        counted = replace(step, done=number + 1, total=len(urls), part=part)
                        yield counted if not trail or len(urls) > 1 else step

    async def _sitemap(
        self, world: World, file: BinaryIO, here: tuple[str, ...], at: _At
    ) -> AsyncGenerator[Step, None]:
        url = here[-1]
        fetched = await world.ask(Request(url, headers=ACCEPT, into=file))
        failure = fetched.failure
        if failure is not None and not (failure.kind in _MUTE and file.tell()):
            yield Step(_At(here).to_cursor(), self._unread(url, fetched), label=url)
            return
        self._failing = 0
        kind = await asyncio.to_thread(kind_of, file)
        if kind == "other":
            yield await self._feed(world, file, here, fetched)
        elif kind == "sitemapindex" and len(here) > DEEPEST:
            yield Step(_At(here).to_cursor(), Failed(url, "is an index in an index in an index"), label=url)
        elif kind == "sitemapindex":
            inside, wrong = await asyncio.to_thread(_all_of, file, url)
            wanted = [one for one in in_time(inside, world.bounds) if one.is_sitemap]
            async with aclosing(self._level(world, wanted, here, at)) as steps:
                async for step in steps:
                    yield step
            if wrong:
                yield Step(_At(here).to_cursor(), Failed(url, wrong), label=url)
        else:
            async with aclosing(self._addresses(world, file, here, at)) as steps:
                async for step in steps:
                    if failure is None or not isinstance(step.brings, Failed):  # its reader only finds the same damage
                        yield step
            if failure is not None:
                said = f"{failure.message.rstrip('.')}; what came before was read."
                yield Step(_At(here).to_cursor(), Failed(url, said), label=url)

    def _unread(self, url: str, fetched: Fetched) -> Failed:
        """A sitemap that cannot be had; several in a row mean that the site cannot.

        Raises:
            Stalled: so it is.
        """
        message = fetched.failure.message if fetched.failure is not None else ""
        self._failing += 1
        if self._failing >= _IN_A_ROW and fetched.status not in {404, 410}:
            raise Stalled(f"{url}: {message} So it was with the {_IN_A_ROW - 1} before.")
        return Failed(url, message)

    async def _feed(self, world: World, file: BinaryIO, here: tuple[str, ...], fetched: Fetched) -> Step:
        """A feed may serve as a sitemap (sitemaps.org, "Other Sitemap formats")."""
        file.seek(0)
        parsed = await world.parse(file.read(50_000_000), fetched.content_type, here[-1])
        cursor = _At(here).to_cursor()
        if isinstance(parsed, ParseFailure):
            return Step(cursor, Failed(here[-1], parsed.message), label=here[-1])
        origin = Origin(here[-1], title=parsed.title or None, link=parsed.link, feed_url=here[-1])
        return Step(cursor, Entries(parsed.entries, origin), label=here[-1])

    # --- addresses

    async def _addresses(
        self, world: World, file: BinaryIO, here: tuple[str, ...], at: _At
    ) -> AsyncGenerator[Step, None]:
        """What the addresses of one sitemap bring, those before a place left out."""
        url = here[-1]
        origin = Origin(f"{origin_of(url)}/", link=f"{origin_of(url)}/")
        rest = await asyncio.to_thread(_from, file, url, at)
        count = at.addresses if rest.went_on else 0
        size = max(1, os.fstat(file.fileno()).st_size)
        while batch := await asyncio.to_thread(self._look, rest, world.bounds, world.could_be):
            bundle = _Bundle(here, count, origin)
            for one, looked in batch:
                for step in bundle.add(one, looked, read=not world.rehearsal):
                    yield replace(step, part=file.tell() / size)
            count = bundle.count
            yield replace(bundle.end(), part=file.tell() / size)
        if rest.wrong:
            yield Step(_At(here, count).to_cursor(), Failed(url, f"{rest.wrong}; what came before was read"), label=url)

    def _look(self, rest: _Rest, bounds: Bounds, could_be: Callable[[str], bool]) -> list[tuple[Listed, Looked]]:
        """The next addresses, with what they say."""
        now, site = datetime.now(UTC), host_of(self.url)
        found = [(one, look(one, bounds, could_be, now, site=site, every=self.every)) for one in rest.take(_BATCH)]
        self._listed += len(found)
        self._wanted += sum(looked.page for _, looked in found)
        self._mute += sum(looked.mute for _, looked in found)
        self._elsewhere += sum(looked.elsewhere for _, looked in found)
        self.dated += sum(looked.dated for _, looked in found)
        return found


@dataclass(slots=True)
class _Rest:
    """The addresses of a sitemap after a place, and why they end before it does."""

    _listed: Iterator[Listed]
    went_on: bool = False
    wrong: str = ""

    def take(self, most: int) -> list[Listed]:
        """The next ones."""
        found: list[Listed] = []
        try:
            found.extend(islice(self._listed, most))
        except Unreadable as error:
            self.wrong = str(error)
        return found


@dataclass(slots=True)
class _Bundle:
    """Steps of addresses that were looked at: pages one by one, headlines together, and the count of all others."""

    here: tuple[str, ...]
    count: int
    origin: Origin
    last: str = ""
    _entries: list[Entry] = field(default_factory=list)
    _passed: int = 0

    def add(self, one: Listed, looked: Looked, *, read: bool) -> Iterator[Step]:
        """Take an address; the steps that are complete with it."""
        if looked.page and read and looked.entry is not None:
            if self._entries:
                yield self._step(Entries(tuple(self._entries), self.origin))
            self._count(one)
            yield self._step(PageWanted(looked.entry, self.origin))
            return
        self._count(one)
        if looked.entry is not None and looked.entry.title:
            self._entries.append(looked.entry)
        else:
            self._passed += 1
        if len(self._entries) >= _TOGETHER:
            yield self._step(Entries(tuple(self._entries), self.origin))

    def end(self) -> Step:
        """What is left."""
        return self._step(Entries(tuple(self._entries), self.origin) if self._entries else None)

    def _count(self, one: Listed) -> None:
        self.count += 1
        self.last = one.url

    def _step(self, brings: Entries | PageWanted | None) -> Step:
        passed, self._passed = self._passed, 0
        self._entries = []
        label = brings.said.link or "" if isinstance(brings, PageWanted) else self.here[-1]
        return Step(_At(self.here, self.count, self.last).to_cursor(), brings, label=label, passed=passed)


def _from(file: BinaryIO, url: str, at: _At) -> _Rest:
    """The addresses after a place; all of them when the sitemap is another one by now."""
    if at.addresses:
        rest = listed(file, url)
        try:
            last = next(islice(rest, at.addresses - 1, None), None)
        except Unreadable:
            last = None
        if last is not None and last.url == at.last:
            return _Rest(rest, went_on=True)
    return _Rest(listed(file, url))


def _all_of(file: BinaryIO, url: str) -> tuple[list[Listed], str]:
    """All sitemaps of an index, and what is wrong with it."""
    found: list[Listed] = []
    try:
        found.extend(islice(listed(file, url), MOST_SITEMAPS))
    except Unreadable as error:
        return found, f"{error}; what came before was read"
    return found, ""
