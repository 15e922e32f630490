"""The programs that `benchmarks.poll` compares: how each is set up, what it is told to do, and how many entries it has then.

Beside whole programs there are floors, which do one part of the work and nothing else.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from benchmarks.web_of_feeds import Web, document

STATES = ("cold", "not modified", "same bodies", "few new")
"""The rounds of a run, in their order; the web answers each as `ANSWERS` says."""
ANSWERS: Mapping[str, str] = {
    "cold": "validators",
    "not modified": "validators",
    "same bodies": "bodies",
    "few new": "news",
}


class Program(ABC):
    """One way to read the same feeds, in a folder of its own."""

    name: str
    states: Sequence[str] = STATES
    counts_rows = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @staticmethod
    def is_there() -> bool:
        """Whether it is installed."""
        return True

    @abstractmethod
    def set_up(self, web: Web) -> None:
        """Write what it needs before its first round."""

    @abstractmethod
    def command(self) -> list[str]:
        """What one round is."""

    def rows(self) -> int:
        """How many entries it has stored."""
        return 0


class Seedwatch(Program):
    """This program, from outside."""

    name = "seedwatch"
    concurrency = 64

    def set_up(self, web: Web) -> None:
        """Settings with the feeds, and one seed."""
        (self.folder / "seeds").mkdir()
        settings = [
            f'[poll]\nconcurrency = {self.concurrency}\nhost_concurrency = {self.concurrency}\nhost_gap = "0s"\n'
        ]
        settings += [f'[[feeds]]\nurl = "{url}"\n' for url in web.urls()]
        (self.folder / "seedwatch.toml").write_text("".join(settings))
        seed = "---\ntitle: Facial recognition spreads across Russia\nwebUrl: https://seed.example/1\n---\n"
        (self.folder / "seeds" / "one.md").write_text(seed)

    def command(self) -> list[str]:
        """One round over all feeds."""
        return [sys.executable, "-m", "monitor", "poll", "--all", "--json"]

    def rows(self) -> int:
        """What feeds brought of articles."""
        return _count(self.folder / "seedwatch.db", "sightings")


class Crowded(Seedwatch):
    """The same with many requests at one time."""

    name = "seedwatch, 256 in flight"
    concurrency = 256
    states = ("cold", "not modified")


class Calm(Seedwatch):
    """The same with few requests at one time."""

    name = "seedwatch, 16 in flight"
    concurrency = 16
    states = ("cold", "not modified")


class Reader(Program):
    """The feed reader library whose design is nearest."""

    name = "reader"
    workers = 20
    _SCRIPT = """
import sys, json
from reader import make_reader
reader = make_reader("reader.db")
for url in json.load(open("urls.json")):
    reader.add_feed(url, exist_ok=True)
reader.update_feeds(scheduled=False, workers=int(sys.argv[1]))
"""

    def set_up(self, web: Web) -> None:
        """The addresses."""
        (self.folder / "urls.json").write_text(json.dumps(web.urls()))

    def command(self) -> list[str]:
        """One update of all feeds."""
        return [sys.executable, "-c", self._SCRIPT, str(self.workers)]

    def rows(self) -> int:
        """Its entries."""
        return _count(self.folder / "reader.db", "entries")


class Newsboat(Program):
    """The terminal reader in C++ and Rust."""

    name = "newsboat"

    @staticmethod
    def is_there() -> bool:
        """Whether it is installed."""
        return shutil.which("newsboat") is not None

    def set_up(self, web: Web) -> None:
        """Addresses and settings."""
        (self.folder / "urls").write_text("\n".join(web.urls()))
        (self.folder / "config").write_text("reload-threads 8\n")

    def command(self) -> list[str]:
        """One reload of all feeds."""
        return ["newsboat", "-u", "urls", "-c", "cache.db", "-C", "config", "-x", "reload"]

    def rows(self) -> int:
        """Its articles."""
        return _count(self.folder / "cache.db", "rss_item")


class Sfeed(Program):
    """Small tools in C around a shell script; it sends no validators."""

    name = "sfeed"

    @staticmethod
    def is_there() -> bool:
        """Whether it is installed."""
        return shutil.which("sfeed_update") is not None

    def set_up(self, web: Web) -> None:
        """Its settings, which are a script."""
        feeds = "\n".join(f"feed f{n} {url}" for n, url in enumerate(web.urls()))
        (self.folder / "sfeedrc").write_text(f'sfeedpath="{self.folder}/feeds"\nmaxjobs=8\nfeeds() {{\n{feeds}\n}}\n')

    def command(self) -> list[str]:
        """One update of all feeds."""
        return ["sfeed_update", "sfeedrc"]

    def rows(self) -> int:
        """Lines in its files."""
        return sum(path.read_bytes().count(b"\n") for path in (self.folder / "feeds").iterdir())


class Requests(Program):
    """A floor: the requests of a round where nothing changed, by httpx, a client for each of 16 workers."""

    name = "httpx alone"
    states = ("cold", "not modified")
    counts_rows = False
    _SCRIPT = """
