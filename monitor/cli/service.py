"""`service`: let systemd run the daemon."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from monitor.cli.context import App, pass_app
from monitor.cli.options import json_option
from monitor.cli.output import say
from monitor.cli.streams import print_json
from monitor.deliver.export import write_lines
from monitor.deliver.service import Kind, in_a_home, next_steps, place, unit


@click.command()
@click.option("--user", "kind", flag_value="user", default="user", help="For your own services (this is the default).")
@click.option("--system", "kind", flag_value="system", help="For the services of this machine; /var/lib/seedwatch.")
@click.option("--install", is_flag=True, help="Write it where systemd looks for it, and say what is left to do.")
@click.option("--force", is_flag=True, help="With --install: replace a unit that was changed.")
@json_option
@pass_app
def service(app: App, kind: Kind, *, install: bool, force: bool, as_json: bool) -> None:
    """Print the unit by which systemd runs the daemon: ready when it polls, watched, restarted, and confined.

    A service of yours works in the current folder, or by --config. One of the machine works in /var/lib/seedwatch, as a
    user of its own. docs/operation.md says more.

    \u0008
    Examples:
      seedwatch service --user --install
      seedwatch service --system | sudo tee /etc/systemd/system/seedwatch.service
    """
    settings = app.loaded.path.absolute() if app.config_path is not None and app.loaded.path else None
    reads = [Path(sys.executable), Path(sys.executable).resolve(), Path(sys.base_prefix)]
    text = unit(kind, _program(), Path.cwd(), settings if kind == "user" else None, reads)
    if kind == "system" and in_a_home(reads):
        say(
            f"warning: {sys.executable} is, or leads, into a home; install seedwatch where every user may read",
            error=True,
        )
    if not install:
        if as_json:
            print_json({"kind": kind, "unit": text, "path": None, "next": []})
        else:
            sys.stdout.write(text)
        return
    path = place(kind, Path.home(), os.environ.get("XDG_CONFIG_HOME"))
    there = path.read_text(encoding="utf-8") if path.exists() else None
    if there not in {None, text} and not force:
        raise click.ClickException(f"{path} is there already, and differs; --force replaces it")
    path.parent.mkdir(parents=True, exist_ok=True)
    write_lines([text], path, sys.stdout.buffer)
    path.chmod(0o644)
    if as_json:
        print_json({"kind": kind, "unit": text, "path": str(path), "next": list(next_steps(kind))})
        return
    say(f"wrote {path}; next:")
    for step in next_steps(kind):
        say(f"  {step}")


def _program() -> list[str]:
    """The command that starts this very program, from any folder."""
    script = Path(sys.executable).with_name("seedwatch")
    return [str(script)] if os.access(script, os.X_OK) else [sys.executable, "-P", "-m", "monitor"]
