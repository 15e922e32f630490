"""What every command shares: the settings in force, the database, and how to speak."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from config.load import Loaded, load
from db.connection import inspect, open_reader
from db.lock import daemon_runs
from db.store import Store
from monitor.cli.output import plain, say
from monitor.pipeline.rekeying import Rekeyed
from monitor.pipeline.workspace import Workspace


@dataclass
class App:
    """The options given before the command, and what follows from them."""

    config_path: Path | None = None
    db_path: Path | None = None
    verbosity: int = 0
    log_format: str = "text"
    told: bool = False
    """Whether somebody else says what the settings warn of."""

    @cached_property
    def loaded(self) -> Loaded:
        """The settings in force.

        Raises:
            ConfigError: they do not hold.
        """
        loaded = self.reload()
        for warning in () if self.told else loaded.warnings:
            say(plain(f"warning: {warning}"), error=True)
        return loaded

    def reload(self) -> Loaded:
        """The settings as they are now."""
        return load(self.config_path, environ=os.environ, cwd=Path.cwd())

    @property
    def database(self) -> Path:
        """The database in force."""
        return (self.db_path or self.loaded.settings.database.path).absolute()

    @cached_property
    def zone(self) -> ZoneInfo | None:
        """The zone times are shown in; None is the machine's own."""
        return zone_of(self.loaded)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that only reads; an empty database is made when there is none yet.

        Raises:
            StoreError: the database cannot be used.
        """
        if inspect(self.database) != "ours":
            Store(self.database).close()
        connection = open_reader(self.database)
        try:
            yield connection
        finally:
            connection.close()

    @contextmanager
    def workspace(self, *, seeds: bool = True, stories: bool = True) -> Iterator[Workspace]:
        """Settings, seeds, decisions and database, to write with; with the seeds as they are now, or as last stored.

        What it brought is put into stories in the end, unless `stories` says that somebody does so all the time.

        Raises:
            StoreError: the database cannot be used.
        """
        workspace = Workspace(self.loaded, self.database)
        try:
            if seeds:
                workspace.sync_seeds()
                for problem in workspace.seeds.problems:
                    say(plain(f"seed not used: {problem}"), error=True)
                for warning in workspace.seeds.warnings:
                    say(plain(f"warning: {warning}"), error=True)
            else:
                workspace.recall_seeds()
            replayed = workspace.sync_decisions()
            for problem in replayed.problems:
                say(plain(f"decision not used: {problem}"), error=True)
            if replayed.added:
                several = "s" if replayed.added > 1 else ""
                say(plain(f"{replayed.added} decision{several} taken up from {workspace.journal}."), error=True)
            # A daemon does it by itself, in the background.
            if seeds and stories and workspace.keyed_otherwise() and not daemon_runs(workspace.path):
                _rekey(workspace)
            yield workspace
            while stories and workspace.tell_stories():
                pass
        finally:
            workspace.close()


def _rekey(workspace: Workspace) -> None:
    done = Rekeyed()
    for _ in workspace.rekey(done):
        pass
    if done.articles:
        became = f"{done.joined} became one with another, {done.parted} came off another"
        say(f"Mirrors or the rules for addresses changed: {done.articles} items looked at, {became}.", error=True)


def zone_of(loaded: Loaded) -> ZoneInfo | None:
    """The zone in which these settings have times shown; None is the machine's own."""
    name = loaded.settings.browse.timezone
    return ZoneInfo(name) if name else None


pass_app = click.make_pass_decorator(App)
"""Gives a command the `App` as its first argument."""
