"""The invented outlets, how their feeds behave, and what they have published by a given second."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Format = Literal["rss", "rdf", "atom", "json", "sitemap", "telegram"]
Conduct = Literal["well", "moved", "slow", "cut", "missing", "login", "empty", "challenge", "unseen"]

_HOUR = 3600
_COPIED_AFTER = 1800
_COPIED_LIVE_AFTER = 5
"""Seconds from a text to its first copy, and from each copy to the next: in the past, and while one watches."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """Who publishes, and what is the matter with its feed."""

    slug: str
    name: str
    about: str
    """In a sentence, what its feed is here to show."""
    language: str = "en"
    format: Format = "rss"
    encoding: str = "utf-8"
    conduct: Conduct = "well"
    sections: tuple[str, ...] = ()
    guids_change_at: int | None = None
    """Seconds after the start at which all its guids become others."""

    @property
    def feed(self) -> str:
        """The last part of its feed's address."""
        return {"json": "feed.json", "sitemap": "news-sitemap.xml", "telegram": "s/channel"}.get(
            self.format, "feed.xml"
        )

    @property
    def healthy(self) -> bool:
        """Whether its feed brings articles."""
        return self.conduct in {"well", "moved", "slow", "cut"}


@dataclass(frozen=True, slots=True)
class Article:
    """One article; times are seconds after the start, negative before it."""

    outlet: str
    page: str
    title: str
    text: str
    published: int
    edited: tuple[int, str] | None = None
    section: str | None = None
    also: tuple[str, ...] = ()
    address: str | None = None
    """Where it stands, when that is not at its outlet."""

    def title_at(self, second: float) -> str:
        """Its headline at that second."""
        return self.edited[1] if self.edited and second >= self.edited[0] else self.title


OUTLETS = (
    Outlet(
        "neva-observer",
        "The Neva Observer",
        "RSS 2.0, and a second feed for one of its sections.",
        sections=("technology",),
    ),
    Outlet("polar-dispatch", "Polar Dispatch", "Atom; edits a headline after twenty seconds.", format="atom"),
    Outlet("quay-herald", "Вестник набережной", "RSS 2.0 in Russian, in windows-1251.", "ru", encoding="windows-1251"),
    Outlet("north-line", "Северная строка", "Atom in Russian.", "ru", "atom"),
    Outlet("meridian-tech", "Meridian Technology", "RSS 1.0 (RDF).", format="rdf"),
    Outlet("rights-ledger", "Rights Ledger", "RSS 2.0; after forty seconds all its guids change.", guids_change_at=40),
    Outlet("steppe-telegraph", "Степной телеграф", "RSS 2.0 in Russian; moved for good (301).", "ru", conduct="moved"),
    Outlet("atlas-wire", "Atlas Wire", "An agency; other outlets print its texts word for word.", format="atom"),
    Outlet("lens-digest", "Lens Digest", "A digest: articles of others, and known ones under AMP and CDN addresses."),
    Outlet("tide-radio", "Tide Radio", "Takes three seconds to answer.", conduct="slow"),
    Outlet("harbour-post", "Harbour Post", "Its document breaks off in the middle.", conduct="cut"),
    Outlet("signal-room", "The Signal Room", "JSON Feed 1.1.", format="json"),
    Outlet("coast-chronicle", "Береговая хроника", "A news sitemap, in Russian: headlines alone.", "ru", "sitemap"),
    Outlet("square-channel", "Площадь: новости", "A public Telegram channel, in Russian.", "ru", "telegram"),
    Outlet("winter-bulletin", "The Winter Bulletin", "Answers, but has brought nothing for weeks."),
    Outlet("mill-gazette", "Old Mill Gazette", "Is not there any more (404).", conduct="missing"),
    Outlet("copper-journal", "Copper Street Journal", "Answers with a page that asks for a password.", conduct="login"),
    Outlet("blank-weekly", "Blank Page Weekly", "Answers with nothing at all (200, empty).", conduct="empty"),
    Outlet("iron-gate", "Iron Gate News", "Asks whoever comes to prove to be human (403).", conduct="challenge"),
    Outlet(
        "quiet-channel", "Тихий двор", "A Telegram channel with its preview off.", "ru", "telegram", conduct="unseen"
    ),
)


@cache
def articles() -> tuple[Article, ...]:
    """All articles, copies included."""
    text = files(__package__).joinpath("articles.toml").read_text(encoding="utf-8")
    return tuple(article for data in tomllib.loads(text)["article"] for article in _with_copies(data))


def _with_copies(data: Mapping[str, Any]) -> list[Article]:
    edited = data.get("edited")
    original = Article(
        outlet=data["outlet"],
        page=data["page"],
        title=data["title"],
        text=data["text"],
        published=data["after"] if "after" in data else -data["hours"] * _HOUR,
        edited=(edited[0], edited[1]) if edited else None,
        section=data.get("section"),
        also=tuple(data.get("also", ())),
        address=data.get("address"),
    )
    later = _COPIED_LIVE_AFTER if original.published > 0 else _COPIED_AFTER
    copies = [
        replace(original, outlet=slug, page=f"agency-{original.page}", published=original.published + later * number)
        for number, slug in enumerate(data.get("copied_by", ()), 1)
    ]
    return [original, *copies]


def published(outlet: Outlet, second: float, section: str | None = None) -> list[Article]:
    """What the feed of an outlet, or of one of its sections, lists at that second; newest first."""
    listed = [
        article
        for article in articles()
        if article.published <= second
        and (article.outlet == outlet.slug or outlet.slug in article.also)
        and section in {None, article.section}
    ]
    return sorted(listed, key=lambda article: article.published, reverse=True)


def last_second() -> int:
    """When the last article appears or is edited."""
    return max(article.published for article in articles())
