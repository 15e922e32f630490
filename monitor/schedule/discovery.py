"""Finding the feeds of a site: every candidate is really asked and read, politely, and few are.

    the address given ─► feeds it declares and links to ─► its front page ─► robots.txt ─► the usual places

Each step is taken only when the ones before it found no feed. robots.txt is obeyed for what nobody invited us to.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from config.feeds import feed_key
from config.model import Feed, Settings
from monitor.clock import utc_now
from monitor.fetch.client import Fetcher
from monitor.normalise.feed_links import Candidate, How, Robots, home_of, links_in, usual_places
from monitor.normalise.hosts import host_of
from monitor.parse.pool import ParsePool
from monitor.schedule.asking import ask
from monitor.schedule.rounds import fetchers
from monitor.schedule.timing import Answer
from monitor.schedule.trial import Trial, trial_of
from monitor.types import Parsed

_MOST_REQUESTS = 24
_ALIKE = 8
_RANK: dict[How, int] = {"itself": 0, "declared": 1, "linked": 2, "usual": 3, "sitemap": 4}
_COMMENTS = ("comment", "kommentar", "комментар")


@dataclass(frozen=True, slots=True)
class Found:
    """A feed that answered and could be read; `also` are other addresses of the same."""

    trial: Trial
    how: How
    also: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """The address to ask it at: the new one of a feed that has moved for good."""
        return self.trial.moved_to or self.trial.feed_url

    @property
    def rank(self) -> tuple[bool, bool, int]:
        """What is better comes first: articles before comments, full before empty, what is declared before what is guessed."""
        words = f"{self.url} {self.trial.title}".lower()
        return any(word in words for word in _COMMENTS), self.trial.entries == 0, _RANK[self.how]


@dataclass(frozen=True, slots=True)
class Discovery:
    """The feeds of a site, the best first, and what was tried and is none."""

    url: str
    found: tuple[Found, ...]
    tried: tuple[Trial, ...]


@dataclass(slots=True)
class _Search:
    """One site being looked through."""

    fetcher: Fetcher
    pool: ParsePool
    base: Path
    gap: float
    report: Callable[[str], None]
    asked: set[str] = field(default_factory=set)
    requests: int = 0
    found: list[tuple[Found, tuple[object, ...]]] = field(default_factory=list)
    tried: list[Trial] = field(default_factory=list)
    last_at: dict[str, float] = field(default_factory=dict)
    robots: Robots | None = None

    async def page(self, candidate: Candidate) -> list[Candidate]:
        """Try an address: a feed is noted, and of a page the feeds that it names are returned."""
        shown: list[tuple[bytes, str]] = []
        answer = await self._ask(candidate, lambda body, url: shown.append((body, url)))
        if answer is None:
            return []
        return [link for body, url in shown if not isinstance(answer.parsed, Parsed) for link in links_in(body, url)]

    async def _ask(self, candidate: Candidate, look: Callable[[bytes, str], None]) -> Answer | None:
        feed = _feed(candidate.url)
        if feed is None or self.requests >= _MOST_REQUESTS or feed_key(candidate.url) in self.asked:
            return None
        self.asked.add(feed_key(candidate.url))
        await self._wait(candidate.url)
        self.report(feed.public_url)
        answer = await ask(self.fetcher, self.pool, feed, self.base, look=look)
        self.last_at[host_of(candidate.url)] = asyncio.get_running_loop().time()
        trial = trial_of(feed, answer, utc_now())
        if isinstance(answer.parsed, Parsed):
            self._note(Found(trial, candidate.how), answer.parsed, answer.fetched.final_url)
        else:
            self.tried.append(trial)
        return answer

    async def _wait(self, url: str) -> None:
        """One request at a time, and a pause between two to one host, from the end of one to the start of the next."""
        clock = asyncio.get_running_loop().time
        host = host_of(url)
        if host in self.last_at:
            await asyncio.sleep(max(0.0, self.last_at[host] + self.gap - clock()))
        self.last_at[host] = clock()
        self.requests += 1

    def _note(self, found: Found, parsed: Parsed, final_url: str) -> None:
        """Take up a feed, unless it is one that was found at another address."""
        self.asked.add(feed_key(final_url))
        entries = tuple(entry.guid or entry.link or entry.title for entry in parsed.entries[:_ALIKE])
        content = (parsed.title, entries) if entries else (final_url,)
        for number, (known, other) in enumerate(self.found):
            if content == other:
                self.found[number] = (Found(known.trial, known.how, (*known.also, found.url)), other)
                return
        self.found.append((found, content))

    async def all_of(self, candidates: Iterable[Candidate], *, depth: int = 0) -> None:
        """Try candidates; a page among those that are only linked may list the feeds, and is looked into once."""
        for candidate in candidates:
            if candidate.how != "declared" and self.robots is not None and not self.robots.allows(candidate.url):
                continue
            more = await self.page(candidate)
            if candidate.how == "linked" and not depth:
                await self.all_of(more, depth=1)

    async def read_robots(self, home: str) -> None:
        """Read robots.txt; a site without one allows everything, one that cannot say allows nothing (RFC 9309, 2.3.1)."""
        feed = _feed(f"{home}robots.txt")
        if feed is None:
            return
        await self._wait(home)
        shown: list[bytes] = []
        answer = await ask(self.fetcher, self.pool, feed, self.base, look=lambda body, _: shown.append(body))
        broken = answer.fetched.failure is not None and (answer.fetched.status or 500) >= 500
        self.robots = Robots(shown[0] if shown else b"User-agent: *\nDisallow: /" if broken else b"", home)


async def discover(
    settings: Settings, url: str, base: Path, report: Callable[[str], None], *, named: bool = True
) -> Discovery:
    """Look for the feeds of the page or site at `url`, and `report` each address before it is asked.

    With `named`, whoever runs this has named the address, which then may be a private one; no page leads to another.
    """
    (fetcher,) = fetchers(settings, 1, [url] if named else [])
    async with fetcher, ParsePool(size=1) as pool:
        search = _Search(fetcher, pool, base, settings.poll.host_gap.total_seconds(), report)
        links = await search.page(Candidate(url, "itself"))
        if not search.found:
            await _look(search, url, links)
    found = sorted((one for one, _ in search.found), key=lambda one: one.rank)
    return Discovery(url, tuple(found), tuple(search.tried))


async def _look(search: _Search, url: str, links: list[Candidate]) -> None:
    home = home_of(url)
    await search.all_of(link for link in links if link.how == "declared")
    if home is None:
        return
    await search.read_robots(home)
    if not search.found:
        await search.all_of(links)
    if not search.found and feed_key(home) not in search.asked:
        await search.all_of(await search.page(Candidate(home, "linked")))
    if search.robots is not None and not search.found:
        await search.all_of(search.robots.sitemaps)
    if not search.found:
        for place in usual_places(url):
            await search.all_of([place])
            if search.found:
                return


def _feed(url: str) -> Feed | None:
    try:
        return Feed(url=url)
    except ValidationError:
        return None
