"""When a feed is asked again, and how it is doing: decided from its state and its answer alone. Pure.

A good answer brings the feed back after its interval, within what the feed hints at and the settings allow. Failures back
off, are named, and are never given up in silence.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from db.rows import Feed
from monitor import trouble
from monitor.schedule import coming, tide, trust
from monitor.schedule.coming import Pace
from monitor.schedule.condition import OF_THE_DOCUMENT, Document, Silence, condition
from monitor.schedule.rhythm import Rhythm, learned, of_dates
from monitor.types import Fetched, Parsed, ParseFailure

GONE_CONFIRMATIONS = 3
_TIME = "%Y-%m-%dT%H:%M:%SZ"


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


@dataclass(frozen=True, slots=True)
class Seen:
    """What storing an answer showed."""

    known: bool = False
    """Whether any of its entries had been there before."""
    missed: bool = False
    """Whether it had nothing in common with the answer before, so that something was missed."""
    again: bool = False
    """Whether entries only came again under new keys."""
    asked_at: str = ""
    """When it was asked for."""


def after_failure(feed: Feed, answer: Answer, pace: Pace, now: datetime, chance: float) -> dict[str, Any]:
    """The columns of a feed after a failed attempt; `chance` is in [0, 1)."""
    kind, message = answer.error or ("network", "failed")
    failures = feed.consecutive_failures + 1
    gone = feed.gone_confirmations + 1 if kind == "gone" else 0
    parked = gone >= GONE_CONFIRMATIONS
    failing_s = _seconds(feed.failing_since, now) if feed.failing_since else 0.0
    if feed.interval_s is not None and not parked:
        again_at = coming.exactly(feed.interval_s, now)
    else:
        problem = answer.problem or kind
        again_at = coming.after_failure(problem, failures, failing_s, pace, now, chance, parked=parked)
    again_at = coming.not_before(again_at, answer.fetched.retry_after, now)
    again: dict[str, Any] = {}
    if feed.problem in OF_THE_DOCUMENT:
        # What was said of the document is forgotten with this failure: it has to be sent, and read, again.
        again = dict.fromkeys(("etag", "last_modified", "validators_url", "body_hash"))
    if trust.address_asked(feed, _text(now)) is not None:
        again |= {"adopted_url": None, "adopted_at": None}  # back to the address in the settings
    return {
        **again,
        "state": "parked" if parked else "failing",
        "problem": answer.problem or kind,
        "reason": f"{message} Asked once a week from now on." if parked else message,
        "failing_since": feed.failing_since or _text(now),
        "consecutive_failures": failures,
        "gone_confirmations": gone,
        "last_attempt_at": _text(now),
        "claimed_until": None,
        **_next(again_at),
    }


def after_twin(answer: Answer, twin: str, feed: Feed, pace: Pace, now: datetime) -> dict[str, Any]:
    """The columns of a feed that redirects to where another one is read: it is only looked at again.

    Rarely, when it says that this is for good; else it may have entries of its own again any time.
    """
    for_good = answer.fetched.permanent_url is not None
    asks = _asks(feed, answer.fetched, None)
    wait = pace.ceiling if for_good else max(float(feed.interval_s or pace.interval), asks.max_age or 0)
    next_look = coming.Coming(
        now + timedelta(seconds=wait), "it is only looked at to see whether it still is another feed"
    )
    return {
        "state": "parked",
        "problem": "same",
        "reason": f"It redirects{'' if for_good else ', for now,'} to the same feed as {twin}, which is read instead."
        f" {'Remove one of the two.' if for_good else 'If it stays so, remove one of the two.'}",
        "failing_since": None,
        "consecutive_failures": 0,
        "gone_confirmations": 0,
        "last_attempt_at": _text(now),
        "claimed_until": None,
        "answered_from": None,
        **trust.moved(feed, answer.fetched, known=False, asked_at=_text(now), now=now),
        **_next(coming.not_before(next_look, answer.fetched.retry_after, now)),
    }


def after_success(
    feed: Feed,
    answer: Answer,
    new_items: int,
    pace: Pace,
    now: datetime,
    chance: float,
    joined: int = 0,
    *,
    seen: Seen = Seen(),
) -> dict[str, Any]:
    """The columns of a feed after a good answer, validators included.

    `new_items` are articles that nobody had brought, `joined` entries that this feed had not.
    """
    fetched, parsed = answer.fetched, answer.parsed if isinstance(answer.parsed, Parsed) else None
    asked_at = seen.asked_at or _text(now)
    asks = _asks(feed, fetched, parsed)
    dates = [e.published_at for e in parsed.entries if e.published_at] if parsed is not None else []
    listed = len(parsed.entries) if parsed is not None else 0
    came = new_items if seen.again else new_items + joined
    before = flow = tide.tide_of(feed.tide)
    if flow is not None or parsed is not None:
        flow = tide.learned(flow, dates, came, listed, now)
    haste = coming.hasty(feed.haste, missed=seen.missed)
    if feed.interval_s is not None:
        again_at = coming.exactly(feed.interval_s, now)
    else:
        late = _seconds(feed.next_poll_at, now) > pace.interval
        spread = late or feed.last_success_at is None
        again_at = coming.after_answer(pace, asks, flow, haste, now, chance, spread=spread)
    again_at = coming.not_before(again_at, fetched.retry_after, now)
    columns: dict[str, Any] = {
        "failing_since": None,
        "consecutive_failures": 0,
        "gone_confirmations": 0,
        "last_attempt_at": _text(now),
        "last_success_at": _text(now),
        "document_seen_at": _text(now),
        "claimed_until": None,
        "answered_from": fetched.final_url if fetched.final_url and fetched.final_url != feed.source.address else None,
        "ttl_s": asks.ttl,
        "max_age_s": asks.max_age,
        "skip": asks.skip,
        "tide": feed.tide if flow is before or flow is None else flow.as_json(),
        "haste": haste,
        **trust.after(feed, fetched, new_items + joined, asked_at, now),
        **trust.moved(feed, fetched, known=seen.known or parsed is None, asked_at=asked_at, now=now),
        **_next(again_at),
    }
    if fetched.validators is not None:
        columns |= {
            "etag": fetched.validators.etag,
            "last_modified": fetched.validators.last_modified,
            "validators_url": fetched.validators.url,
        }
    rhythm, last_new = Rhythm(feed.usual_gap_s, feed.longest_gap_s), feed.last_new_item_at
    if parsed is not None:
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
    still = Silence(silence, rhythm, _usual_wait(feed, asks, pace), watched)
    document = answer.document
    if trust.address_asked(feed, asked_at) is not None:  # the settings still name the old address
        document = replace(document, moved_to=document.moved_to or feed.adopted_url)
    said = condition(feed.problem, bool(feed.last_new_item_at), document, still)
    if said is not None:
        columns |= {"state": said.state, "problem": said.problem, "reason": said.reason}
    return columns


def _usual_wait(feed: Feed, asks: coming.Asks, pace: Pace) -> float:
    """How often a feed is asked that comes at any hour: what it asks for counts, when its entries come does not."""
    return float(feed.interval_s or max(pace.interval, min(max(asks.ttl or 0, asks.max_age or 0), pace.ceiling)))


def _asks(feed: Feed, fetched: Fetched, parsed: Parsed | None) -> coming.Asks:
    """What a feed asks for by now, of what it said with this answer and before."""
    before = coming.asks_of(feed.ttl_s, feed.max_age_s, feed.skip)
    return coming.asks_now(before, fetched, parsed.hints if parsed is not None else None)


def _next(again: coming.Coming) -> dict[str, Any]:
    return {"next_poll_at": _text(again.at), "next_reason": again.why}


def _seconds(moment: str, now: datetime) -> float:
    return (now - datetime.fromisoformat(moment)).total_seconds()


def _text(moment: datetime) -> str:
    return moment.strftime(_TIME)
