"""When a feed is asked again, and in which words its condition is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from db.rows import Feed, Source
from monitor.schedule import timing
from monitor.types import Entry, Fetched, FetchFailure, Hints, Parsed, ParseFailure

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
PACE = timing.Pace(interval=3600, min_interval=600, max_interval=86_400)
FEED = Feed(
    source=Source(1, "feed", "https://a.example/feed"),
    interval_s=None,
    etag=None,
    last_modified=None,
    validators_url=None,
    body_hash=None,
    document_at=None,
    entry_policy="guid",
    usual_gap_s=None,
    permanent_url=None,
    permanent_since=None,
    permanent_seen=0,
    state="ok",
    failing_since=None,
    consecutive_failures=0,
    gone_confirmations=0,
    last_success_at=None,
    last_new_item_at=None,
    next_poll_at="2026-11-21T12:00:00Z",
)
OK = Fetched(200, "https://a.example/feed", body=b"x")


def failed(kind: str, retry_after: int | None = None) -> timing.Answer:
    failure = FetchFailure(kind, "It went wrong.")  # type: ignore[arg-type]
    return timing.Answer(Fetched(None, "", failure=failure, retry_after=retry_after), None)


def wait(columns: dict[str, object]) -> float:
    return (datetime.fromisoformat(str(columns["next_poll_at"])) - NOW).total_seconds()


@pytest.mark.parametrize(
    ("kind", "failures", "expected"),
    [
        ("timeout", 0, 900),
        ("timeout", 1, 1800),
        ("server_error", 3, 7200),
        ("dns", 0, 1800),
        ("not_found", 0, 3600),
        ("not_found", 1, 7200),
        ("not_found", 9, 86_400),
        ("forbidden", 0, 14_400),
        ("challenge", 1, 28_800),
        ("timeout", 500, 86_400),
    ],
)
def test_failures_back_off_by_their_kind_up_to_the_ceiling(kind: str, failures: int, expected: float) -> None:
    feed = replace(FEED, consecutive_failures=failures)
    columns = timing.after_failure(feed, failed(kind), PACE, NOW, 0.0)
    assert wait(columns) == expected
    assert columns["state"] == "failing"
    assert str(columns["next_reason"]).startswith(f"it failed {failures + 1} time")


@pytest.mark.parametrize("kind", ["not_found", "dns", "forbidden", "server_error"])
def test_what_has_failed_for_a_month_is_asked_once_a_week(kind: str) -> None:
    feed = replace(FEED, consecutive_failures=30, failing_since="2026-10-20T12:00:00Z")
    columns = timing.after_failure(feed, failed(kind), PACE, NOW, 0.0)
    assert wait(columns) == 7 * 86_400
    assert columns["state"] == "failing"
    assert columns["next_reason"] == "it has failed for 32 days, so it is asked once a week"


def test_an_exact_interval_is_kept_by_failures_too() -> None:
    feed = replace(FEED, interval_s=1800, consecutive_failures=7)
    assert wait(timing.after_failure(feed, failed("timeout"), PACE, NOW, 0.9)) == 1800


def test_only_retry_after_delays_an_exact_interval() -> None:
    feed = replace(FEED, interval_s=1800)
    assert wait(timing.after_failure(feed, failed("too_many_requests", 604_800), PACE, NOW, 0.9)) == 604_800


def test_gone_parks_after_confirmations_and_is_asked_once_a_week() -> None:
    feed = FEED
    states = []
    for _ in range(3):
        columns = timing.after_failure(feed, failed("gone"), PACE, NOW, 0.0)
        states.append(columns["state"])
        feed = replace(
            feed, gone_confirmations=columns["gone_confirmations"], consecutive_failures=columns["consecutive_failures"]
        )
    assert states == ["failing", "failing", "parked"]
    assert wait(columns) == 7 * 86_400


def test_not_found_does_not_count_as_gone() -> None:
    feed = replace(FEED, gone_confirmations=2)
    columns = timing.after_failure(feed, failed("not_found"), PACE, NOW, 0.0)
    assert (columns["state"], columns["gone_confirmations"]) == ("failing", 0)


def test_failing_since_is_the_first_failure() -> None:
    feed = replace(FEED, failing_since="2026-11-01T00:00:00Z")
    assert timing.after_failure(feed, failed("dns"), PACE, NOW, 0.0)["failing_since"] == "2026-11-01T00:00:00Z"


@pytest.mark.parametrize(
    ("fetched", "hints", "expected"),
    [
        (OK, Hints(), 3600),
        (OK, Hints(ttl=7200), 7200),
        (OK, Hints(ttl=60), 3600),
        (OK, Hints(ttl=10**9), 86_400),
        (replace(OK, max_age=10_800), Hints(), 10_800),
        (replace(OK, retry_after=200_000), Hints(), 200_000),
    ],
)
def test_hints_are_followed_within_floor_and_ceiling(fetched: Fetched, hints: Hints, expected: float) -> None:
    answer = timing.Answer(fetched, Parsed("rss20", entries=(), hints=hints), "h")
    assert wait(timing.after_success(FEED, answer, 0, PACE, NOW, 0.0)) == expected


@pytest.mark.parametrize(
    ("feed", "most"),
    [
        (replace(FEED, last_success_at="2026-11-21T11:00:00Z"), 1.1),
        (FEED, 1.5),  # a first visit: others had theirs at the same moment
        (
            replace(FEED, last_success_at="2026-11-21T01:00:00Z", next_poll_at="2026-11-21T02:00:00Z"),
            1.5,
        ),  # after a sleep
    ],
)
def test_jitter_only_ever_delays_and_spreads_what_was_asked_together(feed: Feed, most: float) -> None:
    answer = timing.Answer(OK, Parsed("rss20"), "h")
    plain = wait(timing.after_success(feed, answer, 0, PACE, NOW, 0.0))
    waits = [wait(timing.after_success(feed, answer, 0, PACE, NOW, chance)) for chance in (0.5, 0.99)]
    assert plain < waits[0] < waits[1] <= plain * most + 1
    assert waits[1] > plain * (most - 0.02)


def test_validators_are_kept_only_with_a_good_document() -> None:
    from monitor.types import Validators

    fetched = replace(OK, validators=Validators("https://a.example/feed", etag='"1"'))
    bad = timing.Answer(fetched, ParseFailure("empty", "The answer is empty."), "h")
    assert bad.outcome == "failed"
    assert "etag" not in timing.after_failure(FEED, bad, PACE, NOW, 0.0)
    assert timing.after_success(FEED, timing.Answer(fetched, Parsed("rss20"), "h"), 0, PACE, NOW, 0.0)["etag"] == '"1"'


def dated(*hours: int) -> tuple[Entry, ...]:
    return tuple(
        Entry(None, None, str(h), published_at=(NOW - timedelta(hours=h)).strftime("%Y-%m-%dT%H:%M:%SZ")) for h in hours
    )


@pytest.mark.parametrize(
    ("ages", "state", "problem"),
    [
        ((1, 9, 17, 25), "ok", None),
        ((30, 38, 46, 54), "quiet", None),
        ((49, 57, 65, 73), "silent", "silent"),
        ((), "quiet", "no_entries"),
    ],
)
def test_a_feed_that_brings_nothing_for_long_is_told_from_one_that_works(
    ages: tuple[int, ...], state: str, problem: str | None
) -> None:
    answer = timing.Answer(OK, Parsed("rss20", entries=dated(*ages)), "h")
    after = timing.after_success(FEED, answer, len(ages), PACE, NOW, 0.0)
    assert (after["state"], after["problem"]) == (state, problem)


@pytest.mark.parametrize(
    ("added", "gap", "still", "state"),
    [
        (0, 48, 13, "ok"),  # the first morning: the night before is not in the document
        (0, 48, 14, "ok"),
        (3, 48, 14, "quiet"),
        (5, 48, 14, "silent"),
        (0, 48, 47, "quiet"),
        (0, 48, 49, "silent"),
        (0, 1200, 49, "ok"),
        (0, 1200, 121, "silent"),
        (20, 48, 5, "silent"),  # froze while it was watched
        (20, 48, 4, "quiet"),
    ],
)
def test_a_silence_before_the_first_visit_has_to_be_long(added: float, gap: int, still: int, state: str) -> None:
    first = NOW - timedelta(hours=still)
    entries = tuple(
        Entry(None, None, str(n), published_at=f"{first - n * timedelta(minutes=gap):%Y-%m-%dT%H:%M:%SZ}")
        for n in range(12)
    )
    answer = timing.Answer(OK, Parsed("rss20", entries=entries), "h")
    feed = replace(FEED, added_at=f"{NOW - timedelta(hours=added):%Y-%m-%dT%H:%M:%SZ}")
    if added:
        newest = entries[0].published_at
        feed = replace(feed, last_success_at="2026-11-21T11:00:00Z", last_new_item_at=newest)
    after = timing.after_success(feed, answer, 0 if added else 12, PACE, NOW, 0.0)
    assert after["state"] == state


def test_entries_of_known_articles_are_news_of_a_feed_unless_they_are_the_old_ones() -> None:
    feed = replace(FEED, last_success_at="2026-11-21T11:00:00Z", last_new_item_at="2026-11-21T06:00:00Z")
    for ages, news in (((1, 2, 3, 4), "2026-11-21T12:00:00Z"), ((7, 8, 9, 10), "2026-11-21T06:00:00Z")):
        answer = timing.Answer(OK, Parsed("rss20", entries=dated(*ages)), "h")
        assert timing.after_success(feed, answer, 0, PACE, NOW, 0.0, joined=4)["last_new_item_at"] == news


def test_an_emptied_feed_is_told_from_one_that_never_had_anything() -> None:
    empty = timing.Answer(OK, Parsed("rss20", skipped=2), "h")
    after = timing.after_success(replace(FEED, last_new_item_at="2026-11-21T11:00:00Z"), empty, 0, PACE, NOW, 0.0)
    assert (after["state"], after["problem"]) == ("silent", "no_entries")
    assert after["reason"] == "Empty feed: It answers, but lists no entries that can be read (2 cannot) any more."


def test_a_move_is_said_as_long_as_nothing_worse_is() -> None:
    answer = timing.Answer(replace(OK, permanent_url="https://b.example/?token=hunter2"), None, "h")
    after = timing.after_success(FEED, answer, 0, PACE, NOW, 0.0)
    assert (after["state"], after["problem"]) == ("ok", "moved")
    assert after["reason"] == "Moved: It answers from https://b.example/?token=*** now, for good."
    silent = replace(FEED, usual_gap_s=3600, last_new_item_at="2026-11-18T12:00:00Z")
    assert timing.after_success(silent, answer, 0, PACE, NOW, 0.0)["problem"] == "silent"


def test_silence_is_noticed_when_the_server_only_says_not_modified() -> None:
    feed = replace(
        FEED,
        usual_gap_s=3600,
        last_new_item_at="2026-11-18T12:00:00Z",
        last_success_at="2026-11-20T12:00:00Z",
        added_at="2026-11-18T00:00:00Z",
    )
    columns = timing.after_success(feed, timing.Answer(Fetched(304, ""), None), 0, PACE, NOW, 0.0)
    assert columns["state"] == "silent"
    assert columns["problem"] == "silent"
    assert columns["reason"] == "Silent: It answers, but has brought nothing for 3 days; usually every hour."


def test_a_salvaged_document_says_so() -> None:
    answer = timing.Answer(
        OK, Parsed("rss20", entries=dated(1), degraded="the document breaks off after 3 entries"), "h"
    )
    assert (
        timing.after_success(FEED, answer, 1, PACE, NOW, 0.0)["reason"]
        == "Degraded: the document breaks off after 3 entries"
    )


@pytest.mark.parametrize("answer", [timing.Answer(Fetched(304, ""), None), timing.Answer(OK, None, "h")])
def test_what_was_said_of_a_document_holds_until_it_changes(answer: timing.Answer) -> None:
    for problem in ("degraded", "no_entries"):
        feed = replace(FEED, problem=problem)
        assert not timing.after_success(feed, answer, 0, PACE, NOW, 0.0).keys() & {"state", "problem", "reason"}
    failing = replace(FEED, state="failing", problem="timeout", consecutive_failures=2)
    after = timing.after_success(failing, answer, 0, PACE, NOW, 0.0)
    assert (after["state"], after["problem"], after["reason"]) == ("ok", None, "Answers.")


@pytest.mark.parametrize("problem", ["degraded", "no_entries"])
def test_after_a_failure_such_a_document_is_asked_for_in_full(problem: str) -> None:
    after = timing.after_failure(replace(FEED, problem=problem, etag='"1"', body_hash="h"), failed("dns"), PACE, NOW, 0)
    assert (after["etag"], after["validators_url"], after["body_hash"], after["problem"]) == (None, None, None, "dns")
    assert "etag" not in timing.after_failure(replace(FEED, etag='"1"'), failed("dns"), PACE, NOW, 0)


def test_a_feed_that_is_another_one_is_parked_and_keeps_nothing_of_the_answer() -> None:
    feed = replace(FEED, state="failing", consecutive_failures=2)
    answer = timing.Answer(replace(OK, permanent_url="https://b.example/feed"), Parsed("rss20", entries=dated(1)), "h")

    columns = timing.after_twin(answer, "https://b.example/feed", feed, PACE, NOW)

    assert (columns["state"], columns["failing_since"], columns["consecutive_failures"]) == ("parked", None, 0)
    assert "https://b.example/feed" in columns["reason"]
    assert columns["permanent_url"] == "https://b.example/feed"
    assert not columns.keys() & {"body_hash", "etag", "last_success_at", "document_at"}


def test_a_permanent_move_is_noted_and_counted_and_forgotten() -> None:
    moved = timing.Answer(replace(OK, permanent_url="https://b.example/feed"), Parsed("rss20"), "h")
    first = timing.after_success(FEED, moved, 0, PACE, NOW, 0.0)
    assert (first["permanent_url"], first["permanent_seen"]) == ("https://b.example/feed", 1)
    feed = replace(FEED, permanent_url="https://b.example/feed", permanent_seen=1)
    assert timing.after_success(feed, moved, 0, PACE, NOW, 0.0)["permanent_seen"] == 2
    assert (
        timing.after_success(feed, timing.Answer(OK, Parsed("rss20"), "h"), 0, PACE, NOW, 0.0)["permanent_url"] is None
    )
