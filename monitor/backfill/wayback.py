"""`wayback`: archived copies of a feed, each parsed as the feed it was, the oldest first.

    CDX server ─► captures of the feed, one of each digest ─► each as it was captured (`id_`) ─► Document, with its capture

See "Wayback CDX Server API" of the Internet Archive; servers of pywb answer the same way, a JSON object a line.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from config.units import format_duration
from monitor.backfill.types import (
    Bounds,
    Capture,
    Cursor,
    Document,
    Failed,
    Origin,
    Stalled,
    Step,
    World,
)
from monitor.fetch.client import ACCEPT
from monitor.types import Request

LATER = timedelta(days=30)
"""How long after it was published something still stands in copies of a feed."""
_PAGE = 10_000
"""Captures that are asked for at once."""
_IN_A_ROW = 3
"""Copies that cannot be had, one after the other, after which it is the archive that is not well."""
_FIELDS = ("timestamp", "original", "statuscode", "digest")
_PYWB = {"url": "original", "status": "statuscode"}


@dataclass(frozen=True, slots=True)
class _Copy:
    """One capture as the CDX server lists it."""

    timestamp: str
    """14 digits, UTC."""
    original: str
    digest: str

    @property
    def at(self) -> str:
        return f"{_moment(self.timestamp):%Y-%m-%dT%H:%M:%SZ}"


@dataclass(frozen=True, slots=True)
class _Listing:
    """A page of captures, and how to ask for the next one."""

    copies: tuple[_Copy, ...]
    resume_key: str | None = None


class Unlisted(Exception):
    """The archive does not say which captures it has."""


@dataclass(slots=True)
class Wayback:
    """The archived copies of one feed."""

    url: str
    """The feed, as it is, or was."""
    archive: str
    """The address of the service."""
    every: timedelta | None = None
    """At most one copy in that time."""
    name: str | None = None
    kind: str = "wayback"
    _failing: int = field(default=0)
    _taken: set[str] = field(default_factory=set)
    """Copies of this run, which may not be stored yet."""

    @property
    def what(self) -> str:
        """The feed, and where copies of it are."""
        thin = f" --every {format_duration(self.every)}" if self.every else ""
        return f"{self.url}{thin} ({urlsplit(self.archive).netloc})"

    def tells(self) -> Sequence[str]:
        """The archive learns whose past is looked for; the outlet learns nothing."""
        host = urlsplit(self.archive).hostname
        return (
            f"{host} learns your IP address, and that you read the past of {self.url}. The outlet itself is not asked.",
        )

    async def steps(self, world: World, cursor: Cursor | None) -> AsyncGenerator[Step, None]:
        """A copy each, the oldest first."""
        after: str = (cursor or {}).get("after", "")
        done: int = (cursor or {}).get("done", 0)
        if world.rehearsal:
            await self._count(world)
            return
        found = done > 0
        try:
            async with aclosing(self._listings(world, after)) as listings:
                async for listing in listings:
                    found = found or bool(listing.copies)
                    total = None if listing.resume_key else done + len(listing.copies)
                    for copy in listing.copies:
                        done += 1
                        yield await self._step(world, copy, done, total)
        except Unlisted as error:
            yield Step({"after": after, "done": done}, Failed(self.url, str(error)))
            return
        if not found:
            self._say_none(world)

    async def _count(self, world: World) -> None:
        """Say how many copies there are, without asking for any."""
        count, first, last = 0, "", ""
        try:
            async with aclosing(self._listings(world, "")) as listings:
                async for listing in listings:
                    count += len(listing.copies)
                    first = first or next((copy.at for copy in listing.copies), "")
                    last = next((copy.at for copy in reversed(listing.copies)), last)
        except Unlisted as error:
            world.say(str(error))
            return
        if count:
            world.say(f"{count:,} copies, from {first[:10]} to {last[:10]}, would be asked for, one by one.")
        else:
            self._say_none(world)

    def _say_none(self, world: World) -> None:
        world.say(f"{urlsplit(self.archive).hostname} has no copies of {self.url} in that time.")

    async def _step(self, world: World, copy: _Copy, done: int, total: int | None) -> Step:
        cursor = {"after": copy.timestamp, "done": done}
        label, unit = f"copy of {copy.at[:10]}", f"wayback:{self.url} {copy.digest}"
        step = Step(cursor, label=label, unit=unit, done=done, total=total)
        if unit in self._taken or await world.covered([unit]):
            return step
        self._taken.add(unit)
        brings = await self._document(world, copy)
        return Step(cursor, brings, label=label, unit=unit, done=done, total=total)

    async def _document(self, world: World, copy: _Copy) -> Document | Failed:
        """A copy as it was captured.

        Raises:
            Stalled: several in a row cannot be had.
        """
        raw = f"{self.archive}/web/{copy.timestamp}id_/{copy.original}"
        fetched = await world.ask(Request(raw, headers={"accept": ACCEPT}))
        if fetched.failure is not None or fetched.body is None:
            message = fetched.failure.message if fetched.failure is not None else "nothing came"
            self._taken.discard(f"wayback:{self.url} {copy.digest}")
            self._failing += fetched.status not in {404, 200}
            if self._failing >= _IN_A_ROW:
                raise Stalled(f"{urlsplit(self.archive).hostname} does not give copies any more: {message}")
            return Failed(f"{self.archive}/web/{copy.timestamp}/{copy.original}", message)
        self._failing = 0
        return Document(
            fetched.body,
            self.url,
            Origin(f"wayback:{self.url}", name=self.name, feed_url=self.url),
            fetched.content_type,
            Capture(copy.at, f"{self.archive}/web/{copy.timestamp}/{copy.original}"),
        )

    # --- which copies there are

    async def _listings(self, world: World, after: str) -> AsyncGenerator[_Listing, None]:
        """Pages of captures after a time.

        Raises:
            Unlisted: the archive does not say.
            Stalled: it does not answer just now.
        """
        key: str | None = None
        last = after
        taken: datetime | None = _moment(after) if after else None
        while True:
            listing = await self._listing(world, after, key)
            fresh: list[_Copy] = []
            for copy in listing.copies:
                if copy.timestamp <= last:
                    continue
                last = copy.timestamp
                if self.every is not None and taken is not None and _moment(last) - taken < self.every:
                    continue
                taken = _moment(last)
                fresh.append(copy)
            full = len(listing.copies) >= _PAGE
            more = listing.resume_key or ("" if full and fresh else None)
            yield _Listing(tuple(fresh), more)
            if more is None or (not listing.copies and more):
                return
            key, after = (more or None), last

    async def _listing(self, world: World, after: str, key: str | None) -> _Listing:
        request = Request(
            _query(self.archive, self.url, world.bounds, after, key), headers={"accept": "application/json"}
        )
        fetched = await world.ask(request)
        host = urlsplit(self.archive).hostname
        if fetched.failure is not None:
            if fetched.status in {403, 404, 451}:
                raise Unlisted(f"{host} does not show copies of it: {fetched.failure.message}")
            raise Stalled(f"{host} does not say which copies it has: {fetched.failure.message}")
        try:
            return _listed((fetched.body or b"").decode("utf-8", "replace"))
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise Stalled(f"{host} answers with something else than a list of copies.") from error


def _query(archive: str, url: str, bounds: Bounds, after: str, key: str | None) -> str:
    """The address that lists captures of a feed."""
    asked: list[tuple[str, str]] = [
        ("url", url),
        ("output", "json"),
        ("fl", ",".join(_FIELDS)),
        ("filter", "statuscode:200"),
        ("collapse", "digest"),
        ("limit", str(_PAGE)),
        ("showResumeKey", "true"),
    ]
    since = max(filter(None, (after, _timestamp(bounds.since))), default=None)
    if since:
        asked.append(("from", since))
    if bounds.until:
        asked.append(("to", f"{datetime.fromisoformat(bounds.until) + LATER:%Y%m%d%H%M%S}"))
    # The key is given as it has to be sent, escaped already.
    resume = f"&resumeKey={key if '%' in key else quote(key, safe='')}" if key else ""
    return f"{archive}/cdx/search/cdx?{urlencode(asked)}{resume}"


def _listed(text: str) -> _Listing:
    """What a CDX server answered; raises ValueError and its kin for anything else."""
    text = text.strip()
    if not text:
        return _Listing(())
    if text.startswith("{"):
        return _Listing(tuple(_copies([_renamed(json.loads(line)) for line in text.splitlines() if line.strip()])))
    table = json.loads(text)
    if not table:
        return _Listing(())
    head, *rows = table
    key = None
    if len(rows) >= 2 and rows[-2] == []:
        key = str(rows[-1][0])
        rows = rows[:-2]
    return _Listing(tuple(_copies([dict(zip(head, row, strict=True)) for row in rows if row])), key)


def _renamed(row: dict[str, Any]) -> dict[str, Any]:
    return {_PYWB.get(name, name): value for name, value in row.items()}


def _copies(rows: Sequence[dict[str, Any]]) -> Iterator[_Copy]:
    for row in rows:
        timestamp = str(row["timestamp"])
        if str(row.get("statuscode", "200")) in {"200", "-", ""} and _is_moment(timestamp):
            yield _Copy(timestamp, str(row["original"]), str(row.get("digest") or timestamp))


def _is_moment(timestamp: str) -> bool:
    try:
        _moment(timestamp)
    except ValueError:
        return False
    return len(timestamp) == 14


def _moment(timestamp: str) -> datetime:
    return datetime.strptime(timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def _timestamp(at: str | None) -> str | None:
    return f"{datetime.fromisoformat(at):%Y%m%d%H%M%S}" if at else None
