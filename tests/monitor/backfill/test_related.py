"""`backfill related`: the one word that starts: what seeds are and list, and what their outlets had around their dates."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.backfill.related import outlets_of, pages_of
from seeds.record import Provider, Record
from tests import past
from tests.monitor.cli.conftest import Run
from tests.past import Post, posts
from tests.program import Project
from tests.web import Answer, Web


def seed(at: Project, post: Post, listed: Post | None = None) -> None:
    lines = ["---", f"title: {post.title}", f"webUrl: {post.url}", f"publishedDateTime: {post.at:%Y-%m-%dT%H:%M:%SZ}"]
    if listed is not None:
        lines += ["related:", f"  - title: {listed.title}", f"    webUrl: {listed.url}"]
    for old in (at.path / "seeds").iterdir():
        old.unlink()
    (at.path / "seeds" / "one.md").write_text("\n".join([*lines, "---", ""]))


def found(at: Project) -> set[str]:
    return {row["title"] for row in at.rows("SELECT title FROM items WHERE origin = 'backfill'")}


@pytest.mark.slow
def test_seeds_their_lists_and_their_outlets_around_their_dates(run: Run, at: Project) -> None:
    with Web() as web:
        articles = posts(60, web.url(""))
        past.site(web, articles)
        about = {p.number: p for p in articles}
        feed, _ = past.wordpress(web, articles)
        at.extra = past.NO_GAP + f'archive = "{web.url("/none")}"\n'
        at.configure([feed])
        seed(at, about[30], about[50])
        result = run("backfill", "related", "--days", "5", "--json")
        asked = [hit.path for hit in web.hits]
        again = run("backfill", "related", "--days", "5", "--json")

    assert result.code == 0, result.err
    within = {p.title for p in articles if abs((p.at - about[30].at).days) <= 5}
    assert {about[30].title, about[50].title}.isdisjoint(found(at))  # a seed and what it lists are that already
    assert found(at) == within - {about[30].title}  # pages and documents have others too
    assert at.value("SELECT count(*) FROM article WHERE title = ? AND length(text) > 100", about[50].title) == 1
    assert "/robots.txt" in asked
    assert "127.0.0.1 learns your IP address" in result.err
    assert again.json["new"] == 0


def test_pages_changed_within_the_window_that_say_they_are_of_another_time_are_not_kept(run: Run, at: Project) -> None:
    with Web() as web:
        articles = posts(60, web.url(""))
        about = {p.number: p for p in articles}
        past.site(web, articles, size=60, packed=False)
        web.answer("/sitemap-0.xml.gz", past.sitemap([replace(p, at=about[30].at) for p in articles]))
        at.extra = past.NO_GAP + f'archive = "{web.url("/none")}"\n'
        at.configure([web.url("/gone")])
        seed(at, about[30])
        result = run("backfill", "related", "--days", "12", "--json")
        asked = {hit.path for hit in web.hits}

    assert result.code == 0, result.err
    assert f"/{about[50].url.rsplit('/', 1)[1]}" in asked
    assert found(at) == {about[20].title, about[40].title}


def test_a_part_that_cannot_go_on_stops_no_other(run: Run, at: Project) -> None:
    with Web() as web:
        articles = posts(20, web.url(""))
        feed, _ = past.wordpress(web, articles)
        web.serve("/cdx/search/cdx", lambda _: Answer(b"", 503, {"Retry-After": "999999"}))
        web.serve("/robots.txt", lambda _: Answer(b"", 404))
        at.extra = past.NO_GAP + f'archive = "{web.url("")}"\n'
        at.configure([feed])
        seed(at, articles[10])
        result = run("backfill", "related", "--json")

    assert result.json["finished"] or "again" in (result.json["stalled"] or "")
    assert len(found(at)) >= 5


def test_each_address_once_and_windows_that_touch_are_one() -> None:
    def record(url: str, day: str, *related: Record) -> Record:
        return Record("T", web_url=url, published_date_time=day, provider=Provider("O", "o.example"), related=related)

    listed = record("https://other.example/x", "2020-05-05")
    seeds = [
        record("https://o.example/a", "2020-01-10T08:00:00Z", listed),
        record("http://www.o.example/a?utm_source=x", "2020-01-12", listed),
        record("https://o.example/b", "2021-06-01"),
        record("https://o.example/c", "never"),
    ]

    assert [one.web_url for one in pages_of(seeds)] == [
        "https://o.example/a",
        "https://other.example/x",
        "https://o.example/b",
        "https://o.example/c",
    ]
    (outlet,) = outlets_of(seeds, 7)
    windows = [(b.since, b.until) for b in outlet.windows]
    assert windows == [
        ("2021-05-25T00:00:00Z", "2021-06-09T00:00:00Z"),
        ("2020-01-03T00:00:00Z", "2020-01-20T00:00:00Z"),
    ]


def test_without_seeds_there_is_nothing_to_do(run: Run, at: Project) -> None:
    for old in (at.path / "seeds").iterdir():
        old.unlink()

    result = run("backfill", "related", "--json")

    assert (result.code, result.json["seen"], result.json["requests"]) == (0, 0, 0)
