"""Conditional requests: validators go back to the address that gave them, and nowhere else."""

import pytest

from monitor.types import Validators
from tests.monitor.fetch.conftest import Fetch
from tests.web import Answer, Hit, Web

FEED = b"<rss/>"
DATE = "Thu, 01 Jan 2026 00:00:00 GMT"


def serve_conditionally(web: Web, path: str, etag: str) -> None:
    def respond(hit: Hit) -> Answer:
        known = hit.headers.get("if-none-match") == etag
        return Answer(b"" if known else FEED, 304 if known else 200, {"ETag": etag, "Last-Modified": DATE})

    web.serve(path, respond)


@pytest.mark.parametrize("query", ["", "?token=secret"])
async def test_unchanged_the_second_time(web: Web, fetch: Fetch, query: str) -> None:
    serve_conditionally(web, "/feed", 'W/"1"')

    first = await fetch(f"/feed{query}")
    second = await fetch(f"/feed{query}", first.validators)

    assert (first.body, first.not_modified) == (FEED, False)
    assert (second.status, second.not_modified, second.body) == (304, True, None)
    assert second.validators == first.validators
    assert web.hits[1].headers["if-modified-since"] == DATE


async def test_validators_of_another_address_are_not_sent(web: Web, fetch: Fetch) -> None:
    serve_conditionally(web, "/feed", '"1"')
    serve_conditionally(web, "/other", '"1"')
    first = await fetch("/feed?a=1")

    await fetch("/other", first.validators)
    await fetch("/feed?a=2", first.validators)

    assert all("if-none-match" not in hit.headers for hit in web.hits)


async def test_validators_of_the_end_of_a_chain_are_sent_there(web: Web, fetch: Fetch) -> None:
    web.redirect("/old", "/feed")
    serve_conditionally(web, "/feed", '"1"')
    first = await fetch("/old")

    second = await fetch("/old", first.validators)

    assert second.not_modified
    assert ["if-none-match" in hit.headers for hit in web.hits] == [False, False, False, True]


async def test_a_304_without_validators_keeps_the_old_ones(web: Web, fetch: Fetch) -> None:
    web.answer("/feed", status=304)
    sent = Validators(web.url("/feed"), '"1"', DATE)

    assert (await fetch("/feed", sent)).validators == sent


@pytest.mark.parametrize(
    ("etag", "kept"),
    [
        ('"a b"', '"a b"'),
        ("bare", "bare"),
        ('"' + "x" * 1_100 + '"', None),
        ('"\x01"', None),
        ('"é"', '"Ã©"'),
        ("", None),
    ],
)
async def test_what_may_be_a_validator(web: Web, fetch: Fetch, etag: str, kept: str | None) -> None:
    web.raw("/feed", f"HTTP/1.1 200 OK\r\nETag: {etag}\r\n\r\n<rss/>".encode())

    fetched = await fetch("/feed")

    if fetched.failure is None:
        assert (fetched.validators and fetched.validators.etag) == kept
    else:
        assert (fetched.failure.kind, kept) == ("protocol", None)


async def test_letters_beyond_ascii_go_back_as_they_came(web: Web, fetch: Fetch) -> None:
    serve_conditionally(web, "/feed", '"Ã©"')
    web.serve("/raw", lambda hit: hit.headers.get("if-none-match", "").encode("latin-1"))
    web.raw("/feed", 'HTTP/1.1 200 OK\r\nETag: "é"\r\n\r\n<rss/>'.encode())

    first = await fetch("/feed")
    await fetch("/feed", first.validators)

    assert web.hits[1].headers["if-none-match"].encode("latin-1") == '"é"'.encode()


@pytest.mark.parametrize("evil", ['"a\r\nX-Evil: 1"', '"a\nX-Evil: 1"', '"\x00"', "x" * 2_000])
async def test_no_header_can_be_smuggled_in_by_a_stored_validator(web: Web, fetch: Fetch, evil: str) -> None:
    web.answer("/feed", FEED)

    await fetch("/feed", Validators(web.url("/feed"), evil, evil))

    assert {"if-none-match", "if-modified-since", "x-evil"}.isdisjoint(web.hits[0].headers)


async def test_the_same_etag_with_a_body_is_a_full_answer(web: Web, fetch: Fetch) -> None:
    web.answer("/feed", FEED, headers={"ETag": '"1"'})
    first = await fetch("/feed")

    assert (await fetch("/feed", first.validators)).body == FEED


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Cache-Control": "public, max-age=300"}, 300),
        ({"Cache-Control": 'max-age="300"', "Age": "100"}, 200),
        ({"Cache-Control": "max-age=300", "Age": "1000"}, 0),
        ({"Cache-Control": "max-age=99999999999"}, 604_800),
        ({"Cache-Control": "s-maxage=300"}, None),
        ({"Cache-Control": "no-cache, max-age=300"}, 0),
        ({"Cache-Control": "max-age=300", "Expires": "0"}, 300),
        ({"Expires": "Fri, 15 Jan 2027 08:10:00 GMT", "Date": "Fri, 15 Jan 2027 08:00:00 GMT"}, 600),
        ({"Expires": "Fri, 15 Jan 2027 08:10:00 GMT"}, 600),
        ({"Expires": "-1"}, 0),
        ({}, None),
    ],
)
async def test_freshness(web: Web, fetch: Fetch, headers: dict[str, str], seconds: int | None) -> None:
    web.answer("/feed", FEED, headers=headers)

    assert (await fetch("/feed")).max_age == seconds
