"""What a page says about its article beside the text: linked data, Open Graph, microdata and `<link>` elements.

Values are plain and bounded, addresses absolute, dates in UTC with their quality. Where several statements differ, linked
data speaks before Open Graph, and that before what stands in the page for other purposes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from selectolax.lexbor import LexborHTMLParser

from monitor.normalise import dates
from monitor.normalise.address import web_address
from monitor.normalise.html import pixels
from monitor.normalise.language import declared, language_of
from monitor.normalise.linked_data import Described, described
from seeds import text
from seeds.record import Image

TITLE = 500
EXCERPT = 1_000
_NAME = 200
_MOST_AUTHORS = 20
_MOST_IMAGES = 20
_BY = re.compile(r"^(?:by|written by|автор[ы]?|текст)\s*:?\s+", re.IGNORECASE)
_NO_NAME = re.compile(r"https?://|@|^\W*$")
_MARKS = (" | ", " — ", " – ", " - ")
_LOCKED = frozenset({"locked", "metered", "paid", "premium", "subscription", "subscriber", "registration"})


@dataclass(frozen=True, slots=True)
class Head:
    """The statements of one page."""

    title: str = ""
    excerpt: str = ""
    site: str | None = None
    language: str | None = None
    published: dates.Date = dates.NO_DATE
    updated: dates.Date = dates.NO_DATE
    authors: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    """From whom the outlet has the text, as linked data says."""
    images: tuple[Image, ...] = ()
    canonical: str | None = None
    amp: str | None = None
    og_url: str | None = None
    data_url: str | None = None
    """The address that linked data gives the article."""
    free: bool | None = None
    """Whether all may read it: as linked data or a content tier says."""
    body: str = ""
    """The text in linked data, as it stands there."""
    is_article: bool = False
    """Whether the page says that it is an article."""


def head_of(tree: LexborHTMLParser, url: str, now: datetime | None = None) -> Head:
    """The statements of the page at `url`; `now` decides which dates are plausible."""
    meta = _meta(tree)
    said = described(tree, url) or Described()
    moment = now or datetime.now(UTC)
    site = _first(meta.get("og:site_name"), said.publisher)
    title = _first(said.headline, meta.get("og:title"), meta.get("twitter:title"), _heading(tree))
    excerpt = _first(meta.get("og:description"), meta.get("description"), said.description)
    named = [_plain(title or "", TITLE), _plain(excerpt or "", EXCERPT)]
    return Head(
        title=without_site(named[0], [site] if site else []),
        excerpt=named[1],
        site=_plain(site, _NAME) if site else None,
        language=language_of(" ".join(named), declared(_root_language(tree), said.language, meta.get("og:locale"))),
        published=_date(
            moment,
            said.published,
            meta.get("article:published_time"),
            meta.get("datepublished"),
            _property(tree, "datePublished"),
            meta.get("parsely-pub-date"),
            meta.get("pubdate"),
            meta.get("date"),
            meta.get("dc.date"),
        ),
        updated=_date(
            moment,
            said.modified,
            meta.get("article:modified_time"),
            meta.get("og:updated_time"),
            meta.get("datemodified"),
            _property(tree, "dateModified"),
        ),
        authors=_authors(said, meta, tree),
        source=_names(said.source),
        images=tuple(_images(said, meta, url))[:_MOST_IMAGES],
        canonical=_link(tree, "canonical", url),
        amp=_link(tree, "amphtml", url),
        og_url=web_address(meta.get("og:url"), url),
        data_url=web_address(said.url, url),
        free=_free(said, meta),
        body=said.body or "",
        is_article=said != Described() or meta.get("og:type", "").lower() == "article",
    )


def without_site(title: str, names: Iterable[str]) -> str:
    """A title without the name of its outlet at the end."""
    folded = {text.fold(name) for name in names}
    for mark in _MARKS:
        head, found, tail = title.rpartition(mark)
        if found and head and text.fold(tail) in folded:
            return head
    return title


def _meta(tree: LexborHTMLParser) -> dict[str, str]:
    """Names and properties of `<meta>` → content; the first of each."""
    found: dict[str, str] = {}
    for node in tree.css("meta[content]"):
        values = node.attributes
        name = (values.get("property") or values.get("name") or values.get("itemprop") or "").lower()
        if name and (content := values.get("content")):
            found.setdefault(name, content)
    return found


def _first(*values: str | None) -> str | None:
    """The first value with something in it."""
    return next((value for value in values if value and value.strip()), None)


def _plain(value: str, limit: int) -> str:
    return text.clean(value, limit)


def _heading(tree: LexborHTMLParser) -> str | None:
    heading = tree.css_first("h1")
    node = heading if heading is not None and heading.text(strip=True) else tree.css_first("title")
    return node.text(separator=" ") if node is not None else None


def _root_language(tree: LexborHTMLParser) -> str | None:
    return tree.root.attributes.get("lang") if tree.root is not None else None


def _link(tree: LexborHTMLParser, relation: str, base: str) -> str | None:
    node = tree.css_first(f'link[rel~="{relation}"][href]')
    return web_address(node.attributes.get("href"), base) if node is not None else None


def _property(tree: LexborHTMLParser, name: str) -> str | None:
    """A date in microdata that is no `<meta>`: of a `<time>` its `datetime`."""
    node = tree.css_first(f'time[itemprop~="{name}"][datetime]')
    return node.attributes.get("datetime") if node is not None else None


def _date(now: datetime, *written: str | None) -> dates.Date:
    """The first date that can be read; else the first that was there, for its raw text."""
    first = dates.NO_DATE
    for raw in written:
        read = dates.read(raw, None, now)
        if read.at is not None:
            return read
        first = first if first.raw else read
    return first


def _authors(said: Described, meta: dict[str, str], tree: LexborHTMLParser) -> tuple[str, ...]:
    if said.authors:
        return _names(said.authors)
    written = [meta.get("author", ""), meta.get("article:author", ""), meta.get("parsely-author", "")]
    marked = [node.text(separator=" ") for node in tree.css('[itemprop~="author"], a[rel~="author"]')[:_MOST_AUTHORS]]
    for names in (written, marked):
        if found := _names(names):
            return found
    return ()


def _names(written: Iterable[str]) -> tuple[str, ...]:
    """Names without what stands before them; addresses are none."""
    names = (_BY.sub("", _plain(name, _NAME)) for name in written)
    return tuple(dict.fromkeys(name for name in names if name and not _NO_NAME.search(name)))[:_MOST_AUTHORS]


def _images(said: Described, meta: dict[str, str], base: str) -> Iterator[Image]:
    seen = set()
    if url := web_address(meta.get("og:image"), base):
        seen.add(url)
        yield Image(url, pixels(meta.get("og:image:width")), pixels(meta.get("og:image:height")))
    for image in said.images:
        url = web_address(image.get("url"), base)
        if url and url not in seen:
            seen.add(url)
            caption = image.get("caption")
            title = _plain(caption, TITLE) or None if isinstance(caption, str) else None
            yield Image(url, _size(image.get("width")), _size(image.get("height")), title)


def _size(value: object) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value if 0 < value < 100_000 else None
    return pixels(value)


def _free(said: Described, meta: dict[str, str]) -> bool | None:
    tier = meta.get("article:content_tier", "").strip().lower()
    if said.free is False or tier in _LOCKED:
        return False
    return True if said.free or tier == "free" else None
