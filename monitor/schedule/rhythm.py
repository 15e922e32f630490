"""How often a feed brings something, and when its silence is too long. Pure.

What is usual is learned from the dates in its document and from what it brings while it is watched. A feed that comes like
clockwork is silent after six times its usual gap. One that comes in bursts has nights and weekends as well: it is silent when
it also has been still for twice as long as the longest pause it is known to make. What dates alone say of the time before the
first visit has to be longer still: a document of twelve entries need not show the night that has just passed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from statistics import median

SILENT_GAPS = 6
_PAUSES = 2
_EVEN = 4
"""A feed is even when its longest gap is at most so many times its usual one."""
_LONGEST_PAUSE_S = 4 * 86_400
"""Of a feed that usually brings something every day, what is longer is no pause that it makes, but a hole or an old entry."""
_BURSTS_S = 86_400
_UNKNOWN_S = 30 * 86_400
"""The least silence of a feed that comes in bursts, and of one whose rhythm is not known."""
_UNWATCHED_S = 2 * 86_400
"""A document of a day shows no night, and one of a week no weekend."""
_POLLS = 3
_FEWEST = 4


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Seconds that usually lie between two entries, and between two at the most; None where it is not known."""

    usual: int | None = None
    longest: int | None = None

    def silent_after(self, wait: float) -> float:
        """How long it may bring nothing, in seconds, when it is asked every `wait` seconds."""
        if not self.usual:
            return max(_UNKNOWN_S, _POLLS * wait)
        longest = self.longest or self.usual
        patience: float = SILENT_GAPS * self.usual
        if longest > _EVEN * self.usual:
            patience = max(patience, _PAUSES * longest, _BURSTS_S)
        return max(patience, _POLLS * wait)

    def silent_by_dates(self, wait: float) -> float:
        """The same for a silence that nobody watched, which only the dates in a document tell of."""
        return max(self.silent_after(wait), SILENT_GAPS * (self.longest or 0), _UNWATCHED_S)


def of_dates(dates: Sequence[str]) -> Rhythm:
    """The rhythm of a document by the dates of its entries; unknown for fewer than four different ones."""
    times = sorted({datetime.fromisoformat(date).timestamp() for date in dates})
    if len(times) < _FEWEST:
        return Rhythm()
    gaps = [later - earlier for earlier, later in pairwise(times)]
    usual = max(1, int(median(gaps)))
    if usual <= _BURSTS_S:
        gaps = [min(gap, _LONGEST_PAUSE_S) for gap in gaps]
        while gaps and gaps[0] >= _LONGEST_PAUSE_S:
            gaps.pop(0)  # an entry from long ago that is kept at the end, or at the top, of the document
    return Rhythm(usual, int(max(gaps, default=usual)))


def learned(known: Rhythm, seen: Rhythm, pause: float | None) -> Rhythm:
    """What is known of a feed after one more document; `pause` is how long it had been still when it brought something."""
    usual, longest = seen.usual, max(known.longest or 0, seen.longest or 0)
    if usual is None:
        usual = known.usual
        if pause is not None and pause >= 1:
            usual = int(pause if usual is None else (3 * usual + pause) / 4)
            longest = max(longest, int(min(pause, _LONGEST_PAUSE_S)))
    return Rhythm(usual, longest or None)
