"""When a feed is asked again, and how it is doing: decided from its state and its answer alone. Pure.

A good answer brings the feed back after its interval, within what the feed hints at and the settings allow. Failures back
off, are named, and are never given up in silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from db.rows import Feed
from monitor import trouble
from monitor.schedule.condition import OF_THE_DOCUMENT, Document, Silence, condition
from monitor.schedule.rhythm import Rhythm, learned, of_dates
from monitor.types import Fetched, Parsed, ParseFailure

GONE_CONFIRMATIONS = 3
PARKED_INTERVAL_S = 7 * 86_400
"""A feed that is gone is still asked once a week."""
_JITTER = 0.1
_TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class Pace:
    """The settings that bear on timing; seconds."""

    interval: float
    min_interval: float
    max_interval: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What asking a feed brought, before it is stored."""

    fetched: Fetched
    parsed: Parsed | ParseFailure | None
    """None when there was nothing to parse: a failure, a 304, or the same body as last time."""
    body_hash: str | None = None

    @property
    def error(self) -> tuple[str, str] | None:
        """Kind of what went wrong, if anything did, and a sentence on it with its name in front."""
        if self.fetched.failure is not None:
            kind, message = self.fetched.failure.kind, self.fetched.failure.message
            return kind, trouble.named(kind, message)
        if isinstance(self.parsed, ParseFailure):
            kind_of_document = trouble.of_document(self.parsed.kind)
            return self.parsed.kind, trouble.named(kind_of_document, self.parsed.message)
        return None

    @property
    def problem(self) -> str | None:
        """The same kind, as a word that no other kind has."""
        if self.fetched.failure is None and isinstance(self.parsed, ParseFailure):
            return trouble.of_document(self.parsed.kind)
        return self.error[0] if self.error else None

    @property
    def document(self) -> Document:
        """What the answer says of how the feed is doing."""
        parsed = self.parsed if isinstance(self.parsed, Parsed) else None
        return Document(parsed, self.fetched.permanent_url)

    @property
    def outcome(self) -> str:
        """In one word: failed, not_modified, unchanged or parsed."""
        if self.error:
            return "failed"
        return "not_modified" if self.fetched.not_modified else "parsed" if self.parsed else "unchanged"


def after_failure(feed: Feed, answer: Answer, pace: Pace, now: datetime, chance: float) -> dict[str, Any]:
    """The columns of a feed after a failed attempt; `chance` is in [0, 1)."""
    kind, message = answer.error or ("network", "failed")
    failures = feed.consecutive_failures + 1
    gone = feed.gone_confirmations + 1 if kind == "gone" else 0
    parked = gone >= GONE_CONFIRMATIONS
    if feed.interval_s is not None:
        wait = float(feed.interval_s)
    elif parked:
        wait = PARKED_INTERVAL_S
    else:
        wait = min(pace.interval * 2 ** min(failures - 1, 16), max(pace.max_interval, pace.interval))
        wait *= 1 + _JITTER * chance
    if answer.fetched.retry_after is not None:
        wait = max(wait, float(answer.fetched.retry_after))
    again: dict[str, Any] = {}
    if feed.problem in OF_THE_DOCUMENT:
        # What was said of the document is forgotten with this failure: it has to be sent, and read, again.
        again = dict.fromkeys(("etag", "last_modified", "validators_url", "body_hash"))
    return {
        **again,
        "state": "parked" if parked else "failing",
        "problem": answer.problem or kind,
        "reason": f"{message} Asked once a week from now on." if parked else message,
        "failing_since": feed.failing_since or _text(now),
        "consecutive_failures": failures,
        "gone_confirmations": gone,
        "last_attempt_at": _text(now),
        "next_poll_at": _text(now + timedelta(seconds=wait)),
        "claimed_until": None,
    }


def after_twin(answer: Answer, twin: str, feed: Feed, pace: Pace, now: datetime) -> dict[str, Any]:
    """The columns of a feed that redirects to where another one is read: it is only looked at again.

    Rarely, when it says that this is for good; else it may have entries of its own again any time.
    """
    for_good = answer.fetched.permanent_url is not None
    wait = max(pace.max_interval, pace.interval) if for_good else interval(feed, answer.fetched, None, pace)
    return {
        "state": "parked",
        "problem": "same",
        "reason": f"It redirects{'' if for_good else ', for now,'} to the same feed as {twin}, which is read instead."
        f" {'Remove one of the two.' if for_good else 'If it stays so, remove one of the two.'}",
        "failing_since": None,
        "consecutive_failures": 0,
        "gone_confirmations": 0,
        "last_attempt_at": _text(now),
        "next_poll_at": _text(now + timedelta(seconds=wait)),
        "claimed_until": None,
        "answered_from": None,
        **_moved(feed, answer.fetched, now),
    }


