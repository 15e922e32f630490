"""Whether the monitor does its work, for programs that watch programs: what a person has to look at, or nothing.

Stricter than the verdict of `status` on a daemon that hangs, and more patient with an outage of the network. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from db.health import Health
from monitor.deliver.moments import ago, parse, since
from monitor.deliver.verdict import missing, stopped

HANGS_AFTER = timedelta(minutes=3)
"""A daemon leaves a mark every 20 seconds, and waits a minute and a half for a locked database."""
OUTAGE = timedelta(days=1)
"""Only after that long without any good answer are feeds that fail more than an outage that will pass (`db.health` counts so)."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What can be seen of the monitor besides its figures."""

    daemon: bool | None = False
    """Whether a daemon runs; None when that cannot be told."""
    last_beat_at: datetime | None = None
    """When it last did its work."""
    unwritable: str | None = None
    """Why the database cannot be written."""


def complaints(health: Health, signs: Signs, now: datetime) -> Iterator[str]:
    """What is wrong, each in a sentence; nothing when the monitor does its work."""
    if lacking := missing(health):
        yield _sentence(lacking)
        return
    if signs.unwritable:
        yield f"Nothing can be stored: {signs.unwritable}."
    if signs.daemon and signs.last_beat_at is not None and now - signs.last_beat_at > HANGS_AFTER:
        yield f"The daemon runs, but has done nothing since {since(signs.last_beat_at, now)}. Its log says more."
    elif idle := stopped(health, now):
        yield _sentence(idle)
    answered = parse(last) if (last := health.last_success_at or health.broken_since) else now
    if health.broken == health.feeds and now - answered > OUTAGE:
        yield f"No feed has given a good answer since {since(answered, now)} ({ago(answered, now)}); all {health.feeds} fail."
    elif 2 * health.broken_long >= health.feeds:
        start = f", the first since {since(parse(health.broken_since), now)}" if health.broken_since else ""
        yield (
            f"{health.broken_long} of {health.feeds} feeds have given no good answer for a day{start}."
            " `seedwatch doctor` says what to do."
        )


def _sentence(detail: str) -> str:
    return detail[:1].upper() + detail[1:]
