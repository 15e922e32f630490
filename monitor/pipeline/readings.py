"""What a page said, into the store: a fact of its own, then identity, the article, and relevance again.

    Visit ─► reading ─► whose addresses? ─► one article or a copy? ─► fold ─► judge

The caller holds a transaction and gives each visit a savepoint.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from dataclasses import dataclass, replace
from typing import Any

from db import articles, facts, pages, rulings
from db.pages import Attempt, PageRow, ReadingRow
from db.rows import Address, Decision, Snapshot
from monitor.identify import keys
from monitor.identify.keys import Known
from monitor.identify.pages import Said
from monitor.pipeline import copies, settling
from monitor.pipeline.judging import Judge
from monitor.pipeline.paging import changes, copies_by_pages, gone_by, named_by
from monitor.pipeline.refold import refold
from monitor.read.types import Failure, Page, Visit, image_to_json
from seeds import address, text

MIN_COPY_TEXT = 500
"""Characters of a text from which on the same words elsewhere are a copy."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a visit changed, for whoever wants to hear of it."""

    outcome: str
    """read, same or failed."""
    reading_id: int
    article_id: int | None = None
    changed: tuple[str, ...] = ()
    """What of the page is another than before: page_title, text, page (gone, or there again)."""
    before: str = ""
    after: str = ""
    """The verdict on its article."""


class Readings:
    """Stores what pages said; made for each transaction."""

    def __init__(self, connection: sqlite3.Connection, judge: Judge, now: str) -> None:
        self._connection = connection
        self._judge = judge
        self._now = now

    def store(self, visit: Visit) -> Told:
        """Store a visit and all that follows from it; the page's state is the caller's."""
        page = pages.page(self._connection, visit.wanted.page_id)
        owner = pages.article_of(self._connection, page.key)
        article_id = None if owner is None else owner.id
        before = self._verdict(article_id)
        if isinstance(visit.result, Page):
            told = self._read(visit, visit.result, page, article_id)
        else:
            told = self._unread(visit, page, article_id)
        owner = pages.article_of(self._connection, page.key)
        article_id = None if owner is None else owner.id
        return replace(told, article_id=article_id, before=before, after=self._verdict(article_id))

    def _verdict(self, article_id: int | None) -> str:
        if article_id is None:
            return ""
        return articles.verdicts(self._connection, [article_id])[article_id][1]

    # --- facts

    def _unread(self, visit: Visit, page: PageRow, article_id: int | None) -> Told:
        """Nothing new was said: a failure, or a server that says that nothing changed."""
        failure = visit.result if isinstance(visit.result, Failure) else None
        row = self._row(visit, "same" if failure is None else "failed", failure)
        changed = self._revise(page, article_id, row)
        return Told(row.outcome, pages.add_reading(self._connection, row), changed=changed)

    def _read(self, visit: Visit, said: Page, page: PageRow, article_id: int | None) -> Told:
        snapshot = snapshot_of(said, visit.final_url or page.url)
        if page.reading_id is not None:
            old = pages.said_at(self._connection, page.reading_id)
            if old.content_hash == snapshot.content_hash:
                row = self._row(visit, "same", None)
                changed = self._revise(page, article_id, row)
                return Told("same", pages.add_reading(self._connection, row), changed=changed)
        named = named_by(page.url, snapshot)
        row = replace(
            self._row(visit, "read", None),
            text_hash=text_hash(said.text),
            original_key=named.original.key if named.original is not None else None,
            said=snapshot,
        )
        changed = self._revise(page, article_id, row)
        reading_id = pages.add_reading(self._connection, row)
        pages.set_page(self._connection, page.id, reading_id=reading_id)
        if article_id is None:
            return Told("read", reading_id)
        kept = self._identify(article_id, named, said)
        refold(self._connection, kept, self._judge, self._now)
        for other_id, method, evidence in list(copies_by_pages(self._connection, kept)):
            copies.join(self._connection, kept, other_id, copies.by_page(method, evidence), self._now)
        copies.look(self._connection, [kept], self._now)
        touched = set(self._judge.waiting)
        self._judge.flush(self._connection, self._now)
        settling.settle(self._connection, self._judge, touched, self._now)
        return Told("read", reading_id, changed=changed)

    def _row(self, visit: Visit, outcome: str, failure: Failure | None) -> ReadingRow:
        return ReadingRow(
            page_id=visit.wanted.page_id,
            read_at=self._now,
            outcome=outcome,
            duration_ms=visit.duration_ms,
            status=visit.status,
            error_code=failure.kind if failure is not None else None,
            message=failure.message if failure is not None else None,
            bytes=visit.bytes,
            final_url=visit.final_url or None,
        )

    def _revise(self, page: PageRow, article_id: int | None, row: ReadingRow) -> tuple[str, ...]:
        """Note what this attempt, which is not stored yet, shows to be another than it was; returns the fields."""
        before, was_gone = None, None
        for attempt in pages.attempts_at(self._connection, page.id):
            was_gone = gone_by(before, was_gone, attempt)
            before = attempt if attempt.said is not None else before
        now = Attempt(row.read_at, row.outcome, row.error_code, row.message, row.said)
        found = changes(before, was_gone, now)
        if article_id is not None:
            for field, old, new in found:
                articles.add_revision(self._connection, article_id, field, old, new, self._now)
        return tuple(field for field, _, _ in found)

    # --- identity

    def _identify(self, article_id: int, named: Said, said: Page) -> int:
        """Give the article the addresses of its page; returns its id, another one when two turn out to be one."""
        held = articles.by_keys(self._connection, sorted({known.key for known in named.own if not known.weak}))
        weak = set()
        for known in named.own:
            other = held.get(known.key)
            if known.weak or other is None or other == article_id or known.key in weak:
                continue
            merged = self._merge(article_id, other, known, said)
            if merged is None:
                weak.add(known.key)
                continue
            dropped = other if merged == article_id else article_id
            held = {key: merged if holder == dropped else holder for key, holder in held.items()}
            article_id = merged
        rows = [
            Address(k.url, "link" if k.key in weak else k.role, k.key, k.weak or k.key in weak, address.RULES_VERSION)
            for k in named.own
        ]
        articles.add_addresses(self._connection, article_id, rows)
        return article_id

    def _merge(self, article_id: int, other: int, known: Known, said: Page) -> int | None:
        """Make two articles one when the page of the one names the address of the other, and their headlines agree."""
        titles = articles.titles(self._connection, (article_id, other))
        likeness = max(keys.alike(titles[article_id], titles[other]), keys.alike(said.title, titles[other]))
        if likeness < keys.ALIKE or other in rulings.apart_from(self._connection, article_id):
            return None
        seeds = articles.seeds_among(self._connection, {article_id, other})
        keep, drop = sorted((article_id, other), key=lambda one: (one not in seeds, one))
        kept, dropped = (articles.uid_of(self._connection, one) for one in (keep, drop))
        evidence = {"key": known.key, "url": known.url, "role": known.role, "headlines_alike": round(likeness, 2)}
        articles.merge(self._connection, keep, drop)
        self._judge.drop(drop)
        decision = Decision("identity", f"article:{kept}", f"article:{dropped}", "same", "page address", 1.0, evidence)
        facts.record_decision(self._connection, decision, self._now)
        refold(self._connection, keep, self._judge, self._now)
        copies.regroup(self._connection, [keep], self._now, compare=False)
        return keep


