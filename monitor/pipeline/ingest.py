"""Entries of one source into the store: identify, join or create, fold, judge.

The caller holds a transaction and gives each document a savepoint. What is known and unchanged costs a look-up; everything
a document needs to know is asked in a few queries for all its entries together.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from db import articles, facts, rulings
from db.rows import (
    Address,
    Article,
    Decision,
    EntryView,
    KnownEntry,
    NewArticle,
    NewEntry,
    Snapshot,
    Source,
    TitleMatch,
)
from monitor.identify import keys, ladder
from monitor.pipeline import copies, settling
from monitor.pipeline.fold import fold
from monitor.pipeline.judging import Judge, document_of
from monitor.pipeline.outlets import domain_of
from monitor.pipeline.refold import refold
from monitor.pipeline.revisions import differences
from monitor.pipeline.said import feed_identity
from monitor.pipeline.suggesting import Suggestions
from monitor.types import Entry
from seeds import address, text, traces
from seeds.record import Image

_LONGEST_NAME = 4
_LOOK_BACK = 200
"""Entries of a feed among which those are looked for that came again under other names."""
MAX_SNAPSHOTS = 24
"""Versions of one entry that are stored; some feeds put a counter into each text at each fetch."""
MAX_HEADLINES = 48
"""The same, where the headline is another: news of a correction is taken however often the text below counted up."""


@dataclass(slots=True)
class Outcome:
    """What a document brought."""

    entries: int = 0
    new: list[int] = field(default_factory=list)
    """Ids of articles that were not known."""
    joined: int = 0
    """New entries of articles that were known."""
    changed: int = 0
    overlap: bool = False
    """Whether any entry had been seen before in this source."""


class _Prepared(NamedTuple):
    entry: Entry
    key: str
    hash: str
    identity: str
    """What a new article gets its uid from."""
    uid: str
    addresses: tuple[keys.Known, ...]
    title_key: str
    handles: tuple[int, ...]
    """By what its link may be met again elsewhere (`seeds.traces.of_address`), and so the address of an article made of it."""
    bare: tuple[tuple[str, str], ...]
    """Title keys without what stands before the first or after the last separator, and that: perhaps the outlet's name."""


