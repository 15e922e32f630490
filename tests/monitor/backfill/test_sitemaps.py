"""`backfill sitemap`: what a site lists, and the pages of what could be related."""

from __future__ import annotations

import gzip
from urllib.parse import urlsplit

import pytest

from tests import past
from tests.monitor.cli.conftest import Run
from tests.past import posts
from tests.program import Project
from tests.web import Answer, Web

NEWS = (
    '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{}</urlset>'
)


def news(url: str, title: str, at: str = "2021-05-01T10:00:00Z") -> str:
    return (
        f"<url><loc>{url}</loc><news:news><news:publication><news:name>The Outlet</news:name>"
        f"<news:language>en</news:language></news:publication><news:publication_date>{at}</news:publication_date>"
        f"<news:title>{title}</news:title></news:news></url>"
    )


def paths(web: Web) -> list[str]:
    return [hit.target for hit in web.hits]


def test_a_site_is_read_by_its_robots_txt_and_only_pages_that_could_be_related(at: Project, run: Run) -> None:
    with Web() as web:
        articles = posts(45, web.url(""))
        home = past.site(web, articles)
        done = run("backfill", "sitemap", home, "--json")
        asked = paths(web)
        again = run("backfill", "sitemap", home, "--json")

    related = sorted(urlsplit(p.url).path for p in articles if p.number % 10 == 0)
    assert (done.code, done.json["new"], done.json["likely"], done.json["failures"]) == (0, 4, 4, 0)
    assert asked[:3] == ["/robots.txt", "/sitemap.xml", "/sitemap-0.xml.gz"]
    assert sorted(path for path in asked if "moscow" in path) == related
    assert len(asked) == 2 + 3 + 4 + 1  # robots.txt once more, for what it says of pages
    assert done.json["passed"] == 41
    assert "45 addresses listed; 4 could be related by headline or address" in done.json["notes"][0]
    assert (again.json["new"], len(web.hits)) == (0, len(asked) + 5)  # the sitemaps again, and no page

    rows = at.rows(
        "SELECT title, origin, judged_on, published_at, provider_domain FROM items WHERE origin = 'backfill'"
    )
    assert {row["judged_on"] for row in rows} == {"text"}
    assert rows[0]["published_at"].startswith("2021-")
    assert at.value("SELECT count(*) FROM pages WHERE state = 'read'") == 4
    at.assert_sound()


def test_robots_txt_is_obeyed_for_pages(at: Project, run: Run) -> None:
    with Web() as web:
        articles = posts(10, web.url(""))
        rules = f"User-agent: *\nDisallow: /moscow\nSitemap: {web.url('/sitemap.xml')}\n"
        past.site(web, articles, rules)
        done = run("backfill", "sitemap", web.url("/"))

    assert not [path for path in paths(web) if "moscow" in path]
    assert "robots.txt asks programs not to read this page" in done.out
    assert at.value("SELECT count(*) FROM items WHERE origin = 'backfill'") == 0


def test_russian_addresses_in_latin_letters_are_understood(at: Project, run: Run) -> None:
    with Web() as web:
        slugs = ["raspoznavanie-lits-v-metro-moskvy", "den-goroda-v-kazani", "urozhay-yablok"]
        urls = "".join(f"<url><loc>{web.url(f'/2021/05/03/{slug}')}</loc></url>" for slug in slugs)
        web.answer("/sitemap.xml", f"<urlset>{urls}</urlset>".encode())
        page = (
            "<html><head><title>Распознавание лиц в метро Москвы</title></head><body><article>"
            + "<p>Систему распознавания лиц включили на станциях метро Москвы.</p>" * 9
            + "</article></body></html>"
        )
        web.answer(f"/2021/05/03/{slugs[0]}", page.encode(), headers={"Content-Type": "text/html; charset=utf-8"})
        done = run("backfill", "sitemap", web.url("/sitemap.xml"), "--json")

    assert (done.json["seen"], done.json["passed"], done.json["failures"]) == (1, 2, 0)
    assert at.value("SELECT title FROM items WHERE origin = 'backfill'") == "Распознавание лиц в метро Москвы"


