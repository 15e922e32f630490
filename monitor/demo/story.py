"""How far the story told by the invented outlets has got."""

from __future__ import annotations

import time
from datetime import datetime

from monitor.clock import utc_now


class Story:
    """A clock that starts at 0: it runs by itself, or stands still and is set by hand."""

    def __init__(self, *, running: bool = True) -> None:
        self.started: datetime = utc_now()
        self._begun = time.monotonic() if running else None
        self._skipped = 0.0

    @property
    def second(self) -> float:
        """Seconds of the story that have passed."""
        ran = time.monotonic() - self._begun if self._begun is not None else 0.0
        return ran + self._skipped

    def skip(self, seconds: float) -> None:
        """Go forward at once."""
        self._skipped += seconds
