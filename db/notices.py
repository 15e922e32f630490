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


@dataclass(frozen=True, slots=True)
class FeedTrouble:
    """A feed that is broken or silent."""

    address: str
    name: str
    state: str
    reason: str
    since: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as it is to be sent; `slot` is the time of day that it is the summary of, as stored."""

    title: str
    body: str
    uids: tuple[str, ...] = ()
    feeds: tuple[FeedTrouble, ...] = ()
    about: str = "articles"
    slot: str | None = None


# An article counts as told of with every copy of its text: one text, one notice.
_UNTOLD = """
    coalesce((SELECT copy_of_id FROM article WHERE id = r.id), r.id) NOT IN (
        SELECT coalesce(o.copy_of_id, o.id) FROM notice_article n JOIN alias l ON l.old_uid = n.uid
        JOIN article o ON o.id = l.article_id)
"""
# And with the story that it tells, once people were told of that: not where its articles only counted as known.
_OTHER_STORY = """
    (r.story_uid IS NULL OR r.story_uid NOT IN (
        SELECT s.uid FROM notice t JOIN notice_article n ON n.notice_id = t.id JOIN alias l ON l.old_uid = n.uid
        JOIN article o ON o.id = l.article_id JOIN story s ON s.id = o.story_id WHERE t.kind = 'digest'))
"""
# When the trouble of a feed began; one that is silent has been so since its last news.
_SINCE = "coalesce(h.problem_since, h.failing_since, h.last_new_item_at, '')"
_IN_TROUBLE = f"""
    (h.state IN ('failing', 'parked') AND h.problem IS NOT 'same' AND {_SINCE} <= :broken_before OR h.state = 'silent')
"""


def untold_feeds(connection: sqlite3.Connection, broken_before: str) -> list[FeedTrouble]:
    """Feeds that broke by then and are broken still, or are silent, of whose trouble nobody was told; the longest first."""
    rows = connection.execute(
        f"SELECT h.feed_url, h.name, h.state, h.reason, {_SINCE} AS since FROM feed_health h WHERE {_IN_TROUBLE}"
        f" AND NOT EXISTS (SELECT 1 FROM notice_feed n WHERE n.address = h.feed_url AND n.since = {_SINCE})"
        " ORDER BY since, h.name",
        {"broken_before": broken_before},
    )
    return [FeedTrouble(*row) for row in rows]


def began_at(connection: sqlite3.Connection) -> str | None:
    """When notices began."""
    return connection.execute("SELECT min(made_at) FROM notice").fetchone()[0]  # type: ignore[no-any-return]


def slot_done(connection: sqlite3.Connection, slot: str) -> bool:
    """Whether the summary of that time of day was made."""
    return connection.execute("SELECT 1 FROM notice WHERE slot = ?", (slot,)).fetchone() is not None


def untold(connection: sqlite3.Connection, since: str, max_age_s: int) -> list[dict[str, Any]]:
    """Rows of `related_items` that belong into a notice: likely, not seen, found by a feed since then, told to nobody.

    An article that was older than `max_age_s` seconds when it was found is no news.
    """
    rows = connection.execute(
        "SELECT r.* FROM related_items r WHERE r.verdict = 'likely' AND r.seen = 0 AND r.origin = 'feed'"
        " AND r.first_seen_at >= ? AND strftime('%s', r.first_seen_at) - strftime('%s', r.sort_at) <= ?"
        f" AND {_UNTOLD} AND {_OTHER_STORY} ORDER BY r.sort_at DESC, r.id DESC, r.watch",
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


def begin(connection: sqlite3.Connection, uids: Iterable[str], now: str, feeds: Iterable[FeedTrouble] = ()) -> None:
    """Note what is there when notices begin; nobody is told of it."""
    notice_id = _insert(connection, "known", "What was there when notices began", "", uids, now)
    _insert_feeds(connection, notice_id, feeds)


def know(connection: sqlite3.Connection, article_ids: Sequence[int]) -> None:
    """Note of articles that stood in a feed at its first visit that they are no news; where notices have begun at all."""
    connection.executemany(
        "INSERT OR IGNORE INTO notice_article (notice_id, uid)"
        " SELECT n.id, a.uid FROM article a, (SELECT min(id) AS id FROM notice WHERE kind = 'known') n"
        " WHERE a.id = ? AND a.verdict IN ('likely', 'maybe') AND n.id IS NOT NULL",
        [(article_id,) for article_id in article_ids],
    )


def add(connection: sqlite3.Connection, notice: Notice, targets: Iterable[str], now: str) -> None:
    """Store a notice that is to go to these targets."""
    notice_id = _insert(connection, "digest", notice.title, notice.body, notice.uids, now)
    connection.execute("UPDATE notice SET about = ?, slot = ? WHERE id = ?", (notice.about, notice.slot, notice_id))
    _insert_feeds(connection, notice_id, notice.feeds)
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


def _insert_feeds(connection: sqlite3.Connection, notice_id: int, feeds: Iterable[FeedTrouble]) -> None:
    connection.executemany(
        "INSERT OR IGNORE INTO notice_feed (notice_id, address, since) VALUES (?, ?, ?)",
        [(notice_id, feed.address, feed.since) for feed in feeds],
    )


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
