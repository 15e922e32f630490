"""The rows of the tables, as the write side takes and gives them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

SourceKind = Literal["feed", "seed", "backfill"]
Role = Literal["self", "listed"]
"""An article's own entry, or its mention in a seed's `related`."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where entries come from."""

    id: int
    kind: SourceKind
    address: str
    name: str | None = None
    title: str | None = None
    link: str | None = None
    watch: str | None = None
    fingerprint: str | None = None
    outlet_domain: str | None = None
    """Where the outlet is whose feed it is; not where the feed is, if its entries lead elsewhere."""
    outlet_name: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed with what polling it needs."""

    source: Source
    interval_s: int | None
    etag: str | None
    last_modified: str | None
    validators_url: str | None
    body_hash: str | None
    document_at: str | None
    entry_policy: str
    usual_gap_s: int | None
    permanent_url: str | None
    permanent_since: str | None
    permanent_seen: int
    state: str
    failing_since: str | None
    consecutive_failures: int
    gone_confirmations: int
    last_success_at: str | None
    last_new_item_at: str | None
    next_poll_at: str
    problem: str | None = None
    longest_gap_s: int | None = None
    reason: str = ""
    added_at: str | None = None
    """Since when it is watched; what it brought before is known from the dates in its document alone."""
    ttl_s: int | None = None
    max_age_s: int | None = None
    skip: str = ""
    tide: str | None = None
    haste: float = 1.0
    conditional: int = 0
    doubted_until: str | None = None
    adopted_url: str | None = None
    adopted_at: str | None = None
    host: str = ""
    pieces: bytes = b""
    """By what the entries of its last document are known again (`db.pieces`); of feeds that are claimed."""


class KnownEntry(NamedTuple):
    """An entry already stored, with what its latest snapshot said of its identity."""

    id: int
    entry_key: str
    article_id: int
    content_hash: str
    snapshots: int
    link: str | None
    title: str
    excerpt: str
    published_at: str | None
    guid: str | None = None


class Snapshot(NamedTuple):
    """What an entry said at one time. `data`: authors, topics, images, links, provider, or a seed's whole record."""

    content_hash: str
    title: str
    link: str | None = None
    excerpt: str = ""
    text: str = ""
    published_at: str | None = None
    published_raw: str = ""
    date_quality: str = "none"
    updated_at: str | None = None
    language: str | None = None
    data: Mapping[str, Any] = MappingProxyType({})


class NewEntry(NamedTuple):
    """An entry that was not there before, with what it says."""

    source_id: int
    entry_key: str
    guid: str | None
    snapshot: Snapshot
    seen_at: str
    role: Role = "self"


class EntryView(NamedTuple):
    """One live entry of an article, for folding entries into the article."""

    entry_id: int
    role: Role
    source: Source
    first_seen_at: str
    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class EntryHistory:
    """An entry with all that it ever said, for telling again which article it is."""

    entry_id: int
    source: Source
    entry_key: str
    guid: str | None
    role: Role
    first_seen_at: str
    withdrawn: bool
    snapshots: tuple[tuple[str, Snapshot], ...]
    """(when it was seen, what it said), the oldest first."""


class Address(NamedTuple):
    """An address an article is known by."""

    url: str
    role: str
    key: str
    weak: bool
    rules_version: int


class Article(NamedTuple):
    """The projection of one article."""

    uid: str
    origin: str
    title: str
    title_key: str
    excerpt: str
    text: str
    lemmas: str
    web_url: str | None
    published_at: str | None
    date_quality: str
    first_seen_at: str
    sort_at: str
    language: str | None
    provider_name: str | None
    provider_domain: str | None
    judged_on: str
    record: Mapping[str, Any] = MappingProxyType({})
    read: bool = False
    """Whether its text is that of its page; not stored with it (see `pages.set_read_at`)."""


class TitleMatch(NamedTuple):
    """An article with a given title, with what is needed to tell whether it is the same or a copy."""

    id: int
    uid: str
    origin: str
    title_key: str
    excerpt: str
    published_at: str | None
    first_seen_at: str
    provider_name: str | None
    provider_domain: str | None
    direct_address: bool
    """Whether it has an identifying address at its own outlet; of a seed, whether its document gives one."""
    copy_of_id: int | None


class Judged(NamedTuple):
    """A verdict on an article for one watch, as stored."""

    watch: str
    score: float
    verdict: str
    judged_on: str
    reason: str
    terms: list[dict[str, Any]]
    parts: dict[str, Any]
    nearest: list[tuple[str, float]]
    matcher_version: str


@dataclass(frozen=True, slots=True)
class Subject:
    """An article as verdicts of people look at it."""

    id: int
    origin: str
    title: str
    excerpt: str
    text: str
    judged_on: str
    provider_name: str | None
    provider_domain: str | None
    story_id: int | None
    root_id: int
    """The article whose text it is; its own id when the text is its own."""
    read: bool
    """Whether its text was read at its page."""
    web_url: str | None = None
    language: str | None = None
    published_at: str | None = None
    uid: str = ""


class NewArticle(NamedTuple):
    """An article that was not known before, with all that is stored of it at first."""

    id: int
    article: Article
    entry: NewEntry
    addresses: tuple[Address, ...]
    judged: tuple[Judged, ...] = ()
    relevance: float = 0.0
    verdict: str = "no"
    traces: tuple[int, ...] | None = None
    """By what it may be met again elsewhere (`seeds.traces`), when that is known already."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A conclusion of a rule or a person, with its evidence."""

    kind: str
    a: str
    b: str
    verdict: str
    method: str
    score: float | None = None
    evidence: dict[str, Any] = field(default_factory=dict)
    decided_by: Literal["rule", "user"] = "rule"
