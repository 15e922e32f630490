"""Feeds and pages of the invented outlets, as they are at a given second."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape

from monitor.demo.outlets import OUTLETS, Article, Outlet

_RDF = 'xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
_DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
_NOTE = "This outlet and what it reports are invented, to show seedwatch at work."
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
    write = {"rss": _rss, "rdf": _rdf, "atom": _atom}[outlet.format]
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
        f"<description>{_NOTE}</description><language>{outlet.language}</language>{items}</channel></rss>\n"
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
        f"<link>{edition.home(outlet.slug)}</link><description>{_NOTE}</description>"
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


def _markup(article: Article) -> str:
    """The text as most feeds have it: HTML, escaped once more."""
    return escape(f"<p>{escape(article.text)}</p>")


# ---- pages for people


def article_page(edition: Edition, outlet: Outlet, article: Article) -> bytes:
    """The page of one article."""
    title = escape(article.title_at(edition.second))
    when = f"{edition.at(article):%Y-%m-%d %H:%M} UTC"
    body = f"<h1>{title}</h1><p>{when}</p><p>{escape(article.text)}</p>"
    return _page(f"{title} | {escape(outlet.name)}", outlet.language, f"<p><b>{escape(outlet.name)}</b></p>{body}")


def home_page(edition: Edition, outlet: Outlet, listed: list[Article]) -> bytes:
    """The front page of an outlet."""
    lines = "".join(
        f'<li><a href="{edition.address(article)}">{escape(article.title_at(edition.second))}</a></li>'
        for article in listed
    )
    return _page(escape(outlet.name), outlet.language, f"<h1>{escape(outlet.name)}</h1><ul>{lines}</ul>")


def index_page(feeds: list[tuple[str, str, str]]) -> bytes:
    """What the server has: of all feeds the address, the name, and what each is here to show."""
    rows = "".join(
        f'<tr><td><a href="{escape(url)}">{escape(name)}</a></td><td>{escape(about)}</td></tr>'
        for url, name, about in feeds
    )
    return _page(
        "Feeds of the demonstration", "en", f"<h1>{len(feeds)} feeds, {len(OUTLETS)} outlets</h1><table>{rows}</table>"
    )


def login_page(outlet: Outlet) -> bytes:
    """What a feed behind a password answers: a page, and status 200."""
    form = (
        '<form><input type="email" name="mail"><input type="password" name="password"><button>Sign in</button></form>'
    )
    return _page(f"Sign in | {escape(outlet.name)}", "en", f"<h1>Readers’ area</h1>{form}")


def _page(title: str, language: str, body: str) -> bytes:
    style = "body{max-width:42em;margin:2em auto;padding:0 1em;font:1rem/1.5 sans-serif}td{padding:.2em 1em .2em 0}"
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{style}</style></head>'
        f"<body>{body}<hr><p><small>{_NOTE}</small></p></body></html>\n"
    ).encode()
