"""News sitemaps as feeds; other sitemaps by name."""

import gzip
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.parse.feed import parse
from monitor.types import Entry, Parsed, ParseFailure
from seeds.record import Image
from tests.bombs import gzip_bomb
from tests.monitor.parse.sound import assert_sound

NOW = datetime(2026, 6, 15, tzinfo=UTC)
URL = "https://example.org/news-sitemap.xml?token=secret"
NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:video="http://www.google.com/schemas/sitemap-video/1.1"'
)


def sitemap(*urls: str, attributes: str = NAMESPACES) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset {attributes}>{"".join(urls)}</urlset>'


def url(number: int, title: str = "", name: str = "The Paper", more: str = "") -> str:
    return (
        f"<url><loc>https://example.org/{number}</loc><news:news><news:publication><news:name>{name}</news:name>"
        "<news:language>en</news:language></news:publication><news:publication_date>2026-06-14T10:00:00+03:00"
        f"</news:publication_date><news:title>{title or f'Title {number}'}</news:title></news:news>{more}</url>"
    )


def result(body: bytes | str, content_type: str = "application/xml") -> Parsed | ParseFailure:
    return parse(body.encode() if isinstance(body, str) else body, content_type, URL, NOW)


def read(body: bytes | str) -> Parsed:
    parsed = result(body)
    assert isinstance(parsed, Parsed), parsed
    return parsed


def test_a_full_article() -> None:
    parsed = read(
        sitemap(
            "<url><loc> https://example.org/faces?a=1&amp;b=2 </loc><lastmod>2026-06-15</lastmod><changefreq>daily</changefreq>"
            "<news:news><news:publication><news:name>Газета</news:name><news:language>ru</news:language></news:publication>"
            "<news:genres>Blog</news:genres><news:publication_date>2026-06-14</news:publication_date>"
            "<news:title>Лица &amp; камеры</news:title><news:keywords>лица, камеры ,лица</news:keywords></news:news>"
            "<image:image><image:loc>/1.jpg</image:loc><image:title>A picture</image:title></image:image>"
            "<image:image><image:loc>/2.jpg</image:loc><image:caption>A caption</image:caption></image:image>"
            "<video:video><video:title>A film</video:title><video:thumbnail_loc>/3.jpg</video:thumbnail_loc></video:video></url>"
        )
    )

    assert (parsed.version, parsed.title, parsed.language, parsed.degraded) == ("sitemap", "Газета", "ru", None)
    assert parsed.entries[0]._replace(lemmas="", stems="", traces=None) == Entry(
        guid=None,
        link="https://example.org/faces?a=1&b=2",
        title="Лица & камеры",
        published_at="2026-06-14T00:00:00Z",
        updated_at="2026-06-15T00:00:00Z",
        published_raw="2026-06-14",
        date_quality="day",
        topics=("лица", "камеры"),
        images=(
            Image("https://example.org/1.jpg", title="A picture"),
            Image("https://example.org/2.jpg", title="A caption"),
        ),
        provider_name="Газета",
        language="ru",
    )


@pytest.mark.parametrize(
    "attributes",
    [
        NAMESPACES,
        "",
        'xmlns="https://www.sitemaps.org/schemas/sitemap/0.9"',
        NAMESPACES.replace("sitemap-news/0.9", "sitemap-news/0.91"),
    ],
)
def test_prefixes_need_not_be_declared(attributes: str) -> None:
    assert [entry.title for entry in read(sitemap(url(1), url(2), attributes=attributes)).entries] == [
        "Title 1",
        "Title 2",
    ]


def test_pages_without_news_among_news_are_counted() -> None:
    parsed = read(sitemap(url(1), "<url><loc>https://example.org/about</loc></url>", "<url/>", url(2)))

    assert (len(parsed.entries), parsed.skipped) == (2, 2)


def test_a_publication_that_is_not_named_is_called_after_its_host() -> None:
    assert read(sitemap(url(1, name=""))).title == "example.org"


@pytest.mark.parametrize("at", range(10, 150, 7))
def test_a_document_that_is_cut_off_keeps_what_came_before(at: int) -> None:
    whole = sitemap(url(1), url(2), url(3))

    parsed = read(whole[: whole.index("Title 3") + at - 150])

    assert [entry.title for entry in parsed.entries] == ["Title 1", "Title 2"]
    assert "cut off" in (parsed.degraded or "")


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Q&A on faces", "Q&A on faces"),
        ("Faces&nbsp;&mdash; again", "Faces — again"),
        ("A\x08B", "AB"),
        ("<![CDATA[<b>Bold</b> & plain]]>", "Bold & plain"),
        ("Half &#xD800; pair", "Half \ufffd pair"),
        ("AT&amp;amp;T", "AT&T"),
    ],
)
def test_markup_that_is_wrong_is_mended(title: str, expected: str) -> None:
    parsed = read(sitemap(url(1, title), url(2)))

    assert [entry.title for entry in parsed.entries] == [expected, "Title 2"]


