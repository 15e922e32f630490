"""The outlets whose feeds the feeds are: their domains, what they are called, and hosts that many outlets share.

Functions that write take the connection of a transaction that their caller opened.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from seeds.text import fold

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

# The expression of the index `article_named`, which has to be written alike.
_WRITTEN = "coalesce(a.provider_domain, '') || char(10) || coalesce(a.provider_name, '')"


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
        "SELECT coalesce(outlet_name, name, title), outlet_domain FROM source WHERE kind = 'feed' AND removed_at IS NULL"
    )
    return {(row[0], row[1]) for row in rows} | {
        (name or None, domain or None) for domain, name in _written(connection)
    }


def articles_of(connection: sqlite3.Connection, wanted: Collection[str], most: int) -> tuple[int, ...] | None:
    """The articles of outlets that are named by their domains or by parts of their names; None where it is more than `most`.

    In a large database this is far quicker than to look at each article.
    """
    folded = [fold(outlet) for outlet in wanted]
    keys = [
        f"{domain}\n{name}"
        for domain, name in _written(connection)
        if any(fold(domain) == outlet or outlet in fold(name) for outlet in folded)
    ]
    rows = connection.execute(
        f"SELECT id FROM article a INDEXED BY article_named WHERE {_WRITTEN} IN (SELECT value FROM json_each(?)) LIMIT ?",
        (json.dumps(keys), most + 1),
    ).fetchall()
    return None if len(rows) > most else tuple(row[0] for row in rows)


def _written(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Domain and name of each outlet as articles have them; what is missing is empty."""
    # From one outlet to the next in the index, without the thousands of rows that each has there.
    first = f"SELECT {_WRITTEN} FROM article a INDEXED BY article_named"
    rows = connection.execute(
        f"WITH RECURSIVE named(key) AS (SELECT ({first} ORDER BY 1 LIMIT 1)"
        f" UNION ALL SELECT ({first} WHERE {_WRITTEN} > named.key ORDER BY 1 LIMIT 1) FROM named WHERE named.key IS NOT NULL)"
        " SELECT key FROM named WHERE key IS NOT NULL"
    )
    for (key,) in rows:
        domain, _, name = str(key).partition("\n")
        yield domain, name


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
