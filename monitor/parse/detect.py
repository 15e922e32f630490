"""What a document is when it is no feed, by evidence in it."""

from __future__ import annotations

import codecs
import json
import re
from html import unescape

from monitor.types import ParseFailure, ParseKind
from seeds.text import clean

_HEAD = 65_536
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
_TITLE = re.compile(r"<title[^<>]{0,200}>([^<]{0,1000})", re.IGNORECASE)
CHALLENGE = re.compile(
    r"cf-chl|challenge-platform|just a moment|ddos-guard|captcha-delivery|_incapsula_|checking your browser"
    r"|verify(?:ing)? (?:that )?you are (?:a )?human|проверка браузера|подтвердите, что (?:вы|запросы)|smartcaptcha"
    r"|g-recaptcha|hcaptcha",
    re.IGNORECASE,
)
LOGIN = re.compile(r"<input[^<>]{1,500}type\s*=\s*[\"']?password", re.IGNORECASE)
CONSENT = re.compile(
    r"consent\.(?:google|yahoo|youtube)|before you continue|privacy-?gate|cookie-?wall|accept (?:all )?cookies"
    r"|we value your privacy|cookies akzeptieren|zustimmung|принять (?:все )?cookie",
    re.IGNORECASE,
)
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
_HTML_ROOTS = frozenset({"html", "head", "body", "script", "div", "p", "meta", "center", "h1", "table", "title"})
_FEED_ROOTS = frozenset({"rss", "feed", "rdf"})
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


def what_it_is(body: bytes) -> ParseFailure:
    """Names a document that holds no feed."""
    text = text_of(body)
    start = text.lstrip("\ufeff \t\r\n\x00")
    if not start:
        return ParseFailure("empty", "The document is empty.")
    if start[0] in "{[":
        return _json(body)
    if binary := binary_name(body, text):
        return _not_a_feed(binary)
    return _xml(text) if start[0] == "<" else _other_text(text)


def binary_name(body: bytes, text: str) -> str | None:
    """What a body that is no text is called; None for text."""
    for magic, name in _BINARY.items():
        if body.startswith(magic):
            return name
    return "binary data" if "\x00" in text or text.count("\ufffd") > max(8, len(text) // 10) else None


def _other_text(text: str) -> ParseFailure:
    return _html(text) if _HTML.search(text) else _not_a_feed("plain text")


def _xml(text: str) -> ParseFailure:
    root = _ROOT.search(text)
    name = root[1].lower() if root else ""
    if name in _XML_KINDS:
        return ParseFailure("unsupported", f"This is {_XML_KINDS[name]}, not a feed.")
    if _HTML.search(text) or name in _HTML_ROOTS:
        return _html(text)
    if name in _FEED_ROOTS:
        return ParseFailure("malformed", "This begins like a feed, but is too damaged to be read.")
    return _not_a_feed(f"an XML document with the root element <{clean(name, 40)}>" if name else "damaged XML")


def _json(body: bytes) -> ParseFailure:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return _not_a_feed("damaged JSON, or plain text")
    version = data.get("version") if isinstance(data, dict) else None
    if isinstance(version, str) and "jsonfeed.org" in version:
        return ParseFailure("unsupported", "This is a JSON Feed; only RSS and Atom can be read.")
    return ParseFailure("unsupported", "This is a JSON document, not a feed.")


def _html(text: str) -> ParseFailure:
    match = _TITLE.search(text)
    title = clean(unescape(match[1]), 100) if match else ""
    named = f" called “{title}”" if title else ""
    if CHALLENGE.search(text):
        return ParseFailure("challenge", f"The site asks visitors to prove that they are human{_page(named)}.")
    if LOGIN.search(text):
        return ParseFailure("login", f"The site asks for a password{_page(named)}.")
    if CONSENT.search(text):
        return ParseFailure("consent", f"The site asks for consent to cookies first{_page(named)}.")
    return _not_a_feed(f"a web page{named}")


def _page(named: str) -> str:
    return f", with a page{named}" if named else ""


def _not_a_feed(what: str) -> ParseFailure:
    kind: ParseKind = "not_a_feed"
    return ParseFailure(kind, f"This is {what}, not a feed.")
