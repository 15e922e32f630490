"""What a document is when it is no feed, by evidence in it."""

from __future__ import annotations

import codecs
import json
import re

from monitor.normalise.encoding import html_text
from monitor.normalise.walls import title_of, wall
from monitor.types import ParseFailure, ParseKind
from seeds.text import clean

_HEAD = 65_536
_PAGE = 1 << 20
_START = 4_096
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"))
_BOMS_16 = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_UNMARKED = (
    ("utf-16-le", b"<\x00"),
    ("utf-16-be", b"\x00<"),
    ("utf-32-le", b"<\x00\x00\x00"),
    ("utf-32-be", b"\x00\x00\x00<"),
)
_ROOT = re.compile(r"<(?![?!])(?:[\w.-]+:)?([\w.-]+)")
_HTML = re.compile(r"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
_XML_KINDS = {
    "urlset": "a sitemap",
    "sitemapindex": "an index of sitemaps",
    "opml": "an OPML list of feeds",
    "channel": "a CDF channel",
    "xbel": "a list of bookmarks",
    "svg": "a picture (SVG)",
    "error": "an error message in XML",
    "kml": "a map (KML)",
    "opensearchdescription": "a description of a search engine",
}
HTML_ROOTS = frozenset({"html", "head", "body", "script", "div", "p", "meta", "center", "h1", "table", "title"})
_FEED_ROOTS = frozenset({"rss", "feed", "rdf"})
_CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_BINARY = {
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture (PNG)",
    b"\xff\xd8\xff": "a picture (JPEG)",
    b"GIF8": "a picture (GIF)",
    b"PK\x03\x04": "a ZIP archive",
    b"\x1f\x8b": "a compressed file",
    b"\x28\xb5\x2f\xfd": "a compressed file",
}


def text_of(body: bytes, most: int = _HEAD) -> str:
    """The beginning of a document as text: by its byte order mark or its null bytes, else as UTF-8."""
    head = body[:most]
    for mark, encoding in (*_BOMS, *_BOMS_16):
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, "ignore")
    for encoding, start in _UNMARKED:
        if head.startswith(start):
            return head.decode(encoding, "ignore")
    return head.decode("utf-8", "replace")


def letters_of(body: bytes, content_type: str = "", most: int = _HEAD) -> str:
    """The beginning of a document for people as text: as `text_of`, and in old encodings that it names or that its letters show.

    Never for what must not be decoded twice in two ways: a feed's markup is looked through as it will be read.
    """
    text = text_of(body, most)
    return html_text(body[:most], content_type) if "\ufffd" in text else text


def root_of(body: bytes) -> str:
    """Local name of the first element near the start of a document, in lower case."""
    root = _ROOT.search(text_of(body, _START))
    return root[1].lower() if root else ""


def what_it_is(body: bytes, url: str = "") -> ParseFailure:
    """Names a document, fetched from `url`, that holds no feed."""
    text = letters_of(body)
    start = text.lstrip("\ufeff \t\r\n\x00")
    if not start:
        return ParseFailure("empty", "The document is empty.")
    if start[0] in "{[":
        return _json(body)
    if binary := binary_name(body, text):
        return _not_a_feed(binary)
    return _xml(text, body, url) if start[0] == "<" else _other_text(text, body, url)


def binary_name(body: bytes, text: str) -> str | None:
    """What a body that is no text is called; None for text. `text` is its beginning, in the letters that were found for it."""
    for magic, name in _BINARY.items():
        if body.startswith(magic):
            return name
    if "\x00" in text or len(_CONTROLS.findall(text)) > max(8, len(text) // 50):
        return "binary data"
    return "binary data" if text.count("\ufffd") > max(8, len(text) // 10) else None


def _other_text(text: str, body: bytes, url: str) -> ParseFailure:
    return _html(body, url) if _HTML.search(text) else _not_a_feed("plain text")


def _xml(text: str, body: bytes, url: str) -> ParseFailure:
    root = _ROOT.search(text)
    name = root[1].lower() if root else ""
    if name in _XML_KINDS:
        return ParseFailure("unsupported", f"This is {_XML_KINDS[name]}, not a feed.")
    if _HTML.search(text) or name in HTML_ROOTS:
        return _html(body, url)
    if name in _FEED_ROOTS:
        return ParseFailure("malformed", "This begins like a feed, but is too damaged to be read.")
    return _not_a_feed(f"an XML document with the root element <{clean(name, 40)}>" if name else "damaged XML")


def _json(body: bytes) -> ParseFailure:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return _not_a_feed("damaged JSON, or plain text")
    return ParseFailure("unsupported", "This is a JSON document, not a feed.")


def _html(body: bytes, url: str) -> ParseFailure:
    page = letters_of(body, most=_PAGE)
    if (stands := wall(page, url)) is not None:
        return ParseFailure(stands.kind, stands.message)
    title = title_of(page)
    return _not_a_feed(f"a web page{f' called “{title}”' if title else ''}")


def _not_a_feed(what: str) -> ParseFailure:
    kind: ParseKind = "not_a_feed"
    return ParseFailure(kind, f"This is {what}, not a feed.")
