"""What polling needs, put together: queue, workers, parsers, the thread that stores."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from config.errors import ConfigError
from config.feeds import Written
from config.model import Poll, Settings
from config.secrets import expand
from db.rows import Feed
from monitor import __version__
from monitor.clock import Clock
from monitor.fetch.client import Fetcher, Limits
from monitor.parse.pool import ParsePool
from monitor.schedule.coming import Pace
from monitor.schedule.hosts import HostQueue
from monitor.schedule.poller import Poller
from monitor.schedule.recorder import Recorder, Report

_PORTS = {"http": 80, "https": 443}
PARSERS = 2
_FILES = 4096
_OTHER_FILES = 40
"""Open files that are no request: the database, its locks, pipes to the parsers."""


def pace(poll: Poll) -> Pace:
    """The settings that bear on timing."""
    return Pace(poll.interval.total_seconds(), poll.min_interval.total_seconds(), poll.max_interval.total_seconds())


def user_agent(poll: Poll) -> str:
    """What we call ourselves; a contact only where the settings have one."""
    return f"seedwatch/{__version__}" + (f" (+{poll.contact})" if poll.contact else "")


def allowed(settings: Settings, more: Iterable[str] = ()) -> frozenset[tuple[str, int]]:
    """Hosts and ports on private addresses that may be reached: those that the settings or an argument name."""
    pairs = set()
    named = [f"http://{endpoint}" for endpoint in settings.network.allow_private]
    for url in [*named, *(feed.url for feed in settings.feeds), *more]:
        try:
            parts = urlsplit(_filled(url))
            if parts.hostname and parts.scheme in _PORTS:
                pairs.add((parts.hostname, parts.port or _PORTS[parts.scheme]))
        except ValueError:
            continue
    return frozenset(pairs)


def _filled(url: str) -> str:
    try:
        return expand(url, os.environ)
    except ConfigError:
        return url


def fetchers(
    settings: Settings,
    count: int,
    more: Iterable[str] = (),
    *,
    max_body: int | None = None,
    timeout: float | None = None,
) -> list[Fetcher]:
    """As many fetchers as `count` and the settings allow; `more` are addresses that an argument names."""
    poll = settings.poll
    limits = Limits(timeout=timeout or poll.timeout.total_seconds(), max_body=max_body or poll.max_body)
    private = allowed(settings, more)
    proxy = _filled(settings.network.proxy) or None
    return [
        Fetcher(limits, user_agent=user_agent(poll), allowed=private, proxy=proxy)
        for _ in range(min(poll.concurrency, count, most_requests()))
    ]


def host_queue(poll: Poll) -> HostQueue[Any]:
    """An empty queue that is as gentle to hosts as the settings say."""
    return HostQueue(poll.host_concurrency, poll.host_gap.total_seconds(), time.monotonic, poll.host_scope)


def most_requests() -> int:
    """How many requests at once the limit on open files leaves room for; it is raised as far as it may be."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return _FILES if soft == resource.RLIM_INFINITY else max(1, (soft - _OTHER_FILES) // 2)


class Polling:
    """Everything that polls, for as long as it is open."""

    def __init__(
        self,
        settings: Settings,
        recorder: Recorder,
        thread: ThreadPoolExecutor,
        written: Written,
        *,
        clock: Clock,
        report: Callable[[Report], None],
        workers: int | None = None,
    ) -> None:
        self.queue: HostQueue[Feed] = host_queue(settings.poll)
        self._pool = ParsePool(size=PARSERS)
        asking = fetchers(settings, workers or settings.poll.concurrency)
        self._poller = Poller(
            self.queue, recorder, self._pool, asking, thread, written=written, clock=clock, report=report
        )

    async def run(self, *, patient: bool = False, new: int = 0) -> None:
        """Poll what the queue is given, until it is closed; `patient` outwaits a database that cannot be written.

        `new` feeds among them have never been read: they surely bring documents.
        """
        async with self._pool:
            self._pool.expect(new)
            await self._poller.run(patient=patient)


async def poll_once(polling: Polling, feeds: list[Feed]) -> None:
    """One round over these feeds."""
    await polling.queue.put(feeds)
    await polling.queue.close()
    await polling.run(new=sum(feed.last_success_at is None for feed in feeds))
