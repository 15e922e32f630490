"""Going through the pages as somebody would who clicks on everything: each kind of page, a number of each."""

from __future__ import annotations

import re
import time
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx
from datasette.app import Datasette
from selectolax.lexbor import LexborHTMLParser as HTMLParser

_BASE = "http://localhost"
_NAMED = re.compile(r"^/-/seedwatch/(article|story|seed|watch)/.+")


@dataclass(frozen=True, slots=True)
class Visited:
    """A page that was asked for, and what that cost this process."""

    address: str
    kind: str
    status: int
    cpu_ms: float
    size: int
    words: str
    """What it says, of an answer that is no success."""
    found_on: str


@dataclass(slots=True)
class Crawl:
    """All that is linked from where it starts, `each` of a kind."""

    datasette: Datasette
    each: int = 6
    visited: list[Visited] = field(default_factory=list)
    elsewhere: set[str] = field(default_factory=set)

    async def run(self, *starts: str) -> None:
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
            words = "" if answer.is_success else " ".join(HTMLParser(answer.text).text().split())[:300]
            self.visited.append(
                Visited(address, kind_of(address), answer.status_code, spent, len(answer.content), words, found_on)
            )
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
    keys = sorted({key for key, _ in parse_qsl(split.query, keep_blank_values=True)})
    return path + (f"?{'&'.join(keys)}" if keys else "")
