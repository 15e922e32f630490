"""Pages of the invented outlets for people, as they are at a given second."""

from __future__ import annotations

from html import escape

from monitor.demo.documents import NOTE, Edition
from monitor.demo.outlets import OUTLETS, Article, Outlet


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


def challenge_page(outlet: Outlet) -> bytes:
    """What a guard against programs answers in the outlet's place."""
    return _page("Just a moment...", "en", f"<h1>{escape(outlet.name)}</h1><p>Checking your browser.</p>")


def _page(title: str, language: str, body: str) -> bytes:
    style = "body{max-width:42em;margin:2em auto;padding:0 1em;font:1rem/1.5 sans-serif}td{padding:.2em 1em .2em 0}"
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{style}</style></head>'
        f"<body>{body}<hr><p><small>{NOTE}</small></p></body></html>\n"
    ).encode()
