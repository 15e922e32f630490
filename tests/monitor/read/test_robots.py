"""What sites let programs read (RFC 9309)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from monitor.clock import stamp
from monitor.fetch.client import Fetcher
from monitor.read.robots import LONGEST, Robots, origin_of, site_of
from monitor.read.types import Site
from monitor.types import Fetched, FetchFailure, FetchKind
from tests.web import Web

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Turns:
    """Lets everybody ask at once, and remembers who did."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    @asynccontextmanager
    async def turn(self, url: str) -> AsyncIterator[None]:
        self.taken.append(url)
        yield


def answer(status: int | None, body: bytes | None = None, kind: FetchKind | None = None, **more: int) -> Fetched:
    failure = FetchFailure(kind, "why") if kind is not None else None
    return Fetched(status, "https://example.org/robots.txt", body=body, failure=failure, **more)


@pytest.mark.parametrize(
    ("fetched", "reachable", "hours"),
    [
        (answer(200, b"User-agent: *\nDisallow: /x"), True, 24),
        (answer(200, b"", max_age=7200), True, 2),
        (answer(200, b"", max_age=30), True, 1),
        (answer(200, b"", max_age=10_000_000), True, 24),
        (answer(404, kind="not_found"), True, 24),
        (answer(401, kind="unauthorised"), True, 24),
        (answer(403, kind="challenge"), True, 24),
        (answer(410, kind="gone"), True, 24),
        (answer(302, kind="redirect"), True, 24),
        (answer(429, kind="too_many_requests"), False, 1),
        (answer(429, kind="too_many_requests", retry_after=7200), False, 2),
        (answer(500, kind="server_error"), False, 1),
        (answer(503, kind="challenge"), False, 1),
        (answer(200, kind="too_large"), False, 1),
    ],
)
def test_what_answers_mean_and_for_how_long(fetched: Fetched, reachable: bool, hours: int) -> None:
    site = site_of("https://example.org", fetched, NOW)

    assert site.reachable is reachable
    assert site.good_until == stamp(NOW + timedelta(hours=hours))
    assert fetched.failure is None or site.rules == ""


@pytest.mark.parametrize("kind", ["dns", "timeout", "refused", "network"])
def test_a_site_that_does_not_answer_is_asked_again_soon(kind: FetchKind) -> None:
    site = site_of("https://example.org", answer(None, kind=kind), NOW)

    assert not site.reachable
    assert site.good_until == stamp(NOW + timedelta(minutes=5))


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://Example.org:443/a?b", "https://example.org"),
        ("http://example.org:8080/a", "http://example.org:8080"),
        ("http://[2001:DB8::1]/a", "http://[2001:db8::1]"),
        ("ftp://example.org/", None),
        ("https:///a", None),
        ("http://example.org:99999/", None),
        ("nonsense", None),
    ],
)
def test_origins(url: str, origin: str | None) -> None:
    assert origin_of(url) == origin


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("", "/a", True),
        ("<html>no rules</html>", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Seedwatch\nDisallow: /private", "/a", True),
        ("User-agent: *\nAllow: /\n\nUser-agent: seedwatch\nDisallow: /a", "/a", False),
        ("User-agent: *\nDisallow: /news\nAllow: /news/open", "/news/open/1", True),
        ("User-agent: *\nDisallow: /*.php$", "/a.php", False),
        ("User-agent: *\nDisallow: /новости", "/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/1", False),
        ("\ufeffUser-agent: *\r\nDisallow: /a\r\n", "/a", False),
        ("Disallow: /a", "/a", True),
        ("User-agent: " + "x" * 100_000 + "\nDisallow: /a", "/a", True),
    ],
)
async def test_rules_hold(rules: str, path: str, allowed: bool) -> None:
    with Web() as web:
        web.answer("/robots.txt", rules.encode())
        robots = Robots(lambda: NOW)
        async with Fetcher(user_agent="seedwatch/0", allowed=frozenset({web.pair})) as fetcher:
            refusal = await robots.refusal(web.url(path), fetcher, Turns())

    assert (refusal is None) is allowed
    assert refusal is None or refusal.kind == "robots"


async def test_rules_are_asked_for_once_and_only_in_turn() -> None:
    with Web() as web:
        web.answer("/robots.txt", b"User-agent: *\nDisallow: /a\nCrawl-delay: 7")
        robots, turns = Robots(lambda: NOW), Turns()
        async with Fetcher(user_agent="seedwatch/0", allowed=frozenset({web.pair})) as fetcher:
            for path in ("/a", "/b", "/c"):
                await robots.refusal(web.url(path), fetcher, turns)

        assert web.count("/robots.txt") == 1
        assert len(turns.taken) == 1
        assert robots.delay(web.url("/b")) == 7
        assert list(robots.fresh) == [web.url("").rstrip("/")]


async def test_stored_rules_are_used_until_they_are_old() -> None:
    with Web() as web:
        web.answer("/robots.txt", b"")
        origin = web.url("").rstrip("/")
        old = Site(origin, "User-agent: *\nDisallow: /", good_until=stamp(NOW + timedelta(minutes=1)))
        now = [NOW]
        robots = Robots(lambda: now[0])
        robots.remember({origin: old})
        async with Fetcher(user_agent="seedwatch/0", allowed=frozenset({web.pair})) as fetcher:
            assert await robots.refusal(web.url("/a"), fetcher, Turns()) is not None
            now[0] += timedelta(minutes=2)
            assert await robots.refusal(web.url("/a"), fetcher, Turns()) is None


async def test_endless_rules_are_read_to_their_bound() -> None:
    with Web() as web:
        web.answer("/robots.txt", b"User-agent: *\n" + b"#" * LONGEST + b"\nDisallow: /a")
        async with Fetcher(user_agent="seedwatch/0", allowed=frozenset({web.pair})) as fetcher:
            assert await Robots(lambda: NOW).refusal(web.url("/a"), fetcher, Turns()) is None
