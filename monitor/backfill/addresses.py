"""What an address in a sitemap says: from when it is, and whether its page could be on the matter. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from monitor.backfill.types import Bounds
from monitor.normalise import dates
from monitor.normalise.hosts import host_of
from monitor.normalise.language import declared
from monitor.normalise.slug import date_of, in_cyrillic, words_of
from monitor.parse.listing import Listed
from monitor.types import Entry
from seeds import address
from seeds.text import clean

_NO_PAGE = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|pdf|mp[34]|zip|css|js)$", re.IGNORECASE)
_MONTH = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_/]?(0[1-9]|1[0-2])(?!\d)")


@dataclass(frozen=True, slots=True)
class Looked:
    """An address that was looked at: what is known of its article, and whether its page is wanted; None: not this one."""

    entry: Entry | None
    page: bool = False
    mute: bool = False
    """Whether neither headline nor address say anything."""
    dated: bool = False
    """Whether its date lies within bounds."""
    elsewhere: bool = False
    """Whether it is at another site."""


def in_time(sitemaps: Sequence[Listed], bounds: Bounds) -> list[Listed]:
    """Sitemaps that can have something within bounds: by when they were changed, and by the month that their names have."""
    months = [_MONTH.search(urlsplit(one.url).path) for one in sitemaps]
    by_month = sum(month is not None for month in months) > 2
    return [
        one
        for one, month in zip(sitemaps, months, strict=True)
        if not _changed_before(one.lastmod, bounds) and not (by_month and month is not None and _other(month, bounds))
    ]


def _changed_before(lastmod: str, bounds: Bounds) -> bool:
    """Whether something was last changed before all that is wanted; days are taken whole, in any zone."""
    changed = dates.read(lastmod, None, datetime.now(UTC)).at if lastmod and bounds.since else None
    return changed is not None and bounds.since is not None and _shifted(changed, days=2) < bounds.since


def _other(month: re.Match[str], bounds: Bounds) -> bool:
    """Whether a month lies outside."""
    begin = f"{month[1]}-{month[2]}-01T00:00:00Z"
    end = _shifted(begin, days=33)
    begin = _shifted(begin, days=-2)
    return (bounds.since is not None and end < bounds.since) or (bounds.until is not None and begin >= bounds.until)


def _shifted(at: str, days: int) -> str:
    return f"{datetime.fromisoformat(at) + timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"


def look(
    one: Listed, bounds: Bounds, could_be: Callable[[str], bool], now: datetime, *, site: str, every: bool
) -> Looked:
    """What an address says: whether it is wanted at all, and whether its page is. A sitemap speaks for its own site alone."""
    parsed = address.parse(one.url)
    if host_of(one.url) != site:
        return Looked(None, elsewhere=True)
    if parsed is None or parsed.is_home or _NO_PAGE.search(urlsplit(one.url).path):
        return Looked(None)
    published = dates.read(one.published, None, now) if one.published else dates.NO_DATE
    day = published.at or date_of(one.url)
    if _outside(day, exact=published.at is not None, bounds=bounds) or (
        day is None and _changed_before(one.lastmod, bounds)
    ):
        return Looked(None)
    title = clean(one.title, 500)
    entry = Entry(
        None,
        one.url,
        title,
        published_at=published.at,
        published_raw=published.raw,
        date_quality=published.quality,
        language=declared(one.language) if one.language else None,
        provider_name=clean(one.publication, 200) or None,
    )
    dated = bounds.hold(day or (dates.read(one.lastmod, None, now).at if one.lastmod else None) or "")
    words = title or words_of(one.url)
    if not words:
        return Looked(entry, page=every, mute=not every, dated=dated)
    if every or could_be(words) or (not title and could_be(in_cyrillic(words))):
        return Looked(entry, page=True, dated=dated)
    return Looked(entry if title else None, dated=dated)


def _outside(day: str | None, *, exact: bool, bounds: Bounds) -> bool:
    """Whether a date lies outside; a day alone may be one off, in another zone."""
    if day is None or exact:
        return not bounds.hold(day)
    return not (bounds.hold(_shifted(day, days=-1)) or bounds.hold(_shifted(day, days=1)) or bounds.hold(day))
