"""What people decide: `yes`, `no`, `same`, `different`, `mute`, `undo`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeVar

import click

from config.units import parse_duration
from monitor.cli.context import App, pass_app
from monitor.cli.options import json_option, known_watch
from monitor.cli.output import local, plain, say, table
from monitor.cli.streams import print_json
from monitor.clock import stamp, utc_now
from monitor.deliver import deciding, pairing, undoing
from monitor.deliver.moments import ending
from monitor.pipeline.rescoring import Moved
from monitor.pipeline.workspace import Workspace

Command = TypeVar("Command", bound=Callable[..., Any])

_because = click.option(
    "--because", metavar="TEXT", default="", help="Why, in your words; it is shown with the verdict."
)
_watch = click.option("--watch", metavar="NAME", help="For this watch alone; without it, for all it is judged for.")
_story = click.option("--story", is_flag=True, help="Say it of the stories they are in, not of the articles.")
_SHOWN = 20


@click.command()
@click.argument("uids", nargs=-1, required=True, metavar="UID...")
@_watch
@_because
@json_option
@pass_app
def yes(app: App, uids: tuple[str, ...], watch: str | None, because: str, *, as_json: bool) -> None:
    """Say that articles are on the matter: they are likely related, whatever rules say, now and after each rescore.

    It is also written to decisions.jsonl beside the seeds, from which it can be restored.

    \u0008
    Examples:
      seedwatch yes 3k9f2m7qax 8xw0c4t1ze
      seedwatch yes 3k9f2m7qax --watch moscow --because "the contract behind the cameras"
    """
    _overrule(app, "yes", uids, watch, because, as_json=as_json)


@click.command()
@click.argument("uids", nargs=-1, required=True, metavar="UID...")
@_watch
@_because
@json_option
@pass_app
def no(app: App, uids: tuple[str, ...], watch: str | None, because: str, *, as_json: bool) -> None:
    """Say that articles are not on the matter, whatever rules say, now and after each rescore.

    \u0008
    Example:
      seedwatch no 3k9f2m7qax --because "an advertisement"
    """
    _overrule(app, "no", uids, watch, because, as_json=as_json)


@click.command()
@click.argument("names", nargs=2, metavar="A B")
@_story
@_because
@json_option
@pass_app
def same(app: App, names: tuple[str, str], because: str, *, story: bool, as_json: bool) -> None:
    """Say that two articles are one: the uid of the older holds, and the other leads to it.

    A and B are uids, or addresses of sightings. With --story, or with the uid of a story, say that they tell one story:
    they remain two articles, which stay together whatever else comes.

    \u0008
    Examples:
      seedwatch same 3k9f2m7qax 8xw0c4t1ze
      seedwatch same --story 3k9f2m7qax 8xw0c4t1ze
      seedwatch same 3k9f2m7qax s5w7t68nndk
    """
    _pair(app, "same", names, because, story=story, as_json=as_json)


@click.command()
@click.argument("names", nargs=2, metavar="A B")
@_story
@_because
@json_option
@pass_app
def different(app: App, names: tuple[str, str], because: str, *, story: bool, as_json: bool) -> None:
    """Say that two articles are not one, nor one a copy of the other. What was taken for one article becomes two.

    A and B are uids, of which one may be an old one that leads to the other; or addresses of sightings, as `items show`
    lists them. Later sightings never bring the two together again.

    Two articles that are neither, but in one story, are put into two stories, and the others go with the one they are
    nearer to. With --story, or with the uid of a story, nothing else is said: an article does not belong to a story.

    \u0008
    Examples:
      seedwatch different 3k9f2m7qax 8xw0c4t1ze
      seedwatch different 3k9f2m7qax s5w7t68nndk
      seedwatch different 3k9f2m7qax https://example.org/2026/11/another-article
    """
    _pair(app, "different", names, because, story=story, as_json=as_json)


@click.command()
@click.argument("what", type=click.Choice(["story", "outlet", "phrase"]))
@click.argument("target", metavar="X")
@click.option(
    "--until", metavar="DATE", help="Until the end of that day, until a time, or for so long: 2026-12-01, 30d."
)
@_because
@json_option
@pass_app
def mute(app: App, what: str, target: str, until: str | None, because: str, *, as_json: bool) -> None:
    """Judge as not related what belongs to a story, comes from an outlet, or has a phrase in headline or summary.

    X is a story's or an article's uid; an outlet's name or domain; or words, found in any of their forms. A `yes` on
    an article itself counts more. `undo` ends it.

    \u0008
    Examples:
      seedwatch mute phrase "apple cakes"
      seedwatch mute outlet example.org --until 2026-12-01
      seedwatch mute story 3k9f2m7qax --until 30d
    """
    now = utc_now()
    end = _until(app, until, now)
    with _deciding(app) as workspace:
        done = deciding.mute(workspace, what, target, end, because, stamp(now))
    if as_json:
        print_json(asdict(done))
        return
    for_how_long = f" until {ending(done.until, app.zone)}" if done.until else ""
    articles = f"{done.articles} article{'' if done.articles == 1 else 's'} judged no"
    if done.unknown:
        near = f" Did you mean {' or '.join(plain(name) for name in done.near)}?" if done.near else ""
        say(
            f"warning: nothing was seen yet of an outlet “{plain(done.target)}”; the mute waits for it.{near}",
            error=True,
        )
    say(f"Muted the {what} “{plain(done.target)}”{for_how_long}: {articles}. `seedwatch undo {done.id}` ends it.")


@click.command()
@click.argument("decisions", nargs=-1, metavar="[DECISION]...")
@click.option("--list", "list_", is_flag=True, help="List what can be undone, the latest first, and undo nothing.")
@click.option(
    "--all", "every", is_flag=True, help="With --list: what was decided at all, undos and what they undid, too."
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help=f"With --list: how many; else {_SHOWN}.")
@json_option
@pass_app
def undo(app: App, decisions: tuple[str, ...], limit: int | None, *, list_: bool, every: bool, as_json: bool) -> None:
    """Take back what the last command decided, or decisions by their ids (or starts of them).

    `undo` once more goes one step further back. An undo is a decision too: named by its own id, it is taken back, and
    what it undid holds again. A seed that was added is put aside: its document gets the ending .undone.

    \u0008
    Examples:
      seedwatch undo
      seedwatch undo --list
      seedwatch undo 2f7hs0k3m9xq4
    """
    if list_ and decisions:
        raise click.UsageError("--list lists all decisions; name none.")
    if every and not list_:
        raise click.UsageError("--all goes with --list.")
    if list_:
        _list(app, limit if limit is not None or as_json else _SHOWN, every=every, as_json=as_json)
        return
    with _deciding(app) as workspace:
        done = undoing.undo(workspace, decisions, stamp(utc_now()), UTC if as_json else app.zone)
        if any(one.moved for one in done):
            workspace.sync_seeds()
            for _ in workspace.rescore(Moved()):
                pass
    if as_json:
        print_json([asdict(one) for one in done])
        return
    for one in done:
        redo = "" if one.again else f"; `seedwatch undo {one.id}` makes it hold again"
        say(f"{'Holds again' if one.again else 'Undone'}: {plain(one.of.words)}  ({one.of.id}{redo})")
        if one.moved:
            say(f"  its document is {plain(one.moved[1])} now")


def _overrule(
    app: App, do: Literal["yes", "no"], uids: tuple[str, ...], watch: str | None, because: str, *, as_json: bool
) -> None:
    with _deciding(app) as workspace:
        known_watch(workspace.store.connection, watch)
        done = deciding.overrule(workspace, do, uids, watch, because, stamp(utc_now()))
    if as_json:
        print_json([asdict(one) for one in done])
        return
    for one in done:
        said = "You had said so before" if one.id is None else f"{one.was} → {one.verdict}"
        where = f" for {', '.join(map(plain, one.watches))}" if one.watches != ("default",) else ""
        say(f"{said}{where}: {plain(one.title)} ({one.uid})")


def _pair(
    app: App, do: Literal["same", "different"], names: tuple[str, str], because: str, *, story: bool, as_json: bool
) -> None:
    with _deciding(app) as workspace:
        done = pairing.pair(workspace, do, names, because, stamp(utc_now()), story=story)
    if as_json:
        print_json(asdict(done))
        return
    named = " and ".join(done.uids)
    words = {
        "merged": f"One article now: {named}; the other uid leads to it.",
        "split": f"Two articles now: {named}.",
        "uncopied": f"Neither is a copy of the other any more: {named}.",
        "joined": f"One story now: {done.stories[0]}, with {named}.",
        "parted": f"Two stories now, or an article in none: {named}.",
        "noted": f"They were so already, and stay so: {named}.",
    }
    say(words[done.did] if done.id is not None else f"You had said so before: {named}.")


def _list(app: App, limit: int | None, *, every: bool, as_json: bool) -> None:
    with app.reading() as connection:
        found = undoing.made(connection, limit, every=every, zone=UTC if as_json else app.zone)
    if as_json:
        print_json([asdict(one) for one in found])
        return
    table(
        [(one.id, local(one.at, app.zone), one.state, one.words) for one in found], ("id", "when", "state", "decision")
    )
    if not found:
        say("Nothing was decided yet." if every else "Nothing was decided that could be undone.", error=True)


@contextmanager
def _deciding(app: App) -> Iterator[Workspace]:
    """A workspace; what cannot be decided is wrong usage."""
    with app.workspace(seeds=False) as workspace:
        try:
            yield workspace
        except deciding.CannotDecide as error:
            raise click.UsageError(plain(error)) from None


def _until(app: App, written: str | None, now: datetime) -> str | None:
    """The end of a mute, as stored."""
    if written is None:
        return None
    expected = "expected a day such as 2026-12-01, a time such as 2026-12-01T14:00, or a duration such as 30d"
    try:
        at = _moment(app, written.strip(), now)
        end = stamp(at)
    except (ValueError, OverflowError):
        raise click.BadParameter(f"{written!a}: {expected}", param_hint="--until") from None
    if end <= stamp(now):
        raise click.BadParameter(f"{written!a} has passed", param_hint="--until")
    return end


def _moment(app: App, written: str, now: datetime) -> datetime:
    try:
        return now + parse_duration(written)
    except ValueError:
        at = datetime.fromisoformat(written)
    if len(written) <= len("2026-12-01"):
        at += timedelta(days=1)
    return at if at.tzinfo else at.replace(tzinfo=app.zone).astimezone()
