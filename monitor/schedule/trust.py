"""Whether what a server says of itself is believed: that nothing changed, and that a feed has moved for good. Pure.

Some servers answer 304 for ever, or keep the entity tag of a document that has changed. So every so many requests the document
is asked for without conditions, and who was caught is asked that way for a while. A move is taken up only after days in which it
was said again and again, where the feed that answers there is the one that was read before; and it is looked at again.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from db.rows import Feed
from monitor.types import Fetched

WHOLE_EVERY = 24
"""Of so many requests one is without conditions."""
_DOUBT = timedelta(days=7)
"""For how long a server that was caught is not asked whether anything changed."""
MOVED_TIMES = 3
MOVED_FOR = timedelta(days=2)
"""How often, and over how long, a move has to be said."""
LOOK_BACK = timedelta(days=7)
"""How often the address in the settings is asked whether it still leads there."""


def asks_conditionally(feed: Feed, now: str) -> bool:
    """Whether the validators that a feed gave are sent to it."""
    doubted = feed.doubted_until is not None and feed.doubted_until > now
    return feed.validators_url is not None and not doubted and feed.conditional < WHOLE_EVERY - 1


def after(feed: Feed, fetched: Fetched, news: int, asked_at: str, now: datetime) -> dict[str, Any]:
    """What an answer that was good says of the server's word; `news` are entries in it that the feed had not brought."""
    if fetched.not_modified:
        return {"conditional": feed.conditional + 1}
    columns: dict[str, Any] = {"conditional": 0}
    if news and feed.validators_url is not None and not asks_conditionally(feed, asked_at) and _lied(feed, fetched):
        columns["doubted_until"] = _text(now + _DOUBT)
    return columns


def _lied(feed: Feed, fetched: Fetched) -> bool:
    """Whether a document with news still has the validators of the one before, or is older than the last 304."""
    given = fetched.validators
    if given is None:
        return False
    same_tag = feed.etag is None or feed.etag == given.etag
    if same_tag and given.last_modified == feed.last_modified and (given.etag or given.last_modified):
        return True
    changed = _date(given.last_modified)
    told = datetime.fromisoformat(feed.last_success_at) if feed.last_success_at else None
    return feed.conditional > 0 and changed is not None and told is not None and changed < told - timedelta(minutes=1)


def address_asked(feed: Feed, now: str) -> str | None:
    """Where a feed is asked instead of at its address in the settings; None where that is asked."""
    if feed.adopted_url is None or feed.adopted_at is None or _text(_moment(feed.adopted_at) + LOOK_BACK) <= now:
        return None
    return feed.adopted_url


def moved(feed: Feed, fetched: Fetched, *, known: bool, asked_at: str, now: datetime) -> dict[str, Any]:
    """Note where a feed says it has moved for good, and take it up when that is certain.

    `known`: what answers there is the feed that was read before.
    """
    at = address_asked(feed, asked_at)
    if at is not None and fetched.permanent_url is None:
        return {}  # the new address was asked and answers: nothing is said of the old one
    if fetched.permanent_url is None:
        back = {"adopted_url": None, "adopted_at": None} if feed.adopted_url else {}
        return back | (
            {"permanent_url": None, "permanent_since": None, "permanent_seen": 0} if feed.permanent_url else {}
        )
    if fetched.permanent_url != feed.permanent_url:
        return {"permanent_url": fetched.permanent_url, "permanent_since": _text(now), "permanent_seen": 1}
    columns: dict[str, Any] = {"permanent_seen": feed.permanent_seen + 1}
    since = datetime.fromisoformat(feed.permanent_since) if feed.permanent_since else now
    if known and feed.permanent_seen + 1 >= MOVED_TIMES and now - since >= MOVED_FOR:
        columns |= {"adopted_url": fetched.permanent_url, "adopted_at": _text(now)}
    return columns


def _date(value: str | None) -> datetime | None:
    try:
        date = parsedate_to_datetime(value or "")
        return date if date.tzinfo else date.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _moment(value: str) -> datetime:
    return datetime.fromisoformat(value)


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
