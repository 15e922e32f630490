"""One attempt to read one page: each hop asks robots.txt first, waits for its host's turn, and goes to checked addresses.

Wanted ─► robots.txt ─► turn ─► request ─► a redirect? from the start ─► the process that reads ─► Visit
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

from monitor.clock import Clock
from monitor.fetch.client import Fetcher
from monitor.read.pool import ReadPool
from monitor.read.robots import Robots, Turns
from monitor.read.types import Failure, Visit, Wanted
from monitor.types import Exchange, Fetched, FetchFailure, Request

ACCEPT: Mapping[str, str] = {"accept": "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"}
MAX_PAGE = 5_000_000
"""Bytes of a page, after decompression; no article needs more, and a parser of HTML takes its time."""
_MOST_HOPS = 5
_WORDS = {
    "gone": "The page was removed for good (HTTP 410).",
    "too_large": "The page is larger than what is read.",
}


class Visitor:
    """Reads pages one after the other; make one for each concurrent worker."""

    def __init__(self, fetcher: Fetcher, pool: ReadPool, robots: Robots, turns: Turns, clock: Clock) -> None:
        self._fetcher = fetcher
        self._pool = pool
        self._robots = robots
        self._turns = turns
        self._clock = clock

    async def visit(self, wanted: Wanted) -> Visit:
        """Read a page; whatever can be expected to go wrong is in `Visit.result`."""
        began, started = self._clock(), time.monotonic()
        fetched, refused, exchanges = await self._travel(wanted)
        visit = Visit(wanted, began, refused, exchanges=exchanges)
        if fetched is not None:
            visit = replace(
                visit,
                status=fetched.status,
                final_url=fetched.final_url,
                bytes=fetched.bytes,
                retry_after=fetched.retry_after,
                validators=fetched.validators,
            )
            if refused is None and fetched.body is not None:
                result = await self._pool.read(wanted, fetched.body, fetched.content_type, fetched.final_url)
                visit = replace(visit, result=result)
        return replace(visit, duration_ms=round((time.monotonic() - started) * 1000))

    async def _travel(self, wanted: Wanted) -> tuple[Fetched | None, Failure | None, tuple[Exchange, ...]]:
        """The answer at the end of the redirects, why there is none, and all that went over the wire."""
        url, seen = wanted.url, set[str]()
        exchanges: list[Exchange] = []
        fetched: Fetched | None = None
        while True:
            if url in seen:
                return fetched, Failure("redirect", "The server redirects in a circle."), tuple(exchanges)
            if len(seen) > _MOST_HOPS:
                message = f"The server redirects more than {_MOST_HOPS} times."
                return fetched, Failure("redirect", message), tuple(exchanges)
            seen.add(url)
            if (refusal := await self._robots.refusal(url, self._fetcher, self._turns)) is not None:
                return fetched, refusal, tuple(exchanges)
            async with self._turns.turn(url):
                request = Request(url, wanted.validators, ACCEPT, stay=True, keep=wanted.capture)
                fetched = await self._fetcher.fetch(request)
            exchanges += fetched.exchanges
            if fetched.leads_to is None:
                failure = _failure(fetched.failure) if fetched.failure is not None else None
                return fetched, failure, tuple(exchanges)
            url = fetched.leads_to


def _failure(failure: FetchFailure) -> Failure:
    return Failure(failure.kind, _WORDS.get(failure.kind, failure.message))
