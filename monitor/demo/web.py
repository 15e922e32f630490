"""What the invented web answers: from a host, a path and a moment to a reply. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from monitor.demo import documents, pages
from monitor.demo.documents import Edition
from monitor.demo.outlets import OUTLETS, Outlet, articles, published

SLOW_S = 3.0
_OTHER_NAME = "index.rdf"
_HTML = "text/html; charset=utf-8"
_TYPES = {
    "rss": "application/rss+xml",
    "rdf": "application/rdf+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
    "sitemap": "application/xml",
    "telegram": _HTML,
}
_BY_SLUG = {outlet.slug: outlet for outlet in OUTLETS}


@dataclass(frozen=True, slots=True)
class Reply:
    """One response, and how many seconds the server takes over it."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Listed:
    """One feed as it goes into the settings."""

    path: str
    name: str
    about: str
    interval: str
    language: str


def feeds() -> Iterator[Listed]:
    """All feeds, those of sections at the end: what stands in both should come from the outlet's own feed first."""
    for outlet in OUTLETS:
        path = f"/{outlet.slug}/{'rss' if outlet.conduct == 'moved' else outlet.feed}"
        yield Listed(path, outlet.name, outlet.about, "10s" if outlet.healthy else "1m", outlet.language)
    for outlet in OUTLETS:
        for section in outlet.sections:
            about = f"A section of {outlet.name}: all of it stands in the main feed as well."
            name = f"{outlet.name}: {section.capitalize()}"
            yield Listed(f"/{outlet.slug}/{section}.xml", name, about, "20s", outlet.language)
    first = OUTLETS[0]
    about = f"Redirects to the feed of {first.name}, which is read already."
    yield Listed(f"/{first.slug}/{_OTHER_NAME}", f"{first.name} (again)", about, "1m", first.language)


def reply(edition: Edition, host: str, path: str) -> Reply:
    """The answer to a GET."""
    outlet = _BY_SLUG.get(host.partition(".localhost")[0])
    if outlet is not None:
        return _at_outlet(edition, outlet, path)
    if path == "/":
        here = [(listed.path, listed.name, listed.about) for listed in feeds()]
        return Reply(pages.index_page(here), headers={"Content-Type": _HTML})
    _, slug, *rest = path.split("/", 2)
    outlet = _BY_SLUG.get(slug)
    return _feed(edition, outlet, rest[0]) if outlet is not None and rest else _nothing()


def _at_outlet(edition: Edition, outlet: Outlet, path: str) -> Reply:
    """A page for people: the outlet's front page, or an article."""
    html = {"Content-Type": _HTML}
    if path == "/":
        return Reply(pages.home_page(edition, outlet, published(outlet, edition.second)), headers=html)
    for article in articles():
        if article.outlet == outlet.slug and path == f"/news/{article.page}" and article.published <= edition.second:
            return Reply(pages.article_page(edition, outlet, article), headers=html)
    return _nothing()


def _feed(edition: Edition, outlet: Outlet, name: str) -> Reply:
    section = name.removesuffix(".xml")
    if name == ("rss" if outlet.conduct == "moved" else _OTHER_NAME):
        return Reply(status=301, headers={"Location": f"/{outlet.slug}/{outlet.feed}"})
    if name != outlet.feed and section not in outlet.sections:
        return _nothing()
    headers = {"Content-Type": _TYPES[outlet.format]}
    if (instead := _instead(outlet, headers)) is not None:
        return instead
    listed = published(outlet, edition.second, section if section in outlet.sections else None)
    document = documents.feed(edition, outlet, listed)
    if outlet.conduct == "cut":
        document = documents.cut(document)
    return Reply(document, headers=headers, after=SLOW_S if outlet.conduct == "slow" else 0.0)


def _instead(outlet: Outlet, headers: Mapping[str, str]) -> Reply | None:
    """What comes in the place of a feed where that is what the outlet is here to show."""
    match outlet.conduct:
        case "missing":
            return _nothing()
        case "login":
            return Reply(pages.login_page(outlet), headers={"Content-Type": _HTML})
        case "empty":
            return Reply(headers=headers)
        case "challenge":
            return Reply(pages.challenge_page(outlet), 403, {"Content-Type": _HTML, "cf-mitigated": "challenge"})
        case "unseen":
            return Reply(documents.channel_without_preview(outlet), headers=headers)
    return None


def _nothing() -> Reply:
    return Reply(b"Not found\n", 404, {"Content-Type": "text/plain; charset=utf-8"})