def snapshot_of(said: Page, url: str) -> Snapshot:
    """A page as what one source says of an article."""
    parsed = [address.parse(link.url) for link in said.links if link.relation == "canonical"]
    here = address.parse(url)
    canonical = next((p for p in parsed if p is not None and here is not None and p.key == here.key), None)
    data: dict[str, Any] = {
        "authors": list(said.authors),
        "credits": [{"name": c.name, "how": c.how, "quote": c.quote} for c in said.credits],
        "images": [image_to_json(image) for image in said.images],
        "links": [{"url": link.url, "relation": link.relation} for link in said.links],
        "provider_name": said.site,
    }
    kept = {key: value for key, value in data.items() if value}
    if said.paywalled is not None:
        kept["paywalled"] = said.paywalled
    snapshot = Snapshot(
        content_hash="",
        title=said.title,
        link=canonical.web_url if canonical is not None else url,
        excerpt=said.excerpt,
        text=said.text,
        published_at=said.published_at,
        published_raw=said.published_raw,
        date_quality=said.date_quality,
        updated_at=said.updated_at,
        language=said.language,
        data=kept,
    )
    return snapshot._replace(content_hash=_hash(snapshot))


def text_hash(body: str) -> str | None:
    """Hash of the words of a text, whatever their spelling and punctuation; None when it is too short to tell a copy."""
    if len(body) < MIN_COPY_TEXT:
        return None
    return hashlib.blake2b(" ".join(text.words(body)).encode(), digest_size=16).hexdigest()


def _hash(said: Snapshot) -> str:
    """Hash of all that a page says, but for what changes without a word being changed: pictures and their sizes."""
    data = {key: value for key, value in said.data.items() if key not in {"images", "links"}}
    shape = [said.title, said.excerpt, said.text, said.published_at, said.updated_at, data]
    written = json.dumps(shape, ensure_ascii=False, sort_keys=True)
    return hashlib.blake2b(written.encode("utf-8", "replace"), digest_size=16).hexdigest()
