"""Where a site may have its feeds: what its pages declare and link to, and the places where feeds usually are. Pure.

A page is hostile text: only web addresses are taken from it, a bounded number, and none that names a variable of the environment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

from selectolax.lexbor import LexborHTMLParser

from monitor.normalise.address import web_address
from seeds.text import clean

How = Literal["itself", "declared", "linked", "sitemap", "usual"]
"""How a feed was found: the address given; `<link rel=alternate>`; an ordinary link; robots.txt; a guess."""

_PAGE = 3_000_000
_ROBOTS = 500_000
_MOST_DECLARED = 12
_MOST_LINKED = 10
_MOST_SITEMAPS = 3
_TYPES = re.compile(r"application/(?:rss|atom|rdf|feed)\+(?:xml|json)|(?:text|application)/xml", re.IGNORECASE)
_JSON = re.compile(r"application/json", re.IGNORECASE)
_LOOKS = re.compile(
    r"(?:^|[/_.-])(?:rss2?|feeds?|atom|rdf)(?:[/_.-]|$)|\.(?:rss|atom|rdf)$|(?:rss|feed|atom)[\w-]*\.(?:xml|json)$",
    re.IGNORECASE,
)
_QUERY = re.compile(r"(?:^|&)(?:feed|format|output|type)=(?:rss2?|atom|rdf|feed|xml)(?:&|$)", re.IGNORECASE)
_WORDS = re.compile(
    r"^\W*(?:rss|atom|rss[- ]?(?:feeds?|лента|ленты|каналы?)|xml|feeds?|лента rss|подписка rss)\W*$", re.IGNORECASE
)
_NO_FEED = re.compile(r"\.(?:png|jpe?g|gif|svg|css|js|ico|webp|pdf)$", re.IGNORECASE)
_READERS = (
    "feedly.com",
    "facebook.com",
    "twitter.com",
    "x.com",
    "netvibes.com",
    "inoreader.com",
    "newsblur.com",
    "follow.it",
)
_USUAL = (
    "/feed/",
    "/rss",
    "/rss.xml",
    "/feed.xml",
    "/atom.xml",
    "/index.xml",
    "/feed.json",
    "/news/rss",
    "/news-sitemap.xml",
)
_NEWS_SITEMAP = re.compile(r"news|новост", re.IGNORECASE)
_AGENT = "seedwatch"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address that may be a feed, and what made one think so."""

    url: str
    how: How
    title: str = ""


def links_in(page: bytes, url: str) -> list[Candidate]:
    """The feeds that an HTML page at `url` declares, and then those that it seems to link to, each once."""
    tree = LexborHTMLParser(page[:_PAGE])
    base = tree.css_first("base[href]")
    start = urljoin(url, (base.attributes.get("href") or "") if base is not None else "") or url
    declared = _usable(_declared(tree), "declared", start, _MOST_DECLARED)
    known = {candidate.url for candidate in declared} | {url}
    return [*declared, *_usable(_linked(tree), "linked", start, _MOST_LINKED, known)]


def usual_places(url: str) -> list[Candidate]:
    """The places at which a site usually has its feed."""
    home = home_of(url)
    return [Candidate(urljoin(home, place), "usual") for place in _USUAL] if home else []


def home_of(url: str) -> str | None:
    """The front page of the site of an address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/" if parts.scheme in {"http", "https"} else None


class Robots:
    """What a site's robots.txt allows programs to ask for, and the news sitemaps it names (RFC 9309)."""

    def __init__(self, text: bytes, url: str) -> None:
        lines = text[:_ROBOTS].decode("utf-8", "replace").splitlines()
        self._rules = RobotFileParser()
        self._rules.parse(lines)
        pairs = (line.partition(":") for line in lines)
        named = [(value.strip(), "") for name, _, value in pairs if name.strip().lower() == "sitemap"]
        self.sitemaps = _usable(
            [pair for pair in named if _NEWS_SITEMAP.search(pair[0])], "sitemap", url, _MOST_SITEMAPS
        )

    def allows(self, url: str) -> bool:
        """Whether we may ask for it."""
        return self._rules.can_fetch(_AGENT, url)


def _declared(tree: LexborHTMLParser) -> Iterator[tuple[str, str]]:
    for node in tree.css("link[href]"):
        relations = (node.attributes.get("rel") or "").lower().split()
        kind, href = node.attributes.get("type") or "", node.attributes.get("href") or ""
        feed = _TYPES.match(kind.strip()) or (_JSON.match(kind.strip()) and _LOOKS.search(urljoin("/", href)))
        if "feed" in relations or ("alternate" in relations and feed):
            yield href, node.attributes.get("title") or ""


def _linked(tree: LexborHTMLParser) -> Iterator[tuple[str, str]]:
    for node in tree.css("a[href]"):
        href = node.attributes.get("href") or ""
        path, _, query = href.partition("#")[0].partition("?")
        text = node.text(strip=True)[:100]
        if _NO_FEED.search(path):
            continue
        if (
            _LOOKS.search(path)
            or _QUERY.search(query)
            or _WORDS.match(text)
            or _WORDS.match(node.attributes.get("title") or "")
        ):
            yield href, text


def _usable(
    found: Iterable[tuple[str, str]], how: How, base: str, most: int, known: Iterable[str] = ()
) -> list[Candidate]:
    """Web addresses among those found, each once, without variables of the environment and pages of feed readers."""
    taken: dict[str, Candidate] = {}
    seen = set(known)
    for href, title in found:
        url = web_address(href, base)
        if url is None or "${" in href or "$%7B" in url.upper() or _is_reader(url):
            continue
        url = url.partition("#")[0]
        if url not in seen:
            taken.setdefault(url, Candidate(url, how, clean(title, 200)))
        if len(taken) >= most:
            break
    return list(taken.values())


def _is_reader(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return any(host == reader or host.endswith(f".{reader}") for reader in _READERS)
