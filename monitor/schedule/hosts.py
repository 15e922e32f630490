"""Whose turn it is: feeds queue by host, so that no host is asked more often or by more requests than it should be."""

from __future__ import annotations

import asyncio
import heapq
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from db.rows import Source
from monitor.normalise.hosts import FILES, Scope, host_of


class Waiting(Protocol):
    """What can queue: it comes from somewhere."""

    @property
    def source(self) -> Source:
        """Where; its address says which host."""


Feed = TypeVar("Feed", bound=Waiting)


@dataclass(slots=True)
class _Host(Generic[Feed]):
    waiting: deque[Feed] = field(default_factory=deque)
    active: int = 0
    ready_at: float = 0.0
    queued: bool = False


class HostQueue(Generic[Feed]):
    """Feeds that are to be fetched, given out one at a time as their hosts allow.

    `concurrency` requests at once, for each registrable domain or, by `scope`, each host. `gap` seconds lie between the end of
    one and the start of the next, so that a server that counts from when they reach it never sees less; between the starts,
    where several are made at once. Files need no gap.
    """

    def __init__(self, concurrency: int, gap: float, clock: Callable[[], float], scope: Scope = "domain") -> None:
        self._concurrency = concurrency
        self._gap = gap
        self._clock = clock
        self._scope: Scope = scope
        self._held: dict[int, str] = {}
        """Which host each feed that was given out is asked at just now, by what `id` says of it."""
        self._hosts: dict[str, _Host[Feed]] = {}
        self._ready: list[tuple[float, int, str]] = []
        self._order = 0
        self._pending = 0
        self._closed = False
        lock = asyncio.Lock()
        self._changed = asyncio.Condition(lock)
        self._freed = asyncio.Condition(lock)
        """Told to those who wait for a `turn`, so that none of them takes the word that was meant for a worker."""

    async def put(self, feeds: Iterable[Feed]) -> None:
        """Add feeds."""
        added = 0
        async with self._changed:
            self._forget_idle()
            for feed in feeds:
                added += 1
                name = host_of(feed.source.address, self._scope)
                host = self._hosts.setdefault(name, _Host())
                host.waiting.append(feed)
                self._pending += 1
                self._queue(name, host)
            self._changed.notify(added)

    async def close(self) -> None:
        """Say that no more feeds come: workers get None when the queue is empty."""
        async with self._changed:
            self._closed = True
            self._changed.notify_all()

    async def drop(self) -> list[Feed]:
        """Take back everything that was not given out."""
        async with self._changed:
            left = [feed for host in self._hosts.values() for feed in host.waiting]
            for host in self._hosts.values():
                host.waiting.clear()
                host.queued = False
            self._ready.clear()
            self._pending = 0
            self._changed.notify_all()
            self._freed.notify_all()
            return left

    async def get(self) -> Feed | None:
        """The next feed whose host is free, waiting for one; None when all are done. Give it back with `done`."""
        async with self._changed:
            while True:
                delay: float | None = None
                if self._ready:
                    delay = self._ready[0][0] - self._clock()
                    if delay <= 0:
                        return self._take(heapq.heappop(self._ready)[2])
                elif self._closed and not self._pending:
                    return None
                try:
                    async with asyncio.timeout(delay):
                        await self._changed.wait()
                except TimeoutError:
                    continue

    async def done(self, feed: Feed) -> None:
        """Say that a feed's request is over."""
        async with self._changed:
            name = self._held.pop(id(feed), None)
            if name is not None:
                self._over(name, self._hosts[name])

    async def move(self, feed: Feed, url: str) -> None:
        """Let the request of a feed that was given out go on at another address, waiting until that host may be asked."""
        name = host_of(url, self._scope)
        async with self._changed:
            held = self._held.get(id(feed))
            if held is not None and held != name:
                del self._held[id(feed)]
                self._over(held, self._hosts[held])
            elif held is not None:
                self._rest(name, self._hosts[name])
            while (delay := self._hop_delay(name, holding=held == name)) is None or delay > 0:
                try:
                    async with asyncio.timeout(delay):
                        await self._freed.wait()
                except TimeoutError:
                    continue
            host = self._hosts.setdefault(name, _Host())
            host.active += held != name
            host.ready_at = self._clock() + self._gap_of(name)
            self._held[id(feed)] = name

    def _hop_delay(self, name: str, *, holding: bool) -> float | None:
        """Seconds until a host may be asked by a request that comes from elsewhere; None: not before it is told.

        Feeds that queue there do not go first: it was due before them, and its server waits.
        """
        host = self._hosts.get(name)
        if host is None:
            return 0.0
        full = host.active >= self._concurrency and not holding
        return None if full else host.ready_at - self._clock()

    @asynccontextmanager
    async def turn(self, url: str) -> AsyncIterator[None]:
        """Be the one who asks the host of an address, for one request that does not queue; what queues goes first."""
        name = host_of(url, self._scope)
        async with self._changed:
            while (delay := self._delay(name)) is None or delay > 0:
                try:
                    async with asyncio.timeout(delay):
                        await self._freed.wait()
                except TimeoutError:
                    continue
            host = self._hosts.setdefault(name, _Host())
            host.active += 1
            host.ready_at = self._clock() + self._gap_of(name)
        try:
            yield
        finally:
            async with self._changed:
                self._over(name, host)

    def _delay(self, name: str) -> float | None:
        """Seconds until a host may be asked by one that does not queue; None: not before it is told."""
        host = self._hosts.get(name)
        if host is None:
            return 0.0
        return None if host.waiting or host.active >= self._concurrency else host.ready_at - self._clock()

    def _gap_of(self, name: str) -> float:
        return 0.0 if name == FILES else self._gap

    def _rest(self, name: str, host: _Host[Feed]) -> None:
        """Leave a host alone from now on for as long as it is due, where requests are made one after the other."""
        if self._concurrency == 1:
            host.ready_at = max(host.ready_at, self._clock() + self._gap_of(name))

    def _forget_idle(self) -> None:
        """Let go of the hosts of which nothing has to be remembered."""
        now = self._clock()
        self._hosts = {
            name: host for name, host in self._hosts.items() if host.waiting or host.active or host.ready_at > now
        }

    def _over(self, name: str, host: _Host[Feed]) -> None:
        host.active -= 1
        self._rest(name, host)
        if host.waiting:
            self._queue(name, host)
        self._changed.notify(1)
        self._freed.notify_all()

    def _take(self, name: str) -> Feed:
        host = self._hosts[name]
        host.queued = False
        host.active += 1
        host.ready_at = self._clock() + self._gap_of(name)
        self._pending -= 1
        if self._closed and not self._pending:
            self._changed.notify_all()
        feed = host.waiting.popleft()
        self._held[id(feed)] = name
        if host.waiting:
            self._queue(name, host)
        return feed

    def _queue(self, name: str, host: _Host[Feed]) -> None:
        if not host.queued and host.active < self._concurrency:
            host.queued = True
            self._order += 1
            heapq.heappush(self._ready, (host.ready_at, self._order, name))
