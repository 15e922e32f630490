"""From feedparser's view of an entry to an `Entry`: plain, bounded, absolute, dated."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.normalise import dates
from monitor.normalise.address import web_address
from monitor.normalise.html import Markup, looks_like_markup, paragraphs
from monitor.normalise.language import declared, language_of
from monitor.normalise.media import caption, dicts, pictures, writers
from monitor.types import Entry, Link
from seeds.record import Image
from seeds.text import SEARCHED, clean, lemma_text, said
from seeds.traces import of_texts

TITLE = 500
EXCERPT = 1_000
TEXT = 100_000
GUID = 2_000
LIST = 50
_LEAD = 300
_NAME = 200
_SAYS = ("id", "link", "title", "summary", "content", "media_description")
_FULL_TEXTS = ("yandex_full-text", "turbo_content")
"""Where feeds made for Yandex have the whole article."""
_HTML = frozenset({"text/html", "application/xhtml+xml", "html", "xhtml"})
_SAY_WHAT_IS_PLAIN = ("atom", "json", "telegram")
_SENTENCE_END = re.compile(r"[.!?…][\"»”)]?(?=\s)")

Raw = Mapping[str, Any]
"""feedparser's dictionary of one element; only its plain `dict` side is used."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the document around an entry contributes."""

    version: str
    base: str
    """The final address of the feed, without secrets."""
    language: str | None
    now: datetime


def entry_of(raw: Raw, context: Context) -> Entry | None:
    """The entry, or None when it says nothing at all: no title, address, guid, summary or content."""
    raw = dict(raw)  # feedparser's own kind of dictionary is slow, and answers `updated` with `published`
    if not any(_is_seen(raw.get(key)) for key in _SAYS):
        return None
    guid = _guid(raw)
    link = _link(raw, context.base)
    title = plain(raw.get("title"), raw.get("title_detail"), context.version, TITLE)
    summary = _Piece.of(raw.get("summary"), raw.get("summary_detail"), context)
    contents = [_Piece.of(c.get("value"), c, context) for c in dicts(raw.get("content")) if _is_text(c)]
    contents += [_Piece.of(raw[key], None, context) for key in _FULL_TEXTS if raw.get(key)]
    if "media_description" in raw and not (summary.value or contents):
        summary = _Piece.of(caption(raw), None, context)
    excerpt, text = _excerpt_and_text(summary, contents)
    published = _published(raw, context.now)
    source = raw.get("source")
    return Entry(
        guid=guid,
        link=link,
        title=title,
        excerpt=excerpt,
        text=text,
        published_at=published.at,
        updated_at=dates.read(raw.get("updated"), raw.get("updated_parsed"), context.now).at,
        published_raw=published.raw,
        date_quality=published.quality,
        authors=_authors(raw),
        topics=_topics(raw),
        images=_images(raw, [summary, *contents], context.base),
        provider_name=_source_name(source, context.version),
        provider_url=_source_url(source, context.base),
        language=language_of(f"{title}\n{excerpt}", declared(_detail_language(raw), context.language)),
        links=_links(raw, link, guid, context.base),
        lemmas=lemma_text(title, excerpt, text[:SEARCHED]),
        stems=said(title, excerpt, text),
        traces=of_texts(excerpt, text),
    )


def _is_seen(value: object) -> bool:
    """Whether there is anything in it but spaces and characters that cannot be seen."""
    return bool(clean(value, GUID)) if isinstance(value, str) else isinstance(value, list) and bool(value)


def plain(value: object, detail: object, version: str, limit: int) -> str:
    """A short text on one line, with markup resolved where the feed says, or in RSS shows, that there is some."""
    if not isinstance(value, str) or not value:
        return ""
    if _is_html(value, detail, version):
        value = Markup(value).text
    return clean(value, limit)


class _Piece:
    """A summary or a content: text and, when it is markup, pictures."""

    def __init__(self, value: str, markup: Markup | None, base: str) -> None:
        self._value = value
        self._markup = markup
        self._base = base

    @classmethod
    def of(cls, value: object, detail: object, context: Context) -> _Piece:
        text = value if isinstance(value, str) else ""
        base = detail.get("base") if isinstance(detail, Mapping) else None
        markup = Markup(text) if _is_html(text, detail, context.version) else None
        return cls(text, markup, base or context.base)

    @property
    def text(self) -> str:
        return self._value if self._markup is None else self._markup.text

    @property
    def value(self) -> str:
        return self._value

    def images(self) -> tuple[Image, ...]:
        return () if self._markup is None else self._markup.images(self._base)


def _is_html(value: str, detail: object, version: str) -> bool:
    kind = detail.get("type") if isinstance(detail, Mapping) else None
    if kind in _HTML:
        return True
    # These say what is plain. RSS does not, and feedparser's guess is cautious.
    return not version.startswith(_SAY_WHAT_IS_PLAIN) and looks_like_markup(value)


