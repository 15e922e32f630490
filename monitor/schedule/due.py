"""Which feeds are asked now: those that are due, a few of them where many waited, as many as their hosts bear in a day.

Due times are times of the clock on the wall, which people and programs set. How long it really took is told by another clock,
so that no feed is asked early, and none is forgotten, when the first one jumps.
"""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from config.model import Poll
from db import feed_state, pages
from db.rows import Feed
from db.store import Store
from monitor.clock import Clock, stamp
from monitor.schedule import coming

log = structlog.get_logger()

CLAIM_S = 600
"""A claim outlives any request. It ends by itself when its holder was killed and others still ask."""
_LATE_S = 60
"""From when on a feed is late, and a clock has jumped."""
_SPREAD_S = 300.0
_EACH_S = 0.25
"""Over how long feeds spread that wait after a stop or a sleep, and the time that each takes of it."""
_DAY = timedelta(days=1)


def since_boot() -> float | None:
    """Seconds on a clock that nobody sets and that goes on while the machine sleeps; None where there is none."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return None if clock is None else time.clock_gettime(clock)


class Due:
    """Takes what is due; used by one thread."""

    def __init__(
        self, store: Store, poll: Poll, clock: Clock, elapsed: Callable[[], float | None] = since_boot
    ) -> None:
        self._store = store
        self._poll = poll
        self._clock = clock
        self._elapsed = elapsed
        self._seen = clock()
        self._seen_elapsed = elapsed()
        self._fresh = True

    def take(self, room: int) -> list[Feed]:
        """Feeds to ask now, `room` at most, claimed; asks without a write when none is due."""
        now = self._clock()
        self._look_at_the_clock()
        due = feed_state.next_due(self._store.connection)
        if due is None or due > stamp(now) or room <= 0:
            return []
        with self._store.transaction() as connection:
            feeds = feed_state.claim_due(connection, stamp(now), stamp(now + timedelta(seconds=CLAIM_S)), room)
            return within_budget(connection, _welcome(connection, feeds, now), self._poll, now)

    def _look_at_the_clock(self) -> None:
        """Notice a jump of the clock, and a stop or a sleep after which many feeds are late."""
        now, elapsed = self._clock(), self._elapsed()
        passed = (now - self._seen).total_seconds()
        jumped = (
            passed - (elapsed - self._seen_elapsed) if elapsed is not None and self._seen_elapsed is not None else 0.0
        )
        if abs(jumped) < _LATE_S:
            jumped = min(passed, 0.0) if passed < -_LATE_S else 0.0
        slept = passed - jumped >= _LATE_S
        self._seen, self._seen_elapsed = now, elapsed
        if not (self._fresh or jumped or slept):
            return
        with self._store.transaction() as connection:
            if jumped:
                log.warning("the clock jumped", seconds=round(jumped))
                feed_state.shift_due(connection, jumped)
            ahead = feed_state.latest_attempt(connection)
            if self._fresh and ahead is not None and ahead > stamp(now + timedelta(seconds=_LATE_S)):
                jumped = -feed_state.seconds_between(stamp(now), ahead)
                log.warning("the clock was set back since feeds were asked last", seconds=round(-jumped))
                feed_state.shift_due(connection, jumped)
            if jumped:
                feed_state.forget_claims_after(connection, stamp(now + timedelta(seconds=CLAIM_S)))
                pages.forget_claims(connection, stamp(now))
            late = feed_state.count_late(connection, stamp(now - timedelta(seconds=_LATE_S)))
            if late > 1:
                feed_state.spread_late(
                    connection, stamp(now), stamp(now - timedelta(seconds=_LATE_S)), min(_SPREAD_S, late * _EACH_S)
                )
        self._fresh = False


def _welcome(connection: sqlite3.Connection, feeds: Sequence[Feed], now: datetime) -> list[Feed]:
    """Without those that were due before, and want to be left alone at this hour."""
    good = []
    for feed in feeds:
        skips = coming.asks_of(None, None, feed.skip) if feed.skip and feed.interval_s is None else None
        then = coming.not_now(skips, now, random.random()) if skips is not None else None  # noqa: S311  no secret
        if then is None:
            good.append(feed)
            continue
        feed_state.set_feed(
            connection, feed.source.id, next_poll_at=stamp(then.at), next_reason=then.why, claimed_until=None
        )
    return good


def within_budget(connection: sqlite3.Connection, feeds: Sequence[Feed], poll: Poll, now: datetime) -> list[Feed]:
    """Without those whose hosts were asked as often within a day as the settings allow; these wait for their turn."""
    asked = feed_state.requests_to(connection, {feed.host for feed in feeds if feed.host}, stamp(now - _DAY))
    good = []
    for feed in feeds:
        asked[feed.host] = asked.get(feed.host, 0) + 1
        if not feed.host or asked[feed.host] <= poll.host_daily:
            good.append(feed)
            continue
        room = feed_state.room_at(connection, feed.host, stamp(now - _DAY)) or stamp(now)
        why = f"its host was asked {poll.host_daily} times within a day, which is as often as the settings allow"
        feed_state.set_feed(
            connection,
            feed.source.id,
            next_poll_at=max(room, stamp(now + timedelta(seconds=_LATE_S))),
            next_reason=why,
            claimed_until=None,
        )
    return good
