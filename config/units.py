"""Durations and sizes as people write them: `"1h30m"`, `"500ms"`, `"15MB"`.

Both are exact: durations count microseconds, sizes count bytes with decimal prefixes (1 kB is 1000 bytes). A number
without a unit is refused, because nobody remembers which unit a file meant.
"""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

_DURATIONS = {
    "w": Decimal(604_800),
    "d": Decimal(86_400),
    "h": Decimal(3_600),
    "m": Decimal(60),
    "s": Decimal(1),
    "ms": Decimal("0.001"),
}
_SIZES = {"TB": 10**12, "GB": 10**9, "MB": 10**6, "kB": 10**3, "B": 1}
_NUMBER = r"[0-9]{1,15}(?:\.[0-9]{1,6})?"
_DURATION = re.compile("".join(f"(?:({_NUMBER}){unit})?" for unit in _DURATIONS))
_SIZE = re.compile(f"({_NUMBER}) ?({'|'.join(_SIZES)})")
_MICROSECOND = timedelta(microseconds=1)
LONGEST = timedelta(days=36_525)
"""A hundred years: no setting means more, and arithmetic with dates stays in range."""


def parse_duration(value: object) -> timedelta:
    """Read a duration such as `"30m"` or `"1h30m"`; raises `ValueError` saying what was expected."""
    if isinstance(value, timedelta):
        return value
    expected = f'expected a duration such as "30s", "10m", "1h30m", "1d", "2w" or "500ms", got {describe(value)}'
    match = _DURATION.fullmatch(value) if isinstance(value, str) and value else None
    if match is None:
        raise ValueError(expected)
    seconds = sum(Decimal(n) * s for n, s in zip(match.groups(), _DURATIONS.values(), strict=True) if n)
    if seconds > LONGEST.total_seconds():
        raise ValueError(f"expected a duration of at most a hundred years, got {describe(value)}")
    return int(seconds * 1_000_000) * _MICROSECOND


def format_duration(value: timedelta) -> str:
    """Write a duration so that `parse_duration` gives it back: `"1h30m"`, `"2w"`, `"30d"`, `"0s"`."""
    rest, parts = value // _MICROSECOND, ""
    if rest and rest % (604_800 * 1_000_000) == 0:
        return f"{rest // (604_800 * 1_000_000)}w"
    for unit in "dhm":
        count, rest = divmod(rest, int(_DURATIONS[unit]) * 1_000_000)
        parts += f"{count}{unit}" if count else ""
    if rest or not parts:
        parts += f"{_plain(Decimal(rest) / 1_000_000)}s"
    return parts


def parse_size(value: object) -> int:
    """Read a size such as `"15MB"` as bytes; raises `ValueError` saying what was expected."""
    if isinstance(value, int) and not isinstance(value, bool):
        raise ValueError(f'expected a size with its unit, such as "15MB", got {describe(value)}')  # noqa: TRY004 pydantic reads ValueError
    match = _SIZE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f'expected a size such as "500kB", "15MB" or "1GB", got {describe(value)}')
    count = Decimal(match[1]) * _SIZES[match[2]]
    if count != int(count):
        raise ValueError(f"expected a whole number of bytes, got {describe(value)}")
    return int(count)


def format_size(value: int) -> str:
    """Write a size in bytes so that `parse_size` gives it back, in the largest unit that is exact."""
    unit, factor = next((u, f) for u, f in _SIZES.items() if value % f == 0 and (value or f == 1))
    return f"{value // factor}{unit}"


def describe(value: object) -> str:
    """Name a value of a TOML file in an error, short and on one line: `"no"`, `5`, `true`, `a list`."""
    if isinstance(value, str):
        return _quote(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, int) and abs(value) >= 10**40:
        return "a number of many digits"
    return f"{value}" if isinstance(value, int | float) else f"the date or time {value}"


def _quote(text: str) -> str:
    """Quote a text with everything that is not printable escaped."""
    safe = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text[:100])
    return f'"{safe}"' if len(safe) <= 60 else f'"{safe[:57]}…"'


def _plain(number: Decimal) -> str:
    """Write a number without exponent and without trailing zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
