"""`run` and `poll`."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from datetime import timedelta
from typing import Self

import click

from config.feeds import Written
from config.model import Feed as Configured
from db import feed_state, pages
from db.lock import round_lock
from db.rows import Feed
from monitor.cli import output
from monitor.cli.context import App, pass_app
from monitor.cli.feeds import one, rows_of
from monitor.cli.streams import print_json
from monitor.clock import stamp, utc_now
from monitor.pipeline.rescoring import Moved
from monitor.pipeline.workspace import Workspace
from monitor.schedule.desk import PageReport
from monitor.schedule.due import CLAIM_S, within_budget
from monitor.schedule.online import online
from monitor.schedule.reading import read_due
from monitor.schedule.recorder import Recorder, Report, default_chance
from monitor.schedule.rounds import Polling, pace, poll_once
from monitor.schedule.summary import Summary

NO_NETWORK = (
    "No network: none of the configured feeds has an address just now. `make demo` shows seedwatch without one."
)


@click.command()
@click.option("--browse", is_flag=True, help="Serve the pages in the browser as well.")
@pass_app
def run(app: App, *, browse: bool) -> None:
    """Poll feeds when they are due, until SIGTERM or Ctrl-C, and send notices to the targets of the settings.

    \u0008
    Example:
      seedwatch run --browse
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        # Until the daemon takes over: a stop asked for while it starts is a clean stop as well.
        signal.signal(number, lambda *_: sys.exit(0))
    from monitor.backfill.filling import Filler  # noqa: PLC0415  none of these is any use to a single round
    from monitor.deliver.herald import Herald  # noqa: PLC0415
    from monitor.schedule.daemon import Daemon  # noqa: PLC0415

    with app.workspace(stories=False) as workspace, ExitStack() as stack:
        if browse:
            stack.enter_context(_browser(app))
        asyncio.run(Daemon(workspace, app.reload, herald=Herald(utc_now), filler=Filler(utc_now)).run())


