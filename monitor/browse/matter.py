"""The pages of a watch, of a seed and of a story: what was reported on a matter, by whom, when, and by whom not."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from db import matters, shown
from db.coverage import Matter, reports, seed_outlets
from db.matters import Change, Document, Tally
from db.queries import Found
from db.shown import Item, Page, Seed
from monitor.browse import chart
from monitor.browse.chart import Chart, Months
from monitor.browse.front import News, unseen
from monitor.clock import stamp
from monitor.deliver.coverage import Outlet, outlets, window
from monitor.deliver.differences import Piece, differences
from monitor.pipeline.mutes import in_force

COVERED = timedelta(days=30)
"""How far back it is asked who reported and who did not."""
NEAR = timedelta(days=30)
LATEST = 20
NEAR_MISSES = 12
OUTLETS = 40


@dataclass(frozen=True, slots=True)
class Coverage:
    """Who reported in a time, the first one first, and who did not, as far as was looked."""

    since: str
    until: str
    reported: tuple[Outlet, ...]
    silent: tuple[Outlet, ...]
    muted: tuple[Outlet, ...]


@dataclass(frozen=True, slots=True)
class MatterPage:
    """What the page of a watch, or of one of its seeds, shows."""

    watch: str
    tally: Tally
    days: Chart
    months: Months
    latest: tuple[Item, ...]
    near_misses: Sequence[dict[str, Any]]
    coverage: Coverage
    seeds: tuple[Seed, ...] = ()
    news: News | None = None
    maybe: Page | None = None
    seed: Item | None = None
    listed: tuple[Item, ...] = ()
    """What the seed lists as related."""
    documents: tuple[Document, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """An article of a story with a text of its own, its former headlines as differences, and its reprints."""

    item: Item
    changes: tuple[tuple[Change, tuple[Piece, ...]], ...]
    reprints: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What one outlet told of a story, the earliest first."""

    outlet: str
    key: tuple[str, str]
    texts: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class StoryPage:
    """What the page of a story shows: outlets in the order in which they were first."""

    story: matters.Story
    told: tuple[Told, ...]
    strays: tuple[Item, ...]
    """Reprints whose root is not in the story."""

    @property
    def first(self) -> Item | None:
        """The text of its own with the earliest date of its own."""
        return next((text.item for told in self.told for text in told.texts if text.item.published_at), None)

    @property
    def only_days(self) -> bool:
        """Whether some dates are known to the day alone, so that the order within a day may be another."""
        return any(item.date_quality == "day" for item in self.story.items)


def watch_page(connection: sqlite3.Connection, watch: str, now: datetime) -> MatterPage | None:
    """Read the page of a watch; None when there is none of that name."""
    seeds = shown.seeds(connection).get(watch, ())
    tally = matters.tally(connection, watch)
    if not seeds and not tally.likely and not tally.maybe:
        return None
    fresh, maybe = unseen(connection, now, watch)
    return MatterPage(
        **_matter(connection, watch, None, now),
        tally=tally,
        seeds=seeds,
        news=fresh,
        maybe=maybe,
    )


def seed_page(connection: sqlite3.Connection, found: Found, now: datetime) -> MatterPage | None:
    """Read the page of a seed; None when the article is none."""
    watch = matters.watch_of(connection, found)
    if watch is None:
        return None
    documents = tuple(one for one in matters.seed_documents(connection) if one.uid == found.uid)
    return MatterPage(
        **_matter(connection, watch, found.id, now),
        tally=matters.tally(connection, watch, found.id),
        seed=next(iter(shown.items(connection, [found.id])), None),
        listed=matters.listed_in(connection, found.id),
        documents=documents,
    )


def _matter(connection: sqlite3.Connection, watch: str, seed_id: int | None, now: datetime) -> dict[str, Any]:
    recent = matters.dates(connection, watch, stamp(chart.first_day(now)), seed_id)
    by_day = matters.days(connection, watch, stamp(chart.first_month(now)), seed_id)
    return {
        "watch": watch,
        "days": chart.charts(recent, [watch], now)[0],
        "months": chart.months(by_day, now),
        "latest": matters.latest(connection, watch, seed_id, LATEST),
        "near_misses": matters.near_misses(connection, watch, stamp(now - NEAR), NEAR_MISSES, seed_id),
        "coverage": _coverage(connection, watch, seed_id, now),
    }


def _coverage(connection: sqlite3.Connection, watch: str, seed_id: int | None, now: datetime) -> Coverage:
    asked = Matter(watch=watch, seed_id=seed_id, since=stamp(now - COVERED))
    feeds = matters.followed(connection)
    when = window(feeds, asked.since, None, now)
    told = reports(connection, asked)
    found = outlets(told, seed_outlets(connection, asked), feeds, when, now, in_force(connection))
    return Coverage(
        *when,
        reported=tuple(outlet for outlet in found if outlet.reported),
        silent=tuple(outlet for outlet in found if not outlet.reported and not outlet.muted),
        muted=tuple(outlet for outlet in found if not outlet.reported and outlet.muted),
    )


def story_page(connection: sqlite3.Connection, uid: str) -> StoryPage | None:
    """Read the page of a story; None when none has, or had, this uid."""
    found = matters.story(connection, uid)
    return None if found is None else arranged(found, matters.changes(connection, [item.id for item in found.items]))


def arranged(story: matters.Story, changes: Sequence[Change]) -> StoryPage:
    """The articles of a story by outlet, reprints under their root. Pure."""
    roots = {item.id for item in story.items if item.root_id == item.id}
    reprints: dict[int, list[Item]] = {}
    outlets: dict[tuple[str, str], list[Item]] = {}
    for item in story.items:
        if item.id in roots:
            outlets.setdefault(item.outlet_key if item.outlet else ("", item.uid), []).append(item)
        else:
            reprints.setdefault(item.root_id, []).append(item)
    changed: dict[int, list[Change]] = {}
    for change in changes:
        changed.setdefault(change.article_id, []).append(change)
    told = tuple(
        Told(items[0].outlet, key, tuple(_text(item, changed, reprints) for item in items))
        for key, items in outlets.items()
    )
    strays = tuple(item for root, items in reprints.items() if root not in roots for item in items)
    return StoryPage(story, told, strays)


def _text(item: Item, changed: Mapping[int, Sequence[Change]], reprints: Mapping[int, Sequence[Item]]) -> Text:
    diffs = tuple((change, differences(change.old, change.new)) for change in changed.get(item.id, ()))
    return Text(item, diffs, tuple(reprints.get(item.id, ())))