def test_addresses_with_bare_ampersands() -> None:
    parsed = read(sitemap(url(1)).replace("/1<", "/1?a=1&b=2&copy=3<"))

    assert parsed.entries[0].link == "https://example.org/1?a=1&b=2&copy=3"
    assert "not well-formed" in (parsed.degraded or "")


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r", "utf-16", "utf-16-le", "utf-8-sig"])
@pytest.mark.parametrize("declared", ["UTF-8", "windows-1251", "koi8-r"])
def test_encodings(encoding: str, declared: str) -> None:
    body = sitemap(url(1, "Распознавание лиц в метро")).replace('encoding="UTF-8"', f'encoding="{declared}"')

    assert read(body.encode(encoding)).entries[0].title == "Распознавание лиц в метро"


def test_a_compressed_sitemap_is_read() -> None:
    packed = gzip.compress(sitemap(url(1), url(2)).encode())

    assert len(read(packed).entries) == 2


def test_a_bomb_is_refused() -> None:
    failure = result(gzip_bomb(60, b" "))

    assert isinstance(failure, ParseFailure)
    assert failure.kind == "refused"


def test_a_compressed_file_with_something_else_in_it_is_named() -> None:
    failure = result(gzip.compress(b"hello"))

    assert isinstance(failure, ParseFailure)
    assert "plain text" in failure.message
    damaged = result(b"\x1f\x8b\x00 no gzip after all")
    assert isinstance(damaged, ParseFailure)
    assert "compressed file" in damaged.message


@pytest.mark.parametrize(
    ("body", "says", "advises"),
    [
        (
            sitemap("<url><loc>https://example.org/1</loc></url>", "<url><loc>https://example.org/2</loc></url>"),
            "a sitemap of 2 pages without news",
            "news sitemap can be read",
        ),
        (sitemap("<url><loc>https://example.org/1</loc></url>")[:-20], "a sitemap of at least", "news sitemap"),
        (sitemap(), "a sitemap of 0 pages", "RSS or Atom"),
        (
            (
                "<sitemapindex><sitemap><loc>https://example.org/pages.xml</loc></sitemap>"
                "<sitemap><loc>https://example.org/news/latest.xml</loc></sitemap></sitemapindex>"
            ),
            "an index of 2 sitemaps",
            "Try what looks like a news sitemap in it: https://example.org/news/latest.xml.",
        ),
        (
            "<sitemapindex><sitemap><loc>https://example.org/a.xml</loc></sitemap></sitemapindex>",
            "an index of 1 sitemap,",
            "It names https://example.org/a.xml.",
        ),
        ("<sitemapindex/>", "an index of 0 sitemaps", "Look in it"),
    ],
)
def test_other_sitemaps_are_named_with_what_to_do(body: str, says: str, advises: str) -> None:
    failure = result(body)

    assert isinstance(failure, ParseFailure)
    assert failure.kind == "unsupported"
    assert says in failure.message
    assert advises in failure.advice
    assert "secret" not in repr(failure)


@pytest.mark.parametrize(
    "prologue",
    [
        '<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE urlset SYSTEM "http://127.0.0.1:9/dtd">',
        "<!DOCTYPE urlset [<!ENTITY x 'y'>]>",
    ],
)
def test_nothing_outside_is_read(prologue: str) -> None:
    body = sitemap(url(1, "a&x;b")).replace("?>", f"?>{prologue}", 1)

    assert "root:" not in repr(result(body))


def test_entities_that_blow_up_are_refused() -> None:
    laughs = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
    body = sitemap(url(1, "&l9;")).replace("?>", f"?><!DOCTYPE urlset [<!ENTITY l0 'ha'>{laughs}]>", 1)

    failure = result(body)

    assert isinstance(failure, ParseFailure)
    assert failure.kind == "refused"


@given(st.text(st.characters() | st.sampled_from("<>&![]-/?'\"=:"), max_size=60), st.integers(0, 3))
def test_no_sitemap_crashes_the_parser(text: str, where: int) -> None:
    pieces = [text if n == where else "" for n in range(4)]

    assert_sound(
        result((pieces[0] + sitemap(url(1, pieces[1]), pieces[2]) + pieces[3]).encode("utf-8", "surrogatepass"))
    )
