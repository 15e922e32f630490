"""Dates as feeds write them, in UTC, with how far they can be trusted.

feedparser's reading is the start; the raw text then tells what feedparser guessed: a zone it does not know is UTC to
it, a missing one too, and a Unix timestamp becomes the year 1767.
"""

from __future__ import annotations

import re
from calendar import timegm
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from time import struct_time

from monitor.normalise.date_words import AMBIGUOUS, MONTHS, OFFSETS, UNIVERSAL
from monitor.types import DateQuality

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_LONGEST = 100
_SPACE = re.compile(r"[\x00-\x20\x7f-\xa0]+")
_USUAL = re.compile(
    r"(?:[A-Z][a-z]{2}, )?+\d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} (?:GMT|[+-](?:0\d|1[0-4])[0-5]\d)"
    r"|\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)",
    re.ASCII,
)
"""RFC 822 and RFC 3339 to the letter: feedparser reads them right, zone and all."""
_UNIX = re.compile(r"\d{9,10}(?:\.\d{1,9})?|\d{12,13}", re.ASCII)
_WEEK = re.compile(r"(\d{4})-?W(\d{2})(?:-?([1-7]))?", re.ASCII)
_TIME = re.compile(
    r"(?<![\d:])(\d{1,2})[:h](\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*([ap]\.?m\.?(?![a-z]))?", re.IGNORECASE | re.ASCII
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})?", re.ASCII | re.IGNORECASE)
_UTC_OFFSET = re.compile(r"\bUTC\s*[+-]", re.IGNORECASE)
_OFFSET = re.compile(r"(?:\b(?:GMT|UTC|Z))?\s*([+-])(\d{1,2}):?(\d{2})?\s*(?:\([^)]*\))?$", re.ASCII | re.IGNORECASE)
_ZONE = re.compile(r"(?:Etc/)?([^\W\d_]{1,5})\s*(?:\([^)]*\))?$", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)", re.ASCII)
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?!\d)", re.ASCII)
_NAMED = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|º)?[.,]?[\s-]+(?:de\s+|of\s+)?([^\W\d_]{3,10})\.?,?[\s-]+(?:de\s+)?(\d{4}|\d{2}(?=\s))"
)
_NAMED_FIRST = re.compile(r"([^\W\d_]{3,10})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)")


@dataclass(frozen=True, slots=True)
class Date:
    """A moment, or the reason why there is none."""

    at: str | None
    """UTC, `YYYY-MM-DDTHH:MM:SSZ`."""
    quality: DateQuality
    raw: str


NO_DATE = Date(None, "none", "")


def read(raw: object, parsed: object, now: datetime) -> Date:
    """A date from the text in the feed and feedparser's reading of it; after tomorrow or before 1990 is implausible."""
    text = _SPACE.sub(" ", raw[: 4 * _LONGEST]).strip() if isinstance(raw, str) else ""
    if not text:
        return NO_DATE
    kept = text[:_LONGEST]
    try:
        moment, quality = _moment(text, parsed) if len(text) <= _LONGEST else (None, "implausible")
    except (ValueError, OverflowError, OSError):
        moment, quality = None, "implausible"
    if moment is None or not _EARLIEST <= moment <= now + timedelta(days=1):
        return Date(None, "implausible", kept)
    return Date(f"{moment.isoformat()[:19]}Z", quality, kept)


def _moment(text: str, parsed: object) -> tuple[datetime | None, DateQuality]:
    if isinstance(parsed, struct_time) and _USUAL.fullmatch(text):
        return datetime.fromtimestamp(timegm(parsed), UTC), "exact"
    if _UNIX.fullmatch(text):
        seconds = float(text)
        return datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC), "exact"
    if week := _WEEK.fullmatch(text):
        day = date.fromisocalendar(int(week[1]), int(week[2]), int(week[3] or 1))
        return datetime(day.year, day.month, day.day, tzinfo=UTC), "day"
    if compact := _COMPACT.match(text):
        year, month, day_of_month, hour, minute, second = compact.groups("00")
        return _own(f"{year}-{month}-{day_of_month} {hour}:{minute}:{second}{text[compact.end() :]}")
    if isinstance(parsed, struct_time) and not _UTC_OFFSET.search(text):
        return _corrected(datetime.fromtimestamp(timegm(parsed), UTC), text)
    return _own(text)


def _corrected(moment: datetime, text: str) -> tuple[datetime | None, DateQuality]:
    """Feedparser's moment, with the zone put right that it took for UTC."""
    if not _TIME.search(text):
        return moment, "day"
    if offset := _OFFSET.search(_after_time(text)):
        return (moment, "exact") if _is_offset(offset) else (None, "implausible")
    zone = _zone(text)
    if zone in UNIVERSAL:
        return moment, "exact"
    if zone in OFFSETS:
        return moment - timedelta(hours=OFFSETS[zone]), "exact"
    return moment, "zone_assumed"


def _own(text: str) -> tuple[datetime | None, DateQuality]:
    """Dates that feedparser cannot read: without a zone, with names of months in other languages, at 24:00."""
    day = _day(text)
    if day is None:
        return None, "implausible"
    time = _TIME.search(text)
    if time is None:
        return day, "day"
    moment = day + _since_midnight(time)
    rest = text[time.end() :]
    if offset := _OFFSET.search(rest):
        if not _is_offset(offset):
            return None, "implausible"
        hours, minutes = int(offset[2]), int(offset[3] or 0)
        shift = timedelta(hours=hours, minutes=minutes)
        return (moment - shift if offset[1] == "+" else moment + shift), "exact"
    zone = _zone(rest)
    known = {**UNIVERSAL, **OFFSETS}
    return (moment - timedelta(hours=known[zone]), "exact") if zone in known else (moment, "zone_assumed")


def _since_midnight(time: re.Match[str]) -> timedelta:
    hour, minute, second = int(time[1]), int(time[2]), int(time[3] or 0)
    if time[4] and 1 <= hour <= 12:
        hour = hour % 12 + (12 if time[4][0] in "pP" else 0)
    if hour > 24 or minute > 60 or second > 60:
        raise ValueError
    return timedelta(hours=hour, minutes=minute, seconds=second)


def _day(text: str) -> datetime | None:
    if found := _YEAR_FIRST.search(text):
        return datetime(int(found[1]), int(found[2]), int(found[3]), tzinfo=UTC)
    if found := _DAY_FIRST.search(text):
        day, month = int(found[1]), int(found[3])
        # 03/04/2026 is the third of April or the fourth of March; with dots it is always the former.
        certain = found[2] == "." or day > 12
        return datetime(int(found[4]), month, day, tzinfo=UTC) if certain else None
    for pattern, day_at, month_at in ((_NAMED, 1, 2), (_NAMED_FIRST, 2, 1)):
        for found in pattern.finditer(text.lower()):
            if number := _month(found[month_at]):
                year = int(found[3]) + (2000 if len(found[3]) == 2 else 0)
                return datetime(year, number, int(found[day_at]), tzinfo=UTC)
    return None


def _month(name: str) -> int | None:
    return MONTHS.get(name[:4]) or MONTHS.get(name[:3])


def _after_time(text: str) -> str:
    """What follows the time of day; the minus in `2026-01-02` is no offset."""
    match = _TIME.search(text)
    return text[match.end() :] if match else ""


def _is_offset(offset: re.Match[str]) -> bool:
    return int(offset[2]) <= 14 and int(offset[3] or 0) <= 59


def _zone(text: str) -> str:
    found = _ZONE.search(text)
    name = found[1].upper() if found else ""
    return "" if name in AMBIGUOUS else name
