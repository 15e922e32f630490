"""Lists of feeds in and out: what of a list is new, what is there already, and what is better left out. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from config.csvlist import write_csv
from config.feeds import Listed, feed_key
from config.listing import FeedList
from config.model import Feed
from config.opml import write_opml
from config.secrets import references
from config.units import format_duration
from config.values import is_path
from monitor.fetch.guard import is_private_host

Format = Literal["opml", "csv"]


@dataclass(slots=True)
class Sorted:
    """The feeds of a list: to be added, known (with where), left out (with why), and what to beware of in those added."""

    new: list[Feed] = field(default_factory=list)
    known: list[tuple[Listed, str]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    private: int = 0
    """How many of those left out are at addresses of this machine or its network."""

    def as_json(self) -> dict[str, Any]:
        """The same with stable keys."""
        return {
            "added": [feed.public_url for feed in self.new],
            "listed": [{"url": one.feed.public_url, "place": one.place, "as": known} for one, known in self.known],
            "left_out": self.left_out,
            "warnings": self.warnings,
            "private": self.private,
        }


def sort(found: FeedList, configured: Iterable[Feed], tags: tuple[str, ...] = (), *, allow_private: bool) -> Sorted:
    """What to do with each feed of a list; new ones get `tags` besides their own."""
    result = Sorted(left_out=list(found.warnings))
    known = {feed_key(feed.url): f"{feed.public_url} in the settings" for feed in configured}
    for one in found.feeds:
        key = feed_key(one.feed.url)
        if key in known:
            result.known.append((one, known[key]))
            continue
        host = urlsplit(one.feed.url).hostname or ""
        if not allow_private and is_private_host(host):
            result.private += 1
            result.left_out.append(
                f"{one.place}: left out: {one.feed.public_url} is no public address; --allow-private adds it"
            )
            continue
        known[key] = f"{one.feed.public_url} at {one.place}"
        if names := references(one.feed.url):
            sent = ", ".join(f"${{{name}}}" for name in names)
            result.warnings.append(f"{one.place}: what the environment has for {sent} will be sent to {host}")
        result.new.append(one.feed.model_copy(update={"tags": tuple(dict.fromkeys((*one.feed.tags, *tags)))}))
    return result


@dataclass(frozen=True, slots=True)
class Exported:
    """A list as text, and what it does not hold."""

    feeds: tuple[Feed, ...]
    text: str
    warnings: tuple[str, ...]

    def as_json(self) -> list[dict[str, Any]]:
        """The feeds of the list with stable keys."""
        return [
            {
                "url": feed.public_url,
                "name": feed.name or None,
                "tags": list(feed.tags),
                "interval": format_duration(feed.interval) if feed.interval else None,
                "enabled": feed.enabled,
            }
            for feed in self.feeds
        ]


def export(feeds: Iterable[Feed], format_: Format) -> Exported:
    """Feeds as a list for other programs, with `${NAME}` as it is written; files of this machine are left out."""
    every = list(feeds)
    given = [feed for feed in every if not is_path(feed.url) and not feed.url.lower().startswith("file:")]
    warnings = [f"left out: {feed.public_url} is a file of this machine" for feed in every if feed not in given]
    for feed in given:
        more = [
            name
            for name, value in (("headers", feed.headers), ("cookies", feed.cookies), ("proxy", feed.proxy))
            if value
        ]
        if more:
            warnings.append(f"{feed.public_url}: its {' and '.join(more)} stay in the settings")
        if feed.public_url != feed.url:
            warnings.append(f"{feed.public_url}: the secret that its address spells out is not given away")
    return Exported(tuple(given), write_opml(given) if format_ == "opml" else write_csv(given), tuple(warnings))
