"""What pages say of their articles beside the text."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from monitor.normalise.head import Head, head_of
from monitor.normalise.page import read_page
from tests.pages import ENGLISH_TITLE, RUSSIAN_ARTICLE, RUSSIAN_TITLE, Article

URL = "https://example.org/2026/11/19/metro-cameras"
NOW = datetime(2026, 11, 21, tzinfo=UTC)


def head(html: str | bytes) -> Head:
    return head_of(LexborHTMLParser(html if isinstance(html, str) else html.decode()), URL, NOW)


def data(*things: Any) -> Head:
    scripts = "".join(
        f'<script type="application/ld+json">{t if isinstance(t, str) else json.dumps(t)}</script>' for t in things
    )
    return head(f"<html><head><title>Page</title>{scripts}</head></html>")


def test_linked_data_open_graph_and_links_together() -> None:
    said = head(Article().html(data=True, canonical=URL, amp="/amp/metro", og_url=f"{URL}?from=og"))

    assert said.title == ENGLISH_TITLE
    assert said.excerpt == "Cameras in the metro now look for wanted people."
    assert said.site == "Example Gazette"
    assert said.language == "en"
    assert (said.published.at, said.published.quality) == ("2026-11-19T05:30:00Z", "exact")
    assert said.authors == ("Anna Petrova",)
    assert [image.url for image in said.images] == ["https://example.org/picture.jpg"]
    assert (said.canonical, said.amp, said.og_url) == (URL, "https://example.org/amp/metro", f"{URL}?from=og")
    assert said.free is None
    assert said.is_article


def test_a_page_with_nothing_but_a_heading() -> None:
    said = head(RUSSIAN_ARTICLE.html(meta=False))

    assert said.title == RUSSIAN_TITLE
    assert said.language == "ru"
    assert said.published.at is None
    assert not said.is_article


@pytest.mark.parametrize(
    "thing",
    [
        {"@type": "NewsArticle", "headline": "H"},
        [{"@type": "WebSite", "name": "S"}, {"@type": ["Thing", "ReportageNewsArticle"], "headline": "H"}],
        {"@graph": [{"@type": "Organization"}, {"@type": "http://schema.org/Article", "headline": "H"}]},
        {"@type": "WebPage", "mainEntity": {"@type": "BlogPosting", "headline": "H"}},
        '{"@type": "NewsArticle", "headline": "H", "articleBody": "two\nlines"}',
        '//<![CDATA[\n{"@type": "NewsArticle", "headline": "H"};\n//]]>',
    ],
)
def test_the_article_is_found_wherever_it_stands(thing: Any) -> None:
    assert data(thing).title == "H"


def test_of_several_articles_the_one_at_this_address_counts() -> None:
    other = {"@type": "NewsArticle", "headline": "Another", "url": "https://example.org/other"}
    own = {"@type": "NewsArticle", "headline": "Own", "mainEntityOfPage": {"@id": f"{URL}?utm_source=x"}}

    assert data(other, own).title == "Own"


def test_lists_of_other_articles_say_nothing_of_this_one() -> None:
    listed = {"@type": "ItemList", "itemListElement": [{"@type": "NewsArticle", "headline": "Another"}]}

    assert data(listed).title == "Page"


@pytest.mark.parametrize(
    "thing", ["{", "[" * 5000, '{"@type": 7}', '"text"', "null", '{"@graph": 5}', '{"@type": ["a", 1]}']
)
def test_broken_linked_data_costs_nothing_but_itself(thing: str) -> None:
    assert data(thing, {"@type": "NewsArticle", "headline": "H"}).title == "H"


@pytest.mark.parametrize(
    ("more", "free"),
    [
        ({"isAccessibleForFree": False}, False),
        ({"isAccessibleForFree": "False"}, False),
        ({"isAccessibleForFree": "http://schema.org/False"}, False),
        ({"isAccessibleForFree": True}, True),
        ({"isAccessibleForFree": "true"}, True),
        ({"isAccessibleForFree": True, "hasPart": {"@type": "WebPageElement", "isAccessibleForFree": "False"}}, False),
        ({"isAccessibleForFree": 1.5}, None),
        ({}, None),
    ],
)
def test_whether_all_may_read_it(more: dict[str, Any], free: bool | None) -> None:
    assert data({"@type": "NewsArticle", "headline": "H", **more}).free is free


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("By Anna Petrova", ("Anna Petrova",)),
        ({"name": ["A One", "B Two"]}, ("A One", "B Two")),
        ([{"name": "A One"}, {"name": "A One"}, "https://example.org/authors/2", {"url": "x"}], ("A One",)),
        (7, ()),
    ],
)
def test_authors_however_they_are_given(author: Any, names: tuple[str, ...]) -> None:
    assert data({"@type": "NewsArticle", "headline": "H", "author": author}).authors == names


@pytest.mark.parametrize(
    ("head_html", "at", "quality"),
    [
        (
            '<meta property="article:published_time" content="2026-11-19T10:00:00+0300">',
            "2026-11-19T07:00:00Z",
            "exact",
        ),
        ('<meta itemprop="datePublished" content="2026-11-19">', "2026-11-19T00:00:00Z", "day"),
        ('<meta name="pubdate" content="2026-11-19T10:00:00">', "2026-11-19T10:00:00Z", "zone_assumed"),
        ('<meta name="date" content="9999-01-01T00:00:00Z">', None, "implausible"),
        ("", None, "none"),
    ],
)
def test_dates_and_how_far_they_go(head_html: str, at: str | None, quality: str) -> None:
    said = head(f"<html><head><title>T</title>{head_html}</head></html>")

    assert (said.published.at, said.published.quality) == (at, quality)


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http://[::1"])
def test_only_web_addresses_count(link: str) -> None:
    said = head(
        f'<html><head><title>T</title><link rel="canonical" href="{link}"><meta property="og:url" content="{link}">'
    )

    assert said.canonical is None
    assert said.og_url is None


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=20), lambda c: st.lists(c, max_size=4) | st.dictionaries(st.sampled_from(["@type", "@graph", "author", "image", "headline", "hasPart", "url", "name", "mainEntityOfPage", "publisher"]), c, max_size=5)))  # fmt: skip
def test_any_linked_data_is_survived(thing: Any) -> None:
    said = data({"@type": "NewsArticle", "headline": "H", "author": thing, "image": thing, "hasPart": thing}, thing)

    assert said.title
    assert all(isinstance(name, str) and name.strip() for name in said.authors)
    assert all(image.url.startswith(("http://", "https://")) for image in said.images)
    assert said.free in {None, True, False}


def test_a_page_as_a_seed_record() -> None:
    record = read_page(
        RUSSIAN_ARTICLE.html(data=True).decode().encode("cp1251", "xmlcharrefreplace"),
        URL,
        "text/html; charset=windows-1251",
        NOW,
    )

    assert record is not None
    assert record.title == RUSSIAN_TITLE
    assert record.published_date_time == "2026-11-19T05:30:00Z"
    assert record.web_url == URL
    assert record.locale == "ru"
    assert read_page(b"<p></p>", URL) is None
