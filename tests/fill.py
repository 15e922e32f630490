"""A folder as a person would have it after some weeks: settings, seeds, and a database with all sorts of findings.

Everything goes in through the program's own doors: the seeds through a `Workspace`, the entries through `Ingest`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.load import load
from db import facts, feed_state
from monitor.identify import keys
from monitor.pipeline.ingest import Ingest
from monitor.pipeline.workspace import Workspace
from monitor.types import Entry, Link
from seeds.shipped import corpus

SETTINGS = """\
# My monitor; this comment must survive.
[browse]
timezone = "Europe/Berlin"

[seeds]
paths = ["seeds"]

[[feeds]]
url = "https://metro.example/feed.xml"
name = "Metro Herald"
tags = ["en"]

[[feeds]]
url = "https://kazan.example/rss?token=${KAZAN_TOKEN}"
name = "Казанский вестник"
interval = "30m"
tags = ["ru"]

[[feeds]]
url = "https://broken.example/feed.xml"
name = "Broken"

[[feeds]]
url = "https://news.google.com/rss/search?q=facial%20recognition"
name = "A search"
tags = ["search"]
"""

LEAD = (
    "Cameras that recognise faces are to be put up at every station of the Moscow metro by the end of the year, officials"
    " said, and police across Russia will be able to search what they record."
)
ESCAPES = "\x1b[31mRED\x1b[0m \x1b]0;owned\x07 \u202egnp.exe\u2066 \u200bbell\x9b2J\nsecond line"
FORMULA = '=HYPERLINK("https://evil.example/","Facial recognition in Russia: cameras in Moscow")'
WOMBAT = "Wombat counted in the village of Nowhere"
METRO = "Moscow metro adds facial recognition cameras at every station"
KAZAN = "В Казани камеры с распознаванием лиц появятся на вокзалах России"


@dataclass(frozen=True)
class Folder:
    """A filled folder, and the uids of some of its articles by what they are."""

    path: Path
    uids: dict[str, str]

    @property
    def settings(self) -> Path:
        return self.path / "seedwatch.toml"

    @property
    def database(self) -> Path:
        return self.path / "seedwatch.db"

    @property
    def seeds(self) -> Path:
        return self.path / "seeds"


def fill(path: Path) -> Folder:
    """Make such a folder at `path`."""
    (path / "seeds").mkdir(parents=True)
    (path / "seedwatch.toml").write_text(SETTINGS, encoding="utf-8")
    for name, raw in corpus():
        (path / "seeds" / name).write_bytes(raw)
    workspace = Workspace(load(path / "seedwatch.toml", environ={}, cwd=path), path / "seedwatch.db")
    workspace.sync_seeds()
    workspace.sync_feeds()
    _entries(workspace)
    _health(workspace)
    while workspace.tell_stories():
        pass
    rows = workspace.store.connection.execute(
        "SELECT title, uid, origin FROM items ORDER BY copy_of_uid IS NOT NULL DESC"
    )
    uids = {row["title"]: row["uid"] for row in rows}
    workspace.close()
    return Folder(path, uids)


def _entries(workspace: Workspace) -> None:
    amp = Link("https://metro.example/amp/news/cameras", "amp")
    say(
        workspace,
        "https://metro.example/feed.xml",
        "2025-11-01T10:00:00Z",
        [
            _entry(METRO, "https://metro.example/news/cameras", excerpt=LEAD, links=(amp,)),
            _entry(WOMBAT, "https://metro.example/news/wombat", excerpt="One wombat."),
            _entry(ESCAPES, "https://metro.example/news/escapes", excerpt="Facial recognition in Moscow, Russia"),
            _entry(FORMULA, "https://metro.example/news/formula"),
        ],
    )
    kazan = "https://kazan.example/rss?token=${KAZAN_TOKEN}"
    say(workspace, kazan, "2025-11-02T10:00:00Z", [_entry(KAZAN, "https://kazan.example/n/7", language="ru")])
    search = "https://news.google.com/rss/search?q=facial%20recognition"
    say(
        workspace,
        search,
        "2025-11-03T10:00:00Z",
        [
            _entry(METRO, "https://reprint.example/2026/cameras", excerpt=LEAD, provider_name="Reprint Daily"),
            _entry(METRO, "https://metro.example/news/cameras?utm_source=x", excerpt=LEAD, guid="other"),
            _entry("Facial recognition at the airport of Oslo", "https://oslo.example/airport", published=None),
        ],
    )
    say(
        workspace,
        "https://metro.example/feed.xml",
        "2025-11-04T10:00:00Z",
        [
            _entry(
                "Wombats counted in the village of Nowhere", "https://metro.example/news/wombat", excerpt="Two wombats."
            )
        ],
    )


def _health(workspace: Workspace) -> None:
    with workspace.store.transaction() as connection:
        for feed in feed_state.feeds(connection):
            broken = feed.source.name == "Broken"
            state = {"state": "failing", "failing_since": "2025-11-02T00:00:00Z"} if broken else {"state": "ok"}
            feed_state.set_feed(
                connection,
                feed.source.id,
                reason="The server answered 500." if broken else "Answers.",
                last_attempt_at="2025-11-04T10:00:00Z",
                last_success_at=None if broken else "2025-11-04T10:00:00Z",
                consecutive_failures=5 if broken else 0,
                next_poll_at="2025-11-04T11:00:00Z",
                **state,
            )
            feed_state.record_fetch(
                connection,
                feed.source.id,
                started_at="2025-11-04T10:00:00Z",
                duration_ms=80,
                status=500 if broken else 200,
                outcome="failed" if broken else "new",
                error_code="server_error" if broken else None,
                message="The server answered 500." if broken else None,
                entries=4,
                new_items=1,
            )
            if broken:
                times = ("2025-11-02T00:00:00Z", "2025-11-03T00:00:00Z", "2025-11-04T10:00:00Z")
                feed_state.add_gap(connection, feed.source.id, *times)


def say(workspace: Workspace, url: str, now: str, entries: Iterable[Entry]) -> None:
    """Let a feed bring entries at a time."""
    listed = list(entries)
    with workspace.store.transaction() as connection:
        source = facts.ensure_source(connection, "feed", url, now)
        policy = keys.policy_for(listed, "guid")
        Ingest(connection, workspace.judge, now).document(source, listed, policy)


def _entry(title: str, link: str, **said: Any) -> Entry:
    published = said.pop("published", "2025-10-30T08:00:00Z")
    quality = "exact" if published else "none"
    return Entry(
        guid=said.pop("guid", link), link=link, title=title, published_at=published, date_quality=quality, **said
    )
