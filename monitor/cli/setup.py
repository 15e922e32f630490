"""`init`: a folder to start from."""

from __future__ import annotations

import os
from pathlib import Path

import click

from config.load import FILE_NAME
from config.starter import starter_text
from monitor.cli import output
from seeds.shipped import corpus


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=".", metavar="[DIR]")
@click.option("--example", is_flag=True, help="Fill seeds/ with the five shipped seed documents.")
def init(folder: Path, *, example: bool) -> None:
    """Write a commented seedwatch.toml and an empty seeds/ folder; nothing is overwritten.

    \u0008
    Example:
      seedwatch init my-monitor --example
    """
    seeds = folder / "seeds"
    seeds.mkdir(parents=True, exist_ok=True)
    files = [(folder / FILE_NAME, starter_text().encode())]
    if example:
        files += [(seeds / name, raw) for name, raw in corpus()]
    for path, content in files:
        _write_new(path, content)
    output.say(f"Next: look through {folder / FILE_NAME}, put articles you know into {seeds}, then `seedwatch poll`.")


def _write_new(path: Path, content: bytes) -> None:
    try:
        # For its owner alone: people do write secrets into settings.
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
    except FileExistsError:
        output.say(f"{path} is there already; left as it is")
    else:
        output.say(f"wrote {path}")
