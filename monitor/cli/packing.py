"""Moving and sharing a whole investigation: `pack`, `unpack`."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from config.load import load, missing_secrets
from monitor.cli.context import App, pass_app
from monitor.cli.options import json_option
from monitor.cli.output import local, plain, say
from monitor.cli.streams import print_json
from monitor.clock import stamp, utc_now
from monitor.deliver.packfile import Manifest, PackError
from monitor.deliver.packing import pack as make_pack
from monitor.deliver.unpacking import unpack as take_apart


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--no-database", is_flag=True, help="Leave the database out: what is polled again comes back with decisions."
)
@click.option(
    "--no-captures", is_flag=True, help="Leave out the captures of pages ([read] capture), which may be large."
)
@click.option("--overwrite", is_flag=True, help="Write over FILE when it is there.")
@json_option
@pass_app
def pack(app: App, file: Path, *, no_database: bool, no_captures: bool, overwrite: bool, as_json: bool) -> None:
    """Write settings, seeds, decisions, database and captures into one file, to move or share; a daemon may run meanwhile.

    Secrets that the settings take from the environment (${NAME}) are not in it. Paths that lead out of the folder of
    the settings are changed, which is said. Without the database, it still says which articles people were told of, so
    that nobody is told again. FILE is a path as it is: - and * mean themselves.

    \u0008
    Examples:
      seedwatch pack investigation.zip
      seedwatch pack seeds-and-settings.zip --no-database
    """
    now = stamp(utc_now())
    try:
        manifest = make_pack(
            app.loaded,
            app.database,
            file.absolute(),
            now,
            with_database=not no_database,
            with_captures=not no_captures,
            overwrite=overwrite,
        )
    except PackError as error:
        raise _failed(error) from None
    size = file.stat().st_size
    if as_json:
        print_json({"path": str(file), "bytes": size, **_as_json(manifest)})
        return
    say(f"{_contents(manifest)} packed into {plain(file)} ({size:,} bytes).")
    _say_notes(manifest)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), required=False)
@click.option("--overwrite", is_flag=True, help="Write over what is there already.")
@json_option
@pass_app
def unpack(app: App, file: Path, folder: Path | None, *, overwrite: bool, as_json: bool) -> None:
    """Take a pack apart into FOLDER, else the folder of --config, else the current one; nothing is written over.

    All of it is checked first: names, lengths, SHA-256, the settings, the database. With --config and --db, settings
    and database go there.

    \u0008
    Examples:
      seedwatch unpack investigation.zip
      seedwatch unpack investigation.zip ~/moscow
    """
    settings = app.config_path.absolute() if app.config_path and folder is None else None
    to = (folder or (settings.parent if settings else Path())).absolute()
    database = app.db_path.absolute() if app.db_path else None
    try:
        done = take_apart(file.absolute(), to, overwrite=overwrite, settings=settings, database=database)
    except PackError as error:
        raise _failed(error) from None
    if as_json:
        paths = {"settings": done.settings, "database": done.database}
        named = {key: str(path) if path else None for key, path in paths.items()}
        print_json({"folder": str(to), **_as_json(done.manifest), **named})
        return
    say(f"{_contents(done.manifest)} unpacked into {plain(to)}; packed at {local(done.manifest.made_at, app.zone)}.")
    _say_notes(done.manifest)
    if done.settings is not None:
        for missing in missing_secrets(load(done.settings, environ=os.environ, cwd=to), os.environ):
            say(f"  still to do: {plain(missing)}")


def _as_json(manifest: Manifest) -> dict[str, Any]:
    return {**asdict(manifest), "told": len(manifest.told)}


def _contents(manifest: Manifest) -> str:
    parts = ["the settings"] if manifest.settings else []
    documents = sum(file.path.lower().endswith((".md", ".txt")) for file in manifest.files)
    captures = sum(file.path.startswith(f"{manifest.captures}/") for file in manifest.files)
    parts.append(f"{documents} document{'' if documents == 1 else 's'}")
    parts += ["decisions"] if manifest.journal else []
    parts += ["the database"] if manifest.database else []
    parts += [f"{captures} file{'' if captures == 1 else 's'} of captures"] if captures else []
    return ", ".join(parts)[:1].upper() + ", ".join(parts)[1:]


def _say_notes(manifest: Manifest) -> None:
    for note in manifest.notes:
        say(f"  note: {plain(note)}", error=True)


def _failed(error: PackError) -> click.ClickException:
    return click.ClickException(plain(error))
