"""When a feed's entries come: how many a day, at which hours and on which days of the week. Pure.

Each new entry counts where its date falls, or when it was seen if it has none; what lies back counts less and less. From that
follows how many new ones are to be expected up to any moment, and so when it is worth while to ask again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_HALF_LIFE_S = 14 * 86_400
"""After so long an entry counts half."""
_FIRST_S = 30 * 86_400
"""How far back the dates of a first document tell something."""
_HOUR = 3600
_HOURS, _DAYS = 24, 7
_EVEN_HOURS, _EVEN_DAYS = 4.0, 20.0
"""So many entries at the usual rate are taken for granted of each hour and each day, so that one still Thursday says little."""
_STILL_S = 6 * 3600
"""How long nothing has to be learned anew of a feed that brings nothing: the time is not lost, only counted later."""
_LEAST = 0.5
"""New entries that are worth a request, of a feed that has few."""
_SHARE = 0.05
"""Of a feed with many: the share of its document that is to be new; all else is known already, and so nothing is missed."""
_EARLY = 0.25
"""How many entries what is taken for granted of a new feed counts as."""


@dataclass(frozen=True, slots=True)
class Tide:
    """What was seen of a feed so far; every number decays."""

    until: str
    """Up to when it was counted."""
    seconds: float
    """Over how long."""
    entries: float
    hours: tuple[float, ...]
    """Entries by hour of the day, UTC."""
    days: tuple[float, ...]
    """Entries by day of the week, Monday first."""
    hours_s: tuple[float, ...]
    """How long each hour of the day was counted."""
    days_s: tuple[float, ...]
    listed: int
    """Entries in its document."""

    def as_json(self) -> str:
        """As it is stored."""
        hours, days = [round(n, 2) for n in self.hours], [round(n, 2) for n in self.days]
        watched = [[round(n) for n in self.hours_s], [round(n) for n in self.days_s]]
        told = [self.until, round(self.seconds), round(self.entries, 3), hours, days, *watched, self.listed]
        return json.dumps(told, separators=(",", ":"))

    @property
    def a_day(self) -> float:
        """How many entries come in a day."""
        return 86_400 * self.entries / self.seconds if self.seconds else 0.0


def tide_of(stored: str | None) -> Tide | None:
    """A stored tide; None where there is none, or none that this version can read."""
    try:
        until, seconds, entries, *rows, listed = json.loads(stored or "")
        hours, days, hours_s, days_s = (tuple(map(float, row)) for row in rows)
        tide = Tide(str(until), float(seconds), float(entries), hours, days, hours_s, days_s, int(listed))
        datetime.fromisoformat(tide.until)
    except (ValueError, TypeError):
        return None
    sizes = {len(tide.hours), len(tide.hours_s)}, {len(tide.days), len(tide.days_s)}
    return tide if sizes == ({_HOURS}, {_DAYS}) else None


def learned(before: Tide | None, dates: Sequence[str], came: int, listed: int, now: datetime) -> Tide:
    """The tide after one more answer: `came` entries are new of the `listed`, whose known `dates` are given.

    A first document tells by its dates what came before it.
    """
    if before is not None and not came and listed in {0, before.listed}:
        still = (now - datetime.fromisoformat(before.until)).total_seconds()
        if 0 <= still < _STILL_S:
            return before
    moments = sorted((moment for date in dates if (moment := datetime.fromisoformat(date)) <= now), reverse=True)
    if before is None:
        new = [moment for moment in moments if (now - moment).total_seconds() <= _FIRST_S]
        new = new if len(new) > 1 else []
        start, fade = new[-1] if new else now, 1.0
        hours, days, hours_s, days_s = [0.0] * _HOURS, [0.0] * _DAYS, [0.0] * _HOURS, [0.0] * _DAYS
    else:
        new = [*moments[:came], *[now] * (came - len(moments))]
        start = min(datetime.fromisoformat(before.until), now)
        fade = 0.5 ** ((now - start).total_seconds() / _HALF_LIFE_S)
        hours, days, hours_s, days_s = (
            [n * fade for n in row] for row in (before.hours, before.days, before.hours_s, before.days_s)
        )
    for moment in new:
        hours[moment.astimezone(UTC).hour] += 1
        days[moment.astimezone(UTC).weekday()] += 1
    for moment, length in _by_hour(start, min((now - start).total_seconds(), _FIRST_S)):
        hours_s[moment.hour] += length
        days_s[moment.weekday()] += length
    return Tide(
        until=_text(now),
        seconds=(before.seconds * fade if before is not None else 0.0) + (now - start).total_seconds(),
        entries=(before.entries * fade if before is not None else 0.0) + len(new),
        hours=tuple(hours),
        days=tuple(days),
        hours_s=tuple(hours_s),
        days_s=tuple(days_s),
        listed=listed or (before.listed if before is not None else 0),
    )


def _by_hour(start: datetime, seconds: float) -> Iterator[tuple[datetime, float]]:
    """A stretch of time cut at the full hours, UTC: (where a piece begins, its length)."""
    moment = start.astimezone(UTC)
    while seconds > 0:
        left = _HOUR - (moment.minute * 60 + moment.second + moment.microsecond / 1e6)
        length = min(left if left > 0 else _HOUR, seconds)
        yield moment, length
        seconds -= length
        moment += timedelta(seconds=length)


def worth_asking(tide: Tide | None, start: float, ceiling: float, now: datetime) -> tuple[float, float]:
    """In how many seconds enough new entries are to be expected, `ceiling` at most, and how many these are.

    `start` is the interval of a feed of which nothing is known yet.
    """
    wanted = max(_LEAST, _SHARE * tide.listed) if tide is not None else _LEAST
    entries, seconds = (tide.entries, tide.seconds) if tide is not None else (0.0, 0.0)
    rate = (entries + _EARLY) / (seconds + _EARLY * start / wanted)
    usual = entries / seconds if seconds else 0.0
    by_hour = _weights(tide.hours, tide.hours_s, usual, _EVEN_HOURS) if tide is not None else [1.0] * _HOURS
    by_day = _weights(tide.days, tide.days_s, usual, _EVEN_DAYS) if tide is not None else [1.0] * _DAYS
    waited, expected = 0.0, 0.0
    here = now.astimezone(UTC)
    hour, day = here.hour, here.weekday()
    length = min(_HOUR - (here.minute * 60 + here.second), ceiling)
    while length > 0:
        coming = rate * by_hour[hour] * by_day[day]
        if expected + coming * length >= wanted:
            return waited + (wanted - expected) / coming, wanted
        expected += coming * length
        waited += length
        hour = (hour + 1) % _HOURS
        day = day if hour else (day + 1) % _DAYS
        length = min(_HOUR, ceiling - waited)
    return ceiling, expected


def _weights(seen: Sequence[float], seconds: Sequence[float], usual: float, even: float) -> list[float]:
    """How much more than usual comes at each hour, or on each day; `usual` is entries a second."""
    return [(n + even) / (usual * length + even) for n, length in zip(seen, seconds, strict=True)]


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
