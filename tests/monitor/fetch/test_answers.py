"""What comes of the answers of a server, good and bad."""

import gzip
import time
import zlib

import pytest

from monitor.fetch import Limits
from monitor.types import Fetched, FetchFailure
from tests.bombs import gzip_bomb
from tests.monitor.fetch.conftest import Fetch
from tests.web import Answer, Hit, Web

FEED = b"<rss version='2.0'><channel><title>News</title></channel></rss>"
GZIPPED = gzip.compress(FEED, mtime=0)
OK = b"HTTP/1.1 200 OK\r\n"


def kind(fetched: Fetched) -> str:
    assert fetched.failure is not None
    assert fetched.body is None
    assert fetched.validators is None
    return fetched.failure.kind


async def test_a_good_answer(web: Web, fetch: Fetch) -> None:
    web.answer(
        "/feed", FEED, headers={"Content-Type": "application/rss+xml", "ETag": '"1"', "Cache-Control": "max-age=60"}
    )

    fetched = await fetch("/feed")

    assert (fetched.status, fetched.body, fetched.failure) == (200, FEED, None)
    assert (fetched.final_url, fetched.permanent_url) == (web.url("/feed"), None)
    assert (fetched.content_type, fetched.max_age, fetched.bytes) == ("application/rss+xml", 60, len(FEED))


async def test_the_request_says_who_asks_and_nothing_more(web: Web, fetch: Fetch) -> None:
    web.answer("/feed", FEED)

    await fetch("/feed")

    headers = dict(web.hits[0].headers)
    assert "application/rss+xml" in headers.pop("accept")
    assert headers == {
        "host": f"127.0.0.1:{web.port}",
        "user-agent": "seedwatch/0.1",
        "accept-encoding": "gzip",
        "connection": "close",
    }


async def test_an_empty_body_is_left_to_the_parser(web: Web, fetch: Fetch) -> None:
    web.answer("/feed", b"")

    assert (await fetch("/feed")).body == b""


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (401, "unauthorised"),
        (403, "forbidden"),
        (404, "not_found"),
        (410, "gone"),
        (429, "too_many_requests"),
        (400, "client_error"),
        (451, "legal"),
        (500, "server_error"),
        (503, "server_error"),
        (522, "server_error"),
        (300, "redirect"),
        (206, "protocol"),
        (304, "protocol"),
        (799, "protocol"),
    ],
)
async def test_statuses(web: Web, fetch: Fetch, status: int, expected: str) -> None:
    web.answer("/feed", FEED if status != 304 else b"", status=status, headers={"ETag": '"x"'})

    fetched = await fetch("/feed")

    assert (fetched.status, kind(fetched)) == (status, expected)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"cf-mitigated": "challenge"}, b""),
        ({}, b"<html><title>Just a moment...</title>"),
        ({"Content-Encoding": "gzip"}, gzip.compress(b"<script src=/cdn-cgi/challenge-platform/x.js>", mtime=0)),
        ({"Server": "ddos-guard"}, b"<title>DDoS-Guard</title>"),
    ],
)
async def test_a_wall_against_robots_is_named(web: Web, fetch: Fetch, headers: dict[str, str], body: bytes) -> None:
    web.answer("/feed", body, status=403, headers=headers)

    assert kind(await fetch("/feed")) == "challenge"


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("-5", 0),
        ("1" + 12 * "0", 604_800),
        ("9" * 300, 604_800),
        ("soon", None),
        ("", None),
        ("Fri, 15 Jan 2027 08:10:00 GMT", 600),
        ("Fri, 15 Jan 2027 07:00:00 GMT", 0),
        ("Fri, 15 Jan 9999 07:00:00 GMT", 604_800),
    ],
)
async def test_retry_after(web: Web, fetch: Fetch, status: int, value: str, seconds: int | None) -> None:
    web.answer("/feed", status=status, headers={"Retry-After": value})

    assert (await fetch("/feed")).retry_after == seconds


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        ({"Content-Encoding": "gzip"}, GZIPPED, FEED),
        ({"Content-Encoding": "x-gzip, identity"}, GZIPPED, FEED),
        ({"Content-Encoding": "deflate"}, zlib.compress(FEED), FEED),
        ({"Content-Encoding": "deflate"}, zlib.compress(FEED)[2:-4], FEED),
        ({"Content-Encoding": "gzip"}, FEED, FEED),
        ({"Content-Encoding": "gzip"}, b"{}", b"{}"),
        ({"Content-Encoding": "gzip"}, b"", b""),
        ({}, GZIPPED, FEED),
        ({"Content-Encoding": "identity"}, FEED, FEED),
        ({"Content-Encoding": "gzip"}, GZIPPED + b"\0" * 20, FEED),
        ({"Content-Encoding": "gzip"}, GZIPPED + GZIPPED, FEED + FEED),
        ({"Content-Encoding": "gzip"}, GZIPPED[:-10], "encoding"),
        ({"Content-Encoding": "gzip"}, b"\x00\x01\x02\x03", "encoding"),
        ({"Content-Encoding": "gzip"}, GZIPPED[:20] + b"\xff" * 40, "encoding"),
        ({"Content-Encoding": "gzip, gzip"}, gzip.compress(GZIPPED, mtime=0), "encoding"),
        ({"Content-Encoding": ", ".join(["gzip"] * 500)}, GZIPPED, "encoding"),
        ([("Content-Encoding", "gzip"), ("Content-Encoding", "gzip")], gzip.compress(GZIPPED, mtime=0), "encoding"),
        ({"Content-Encoding": "br"}, b"\x0b\x02\x80hello\x03", "encoding"),
        ({"Content-Encoding": "zstd"}, b"\x28\xb5\x2f\xfd", "encoding"),
        ({"Content-Encoding": "<b>evil"}, FEED, "encoding"),
        ({}, b"x" * 100_001, "too_large"),
        ({"Content-Encoding": "gzip"}, gzip_bomb(300), "too_large"),
    ],
)
async def test_content_codings(
    web: Web, fetch: Fetch, headers: dict[str, str], body: bytes, expected: bytes | str
) -> None:
    web.answer("/feed", body, headers=headers)

    fetched = await fetch("/feed")

    if isinstance(expected, bytes):
        assert (fetched.failure, fetched.body) == (None, expected)
    else:
        assert kind(fetched) == expected