def _is_text(content: Raw) -> bool:
    kind = content.get("type") or "text/plain"
    return isinstance(kind, str) and (kind.startswith("text/") or kind in _HTML or kind.endswith("xml"))


def _excerpt_and_text(summary: _Piece, contents: Sequence[_Piece]) -> tuple[str, str]:
    longest = max(contents, key=lambda piece: len(piece.value), default=None)
    body = "" if longest is None else paragraphs(longest.text, TEXT)
    whole = body if longest is not None and longest.value == summary.value else paragraphs(summary.text, TEXT)
    excerpt = clean(whole[: 4 * EXCERPT], EXCERPT) if whole and whole != body else _lead(body)
    text = max(body, whole, key=len)
    return excerpt, text if len(text) > len(excerpt) else ""


def _lead(text: str) -> str:
    """The beginning of a text, up to the end of a sentence, or else of a word."""
    flat = clean(text[: 4 * EXCERPT], EXCERPT)
    if len(flat) <= _LEAD:
        return flat
    ends = [match.end() for match in _SENTENCE_END.finditer(flat, _LEAD // 3, _LEAD + 50)]
    return flat[: ends[-1]] if ends else clean(flat, _LEAD)


def _guid(raw: Raw) -> str | None:
    value = raw.get("id")
    return (clean(value, GUID) or None) if isinstance(value, str) else None


def _link(raw: Raw, base: str) -> str | None:
    guid = raw.get("id")
    candidates: list[Any] = [raw.get("link")]
    if raw.get("guidislink") and candidates == [guid] and not str(guid).startswith("/"):
        candidates.clear()  # a number for a guid is no address, whatever RSS takes for granted
    candidates += [link.get("href") for link in dicts(raw.get("links")) if link.get("rel") == "alternate"]
    if raw.get("guidislink") or "link" not in raw:
        candidates.append(guid if _is_web(guid) else None)
    return next((url for value in candidates if value and (url := web_address(value, base))), None)


def _links(raw: Raw, link: str | None, guid: str | None, base: str) -> tuple[Link, ...]:
    found: dict[str, Link] = {}
    if original := web_address(raw.get("feedburner_origlink"), base):
        found[original] = Link(original, "original")
    for other in dicts(raw.get("links")):
        if other.get("rel") == "amphtml" and (url := web_address(other.get("href"), base)):
            found.setdefault(url, Link(url, "amp"))
    if guid and _is_web(guid) and (url := web_address(guid)):
        found.setdefault(url, Link(url, "guid"))
    return tuple(value for url, value in found.items() if url != link)[:LIST]


def _is_web(value: object) -> bool:
    return isinstance(value, str) and value[:8].lower().startswith(("http://", "https://"))


def _published(raw: Raw, now: datetime) -> dates.Date:
    """The first of the dates that can be read; else the first that was there, for its raw text."""
    first = dates.NO_DATE
    for key in ("published", "updated", "created"):
        date = dates.read(raw.get(key), raw.get(f"{key}_parsed"), now)
        if date.at is not None:
            return date
        first = first if first.raw else date
    return first


def _authors(raw: Raw) -> tuple[str, ...]:
    names = [author.get("name") or author.get("email") for author in dicts(raw.get("authors"))]
    if not any(names):
        names = [raw.get("author"), *writers(raw)]
    return _unique(names, _NAME)


def _topics(raw: Raw) -> tuple[str, ...]:
    return _unique((tag.get("label") or tag.get("term") for tag in dicts(raw.get("tags"))), _NAME)


def _unique(values: Any, limit: int) -> tuple[str, ...]:
    texts = (plain(value, None, "", limit) for value in values if isinstance(value, str))
    return tuple(dict.fromkeys(filter(None, texts)))[:LIST]


def _images(raw: Raw, pieces: Sequence[_Piece], base: str) -> tuple[Image, ...]:
    found: dict[str, Image] = {}
    for image in pictures(raw, base):
        found.setdefault(image.url, image)
    for piece in {piece.value: piece for piece in pieces}.values():
        for image in piece.images():
            found.setdefault(image.url, image)
    return tuple(found.values())[:LIST]


def _source_name(source: object, version: str) -> str | None:
    return (
        plain(source.get("title"), source.get("title_detail"), version, _NAME) or None
        if isinstance(source, Mapping)
        else None
    )


def _source_url(source: object, base: str) -> str | None:
    return web_address(source.get("href") or source.get("link"), base) if isinstance(source, Mapping) else None


def _detail_language(raw: Raw) -> object:
    detail = raw.get("title_detail")
    own = raw.get("language")
    return own or (detail.get("language") if isinstance(detail, Mapping) else None)
