"""What a worker answers to its pool: results as JSON, each entry as a list of its fields in their order."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import orjson

from monitor.types import Entry, Further, Hints, Link, Parsed, ParseFailure
from seeds.record import Image

_AUTHORS, _TOPICS, _IMAGES, _LINKS, _TRACES = map(
    Entry._fields.index, ("authors", "topics", "images", "links", "traces")
)
CUT = "cut"
"""Asks for the pieces of a document; the hashes of those that are known follow."""
_IMAGE = tuple(field.name for field in fields(Image) if field.name != "extra")


def result_to_json(result: Parsed | ParseFailure) -> bytes:
    """A result as JSON."""
    if isinstance(result, ParseFailure):
        return _dumps({"failure": [result.kind, result.message, result.advice]})
    hints, further = result.hints, result.further
    return _dumps(
        {
            "version": result.version,
            "title": result.title,
            "link": result.link,
            "language": result.language,
            "entries": list(map(_row, result.entries)),
            "hints": [hints.ttl, hints.skip_hours, hints.skip_days],
            "degraded": result.degraded,
            "skipped": result.skipped,
            "further": [further.next, further.previous_archive, further.complete, further.generator],
            "pieces": result.pieces,
        }
    )


def result_from_json(data: bytes) -> Parsed | ParseFailure:
    """The inverse of `result_to_json`."""
    plain: dict[str, Any] = orjson.loads(data)
    if "failure" in plain:
        return ParseFailure(*plain["failure"])
    ttl, hours, days = plain.pop("hints")
    entries = tuple(map(_entry, plain.pop("entries")))
    pieces = tuple([(known_by, place) for known_by, place in plain.pop("pieces")])
    hints, further = Hints(ttl, tuple(hours), tuple(days)), Further(*plain.pop("further"))
    return Parsed(**plain, entries=entries, pieces=pieces, hints=hints, further=further)


def _row(entry: Entry) -> list[Any]:
    row: list[Any] = list(entry)
    if entry.images:
        row[_IMAGES] = [
            {name: value for name in _IMAGE if (value := getattr(image, name)) is not None} for image in entry.images
        ]
    if entry.links:
        row[_LINKS] = [(link.url, link.role) for link in entry.links]
    return row


def _entry(row: list[Any]) -> Entry:
    row[_AUTHORS], row[_TOPICS] = tuple(row[_AUTHORS]), tuple(row[_TOPICS])
    row[_IMAGES] = tuple([Image(**image) for image in row[_IMAGES]])
    row[_LINKS] = tuple([Link(*link) for link in row[_LINKS]])
    if row[_TRACES] is not None:
        row[_TRACES] = tuple(row[_TRACES])
    return Entry(*row)


def _dumps(value: Any) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError:  # half of a surrogate pair, which is no text
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