async def test_coded_bodies_in_small_pieces(web: Web, fetch: Fetch) -> None:
    head = OK + b"Content-Encoding: gzip\r\n\r\n"
    web.raw("/feed", head, *(GZIPPED[i : i + 1] for i in range(len(GZIPPED))))

    assert (await fetch("/feed")).body == FEED


async def test_an_endless_body_is_left_at_the_limit(web: Web, fetch: Fetch) -> None:
    web.flood("/feed", OK + b"\r\n", b"x" * 65_536)

    fetched = await fetch("/feed")

    assert kind(fetched) == "too_large"
    assert fetched.bytes < 400_000


@pytest.mark.parametrize(
    "pieces",
    [
        (OK + b"Content-Length: 100\r\n\r\nhello",),
        (OK + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\nhello",),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello",),
        (OK + b"Content-Length: 5\r\nContent-Length: 9\r\n\r\nhello",),
        (b"HTTP/1.1 twohundred OK\r\n\r\nhello",),
        (b"hello\r\n",),
        (b"<rss/>",),
        (b"",),
        (OK + b"X: " + b"x" * 200_000 + b"\r\n\r\nhello",),
        (OK + b"".join(b"X-%d: x\r\n" % i for i in range(5_000)) + b"\r\nhello",),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 1_000,) * 100,
    ],
    ids=["short", "chunk", "cut", "lengths", "status", "http09", "bare", "nothing", "long", "many", "interim"],
)
async def test_what_is_not_proper_http(web: Web, fetch: Fetch, pieces: tuple[bytes, ...]) -> None:
    web.raw("/feed", *pieces)

    assert kind(await fetch("/feed")) == "protocol"


@pytest.mark.parametrize("how", ["silent", "drip", "slow-headers", "after-redirect"])
async def test_one_deadline_for_everything(web: Web, fetch: Fetch, how: str) -> None:
    web.silent("/silent")
    web.drip("/drip", OK + b"\r\n" + b"x" * 1000, every=0.02)
    web.drip("/slow-headers", OK + b"X: y\r\n" * 1000, every=0.02, size=6)
    web.redirect("/after-redirect", "/silent")
    started = time.monotonic()

    fetched = await fetch(f"/{how}", limits=Limits(timeout=0.3))

    assert kind(fetched) == "timeout"
    assert time.monotonic() - started < 2


async def test_refused(fetch: Fetch) -> None:
    with Web() as gone:
        url, pair = gone.url("/"), gone.pair

    assert kind(await fetch(url, allowed=frozenset({pair}))) == "refused"


async def test_unknown_name(fetch: Fetch) -> None:
    fetched = await fetch("http://name.invalid/feed?token=secret")

    assert fetched.failure == FetchFailure("dns", "The name name.invalid could not be resolved; is it spelt right?")


@pytest.mark.parametrize(
    "url", ["", "http://", "http://[::1", "ftp://example.org/", "http://example.org:99999/", "mailto:a@b.c"]
)
async def test_what_is_no_address_is_a_failure(fetch: Fetch, url: str) -> None:
    assert kind(await fetch(url)) in {"network", "no_file"}


async def test_cookies_are_neither_kept_nor_sent(web: Web, fetch: Fetch) -> None:
    web.answer("/feed", FEED, headers=[("Set-Cookie", f"c{i}=1; Path=/") for i in range(200)])
    web.redirect("/old", "/feed")

    await fetch("/old")

    assert all("cookie" not in hit.headers for hit in web.hits)


async def test_proxies_in_the_environment_are_ignored(web: Web, fetch: Fetch, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    web.answer("/feed", FEED)

    assert (await fetch("/feed")).body == FEED


async def test_a_configured_proxy_is_used_and_local_names_stay_blocked(web: Web, fetch: Fetch) -> None:
    def answer(hit: Hit) -> Answer:
        return Answer(hit.target.encode())

    web.serve("http://news.example/feed", answer)

    fetched = await fetch("http://news.example/feed", proxy=web.url())
    blocked = await fetch("http://127.1/feed", proxy=web.url())

    assert fetched.body == b"http://news.example/feed"
    assert kind(blocked) == "blocked_address"
    assert len(web.hits) == 1


async def test_secrets_stay_out_of_the_answer(web: Web, fetch: Fetch, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    web.serve("/feed", lambda hit: Answer(hit.headers["authorization"].encode(), headers={"ETag": '"1"'}))

    fetched = await fetch(f"http://us%40er:hush@127.0.0.1:{web.port}/feed?token=hushhush")
    failed = await fetch(f"http://user:hush@127.0.0.1:{web.port}/none?token=hushhush")

    assert fetched.body == b"Basic dXNAZXI6aHVzaA=="  # us@er:hush
    assert fetched.validators is not None
    assert "hush" not in f"{fetched.validators}{failed.failure}{caplog.text}"
    assert "hush@" not in f"{fetched.final_url}"


async def test_headers_that_cannot_be_sent_are_a_failure(web: Web, fetch: Fetch) -> None:
    assert kind(await fetch("/feed", headers={"X-Key": "a\r\nX-Other: b"})) == "protocol"
    assert web.hits == []
