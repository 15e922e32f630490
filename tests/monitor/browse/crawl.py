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
