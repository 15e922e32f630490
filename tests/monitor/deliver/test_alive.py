"""What `health` complains of, and of what it does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from db.health import Health
from monitor.clock import stamp
from monitor.deliver.alive import Signs, complaints

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def back(**length: float) -> str:
    return stamp(NOW - timedelta(**length))


FINE = Health(
    seeds=5,
    feeds=3,
    last_attempt_at=back(minutes=3),
    last_success_at=back(minutes=3),
    due_at=back(minutes=-5),
    shortest_wait_s=3600,
)
RUNS = Signs(daemon=True, last_beat_at=NOW - timedelta(seconds=30))
OUTAGE = {"broken": 3, "broken_since": back(hours=30)}
LATE = {"last_attempt_at": back(hours=5), "due_at": back(hours=4)}


@pytest.mark.parametrize(
    ("figures", "signs"),
    [
        ({}, RUNS),
        ({}, Signs()),
        ({}, Signs(daemon=None)),
        ({"broken": 2, "broken_since": back(days=9), "broken_long": 1}, RUNS),
        ({"broken": 3, "broken_since": back(hours=9)}, RUNS),
        ({**OUTAGE, "last_success_at": back(hours=23)}, RUNS),
        ({"due_at": back(hours=2), "last_attempt_at": back(hours=3)}, Signs()),
        ({}, Signs(daemon=False, last_beat_at=NOW - timedelta(days=9))),
    ],
    ids=[
        "daemon",
        "no daemon",
        "unknown",
        "some broken",
        "all broken just now",
        "outage",
        "not so late",
        "stopped long ago",
    ],
)
def test_all_is_well(figures: dict[str, Any], signs: Signs) -> None:
    assert list(complaints(replace(FINE, **figures), signs, NOW)) == []


@pytest.mark.parametrize(
    ("figures", "signs", "said"),
    [
        ({"feeds": 0}, RUNS, "There are no feeds. `seedwatch feeds add URL` adds one."),
        ({}, replace(RUNS, unwritable="/data has 12 kB left"), "Nothing can be stored: /data has 12 kB left."),
        (
            {},
            Signs(daemon=True, last_beat_at=NOW - timedelta(minutes=4)),
            "The daemon runs, but has done nothing since 11:56. Its log says more.",
        ),
        (LATE, Signs(), "No feed was checked since 07:00 (5 hours ago). Is `seedwatch run` running?"),
        (LATE, RUNS, "No feed was checked since 07:00 (5 hours ago). Is `seedwatch run` running?"),
        (
            {"last_attempt_at": None, "due_at": None},
            RUNS,
            "None of 3 feeds was ever checked. `seedwatch run` does it, once there is a network.",
        ),
        (
            {**OUTAGE, "last_success_at": back(hours=25)},
            RUNS,
            "No feed has given a good answer since yesterday (25 hours ago); all 3 fail.",
        ),
        (
            {"broken": 2, "broken_long": 2, "broken_since": back(days=9)},
            RUNS,
            "2 of 3 feeds have given no good answer for a day, the first since 12 November. `seedwatch doctor` says what to do.",
        ),
        (
            {**OUTAGE, "last_success_at": None},
            RUNS,
            "No feed has given a good answer since yesterday (30 hours ago); all 3 fail.",
        ),
    ],
)
def test_what_is_wrong_is_said(figures: dict[str, Any], signs: Signs, said: str) -> None:
    assert list(complaints(replace(FINE, **figures), signs, NOW)) == [said]
