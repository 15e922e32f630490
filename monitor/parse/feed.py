"""A document of any format read; of RSS, RDF and Atom by feedparser, which only this module knows.

    bytes ─► unpacked ─► entities checked ─► feedparser ─► entries normalised ─► Parsed, or what else it is
                 └─► jsonfeed, sitemap, telegram ─────────────────┘

Pure and synchronous, but not bounded in time or memory: it runs in a worker process (`monitor.parse.pool`).
"""

from __future__ import annotations

import io
import re
import xml.sax
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from typing import Any

import feedparser
from feedparser.exceptions import CharacterEncodingOverride, CharacterEncodingUnknown, NonXMLContentType

from monitor.normalise.address import base_of, web_address
from monitor.normalise.entry import Context, entry_of, plain
from monitor.normalise.language import declared
from monitor.parse import jsonfeed, pieces, sitemap, telegram
from monitor.parse.charset import UTF8_XML, for_feedparser
from monitor.parse.damage import CUT, DOUBTFUL_LETTERS
from monitor.parse.detect import HTML_ROOTS, root_of, what_it_is
from monitor.parse.entities import danger
from monitor.parse.further import further_of
from monitor.parse.hints import hints_of
from monitor.parse.media import keep_apart
from monitor.parse.repair import repaired
from monitor.parse.tuned import tune
from monitor.parse.unpack import unpacked
from monitor.types import Entry, Parsed, ParseFailure
from seeds.text import clean

_TITLE = 300
MOST_ENTRIES = 30_000
"""Entries of one document that are read; the newest, when it has more."""
_BLANK = b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"
_CUT_OFF = ("no element found", "unclosed token", "unclosed CDATA section")
_END = re.compile(rb"(?i)</(?:[a-z]+:)?(?:rss|feed|rdf)\s*>")
RELATIVE_BASE = re.compile(rb"""xml:base\s*=\s*["'](?!https?:)""")
_HARMLESS = (NonXMLContentType, CharacterEncodingOverride)

tune()
keep_apart()


def parse(
    body: bytes, content_type: str, url: str, now: datetime | None = None, known: AbstractSet[str] | None = None
) -> Parsed | ParseFailure:
    """Reads a document fetched from `url`; `now` decides which dates are plausible.

    Entries whose hashes (`Parsed.pieces`) are `known` are not read again; a document is cut into pieces unless that is None.
    """
    now = now or datetime.now(UTC)
    inside = unpacked(body)
    if isinstance(inside, ParseFailure):
        return inside
    other = _without_feedparser(inside, content_type, url, now)
    return other or _with_feedparser(inside, content_type, url, now, known)


parse_here = parse
"""The same, by the name that says that nothing bounds it."""


def _without_feedparser(body: bytes, content_type: str, url: str, now: datetime) -> Parsed | ParseFailure | None:
    """What needs no feedparser: other formats, and what it must not see. None for all else."""
    base = base_of(url)
    start = body[:256].lstrip(_BLANK)
    if not start and not body.strip(_BLANK):
        return ParseFailure("empty", "The document is empty.")
    if start[:1] in {b"{", b"["}:
        return jsonfeed.read(body, content_type, base, now) or what_it_is(body, url)
    if (why := danger(body)) is not None:
        return ParseFailure("refused", f"The document was not read, because {why}.")
    root = root_of(body)
    if root in sitemap.ROOTS:
        return sitemap.read(body, content_type, base, now)
    if root in HTML_ROOTS and telegram.looks_like_one(body):
        return telegram.read(body, content_type, base, now)
    return None


def _with_feedparser(
    body: bytes, content_type: str, url: str, now: datetime, known: AbstractSet[str] | None
) -> Parsed | ParseFailure:
    base = base_of(url)
    body, content_type = for_feedparser(body, content_type)
    cut = None if known is None else pieces.cut(body, content_type, base)
    if cut and known and not known.isdisjoint(piece.hash for piece in cut):
        rest = pieces.without(body, cut, known)
        result, broken = _read(rest, content_type, base)
        raw_entries = (result or {}).get("entries") or []
        if result and result.get("version") and len(raw_entries) == sum(piece.hash not in known for piece in cut):
            return _parsed(result, raw_entries, base, rest, now, broken, cut, known)
    result, broken = _read(body, content_type, base)
    if result is None:
        named = what_it_is(body, url)
        malformed = ParseFailure("malformed", f"The document is too damaged to be read ({broken}).")
        return malformed if named.message.startswith("This is an XML document") else named
    raw_entries = result.get("entries") or []
    if not result.get("version") and not raw_entries:
        return what_it_is(body, url)
    parsed = _parsed(result, raw_entries, base, body, now, broken, cut if cut and len(cut) == len(raw_entries) else ())
    damage = None if parsed.entries else _before_any_entry(result.get("bozo_exception"), body)
    return damage or parsed


