"""What the outlet is called whose feed a feed is, and at which domain it is: what feeds say, put together.

A feed is often called by its section (`The Neva Observer: Technology`), and a channel is at a host that many share. So the name
is told by the feeds beside it and by its own domain; what nothing tells stays as the feed says it.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence

from db import outlets as stored
from db.outlets import shared_host
from monitor.identify.ladder import bare
from monitor.pipeline.outlets import domain_of
from monitor.types import Entry
from seeds import text

_SEPARATOR = re.compile(r"\s+[|–—·»•/-]+\s+|\s*::\s*|:\s+|\s*\|\s*")
MOST_TOGETHER = 50
"""Feeds at one domain from which on it is a platform, or a machine with many: their names say nothing of one another."""
_LEAST = 2
"""How many entries have to lead to another host before that says whose they are."""
_NEARLY_ALL = 0.9


def home_of(link: str | None, address: str) -> str | None:
    """The domain that a feed is at: of the site it names, else of its own address."""
    return domain_of(link) or domain_of(address)


def leads_to(entries: Iterable[Entry], home: str | None, before: str | None) -> str | None:
    """The domain of the outlet whose feed this is: where nearly all entries lead that leave its home, else its home.

    What a document without entries does not tell, or one with few does not contradict, stays as it was (`before`).
    """
    hosts: dict[str, list[str]] = {}
    for e in entries:
        if e.link and not (e.provider_name or e.provider_url):
            hosts.setdefault(e.link.partition("://")[2].partition("/")[0], []).append(e.link)
    away: Counter[str] = Counter()
    for links in hosts.values():
        if (domain := domain_of(links[0])) is not None and domain != home:
            away[domain] += len(links)
    count = away.total()
    if not hosts:
        return before or home
    if count < _LEAST:
        return before if before in away else home
    domain, most = away.most_common(1)[0]
    return domain if most >= _NEARLY_ALL * count else home


def outlet_name(name: str, beside: Sequence[str], domain: str | None) -> str:
    """The outlet in the name of a feed; `beside` are names of other feeds of the same domain."""
    if domain is None or shared_host(domain):
        return name
    parts = [part for part in _SEPARATOR.split(name) if bare(part)]
    others = {bare(other) for other in beside} - {bare(name), ""}
    label = bare(domain.partition(".")[0])
    for part in parts if len(parts) > 1 else ():
        if bare(part) in others or bare(part) in {label, f"the{label}"} or f"the{bare(part)}" == label:
            return part
    words = text.fold(name).split()
    for other in sorted(beside, key=len):
        theirs = text.fold(other).split()
        if theirs and len(theirs) < len(words) and words[: len(theirs)] == theirs and bare(other):
            return other
    for part in parts if len(parts) > 1 else ():
        if (
            sum(bare(part) in {bare(p) for p in _SEPARATOR.split(other)} for other in beside)
            and bare(part) not in others
        ):
            return part
    return name


def learn(connection: sqlite3.Connection, source_id: int, entries: Sequence[Entry], *, renamed: bool) -> None:
    """Take up what a document says of its feed's outlet; before its entries are stored, so that they have the name.

    `renamed`: the feed calls itself, or its site, otherwise than before.
    """
    feed = stored.feed(connection, source_id)
    domain = leads_to(entries, home_of(feed.link, feed.address), feed.domain)
    if domain != feed.domain:
        stored.place(connection, source_id, domain)
        name_all(connection, feed.domain)
    if domain != feed.domain or renamed or feed.name is None:
        name_all(connection, domain, source_id)


def name_all(connection: sqlite3.Connection, domain: str | None, source_id: int | None = None) -> None:
    """Name the outlet of each feed at a domain anew, and the articles that had the name before.

    Where more than `MOST_TOGETHER` are at one domain, it is nobody's: then only the feed that was asked for is named, by itself.
    """
    if domain is None:
        return
    feeds = stored.feeds_at(connection, domain, MOST_TOGETHER + 1)
    if len(feeds) > MOST_TOGETHER:
        feeds = [] if source_id is None else [stored.feed(connection, source_id)]
    at_home = [feed for feed in feeds if home_of(feed.link, feed.address) == domain]
    for feed in feeds:
        called = feed.called or ""
        if at_home and feed not in at_home and not shared_host(domain):
            called = at_home[0].called or called  # a channel that leads to an outlet is no better a source of its name
        name = outlet_name(called, [f.called for f in at_home if f.id != feed.id and f.called], domain) or None
        if name != feed.name:
            stored.rename(connection, feed, name)


def place_all(connection: sqlite3.Connection, changed: Iterable[int]) -> None:
    """After the settings changed: place the feeds that are new, and name those beside the changed ones anew."""
    domains: set[str | None] = set()
    for feed in (stored.feed(connection, i) for i in changed):
        domain = feed.domain or home_of(feed.link, feed.address)
        if domain != feed.domain:
            stored.place(connection, feed.id, domain)
        domains.add(domain)
    for domain in sorted(filter(None, domains)):
        name_all(connection, domain)