def test_a_news_sitemap_gives_its_headlines_and_pages_that_cannot_be_read_leave_them(at: Project, run: Run) -> None:
    with Web() as web:
        listed = [
            news(web.url("/1"), "Facial recognition cameras installed in Moscow metro"),
            news(web.url("/2"), "Apple harvest begins"),
        ]
        web.answer("/news.xml", NEWS.format("".join(listed)).encode())
        done = run("backfill", "sitemap", web.url("/news.xml"), "--json")

    assert (done.json["new"], done.json["likely"], done.json["failures"]) == (2, 1, 1)
    assert at.rows("SELECT title, provider_name, published_at FROM items WHERE origin = 'backfill' ORDER BY title") == [
        {"title": "Apple harvest begins", "provider_name": "The Outlet", "published_at": "2021-05-01T10:00:00Z"},
        {
            "title": "Facial recognition cameras installed in Moscow metro",
            "provider_name": "The Outlet",
            "published_at": "2021-05-01T10:00:00Z",
        },
    ]


class TestBounds:
    def test_sitemaps_and_addresses_out_of_bounds_are_not_asked_for(self, at: Project, run: Run) -> None:
        def month(number: int, web: Web) -> bytes:
            day = f"2021/{number:02}/15"
            return f"<urlset><url><loc>{web.url(f'/{day}/facial-recognition-moscow-{number}')}</loc></url></urlset>".encode()

        with Web() as web:
            names = [f"/sitemap-2021-{number:02}.xml" for number in range(1, 13)]
            for number, name in enumerate(names, 1):
                web.answer(name, month(number, web))
            inside = "".join(f"<sitemap><loc>{web.url(name)}</loc></sitemap>" for name in names)
            web.answer("/sitemap.xml", f"<sitemapindex>{inside}</sitemapindex>".encode())
            since = ("--since", "2021-05-01", "--until", "2021-05-31")
            done = run("backfill", "sitemap", web.url("/sitemap.xml"), *since, "--json")

        assert "/sitemap-2021-05.xml" in paths(web)
        assert not {"/sitemap-2021-02.xml", "/sitemap-2021-09.xml"} & set(paths(web))
        assert [path for path in paths(web) if "facial" in path] == ["/2021/05/15/facial-recognition-moscow-5"]
        assert done.json["failures"] == 1  # its page is not there

    def test_what_was_last_changed_before_is_not_asked_for(self, at: Project, run: Run) -> None:
        with Web() as web:
            inside = "".join(
                f"<sitemap><loc>{web.url(f'/{n}.xml')}</loc><lastmod>20{n}-06-01</lastmod></sitemap>" for n in (19, 22)
            )
            web.answer("/sitemap.xml", f"<sitemapindex>{inside}</sitemapindex>".encode())
            old = web.url("/facial-recognition-moscow")
            web.answer("/22.xml", f"<urlset><url><loc>{old}</loc><lastmod>2020-01-01</lastmod></url></urlset>".encode())
            done = run("backfill", "sitemap", web.url("/sitemap.xml"), "--since", "2021-01-01", "--json")

        assert paths(web) == ["/sitemap.xml", "/22.xml"]
        assert (done.json["seen"], done.json["passed"]) == (0, 1)


