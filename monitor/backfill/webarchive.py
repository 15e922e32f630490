"""WARC (ISO 28500) and ARC files: what servers answered, record by record, whoever wrote them.

warcio reads the heads of records; the framing is done here, because that has to stand what warcio does not: members of gzip
that are damaged or cut off, lines without an end, lengths that are wrong, records of any size. A record that cannot be read
is named, and reading goes on at the next one that begins anywhere behind it.
"""

from __future__ import annotations

import logging
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, BinaryIO

from db.light import without
from monitor.backfill.frames import Frames
from monitor.backfill.members import LARGEST, Damaged, Flaw, Member, MemberKind, Position
from monitor.clock import stamp
from monitor.fetch.decoding import Decoder
from monitor.fetch.outcome import FetchError

with without("fsspec"):  # for files that are elsewhere
    from warcio.bufferedreaders import ChunkedDataReader
    from warcio.recordloader import ArcWarcRecordLoader

logging.getLogger("warcio").setLevel(logging.CRITICAL)  # it would print what strangers wrote

MAX_PAGE = 5_000_000
_BLOCK = 1 << 16
_PAGES = ("text/html", "application/xhtml+xml")
_MAYBE_FEEDS = ("xml", "rss", "atom", "json", "text/plain", "octet-stream")
_FEED_START = re.compile(rb"<(?:rss|feed|rdf:rdf|channel)[\s>]|\"https?://jsonfeed\.org/version", re.IGNORECASE)
_PAGE_START = re.compile(rb"<!doctype\s+html|<html[\s>]|<head[\s>]", re.IGNORECASE)
_HEAD = 4096


def records(stream: BinaryIO, start: Position) -> Iterator[Member | Flaw]:
    """The feeds and pages in a web archive from `start` on; `stream` stands at its beginning."""
    frames = Frames(stream, start)
    loader = ArcWarcRecordLoader(verify_http=False, arc2warc=True)
    passing = start.passing
    at = frames.first()
    while at is not None:
        found: Member | Flaw | None = None
        try:
            record = _head(loader, frames)
            if not passing:
                found = _member(record, at)
            _to_its_end(record)
            then = frames.begin()
        except EOFError:
            return
        except (Damaged, zlib.error, OSError, FetchError) as error:
            found = Flaw(_why(error), at, _where(at))
            then = frames.resume(at)
        except Exception:  # noqa: BLE001 - warcio lets out whatever a hostile head makes it do
            found = Flaw("is no record that can be read", at, _where(at))
            then = frames.resume(at)
        if found is not None and not passing:
            yield replace(found, then=then or (at if isinstance(found, Flaw) else frames.end))
        passing = max(0, passing - 1)
        at = then


def _head(loader: Any, frames: Frames) -> Any:
    frames.in_head = True
    record = loader.parse_record_stream(frames)
    frames.in_head = False
    return record


def _to_its_end(record: Any) -> None:
    """Read the rest of a record."""
    while record.raw_stream.read(_BLOCK):
        pass
    if getattr(record.raw_stream, "limit", 0) > 0:
        raise Damaged("is cut off")


def _member(record: Any, at: Position) -> Member | None:
    """What a record holds when it is a feed or a page that was answered well; None for all else."""
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    if record.rec_type not in {"response", "resource"} or not url.lower().startswith(("http://", "https://")):
        return None
    content_type = record.content_type or ""
    if record.http_headers is not None:
        if not str(record.http_headers.get_statuscode()).startswith("2"):
            return None
        content_type = record.http_headers.get_header("content-type") or ""
    named = content_type.partition(";")[0].strip().lower()
    if named and named not in _PAGES and not any(part in named for part in _MAYBE_FEEDS):
        return None
    body = _body(record, MAX_PAGE if named in _PAGES else LARGEST)
    kind = _kind(body, named)
    if kind is None:
        return None
    when = _date(record.rec_headers.get_header("WARC-Date"))
    return Member(kind, body, at, f"{url} ({_where(at)})", url, content_type, when)


def _body(record: Any, most: int) -> bytes:
    """The body of an answer, with its transfer and content codings undone."""
    head = record.http_headers
    stream = record.raw_stream
    if head is not None and "chunked" in (head.get_header("transfer-encoding") or "").lower():
        stream = ChunkedDataReader(stream)
    decoder = Decoder((head.get_header("content-encoding") or "") if head is not None else "", most)
    while piece := stream.read(_BLOCK):
        decoder.feed(piece)
    return decoder.finish()


def _kind(body: bytes, named: str) -> MemberKind | None:
    """Whether a body is to be read as a feed or as a page, by how it begins."""
    start = body[:_HEAD].replace(b"\0", b"")
    page, feed = _PAGE_START.search(start), _FEED_START.search(start)
    if feed is not None and (page is None or feed.start() < page.start()):
        return "feed"
    return "page" if page is not None or named in _PAGES else None


def _date(written: str | None) -> str | None:
    try:
        moment = datetime.fromisoformat(written or "")
    except ValueError:
        return None
    return stamp(moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC))


def _where(at: Position) -> str:
    return f"record at byte {at.at}" + (f", {at.passing} behind it" if at.passing else "")


def _why(error: Exception) -> str:
    if isinstance(error, FetchError):
        return f"cannot be read: {error.failure.message}"
    return str(error) if isinstance(error, Damaged) else "is damaged"
