"""The page of an article as an archive has it, of which nothing is known but its address. Pure, and not bounded, as `page`.

An archive holds front pages, lists and notices as well. Only what says that it is an article is one: by linked data or Open
Graph, or by a headline, a date and a text that is long enough.
"""

from __future__ import annotations

from datetime import datetime

from selectolax.lexbor import LexborHTMLParser

from monitor.normalise.encoding import html_text
from monitor.normalise.head import Head, head_of
from monitor.normalise.html import is_deep, to_text
from monitor.read.body import body_of
from monitor.read.paywall import without_offers
from monitor.read.walls import wall, without_banners
from monitor.types import Entry, Link
from seeds import address
from seeds.text import SEARCHED, clean, lemma_text, said
from seeds.traces import of_texts

_SHOWN = 6_000
"""Characters of what a page shows by which it is told whether its text is worth looking for."""
_ARTICLE = 500


def article_at(
    body: bytes, content_type: str, url: str, now: datetime | None = None, *, with_text: bool = False
) -> tuple[Entry, str] | None:
    """The article at `url`, and the stems of all that its page shows first; None for a page that is none.

    Finding the text costs ten times what all else does: without it, only title, excerpt and the rest of the head are there.
    """
    parsed = address.parse(url)
    if parsed is None or parsed.is_home:
        return None
    markup = html_text(body, content_type)
    if is_deep(markup):
        return None
    tree = LexborHTMLParser(markup)
    head = head_of(tree, url, now)
    if not head.title or not (head.is_article or head.published.at):
        return None
    shown = to_text(markup, _SHOWN)
    heading = tree.css_first("title")
    title = clean(heading.text(separator=" "), 300) if heading is not None else head.title
    if wall(markup, title, shown, url, url, on_topic=False) is not None or (
        not head.is_article and len(shown) < _ARTICLE
    ):
        return None
    found = without_banners(without_offers(body_of(markup, head.body, head.title))) if with_text else ""
    return _entry(head, found, url), said(head.title, head.excerpt, shown)


def _entry(head: Head, body: str, url: str) -> Entry:
    """What a page says, as a feed would have said it; its own address only when it is one of the same site."""
    here = address.parse(url)
    own = next((one for one in (head.canonical, head.og_url, head.data_url) if one and _is_same(one, url)), url)
    links = [Link(head.amp, "amp")] if head.amp else []
    if own != url:
        links.append(Link(url, "web"))
    entry = Entry(
        guid=None,
        link=own,
        title=head.title,
        excerpt=head.excerpt,
        text=body if len(body) > len(head.excerpt) else "",
        published_at=head.published.at,
        updated_at=head.updated.at,
        published_raw=head.published.raw,
        date_quality=head.published.quality,
        authors=head.authors,
        images=head.images,
        provider_name=head.site,
        provider_url=f"https://{here.outlet}/" if here is not None and here.outlet else None,
        language=head.language,
        links=tuple(links),
    )
    return with_words(entry)


def _is_same(one: str, url: str) -> bool:
    """Whether an address that a page gives is one of the same outlet, and no home page: others are not believed."""
    given, here = address.parse(one), address.parse(url)
    return given is not None and here is not None and not given.is_home and given.outlet == here.outlet


def with_words(entry: Entry) -> Entry:
    """The entry with what search, judging and comparing need of its words, worked out where there is time for it."""
    return entry._replace(
        lemmas=lemma_text(entry.title, entry.excerpt, entry.text[:SEARCHED]),
        stems=said(entry.title, entry.excerpt, entry.text),
        traces=of_texts(entry.excerpt, entry.text),
    )
