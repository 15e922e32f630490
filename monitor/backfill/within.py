"""The world as a source sees it that is one part of another: the same, but for its bounds."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TypeVar

from monitor.backfill.types import Bounds, World
from monitor.types import Fetched, Parsed, ParseFailure, Request

T = TypeVar("T")


@dataclass(slots=True)
class Within:
    """A `World` with bounds of its own."""

    world: World
    bounds: Bounds

    @property
    def rehearsal(self) -> bool:
        """Whether nothing is stored in the end."""
        return self.world.rehearsal

    async def ask(self, request: Request) -> Fetched:
        """GET, politely."""
        return await self.world.ask(request)

    async def parse(self, body: bytes, content_type: str, url: str) -> Parsed | ParseFailure:
        """Read a document."""
        return await self.world.parse(body, content_type, url)

    async def covered(self, units: Collection[str]) -> set[str]:
        """Those of the units that were covered before."""
        return await self.world.covered(units)

    async def query(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Look something up."""
        return await self.world.query(work)

    def could_be(self, words: str) -> bool:
        """Whether something with these words could be on the matter of any watch."""
        return self.world.could_be(words)

    def say(self, text: str) -> None:
        """Have a sentence said in the end."""
        self.world.say(text)
