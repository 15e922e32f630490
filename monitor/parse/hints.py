"""When a feed document asks to be polled again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from monitor.types import Hints

_HEAD = 65_536
_HOURS = re.compile(rb"<skipHours\b[^>]*>(.{0,2000}?)</skipHours", re.IGNORECASE | re.DOTALL)
_DAYS = re.compile(rb"<skipDays\b[^>]*>(.{0,2000}?)</skipDays", re.IGNORECASE | re.DOTALL)
_HOUR = re.compile(rb"<hour\b[^>]*>\s*(\d{1,2})\s*<", re.IGNORECASE)
_DAY = re.compile(rb"<day\b[^>]*>\s*(monday|tuesday|wednesday|thursday|friday|saturday|sunday)\s*<", re.IGNORECASE)
_PERIODS = {"hourly": 3_600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
_LONGEST = 31_536_000


def hints_of(feed: Mapping[str, Any], body: bytes) -> Hints:
    """RSS `ttl` (minutes), else the syndication module's period; `skipHours` and `skipDays`, which feedparser drops."""
    head = body[:_HEAD]
    hours = {int(hour) % 24 for block in _HOURS.findall(head) for hour in _HOUR.findall(block) if int(hour) <= 24}
    days = {day.decode("ascii").capitalize() for block in _DAYS.findall(head) for day in _DAY.findall(block)}
    return Hints(_ttl(feed) or _period(feed), tuple(sorted(hours)), tuple(sorted(days)))


def _ttl(feed: Mapping[str, Any]) -> int | None:
    minutes = _number(feed.get("ttl"))
    return min(minutes * 60, _LONGEST) if minutes else None


def _period(feed: Mapping[str, Any]) -> int | None:
    seconds = _PERIODS.get(str(feed.get("sy_updateperiod") or "").strip().lower())
    times = _number(feed.get("sy_updatefrequency")) or 1
    return max(60, seconds // times) if seconds else None


def _number(value: object) -> int | None:
    text = value.strip() if isinstance(value, str) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None
