"""What all kinds of backfill share: their options, what is said before, while and after, and how they end."""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self, TypeVar

import click

from db.connection import inspect
from db.lock import history_lock
from db.maintenance import backup
from monitor.backfill.carrier import Wish, carry
from monitor.backfill.summary import Stored, Summary
from monitor.backfill.types import Bounds, Source
from monitor.cli import output
from monitor.cli.context import App
from monitor.cli.options import json_option, moment
from monitor.cli.streams import print_json
from monitor.clock import stamp, utc_now
from monitor.pipeline.workspace import Workspace

Command = TypeVar("Command", bound=Callable[..., Any])
_RATE = re.compile(r"(\d+(?:\.\d+)?)\s*/\s*(s|m|h)")
_PER_MINUTE = {"s": 60.0, "m": 1.0, "h": 1 / 60}
_INTERRUPTED = "Interrupted. What came until now is stored; the same command goes on from there."
_FEW = 10
_LINE_S = 10.0
"""Between two lines of progress where there is no terminal."""


@dataclass(frozen=True, slots=True)
class Options:
    """The values of `history_options`, as they were given."""

    since: str | None
    until: str | None
    limit: int | None
    rate: str | None
    dry_run: bool
    as_json: bool


def history_options(command: Command) -> Command:
    """Give a kind of backfill the options that all have; it takes them as `Options(**options)`."""
    for option in reversed(
        (
            click.option(
                "--since", metavar="TIME", help="Only entries from then on: 2021-03-01, 2021-03-01T14:00, or 90d (ago)."
            ),
            click.option("--until", metavar="TIME", help="Only up to then; a day counts whole."),
            click.option(
                "--limit",
                type=click.IntRange(min=1),
                metavar="N",
                help="Stop after the document with which N entries were seen; the same command goes on there.",
            ),
            click.option(
                "--rate",
                metavar="N/UNIT",
                help="At most so many requests to one domain: 20/m, 1/s, 300/h. Only slows down.",
            ),
            click.option("--dry-run", is_flag=True, help="Ask and read, count what would come, and store nothing."),
            json_option,
        )
    ):
        command = option(command)
    return command


def bring(app: App, make: Callable[[Workspace], Source], options: Options, *, named: Collection[str] = ()) -> None:
    """Run a backfill and say what it brought; `named` are addresses that the user named, which may be private.

    Raises:
        click.UsageError: the options cannot be read.
        click.exceptions.Exit: it could not go on.
    """
    bounds = _bounds(app, options)
    wish = Wish(bounds, options.limit, _rate(options.rate), rehearsal=options.dry_run)
    with _place(app, rehearsal=options.dry_run) as place, place.workspace(stories=not options.dry_run) as workspace:
        source = make(workspace)
        told = source.tells()
        with history_lock(app.database) if told else nullcontext(), _Progress(quiet=app.verbosity < 0) as progress:
            for sentence in told:
                output.say(output.plain(sentence), error=True)
            if not told:
                progress.say("Nobody is asked, so nobody learns of it.")
            try:
                summary = asyncio.run(carry(workspace, _Asked(source, options), wish, progress, named=named))
            except asyncio.CancelledError:
                # asyncio's own word for Ctrl-C, when it comes while tasks are waited for.
                progress.say(_INTERRUPTED)
                raise KeyboardInterrupt from None
            except KeyboardInterrupt:
                progress.say(_INTERRUPTED)
                raise
    _print(app, summary, as_json=options.as_json)
    if summary.stalled is not None or summary.came_to_nothing:
        raise click.exceptions.Exit(1)


class _Asked:
    """A source with the options that make another backfill of it, in the name of its cursor."""

    def __init__(self, source: Source, options: Options) -> None:
        self._source = source
        self.kind = source.kind
        given = [("since", options.since), ("until", options.until)]
        self.what = " ".join([source.what, *(f"--{name} {value}" for name, value in given if value)])
        self.tells = source.tells
        self.steps = source.steps


def _bounds(app: App, options: Options) -> Bounds:
    bounds = Bounds(
        moment(app, "--since", options.since),
        moment(app, "--until", options.until, end=True),
    )
    if bounds.since and bounds.since > stamp(utc_now()):
        raise click.BadParameter(f"{options.since!a} is still to come; there is no history of it", param_hint="--since")
    if bounds.since and bounds.until and bounds.since >= bounds.until:
        raise click.BadParameter(f"{options.until!a} is not after --since {options.since!a}", param_hint="--until")
    return bounds