class Ingest:
    """The way of the entries of one document; made for each document, used once."""

    def __init__(
        self, connection: sqlite3.Connection, judge: Judge, now: str, capture: Mapping[str, str] | None = None
    ) -> None:
        """`capture`: of which archived copy the document is, `at` and `url`; its entries remember it."""
        self._connection = connection
        self._judge = judge
        self._now = now
        self._capture = capture
        self._outcome = Outcome()
        self._new: list[NewArticle] = []
        self._next_id = 0
        self._taken: set[str] = set()
        self._by_key: dict[str, int] = {}
        self._seeds: set[int] = set()
        self._by_title: dict[str, list[TitleMatch]] = {}
        self._shared: dict[int, list[int]] = {}
        self._suggested = Suggestions(connection)
        self._before: list[KnownEntry] = []

    def document(self, source: Source, entries: Sequence[Entry], policy: keys.Policy) -> Outcome:
        """Store the entries of one document of a source, told apart by `policy`; the oldest last, as feeds have them."""
        self._outcome.entries = len(entries)
        shared = keys.shared_keys(entries)
        prepared = {}
        for entry in reversed(entries):
            one = self._prepare(source, entry, policy, shared)
            prepared[one.key] = one
        known = facts.known_entries(self._connection, source.id, list(prepared))
        self._outcome.overlap = bool(known)
        if not known:  # of a feed that was read before: all that it had may be there again under other names
            self._before = facts.latest_entries(self._connection, source.id, _LOOK_BACK)
        unseen = [one for one in prepared.values() if one.key not in known or known[one.key].content_hash != one.hash]
        self._look_up(unseen)
        same = [known[k].id for k, one in prepared.items() if k in known and known[k].content_hash == one.hash]
        facts.touch_entries(self._connection, same, self._now)
        for one in unseen:
            self._entry(source, one, known.get(one.key))
        self._store_new()
        self._find_copies()
        touched = {*self._outcome.new, *self._judge.waiting}
        self._judge.flush(self._connection, self._now)
        settling.settle(self._connection, self._judge, touched, self._now)
        return self._outcome

    def _find_copies(self) -> None:
        """Look for the articles of one text with those that are new or say something else now."""
        copies.find(self._connection, self._outcome.new, self._shared, self._now)
        changed = self._judge.waiting - set(self._outcome.new)
        if changed:
            copies.look(self._connection, changed, self._now)

    def _prepare(self, source: Source, entry: Entry, policy: keys.Policy, shared: frozenset[str]) -> _Prepared:
        names = tuple(dict.fromkeys(n for n in (entry.provider_name, source.name, source.title) if n))
        key, addresses = keys.entry_key(entry, policy), keys.addresses(entry, shared)
        named = feed_identity(source, key, addresses)
        return _Prepared(
            entry=entry,
            key=key,
            hash=keys.content_hash(entry),
            identity=named,
            uid=keys.uid_for(named),
            addresses=addresses,
            title_key=text.title_key(entry.title, names),
            handles=traces.of_address(entry.link),
            bare=_without_outlet(entry.title),
        )

    def _look_up(self, unseen: Sequence[_Prepared]) -> None:
        wanted = {a.key for one in unseen for a in one.addresses if a.role != "link"}
        self._by_key = articles.by_keys(self._connection, sorted(wanted))
        self._seeds = articles.seeds_among(self._connection, set(self._by_key.values()))
        title_keys = {key for one in unseen for key in (one.title_key, *(key for key, _ in one.bare)) if key}
        self._by_title = articles.by_titles(self._connection, sorted(title_keys))
        self._taken = articles.uids_taken(self._connection, sorted({one.uid for one in unseen}))
        self._suggested.look_up(sorted({number for one in unseen for number in one.handles}))

    def _entry(self, source: Source, one: _Prepared, known: KnownEntry | None) -> None:
        if known is not None and ladder.is_reused(one.entry, known):
            one = self._under_a_key_of_its_own(source, one)
            known = facts.known_entries(self._connection, source.id, [one.key]).get(one.key)
            if known is not None and known.content_hash == one.hash:
                facts.touch_entries(self._connection, [known.id], self._now)
                return
        if known is not None:
            self._changed(one, known)
            return
        same = self._identify(source, one)
        if same is None:
            self._create(source, one)
        else:
            self._join(source, one, same)

    def _under_a_key_of_its_own(self, source: Source, one: _Prepared) -> _Prepared:
        """An entry whose guid was another article's before."""
        key = f"{one.key}\x1f{keys.entry_key(one.entry, 'link+date+title')}"
        named = feed_identity(source, key, one.addresses)
        uid = keys.uid_for(named)
        self._taken |= articles.uids_taken(self._connection, [uid])
        return one._replace(key=key, identity=named, uid=uid)

    # --- which article

    def _identify(self, source: Source, one: _Prepared) -> ladder.Same | None:
        found = ladder.by_address(one.addresses, self._by_key, self._seeds)
        if found:
            for other in found[1:]:
                self._merge(found[0], other)
            return found[0]
        direct = any(a.direct for a in one.addresses)
        for title_key, name in ((one.title_key, ""), *one.bare):
            outlet = _outlet(source, one.entry, name)
            candidates = self._by_title.get(title_key, ())
            same = ladder.by_title(one.entry, outlet, title_key, candidates, direct=direct, now=self._now)
            if same is not None:
                return same
        again = ladder.renewed(one.entry, self._before) if self._before else None
        if again is not None:
            self._before.remove(again[0])
            return again[1]
        return ladder.by_handle(one.entry, self._suggested.of(one.handles), self._now)

    def _merge(self, keep: ladder.Same, drop: ladder.Same) -> None:
        """Two stored articles turn out to be one, when an entry carries addresses of both and their headlines agree."""
        self._store_new()
        titles = articles.titles(self._connection, (keep.article_id, drop.article_id))
        likeness = keys.alike(titles[keep.article_id], titles[drop.article_id])
        if likeness < keys.ALIKE or drop.article_id in rulings.apart_from(self._connection, keep.article_id):
            return
        uid = articles.uid_of(self._connection, drop.article_id)
        articles.merge(self._connection, keep.article_id, drop.article_id)
        self._judge.drop(drop.article_id)
        self._by_key = {k: keep.article_id if v == drop.article_id else v for k, v in self._by_key.items()}
        self._suggested.moved(drop.article_id, keep.article_id)
        kept = articles.uid_of(self._connection, keep.article_id)
        evidence = {"keys": [keep.evidence["key"], drop.evidence["key"]], "headlines_alike": round(likeness, 2)}
        decision = Decision("identity", f"article:{kept}", f"article:{uid}", "same", "shared entry", 1.0, evidence)
        facts.record_decision(self._connection, decision, self._now)
        self._refold(keep.article_id)
        copies.regroup(self._connection, [keep.article_id], self._now, compare=False)

    # --- what to do with it

    def _create(self, source: Source, one: _Prepared) -> None:
        snapshot = _snapshot(one.entry, one.hash, self._capture)
        article = fold(self._uid(one), [EntryView(0, "self", source, self._now, snapshot)], one.entry.lemmas)
        if not self._new:
            self._next_id = articles.next_article_id(self._connection)
        article_id = self._next_id
        self._next_id += 1
        entry = NewEntry(source.id, one.key, one.entry.guid, snapshot, self._now)
        stems = one.entry.stems if article.title == one.entry.title else ""
        rows = self._judge.judge(document_of(article, stems))
        score, verdict = self._judge.best(rows)
        found = _traces(article, one)
        self._new.append(NewArticle(article_id, article, entry, _addresses(one), tuple(rows), score, verdict, found))
        self._outcome.new.append(article_id)
        self._remember(article_id, article, one)

    def _store_new(self) -> None:
        """Store the new articles that wait, all together."""
        if self._new:
            self._shared.update(articles.insert_articles(self._connection, self._new))
            self._new.clear()

    def _uid(self, one: _Prepared) -> str:
        uid = one.uid
        attempt = 0
        while uid in self._taken or (attempt and articles.uids_taken(self._connection, [uid])):
            attempt += 1
            uid = keys.uid_for(one.identity, attempt)
        self._taken.add(uid)
        return uid

    def _remember(self, article_id: int, article: Article, one: _Prepared) -> None:
        """Let the rest of the document find what it has just brought."""
        for known in one.addresses:
            if not known.weak:
                self._by_key.setdefault(known.key, article_id)
        match = TitleMatch(
            id=article_id,
            uid=article.uid,
            origin=article.origin,
            title_key=article.title_key,
            excerpt=article.excerpt,
            published_at=article.published_at,
            first_seen_at=article.first_seen_at,
            provider_name=article.provider_name,
            provider_domain=article.provider_domain,
            direct_address=any(a.direct for a in one.addresses),
            copy_of_id=None,
        )
        self._by_title.setdefault(article.title_key, []).append(match)
        self._suggested.remember(article_id, article, one.handles)

    def _join(self, source: Source, one: _Prepared, same: ladder.Same) -> None:
        self._store_new()
        entry = NewEntry(source.id, one.key, one.entry.guid, _snapshot(one.entry, one.hash, self._capture), self._now)
        entry_id = facts.insert_entry(self._connection, same.article_id, entry)
        articles.add_addresses(self._connection, same.article_id, self._addresses_of(same.article_id, one))
        uid = articles.uid_of(self._connection, same.article_id)
        decision = Decision(
            "identity", f"entry:{entry_id}", f"article:{uid}", "same", same.method, same.score, same.evidence
        )
        facts.record_decision(self._connection, decision, self._now)
        self._refold(same.article_id)
        self._outcome.joined += 1

    def _changed(self, one: _Prepared, known: KnownEntry) -> None:
        """The entry says something else than before: a revision of its article, unless only counters changed."""
        self._outcome.changed += 1
        most = MAX_SNAPSHOTS if text.fold(known.title) == text.fold(one.entry.title) else MAX_HEADLINES
        if known.snapshots >= most:
            facts.touch_entries(self._connection, [known.id], self._now)
            return
        facts.add_snapshot(self._connection, known.id, _snapshot(one.entry, one.hash, self._capture), self._now)
        articles.add_addresses(self._connection, known.article_id, self._addresses_of(known.article_id, one))
        for name, old, new in differences(known, one.entry):
            articles.add_revision(self._connection, known.article_id, name, old, new, self._now)
        self._refold(known.article_id)

    def _addresses_of(self, article_id: int, one: _Prepared) -> tuple[Address, ...]:
        """An entry's addresses for its article: what identifies an article that people said is another one is weak."""
        found = _addresses(one)
        holders = {self._by_key[a.key] for a in found if not a.weak and a.key in self._by_key} - {article_id}
        others = holders & rulings.apart_from(self._connection, article_id) if holders else set()
        return tuple(a._replace(weak=True) if self._by_key.get(a.key) in others else a for a in found)

    def _refold(self, article_id: int) -> None:
        refold(self._connection, article_id, self._judge, self._now)


