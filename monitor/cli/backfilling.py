"""`backfill`: bring in the past."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from monitor.backfill.files import Files, worth_reading
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
    """Read saved feeds: files, folders, zip and tar archives, web archives (WARC, ARC), JSON Lines of records.

    Nothing is unpacked onto the disk. Of web archives, feeds and the pages of articles are read. A record has the keys of a
    seed document, as `seedwatch export --format jsonl` writes it.

    \u0008
    Examples:
      seedwatch backfill files archive/ feeds-2019.zip
      seedwatch backfill files CC-NEWS-20210101000000-00001.warc.gz --since 2021-01-01
    """
    bring(app, lambda workspace: Files(paths, worth_reading(workspace)), Options(**options))
