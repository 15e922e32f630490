"""Seed documents into the store: each a source whose entries are the article itself and those its `related` lists.

Seeds come in by the same ladder as entries of feeds, so a document added for an article that a feed brought long ago
makes that article a seed, and a removed document gives it back to the feed.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePath

from db import articles, facts, rulings
from db.rows import Address, Decision, EntryView, NewArticle, NewEntry, Role, Snapshot, Source
from db.store import Store
from monitor.identify import keys, ladder
from monitor.normalise.language import declared
from monitor.pipeline import copies, settling
from monitor.pipeline.fold import fold
from monitor.pipeline.judging import Judge
from monitor.pipeline.outlets import domain_of
from monitor.pipeline.refold import refold
from monitor.pipeline.said import entry_of, seed_identity
from monitor.relate.types import SeedText
from monitor.types import Entry
from seeds import address, text
from seeds.record import Record
from seeds.shape import record_to_dict

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class SeedFile:
    """A good seed document: its address in the store (watch and path), its watch and its record."""

    address: str
    watch: str
    record: Record


@dataclass(slots=True)
class Synced:
    """What changed among the seeds."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def sync(
    store: Store, files: Sequence[SeedFile], judge: Judge, now: str, *, kept: AbstractSet[str] = frozenset()
) -> Synced:
    """Make the stored seeds those of `files`: added, changed and removed, all in one transaction.

    `kept` are documents, or folders of them, that cannot be read just now, half saved or unmounted perhaps: what they
    said last stays.
    """
    synced = Synced()
    judge.forget()
    with store.transaction() as connection:
        stored = {source.address: source for source in facts.sources(connection, "seed")}
        for file in files:
            old = stored.pop(file.address, None)
            fingerprint = _fingerprint(file)
            if old is not None and old.fingerprint == fingerprint:
                continue
            (synced.changed if old else synced.added).append(file.address)
            columns = {"watch": file.watch, "fingerprint": fingerprint, "name": file.record.title}
            source = facts.ensure_source(connection, "seed", file.address, now, **columns)
            _store_document(connection, source, file.record, judge, now)
        for gone in (source for source in stored.values() if kept.isdisjoint(_with_parents(source.address))):
            synced.removed.append(gone.address)
            for article_id in facts.remove_source(connection, gone.id, now):
                refold(connection, article_id, judge, now)
        touched = set(judge.waiting)
        judge.flush(connection, now)
        settling.settle(connection, judge, touched, now)
    return synced


def _with_parents(path: str) -> list[str]:
    return [path, *map(str, PurePath(path).parents)]


def seed_texts(connection: sqlite3.Connection) -> Mapping[str, list[SeedText]]:
    """Watch → its seeds, as the matchers want them."""
    rows = connection.execute(
        "SELECT s.watch, a.uid, n.data FROM source s JOIN entry e ON e.source_id = s.id"
        " JOIN snapshot n ON n.id = e.snapshot_id JOIN article a ON a.id = e.article_id"
        " WHERE s.kind = 'seed' AND s.removed_at IS NULL AND e.role = 'self' AND e.withdrawn_at IS NULL"
        " ORDER BY s.watch, s.address"
    )
    watches: dict[str, list[SeedText]] = {}
    for watch, uid, data in rows:
        watches.setdefault(watch, []).append(
            seed_text(uid, json.loads(data)["record"], json.loads(data).get("body", ""))
        )
    return watches


def seed_text(uid: str, record: dict[str, object], body: str) -> SeedText:
    """A seed as the matchers want it, from its record in the shape of the seed format."""
    provider = record.get("provider")
    outlet = provider.get("name") or provider.get("domain") if isinstance(provider, dict) else None
    day = _day(str(record.get("publishedDateTime") or "")[:10])
    related = record.get("related")
    topics = record.get("topics")
    return SeedText(
        uid=uid,
        title=str(record["title"]),
        excerpt=str(record.get("excerpt") or ""),
        body=body,
        topics=tuple(str(t) for t in topics) if isinstance(topics, list) else (),
        related_titles=tuple(str(r["title"]) for r in related) if isinstance(related, list) else (),
        label=", ".join(part for part in (outlet, day) if part) or str(record["title"]),
        language=declared(record.get("locale")) or "",
    )


