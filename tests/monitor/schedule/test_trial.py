"""Trying feeds over a real server: what each answers, and what to do about it."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from typing import Any, get_args

import pytest
from structlog.testing import capture_logs

from config.model import Feed, Poll, Settings
from monitor import trouble
from monitor.clock import stamp, utc_now
from monitor.fetch.client import Fetcher
from monitor.schedule.trial import Trial, try_feeds
from monitor.types import Fetched, FetchKind, ParseKind, Request
from tests.web import Answer, Hit, Web

NEWEST = (utc_now() - timedelta(days=1)).replace(microsecond=0)
RSS = f"""<?xml version="1.0"?><rss version="2.0"><channel><title>Metro Herald</title><language>en-GB</language>
<item><title>One</title><link>https://a.example/1</link><pubDate>{format_datetime(NEWEST - timedelta(hours=2))}</pubDate></item>
<item><title>Two</title><link>https://a.example/2</link><pubDate>{format_datetime(NEWEST)}</pubDate></item>
</channel></rss>""".encode()
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Вестник</title><entry><id>1</id>
<title>Камеры появятся на всех вокзалах города до конца этого года</title></entry></feed>""".encode()


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as served:
        yield served


def settings(*urls: str, **poll: Any) -> Settings:
    gentle = {"host_gap": timedelta(0), "timeout": timedelta(seconds=5)} | poll
    return Settings(feeds=tuple(Feed(url=url) for url in urls), poll=Poll(**gentle))


async def tried(*urls: str, **poll: Any) -> list[Trial]:
    given = settings(*urls, **poll)
    return await try_feeds(given, given.feeds, lambda trial: None)


async def test_a_good_feed_is_described(web: Web) -> None:
    web.answer("/rss", RSS)
    web.answer("/atom", ATOM)
    rss, atom = await tried(web.url("/rss"), web.url("/atom"))

    assert rss.error is None
    assert (rss.title, rss.format, rss.language, rss.entries) == ("Metro Herald", "RSS 2.0", "en", 2)
    assert rss.newest == stamp(NEWEST)
    assert (rss.message, rss.advice, rss.moved_to, rss.status) == ("", "", None, 200)
    assert (atom.format, atom.language, atom.entries, atom.newest) == ("Atom 1.0", "ru", 1, None)


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (Answer(b"no", 404), "not_found", "look for a link called RSS"),
        (Answer(b"", 410), "gone", "feeds remove"),
        (Answer(b"", 403), "forbidden", "poll.contact"),
        (Answer(b"", 451), "legal", "`proxy`"),
        (Answer(b"", 401), "unauthorised", "${USER}:${PASSWORD}"),
        (Answer(b"", 503, {"cf-mitigated": "challenge"}), "challenge", "cannot pass this test"),
        (Answer(b"", 429), "too_many_requests", "`interval`"),
        (Answer(b"", 500), "server_error", "try again later"),
        (Answer(b""), "empty", "try again later"),
        (Answer(b"<html><title>Front page</title></html>"), "not_a_feed", "look for a link called RSS"),
        (Answer(b"<html><input type='password'></html>"), "login", "subscribers"),
        (Answer(b"<html>Before you continue</html>"), "consent", "cannot consent"),
        (Answer(b"<urlset></urlset>"), "unsupported", "news sitemap can be read"),
        (Answer(b"", 302, {"Location": "http://10.0.0.1/"}), "blocked_address", "allow_private"),
        (Answer(b"x" * 3_000), "too_large", "poll.max_body"),
    ],
    ids=lambda value: str(value.status) if isinstance(value, Answer) else value,
)
async def test_what_is_wrong_is_named_and_something_can_be_done(
    web: Web, answer: Answer, kind: str, words: str
) -> None:
    web.raw("/feed", answer.encoded())
    (trial,) = await tried(web.url("/feed"), max_body="2kB")

    assert trial.error == kind
    assert trial.message
    assert words in trial.advice