def _traces(article: Article, one: _Prepared) -> tuple[int, ...]:
    """By what an article made of this entry alone may be met again elsewhere."""
    entry = one.entry
    texts = entry.traces if (article.excerpt, article.text) == (entry.excerpt, entry.text) else None
    if texts is None:
        texts = traces.of_texts(article.excerpt, article.text)
    return traces.together(article.title, article.title_key, texts, one.handles)


def _addresses(one: _Prepared) -> tuple[Address, ...]:
    return tuple(Address(a.url, a.role, a.key, a.weak, address.RULES_VERSION) for a in one.addresses)


def _outlet(source: Source, entry: Entry, name: str) -> ladder.Outlet:
    names = (entry.provider_name,) if entry.provider_name else tuple(n for n in (source.name, source.title) if n)
    parsed = address.parse(entry.link) if entry.link else None
    at_link = parsed.outlet if parsed is not None and not parsed.opaque else None
    return ladder.Outlet((*names, name), domain_of(entry.provider_url) or at_link)


def _without_outlet(title: str) -> tuple[tuple[str, str], ...]:
    """A headline's keys without its ends, where outlets put their name: (key, what was left out)."""
    cuts = [title.rpartition(mark)[::2] for mark in (" | ", " — ", " – ", " - ") if mark in title][:1]
    cuts += [title.partition(mark)[::-2] for mark in (": ", " | ") if mark in title][:1]
    return tuple((text.title_key(rest), name) for rest, name in cuts if len(name.split()) <= _LONGEST_NAME)


def _snapshot(entry: Entry, content_hash: str, capture: Mapping[str, str] | None) -> Snapshot:
    data = {
        "authors": list(entry.authors),
        "topics": list(entry.topics),
        "images": [_image(image) for image in entry.images],
        "provider_name": entry.provider_name,
        "provider_url": entry.provider_url,
        "links": [{"url": link.url, "role": link.role} for link in entry.links],
        "originalUrl": next((link.url for link in entry.links if link.role == "original"), None),
        "capture": dict(capture) if capture else None,
    }
    return Snapshot(
        content_hash=content_hash,
        title=entry.title,
        link=entry.link,
        excerpt=entry.excerpt,
        text=entry.text,
        published_at=entry.published_at,
        published_raw=entry.published_raw,
        date_quality=entry.date_quality,
        updated_at=entry.updated_at,
        language=entry.language,
        data={k: v for k, v in data.items() if v},
    )


def _image(image: Image) -> dict[str, object]:
    """An image in the keys of the seed format."""
    named = {
        "url": image.url,
        "width": image.width,
        "height": image.height,
        "title": image.title,
        "attribution": image.attribution,
    }
    return {key: value for key, value in named.items() if value is not None}
