"""Notices: each text is told of once, to every target, and kept on record; never what was there before notices began."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from config.model import Alerts
from db import notices
from db.lock import notices_lock
from db.notices import Delivery
from db.store import Store
from monitor.clock import stamp
from monitor.deliver import digest
from monitor.deliver.unseen import NewArticle, gather

STDOUT = "standard output"
"""The target where the settings name none."""
TRIED_FOR = timedelta(days=7)
"""How long a notice that did not get through is tried again, each time notices are sent."""

Send = Callable[[str, str, str], str | None]
"""Sends (target as written, title, body); gives what went wrong, or None."""


@dataclass(slots=True)
class Sent:
    """What came of sending notices."""

    began_with: int | None = None
    """When it was the first time: how many articles were there already, and are told to nobody."""
    articles: list[NewArticle] = field(default_factory=list)
    title: str = ""
    body: str = ""
    delivered: list[str] = field(default_factory=list)
    """Targets that were reached, once for each notice."""
    failed: list[tuple[str, str]] = field(default_factory=list)
    """Targets that were not, and why."""


def preview(store: Store, alerts: Alerts, zone: tzinfo | None, now: datetime) -> Sent:
    """What would be sent, without writing anything."""
    if not notices.begun(store.connection):
        return Sent(began_with=len(notices.likely_uids(store.connection)))
    return _made(store, alerts, zone, now)


def send_all(
    store: Store, alerts: Alerts, targets: Mapping[str, str], send: Send, zone: tzinfo | None, now: datetime
) -> Sent:
    """Make a notice of what is new, and send it with those that did not get through before.

    `targets` leads from label to target as written. A notice is on record before it is sent, so that one which was
    interrupted is sent again: better twice than never.

    Raises:
        Busy: another process sends notices.
        StoreError: nothing can be written.
    """
    with notices_lock(store.path):
        sent = prepare(store, alerts, targets, zone, now)
        for delivery in waiting(store, targets, now):
            note(store, sent, delivery, send(targets[delivery.target], delivery.title, delivery.body), now)
        return sent


def prepare(store: Store, alerts: Alerts, targets: Iterable[str], zone: tzinfo | None, now: datetime) -> Sent:
    """Put a notice of what is new on record, or, the first time, what is there as known; the caller holds the lock."""
    if not notices.begun(store.connection):
        with store.transaction() as connection:
            uids = notices.likely_uids(connection)
            notices.begin(connection, uids, stamp(now))
        return Sent(began_with=len(uids))
    sent = _made(store, alerts, zone, now)
    if sent.articles:
        with store.transaction() as connection:
            notices.add(connection, sent.title, sent.body, digest.uids(sent.articles), targets, stamp(now))
    return sent


def waiting(store: Store, targets: Container[str], now: datetime) -> list[Delivery]:
    """What is to be sent: new notices, and those that did not get through before.

    A target that the settings no longer have waits, for the case that it comes back.
    """
    found = notices.undelivered(store.connection, stamp(now - TRIED_FOR))
    return [delivery for delivery in found if delivery.target in targets]


def note(store: Store, sent: Sent, delivery: Delivery, error: str | None, now: datetime) -> None:
    """Write down how it went; `error` is None when it went well."""
    with store.transaction() as connection:
        notices.delivered(connection, delivery, error, stamp(now))
    if error is None:
        sent.delivered.append(delivery.target)
    else:
        sent.failed.append((delivery.target, error))


def _made(store: Store, alerts: Alerts, zone: tzinfo | None, now: datetime) -> Sent:
    seconds = int(alerts.max_age.total_seconds())
    articles = gather(notices.untold(store.connection, stamp(now - alerts.max_age), seconds))
    if not articles:
        return Sent()
    return Sent(articles=articles, title=digest.title(articles), body=digest.body(articles, zone))
