"""The record of one article: the common currency of the whole program.

A seed document, an article in a seed's `related` list and an item found in a feed all become a `Record`. Fields have
the names of the seed format in snake case; `KEYS` maps them to the names in documents, in the order of the format.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

_NOTHING: Mapping[str, Any] = MappingProxyType({})


def _nothing() -> Mapping[str, Any]:
    """One shared empty mapping; a factory, as Python 3.11 takes no unhashable default."""
    return _NOTHING


@dataclass(frozen=True, slots=True)
class Image:
    """A picture that belongs to an article or an outlet; sizes are in pixels."""

    url: str
    width: int | None = None
    height: int | None = None
    title: str | None = None
    attribution: str | None = None
    is_cached: bool | None = None
    extra: Mapping[str, Any] = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class Provider:
    """The outlet that published an article."""

    name: str | None = None
    domain: str | None = None
    images: tuple[Image, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class Record:
    """One article in the shape of the seed format.

    Dates are kept as the text they were (`publishedDateTime` is usually `YYYY-MM-DDTHH:MM:SSZ`). Keys that the format
    does not know are in `extra`; `secured` is opaque. `body` is the Markdown after the front matter.
    """

    title: str
    category: str | None = None
    excerpt: str | None = None
    published_date_time: str | None = None
    updated_date_time: str | None = None
    original_url: str | None = None
    web_url: str | None = None
    amp_web_url: str | None = None
    cdn_amp_web_url: str | None = None
    type: str | None = None
    quality: int | None = None
    heat: int | None = None
    published: bool | None = None
    locale: str | None = None
    provider: Provider | None = None
    topics: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()
    related: tuple[Record, ...] = ()
    secured: str | None = None
    extra: Mapping[str, Any] = field(default_factory=_nothing)
    body: str = ""


KEYS: Mapping[str, str] = MappingProxyType(
    {
        "category": "category",
        "title": "title",
        "excerpt": "excerpt",
        "published_date_time": "publishedDateTime",
        "updated_date_time": "updatedDateTime",
        "original_url": "originalUrl",
        "web_url": "webUrl",
        "amp_web_url": "ampWebUrl",
        "cdn_amp_web_url": "cdnAmpWebUrl",
        "type": "type",
        "quality": "quality",
        "heat": "heat",
        "published": "published",
        "locale": "locale",
        "provider": "provider",
        "topics": "topics",
        "tags": "tags",
        "categories": "categories",
        "images": "images",
        "related": "related",
        "secured": "secured",
    }
)
"""Field of `Record` → key in a document, in the order of the format."""
