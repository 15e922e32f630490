"""`feed`: a feed's own archive, page after page, back to its beginning or to where the wish ends.

first page ─► does it say where more is? else which way of counting works? ─► next page … until one repeats, is empty or gone
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from config.model import Feed
from config.requests import asked, secrets
from monitor.backfill.types import Cursor, Entries, Failed, Origin, Stalled, Step, World
from monitor.backfill.ways import LINKED, Way, address_of, is_older, ways
from monitor.fetch.client import ACCEPT
from monitor.identify import keys
from monitor.read.robots import origin_of
from monitor.types import Fetched, FetchFailure, Parsed, ParseFailure, Request

MOST_PAGES = 20_000
"""Pages of one archive that are asked for; a chain of links may have no end."""
_MARKS = 300
"""Pages by which a circle is noticed after a stop."""
_ENDS = frozenset({"not_found", "gone", "client_error", "no_file", "redirect"})
"""What a server answers where there is nothing any more."""
_PASSES = frozenset(
    {"too_many_requests", "server_error", "timeout", "network", "refused", "protocol", "dns", "tls", "proxy"}
)


@dataclass(frozen=True, slots=True)
class _Place:
    """How far an archive was read, and how it goes on: by a link, or by counting; `tries` are ways still to be tried."""

    way: Way | None = None
    link: str | None = None
    page: int = 1
    entries: int = 0
    tries: tuple[Way, ...] = ()
    marks: tuple[str, ...] = ()
    proven: bool = False

    def to_cursor(self) -> dict[str, Any]:
        return {
            "way": self.way,
            "link": self.link,
            "page": self.page,
            "entries": self.entries,
            "tries": list(self.tries),
            "marks": list(self.marks[-_MARKS:]),
            "proven": self.proven,
        }

    @staticmethod
    def of_cursor(cursor: Cursor) -> _Place:
        plain: Mapping[str, Any] = cursor
        return _Place(**{**plain, "tries": tuple(plain["tries"]), "marks": tuple(plain["marks"])})


@dataclass(frozen=True, slots=True)
class _Page:
    """A page of an archive that was read."""

    parsed: Parsed
    mark: str
    keys: frozenset[str]


@dataclass(slots=True)
class Archive:
    """The archive of one feed, which the settings may know or not."""

    feed: Feed
    base: Path
    """The folder that paths in the settings start at."""
    kind: str = "feed"
    _seen: set[str] = field(default_factory=set)

    @property
    def what(self) -> str:
        """The feed."""
        return self.feed.public_url

    def tells(self) -> Sequence[str]:
        """Its server learns that somebody reads all of it."""
        host = urlsplit(self.feed.public_url).hostname
        return (f"{host} learns your IP address, and that you read all of its archive.",) if host else ()

    async def steps(self, world: World, cursor: Cursor | None) -> AsyncGenerator[Step, None]:
        """A page of the archive each, the newest first."""
        if cursor:
            place = _Place.of_cursor(cursor)
        else:
            first = await self._get(world, self.feed.url, first=True)
            if not isinstance(first, _Page):
                yield Step({}, first)
                return
            place = self._begin(first)
            yield self._step(first, place, 1)
            if first.parsed.further.complete:
                world.say("The feed says that this is all it has (RFC 5005).")
                return
        async with aclosing(self._further(world, place)) as steps:
            async for step in steps:
                yield step

    async def _further(self, world: World, place: _Place) -> AsyncGenerator[Step, None]:
        """The pages after a place, until one repeats, is empty or gone, or lies before what is wanted."""
        proven = place.proven
        while (at := _next(place)) is not None:
            page = await self._get(world, self._address(at), first=False, proven=at.proven)
            if isinstance(page, _Page) and not self._repeats(page, at):
                place, proven = _after(page, at), True
                yield self._step(page, place, place.page)
                if is_older([entry.published_at for entry in page.parsed.entries], world.bounds.since):
                    return
            elif not at.proven:
                place = replace(at, way=None)  # it does not know this way
            else:
                if isinstance(page, Failed):
                    yield Step(place.to_cursor(), page)
                return
        if not proven:
            world.say(
                "The feed has no archive that can be asked for: only what stands in it now was read."
                f" `seedwatch backfill wayback {self.feed.public_url}` looks for archived copies."
            )
        elif place.page >= MOST_PAGES:
            world.say(f"It stopped after {MOST_PAGES:,} pages; an archive without end is likelier than so many.")

    def _begin(self, first: _Page) -> _Place:
        self._seen |= first.keys
        further = first.parsed.further
        tries = ways(self.feed.url, further)
        return _Place(
            link=further.previous_archive or further.next,
            entries=len(first.parsed.entries),
            tries=tries,
            marks=(first.mark,),
        )

    def _address(self, place: _Place) -> str:
        if place.way in LINKED:
            return place.link or self.feed.url
        return address_of(self.feed.url, place.way or "page", place.page + 1, place.entries)

    def _repeats(self, page: _Page, place: _Place) -> bool:
        """Whether a page has nothing that was not there before: the server knows no more, or leads in a circle."""
        new = page.keys - self._seen
        self._seen |= page.keys
        return not new or page.mark in place.marks

    def _step(self, page: _Page, place: _Place, number: int) -> Step:
        parsed = page.parsed
        origin = Origin(
            self.feed.public_url,
            name=self.feed.name or None,
            title=parsed.title or None,
            link=parsed.link,
            feed_url=self.feed.public_url,
        )
        return Step(
            place.to_cursor(), Entries(parsed.entries, origin), label=f"page {number:,} of {self.feed.public_url}"
        )

    async def _get(self, world: World, url: str, *, first: bool, proven: bool = True) -> _Page | Failed | None:
        """A page; None where there is nothing any more.

        Raises:
            Stalled: it cannot be had just now.
        """
        how = asked(self.feed, self.base, os.environ)
        hidden = secrets(self.feed, os.environ)
        url = how.url if first else url
        own = origin_of(url) == origin_of(how.url)
        fetched = await world.ask(
            Request(url, headers={"accept": ACCEPT, **(how.headers if own else {})}, proxy=how.proxy)
        )
        shown = hidden.out_of(url)
        if fetched.status == 500 and not proven:
            return None  # what it is asked for breaks it: it does not know this way
        if fetched.failure is not None:
            return _missing(
                fetched, replace(fetched.failure, message=hidden.out_of(fetched.failure.message)), shown, first
            )
        body = hidden.out_of_document(fetched.body or b"")
        parsed = await world.parse(body, fetched.content_type, hidden.out_of(fetched.final_url))
        if isinstance(parsed, ParseFailure):
            return Failed(shown, parsed.message) if first else None
        if not parsed.entries and not first:
            return None
        named = _keys(parsed)
        return _Page(parsed, hashlib.blake2b("".join(sorted(named)).encode(), digest_size=6).hexdigest(), named)


def _missing(fetched: Fetched, failure: FetchFailure, shown: str, first: bool) -> Failed | None:
    if failure.kind in _PASSES:
        raise Stalled(f"{shown}: {failure.message} The same command goes on from here.")
    if failure.kind in _ENDS and not first and fetched.status != 403:
        return None
    return Failed(shown, failure.message)


def _next(place: _Place) -> _Place | None:
    """Where to look for the next page; None where there is nothing to try any more."""
    if place.way is None and place.tries:
        way, *rest = place.tries
        place = replace(place, way=way, tries=tuple(rest))
    if place.way is None or place.page >= MOST_PAGES or (place.way in LINKED and place.link is None):
        return None
    return place


def _after(page: _Page, place: _Place) -> _Place:
    """Where the page after this one is; the way that led here works."""
    further = page.parsed.further
    link = further.previous_archive if place.way == "archive" else further.next
    return replace(
        place,
        link=link,
        page=place.page + 1,
        entries=place.entries + len(page.parsed.entries),
        tries=(),
        marks=(*place.marks, page.mark)[-_MARKS:],
        proven=True,
    )


def _keys(parsed: Parsed) -> frozenset[str]:
    """What tells the entries of a page apart, short."""
    named = (keys.entry_key(entry, "guid") for entry in parsed.entries)
    return frozenset(hashlib.blake2b(key.encode(), digest_size=8).hexdigest() for key in named)
