"""What people were told of: notices, their articles, and whether they reached their targets.

Functions that write take the connection of a transaction that their caller opened.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Delivery:
    """A notice on its way to one target."""

    notice_id: int
    target: str
    title: str
    body: str


# An article counts as told of with every copy of its text: one text, one notice.
_UNTOLD = """
    coalesce((SELECT copy_of_id FROM article WHERE id = r.id), r.id) NOT IN (
        SELECT coalesce(o.copy_of_id, o.id) FROM notice_article n JOIN alias l ON l.old_uid = n.uid
        JOIN article o ON o.id = l.article_id)
"""


def untold(connection: sqlite3.Connection, since: str, max_age_s: int) -> list[dict[str, Any]]:
    """Rows of `related_items` that belong into a notice: likely, not seen, found by a feed since then, told to nobody.

    An article that was older than `max_age_s` seconds when it was found is no news.
    """
    rows = connection.execute(
        "SELECT r.* FROM related_items r WHERE r.verdict = 'likely' AND r.seen = 0 AND r.origin = 'feed'"
        " AND r.first_seen_at >= ? AND strftime('%s', r.first_seen_at) - strftime('%s', r.sort_at) <= ?"
        f" AND {_UNTOLD} ORDER BY r.sort_at DESC, r.id DESC, r.watch",
        (since, max_age_s),
    )
    return [dict(row) for row in rows]


def told(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Uids of all articles that people were told of, or that counted as known."""
    return tuple(row[0] for row in connection.execute("SELECT DISTINCT uid FROM notice_article ORDER BY uid"))


def begun(connection: sqlite3.Connection) -> bool:
    """Whether notices have begun."""
    return connection.execute("SELECT 1 FROM notice LIMIT 1").fetchone() is not None


def likely_uids(connection: sqlite3.Connection) -> list[str]:
    """All articles found that are likely related."""
    rows = connection.execute("SELECT DISTINCT uid FROM related_items WHERE verdict = 'likely' ORDER BY uid")
    return [row[0] for row in rows]


def begin(connection: sqlite3.Connection, uids: Iterable[str], now: str) -> None:
    """Note what is there when notices begin; nobody is told of it."""
    _insert(connection, "known", "What was there when notices began", "", uids, now)


def know(connection: sqlite3.Connection, article_ids: Sequence[int]) -> None:
    """Note of articles that stood in a feed at its first visit that they are no news; where notices have begun at all."""
    connection.executemany(
        "INSERT OR IGNORE INTO notice_article (notice_id, uid)"
        " SELECT n.id, a.uid FROM article a, (SELECT min(id) AS id FROM notice WHERE kind = 'known') n"
        " WHERE a.id = ? AND a.verdict IN ('likely', 'maybe') AND n.id IS NOT NULL",
        [(article_id,) for article_id in article_ids],
    )


def add(
    connection: sqlite3.Connection, title: str, body: str, uids: Iterable[str], targets: Iterable[str], now: str
) -> None:
    """Store a notice that is to go to these targets."""
    notice_id = _insert(connection, "digest", title, body, uids, now)
    connection.executemany(
        "INSERT INTO delivery (notice_id, target) VALUES (?, ?)", [(notice_id, target) for target in targets]
    )


def undelivered(connection: sqlite3.Connection, since: str) -> list[Delivery]:
    """Deliveries of notices made since then that have not succeeded, the oldest first."""
    rows = connection.execute(
        "SELECT d.notice_id, d.target, n.title, n.body FROM delivery d JOIN notice n ON n.id = d.notice_id"
        " WHERE d.state != 'sent' AND n.made_at >= ? ORDER BY n.id, d.target",
        (since,),
    )
    return [Delivery(*row) for row in rows]


def delivered(connection: sqlite3.Connection, delivery: Delivery, error: str | None, now: str) -> None:
    """Note how an attempt went; `error` is None when it went well."""
    connection.execute(
        "UPDATE delivery SET state = ?, attempts = attempts + 1, last_attempt_at = ?, error = ?"
        " WHERE notice_id = ? AND target = ?",
        ("failed" if error else "sent", now, error, delivery.notice_id, delivery.target),
    )


def notices(connection: sqlite3.Connection, limit: int | None = None) -> Iterator[dict[str, Any]]:
    """Rows of the view `notices`, the newest first, with `uids` as a list."""
    rows = connection.execute(
        "SELECT * FROM notices ORDER BY notice DESC, target LIMIT ?", (-1 if limit is None else limit,)
    )
    for row in rows:
        yield {**dict(row), "uids": json.loads(row["uids"])}


def _insert(connection: sqlite3.Connection, kind: str, title: str, body: str, uids: Iterable[str], now: str) -> int:
    notice_id = int(
        connection.execute(
            "INSERT INTO notice (made_at, kind, title, body) VALUES (?, ?, ?, ?) RETURNING id", (now, kind, title, body)
        ).fetchone()[0]
    )
    connection.executemany(
        "INSERT OR IGNORE INTO notice_article (notice_id, uid) VALUES (?, ?)", [(notice_id, uid) for uid in uids]
    )
    return notice_id