def _rate(written: str | None) -> float | None:
    """Requests a minute."""
    if written is None:
        return None
    found = _RATE.fullmatch(written.strip().lower())
    if found is None or not float(found[1]):
        raise click.BadParameter(
            f"{written!a}: expected a number of requests such as 20/m, 1/s or 300/h", param_hint="--rate"
        )
    return float(found[1]) * _PER_MINUTE[found[2]]


@contextmanager
def _place(app: App, *, rehearsal: bool) -> Iterator[App]:
    """The database to work on: for a rehearsal a copy, which is thrown away, so that what is counted is exact."""
    if not rehearsal:
        yield app
        return
    with tempfile.TemporaryDirectory(prefix="seedwatch-") as folder:
        copy = Path(folder) / "rehearsal.db"
        if inspect(app.database) in {"ours", "older"}:
            backup(app.database, copy)
        _ = app.loaded  # its warnings are said once
        yield replace(app, db_path=copy, told=True)


class _Progress:
    """Shows how far it is: one line that changes on a terminal, a line now and then elsewhere."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._live = sys.stderr.isatty() and not quiet and output.says_it_in_lines()
        self._began = self._shown = time.monotonic()
        self._first: float | None = None
        self._seen = self._new = self._steps = self._passed = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self._live and self._steps:
            click.echo("\r\x1b[K", nl=False, err=True)

    def step(self, stored: Stored) -> None:
        """Count a step."""
        self._steps += 1
        self._seen += stored.seen
        self._new += stored.new
        self._passed += stored.passed
        now = time.monotonic()
        self._first = stored.exactly if self._first is None else self._first
        if self._quiet or now - self._shown < (0.2 if self._live else _LINE_S):
            return
        self._shown = now
        line = output.plain(self._line(stored, now - self._began))
        if self._live:
            click.echo(f"\r\x1b[K{line[:110]}", nl=False, err=True)
        else:
            output.say(line, error=True)

    def say(self, text: str) -> None:
        """Say something on a line of its own."""
        if self._quiet:
            return
        if self._live:
            click.echo("\r\x1b[K", nl=False, err=True)
        output.say(output.plain(text), error=True)

    def _line(self, stored: Stored, seconds: float) -> str:
        rate = f"{self._seen / seconds:,.0f} entries a second" if seconds > 1 and self._seen else ""
        left = ""
        if stored.done is not None and stored.exactly is not None and stored.total:
            done, rest = stored.exactly - (self._first or 0), stored.total - stored.exactly
            ahead = seconds * rest / done if done > 0 and rest > 0 else None
            left = f"{stored.done:,} of {stored.total:,}" + (f", {_span(ahead)} left" if ahead is not None else "")
        passed = f"{self._passed:,} passed over" if self._passed else ""
        parts = [left, f"{self._seen:,} seen, {self._new:,} new", passed, rate, stored.label]
        return " · ".join(filter(None, parts))


def _span(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def _print(app: App, summary: Summary, *, as_json: bool) -> None:
    if as_json:
        print_json(summary.as_json())
    else:
        for line in _lines(app, summary):
            output.say(output.plain(line))
    if summary.stalled is not None:
        output.say(output.plain(f"error: it stopped before its end: {summary.stalled}"), error=True)


def _lines(app: App, summary: Summary) -> Iterator[str]:
    for failed in summary.failed[:_FEW]:
        yield f"  not read: {failed.what}: {failed.message}"
    if summary.failures > _FEW:
        yield f"  and {summary.failures - _FEW:,} more; --json has them"
    for cut in summary.partly[:_FEW]:
        yield f"  read in part: {cut.what}: {cut.message}"
    if summary.cut_off > _FEW:
        yield f"  and {summary.cut_off - _FEW:,} more in part; --json has them"
    would = " It was a rehearsal: nothing is stored." if summary.rehearsal else ""
    related = f": {summary.likely:,} likely related, {summary.maybe:,} maybe" if summary.likely or summary.maybe else ""
    yield (
        f"{_count(summary.seen, 'entry', 'entries')} seen, {summary.new:,} new{related}; {summary.known:,} known,"
        f" {summary.failures:,} failed.{would}"
    )
    if summary.oldest and summary.newest:
        yield f"They are from {output.local(summary.oldest, app.zone)} to {output.local(summary.newest, app.zone)}."
    if summary.outside:
        yield f"{_count(summary.outside, 'entry', 'entries')} out of the bounds, left out."
    if summary.covered:
        yield f"{_count(summary.covered, 'document')} read before, not read again."
    yield from summary.notes
    if summary.limited:
        yield "It stopped at --limit; the same command goes on from there."


def _count(number: int, one: str, several: str = "") -> str:
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"