def _day(written: str) -> str:
    """A day as people write it: 21 Jul 2020."""
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return ""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _store_document(connection: sqlite3.Connection, source: Source, record: Record, judge: Judge, now: str) -> None:
    """Store a document's own article and those it lists; entries it no longer has are withdrawn."""
    before = {
        row[1]: row[0]
        for row in connection.execute("SELECT id, entry_key, article_id FROM entry WHERE source_id = ?", (source.id,))
    }
    touched = {row[0] for row in connection.execute("SELECT article_id FROM entry WHERE source_id = ?", (source.id,))}
    documents: list[tuple[Role, Record]] = [("self", record), *(("listed", r) for r in record.related)]
    for role, listed in documents:
        entry = entry_of(listed)
        key = f"{role}:{_identity(entry)}"
        entry_id = before.pop(key, None)
        snapshot = _snapshot(listed, entry)
        if entry_id is not None:
            facts.add_snapshot(connection, entry_id, snapshot, now)
            continue
        touched.add(_place(connection, source, entry, NewEntry(source.id, key, None, snapshot, now, role), judge))
    facts.withdraw_entries(connection, before.values(), now)
    for article_id in sorted(touched):
        refold(connection, article_id, judge, now)
    copies.look(connection, sorted(touched), now)


def _place(connection: sqlite3.Connection, source: Source, entry: Entry, new: NewEntry, judge: Judge) -> int:
    """Store a new entry of a seed with the article it speaks of, known or not; returns the article's id."""
    known = keys.addresses(entry)
    rows = tuple(Address(a.url, a.role, a.key, a.weak, address.RULES_VERSION) for a in known)
    found = _found(connection, entry, known, new.seen_at)
    if not found:
        article = fold(_uid(connection, entry, known), [EntryView(0, new.role, source, new.seen_at, new.snapshot)])
        article_id = articles.next_article_id(connection)
        articles.insert_articles(connection, [NewArticle(article_id, article, new, rows)])
        return article_id
    first, *others = found
    _merge(connection, judge, first.article_id, [other.article_id for other in others], new.seen_at)
    entry_id = facts.insert_entry(connection, first.article_id, new)
    articles.add_addresses(connection, first.article_id, rows)
    uid = articles.uid_of(connection, first.article_id)
    decision = Decision(
        "identity", f"entry:{entry_id}", f"article:{uid}", "same", first.method, first.score, first.evidence
    )
    facts.record_decision(connection, decision, new.seen_at)
    return first.article_id


def _merge(connection: sqlite3.Connection, judge: Judge, keep: int, others: Sequence[int], now: str) -> None:
    """Make what a seed speaks of one article, but for what people said is another one."""
    apart = rulings.apart_from(connection, keep) if others else set()
    merged = [other for other in others if other not in apart]
    for other in merged:
        articles.merge(connection, keep, other)
        judge.drop(other)
    if merged:
        copies.regroup(connection, [keep], now, compare=False)


def _found(connection: sqlite3.Connection, entry: Entry, known: Sequence[keys.Known], now: str) -> list[ladder.Same]:
    """The stored articles that a seed speaks of."""
    found = ladder.by_address(known, articles.by_keys(connection, sorted({a.key for a in known if not a.weak})))
    if found:
        return found
    names = (entry.provider_name,) if entry.provider_name else ()
    title_key = text.title_key(entry.title, names)
    candidates = articles.by_titles(connection, [title_key]).get(title_key, [])
    direct = any(a.direct for a in known)
    outlet = ladder.Outlet(names, domain_of(entry.provider_url))
    same = ladder.by_title(entry, outlet, title_key, candidates, direct=direct, now=now, timeless=not direct)
    return [same] if same else []


def _uid(connection: sqlite3.Connection, entry: Entry, known: Sequence[keys.Known]) -> str:
    identity = seed_identity(entry, known)
    attempt = 0
    while articles.uids_taken(connection, [uid := keys.uid_for(identity, attempt)]):
        attempt += 1
    return uid


def _identity(entry: Entry) -> str:
    strong = next((a.key for a in keys.addresses(entry) if not a.weak), None)
    return strong or f"{text.fold(entry.title)}\x1f{text.fold(entry.provider_name or '')}"


def _snapshot(record: Record, entry: Entry) -> Snapshot:
    shape = record_to_dict(record)
    return Snapshot(
        content_hash=keys.content_hash(entry),
        title=entry.title,
        link=entry.link,
        excerpt=entry.excerpt,
        text=entry.text,
        published_at=entry.published_at,
        published_raw=entry.published_raw,
        date_quality=entry.date_quality,
        language=entry.language,
        data={"record": {k: v for k, v in shape.items() if k != "body"}, "body": entry.text},
    )


def _fingerprint(file: SeedFile) -> str:
    shape = json.dumps([file.watch, record_to_dict(file.record), file.record.body], sort_keys=True, ensure_ascii=False)
    return hashlib.blake2b(shape.encode(), digest_size=16).hexdigest()
