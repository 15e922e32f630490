"""A daemon over many feeds for a long time, with everything else going on beside it.

    SOAK_SECONDS=180 python -m pytest -m soak -s

prints the figures: how much was asked and found, and how memory, open files and threads went.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import statistics
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from seeds.shipped import corpus
from tests.program import TRACEBACK, Project, Running, eventually, item, resident, rss
from tests.web import Answer, Hit, Web

SECONDS = float(os.environ.get("SOAK_SECONDS", "600"))
FEEDS = 200
EVERY_S = 5
CACHES = 8_000_000
"""Bytes that the caches of pages and addresses, which are bounded, may take after the first minute."""
KEPT = 10
"""Entries a feed shows."""
PAGES = (
    "/",
    "/seedwatch",
    "/seedwatch/items",
    "/seedwatch/related_items",
    "/seedwatch/feed_health",
    "/-/metadata.json",
)
PLACES = ("Kazan", "Omsk", "Perm", "Tula", "Oslo", "Paris", "Lagos", "Quito")
MATTERS = (
    "police test facial recognition cameras in the metro",
    "bakers count their loaves after the storm",
    "court weighs a case on face recognition by the authorities",
    "museum opens a hall of clocks",
)


class Newsroom:
    """Feeds that get a new entry at every fourth request."""

    def __init__(self, web: Web) -> None:
        self._said: dict[str, list[str]] = {}
        self.urls = [web.serve(f"/feed/{number}", self._answer) for number in range(FEEDS)]
        web.serve("/page", lambda hit: Answer(_page(hit.target), headers={"Content-Type": "text/html"}))
        self._page = itertools.count()
        self._web = web

    def new_page(self) -> str:
        """The address of an article that was never there before."""
        return self._web.url(f"/page?id={next(self._page)}")

    def said(self) -> dict[str, int]:
        """Feed → how many entries it has shown."""
        return {self._web.url(path): len(entries) for path, entries in self._said.items()}

    def _answer(self, hit: Hit) -> Answer:
        entries = self._said.setdefault(hit.path, [])
        if self._web.count(hit.path) % 4 == 1:
            number = hash((hit.path, len(entries)))
            title = f"{PLACES[number % 8]} {MATTERS[number // 8 % 4]}, report {hit.path[6:]} {len(entries)}"
            entries.append(item(title, f"https://soak{hit.path[6:]}.example/{len(entries)}", excerpt=f"{title}. " * 5))
        return Answer(rss(*reversed(entries[-KEPT:])))


def _page(target: str) -> bytes:
    number = target.rpartition("=")[2]
    return (
        f"<html lang=en><title>Moscow metro takes up facial recognition, part {number}</title><article><p>Police in"
        f" Russia search faces by camera, number {number}.</p></article></html>"
    ).encode()


@dataclass
class Samples:
    """What a process held, at each look."""

    pid: int
    at: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    files: list[int] = field(default_factory=list)
    threads: list[int] = field(default_factory=list)

    def look(self, at: float) -> None:
        process = Path(f"/proc/{self.pid}")
        self.at.append(at)
        self.memory.append(resident(self.pid))
        self.files.append(len(list((process / "fd").iterdir())))
        self.threads.append(len(list((process / "task").iterdir())))

    def ends(self, name: str, warm: float) -> tuple[float, float]:
        """What it held in the first fifth after warming up, and in the last: the median, and of open files the least.

        Connections come and go with the load; files that are left open are there when it is lowest.
        """
        settled = [value for at, value in zip(self.at, getattr(self, name), strict=True) if at >= warm]
        fifth = max(1, len(settled) // 5)
        typical = min if name == "files" else statistics.median
        return typical(settled[:fifth]), typical(settled[-fifth:])


@contextlib.contextmanager
def browsing(project: Project) -> Iterator[Running]:
    """Datasette over the database, being read all the time."""
    with project.start("browse", "--port", "0") as pages:
        line = pages.until("http://127.0.0.1:")
        base = line[line.index("http://") :].split()[0].rstrip("/")
        over = threading.Event()

        def read() -> int:
            seen = 0
            for path in itertools.cycle(PAGES):
                if over.wait(0.5):
                    return seen
                with urllib.request.urlopen(base + path, timeout=60) as answer:
                    assert answer.status == 200
                    assert answer.read()
                seen += 1
            return seen

        with ThreadPoolExecutor(1) as pool:
            reader = pool.submit(read)
            try:
                yield pages
            finally:
                over.set()
                print(f"pages read: {reader.result()}")


def use(project: Project, room: Newsroom, over: threading.Event) -> int:
    """The commands that people use meanwhile, again and again; none may fail."""
    rounds = 0
    while not over.wait(2):
        uid = project.value("SELECT uid FROM items WHERE origin = 'feed' ORDER BY first_seen_at DESC LIMIT 1")
        for args in (
            ("seen", uid),
            ("poll", room.urls[rounds % FEEDS]),
            ("rescore",),
            ("new", "--json"),
            *((("add", room.new_page()),) if rounds % 10 == 0 else ()),
        ):
            done = project.run(*args)
            said = done.out + done.err
            assert done.code == 0, (args, said)
            assert TRACEBACK not in said
            assert "locked" not in said
        rounds += 1
    return rounds


@pytest.mark.soak
def test_a_daemon_goes_on_and_on(tmp_path: Path) -> None:
    warm = min(60, SECONDS / 3)
    with Web() as web:
        room = Newsroom(web)
        settings = 'min_interval = "1s"\nhost_daily = 1_000_000\n'  # all feeds are of one host
        project = Project(tmp_path, [{"url": url, "interval": f"{EVERY_S}s"} for url in room.urls], settings)
        for name, raw in corpus():
            (project.path / "seeds" / name).write_bytes(raw)
        with project.start("run") as daemon:
            daemon.until("feed asked")
            samples = Samples(daemon.process.pid)
            over = threading.Event()
            with browsing(project), ThreadPoolExecutor(1) as pool:
                user = pool.submit(use, project, room, over)
                begun = time.monotonic()
                while (passed := time.monotonic() - begun) < SECONDS and not user.done():
                    samples.look(passed)
                    over.wait(0.5)
                over.set()
                rounds = user.result()
                asked = len([hit for hit in web.hits if hit.path.startswith("/feed/")])
            stopping = time.monotonic()
            assert daemon.stop() == 0
            stopped = time.monotonic() - stopping
        _report(samples, warm, asked=asked, rounds=rounds, stopped=stopped)
        assert TRACEBACK not in daemon.said
        assert "locked" not in daemon.said
        assert " error " not in daemon.said
        for name in ("memory", "files", "threads"):
            first, last = samples.ends(name, warm)
            still_filling = CACHES if name == "memory" else 0
            assert last <= first * 1.1 + still_filling, f"{name} grew from {first} to {last}"
        assert asked >= FEEDS * SECONDS / EVERY_S * 0.6
        assert_nothing_lost(project, room)


def assert_nothing_lost(project: Project, room: Newsroom) -> None:
    """Every entry that a feed showed is stored once; the last one may have come while stopping."""
    eventually(lambda: project.value("SELECT 1 FROM sightings"))
    stored = {
        row["feed_url"]: (row["entries"], row["titles"])
        for row in project.rows(
            "SELECT feed_url, count(*) AS entries, count(DISTINCT title) AS titles FROM sightings GROUP BY feed_url"
        )
    }
    for url, shown in room.said().items():
        entries, titles = stored[url]
        assert entries == titles
        assert shown - 1 <= entries <= shown
    print(f"entries stored: {sum(entries for entries, _ in stored.values())}")
    project.assert_sound()


def _report(samples: Samples, warm: float, **counted: float) -> None:
    print()
    for name, value in counted.items():
        print(f"{name}: {value:g}")
    for name, unit in (("memory", 1e6), ("files", 1), ("threads", 1)):
        first, last = samples.ends(name, warm)
        most = max(getattr(samples, name)) / unit
        print(f"{name}: {first / unit:.1f} after {warm:.0f} s, {last / unit:.1f} at the end, most {most:.1f}")
