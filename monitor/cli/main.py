"""The command `seedwatch`: its options, its commands, and what its errors look like."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from config.errors import ConfigError
from db.errors import StoreError
from db.queries import UnknownUid
from monitor import __version__
from monitor.cli import standard
from monitor.cli.context import App
from monitor.cli.logs import configure
from monitor.cli.output import plain, say

# Command → module and name; imported when asked for, so that `--help` is quick.
_COMMANDS = {
    "init": "setup:init",
    "run": "polling:run",
    "poll": "polling:poll",
    "add": "adding:add",
    "new": "items:new",
    "seen": "items:seen",
    "yes": "deciding:yes",
    "no": "deciding:no",
    "same": "deciding:same",
    "different": "deciding:different",
    "mute": "deciding:mute",
    "undo": "deciding:undo",
    "why": "why:why",
    "explain": "why:why",
    "items": "items:items",
    "seeds": "seeds:seeds",
    "feeds": "feeds:feeds",
    "rescore": "rescoring:rescore",
    "coverage": "coverage:coverage",
    "evaluate": "evaluating:evaluate",
    "backfill": "backfilling:backfill",
    "export": "export:export",
    "alerts": "alerts:alerts",
    "browse": "browse:browse",
    "status": "status:status",
    "health": "status:health",
    "doctor": "status:doctor",
    "pack": "packing:pack",
    "unpack": "packing:unpack",
    "db": "database:database",
    "service": "service:service",
    "demo": "demo:demo",
}


class _ReaderLeft(Exception):
    """Whoever read the results has seen enough (`| head`), which is no failure; click would exit with 1."""


class _Commands(click.Group):
    """Commands that are imported when they are needed."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Read the command line, which may already print help."""
        with _noticing_readers_leave():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with _noticing_readers_leave():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  a given signature
        """All commands, in the order in which people need them."""
        return [name for name in _COMMANDS if name != "explain"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  a given signature
        """The command of that name."""
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(f"monitor.cli.{module}"), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; of a mistyped one, say which was probably meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches  # noqa: PLC0415  only for a mistake

            near = get_close_matches(args[0], _COMMANDS, 1)
            if near:
                raise click.UsageError(f"{error.message} Did you mean {near[0]!r}?", ctx) from None
            raise


@contextlib.contextmanager
def _noticing_readers_leave() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError as error:
        raise _ReaderLeft from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--config", "config_path", type=click.Path(path_type=Path), help="Settings file to use.")
@click.option(
    "--db", "db_path", type=click.Path(path_type=Path), help="Database to use instead of the one in the settings."
)
@click.option("-v", "--verbose", count=True, help="Say more (-vv: everything).")
@click.option("-q", "--quiet", count=True, help="Say less (-qq: errors alone).")
@click.option("--log-format", type=click.Choice(["text", "json"]), default="text", help="How log lines are written.")
@click.version_option(__version__, prog_name="seedwatch")
@click.pass_context
def cli(
    ctx: click.Context, config_path: Path | None, db_path: Path | None, verbose: int, quiet: int, log_format: str
) -> None:
    """Watch news feeds for reporting related to a folder of known articles, and say why each item matched.

    The settings are those of --config, else of $SEEDWATCH_CONFIG, else ./seedwatch.toml, else built in.
    """
    if os.environ.get("NO_COLOR"):
        ctx.color = False
    configure(verbose - quiet, log_format)
    ctx.obj = App(config_path, db_path, verbose - quiet, log_format)


def main(args: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 1 the work failed, 2 wrong usage or settings, 130 interrupted."""
    standard.open_closed()
    standard.replace_unencodable()
    code = _run(args)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        standard.drop_output()
    except OSError as error:
        standard.drop_output()
        code = code or _failed(error)
    sys.exit(code)


def _run(args: Sequence[str] | None) -> int:  # noqa: PLR0911  one for each kind of ending
    try:
        result: Any = cli.main(args=args, prog_name="seedwatch", standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt):
        return 130
    except _ReaderLeft:
        standard.drop_output()
        return 0
    except click.ClickException as error:
        with contextlib.suppress(OSError):
            _tell(error)
        return error.exit_code
    except ConfigError as error:
        for fault in error.every:
            said, *drawing = str(fault).split("\n")
            say(plain(f"error: {said}"), error=True)
            for line in drawing:  # printable as it is, and its spaces are meant
                say(line, error=True)
        return 2
    except StoreError as error:
        say(plain(f"error: {error}"), error=True)
        # A uid that names nothing is wrong usage; a database that cannot be used is not.
        return 2 if isinstance(error, UnknownUid) else 1
    except OSError as error:
        return _failed(error)
    return result if isinstance(result, int) else 0


def _failed(error: OSError) -> int:
    say(plain(f"error: {error.strerror or error}: {error.filename or ''}").rstrip(": "), error=True)
    return 1


def _tell(error: click.ClickException) -> None:
    """Say what is wrong in the one form that all errors have, below the usage where that helps."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return
    if isinstance(error, click.UsageError) and error.ctx is not None:
        say(error.ctx.get_usage(), error=True)
        say(f"`{error.ctx.command_path} --help` says more.\n", error=True)
    say(f"error: {error.format_message()}", error=True)
