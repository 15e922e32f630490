"""The one line: "nothing new" and "broken" never look the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.clock import stamp
from monitor.deliver.verdict import Health, verdict

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def back(**length: float) -> str:
    return stamp(NOW - timedelta(**length))


FINE = Health(
    seeds=5,
    feeds=43,
    last_attempt_at=back(minutes=3),
    due_at=back(minutes=-5),
    shortest_wait_s=3600,
    items_24h=312,
    likely_24h=4,
    maybe_24h=9,
    last_likely_at=back(days=3),
)
NEWS = "312 new items in the last 24 hours, 4 likely and 9 maybe related. Last related: 3 days ago."


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, f"Working. 43 of 43 feeds answer, last checked 3 minutes ago. {NEWS}"),
        (
            {"broken": 2, "broken_since": back(days=4)},
            f"Working. 41 of 43 feeds answer, last checked 3 minutes ago; 2 broken, the first since Tuesday. {NEWS}",
        ),
        (
            {"broken": 1, "broken_since": back(hours=2), "silent": 3, "degraded": 1, "untried": 2},
            (
                "Working. 40 of 43 feeds answer, last checked 3 minutes ago; 1 broken since 10:00; 3 silent;"
                f" 1 read only in part; 2 not checked yet. {NEWS}"
            ),
        ),
        (
            {"doubled": 2},
            f"Working. 41 of 43 feeds answer, last checked 3 minutes ago; 2 the same as another. {NEWS}",
        ),
        (
            {"broken": 22, "broken_since": back(days=40)},
            (
                "Working in part: 21 of 43 feeds answer, last checked 3 minutes ago; 22 broken, the first since 12 October."
                f" {NEWS}"
            ),
        ),
        (
            {"feeds": 1, "items_24h": 0, "likely_24h": 0, "maybe_24h": 0, "last_likely_at": None},
            (
                "Working. 1 of 1 feed answers, last checked 3 minutes ago. No new items in the last 24 hours."
                " Nothing likely related was found so far."
            ),
        ),
        (
            {"items_24h": 1, "likely_24h": 0, "maybe_24h": 0},
            (
                "Working. 43 of 43 feeds answer, last checked 3 minutes ago. 1 new item in the last 24 hours, none related."
                " Last related: 3 days ago."
            ),
        ),
        # Long intervals: an hourly check that is a little late is no reason for alarm.
        ({"last_attempt_at": back(minutes=75), "due_at": back(minutes=15)}, None),
        ({"last_attempt_at": back(hours=3), "due_at": back(hours=2)}, None),
        # Something has waited for long, but others were asked just now: one host is slow.
        ({"due_at": back(hours=9)}, None),
        ({"shortest_wait_s": 5, "due_at": back(minutes=9), "last_attempt_at": back(minutes=9)}, None),
    ],
)
def test_working(changes, line):
    result = verdict(replace(FINE, **changes), NOW)

    assert result.ok == (result.state == "Working")
    assert line in {None, result.line}


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"last_attempt_at": back(hours=4), "due_at": back(hours=3)},
            "Not working: no feed was checked since 08:00 (4 hours ago). Is `seedwatch run` running?",
        ),
        (
            {"last_attempt_at": back(days=4), "due_at": back(days=4)},
            "Not working: no feed was checked since Tuesday (4 days ago). Is `seedwatch run` running?",
        ),
        (
            {"shortest_wait_s": 5, "due_at": back(minutes=11), "last_attempt_at": back(minutes=11)},
            "Not working: no feed was checked since 11:49 (11 minutes ago). Is `seedwatch run` running?",
        ),
        (
            {"shortest_wait_s": 86_400, "due_at": back(hours=25), "last_attempt_at": back(hours=49)},
            "Not working: no feed was checked since Thursday (2 days ago). Is `seedwatch run` running?",
        ),
        (
            {"last_attempt_at": None, "untried": 43},
            "Not working: none of 43 feeds was ever checked. `seedwatch run` does it, once there is a network.",
        ),
        (
            {"last_attempt_at": None, "feeds": 1},
            "Not working: the only feed was never checked. `seedwatch run` does it, once there is a network.",
        ),
        (
            {"broken": 43, "broken_since": back(days=1, hours=1)},
            "Not working: all 43 feeds fail since yesterday. Is this machine online? `seedwatch doctor` says more.",
        ),
        (
            {"broken": 1, "feeds": 1},
            "Not working: the only feed fails. Is this machine online? `seedwatch doctor` says more.",
        ),
        ({"feeds": 0}, "Nothing to do yet: there are no feeds. `seedwatch feeds add URL` adds one."),
        (
            {"seeds": 0},
            "Nothing to do yet: there are no seeds to compare with. `seedwatch add URL` makes an article a seed.",
        ),
        (
            {"feeds": 0, "seeds": 0},
            "Nothing to do yet: there are no feeds and no seeds. `seedwatch init --example` writes a folder to start from.",
        ),
    ],
)
def test_not_working(changes, line):
    result = verdict(replace(FINE, **changes), NOW)

    assert (False, line) == (result.ok, result.line)


@pytest.mark.parametrize(
    ("changes", "ok"),
    [
        ({"silent": 30, "empty": 13}, False),
        ({"silent": 30, "empty": 12}, True),
        ({"silent": 30, "empty": 12, "doubled": 1}, False),
        ({"broken": 5, "silent": 38}, False),
        ({"broken": 21}, True),
        ({"broken": 22}, False),
        ({"broken": 1, "untried": 42}, True),
    ],
)
def test_feeds_of_which_none_brings_anything_are_no_good_sign(changes, ok):
    result = verdict(replace(FINE, **changes), NOW)

    assert (ok, "Working" if ok else "Working in part") == (result.ok, result.state)


def test_days_and_hours_are_the_newsrooms():
    late = replace(FINE, broken=1, broken_since="2026-11-20T22:30:00Z")

    assert "since yesterday" in verdict(late, NOW).line
    assert "since 01:30" in verdict(late, NOW.astimezone(ZoneInfo("Europe/Moscow"))).line


STORED = st.none() | st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)).map(stamp)  # noqa: DTZ001
COUNTS = st.integers(0, 10_000)


@given(
    st.builds(
        Health,
        seeds=COUNTS,
        feeds=COUNTS,
        untried=COUNTS,
        broken=COUNTS,
        silent=COUNTS,
        degraded=COUNTS,
        broken_since=STORED,
        last_attempt_at=STORED,
        due_at=STORED,
        shortest_wait_s=st.none() | st.integers(-100, 10**9),
        items_24h=COUNTS,
        likely_24h=COUNTS,
        maybe_24h=COUNTS,
        last_likely_at=STORED,
    )
)
def test_any_figures_have_a_verdict_whose_first_word_tells(health):
    result = verdict(health, NOW)

    assert result.ok == result.line.startswith("Working.")
    assert result.wrong == result.line.startswith(("Not working:", "Working in part:"))
    assert result.line.endswith((".", "?"))
