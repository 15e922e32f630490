"""An expected failure on its way to becoming a value."""

from __future__ import annotations

from monitor.types import FetchFailure, FetchKind


class FetchError(Exception):
    """A fetch that cannot go on; `Fetcher.fetch` turns it into a `FetchFailure` and never lets it out."""

    def __init__(self, kind: FetchKind, message: str) -> None:
        super().__init__(message)
        self.failure = FetchFailure(kind, message)
