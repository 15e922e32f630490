"""When to come back to a feed, and why in words. Pure.

    what comes when ─► what the feed asks for ─► chance, so that feeds spread ─► hours and days it wants to be left alone

An exact interval of the settings is kept, but for Retry-After, which is kept in any case, and for a feed that is gone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from config.units import format_duration
from monitor.schedule.tide import Tide, worth_asking
from monitor.types import Fetched, Hints

JITTER = 0.1
"""By how much of a wait chance may lengthen it; it never shortens one."""
SPREAD = 0.5
"""The same after a first visit, and after one that came late: so that feeds asked together are not so again."""
_AFTER_SKIP_S = 600
"""Over how long feeds spread that want to be left alone until the same hour."""
_LEAST_HASTE = 0.125
_CALMER = 1.25
_WEEK_S = 7 * 86_400
DEAD_S = 30 * 86_400
"""A feed that failed for so long is asked once a week."""
_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_SOON, _USUAL, _SLOW = 0.25, 1.0, 4.0
_FIRST: Mapping[str, float] = MappingProxyType(
    {
        "dns": 0.5,
        "refused": _SOON,
        "timeout": _SOON,
        "network": _SOON,
        "protocol": _SOON,
        "proxy": _SOON,
        "server_error": _SOON,
        "empty": 0.5,
        "too_many_requests": _SLOW,
        "forbidden": _SLOW,
        "unauthorised": _SLOW,
        "legal": _SLOW,
        "challenge": _SLOW,
        "login": _SLOW,
        "consent": _SLOW,
        "for_sale": _SLOW,
        "too_large": _SLOW,
        "dangerous": _SLOW,
        "too_much": _SLOW,
        "blocked_address": _SLOW,
    }
)
"""Kind of failure → the first wait after it, in intervals: what may pass is looked at soon, what somebody has to change rarely.
What is not listed waits one: a page that is not found, or no feed, may be so for an hour while somebody works at it."""


@dataclass(frozen=True, slots=True)
class Pace:
    """The settings that bear on timing; seconds."""

    interval: float
    min_interval: float
    max_interval: float

    @property
    def ceiling(self) -> float:
        """The longest wait that is not asked for by a server."""
        return max(self.max_interval, self.interval)


@dataclass(frozen=True, slots=True)
class Asks:
    """What a feed said of when to come back: with its document, or its headers; seconds."""

    ttl: int | None = None
    max_age: int | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[str, ...] = ()

    @property
    def skip(self) -> str:
        """The hours and days as they are stored."""
        return json.dumps([self.skip_hours, self.skip_days]) if self.skip_hours or self.skip_days else ""


@dataclass(frozen=True, slots=True)
class Coming:
    """When a feed is asked next, and why then."""

    at: datetime
    why: str


def asks_of(ttl: int | None, max_age: int | None, skip: str | None) -> Asks:
    """What was stored of what a feed asks for."""
    try:
        hours, days = json.loads(skip) if skip else ((), ())
    except ValueError:
        hours, days = (), ()
    return Asks(ttl, max_age, tuple(hours), tuple(days))


def asks_now(before: Asks, fetched: Fetched, hints: Hints | None) -> Asks:
    """What a feed asks for after one more answer. A 304 without freshness leaves that of what it stands for (RFC 9111, 4.3.4)."""
    fresh = before.max_age if fetched.not_modified and fetched.max_age is None else fetched.max_age
    if hints is None:
        return Asks(before.ttl, fresh, before.skip_hours, before.skip_days)
    return Asks(hints.ttl, fresh, hints.skip_hours, hints.skip_days)


def hasty(haste: float, *, missed: bool) -> float:
    """By how much the wait for a feed is shortened: by half when something was missed, less again with each good answer."""
    return max(_LEAST_HASTE, haste / 2) if missed else min(1.0, haste * _CALMER)


def after_answer(
    pace: Pace, asks: Asks, tide: Tide | None, haste: float, now: datetime, chance: float, *, spread: bool
) -> Coming:
    """When to come back to a feed that answered; `spread`: many may have been asked together with it."""
    wait, expected = worth_asking(tide, pace.interval, pace.ceiling, now)
    why = _expectation(tide, wait, expected, pace)
    if haste < 1:
        wait, why = wait * haste, "entries were missed, so it is asked more often for a while"
    if wait <= pace.min_interval:
        wait, why = pace.min_interval, f"{why}; the settings allow no more than every {_span(pace.min_interval)}"
    hint, word = max((asks.ttl or 0, "in its document"), (asks.max_age or 0, "in its answers"))
    if min(hint, pace.ceiling) > wait:
        wait, why = min(hint, pace.ceiling), f"it asks to be left alone for {_span(hint)} ({word})"
        if hint > pace.ceiling:
            why = f"{why}, and the settings allow no less than every {_span(pace.ceiling)}"
    return _unskipped(now, wait * (1 + (SPREAD if spread else JITTER) * chance), asks, why, chance)


def exactly(interval: float, now: datetime) -> Coming:
    """When to come back to a feed whose interval the settings name."""
    return Coming(now + timedelta(seconds=interval), f"the settings say every {_span(interval)}")


def after_failure(
    kind: str, failures: int, failing_s: float, pace: Pace, now: datetime, chance: float, *, parked: bool
) -> Coming:
    """When to come back to a feed that failed for the `failures`-th time in a row, which began `failing_s` ago."""
    if parked:
        return Coming(
            now + timedelta(seconds=_WEEK_S * (1 + JITTER * chance)), "it is gone, so it is asked once a week"
        )
    if failing_s >= DEAD_S:
        days = round(failing_s / 86_400)
        return Coming(
            now + timedelta(seconds=_WEEK_S * (1 + JITTER * chance)),
            f"it has failed for {days} days, so it is asked once a week",
        )
    wait = pace.interval * _FIRST.get(kind, _USUAL) * 2 ** min(failures - 1, 16)
    wait = min(max(wait, pace.min_interval), pace.ceiling) * (1 + JITTER * chance)
    times = f"{failures} time{'s' if failures > 1 else ''} in a row"
    return Coming(now + timedelta(seconds=wait), f"it failed {times}, and waits longer after each")


def not_before(coming: Coming, retry_after: int | None, now: datetime) -> Coming:
    """The same, but not before a server said."""
    if retry_after is None or now + timedelta(seconds=retry_after) <= coming.at:
        return coming
    return Coming(now + timedelta(seconds=retry_after), "its server said not to come before (Retry-After)")


def _expectation(tide: Tide | None, wait: float, expected: float, pace: Pace) -> str:
    if tide is None or not tide.seconds:
        return "how often it brings something is not known yet"
    a_day = (
        f"about {tide.a_day:.0f} entries a day come"
        if tide.a_day >= 1.5
        else "it is quiet: about one entry a day comes"
    )
    if tide.a_day < 0.75:
        a_day = "it is quiet: less than one entry a day comes"
    if wait >= pace.ceiling:
        return f"{a_day}, and the settings allow no less than every {_span(pace.ceiling)}"
    few = f"{expected:.0f} new ones are" if expected >= 1.5 else "a new one is"
    return f"{a_day}, and {few} to be expected by then"


def not_now(asks: Asks, now: datetime, chance: float) -> Coming | None:
    """When to ask a feed that is due, but wants to be left alone at this hour; None when it does not."""
    then = _unskipped(now, 0.0, asks, "it was due before", chance)
    return then if then.at > now else None


def _unskipped(now: datetime, wait: float, asks: Asks, why: str, chance: float) -> Coming:
    """The first moment from then on at which the feed does not want to be left alone (`skipHours`, `skipDays`; both UTC)."""
    at = (now + timedelta(seconds=wait)).astimezone(UTC)
    hours, days = _sane(asks.skip_hours, 24), _sane(asks.skip_days, 7)
    skipped = False
    while at.hour in hours or _DAY_NAMES[at.weekday()] in days:
        whole_day = _DAY_NAMES[at.weekday()] in days
        start = at.replace(hour=0, minute=0, second=0, microsecond=0)
        at = start + (timedelta(days=1) if whole_day else timedelta(hours=at.hour + 1))
        skipped = True
    if not skipped:
        return Coming(at, why)
    return Coming(
        at + timedelta(seconds=_AFTER_SKIP_S * chance), f"{why}; at some hours or days it wants to be left alone"
    )


def _sane(skipped: Sequence[object], all_there_are: int) -> frozenset[object]:
    """What a feed skips, unless that is all there is."""
    found = frozenset(skipped)
    return found if len(found) < all_there_are else frozenset()


def _span(seconds: float) -> str:
    return format_duration(timedelta(seconds=round(seconds)))
