"""The process that reads pages: one at a time, under a deadline and a memory limit, let go when there is nothing to read.

What reading needs (an HTML parser of its own, about 30 MB) stays out of the program's own process.
"""

from __future__ import annotations

import structlog

from monitor.parse.workers import Damage, Workers
from monitor.read import wire
from monitor.read.types import Failure, Page, Wanted

log = structlog.get_logger()


class ReadPool(Workers[Page | Failure]):
    """Reads pages in processes; see `Workers`."""

    module = "monitor.read.worker"

    async def read(self, wanted: Wanted, body: bytes, content_type: str, url: str) -> Page | Failure:
        """What the document at `url` says of the wanted article."""
        return await self.ask((content_type, url, wanted.url, wanted.title, wanted.excerpt), body)

    def decoded(self, data: bytes) -> Page | Failure:
        """The result in an answer of a process."""
        return wire.result_from_json(data)

    def broken(self, damage: Damage, message: str) -> Failure:
        """The result for a page that a process did not survive."""
        return Failure(damage, message.replace("document", "page"))

    def spoils(self, result: Page | Failure) -> bool:
        """Whether the process that gave this result is to be replaced."""
        if isinstance(result, Failure) and result.kind == "crashed":
            log.error("page could not be read", error=result.message)
        return isinstance(result, Failure) and result.kind in {"memory", "crashed"}
