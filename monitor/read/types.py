"""What reading a page takes and gives.

    Wanted ─► Visitor ─► Visit(Page or Failure, the requests that were made)

All frozen; a `Page` travels as JSON between the process that reads and the one that asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Literal

from monitor.normalise.credits import Credit
from monitor.types import DateQuality, Exchange, FetchKind, ParseKind, Validators
from seeds.record import Image

Relation = Literal["final", "canonical", "amp", "og", "data"]
"""Who says that an address is the article's: where redirects ended; `rel=canonical`; `rel=amphtml`; og:url; linked data."""

FailureKind = (
    FetchKind
    | ParseKind
    | Literal["robots", "robots_unreachable", "not_a_page", "too_deep", "another_page", "home_page"]
)
"""What came instead of an article: of a request, of a document, or of a page that is not the article."""


@dataclass(frozen=True, slots=True)
class PageLink:
    """An address that a page gives for its article."""

    url: str
    relation: Relation


@dataclass(frozen=True, slots=True)
class Page:
    """What the page of an article says. Texts are plain, NFC and bounded; times are UTC."""

    title: str = ""
    excerpt: str = ""
    text: str = ""
    """The whole text, a line for each paragraph; empty when none could be told from what surrounds it."""
    site: str | None = None
    language: str | None = None
    published_at: str | None = None
    published_raw: str = ""
    date_quality: DateQuality = "none"
    updated_at: str | None = None
    authors: tuple[str, ...] = ()
    credits: tuple[Credit, ...] = ()
    images: tuple[Image, ...] = ()
    links: tuple[PageLink, ...] = ()
    paywalled: bool | None = None
    """Whether only the beginning can be read; None when nothing says so, or that it is free."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a page gave no article, in a sentence."""

    kind: FailureKind
    message: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page to be read, and what is known of its article: a page that does not speak of it is another one."""

    page_id: int
    url: str
    title: str
    excerpt: str = ""
    validators: Validators | None = None
    capture: bool = False


@dataclass(frozen=True, slots=True)
class Site:
    """What a site lets programs read (RFC 9309), as it last said."""

    origin: str
    """Scheme, host and port: `https://example.org`."""
    rules: str = ""
    """Its robots.txt; empty when it has none, which allows everything."""
    reachable: bool = True
    """False: robots.txt could not be had, which forbids everything for a while."""
    kind: str = ""
    reason: str = ""
    """What was the matter with the request, as of `FetchFailure`."""
    checked_at: str = ""
    good_until: str = ""
    """UTC, as stored."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What came of one attempt to read a page."""

    wanted: Wanted
    started_at: datetime
    result: Page | Failure | None
    """None: the server says that nothing changed."""
    status: int | None = None
    final_url: str = ""
    bytes: int = 0
    duration_ms: int = 0
    retry_after: int | None = None
    """Seconds for which the host asks to be left alone."""
    validators: Validators | None = None
    exchanges: tuple[Exchange, ...] = ()


def page_to_json(page: Page) -> dict[str, Any]:
    """The page as JSON types, without empty values."""
    plain = {key: value for key, value in asdict(replace(page, images=())).items() if value not in (None, "", ())}
    if page.images:
        plain["images"] = [image_to_json(image) for image in page.images]
    return plain


def page_from_json(data: Mapping[str, Any]) -> Page:
    """The inverse of `page_to_json`."""
    plain = dict(data)
    plain["authors"] = tuple(plain.get("authors", ()))
    plain["credits"] = tuple(Credit(**credit) for credit in plain.get("credits", ()))
    plain["images"] = tuple(Image(**image) for image in plain.get("images", ()))
    plain["links"] = tuple(PageLink(**link) for link in plain.get("links", ()))
    return Page(**plain)


def image_to_json(image: Image) -> dict[str, Any]:
    """An image in the keys of the seed format."""
    named = {"url": image.url, "width": image.width, "height": image.height, "title": image.title}
    return {key: value for key, value in named.items() if value is not None}
