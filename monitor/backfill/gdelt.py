"""`gdelt`: articles that the GDELT project saw, by its DOC 2.0 API (https://blog.gdeltproject.org/gdelt-doc-2-0-api-debuts/).

    query ─► how far does it reach? ─► a window of time ─► 250 articles, as many as it gives? half the window ─► entries

An answer has 250 articles at most, so windows are halved until they hold fewer. What it says of its reach has been three
months and since 2017; so the first answer is asked for the oldest, and what that shows is reported.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from monitor.backfill.types import Cursor, Entries, Origin, Stalled, Step, World
from monitor.clock import stamp
from monitor.deliver.moments import written
from monitor.normalise.address import web_address
from monitor.normalise.language import language_of
from monitor.types import Entry, Link, Request
from seeds.record import Image
from seeds.text import clean

MOST = 250
"""Articles in one answer."""
SHORTEST = timedelta(minutes=15)
"""GDELT looks at the world's news every quarter of an hour; a shorter window tells no more apart."""
_FIRST = datetime(2015, 2, 18, tzinfo=UTC)
"""GDELT 2.0 has nothing older."""
_WIDEST = timedelta(days=90)
_BEGIN = timedelta(days=7)
_DAY = timedelta(days=1)
_FEW = MOST // 4
_TRIES = 3
_LIMITED = re.compile(r"limit requests|too many requests|rate limit", re.IGNORECASE)
_NOTHING_SO_OLD = re.compile(
    r"before the (?:earliest|start)|not available|outside of|date is too|invalid query (?:start|end) date",
    re.IGNORECASE,
)
_TITLE = 500
_SPACED = re.compile(r"\s+([,.:;!?%)\]»”’])|([(\[«“])\s+")
_ESCAPE = re.compile(r'\\(?!["\\/bfnrt]|u[0-9a-fA-F]{4})')
_ACCEPT = {"accept": "application/json"}
_WINDOW = "%Y%m%d%H%M%S"


@dataclass(frozen=True, slots=True)
class Answer:
    """What GDELT answered: articles, or why there are none."""

    articles: tuple[Mapping[str, Any], ...] = ()
    complaint: str = ""
    """What it says of the query, in its words."""
    broken: str = ""
    """What came instead of an answer; another try may get one."""


