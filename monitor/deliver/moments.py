"""Moments in words, as people say them; every function is pure, and the zone of `now` decides what a day is."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

_UNITS = (
    (timedelta(days=730), timedelta(days=365), "year"),
    (timedelta(days=60), timedelta(days=30), "month"),
    (timedelta(days=14), timedelta(days=7), "week"),
    (timedelta(days=2), timedelta(days=1), "day"),
    (timedelta(hours=1), timedelta(hours=1), "hour"),
    (timedelta(minutes=1), timedelta(minutes=1), "minute"),
)
"""From which age on, length, name."""


def parse(text: str) -> datetime:
    """A time as it is stored, `YYYY-MM-DDTHH:MM:SSZ`."""
    return datetime.fromisoformat(text)


def ago(moment: datetime, now: datetime) -> str:
    """How long ago, roughly: `3 days ago`; `just now` for less than a minute, and for a clock that runs ahead."""
    words = span(now - moment)
    return f"{words} ago" if words else "just now"


def until(moment: datetime, now: datetime) -> str:
    """How far off, roughly: `in 3 hours`; `now` for less than a minute and for the past."""
    words = span(moment - now)
    return f"in {words}" if words else "now"


def span(length: timedelta) -> str:
    """A length of time in its largest unit: `90 minutes` is `1 hour`; empty for less than a minute."""
    for least, size, unit in _UNITS:
        if length >= least:
            count = length // size
            return f"{count} {unit}{'s' if count != 1 else ''}"
    return ""


def since(moment: datetime, now: datetime) -> str:
    """What follows `since` in a sentence: `14:05`, `yesterday`, `Tuesday`, `3 November`, `3 November 2024`."""
    local = moment.astimezone(now.tzinfo)
    days = (now.date() - local.date()).days
    if days <= 0:
        return f"{local:%H:%M}"
    if days == 1:
        return "yesterday"
    if days < 7:
        return f"{local:%A}"
    return f"{local.day} {local:%B}" + (f" {local.year}" if local.year != now.year else "")


def exact(moment: datetime, zone: tzinfo | None) -> str:
    """To the minute, with its zone: `3 Nov 2026, 14:05 CET`. Without a zone, that of this machine."""
    local = moment.astimezone(zone)
    return f"{local.day} {local:%b %Y, %H:%M %Z}"


def written(stored: str | None, zone: tzinfo | None) -> str:
    """A stored time in columns and sentences: `2026-11-21 14:05 CET`; what is no moment, such as a day alone, as it is."""
    moment = _moment(stored)
    if moment is None:
        return stored or ""
    local = moment.astimezone(zone)
    return f"{local:%Y-%m-%d %H:%M} {local.tzname()}"


def on(stored: str, zone: tzinfo | None) -> str:
    """The day of a stored time: `2026-11-21`."""
    moment = _moment(stored)
    return stored if moment is None else f"{moment.astimezone(zone):%Y-%m-%d}"


def ending(stored: str, zone: tzinfo | None) -> str:
    """A stored time up to which something holds: midnight is the end of the day before, as people say it."""
    moment = _moment(stored)
    if moment is not None and f"{(local := moment.astimezone(zone)):%H:%M:%S}" == "00:00:00":
        return f"the end of {local.date() - timedelta(days=1)}"
    return written(stored, zone)


def _moment(stored: str | None) -> datetime | None:
    """The moment that a text says to the zone; None of any other."""
    try:
        moment = datetime.fromisoformat(stored or "")
    except ValueError:
        return None
    # At the ends of the calendar some zones have no such time.
    return moment if moment.tzinfo is not None and 1 < moment.year < 9999 else None


def day(moment: datetime, zone: tzinfo | None) -> str:
    """The day alone: `3 Nov 2026`."""
    local = moment.astimezone(zone)
    return f"{local.day} {local:%b %Y}"
