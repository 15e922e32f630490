"""`backfill feed`: archives as feeds really give them, and what goes wrong on the way."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import pytest

from tests import past
from tests.monitor.cli.conftest import Run
from tests.past import Post, posts
from tests.program import Project, rss
from tests.web import Answer, Web

Service = Callable[[Web, Sequence[Post]], str]


def jsonfeed(web: Web, articles: Sequence[Post]) -> str:
    """Pages of ten in JSON Feed, with `next_url`."""

    def respond(hit: past.Hit) -> Answer:
        page = int(past.query(hit).get("page", "1"))
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "Outlet",
            "items": [
                {"id": p.url, "url": p.url, "title": p.title, "date_published": f"{p.at:%Y-%m-%dT%H:%M:%SZ}"}
                for p in articles[page * 10 - 10 : page * 10]
            ],
        }
        if page * 10 < len(articles):
            feed["next_url"] = web.url(f"/feed.json?page={page + 1}")
        return Answer(json.dumps(feed).encode(), headers={"Content-Type": "application/feed+json"})

    return web.serve("/feed.json", respond)


def counting(web: Web, articles: Sequence[Post]) -> str:
    """Says nothing of its pages, but takes `?page=N`, and gives an empty feed behind the last."""

    def respond(hit: past.Hit) -> Answer:
        page = int(past.query(hit).get("page", "1"))
        return Answer(rss(*(p.item for p in articles[page * 10 - 10 : page * 10])))

    return web.serve("/news.xml", respond)


def last_again(web: Web, articles: Sequence[Post]) -> str:
    """Gives the last page again and again."""

    def respond(hit: past.Hit) -> Answer:
        page = min(int(past.query(hit).get("paged", "1")), (len(articles) + 9) // 10)
        return Answer(rss(*(p.item for p in articles[page * 10 - 10 : page * 10])))

    return web.serve("/feed", respond)


def soft_404(web: Web, articles: Sequence[Post]) -> str:
    """Answers 200 with a page for people behind the last one."""

    def respond(hit: past.Hit) -> Answer:
        page = int(past.query(hit).get("paged", "1"))
        part = articles[page * 10 - 10 : page * 10]
        return Answer(rss(*(p.item for p in part)) if part else b"<!doctype html><title>Nothing here</title>")

    return web.serve("/feed", respond)


def circle(web: Web, articles: Sequence[Post]) -> str:
    """The last page leads to the first."""

    def respond(hit: past.Hit) -> Answer:
        page = int(past.query(hit).get("p", "1"))
        pages = (len(articles) + 9) // 10
        link = f'<link rel="next" href="?p={page % pages + 1}"/>'
        return Answer(past.atom(articles[page * 10 - 10 : page * 10], link))

    return web.serve("/circle.atom", respond)


SERVICES: list[Service] = [
    lambda web, articles: past.wordpress(web, articles)[0],
    past.blogger,
    past.archived,
    past.paged,
    jsonfeed,
    counting,
    last_again,
    soft_404,
    circle,
]
NAMES = ["wordpress", "blogger", "archived", "paged", "json feed", "counting", "last again", "soft 404", "circle"]


@pytest.mark.parametrize("service", SERVICES, ids=NAMES)
def test_an_archive_is_read_to_its_beginning_and_no_further(service: Service, at: Project, run: Run) -> None:
    articles = posts(34)
    with Web() as web:
        url = service(web, articles)
        first = run("backfill", "feed", url, "--json")
        asked = len(web.hits)
        again = run("backfill", "feed", url, "--json")

    assert (first.code, first.err.count("learns your IP address")) == (0, 1)
    assert first.json["new"] == 34
    assert (first.json["likely"], first.json["failures"]) == (3, 0)
    assert (first.json["oldest"], first.json["newest"]) == ("2021-01-02T12:00:00Z", "2021-02-04T12:00:00Z")
    assert asked <= 7
    assert (again.json["new"], again.json["finished"]) == (0, True)
    assert at.value("SELECT count(*) FROM items WHERE origin = 'backfill'") == 34
    at.assert_sound()


def test_a_feed_without_an_archive_is_read_and_said_to_have_none(at: Project, run: Run) -> None:
    with Web() as web:
        url = web.answer("/feed", rss(*(p.item for p in posts(5))))
        done = run("backfill", "feed", url)

    assert done.code == 0
    assert "5 entries seen, 5 new" in done.out
    assert "The feed has no archive that can be asked for" in done.out
    assert len(web.hits) == 4


def test_a_complete_feed_is_asked_once(at: Project, run: Run) -> None:
    with Web() as web:
        url = web.answer("/feed", past.atom(posts(5), "<fh:complete/>"))
        done = run("backfill", "feed", url)

    assert "says that this is all it has (RFC 5005)" in done.out
    assert len(web.hits) == 1


@pytest.mark.parametrize("status", [429, 503, 500])
def test_what_passes_is_waited_for(status: int, at: Project, run: Run) -> None:
    with Web() as web:
        url, trouble = past.wordpress(web, posts(25))
        trouble.answers["/feed/?paged=2"] = [Answer(b"", status, {"Retry-After": "0"}), b"HTTP/1.1 200 OK\r\nContent-"]
        done = run("backfill", "feed", url, "--json")

    assert (done.code, done.json["new"], done.json["failures"]) == (0, 25, 0)


def test_a_long_wait_is_for_another_time_and_the_same_command_goes_on(at: Project, run: Run) -> None:
    with Web() as web:
        url, trouble = past.wordpress(web, posts(25))
        trouble.answers["/feed/?paged=2"] = [Answer(b"", 429, {"Retry-After": "86400"})]
        stopped = run("backfill", "feed", url, "--json")
        left_alone = run("backfill", "feed", url, "--json")
        hits = len(web.hits)
        with at_later(at):
            went_on = run("backfill", "feed", url, "--json")

    assert (stopped.code, stopped.json["new"], stopped.json["finished"]) == (1, 10, False)
    assert "It goes on from here when the same command is given after" in stopped.err
    assert (left_alone.code, left_alone.json["seen"], hits) == (1, 0, 2)
    assert (went_on.code, went_on.json["new"], went_on.json["resumed"]) == (0, 15, True)
    assert [hit.target for hit in web.hits[2:]] == ["/feed/?paged=2", "/feed/?paged=3", "/feed/?paged=4"]


def at_later(project: Project):
    """The host no longer asks to be left alone."""
    import contextlib
    import sqlite3

    with contextlib.closing(sqlite3.connect(project.database)) as connection, connection:
        connection.execute("DELETE FROM host_pause")
    return contextlib.nullcontext()


def test_a_server_that_stays_broken_stops_it_and_nothing_is_lost(at: Project, run: Run) -> None:
    with Web() as web:
        url, trouble = past.wordpress(web, posts(25))
        trouble.answers["/feed/?paged=3"] = [Answer(b"", 503)] * 5
        stopped = run("backfill", "feed", url, "--json")
        went_on = run("backfill", "feed", url, "--json")

    assert (stopped.code, stopped.json["new"]) == (1, 20)
    assert (went_on.code, went_on.json["new"], went_on.json["seen"]) == (0, 5, 5)


class TestWishes:
    def test_bounds(self, at: Project, run: Run) -> None:
        with Web() as web:
            url, _ = past.wordpress(web, posts(60))
            done = run("backfill", "feed", url, "--since", "2021-02-01", "--until", "2021-02-10", "--json")

        assert (done.json["seen"], done.json["new"]) == (10, 10)
        assert {
            r["published_at"][:10] for r in at.rows("SELECT published_at FROM items WHERE origin = 'backfill'")
        } == {f"2021-02-{day:02}" for day in range(1, 11)}
        assert len(web.hits) == 4  # no further back than needed

    def test_limit_goes_on_where_it_was(self, at: Project, run: Run) -> None:
        with Web() as web:
            url, _ = past.wordpress(web, posts(35))
            runs = [run("backfill", "feed", url, "--limit", 12, "--json").json for _ in range(3)]

        assert [one["seen"] for one in runs] == [20, 15, 0]
        assert [one["new"] for one in runs] == [20, 15, 0]
        assert [one["finished"] for one in runs] == [False, False, True]

    def test_a_rehearsal_counts_and_stores_nothing(self, at: Project, run: Run) -> None:
        run("backfill", "files", "seeds")  # makes the database
        before = at.database.read_bytes()
        with Web() as web:
            url, _ = past.wordpress(web, posts(25))
            done = run("backfill", "feed", url, "--dry-run", "--json")

        assert (done.json["new"], done.json["likely"], done.json["dry_run"]) == (25, 2, True)
        assert at.database.read_bytes() == before
        assert at.value("SELECT count(*) FROM items WHERE origin = 'backfill'") == 0

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            (("--since", "yesterday"), "expected a day such as"),
            (("--since", "2022-01-01", "--until", "2021-01-01"), "is not after --since"),
            (("--since", "2100-01-01"), "is still to come"),
            (("--rate", "fast"), "expected a number of requests such as 20/m"),
            (("--rate", "0/m"), "expected a number of requests such as 20/m"),
            (("--limit", "0"), "--limit"),
        ],
    )
    def test_what_cannot_be_read_is_wrong_usage(
        self, options: tuple[str, ...], message: str, at: Project, run: Run
    ) -> None:
        done = run("backfill", "feed", "http://127.0.0.1:1/feed", *options)

        assert done.code == 2
        assert message in done.err
        assert not at.database.exists()


def test_what_is_polled_and_its_archive_are_the_same_articles(at: Project, run: Run) -> None:
    articles = posts(25)
    with Web() as web:
        url, _ = past.wordpress(web, articles)
        at.configure([{"url": url, "name": "The Outlet"}])
        assert run("poll", "--all", "--no-read").code == 0
        done = run("backfill", "feed", "The Outlet", "--json")

    assert (done.json["seen"], done.json["new"], done.json["known"]) == (25, 15, 10)
    assert at.value("SELECT count(*) FROM items WHERE origin = 'feed'") == 10
    assert at.value("SELECT count(DISTINCT provider_domain) FROM items WHERE origin IN ('feed', 'backfill')") == 1


def test_headers_of_the_settings_are_sent_and_secrets_stay_out(
    at: Project, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FEED_TOKEN", "hunter2-hunter2")
    articles = posts(15)

    def respond(hit: past.Hit) -> Answer:
        if hit.headers.get("x-token") != "hunter2-hunter2":
            return Answer(b"", 403)
        page = int(past.query(hit).get("paged", "1"))
        part = articles[page * 10 - 10 : page * 10]
        return Answer(rss(*(p.item for p in part), title="hunter2-hunter2")) if part else Answer(b"", 404)

    with Web() as web:
        url = web.serve("/feed", respond)
        at.configure([{"url": url, "name": "Closed", "headers": {"X-Token": "${FEED_TOKEN}"}}])
        done = run("backfill", "feed", "Closed", "--json")

    assert done.json["new"] == 15
    assert b"hunter2" not in at.database.read_bytes()
    assert "hunter2" not in done.out + done.err


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [(404, b"", "HTTP 404"), (403, b"", "HTTP 403"), (200, b"<!doctype html><title>Home</title>", "")],
)
def test_what_is_no_feed_is_a_failure(status: int, body: bytes, message: str, at: Project, run: Run) -> None:
    with Web() as web:
        url = web.answer("/feed", body, status)
        done = run("backfill", "feed", url)

    assert done.code == 1
    assert f"not read: {url}: " in done.out
    assert message in done.out


def test_nobody_else_is_reached(at: Project, run: Run) -> None:
    """A link in an archive may not lead to private addresses that nobody named."""
    with Web() as web, Web() as other:
        link = f'<link rel="next" href="{other.url("/secret")}"/>'
        url = web.answer("/feed", past.atom(posts(5), link))
        run("backfill", "feed", url)

        assert other.hits == []


def test_the_budget_of_an_hour_holds_over_several_commands(at: Project, run: Run) -> None:
    with Web() as web:
        url, _ = past.wordpress(web, posts(25))
        run("backfill", "feed", url)

        assert at.value("SELECT sum(requests) FROM asked") == len(web.hits) == 4


@pytest.mark.slow
def test_history_is_never_mixed_with_news_and_nobody_is_told_of_it(at: Project, run: Run) -> None:
    with Web() as web:
        url, _ = past.wordpress(web, posts(25))
        today = rss(past.item("Moscow metro adds facial recognition cameras today", "https://outlet.example/today"))
        at.configure([{"url": web.answer("/live", today), "name": "Live"}])
        run("poll", "--all", "--no-read")
        run("alerts", "send")
        run("backfill", "feed", url)
        told = run("alerts", "send", "--json").json
        out = run("new").out

    news, _, history = out.partition("Likely related, older, found by a backfill: 2")
    assert "Likely related: 1" in news
    assert "cameras today" in news
    assert history.count("at station") == 2
    assert told["articles"] == []


@pytest.mark.slow
def test_coverage_counts_the_time_of_which_the_archive_was_read_as_looked_at(at: Project, run: Run) -> None:
    with Web() as web:
        url, _ = past.wordpress(web, posts(45))
        at.configure([{"url": url, "name": "The Outlet"}])
        run("poll", "--all", "--no-read")
        window = ("--since", "2021-01-25", "--until", "2021-01-28", "--json")
        before = run("coverage", *window).json["outlets"]
        run("backfill", "feed", "The Outlet", "--since", "2021-01-10")
        after = run("coverage", *window).json["outlets"]
        earlier = run("coverage", "--since", "2021-01-01", "--until", "2021-01-20", "--json").json["outlets"]

    (quiet,) = (one for one in before if one["feeds"])
    assert (quiet["reported"], quiet["looking"], quiet["because"]) == (False, "no", "followed only since then")
    (looked,) = (one for one in after if one["feeds"])
    assert (looked["reported"], looked["looking"], looked["holes"]) == (False, "yes", [])
    (partly,) = (one for one in earlier if one["feeds"])
    assert (partly["looking"], partly["holes"][0][1][:10]) == ("cannot say", "2021-01-12")
