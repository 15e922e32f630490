"""`gaps`: windows in which entries of a feed may have been missed, filled from elsewhere, or why they cannot be.

    for each window:  the feed's own archive ─► the sitemap of its site ─► copies in the web archive ─► what came of it

A window is filled when what was read joins up with what was known on both sides of it: an archive that reaches back over it, a
sitemap that lists things of that time, copies of which each shares entries with the next. What only adds something is kept,
and the window stays open.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from config.model import Feed
from db import gaps as stored
from db.gaps import Gap
from monitor.backfill.archive import Archive
from monitor.backfill.sitemaps import Sitemaps
from monitor.backfill.types import (
    Bounds,
    Cursor,
    Document,
    Entries,
    Failed,
    GapTried,
    PageWanted,
    Source,
    Stalled,
    Step,
    World,
)
from monitor.backfill.wayback import Wayback
from monitor.backfill.within import Within
from monitor.clock import stamp, utc_now
from monitor.identify import keys
from monitor.normalise.feed_links import home_of
from monitor.types import Entry, ParseFailure

Way = Literal["archive", "sitemap", "wayback"]
WAYS: tuple[Way, ...] = ("archive", "sitemap", "wayback")
_FEWEST = 2
_MARGIN = timedelta(hours=6)
"""How long before the last good visit something may have been published that stood in the feed only after it."""
_LATE = timedelta(days=7)
"""How old what was missed may say it is where an archive has it above what was known: feeds that date by the day alone, or by
when a draft was begun."""


@dataclass(slots=True)
class _Window(Within):
    """The world of one window: its bounds, and nothing said but what came of it."""

    pages: bool
    """Whether the source asks for pages of articles, which a rehearsal does not."""

    @property
    def rehearsal(self) -> bool:
        return self.world.rehearsal and self.pages

    async def covered(self, units: Collection[str]) -> set[str]:  # noqa: ARG002  what joins up has to be seen again
        return set()

    def say(self, text: str) -> None:
        pass


@dataclass(slots=True)
class _Joined:
    """How far what was read joins up with what was known, in the order in which it was read."""

    world: World
    gap: Gap
    entries: int = 0
    before: bool = False
    """Whether it met entries that the feed had before the window, or reached back beyond it."""
    after: bool = False
    """Whether it met entries that the feed had after the window."""
    chain: bool = True
    """Whether each document shared entries with the one read before it."""
    documents: int = 0
    reached: bool = False
    """Whether most of a document were entries that the feed had before the window: what is pinned at its top is few."""
    _last: frozenset[str] = frozenset()

    async def add(self, entries: Sequence[Entry]) -> tuple[Entry, ...]:
        """Take a document; those of its entries that the feed never had and that stand above what it had before the window."""
        gap = self.gap
        policy: keys.Policy = gap.policy if gap.policy in keys.POLICIES else "guid"
        keyed = [(keys.entry_key(entry, policy), entry) for entry in entries]
        named = frozenset(key for key, _ in keyed)
        before = await self.world.query(lambda connection: stored.known_before(connection, gap, named))
        after = await self.world.query(lambda connection: stored.known_after(connection, gap, named))
        dates = [entry.published_at for entry in entries if entry.published_at]
        if self.documents:
            self.chain = self.chain and _meet(named & self._last, named)
        self.documents += 1
        self._last = named
        earlier = [date for date in dates if date <= gap.missed_from]
        self.reached = self.reached or 2 * len(before) > len(named)
        self.before = self.before or _meet(before, named) or 2 * len(earlier) > len(entries)
        self.after = self.after or _meet(after, named) or any(date >= gap.missed_until for date in dates)
        end = max((n for n, (key, _) in enumerate(keyed) if key in before), default=0) if self.reached else len(keyed)
        return tuple(entry for key, entry in keyed[:end] if key not in before and key not in after)


def _meet(shared: Collection[str], named: Collection[str]) -> bool:
    """Whether entries have so much in common that it is no accident: one alone may stand at the top of a feed for years."""
    return len(shared) >= min(_FEWEST, len(named)) > 0


@dataclass(slots=True)
class Gaps:
    """The windows that are not filled, of some feeds or of all."""

    feeds: dict[str, Feed]
    """Address as stored → the feed as the settings have it."""
    base: Path
    archive: str
    only: tuple[str, ...] = ()
    """Addresses of the feeds that are asked for; empty: all."""
    ways: tuple[Way, ...] = WAYS
    tried_before: str | None = None
    kind: str = "gaps"
    waiting: bool = True
    """Whether there is any; else nobody is asked."""

    @property
    def what(self) -> str:
        """The feeds, and from where."""
        parts = [*self.only, *(f"--from {way}" for way in self.ways if self.ways != WAYS)]
        return " ".join(parts) or "all"

    def tells(self) -> Sequence[str]:
        """The outlets learn what is asked of them, and the archive whose past is looked for where that does not do."""
        told: list[str] = []
        if not self.waiting:
            return told
        if {"archive", "sitemap"} & set(self.ways):
            told.append(
                "The outlets of feeds with gaps learn your IP address, and what of their archives and sitemaps you read."
            )
        if "wayback" in self.ways:
            host = urlsplit(self.archive).hostname
            told.append(
                f"{host} learns your IP address, and which feeds you read, of those whose outlets do not have it."
            )
        return told

    async def steps(self, world: World, cursor: Cursor | None) -> AsyncGenerator[Step, None]:
        """What fills one window after the other."""
        found: list[Gap] = await world.query(lambda db: stored.unfilled(db, self.only, self.tried_before))
        done = set((cursor or {}).get("done", ()))
        waiting = [gap for gap in found if gap.id not in done]
        if not waiting:
            world.say("There is no window that is not filled.")
            return
        for number, gap in enumerate(waiting, 1):
            place: dict[str, Any] = {"done": sorted(done)}
            outcome = GapTried(gap.id, "")
            async with aclosing(self._fill(world, gap)) as steps:
                async for brings in steps:
                    if isinstance(brings, GapTried):
                        outcome = brings
                        break
                    yield Step(place, brings, label=_named(gap), done=number, total=len(waiting))
            done.add(gap.id)
            yield Step({"done": sorted(done)}, outcome, label=_named(gap), done=number, total=len(waiting))
            state = "filled" if outcome.filled_from else "not filled"
            world.say(f"{_named(gap)}: {state}. {outcome.reason}")

    async def _fill(self, world: World, gap: Gap) -> AsyncGenerator[Entries | PageWanted | GapTried, None]:
        """What is there of a window, from one way after the other; in the end, what came of it."""
        why: list[str] = []
        origins: list[str] = []
        began = stamp(utc_now())
        missed_from = datetime.fromisoformat(gap.missed_from)
        for way in self.ways:
            source = self._source(way, gap)
            if isinstance(source, str):
                why.append(source)
                continue
            bounds = Bounds(stamp(missed_from - (_LATE if way == "archive" else _MARGIN)), gap.missed_until)
            within, joined = _Window(world, bounds, pages=way == "sitemap"), _Joined(world, gap)
            certain = Bounds(stamp(missed_from - _MARGIN), gap.missed_until)
            failed = False
            try:
                async with aclosing(_read(source, within, joined, certain)) as steps:
                    async for brings in steps:
                        if isinstance(brings, Failed):
                            failed = True
                            why.append(f"{brings.what}: {brings.message.rstrip('.')}.")
                        else:
                            origins.append(brings.origin.address)
                            yield brings
            except Stalled as stalled:
                why.append(str(stalled))
                continue
            filled, reason = _judged(way, source, joined)
            if filled:
                yield GapTried(gap.id, reason, way, tuple(dict.fromkeys(origins)), began)
                return
            if way != "sitemap" or not failed:  # of a sitemap that is not there it needs no saying what it lists
                why.append(reason)
        yield GapTried(gap.id, " ".join(dict.fromkeys(filter(None, why))), None, tuple(dict.fromkeys(origins)), began)

    def _source(self, way: Way, gap: Gap) -> Source | str:
        """What may have a window, or why there is nothing to ask."""
        feed = self.feeds.get(gap.feed_url)
        if feed is None or not gap.feed_url.startswith(("http://", "https://")):
            return "Only a feed on the web has an archive." if way == "archive" else ""
        if way == "archive":
            return Archive(feed, self.base)
        if way == "sitemap":
            site = home_of(gap.link or gap.feed_url)
            return Sitemaps(site) if site else "Its site is not known."
        return Wayback(gap.feed_url, self.archive, name=feed.name or None)


async def _read(
    source: Source, within: _Window, joined: _Joined, certain: Bounds
) -> AsyncGenerator[Entries | PageWanted | Failed, None]:
    """What a source has within the bounds of a window; what lies outside is only looked at, to see whether it joins up.

    Of what is dated before the `certain` bounds only that which the feed never had: it stood above what was known.
    An archive is read no further than to what was known before the window.
    """
    async with aclosing(source.steps(within, None)) as steps:
        async for step in steps:
            brings: object = step.brings
            if isinstance(brings, Document):
                parsed = await within.parse(brings.body, brings.content_type, brings.url)
                if isinstance(parsed, ParseFailure):
                    yield Failed(step.label, parsed.message)
                    continue
                origin = replace(brings.origin, title=parsed.title or None, link=parsed.link)
                brings = Entries(parsed.entries, origin, brings.capture)
            if isinstance(brings, Entries):
                unknown = {id(entry) for entry in await joined.add(brings.entries)}
                at = brings.capture.at if brings.capture is not None else None
                inside = tuple(
                    e
                    for e in brings.entries
                    if (certain if id(e) not in unknown else within.bounds).hold(e.published_at or at)
                )
                joined.entries += len(inside)
                if inside:
                    yield replace(brings, entries=inside)
                if source.kind == "feed" and joined.reached and joined.documents > 1:
                    return
            elif isinstance(brings, PageWanted):
                joined.entries += 1
                yield brings
            elif isinstance(brings, Failed):
                yield brings


def _judged(way: Way, source: Source, joined: _Joined) -> tuple[bool, str]:
    """Whether a way fills a window, and how or why not, in words."""
    count = f"{joined.entries:,} {'entry' if joined.entries == 1 else 'entries'}"
    meets = joined.before and joined.after
    if isinstance(source, Sitemaps):
        site = urlsplit(source.url).hostname
        told = (
            f"lists {source.dated:,} pages of that time; of these, {joined.entries:,} were taken that have a headline or could"
            " be related by their address"
        )
        return bool(
            source.dated
        ), f"The sitemap of {site} {told if source.dated else 'lists nothing that says it is of then'}."
    if way == "archive":
        reaches = meets and joined.documents > 1
        how = "reaches over it and has" if reaches else "does not reach back to it:"
        return reaches, f"The feed's own archive {how} {count} of that time."
    if not joined.documents:
        return False, "The web archive has no copies of the feed from that time."
    copies = f"{joined.documents:,} archived {'copy' if joined.documents == 1 else 'copies'} of the feed"
    joins = meets and joined.chain
    how = "join up over it" if joins else "do not join up over all of it"
    return joins, f"{copies} {how}, with {count} of that time."


def _named(gap: Gap) -> str:
    return f"{gap.feed_url}, {gap.missed_from[:16].replace('T', ' ')} to {gap.missed_until[:16].replace('T', ' ')} UTC"
