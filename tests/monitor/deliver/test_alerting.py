"""Who is told of what, and when: by story, by watch, at times of day, never in quiet hours, each once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config.model import Alerts
from monitor.deliver import alerting
from monitor.deliver.alerting import Sent
from monitor.deliver.hours import is_quiet, last_slot
from tests.monitor.browse.newsroom import WATCH, Newsroom, tell

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DESK, OTHER = "json://desk.example/", "json://other.example/"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    made = Newsroom(tmp_path / "seedwatch.db", NOW)
    yield made
    made.close()


def due(room: Newsroom, alerts: Alerts, now: datetime = NOW) -> Sent | None:
    targets = {f"target {n}": written for n, written in enumerate(alerts.targets)}
    return alerting.due(room.store, alerts, targets, BERLIN, now)


def told(sent: Sent | None) -> list[tuple[str, tuple[str, ...]]]:
    assert sent is not None
    return [(notice.title.removeprefix("seedwatch: "), to) for notice, to in sent.made]


def begun(room: Newsroom, alerts: Alerts) -> None:
    sent = due(room, alerts, NOW - timedelta(days=2))
    assert sent is not None
    assert sent.began_with is not None


class TestStories:
    def test_a_story_is_told_of_once_however_many_texts_it_has(self, room):
        alerts = Alerts(to=(DESK,))
        begun(room, alerts)
        first, second = (
            room.item(f"Text {n}", likely=0.9, outlet=f"Outlet {n}", age=timedelta(hours=n)) for n in (9, 8)
        )
        tell(room, first, second)
        sent = due(room, alerts)
        later = room.item("Text 7", likely=0.9, outlet="Outlet 7", age=timedelta(hours=7))
        tell(room, first, later)

        assert told(sent) == [("Text 9", ("target 0",))]
        assert "The same story: “Text 8”, Outlet 8" in sent.body
        assert told(due(room, alerts)) == []

    def test_a_story_that_was_only_there_before_is_told_when_it_goes_on(self, room):
        there = room.item("There", likely=0.9)
        alerts = Alerts(to=(DESK,))
        begun(room, alerts)
        tell(room, there, room.item("It goes on", likely=0.9, outlet="Another"))

        assert told(due(room, alerts)) == [("It goes on", ("target 0",))]


class TestWatches:
    def test_each_watch_goes_to_its_own_desk_and_the_rest_to_all(self, room):
        alerts = Alerts(to=(DESK,), watches={"leaks": (OTHER,)})
        begun(room, alerts)
        room.item("On faces", likely=0.9)
        room.item("On leaks", likely=0.9, watch="leaks")
        both = room.item("On both", likely=0.9)
        room.judged(both, "leaks", 0.9, "likely", "Also.")

        sent = due(room, alerts)
        uids = {to: set(notice.uids) for notice, to in sent.made}
        assert {("target 0",), ("target 1",)} == set(uids)
        assert len(uids["target 0",]) == len(uids["target 1",]) == 2
        assert told(due(room, alerts)) == []

    def test_what_goes_to_nobody_counts_as_told_to_nobody(self, room):
        alerts = Alerts(watches={"leaks": (OTHER,)})
        begun(room, alerts)
        room.item("On faces", likely=0.9)

        assert told(due(room, alerts)) == []
        assert told(due(room, Alerts(to=(DESK,)))) == [("On faces", ("target 0",))]


class TestTimesOfDay:
    ALERTS = Alerts(to=(DESK,), digest=("08:00", "17:30"))

    def test_news_waits_for_the_time_and_is_told_once(self, room):
        begun(room, self.ALERTS)
        assert len(told(due(room, self.ALERTS))) == 1  # the slot of this morning, which passed
        room.item("News", likely=0.9, found=timedelta())
        before, at, after = (NOW.replace(hour=h, minute=m) for h, m in ((16, 29), (16, 30), (16, 31)))

        assert told(due(room, self.ALERTS, before)) == []
        assert [title for title, _ in told(due(room, self.ALERTS, at))] == ["News, 0 of 0 feeds healthy"]
        assert told(due(room, self.ALERTS, after)) == []

    def test_nothing_is_told_as_well(self, room):
        room.feed("https://a.example/")
        begun(room, self.ALERTS)

        assert told(due(room, self.ALERTS))[0][0] == "nothing new, the feed is healthy"

    def test_no_summary_is_of_a_time_before_notices_began(self, room):
        due(room, self.ALERTS)

        assert told(due(room, self.ALERTS, NOW + timedelta(minutes=1))) == []

    @pytest.mark.parametrize(
        ("now", "slot"),
        [
            ("2026-11-20T07:59+01:00", "2026-11-19T17:30+01:00"),
            ("2026-11-20T08:00+01:00", "2026-11-20T08:00+01:00"),
            ("2026-11-20T23:00+01:00", "2026-11-20T17:30+01:00"),
            ("2026-03-29T08:00+02:00", "2026-03-29T08:00+02:00"),
        ],
    )
    def test_the_last_time_that_has_come(self, now, slot):
        found = last_slot(("08:00", "17:30"), datetime.fromisoformat(now).astimezone(BERLIN))
        assert datetime.fromisoformat(slot) == found

    def test_without_times_there_is_none(self):
        assert last_slot((), NOW) is None


class TestQuietHours:
    def test_nothing_is_made_or_sent_and_all_of_it_afterwards(self, room):
        alerts = Alerts(to=(DESK,), quiet="22:00-07:00")
        begun(room, alerts)
        room.item("News of the night", likely=0.9)

        assert due(room, alerts, NOW.replace(hour=23)) is None
        assert told(due(room, alerts)) == [("News of the night", ("target 0",))]

    @pytest.mark.parametrize(
        ("hours", "at", "quiet"),
        [
            ("", "03:00", False),
            ("22:00-07:00", "21:59", False),
            ("22:00-07:00", "22:00", True),
            ("22:00-07:00", "06:59", True),
            ("22:00-07:00", "07:00", False),
            ("12:00-13:00", "12:30", True),
            ("12:00-13:00", "13:00", False),
        ],
    )
    def test_hours_may_run_over_midnight(self, hours, at, quiet):
        assert quiet == is_quiet(hours, datetime.fromisoformat(f"2026-11-20T{at}").replace(tzinfo=BERLIN))


class TestFeeds:
    def test_broken_and_silent_feeds_are_told_of_once_for_each_time(self, room):
        alerts = Alerts(to=(DESK,), watches={WATCH: (OTHER,)})
        begun(room, alerts)
        room.broken("https://a.example/", "A", "The server answered 403.", days=1.5)
        room.broken("https://b.example/", "B", "No answer.", days=0.5)
        room.feed(
            "https://c.example/",
            name="C",
            state="silent",
            problem="silent",
            reason="Silent.",
            last_new_item_at=room.at(timedelta(9)),
        )

        assert told(due(room, alerts)) == [("2 feeds need a look", ("target 0",))]
        assert told(due(room, alerts)) == []
        assert told(due(room, alerts, NOW + timedelta(days=1))) == [("B is broken", ("target 0",))]

    def test_one_that_was_broken_when_notices_began_is_known(self, room):
        room.broken("https://a.example/", "A", "The server answered 403.", days=9)
        alerts = Alerts(to=(DESK,))
        begun(room, alerts)

        assert told(due(room, alerts)) == []
