"""The frozen types at the borders of the pipeline.

    fetch ─► Fetched ─► parse, normalise ─► Parsed(Entry…) ─► identify, relate ─► store

Each stage takes one of these and gives the next. Texts are plain (no markup), NFC and bounded; links are absolute
http(s) addresses; times are UTC, `YYYY-MM-DDTHH:MM:SSZ`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, BinaryIO, Literal

from seeds.record import Image

DateQuality = Literal["exact", "day", "zone_assumed", "implausible", "none"]
"""How far a date can be trusted: to the second; to the day; its zone was missing; nonsense (date dropped); absent."""

LinkRole = Literal["web", "original", "amp", "cdn_amp", "guid", "redirect", "link"]


@dataclass(frozen=True, slots=True)
class Link:
    """One more address an entry gives for its article."""

    url: str
    role: LinkRole


@dataclass(frozen=True, slots=True)
class Entry:
    """What one source says about one article."""

    guid: str | None
    link: str | None
    title: str
    excerpt: str = ""
    text: str = ""
    published_at: str | None = None
    updated_at: str | None = None
    published_raw: str = ""
    date_quality: DateQuality = "none"
    authors: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()
    provider_name: str | None = None
    provider_url: str | None = None
    """The `<source>` of the entry when it has one (news searches and aggregators do)."""
    language: str | None = None
    """Two-letter code, declared by the feed or detected in the text."""
    links: tuple[Link, ...] = ()
    """Further addresses: enclosing AMP links, `feedburner:origLink`, a guid that is an address."""
    lemmas: str = ""
    """What search needs beside the texts (`seeds.text.lemma_text`), worked out in the process that parses."""
    stems: str = ""
    """What of it is judged (`seeds.text.said`), worked out there as well."""
    traces: tuple[int, ...] | None = None
    """By what its texts may be met again (`seeds.traces.of_texts`), likewise."""


@dataclass(frozen=True, slots=True)
class Hints:
    """What a feed document says about when to come back: RSS `ttl`, `skipHours`, `skipDays`; `sy:*`.

    `ttl` is in seconds, hours are 0 to 23 in UTC, days are English names.
    """

    ttl: int | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Further:
    """Where a feed document says that more of its feed is: RFC 5005, `rel=next` (RFC 5005, 3), `next_url` of JSON Feed."""

    next: str | None = None
    """The next page, of what came before."""
    previous_archive: str | None = None
    """The archive document before this one (RFC 5005, 4)."""
    complete: bool = False
    """Whether the document says that it has all entries there are (RFC 5005, 2)."""
    generator: str = ""
    """What made it: name and address, as far as it says."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A feed document that was read, in whole or (then `degraded` says why) in part."""

    version: str
    title: str = ""
    link: str | None = None
    language: str | None = None
    entries: tuple[Entry, ...] = ()
    hints: Hints = field(default_factory=Hints)
    degraded: str | None = None
    skipped: int = 0
    """Entries that had neither title, link, guid nor text, or that could not be read."""
    further: Further = field(default_factory=Further)


ParseKind = Literal[
    "empty",
    "not_a_feed",
    "login",
    "challenge",
    "consent",
    "forbidden",
    "legal",
    "for_sale",
    "unsupported",
    "no_preview",
    "malformed",
    "refused",
    "timeout",
    "memory",
    "crashed",
]


@dataclass(frozen=True, slots=True)
class ParseFailure:
    """A document that gave no entries at all, and in plain words why."""

    kind: ParseKind
    message: str
    advice: str = ""
    """What to do, where this document says more than its kind does."""


FetchKind = Literal[
    "dns",
    "refused",
    "timeout",
    "tls",
    "protocol",
    "network",
    "proxy",
    "too_large",
    "encoding",
    "blocked_address",
    "redirect",
    "client_error",
    "not_found",
    "no_file",
    "gone",
    "forbidden",
    "unauthorised",
    "legal",
    "too_many_requests",
    "server_error",
    "challenge",
    "unreadable",
    "internal",
]


@dataclass(frozen=True, slots=True)
class FetchFailure:
    """A request that brought no document, and a sentence without secrets that says why."""

    kind: FetchKind
    message: str


@dataclass(frozen=True, slots=True)
class Validators:
    """What a conditional GET sends back (RFC 9110, 13): opaque, kept together, only for the address that gave them."""

    url: str
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One feed or page to fetch."""

    url: str
    """With secrets filled in; never stored or logged."""
    validators: Validators | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    """Sent to the origin of `url` alone, wherever it redirects."""
    proxy: str | None = None
    """None: the one for all requests; empty: none."""
    stay: bool = False
    """Whether a redirect is not followed, but given back as `Fetched.leads_to`: where it leads may have to be asked first."""
    keep: bool = False
    """Whether `Fetched.exchanges` is wanted."""
    into: BinaryIO | None = None
    """A file that the body is written to as it comes, in place of `Fetched.body`, which is empty then."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer as they went over the wire, but for the transfer coding, which is undone."""

    url: str
    request: tuple[tuple[str, str], ...]
    status: int
    answer: tuple[tuple[str, str], ...]
    """Header fields in their order; values as latin-1 text."""
    body: bytes = b""
    """With its content coding."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """The answer to a request: a body, a 304, or a failure."""

    status: int | None
    final_url: str
    body: bytes | None = None
    content_type: str = ""
    validators: Validators | None = None
    permanent_url: str | None = None
    """Where a chain of only 301 and 308 led, when the answer was good."""
    retry_after: int | None = None
    """Seconds, from Retry-After in either form, at most seven days."""
    max_age: int | None = None
    """Seconds of freshness left, from Cache-Control and Age, or Expires and Date."""
    bytes: int = 0
    """As received, before decompression."""
    duration_ms: int = 0
    failure: FetchFailure | None = None
    leads_to: str | None = None
    """Where a redirect leads that was not followed, see `Request.stay`; then there is no body."""
    exchanges: tuple[Exchange, ...] = ()

    @property
    def not_modified(self) -> bool:
        """Whether the server said that nothing changed."""
        return self.status == 304 and self.failure is None


def entry_to_json(entry: Entry) -> dict[str, Any]:
    """The entry as JSON types, without empty values."""
    plain = {name: value for name in _ENTRY_FIELDS if (value := getattr(entry, name)) not in _EMPTY}
    if entry.images:
        plain["images"] = [_image_to_json(image) for image in entry.images]
    if entry.traces is not None:
        plain["traces"] = entry.traces  # none is not the same as not known
    if entry.links:
        plain["links"] = [{"url": link.url, "role": link.role} for link in entry.links]
    return plain


_ENTRY_FIELDS = tuple(f.name for f in fields(Entry))
_IMAGE_FIELDS = tuple(f.name for f in fields(Image) if f.name != "extra")
_EMPTY: tuple[Any, ...] = (None, "", ())


def _image_to_json(image: Image) -> dict[str, Any]:
    return {name: value for name in _IMAGE_FIELDS if (value := getattr(image, name)) is not None}


def entry_from_json(data: Mapping[str, Any]) -> Entry:
    """The inverse of `entry_to_json`."""
    plain = dict(data)
    plain["images"] = tuple(Image(**image) for image in plain.get("images", ()))
    plain["links"] = tuple(Link(**link) for link in plain.get("links", ()))
    if "traces" in plain:
        plain["traces"] = tuple(plain["traces"])
    for key in ("authors", "topics"):
        plain[key] = tuple(plain.get(key, ()))
    return Entry(guid=plain.pop("guid", None), link=plain.pop("link", None), title=plain.pop("title", ""), **plain)
