"""How a feed that answers is doing: its state, what is the matter with it, and that in words. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from config.secrets import redact
from monitor import trouble
from monitor.schedule.rhythm import Rhythm
from monitor.types import Parsed

State = Literal["ok", "quiet", "silent"]

OF_THE_DOCUMENT = frozenset({"no_entries", "degraded"})
"""Problems that a document has for as long as it does not change."""


@dataclass(frozen=True, slots=True)
class Document:
    """What came: the document, None when it was not sent again, and the address it answers from for good by now."""

    parsed: Parsed | None
    moved_to: str | None = None


@dataclass(frozen=True, slots=True)
class Silence:
    """For how many seconds a feed has brought nothing, what is usual, and how many lie between two requests."""

    seconds: float
    rhythm: Rhythm
    wait: float
    watched: float = 0.0
    """For how many seconds somebody has looked."""

    @property
    def share(self) -> float:
        """How much of its patience is used up: from 1 on the feed is silent."""
        patience = self.rhythm.silent_after(self.wait)
        if self.seconds <= self.watched:
            return self.seconds / patience
        # It may have been still over a night or a weekend that its document does not show.
        return max(self.watched / patience, self.seconds / self.rhythm.silent_by_dates(self.wait))


@dataclass(frozen=True, slots=True)
class Said:
    """State, problem and reason of a feed, as they are stored."""

    state: State
    problem: str | None
    reason: str


def condition(problem: str | None, had_news: bool, document: Document, silence: Silence) -> Said | None:
    """How a feed is doing that was known to have `problem`; None when what was said of it still holds."""
    parsed = document.parsed
    if parsed is None and problem == "no_entries":
        return None
    if parsed is not None and not parsed.entries:
        return _empty(parsed, had_news)
    if silence.share > 1:
        return _bad("silent", "silent", f"It answers, but has brought {_nothing(silence)}.")
    if parsed is not None and parsed.degraded:
        return _bad("ok", "degraded", parsed.degraded)
    if parsed is None and problem == "degraded":
        return None
    return _well(document, silence)


def _empty(parsed: Parsed, had_news: bool) -> Said:
    unread = f" that can be read ({parsed.skipped} cannot)" if parsed.skipped else ""
    message = f"It answers, but lists no entries{unread}{' any more' if had_news else ''}."
    return _bad("silent" if had_news else "quiet", "no_entries", message)


def _well(document: Document, silence: Silence) -> Said:
    if document.moved_to is not None:
        return _bad("ok", "moved", f"It answers from {redact(document.moved_to)} now, for good.")
    if silence.share > 1 / 2:
        return Said("quiet", None, f"Answers; {_nothing(silence)}.")
    return Said("ok", None, "Answers.")


def _bad(state: State, problem: str, message: str) -> Said:
    return Said(state, problem, trouble.named(problem, message))


def _nothing(silence: Silence) -> str:
    """The silence and what is usual: `nothing for 3 days; usually every hour`."""
    rhythm = silence.rhythm
    words = f"nothing for {_span(silence.seconds)}; "
    if not rhythm.usual:
        return f"{words}how often it usually does is not known"
    words += f"usually every {_span(rhythm.usual).removeprefix('1 ')}"
    uneven = rhythm.longest is not None and rhythm.longest > 2 * rhythm.usual
    return f"{words}, with pauses of up to {_span(rhythm.longest or 0)}" if uneven else words


def _span(seconds: float) -> str:
    """A length of time in words, roughly."""
    for size, unit in ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        if round(seconds / size, 1) >= 1:
            count = round(seconds / size)
            return f"{count} {unit}{'s' if count != 1 else ''}"
    return "a moment"
