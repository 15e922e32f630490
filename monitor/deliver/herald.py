"""Notices beside the daemon: made and noted in the thread that owns the store, sent in one that nobody waits for."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from config.errors import ConfigError
from config.load import Loaded
from db.errors import Busy
from db.lock import notices_lock
from db.store import Store
from monitor.clock import Clock
from monitor.deliver import alerting, senders
from monitor.deliver.alerting import Sent

log = structlog.get_logger()

_SUMMARY = timedelta(minutes=1)
"""How often it is looked whether the time of a summary has come."""
InStore = Callable[..., Awaitable[Any]]
"""Runs a function with its arguments in the thread of the store."""


class Herald:
    """Sends what is due to the targets of the settings; without targets nothing, since nobody reads what a daemon prints."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._complained = ""

    @staticmethod
    def gap(loaded: Loaded) -> timedelta | None:
        """How long news is gathered between two notices; None when none are sent."""
        alerts = loaded.settings.alerts
        if not alerts.targets:
            return None
        return min(alerts.interval, _SUMMARY) if alerts.digest else alerts.interval

    async def tell(self, store: Store, loaded: Loaded, in_store: InStore) -> Sent:
        """Make a notice of what is new, and send it with those that did not get through before; what fails is logged.

        Raises:
            StoreError: the database cannot be used just now.
        """
        settings = loaded.settings
        targets = senders.labels(settings.alerts.targets)
        try:
            senders.check(targets.values(), os.environ)
        except (ConfigError, senders.NotInstalled) as error:
            self._complain(str(error))
            return Sent()
        self._complained = ""
        zone = ZoneInfo(settings.browse.timezone) if settings.browse.timezone else None
        sent = Sent()
        with contextlib.suppress(Busy), notices_lock(store.path):  # else `alerts send` does it at this moment
            now = self._clock()
            made = await in_store(alerting.due, store, settings.alerts, targets, zone, now)
            if made is None:
                return sent
            sent = made
            for delivery in await in_store(alerting.waiting, store, targets, now):
                fault = await _aside(
                    _send, targets[delivery.target], delivery.title, delivery.body, settings.network.proxy
                )
                await in_store(alerting.note, store, sent, delivery, fault, self._clock())
        _log(sent)
        return sent

    def _complain(self, message: str) -> None:
        """Say once what keeps all notices from being sent."""
        if message != self._complained:
            self._complained = message
            log.error("notices cannot be sent", error=message)


def _send(target: str, title: str, body: str, proxy: str) -> str | None:
    return senders.send(target, title, body, environ=os.environ, proxy=proxy)


async def _aside(work: Callable[..., str | None], *args: str) -> str | None:
    """What `work` gives, from a thread that is left behind when the program stops: some services take their time."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[str | None] = loop.create_future()

    def finish(result: str | None) -> None:
        if not done.done():
            done.set_result(result)

    def run() -> None:
        try:
            result = work(*args)
        except Exception as error:  # noqa: BLE001  whatever a service's library does, it is tried again
            result = f"it could not be sent ({type(error).__name__})"
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(finish, result)

    threading.Thread(target=run, name="notice", daemon=True).start()
    return await done


def _log(sent: Sent) -> None:
    if sent.began_with is not None:
        log.info("notices begin", known=sent.began_with)
    for target in sent.delivered:
        log.info("notice sent", to=target, about=sent.title or "what did not get through before")
    for target, error in sent.failed:
        log.warning("notice not sent; it is tried again", to=target, error=error)