async def test_nothing_listens_there_or_it_says_nothing(web: Web) -> None:
    web.silent("/silent")
    with Web() as other:
        gone = other.url("/feed")
    refused, silent = await tried(gone, web.url("/silent"), timeout=timedelta(seconds=0.5))

    assert (refused.error, silent.error) == ("refused", "timeout")
    assert "poll.timeout" in silent.advice


def test_there_is_advice_on_everything_that_can_go_wrong() -> None:
    assert trouble.FETCH.keys() == set(get_args(FetchKind))
    assert trouble.PARSE.keys() == set(get_args(ParseKind))
    assert trouble.CONDITIONS.keys() == set(get_args(trouble.Condition))
    assert all(trouble.name(problem) and trouble.advice(problem) for problem in trouble.PROBLEMS)
    assert {trouble.of_document(kind) for kind in get_args(ParseKind)} <= set(trouble.PROBLEMS)
    assert trouble.advice("something of tomorrow") == ""


async def test_a_feed_that_moved_for_good_says_where_to(web: Web) -> None:
    web.redirect("/old", "/new", status=301)
    web.redirect("/now", "/new", status=302)
    web.answer("/new", RSS)
    moved, passing = await tried(web.url("/old"), web.url("/now"))

    assert moved.moved_to == web.url("/new")
    assert web.url("/new") in moved.advice
    assert (passing.error, passing.moved_to) == (None, None)


async def test_a_feed_read_in_part_says_so(web: Web) -> None:
    web.answer("/cut", RSS[:-60])
    (trial,) = await tried(web.url("/cut"))

    assert trial.error is None
    assert (trial.problem, trial.message) == (
        "degraded",
        "Degraded: The document is cut off; what came before was read.",
    )


async def test_a_secret_never_shows_not_even_where_the_feed_moved_to(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEED_KEY", "hush-hush")
    web.redirect("/hush-hush/old", "/hush-hush/new", status=301)
    web.answer("/hush-hush/new", RSS)
    good, unset = await tried(web.url("/${FEED_KEY}/old"), web.url("/${NOT_SET}/old"))

    assert good.moved_to == web.url("/${FEED_KEY}/new")
    assert "hush" not in repr(good)
    assert unset.error == "unreadable"
    assert "NOT_SET" in unset.message


async def test_a_host_gets_one_request_at_a_time_and_each_answer_is_told(web: Web) -> None:
    told: list[str] = []
    open_now = threading.Lock()
    together: list[str] = []

    def respond(hit: Hit) -> Answer:
        if not open_now.acquire(blocking=False):
            together.append(hit.path)
        time.sleep(0.02)  # long enough for a second request to come, were one allowed
        open_now.release()
        return Answer(RSS)

    given = settings(*(web.serve(f"/{number}", respond) for number in range(4)))
    trials = await try_feeds(given, given.feeds, lambda trial: told.append(trial.feed_url))

    assert together == []
    assert [trial.feed_url for trial in trials] == [feed.url for feed in given.feeds]
    assert sorted(told) == sorted(feed.url for feed in given.feeds)


async def test_private_addresses_that_nobody_named_stay_closed(web: Web) -> None:
    with Web() as other:
        other.answer("/feed", RSS)
        web.redirect("/feed", other.url("/feed"))
        (trial,) = await tried(web.url("/feed"))

        assert trial.error == "blocked_address"
        assert other.hits == []


async def test_a_fault_of_ours_costs_one_feed_and_is_loud(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    web.answer("/good", RSS)
    fetch = Fetcher.fetch

    async def broken(self: Fetcher, request: Request, *more: Any, **named: Any) -> Fetched:
        if request.url.endswith("/bad"):
            raise LookupError
        return await fetch(self, request, *more, **named)

    monkeypatch.setattr(Fetcher, "fetch", broken)
    with capture_logs() as logged:
        bad, good = await tried(web.url("/bad"), web.url("/good"))

    assert (bad.error, good.error) == ("internal", None)
    assert "LookupError" in bad.message
    assert [(line["log_level"], line["event"]) for line in logged] == [("critical", "feed could not be asked")]
