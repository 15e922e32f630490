"""Whether the monitor works, in one sentence that the command line and the pages share. Pure.

"Nothing new" and "broken" never look the same: the first word says which it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from db.health import Health
from monitor.deliver.moments import ago, parse, since

__all__ = ["Health", "Verdict", "missing", "stopped", "verdict"]

State = Literal["Working", "Working in part", "Not working", "Nothing to do yet"]

_PATIENCE = timedelta(minutes=10)
"""How long a feed may be overdue in any case: a long round, a laptop that wakes up."""
_LONGEST = timedelta(days=1)
"""How long at most: feeds that are asked once a day would be two days overdue before anybody was told."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The one line. `ok` is false when somebody has to do something.

    That is: nobody polls, half of the feeds are broken, or none brings anything any more.
    """

    ok: bool
    state: State
    detail: str

    @property
    def wrong(self) -> bool:
        """Whether something does not work that should; that there is nothing to do yet is no fault."""
        return not self.ok and self.state != "Nothing to do yet"

    @property
    def line(self) -> str:
        """State and detail as one line."""
        return f"{self.state}{'.' if self.ok else ':'} {self.detail}"


def verdict(health: Health, now: datetime) -> Verdict:
    """The verdict at `now`, an aware time whose zone is the one that days and hours are named in."""
    if lacking := missing(health):
        return Verdict(ok=False, state="Nothing to do yet", detail=lacking)
    if idle := stopped(health, now):
        return Verdict(ok=False, state="Not working", detail=idle)
    if health.broken == health.feeds:
        return Verdict(ok=False, state="Not working", detail=_all_broken(health, now))
    barren = health.broken + health.silent + health.empty >= health.feeds - health.doubled
    in_part = 2 * health.broken >= health.feeds or barren
    detail = f"{_feeds(health, now)} {_items(health)} {_last_related(health, now)}"
    return Verdict(ok=not in_part, state="Working in part" if in_part else "Working", detail=detail)


def missing(health: Health) -> str | None:
    """What has to be there before there is anything to do."""
    if not health.feeds and not health.seeds:
        return "there are no feeds and no seeds. `seedwatch init --example` writes a folder to start from."
    if not health.feeds:
        return "there are no feeds. `seedwatch feeds add URL` adds one."
    if not health.seeds:
        return "there are no seeds to compare with. `seedwatch add URL` makes an article a seed."
    return None


def stopped(health: Health, now: datetime) -> str | None:
    """Why it looks as if nobody polls: something has been due for twice as long again as the shortest wait, or for a day."""
    if health.last_attempt_at is None:
        what = "the only feed was never" if health.feeds == 1 else f"none of {health.feeds:,} feeds was ever"
        return f"{what} checked. `seedwatch run` does it, once there is a network."
    last = parse(health.last_attempt_at)
    due = parse(health.due_at) if health.due_at else now
    patience = max(_PATIENCE, min(_LONGEST, 2 * timedelta(seconds=health.shortest_wait_s or 0)))
    if now - due <= patience or now - last <= _PATIENCE:
        return None
    return f"no feed was checked since {since(last, now)} ({ago(last, now)}). Is `seedwatch run` running?"


def _all_broken(health: Health, now: datetime) -> str:
    what = "the only feed fails" if health.feeds == 1 else f"all {health.feeds} feeds fail"
    start = f" since {since(parse(health.broken_since), now)}" if health.broken_since else ""
    return f"{what}{start}. Is this machine online? `seedwatch doctor` says more."


def _feeds(health: Health, now: datetime) -> str:
    answering = health.feeds - health.broken - health.untried - health.doubled
    last = ago(parse(health.last_attempt_at), now) if health.last_attempt_at else "never"
    parts = [f"{answering} of {_count(health.feeds, 'feed')} {_verb(answering, 'answer')}, last checked {last}"]
    if health.broken:
        which = "the first " if health.broken > 1 else ""
        start = f" {which}since {since(parse(health.broken_since), now)}" if health.broken_since else ""
        parts.append(f"{health.broken} broken{',' if which and start else ''}{start}")
    others = {
        "silent": health.silent,
        "empty": health.empty,
        "read only in part": health.degraded,
        "moved": health.moved,
        "the same as another": health.doubled,
    }
    parts += [f"{number} {word}" for word, number in others.items() if number]
    if health.untried:
        parts.append(f"{health.untried} not checked yet")
    return "; ".join(parts) + "."


def _items(health: Health) -> str:
    if not health.items_24h and not health.likely_24h and not health.maybe_24h:
        return "No new items in the last 24 hours."
    items = f"{_count(health.items_24h, 'new item')} in the last 24 hours"
    if health.likely_24h or health.maybe_24h:
        return f"{items}, {health.likely_24h:,} likely and {health.maybe_24h:,} maybe related."
    return f"{items}, none related."


def _last_related(health: Health, now: datetime) -> str:
    if health.last_likely_at is None:
        return "Nothing likely related was found so far."
    return f"Last related: {ago(parse(health.last_likely_at), now)}."


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' if number != 1 else ''}"


def _verb(number: int, verb: str) -> str:
    return f"{verb}s" if number == 1 else verb
