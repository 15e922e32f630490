"""The feeds as people handle them: those of the settings, with what the database knows of each. Pure."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from config.feeds import feed_key
from config.model import Feed
from config.requests import shown
from config.secrets import redact
from config.telegram import channel_address, is_invitation
from config.units import format_duration
from config.values import address, is_path
from monitor.deliver.moments import parse, until
from seeds import text

_UNKNOWN = (
    "state",
    "problem",
    "reason",
    "last_attempt_at",
    "last_success_at",
    "last_new_item_at",
    "next_poll_at",
    "consecutive_failures",
    "items_7d",
    "failing_since",
    "usual_gap_s",
    "entry_policy",
    "moved_to",
    "next_poll_reason",
    "asked_at_url",
)


def listing(feeds: Iterable[Feed], rows: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The feeds of the settings in their order, each with its row of `feed_health`; `state` also `new` or `off`."""
    return [_row(feed, rows.get(feed.public_url)) for feed in feeds]


def _row(feed: Feed, row: Mapping[str, Any] | None) -> dict[str, Any]:
    seconds = int(feed.interval.total_seconds()) if feed.interval else None
    written = {
        "feed_url": feed.public_url,
        "name": feed.name or (row["name"] if row else feed.public_url),
        "tags": list(feed.tags),
        "interval_s": seconds,
        "enabled": feed.enabled,
        **shown(feed),
        "proxy": redact(feed.proxy),
    }
    known: dict[str, Any] = {key: row[key] for key in _UNKNOWN} if row else dict.fromkeys(_UNKNOWN)
    if not feed.enabled:
        known |= {"state": "off", "reason": "Not asked: `enabled = false` in the settings.", "next_poll_at": None}
    elif row is None or row["last_attempt_at"] is None:
        known |= {"state": "new", "reason": "Not asked yet."}
    return {**written, **known}


def find(
    feeds: Iterable[Feed], rows: Mapping[str, Mapping[str, Any]], wanted: str, cwd: Path, base: Path
) -> list[Feed]:
    """The feeds that an address or a name means: the same address, else the same name, else names that hold it.

    An address may be written as `feeds add` takes it: `@NAME` of a channel, or a path from `cwd`; the settings are in `base`.
    """
    every = list(feeds)
    exact = [f for f in every if wanted in {f.public_url, f.url}]
    keys = {feed_key(wanted), feed_key(address_given(wanted, cwd, base))}
    exact = exact or [f for f in every if feed_key(f.url) in keys]
    if exact:
        return exact
    folded = text.fold(wanted)
    names = [(f, text.fold(_name(f, rows))) for f in every]
    return [f for f, name in names if name == folded] or [f for f, name in names if folded and folded in name]


def _name(feed: Feed, rows: Mapping[str, Mapping[str, Any]]) -> str:
    row = rows.get(feed.public_url)
    return feed.name or (str(row["name"]) if row else "")


def with_names(feeds: Iterable[Feed], rows: Mapping[str, Mapping[str, Any]]) -> list[Feed]:
    """The feeds with the names that they give themselves, where the settings have none."""
    named = ((feed, _name(feed, rows)) for feed in feeds)
    return [
        feed if feed.name or name in {"", feed.public_url} else feed.model_copy(update={"name": name})
        for feed, name in named
    ]


def when_next(row: Mapping[str, Any], now: datetime) -> str:
    """Why a feed is asked when it is, in words."""
    if row["state"] == "off":
        return "never, while it is off"
    if row["next_poll_at"] is None:
        return "at the next round"
    return f"{until(parse(row['next_poll_at']), now)}: {_why(row)}"


def _why(row: Mapping[str, Any]) -> str:
    if row["next_poll_reason"]:
        return str(row["next_poll_reason"])
    failures = row["consecutive_failures"] or 0  # what an older version wrote down says no more
    if row["interval_s"]:
        return f"the settings say every {format_duration(timedelta(seconds=row['interval_s']))}"
    if row["problem"] == "same":
        return "it is the same as another feed, and is only looked at to see whether it still is"
    if row["state"] == "parked":
        return "it is gone, so it is asked once a week"
    if failures:
        return f"it failed {failures} time{'s' if failures > 1 else ''} in a row, and waits longer after each"
    return "the usual interval, within what the feed itself asks for"


def address_given(url: str, cwd: Path, base: Path) -> str:
    """The address of a feed as it is to stand in the settings.

    A path, which was given from `cwd`, is written from the folder of the settings (`base`) when it lies there, so that
    both can move; else it becomes absolute. `@NAME` and the card of a Telegram channel become its posts.
    """
    if (channel := channel_address(url)) is not None:
        return channel
    if not is_path(url) or not url.strip():
        return url
    path = Path(url).expanduser()
    whole = Path(os.path.normpath(path if path.is_absolute() else cwd / path))
    return f"./{whole.relative_to(base)}" if whole.is_relative_to(base) else str(whole)


def why_no_feed(url: str) -> str | None:
    """Why what was given as an address can be that of no feed, in words to go on a line; None when it may be one."""
    if is_invitation(url):
        return (
            "this is an invitation to a private Telegram channel or group, whose posts only its members see; only public"
            " channels can be read, as @NAME or https://t.me/NAME"
        )
    try:
        address(url)
    except ValueError as error:
        return str(error)
    return None


SEARCHES = {
    "news.google.com": "Google",
    "bing.com": "Microsoft (Bing)",
    "news.yandex.ru": "Yandex",
    "yandex.ru": "Yandex",
    "duckduckgo.com": "DuckDuckGo",
    "news.yahoo.com": "Yahoo",
    "api.gdeltproject.org": "GDELT",
    "hnrss.org": "hnrss.org",
}
"""Hosts that answer searches, and who then knows what was searched for."""


def searches(feeds: Iterable[Feed]) -> dict[str, int]:
    """Who learns from search feeds what is looked for → by how many feeds."""
    told: dict[str, int] = {}
    for feed in feeds:
        parts = urlsplit(feed.public_url) if feed.enabled and not is_path(feed.url) else None
        host = (parts.hostname or "") if parts else ""
        who = next((name for known, name in SEARCHES.items() if host == known or host.endswith(f".{known}")), None)
        if who is None and parts is not None and "search" in feed.tags:
            who = host
        if who and parts is not None and (parts.query or "search" in feed.tags):
            told[who] = told.get(who, 0) + 1
    return told
