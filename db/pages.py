"""Pages of articles: which are to be read, what they said, what sites allow, and captures.

Every function takes the connection of a transaction that its caller opened, or of a reader where it only asks.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db.facts import dumps
from db.rows import Snapshot
from db.store import placeholders

_PAGE = "id, key, url, host, state, reason, since, tries, asked_at, next_at, etag, last_modified, validators_url, reading_id"
_OF = f"SELECT {_PAGE} FROM page"


@dataclass(frozen=True, slots=True)
class PageRow:
    """A page, as its table has it."""

    id: int
    key: str
    url: str
    host: str
    state: str
    reason: str
    since: str
    tries: int
    asked_at: str | None
    next_at: str | None
    etag: str | None
    last_modified: str | None
    validators_url: str | None
    reading_id: int | None


@dataclass(frozen=True, slots=True)
class Article:
    """An article whose page is to be read: what has to be known of it."""

    id: int
    uid: str
    title: str
    excerpt: str
    web_url: str


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """One attempt to read a page, as it is stored; `said` is None where nothing new was said."""

    page_id: int
    read_at: str
    outcome: str
    duration_ms: int = 0
    status: int | None = None
    error_code: str | None = None
    message: str | None = None
    bytes: int = 0
    final_url: str | None = None
    text_hash: str | None = None
    original_key: str | None = None
    said: Snapshot | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """A stored attempt to read a page; `said` where it said something new."""

    read_at: str
    outcome: str
    error_code: str | None = None
    message: str | None = None
    said: Snapshot | None = None


@dataclass(frozen=True, slots=True)
class SiteRow:
    """What a site lets programs read."""

    origin: str
    rules: str
    reachable: bool
    kind: str
    reason: str
    checked_at: str
    good_until: str


@dataclass(frozen=True, slots=True)
class CaptureRow:
    """Where the answer of a reading lies in a WARC file; `ends`: the first byte after all that was written with it."""

    captured_at: str
    url: str
    status: int
    sha256: str
    file: str
    offset: int
    length: int
    ends: int


# --- which are to be read


def unread(
    connection: sqlite3.Connection, verdicts: Sequence[str], origins: Sequence[str], limit: int
) -> list[Article]:
    """Related articles whose page was not looked at yet: from feeds first, likely before maybe, the latest first."""
    rows = connection.execute(
        "SELECT id, uid, title, excerpt, web_url FROM article INDEXED BY article_unread"
        " WHERE verdict != 'no' AND page_url IS NOT web_url AND web_url IS NOT NULL AND deleted_at IS NULL"
        f" AND verdict IN ({placeholders(len(verdicts))}) AND origin IN ({placeholders(len(origins))})"
        " ORDER BY origin = 'backfill', verdict = 'maybe', sort_at DESC, id DESC LIMIT ?",
        (*verdicts, *origins, limit),
    )
    return [Article(*row) for row in rows]


def article(connection: sqlite3.Connection, article_id: int) -> Article | None:
    """An article by its id; None when it has no address, or is no longer kept."""
    row = connection.execute(
        "SELECT id, uid, title, excerpt, web_url FROM article"
        " WHERE id = ? AND web_url IS NOT NULL AND deleted_at IS NULL",
        (article_id,),
    ).fetchone()
    return None if row is None else Article(*row)


def looked_at(connection: sqlite3.Connection, articles: Iterable[Article]) -> None:
    """Note that the pages of these articles need not be looked for again, as long as their address stays the same."""
    connection.executemany("UPDATE article SET page_url = ? WHERE id = ?", [(a.web_url, a.id) for a in articles])


def identifies(connection: sqlite3.Connection, article_id: int, key: str) -> bool:
    """Whether an address is that of this article alone."""
    query = "SELECT 1 FROM address WHERE article_id = ? AND key = ? AND weak = 0"
    return connection.execute(query, (article_id, key)).fetchone() is not None


def ensure_page(connection: sqlite3.Connection, key: str, url: str, host: str, now: str) -> tuple[PageRow, bool]:
    """The page with that key, and whether it is a new one, which then is due."""
    made = connection.execute(
        "INSERT INTO page (key, url, host, since, next_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
        (key, url, host, now, now),
    ).rowcount
    return PageRow(*connection.execute(f"{_OF} WHERE key = ?", (key,)).fetchone()), bool(made)


def due(connection: sqlite3.Connection, now: str, limit: int) -> list[PageRow]:
    """Pages that are to be read again and that nobody else is reading, the longest due first."""
    rows = connection.execute(
        f"{_OF} WHERE next_at <= ? AND (claimed_until IS NULL OR claimed_until <= ?) ORDER BY next_at, id LIMIT ?",
        (now, now, limit),
    )
    return [PageRow(*row) for row in rows]


def article_of(connection: sqlite3.Connection, key: str) -> Article | None:
    """The article that an address identifies; None when it is no longer kept."""
    row = connection.execute(
        "SELECT a.id, a.uid, a.title, a.excerpt, coalesce(a.web_url, '') FROM address u JOIN article a ON a.id = u.article_id"
        " WHERE u.key = ? AND u.weak = 0 AND a.deleted_at IS NULL ORDER BY a.id LIMIT 1",
        (key,),
    ).fetchone()
    return None if row is None else Article(*row)


def was_read(connection: sqlite3.Connection, key: str) -> bool:
    """Whether the page with that key was ever read."""
    query = "SELECT 1 FROM page WHERE key = ? AND reading_id IS NOT NULL"
    return connection.execute(query, (key,)).fetchone() is not None


def claim(connection: sqlite3.Connection, page_ids: Iterable[int], now: str, until: str) -> set[int]:
    """Those of the pages that nobody else is reading; they are claimed until `until`."""
    claimed = set()
    for page_id in page_ids:
        changed = connection.execute(
            "UPDATE page SET claimed_until = ? WHERE id = ? AND (claimed_until IS NULL OR claimed_until <= ?)",
            (until, page_id, now),
        )
        if changed.rowcount:
            claimed.add(page_id)
    return claimed


def release(connection: sqlite3.Connection, page_ids: Iterable[int], now: str) -> None:
    """Let others read these pages; one that was never tried is due at once."""
    connection.executemany(
        "UPDATE page SET claimed_until = NULL, next_at = CASE WHEN state = 'waiting' THEN ? ELSE next_at END"
        " WHERE id = ? AND claimed_until IS NOT NULL",
        [(now, page_id) for page_id in page_ids],
    )


def forget_claims(connection: sqlite3.Connection, now: str) -> None:
    """Let everybody read every page; for when whoever claimed them is known to be gone."""
    claimed = connection.execute("SELECT id FROM page WHERE claimed_until IS NOT NULL").fetchall()
    release(connection, [row[0] for row in claimed], now)


def page(connection: sqlite3.Connection, page_id: int) -> PageRow:
    """A page by its id."""
    return PageRow(*connection.execute(f"{_OF} WHERE id = ?", (page_id,)).fetchone())


def set_page(connection: sqlite3.Connection, page_id: int, **columns: Any) -> None:
    """Set columns of a page."""
    assignments = ", ".join(f"{name} = ?" for name in columns)
    connection.execute(f"UPDATE page SET {assignments} WHERE id = ?", (*columns.values(), page_id))


def read_since(connection: sqlite3.Connection, since: str) -> dict[str, int]:
    """Host → how many attempts to read its pages were made since then, but for those of a backfill."""
    rows = connection.execute(
        "SELECT p.host, count(*) FROM reading r JOIN page p ON p.id = r.page_id WHERE r.read_at >= ? AND NOT r.of_history"
        " GROUP BY p.host",
        (since,),
    )
    return {row[0]: row[1] for row in rows}


# --- what they said


def add_reading(connection: sqlite3.Connection, row: ReadingRow) -> int:
    """Store an attempt; returns its id."""
    said = row.said
    values: dict[str, Any] = {
        "page_id": row.page_id,
        "read_at": row.read_at,
        "duration_ms": row.duration_ms,
        "status": row.status,
        "outcome": row.outcome,
        "error_code": row.error_code,
        "message": row.message,
        "bytes": row.bytes,
        "final_url": row.final_url,
        "text_hash": row.text_hash,
        "original_key": row.original_key,
    }
    if said is not None:
        values |= {name: value for name, value in said._asdict().items() if name not in {"link", "data"}}
        values["data"] = dumps(said.data)
    made = connection.execute(
        f"INSERT INTO reading ({', '.join(values)}) VALUES ({placeholders(len(values))})", (*values.values(),)
    )
    return int(made.lastrowid or 0)


def is_history(connection: sqlite3.Connection, reading_id: int) -> None:
    """Note that an attempt was made by a backfill, which has a budget of its own."""
    connection.execute("UPDATE reading SET of_history = 1 WHERE id = ?", (reading_id,))


def attempts_at(connection: sqlite3.Connection, page_id: int) -> list[Attempt]:
    """All attempts to read a page, the first one first."""
    rows = connection.execute("SELECT * FROM reading WHERE page_id = ? ORDER BY id", (page_id,))
    return [
        Attempt(
            row["read_at"],
            row["outcome"],
            row["error_code"],
            row["message"],
            _snapshot(row) if row["outcome"] == "read" else None,
        )
        for row in rows
    ]


def attempts_of(connection: sqlite3.Connection, article_id: int) -> list[list[Attempt]]:
    """All attempts to read the pages of an article, page by page."""
    rows = connection.execute(
        "SELECT DISTINCT p.id FROM address u JOIN page p ON p.key = u.key WHERE u.article_id = ? AND u.weak = 0 ORDER BY p.id",
        (article_id,),
    ).fetchall()
    return [attempts_at(connection, row[0]) for row in rows]


def said_at(connection: sqlite3.Connection, reading_id: int) -> Snapshot:
    """What a page said at a reading, as an entry of a source would be."""
    row = connection.execute("SELECT * FROM reading WHERE id = ?", (reading_id,)).fetchone()
    return _snapshot(row)


def said_of(connection: sqlite3.Connection, article_id: int) -> list[tuple[Snapshot, str]]:
    """What the pages of an article said last, and when that was read; the first read first."""
    rows = connection.execute(
        "SELECT DISTINCT r.* FROM address u JOIN page p ON p.key = u.key JOIN reading r ON r.id = p.reading_id"
        " WHERE u.article_id = ? AND u.weak = 0 ORDER BY r.page_id",
        (article_id,),
    )
    return [(_snapshot(row), row["read_at"]) for row in rows]


def said_under(connection: sqlite3.Connection, key: str) -> list[tuple[str, Snapshot]]:
    """The page with that key at each reading at which it said something new: its address, and what it said."""
    rows = connection.execute(
        "SELECT p.url AS page_url, r.* FROM page p JOIN reading r ON r.page_id = p.id"
        " WHERE p.key = ? AND r.outcome = 'read' ORDER BY r.id",
        (key,),
    )
    return [(row["page_url"], _snapshot(row)) for row in rows]


def texts_of(connection: sqlite3.Connection, article_id: int) -> list[tuple[int, str | None, str | None]]:
    """What the pages of an article say now of whose text it is: (page, hash of its words, key of its original elsewhere)."""
    rows = connection.execute(
        "SELECT DISTINCT p.id, r.text_hash, r.original_key FROM address u JOIN page p ON p.key = u.key"
        " JOIN reading r ON r.id = p.reading_id WHERE u.article_id = ? AND u.weak = 0 ORDER BY p.id",
        (article_id,),
    )
    return [(row[0], row[1], row[2]) for row in rows]


def set_read_at(connection: sqlite3.Connection, article_id: int, read_at: str | None) -> None:
    """Note when the text was read that an article has from its page; None when it has none from there."""
    query = "UPDATE article SET read_at = ? WHERE id = ? AND read_at IS NOT ?"
    connection.execute(query, (read_at, article_id, read_at))


def keys_with_text(connection: sqlite3.Connection, text_hash: str, page_id: int) -> list[str]:
    """Keys of other pages that have the same text now."""
    rows = connection.execute(
        "SELECT p.key FROM reading r JOIN page p ON p.reading_id = r.id WHERE r.text_hash = ? AND p.id != ? ORDER BY p.id",
        (text_hash, page_id),
    )
    return [row[0] for row in rows]


def keys_naming(connection: sqlite3.Connection, article_id: int) -> list[str]:
    """Keys of the pages that name this article, on another site, as their original."""
    rows = connection.execute(
        "SELECT p.key FROM address u JOIN reading r ON r.original_key = u.key JOIN page p ON p.reading_id = r.id"
        " WHERE u.article_id = ? AND u.weak = 0 ORDER BY p.id",
        (article_id,),
    )
    return [row[0] for row in rows]


# --- what sites allow


def sites(connection: sqlite3.Connection, now: str) -> dict[str, SiteRow]:
    """Origin → its rules, of all sites whose rules are still good."""
    rows = connection.execute(
        "SELECT origin, rules, reachable, kind, reason, checked_at, good_until FROM site WHERE good_until > ?", (now,)
    )
    return {row["origin"]: SiteRow(**{**dict(row), "reachable": bool(row["reachable"])}) for row in rows}


def put_sites(connection: sqlite3.Connection, rows: Iterable[SiteRow]) -> None:
    """Store what sites allow."""
    connection.executemany(
        "INSERT INTO site (origin, rules, reachable, kind, reason, checked_at, good_until) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (origin) DO UPDATE SET rules = excluded.rules, reachable = excluded.reachable,"
        " kind = excluded.kind, reason = excluded.reason, checked_at = excluded.checked_at,"
        " good_until = excluded.good_until",
        [(r.origin, r.rules, r.reachable, r.kind, r.reason, r.checked_at, r.good_until) for r in rows],
    )


def pause(connection: sqlite3.Connection, host: str, until: str) -> None:
    """Leave a host alone until then."""
    connection.execute(
        "INSERT INTO host_pause (host, paused_until) VALUES (?, ?)"
        " ON CONFLICT (host) DO UPDATE SET paused_until = max(paused_until, excluded.paused_until)",
        (host, until),
    )


def paused(connection: sqlite3.Connection, now: str) -> dict[str, str]:
    """Host → until when it is left alone."""
    rows = connection.execute("SELECT host, paused_until FROM host_pause WHERE paused_until > ?", (now,))
    return {row[0]: row[1] for row in rows}


# --- captures


def capture_files(connection: sqlite3.Connection) -> dict[str, int]:
    """All files of captures, and the first byte after the captures in each."""
    rows = connection.execute("SELECT file, max(ends) FROM capture GROUP BY file ORDER BY min(id)")
    return {str(row[0]): int(row[1]) for row in rows}


def end_of(connection: sqlite3.Connection, file: str) -> int:
    """The first byte after all captures in a file."""
    return int(connection.execute("SELECT coalesce(max(ends), 0) FROM capture WHERE file = ?", (file,)).fetchone()[0])


def last_file(connection: sqlite3.Connection) -> str | None:
    """The file that was written to last."""
    row = connection.execute("SELECT file FROM capture ORDER BY id DESC LIMIT 1").fetchone()
    return None if row is None else str(row[0])


def add_captures(connection: sqlite3.Connection, reading_id: int, rows: Iterable[CaptureRow]) -> None:
    """Note where the answers of a reading lie."""
    connection.executemany(
        "INSERT INTO capture (reading_id, captured_at, url, status, sha256, file, offset, length, ends)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(reading_id, r.captured_at, r.url, r.status, r.sha256, r.file, r.offset, r.length, r.ends) for r in rows],
    )


# --- for showing


def pages_of(connection: sqlite3.Connection, article_id: int) -> list[dict[str, Any]]:
    """The pages of an article, each with its readings and captures, as JSON types."""
    urls = "SELECT p.url FROM address u JOIN page p ON p.key = u.key WHERE u.article_id = ? AND u.weak = 0"
    rows = connection.execute(f"SELECT * FROM pages WHERE url IN ({urls}) ORDER BY url", (article_id,))
    found = [_plain(row) for row in rows]
    for one in found:
        readings = connection.execute("SELECT * FROM readings WHERE page_url = ? ORDER BY read_at", (one["url"],))
        one["readings"] = [dict(row) for row in readings]
        captures = connection.execute("SELECT * FROM captures WHERE page_url = ? ORDER BY captured_at", (one["url"],))
        one["captures"] = [dict(row) for row in captures]
    return found


def captures_of(connection: sqlite3.Connection, article_ids: Sequence[int]) -> list[dict[str, Any]]:
    """The captures of the pages of articles, with `article_id`; the earliest first."""
    rows = connection.execute(
        "SELECT DISTINCT u.article_id, c.captured_at, c.url, c.status, c.sha256, c.file, c.offset, c.length"
        " FROM address u JOIN page p ON p.key = u.key JOIN reading r ON r.page_id = p.id JOIN capture c ON c.reading_id = r.id"
        " WHERE u.weak = 0 AND u.article_id IN (SELECT value FROM json_each(?)) ORDER BY c.captured_at, c.offset",
        (json.dumps(list(article_ids)),),
    )
    return [dict(row) for row in rows]


def _plain(row: sqlite3.Row) -> dict[str, Any]:
    found: Mapping[str, Any] = dict(row)
    lists = {"authors", "credits", "links"}
    return {key: json.loads(value) if key in lists and value is not None else value for key, value in found.items()}


def _snapshot(row: sqlite3.Row) -> Snapshot:
    return Snapshot(
        content_hash=row["content_hash"] or "",
        title=row["title"] or "",
        link=row["final_url"],
        excerpt=row["excerpt"] or "",
        text=row["text"] or "",
        published_at=row["published_at"],
        published_raw=row["published_raw"] or "",
        date_quality=row["date_quality"] or "none",
        updated_at=row["updated_at"],
        language=row["language"],
        data=json.loads(row["data"]),
    )
