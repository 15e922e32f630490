"""Moments in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.deliver.moments import ago, day, ending, exact, on, parse, since, span, until, written

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=59), ""),
        (timedelta(seconds=-5), ""),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=59), "59 minutes"),
        (timedelta(minutes=119), "1 hour"),
        (timedelta(hours=47), "47 hours"),
        (timedelta(hours=48), "2 days"),
        (timedelta(days=13), "13 days"),
        (timedelta(days=14), "2 weeks"),
        (timedelta(days=59), "8 weeks"),
        (timedelta(days=60), "2 months"),
        (timedelta(days=729), "24 months"),
        (timedelta(days=730), "2 years"),
    ],
)
def test_lengths_in_their_largest_unit(length, words):
    assert words == span(length)


def test_ago_and_until():
    assert tuple(ago(NOW - timedelta(days=d), NOW) for d in (3, 0, -1)) == ("3 days ago", "just now", "just now")
    assert tuple(until(NOW + timedelta(days=d), NOW) for d in (3, 0, -1)) == ("in 3 days", "now", "now")


@pytest.mark.parametrize(
    ("moment", "zone", "words"),
    [
        ("2026-11-21T09:05:00Z", "UTC", "09:05"),
        ("2026-11-21T09:05:00Z", "Europe/Moscow", "12:05"),
        ("2026-11-20T21:30:00Z", "UTC", "yesterday"),
        ("2026-11-20T21:30:00Z", "Europe/Moscow", "00:30"),
        ("2026-11-17T12:00:00Z", "UTC", "Tuesday"),
        ("2026-11-15T12:00:00Z", "UTC", "Sunday"),
        ("2026-11-14T12:00:00Z", "UTC", "14 November"),
        ("2025-12-31T12:00:00Z", "UTC", "31 December 2025"),
        ("2026-11-21T13:00:00Z", "UTC", "13:00"),
    ],
)
def test_since_in_the_days_of_the_newsroom(moment, zone, words):
    assert words == since(parse(moment), NOW.astimezone(ZoneInfo(zone)))


def test_exact_times_name_their_zone():
    moment = parse("2026-07-01T22:30:00Z")

    assert exact(moment, ZoneInfo("Europe/Berlin")) == "2 Jul 2026, 00:30 CEST"
    assert day(moment, ZoneInfo("Europe/Berlin")) == "2 Jul 2026"


@pytest.mark.parametrize(
    ("stored", "words", "ends"),
    [
        ("2026-07-01T22:30:00Z", "2026-07-02 00:30 CEST", "2026-07-02 00:30 CEST"),
        ("2026-07-01T22:00:00Z", "2026-07-02 00:00 CEST", "the end of 2026-07-01"),
        ("2026-07-02T00:00:00Z", "2026-07-02 02:00 CEST", "2026-07-02 02:00 CEST"),
        ("2026-07-01", "2026-07-01", "2026-07-01"),
        ("2026-07-01T10:00", "2026-07-01T10:00", "2026-07-01T10:00"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
        ("soon", "soon", "soon"),
        (None, "", ""),
    ],
)
def test_stored_times_in_a_zone(stored, words, ends):
    zone = ZoneInfo("Europe/Berlin")

    assert written(stored, zone) == words
    assert ending(stored, zone) == ends


def test_a_day_is_that_of_the_newsroom():
    assert on("2026-07-01T22:30:00Z", ZoneInfo("Europe/Berlin")) == "2026-07-02"


UNITS = {"minute": 60, "hour": 3600, "day": 86_400, "week": 604_800, "month": 2_592_000, "year": 31_536_000}


@given(st.timedeltas(timedelta(minutes=1), timedelta(days=20_000)))
def test_words_understate_a_length_by_less_than_their_unit(length):
    count, unit = span(length).split()
    size = UNITS[unit.removesuffix("s")]

    assert 0 <= length.total_seconds() - int(count) * size < size
