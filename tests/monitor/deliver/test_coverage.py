"""Whether silence can be told from not looking."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from db.coverage import FollowedFeed
from monitor.deliver.coverage import looked, outlets, window

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ASKED = ("2026-11-01T00:00:00Z", "2026-11-21T12:00:00Z")
WELL = FollowedFeed(
    url="https://a.example/feed",
    name="A",
    state="ok",
    reason="Answers.",
    last_success_at="2026-11-21T11:30:00Z",
    next_poll_at="2026-11-21T12:30:00Z",
    seen_from="2026-10-01T00:00:00Z",
    outlet="a.example",
    outlet_name="A",
    entries=100,
    gaps=(),
)


@pytest.mark.parametrize(
    ("changes", "looking", "holes", "because"),
    [
        ({}, "yes", [], ""),
        ({"state": "quiet", "reason": "Answers; nothing new for 2 days; usually every 1 hour."}, "yes", [], ""),
        ({"seen_from": "2026-11-01T00:40:00Z"}, "yes", [], ""),
        ({"gaps": (("2026-10-03T00:00:00Z", "2026-10-04T00:00:00Z"),)}, "yes", [], ""),
        (
            {"seen_from": "2026-11-10T00:00:00Z"},
            "partly",
            [("2026-11-01T00:00:00Z", "2026-11-10T00:00:00Z")],
            "followed only since then",
        ),
        (
            {
                "seen_from": "2026-11-10T00:00:00Z",
                "gaps": (("2026-11-12T00:00:00Z", "2026-11-13T00:00:00Z"),),
                "archived": (("2026-10-01T00:00:00Z", "2026-11-20T00:00:00Z"),),
            },
            "yes",
            [],
            "",
        ),
        (
            {
                "seen_from": "2026-11-10T00:00:00Z",
                "archived": (("2026-11-03T00:00:00Z", "2026-11-05T00:00:00Z"),),
            },
            "partly",
            [
                ("2026-11-01T00:00:00Z", "2026-11-03T00:00:00Z"),
                ("2026-11-05T00:00:00Z", "2026-11-10T00:00:00Z"),
            ],
            "followed only since then",
        ),
        (
            {"gaps": (("2026-11-03T00:00:00Z", "2026-11-04T00:00:00Z"),)},
            "partly",
            [("2026-11-03T00:00:00Z", "2026-11-04T00:00:00Z")],
            "entries may have been missed between two visits",
        ),
        (
            {"state": "failing", "reason": "The server answered 500.", "last_success_at": "2026-11-20T00:00:00Z"},
            "partly",
            [("2026-11-20T00:00:00Z", "2026-11-21T12:00:00Z")],
            "its feed fails: The server answered 500.",
        ),
        (
            {"state": "parked", "reason": "Gone.", "last_success_at": "2026-10-20T00:00:00Z"},
            "no",
            [ASKED],
            "its feed fails: Gone.",
        ),
        (
            {"next_poll_at": "2026-11-19T12:00:00Z", "last_success_at": "2026-11-19T11:00:00Z"},
            "partly",
            [("2026-11-19T11:00:00Z", "2026-11-21T12:00:00Z")],
            "nobody asked its feed",
        ),
        (
            {"seen_from": None, "reason": "A login page."},
            "no",
            [ASKED],
            "its feed never gave a good answer: A login page.",
        ),
        ({"state": "silent", "reason": "Answers, but nothing new."}, "cannot say", [], "Answers, but nothing new."),
        ({"reason": "Degraded: cut off"}, "cannot say", [], "its feed could be read only in part"),
    ],
)
def test_one_feed(changes: dict[str, Any], looking: str, holes: list[Any], because: str) -> None:
    assert looked(replace(WELL, **changes), ASKED, NOW) == (looking, holes, because)


def test_the_feed_that_was_looked_at_best_counts() -> None:
    broken = replace(WELL, url="https://a.example/other", state="failing", last_success_at="2026-11-20T00:00:00Z")
    for feeds in ([WELL, broken], [broken, WELL]):
        (found,) = outlets([], [], feeds, ASKED, NOW)
        assert (found.looking, found.holes, len(found.feeds)) == ("yes", [], 2)


def test_those_who_reported_come_first_then_those_whose_silence_counts() -> None:
    others = [
        replace(WELL, url=f"https://{name}.example/", outlet=name, outlet_name=name, **changes)
        for name, changes in (("gone", {"seen_from": None}), ("still", {}), ("odd", {"state": "silent"}), ("late", {}))
    ]
    said = {"outlet": "late", "outlet_name": None, "uid": "u", "title": "t", "verdict": "likely"}
    reports = [{**said, "at": f"2026-11-0{day}T00:00:00Z", "is_copy": day == 3} for day in (2, 3)]
    found = outlets(reports, [{"outlet": "still", "outlet_name": None, "seeds": 2}], others, ASKED, NOW)

    assert [outlet.outlet for outlet in found] == ["late", "still", "odd", "gone"]
    assert (found[0].first_at, found[0].last_at) == ("2026-11-02T00:00:00Z", "2026-11-03T00:00:00Z")
    assert (found[0].own_texts, found[0].reprints) == (1, 1)
    assert found[1].seeds == 2


@pytest.mark.parametrize(
    ("since", "until", "asked"),
    [
        (None, None, ("2026-10-01T00:00:00Z", "2026-11-21T12:00:00Z")),
        ("2026-11-01T00:00:00Z", None, ("2026-11-01T00:00:00Z", "2026-11-21T12:00:00Z")),
        (None, "2027-01-01T00:00:00Z", ("2026-10-01T00:00:00Z", "2026-11-21T12:00:00Z")),
        ("2026-12-01T00:00:00Z", None, ("2026-11-21T12:00:00Z", "2026-11-21T12:00:00Z")),
    ],
)
def test_windows(since: str | None, until: str | None, asked: tuple[str, str]) -> None:
    assert window([WELL, replace(WELL, seen_from=None)], since, until, NOW) == asked
