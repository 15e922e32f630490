"""The process that reads what containers hold: several things at a time, since most are small, under one limit for all.

Started by `monitor.backfill.reading` as `python -m monitor.backfill.worker MEMORY_MB SECONDS`. It may be killed at any moment.
"""

from __future__ import annotations

import traceback
from pathlib import Path

import orjson

from monitor.parse import feed, wire
from monitor.parse.frames import frame, serve
from monitor.types import Entry, Parsed, ParseFailure


def _answer(head: bytes, bodies: bytes) -> bytes:
    answers, at, said = [], 0, iter(orjson.loads(head))
    for kind, content_type, url, length in zip(said, said, said, said, strict=True):
        body = bodies[at : at + int(length)]
        at += int(length)
        result, shown = _read(kind, body, content_type, url)
        answers += [frame(wire.result_to_json(result)), frame(shown.encode("utf-8", "replace"))]
    return b"".join(answers)


def _read(kind: str, body: bytes, content_type: str, url: str) -> tuple[Parsed | ParseFailure, str]:
    """What one thing says, and of a page the stems of what it shows."""
    try:
        if kind == "record":
            return _record(body), ""
        if kind in {"page", "text"}:
            return _page(body, content_type, url, with_text=kind == "text")
        return feed.parse(body, content_type, url), ""
    except MemoryError:
        return ParseFailure("memory", "Reading it needs more memory than is allowed."), ""
    except Exception as error:  # noqa: BLE001 - the process is the border; who asked reports it loudly
        where = traceback.extract_tb(error.__traceback__)[-1]
        message = f"{type(error).__name__} in {Path(where.filename).name}:{where.lineno}"
        return ParseFailure("crashed", f"Reading it failed: {message}."), ""


def _page(body: bytes, content_type: str, url: str, *, with_text: bool) -> tuple[Parsed, str]:
    # Loaded when there are pages: an HTML parser of its own, and what finds texts.
    from monitor.read.archived import article_at  # noqa: PLC0415

    found = article_at(body, content_type, url, with_text=with_text)
    return (_one(found[0]), found[1]) if found is not None else (Parsed("page"), "")


def _record(line: bytes) -> Parsed | ParseFailure:
    from monitor.pipeline.said import entry_of  # noqa: PLC0415
    from monitor.read.archived import with_words  # noqa: PLC0415
    from seeds.shape import ShapeError, record_from_dict  # noqa: PLC0415

    try:
        data = orjson.loads(line.removeprefix(b"\xef\xbb\xbf"))
        if not isinstance(data, dict):
            return ParseFailure("not_a_feed", "is no record: expected an object with a title")
        record = record_from_dict(data)
    except orjson.JSONDecodeError as error:
        return ParseFailure("malformed", f"is no JSON ({error.msg})")
    except ShapeError as error:
        return ParseFailure("not_a_feed", f"is no record: {error.flaws[0]}")
    return _one(with_words(entry_of(record)))


def _one(entry: Entry) -> Parsed:
    return Parsed("record", entries=(entry,))


if __name__ == "__main__":
    serve(_answer)
