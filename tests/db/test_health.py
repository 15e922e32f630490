"""The figures behind the verdict line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from db.health import Health, health
from tests.monitor.browse.newsroom import Newsroom


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    room = Newsroom(tmp_path / "seedwatch.db")
    yield room
    room.close()


def test_an_empty_database_has_nothing(room):
    assert Health() == health(room.store.connection, room.now)


def test_feeds_are_counted_by_how_they_are(room):
    room.feed("https://a.example/", every=timedelta(minutes=20))
    room.feed("https://b.example/", last_attempt_at=None, next_poll_at=room.at(timedelta(minutes=2)))
    room.broken("https://c.example/", "c", "403", days=2)
    room.broken("https://d.example/", "d", "404", days=5)
    room.feed("https://e.example/", state="parked", failing_since=room.at(timedelta(days=9)))
    room.feed("https://f.example/", state="silent", problem="silent")
    room.feed("https://g.example/", problem="degraded")
    room.feed("https://i.example/", state="silent", problem="no_entries")
    room.feed("https://j.example/", state="quiet", problem="no_entries")
    room.feed("https://k.example/", problem="moved")
    removed = room.feed("https://h.example/", state="failing", failing_since=room.at(timedelta(days=99)))
    room.store.connection.execute("UPDATE source SET removed_at = ? WHERE id = ?", (room.at(timedelta()), removed))

    figures = health(room.store.connection, room.now)
    assert (figures.feeds, figures.untried, figures.broken) == (10, 1, 3)
    assert (figures.silent, figures.empty, figures.degraded, figures.moved) == (1, 2, 1, 1)
    assert room.at(timedelta(days=9)) == figures.broken_since
    assert room.at(timedelta(minutes=3)) == figures.last_attempt_at
    assert room.at(timedelta(minutes=2)) == figures.due_at
    assert figures.shortest_wait_s == 1200


def test_only_what_came_within_a_day_is_new(room):
    feed = room.feed("https://a.example/")
    room.fetched(feed, 300)
    room.fetched(feed, 12, timedelta(hours=23))
    room.fetched(feed, 1000, timedelta(hours=25))
    room.item("Found today", likely=0.9, age=timedelta(days=30), found=timedelta(hours=1))
    room.item("Found today, too", maybe=0.5)
    room.item("Found long ago", likely=0.9, age=timedelta(days=2), found=timedelta(days=2))
    room.item("From history", likely=0.9, origin="backfill")
    room.item("Dated tomorrow", likely=0.9, age=timedelta(days=-1), found=timedelta(hours=30))
    room.seed("Seeds are not news")

    figures = health(room.store.connection, room.now)
    assert (figures.items_24h, figures.likely_24h, figures.maybe_24h, figures.seeds) == (312, 1, 1, 1)
    assert room.at(timedelta(hours=1)) == figures.last_likely_at
