"""The outlets that the seeds speak of, and what feeds of theirs are configured, shipped with the program, or found. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

from config.feeds import feed_key
from config.load import check, default_text
from config.model import Feed
from config.values import is_path
from monitor.deliver.feedbook import searches
from monitor.normalise.feed_links import home_of
from monitor.pipeline.outlets import domain_of
from seeds import address
from seeds.address_rules import SAME_OUTLETS
from seeds.record import Record

State = Literal["configured", "shipped", "discovered"]


@dataclass(slots=True)
class Outlet:
    """An outlet, how many seeds it published and how many articles seeds list as related, and where it is."""

    domain: str
    name: str = ""
    home: str = ""
    seeds: int = 0
    related: int = 0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A feed of an outlet, and whether it is configured already; `told` is who else learns of it when it is asked."""

    outlet: Outlet
    feed: Feed
    state: State
    told: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    """What asking a discovered one has shown: title, entries, newest, language."""

    def as_json(self) -> dict[str, Any]:
        """The same with stable keys."""
        return {
            "outlet": self.outlet.domain,
            "outlet_name": self.outlet.name,
            "seeds": self.outlet.seeds,
            "related": self.outlet.related,
            "state": self.state,
            "url": self.feed.public_url,
            "name": self.feed.name,
            "told": self.told or self.outlet.domain,
            **self.facts,
        }


def outlets(records: Iterable[Record]) -> list[Outlet]:
    """The outlets of seeds and of the articles that seeds list, those of most seeds first."""
    found: dict[str, Outlet] = {}
    for record in records:
        _count(found, record, "seeds")
        for related in record.related:
            _count(found, related, "related")
    return sorted(found.values(), key=lambda outlet: (-outlet.seeds, -outlet.related, outlet.domain))


def _count(found: dict[str, Outlet], record: Record, what: Literal["seeds", "related"]) -> None:
    named = record.provider.domain if record.provider else None
    parsed = address.parse(record.web_url or record.original_url or "")
    at_link = parsed.outlet if parsed is not None and not parsed.opaque else None
    domain = _same(domain_of(named) or at_link)
    if domain is None:
        return
    outlet = found.setdefault(domain, Outlet(domain))
    outlet.name = outlet.name or (record.provider.name if record.provider and record.provider.name else "")
    if not outlet.home:
        near = parsed is not None and _same(at_link) == domain
        outlet.home = (home_of(parsed.web_url) if near and parsed else None) or f"https://{domain}/"
    setattr(outlet, what, getattr(outlet, what) + 1)


def suggestions(wanted: Iterable[Outlet], configured: Iterable[Feed]) -> Iterator[Suggestion]:
    """What is known of these outlets without asking anybody: their configured feeds, then those that are shipped."""
    mine = list(configured)
    known = {feed_key(feed.url) for feed in mine}
    shipped = [feed for feed in check(default_text(), None).feeds if feed_key(feed.url) not in known]
    groups: tuple[tuple[State, list[Feed]], ...] = (("configured", mine), ("shipped", shipped))
    for outlet in wanted:
        for state, feeds in groups:
            for feed in feeds:
                if outlet.domain in _spoken_of(feed):
                    yield Suggestion(outlet, feed, state, told=", ".join(searches([feed])))


def _spoken_of(feed: Feed) -> set[str | None]:
    """The outlets of a feed: that of its address, and one that a search is limited to."""
    if is_path(feed.url):
        return set()
    try:
        words = " ".join(value for values in parse_qs(urlsplit(feed.url).query).values() for value in values).split()
    except ValueError:
        words = []
    sites = {_same(domain_of(word.removeprefix("site:"))) for word in words if word.startswith("site:")}
    return {_same(domain_of(feed.url)), *sites} - {None}


def _same(domain: str | None) -> str | None:
    return SAME_OUTLETS.get(domain, domain) if domain else None
