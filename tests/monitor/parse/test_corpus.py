"""The golden table: each document of others gives the entries that feedparser finds, with ids, links, titles and dates.

Of a document that is cut off the last entry is left out, though feedparser gives it, when it breaks off before it says
which it is (neither guid nor address) or anything to read: it would come again, whole, as another article.

JSON Feed, which feedparser does not read, is held against the document itself.
"""

import csv
import io
import json
import os
import re
import time
import warnings
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import feedparser
import pytest

from monitor.normalise.address import web_address
from monitor.parse.feed import RELATIVE_BASE, parse
from monitor.types import Entry, Parsed, ParseFailure
from seeds.text import clean

SHARED = Path(os.environ.get("SEEDWATCH_SHARED", Path(__file__).resolve().parents[3] / ".." / "shared"))
URL = "http://feeds.example.org/feed.xml"
TYPE = "application/xml"
APART = {
    # Markup that the HTML standard reads otherwise than Python's parser: scripts within attributes within scripts.
    "kurtmckee-feedparser/tests/wellformed/sanitize/entry_title_crazy.xml",
    # Without a declaration feedparser alone gives mojibake: ëÁË ÐÅÒÅÖÉÔØ. The next test says what is right.
    "kurtmckee-feedparser/tests/illformed/chardet/koi8r.xml",
}
SAYS = ("id", "title", "link", "summary", "content")


class Texts(HTMLParser):
    """The text of a piece of HTML by the standard library, to compare ours with."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.unread = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.unread += tag in {"script", "style", "noscript", "template"}

    def handle_endtag(self, tag: str) -> None:
        self.unread -= tag in {"script", "style", "noscript", "template"}

    def handle_data(self, data: str) -> None:
        if self.unread <= 0:
            self.texts.append(data)


def letters(text: str) -> str:
    return re.sub(r"[\s…\xa0]+", "", clean(text, 10_000))[:300]


def title_of(raw: Mapping[str, Any], version: str) -> str:
    title: str = raw.get("title") or ""
    kind = (raw.get("title_detail") or {}).get("type")
    is_html = kind in {"text/html", "application/xhtml+xml"} or (not version.startswith("atom") and "<" in title)
    return letters("".join(Texts(title).texts) if is_html else title)


def plausible(raw: Mapping[str, Any]) -> str | None:
    moments = (dict.get(raw, f"{key}_parsed") for key in ("published", "updated", "created"))
    return next((time.strftime("%Y-%m-%dT%H:%M:%SZ", m) for m in moments if m and 1990 <= m.tm_year <= 2025), None)


def differences(entry: Entry, raw: Mapping[str, Any], version: str) -> list[tuple[str, object, object]]:
    guid = clean(raw.get("id") or "", 2_000)
    link = raw.get("link") or ""
    pairs = [
        ("id", entry.guid or "", guid),
        ("link", entry.link if link.startswith("http") else web_address(link, URL), web_address(link, URL)),
        ("title", letters(entry.title), title_of(raw, version)),
        ("date", entry.published_at if plausible(raw) else None, plausible(raw)),
    ]
    return [(what, ours, theirs) for what, ours, theirs in pairs if ours != theirs]


def compared(body: bytes) -> list[object]:
    return from_json(body) if body.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{") else from_feedparser(body)


def from_json(body: bytes) -> list[object]:
    """The differences to what a JSON document says, where that is of the right type."""
    said = json.loads(body)
    ours = parse(body, "application/json", URL)
    if "jsonfeed.org" not in str(said.get("version")):
        return [] if isinstance(ours, ParseFailure) else ["should have failed"]
    if not isinstance(ours, Parsed) or len(ours.entries) + ours.skipped != len(said["items"]):
        return [ours]
    pairs = [
        pair
        for entry, item in zip(ours.entries, said["items"], strict=True)
        for pair in (
            ("id", entry.guid, str(item["id"]) if "id" in item else None),
            ("link", entry.link or "", item["url"] if isinstance(item.get("url"), str) else entry.link or ""),
            ("title", letters(entry.title), letters(str(item.get("title") or ""))),
        )
    ]
    return [pair for pair in pairs if pair[1] != pair[2]]


def from_feedparser(body: bytes) -> list[object]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = feedparser.parse(
            io.BytesIO(body),
            response_headers={"content-type": TYPE} | ({"content-location": URL} if RELATIVE_BASE.search(body) else {}),
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    ours = parse(body, TYPE, URL)
    version = theirs.get("version", "")
    if not version and not theirs.entries:
        return [] if isinstance(ours, ParseFailure) else ["should have failed"]
    if not isinstance(ours, Parsed):
        says = any(raw.get(key) for raw in theirs.entries for key in SAYS)
        damaged = not says and theirs.bozo and ours.kind == "malformed"
        return [] if damaged else [ours]
    raws = [raw for raw in theirs.entries if any(raw.get(key) for key in SAYS)]
    if len(raws) != len(ours.entries) or len(theirs.entries) != len(ours.entries) + ours.skipped:
        return [("entries", len(ours.entries), len(raws))]
    return [found for pair in zip(ours.entries, raws, strict=True) for found in differences(*pair, version)]


@pytest.mark.slow
def test_the_same_as_feedparser() -> None:
    if not (SHARED / "feeds" / "manifest.tsv").is_file():
        pytest.skip("needs ../shared")
    with (SHARED / "feeds" / "manifest.tsv").open(encoding="utf-8") as manifest:
        paths = [row["path"] for row in csv.DictReader(manifest, delimiter="\t") if row["path"] not in APART]

    found = {path: problems for path in paths if (problems := compared((SHARED / "feeds" / path).read_bytes()))}

    assert found == {}
    assert len(paths) > 2_000


@pytest.mark.slow
def test_more_than_feedparser() -> None:
    path = SHARED / "feeds" / "kurtmckee-feedparser/tests/illformed/chardet/koi8r.xml"
    if not path.is_file():
        pytest.skip("needs ../shared")
    parsed = parse(path.read_bytes(), TYPE, URL)

    assert isinstance(parsed, Parsed)
    assert parsed.entries[0].title.startswith("Как пережить")
