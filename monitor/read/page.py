"""A document that came for an article's address: the article's page, or what it is instead.

    bytes ─► letters ─► head and text ─► a wall? another page? ─► Page

Pure and synchronous, but not bounded in time or memory: it runs in a worker process (`monitor.read.worker`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from selectolax.lexbor import LexborHTMLParser

from monitor.normalise.credits import Credit, credits_of
from monitor.normalise.encoding import html_text
from monitor.normalise.head import Head, head_of
from monitor.normalise.html import is_deep, to_text
from monitor.normalise.language import language_of
from monitor.parse.detect import binary_name, letters_of
from monitor.read.agreement import Agreement, agreement
from monitor.read.body import body_of
from monitor.read.paywall import paywalled, without_offers
from monitor.read.types import Failure, Page, PageLink
from monitor.read.walls import wall, without_banners
from seeds import address
from seeds.text import clean

_HTML_TYPES = ("text/html", "application/xhtml+xml", "text/plain", "application/octet-stream", "")
_VISIBLE = 200_000
_FEEDS = ("<rss", "<feed", "<rdf:rdf")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page is to be: the address that led to it, and headline and excerpt of the article as they are known."""

    url: str
    title: str
    excerpt: str = ""


def read(body: bytes, content_type: str, url: str, asked: Asked, now: datetime | None = None) -> Page | Failure:
    """What the document at `url` says of the article, or why it says nothing; `now` decides which dates are plausible."""
    if (no_page := _no_page(body, content_type)) is not None:
        return no_page
    markup = html_text(body, content_type)
    if is_deep(markup):
        return Failure("too_deep", "The page is nested too deeply to be read.")
    tree = LexborHTMLParser(markup)
    head = head_of(tree, url, now)
    shown = tree.css_first("title")
    shown_title = clean(shown.text(separator=" "), 300) if shown is not None else head.title
    text = without_banners(without_offers(body_of(markup, head.body, head.title)))
    agreed = agreement(asked.title, f"{head.title} {shown_title}", text, asked.excerpt)
    if (stands_before := wall(markup, shown_title, text, url, asked.url, on_topic=agreed.on_topic)) is not None:
        return stands_before
    if (other := _another(head, agreed, url, asked)) is not None:
        return other
    return _page(head, "" if agreed.another_text else text, to_text(markup, _VISIBLE), url, asked)


def wall_at(body: bytes, content_type: str, url: str, asked: str) -> Failure | None:
    """What stands at `url` instead of any page of an article, when nothing is known of the article; None for a page."""
    if (no_page := _no_page(body, content_type)) is not None:
        return no_page
    markup = html_text(body, content_type)
    if is_deep(markup):
        return Failure("too_deep", "The page is nested too deeply to be read.")
    tree = LexborHTMLParser(markup)
    head = head_of(tree, url)
    shown = tree.css_first("title")
    title = clean(shown.text(separator=" "), 300) if shown is not None else head.title
    return wall(markup, title, body_of(markup, head.body, head.title), url, asked, on_topic=False)


def _no_page(body: bytes, content_type: str) -> Failure | None:
    """Why a document is no web page at all."""
    start = letters_of(body, content_type)
    if not start.strip("\ufeff \t\r\n\x00"):
        return Failure("empty", "The answer is empty.")
    if (name := binary_name(body, start)) is not None:
        return Failure("not_a_page", f"This is {name}, not a web page.")
    kind = content_type.partition(";")[0].strip().lower()
    first = start.lstrip("\ufeff \t\r\n")[:500].lower()
    if first.startswith(("{", "[")):
        return Failure("not_a_page", "This is a JSON document, not a web page.")
    if any(root in first for root in _FEEDS):
        return Failure("not_a_page", "This is a feed, not a web page.")
    if kind not in _HTML_TYPES and "<html" not in first:
        return Failure("not_a_page", f"This is a document of the type {clean(kind, 60)}, not a web page.")
    return None


def _another(head: Head, agreed: Agreement, url: str, asked: Asked) -> Failure | None:
    """Why a page is not the one of the article."""
    here, there = address.parse(url), address.parse(asked.url)
    if here is not None and here.is_home and (there is None or not there.is_home):
        return Failure("home_page", "The address leads to the site's home page.")
    if agreed.another_page:
        named = f", but is called “{clean(head.title, 100)}”" if head.title else ""
        return Failure("another_page", f"The page does not speak of what the headline says{named}.")
    unsaid = agreed.headline is None and here is not None and there is not None and here.key != there.key
    if unsaid and not there.opaque:  # type: ignore[union-attr]
        return Failure("another_page", "The address leads to another page, and the headline is too short to compare.")
    return None


def _page(head: Head, text: str, visible: str, url: str, asked: Asked) -> Page:
    links = [
        PageLink(url, "final") if url != asked.url else None,
        PageLink(head.canonical, "canonical") if head.canonical else None,
        PageLink(head.amp, "amp") if head.amp else None,
        PageLink(head.og_url, "og") if head.og_url else None,
        PageLink(head.data_url, "data") if head.data_url else None,
    ]
    named = tuple(Credit(name, "data") for name in head.source if name != head.site)
    said = credits_of(text)
    known = {credit.name for credit in said}
    return Page(
        title=head.title,
        excerpt=head.excerpt,
        text=text,
        site=head.site,
        language=language_of(f"{head.title} {text}", head.language),
        published_at=head.published.at,
        published_raw=head.published.raw,
        date_quality=head.published.quality,
        updated_at=head.updated.at,
        authors=head.authors,
        credits=(*said, *(credit for credit in named if credit.name not in known)),
        images=head.images,
        links=tuple(link for link in links if link is not None),
        paywalled=paywalled(head.free, visible),
    )
