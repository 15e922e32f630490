"""What a worker answers to its pool: results as JSON."""

from __future__ import annotations

import json
from typing import Any

import orjson

from monitor.types import Further, Hints, Parsed, ParseFailure, entry_from_json, entry_to_json


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
            "entries": [entry_to_json(entry) for entry in result.entries],
            "hints": [hints.ttl, hints.skip_hours, hints.skip_days],
            "degraded": result.degraded,
            "skipped": result.skipped,
            "further": [further.next, further.previous_archive, further.complete, further.generator],
        }
    )


def result_from_json(data: bytes) -> Parsed | ParseFailure:
    """The inverse of `result_to_json`."""
    plain: dict[str, Any] = orjson.loads(data)
    if "failure" in plain:
        return ParseFailure(*plain["failure"])
    ttl, hours, days = plain.pop("hints")
    entries = tuple(map(entry_from_json, plain.pop("entries")))
    further = Further(*plain.pop("further"))
    return Parsed(**plain, entries=entries, hints=Hints(ttl, tuple(hours), tuple(days)), further=further)


def _dumps(value: Any) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError:  # half of a surrogate pair, which is no text
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
