"""Who reported on a matter, when, and of those who did not, whether that can be said at all. Pure.

An outlet that did not report is only called silent where its feed was looked at all the time: a feed that failed, was
added late or lost entries between two visits leaves a hole in which it may well have reported, unless its archive was read since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from db.coverage import FollowedFeed
from monitor.clock import stamp
from monitor.pipeline.mutes import Mute

Looking = Literal["yes", "partly", "no", "cannot say"]
Hole = tuple[str, str]

_GRACE = timedelta(hours=1)
"""How long a feed may be overdue, or have come later than others, and still count as looked at."""
_ORDER: dict[Looking, int] = {"yes": 0, "partly": 1, "cannot say": 2, "no": 3}


@dataclass(slots=True)
class Outlet:
    """What is known of one outlet. Times are as stored, UTC."""

    outlet: str
    """Domain, or name where there is none."""
    name: str | None = None
    reported: bool = False
    first_at: str | None = None
    last_at: str | None = None
    first_uid: str | None = None
    first_title: str | None = None
    own_texts: int = 0
    reprints: int = 0
    maybe: int = 0
    """Of these, how many are only maybe related."""
    seeds: int = 0
    """Articles that the seeds are, or list."""
    feeds: list[str] = field(default_factory=list)
    """Its own feeds, by address."""
    looking: Looking = "cannot say"
    """Whether its feed was looked at all through the window."""
    holes: list[Hole] = field(default_factory=list)
    """When it was not."""
    because: str = ""
    muted: bool = False
    """Whether people muted it: then what it reported is not counted, and its silence is theirs."""


def window(feeds: Iterable[FollowedFeed], since: str | None, until: str | None, now: datetime) -> tuple[str, str]:
    """From when to when is asked about: as given, or from the first answer of any feed until now."""
    begun = min((feed.seen_from for feed in feeds if feed.seen_from), default=stamp(now))
    end = min(until or stamp(now), stamp(now))
    return min(since or begun, end), end


def outlets(
    reports: Iterable[Mapping[str, Any]],
    seeds: Iterable[Mapping[str, Any]],
    feeds: Sequence[FollowedFeed],
    asked: tuple[str, str],
    now: datetime,
    mutes: Sequence[Mute] = (),
) -> list[Outlet]:
    """All outlets that reported, the earliest first; then those with a feed of their own that did not; then muted ones."""
    found: dict[str, Outlet] = {}

    def of(key: str, name: str | None) -> Outlet:
        outlet = found.setdefault(key, Outlet(key))
        outlet.name = outlet.name or name
        return outlet

    for report in reports:
        if report["outlet"] is not None:
            _count(of(report["outlet"], report["outlet_name"]), report)
    for feed in feeds:
        if feed.outlet is not None:
            _look(of(feed.outlet, feed.outlet_name), feed, asked, now)
    for seed in seeds:
        if seed["outlet"] in found:
            found[seed["outlet"]].seeds = seed["seeds"]
    for outlet in found.values():
        _say_why(outlet, mutes)
    return sorted(
        found.values(),
        key=lambda o: (
            o.muted and not o.reported,
            not o.reported,
            o.first_at or "",
            0 if o.reported else _ORDER[o.looking],
            (o.name or o.outlet).lower(),
        ),
    )


def _say_why(outlet: Outlet, mutes: Sequence[Mute]) -> None:
    """Of an outlet whose silence means nothing, why that is so."""
    outlet.muted = any(mute.covers_outlet(outlet.name, outlet.outlet) for mute in mutes)
    if outlet.muted:
        outlet.looking, outlet.because = "cannot say", "you muted it"
    elif not outlet.feeds:
        outlet.because = "no feed of its own; seen through others"


def looked(feed: FollowedFeed, asked: tuple[str, str], now: datetime) -> tuple[Looking, list[Hole], str]:
    """Whether a feed was looked at all through a window, when not, and why."""
    start, end = asked
    if feed.seen_from is None:
        return "no", [asked], f"its feed never gave a good answer: {feed.reason}"
    holes = [(*gap, "entries may have been missed between two visits") for gap in feed.gaps]
    if datetime.fromisoformat(feed.seen_from) - datetime.fromisoformat(start) > _GRACE:
        # Feeds that were added together answer one after the other.
        holes.append((start, feed.seen_from, "followed only since then"))
    last = feed.last_success_at or feed.seen_from
    if feed.state in {"failing", "parked"}:
        holes.append((last, end, f"its feed fails: {feed.reason}"))
    elif datetime.fromisoformat(feed.next_poll_at) + _GRACE < now:
        holes.append((last, end, "nobody asked its feed"))
    open_still = [
        (a, b, why) for hole_from, hole_to, why in holes for a, b in _less((hole_from, hole_to), feed.archived)
    ]
    within = [(max(a, start), min(b, end), why) for a, b, why in open_still if max(a, start) < min(b, end)]
    times = sorted((a, b) for a, b, _ in within)
    because = "; ".join(dict.fromkeys(why for _, _, why in within))
    if any(hole == asked for hole in times):
        return "no", [asked], because
    if not _less(asked, feed.archived):
        return "yes", [], ""  # how the feed does now says nothing of then
    if feed.state == "silent":
        return "cannot say", times, feed.reason
    if feed.reason.startswith("Degraded:"):
        return "cannot say", times, "its feed could be read only in part"
    return ("partly" if times else "yes"), times, because


def _less(hole: Hole, archived: Sequence[Hole]) -> list[Hole]:
    """What is left of a hole without the times of which the feed's own archive was read."""
    left = [hole]
    for start, end in archived:
        left = [part for a, b in left for part in ((a, min(b, start)), (max(a, end), b)) if part[0] < part[1]]
    return left


def _count(outlet: Outlet, report: Mapping[str, Any]) -> None:
    """Add an article; they come in the order of their dates."""
    if not outlet.reported:
        outlet.reported = True
        outlet.first_at, outlet.first_uid, outlet.first_title = report["at"], report["uid"], report["title"]
    outlet.last_at = report["at"]
    outlet.reprints += bool(report["is_copy"])
    outlet.own_texts += not report["is_copy"]
    outlet.maybe += report["verdict"] == "maybe"


def _look(outlet: Outlet, feed: FollowedFeed, asked: tuple[str, str], now: datetime) -> None:
    """Add a feed: what was looked at best counts."""
    looking, holes, because = looked(feed, asked, now)
    if not outlet.feeds or _ORDER[looking] < _ORDER[outlet.looking]:
        outlet.looking, outlet.holes, outlet.because = looking, holes, because
    outlet.feeds.append(feed.url)
