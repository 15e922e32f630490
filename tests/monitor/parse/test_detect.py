"""What is no feed is named."""

import pytest

from monitor.parse.feed import parse
from monitor.types import ParseFailure

LAUGHS = b"<!DOCTYPE l [<!ENTITY a 'lol'>" + b"".join(
    b"<!ENTITY %c '%s'>" % (97 + i, b"&%c;" % (96 + i) * 10) for i in range(1, 10)
)


def fail(body: bytes) -> ParseFailure:
    result = parse(body, "text/html", "https://example.org/feed")
    assert isinstance(result, ParseFailure), result
    return result


@pytest.mark.parametrize(
    ("body", "kind", "says"),
    [
        (b"", "empty", "empty"),
        (b" \r\n\t", "empty", "empty"),
        (b"\xef\xbb\xbf\n", "empty", "empty"),
        (b"<!doctype html><title>Our &amp; news</title><p>Hello", "not_a_feed", "web page called “Our & news”"),
        (b"<html><body>hello</body></html>", "not_a_feed", "web page"),
        (b"<html><title>Log in</title><input name=p type='password'>", "login", "asks for a password"),
        (b"<html><title>Just a moment...</title>", "challenge", "human"),
        (b"<html><script src='/cdn-cgi/challenge-platform/h/b/x.js'></script>", "challenge", "human"),
        ("<html><title>Проверка браузера</title>".encode(), "challenge", "human"),
        (b"<html><form action='https://consent.google.com/save'>Before you continue</form>", "consent", "cookies"),
        (b'{"a": 1}', "unsupported", "JSON document"),
        (b"[1, 2]", "unsupported", "JSON document"),
        (b"{oops", "not_a_feed", "JSON"),
        (b"[" * 100_000, "not_a_feed", "JSON"),
        (b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'/>", "unsupported", "sitemap"),
        (b"<sitemapindex/>", "unsupported", "sitemaps"),
        (b"<opml version='2.0'><body/></opml>", "unsupported", "OPML"),
        (b"<CHANNEL HREF='http://x.example/'><TITLE>x</TITLE></CHANNEL>", "unsupported", "CDF"),
        (b"<note><to>x</to></note>", "not_a_feed", "<note>"),
        (b"hello world", "not_a_feed", "plain text"),
        (b"/etc/passwd", "not_a_feed", "plain text"),
        (b"%PDF-1.7 ...", "not_a_feed", "PDF"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not_a_feed", "PNG"),
        (bytes(range(128, 256)) * 10, "not_a_feed", "binary"),
        (b"<html>" + bytes(range(1, 256)) * 10, "not_a_feed", "binary"),
        ("<html><title>Наши новости города</title>".encode("koi8-r"), "not_a_feed", "web page called “Наши новости"),
        ("<html><meta charset=cp1251><title>Наши новости".encode("cp1251"), "not_a_feed", "web page called “Наши новости"),
        ("Новости нашего города за неделю".encode("cp1251"), "not_a_feed", "plain text"),
        (LAUGHS + b"]><rss><channel><item><title>&i;</title></item></channel></rss>", "refused", "entities"),
        (
            b"<!DOCTYPE r [<!ENTITY a '" + b"x" * 20_000 + b"'>]><rss version='2.0'><channel/></rss>",
            "refused",
            "long entities",
        ),
        (
            "<!DOCTYPE r [<!ENTITY a 'b'><!ENTITY c '&a;&a;'>]><rss version='2.0'><channel/></rss>".encode("utf-16"),
            "refused",
            "entities",
        ),
    ],
)  # fmt: skip
def test_named(body: bytes, kind: str, says: str) -> None:
    failure = fail(body)

    assert failure.kind == kind
    assert says in failure.message


@pytest.mark.parametrize(
    "doctype",
    [
        b'<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/rss-0.91.dtd">',
        b'<!DOCTYPE rss [<!ENTITY nbsp "&#160;"><!ENTITY copy "&#169;">]>',
        b'<!DOCTYPE rss [\n<!ENTITY % HTMLlat1 PUBLIC "-//W3C//ENTITIES Latin 1 for XHTML//EN" "x.ent">\n]>',
    ],
)
def test_harmless_declarations_are_read(doctype: bytes) -> None:
    body = doctype + b"<rss version='0.91'><channel><item><title>x</title></item></channel></rss>"

    assert not isinstance(parse(body, "text/xml", "https://example.org/"), ParseFailure)


def test_titles_of_pages_are_cleaned() -> None:
    page = b"<html><title>\x1b[31m" + b"long " * 100 + b"</title>"

    message = fail(page).message

    assert "\x1b" not in message
    assert len(message) < 200