@click.command()
@click.argument("feeds", nargs=-1, metavar="[FEED]...")
@click.option("--all", "every", is_flag=True, help="Ask all feeds, due or not.")
@click.option("--no-read", is_flag=True, help="Read no pages of related articles afterwards.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@pass_app
def poll(app: App, feeds: Sequence[str], *, every: bool, no_read: bool, as_json: bool) -> None:
    """Ask feeds once, now: those that are due, the ones named, or all.

    FEED is the address or the name of a configured feed. Then the pages of related articles are read, for a minute at
    most; what is left waits for the next round.

    \u0008
    Examples:
      seedwatch poll
      seedwatch poll --all
      seedwatch poll https://example.org/feed.xml
    """
    with app.workspace() as workspace, round_lock(workspace.path) as alone:
        written = workspace.sync_feeds()
        if not written.feeds:
            raise click.ClickException("no feeds are configured; add one with `seedwatch feeds add URL`")
        if alone:
            _forget_claims(workspace)
        if workspace.stale():
            _judge_again(workspace)
        chosen = _choose(workspace, [one(app.loaded, rows_of(app), name) for name in feeds], every=every)
        if not chosen and (no_read or not workspace.loaded.settings.read.enabled):
            _nothing_due(app, workspace, as_json=as_json)
            return
        if not asyncio.run(online(app.loaded.settings)):
            if not chosen:
                _nothing_due(app, workspace, as_json=as_json)
                return
            output.say(NO_NETWORK, error=True)
            with workspace.store.transaction() as connection:
                feed_state.release_claims(connection, [feed.source.id for feed in chosen])
            raise click.exceptions.Exit(1)
        summary = _ask(workspace, chosen, written, read=not no_read, quiet=app.verbosity < 0)
        if not chosen and not summary.pages:
            _nothing_due(app, workspace, as_json=as_json)
            return
        print_summary(app, summary, as_json=as_json)


def ask_all(app: App) -> Summary:
    """Ask every feed of the settings once, now, showing progress."""
    with app.workspace() as workspace:
        written = workspace.sync_feeds()
        return _ask(workspace, _choose(workspace, (), every=True), written)


def _ask(
    workspace: Workspace, chosen: list[Feed], written: Written, *, read: bool = False, quiet: bool = False
) -> Summary:
    summary = Summary()
    with _Progress(len(chosen), summary, quiet=quiet) as progress:
        _round(workspace, chosen, written, progress, read=read)
    return summary


def _choose(workspace: Workspace, named: Sequence[Configured], *, every: bool) -> list[Feed]:
    """The feeds to ask, claimed so that a daemon beside does not ask them as well."""
    now = utc_now()
    until = stamp(now + timedelta(seconds=CLAIM_S))
    with workspace.store.transaction() as connection:
        if not named and not every:
            due = feed_state.claim_due(connection, stamp(now), until, 1_000_000)
            return within_budget(connection, due, workspace.loaded.settings.poll, now)
        stored = feed_state.feeds(connection)
        addresses = {feed.public_url for feed in named}
        wanted = stored if every else [feed for feed in stored if feed.source.address in addresses]
        return [
            feed
            for start in range(0, len(wanted), 500)
            for feed in feed_state.claim(
                connection, [f.source.id for f in wanted[start : start + 500]], stamp(now), until
            )
        ]


def _round(workspace: Workspace, feeds: list[Feed], written: Written, progress: _Progress, *, read: bool) -> None:
    settings = workspace.loaded.settings
    with ThreadPoolExecutor(1, thread_name_prefix="store") as thread:
        recorder = Recorder(workspace.store, workspace.judge, pace(settings.poll), utc_now, default_chance)

        async def main() -> None:
            polling = Polling(
                settings, recorder, thread, written, clock=utc_now, report=progress.step, workers=max(1, len(feeds))
            )
            await poll_once(polling, feeds)
            if read:
                await read_due(workspace, thread, polling.queue, progress.page)

        try:
            asyncio.run(main())
        except asyncio.CancelledError:
            # asyncio's own word for Ctrl-C, when it comes while a task group waits.
            raise KeyboardInterrupt from None
        finally:
            thread.submit(_release, workspace, [feed.source.id for feed in feeds]).result()


def _release(workspace: Workspace, source_ids: list[int]) -> None:
    with workspace.store.transaction() as connection:
        feed_state.release_claims(connection, source_ids)


def _forget_claims(workspace: Workspace) -> None:
    """Free the feeds that a daemon or a round was asking when it was killed."""
    with workspace.store.transaction() as connection:
        feed_state.forget_claims(connection)
        pages.forget_claims(connection, stamp(utc_now()))


def _judge_again(workspace: Workspace) -> None:
    moved = Moved()
    for _ in workspace.catch_up(moved):
        pass
    if moved.changes:
        output.say(f"Seeds or thresholds changed: {len(moved.changes)} items moved.", error=True)


def _nothing_due(app: App, workspace: Workspace, *, as_json: bool) -> None:
    if as_json:
        print_json(Summary().as_json())
        return
    due = feed_state.next_due(workspace.store.connection)
    output.say(f"No feed is due before {output.local(due, app.zone)}; `seedwatch poll --all` asks them all now.")


class _Progress:
    """Adds reports up, and shows them: a bar on a terminal, a plain line per feed elsewhere."""

    def __init__(self, total: int, summary: Summary, *, quiet: bool = False) -> None:
        self._summary = summary
        self._quiet = quiet
        on_terminal = sys.stderr.isatty() and not quiet and output.says_it_in_lines()
        self._bar = (
            click.progressbar(length=total, label="Asking feeds", file=sys.stderr) if on_terminal and total else None
        )

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        if self._bar is not None:
            self._bar.__exit__(None, None, None)

    def step(self, report: Report) -> None:
        """Count one feed."""
        self._summary.add(report)
        if self._bar is not None:
            self._bar.update(1)
        elif not self._quiet:
            output.say(f"{output.plain(report.feed_url)}: {output.plain(report.words)}", error=True)

    def page(self, report: PageReport) -> None:
        """Count one page."""
        self._summary.pages.append(report)
        if self._bar is None and not self._quiet:
            output.say(f"{output.plain(report.url)}: {output.plain(report.words)}", error=True)


def print_summary(app: App, summary: Summary, *, as_json: bool = False) -> None:
    """Print what a round brought."""
    if as_json:
        print_json(summary.as_json())
        return
    for line in summary.lines(app.zone):
        output.say(output.plain(line))


def _browser(app: App) -> AbstractContextManager[object]:
    """The pages, served from a process of their own, which ends with this one."""
    from monitor.browse.keeper import Keeper  # noqa: PLC0415  as above
    from monitor.browse.serve import refusal  # noqa: PLC0415

    command = [sys.executable, "-P", "-m", "monitor", "--db", str(app.database), "--log-format", app.log_format]
    if app.config_path is not None:
        command += ["--config", str(app.config_path)]
    browse = app.loaded.settings.browse
    if refused := refusal(browse.host, closed=bool(browse.password), edit=browse.edit):
        raise click.UsageError(refused)
    output.say(f"Pages: http://{browse.host}:{browse.port}/", error=True)
    return Keeper([*command, "browse", "--with-parent"])
