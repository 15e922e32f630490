"""What a backfill brought: counted as it comes, and told in the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from monitor.backfill.types import Bounds, Failed

_NAMED = 1_000
"""Failures that are named; all are counted."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What one step brought to the store."""

    label: str
    seen: int = 0
    new: int = 0
    likely: int = 0
    """Of the new ones."""
    maybe: int = 0
    outside: int = 0
    """Entries whose date is out of bounds; not stored."""
    oldest: str | None = None
    newest: str | None = None
    failed: Failed | None = None
    cut: Failed | None = None
    """A document of which only a part was read, and why."""
    covered: bool = False
    """Whether it had been covered before, so that nothing was read."""
    passed: int = 0
    done: int | None = None
    total: int | None = None
    part: float | None = None

    @property
    def exactly(self) -> float | None:
        """How many are done, with the part of the one at hand."""
        return self.done if self.done is None or self.part is None else self.done - 1 + self.part


@dataclass(slots=True)
class Summary:
    """All of it together."""

    kind: str
    what: str
    bounds: Bounds = field(default_factory=Bounds)
    resumed: bool = False
    """Whether it went on where an earlier run had stopped."""
    rehearsal: bool = False
    steps: int = 0
    covered: int = 0
    seen: int = 0
    new: int = 0
    likely: int = 0
    maybe: int = 0
    outside: int = 0
    passed: int = 0
    failures: int = 0
    failed: list[Failed] = field(default_factory=list)
    cut_off: int = 0
    """Documents of which only a part was read."""
    partly: list[Failed] = field(default_factory=list)
    """Them, named."""
    requests: int = 0
    oldest: str | None = None
    newest: str | None = None
    notes: list[str] = field(default_factory=list)
    stalled: str | None = None
    """Why it could not go on."""
    limited: bool = False
    """Whether it stopped because that was as much as was asked for."""

    @property
    def known(self) -> int:
        """Entries of articles that were known."""
        return self.seen - self.new

    @property
    def finished(self) -> bool:
        """Whether it came to its end."""
        return self.stalled is None and not self.limited

    @property
    def came_to_nothing(self) -> bool:
        """Whether nothing at all could be read."""
        return bool(self.failures) and self.failures == self.steps

    def add(self, stored: Stored) -> None:
        """Count one step."""
        self.steps += 1
        self.covered += stored.covered
        for name in ("seen", "new", "likely", "maybe", "outside", "passed"):
            setattr(self, name, getattr(self, name) + getattr(stored, name))
        self.oldest = min(filter(None, (self.oldest, stored.oldest)), default=None)
        self.newest = max(filter(None, (self.newest, stored.newest)), default=None)
        if stored.failed is not None:
            self.failures += 1
            if len(self.failed) < _NAMED:
                self.failed.append(stored.failed)
        if stored.cut is not None:
            self.cut_off += 1
            if len(self.partly) < _NAMED:
                self.partly.append(stored.cut)

    def as_json(self) -> dict[str, Any]:
        """The summary as JSON types."""
        return {
            "kind": self.kind,
            "what": self.what,
            "since": self.bounds.since,
            "until": self.bounds.until,
            "seen": self.seen,
            "new": self.new,
            "known": self.known,
            "likely": self.likely,
            "maybe": self.maybe,
            "failures": self.failures,
            "failed": [{"what": one.what, "message": one.message} for one in self.failed],
            "partly": [{"what": one.what, "message": one.message} for one in self.partly],
            "outside": self.outside,
            "passed": self.passed,
            "steps": self.steps,
            "covered": self.covered,
            "requests": self.requests,
            "oldest": self.oldest,
            "newest": self.newest,
            "notes": self.notes,
            "resumed": self.resumed,
            "finished": self.finished,
            "stalled": self.stalled,
            "dry_run": self.rehearsal,
        }
