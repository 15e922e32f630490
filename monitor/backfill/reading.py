"""Reading what containers hold, in processes and ahead of what is stored: many small things at a time, in their order.

Members ─► batches ─► processes ─► Reading for each, in the order of the members
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import structlog

from monitor.parse import wire
from monitor.parse.frames import LENGTH
from monitor.parse.workers import Damage, Workers
from monitor.types import Parsed, ParseFailure

log = structlog.get_logger()

BATCH = 64
"""Members that are read together,"""
BATCH_BYTES = 1_000_000
"""unless they come to more bytes."""
Asked = tuple[Literal["document", "feed", "page", "record", "text"], str, str, bytes]
"""What is asked for: kind (text: a page with its text), content type, address, body."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a member says; `shown` are the stems of what a page shows, by which it is told whether its text is wanted."""

    result: Parsed | ParseFailure
    shown: str = ""
    left: int = 0
    """Entries that were left out."""


class ReadingPool(Workers[list[Reading] | ParseFailure]):
    """Reads members in processes; see `Workers`."""

    module = "monitor.backfill.worker"

    def __init__(self, size: int, deadline_s: float = 20.0, memory_mb: int = 1024) -> None:
        super().__init__(size, deadline_s, memory_mb)

    async def read(self, asked: Sequence[Asked]) -> list[Reading]:
        """Read some things together; where one of them is too much for a process, each by itself."""
        head = [text for kind, content_type, url, body in asked for text in (kind, content_type, url, str(len(body)))]
        found = await self.ask(head, b"".join(body for *_, body in asked))
        if not isinstance(found, ParseFailure):
            return found
        if len(asked) == 1:
            return [Reading(found)]
        return [one for each in asked for one in await self.read([each])]

    def decoded(self, data: bytes) -> list[Reading] | ParseFailure:
        """The results in an answer of a process."""
        parts = list(_frames(data))
        return [
            Reading(wire.result_from_json(result), shown.decode())
            for result, shown in zip(parts[::2], parts[1::2], strict=True)
        ]

    def broken(self, damage: Damage, message: str) -> ParseFailure:
        """The result for things that a process did not survive."""
        return ParseFailure(damage, message)

    def spoils(self, result: list[Reading] | ParseFailure) -> bool:
        """Whether the process that gave this result is to be replaced."""
        if isinstance(result, ParseFailure):
            return False  # it is gone already
        failures = [one.result for one in result if isinstance(one.result, ParseFailure)]
        for failure in failures:
            if failure.kind == "crashed":
                log.error("reader failed", error=failure.message)
        return any(failure.kind in {"memory", "crashed"} for failure in failures)


def _frames(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        (size,) = LENGTH.unpack_from(data, at)
        at += LENGTH.size
        yield data[at : at + size]
        at += size
