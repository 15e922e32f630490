"""`backfill`: bring in the past."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from monitor.backfill.files import FileReport, documents
from monitor.backfill.files import backfill as backfill_files
from monitor.cli import output
from monitor.cli.context import App, pass_app
from monitor.cli.streams import print_json
from monitor.pipeline.workspace import Workspace


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

    \u0008
    Example:
      seedwatch backfill files archive/
    """


@backfill.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Read everything and store nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@pass_app
def files(app: App, paths: Sequence[Path], *, dry_run: bool, as_json: bool) -> None:
    """Read saved feed documents: files, or folders with them.

    Stopped at any moment, the same command goes on where it was; a second run finds nothing new.

    \u0008
    Example:
      seedwatch backfill files archive/
    """
    with app.workspace(stories=not dry_run) as workspace:
        reports = asyncio.run(_run(workspace, paths, dry_run=dry_run))
    failed = [r for r in reports if r.error]
    if as_json:
        print_json(
            {
                "files": len(reports),
                "entries": sum(r.entries for r in reports),
                "new": sum(r.new for r in reports),
                "known_files": sum(r.known for r in reports),
                "failed": [{"path": str(r.path), "message": r.error} for r in failed],
                "dry_run": dry_run,
            }
        )
        return
    for report in failed:
        output.say(f"  not read: {output.plain(report.path)}: {output.plain(report.error)}", error=True)
    output.say(
        f"{_count(len(reports), 'file')}: {_count(sum(r.entries for r in reports), 'entry', 'entries')},"
        f" {_count(sum(r.new for r in reports), 'new item')}; known before: {sum(r.known for r in reports)},"
        f" no feeds: {len(failed)}."
    )


def _count(number: int, one: str, several: str = "") -> str:
    return f"{number} {one if number == 1 else several or f'{one}s'}"


async def _run(workspace: Workspace, paths: Sequence[Path], *, dry_run: bool) -> list[FileReport]:
    reports = []
    total = sum(1 for _ in documents(paths)) if sys.stderr.isatty() else 0
    bar = click.progressbar(length=total, label="Reading files", file=sys.stderr) if total else None
    async for report in backfill_files(workspace, paths, dry_run=dry_run):
        reports.append(report)
        if bar is not None:
            bar.update(1)
    if bar is not None:
        bar.render_finish()
    return reports