def after_success(
    feed: Feed, answer: Answer, new_items: int, pace: Pace, now: datetime, chance: float, joined: int = 0
) -> dict[str, Any]:
    """The columns of a feed after a good answer, validators included.

    `new_items` are articles that nobody had brought, `joined` entries that this feed had not.
    """
    fetched, parsed = answer.fetched, answer.parsed if isinstance(answer.parsed, Parsed) else None
    wait = interval(feed, fetched, parsed, pace) * (1 + (0 if feed.interval_s else _JITTER * chance))
    columns: dict[str, Any] = {
        "failing_since": None,
        "consecutive_failures": 0,
        "gone_confirmations": 0,
        "last_attempt_at": _text(now),
        "last_success_at": _text(now),
        "document_seen_at": _text(now),
        "next_poll_at": _text(now + timedelta(seconds=wait)),
        "claimed_until": None,
        "answered_from": fetched.final_url if fetched.final_url and fetched.final_url != feed.source.address else None,
        **_moved(feed, fetched, now),
    }
    if fetched.validators is not None:
        columns |= {
            "etag": fetched.validators.etag,
            "last_modified": fetched.validators.last_modified,
            "validators_url": fetched.validators.url,
        }
    rhythm, last_new = Rhythm(feed.usual_gap_s, feed.longest_gap_s), feed.last_new_item_at
    if parsed is not None:
        dates = [e.published_at for e in parsed.entries if e.published_at]
        newest = max(dates, default=_text(now))
        # Entries of articles that another feed brought first are news of this feed as well; the old ones under new guids are not.
        brought = new_items or (joined and newest > (last_new or ""))
        pause = _seconds(last_new, now) if brought and feed.last_success_at and last_new else None
        rhythm = learned(rhythm, of_dates(dates), pause)
        if brought:
            # On the first visit the newest entry says when the feed last had something, however old that is.
            last_new = _text(now) if feed.last_success_at else min(_text(now), newest)
        columns |= {"body_hash": answer.body_hash, "document_at": _text(now), "last_new_item_at": last_new}
        columns |= {"usual_gap_s": rhythm.usual, "longest_gap_s": rhythm.longest}
    silence = _seconds(last_new, now) if last_new else 0.0
    watched = _seconds(feed.added_at, now) if feed.added_at and feed.last_success_at else 0.0
    still = Silence(silence, rhythm, wait, watched)
    said = condition(feed.problem, bool(feed.last_new_item_at), answer.document, still)
    if said is not None:
        columns |= {"state": said.state, "problem": said.problem, "reason": said.reason}
    return columns


def interval(feed: Feed, fetched: Fetched, parsed: Parsed | None, pace: Pace) -> float:
    """Seconds until the next request: exact where the settings say so, else the feed's hints within floor and ceiling."""
    if feed.interval_s is not None:
        return max(float(feed.interval_s), float(fetched.retry_after or 0))
    hints = [fetched.max_age or 0, (parsed.hints.ttl or 0) if parsed else 0]
    wait = min(max(pace.interval, pace.min_interval, *hints), max(pace.max_interval, pace.interval))
    return max(wait, float(fetched.retry_after or 0))


def _seconds(moment: str, now: datetime) -> float:
    return (now - datetime.fromisoformat(moment)).total_seconds()


def _moved(feed: Feed, fetched: Fetched, now: datetime) -> dict[str, Any]:
    """Note where a feed says it has moved for good; one answer alone changes nothing."""
    if fetched.permanent_url is None:
        return {"permanent_url": None, "permanent_since": None, "permanent_seen": 0} if feed.permanent_url else {}
    if fetched.permanent_url != feed.permanent_url:
        return {"permanent_url": fetched.permanent_url, "permanent_since": _text(now), "permanent_seen": 1}
    return {"permanent_seen": feed.permanent_seen + 1}


def _text(moment: datetime) -> str:
    return moment.strftime(_TIME)
