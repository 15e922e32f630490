"""The date line of a saved page, in English or Russian, as a date of the seed format."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11,
    "dec": 12, "янв": 1, "фев": 2, "мар": 3, "апр": 4, "мая": 5, "май": 5, "июн": 6, "июл": 7, "авг": 8, "сен": 9,
    "окт": 10, "ноя": 11, "дек": 12,
}  # fmt: skip
_ZONES = {"utc": "Z", "gmt": "Z", "z": "Z", "msk": "+03:00", "мск": "+03:00"}

_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?|янв(?:аря)?|фев(?:раля)?|мар(?:та)?|апр(?:еля)?|ма[яй]|июн[яь]?|июл[яь]?|авг(?:уста)?"
    r"|сен(?:т(?:ября)?)?|окт(?:ября)?|ноя(?:б(?:ря)?)?|дек(?:абря)?)\.?"
)
_DAY, _YEAR = r"(?<!\d)(?P<day>[0-3]?\d)(?:st|nd|rd|th)?", r"(?P<year>(?:19|20)\d\d)(?!\d)"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_DAY}\s+{_MONTH},?\s+{_YEAR}",
        rf"\b{_MONTH}\s+{_DAY},?\s+{_YEAR}",
        r"(?<!\d)(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)",
        rf"(?<!\d)(?P<day>\d\d)\.(?P<month>\d\d)\.{_YEAR}",
    )
)
_TIME = re.compile(
    r"(?<![\d:+.-])(?P<hour>[0-2]?\d):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d)(?:\.\d+)?)?(?!\d)"
    r"(?:\s*(?P<half>[ap])\.?m\b\.?)?"
    r"(?:\s*\(?(?P<zone>utc|gmt|z|msk|мск)?(?P<offset>[+-]\d\d:?\d\d)?\b\)?)?",
    re.IGNORECASE,
)
_LONGEST = 100


def find_date(lines: Iterable[str]) -> str | None:
    """The first date that stands on a short line, `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM:SS`.

    The time has a zone only when the page names it (`UTC`, `MSK`, `+03:00`): none is invented.
    """
    for line in lines:
        if len(line) <= _LONGEST and (found := _date(line)) is not None:
            return found
    return None


def is_date_line(line: str) -> bool:
    """Whether a line says little more than a date or a time."""
    rest = line
    for pattern in (*_DATES, _TIME):
        rest = pattern.sub(" ", rest)
    return rest != line and len(re.findall(r"[^\W\d_]{2,}", rest)) <= 2


def _date(line: str) -> str | None:
    match = next((match for pattern in _DATES if (match := pattern.search(line))), None)
    if match is None:
        return None
    month = match["month"]
    number = int(month) if month.isdigit() else _MONTHS[month[:3].lower()]
    rest = f"{line[: match.start()]} {line[match.end() :].removeprefix('T')}"
    try:
        day = datetime(int(match["year"]), number, int(match["day"]))  # noqa: DTZ001 (the page names no zone)
        time = _TIME.search(rest)
        return f"{day:%Y-%m-%d}{_time(time)}" if time else f"{day:%Y-%m-%d}"
    except ValueError:
        return None


def _time(match: re.Match[str]) -> str:
    """`T07:45:00`, with the zone if there was one; raises ValueError for an hour that is not on a clock."""
    hour = int(match["hour"])
    if match["half"]:
        hour = hour % 12 + (12 if match["half"].lower() == "p" else 0)
    if hour > 23:
        raise ValueError(hour)
    offset = match["offset"]
    zone = f"{offset[:3]}:{offset[-2:]}" if offset else _ZONES.get((match["zone"] or "").lower(), "")
    return f"T{hour:02}:{match['minute']}:{match['second'] or '00'}{zone}"
