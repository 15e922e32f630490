"""What is written down of visits: entries that come again under new keys, and holes between two polls."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db import facts, feed_state
from db.rows import Feed
from monitor.pipeline.judging import Judge, Thresholds
from monitor.schedule.recorder import Recorder, Report, Visit
from monitor.schedule.timing import Answer, Pace
from monitor.types import Entry, Fetched, Parsed
from tests.stores import store_at
from tests.world import entry

URL = "https://a.example/feed"
_START = datetime(2026, 11, 1, 8, tzinfo=UTC)
_WORDS = [
    "cameras",
    "metro",
    "gates",
    "schools",
    "courts",
    "trains",
    "police",
    "mayor",
    "budget",
    "vote",
    "storm",
    "coast",
    "pilots",
    "strike",
    "tram",
    "museum",
]


@dataclass
class Desk:
    """A recorder with one feed, and a clock that goes on an hour with each visit."""

    path: Path
    now: datetime = _START
    body: int = 0
    reports: list[Report] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = store_at(self.path)
        with self.store.transaction() as connection:
            source = facts.ensure_source(connection, "feed", URL, "2026-11-01T00:00:00Z")
            feed_state.set_feed(connection, source.id, next_poll_at="2026-11-01T00:00:00Z")
        judge = Judge([], Thresholds(0.8, 0.4))
        self.recorder = Recorder(self.store, judge, Pace(3600, 600, 86_400), lambda: self.now, lambda: 0.0)

    @property
    def feed(self) -> Feed:
        (feed,) = feed_state.feeds(self.store.connection)
        return feed

    def visit(self, entries: Sequence[Entry]) -> Report:
        """The feed answers with these entries."""
        self.now += timedelta(hours=1)
        self.body += 1
        answer = Answer(Fetched(200, URL), Parsed("rss20", entries=tuple(entries)), f"{self.body}")
        (report,) = self.recorder.record([Visit(self.feed, self.now, answer)])
        self.reports.append(report)
        return report

    def value(self, query: str) -> object:
        return self.store.connection.execute(query).fetchone()[0]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "desk.db")


def told(n: int, **said: str | None) -> Entry:
    title = " ".join(random.Random(n).sample(_WORDS, 6)).capitalize()
    date = (_START + timedelta(minutes=n)).strftime("%Y-%m-%dT%H:%M:%SZ")
    link = said.pop("link", f"https://a.example/{n}")
    return entry(title, link, published_at=date, published_raw=date, **said)


_CHANCE = random.Random(5)


@pytest.mark.parametrize(
    ("make", "policy"),
    [
        (lambda n: told(n, guid=str(_CHANCE.random())), "link"),
        (lambda n: told(n, link=None, guid=str(_CHANCE.random())), "link"),
        (lambda n: told(n, link=f"https://a.example/{n}?sid={_CHANCE.random()}", guid=str(_CHANCE.random())), "title+date"),
    ],
)  # fmt: skip
def test_a_feed_that_makes_up_guids_is_noticed_and_grows_no_more(
    desk: Desk, make: Callable[[int], Entry], policy: str
) -> None:
    for poll in range(6):
        desk.visit([make(n) for n in range(poll + 10, poll, -1)])

    assert desk.value("SELECT count(*) FROM items") == 15
    assert desk.feed.entry_policy == policy
    assert desk.value("SELECT count(*) FROM sightings") <= 15 + 10  # those that stood in it when it was noticed
    assert desk.value("SELECT count(*) FROM coverage_gaps") == 0
    assert [report.new for report in desk.reports] == [10, 1, 1, 1, 1, 1]


def test_guids_that_changed_once_leave_no_hole(desk: Desk) -> None:
    desk.visit([told(n, guid=f"old {n}") for n in range(10)])
    desk.visit([told(n, guid=f"new {n}") for n in range(10)])

    assert desk.value("SELECT count(*) FROM items") == 10
    assert desk.value("SELECT count(*) FROM coverage_gaps") == 0


def test_two_visits_that_share_no_entry_leave_a_hole(desk: Desk) -> None:
    desk.visit([told(n) for n in range(10)])
    desk.visit([told(n) for n in range(5, 15)])
    desk.visit([told(n) for n in range(130, 140)])

    (gap,) = desk.store.connection.execute("SELECT feed_url, missed_from, missed_until, filled_at FROM coverage_gaps")
    assert tuple(gap) == (URL, "2026-11-01T10:00:00Z", "2026-11-01T11:00:00Z", None)


def test_what_another_feed_brought_hides_no_hole(desk: Desk) -> None:
    """Its entries are known articles, but not from this feed."""
    desk.visit([told(n) for n in range(10)])
    with desk.store.transaction() as connection:
        other = facts.ensure_source(connection, "feed", "https://a.example/all", "2026-11-01T00:00:00Z")
        feed_state.set_feed(connection, other.id, next_poll_at="2026-12-01T00:00:00Z")
    both = feed_state.feeds(desk.store.connection)
    answer = Answer(
        Fetched(200, "https://a.example/all"), Parsed("rss20", entries=tuple(told(n) for n in range(50))), "b"
    )
    desk.recorder.record([Visit(both[1], desk.now, answer)])
    desk.now += timedelta(hours=1)
    answer = Answer(Fetched(200, URL), Parsed("rss20", entries=tuple(told(n) for n in range(40, 50))), "c")
    desk.recorder.record([Visit(feed_state.feeds(desk.store.connection)[0], desk.now, answer)])

    assert desk.value("SELECT count(*) FROM items") == 50
    assert desk.value("SELECT count(*) FROM coverage_gaps") == 1


def test_a_server_that_said_for_hours_that_nothing_changed_leaves_a_hole_of_hours(desk: Desk) -> None:
    desk.visit([told(n) for n in range(10)])
    seen = desk.now
    for _ in range(5):
        desk.now += timedelta(hours=1)
        desk.recorder.record([Visit(desk.feed, desk.now, Answer(Fetched(304, URL), None))])
    desk.visit([told(n) for n in range(200, 210)])  # of three hours after the beginning, when it said 304

    (gap,) = desk.store.connection.execute("SELECT missed_from FROM coverage_gaps")
    assert gap[0] <= seen.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert desk.feed.haste < 1
