"""Whom to believe: servers that say that nothing changed, and that a feed has moved for good."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from db.rows import Feed
from monitor.schedule import trust
from monitor.types import Fetched, Validators
from tests.monitor.schedule.test_timing import FEED, NOW

URL = "https://a.example/feed"
NEW = "https://b.example/feed"
TAGGED = replace(FEED, validators_url=URL, etag='"1"', last_modified="Sat, 21 Nov 2026 08:00:00 GMT")
LATER = "Sat, 21 Nov 2026 11:30:00 GMT"
NOT_MODIFIED = Fetched(304, URL, validators=Validators(URL, '"1"'))


def text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def with_columns(feed: Feed, columns: dict[str, Any]) -> Feed:
    return replace(feed, **columns)


def test_one_request_of_many_is_without_conditions() -> None:
    feed, whole = TAGGED, 0
    for _ in range(3 * trust.WHOLE_EVERY):
        if trust.asks_conditionally(feed, text(NOW)):
            feed = with_columns(feed, trust.after(feed, NOT_MODIFIED, 0, text(NOW), NOW))
        else:
            whole += 1
            feed = with_columns(feed, trust.after(feed, Fetched(200, URL), 0, text(NOW), NOW))
    assert whole == 3


@pytest.mark.parametrize(
    ("given", "news", "conditional", "lied"),
    [
        (Validators(URL, '"1"', TAGGED.last_modified), 3, 23, True),  # new entries under the old tag
        (Validators(URL, '"1"', TAGGED.last_modified), 0, 23, False),  # some figure changed, which a tag need not show
        (Validators(URL, '"2"', "Sat, 21 Nov 2026 09:00:00 GMT"), 3, 23, True),  # it was there when 304 was said
        (Validators(URL, '"2"', LATER), 3, 23, False),
        (Validators(URL, '"2"', "yesterday"), 3, 23, False),
        (None, 3, 23, False),
        (Validators(URL, '"1"', TAGGED.last_modified), 3, 2, False),  # it was asked conditionally, and sent it
    ],
)
def test_a_server_that_is_caught_is_asked_without_conditions_for_a_while(
    given: Validators | None, news: int, conditional: int, lied: bool
) -> None:
    feed = replace(TAGGED, conditional=conditional, last_success_at="2026-11-21T11:00:00Z")
    after = trust.after(feed, Fetched(200, URL, validators=given), news, text(NOW), NOW)
    assert ("doubted_until" in after) == lied
    feed = replace(with_columns(feed, after), conditional=0)
    assert trust.asks_conditionally(feed, text(NOW)) == (not lied)
    assert trust.asks_conditionally(feed, text(NOW + timedelta(days=8)))


def move(feed: Feed, hours: float, to: str | None = NEW, *, known: bool = True) -> Feed:
    now = NOW + timedelta(hours=hours)
    columns = trust.moved(feed, Fetched(200, to or URL, permanent_url=to), known=known, asked_at=text(now), now=now)
    return with_columns(feed, columns)


def at(feed: Feed, hours: float) -> str | None:
    return trust.address_asked(feed, text(NOW + timedelta(hours=hours)))


def test_a_move_is_taken_up_when_it_is_said_again_for_days() -> None:
    feed = FEED
    for hours in (0, 12, 24, 47):
        feed = move(feed, hours)
        assert at(feed, hours) is None
    feed = move(feed, 49)
    assert at(feed, 50) == NEW
    assert at(move(feed, 51, None), 51) == NEW  # asked there, it says nothing of the old address
    assert at(feed, 49 + 7 * 24) is None  # looked at again
    assert at(move(feed, 49 + 7 * 24), 49 + 7 * 24 + 1) == NEW
    gone = move(feed, 49 + 7 * 24, None)  # the old address answers by itself again
    assert (gone.adopted_url, gone.permanent_url, gone.permanent_seen) == (None, None, 0)


def test_what_answers_with_other_entries_is_not_taken_up() -> None:
    """A domain for sale, or another feed, in the place of the one that was read."""
    feed = FEED
    for hours in range(0, 200, 12):
        feed = move(feed, hours, known=False)
    assert at(feed, 200) is None


def test_a_move_to_elsewhere_begins_anew() -> None:
    feed = FEED
    for hours in (0, 24, 47):
        feed = move(feed, hours)
    feed = move(feed, 49, "https://c.example/feed")
    assert (feed.permanent_seen, at(feed, 49)) == (1, None)
    for hours in (60, 72):
        feed = move(feed, hours, "https://c.example/feed")
        assert at(feed, hours) is None
