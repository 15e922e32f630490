"""Quality and heat, as the seed format has them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.deliver.worth import OVER, heat, quality, with_worth

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ROW: dict[str, Any] = {
    "origin": "feed",
    "relevance": 0.82,
    "quality": None,
    "heat": None,
    "excerpt": "Words",
    "body": None,
    "images": [],
    "publishedDateTime": "2026-11-20T08:00:00Z",
    "provider": {"name": "Outlet"},
    "topics": ["Surveillance"],
    "first_seen_at": "2026-11-20T09:00:00Z",
    "covered_until": None,
    "outlets": None,
}


def test_quality_is_relevance_and_how_much_there_is_to_read() -> None:
    assert quality(ROW) == 82 + 10 + 10 + 5 + 5
    assert quality({**ROW, "relevance": None, "excerpt": None, "topics": []}) == 15


@pytest.mark.parametrize(
    ("day", "covered_until", "outlets", "expected"),
    [
        ("2026-11-21", None, None, 100),
        ("2026-11-19", None, None, 100),
        ("2026-11-15", None, None, 50),
        ("2026-11-11", None, None, 25),
        ("2026-11-05", None, None, OVER),
        ("2026-11-05", "2026-11-20T10:00:00Z", 6, 100),
        ("2026-11-05", "2026-11-10T10:00:00Z", 6, 50),
        ("2019-01-01", None, 400, OVER),
    ],
)
def test_heat_cools_with_age_and_slower_where_many_report(
    day: str, covered_until: str | None, outlets: int | None, expected: int
) -> None:
    seen = f"{day}T09:00:00Z"
    row = {**ROW, "publishedDateTime": seen, "first_seen_at": seen, "covered_until": covered_until, "outlets": outlets}

    assert heat(row, 100, NOW) == expected


def test_what_is_found_today_and_older_is_not_fresh() -> None:
    assert (
        heat({**ROW, "publishedDateTime": "2020-07-21T00:00:00Z", "first_seen_at": "2026-11-21T09:00:00Z"}, 90, NOW)
        == OVER
    )


def test_what_was_said_stands_and_seeds_are_left_alone() -> None:
    said = {**ROW, "quality": 7, "heat": OVER}
    seed = {**ROW, "origin": "seed"}

    assert [(row["quality"], row["heat"]) for row in with_worth([said, seed, ROW], NOW)] == [
        (7, OVER),
        (None, None),
        (112, 112),
    ]
