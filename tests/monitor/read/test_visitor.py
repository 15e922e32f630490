"""One page read over real connections: politeness, redirects, private addresses, and servers that misbehave."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime

import pytest

from monitor.fetch.client import Fetcher, Limits
from monitor.read.pool import ReadPool
from monitor.read.robots import Robots
from monitor.read.types import Failure, Page, Visit, Wanted
from monitor.read.visitor import Visitor
from monitor.types import Validators
from tests.monitor.read.test_robots import Turns
from tests.pages import ENGLISH_TITLE, Article
from tests.web import Answer, Hit, Web

HTML = {"Content-Type": "text/html; charset=utf-8"}
Read = Callable[..., Awaitable[Visit]]


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as made:
        made.answer("/robots.txt", b"User-agent: *\nDisallow: /private/")
        yield made


@pytest.fixture
async def pool() -> AsyncIterator[ReadPool]:
    async with ReadPool(1, deadline_s=20) as made:
        yield made


@pytest.fixture
async def read(web: Web, pool: ReadPool) -> AsyncIterator[Read]:
    limits = Limits(timeout=5, max_body=200_000)
    async with Fetcher(limits, user_agent="seedwatch/0", allowed=frozenset({web.pair})) as fetcher:
        visitor = Visitor(fetcher, pool, Robots(lambda: datetime.now(UTC)), Turns(), lambda: datetime.now(UTC))

        async def visit(path: str, **more: object) -> Visit:
            url = path if "://" in path else web.url(path)
            return await visitor.visit(Wanted(1, url, ENGLISH_TITLE, **more))  # type: ignore[arg-type]

        yield visit


def failed(visit: Visit) -> str:
    assert isinstance(visit.result, Failure), visit.result
    return visit.result.kind


async def test_a_page_is_read_as_a_polite_visitor_reads_it(web: Web, read: Read) -> None:
    web.answer("/a", Article().html(), headers={**HTML, "ETag": '"1"'})

    visit = await read("/a")

    assert isinstance(visit.result, Page)
    assert visit.result.text == Article().text
    assert (visit.status, visit.final_url) == (200, web.url("/a"))
    assert visit.validators is not None
    assert [hit.path for hit in web.hits] == ["/robots.txt", "/a"]
    fields = web.hits[1].headers
    assert fields["user-agent"] == "seedwatch/0"
    assert fields["accept"].startswith("text/html")
    assert not {"cookie", "referer", "from", "authorization"} & set(fields)


async def test_what_robots_txt_forbids_is_not_asked_for(web: Web, read: Read) -> None:
    web.answer("/private/a", Article().html(), headers=HTML)

    assert failed(await read("/private/a")) == "robots"
    assert web.count("/private/a") == 0


async def test_a_redirect_leads_no_further_than_robots_txt_allows(web: Web, read: Read) -> None:
    web.redirect("/a", "/private/a")
    web.answer("/private/a", Article().html(), headers=HTML)

    assert failed(await read("/a")) == "robots"
    assert web.count("/private/a") == 0


async def test_another_site_is_asked_for_its_own_rules(web: Web, pool: ReadPool) -> None:
    with Web() as other:
        other.answer("/robots.txt", b"User-agent: *\nDisallow: /")
        other.answer("/a", Article().html(), headers=HTML)
        web.redirect("/a", other.url("/a"))
        async with Fetcher(user_agent="seedwatch/0", allowed=frozenset({web.pair, other.pair})) as fetcher:
            visitor = Visitor(fetcher, pool, Robots(lambda: datetime.now(UTC)), Turns(), lambda: datetime.now(UTC))
            visit = await visitor.visit(Wanted(1, web.url("/a"), ENGLISH_TITLE))

        assert failed(visit) == "robots"
        assert [hit.path for hit in other.hits] == ["/robots.txt"]


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:{port}/a",
        "http://localhost:{port}/a",
        "http://2130706433:{port}/a",
        "http://0x7f.1:{port}/a",
        "http://[::ffff:127.0.0.1]:{port}/a",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://[::1]:{port}/a",
    ],
)
async def test_private_addresses_are_reached_by_no_link_and_no_redirect(web: Web, read: Read, target: str) -> None:
    with Web() as secret:
        secret.answer("/a", Article().html(), headers=HTML)
        url = target.format(port=secret.port)
        web.redirect("/jump", url)

        assert failed(await read(url)) == "blocked_address"
        assert failed(await read("/jump")) == "blocked_address"

        assert secret.connections == 0


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://example.org/a", "javascript:alert(1)", "data:text/html,x", "//"]
)
async def test_other_schemes_are_not_followed(web: Web, read: Read, target: str) -> None:
    web.redirect("/a", target)

    assert failed(await read("/a")) == "redirect"


async def test_circles_and_chains_end(web: Web, read: Read) -> None:
    web.redirect("/a", "/b")
    web.redirect("/b", "/a")
    for number in range(30):
        web.redirect(f"/chain/{number}", f"/chain/{number + 1}")

    assert failed(await read("/a")) == "redirect"
    assert failed(await read("/chain/0")) == "redirect"
    assert sum(hit.path.startswith("/chain") for hit in web.hits) <= 7


@pytest.mark.parametrize(
    ("status", "kind"),
    [(404, "not_found"), (410, "gone"), (401, "unauthorised"), (403, "forbidden"), (429, "too_many_requests"), (500, "server_error"), (451, "legal")],
)  # fmt: skip
async def test_refusals_are_named(web: Web, read: Read, status: int, kind: str) -> None:
    web.answer("/a", b"no", status, headers={"Retry-After": "120"})

    visit = await read("/a")

    assert failed(visit) == kind
    assert (visit.status, visit.retry_after) == (status, 120)
    assert isinstance(visit.result, Failure)
    assert "feed" not in visit.result.message


@pytest.mark.slow
async def test_servers_that_drip_flood_and_lie(web: Web, read: Read) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    web.drip("/drip", head + b"<p>x</p>" * 1000, every=0.2)
    web.flood("/flood", head, b"<p>" + b"x" * 10_000)
    web.answer("/bomb", gzip.compress(b"x" * 50_000_000), headers={**HTML, "Content-Encoding": "gzip"})
    web.raw("/nonsense", b"what?\r\n")
    web.answer("/pdf", b"%PDF-1.4\n\x00", headers={"Content-Type": "application/pdf"})

    kinds = [
        failed(visit) for visit in await asyncio.gather(*map(read, ("/drip", "/flood", "/bomb", "/nonsense", "/pdf")))
    ]

    assert kinds == ["timeout", "too_large", "too_large", "protocol", "not_a_page"]


async def test_nothing_changed_is_said_without_a_body(web: Web, read: Read) -> None:
    def respond(hit: Hit) -> Answer:
        return Answer(status=304) if hit.headers.get("if-none-match") == '"1"' else Answer(Article().html(), 200, HTML)

    web.serve("/a", respond)

    visit = await read("/a", validators=Validators(web.url("/a"), '"1"'))

    assert visit.result is None
    assert visit.status == 304


async def test_exchanges_are_kept_when_wanted(web: Web, read: Read) -> None:
    web.redirect("/old", "/a")
    body = gzip.compress(Article().html())
    web.answer("/a", body, headers={**HTML, "Content-Encoding": "gzip", "X-Odd": "é"})

    kept = (await read("/old", capture=True)).exchanges

    assert [(e.url, e.status) for e in kept] == [(web.url("/old"), 302), (web.url("/a"), 200)]
    assert kept[1].body == body
    assert ("Content-Encoding", "gzip") in kept[1].answer
    assert ("host", f"127.0.0.1:{web.port}") in kept[1].request
    assert (await read("/a")).exchanges == ()


async def test_a_page_that_is_too_much_for_its_process_costs_no_other(web: Web) -> None:
    web.answer("/a", Article().html(), headers=HTML)
    web.answer("/long", Article(paragraphs=("word " * 50_000,) * 10).html(), headers=HTML)
    async with (
        ReadPool(1, deadline_s=0.001) as hasty,
        ReadPool(1) as patient,
        Fetcher(user_agent="seedwatch/0", allowed=frozenset({web.pair})) as fetcher,
    ):
        clock = lambda: datetime.now(UTC)  # noqa: E731
        visitors = [Visitor(fetcher, pool, Robots(clock), Turns(), clock) for pool in (hasty, patient)]
        first = await visitors[0].visit(Wanted(1, web.url("/long"), ENGLISH_TITLE))
        second = await visitors[1].visit(Wanted(1, web.url("/a"), ENGLISH_TITLE))

    assert failed(first) == "timeout"
    assert isinstance(second.result, Page)
