"""Writing down what feeds answered: each in a savepoint of its own, several in one transaction.

Runs in the one thread that owns the store.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from db import articles, facts, feed_state, notices
from db.errors import StoreError
from db.rows import Feed, Source
from db.store import Store, translate
from monitor import trouble
from monitor.clock import Clock, stamp
from monitor.identify import keys
from monitor.pipeline import outlet_names
from monitor.pipeline.ingest import Ingest, Outcome
from monitor.pipeline.judging import Judge
from monitor.schedule import restoring, timing
from monitor.schedule.coming import Pace
from monitor.schedule.twins import twin_of
from monitor.types import Parsed

log = structlog.get_logger()

_SPARE_LEAST_S, _SPARE_MOST_S = 600, 3600
"""For how long all feeds of a host are spared that says that it is asked too often."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One request that is over, and what came of it."""

    feed: Feed
    started_at: datetime
    answer: timing.Answer


@dataclass(frozen=True, slots=True)
class Report:
    """One visit, as a person wants to hear of it."""

    feed_url: str
    outcome: str
    entries: int = 0
    new: int = 0
    likely: int = 0
    maybe: int = 0
    error: str | None = None
    problem: str | None = None
    """What is the matter, by the word that `feed_health` has for it; also with a feed that answers."""
    message: str | None = None
    oldest: str | None = None
    """Date of the oldest entry in the document."""
    first: bool = False
    """Whether the feed had never answered before."""
    source_id: int = 0
    name: str = ""
    """What the settings, or the feed itself, call it."""

    @property
    def called(self) -> str:
        """The feed, as a person knows it: by name, else by address."""
        return self.name or self.feed_url

    @property
    def words(self) -> str:
        """The visit in a few words."""
        if self.error is not None:
            return f"failed: {self.message}"
        if self.outcome == "same":
            return str(self.message)
        matter = f" ({self.message})" if self.message else ""
        if self.outcome in {"not_modified", "unchanged"}:
            return f"nothing new{matter}"
        related = f", {self.likely} likely and {self.maybe} maybe related" if self.likely or self.maybe else ""
        return f"{self.new} new of {self.entries}{related}{matter}"


class Recorder:
    """Stores visits. `judge` may be exchanged when the seeds change."""

    def __init__(self, store: Store, judge: Judge, pace: Pace, clock: Clock, chance: Callable[[], float]) -> None:
        self._store = store
        self.judge = judge
        self._pace = pace
        self._clock = clock
        self._chance = chance

    def record(self, visits: Sequence[Visit]) -> list[Report]:
        """Store visits in one transaction; one that cannot be stored does not touch the others.

        Raises:
            StoreError: nothing could be written.
        """
        reports = []
        with self._store.transaction() as connection:
            for visit in visits:
                self.judge.forget()
                try:
                    with self._store.savepoint():
                        reports.append(self._visit(connection, visit))
                except Exception as error:  # one bad feed never stops the others, and a bug is loud
                    if isinstance(error, sqlite3.DatabaseError) and isinstance(
                        translate(error, self._store.path), StoreError
                    ):
                        raise
                    log.critical("feed could not be stored", feed=visit.feed.source.address, exc_info=True)
                    reports.append(self._broken(connection, visit, error))
        return reports

    def _visit(self, connection: sqlite3.Connection, visit: Visit) -> Report:
        feed, answer, now = visit.feed, visit.answer, self._clock()
        outcome, likely, maybe = Outcome(), 0, 0
        seen = timing.Seen()
        if answer.error is not None:
            feed_state.set_feed(
                connection, feed.source.id, **timing.after_failure(feed, answer, self._pace, now, self._chance())
            )
            kind, message = answer.error
            if kind == "too_many_requests" and feed.host:
                self._spare(connection, feed, answer.fetched.retry_after, now)
            self._log(connection, visit, outcome="failed", error_code=kind, message=message)
            return Report(
                feed.source.address,
                "failed",
                error=kind,
                problem=answer.problem,
                message=message,
                source_id=feed.source.id,
                name=_name(feed.source),
            )
        if (twin := twin_of(connection, feed, answer.fetched)) is not None:
            return self._twin(connection, visit, twin)
        oldest = None
        if isinstance(answer.parsed, Parsed):
            parsed, known = restoring.whole(connection, feed, answer.parsed)
            answer = replace(answer, parsed=parsed)
            outcome, seen = self._document(connection, feed, parsed, known, stamp(now))
            likely, maybe = _verdicts(connection, outcome.new)
            oldest = min((e.published_at for e in parsed.entries if e.published_at), default=None)
        seen = replace(seen, asked_at=stamp(visit.started_at))
        columns = timing.after_success(
            feed, answer, len(outcome.new), self._pace, now, self._chance(), joined=outcome.joined, seen=seen
        )
        feed_state.set_feed(connection, feed.source.id, **columns)
        problem = columns.get("problem", feed.problem)
        word = answer.outcome if answer.outcome != "parsed" else "new" if outcome.new else "unchanged"
        self._log(connection, visit, outcome=word, entries=outcome.entries, new_items=len(outcome.new))
        return Report(
            feed.source.address,
            word,
            entries=outcome.entries,
            new=len(outcome.new),
            problem=problem,
            message=(columns.get("reason") or feed.reason or trouble.name(problem)) if problem else None,
            oldest=oldest,
            first=feed.last_success_at is None,
            likely=likely,
            maybe=maybe,
            source_id=feed.source.id,
            name=_name(feed.source),
        )

    @staticmethod
    def _spare(connection: sqlite3.Connection, feed: Feed, retry_after: int | None, now: datetime) -> None:
        """Leave the whole host alone for a while: who counts requests counts those for all its feeds."""
        wait = min(max(retry_after or 0, _SPARE_LEAST_S), _SPARE_MOST_S)
        until = stamp(now + timedelta(seconds=wait))
        feed_state.hold_host(
            connection, feed.host, until, "its server said that it was asked too often, for another feed"
        )

    def _twin(self, connection: sqlite3.Connection, visit: Visit, twin: str) -> Report:
        """Two configured feeds are one: what this one answers is what the other brings."""
        source = visit.feed.source
        columns = timing.after_twin(visit.answer, twin, visit.feed, self._pace, self._clock())
        feed_state.set_feed(connection, source.id, **columns)
        self._log(connection, visit, outcome="same", message=columns["reason"])
        return Report(source.address, "same", message=columns["reason"], source_id=source.id, name=_name(source))

    def _document(
        self, connection: sqlite3.Connection, feed: Feed, parsed: Parsed, known: Mapping[str, int], now: str
    ) -> tuple[Outcome, timing.Seen]:
        source = facts.ensure_source(
            connection, "feed", feed.source.address, now, title=parsed.title or None, link=parsed.link
        )
        renamed = (source.title, source.link) != (feed.source.title, feed.source.link)
        outlet_names.learn(connection, source.id, parsed.entries, renamed=renamed)
        source = facts.source(connection, source.id)
        policy = _policy(connection, source, feed, parsed)
        outcome = Ingest(connection, self.judge, now).document(source, parsed.entries, policy)
        restoring.remember(connection, source.id, parsed, policy, known)
        if feed.last_success_at is None:
            notices.know(connection, outcome.new)
        if not outcome.entries or outcome.overlap or not (feed.document_at and feed.last_success_at):
            return outcome, timing.Seen(known=outcome.overlap)
        renewed = facts.renewed_entries(connection, source.id, now) if outcome.joined else []
        if renewed:
            _rekey(connection, source, policy, keys.policy_for_renewed(renewed, policy))
            return outcome, timing.Seen(known=True, again=True)
        feed_state.add_gap(connection, source.id, *_hole(connection, feed, parsed, now), now)
        return outcome, timing.Seen(missed=True)

    def _broken(self, connection: sqlite3.Connection, visit: Visit, error: Exception) -> Report:
        message = trouble.named("internal", f"Its entries could not be stored ({type(error).__name__}).")
        source = visit.feed.source
        columns = timing.after_failure(visit.feed, visit.answer, self._pace, self._clock(), self._chance())
        feed_state.set_feed(connection, source.id, **columns | {"problem": "internal", "reason": message})
        self._log(connection, visit, outcome="failed", error_code="internal", message=message)
        return Report(
            source.address,
            "failed",
            error="internal",
            problem="internal",
            message=message,
            source_id=source.id,
            name=_name(source),
        )

    @staticmethod
    def _log(connection: sqlite3.Connection, visit: Visit, **columns: Any) -> None:
        feed_state.record_fetch(
            connection,
            visit.feed.source.id,
            started_at=stamp(visit.started_at),
            duration_ms=visit.answer.fetched.duration_ms,
            status=visit.answer.fetched.status,
            bytes=visit.answer.fetched.bytes,
            **columns,
        )


