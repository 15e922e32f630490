"""The interface of a kind of history: a source gives steps, each with what it brings and where to go on after it.

    Source ─► Step(Document | Entries | SavedPage | PageWanted | Failed, cursor) ─► Carrier ─► Ingest, as for a live feed

A source only finds things and yields them; reading documents, storing, counting and remembering how far it came are the
carrier's (`monitor.backfill.carrier`). A cursor is committed in the transaction that stores what its step brought, so a kill
loses nothing and repeats nothing. All types are frozen; times are UTC, as stored.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from db.backfill import Cursor
from monitor.types import Entry, Fetched, Parsed, ParseFailure, Request

__all__ = [
    "Bounds",
    "Capture",
    "Cursor",
    "Document",
    "Entries",
    "Failed",
    "GapTried",
    "Origin",
    "PageWanted",
    "SavedPage",
    "Source",
    "Stalled",
    "Step",
    "World",
]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Bounds:
    """From when on, and up to (and without) when, entries are wanted; None: no bound."""

    since: str | None = None
    until: str | None = None

    def hold(self, at: str | None) -> bool:
        """Whether a time lies within; what has none is never left out for it."""
        return at is None or ((self.since is None or at >= self.since) and (self.until is None or at < self.until))


@dataclass(frozen=True, slots=True)
class Origin:
    """Where entries are said to come from: the row of `source` (kind backfill) that they are entries of.

    Documents of one feed share an origin, so that an entry which stands in several of them is one.
    """

    address: str
    """`file:FINGERPRINT`, or the address of the feed or site whose history it is."""
    name: str | None = None
    title: str | None = None
    """The feed's own title, where no document says it."""
    link: str | None = None
    feed_url: str | None = None
    """The feed whose history it is: where that is polled too, its outlet and the way to tell its entries apart are known."""


@dataclass(frozen=True, slots=True)
class Capture:
    """An archived copy of a document: when it was made, and where it is."""

    at: str
    url: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document to be parsed as a live feed's would be, in the same processes."""

    body: bytes
    url: str
    """Its base: where it was, or is."""
    origin: Origin
    content_type: str = ""
    capture: Capture | None = None


@dataclass(frozen=True, slots=True)
class Entries:
    """Entries that are ready: of one document, or records in the seed format."""

    entries: tuple[Entry, ...]
    origin: Origin
    capture: Capture | None = None


@dataclass(frozen=True, slots=True)
class SavedPage:
    """The page of an article as somebody saved it: read as a live one would be, without asking anybody."""

    body: bytes
    url: str
    origin: Origin
    content_type: str = ""
    capture: Capture | None = None
    said: Entry | None = None
    """What is known of it already."""


@dataclass(frozen=True, slots=True)
class PageWanted:
    """The page of an article to be read: robots.txt asked, then as `items read` does. `said` is what is known of it already.

    Without a headline the page's own is taken. Where the page cannot be read, what has a headline is stored without it.
    """

    said: Entry
    origin: Origin


@dataclass(frozen=True, slots=True)
class Failed:
    """Something that cannot be had or read, in words; the others are done all the same."""

    what: str
    message: str


@dataclass(frozen=True, slots=True)
class GapTried:
    """What came of trying to fill a window in which entries of a feed may have been missed."""

    gap_id: int
    reason: str
    """How it was filled, or why it cannot be."""
    filled_from: str | None = None
    """archive, sitemap or wayback; None: it is not filled."""
    sources: tuple[str, ...] = ()
    """Addresses of the origins whose entries may have filled it."""
    began: str | None = None
    """Since when it was tried (UTC, as stored)."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a source."""

    cursor: Cursor
    """Where to go on when everything up to and with this step is stored."""
    brings: Document | Entries | SavedPage | PageWanted | GapTried | Failed | None = None
    label: str = ""
    """What is being read, for whoever watches."""
    unit: str | None = None
    """What this step covers for good, by a name that says what it is: then it is done once, whoever asks."""
    done: int | None = None
    total: int | None = None
    """How far it has come, where that is known: for the time that is left."""
    part: float | None = None
    """How much of the last of these is done (0 to 1), where `done` counts it as soon as it is begun."""
    passed: int = 0
    """Things that were looked at since the last step and not wanted, such as addresses out of bounds."""
    cut: str = ""
    """What is wrong with a document of which only a part was read, in a sentence."""
    bounds: Bounds | None = None
    """Which of what it brings is wanted, where that is less than of the whole."""


class Stalled(Exception):
    """The source cannot go on just now; what is stored stays, and the same command goes on where it was.

    For what concerns all of it: no network, an archive that asks to be left alone until tomorrow.
    """


class World(Protocol):
    """What a source may ask of the world, politely, and of what is stored."""

    @property
    def bounds(self) -> Bounds:
        """Which entries are wanted. The carrier leaves out all others; a source need not even ask for them."""

    @property
    def rehearsal(self) -> bool:
        """Whether nothing is stored in the end, so that lists are worth asking for and single pages are not."""

    async def ask(self, request: Request) -> Fetched:
        """GET: within the gap and budget of its domain, tried again when it asks to wait; a failure is in the answer.

        Raises:
            Stalled: its domain wants to be left alone for longer than anybody waits.
        """

    async def parse(self, body: bytes, content_type: str, url: str) -> Parsed | ParseFailure:
        """Read a document, where what it says decides what to ask for next."""

    async def covered(self, units: Collection[str]) -> set[str]:
        """Those of the units that were covered before."""

    async def query(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Look something up; `work` only reads."""

    def could_be(self, words: str) -> bool:
        """Whether something with these words, a headline or what an address says, could be on the matter of any watch."""

    def say(self, text: str) -> None:
        """Have a sentence said in the end, once."""


class Source(Protocol):
    """One kind of history with its arguments; used once."""

    @property
    def kind(self) -> str:
        """The name of the kind, such as `files`."""

    @property
    def what(self) -> str:
        """Its arguments in one line, the same for the same command: with the kind the name of its cursor."""

    def tells(self) -> Sequence[str]:
        """Who will learn what, in sentences; said before it starts. Nothing when it asks nobody."""

    def steps(self, world: World, cursor: Cursor | None) -> AsyncGenerator[Step, None]:
        """The steps after `cursor`, None from the beginning, in an order that does not change."""
