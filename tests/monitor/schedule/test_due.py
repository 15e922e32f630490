"""What is asked now: after a sleep, when the clock jumps, and within what hosts bear in a day."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.model import Poll
from db import facts, feed_state
from db.rows import Feed
from monitor.schedule.due import Due
from tests.stores import store_at

START = datetime(2026, 11, 21, 12, tzinfo=UTC)


def text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Machine:
    """A store with feeds, a clock on the wall, and one that nobody sets."""

    path: Path
    poll: Poll = field(default_factory=Poll)
    now: datetime = START
    boot: float = 1000.0
    due: Due = field(init=False)

    def __post_init__(self) -> None:
        self.store = store_at(self.path)
        self.start()

    def start(self) -> None:
        self.due = Due(self.store, self.poll, lambda: self.now, lambda: self.boot)

    def feeds(self, count: int, *, every: int = 3600, host: str = "a.example") -> None:
        """Feeds that were asked last at various times within the interval, each due an interval later."""
        with self.store.transaction() as connection:
            for n in range(count):
                asked = self.now - timedelta(seconds=every * n / count)
                source = facts.ensure_source(connection, "feed", f"https://{host}/{n}", text(START))
                due = text(asked + timedelta(seconds=every))
                feed_state.set_feed(
                    connection, source.id, next_poll_at=due, last_attempt_at=text(asked), interval_s=every, host=host
                )

    def later(self, seconds: float, *, jump: float = 0.0) -> list[Feed]:
        """Time goes on, and the clock on the wall jumps as well."""
        self.boot += seconds
        self.now += timedelta(seconds=seconds + jump)
        return self.due.take(10_000)

    def ask(self, feeds: list[Feed]) -> None:
        """All of them answer."""
        with self.store.transaction() as connection:
            for feed in feeds:
                again = text(self.now + timedelta(seconds=feed.interval_s or 3600))
                feed_state.set_feed(
                    connection, feed.source.id, next_poll_at=again, last_attempt_at=text(self.now), claimed_until=None
                )
                feed_state.record_fetch(
                    connection, feed.source.id, started_at=text(self.now), duration_ms=1, outcome="unchanged"
                )

    def an_hour(self) -> list[tuple[int, datetime]]:
        """Which feeds are asked when within an hour and a little, looked at each minute."""
        asked = []
        for _ in range(62):
            taken = self.later(59)
            asked += [(feed.source.id, self.now) for feed in taken]
            self.ask(taken)
        return asked

    def next_dues(self) -> list[datetime]:
        return [datetime.fromisoformat(feed.next_poll_at) for feed in feed_state.feeds(self.store.connection)]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "m.db")


def test_what_is_due_is_taken_and_nothing_else(machine: Machine) -> None:
    machine.feeds(60)
    assert machine.due.take(100) == []
    assert machine.later(30) == []
    assert len(machine.later(35)) == 1
    assert machine.later(1) == []
    assert len(machine.later(58)) == 1
    assert machine.due.take(0) == []


@pytest.mark.parametrize("restart", [False, True])
def test_after_a_sleep_feeds_do_not_come_all_at_once(machine: Machine, *, restart: bool) -> None:
    machine.feeds(400)
    machine.due.take(10)
    machine.now += timedelta(hours=2)
    machine.boot += 7200
    if restart:
        machine.start()
    taken = [len(machine.later(1)) for _ in range(110)]
    assert sum(taken) == 400
    assert max(taken) <= 20


def test_a_few_that_are_late_come_at_once(machine: Machine) -> None:
    machine.feeds(3)
    machine.due.take(10)
    assert len(machine.later(7200)) + len(machine.later(1)) == 3


def test_feeds_that_were_never_asked_do_not_wait(machine: Machine) -> None:
    with machine.store.transaction() as connection:
        for n in range(100):
            source = facts.ensure_source(connection, "feed", f"https://b.example/{n}", text(START))
            feed_state.set_feed(connection, source.id, next_poll_at=text(START - timedelta(days=1)))
    assert len(machine.due.take(1000)) == 100


@pytest.mark.parametrize("jump", [-86_400.0, -7200.0, 7200.0, 40 * 86_400.0])
def test_no_feed_is_early_or_forgotten_when_the_clock_is_set(machine: Machine, jump: float) -> None:
    machine.feeds(60)
    machine.due.take(10)
    for _ in range(120):  # they are all asked under this clock
        machine.ask(machine.later(30))
    assert machine.later(0.5, jump=jump) == []
    waits = [(due - machine.now).total_seconds() for due in machine.next_dues()]
    assert min(waits) > -2
    assert max(waits) <= 3601
    taken = machine.an_hour()
    assert len({source_id for source_id, _ in taken}) == 60
    assert max(Counter(moment for _, moment in taken).values()) <= 3


def test_what_was_asked_by_the_right_clock_is_left_when_a_wrong_one_is_set_right(machine: Machine) -> None:
    """A machine that starts in 2020 and hears of the time a minute later."""
    machine.feeds(60)
    before = machine.next_dues()
    machine.now = datetime(2020, 1, 1, tzinfo=UTC)
    machine.start()
    assert machine.due.take(10) == []
    machine.later(60, jump=(START - machine.now).total_seconds())
    assert max(abs((a - b).total_seconds()) for a, b in zip(before, machine.next_dues(), strict=True)) < 3600


def test_a_clock_set_back_while_nobody_ran_keeps_no_feed_waiting(machine: Machine) -> None:
    machine.feeds(60)
    machine.now -= timedelta(days=30)
    machine.start()
    machine.due.take(10)
    assert max(due - machine.now for due in machine.next_dues()) <= timedelta(seconds=3601)
    assert len({source_id for source_id, _ in machine.an_hour()}) == 60


def test_a_host_is_asked_no_more_often_in_a_day_than_the_settings_allow(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "m.db", Poll(host_daily=50))
    machine.feeds(10, every=600)
    machine.feeds(5, every=600, host="b.example")
    times: list[datetime] = []
    others = 0
    for _ in range(2 * 24 * 6):
        taken = machine.later(600)
        times += [machine.now for feed in taken if feed.host == "a.example"]
        others += sum(feed.host == "b.example" for feed in taken)
        machine.ask(taken)
    for moment in times:
        assert sum(moment <= other < moment + timedelta(days=1) for other in times) <= 50
    assert len(times) >= 80
    assert others >= 80
    (why,) = machine.store.connection.execute(
        "SELECT DISTINCT next_poll_reason FROM feed_health WHERE next_poll_reason != ''"
    ).fetchall()
    assert why[0].startswith("its host was asked 50 times within a day")


def test_a_host_that_says_it_is_asked_too_often_is_spared_for_all_its_feeds(machine: Machine) -> None:
    machine.feeds(5)
    machine.feeds(1, host="b.example")
    with machine.store.transaction() as connection:
        feed_state.hold_host(connection, "a.example", text(START + timedelta(hours=2)), "spared")
    assert min(machine.next_dues()[:5]) == START + timedelta(hours=2)
    assert machine.next_dues()[5] == START + timedelta(hours=1)


def test_who_wants_to_be_left_alone_at_this_hour_waits_though_it_was_due(machine: Machine) -> None:
    machine.feeds(2)
    with machine.store.transaction() as connection:
        for feed in feed_state.feeds(connection):
            feed_state.set_feed(connection, feed.source.id, skip="[[13, 14], []]", interval_s=None)
    machine.due.take(10)
    assert machine.later(3700) + machine.later(1) == []
    assert all(
        START + timedelta(hours=3) <= due <= START + timedelta(hours=3, minutes=10) for due in machine.next_dues()
    )
    assert len({feed.source.id for feed in machine.later(7200) + machine.later(600)}) == 2
