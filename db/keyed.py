"""What giving addresses other keys asks and writes. Every function takes the connection of a transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db import traces
from db.store import placeholders

_PART = 500


@dataclass(frozen=True, slots=True)
class IdentityDecision:
    """That rules made one of two: an entry and an article, or two articles."""

    id: int
    a: str
    b: str
    method: str
    evidence: dict[str, Any]


def addresses_after(connection: sqlite3.Connection, last: int, limit: int) -> list[tuple[int, str, str]]:
    """Addresses of the articles after that id: (article id, address, key); all of each article, about `limit` of them."""
    row = connection.execute(
        "SELECT max(article_id) FROM (SELECT article_id FROM address WHERE article_id > ? ORDER BY article_id LIMIT ?)",
        (last, limit),
    ).fetchone()
    if row[0] is None:
        return []
    query = "SELECT article_id, url, key FROM address WHERE article_id > ? AND article_id <= ?"
    return [(r[0], r[1], r[2]) for r in connection.execute(query, (last, row[0]))]


def holders(connection: sqlite3.Connection, keys: Sequence[str]) -> dict[str, list[int]]:
    """Key → the articles that it identifies, the first one first."""
    found: dict[str, list[int]] = {}
    for start in range(0, len(keys), _PART):
        part = keys[start : start + _PART]
        rows = connection.execute(
            f"SELECT DISTINCT key, article_id FROM address WHERE weak = 0 AND key IN ({placeholders(len(part))})"
            " ORDER BY article_id",
            part,
        )
        for key, article_id in rows:
            found.setdefault(key, []).append(article_id)
    return found


def identity_decisions(connection: sqlite3.Connection, names: Sequence[str]) -> list[IdentityDecision]:
    """What rules decided on which entry or article is which, of those that `names` name on either side, and holds."""
    found: dict[int, IdentityDecision] = {}
    for start in range(0, len(names), _PART):
        part = names[start : start + _PART]
        marks = placeholders(len(part))
        rows = connection.execute(
            "SELECT id, a, b, method, evidence FROM decision WHERE kind = 'identity' AND undone_at IS NULL"
            f" AND decided_by = 'rule' AND (a IN ({marks}) OR b IN ({marks}))",
            (*part, *part),
        )
        found.update({row[0]: IdentityDecision(row[0], row[1], row[2], row[3], json.loads(row[4])) for row in rows})
    return [found[key] for key in sorted(found)]


def undo(connection: sqlite3.Connection, decision_ids: Iterable[int], now: str) -> None:
    """Take back what rules decided."""
    connection.executemany("UPDATE decision SET undone_at = ? WHERE id = ?", [(now, i) for i in decision_ids])


def trace_anew(connection: sqlite3.Connection, article_ids: Iterable[int]) -> None:
    """Let articles be met by what their addresses end in now; what they were met by before stays, and only suggests."""
    traces.add(connection, [(i, traces.of_stored(connection, i)) for i in article_ids])


def linked_entries(connection: sqlite3.Connection, article_id: int) -> list[tuple[int, str, sqlite3.Row]]:
    """The entries of feeds that are told apart by their address: id, policy of the feed, entry with its latest snapshot."""
    rows = connection.execute(
        "SELECT e.id AS entry_id, f.entry_policy, e.entry_key, e.guid, n.* FROM entry e JOIN feed f ON f.source_id = e.source_id"
        " JOIN snapshot n ON n.id = e.snapshot_id WHERE e.article_id = ?"
        " AND (substr(e.entry_key, 1, 5) = 'link:' OR substr(e.entry_key, 1, 6) = 'parts:')",
        (article_id,),
    )
    return [(row["entry_id"], row["entry_policy"], row) for row in rows]


# --- pages


def pages_after(connection: sqlite3.Connection, last: int, limit: int) -> list[tuple[int, str, str]]:
    """The pages after that id: (id, address, key)."""
    rows = connection.execute("SELECT id, url, key FROM page WHERE id > ? ORDER BY id LIMIT ?", (last, limit))
    return [(row[0], row[1], row[2]) for row in rows]


def rekey_pages(connection: sqlite3.Connection, keys: Mapping[int, str]) -> None:
    """Give pages other keys; of two that are one now the one that was read stays, with what was read of either."""
    for page_id, key in keys.items():
        other = connection.execute(
            "SELECT id, reading_id FROM page WHERE key = ? AND id != ?", (key, page_id)
        ).fetchone()
        kept = page_id
        if other is not None:
            own = connection.execute("SELECT reading_id FROM page WHERE id = ?", (page_id,)).fetchone()[0]
            kept, gone = (other[0], page_id) if other[1] is not None or own is None else (page_id, other[0])
            connection.execute("UPDATE reading SET page_id = ? WHERE page_id = ?", (kept, gone))
            connection.execute("DELETE FROM page WHERE id = ?", (gone,))
        connection.execute("UPDATE page SET key = ? WHERE id = ?", (key, kept))


def originals(connection: sqlite3.Connection, page_ids: Sequence[int]) -> list[tuple[int, str]]:
    """Readings of pages that name an original elsewhere: (id, its key)."""
    rows = connection.execute(
        "SELECT id, original_key FROM reading WHERE original_key IS NOT NULL"
        f" AND page_id IN ({placeholders(len(page_ids))})",
        page_ids,
    )
    return [(row[0], row[1]) for row in rows]


def rekey_originals(connection: sqlite3.Connection, keys: Mapping[int, str]) -> None:
    """Give the originals that readings name other keys."""
    connection.executemany("UPDATE reading SET original_key = ? WHERE id = ?", [(k, i) for i, k in keys.items()])