import asyncio, json, pathlib
import httpx
known = pathlib.Path("etags.json")
tags = json.loads(known.read_text()) if known.exists() else {}
waiting = json.load(open("urls.json"))
async def work():
    async with httpx.AsyncClient() as client:
        while waiting:
            url = waiting.pop()
            answer = await client.get(url, headers={"If-None-Match": tags[url]} if url in tags else {})
            tags[url] = answer.headers["etag"]
async def main():
    await asyncio.gather(*(work() for _ in range(16)))
asyncio.run(main())
known.write_text(json.dumps(tags))
"""

    def set_up(self, web: Web) -> None:
        """The addresses."""
        (self.folder / "urls.json").write_text(json.dumps(web.urls()))

    def command(self) -> list[str]:
        """One request for each feed."""
        return [sys.executable, "-c", self._SCRIPT]


class Parsing(Program):
    """A floor: the same documents read by feedparser, both HTML options off, from memory, by one process."""

    name = "feedparser alone"
    states = ("cold",)
    counts_rows = False
    entries = 30
    short = False
    _SCRIPT = """
import io, pathlib
import feedparser
for path in pathlib.Path("documents").iterdir():
    found = feedparser.parse(io.BytesIO(path.read_bytes()), sanitize_html=False, resolve_relative_uris=False)
    assert found.entries
"""

    def set_up(self, web: Web) -> None:
        """The documents."""
        (self.folder / "documents").mkdir()
        for n in range(web.feeds):
            (self.folder / "documents" / f"{n}.xml").write_bytes(document(n, self.entries, short=self.short))

    def command(self) -> list[str]:
        """All documents once."""
        return [sys.executable, "-c", self._SCRIPT]


class Storing(Program):
    """A floor: as many rows of such texts put into one table, a transaction for every 32 feeds."""

    name = "executemany alone"
    states = ("cold",)
    counts_rows = False
    entries = 30
    _SCRIPT = """
import sqlite3, sys
feeds, entries, text = int(sys.argv[1]), int(sys.argv[2]), "words of a text " * 125
db = sqlite3.connect("rows.db", isolation_level=None)
db.execute("PRAGMA journal_mode = WAL")
db.execute("CREATE TABLE entry (id INTEGER PRIMARY KEY, feed, guid, link, title, text, published, seen, UNIQUE (feed, guid))")
for start in range(0, feeds, 32):
    db.execute("BEGIN")
    for feed in range(start, min(feeds, start + 32)):
        rows = [(feed, f"{feed}-{n}", f"https://outlet{feed}.example/{n}", f"Title {n}", text, "2026", "2026") for n in range(entries)]
        db.executemany("INSERT INTO entry (feed, guid, link, title, text, published, seen) VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    db.execute("COMMIT")
"""

    def set_up(self, web: Web) -> None:
        """Nothing but the number of feeds."""
        self._feeds = web.feeds

    def command(self) -> list[str]:
        """All rows once."""
        return [sys.executable, "-c", self._SCRIPT, str(self._feeds), str(self.entries)]


ALL: tuple[type[Program], ...] = (Seedwatch, Reader, Newsboat, Sfeed, Calm, Crowded, Requests, Parsing, Storing)


def _count(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
