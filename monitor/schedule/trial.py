"""Trying feeds: each is asked once, as it would be by a poll, and nothing is stored.

HostQueue ─► worker (a Fetcher each) ─► ParsePool ─► Trial
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import structlog

from config.model import Feed, Settings
from config.secrets import redact
from db.rows import Source
from monitor import trouble
from monitor.clock import utc_now
from monitor.fetch.client import Fetcher
from monitor.normalise.feed_links import links_in
from monitor.parse.pool import ParsePool
from monitor.schedule.asking import ask, failed
from monitor.schedule.condition import Document, Said, Silence, condition
from monitor.schedule.hosts import HostQueue
from monitor.schedule.rhythm import of_dates
from monitor.schedule.rounds import PARSERS, fetchers, host_queue
from monitor.schedule.timing import Answer
from monitor.types import FetchFailure, Parsed, ParseFailure

log = structlog.get_logger()

_FORMATS = {
    "rss090": "RSS 0.90",
    "rss091n": "RSS 0.91",
    "rss091u": "RSS 0.91",
    "rss092": "RSS 0.92",
    "rss093": "RSS 0.93",
    "rss094": "RSS 0.94",
    "rss10": "RSS 1.0",
    "rss20": "RSS 2.0",
    "rss": "RSS",
    "atom03": "Atom 0.3",
    "atom10": "Atom 1.0",
    "atom": "Atom",
    "cdf": "CDF",
    "json10": "JSON Feed 1.0",
    "json11": "JSON Feed 1.1",
    "sitemap": "news sitemap",
    "telegram": "Telegram channel",
}


@dataclass(frozen=True, slots=True)
class Trial:
    """What a feed answered; without `error` it is one that can be read."""

    feed_url: str
    name: str
    error: str | None = None
    problem: str | None = None
    """What is wrong, by the word that `feed_health` has for it; also of a feed that can be read."""
    message: str = ""
    """The same in a sentence, with its name in front."""
    advice: str = ""
    """What to do about it."""
    title: str = ""
    format: str = ""
    language: str | None = None
    entries: int = 0
    newest: str | None = None
    """Date of the newest entry."""
    moved_to: str | None = None
    """Where it says it has moved for good."""
    status: int | None = None
    duration_ms: int = 0


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A feed as the queue takes it; its source's id is its place in the list."""

    source: Source


async def try_feeds(
    settings: Settings, feeds: Sequence[Feed], report: Callable[[Trial], None], base: Path | None = None
) -> list[Trial]:
    """Ask each of these feeds once, `report` at once what it answers, and return all in the order of the feeds.

    Paths start at `base`, the folder of the settings; without one, at the current folder.
    """
    base = base or Path.cwd()
    queue: HostQueue[_Waiting] = host_queue(settings.poll)
    trials: dict[int, Trial] = {}
    await queue.put(_Waiting(Source(number, "feed", feed.url)) for number, feed in enumerate(feeds))
    await queue.close()

    async def work(fetcher: Fetcher, pool: ParsePool) -> None:
        async with fetcher:
            while (waiting := await queue.get()) is not None:
                number = waiting.source.id
                try:
                    trials[number] = await _try(fetcher, pool, feeds[number], base)
                except Exception as error:  # one bad feed never stops the others, and a bug is loud
                    log.critical("feed could not be asked", feed=feeds[number].public_url, exc_info=True)
                    message = f"It could not be asked ({type(error).__name__})."
                    answer = failed(feeds[number], FetchFailure("internal", message))
                    trials[number] = trial_of(feeds[number], answer, utc_now())
                finally:
                    await queue.done(waiting)
                report(trials[number])

    async with ParsePool(size=PARSERS) as pool, asyncio.TaskGroup() as workers:
        for fetcher in fetchers(settings, len(feeds), [feed.url for feed in feeds]):
            workers.create_task(work(fetcher, pool))
    return [trials[number] for number in range(len(feeds))]


async def _try(fetcher: Fetcher, pool: ParsePool, feed: Feed, base: Path) -> Trial:
    """Ask a feed; of a page that came instead, say which feeds it names."""
    shown: list[tuple[bytes, str]] = []
    answer = await ask(fetcher, pool, feed, base, look=lambda body, url: shown.append((body, url)))
    trial = trial_of(feed, answer, utc_now())
    if trial.problem != "not_a_feed":
        return trial
    named = [link.url for body, url in shown for link in links_in(body, url) if link.how == "declared"]
    return replace(trial, advice=f"The page names a feed: {named[0]}. Try that.") if named else trial


def trial_of(feed: Feed, answer: Answer, now: datetime) -> Trial:
    """What an answer says of a feed."""
    fetched, parsed = answer.fetched, answer.parsed
    asked = Trial(feed.public_url, feed.name, status=fetched.status, duration_ms=fetched.duration_ms)
    if answer.error is not None or not isinstance(parsed, Parsed):
        kind, message = answer.error or ("internal", "A good answer came without a document.")
        problem = answer.problem or kind
        own = parsed.advice if isinstance(parsed, ParseFailure) else ""
        return replace(asked, error=kind, problem=problem, message=message, advice=own or trouble.advice(problem))
    newest = max((entry.published_at for entry in parsed.entries if entry.published_at), default=None)
    said = _condition(feed, answer, newest, now)
    moved_to = redact(fetched.permanent_url) if fetched.permanent_url else None
    advice = f"It has moved for good: put {moved_to} into the settings." if moved_to else ""
    return replace(
        asked,
        problem=said.problem,
        message=said.reason if said.problem else "",
        advice=advice or trouble.advice(said.problem),
        title=parsed.title,
        format=_FORMATS.get(parsed.version, parsed.version),
        language=_language(parsed),
        entries=len(parsed.entries),
        newest=newest,
        moved_to=moved_to,
    )


def _condition(feed: Feed, answer: Answer, newest: str | None, now: datetime) -> Said:
    """How the feed is doing, as far as one document tells."""
    parsed = answer.parsed if isinstance(answer.parsed, Parsed) else Parsed("")
    document = Document(parsed, answer.fetched.permanent_url)
    rhythm = of_dates([entry.published_at for entry in parsed.entries if entry.published_at])
    silence = (now - datetime.fromisoformat(newest)).total_seconds() if newest else 0.0
    wait = feed.interval.total_seconds() if feed.interval else 0.0
    return condition(None, False, document, Silence(silence, rhythm, wait)) or Said("ok", None, "Answers.")


def _language(parsed: Parsed) -> str | None:
    """The language that the feed declares, else the one that most of its entries are in."""
    spoken = Counter(entry.language for entry in parsed.entries if entry.language)
    return parsed.language or next((language for language, _ in spoken.most_common(1)), None)
