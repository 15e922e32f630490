"""What steps brought written down, with the cursor, several in one short transaction. Runs in the thread that owns the store."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import structlog

from db import articles, backfill, facts, gaps, pages
from db.backfill import Begun
from db.errors import StoreError
from db.rows import Source
from db.store import Store, translate
from monitor.backfill.summary import Stored
from monitor.backfill.types import Bounds, Capture, Failed, GapTried, Origin, Step
from monitor.clock import Clock, stamp
from monitor.identify import keys
from monitor.normalise.hosts import host_of
from monitor.pipeline import outlet_names
from monitor.pipeline.ingest import Ingest, Outcome
from monitor.pipeline.judging import Judge
from monitor.read.types import Page, Site, Visit
from monitor.schedule.desk import Desk
from monitor.types import Entry
from seeds import address

log = structlog.get_logger()

SHORT_S = 0.1
"""After which a transaction takes no further step, so that others are not kept waiting."""


@dataclass(frozen=True, slots=True)
class Read:
    """A step with what came of reading what it brought."""

    step: Step
    origin: Origin | None = None
    entries: tuple[Entry, ...] = ()
    title: str = ""
    """What the document calls itself."""
    link: str | None = None
    capture: Capture | None = None
    visit: Visit | None = None
    sites: tuple[Site, ...] = ()
    failed: Failed | None = None
    covered: bool = False


class Clerk:
    """Stores steps in their order. `judge` may be exchanged when the seeds change."""

    def __init__(self, store: Store, judge: Judge, desk: Desk, clock: Clock, bounds: Bounds) -> None:
        self._store = store
        self.judge = judge
        self._desk = desk
        self._clock = clock
        self._bounds = bounds
        self._covered: set[str] = set()
        """Units of the steps at hand that are covered by now."""

    def store(
        self, begun: Begun, reads: Sequence[Read], asked: Mapping[tuple[str, str], int] | None = None
    ) -> list[Stored]:
        """Store as many of the steps as one short transaction takes, one at least, and how far they lead; and requests.

        Raises:
            StoreError: nothing could be written.
        """
        now = stamp(self._clock())
        stored: list[Stored] = []
        began = time.monotonic()
        with self._store.transaction() as connection:
            self._covered = backfill.covered(connection, [read.step.unit for read in reads if read.step.unit])
            known = len(self._covered)
            for read in reads:
                stored.append(self._safely(connection, read, now))
                if time.monotonic() - began > SHORT_S:
                    break
            last = reads[len(stored) - 1].step
            counts = (
                sum(s.seen for s in stored),
                sum(s.new for s in stored),
                sum(s.failed is not None for s in stored),
            )
            if len(self._covered) > known:
                backfill.cover(connection, sorted(self._covered))
            backfill.advance(connection, begun.id, last.cursor, now, counts)
            if asked:
                backfill.add_requests(connection, asked, now[:11])
        return stored

    def _safely(self, connection: sqlite3.Connection, read: Read, now: str) -> Stored:
        """One step; one that cannot be stored does not touch the others, and is loud."""
        self.judge.forget()
        try:
            with self._store.savepoint():
                done = self._step(connection, read, now)
        except Exception as error:
            if isinstance(error, sqlite3.DatabaseError) and isinstance(translate(error, self._store.path), StoreError):
                raise
            log.critical("step could not be stored", step=read.step.label, exc_info=True)
            self.judge.forget()
            why = f"could not be stored ({type(error).__name__}); this is a fault in seedwatch"
            return _stored(read, failed=Failed(read.step.label, why))
        # Within other bounds it may bring more.
        if read.step.unit and read.step.brings and not (read.failed or done.outside):
            self._covered.add(read.step.unit)
        return done

    def _step(self, connection: sqlite3.Connection, read: Read, now: str) -> Stored:
        done = _stored(read, failed=read.failed, covered=read.covered)
        if read.covered or read.step.unit in self._covered:
            return replace(done, covered=True)
        self._desk.remember(connection, read.sites)
        if read.origin is not None and read.entries:
            done = self._entries(connection, read, read.origin, done, now)
        if isinstance(read.step.brings, GapTried):
            tried = read.step.brings
            gaps.tried(
                connection, tried.gap_id, tried.filled_from, tried.reason, tried.sources, tried.began or now, now
            )
        if read.visit is not None:
            self._page(connection, read.visit, now)
        return done

    def _entries(self, connection: sqlite3.Connection, read: Read, origin: Origin, done: Stored, now: str) -> Stored:
        at = read.capture.at if read.capture is not None else None
        bounds = read.step.bounds or self._bounds
        wanted = [entry for entry in read.entries if bounds.hold(entry.published_at or at)]
        done = replace(done, outside=len(read.entries) - len(wanted))
        if not wanted:
            return done
        source, policy = _source(connection, origin, read, now)
        policy = keys.policy_for(read.entries, policy)
        fresh = _not_older(connection, source, wanted, policy, at) if at is not None else wanted
        capture = {"at": read.capture.at, "url": read.capture.url} if read.capture is not None else None
        outcome = Ingest(connection, self.judge, now, capture).document(source, fresh, policy) if fresh else Outcome()
        verdicts = [v for _, v in articles.verdicts(connection, outcome.new).values()] if outcome.new else []
        dates = [entry.published_at for entry in wanted if entry.published_at]
        return replace(
            done,
            seen=len(wanted),
            new=len(outcome.new),
            likely=verdicts.count("likely"),
            maybe=verdicts.count("maybe"),
            oldest=min(dates, default=None),
            newest=max(dates, default=None),
        )

    def _page(self, connection: sqlite3.Connection, visit: Visit, now: str) -> None:
        """What the page of an article said, which is stored by now."""
        parsed = address.parse(visit.wanted.url)
        if parsed is None or pages.article_of(connection, parsed.key) is None:
            return
        page, _ = pages.ensure_page(connection, parsed.key, visit.wanted.url, host_of(visit.wanted.url), now)
        owner = pages.article_of(connection, parsed.key)
        if owner is not None:
            pages.looked_at(connection, [owner])
        if isinstance(visit.result, Page) or page.reading_id is None:
            visit = replace(visit, wanted=replace(visit.wanted, page_id=page.id))
            self._desk.note(connection, visit, history=True)


def _source(connection: sqlite3.Connection, origin: Origin, read: Read, now: str) -> tuple[Source, keys.Policy]:
    """The source of entries, and how those of the same feed are told apart where it is polled."""
    columns = {
        "name": origin.name,
        "title": read.title or origin.title,
        "link": read.link or origin.link,
    }
    feed_url = origin.feed_url
    row = (
        connection.execute(
            "SELECT s.outlet_domain, s.outlet_name, f.entry_policy FROM source s JOIN feed f ON f.source_id = s.id"
            " WHERE s.kind = 'feed' AND s.address = ?",
            (feed_url,),
        ).fetchone()
        if feed_url is not None
        else None
    )
    if row is not None:
        columns |= {"outlet_domain": row["outlet_domain"], "outlet_name": row["outlet_name"]}
    known = {name: value for name, value in columns.items() if value}
    source = facts.ensure_source(connection, "backfill", origin.address, now, **known)
    if row is None and feed_url is not None:
        home = outlet_names.home_of(source.link, feed_url)
        domain = outlet_names.leads_to(read.entries, home, source.outlet_domain)
        if domain != source.outlet_domain:
            source = facts.ensure_source(connection, "backfill", origin.address, now, outlet_domain=domain)
    policy: keys.Policy = row["entry_policy"] if row is not None and row["entry_policy"] in keys.POLICIES else "guid"
    return source, policy


def _not_older(
    connection: sqlite3.Connection, source: Source, entries: Sequence[Entry], policy: keys.Policy, at: str
) -> list[Entry]:
    """Entries but for those of which a later copy is stored: what they said before is no change of what they say now."""
    named = {keys.entry_key(entry, policy): entry for entry in reversed(entries)}
    latest = facts.captured_at(connection, source.id, list(named))
    return [entry for entry in entries if latest.get(keys.entry_key(entry, policy), at) <= at]


def _stored(read: Read, *, failed: Failed | None = None, covered: bool = False) -> Stored:
    step = read.step
    cut = Failed(step.label, step.cut) if step.cut and not covered else None
    return Stored(
        step.label,
        failed=failed,
        cut=cut,
        covered=covered,
        passed=step.passed,
        done=step.done,
        total=step.total,
        part=step.part,
    )
