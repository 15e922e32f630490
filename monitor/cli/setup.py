"""`init`: a folder to start from."""

from __future__ import annotations

import os
from pathlib import Path

import click

from config.load import FILE_NAME
from config.starter import starter_text
from monitor.cli.options import json_option
from monitor.cli.output import plain, say
from monitor.cli.streams import print_json
from seeds.shipped import corpus


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=".", metavar="[DIR]")
@click.option("--example", is_flag=True, help="Fill seeds/ with the five shipped seed documents.")
@json_option
def init(folder: Path, *, example: bool, as_json: bool) -> None:
    """Write a commented seedwatch.toml, with the built-in feeds in it, and an empty seeds/ folder; nothing is overwritten.

    The feeds are real: `poll` asks all of them. Delete those that you do not want from the file.

    \u0008
    Example:
      seedwatch init my-monitor --example
    """
    seeds = folder / "seeds"
    _make(seeds)
    # An address in the settings may hold a secret; the seeds are ordinary documents, but never for others to change.
    done = {folder / FILE_NAME: _written(folder / FILE_NAME, starter_text().encode(), 0o600)}
    for name, raw in corpus() if example else ():
        done[seeds / name] = _written(seeds / name, raw, 0o644)
    if as_json:
        print_json(
            {
                "folder": str(folder),
                "written": [str(path) for path, new in done.items() if new],
                "there_already": [str(path) for path, new in done.items() if not new],
            }
        )
        return
    for path, new in done.items():
        say(plain(f"wrote {path}" if new else f"{path} is there already; left as it is"))
    say(plain(f"Next: look through {folder / FILE_NAME}, put articles you know into {seeds}, then `seedwatch poll`."))


def _make(folder: Path) -> None:
    """Make a folder and those it is in, none of them for others to change, whatever the umask says."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    for place in reversed(missing):
        place.mkdir(mode=0o755, exist_ok=True)
    folder.mkdir(exist_ok=True)  # says what is there instead, when that is no folder


def _written(path: Path, content: bytes, mode: int) -> bool:
    """Write a file that is not there yet; False when it is."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
    except FileExistsError:
        return False
    return True
