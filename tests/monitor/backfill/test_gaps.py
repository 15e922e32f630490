"""`backfill gaps`: a window that was missed is found, shown, filled, or it is said why it cannot be."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests import past
from tests.monitor.cli.conftest import Run
from tests.past import Copy, Post, WebArchive, posts
from tests.program import Project, rss
from tests.web import Answer, Web

FROM, UNTIL = "2021-01-11T13:00:00Z", "2021-02-05T13:00:00Z"


def missed(at: Project, web: Web, run: Run, path: str = "/feed/", *, dated: datetime | None = None) -> list[Post]:
    """Poll a feed, stay away for 25 days, poll again: of 35 articles 15 were never seen. All of them, the newest first.

    `dated`: what the 15 say their date is.
    """
    articles = posts(35, web.url(""))
    if dated is not None:
        articles[10:25] = [replace(post, at=dated) for post in articles[10:25]]
    at.extra = f"{past.NO_GAP}archive = {web.url('')!r}\n"
    at.configure([{"url": web.url(path), "name": "The Outlet"}])
    here = web.url("/").encode()

    def feed(part: list[Post]) -> bytes:
        return rss(*(p.item for p in part), title="The Outlet").replace(b"https://example.org/", here)

    web.answer(path, feed(articles[25:]))
    assert run("poll", "--all", "--no-read").code == 0
    web.answer(path, feed(articles[:10]))
    assert run("poll", "--all", "--no-read").code == 0
    with contextlib.closing(sqlite3.connect(at.database)) as connection, connection:
        connection.execute("UPDATE gap SET missed_from = ?, missed_until = ?", (FROM, UNTIL))
        connection.execute(
            "UPDATE entry SET first_seen_at = iif(id IN (SELECT entry_id FROM snapshot WHERE published_at < ?), ?, ?)",
            (FROM, FROM, UNTIL),
        )
    web.hits.clear()
    return articles


def gap(at: Project) -> dict[str, object]:
    (row,) = at.rows("SELECT filled_at, filled_from, brought, reason FROM coverage_gaps")
    return row


def brought(at: Project) -> int:
    return at.value("SELECT count(*) FROM items WHERE origin = 'backfill'")


def test_a_gap_made_on_purpose_is_found_shown_and_filled_from_the_archive_of_the_feed(at: Project, run: Run) -> None:
    with Web() as web:
        articles = missed(at, web, run)
        before = run("coverage", "--since", "2021-01-01", "--json").json["outlets"]
        shown = run("feeds", "show", "The Outlet").out
        doctor = run("doctor").out
        past.wordpress(web, articles)
        done = run("backfill", "gaps", "--json")
        again = run("backfill", "gaps", "--json")

    assert "Items may have been missed" in shown
    assert "`seedwatch backfill gaps` looks for what is missing" in shown
    assert "entries may have been missed in 1 window of 1 feed" in doctor
    assert done.code == 0
    assert (done.json["new"], done.json["failures"]) == (15, 0)
    assert done.json["notes"][0].endswith(
        "filled. The feed's own archive reaches over it and has 26 entries of that time."
    )
    row = gap(at)
    assert (row["filled_from"], row["brought"], row["filled_at"] is not None) == ("archive", 15, True)
    assert not any(hit.path.startswith("/cdx") for hit in web.hits)  # nobody else learns of it
    assert again.json["notes"] == ["There is no window that is not filled."]
    assert "reaches over it" in run("feeds", "show", "The Outlet").out
    after = run("coverage", "--since", "2021-01-01", "--json").json["outlets"]
    assert any("may have been missed" in outlet["because"] for outlet in before)
    assert not any("may have been missed" in outlet["because"] for outlet in after)


@pytest.mark.slow
def test_what_says_it_is_older_than_the_window_is_missed_all_the_same(at: Project, run: Run) -> None:
    """Dates of the day alone, or of a first draft: above what was known before, an archive has what was missed."""
    with Web() as web:
        articles = missed(at, web, run, dated=datetime(2021, 1, 9, tzinfo=UTC))
        past.wordpress(web, articles)
        done = run("backfill", "gaps", "--json")

    assert done.json["new"] == 15
    assert (gap(at)["filled_from"], gap(at)["brought"]) == ("archive", 15)


@pytest.mark.slow
def test_a_feed_that_shows_only_its_latest_fills_nothing(at: Project, run: Run) -> None:
    with Web() as web:
        missed(at, web, run)
        done = run("backfill", "gaps", "--json")

    assert (done.code, brought(at)) == (0, 0)
    row = gap(at)
    assert (row["filled_from"], row["filled_at"], row["brought"]) == (None, None, 0)
    reason = str(row["reason"])
    assert "The feed's own archive does not reach back to it: 10 entries of that time." in reason
    assert "the site names no sitemap in its robots.txt, and has none in the usual places. " in reason
    assert "lists nothing" not in reason  # there is no sitemap that could
    assert "does not show copies of it" in reason  # the stand-in has no index here


@pytest.mark.slow
def test_the_sitemap_of_its_site_comes_next(at: Project, run: Run) -> None:
    with Web() as web:
        articles = missed(at, web, run)
        past.site(web, articles)
        done = run("backfill", "gaps", "--json")

    row = gap(at)
    assert (row["filled_from"], done.json["new"]) == ("sitemap", 1)
    assert "lists 25 pages of that time; of these, 3 were taken" in str(row["reason"])


@pytest.mark.parametrize(("step", "filled"), [(5, True), (20, False)], ids=["joining up", "too few"])
@pytest.mark.slow
def test_copies_fill_it_only_where_they_join_up(step: int, filled: bool, at: Project, run: Run) -> None:
    with Web() as web:
        articles = missed(at, web, run)
        archive = WebArchive(web)
        oldest_first = articles[::-1]
        made = []
        for end in range(10, 36, step):
            part = oldest_first[max(0, end - 10) : end][::-1]
            made.append(Copy(part[0].at + timedelta(hours=3), rss(*(p.item for p in part), title="The Outlet")))
        archive.keep(web.url("/feed/"), *made)
        done = run("backfill", "gaps", "--from", "wayback", "--json")

    row = gap(at)
    assert (row["filled_from"] == "wayback", row["brought"]) == ((True, 15) if filled else (False, 5))
    assert done.json["new"] == row["brought"]
    assert "join up over it" in str(row["reason"]) if filled else "do not join up over all of it" in str(row["reason"])


@pytest.mark.slow
def test_a_rehearsal_says_what_would_fill_it(at: Project, run: Run) -> None:
    with Web() as web:
        articles = missed(at, web, run)
        past.wordpress(web, articles)
        done = run("backfill", "gaps", "--dry-run", "--json")

    assert (done.json["new"], done.json["dry_run"]) == (15, True)
    assert "reaches over it" in done.json["notes"][0]
    assert (gap(at)["filled_at"], brought(at)) == (None, 0)


@pytest.mark.slow
def test_one_busy_service_keeps_no_other_from_being_asked(at: Project, run: Run) -> None:
    with Web() as web:
        missed(at, web, run)
        web.serve("/cdx/search/cdx", lambda _: Answer(b"", 503))
        done = run("backfill", "gaps", "--json")

    assert done.code == 0
    assert "does not say which copies it has" in str(gap(at)["reason"])


@pytest.mark.slow
def test_only_named_feeds(at: Project, run: Run) -> None:
    with Web() as web:
        missed(at, web, run)
        web.answer("/other", rss(*(p.item for p in posts(3))))
        at.configure([{"url": web.url("/feed/"), "name": "The Outlet"}, {"url": web.url("/other"), "name": "Other"}])
        run("poll", "--all", "--no-read")
        web.hits.clear()
        done = run("backfill", "gaps", "Other", "--json")

        assert done.json["notes"] == ["There is no window that is not filled."]
        assert web.hits == []


@pytest.mark.slow
def test_the_daemon_fills_it_by_itself_where_the_settings_want_it(at: Project, run: Run, monkeypatch) -> None:
    with Web() as web:
        articles = missed(at, web, run)
        past.wordpress(web, articles)
        at.extra += "fill_gaps = true\n"
        at.configure([{"url": web.url("/feed/"), "name": "The Outlet"}])
        with at.start("run") as daemon:
            daemon.until("gaps tried", within=90)
            assert daemon.stop() == 0

    assert gap(at)["filled_from"] == "archive"
    assert brought(at) == 15
