"""The outlets whose feeds the feeds are: their domains, what they are called, and hosts that many outlets share.

Functions that write take the connection of a transaction that their caller opened.
"""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass

SHARED_HOSTS = (
    "blogspot.com",
    "dzen.ru",
    "facebook.com",
    "feedburner.com",
    "google.com",
    "instagram.com",
    "livejournal.com",
    "localhost",
    "medium.com",
    "ok.ru",
    "rsshub.app",
    "rutube.ru",
    "substack.com",
    "t.me",
    "telegram.me",
    "telegra.ph",
    "twitter.com",
    "vk.com",
    "wordpress.com",
    "x.com",
    "youtu.be",
    "youtube.com",
    "zen.yandex.ru",
)
"""Domains at which many publish who have nothing to do with each other; there, an outlet is told by its name."""
_NUMERIC = re.compile(r"[0-9.]+|\[?[0-9a-f:]*:[0-9a-f:.]*\]?")

_LISTED = ", ".join(f"'{host}'" for host in SHARED_HOSTS)
_AT_SHARED = (
    f"(a.provider_domain IN ({_LISTED}) OR a.provider_domain NOT GLOB '*[^0-9.]*' OR a.provider_domain GLOB '*:*')"
)
OUTLET = (
    f"CASE WHEN {_AT_SHARED} THEN coalesce(a.provider_name, a.provider_domain)"
    " ELSE coalesce(a.provider_domain, a.provider_name) END"
)
"""What tells the outlet of an article `a` from others: its domain, or its name where many share the host."""


@dataclass(frozen=True, slots=True)
class FeedOutlet:
    """A feed with what is known of its outlet."""

    id: int
    address: str
    link: str | None
    called: str | None
    """The feed's own name: from the settings, else what it calls itself."""
    domain: str | None
    name: str | None
    """What the outlet is called."""


_COLUMNS = "id, address, link, coalesce(name, title), outlet_domain, outlet_name"


def shared_host(domain: str) -> bool:
    """Whether many outlets share a domain; an address of numbers says nothing of who is there."""
    return domain in SHARED_HOSTS or _NUMERIC.fullmatch(domain) is not None


def feed(connection: sqlite3.Connection, source_id: int) -> FeedOutlet:
    """One feed."""
    return FeedOutlet(*connection.execute(f"SELECT {_COLUMNS} FROM source WHERE id = ?", (source_id,)).fetchone())


def feeds_at(connection: sqlite3.Connection, domain: str, most: int) -> list[FeedOutlet]:
    """The feeds of the settings that are placed at a domain, the first added first; no more than `most`."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM source WHERE outlet_domain = ? AND kind = 'feed' AND removed_at IS NULL ORDER BY id LIMIT ?",
        (domain, most),
    )
    return [FeedOutlet(*row) for row in rows]


def known_outlets(connection: sqlite3.Connection) -> set[tuple[str | None, str | None]]:
    """Names and domains of all outlets of which an article or a feed is known."""
    rows = connection.execute(
        "SELECT provider_name, provider_domain FROM article UNION SELECT coalesce(outlet_name, name, title), outlet_domain"
        " FROM source WHERE kind = 'feed' AND removed_at IS NULL"
    )
    return {(row[0], row[1]) for row in rows}


def place(connection: sqlite3.Connection, source_id: int, domain: str | None) -> None:
    """Say at which domain the outlet of a feed is."""
    connection.execute("UPDATE source SET outlet_domain = ? WHERE id = ?", (domain, source_id))


def rename(connection: sqlite3.Connection, named: FeedOutlet, name: str | None) -> None:
    """Say what the outlet of a feed is called, also of the articles that had the name before from it."""
    connection.execute("UPDATE source SET outlet_name = ? WHERE id = ?", (name, named.id))
    connection.execute(
        "UPDATE article SET provider_name = ? WHERE provider_domain = ? AND (provider_name IS ? OR provider_name IS ?)"
        " AND id IN (SELECT article_id FROM entry WHERE source_id = ?)",
        (name, named.domain, named.name, named.called, named.id),
    )
