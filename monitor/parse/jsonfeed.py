"""JSON Feed 1.0 and 1.1 (jsonfeed.org), read with the standard library.

Publishers get types wrong in every way that JSON allows: what is not of the type it should be is left out, and an item that
is no object is counted and skipped. `hubs` are not used: a feed is asked again anyway.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from monitor.normalise.address import web_address
from monitor.normalise.entry import LIST, Context, entry_of
from monitor.normalise.language import declared
from monitor.parse.charset import decoded
from monitor.parse.damage import CUT, DOUBTFUL_LETTERS, joined
from monitor.types import Entry, Further, Link, Parsed
from seeds.text import clean

_TITLE = 300
_VERSION = re.compile(r"jsonfeed\.org/version/([\d.]*)")
_OLDER = frozenset({"1", "1.0"})
_MEDIA_TYPE = "application/feed+json"
_SPACE = re.compile(r"[ \t\r\n\x00\ufeff]*")
_ENDED = "The feed says that it has ended: nothing more will come."
_DAMAGED = "The JSON is damaged after {} items; what came before was read."

JsonObject = Mapping[str, Any]


def read(body: bytes, content_type: str, base: str, now: datetime) -> Parsed | None:
    """The feed in a JSON document; None when it is no JSON Feed."""
    text, certain = decoded(body, content_type)
    feed, damage = _document(text)
    version = _version(feed, content_type)
    if version is None:
        return None
    notes = [damage, None if certain else DOUBTFUL_LETTERS, _ENDED if feed.get("expired") is True else None]
    context = Context(version, base, declared(feed.get("language")), now)
    items = feed.get("items")
    entries = [_entry(item, feed, context) for item in items] if isinstance(items, list) else []
    kept = tuple(entry for entry in entries if entry is not None)
    return Parsed(
        version=version,
        title=clean(_line(feed.get("title")), _TITLE),
        link=web_address(feed.get("home_page_url"), base),
        language=context.language,
        entries=kept,
        degraded=joined(notes),
        skipped=len(entries) - len(kept),
        further=Further(next=web_address(feed.get("next_url"), base)),
    )


def _version(feed: JsonObject, content_type: str) -> str | None:
    """The format as `json10` or `json11`: by the version it names, else by its media type and shape."""
    named = _VERSION.search(_text(feed.get("version")))
    if named:
        return "json10" if named[1] in _OLDER else "json11"
    is_feed = content_type.lower().lstrip().startswith(_MEDIA_TYPE) and isinstance(feed.get("items"), list)
    return "json11" if is_feed else None


# --- the document, whole or damaged


def _document(text: str) -> tuple[dict[str, Any], str | None]:
    """The object that a document holds, and what is wrong with it; empty when it holds none."""
    try:
        whole = json.loads(text.strip("\ufeff \t\r\n\x00"))
    except (ValueError, RecursionError):
        return _salvaged(text)
    return (whole if isinstance(whole, dict) else {}), None


def _salvaged(text: str) -> tuple[dict[str, Any], str | None]:
    """What can be read of damaged JSON: members in their order up to the damage, and of `items` each whole one."""
    found: dict[str, Any] = {}
    items: list[Any] = []
    at = _after(text, _SPACE.match(text).end(), "{")  # type: ignore[union-attr]  # it matches the empty text too
    try:
        while at is not None and text[at : at + 1] == '"':
            name, at = _decode(text, at)
            at = _after(text, at, ":")
            if at is None:
                break
            if name == "items" and text[at : at + 1] == "[":
                found["items"] = items
                at = _elements(text, at, items)
            else:
                found[name], at = _decode(text, at)
            at = _after(text, at, ",") or _skip(text, at)
        if at is not None and text[at : at + 1] == "}":
            return found, None  # what follows the document, such as a comment of a cache, does no harm
    except json.JSONDecodeError as error:
        is_cut = error.msg.startswith("Unterminated") or _is_end(text, error.pos)
    except (ValueError, RecursionError):  # numbers of thousands of digits, lists in lists in lists
        is_cut = False
    else:
        is_cut = at is None or _is_end(text, at)
    return found, CUT if is_cut else _DAMAGED.format(len(items))


def _elements(text: str, at: int, items: list[Any]) -> int:
    """Reads the elements of the array at `at` into `items`; raises `ValueError` at the damage."""
    at = _skip(text, at + 1)
    while text[at : at + 1] != "]":
        item, at = _decode(text, at)
        items.append(item)
        at = _skip(text, at)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
        elif text[at : at + 1] != "]":
            raise json.JSONDecodeError("no delimiter", text, at)
    return at + 1


_decode = json.JSONDecoder(strict=False).raw_decode


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _after(text: str, at: int, mark: str) -> int | None:
    """Where the next thing begins after a mark that must come now; None when another comes."""
    at = _skip(text, at)
    return _skip(text, at + 1) if text[at : at + 1] == mark else None


def _is_end(text: str, at: int) -> bool:
    """Whether nothing follows there but, at most, the beginning of a number or of a word such as `false`."""
    return len(text[at : at + 100].strip()) < len("false")


# --- an item


def _entry(item: Any, feed: JsonObject, context: Context) -> Entry | None:
    if not isinstance(item, dict):
        return None
    external = web_address(item.get("external_url"), context.base)
    entry = entry_of(_raw(item, feed, external), context)
    if entry is None or external is None or external == entry.link:
        return entry
    # What a link blog points at is another's article: an address, but not this one's.
    return replace(entry, links=(*entry.links, Link(external, "link"))[:LIST])


def _raw(item: JsonObject, feed: JsonObject, external: str | None) -> dict[str, Any]:
    """An item in the words of feedparser, which the rest of the pipeline reads."""
    url = item.get("url") or external
    raw: dict[str, Any] = {
        "id": _text(item.get("id")),
        "title": _line(item.get("title")),
        "title_detail": {"type": "text/plain"},
        "summary": _line(item.get("summary")),
        "summary_detail": {"type": "text/plain"},
        "content": list(_contents(item)),
        "published": _text(item.get("date_published")),
        "updated": _text(item.get("date_modified")),
        "authors": list(_authors(item if item.get("authors") or item.get("author") else feed)),
        "tags": [{"term": _text(tag)} for tag in _list(item.get("tags"))],
        "links": [],
        "media_content": list(_pictures(item)),
        "language": item.get("language"),
    }
    return {**raw, "link": url} if url else raw


def _contents(item: JsonObject) -> Iterator[dict[str, str]]:
    for key, kind in (("content_html", "text/html"), ("content_text", "text/plain")):
        if value := _text(item.get(key)):
            yield {"type": kind, "value": value}


def _authors(where: JsonObject) -> Iterator[dict[str, str]]:
    """The `authors` of 1.1 and the `author` of 1.0; some write names alone."""
    for author in [*_list(where.get("authors")), where.get("author")]:
        name = author.get("name") if isinstance(author, dict) else author
        if name := _text(name):
            yield {"name": name}


def _pictures(item: JsonObject) -> Iterator[dict[str, Any]]:
    for key in ("image", "banner_image"):
        yield {"url": item.get(key), "medium": "image"}
    for attachment in _list(item.get("attachments")):
        if isinstance(attachment, dict) and _text(attachment.get("mime_type")).startswith("image/"):
            yield {"url": attachment.get("url"), "medium": "image"}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _line(value: Any) -> str:
    """A title or summary. They are plain text, but many publishers leave the entities of their pages in it."""
    return html.unescape(_text(value))


def _text(value: Any) -> str:
    """A string; of a number, which 1.0 asks to be taken for one, its digits."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
