"""Candidates for feeds, from pages and robots.txt that may say anything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.normalise.feed_links import Candidate, Robots, home_of, links_in, usual_places

URL = "https://www.news.example/world/article.html?id=7"


def found(html: str, url: str = URL) -> list[tuple[str, str]]:
    return [(candidate.how, candidate.url) for candidate in links_in(html.encode(), url)]


@pytest.mark.parametrize(
    ("html", "url"),
    [
        ('<link rel="alternate" type="application/rss+xml" href="/feed">', "https://www.news.example/feed"),
        ("<link rel='alternate home' type='application/atom+xml; charset=utf-8' href='a.atom'>", "https://www.news.example/world/a.atom"),
        ("<LINK REL=ALTERNATE TYPE=APPLICATION/FEED+JSON HREF=//cdn.example/feed.json>", "https://cdn.example/feed.json"),
        ('<link rel="alternate" type="application/json" href="/feed.json">', "https://www.news.example/feed.json"),
        ('<link rel="feed" href="/all">', "https://www.news.example/all"),
        ('<base href="https://other.example/x/"><link rel=alternate type=text/xml href=rss>', "https://other.example/x/rss"),
    ],
)  # fmt: skip
def test_what_a_page_declares(html: str, url: str) -> None:
    assert found(html) == [("declared", url)]


@pytest.mark.parametrize(
    "html",
    [
        '<a href="/rss/">Subscribe</a>',
        '<a href="/news/rss.xml">x</a>',
        '<a href="/export/news_rss.xml">x</a>',
        '<a href="/world.rss">x</a>',
        '<a href="/?feed=rss2">x</a>',
        '<a href="/p/55">RSS</a>',
        '<a href="/p/55"><img alt=x> RSS-лента </a>',
        '<a href="/p/55" title="RSS">*</a>',
        '<a href="https://feeds.other.example/news/feed">x</a>',
    ],
)
def test_what_it_seems_to_link_to(html: str) -> None:
    assert [how for how, _ in found(html)] == ["linked"]


@pytest.mark.parametrize(
    "html",
    [
        '<link rel="alternate" hreflang="ru" href="/ru/">',
        '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/7">',
        '<link rel="stylesheet" type="text/css" href="/feed.css">',
        '<a href="/feedback">Feedback</a>',
        '<a href="/pictures/rss.png">x</a>',
        '<a href="/embarrassment">x</a>',
        '<a href="https://feedly.com/i/subscription/feed/https://www.news.example/rss">x</a>',
        '<a href="javascript:rss()">RSS</a>',
        '<link rel="alternate" type="application/rss+xml" href="file:///etc/passwd">',
        '<link rel="alternate" type="application/rss+xml" href="https://evil.example/?x=${AWS_SECRET_ACCESS_KEY}">',
        '<link rel="alternate" type="application/rss+xml" href="https://${HOME}.evil.example/feed">',
        '<link rel="alternate" type="application/rss+xml" href="http://[bad">',
    ],
)
def test_what_is_none(html: str) -> None:
    assert found(html) == []


def test_each_comes_once_and_declared_ones_first() -> None:
    html = '<a href="/feed#x">RSS</a><a href="/rss">RSS</a><link rel="alternate" type="application/rss+xml" href="/feed" title=" The\n Feed ">'

    assert links_in(html.encode(), URL) == [
        Candidate("https://www.news.example/feed", "declared", "The Feed"),
        Candidate("https://www.news.example/rss", "linked", "RSS"),
    ]


def test_a_page_full_of_them_gives_a_few() -> None:
    html = "".join(
        f"<link rel=alternate type=application/rss+xml href=/f{n}><a href=/rss/{n}>x</a>" for n in range(5000)
    )

    assert len(found(html)) == 22


@given(st.text(), st.sampled_from(["href", "rel", "type"]))
def test_any_page_is_read(text: str, name: str) -> None:
    for _, url in found(f'<link rel=alternate type=application/rss+xml {name}="{text}"><a {name}="{text}">RSS</a>'):
        assert url.startswith(("http://", "https://"))
        assert "${" not in url


def test_robots_say_what_is_allowed_and_where_news_sitemaps_are() -> None:
    robots = Robots(
        b"User-agent: *\nDisallow: /private\nSitemap: https://a.example/sitemap.xml\nsitemap: /news-sitemap.xml\n"
        b"Sitemap: https://a.example/sitemap-news.xml\n\nUser-agent: seedwatch\nDisallow: /rss\n\xff\xfe",
        "https://a.example/",
    )

    assert robots.allows("https://a.example/feed")
    assert not robots.allows("https://a.example/rss/all")
    assert [one.url for one in robots.sitemaps] == [
        "https://a.example/news-sitemap.xml",
        "https://a.example/sitemap-news.xml",
    ]
    assert Robots(b"", "https://a.example/").allows("https://a.example/rss")


def test_usual_places_are_at_the_root_of_the_site() -> None:
    places = [candidate.url for candidate in usual_places("https://me:secret@a.example:8080/x/y?z")]

    assert places[0] == "https://a.example:8080/feed/"
    assert all(url.startswith("https://a.example:8080/") for url in places)
    assert len(places) < 12
    assert home_of("mailto:a@b.c") is None