class TestFaults:
    @pytest.mark.slow
    def test_a_gzip_file_that_is_cut_off_gives_what_it_has_and_is_named(self, at: Project, run: Run) -> None:
        with Web() as web:
            articles = posts(200, web.url(""), related=5)
            past.site(web, articles)
            whole = gzip.compress(past.sitemap(articles), 1)
            web.answer("/one.xml.gz", whole[: len(whole) // 2])
            done = run("backfill", "sitemap", web.url("/one.xml.gz"), "--json")

        assert 5 < done.json["new"] < 40
        (failed,) = done.json["failed"]
        assert failed["message"].endswith("is cut off; what came before was read.")

    def test_an_index_that_lists_itself_and_pages_that_are_none(self, at: Project, run: Run) -> None:
        with Web() as web:
            names = ("sitemap.xml", "missing.xml", "page.xml", "feed.xml", "sitemap.xml")
            inside = "".join(f"<sitemap><loc>{web.url(f'/{name}')}</loc></sitemap>" for name in names)
            web.answer("/sitemap.xml", f"<sitemapindex>{inside}</sitemapindex>".encode())
            web.answer("/page.xml", b"<!doctype html><title>Log in</title>")
            web.answer("/feed.xml", past.atom(posts(3)))
            done = run("backfill", "sitemap", web.url("/sitemap.xml"), "--json")

        assert (done.code, done.json["new"], done.json["failures"]) == (0, 3, 2)
        assert paths(web) == [f"/{name}" for name in names[:4]]

    @pytest.mark.parametrize(
        "bomb",
        [
            b'<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;">]><urlset><url><loc>&b;</loc></url></urlset>',
            b"<urlset>" + b"<a>" * 5_000,
            b'<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]><urlset><url><loc>http://a.example/&x;</loc></url></urlset>',
        ],
        ids=["entities", "nesting", "external"],
    )
    def test_bombs_are_refused(self, bomb: bytes, at: Project, run: Run) -> None:
        with Web() as web:
            done = run("backfill", "sitemap", web.answer("/sitemap.xml", bomb))

        assert done.code == 1
        assert "declares entities" in done.out or "nest without end" in done.out

    def test_a_page_that_is_busy_is_asked_again_another_day(self, at: Project, run: Run) -> None:
        with Web() as web:
            articles = posts(10, web.url(""))
            past.site(web, articles)
            path = next(urlsplit(p.url).path for p in articles if p.number == 10)
            web.answer(path, b"", 503)
            first = run("backfill", "sitemap", web.url("/"), "--json")
            web.answer(path, past.page_of(articles[0]), headers={"Content-Type": "text/html"})
            second = run("backfill", "sitemap", web.url("/"), "--json")

        assert (first.json["new"], first.json["failures"]) == (0, 1)
        assert (second.json["new"], second.json["likely"]) == (1, 1)

    def test_a_site_without_sitemaps_says_so(self, at: Project, run: Run) -> None:
        with Web() as web:
            done = run("backfill", "sitemap", web.url("/"))

        assert done.code == 1
        assert "names no sitemap in its robots.txt, and has none in the usual places" in done.out


def test_a_rehearsal_reads_lists_and_no_page(at: Project, run: Run) -> None:
    with Web() as web:
        home = past.site(web, posts(20, web.url("")))
        done = run("backfill", "sitemap", home, "--dry-run")

    assert not [path for path in paths(web) if "moscow" in path]
    assert "20 addresses listed; 2 could be related by headline or address, and would be asked for unless" in done.out


def test_plain_lists_of_addresses_and_what_says_nothing(at: Project, run: Run) -> None:
    with Web() as web:
        web.answer("/sitemap.txt", "\n".join(web.url(f"/doc/{n}") for n in range(5)).encode())
        web.serve("/doc/1", lambda _: Answer(past.page_of(posts(10)[0]), headers={"Content-Type": "text/html"}))
        told = run("backfill", "sitemap", web.url("/sitemap.txt"), "--json")
        every = run("backfill", "sitemap", web.url("/sitemap.txt"), "--all", "--json")

    assert told.json["seen"] == 0
    assert "5 addresses say nothing of what stands there; with --all" in told.json["notes"][1]
    assert (every.json["new"], every.json["likely"], every.json["failures"]) == (1, 1, 4)


@pytest.mark.slow
def test_it_goes_on_in_the_middle_of_a_sitemap(at: Project, run: Run) -> None:
    with Web() as web:
        articles = posts(40, web.url(""), related=4)
        home = past.site(web, articles)
        seen = []
        while not seen or not seen[-1]["finished"]:
            seen.append(run("backfill", "sitemap", home, "--limit", 3, "--json").json)
        pages = [path for path in paths(web) if "moscow" in path]

    assert [one["new"] for one in seen] == [3, 3, 3, 1]
    assert len(pages) == len(set(pages)) == 10


def test_a_sitemap_speaks_for_its_own_site_alone(at: Project, run: Run) -> None:
    with Web() as web:
        there = "https://victim.example/facial-recognition-in-moscow"
        url = web.answer("/sitemap.xml", f"<urlset><url><loc>{there}</loc></url></urlset>".encode())
        done = run("backfill", "sitemap", url, "--json")

    assert (done.code, done.json["requests"], done.json["failures"]) == (0, 1, 0)
    assert "1 address is at other sites" in done.json["notes"][1]
