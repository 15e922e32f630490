"""`backfill wayback`: the copies of a feed that a web archive has."""

from __future__ import annotations

import gzip
from datetime import timedelta

import pytest

from tests import past
from tests.monitor.cli.conftest import Run
from tests.past import Copy, Post, WebArchive, posts, query
from tests.program import Project, item, rss
from tests.web import Answer, Web

FEED = "https://outlet.example/feed.xml"


def copies(articles: list[Post], window: int = 10, step: int = 5) -> list[Copy]:
    """A feed of ten entries, copied each five days."""
    oldest_first = articles[::-1]
    made = []
    for end in range(window, len(oldest_first) + 1, step):
        part = oldest_first[end - window : end][::-1]
        made.append(Copy(part[0].at + timedelta(hours=3), rss(*(p.item for p in part), title="The Outlet")))
    return made


def seen_in(at: Project) -> dict[str, str]:
    """Headline → the copy in which it was first seen."""
    return {r["title"]: r["captured_at"] for r in at.rows("SELECT title, captured_at FROM sightings")}


def captures_asked(web: Web) -> list[str]:
    return [hit.target for hit in web.hits if hit.path.startswith("/web/")]


def test_each_copy_is_read_as_the_feed_it_was_and_items_remember_which(at: Project, run: Run) -> None:
    articles = posts(40)
    with Web() as web:
        archive = WebArchive(web)
        archive.keep(FEED, *copies(articles))
        at.extra = archive.settings
        at.configure([])
        first = run("backfill", "wayback", FEED, "--json")
        asked = len(captures_asked(web))
        again = run("backfill", "wayback", FEED, "--json")

    assert (
        "127.0.0.1 learns your IP address, and that you read the past of https://outlet.example/feed.xml" in first.err
    )
    assert (first.code, first.json["new"], first.json["likely"], first.json["failures"]) == (0, 40, 4, 0)
    assert asked == 7
    assert (again.json["new"], again.json["covered"], len(captures_asked(web))) == (0, 7, 7)
    by_title = seen_in(at)
    oldest, newest = articles[-1], articles[0]
    assert by_title[oldest.title] == "2021-01-11T15:00:00Z"
    assert by_title[newest.title] == "2021-02-10T15:00:00Z"
    row = at.rows("SELECT capture_url, item_uid FROM sightings WHERE title = ?", oldest.title)[0]
    assert row["capture_url"] == f"{web.url('')}/web/20210111150000/{FEED}"
    assert row["capture_url"] in run("items", "show", row["item_uid"]).out
    assert at.value("SELECT count(*) FROM items WHERE provider_name = 'The Outlet'") == 40
    at.assert_sound()


def test_equal_copies_are_read_once_and_bad_answers_are_none(at: Project, run: Run) -> None:
    made = copies(posts(20))
    with Web() as web:
        archive = WebArchive(web)
        same = [Copy(c.at + timedelta(days=1), c.body) for c in made]
        gone = [Copy(made[-1].at + timedelta(days=9), b"", 404)]
        again = [Copy(made[-1].at + timedelta(days=30), made[0].body)]
        archive.keep(FEED, *made, *same, *gone, *again)
        at.extra = archive.settings
        at.configure([])
        done = run("backfill", "wayback", FEED, "--json")

    assert (done.json["new"], done.json["covered"], len(captures_asked(web))) == (20, 1, 3)


def test_bounds_are_asked_of_the_archive(at: Project, run: Run) -> None:
    with Web() as web:
        archive = WebArchive(web, page=100)
        archive.keep(FEED, *copies(posts(200)))
        at.extra = archive.settings
        at.configure([])
        done = run("backfill", "wayback", FEED, "--since", "2021-03-01", "--until", "2021-03-10", "--json")
        asked = query(web.hits[0])

    assert (done.json["seen"], done.json["new"]) >= (10, 10)
    assert (asked["from"], asked["to"][:8], asked["collapse"]) == ("20210301000000", "20210410", "digest")
    days = {r["d"] for r in at.rows("SELECT substr(published_at, 1, 10) AS d FROM items WHERE origin = 'backfill'")}
    assert days == {f"2021-03-{day:02}" for day in range(1, 11)}


def test_one_copy_a_week(at: Project, run: Run) -> None:
    with Web() as web:
        archive = WebArchive(web)
        archive.keep(FEED, *copies(posts(40), step=1))
        at.extra = archive.settings
        at.configure([])
        done = run("backfill", "wayback", FEED, "--every", "7d", "--json")

    assert len(captures_asked(web)) == 5
    assert done.json["new"] == 38


