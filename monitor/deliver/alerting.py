"""Notices: each story is told of once, to every target, and kept on record; never what was there before notices began."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo

from config.model import Alerts
from db import notices
from db.health import health
from db.lock import notices_lock
from db.notices import Delivery, FeedTrouble, Notice
from db.store import Store
from monitor.clock import stamp
from monitor.deliver import digest
from monitor.deliver.hours import is_quiet, last_slot
from monitor.deliver.unseen import NewArticle, by_story, gather

STDOUT = "standard output"
"""The target where the settings name none."""
TRIED_FOR = timedelta(days=7)
"""How long a notice that did not get through is tried again, each time notices are sent."""

Send = Callable[[str, str, str], str | None]
"""Sends (target as written, title, body); gives what went wrong, or None."""


@dataclass(frozen=True, slots=True)
class Route:
    """Who is told of which watches: labels of targets; `only` one watch, or all but `without`."""

    targets: tuple[str, ...]
    only: str | None = None
    without: frozenset[str] = frozenset()

    def takes(self, article: NewArticle) -> bool:
        """Whether an article is for these targets."""
        if self.only is not None:
            return self.only in article.watches
        return any(watch not in self.without for watch in article.watches)


@dataclass(slots=True)
class Sent:
    """What came of sending notices."""

    began_with: int | None = None
    """When it was the first time: how many articles were there already, and are told to nobody."""
    articles: list[NewArticle] = field(default_factory=list)
    """What is new, one for each story."""
    feeds: list[FeedTrouble] = field(default_factory=list)
    made: list[tuple[Notice, tuple[str, ...]]] = field(default_factory=list)
    """Notices, each with the labels of the targets that it goes to."""
    delivered: list[str] = field(default_factory=list)
    """Targets that were reached, once for each notice."""
    failed: list[tuple[str, str]] = field(default_factory=list)
    """Targets that were not, and why."""

    @property
    def title(self) -> str:
        """The first line of the first notice."""
        return self.made[0][0].title if self.made else ""

    @property
    def body(self) -> str:
        """The text of the first notice."""
        return self.made[0][0].body if self.made else ""


def routes(alerts: Alerts, targets: Mapping[str, str]) -> list[Route]:
    """Who is told of what. `targets` leads from label to target as written; the one without address gets the rest."""
    label_of = {written: label for label, written in targets.items()}
    named = {watch: tuple(label_of[t] for t in to if t in label_of) for watch, to in alerts.watches.items()}
    rest = tuple(label_of[written] for written in (*alerts.to, "") if written in label_of)
    found = [Route(rest, without=frozenset(named))] + [Route(to, only=watch) for watch, to in named.items()]
    return [route for route in found if route.targets]


def preview(
    store: Store,
    alerts: Alerts,
    targets: Mapping[str, str],
    zone: tzinfo | None,
    now: datetime,
    *,
    summary: bool = False,
) -> Sent:
    """What would be sent, without writing anything."""
    if not notices.begun(store.connection):
        return Sent(began_with=len(notices.likely_uids(store.connection)))
    return _made(store, alerts, routes(alerts, targets), zone, now, stamp(now) if summary else None)


def send_all(
    store: Store,
    alerts: Alerts,
    targets: Mapping[str, str],
    send: Send,
    zone: tzinfo | None,
    now: datetime,
    *,
    summary: bool = False,
) -> Sent:
    """Make notices of what is new, and send them with those that did not get through before, whatever the hour.

    `targets` leads from label to target as written. A notice is on record before it is sent, so that one which was
    interrupted is sent again: better twice than never. `summary`: one notice is made in any case, even of nothing.

    Raises:
        Busy: another process sends notices.
        StoreError: nothing can be written.
    """
    with notices_lock(store.path):
        sent = prepare(store, alerts, targets, zone, now, slot=stamp(now) if summary else None)
        for delivery in waiting(store, targets, now):
            note(store, sent, delivery, send(targets[delivery.target], delivery.title, delivery.body), now)
        return sent


def due(store: Store, alerts: Alerts, targets: Mapping[str, str], zone: tzinfo | None, now: datetime) -> Sent | None:
    """Put on record what is due by the settings' hours; None in hours in which nothing is sent. The caller holds the lock."""
    local = now.astimezone(zone)
    if is_quiet(alerts.quiet, local):
        return None
    if not alerts.digest or not notices.begun(store.connection):
        return prepare(store, alerts, targets, zone, now)
    slot = last_slot(alerts.digest, local)
    written = None if slot is None else stamp(slot)
    if (
        written is None
        or written <= str(notices.began_at(store.connection))
        or notices.slot_done(store.connection, written)
    ):
        return Sent()
    return prepare(store, alerts, targets, zone, now, slot=written)


def prepare(
    store: Store,
    alerts: Alerts,
    targets: Mapping[str, str],
    zone: tzinfo | None,
    now: datetime,
    *,
    slot: str | None = None,
) -> Sent:
    """Put notices of what is new on record, or, the first time, what is there as known; the caller holds the lock.

    With a `slot`, a time of day as stored, it is one summary for each route, even of nothing.
    """
    if not notices.begun(store.connection):
        with store.transaction() as connection:
            uids = notices.likely_uids(connection)
            notices.begin(connection, uids, stamp(now), _troubles(store, alerts, now))
        return Sent(began_with=len(uids))
    sent = _made(store, alerts, routes(alerts, targets), zone, now, slot)
    if sent.made:
        with store.transaction() as connection:
            for notice, to in sent.made:
                notices.add(connection, notice, to, stamp(now))
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


def _made(
    store: Store, alerts: Alerts, told: Sequence[Route], zone: tzinfo | None, now: datetime, slot: str | None
) -> Sent:
    seconds = int(alerts.max_age.total_seconds())
    articles = gather(notices.untold(store.connection, stamp(now - alerts.max_age), seconds))
    troubles = _troubles(store, alerts, now)
    sent = Sent(articles=by_story(articles), feeds=troubles)
    local = now.astimezone(zone)
    # Of feeds, those are told who are told of most: not each desk of its own watch.
    general = [route for route in told if route.only is None] or told
    for route in told:
        new = by_story(article for article in articles if route.takes(article))
        broken = troubles if route in general else []
        sent.made += [(notice, route.targets) for notice in _notices(store, new, broken, local, slot)]
    return sent


def _notices(
    store: Store, articles: list[NewArticle], troubles: list[FeedTrouble], now: datetime, slot: str | None
) -> Iterator[Notice]:
    uids = tuple(digest.uids(articles))
    if slot is not None:
        figures = health(store.connection, now)
        body = digest.summary_body(articles, troubles, figures, now)
        yield Notice(digest.summary_title(articles, figures), body, uids, tuple(troubles), "summary", slot)
        return
    if articles:
        yield Notice(digest.title(articles), digest.body(articles, now.tzinfo), uids)
    if troubles:
        yield Notice(digest.feeds_title(troubles), digest.feeds_body(troubles, now), (), tuple(troubles), "feeds")


def _troubles(store: Store, alerts: Alerts, now: datetime) -> list[FeedTrouble]:
    if alerts.feeds is None:
        return []
    return notices.untold_feeds(store.connection, stamp(now.astimezone(UTC) - alerts.feeds))
