"""News sitemaps (sitemaps.org with Google's `news:` and `image:` extensions) read as feeds; other sitemaps named.

Read by expat without namespaces, since what stands in what is enough to tell `news:title` from `image:title`, and many a
sitemap forgets to declare a prefix. No declaration of an entity gets this far (`monitor.parse.entities`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from xml.parsers import expat

from monitor.normalise.address import web_address
from monitor.normalise.entry import LIST, Context, entry_of
from monitor.normalise.language import declared
from monitor.parse.charset import decoded
from monitor.parse.damage import CUT, DOUBTFUL_LETTERS, joined
from monitor.parse.repair import well_formed
from monitor.types import Entry, Parsed, ParseFailure
from seeds.text import clean

VERSION = "sitemap"
ROOTS = frozenset({"urlset", "sitemapindex"})
_TITLE = 300
_LONGEST = 100_000
"""Characters of one text that are kept while it is read."""
_FEW = 3
_CUT_OFF = frozenset(
    expat.errors.codes[name]
    for name in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
)
_FIELDS = frozenset(
    {"loc", "lastmod", "title", "name", "language", "publication_date", "keywords", "genres", "caption"}
)
_IS_NEWS = re.compile(r"news|новост|nachrichten|noticias|actu", re.IGNORECASE)

Said = dict[str, str]
"""Path of an element below `<url>`, such as `news/title` → its text."""


@dataclass(slots=True)
class _Address:
    """One `<url>` or `<sitemap>`."""

    said: Said = field(default_factory=dict)
    images: list[Said] = field(default_factory=list)
    is_news: bool = False


def read(body: bytes, content_type: str, base: str, now: datetime) -> Parsed | ParseFailure:
    """The articles of a news sitemap; for other sitemaps what they are, and what can be done with them."""
    text, certain = decoded(body, content_type)
    reader, damage = _read(text)
    if reader.root == "sitemapindex":
        return _index(reader.found, base)
    news = [one for one in reader.found if one.is_news]
    if not news:
        return _plain(reader.found, damage)
    title, language = _publication(news)
    context = Context(VERSION, base, language, now)
    entries = [_entry(one, context) if one.is_news else None for one in reader.found]
    kept = tuple(entry for entry in entries if entry is not None)
    return Parsed(
        version=VERSION,
        title=title or (urlsplit(base).hostname or ""),
        link=None,
        language=language,
        entries=kept,
        degraded=joined([damage, None if certain else DOUBTFUL_LETTERS]),
        skipped=len(entries) - len(kept),
    )


def _index(found: list[_Address], base: str) -> ParseFailure:
    addresses = [url for one in found if (url := web_address(one.said.get("loc"), base))]
    news = [url for url in addresses if _IS_NEWS.search(urlsplit(url).path)][:_FEW]
    message = f"This is an index of {_count(len(addresses), 'sitemap')}, not a feed."
    if news:
        return ParseFailure("unsupported", message, f"Try what looks like a news sitemap in it: {' or '.join(news)}.")
    some = f" It names {', '.join(addresses[:_FEW])}{' …' if len(addresses) > _FEW else ''}." if addresses else ""
    return ParseFailure("unsupported", message, f"Look in it for a sitemap with news, or on the site for a feed.{some}")


def _plain(found: list[_Address], damage: str | None) -> ParseFailure:
    at_least = "at least " if damage else ""
    message = (
        f"This is a sitemap of {at_least}{_count(len(found), 'page')} without news: it gives addresses and no headlines,"
        " so there is nothing to judge."
    )
    advice = (
        "A news sitemap can be read (the site's robots.txt names its sitemaps), or an RSS or Atom feed of the site."
        " `seedwatch add URL` takes a single page from it as a seed."
    )
    return ParseFailure("unsupported", message, advice)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' if number != 1 else ''}"


# --- the document


class _Reader:
    """Collects what each `<url>` or `<sitemap>` says; those that are not closed are left out."""

    def __init__(self) -> None:
        self.root = ""
        self.found: list[_Address] = []
        self._path: list[str] = []
        self._current: _Address | None = None
        self._texts: list[str] = []
        self._length = 0

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2].lower()
        self._path.append(local)
        if len(self._path) == 1:
            self.root = local
        elif len(self._path) == 2:
            self._current = _Address()
        elif self._current is not None and len(self._path) == 3:
            self._current.is_news |= local == "news"
            if local == "image":
                self._current.images.append({})
        self._texts.clear()
        self._length = 0

    def data(self, text: str) -> None:
        if self._current is not None and self._length < _LONGEST:
            self._texts.append(text)
            self._length += len(text)

    def end(self, _name: str) -> None:
        local = self._path.pop()
        current = self._current
        if current is None:
            return
        if len(self._path) == 1:
            self.found.append(current)
            self._current = None
        elif local in _FIELDS and (value := "".join(self._texts).strip()):
            if self._path[2:3] == ["image"]:
                current.images[-1].setdefault(local, value)
            else:
                current.said.setdefault("/".join((*self._path[2:], local)), value)
        self._texts.clear()


def _read(text: str) -> tuple[_Reader, str | None]:
    """What can be read, and what is wrong; a document that is not well-formed is tried again with its markup mended."""
    reader, error = _parse(text)
    if error is None:
        return reader, None
    if error.code in _CUT_OFF:
        return reader, CUT
    mended, again = _parse(well_formed(text))
    if len(mended.found) > len(reader.found) or again is None:
        reader = mended
    why = clean(expat.errors.messages[error.code], 100)
    return reader, f"The document is not well-formed XML (line {error.lineno}: {why}); what could be read was read."


def _parse(text: str) -> tuple[_Reader, expat.ExpatError | None]:
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.data
    try:
        parser.Parse(text.lstrip("\ufeff \t\r\n"), True)  # text overrides whatever encoding it declares
    except expat.ExpatError as error:
        return reader, error
    return reader, None


# --- an article


def _publication(news: list[_Address]) -> tuple[str, str | None]:
    """Name and language of the publication that most articles name."""
    names = Counter(name for one in news if (name := one.said.get("news/publication/name")))
    languages = Counter(code for one in news if (code := declared(one.said.get("news/publication/language"))))
    name = next((name for name, _ in names.most_common(1)), "")
    return clean(name, _TITLE), next((code for code, _ in languages.most_common(1)), None)


def _entry(one: _Address, context: Context) -> Entry | None:
    said = one.said
    if not (said.get("loc") or said.get("news/title")):
        return None
    raw: dict[str, Any] = {
        "link": said.get("loc"),
        "title": said.get("news/title"),
        "published": said.get("news/publication_date"),
        "updated": said.get("lastmod"),
        "tags": [{"term": term.strip()} for term in said.get("news/keywords", "").split(",")[:LIST]],
        "media_content": list(_pictures(one)),
        "language": said.get("news/publication/language"),
        "source": {"title": said.get("news/publication/name")},
    }
    return entry_of(raw, context)


def _pictures(one: _Address) -> Iterator[dict[str, str]]:
    for image in one.images:
        if url := image.get("loc"):
            yield {"url": url, "medium": "image", "title": image.get("title") or image.get("caption") or ""}