class TestFaults:
    def test_too_many_requests_and_a_busy_archive(self, at: Project, run: Run) -> None:
        with Web() as web:
            archive = WebArchive(web)
            archive.keep(FEED, *copies(posts(20)))
            at.extra = archive.settings
            at.configure([])
            archive.trouble.answers["*"] = [
                Answer(b"", 429, {"Retry-After": "0"}),
                Answer(b"<html>busy</html>", 503),
                b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf",
            ]
            done = run("backfill", "wayback", FEED, "--json")

        assert (done.code, done.json["new"], done.json["failures"]) == (0, 20, 0)

    def test_a_copy_that_is_cut_off_is_named_and_the_others_are_read(self, at: Project, run: Run) -> None:
        made = copies(posts(20))
        with Web() as web:
            archive = WebArchive(web)
            packed = gzip.compress(made[1].body)
            broken = Copy(made[1].at, packed[: len(packed) // 2], encoding="gzip")
            archive.keep(FEED, made[0], broken, made[2])
            at.extra = archive.settings
            at.configure([])
            done = run("backfill", "wayback", FEED, "--json")

        assert (done.code, done.json["new"], done.json["failures"]) == (0, 20, 1)
        assert "/web/20210116150000/" in done.json["failed"][0]["what"]

    @pytest.mark.slow
    def test_an_archive_that_gives_nothing_any_more_stops_it_and_it_goes_on(self, at: Project, run: Run) -> None:
        with Web() as web:
            archive = WebArchive(web)
            made = copies(posts(40))
            archive.keep(FEED, *made)
            at.extra = archive.settings
            at.configure([])
            late = [f"/web/{c.stamp}id_/{FEED}" for c in made[2:5]]
            archive.trouble.answers.update({path: [Answer(b"", 503)] * 5 for path in late})
            stopped = run("backfill", "wayback", FEED, "--json")
            went_on = run("backfill", "wayback", FEED, "--json")
            every = run("backfill", "wayback", FEED, "--json")

        assert (stopped.code, stopped.json["finished"]) == (1, False)
        assert "does not give copies any more" in stopped.err
        assert (went_on.code, went_on.json["resumed"], went_on.json["finished"]) == (0, True, True)
        assert stopped.json["new"] + went_on.json["new"] + every.json["new"] == 40

    @pytest.mark.parametrize(
        ("answer", "code", "message"),
        [
            (Answer(b"[]"), 0, "has no copies of https://outlet.example/feed.xml"),
            (Answer(b""), 0, "has no copies of"),
            (Answer(b"<html>Sorry</html>"), 1, "answers with something else than a list of copies"),
            (Answer(b"Blocked Site Error", 403), 1, "does not show copies of it"),
        ],
    )
    def test_what_the_archive_may_say_instead(
        self, answer: Answer, code: int, message: str, at: Project, run: Run
    ) -> None:
        with Web() as web:
            at.extra = WebArchive(web).settings
            at.configure([])
            web.serve("/cdx/search/cdx", lambda _: answer)
            done = run("backfill", "wayback", FEED)

        assert done.code == code
        assert message in done.out + done.err


def test_the_index_of_pywb_is_understood(at: Project, run: Run) -> None:
    made = copies(posts(10))
    with Web() as web:
        archive = WebArchive(web)
        archive.keep(FEED, *made)
        at.extra = archive.settings
        at.configure([])
        line = (
            f'{{"urlkey": "x", "timestamp": "{made[0].stamp}", "url": "{FEED}", "mime": "text/xml", "status": "200"}}\n'
        )
        web.answer("/cdx/search/cdx", line.encode())
        done = run("backfill", "wayback", FEED, "--json")

    assert done.json["new"] == 10


def test_an_older_copy_is_no_change_of_a_later_one(at: Project, run: Run) -> None:
    with Web() as web:
        archive = WebArchive(web)
        start = past.START
        early = Copy(start, rss(item("Council debates bridge", "https://outlet.example/1", when=start)))
        late = Copy(
            start + timedelta(days=9), rss(item("Council approves bridge", "https://outlet.example/1", when=start))
        )
        archive.keep(FEED, early, late)
        at.extra = archive.settings
        at.configure([])
        run("backfill", "wayback", FEED, "--since", "2021-01-01T12:00", "--limit", "5")
        in_order = at.rows(
            "SELECT title, (SELECT count(*) FROM revisions) AS revisions FROM items WHERE origin = 'backfill'"
        )

    assert in_order == [{"title": "Council approves bridge", "revisions": 1}]


def test_what_has_no_date_is_as_old_as_its_copy(at: Project, run: Run) -> None:
    with Web() as web:
        archive = WebArchive(web)
        body = b"<rss version='2.0'><channel><title>x</title><item><title>Undated news</title><link>https://o.example/1</link></item></channel></rss>"
        archive.keep(FEED, Copy(past.START, body))
        at.extra = archive.settings
        at.configure([])
        run("backfill", "wayback", FEED)

    rows = at.rows("SELECT published_at, sort_at FROM items WHERE origin = 'backfill'")
    assert rows == [{"published_at": None, "sort_at": "2021-01-01T12:00:00Z"}]


def test_a_rehearsal_lists_copies_and_asks_for_none(at: Project, run: Run) -> None:
    with Web() as web:
        archive = WebArchive(web)
        archive.keep(FEED, *copies(posts(40)))
        at.extra = archive.settings
        at.configure([])
        done = run("backfill", "wayback", FEED, "--dry-run")

    assert "7 copies, from 2021-01-11 to 2021-02-10, would be asked for" in done.out
    assert captures_asked(web) == []
