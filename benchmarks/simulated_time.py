"""An event loop whose time stands still while there is work and jumps to the next timer when there is none.

With it a day of polling over real sockets takes as long as its requests take. All of it has to happen in this one loop: what would
go to a thread is done at once.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from typing import Any

_GLANCE_S = 0.0005
"""How long the kernel may take to hand on what was sent over a socket."""


class _Selector(selectors.BaseSelector):
    """The system's selector; where it would wait, time goes on instead."""

    def __init__(self, waited: Callable[[float], None]) -> None:
        self._real = selectors.DefaultSelector()
        self._waited = waited

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._real.unregister(fileobj)

    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.modify(fileobj, events, data)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._real.get_map()

    def close(self) -> None:
        self._real.close()

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found = self._real.select(0)
        if found or timeout == 0:
            return found
        found = self._real.select(_GLANCE_S)
        if found or timeout is None:
            return found or self._real.select(1.0)
        self._waited(timeout)
        return []


class SimulatedLoop(asyncio.SelectorEventLoop):
    """A loop with a time of its own, in seconds from 0."""

    def __init__(self) -> None:
        self._moment = 0.0
        super().__init__(_Selector(self.skip))

    def time(self) -> float:
        """Seconds since the beginning."""
        return self._moment

    def skip(self, seconds: float) -> None:
        """Let time go on."""
        self._moment += seconds

    def run_in_executor(self, _: Executor | None, func: Callable[..., Any], *args: Any) -> Any:
        """Do the work at once: the loop's time stands still meanwhile."""
        done = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as error:  # noqa: BLE001  it is raised where the work is waited for
            done.set_exception(error)
        return done
