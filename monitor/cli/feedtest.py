"""`feeds test`: ask feeds once and say what they answer, without storing anything."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict

import click

from config.feeds import feed_key
from config.model import Feed
from config.values import address
from monitor.cli.context import App, pass_app
from monitor.cli.feeds import one, rows_of
from monitor.cli.options import json_option
from monitor.cli.output import local, plain, say
from monitor.cli.polling import NO_NETWORK
from monitor.cli.streams import print_json
from monitor.deliver import feedbook
from monitor.schedule.online import online
from monitor.schedule.trial import Trial, try_feeds


@click.command()
@click.argument("feeds", nargs=-1, metavar="[FEED]...")
@json_option
@pass_app
def test(app: App, feeds: Sequence[str], *, as_json: bool) -> None:
    """Ask feeds once and say what each answers, or what is wrong with it and what to do. Nothing is stored.

    FEED is the address or the name of a configured feed, or any other address; without it, all configured
    feeds are asked. Exit 1 when any of them cannot be read.

    \u0008
    Examples:
      seedwatch feeds test
      seedwatch feeds test meduza https://example.org/feed.xml
    """
    settings = app.loaded.settings
    chosen = _chosen(app, feeds)
    if not chosen:
        raise click.ClickException("no feeds are configured; add one with `seedwatch feeds add URL`")
    if not feeds and not asyncio.run(online(settings)):
        raise click.ClickException(NO_NETWORK)
    trials = asyncio.run(try_feeds(settings, chosen, lambda trial: _show(app, trial, error=as_json), app.loaded.base))
    failed = sum(trial.error is not None for trial in trials)
    if as_json:
        print_json([{"ok": trial.error is None, **asdict(trial)} for trial in trials])
    else:
        total = len(trials)
        say(f"{total} feed{'s' * (total != 1)} asked: {total - failed} can be read, {failed} cannot.")
    if failed:
        raise click.exceptions.Exit(1)


def _chosen(app: App, names: Sequence[str]) -> list[Feed]:
    """The configured feeds of these names, and addresses that are not configured; without names, all that are on."""
    stored = rows_of(app)
    if not names:
        return feedbook.with_names((feed for feed in app.loaded.settings.feeds if feed.enabled), stored)
    chosen = [one(app.loaded, stored, name) if "://" not in name else _given(app, name) for name in names]
    return feedbook.with_names({feed.url: feed for feed in chosen}.values(), stored)


def _given(app: App, url: str) -> Feed:
    """The feed at an address: the configured one, or one that is only tried."""
    for feed in app.loaded.settings.feeds:
        if feed_key(feed.url) == feed_key(url):
            return feed
    try:
        return Feed(url=address(url))
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="FEED") from None


def _show(app: App, trial: Trial, *, error: bool) -> None:
    """One feed in a few lines: on stderr when stdout is for JSON."""
    name = f"{plain(trial.name or trial.title)}  " if trial.name or trial.title else ""
    word = "FAILED" if trial.error else "look" if trial.problem else "ok"
    say(f"{word:<6}  {name}{plain(trial.feed_url)}", error=error)
    for line in (_answer(app, trial), trial.message, f"→ {trial.advice}" if trial.advice else ""):
        if line:
            say(f"        {plain(line)}", error=error)


def _answer(app: App, trial: Trial) -> str:
    """What a good feed has: `42 entries, the newest of 2026-11-21 14:05 CET, RSS 2.0, en`."""
    if trial.error is not None:
        return ""
    count = "no entries" if not trial.entries else "1 entry" if trial.entries == 1 else f"{trial.entries} entries"
    newest = f"the newest of {local(trial.newest, app.zone)}" if trial.newest else ""
    return ", ".join(filter(None, (count, newest, trial.format, trial.language)))
