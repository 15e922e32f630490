"""When a page is read again, and in what state it is: decided from its state and one attempt alone. Pure.

What may pass is tried again, ever more seldom and a few times only; what will not pass is left. A page that was read is
looked at again when the settings or a person say so, and then it may be gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from monitor.clock import stamp
from monitor.read.types import Failure, FailureKind, Visit

State = Literal["waiting", "read", "failing", "refused", "gone", "given_up"]

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_PASSING = (10 * _MINUTE, 40 * _MINUTE, 3 * _HOUR, 12 * _HOUR, 2 * _DAY)
_SELDOM = (_DAY, 3 * _DAY)
_ONCE_MORE = (_DAY,)
_NEVER: tuple[timedelta, ...] = ()

_TRIES: Mapping[FailureKind, tuple[timedelta, ...]] = {
    **dict.fromkeys(("not_found", "gone", "home_page", "another_page"), (_DAY, 7 * _DAY)),
    **dict.fromkeys(
        ("robots", "forbidden", "unauthorised", "legal", "challenge", "login", "consent", "for_sale"), _SELDOM
    ),
    **dict.fromkeys(("client_error", "redirect", "empty", "memory", "crashed", "encoding"), _ONCE_MORE),
    **dict.fromkeys(("blocked_address", "not_a_page", "too_large", "too_deep", "unreadable"), _NEVER),
}
"""How long to wait after the first failure of a kind, the second, and so on; then it is given up. Others may pass."""
_GONE = frozenset({"not_found", "gone"})
_FORBIDDEN = frozenset({"robots", "blocked_address"})


@dataclass(frozen=True, slots=True)
class Condition:
    """How a page was before an attempt."""

    state: str
    since: str
    tries: int
    was_read: bool
    """Whether it was ever read."""


def after(page: Condition, visit: Visit, now: datetime, again: timedelta | None) -> dict[str, Any]:
    """The columns of a page after an attempt; `again`: after how long a page that was read is looked at again."""
    if isinstance(visit.result, Failure):
        columns = _failed(page, visit.result, visit.retry_after or 0, now)
    else:
        next_at = None if again is None else now + again
        columns = {"state": "read", "reason": "", "tries": 0, "next_at": next_at}
        if visit.validators is not None:
            columns |= {
                "etag": visit.validators.etag,
                "last_modified": visit.validators.last_modified,
                "validators_url": visit.validators.url,
            }
    at = columns["next_at"]
    return {
        **columns,
        "next_at": None if at is None else stamp(at),
        "since": page.since if columns["state"] == page.state else stamp(now),
        "asked_at": stamp(now),
        "claimed_until": None,
    }


def _failed(page: Condition, failure: Failure, wait: int, now: datetime) -> dict[str, Any]:
    waits = _TRIES.get(failure.kind, _PASSING)
    left = page.tries < len(waits)
    if failure.kind in _GONE:
        state: State = "gone"
    elif failure.kind in _FORBIDDEN:
        state = "refused"
    else:
        state = "failing" if left else "given_up"
    next_at = now + max(waits[page.tries], timedelta(seconds=wait)) if left else None
    return {"state": state, "reason": failure.message, "tries": page.tries + 1, "next_at": next_at}
