"""Room in memory for large documents: only so many at a time, from the fetch until what they say is stored.

Without it as many documents as there are requests in flight could each be as large as the limit, and wait for their turn
to be parsed.
"""

from __future__ import annotations

import asyncio

LARGE = 1_000_000
"""Bytes from which on a document needs room."""


class Lease:
    """What one document takes of the room."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places = places
        self._held = False

    def must_wait(self, size: int) -> bool:
        """Whether that many bytes need room, and there is none."""
        return not self._held and size > LARGE and self._places.locked()

    async def grow(self, size: int) -> None:
        """Take room for that many bytes, waiting for it."""
        if not self._held and size > LARGE:
            await self._places.acquire()
            self._held = True

    def release(self) -> None:
        """Give back what was taken; may be called again."""
        if self._held:
            self._held = False
            self._places.release()


class Room:
    """Places for `large` documents."""

    def __init__(self, large: int = 3) -> None:
        self._places = asyncio.Semaphore(large)

    def lease(self) -> Lease:
        """For one document; release it when the document is done with."""
        return Lease(self._places)
