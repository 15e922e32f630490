"""What is read from a page, and what stands there instead of an article."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.normalise.credits import Credit
from monitor.read import wire
from monitor.read.page import Asked, read
from monitor.read.types import Failure, Page, PageLink
from tests.pages import COOKIES, ENGLISH, ENGLISH_TITLE, RUSSIAN_ARTICLE, RUSSIAN_TITLE, Article

URL = "https://example.org/2026/11/metro-cameras"
NOW = datetime(2026, 11, 21, tzinfo=UTC)
CAPTCHA = '<script src="https://www.google.com/recaptcha/api.js"></script><div class="g-recaptcha"></div>'
LOGIN = '<form action="/login"><input name="user"><input type="password" name="p"></form>'
CONSENT_TEXT = "".join(
    f"<p>{line}</p>"
    for line in (
        "We and our 842 partners store cookies and similar technologies on your device to process personal data.",
        "With your consent, our partners may use precise location data and identification through device scanning.",
        "You may withdraw your consent at any time in our privacy policy. Some vendors rely on legitimate interests.",
        "Personalised advertising, measurement, audience research and services development need your consent to cookies.",
        "Your choices will apply to this website only, and will be stored in cookies for thirteen months.",
    )
)


def page(
    html: str | bytes,
    *,
    title: str = ENGLISH_TITLE,
    excerpt: str = "",
    url: str = URL,
    kind: str = "text/html",
    asked: str = URL,
) -> Page | Failure:
    body = html if isinstance(html, bytes) else html.encode()
    return read(body, kind, url, Asked(asked, title, excerpt), NOW)


def document(title: str, body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"


def said(html: str | bytes, **known: Any) -> Page:
    found = page(html, **known)
    assert isinstance(found, Page), found
    return found


def kind(html: str | bytes, **known: Any) -> str:
    found = page(html, **known)
    assert isinstance(found, Failure), found
    return found.kind


# --- articles


@pytest.mark.parametrize("data", [True, False])
@pytest.mark.parametrize("article", [Article(), RUSSIAN_ARTICLE], ids=["en", "ru"])
def test_the_whole_text_and_nothing_around_it(article: Article, data: bool) -> None:
    found = said(article.html(data=data, before=COOKIES), title=article.title)

    assert found.text == article.text
    assert found.title == article.title
    assert found.language == article.language
    assert found.site == article.site
    assert found.paywalled is None


def test_what_linked_data_and_links_say() -> None:
    html = Article().html(data={"url": URL}, canonical=URL, amp="/amp/metro-cameras", og_url=URL)

    found = said(html, url=f"{URL}?page=1")

    assert found.authors == ("Anna Petrova",)
    assert (found.published_at, found.date_quality) == ("2026-11-19T05:30:00Z", "exact")
    assert [credit.name for credit in found.credits] == ["BBC Russian Service"]
    assert [image.url for image in found.images] == ["https://example.org/picture.jpg"]
    assert found.links == (
        PageLink(f"{URL}?page=1", "final"),
        PageLink(URL, "canonical"),
        PageLink("https://example.org/amp/metro-cameras", "amp"),
        PageLink(URL, "og"),
        PageLink(URL, "data"),
    )


def test_the_source_that_linked_data_names_is_a_credit() -> None:
    found = said(Article().html(data={"sourceOrganization": {"name": "Example Wire"}}))

    assert Credit("Example Wire", "data") in found.credits


def test_a_page_in_an_old_encoding() -> None:
    body = RUSSIAN_ARTICLE.html().decode().replace('<meta charset="utf-8">', "").encode("cp1251", "xmlcharrefreplace")

    assert said(body, title=RUSSIAN_TITLE, kind="text/html; charset=windows-1251").text == RUSSIAN_ARTICLE.text


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r"])
@pytest.mark.parametrize("declared", [True, False], ids=["declared", "undeclared"])
def test_an_old_encoding_that_only_the_page_names_or_nobody(encoding: str, declared: bool) -> None:
    own = f'<meta charset="{encoding}">' if declared else ""
    html = RUSSIAN_ARTICLE.html().decode().replace('<meta charset="utf-8">', own)
    body = html.encode(encoding, "xmlcharrefreplace")

    assert said(body, title=RUSSIAN_TITLE).text == RUSSIAN_ARTICLE.text


def test_the_text_in_linked_data_counts_where_the_page_has_none() -> None:
    body = "\n".join(ENGLISH)
    bare = Article(paragraphs=()).html(data={"articleBody": body})

    assert said(bare).text == body


def test_marks_of_walls_around_an_article_mean_nothing() -> None:
    html = Article().html(before=LOGIN + CAPTCHA + COOKIES, after=LOGIN)

    assert said(html).text == Article().text


def test_a_short_piece_of_news_between_banners_is_one_all_the_same() -> None:
    short = Article(
        paragraphs=("Moscow metro police will widen their facial recognition camera network across Russia.",)
    )

    assert said(short.html(before=LOGIN + COOKIES)).text == short.text


def test_an_article_about_cookies_is_no_consent_page() -> None:
    title = "Regulator fines Moscow shops for cookies without consent from visitors"
    text = tuple(
        f"{n}. The regulator said shops stored cookies without consent of visitors and shared personal data."
        for n in range(6)
    )

    assert said(Article(title=title, paragraphs=text).html(), title=title).text.count("cookies") == 6


# --- paywalls


@pytest.mark.parametrize(
    ("html", "paywalled"),
    [
        (Article().html(data={"isAccessibleForFree": False}), True),
        (Article().html(data={"isAccessibleForFree": "False", "hasPart": {"isAccessibleForFree": False}}), True),
        (Article().html(head='<meta property="article:content_tier" content="locked">'), True),
        (Article().html(after="<div><p>Subscribe to continue reading.</p></div>"), True),
        (Article().html(after="<div><p>This article is for subscribers only.</p></div>"), True),
        (Article().html(after="<p>Already a subscriber? Log in</p>"), True),
        (Article().html(after="<p>Полный текст доступен только подписчикам</p>"), True),
        (Article().html(after="<p>Чтобы читать дальше, оформите подписку</p>"), True),
        (Article().html(after="<p>Sign up for our newsletter</p>"), None),
        (Article().html(after="<p>Подпишитесь на нас в социальных сетях</p>"), None),
        (Article().html(data={"isAccessibleForFree": True}, after="<p>Subscribe to read more stories</p>"), False),
        (Article().html(), None),
    ],
)
def test_paywalls(html: bytes, paywalled: bool | None) -> None:
    assert said(html).paywalled is paywalled


def test_the_offer_to_subscribe_is_no_part_of_the_text() -> None:
    text = (*ENGLISH[:2], "Subscribe to continue reading this story.")

    assert said(Article(paragraphs=text).html()).text == "\n".join(ENGLISH[:2])


# --- walls and other pages


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (document("Just a moment...", '<script src="/cdn-cgi/challenge-platform/h.js"></script>'), "challenge"),
        (document("DDoS-Guard", "<p>Checking your browser before accessing the site.</p>"), "challenge"),
        (document("Вы не робот?", "<p>Подтвердите, что запросы отправляли вы, а не робот</p>"), "challenge"),
        (document("Example Gazette", CAPTCHA), "challenge"),
        (document("Log in | Example Gazette", LOGIN), "login"),
        (document("Вход", LOGIN), "login"),
        (document("Example Gazette", f"<p>Members only.</p>{LOGIN}"), "login"),
        (document("Before you continue", CONSENT_TEXT), "consent"),
        (document("Example Gazette", f"<main><article>{CONSENT_TEXT}</article></main>"), "consent"),
        (document("Example Gazette", "<p>We value your privacy</p><button>Accept all cookies</button>"), "consent"),
        (document("Access denied", "<p>You do not have permission.</p>"), "forbidden"),
        (document("Доступ ограничен", "<p>Ресурс заблокирован</p>"), "forbidden"),
        (document("Внимание", "<p>Доступ к ресурсу ограничен по решению суда.</p>"), "legal"),
        (document("daily.example", "<p>This domain is for sale.</p>"), "for_sale"),
        (document("", "<script>document.cookie='a=1';location.reload()</script>"), "challenge"),
        (document("404 — page not found", "<p>Perhaps you will like these.</p>"), "not_found"),
        (document("Страница не найдена", "<p>Вернуться на главную</p>"), "not_found"),
        (document("Weather in Bern", "<article><p>It will rain on Monday and on Tuesday as well.</p></article>"), "another_page"),
        (document("", "<p></p>"), "another_page"),
        ("", "empty"),
        (" \n\t ", "empty"),
        ('{"title": "x"}', "not_a_page"),
        ('<?xml version="1.0"?><rss version="2.0"><channel/></rss>', "not_a_page"),
    ],
)  # fmt: skip
def test_what_stands_there_instead(html: str, expected: str) -> None:
    assert kind(html) == expected


@pytest.mark.parametrize(
    ("body", "content_type"),
    [(b"%PDF-1.7\n\x00\x01", "application/pdf"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"\x00\x01\x02", "application/octet-stream"), (b"ID3 plain", "audio/mpeg")],
)  # fmt: skip
def test_what_is_no_web_page(body: bytes, content_type: str) -> None:
    assert kind(body, kind=content_type) == "not_a_page"


def test_a_consent_page_under_the_articles_own_title_gives_no_text() -> None:
    html = document(
        f"{ENGLISH_TITLE} | Example",
        f"<main><article>{CONSENT_TEXT}</article></main>",
        f'<meta property="og:title" content="{ENGLISH_TITLE}">',
    )

    found = page(html)

    assert isinstance(found, Failure) or found.text == ""


def test_a_notice_under_the_articles_own_title_gives_no_text() -> None:
    notice = (
        "<p>" + "Our terms of use have been updated. Please read them before you go on to the next page. " * 10 + "</p>"
    )
    html = document(
        f"{ENGLISH_TITLE} | Example",
        f"<main><article>{notice}</article></main>",
        f'<meta property="og:title" content="{ENGLISH_TITLE}">',
    )

    assert said(html).text == ""


SOFT_TITLE = "New equipment arrives for Omsk depots"
SOFT_TEXT = (
    "The city has bought 400 cameras that compare every passenger’s face with a list of the police. "
    "They will hang above the doors of buses and trams from March, and the recordings will be kept for thirty days. "
) * 4


def test_the_text_below_the_articles_own_headline_may_say_it_in_other_words() -> None:
    html = document(
        f"{SOFT_TITLE} | Example", f"<main><article><h1>{SOFT_TITLE}</h1><p>{SOFT_TEXT}Omsk.</p></article></main>"
    )

    assert "compare every passenger" in said(html, title=SOFT_TITLE).text


def test_a_short_text_that_says_what_the_feed_says_is_the_articles() -> None:
    short = SOFT_TEXT[:205]
    html = document(f"{SOFT_TITLE} | Example", f"<main><article><h1>{SOFT_TITLE}</h1><p>{short}</p></article></main>")

    assert said(html, title=SOFT_TITLE, excerpt=short).text
    assert not said(html, title=SOFT_TITLE, excerpt="").text


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/", "home_page"),
        ("https://example.org/en", "home_page"),
        ("https://login.example.org/?next=metro", "login"),
        ("https://example.org/signin?from=metro", "login"),
        ("https://consent.example.org/m?continue=metro", "consent"),
    ],
)
def test_where_redirects_end_tells_as_well(url: str, expected: str) -> None:
    assert kind(document("Example Gazette", "<p>Welcome to our site.</p>"), url=url) == expected


def test_a_headline_that_was_edited_is_still_the_articles() -> None:
    assert (
        said(Article().html(), title="Facial recognition: Moscow connects metro cameras to police files").text
        == Article().text
    )


def test_a_headline_of_two_words_proves_nothing_but_the_address_does() -> None:
    assert said(Article().html(), title="Moscow today").text == Article().text
    assert kind(Article().html(), title="Moscow today", url="https://example.org/other-page-here") == "another_page"


# --- hostile markup


@pytest.mark.parametrize(
    "html",
    [
        "<p>" * 100_000 + ENGLISH_TITLE,
        "<div>" * 3_000 + ENGLISH[0],
        "<" * 100_000,
        "<!--" * 10_000,
        "<html>" + "<script>" * 5_000,
        "&" * 100_000,
        "\x00<html>\x00" + ENGLISH_TITLE,
        f"<title>{ENGLISH_TITLE}</title>" + "<table><tr><td>" * 500,
        '<link rel="canonical" href="' + "a" * 100_000 + '">',
        f'<script type="application/ld+json">{"[" * 50_000}</script>',
    ],
    ids=range(10),
)
def test_hostile_markup_gives_something_or_nothing(html: str) -> None:
    assert isinstance(page(html), Page | Failure)


def test_markup_in_texts_is_text() -> None:
    evil = Article(
        title=f"{ENGLISH_TITLE} <b>now</b>",
        paragraphs=(*ENGLISH, 'An <img src=x onerror="alert(1)"> appeared in the metro.'),
    )

    found = said(evil.html(data=True, before="<script>alert(1)</script>"))

    assert "<img src=x" in found.text
    assert "alert(1)</script>" not in found.text
    assert found.title.endswith("<b>now</b>")


@given(st.text(max_size=200), st.sampled_from(["text/html", "application/xhtml+xml", ""]))
def test_any_document_is_survived(html: str, content_type: str) -> None:
    assert isinstance(page(html, kind=content_type), Page | Failure)


@pytest.mark.parametrize("made", [Article().html(data=True, canonical=URL, amp="/amp/x"), b"%PDF"])
def test_the_wire_loses_nothing(made: bytes) -> None:
    found = page(made)

    assert wire.result_from_json(wire.result_to_json(found)) == found
    json.loads(wire.result_to_json(found))
