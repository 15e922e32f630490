"""A day of feeds against servers that write down every request: is any of them asked too early, and is anything missed in silence?

    python -m benchmarks.day [--feeds 300] [--hours 24] [--seed 1]

Requests, answers, parsing and the database are real; time is simulated. Feeds publish by rhythms of their own, and ask to be left
alone in all the ways there are; some fail, move, lie, or pour out more in minutes than their document holds. In between the
program is killed and started again, the machine sleeps for two hours, and its clock is set wrong and right again. The verdict is
drawn from the servers' log and the views alone.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path
from statistics import median

from benchmarks.simulated_time import SimulatedLoop
from config.feeds import Written
from config.model import Feed as Configured
from config.model import Poll
from db import facts, feed_state
from db.store import Store
from monitor.clock import Clock, stamp
from monitor.fetch.client import Fetcher, Limits
from monitor.normalise.hosts import host_of
from monitor.parse.feed import parse_here
from monitor.parse.pool import ParsePool
from monitor.pipeline.judging import Judge, Thresholds
from monitor.schedule.due import Due
from monitor.schedule.poller import Poller
from monitor.schedule.recorder import Recorder
from monitor.schedule.rounds import host_queue, pace
from monitor.types import Parsed, ParseFailure

START = datetime(2026, 11, 18, tzinfo=UTC)
"""A Wednesday."""
_HISTORY_H = 240
_KINDS = ("plain", "max_age", "ttl", "expires", "skip", "both", "retry", "failing", "liar", "moved", "burst", "gone")
_TICK_S = 5.0


@dataclass(slots=True)
class Request:
    """One request as a server saw it; `at` is the true time, seconds since the beginning."""

    at: float
    host: str
    feed: int
    status: int
    conditional: bool
    ended: float = 0.0


@dataclass(slots=True)
class SimulatedFeed:
    """A feed, what it publishes when, and what it asked for last."""

    number: int
    host: str
    kind: str
    size: int
    times: list[float]
    """When its entries come, seconds since the beginning, most of them before it; sorted."""
    ttl: int = 0
    max_age: int = 0
    skip_hours: tuple[int, ...] = ()
    tagged: bool = False
    not_before: float = 0.0
    served: set[int] = field(default_factory=set)
    """Entries that stood in a document that was sent."""

    @property
    def path(self) -> str:
        """Where it is."""
        return f"/feed/{self.number}.xml"

    def document(self, at: float) -> tuple[int, bytes]:
        """Its newest entry, and the document that it has at a time."""
        last = bisect_right(self.times, at)
        items = "".join(
            f"<item><title>Report {self.number} of the day, number {n}</title><guid isPermaLink='false'>{self.number}-{n}</guid>"
            f"<link>https://{self.host}/{self.number}/{n}</link>"
            f"<pubDate>{format_datetime(START + timedelta(seconds=self.times[n]))}</pubDate></item>"
            for n in range(last - 1, max(-1, last - 1 - self.size), -1)
        )
        hints = f"<ttl>{self.ttl // 60}</ttl>" if self.ttl else ""
        if self.skip_hours:
            hints += f"<skipHours>{''.join(f'<hour>{hour}</hour>' for hour in self.skip_hours)}</skipHours>"
        body = f"<rss version='2.0'><channel><title>Feed {self.number}</title>{hints}{items}</channel></rss>"
        return last - 1, body.encode()


@dataclass
class Servers:
    """All servers: they answer over one socket, and write down what was asked."""

    feeds: list[SimulatedFeed]
    loop: SimulatedLoop
    chance: random.Random
    log: list[Request] = field(default_factory=list)
    early: list[str] = field(default_factory=list)
    port: int = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take a request down, and answer it after a while."""
        with suppress(OSError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            lines = head.split("\r\n")
            fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
            path, host = lines[0].split(" ")[1], fields["host"].rpartition(":")[0]
            feed = self.feeds[int(path.rpartition("/")[2].removesuffix(".xml"))]
            request = Request(self.loop.time(), host, feed.number, 0, "if-none-match" in fields)
            self.log.append(request)
            if path.startswith("/feed/"):
                self._in_time(feed, request.at)
            await asyncio.sleep(self.chance.choice((0.05, 0.2, 0.2, 1.0, 4.0)))
            status, more, body = self._reply(feed, path, fields, request.at)
            request.status, request.ended = status, self.loop.time()
            told = "".join(f"{name}: {value}\r\n" for name, value in more.items())
            writer.write(
                f"HTTP/1.1 {status} Answer\r\nContent-Type: application/rss+xml\r\nContent-Length: {len(body)}\r\n"
                f"{told}Connection: close\r\n\r\n".encode()
                + body
            )
            await writer.drain()
        writer.close()

    def _in_time(self, feed: SimulatedFeed, at: float) -> None:
        """Write down a request that comes before the feed asked for it."""
        if at < feed.not_before - 1:
            self.early.append(f"{feed.kind} feed {feed.number} at {_clock(at)}, not before {_clock(feed.not_before)}")
        hour = (START + timedelta(seconds=at)).hour
        if hour in feed.skip_hours and feed.served:
            self.early.append(f"feed {feed.number} at {_clock(at)}, at an hour to be left alone")

    def _reply(
        self, feed: SimulatedFeed, path: str, fields: dict[str, str], at: float
    ) -> tuple[int, dict[str, str], bytes]:
        hour = at / 3600
        if feed.kind == "moved" and path.startswith("/feed/"):
            return 301, {"Location": f"http://elsewhere{feed.number % 2}.example:{self.port}/at/{feed.number}.xml"}, b""
        if feed.kind == "retry" and self.chance.random() < 0.3:
            wait = self.chance.choice((1800, 7200, 14_400))
            feed.not_before = at + wait
            return self.chance.choice((429, 503)), {"Retry-After": str(wait)}, b""
        if feed.kind == "failing" and int(hour) % 6 in {1, 2}:
            return self.chance.choice((500, 502, 404)), {}, b""
        if feed.kind == "gone" and hour > 5:
            return 410, {}, b""
        last, body = feed.document(at)
        more: dict[str, str] = {}
        fresh = 0
        if feed.kind in {"max_age", "both"}:
            age = self.chance.choice((0, 60))
            more |= {"Cache-Control": f"public, max-age={feed.max_age}", "Age": str(age)}
            fresh = feed.max_age - age
        if feed.kind == "expires":
            wall = START + timedelta(seconds=at)
            fresh = feed.max_age
            more |= {
                "Date": format_datetime(wall, usegmt=True),
                "Expires": format_datetime(wall + timedelta(seconds=fresh), usegmt=True),
            }
        feed.not_before = at + max(fresh, feed.ttl)
        if feed.tagged:
            more["ETag"] = f'"{last}"' if feed.kind != "liar" else '"always"'
            if fields.get("if-none-match") == more["ETag"]:
                return 304, more, b""
        feed.served |= set(range(max(0, last + 1 - feed.size), last + 1))
        return 200, more, body


class ParseHere(ParsePool):
    """Parses in this process, since nothing may happen elsewhere while time stands still."""

    async def parse(
        self, body: bytes, content_type: str, url: str, known: Collection[str] | None = None
    ) -> Parsed | ParseFailure:
        """What is in a document, at once."""
        return parse_here(body, content_type, url, self._now(), None if known is None else frozenset(known))

    def __init__(self, now: Clock) -> None:
        super().__init__(size=1)
        self._now = now


def feeds_of(count: int, hours: float, chance: random.Random) -> list[SimulatedFeed]:
    """Feeds of all kinds at some hundred hosts, with what they publish."""
    made = []
    for number in range(count):
        kind = _KINDS[number % len(_KINDS)] if chance.random() < 0.7 else "plain"
        a_day = chance.choice((0.3, 1, 3, 8, 24, 60, 150))
        office = chance.random() < 0.5
        times = sorted(_published(a_day, hours, chance, office=office))
        size = chance.choice((10, 15, 25, 40))
        if kind == "burst":
            at = chance.uniform(2, min(6.0, hours)) * 3600
            times = sorted([*times, *(at + chance.uniform(0, 300) for _ in range(3 * size))])
        feed = SimulatedFeed(number, f"www.site{number * 2 // 5}.example", kind, size, times, tagged=kind == "liar" or chance.random() < 0.6)  # fmt: skip
        if kind in {"max_age", "expires", "both"}:
            feed.max_age = chance.choice((300, 1800, 7200, 20_000))
        if kind in {"ttl", "both"}:
            feed.ttl = chance.choice((15, 60, 240, 600)) * 60
        if kind == "skip":
            first = chance.randrange(24)
            feed.skip_hours = tuple((first + n) % 24 for n in range(chance.choice((1, 3, 6))))
        made.append(feed)
    return made


def _published(a_day: float, hours: float, chance: random.Random, *, office: bool) -> Iterator[float]:
    """Moments, seconds since the beginning, at a rate; by day and on weekdays more than else where there is an office."""
    at = -_HISTORY_H * 3600.0
    most = a_day * (2.5 if office else 1.0) / 86_400
    while (at := at + chance.expovariate(most)) < hours * 3600:
        moment = START + timedelta(seconds=at)
        busy = moment.weekday() < 5 and 7 <= moment.hour < 19
        if not office or busy or chance.random() < 0.1:
            yield at


@dataclass
class Machine:
    """The program and the machine it runs on: killed, put to sleep, and set wrong at will."""

    path: Path
    servers: Servers
    loop: SimulatedLoop
    poll: Poll
    wrong: float = 0.0
    """By how many seconds the clock on the wall is wrong."""
    written: Written = field(init=False)

    def __post_init__(self) -> None:
        port = self.servers.port
        listed = [
            Configured.model_validate({"url": f"http://{feed.host}:{port}{feed.path}"}) for feed in self.servers.feeds
        ]
        self.written = Written({feed.public_url: feed for feed in listed}, self.path.parent)
        self.chance = random.Random(9)
        names = {feed.host for feed in self.servers.feeds} | {f"elsewhere{n}.example" for n in range(2)}
        self.allowed = frozenset((name, port) for name in names)

    def clock(self) -> datetime:
        """What the clock on the wall shows."""
        return START + timedelta(seconds=self.loop.time() + self.wrong)

    async def run(self, seconds: float) -> None:
        """Poll for so long, then be killed: nothing is given back."""
        store = Store(self.path)
        judge = Judge([], Thresholds(0.8, 0.4))
        with store.transaction() as connection:
            feed_state.forget_claims(connection)
            now = stamp(self.clock())
            known = {feed.source.address for feed in feed_state.feeds(connection)}
            for url in self.written.feeds.keys() - known:
                source = facts.ensure_source(connection, "feed", url, now)
                feed_state.set_feed(connection, source.id, next_poll_at=now, host=host_of(url))
        queue = host_queue(self.poll)
        queue._clock = self.loop.time  # noqa: SLF001  the queue's own would go on in real time
        recorder = Recorder(store, judge, pace(self.poll), self.clock, self.chance.random)

        async def resolve(_: str, __: int) -> list[str]:
            return ["127.0.0.1"]

        fetchers = [
            Fetcher(
                Limits(timeout=30),
                user_agent="seedwatch",
                allowed=self.allowed,
                resolver=resolve,
                clock=lambda: self.clock().timestamp(),
            )
            for _ in range(24)
        ]
        due = Due(store, self.poll, self.clock, self.loop.time)
        with ThreadPoolExecutor(1) as thread:
            poller = Poller(queue, recorder, ParseHere(self.clock), fetchers, thread, written=self.written, clock=self.clock, report=lambda _: None)  # fmt: skip
            working = asyncio.create_task(poller.run(patient=True))
            end = self.loop.time() + seconds
            while self.loop.time() < end:
                if feeds := due.take(96):
                    await queue.put(feeds)
                await asyncio.sleep(min(_TICK_S, max(0.0, end - self.loop.time())))
            working.cancel()
            await asyncio.wait({working})
        store.close()


@dataclass(frozen=True)
class Verdict:
    """What the log and the views say of a day."""

    requests: int
    early: tuple[str, ...]
    crowded: tuple[str, ...]
    """Requests to a host that came before its gap was over, or beside another."""
    missed: int
    unknown: tuple[str, ...]
    """Missed entries that stand in no window of the ledger."""
    gaps: int
    stored: int
    late_s: float
    """Median time from the publication of an entry to its storing, seconds."""
    a_feed: float
    """Requests for a feed in a day."""
    busiest: int
    """The most requests in ten seconds."""


def simulate(count: int, hours: float, seed: int) -> Verdict:
    """A day of so many feeds."""
    loop = SimulatedLoop()
    asyncio.set_event_loop(loop)
    try:
        with tempfile.TemporaryDirectory() as folder:
            return loop.run_until_complete(_day(Path(folder) / "day.db", loop, count, hours, random.Random(seed)))
    finally:
        asyncio.set_event_loop(None)
        loop.close()


async def _day(path: Path, loop: SimulatedLoop, count: int, hours: float, chance: random.Random) -> Verdict:
    servers = Servers(feeds_of(count, hours, chance), loop, chance)
    listening = await asyncio.start_server(servers.answer, "127.0.0.1", 0, backlog=512)
    servers.port = listening.sockets[0].getsockname()[1]
    poll = Poll()
    machine = Machine(path, servers, loop, poll)
    async with listening:
        hour = hours / 24 * 3600
        await machine.run(8 * hour)
        await machine.run(3 * hour)  # killed, and started again at once
        loop.skip(2 * hour)  # the machine sleeps
        await machine.run(4 * hour)
        for feed in servers.feeds:  # hours of the day mean something else by a wrong clock
            feed.skip_hours = ()
        running = asyncio.create_task(machine.run(7 * hour))
        await asyncio.sleep(hour)
        machine.wrong = 3 * 3600.0
        await asyncio.sleep(hour)
        machine.wrong = -5 * 3600.0
        await asyncio.sleep(hour)
        machine.wrong = 0.0
        await running
    return _verdict(path, servers, poll, loop.time())


def _verdict(path: Path, servers: Servers, poll: Poll, end: float) -> Verdict:
    store = Store(path)
    rows = store.connection.execute("SELECT guid, first_seen_at FROM sightings").fetchall()
    windows: dict[int, list[tuple[float, float]]] = defaultdict(list)
    gaps = store.connection.execute("SELECT feed_url, missed_from, missed_until FROM coverage_gaps").fetchall()
    for url, since, until in gaps:
        windows[_number(url)].append((_moment(since), _moment(until)))
    store.close()
    stored = {row["guid"]: _moment(row["first_seen_at"]) for row in rows}
    delays, missed, unknown = [], 0, []
    for feed in servers.feeds:
        for n in range(min(feed.served, default=0), max(feed.served, default=-1) + 1):
            at = feed.times[n]
            if n not in feed.served:
                missed += 1
                if not any(since - 1 <= at <= until + 1 for since, until in windows[feed.number]):
                    unknown.append(f"{feed.kind} feed {feed.number}: entry of {_clock(at)}")
            elif at > 0 and f"{feed.number}-{n}" in stored:
                delays.append(stored[f"{feed.number}-{n}"] - at)
    busy = Counter(int(request.at / 10) for request in servers.log if request.at > 60)
    return Verdict(
        requests=len(servers.log),
        early=tuple(servers.early),
        crowded=tuple(_crowded(servers.log, poll.host_gap.total_seconds())),
        missed=missed,
        unknown=tuple(unknown),
        gaps=len(gaps),
        stored=len(rows),
        late_s=median(delays) if delays else 0.0,
        a_feed=len(servers.log) / len(servers.feeds) / (end / 86_400),
        busiest=max(busy.values(), default=0),
    )


def _crowded(log: Sequence[Request], gap: float) -> Iterator[str]:
    """Where a host was asked before its gap was over, or before it had answered."""
    hosts: dict[str, list[Request]] = defaultdict(list)
    for request in log:
        hosts[host_of(f"http://{request.host}/")].append(request)
    for host, asked in hosts.items():
        for before, after in pairwise(asked):
            if after.at - before.at < gap - 0.01 or after.at < before.ended - 0.01:
                yield f"{host} at {_clock(before.at)} and {_clock(after.at)}"


def _number(url: str) -> int:
    return int(url.rpartition("/")[2].removesuffix(".xml"))


def _moment(text: str) -> float:
    return (datetime.fromisoformat(text) - START).total_seconds()


def _clock(seconds: float) -> str:
    return f"{START + timedelta(seconds=seconds):%a %H:%M:%S}"


def main() -> None:
    """Simulate a day, and say how it went."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--feeds", type=int, default=300)
    options.add_argument("--hours", type=float, default=24.0)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    verdict = simulate(given.feeds, given.hours, given.seed)
    print(f"{verdict.requests} requests, {verdict.a_feed:.1f} for a feed in a day; {verdict.stored} sightings")
    print(f"earlier than a feed asked for: {len(verdict.early)}")
    print(f"against the limits of a host: {len(verdict.crowded)}")
    print(
        f"entries missed: {verdict.missed}, of which the ledger does not know: {len(verdict.unknown)}; {verdict.gaps} windows"
    )
    print(f"from publication to storing, median: {verdict.late_s / 60:.1f} minutes")
    print(f"most requests in ten seconds after the first minute: {verdict.busiest}")
    for line in (*verdict.early[:5], *verdict.crowded[:5], *verdict.unknown[:5]):
        print(f"  {line}", file=sys.stderr)


if __name__ == "__main__":
    main()
