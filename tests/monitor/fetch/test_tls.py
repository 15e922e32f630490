"""Certificates are checked against the name, and there is no second try without."""

import ssl
from datetime import UTC, datetime, timedelta

import pytest
import trustme

from monitor.types import Fetched
from tests.monitor.fetch.conftest import Fetch
from tests.web import Web

AUTHORITY = trustme.CA()
FEED = b"<rss/>"
LONG_AGO = datetime.now(UTC) - timedelta(days=2)


def server_context(authority: trustme.CA, *names: str, expired: bool = False) -> ssl.SSLContext:
    certificate = authority.issue_cert(*names, not_after=LONG_AGO if expired else None)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    certificate.configure_cert(context)
    return context


def client_context() -> ssl.SSLContext:
    context = ssl.create_default_context()
    AUTHORITY.configure_trust(context)
    return context


async def resolve_to_loopback(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


async def get(fetch: Fetch, web: Web, path: str = "/feed") -> Fetched:
    return await fetch(
        web.url(path, "news.example"),
        tls=client_context(),
        resolver=resolve_to_loopback,
        allowed=frozenset({("news.example", web.port)}),
    )


async def test_a_good_certificate_for_the_name(fetch: Fetch) -> None:
    with Web(server_context(AUTHORITY, "news.example")) as web:
        web.answer("/feed", FEED)

        assert (await get(fetch, web)).body == FEED
        assert web.hits[0].headers["host"] == f"news.example:{web.port}"


@pytest.mark.parametrize(
    ("authority", "name", "expired"),
    [(AUTHORITY, "other.example", False), (AUTHORITY, "news.example", True), (trustme.CA(), "news.example", False)],
    ids=["wrong host", "expired", "unknown authority"],
)
async def test_bad_certificates(fetch: Fetch, authority: trustme.CA, name: str, expired: bool) -> None:
    with Web(server_context(authority, name, expired=expired)) as web:
        web.answer("/feed", FEED)

        fetched = await get(fetch, web)

        assert fetched.failure is not None
        assert fetched.failure.kind == "tls"
        assert web.hits == []


async def test_plain_http_where_tls_is_expected(fetch: Fetch, web: Web) -> None:
    fetched = await fetch(f"https://127.0.0.1:{web.port}/")

    assert fetched.failure is not None
    assert fetched.failure.kind in {"tls", "protocol", "network"}


async def test_no_way_back_from_https_to_http(fetch: Fetch, web: Web) -> None:
    web.answer("/feed", FEED)
    with Web(server_context(AUTHORITY, "news.example")) as secure:
        secure.redirect("/feed", web.url("/feed"), 301)

        fetched = await get(fetch, secure)

        assert fetched.failure is not None
        assert fetched.failure.kind == "redirect"
        assert web.connections == 0
