"""Coverage over time: how many related articles each day brought, per watch, as bars. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

DAYS = 30
MONTHS = 24
HEIGHT = 100
"""Height of a chart in its own units; its width is ten for each day."""
_STEP, _BAR = 10, 7


@dataclass(frozen=True, slots=True)
class Bar:
    """One day; heights and places in the units of the chart, from its top left corner."""

    day: date
    likely: int
    maybe: int
    x: int
    width: int
    likely_y: float
    likely_height: float
    maybe_y: float
    maybe_height: float

    @property
    def total(self) -> int:
        """Articles of that day."""
        return self.likely + self.maybe


@dataclass(frozen=True, slots=True)
class Chart:
    """The bars of one watch, from the oldest day to today."""

    watch: str
    bars: tuple[Bar, ...]
    top: int
    """Articles on the fullest day of all charts, which all are drawn to the scale of."""

    @property
    def width(self) -> int:
        """Width in the chart's own units."""
        return _STEP * len(self.bars)

    @property
    def likely(self) -> int:
        """Likely articles on all days."""
        return sum(bar.likely for bar in self.bars)

    @property
    def maybe(self) -> int:
        """Maybe articles on all days."""
        return sum(bar.maybe for bar in self.bars)

    @property
    def fullest(self) -> Bar:
        """The day with the most articles, the latest of several."""
        return max(reversed(self.bars), key=lambda bar: bar.total)


@dataclass(frozen=True, slots=True)
class Months:
    """The bars of a watch by month, each with the first day of its month."""

    bars: tuple[Bar, ...]
    top: int

    @property
    def width(self) -> int:
        """Width in the chart's own units."""
        return _STEP * len(self.bars)

    @property
    def total(self) -> int:
        """Articles in all months."""
        return sum(bar.total for bar in self.bars)


@dataclass(frozen=True, slots=True)
class Counted:
    """A number for one day, as a bar."""

    day: date
    count: int
    x: int
    width: int
    y: float
    height: float


def first_day(now: datetime) -> datetime:
    """When the first of the days shown begins, in the zone of `now`."""
    return datetime.combine(now.date() - timedelta(days=DAYS - 1), datetime.min.time(), now.tzinfo)


def charts(rows: Iterable[tuple[str, str, str]], watches: Iterable[str], now: datetime) -> tuple[Chart, ...]:
    """One chart for each watch, those without articles too. `rows`: watch, verdict and stored time of an article."""
    counts = _count(rows, now.tzinfo)
    days = [first_day(now).date() + timedelta(days=n) for n in range(DAYS)]
    names = sorted({*watches, *(watch for watch, _, _ in counts)})
    tops = [counts[w, "likely", d] + counts[w, "maybe", d] for w in names for d in days]
    top = max(tops, default=0)
    return tuple(Chart(name, _bars(counts, name, days, top), top) for name in names)


def first_month(now: datetime) -> datetime:
    """When the first of the months shown begins, in the zone of `now`."""
    months = now.year * 12 + now.month - MONTHS
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=now.tzinfo)


def months(rows: Iterable[tuple[str, str, int]], now: datetime) -> Months:
    """One bar for each month. `rows`: verdict, day (of UTC: a month's first hours may stand with another), number of articles."""
    start = first_month(now)
    first = start.year * 12 + start.month - 1
    starts = [date((first + n) // 12, (first + n) % 12 + 1, 1) for n in range(MONTHS)]
    counts: Counter[tuple[str, str, date]] = Counter()
    for verdict, day, count in rows:
        counts["", verdict, date.fromisoformat(day).replace(day=1)] += count
    top = max(counts["", "likely", day] + counts["", "maybe", day] for day in starts)
    return Months(_bars(counts, "", starts, top), top)


def counted(rows: Iterable[tuple[str, int]], now: datetime) -> tuple[Counted, ...]:
    """One bar for each day. `rows`: stored time, and how much there was then."""
    days = [first_day(now).date() + timedelta(days=n) for n in range(DAYS)]
    counts: Counter[date] = Counter()
    for time, count in rows:
        counts[datetime.fromisoformat(time).astimezone(now.tzinfo).date()] += count
    unit = HEIGHT / max(max(counts.values(), default=0), 1)
    return tuple(
        Counted(
            day,
            counts[day],
            place * _STEP + (_STEP - _BAR) // 2,
            _BAR,
            round(HEIGHT - counts[day] * unit, 2),
            round(counts[day] * unit, 2),
        )
        for place, day in enumerate(days)
    )


def _count(rows: Iterable[tuple[str, str, str]], zone: tzinfo | None) -> Counter[tuple[str, str, date]]:
    return Counter(
        (watch, verdict, datetime.fromisoformat(time).astimezone(zone).date()) for watch, verdict, time in rows
    )


def _bars(counts: Counter[tuple[str, str, date]], watch: str, days: Sequence[date], top: int) -> tuple[Bar, ...]:
    unit = HEIGHT / max(top, 1)
    bars = []
    for place, day in enumerate(days):
        likely, maybe = counts[watch, "likely", day], counts[watch, "maybe", day]
        bars.append(
            Bar(
                day=day,
                likely=likely,
                maybe=maybe,
                x=place * _STEP + (_STEP - _BAR) // 2,
                width=_BAR,
                likely_y=round(HEIGHT - likely * unit, 2),
                likely_height=round(likely * unit, 2),
                maybe_y=round(HEIGHT - (likely + maybe) * unit, 2),
                maybe_height=round(maybe * unit, 2),
            )
        )
    return tuple(bars)
