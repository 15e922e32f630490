"""Stand-ins on 127.0.0.1 for where history can be had; each behaves as its documentation says, and breaks when told to.

WordPress (`?paged=N`), Blogger (`start-index`, `max-results`), RFC 5005 (paged, archived, complete), the CDX server of the
Internet Archive with its captures, and a site with sitemaps and articles.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from urllib.parse import parse_qs, urlsplit

from tests.program import item, rss
from tests.web import Answer, Hit, Web

START = datetime(2021, 1, 1, 12, tzinfo=UTC)
NO_GAP = '[backfill]\nhost_gap = "0s"\n'


def query(hit: Hit) -> dict[str, str]:
    """The parameters of a request, the last of each name."""
    return {name: values[-1] for name, values in parse_qs(urlsplit(hit.target).query).items()}


@dataclass
class Trouble:
    """Answers that come first, for each target as it is written: then it behaves."""

    answers: dict[str, list[Answer | bytes]] = field(default_factory=dict)

    def next(self, hit: Hit) -> Answer | bytes | None:
        waiting = self.answers.get(hit.target) or self.answers.get("*")
        return waiting.pop(0) if waiting else None


def troubled(trouble: Trouble, respond: Callable[[Hit], Answer | bytes]) -> Callable[[Hit], Answer | bytes]:
    return lambda hit: trouble.next(hit) or respond(hit)


@dataclass(frozen=True)
class Post:
    """An article of an outlet."""

    number: int
    title: str
    url: str
    at: datetime
    excerpt: str = ""

    @property
    def item(self) -> str:
        return item(self.title, self.url, excerpt=self.excerpt, when=self.at)


_MATTERS = (
    "Council of Arland {n} debates a bridge",
    "Harvest report number {n} from the valley",
    "Theatre opens its season {n} with a comedy",
    "Ferry line {n} returns to the lake",
    "Chess club {n} wins the regional cup",
)
RELATED = "Moscow metro adds facial recognition cameras at station {n}"


def posts(count: int, base: str = "https://outlet.example", related: int = 10) -> list[Post]:
    """Articles of successive days, the newest first; each `related`-th is on the matter of the shipped seeds."""
    made = []
    for n in range(1, count + 1):
        title = (RELATED if n % related == 0 else _MATTERS[n % len(_MATTERS)]).format(n=n)
        slug = title.lower().replace(" ", "-")
        made.append(Post(n, title, f"{base}/{slug}", START + timedelta(days=n)))
    return made[::-1]


# --- feeds


def wordpress(web: Web, articles: Sequence[Post], path: str = "/feed/", size: int = 10) -> tuple[str, Trouble]:
    """A feed of WordPress: ten entries a page, 404 behind the last."""
    trouble = Trouble()

    def respond(hit: Hit) -> Answer:
        page = int(query(hit).get("paged", "1"))
        part = articles[(page - 1) * size : page * size]
        if not part:
            return Answer(b"<html><title>Page not found</title></html>", 404, {"Content-Type": "text/html"})
        body = rss(*(post.item for post in part))
        body = body.replace(b"<link>", b"<generator>https://wordpress.org/?v=6.4</generator><link>", 1)
        return Answer(body, headers={"Content-Type": "application/rss+xml"})

    return web.serve(path, troubled(trouble, respond)), trouble


def atom(articles: Sequence[Post], *more: str) -> bytes:
    """An Atom document."""
    entries = "".join(
        f'<entry><id>tag:{p.number}</id><title>{escape(p.title)}</title><link href="{escape(p.url)}"/>'
        f"<updated>{p.at:%Y-%m-%dT%H:%M:%SZ}</updated><published>{p.at:%Y-%m-%dT%H:%M:%SZ}</published></entry>"
        for p in articles
    )
    head = '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xmlns:fh="http://purl.org/syndication/history/1.0"'
    head += ' xmlns:openSearch="http://a9.com/-/spec/opensearchrss/1.0/"><id>tag:feed</id><title>Outlet</title>'
    return f"{head}{''.join(more)}{entries}</feed>".encode()


def blogger(web: Web, articles: Sequence[Post], path: str = "/feeds/posts/default") -> str:
    """A feed of Blogger: `start-index` counts from 1, `max-results` is 25 and at most 150, behind the last it is empty."""

    def respond(hit: Hit) -> Answer:
        asked = query(hit)
        start, size = int(asked.get("start-index", "1")), min(150, int(asked.get("max-results", "25")))
        part = articles[start - 1 : start - 1 + size]
        more = [f"<openSearch:totalResults>{len(articles)}</openSearch:totalResults>"]
        more.append('<generator version="7.00" uri="https://www.blogger.com">Blogger</generator>')
        if start - 1 + size < len(articles):
            more.append(f'<link rel="next" href="{web.url(path)}?start-index={start + size}&amp;max-results={size}"/>')
        return Answer(atom(part, *more), headers={"Content-Type": "application/atom+xml"})

    return web.serve(path, respond)


def archived(web: Web, articles: Sequence[Post], size: int = 10) -> str:
    """RFC 5005, section 4: a subscription document, and archive documents that never change."""
    parts = [articles[at : at + size] for at in range(0, len(articles), size)]
    for number, part in enumerate(parts):
        links = ["<fh:archive/>"] if number else []
        if number + 1 < len(parts):
            links.append(f'<link rel="prev-archive" href="/archive/{number + 1}"/>')
        web.answer(f"/archive/{number}" if number else "/feed.atom", atom(part, *links))
    return web.url("/feed.atom")


def paged(web: Web, articles: Sequence[Post], size: int = 10) -> str:
    """RFC 5005, section 3: pages with links to the next."""

    def respond(hit: Hit) -> Answer:
        page = int(query(hit).get("p", "1"))
        links = [f'<link rel="next" href="?p={page + 1}"/>'] if page * size < len(articles) else []
        return Answer(atom(articles[(page - 1) * size : page * size], *links))

    return web.serve("/paged.atom", respond)


# --- a web archive


@dataclass(frozen=True)
class Copy:
    """An archived copy of a document."""

    at: datetime
    body: bytes
    status: int = 200
    encoding: str = ""
    digest: str = ""

    @property
    def stamp(self) -> str:
        return f"{self.at:%Y%m%d%H%M%S}"


class WebArchive:
    """The CDX server (JSON: `from`, `to`, `filter`, `collapse=digest`, `limit`, `showResumeKey`, `resumeKey`), and captures.

    See "Wayback CDX Server API" of the Internet Archive.
    """

    def __init__(self, web: Web, page: int = 5) -> None:
        self.web = web
        self.copies: dict[str, list[Copy]] = {}
        self.trouble = Trouble()
        self._page = page
        web.serve("/cdx/search/cdx", troubled(self.trouble, self._cdx))

    @property
    def settings(self) -> str:
        return f'{NO_GAP}archive = "{self.web.url("")}"\n'

    def keep(self, url: str, *copies: Copy) -> None:
        """Keep copies of an address."""
        self.copies[url] = sorted([*self.copies.get(url, []), *copies], key=lambda c: c.at)
        for copy in copies:
            self.web.serve(f"/web/{copy.stamp}id_/{url}", troubled(self.trouble, lambda _, c=copy: self._copy(c)))

    @staticmethod
    def _copy(copy: Copy) -> Answer:
        headers = {"Content-Type": "application/rss+xml", "Memento-Datetime": "x"}
        if copy.encoding:
            headers["Content-Encoding"] = copy.encoding
        return Answer(copy.body, copy.status, headers)

    def _cdx(self, hit: Hit) -> Answer:
        import json

        asked = query(hit)
        every = parse_qs(urlsplit(hit.target).query)
        rows = [c for c in self.copies.get(asked["url"], []) if asked.get("from", "0") <= c.stamp]
        rows = [c for c in rows if c.stamp[: len(asked.get("to", ""))] <= asked.get("to", "9" * 14)]
        if "statuscode:200" in every.get("filter", []):
            rows = [c for c in rows if c.status == 200]
        if asked.get("collapse") == "digest":
            rows = [c for n, c in enumerate(rows) if n == 0 or _digest(rows[n - 1]) != _digest(c)]
        if key := asked.get("resumeKey"):
            rows = [c for c in rows if c.stamp > key]
        limit = min(self._page, int(asked.get("limit", "150000")))
        fields = asked.get("fl", "timestamp,original,mimetype,statuscode,digest").split(",")
        shown, more = rows[:limit], rows[limit:]
        table = [fields] if shown else []
        for c in shown:
            known = {
                "timestamp": c.stamp,
                "original": asked["url"],
                "mimetype": "text/xml",
                "statuscode": str(c.status),
                "digest": _digest(c),
                "length": str(len(c.body)),
            }
            table.append([known[name] for name in fields])
        if more and asked.get("showResumeKey") == "true":
            table += [[], [shown[-1].stamp]]
        return Answer(json.dumps(table).encode(), headers={"Content-Type": "application/json"})


def _digest(copy: Copy) -> str:
    import hashlib

    return copy.digest or hashlib.sha1(copy.body).hexdigest().upper()[:32]


# --- a site


def page_of(post: Post) -> bytes:
    """The page of an article, with a text long enough to be one."""
    words = f"{post.title}. " + " ".join(
        f"Paragraph {n} of the report on {post.title.lower()}: officials explained the plan, residents asked questions."
        for n in range(6)
    )
    return (
        f"<!doctype html><html lang=en><head><title>{escape(post.title)}</title>"
        f'<meta property="article:published_time" content="{post.at:%Y-%m-%dT%H:%M:%SZ}">'
        f'<meta property="og:title" content="{escape(post.title)}"></head>'
        f"<body><article><h1>{escape(post.title)}</h1><p>{escape(words)}</p></article></body></html>"
    ).encode()


def site(web: Web, articles: Sequence[Post], robots: str | None = None, size: int = 20, packed: bool = True) -> str:
    """A site: robots.txt that names an index of sitemaps, the sitemaps (gzip), and the pages."""
    parts = [articles[at : at + size] for at in range(0, len(articles), size)]
    for number, part in enumerate(parts):
        body = sitemap(part)
        web.answer(f"/sitemap-{number}.xml.gz", gzip.compress(body) if packed else body)
    listed = "".join(
        f"<sitemap><loc>{web.url(f'/sitemap-{n}.xml.gz')}</loc><lastmod>{max(p.at for p in part):%Y-%m-%d}</lastmod></sitemap>"
        for n, part in enumerate(parts)
    )
    web.answer(
        "/sitemap.xml",
        f'<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</sitemapindex>'.encode(),
    )
    web.answer("/robots.txt", (robots or f"User-agent: *\nAllow: /\nSitemap: {web.url('/sitemap.xml')}\n").encode())
    for post in articles:
        web.answer(urlsplit(post.url).path, page_of(post), headers={"Content-Type": "text/html; charset=utf-8"})
    return web.url("/")


def sitemap(articles: Sequence[Post]) -> bytes:
    """A sitemap of articles."""
    urls = "".join(f"<url><loc>{p.url}</loc><lastmod>{p.at:%Y-%m-%d}</lastmod></url>" for p in articles)
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode()
