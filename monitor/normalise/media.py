"""Pictures that stand beside the text of an entry: Media RSS, enclosures, iTunes; with their captions and credits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from monitor.normalise.address import web_address
from monitor.normalise.html import Markup, looks_like_markup, pixels
from seeds.record import Image
from seeds.text import clean

_TITLE = 500
_CREDIT = 200
_WRITERS = frozenset({"author", "writer", "editor", "reporter"})
"""Roles of a `media:credit` that name who wrote, not who took the picture."""
_PICTURE_NAME = re.compile(r"\.(?:jpe?g|png|webp|gif|avif)(?:$|\?)", re.IGNORECASE)

Raw = Mapping[str, Any]


def pictures(raw: Raw, base: str) -> Iterator[Image]:
    """The pictures of an entry in feedparser's words, the largest sources first."""
    for number, media in enumerate(dicts(raw.get("media_content")), 1):
        kind = f"{media.get('medium') or ''} {media.get('type') or ''}"
        if "image" in kind or (not kind.strip() and _has_picture_name(media.get("url"))):
            yield from _image(media.get("url"), media, base, *_words(raw, media, number))
    for media in dicts(raw.get("media_thumbnail")):
        yield from _image(media.get("url"), media, base)
    for link in dicts(raw.get("links")):
        kind = str(link.get("type") or "")
        if link.get("rel") == "enclosure" and (
            kind.startswith("image/") or (not kind and _has_picture_name(link.get("href")))
        ):
            yield from _image(link.get("href"), link, base)
    if isinstance(cover := raw.get("image"), Mapping):
        yield from _image(cover.get("href"), cover, base)


def caption(raw: Raw) -> str:
    """What a `media:description` says of an entry that has no other words, as those of video channels."""
    return next((said["content"] for said in dicts(raw.get("media_description")) if said.get("content")), "")


def writers(raw: Raw) -> Iterator[str]:
    """Who wrote, by `media:credit`."""
    for credit in dicts(raw.get("media_credit")):
        if _is_writer(credit):
            yield credit.get("content") or ""


def dicts(values: object) -> list[Raw]:
    """The dictionaries in a list that should hold nothing else."""
    return [dict(value) for value in values if isinstance(value, Mapping)] if isinstance(values, list) else []


def _words(raw: Raw, media: Raw, number: int) -> tuple[str | None, str | None]:
    """Title and attribution of the picture that came as this `media:content`: what stands in or right after it."""
    captions = dicts(raw.get("media_description"))
    credits_ = [credit for credit in dicts(raw.get("media_credit")) if not _is_writer(credit)]
    title = media.get("title") or _of(captions, number)
    return _plain(title, _TITLE), _plain(media.get("credit") or _of(credits_, number), _CREDIT)


def _of(said: list[Raw], number: int) -> str:
    """What is said after this picture and before the next, else before all of them."""
    found = {one.get("after"): one.get("content") or "" for one in reversed(said)}
    return found.get(number) or found.get(0) or ""


def _is_writer(credit: Raw) -> bool:
    return str(credit.get("role") or "").lower() in _WRITERS


def _plain(value: object, limit: int) -> str | None:
    if not isinstance(value, str) or not value:
        return None
    return clean(Markup(value).text if looks_like_markup(value) else value, limit) or None


def _image(
    url: object, values: Raw, base: str, title: str | None = None, attribution: str | None = None
) -> Iterator[Image]:
    if absolute := web_address(url, base):
        yield Image(absolute, pixels(values.get("width")), pixels(values.get("height")), title, attribution)


def _has_picture_name(url: object) -> bool:
    return isinstance(url, str) and _PICTURE_NAME.search(url) is not None
