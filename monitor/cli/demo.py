"""`demo`: the whole product over a small web of invented feeds on this machine."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import structlog

from config.load import FILE_NAME
from db import queries
from monitor.browse.serve import CannotServe, listening
from monitor.cli.context import App
from monitor.cli.items import new
from monitor.cli.options import json_option
from monitor.cli.output import say
from monitor.cli.polling import ask_all, print_summary, run
from monitor.cli.streams import print_json
from monitor.demo.folder import write
from monitor.demo.outlets import last_second
from monitor.demo.server import HOST, DemoWeb
from monitor.demo.story import Story
from monitor.schedule.summary import Summary

_USUAL_PORT = 8001
_LATER_S = 60
"""With `--once`, how much of the story passes between the two rounds."""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False, metavar="[DIR]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port for the pages; else 8001, or any that is free.")
@click.option("--once", is_flag=True, help="Ask the feeds twice, print what was found, and stop.")
@json_option
@click.pass_context
def demo(ctx: click.Context, folder: Path | None, port: int | None, *, once: bool, as_json: bool) -> None:
    """Show everything at work, without the internet: on feeds of invented outlets, served on this machine.

    Polls, then keeps polling and serves the pages until Ctrl-C, while new articles appear. Settings, seeds and
    database are in a temporary folder, or in DIR, which is kept.

    \u0008
    Examples:
      seedwatch demo
      seedwatch demo my-demo --port 8080
    """
    if as_json and not once:
        raise click.UsageError("--json goes with --once.")
    # So that SIGTERM cleans up as Ctrl-C does, for which asyncio has a way that leaves nothing half done.
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    story, given = Story(running=not once), ctx.ensure_object(App)
    with _folder(folder) as place, DemoWeb(story) as web:
        settings = write(place, web.base, _pages_port(port))
        ctx.obj = app = App(settings, None, given.verbosity, given.log_format)
        say(f"{web.base}/ lists the feeds of invented outlets, and what each is here to show.", error=True)
        say(f"Settings, seeds and database: {place}{'' if folder else ' (removed at the end)'}", error=True)
        rounds = [ask_all(app)]
        if once:
            story.skip(_LATER_S)
            rounds.append(ask_all(app))
            _results(ctx, app, rounds, as_json=as_json)
        else:
            print_summary(app, rounds[0])
            _watch(ctx, app)


@contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    """The folder to work in: the one given, which must be new, or one that is removed afterwards."""
    if given is None:
        with tempfile.TemporaryDirectory(prefix="seedwatch-demo-", ignore_cleanup_errors=True) as made:
            yield Path(made)
    elif (given / FILE_NAME).exists():
        raise click.UsageError(f"{given / FILE_NAME} is there already; name a new folder.")
    else:
        given.mkdir(parents=True, exist_ok=True)
        yield given.absolute()


def _pages_port(wanted: int | None) -> int:
    """A free port for the pages."""
    try:
        with listening(HOST, _USUAL_PORT if wanted is None else wanted) as listener:
            return int(listener.getsockname()[1])
    except CannotServe as error:
        if wanted is None:
            return _pages_port(0)
        raise click.ClickException(str(error)) from error


def _results(ctx: click.Context, app: App, rounds: list[Summary], *, as_json: bool) -> None:
    if as_json:
        with app.reading() as connection:
            found = list(queries.new_items(connection, None, None))
        print_json({"rounds": [summary.as_json() for summary in rounds], "new": found})
        return
    for number, summary in enumerate(rounds, 1):
        say(f"Round {number}")
        print_summary(app, summary)
        say()
    ctx.invoke(new)


def _watch(ctx: click.Context, app: App) -> None:
    """The daemon and the pages, until Ctrl-C."""
    if app.verbosity <= 0:
        structlog.configure(processors=[_OnlyNews(), *structlog.get_config()["processors"]])
    minutes = round(last_second() / 60)
    say(f"\nFor {minutes} minutes, a new article appears every fifteen seconds. Ctrl-C stops everything.", error=True)
    say(f"In another terminal: {_command()} --config {shlex.quote(str(app.config_path))} new", error=True)
    ctx.invoke(run, browse=True)


def _command() -> str:
    """How to start the program from a terminal: by its name where that is found, else as this one was started."""
    if shutil.which("seedwatch"):
        return "seedwatch"
    started = Path(sys.argv[0]).absolute()
    if started.name == "__main__.py" or not os.access(started, os.X_OK):
        return shlex.join([sys.executable, "-m", "monitor"])
    return shlex.quote(str(started))


class _OnlyNews:
    """A step of logging that drops what nobody needs to read twice: feeds with nothing new, failures told before."""

    def __init__(self) -> None:
        self._told: set[tuple[str, str]] = set()

    def __call__(self, _logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """The event, or none."""
        if event["event"] == "feed asked" and not event.get("new"):
            raise structlog.DropEvent
        if event["event"] == "feed failed":
            failure = (event["feed"], event["error"])
            if failure in self._told:
                raise structlog.DropEvent
            self._told.add(failure)
        return event
