"""What is usual for a feed, and when its silence is too long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.schedule.rhythm import Rhythm, learned, of_dates

MINUTE, HOUR, DAY = 60, 3600, 86_400
START = datetime(2026, 11, 2, tzinfo=UTC)  # a Monday


def dates(*hours: float) -> list[str]:
    return [(START + timedelta(hours=hour)).strftime("%Y-%m-%dT%H:%M:%SZ") for hour in hours]


def workdays() -> list[str]:
    """A paper with ten articles an hour apart, on each of ten workdays."""
    return dates(*(day * 24 + hour for day in range(14) if day % 7 < 5 for hour in range(8, 18)))


@pytest.mark.parametrize(
    ("found", "usual", "longest"),
    [
        (dates(0, 1, 2, 3), HOUR, HOUR),
        (dates(0, 1, 2), None, None),
        (dates(5, 5, 5, 5, 5), None, None),
        (dates(0, 24, 48, 120, 144), DAY, 3 * DAY),
        (dates(-9000, 0, 1, 2, 3, 4), HOUR, HOUR),
        (dates(0, 300, 700, 1000, 1400), 350 * HOUR, 400 * HOUR),
        (workdays(), HOUR, 63 * HOUR),
    ],
    ids=["even", "few", "all the same", "workdays", "an old one kept", "rare", "bursts"],
)
def test_of_dates(found: list[str], usual: int | None, longest: int | None) -> None:
    assert of_dates(found) == Rhythm(usual, longest)


@pytest.mark.parametrize(
    ("rhythm", "wait", "seconds"),
    [
        (Rhythm(HOUR, HOUR), HOUR, 6 * HOUR),
        (Rhythm(HOUR, 2 * HOUR), 0, 6 * HOUR),
        (Rhythm(1, 1), 1, 6),
        (Rhythm(MINUTE, MINUTE), HOUR, 3 * HOUR),
        (Rhythm(5 * MINUTE, 9 * HOUR), HOUR, DAY),
        (Rhythm(HOUR, 63 * HOUR), HOUR, 126 * HOUR),
        (Rhythm(7 * DAY, None), HOUR, 42 * DAY),
        (Rhythm(), HOUR, 30 * DAY),
    ],
    ids=["even", "nearly even", "quick", "asked rarely", "nights", "weekends", "rare", "unknown"],
)
def test_patience(rhythm: Rhythm, wait: float, seconds: float) -> None:
    assert rhythm.silent_after(wait) == seconds


def test_a_paper_is_not_silent_over_the_weekend() -> None:
    friday_evening_to_monday_morning = 63 * HOUR
    assert of_dates(workdays()).silent_after(HOUR) > friday_evening_to_monday_morning


def test_nights_are_learned_when_a_document_shows_one() -> None:
    by_day = of_dates(dates(*(8 + n / 6 for n in range(20))))
    after_a_night = of_dates(dates(*(20 + n / 6 for n in range(10)), *(32 + n / 6 for n in range(10))))
    assert by_day.silent_after(HOUR) < 11 * HOUR < learned(by_day, after_a_night, None).silent_after(HOUR)


def test_without_dates_what_is_brought_tells_the_rhythm() -> None:
    rhythm = Rhythm()
    for pause in (2 * HOUR, 2 * HOUR, 6 * HOUR):
        rhythm = learned(rhythm, Rhythm(), pause)
    assert rhythm == Rhythm(3 * HOUR, 6 * HOUR)
    assert learned(rhythm, Rhythm(), None) == rhythm


@given(st.lists(st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1))), st.floats(0, 1e6))  # noqa: DTZ001
def test_every_rhythm_ends_in_patience(moments: list[datetime], wait: float) -> None:
    rhythm = of_dates([f"{moment:%Y-%m-%dT%H:%M:%SZ}" for moment in moments])
    assert rhythm.silent_after(wait) >= max(3 * wait, 6 * (rhythm.usual or 0), 1)
    assert (rhythm.usual is None) == (rhythm.longest is None)
