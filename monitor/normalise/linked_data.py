"""What a page says of its article in linked data (JSON-LD, schema.org): a small reader under bounds.

Only the inline JSON is read: a context is never fetched, and nothing else is taken for what it is by a name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from seeds import address

_MOST_SCRIPTS = 20
_LONGEST = 1_000_000
"""Characters of one script."""
_MOST_NODES = 500
_MOST_NAMES = 20
_ARTICLES = frozenset(
    {
        "Article",
        "NewsArticle",
        "ReportageNewsArticle",
        "AnalysisNewsArticle",
        "BackgroundNewsArticle",
        "OpinionNewsArticle",
        "AskPublicNewsArticle",
        "ReviewNewsArticle",
        "SatiricalArticle",
        "ScholarlyArticle",
        "BlogPosting",
        "LiveBlogPosting",
        "Report",
    }
)
_INSIDE = ("@graph", "mainEntity", "mainEntityOfPage")
"""Where the article of a page may stand; lists of other articles (`itemListElement`, `hasPart`) are not looked into."""
_WRAPPED = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*.{0,40}?\*/)|(?:-->|//\s*\]\]>)\s*$", re.DOTALL)

Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Described:
    """An article as linked data describes it: texts and addresses as they are written there."""

    headline: str | None = None
    description: str | None = None
    body: str | None = None
    published: str | None = None
    modified: str | None = None
    authors: tuple[str, ...] = ()
    publisher: str | None = None
    source: tuple[str, ...] = ()
    """`sourceOrganization` and the like: from whom the outlet has the text."""
    images: tuple[Node, ...] = ()
    """Each with `url`, perhaps with `width`, `height` and `caption`."""
    url: str | None = None
    language: str | None = None
    free: bool | None = None
    """`isAccessibleForFree`, of the article or any part of it."""


def described(tree: LexborHTMLParser, url: str) -> Described | None:
    """The article of the page at `url`: the one that names this address, else the first that has a headline."""
    nodes = [node for node in _nodes(tree) if _ARTICLES & _kinds(node)]
    here = address.key_of(url)
    own = next((node for node in nodes if here and here in _keys(node)), None)
    node = own or next((node for node in nodes if _text(node.get("headline"))), None) or (nodes[0] if nodes else None)
    return None if node is None else _described(node)


def _described(node: Node) -> Described:
    return Described(
        headline=_text(node.get("headline")) or _text(node.get("name")),
        description=_text(node.get("description")),
        body=_text(node.get("articleBody")),
        published=_text(node.get("datePublished")) or _text(node.get("dateCreated")),
        modified=_text(node.get("dateModified")),
        authors=tuple(_names(node.get("author")))[:_MOST_NAMES],
        publisher=next(_names(node.get("publisher")), None),
        source=tuple(name for key in ("sourceOrganization", "copyrightHolder") for name in _names(node.get(key)))[:5],
        images=tuple(_images(node.get("image")))[:_MOST_NAMES],
        url=_text(node.get("url")) or _identifier(node.get("mainEntityOfPage")),
        language=_text(node.get("inLanguage")),
        free=_free(node),
    )


def _nodes(tree: LexborHTMLParser) -> Iterator[Node]:
    """All things that the page describes at the top, breadth first."""
    waiting: list[Any] = []
    for script in tree.css('script[type="application/ld+json"]')[:_MOST_SCRIPTS]:
        written = script.text()
        if len(written) <= _LONGEST:
            try:
                # Line ends in texts are no JSON, and common.
                waiting.append(json.loads(_WRAPPED.sub("", written).strip().rstrip(";"), strict=False))
            except (ValueError, RecursionError):
                continue
    seen = 0
    while waiting and seen < _MOST_NODES:
        thing = waiting.pop(0)
        seen += 1
        if isinstance(thing, list):
            waiting[:0] = thing[:_MOST_NODES]
        elif isinstance(thing, dict):
            yield thing
            waiting += [thing[key] for key in _INSIDE if isinstance(thing.get(key), dict | list)]


def _kinds(node: Node) -> set[str]:
    kinds = node.get("@type")
    listed = kinds if isinstance(kinds, list) else [kinds]
    return {kind.rpartition("/")[2].rpartition(":")[2] for kind in listed if isinstance(kind, str)}


def _keys(node: Node) -> set[str]:
    """Keys of the addresses a node gives itself."""
    written = (_text(node.get("url")), _text(node.get("@id")), _identifier(node.get("mainEntityOfPage")))
    return {key for value in written if value and (key := address.key_of(value))}


def _identifier(thing: object) -> str | None:
    if isinstance(thing, dict):
        return _text(thing.get("@id")) or _text(thing.get("url"))
    return _text(thing)


def _text(value: object) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("@value")
    return value.strip() or None if isinstance(value, str) else None


def _names(thing: object) -> Iterator[str]:
    """Names of people or organisations, however they are given."""
    for one in thing if isinstance(thing, list) else [thing]:
        named = one.get("name") if isinstance(one, dict) else one
        for name in named if isinstance(named, list) else [named]:
            if isinstance(name, str) and name.strip():
                yield name.strip()


def _images(thing: object) -> Iterator[Node]:
    for one in thing if isinstance(thing, list) else [thing]:
        if isinstance(one, str):
            yield {"url": one}
        elif isinstance(one, dict) and (url := _text(one.get("url")) or _text(one.get("contentUrl"))):
            yield {**{key: one.get(key) for key in ("width", "height", "caption")}, "url": url}


def _free(node: Node) -> bool | None:
    parts = node.get("hasPart")
    listed: Sequence[object] = parts if isinstance(parts, list) else [parts]
    said = [_truth(one.get("isAccessibleForFree")) for one in (node, *listed[:_MOST_NAMES]) if isinstance(one, dict)]
    return False if False in said else True if True in said else None


def _truth(value: object) -> bool | None:
    """True and false as they are found there: JSON's own, as text, or as an address of schema.org."""
    word = value.rpartition("/")[2].strip().lower() if isinstance(value, str) else value
    return {"true": True, "false": False, True: True, False: False}.get(word) if isinstance(word, str | bool) else None
