"""A document without the entries that are known gives the same as all of it, for the others."""

import os
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.parse.charset import for_feedparser
from monitor.parse.feed import parse
from monitor.parse.pieces import cut, without
from monitor.parse.unpack import unpacked
from monitor.types import Parsed
from tests.monitor.parse.test_feed import atom, rss

SHARED = Path(os.environ.get("SEEDWATCH_SHARED", Path(__file__).resolve().parents[3] / ".." / "shared"))
URL = "https://feeds.example.org/feed.xml"
NOW = datetime(2026, 6, 15, tzinfo=UTC)
ONE, TWO, THREE = (f"<title>Number {n}</title><guid>{n}</guid><link>https://a.example/{n}</link>" for n in (1, 2, 3))


def read(document: str | bytes, known: frozenset[str] = frozenset()) -> Parsed:
    parsed = parse(document.encode() if isinstance(document, str) else document, "", URL, NOW, known)
    assert isinstance(parsed, Parsed), parsed
    return parsed


def hashes(document: str) -> list[str]:
    return [known_by for known_by, _ in read(document).pieces]


def test_only_what_is_not_known_is_read() -> None:
    known = frozenset(hashes(rss(TWO, THREE)))

    parsed = read(rss(ONE, TWO, THREE), known)

    assert [entry.guid for entry in parsed.entries] == ["1"]
    assert [place for _, place in parsed.pieces] == [0, None, None]
    assert parsed.title == "News"


def test_of_a_document_without_anything_new_only_the_feed_is_read() -> None:
    parsed = read(rss(ONE, TWO, channel="<ttl>60</ttl>"), frozenset(hashes(rss(ONE, TWO))))

    assert (parsed.title, parsed.entries, parsed.hints.ttl) == ("News", (), 3600)
    assert [place for _, place in parsed.pieces] == [None, None]


def test_what_says_nothing_has_no_place() -> None:
    parsed = read(rss(ONE, "<pubDate>1 Jun 2026</pubDate>", TWO))

    assert [place for _, place in parsed.pieces] == [0, 1]
    assert parsed.skipped == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (atom("<title>One</title><id>1</id>"), atom("<title>One</title><id>1</id>", 'xml:base="https://b.example/"')),
        (atom("<title>One</title><id>1</id>"), atom("<title>One</title><id>1</id>", 'xml:lang="ru"')),
        (rss(ONE), rss(ONE, channel="<language>ru</language>")),
        (rss(ONE), rss(ONE).replace("http://search.yahoo.com/mrss/", "http://search.yahoo.com/mrss")),
        (rss(ONE), '<!DOCTYPE rss [<!ENTITY name "value">]>' + rss(ONE)),
        (rss(ONE), rss(ONE.replace("Number 1", "Number 1!"))),
    ],
)
def test_an_entry_is_another_when_what_it_inherits_is(before: str, after: str) -> None:
    assert set(hashes(before)).isdisjoint(hashes(after))


def test_an_entry_stays_itself_whatever_stands_beside_it() -> None:
    assert hashes(rss(ONE, TWO, channel="<lastBuildDate>now</lastBuildDate>"))[0] == hashes(rss(ONE, THREE))[0]


@pytest.mark.parametrize(
    "document",
    [
        "<rss><channel><item><title>cut off",
        "<rss version='2.0'><channel><title>News</title></channel></rss>",
        '<entry xmlns="http://www.w3.org/2005/Atom"><title>One</title><id>1</id></entry>',
        "<rss version='2.0'><channel><item><title>1</title></item><item/></channel></rss>",
        "<rss version='2.0'><channel><item><title>1</title></item></channel><item><title>2</title></item></rss>",
        "<rss version='2.0'><channel a='1'><item/></channel><channel a='2'><item/></channel></rss>",
        "<?xml version='1.0' encoding='unicode_escape'?><rss><channel><item>\udc80</item></channel></rss>",
    ],
)
def test_what_cannot_be_cut_is_not(document: str) -> None:
    assert cut(document.encode("utf-8", "surrogateescape"), "", URL) is None


@pytest.mark.parametrize(
    "item",
    [
        "<title>1</title><description><![CDATA[<item>no entry</item>]]></description>",
        "<title>1</title><!-- </item><item> -->",
        "<title>1</title><media:group><media:item/></media:group>",
        "<title>a &gt; b</title><x y='&lt;/item>'/>",
    ],
)
def test_an_entry_ends_where_it_ends(item: str) -> None:
    document = rss(item, TWO)

    assert cut(document.encode(), "", URL) is not None
    assert read(document, frozenset(hashes(rss(TWO)))).entries == read(document).entries[:-1]


def test_entries_within_entries_are_all_read() -> None:
    document = rss("<title>1</title><item><title>inside</title></item>", TWO)

    assert read(document, frozenset(hashes(rss(TWO)))).entries == read(document).entries


def documents() -> Iterator[tuple[str, bytes]]:
    for path in sorted((SHARED / "feeds").rglob("*")):
        if path.is_file() and path.stat().st_size < 3_000_000:
            yield str(path.relative_to(SHARED)), path.read_bytes()


@pytest.mark.slow
@pytest.mark.skipif(not (SHARED / "feeds").is_dir(), reason="the collected feeds are not here")
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
def test_of_all_documents_the_rest_gives_what_the_whole_gives() -> None:
    chance = random.Random(7)
    different, compared = [], 0
    for name, raw in documents():
        body = unpacked(raw)
        whole = parse(raw, "", URL, NOW, frozenset())
        if not isinstance(whole, Parsed) or not isinstance(body, bytes) or not whole.pieces:
            continue
        known = frozenset(known_by for known_by, _ in whole.pieces if chance.random() < 0.7)
        part = parse(raw, "", URL, NOW, known)
        assert isinstance(part, Parsed), name
        wanted = [
            whole.entries[place] for known_by, place in whole.pieces if known_by not in known and place is not None
        ]
        about = [(p.version, p.title, p.link, p.language, p.hints) for p in (part, whole)]
        compared += 1
        # Where nothing of a document can be left out it is read whole, which is right as well.
        if list(part.entries) not in (wanted, list(whole.entries)) or about[0] != about[1]:
            different.append(name)

    assert not different
    assert compared > 1_000


def test_what_is_left_out_is_all_that_is_left_out() -> None:
    body, content_type = for_feedparser(rss(ONE, TWO, THREE).encode(), "")
    pieces = cut(body, content_type, URL)
    assert pieces is not None

    assert without(body, pieces, {pieces[1].hash}) == rss(ONE, THREE).encode()
