"""Going through the pages as somebody would who clicks on everything: each kind of page, a number of each."""

from __future__ import annotations

import json
import re
import time
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx
from datasette.app import Datasette
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from benchmarks.browse import fill
from tests.monitor.browse.newsroom import believable, tell
from tests.monitor.browse.test_plugin import HOSTILE

_BASE = "http://localhost"
_OF_FORM = {"_shape", "_nl", "_labels", "_size", "_dl", "_show_sql", "_hide_sql", "_show_hidden"}
"""Parameters of Datasette by which the same looks a little different."""
_NAMED = re.compile(r"^/-/seedwatch/(article|story|seed|watch)/.+")


@dataclass(frozen=True, slots=True)
class Visited:
    """A page that was asked for, and what that cost this process."""

    address: str
    kind: str
    status: int
    cpu_ms: float
    size: int
    html: bool
    words: str
    """What it says, of an answer that is no success."""
    found_on: str


_RELATED = "FROM article a WHERE a.verdict != 'no' AND a.web_url IS NOT NULL ORDER BY a.id DESC LIMIT 300"
_KEPT = (
    "INSERT INTO notice (made_at, kind, title, body) VALUES (:at, 'digest', :words, :words)",
    (
        "INSERT INTO delivery (notice_id, target, state, attempts, last_attempt_at, error)"
        " SELECT max(id), :words, 'failed', 3, :at, :words FROM notice"
    ),
    "INSERT INTO backfill (kind, what, begun_at, touched_at, seen, new) VALUES ('files', :words, :at, :at, 30, 3)",
    f"INSERT INTO revision (article_id, seen_at, field, old, new) SELECT a.id, :at, 'title', :words, a.title {_RELATED}",
    (
        "INSERT INTO verdict_change (article_id, watch, changed_at, was, became, score, decided_by, reason)"
        f" SELECT a.id, 'facial-recognition', :at, 'no', a.verdict, 0.9, 'user', :words {_RELATED}"
    ),
    (
        "INSERT INTO ruling (id, at, do, line, because, state, a_id)"
        " SELECT id, :at, 'yes', json_set(:line, '$.id', id, '$.at', :at, '$.uid', uid), :words, 'standing', article_id"
        f" FROM (SELECT 'd' || lower(hex(randomblob(6))) AS id, a.id AS article_id, a.uid {_RELATED})"
    ),
    (
        "INSERT OR IGNORE INTO page (key, url, host, state, reason, since) SELECT u.key, u.url, 'a.example', 'read', :words, :at"
        " FROM address u JOIN article a ON a.id = u.article_id WHERE a.verdict != 'no' LIMIT 300"
    ),
    (
        "INSERT INTO reading (page_id, read_at, status, outcome, message, title, text, published_at, data)"
        " SELECT p.id, :at, 200, 'read', :words, :words, :words, :at, '{}' FROM page p"
    ),
    "UPDATE page SET reading_id = (SELECT max(r.id) FROM reading r WHERE r.page_id = page.id)",
    (
        "INSERT INTO capture (reading_id, captured_at, url, status, sha256, file, offset, length, ends)"
        " SELECT p.reading_id, :at, :words, 200, 'aa', :words, 0, 9, 9 FROM page p"
    ),
)
"""What else is kept, with hostile words in all that others write: notices, decisions, changes, pages that were read, captures."""


def _line(words: str) -> str:
    return json.dumps({"do": "yes", "title": words, "because": words, "who": words, "watch": words})


def crowded(path: Path, count: int, days: int) -> None:
    """A database of so many articles, with everything else that pages show, hostile words among it."""
    fill(path, count, days)
    room = believable(path)
    rows = room.store.connection
    told = rows.execute(
        "SELECT id FROM article WHERE verdict = 'likely' AND copy_of_id IS NULL AND origin = 'feed' ORDER BY id DESC LIMIT 2"
    )
    tell(room, *(row[0] for row in told.fetchall()))
    for words in (*HOSTILE, "W" * 3000, "\u202eevil", "<a href='java&#10;script:alert(1)'>x</a>"):
        url = f"https://a.example/{len(words)}"
        feed = room.feed(url, name=words, state="failing", reason=words, failing_since=room.at(None))
        room.seed(words, watch=words[:100], outlet=words)
        about = {"watch": words[:100], "outlet": words, "excerpt": words, "text": words, "reason": words}
        room.missed(feed, timedelta(days=2), timedelta(days=1))
        room.item(words, likely=0.9, feed=feed, **about)
    seeds = [row[0] for row in rows.execute("SELECT uid FROM items WHERE origin = 'seed' ORDER BY id LIMIT 3")]
    with room.store.transaction() as connection:
        near = json.dumps([[uid, 0.5] for uid in seeds])
        connection.execute("UPDATE judgement SET nearest = ? WHERE nearest != '[]'", (near,))
        for words in HOSTILE:
            for statement in _KEPT:
                connection.execute(statement, {"words": words, "at": room.at(timedelta(hours=5)), "line": _line(words)})
    room.close()


@dataclass(slots=True)
class Crawl:
    """All that is linked from where it starts, `each` of a kind."""

    datasette: Datasette
    each: int = 6
    visited: list[Visited] = field(default_factory=list)
    elsewhere: set[str] = field(default_factory=set)

    async def run(self, *starts: str) -> None:
        """Visit these, and what they lead to."""
        waiting = deque((start, "") for start in starts)
        known, kinds = set(starts), Counter[str]()
        while waiting:
            address, found_on = waiting.popleft()
            if kinds[kind_of(address)] >= self.each:
                continue
            kinds[kind_of(address)] += 1
            began = time.process_time()
            answer = await self.datasette.client.get(address, follow_redirects=True)
            spent = 1000 * (time.process_time() - began)
            html = answer.headers.get("content-type", "").startswith("text/html")
            words = "" if answer.is_success else " ".join(HTMLParser(answer.text).text().split())[:300]
            seen = (kind_of(address), answer.status_code, spent, len(answer.content), html, words, found_on)
            self.visited.append(Visited(address, *seen))
            for link in self._links(answer):
                if link not in known:
                    known.add(link)
                    waiting.append((link, address))

    def _links(self, answer: httpx.Response) -> Iterator[str]:
        if not answer.headers.get("content-type", "").startswith("text/html"):
            return
        for node in HTMLParser(answer.text).css("a[href], link[href], script[src]"):
            target = node.attributes.get("href") or node.attributes.get("src") or ""
            split = urlsplit(urljoin(str(answer.url), unescape(target)))
            if node.tag == "a" and node.attributes.get("rel"):
                self.elsewhere.add(split.geturl())
            elif split.netloc == urlsplit(_BASE).netloc:
                yield split.path + (f"?{split.query}" if split.query else "")
            elif target and split.scheme not in {"data", ""}:
                self.elsewhere.add(split.geturl())


def kind_of(address: str) -> str:
    """What pages have in common that are made alike: the path without names, and which parameters there are."""
    split = urlsplit(address)
    path = _NAMED.sub(r"/-/seedwatch/\1/…", split.path)
    if not path.startswith("/-/") and path.count("/") > 2:
        path = "/".join(path.split("/")[:3]) + "/…" + path[path.rfind(".") :] * ("." in path.rsplit("/", 1)[-1])
    keys = sorted({key for key, _ in parse_qsl(split.query, keep_blank_values=True)} - _OF_FORM)
    return path + (f"?{'&'.join(keys)}" if keys else "")
