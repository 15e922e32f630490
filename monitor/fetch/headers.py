"""What the headers of an answer say: validators, freshness, when to come back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime

from monitor.types import Validators

LONGEST_WAIT = 7 * 24 * 3600
"""Seconds; no server makes us wait longer."""
_LONGEST_VALIDATOR = 1_024
# An entity tag may hold any visible character and obs-text (RFC 9110, 8.8.3); spaces are seen in the wild.
_VALIDATOR = re.compile(r"[\x20-\x7e\x80-\xff]+")
_NUMBER = re.compile(r"-?[0-9]{1,400}")
_MAX_AGE = re.compile(r'(?:^|[,\s])max-age\s*=\s*"?(\d{1,400})', re.IGNORECASE | re.ASCII)
_NO_REUSE = re.compile(r"(?:^|[,\s])no-(?:store|cache)(?:$|[,\s=])", re.IGNORECASE)

Headers = Mapping[str, str]
"""Lower-case names."""


def validators(headers: Headers, url: str, before: Validators | None = None) -> Validators | None:
    """The validators of an answer; those sent `before` stay valid where a 304 does not repeat them."""
    etag = _validator(headers.get("etag"))
    last_modified = _validator(headers.get("last-modified"))
    if before is not None:
        etag, last_modified = etag or before.etag, last_modified or before.last_modified
    return Validators(url, etag, last_modified) if etag or last_modified else None


def conditions(sent: Validators | None) -> dict[str, str]:
    """The headers of a conditional GET (RFC 9110, 13.1); what could not have come from us is left out."""
    if sent is None:
        return {}
    fields = {"if-none-match": _validator(sent.etag), "if-modified-since": _validator(sent.last_modified)}
    return {name: value for name, value in fields.items() if value}


def retry_after(headers: Headers, now: float) -> int | None:
    """Seconds to wait (RFC 9110, 10.2.3), between 0 and seven days; None when absent or nonsense."""
    return _clamped(_seconds(headers.get("retry-after"), now))


def max_age(headers: Headers, now: float) -> int | None:
    """Seconds of freshness left (RFC 9111, 4.2), at most seven days; None when the server does not say."""
    control = headers.get("cache-control", "")
    if _NO_REUSE.search(control):
        return 0
    if stated := _MAX_AGE.search(control):
        age = _seconds(headers.get("age"), now) or 0
        return _clamped(int(stated[1]) - max(age, 0))
    expires = _http_date(headers.get("expires"))
    if expires is None:
        return 0 if headers.get("expires") else None
    return _clamped(expires - (_http_date(headers.get("date")) or now))


def _validator(value: str | None) -> str | None:
    value = (value or "").strip(" \t")
    return value if len(value) <= _LONGEST_VALIDATOR and _VALIDATOR.fullmatch(value) else None


def _seconds(value: str | None, now: float) -> float | None:
    value = (value or "").strip()
    if _NUMBER.fullmatch(value):
        return int(value)
    date = _http_date(value)
    return None if date is None else date - now


def _http_date(value: str | None) -> float | None:
    if not value or len(value) > 100:
        return None
    try:
        date = parsedate_to_datetime(value)
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _clamped(seconds: float | None) -> int | None:
    return None if seconds is None else int(min(max(seconds, 0), LONGEST_WAIT))