def _before_any_entry(error: object, body: bytes) -> ParseFailure | None:
    """That a feed without entries breaks off, which says nothing of whether it has any; None for one that comes to its end."""
    if not isinstance(error, xml.sax.SAXParseException) or _END.search(body):
        return None
    why = clean(error.getMessage(), 100)
    return ParseFailure("malformed", f"The document breaks off, or is damaged, before its first entry ({why}).")


def _read(body: bytes, content_type: str, base: str) -> tuple[Mapping[str, Any] | None, str | None]:
    """Feedparser's result, at the second try from a repaired document, and the name of what went wrong at first."""
    try:
        return _feedparser(body, content_type, base), None
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - feedparser lets out what hostile markup makes it do
        broken = type(error).__name__
    try:
        return _feedparser(repaired(body), UTF8_XML, base), broken
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - see above
        return None, broken


def _feedparser(body: bytes, content_type: str, base: str) -> Mapping[str, Any]:
    headers = {"content-type": content_type}
    if RELATIVE_BASE.search(body):
        # Only then is it told the address: it would make addresses of guids as well, whatever its options say.
        headers["content-location"] = base
    # Only ever a stream: a string or bytes that look like a path or an address would be opened.
    result: Mapping[str, Any] = feedparser.parse(
        io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    return result


def _parsed(
    result: Mapping[str, Any],
    raw_entries: list[Any],
    base: str,
    body: bytes,
    now: datetime,
    broken: str | None,
    cut: Sequence[pieces.Piece] = (),
    known: AbstractSet[str] = frozenset(),
) -> Parsed:
    feed = dict(result.get("feed") or {})
    version = str(result.get("version") or "")
    language = declared(feed.get("language"))
    context = Context(version, base, language, now)
    degraded = _degraded(result.get("bozo_exception"), broken)
    if degraded == CUT and len(raw_entries) > 1 and _is_half(dict(raw_entries[-1])):
        raw_entries = [*raw_entries[:-1], {}]  # the half of an entry would come again, whole, as another article
    if len(raw_entries) > MOST_ENTRIES:
        there, raw_entries = len(raw_entries), _newest(raw_entries)
        few = f"Only {MOST_ENTRIES:,} of {there:,} entries were read."
        degraded = f"{degraded} {few}" if degraded else few
    entries = [entry_of(raw, context) for raw in raw_entries]
    kept: list[Entry] = [entry for entry in entries if entry is not None]
    return Parsed(
        version=version,
        title=plain(feed.get("title"), feed.get("title_detail"), version, _TITLE),
        link=web_address(feed.get("link"), base),
        language=language,
        entries=tuple(kept),
        hints=hints_of(feed, body),
        further=further_of(feed, base),
        degraded=degraded,
        skipped=len(entries) - len(kept),
        pieces=tuple(_placed(cut, entries, known)),
    )


def _placed(
    cut: Sequence[pieces.Piece], entries: Sequence[Entry | None], known: AbstractSet[str]
) -> Iterator[tuple[str, int | None]]:
    """For each piece, its hash and which of the entries that are kept it is; none of those that are known."""
    if len(entries) != sum(piece.hash not in known for piece in cut):
        return
    read = iter(entries)
    place = 0
    for piece in cut:
        if piece.hash in known:
            yield piece.hash, None
        elif next(read) is not None:
            yield piece.hash, place
            place += 1


def _is_half(raw: Mapping[str, Any]) -> bool:
    """Whether the last entry of a document that is cut off breaks off before it says which it is, or anything to read."""
    return not (raw.keys() & {"id", "link"} and any(map(raw.get, ("title", "summary", "content"))))


def _newest(raw_entries: list[Any]) -> list[Any]:
    """As many entries as are read: from the end of the document at which the newest stand, which usually is its beginning."""
    first, last = (
        raw.get("published_parsed") or raw.get("updated_parsed") for raw in (raw_entries[0], raw_entries[-1])
    )
    is_oldest_first = first is not None and last is not None and tuple(first) < tuple(last)
    return raw_entries[-MOST_ENTRIES:] if is_oldest_first else raw_entries[:MOST_ENTRIES]


def _degraded(error: object, broken: str | None) -> str | None:
    """In a sentence what was wrong with a document that could be read nevertheless."""
    if broken is not None:
        return f"The document is damaged ({broken}); it was repaired before reading."
    if isinstance(error, CharacterEncodingUnknown):
        return DOUBTFUL_LETTERS
    if isinstance(error, xml.sax.SAXParseException):
        why = clean(error.getMessage(), 100)
        if why.startswith(_CUT_OFF):
            return CUT
        return f"The document is not well-formed XML (line {error.getLineNumber()}: {why}); it was read leniently."
    if error is None or isinstance(error, _HARMLESS):
        return None
    return f"The document is not well-formed XML ({clean(str(error), 100)}); it was read leniently."
