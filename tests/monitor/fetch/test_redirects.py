"""Redirects are followed by hand, and every hop is checked."""

from urllib.parse import quote

import pytest

from monitor.types import Fetched
from tests.monitor.fetch.conftest import Fetch
from tests.web import Web

FEED = b"<rss/>"


def failure(fetched: Fetched) -> str | None:
    return fetched.failure and fetched.failure.kind


@pytest.mark.parametrize(
    ("statuses", "permanent"),
    [((301,), True), ((308, 301), True), ((302,), False), ((303,), False), ((307,), False), ((301, 302, 301), False)],
)
async def test_only_a_chain_of_permanent_redirects_is_permanent(
    web: Web, fetch: Fetch, statuses: tuple[int, ...], permanent: bool
) -> None:
    for i, status in enumerate(statuses):
        web.redirect(f"/{i}", f"/{i + 1}", status)
    last = web.answer(f"/{len(statuses)}", FEED)

    fetched = await fetch("/0")

    assert (fetched.body, fetched.final_url) == (FEED, last)
    assert fetched.permanent_url == (last if permanent else None)


async def test_a_permanent_redirect_to_a_failure_is_not_remembered(web: Web, fetch: Fetch) -> None:
    web.redirect("/old", "/none", 301)

    assert (await fetch("/old")).permanent_url is None


@pytest.mark.parametrize(
    "location",
    [
        "/dir/feed",
        "feed",
        "./feed",
        "../dir/feed#part",
        "//{host}/dir/feed",
        "HTTP://{host}/dir/feed",
        " feed",
        "\\dir\\feed",
    ],
)  # fmt: skip
async def test_locations_of_every_form(web: Web, fetch: Fetch, location: str) -> None:
    web.redirect("/dir/old", location.format(host=f"127.0.0.1:{web.port}"))
    web.answer("/dir/feed", FEED)

    fetched = await fetch("/dir/old")

    assert (fetched.body, fetched.final_url) == (FEED, web.url("/dir/feed"))


async def test_unescaped_letters_in_a_location(web: Web, fetch: Fetch) -> None:
    web.redirect("/old", "/новости и лента?q=ж")
    web.answer(quote("/новости и лента"), FEED)

    assert (await fetch("/old")).body == FEED


@pytest.mark.parametrize(
    "location",
    [
        None, "", "http://", "http://[::1", "http://:80/", "file:///etc/passwd", "ftp://example.org/x", "gopher://x/",
        "data:text/xml,<rss/>", "javascript:alert(1)", "//", "http://example.org:0/", "http://example.org:999999/",
    ],
)  # fmt: skip
async def test_locations_that_lead_nowhere(web: Web, fetch: Fetch, location: str | None) -> None:
    web.redirect("/old", location)

    fetched = await fetch("/old")

    assert (failure(fetched), fetched.body) == ("redirect", None)


async def test_circles_and_long_chains_end(web: Web, fetch: Fetch) -> None:
    web.redirect("/a", "/b")
    web.redirect("/b", "/a")
    web.redirect("/self", "/self#again")
    for i in range(25):
        web.redirect(f"/{i}", f"/{i + 1}")

    assert [failure(await fetch(path)) for path in ("/a", "/self", "/0")] == ["redirect"] * 3
    assert (web.count("/5"), web.count("/6")) == (1, 0)


async def test_five_redirects_are_followed(web: Web, fetch: Fetch) -> None:
    for i in range(5):
        web.redirect(f"/{i}", f"/{i + 1}")
    web.answer("/5", FEED)

    assert (await fetch("/0")).body == FEED


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "2130706433", "0x7f.1", "0x7f000001", "0177.0.0.1", "0", "0.0.0.0", "localhost",
        "localhost.", "LOCALHOST", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]",
        "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "169.254.169.254", "10.1.2.3", "192.168.0.1", "172.16.0.1",
        "100.64.0.1", "[fe80::1]", "[fd00::1]", "[fec0::1]", "192.88.99.1", "224.0.0.1", "255.255.255.255", "[ff02::1]",
    ],
)  # fmt: skip
async def test_no_connection_to_a_private_address(web: Web, fetch: Fetch, host: str) -> None:
    with Web() as private:
        private.answer("/feed", FEED)
        web.redirect("/old", f"http://{host}:{private.port}/feed")

        fetched = await fetch("/old")

        assert failure(fetched) == "blocked_address"
        assert private.connections == 0


async def test_a_private_address_that_is_named_may_be_redirected_to(web: Web, fetch: Fetch) -> None:
    with Web() as other:
        other.answer("/feed", FEED)
        web.redirect("/old", other.url("/feed"))

        assert (await fetch("/old", allowed=frozenset({web.pair, other.pair}))).body == FEED


async def test_own_headers_stay_with_their_origin(web: Web, fetch: Fetch) -> None:
    with Web() as other:
        other.answer("/feed", FEED)
        web.redirect("/old", "/older")
        web.redirect("/older", other.url("/feed"))

        await fetch(
            f"http://user:pw@127.0.0.1:{web.port}/old",
            headers={"X-Key": "k", "Cookie": "c=1"},
            allowed=frozenset({web.pair, other.pair}),
        )

        for hit in web.hits:
            assert {"x-key", "cookie", "authorization"} <= hit.headers.keys()
        assert {"x-key", "cookie", "authorization"}.isdisjoint(other.hits[0].headers)


async def test_a_password_in_a_location_is_not_used(web: Web, fetch: Fetch) -> None:
    web.redirect("/old", f"http://evil:pw@127.0.0.1:{web.port}/feed")
    web.answer("/feed", FEED)

    await fetch("/old")

    assert "authorization" not in web.hits[1].headers
