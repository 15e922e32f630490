"""Feedparser's calls are fewer, its results the same."""

import io
import os
import subprocess
import sys
import xml.sax
from pathlib import Path
from xml.sax.handler import ContentHandler, feature_namespaces

import feedparser.api
import feedparser.mixin
import pytest

from monitor.parse import tuned
from monitor.parse.feed import parse
from monitor.types import Parsed

ROOT = Path(__file__).resolve().parents[3]
SHARED = Path(os.environ.get("SEEDWATCH_SHARED", ROOT / ".." / "shared"))
DIGESTS = """
import feedparser, hashlib, io, pathlib, sys
if sys.argv[2] == "tuned":
    from monitor.parse.tuned import tune
    tune()
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.xml")):
    try:
        result = feedparser.parse(
            io.BytesIO(path.read_bytes()),
            response_headers={"content-type": "application/xml", "content-location": "http://example.org/a/feed"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
        read = [result.get(key) for key in ("version", "feed", "entries", "namespaces", "bozo")]
    except Exception as error:
        read = type(error)
    print(path.name, hashlib.sha256(repr(read).encode("utf-8", "replace")).hexdigest())
"""


@pytest.mark.slow
def test_results_are_those_of_feedparser_as_it_is() -> None:
    if not (SHARED / "feeds").is_dir():
        pytest.skip("needs ../shared")

    as_it_is, tuned_ = (
        subprocess.run(
            (sys.executable, "-c", DIGESTS, SHARED / "feeds", how), cwd=ROOT, capture_output=True, check=True, text=True
        ).stdout.splitlines()
        for how in ("plain", "tuned")
    )

    assert len(as_it_is) > 2_000
    assert [pair for pair in zip(as_it_is, tuned_, strict=True) if pair[0] != pair[1]] == []


class Pieces(ContentHandler):
    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []

    def characters(self, content: str) -> None:
        self.pieces.append(content)


def test_text_comes_in_one_piece() -> None:
    handler = Pieces()
    parser = xml.sax.make_parser(feedparser.api.PREFERRED_XML_PARSERS)
    parser.setFeature(feature_namespaces, 1)
    parser.setContentHandler(handler)

    parser.parse(io.BytesIO(b"<a>&lt;p&gt;one\ntwo &amp;amp; three<b/><![CDATA[four]]> five</a>"))

    assert isinstance(parser, tuned.WholeTexts)
    assert handler.pieces == ["<p>one\ntwo &amp; three", "four five"]


def test_a_text_longer_than_the_buffer_is_whole() -> None:
    text = "слово &amp;amp; дело " * 9_000
    body = f"<rss version='2.0'><channel><item><title>t</title><description>{text}</description></item></channel></rss>"

    result = parse(body.encode(), "application/xml", "https://example.org/")

    assert isinstance(result, Parsed)
    assert result.degraded is None
    assert result.entries[0].text.startswith("слово & дело слово & дело ")
    assert len(result.entries[0].text) > 99_000


def test_bases_are_remembered_and_still_right() -> None:
    body = b"""<feed xmlns='http://www.w3.org/2005/Atom' xml:base='/a/'><title>t</title>
      <entry xml:base='b/'><title>1</title><link href='one'/></entry>
      <entry xml:base='http://other.example/c/'><title>2</title><link href='two'/></entry>
      <entry><title>3</title><link href='three'/></entry></feed>"""

    results = [parse(body, "application/xml", url) for url in ("https://example.org/feed", "https://example.net/x/")]

    links = [[entry.link for entry in result.entries] for result in results if isinstance(result, Parsed)]
    assert links == [
        ["https://example.org/a/b/one", "http://other.example/c/two", "https://example.org/a/three"],
        ["https://example.net/a/b/one", "http://other.example/c/two", "https://example.net/a/three"],
    ]
    assert feedparser.mixin.make_safe_absolute_uri.cache_info().hits > 0
