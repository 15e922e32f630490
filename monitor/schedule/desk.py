"""Which page is read next, and what came of it written down. Runs in the one thread that owns the store.

Pages that are due again come first, then related articles whose page was not looked at yet: those from feeds before
those of history, likely before maybe, the latest first. So a flood of history waits behind the news, and the budget of an
hour holds for all of it. What is chosen is claimed, so that no two programs read one page.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain, islice

import structlog

from config.model import Read
from db import pages
from db.errors import StoreError
from db.pages import Article, PageRow, SiteRow
from db.store import Store, translate
from monitor.clock import Clock, stamp
from monitor.normalise.hosts import host_of
from monitor.pipeline.judging import Judge
from monitor.pipeline.readings import Readings, Told
from monitor.read import timing, warc
from monitor.read.types import Failure, Page, Site, Visit, Wanted
from monitor.types import Validators
from seeds import address

log = structlog.get_logger()

CLAIM_S = 900
"""A claim outlives any visit; it ends by itself when its holder was killed and others still read."""
_CANDIDATES = 500
_NO_PAGES = ("news.google.com/",)
"""Keys that begin so are no pages: the address hides behind a script."""
_PAUSE = 3_600
"""Seconds for which a host is left alone that says "too many requests" and not for how long."""


@dataclass(frozen=True, slots=True)
class PageReport:
    """One visit, as a person wants to hear of it."""

    url: str
    uid: str | None
    outcome: str
    """read, same or failed."""
    error: str | None = None
    message: str = ""
    status: int | None = None
    title: str = ""
    characters: int = 0
    language: str | None = None
    paywalled: bool | None = None
    changed: tuple[str, ...] = ()
    before: str = ""
    after: str = ""
    page_id: int = 0

    @property
    def moved(self) -> bool:
        """Whether the verdict on the article is another than before."""
        return self.before != self.after

    @property
    def words(self) -> str:
        """The visit in a few words."""
        if self.error is not None:
            said = f"not read: {self.message}"
        elif self.outcome == "same":
            said = "as before"
        else:
            text = f"{self.characters} characters" if self.characters else "no text"
            said = f"read, {text}{', paywalled' if self.paywalled else ''}"
        changes = f"; changed: {', '.join(self.changed)}" if self.changed else ""
        return f"{said}{changes}{f'; {self.before} → {self.after}' if self.moved else ''}"


class Desk:
    """Chooses pages and stores visits. `judge` may be exchanged when the seeds change."""

    def __init__(self, store: Store, judge: Judge, settings: Read, clock: Clock) -> None:
        self._store = store
        self.judge = judge
        self._settings = settings
        self._clock = clock

    # --- choosing

    def choose(self, room: int, busy: Collection[str]) -> list[Wanted]:
        """The next pages to read, `room` at most and one of each host, none of hosts that are `busy`; they are claimed."""
        now = stamp(self._clock())
        connection = self._store.connection
        budget = self._budget(connection, busy)
        free = min(room, budget.left)
        due = pages.due(connection, now, _CANDIDATES) if free > 0 else []
        origins = ["feed", "backfill", *(["seed_related"] if self._settings.seed_related else [])]
        unread = pages.unread(connection, self._settings.verdicts, origins, _CANDIDATES) if free > 0 else []
        if not due and not unread:
            return []
        with self._store.transaction() as writing:
            # One after the other: whatever is not taken is to stay as it is.
            waiting = chain(self._again(writing, due, budget), self._first(writing, unread, budget, now))
            return self._claim(writing, list(islice(waiting, free)), now)

    def these(self, article_ids: Sequence[int]) -> tuple[list[Wanted], list[tuple[int, str]]]:
        """The pages of these articles, claimed, whatever their verdict; and of the others why theirs cannot be read."""
        now = stamp(self._clock())
        chosen: list[Wanted] = []
        refused: list[tuple[int, str]] = []
        with self._store.transaction() as connection:
            for article_id in article_ids:
                article = pages.article(connection, article_id)
                key = _key(connection, article) if article is not None else None
                if article is None or key is None:
                    refused.append((article_id, "it has no address of a page of its own"))
                    continue
                page, _ = pages.ensure_page(connection, key, article.web_url, host_of(article.web_url), now)
                pages.looked_at(connection, [article])
                # Whoever asks by name wants to see what is there, not what the server thinks we know.
                wanted = replace(self._wanted(page, article), validators=None)
                claimed = self._claim(connection, [wanted], now)
                chosen += claimed
                refused += [] if claimed else [(article_id, "it is being read just now")]
        return chosen, refused

    def _again(self, connection: sqlite3.Connection, due: Sequence[PageRow], budget: _Budget) -> Iterator[Wanted]:
        for page in due:
            if not budget.take(page.host):
                continue
            article = pages.article_of(connection, page.key)
            if article is None:
                pages.set_page(connection, page.id, next_at=None)
                continue
            yield self._wanted(page, article)

    def _first(
        self, connection: sqlite3.Connection, unread: Sequence[Article], budget: _Budget, now: str
    ) -> Iterator[Wanted]:
        for article in unread:
            host = host_of(article.web_url)
            if not budget.has(host):
                continue
            pages.looked_at(connection, [article])
            key = _key(connection, article)
            if key is None:
                continue
            page, new = pages.ensure_page(connection, key, article.web_url, host, now)
            if new and budget.take(host):
                yield self._wanted(page, article)

    def _wanted(self, page: PageRow, article: Article) -> Wanted:
        capture = self._settings.capture
        validators = None
        if page.validators_url and page.reading_id is not None and not capture:
            validators = Validators(page.validators_url, page.etag, page.last_modified)
        return Wanted(page.id, page.url, article.title, article.excerpt, validators, capture)

    def _claim(self, connection: sqlite3.Connection, chosen: Sequence[Wanted], now: str) -> list[Wanted]:
        until = stamp(self._clock() + timedelta(seconds=CLAIM_S))
        claimed = pages.claim(connection, [wanted.page_id for wanted in chosen], now, until)
        return [wanted for wanted in chosen if wanted.page_id in claimed]

    def _budget(self, connection: sqlite3.Connection, busy: Collection[str]) -> _Budget:
        now = self._clock()
        counts = pages.read_since(connection, stamp(now - timedelta(hours=1)))
        shut = {*busy, *pages.paused(connection, stamp(now))}
        full = {host for host, count in counts.items() if count >= self._settings.host_pages_per_hour}
        return _Budget(self._settings.pages_per_hour - sum(counts.values()) - len(busy), shut | full)

    # --- writing down

    def sites(self) -> dict[str, Site]:
        """What is known of what sites allow."""
        found = pages.sites(self._store.connection, stamp(self._clock()))
        return {
            origin: Site(row.origin, row.rules, row.reachable, row.kind, row.reason, row.checked_at, row.good_until)
            for origin, row in found.items()
        }

    def record(self, visit: Visit, sites: Sequence[Site] = ()) -> PageReport:
        """Store a visit and what it says of the article, in one transaction.

        Raises:
            StoreError: nothing could be written.
        """
        with self._store.transaction() as connection:
            return self.note(connection, visit, sites)

    def note(
        self, connection: sqlite3.Connection, visit: Visit, sites: Sequence[Site] = (), *, history: bool = False
    ) -> PageReport:
        """The same within a transaction of the caller; `history`: a backfill asked, whose budget is another."""
        now = self._clock()
        page = pages.page(connection, visit.wanted.page_id)
        visit, told = self._told(connection, visit)
        if history:
            pages.is_history(connection, told.reading_id)
        self.remember(connection, sites)
        condition = timing.Condition(page.state, page.since, page.tries, page.reading_id is not None)
        columns = timing.after(condition, visit, now, self._settings.again)
        pages.set_page(connection, page.id, **columns)
        if isinstance(visit.result, Failure) and (wait := _pause(visit.result, visit)):
            pages.pause(connection, page.host, stamp(now + timedelta(seconds=wait)))
        if visit.exchanges:
            self._capture(connection, visit, told)
        owner = pages.article_of(connection, page.key)
        return _report(visit, told, owner.uid if owner is not None else None)

    @staticmethod
    def remember(connection: sqlite3.Connection, sites: Sequence[Site]) -> None:
        """Store what sites allow."""
        pages.put_sites(connection, [SiteRow(**{name: getattr(s, name) for name in _SITE}) for s in sites])

    def release(self, page_ids: Collection[int]) -> None:
        """Let others read these pages."""
        if page_ids:
            with self._store.transaction() as connection:
                pages.release(connection, page_ids, stamp(self._clock()))

    def _told(self, connection: sqlite3.Connection, visit: Visit) -> tuple[Visit, Told]:
        """Store what a page said; one that cannot be stored is a failure of its own, and loud."""
        now = stamp(self._clock())
        self.judge.forget()
        try:
            with self._store.savepoint():
                return visit, Readings(connection, self.judge, now).store(visit)
        except Exception as error:
            if isinstance(error, sqlite3.DatabaseError) and isinstance(translate(error, self._store.path), StoreError):
                raise
            log.critical("page could not be stored", page=visit.wanted.url, exc_info=True)
            self.judge.forget()
            message = f"What it says could not be stored ({type(error).__name__}); this is a fault in seedwatch."
            visit = replace(visit, result=Failure("internal", message))
            return visit, Readings(connection, self.judge, now).store(visit)

    def _capture(self, connection: sqlite3.Connection, visit: Visit, told: Told) -> None:
        try:
            rows = warc.keep(connection, warc.folder_of(self._store.path), visit.exchanges, visit.started_at)
        except OSError as error:  # what the page says is stored all the same
            log.error("capture could not be written", page=visit.wanted.url, error=error.strerror or str(error))  # noqa: TRY400  expected
            return
        pages.add_captures(connection, told.reading_id, rows)


_SITE = ("origin", "rules", "reachable", "kind", "reason", "checked_at", "good_until")


class _Budget:
    """What of an hour's budget is left, and which hosts are shut."""

    def __init__(self, left: int, shut: set[str]) -> None:
        self.left = left
        self._shut = shut

    def has(self, host: str) -> bool:
        """Whether a host may be asked now."""
        return host not in self._shut

    def take(self, host: str) -> bool:
        """Take a host, if it may be asked now: once each time that pages are chosen."""
        if not self.has(host):
            return False
        self._shut.add(host)
        return True


def _key(connection: sqlite3.Connection, article: Article) -> str | None:
    """The key of an article's page; None when the address is not that of a page, or not of this article alone."""
    parsed = address.parse(article.web_url)
    if parsed is None or parsed.is_home or parsed.key.startswith(_NO_PAGES):
        return None
    return parsed.key if pages.identifies(connection, article.id, parsed.key) else None


def _pause(failure: Failure, visit: Visit) -> int:
    """Seconds for which the host of a failed visit is left alone."""
    return visit.retry_after or (_PAUSE if failure.kind == "too_many_requests" else 0)


def _report(visit: Visit, told: Told, uid: str | None) -> PageReport:
    common = PageReport(
        visit.wanted.url,
        uid,
        told.outcome,
        status=visit.status,
        changed=told.changed,
        before=told.before,
        after=told.after,
        page_id=visit.wanted.page_id,
    )
    if isinstance(visit.result, Failure):
        return replace(common, error=visit.result.kind, message=visit.result.message)
    if isinstance(visit.result, Page):
        said = visit.result
        return replace(
            common, title=said.title, characters=len(said.text), language=said.language, paywalled=said.paywalled
        )
    return common
