"""Options that several commands share, and how they are read."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

import click

from config.units import parse_duration
from db.queries import Filter, watches
from monitor.cli.context import App
from monitor.clock import stamp, utc_now

Command = TypeVar("Command", bound=Callable[..., Any])

VERDICTS = click.Choice(["likely", "maybe", "no"])
ORIGINS = click.Choice(["seed", "seed_related", "feed", "backfill"])

json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
watch_option = click.option("--watch", metavar="NAME", help="Only what is related to this watch (a folder of seeds).")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The values of `filter_options`, as they were given."""

    watch: str | None
    verdict: tuple[str, ...]
    seen: bool | None
    language: tuple[str, ...]
    outlet: tuple[str, ...]
    tag: tuple[str, ...]
    origin: tuple[str, ...]
    decided_by: str | None
    since: str | None
    until: str | None
    search: str | None
    limit: int | None

    @property
    def anything(self) -> bool:
        """Whether any option was given."""
        return any(value not in {None, ()} for value in astuple(self))

    def filter(self, app: App, connection: sqlite3.Connection) -> Filter:
        """What the options ask for.

        Raises:
            click.UsageError: a time cannot be read, or there is no such watch.
        """
        return Filter(
            watch=known_watch(connection, self.watch),
            verdicts=self.verdict,
            seen=self.seen,
            languages=tuple(language.lower() for language in self.language),
            outlets=self.outlet,
            tags=self.tag,
            origins=self.origin,
            decided_by=self.decided_by,
            since=moment(app, "--since", self.since),
            until=moment(app, "--until", self.until, end=True),
            words=self.search,
            limit=self.limit,
        )


def filter_options(command: Command) -> Command:
    """Give a command the options that choose articles; it takes them as `Chosen(**filters)`."""
    for option in reversed(
        (
            watch_option,
            click.option("--verdict", type=VERDICTS, multiple=True, help="Only this verdict; may be repeated."),
            click.option("--seen/--unseen", default=None, help="Only what was, or was not, marked as seen."),
            click.option("--language", metavar="CODE", multiple=True, help="Only this language, such as ru."),
            click.option(
                "--outlet", metavar="NAME", multiple=True, help="Only this outlet: its domain, or part of its name."
            ),
            click.option(
                "--tag", metavar="TAG", multiple=True, help="Only with this tag of its outlet, or of a feed it was in."
            ),
            click.option("--origin", type=ORIGINS, multiple=True, help="Only what came from there."),
            click.option(
                "--decided-by",
                type=click.Choice(["user", "rule"]),
                help="Only what you judged or muted yourself, or only what rules judged.",
            ),
            click.option(
                "--since", metavar="TIME", help="Only from then on: 2026-03-01, 2026-03-01T14:00, or 7d (ago)."
            ),
            click.option("--until", metavar="TIME", help="Only up to then; a day counts whole."),
            click.option("--search", metavar="WORDS", help="Only with all these words, in any of their forms."),
            click.option("--limit", type=click.IntRange(min=0), metavar="N", help="How many at most."),
        )
    ):
        command = option(command)
    return command


def moment(app: App, option: str, written: str | None, *, end: bool = False) -> str | None:
    """A time as stored: of a date, a date and time (in the user's zone unless it names one), or so long ago.

    Raises:
        click.BadParameter: it is none of these.
    """
    if written is None:
        return None
    try:
        return stamp(utc_now() - parse_duration(written))
    except ValueError:
        pass
    try:
        at = datetime.fromisoformat(written.strip())
        if end and len(written.strip()) <= len("2026-03-01"):
            at += timedelta(days=1)
        return stamp(at if at.tzinfo else at.replace(tzinfo=app.zone).astimezone())
    except (ValueError, OverflowError):
        expected = "expected a day such as 2026-03-01, a time such as 2026-03-01T14:00, or a duration such as 7d"
        raise click.BadParameter(f"{written!a}: {expected}", param_hint=option) from None


def known_watch(connection: sqlite3.Connection, name: str | None) -> str | None:
    """The watch of that name.

    Raises:
        click.BadParameter: there are watches, but none of that name.
    """
    if name is None:
        return None
    known = watches(connection)
    if known and name not in known:
        raise click.BadParameter(f"there is no watch {name!a}; there are: {', '.join(known)}", param_hint="--watch")
    return name
