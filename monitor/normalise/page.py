"""What the head of an article's page says about it: Open Graph, JSON-LD and `<link>` elements, as a seed record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from monitor.normalise.html import pixels
from seeds import address, text
from seeds.record import Image, Provider, Record

_ARTICLES = {
    "Article",
    "NewsArticle",
    "ReportageNewsArticle",
    "BlogPosting",
    "AnalysisNewsArticle",
    "OpinionNewsArticle",
}
_MOST_SCRIPTS = 20


def read_page(body: bytes, url: str) -> Record | None:
    """The record of the article at `url`, or None when the page does not even have a title."""
    tree = LexborHTMLParser(body)
    meta = _meta(tree)
    article = next(_json_ld(tree), {})
    title = _first(article.get("headline"), meta.get("og:title"), meta.get("twitter:title"), _title(tree))
    if not title:
        return None
    site = _first(meta.get("og:site_name"), _name(article.get("publisher")))
    parsed = address.parse(_link(tree, "canonical", url) or meta.get("og:url") or url) or address.parse(url)
    names = [site] if site else []
    return Record(
        title=_without_site(text.clean(title, 500), names),
        category="news",
        excerpt=text.clean(
            _first(meta.get("og:description"), meta.get("description"), article.get("description")) or "", 1000
        )
        or None,
        published_date_time=_date(article.get("datePublished"), meta.get("article:published_time"), meta.get("date")),
        updated_date_time=_date(article.get("dateModified"), meta.get("article:modified_time")),
        original_url=url,
        web_url=parsed.web_url if parsed else url,
        amp_web_url=_link(tree, "amphtml", url),
        type="article",
        published=False,
        locale=_first(_language(tree), (meta.get("og:locale") or "")[:2].lower()),
        provider=Provider(name=site, domain=parsed.outlet if parsed else None),
        images=_images(meta, url),
    )


def _meta(tree: LexborHTMLParser) -> dict[str, str]:
    """Names and properties of `<meta>` → content; the first of each."""
    found: dict[str, str] = {}
    for node in tree.css("meta[content]"):
        name = (node.attributes.get("property") or node.attributes.get("name") or "").lower()
        if name:
            found.setdefault(name, node.attributes.get("content") or "")
    return found


def _json_ld(tree: LexborHTMLParser) -> Iterator[dict[str, Any]]:
    """Descriptions of articles in the page's linked data."""
    for script in tree.css('script[type="application/ld+json"]')[:_MOST_SCRIPTS]:
        try:
            data = json.loads(script.text())
        except (ValueError, RecursionError):
            continue
        nodes = data if isinstance(data, list) else data.get("@graph", [data]) if isinstance(data, dict) else []
        for node in nodes if isinstance(nodes, list) else []:
            kinds = node.get("@type") if isinstance(node, dict) else None
            if _ARTICLES & set(kinds if isinstance(kinds, list) else [kinds] if isinstance(kinds, str) else []):
                yield node


def _first(*values: object) -> str | None:
    """The first value that is a text with something in it."""
    return next((value.strip() for value in values if isinstance(value, str) and value.strip()), None)


def _name(thing: object) -> object:
    return thing.get("name") if isinstance(thing, dict) else thing


def _title(tree: LexborHTMLParser) -> str | None:
    heading = tree.css_first("h1")
    node = heading if heading is not None and heading.text(strip=True) else tree.css_first("title")
    return node.text(separator=" ") if node is not None else None


def _language(tree: LexborHTMLParser) -> str | None:
    declared = tree.root.attributes.get("lang") if tree.root is not None else None
    return declared[:2].lower() if declared else None


def _link(tree: LexborHTMLParser, relation: str, base: str) -> str | None:
    node = tree.css_first(f'link[rel~="{relation}"][href]')
    parsed = address.parse(urljoin(base, node.attributes.get("href") or "")) if node is not None else None
    return parsed.url if parsed else None


def _without_site(title: str, names: list[str]) -> str:
    """A title without the name of its outlet at the end."""
    for mark in (" | ", " — ", " – ", " - "):
        head, found, tail = title.rpartition(mark)
        if found and text.fold(tail) in {text.fold(name) for name in names}:
            return head
    return title


def _date(*values: object) -> str | None:
    for value in values:
        if isinstance(value, str):
            try:
                datetime.fromisoformat(value.strip())
            except ValueError:
                continue
            return value.strip()
    return None


def _images(meta: dict[str, str], base: str) -> tuple[Image, ...]:
    parsed = address.parse(urljoin(base, meta["og:image"])) if meta.get("og:image") else None
    if parsed is None:
        return ()
    return (Image(parsed.url, pixels(meta.get("og:image:width")), pixels(meta.get("og:image:height"))),)
