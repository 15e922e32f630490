"""Feeds of the invented outlets, as they are at a given second."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape

from monitor.demo.outlets import Article, Outlet

_RDF = 'xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
_DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
_SITEMAP = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
)
NOTE = "This outlet and what it reports are invented, to show seedwatch at work."
_CUT_AFTER = "</item><item><title>"


@dataclass(frozen=True, slots=True)
class Edition:
    """The web at one second after its start."""

    port: int
    started: datetime
    second: float

    def home(self, slug: str) -> str:
        """Where an outlet is at home; browsers know that names under `localhost` are this machine."""
        return f"http://{slug}.localhost:{self.port}/"

    def address(self, article: Article) -> str:
        """Where an article stands."""
        return article.address or f"{self.home(article.outlet)}news/{article.page}"

    def at(self, article: Article) -> datetime:
        """When an article was published."""
        return (self.started + timedelta(seconds=article.published)).replace(microsecond=0)

    def guid(self, outlet: Outlet, article: Article) -> str:
        """By what a feed identifies an article; not for ever, in one of them."""
        changed = outlet.guids_change_at is not None and self.second >= outlet.guids_change_at
        return f"tag:{outlet.slug}.localhost,2026:{'new-system/' if changed else ''}{article.outlet}/{article.page}"


def feed(edition: Edition, outlet: Outlet, listed: list[Article]) -> bytes:
    """A feed document in the outlet's format and encoding."""
    match outlet.format:
        case "json":
            return _json(edition, outlet, listed)
        case "telegram":
            return _channel(edition, outlet, listed)
    write = {"rss": _rss, "rdf": _rdf, "atom": _atom, "sitemap": _sitemap}[outlet.format]
    text = f'<?xml version="1.0" encoding="{outlet.encoding}"?>\n{write(edition, outlet, listed)}'
    return text.encode(outlet.encoding, "xmlcharrefreplace")


def cut(document: bytes) -> bytes:
    """A document that breaks off in its last entry."""
    head, found, _ = document.rpartition(_CUT_AFTER.encode())
    return head + found if found else document[: len(document) // 2]


def _rss(edition: Edition, outlet: Outlet, listed: list[Article]) -> str:
    items = "".join(
        f"<item><title>{escape(article.title_at(edition.second))}</title><link>{edition.address(article)}</link>"
        f'<guid isPermaLink="false">{edition.guid(outlet, article)}</guid>'
        f"<pubDate>{format_datetime(edition.at(article))}</pubDate>"
        f"<description>{_markup(article)}</description></item>"
        for article in listed
    )
    return (
        f'<rss version="2.0"><channel><title>{escape(outlet.name)}</title><link>{edition.home(outlet.slug)}</link>'
        f"<description>{NOTE}</description><language>{outlet.language}</language>{items}</channel></rss>\n"
    )


def _rdf(edition: Edition, outlet: Outlet, listed: list[Article]) -> str:
    order = "".join(f'<rdf:li rdf:resource="{edition.address(article)}"/>' for article in listed)
    items = "".join(
        f'<item rdf:about="{edition.address(article)}"><title>{escape(article.title_at(edition.second))}</title>'
        f"<link>{edition.address(article)}</link><dc:date>{edition.at(article).isoformat()}</dc:date>"
        f"<description>{_markup(article)}</description></item>"
        for article in listed
    )
    return (
        f'<rdf:RDF {_RDF} {_DC}><channel rdf:about="{edition.home(outlet.slug)}"><title>{escape(outlet.name)}</title>'
        f"<link>{edition.home(outlet.slug)}</link><description>{NOTE}</description>"
        f"<dc:language>{outlet.language}</dc:language><items><rdf:Seq>{order}</rdf:Seq></items></channel>{items}</rdf:RDF>\n"
    )


def _atom(edition: Edition, outlet: Outlet, listed: list[Article]) -> str:
    entries = "".join(
        f"<entry><id>{edition.guid(outlet, article)}</id><title>{escape(article.title_at(edition.second))}</title>"
        f'<link rel="alternate" href="{edition.address(article)}"/><published>{edition.at(article).isoformat()}</published>'
        f"<updated>{edition.at(article).isoformat()}</updated>"
        f'<summary type="html">{_markup(article)}</summary></entry>'
        for article in listed
    )
    newest = max(map(edition.at, listed), default=edition.started)
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.language}"><title>{escape(outlet.name)}</title>'
        f"<id>tag:{outlet.slug}.localhost,2026:feed</id>"
        f'<link rel="alternate" href="{edition.home(outlet.slug)}"/><updated>{newest.isoformat()}</updated>{entries}</feed>\n'
    )


def _sitemap(edition: Edition, outlet: Outlet, listed: list[Article]) -> str:
    """A news sitemap: headlines and dates, no texts."""
    publication = f"<news:name>{escape(outlet.name)}</news:name><news:language>{outlet.language}</news:language>"
    urls = "".join(
        f"<url><loc>{edition.address(article)}</loc><news:news><news:publication>{publication}</news:publication>"
        f"<news:publication_date>{edition.at(article).isoformat()}</news:publication_date>"
        f"<news:title>{escape(article.title_at(edition.second))}</news:title></news:news></url>"
        for article in listed
    )
    return f"<urlset {_SITEMAP}>{urls}</urlset>\n"


def _json(edition: Edition, outlet: Outlet, listed: list[Article]) -> bytes:
    """A JSON Feed 1.1."""
    items = [
        {
            "id": edition.guid(outlet, article),
            "url": edition.address(article),
            "title": article.title_at(edition.second),
            "content_html": f"<p>{escape(article.text)}</p>",
            "date_published": edition.at(article).isoformat(),
        }
        for article in listed
    ]
    return json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": outlet.name,
            "home_page_url": edition.home(outlet.slug),
            "description": NOTE,
            "language": outlet.language,
            "items": items,
        },
        ensure_ascii=False,
        indent=1,
    ).encode()


def _channel(edition: Edition, outlet: Outlet, listed: list[Article]) -> bytes:
    """The web preview of a Telegram channel, with the markup that Telegram gives it; the newest post stands last."""
    posts = "".join(
        f'<div class="tgme_widget_message_wrap"><div class="tgme_widget_message" data-post="{article.page}">'
        f'<div class="tgme_widget_message_text"><b>{escape(article.title_at(edition.second))}</b><br/>'
        f"{escape(article.text)}</div>"
        f'<a class="tgme_widget_message_date" href="{edition.address(article)}">'
        f'<time datetime="{edition.at(article).isoformat()}">now</time></a></div></div>'
        for article in reversed(listed)
    )
    title = escape(outlet.name)
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{title} – Telegram</title></head><body>'
        f'<div class="tgme_channel_info_header_title">{title}</div>'
        f'<section class="tgme_channel_history">{posts}</section></body></html>\n'
    ).encode()


def channel_without_preview(outlet: Outlet) -> bytes:
    """What Telegram shows of a channel whose owner has switched the preview off."""
    title = escape(outlet.name)
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{title}</title></head><body><div class="tgme_page">'
        f'<div class="tgme_page_title">{title}</div><div class="tgme_page_extra">812 subscribers</div></div></body></html>\n'
    ).encode()


def _markup(article: Article) -> str:
    """The text as most feeds have it: HTML, escaped once more."""
    return escape(f"<p>{escape(article.text)}</p>")
