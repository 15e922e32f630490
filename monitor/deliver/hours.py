"""Times of day at which people are told, and hours in which they are left alone. Pure; the zone is that of `now`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta


def last_slot(times: Iterable[str], now: datetime) -> datetime | None:
    """The latest of these times of day (`HH:MM`) that has come, today's or yesterday's; None without any."""
    slots = [
        datetime.combine(day, time.fromisoformat(written), now.tzinfo)
        for written in times
        for day in (now.date(), now.date() - timedelta(days=1))
    ]
    return max((slot for slot in slots if slot <= now), default=None)


def is_quiet(hours: str, now: datetime) -> bool:
    """Whether it is within these hours (`HH:MM-HH:MM`, the end not included); they may run over midnight."""
    if not hours:
        return False
    start, end = map(time.fromisoformat, hours.split("-"))
    moment = now.time().replace(tzinfo=None)
    return start <= moment < end if start < end else moment >= start or moment < end
