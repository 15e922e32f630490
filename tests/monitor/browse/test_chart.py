"""Bars per day, in the newsroom's days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.browse.chart import DAYS, HEIGHT, charts

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
TIMES = st.datetimes(datetime(2026, 10, 24), datetime(2026, 11, 21)).map(lambda t: t.strftime("%Y-%m-%dT%H:%M:%SZ"))  # noqa: DTZ001
ROWS = st.lists(st.tuples(st.sampled_from(["a", "b"]), st.sampled_from(["likely", "maybe"]), TIMES), max_size=60)


@given(ROWS)
def test_every_article_is_in_one_bar_and_no_bar_leaves_the_chart(rows):
    drawn = charts(rows, ["a", "b"], NOW)

    assert [chart.watch for chart in drawn] == ["a", "b"]
    assert len(rows) == sum(bar.total for chart in drawn for bar in chart.bars)
    for chart in drawn:
        assert len(chart.bars) == DAYS
        for bar in chart.bars:
            assert 0 <= bar.maybe_y <= bar.likely_y <= HEIGHT
            assert 0 <= bar.x < bar.x + bar.width <= chart.width
            assert abs(bar.likely_y + bar.likely_height - HEIGHT) < 0.02


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("UTC", date(2026, 11, 2)),
        ("Europe/Moscow", date(2026, 11, 3)),
        ("Asia/Kathmandu", date(2026, 11, 3)),
        ("America/New_York", date(2026, 11, 2)),
    ],
)
def test_days_are_those_of_the_newsroom(zone, day):
    (chart,) = charts([("a", "likely", "2026-11-02T22:30:00Z")], [], NOW.astimezone(ZoneInfo(zone)))

    assert [day] == [bar.day for bar in chart.bars if bar.total]


def test_all_watches_share_one_scale():
    rows = [("a", "likely", "2026-11-02T12:00:00Z")] * 4 + [("b", "maybe", "2026-11-02T12:00:00Z")]
    first, second = charts(rows, [], NOW)

    assert (first.fullest.likely_height, second.fullest.maybe_height) == (HEIGHT, HEIGHT / 4)


def test_a_watch_without_articles_has_an_empty_chart():
    (chart,) = charts([], ["quiet"], NOW)

    assert (chart.likely, chart.maybe, chart.fullest.total) == (0, 0, 0)
    assert (NOW - timedelta(days=DAYS - 1)).date() == chart.bars[0].day
