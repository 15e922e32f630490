"""Through proxies: which one, what it is told, and what stays forbidden."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from monitor.fetch import Fetcher, Limits
from monitor.types import Fetched, Request
from tests.monitor.fetch.test_tls import AUTHORITY, client_context, server_context
from tests.proxies import HttpProxy, Proxy, SocksProxy
from tests.web import Web

FEED = b"<rss/>"
KINDS = [HttpProxy, SocksProxy]


class Stranger(Proxy):
    """Answers as a web server would."""

    scheme = "socks5"

    def talk(self, client: socket.socket) -> None:
        client.recv(1)
        client.sendall(b"HTTP/1.1 400 Bad\r\n\r\n")


@pytest.fixture(params=KINDS, ids=lambda kind: kind.scheme)
def proxy(request: pytest.FixtureRequest) -> Iterator[Proxy]:
    with request.param() as made:
        yield made


async def through(url: str, proxy: str | None, *, ours: str | None = None, **limits: float) -> Fetched:
    """Fetch through a proxy of the request's own, or `ours` for all."""
    fetcher = Fetcher(
        Limits(timeout=limits.pop("timeout", 5), **limits),  # type: ignore[arg-type]
        user_agent="seedwatch/0.1",
        proxy=ours,
        tls=client_context(),
    )
    async with fetcher:
        return await fetcher.fetch(Request(url, proxy=proxy))


def problem(fetched: Fetched) -> tuple[str, str]:
    assert fetched.failure is not None
    return fetched.failure.kind, fetched.failure.message


async def test_a_name_is_left_to_the_proxy(web: Web, proxy: Proxy) -> None:
    web.answer("/feed", FEED)

    assert (await through(web.url("/feed", "news.example"), proxy.url)).body == FEED
    assert proxy.asked == [f"news.example:{web.port}"]


async def test_a_secure_connection_is_checked_against_the_name(proxy: Proxy) -> None:
    with Web(server_context(AUTHORITY, "news.example")) as good, Web(server_context(AUTHORITY, "other.example")) as bad:
        for web in (good, bad):
            web.answer("/feed", FEED)

        assert (await through(good.url("/feed", "news.example"), proxy.url)).body == FEED
        assert problem(await through(bad.url("/feed", "news.example"), proxy.url))[0] == "tls"
        assert bad.hits == []


async def test_each_request_has_its_own(web: Web, proxy: Proxy) -> None:
    web.answer("/feed", FEED)
    nowhere = "http://127.0.0.1:9"
    async with Fetcher(user_agent="seedwatch/0.1", allowed=frozenset({web.pair}), proxy=nowhere) as fetcher:
        own = await fetcher.fetch(Request(web.url("/feed", "news.example"), proxy=proxy.url))
        none = await fetcher.fetch(Request(web.url("/feed"), proxy=""))
        usual = await fetcher.fetch(Request(web.url("/feed", "news.example")))

    assert (own.body, none.body) == (FEED, FEED)
    assert problem(usual) == ("proxy", "The proxy 127.0.0.1:9 cannot be reached.")
    assert len(proxy.asked) == 1


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.scheme)
async def test_a_password_opens_it_and_is_not_repeated(web: Web, kind: type[Proxy]) -> None:
    web.answer("/feed", FEED)
    url = web.url("/feed", "news.example")
    with kind("me:hush-hush") as proxy:
        good = await through(url, proxy.url.replace("//", "//me:hush-hush@"))
        wrong = await through(url, proxy.url.replace("//", "//me:wrong-word@"))

    assert good.body == FEED
    assert problem(wrong)[0] == "proxy"
    assert "wrong-word" not in repr(wrong)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "localhost", "[::1]", "2130706433", "169.254.169.254"])
async def test_a_private_address_stays_closed_where_it_shows(web: Web, proxy: Proxy, host: str) -> None:
    assert problem(await through(web.url("/feed", host), proxy.url))[0] == "blocked_address"
    assert proxy.asked == []


async def test_neither_does_a_redirect_lead_there(web: Web, proxy: Proxy) -> None:
    web.redirect("/feed", web.url("/secret"))

    assert problem(await through(web.url("/feed", "news.example"), proxy.url))[0] == "blocked_address"
    assert web.count("/secret") == 0


async def test_what_is_no_proxy_is_said_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        silent = f"http://127.0.0.1:{mute.getsockname()[1]}"
        late = await through("http://news.example/feed", silent, timeout=0.5)
    with Stranger() as stranger:
        garbage = await through("http://news.example/feed", stranger.url)

    assert problem(late)[0] == "timeout"
    assert problem(garbage) == ("proxy", f"The proxy 127.0.0.1:{stranger.port} does not speak SOCKS properly.")


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
async def test_a_head_that_does_not_end_is_left_behind_a_proxy_too(proxy: Proxy, tls: bool) -> None:
    with Web(server_context(AUTHORITY, "news.example") if tls else None) as web:
        web.flood("/flood", b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000, most=30_000_000)
        found = await through(web.url("/flood", "news.example"), proxy.url, timeout=8, max_head=100_000)

    assert problem(found)[0] == "protocol"
