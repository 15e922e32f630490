"""When to come back: by what comes when, by what a feed asks for, and never at an hour it wants to be left alone."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.schedule import coming
from monitor.schedule.coming import Asks, Pace
from monitor.schedule.tide import Tide, learned, tide_of, worth_asking
from monitor.types import Fetched, Hints

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)  # a Wednesday
PACE = Pace(interval=3600, min_interval=600, max_interval=86_400)
OK = Fetched(200, "https://a.example/feed", body=b"x")


def text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def of_rate(a_day: float, listed: int) -> Tide:
    """A feed whose document shows so many entries, at no special hour."""
    chance = random.Random(3)
    dates = [text(NOW - timedelta(days=listed / a_day * chance.random())) for _ in range(listed)]
    dates.append(text(NOW - timedelta(days=listed / a_day)))
    return learned(None, dates, listed, listed, NOW)


def wait(tide: Tide | None, asks: Asks | None = None, haste: float = 1.0, now: datetime = NOW) -> float:
    found = coming.after_answer(PACE, asks or Asks(), tide, haste, now, 0.0, spread=False)
    return (found.at - now).total_seconds()


@pytest.mark.parametrize(
    ("a_day", "listed", "low", "high"),
    [
        (2000, 50, 600, 600),  # the floor of the settings
        (200, 30, 600, 900),
        (48, 20, 1200, 3000),
        (12, 20, 4000, 12_000),
        (4, 20, 12_000, 36_000),
        (1, 20, 50_000, 86_400),
        (0.2, 5, 86_400, 86_400),
    ],
)
def test_a_feed_is_asked_as_often_as_it_brings_something(a_day: float, listed: int, low: float, high: float) -> None:
    assert low <= wait(of_rate(a_day, listed)) <= high


def test_a_feed_of_which_nothing_is_known_starts_at_the_interval() -> None:
    assert wait(None) == pytest.approx(3600, abs=1)
    assert wait(learned(None, (), 10, 10, NOW)) == pytest.approx(3600, abs=1)


def test_most_of_a_document_is_known_between_two_requests() -> None:
    for a_day, listed in ((300, 20), (100, 10), (24, 30)):
        assert a_day * wait(of_rate(a_day, listed)) / 86_400 <= max(1, 0.15 * listed)


def _office(moment: datetime) -> bool:
    return moment.weekday() < 5 and 8 <= moment.hour < 18


def watched(weeks: int, comes: Sequence[datetime]) -> Tide:
    """A feed that was looked at each hour for some weeks up to now."""
    start = NOW - timedelta(weeks=weeks)
    tide = learned(None, (), 0, 20, start)
    for hour in range(1, weeks * 168 + 1):
        until = start + timedelta(hours=hour)
        dates = [text(at) for at in comes if until - timedelta(hours=1) < at <= until]
        tide = learned(tide, dates, len(dates), 20, until)
    return tide


def test_nights_and_weekends_are_learned() -> None:
    start = NOW - timedelta(weeks=4)
    comes = [at for n in range(4 * 168 * 2) if _office(at := start + timedelta(minutes=30 * n))]
    tide = watched(4, comes)
    by_day = wait(tide, now=datetime(2026, 11, 18, 10, tzinfo=UTC))
    by_night = wait(tide, now=datetime(2026, 11, 18, 20, tzinfo=UTC))
    saturday = wait(tide, now=datetime(2026, 11, 21, 10, tzinfo=UTC))

    assert by_day < 3600
    assert by_night > 4 * 3600
    assert saturday > 1.5 * by_day


def test_a_feed_that_falls_still_drifts_to_a_day() -> None:
    tide = of_rate(24, 20)
    waits = []
    for day in range(1, 90):
        tide = learned(tide, (), 0, 20, NOW + timedelta(days=day))
        waits.append(wait(tide, now=NOW + timedelta(days=day)))
    assert waits[0] < 6 * 3600 < waits[20] <= waits[50]
    assert waits[-1] == 86_400


@given(st.lists(st.integers(0, 2 * 10**9), max_size=30), st.integers(0, 40), st.integers(0, 200))  # fmt: skip
def test_a_tide_is_stored_and_its_waits_are_sane(dates: list[int], came: int, listed: int) -> None:
    told = [text(datetime.fromtimestamp(at, UTC)) for at in dates]
    tide = learned(learned(None, told, came, listed, NOW), told, came, listed, NOW + timedelta(hours=1))
    again = tide_of(tide.as_json())
    assert again is not None
    assert again.as_json() == tide.as_json()
    seconds, expected = worth_asking(again, 3600, 86_400, NOW)
    assert 0 < seconds <= 86_400
    assert expected >= 0


@pytest.mark.parametrize("stored", [None, "", "[]", "{}", "null", '["x",1,1,[],[],1]', '["2026-01-01T00:00:00Z",1,1,[1],[1],1]'])  # fmt: skip
def test_what_cannot_be_read_is_no_tide(stored: str | None) -> None:
    assert tide_of(stored) is None


# --- what a feed asks for


@pytest.mark.parametrize(
    ("asks", "expected"),
    [
        (Asks(ttl=7200), 7200),
        (Asks(max_age=10_800), 10_800),
        (Asks(ttl=7200, max_age=3700), 7200),
        (Asks(ttl=60), 3600),
        (Asks(ttl=10**9), 86_400),
        (Asks(skip_hours=(13, 14)), 3 * 3600),
        (Asks(skip_days=("Wednesday", "Thursday")), 36 * 3600),
        (Asks(ttl=7200, skip_hours=(14,)), 3 * 3600),
        (Asks(skip_hours=tuple(range(24))), 3600),  # it cannot mean that
        (Asks(skip_days=("Wednesday",), skip_hours=(0, 1, 2)), 15 * 3600),
    ],
)
def test_hints_hold_within_floor_and_ceiling(asks: Asks, expected: float) -> None:
    assert wait(None, asks) == pytest.approx(expected, abs=1)


def test_chance_never_leads_into_an_hour_to_be_left_alone() -> None:
    asks = Asks(skip_hours=(13, 15, 16))
    for n in range(200):
        found = coming.after_answer(PACE, asks, None, 1.0, NOW + timedelta(minutes=n), n / 200, spread=True)
        assert found.at.hour not in asks.skip_hours


def test_what_a_document_asked_for_holds_while_the_server_only_says_that_nothing_changed() -> None:
    first = coming.asks_now(Asks(), OK, Hints(ttl=7200, skip_hours=(3,)))
    stored = coming.asks_of(first.ttl, 5000, first.skip)
    same = coming.asks_now(stored, Fetched(304, ""), None)
    assert same == Asks(7200, 5000, (3,), ())
    assert coming.asks_now(stored, Fetched(304, "", max_age=60), None).max_age == 60
    assert coming.asks_now(stored, OK, Hints()) == Asks()


def test_retry_after_holds_in_any_case() -> None:
    soon = coming.exactly(60, NOW)
    assert coming.not_before(soon, 7200, NOW).at == NOW + timedelta(hours=2)
    assert coming.not_before(soon, 30, NOW) is soon


def test_what_was_missed_makes_it_come_sooner_for_a_while() -> None:
    haste = 1.0
    for _ in range(2):
        haste = coming.hasty(haste, missed=True)
    assert wait(of_rate(4, 10), haste=haste) == pytest.approx(wait(of_rate(4, 10)) / 4)
    for _ in range(7):
        haste = coming.hasty(haste, missed=False)
    assert haste == 1


@pytest.mark.parametrize(
    ("tide", "asks", "haste", "why"),
    [
        (None, Asks(), 1, "how often it brings something is not known yet"),
        (of_rate(48, 20), Asks(), 1, "about 46 entries a day come, and a new one is to be expected by then"),
        (of_rate(2000, 20), Asks(), 1, "about 1900 entries a day come, and a new one is to be expected by then; the settings allow no more than every 10m"),
        (of_rate(0.2, 5), Asks(), 1, "it is quiet: less than one entry a day comes, and the settings allow no less than every 1d"),
        (None, Asks(ttl=7200), 1, "it asks to be left alone for 2h (in its document)"),
        (None, Asks(max_age=3 * 86_400), 1, "it asks to be left alone for 3d (in its answers), and the settings allow no less than every 1d"),
        (None, Asks(skip_hours=(13,)), 1, "how often it brings something is not known yet; at some hours or days it wants to be left alone"),
        (None, Asks(), 0.5, "entries were missed, so it is asked more often for a while"),
    ],
)  # fmt: skip
def test_why_is_said(tide: Tide | None, asks: Asks, haste: float, why: str) -> None:
    said = coming.after_answer(PACE, asks, tide, haste, NOW, 0.0, spread=False).why
    digits = str.maketrans("0123456789", "##########")
    assert said.translate(digits) == why.translate(digits)


def test_feeds_that_skip_the_same_hours_do_not_all_come_at_once() -> None:
    chance = random.Random(1)
    asks = Asks(skip_hours=(13,))
    times = {coming.after_answer(PACE, asks, None, 1, NOW, chance.random(), spread=False).at for _ in range(50)}
    assert len(times) == 50
