"""`rescore`: judge everything stored again."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator

import click

from monitor.cli import output
from monitor.cli.context import App, pass_app
from monitor.cli.streams import print_json
from monitor.pipeline.rescoring import Moved, preview


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@pass_app
def rescore(app: App, *, dry_run: bool, as_json: bool) -> None:
    """Judge everything stored again by the seeds and settings as they are now.

    \u0008
    Example:
      seedwatch rescore --dry-run
    """
    moved = Moved()
    with app.workspace(stories=not dry_run) as workspace:
        total = int(
            workspace.store.connection.execute("SELECT count(*) FROM article WHERE origin != 'seed'").fetchone()[0]
        )
        steps = preview(workspace.store.connection, workspace.judge, moved) if dry_run else workspace.rescore(moved)
        _follow(steps, total)
    if as_json:
        print_json({"judged": moved.judged, "dry_run": dry_run, "moved": moved.changes})
        return
    would = "would move" if dry_run else "moved"
    output.say(f"{moved.judged} items judged; {len(moved.changes)} {would}.")
    for (was, now), count in sorted(Counter((c["was"], c["is"]) for c in moved.changes).items()):
        output.say(f"  {was} → {now}: {count}")
    rows = [(c["uid"], c["was"], c["is"], f"{c['relevance']:.2f}", c["title"]) for c in moved.changes[:50]]
    output.table(rows, ("UID", "WAS", "IS", "SCORE", "TITLE"))


def _follow(steps: Iterator[int], total: int) -> None:
    """Show how far it is: a bar on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        for _ in steps:
            pass
        return
    with click.progressbar(length=total, label="Judging", file=sys.stderr) as bar:
        done = 0
        for count in steps:
            bar.update(count - done)
            done = count