class Gdelt:
    """What GDELT has on a query."""

    kind = "gdelt"

    def __init__(self, base: str, query: str, languages: Sequence[str] = (), gap_s: float = 5.0) -> None:
        """`languages` are names or codes as GDELT has them (`russian`, `eng`); `gap_s` lies between two requests."""
        self._base = base
        self._query = " ".join([query, _either(languages)]).strip()
        self._gap = gap_s
        self._last: float | None = None
        self.what = self._query

    def tells(self) -> Sequence[str]:
        """GDELT learns what is looked for."""
        host = self._base.partition("://")[2].partition("/")[0]
        return (f"GDELT ({host}) will learn what you look for: {self._query}",)

    async def steps(self, world: World, cursor: Cursor | None) -> AsyncGenerator[Step, None]:
        """A step for each window, the oldest first."""
        until = _moment(world.bounds.until) or datetime.now(UTC)
        if cursor is None:
            begin = await self._reach(world, until)
            if begin is None:
                return
            window = Window(begin, _BEGIN)
        else:
            window = Window(_moment(str(cursor["from"])) or _FIRST, timedelta(seconds=int(cursor["width"])))
        first, span = window.begin, max(1, -(-(until - window.begin) // _DAY))
        while window.begin < until:
            end = min(window.end, until)
            answer = await self._ask(world, window.begin, end)
            if len(answer.articles) >= MOST and end - window.begin > SHORTEST:
                window = window.halved(end)
                continue
            if len(answer.articles) >= MOST:
                world.say(
                    f"GDELT gives {MOST} articles at most: of {_told(window.begin)} to {_told(end)} there may be more;"
                    " a narrower query finds them."
                )
            window = window.following(end, len(answer.articles))
            done = min(span, -(-(end - first) // _DAY))
            place = {"from": stamp(window.begin), "width": int(window.width.total_seconds())}
            entries = tuple(one for article in answer.articles if (one := entry_of(article)) is not None)
            label = f"up to {_told(end)}"
            bad = len(answer.articles) - len(entries)
            origin = Origin(f"gdelt:{self._query}", title="GDELT")
            yield Step(place, Entries(entries, origin), label=label, done=done, total=span, passed=bad)

    async def _reach(self, world: World, until: datetime) -> datetime | None:
        """From when on there is anything, as the oldest articles show that it gives."""
        since = _moment(world.bounds.since) or _FIRST
        answer = await self._ask(world, since, until, oldest=True)
        seen = sorted(at for article in answer.articles if (at := _seen(article)) is not None)
        if not seen:
            world.say(f"GDELT has nothing on this from {_told(since)} to {_told(until)}.")
            return None
        oldest = max(since, seen[0])
        if oldest - since > timedelta(days=1):
            world.say(
                f"GDELT reaches back to {_told(oldest)} for this; it has nothing older, though {stamp(since)[:10]} was asked for."
            )
        else:
            world.say(f"GDELT reaches back to {stamp(since)[:10]}, which was asked for.")
        return oldest

    async def _ask(self, world: World, begin: datetime, end: datetime, *, oldest: bool = False) -> Answer:
        """The articles of a window.

        Raises:
            Stalled: GDELT does not take the query, or gives no answer.
        """
        asked = {
            "query": self._query,
            "mode": "artlist",
            "format": "json",
            "maxrecords": MOST,
            "startdatetime": begin.strftime(_WINDOW),
            "enddatetime": (end - timedelta(seconds=1)).strftime(_WINDOW),  # it means up to and with
            "sort": "dateasc" if oldest else "datedesc",
        }
        broken = ""
        for attempt in range(_TRIES):
            await self._wait(attempt)
            fetched = await world.ask(Request(f"{self._base}?{urlencode(asked)}", headers=_ACCEPT))
            if fetched.failure is not None or fetched.body is None:
                message = fetched.failure.message if fetched.failure is not None else "it answered nothing"
                raise Stalled(f"GDELT cannot be asked just now: {message}")
            answer = read_answer(fetched.body)
            if answer.complaint:
                if oldest is False and _NOTHING_SO_OLD.search(answer.complaint):
                    return Answer()
                raise Stalled(f"GDELT does not take the query {self._query!r}: {answer.complaint}")
            if not answer.broken:
                return answer
            broken = answer.broken
        raise Stalled(f"GDELT gave no answer that can be read, {_TRIES} times over: {broken}")

    async def _wait(self, attempt: int) -> None:
        """Let the time between two requests pass, and more of it after an answer that was none."""
        gap = self._gap * 2**attempt
        if self._last is not None and (left := self._last + gap - time.monotonic()) > 0:
            await asyncio.sleep(left)
        self._last = time.monotonic()


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time to be asked for."""

    begin: datetime
    width: timedelta

    @property
    def end(self) -> datetime:
        """Where it ends."""
        return self.begin + self.width

    def halved(self, end: datetime) -> Window:
        """The first half of it, where it ended at `end`."""
        return Window(self.begin, max(SHORTEST, (end - self.begin) / 2))

    def following(self, end: datetime, articles: int) -> Window:
        """The next one: twice as wide where there was little in this one."""
        width = min(_WIDEST, self.width * 2) if articles <= _FEW else self.width
        return Window(end, width)


def read_answer(body: bytes) -> Answer:
    """What GDELT answered; errors come with status 200, as a sentence or as a web page."""
    written = body.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if not written:
        return Answer(broken="an empty answer")
    if not written.startswith("{"):
        said = clean(written, 200)
        if written.startswith("<") or _LIMITED.search(said):
            return Answer(broken="a web page instead of an answer" if written.startswith("<") else said)
        return Answer(complaint=said)
    data = _json(written)
    if data is None:
        return Answer(broken="an answer that is cut off or damaged")
    articles = data.get("articles", [])
    if not isinstance(articles, list):
        return Answer(broken="an answer without a list of articles")
    return Answer(tuple(one for one in articles if isinstance(one, Mapping)))


def _json(written: str) -> Mapping[str, Any] | None:
    """An object; headlines with control characters or lone backslashes in them are known to come."""
    for text in (written, _ESCAPE.sub(r"\\\\", written)):
        try:
            data = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        return data if isinstance(data, dict) else None
    return None


def entry_of(article: Mapping[str, Any]) -> Entry | None:
    """An article of an answer as an entry; None without address or headline. Its date is that on which GDELT saw it."""
    url = web_address(article.get("url"), "")
    title = _SPACED.sub(r"\1\2", clean(str(article.get("title") or ""), _TITLE))
    if url is None or not title:
        return None
    at = _seen(article)
    mobile = web_address(article.get("url_mobile"), "")
    picture = web_address(article.get("socialimage"), "")
    domain = clean(str(article.get("domain") or ""), 200)
    return Entry(
        guid=None,
        link=url,
        title=title,
        published_at=stamp(at) if at is not None else None,
        published_raw=clean(str(article.get("seendate") or ""), 40),
        date_quality="day" if at is not None else "none",
        images=(Image(picture),) if picture else (),
        provider_name=domain or None,
        provider_url=f"https://{domain}/" if domain else None,
        language=language_of(title, None),
        links=(Link(mobile, "link"),) if mobile and mobile != url else (),
    )


def _seen(article: Mapping[str, Any]) -> datetime | None:
    try:
        return datetime.strptime(str(article.get("seendate")), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def _moment(written: str | None) -> datetime | None:
    return None if written is None else datetime.fromisoformat(written)


def _told(moment: datetime) -> str:
    return written(stamp(moment), UTC)


def _either(languages: Sequence[str]) -> str:
    said = [f"sourcelang:{language}" for language in languages]
    return f"({' OR '.join(said)})" if len(said) > 1 else "".join(said)
