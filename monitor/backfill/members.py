"""What containers hold: documents, records and pages, each with the place to go on behind it; and what is wrong with a member.

    path ─► kind_of ─► zip, tar: member by member ─┐
                       WARC, ARC: record by record ├─► Member | Flaw
                       JSON Lines: line by line    │
                       any other file: as it is ───┘

Nothing is ever unpacked onto the disk, and never more than one member, bounded, is in memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

LARGEST = 50_000_000
"""Bytes of one member, unpacked, that are read; larger ones are named and passed over."""
LONGEST_LINE = 5_000_000
"""Bytes of one record in JSON Lines."""
DEEPEST = 2
"""Archives within archives that are looked into; bombs are nested deeper."""
MOST_MEMBERS = 2_000_000
LIGHTEST = 1_000_000_000
"""Bytes that any archive may come to."""
DENSEST = 300
"""Bytes that each byte of an archive may come to beyond `LIGHTEST`; text is seldom packed to a fiftieth."""

MemberKind = Literal["document", "feed", "page", "record"]
"""A whole file, of whatever kind; an archived answer that looks like a feed, or like a web page; a record as JSON."""


class Position(NamedTuple):
    """Where to go on in a container: from a byte or a member of it, passing over so many things there first."""

    at: int = 0
    passing: int = 0

    def __str__(self) -> str:
        return f"{self.at}+{self.passing}" if self.passing else str(self.at)

    @classmethod
    def read(cls, written: str) -> Position:
        """The inverse of `str()`.

        Raises:
            ValueError: it is no position.
        """
        at, _, passing = written.partition("+")
        return cls(int(at), int(passing or 0))


@dataclass(frozen=True, slots=True)
class Member:
    """One thing to be read in a container, or the only one."""

    kind: MemberKind
    body: bytes
    then: Position
    """Where to go on when this was stored."""
    inside: str = ""
    """What it is called within its container; empty for a file that is none. For eyes alone: it never becomes a path."""
    url: str = ""
    """Where an archived answer came from."""
    content_type: str = ""
    captured_at: str | None = None
    """When it was archived (UTC, as stored)."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """A member that cannot be read, and why; the others are read all the same."""

    message: str
    then: Position
    inside: str = ""


class Damaged(Exception):
    """A container, or a record in it, is not what it should be; `str()` says how, in a few words."""
