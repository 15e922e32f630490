"""A known match sent through the whole way, to see that it arrives: request, parser, identity, judgement, store, view.

For each watch a feed is served on this machine with the headlines and excerpts of some of its seeds under addresses of their own.
It is asked and read as any feed is, into a database that is thrown away afterwards; the user's is not touched.
"""

from __future__ import annotations

import asyncio
import socket
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from xml.sax.saxutils import escape

from config.load import Loaded
from config.model import Feed, Settings
from db import feed_state
from monitor.clock import stamp, utc_now
from monitor.pipeline.seeds import SeedFile
from monitor.pipeline.workspace import Workspace
from monitor.schedule.recorder import Recorder, Report, default_chance
from monitor.schedule.rounds import Polling, pace, poll_once

_MOST = 3
"""Seeds of a watch that are sent."""
_CLAIM_S = 600


@dataclass(frozen=True, slots=True)
class Flown:
    """What became of the canaries of one watch."""

    watch: str
    sent: int
    found: int
    """How many arrived as likely."""
    failure: str = ""
    """Where the others were lost, in words."""


def fly(loaded: Loaded) -> list[Flown]:
    """Send the canaries of all watches; one of a watch at least has to be found."""
    with tempfile.TemporaryDirectory(prefix="seedwatch-canary-") as folder, _listening() as listener:
        place = Path(folder) / "canary.db"
        base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with closing(Workspace(loaded, place)) as workspace:
            workspace.sync_seeds()
            watches: dict[str, list[SeedFile]] = {}
            for seed in workspace.seeds.files:
                watches.setdefault(seed.watch, []).append(seed)
            sent = {watch: seeds[-_MOST:] for watch, seeds in sorted(watches.items())}
            addresses = {watch: f"{base}/{number}.xml" for number, watch in enumerate(sent)}
            workspace.loaded = replace(loaded, settings=_settings(loaded.settings, place, addresses.values()))
            documents = {f"/{number}.xml": _document(seeds) for number, seeds in enumerate(sent.values())}
            reports = _round(workspace, listener, documents)
            return [_found(workspace, watch, sent[watch], addresses[watch], reports) for watch in sent]


def _listening() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0))


def _settings(settings: Settings, database: Path, addresses: Iterable[str]) -> Settings:
    """The settings in force, with these feeds alone and another database."""
    feeds = tuple(Feed.model_validate({"url": address, "proxy": "none"}) for address in addresses)
    return settings.model_copy(
        update={
            "feeds": feeds,
            "database": settings.database.model_copy(update={"path": database}),
            "poll": settings.poll.model_copy(update={"host_gap": timedelta(0)}),
        }
    )


def _found(
    workspace: Workspace, watch: str, sent: Sequence[SeedFile], address: str, reports: Mapping[str, Report]
) -> Flown:
    report = reports.get(address)
    if report is None or report.error is not None:
        why = report.message if report is not None else "it was not asked"
        return Flown(watch, len(sent), 0, f"the feed could not be read: {why}")
    rows = workspace.store.connection.execute(
        "SELECT s.title, m.verdict FROM sightings s LEFT JOIN matches m ON m.item_uid = s.item_uid AND m.watch = ?"
        " WHERE s.feed_url = ? GROUP BY s.guid",
        (watch, address),
    ).fetchall()
    found = sum(row["verdict"] == "likely" for row in rows)
    lost = [f'"{row["title"]}" was judged {row["verdict"] or "no"}' for row in rows if row["verdict"] != "likely"]
    if len(rows) < len(sent):
        lost.insert(0, f"{len(sent) - len(rows)} of {len(sent)} entries were not stored")
    return Flown(watch, len(sent), found, "; ".join(lost))


def _document(seeds: Sequence[SeedFile]) -> bytes:
    """A feed of articles that say what the seeds say, elsewhere and now."""
    now = format_datetime(utc_now())
    items = "".join(
        f"<item><title>{escape(seed.record.title)}</title><link>https://canary.example/{number}-of-{len(seeds)}</link>"
        f"<guid isPermaLink='false'>canary {number}</guid><pubDate>{now}</pubDate>"
        f"<description>{escape(seed.record.excerpt or '')}</description></item>"
        for number, seed in enumerate(seeds)
    )
    head = "<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>Canary</title>"
    return f"{head}{items}</channel></rss>".encode()


def _round(workspace: Workspace, listener: socket.socket, documents: Mapping[str, bytes]) -> dict[str, Report]:
    """Serve the documents, ask for them as for any feed, and store what they bring: address → what became of it."""
    written = workspace.sync_feeds()
    now = utc_now()
    with workspace.store.transaction() as connection:
        feeds = feed_state.claim_due(connection, stamp(now), stamp(now + timedelta(seconds=_CLAIM_S)), len(documents))
    settings = workspace.loaded.settings
    reports: dict[str, Report] = {}

    def note(report: Report) -> None:
        reports[report.feed_url] = report

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, ValueError):
            request = await reader.readuntil(b"\r\n\r\n")
            body = documents.get(request.split(b" ", 2)[1].decode("ascii", "replace"), b"")
            head = f"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: {len(body)}\r\n"
            writer.write(f"{head}Connection: close\r\n\r\n".encode() + body)
            await writer.drain()
        writer.close()

    with ThreadPoolExecutor(1, thread_name_prefix="store") as thread:
        recorder = Recorder(workspace.store, workspace.judge, pace(settings.poll), utc_now, default_chance)

        async def main() -> None:
            async with await asyncio.start_server(answer, sock=listener):
                polling = Polling(settings, recorder, thread, written, clock=utc_now, report=note, workers=1)
                await poll_once(polling, feeds)

        asyncio.run(main())
    return reports
