"""`backfill`: bring in the past."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from monitor.backfill.files import Files
from monitor.cli.context import App, pass_app
from monitor.cli.history import Options, bring, history_options


class _Kinds(click.Group):
    """Kinds of history; of one that is not there, those that are."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the kind."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            there = ", ".join(self.list_commands(ctx))
            raise click.UsageError(f"{args[0]!a} is no kind of history; there are: {there}.", ctx) from error


@click.group(cls=_Kinds)
def backfill() -> None:
    """Bring in the past: the same way as live feeds, resumable, and never announced as news.

    Stopped at any moment, the same command goes on where it was; a second run finds nothing new.

    \u0008
    Example:
      seedwatch backfill files archive/
    """


@backfill.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@history_options
@pass_app
def files(app: App, /, paths: Sequence[Path], **options: Any) -> None:
    """Read saved feed documents: files, or folders with them.

    \u0008
    Example:
      seedwatch backfill files archive/
    """
    bring(app, lambda _: Files(paths), Options(**options))
