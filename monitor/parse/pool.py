"""Processes that parse feed documents."""

from __future__ import annotations

import logging
from collections.abc import Collection

from monitor.parse import wire
from monitor.parse.wire import CUT
from monitor.parse.workers import Damage, Workers
from monitor.types import Parsed, ParseFailure

log = logging.getLogger(__name__)


class ParsePool(Workers[Parsed | ParseFailure]):
    """Parses documents in processes; see `Workers`."""

    module = "monitor.parse.worker"

    def __init__(self, size: int, deadline_s: float = 20.0, memory_mb: int = 1024) -> None:
        # Twenty thousand entries take some six seconds on a slow machine, and a document may be three times as large.
        super().__init__(size, deadline_s, memory_mb)

    async def parse(
        self, body: bytes, content_type: str, url: str, known: Collection[str] | None = None
    ) -> Parsed | ParseFailure:
        """Parses one document, but for entries whose hashes are `known`; unless that is None it is cut into pieces.

        A document that breaks its worker is a `ParseFailure` and delays no other.
        """
        return await self.ask((content_type, url, *([] if known is None else [CUT, *known])), body)

    def decoded(self, data: bytes) -> Parsed | ParseFailure:
        """The result in an answer of a process."""
        return wire.result_from_json(data)

    def broken(self, damage: Damage, message: str) -> ParseFailure:
        """The result for a document that a process did not survive."""
        return ParseFailure(damage, message)

    def spoils(self, result: Parsed | ParseFailure) -> bool:
        """Whether the process that gave this result is to be replaced."""
        if isinstance(result, ParseFailure) and result.kind == "crashed":
            log.error("parser_failed: %s", result.message)
        return isinstance(result, ParseFailure) and result.kind in {"memory", "crashed"}