def _policy(connection: sqlite3.Connection, source: Source, feed: Feed, parsed: Parsed) -> keys.Policy:
    """How the feed's entries are told apart; when that has to change, entries already stored get their new keys."""
    current: keys.Policy = feed.entry_policy if feed.entry_policy in keys.POLICIES else "guid"
    wanted = keys.policy_for(parsed.entries, current)
    _rekey(connection, source, current, wanted)
    return wanted


def _hole(connection: sqlite3.Connection, feed: Feed, parsed: Parsed, now: str) -> tuple[str, str]:
    """From when until when something was missed, as two documents have nothing in common.

    Since the last good answer; but where entries of this one are older, its server said that nothing had changed when something
    had, or the clock was set in between: then what the documents themselves say counts.
    """
    since = feed.last_success_at or now
    oldest = min((entry.published_at for entry in parsed.entries if entry.published_at), default=None)
    if oldest is None or oldest > since:
        return min(since, now), max(now, oldest or now)
    known = feed_state.newest_date(connection, feed.source.id, now)
    return min(filter(None, (since, feed.document_at, known, now))), max(now, oldest)


def _rekey(connection: sqlite3.Connection, source: Source, current: keys.Policy, wanted: keys.Policy) -> None:
    """Tell the entries of a feed apart by another policy from now on."""
    if wanted != current:
        stored = facts.entries_of(connection, source.id)
        rekeyed = {
            entry_id: keys.key_of(guid, said.link, said.title, said.published_raw, said.content_hash, wanted)
            for entry_id, guid, said in stored
        }
        facts.rekey_entries(connection, rekeyed)
        feed_state.set_feed(connection, source.id, entry_policy=wanted)


def _verdicts(connection: sqlite3.Connection, article_ids: Sequence[int]) -> tuple[int, int]:
    """How many of these articles are likely, and how many maybe related."""
    verdicts = [verdict for _, verdict in articles.verdicts(connection, article_ids).values()] if article_ids else []
    return verdicts.count("likely"), verdicts.count("maybe")


def default_chance() -> float:
    """A number in [0, 1) that spreads requests out."""
    return random.random()  # noqa: S311  no secret depends on it


def _name(source: Source) -> str:
    return source.name or source.title or ""
