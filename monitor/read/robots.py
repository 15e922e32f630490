"""What sites let programs read: robots.txt (RFC 9309), asked for at most once a day and remembered in the database.

Without one (4xx) everything is allowed; while it cannot be had (5xx, no connection) nothing is.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Protocol
from urllib.parse import urlsplit

from protego import Protego

from monitor.clock import Clock, stamp
from monitor.fetch.client import Fetcher
from monitor.read.types import Failure, FailureKind, Site
from monitor.types import Fetched, Request

AGENT = "seedwatch"
"""Our product token: what a site's rules may name."""
LONGEST = 512 * 1024
"""Bytes of rules that are read; RFC 9309, 2.5, asks for 500 KiB at least."""
_LIFE = timedelta(days=1)
_SHORTEST_LIFE = timedelta(hours=1)
_UNREACHABLE = timedelta(hours=1)
_SOON = timedelta(minutes=5)
"""Until a site that did not answer at all is asked again."""
_LONGEST_DELAY = 60.0
_ACCEPT = {"accept": "text/plain, */*;q=0.5"}


class Turns(Protocol):
    """Gives out hosts, so that none is asked by several at once or without a pause."""

    def turn(self, url: str) -> AbstractAsyncContextManager[None]:
        """The host of an address, for one request."""


class Robots:
    """The rules of sites, asked for when they are needed. `fresh` are those that are to be stored."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sites: dict[str, Site] = {}
        self.fresh: dict[str, Site] = {}

    def remember(self, sites: Mapping[str, Site]) -> None:
        """Take rules that are stored."""
        for origin, site in sites.items():
            self._sites.setdefault(origin, site)

    async def refusal(self, url: str, fetcher: Fetcher, turns: Turns) -> Failure | None:
        """Why a page must not be read; None when it may be."""
        site = await self._site(url, fetcher, turns)
        if site.reachable:
            allowed = not site.rules or _parsed(site.rules).can_fetch(url, AGENT)
            return None if allowed else Failure("robots", "The site's robots.txt asks programs not to read this page.")
        if site.kind == "blocked_address":
            return Failure("blocked_address", site.reason)
        kind: FailureKind = "dns" if site.kind == "dns" else "robots_unreachable"
        return Failure(kind, f"The site's robots.txt cannot be read, so its pages are not: {site.reason}")

    def delay(self, url: str) -> float:
        """Seconds that a site asks to let pass between two pages, a minute at most."""
        site = self._sites.get(origin_of(url) or "")
        delay = _parsed(site.rules).crawl_delay(AGENT) if site is not None and site.rules else None
        return min(float(delay), _LONGEST_DELAY) if delay else 0.0

    async def _site(self, url: str, fetcher: Fetcher, turns: Turns) -> Site:
        origin = origin_of(url)
        if origin is None:
            return Site("", reachable=False, kind="blocked_address", reason="This is no address of a web page.")
        known = self._sites.get(origin)
        if known is not None and known.good_until > stamp(self._clock()):
            return known
        async with turns.turn(url):
            fetched = await fetcher.fetch(Request(f"{origin}/robots.txt", headers=_ACCEPT))
        site = site_of(origin, fetched, self._clock())
        self._sites[origin] = self.fresh[origin] = site
        return site


def site_of(origin: str, fetched: Fetched, now: datetime) -> Site:
    """What an answer to the request for robots.txt means (RFC 9309, 2.3.1)."""
    checked = stamp(now)
    if fetched.failure is None:
        life = min(max(timedelta(seconds=fetched.max_age or 0), _SHORTEST_LIFE), _LIFE) if fetched.max_age else _LIFE
        rules = (fetched.body or b"")[:LONGEST].decode("utf-8-sig", "replace").replace("\x00", "")
        return Site(origin, rules, checked_at=checked, good_until=stamp(now + life))
    absent = fetched.status is not None and 400 <= fetched.status < 500 and fetched.status != 429
    if absent or fetched.failure.kind == "redirect":
        return Site(origin, reason=fetched.failure.message, checked_at=checked, good_until=stamp(now + _LIFE))
    kind, reason = fetched.failure.kind, fetched.failure.message
    wait = max(_SOON if fetched.status is None else _UNREACHABLE, timedelta(seconds=fetched.retry_after or 0))
    return Site(origin, reachable=False, kind=kind, reason=reason, checked_at=checked, good_until=stamp(now + wait))


def origin_of(url: str) -> str | None:
    """Scheme, host and port of an address, as it is compared; None for what is no web address."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host:
        return None
    named = f"[{host}]" if ":" in host else host
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{named}" if port in {None, usual} else f"{parts.scheme}://{named}:{port}"


@lru_cache(maxsize=64)
def _parsed(rules: str) -> Protego:
    return Protego.parse(rules)
