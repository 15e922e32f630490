"""When pages are read again, and in what state they are meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.clock import stamp
from monitor.read.timing import Condition, after
from monitor.read.types import Failure, FailureKind, Page, Visit, Wanted
from monitor.types import Validators

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
NEW = Condition("waiting", "2026-11-20T00:00:00Z", 0, was_read=False)


def visit(kind: FailureKind | None = None, **more: object) -> Visit:
    result = Failure(kind, "why") if kind is not None else Page(title="T")
    return Visit(Wanted(1, "https://example.org/a", "T"), NOW, more.pop("result", result), **more)  # type: ignore[arg-type]


def history(kind: FailureKind) -> list[tuple[str, timedelta | None]]:
    """States and waits of a page that fails in one way again and again, until it is not tried any more."""
    page, found = NEW, []
    for _ in range(20):
        columns = after(page, visit(kind), NOW, None)
        at = columns["next_at"]
        found.append((columns["state"], None if at is None else datetime.fromisoformat(at) - NOW))
        if at is None:
            return found
        page = Condition(columns["state"], columns["since"], columns["tries"], was_read=False)
    raise AssertionError("it is tried for ever")


@pytest.mark.parametrize(
    ("kind", "states", "tries"),
    [
        ("timeout", {"failing", "given_up"}, 6),
        ("dns", {"failing", "given_up"}, 6),
        ("server_error", {"failing", "given_up"}, 6),
        ("robots_unreachable", {"failing", "given_up"}, 6),
        ("internal", {"failing", "given_up"}, 6),
        ("gone", {"gone"}, 3),
        ("not_found", {"gone"}, 3),
        ("home_page", {"failing", "given_up"}, 3),
        ("robots", {"refused"}, 3),
        ("challenge", {"failing", "given_up"}, 3),
        ("consent", {"failing", "given_up"}, 3),
        ("crashed", {"failing", "given_up"}, 2),
        ("blocked_address", {"refused"}, 1),
        ("not_a_page", {"given_up"}, 1),
        ("too_large", {"given_up"}, 1),
    ],
)
def test_failures_are_tried_again_a_few_times_ever_more_seldom(kind: FailureKind, states: set[str], tries: int) -> None:
    found = history(kind)

    assert {state for state, _ in found} == states
    assert len(found) == tries
    waits = [wait for _, wait in found if wait is not None]
    assert waits == sorted(waits)


def test_a_server_that_asks_for_more_time_gets_it() -> None:
    columns = after(NEW, visit("server_error", retry_after=7200), NOW, None)

    assert columns["next_at"] == stamp(NOW + timedelta(hours=2))


@pytest.mark.parametrize(("again", "next_at"), [(None, None), (timedelta(days=7), "2026-11-28T12:00:00Z")])
def test_a_page_that_was_read_is_left_or_looked_at_again(again: timedelta | None, next_at: str | None) -> None:
    said = after(Condition("failing", "x", 3, was_read=False), visit(validators=Validators("u", "e", "m")), NOW, again)

    assert said["state"] == "read"
    assert said["tries"] == 0
    assert said["next_at"] == next_at
    assert said["since"] == stamp(NOW)
    assert (said["validators_url"], said["etag"], said["last_modified"]) == ("u", "e", "m")


def test_since_when_it_is_so_stays() -> None:
    gone = Condition("gone", "2026-11-01T00:00:00Z", 1, was_read=True)

    assert after(gone, visit("gone"), NOW, None)["since"] == "2026-11-01T00:00:00Z"
    assert after(gone, visit(result=None), NOW, None)["since"] == stamp(NOW)
