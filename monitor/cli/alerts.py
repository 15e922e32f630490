"""Notices: `alerts`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import Any

import click

from db.notices import notices
from monitor.cli.context import App, pass_app
from monitor.cli.options import json_option
from monitor.cli.output import local, say, table
from monitor.cli.streams import print_json, print_rows
from monitor.clock import utc_now
from monitor.deliver import alerting, senders
from monitor.deliver.alerting import STDOUT, Sent

_TEST = "A test of seedwatch. If you can read this, notices get through."


@click.group()
def alerts() -> None:
    """Notices of what is new, likely related and not yet seen: each text once, and on record.

    \u0008
    Example:
      seedwatch alerts send
    """


@alerts.command("list")
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="How many at most; all without it.")
@json_option
@pass_app
def list_(app: App, limit: int | None, *, as_json: bool) -> None:
    """List the notices there were, the newest first, and whether they got through.

    \u0008
    Example:
      seedwatch alerts list --limit 10
    """
    with app.reading() as connection:
        rows = notices(connection, limit)
        if as_json:
            print_rows(rows)
            return
        found = [
            (local(r["made_at"], app.zone), r["state"], r["target"], r["articles"], r["error"] or r["title"])
            for r in rows
        ]
    table(found, ("made", "state", "to", "articles", "about"))
    if not found:
        say("No notices yet; `seedwatch run` makes them, and `seedwatch alerts send`.", error=True)


@alerts.command()
@json_option
@pass_app
def test(app: App, *, as_json: bool) -> None:
    """Send a test to every target of the settings. Exit 1 when one is not reached.

    \u0008
    Example:
      seedwatch alerts test
    """
    targets = senders.labels(app.loaded.settings.alerts.targets)
    if not targets:
        raise click.UsageError('no targets: name some in the settings, as `to = ["…"]` under [alerts].')
    _check(targets.values())
    results = {label: _send(app, target, "seedwatch: test", _TEST) for label, target in targets.items()}
    if as_json:
        print_json([{"target": label, "ok": error is None, "error": error} for label, error in results.items()])
    else:
        for label, error in results.items():
            say(f"{label}: {'reached' if error is None else f'not reached: {error}'}")
    if any(results.values()):
        raise click.exceptions.Exit(1)


@alerts.command()
@click.option("--dry-run", is_flag=True, help="Print what would be sent, and send and record nothing.")
@click.option("--digest", is_flag=True, help="Send one notice in any case, even of nothing, with how the feeds are.")
@json_option
@pass_app
def send(app: App, *, dry_run: bool, digest: bool, as_json: bool) -> None:
    """Send a notice of what is new, likely related, not seen, and in no notice before: each story once.

    Another is of feeds that have been broken for as long as `feeds` under [alerts] says, or are silent.

    It goes to the targets under [alerts] in the settings; without any, it is printed, which lets cron mail it. The first
    time, nothing is sent: what is there by then counts as known. What did not get through is tried again for a week.
    Backfilled articles, and those older than `max_age`, are never in a notice. Exit 1 when a target is not reached.

    \u0008
    Examples:
      seedwatch alerts send --dry-run
      seedwatch poll && seedwatch alerts send
      seedwatch alerts send --digest
    """
    settings = app.loaded.settings.alerts
    targets = senders.labels(settings.targets)
    if not settings.to:
        targets = {**targets, STDOUT: ""}
    _check(settings.targets)
    now = utc_now()
    with app.workspace(seeds=False, stories=False) as workspace:
        if dry_run:
            sent = alerting.preview(workspace.store, settings, targets, app.zone, now, summary=digest)
        else:
            to_stdout = _quietly if as_json else _print
            through = lambda to, *told: _send(app, to, *told) if to else to_stdout(to, *told)  # noqa: E731
            sent = alerting.send_all(workspace.store, settings, targets, through, app.zone, now, summary=digest)
    if as_json:
        print_json(_as_json(sent, dry_run=dry_run))
    else:
        _tell(sent, dry_run=dry_run, printed=STDOUT in targets)
    if sent.failed:
        raise click.exceptions.Exit(1)


def _send(app: App, target: str, title: str, body: str) -> str | None:
    return senders.send(target, title, body, environ=os.environ, proxy=app.loaded.settings.network.proxy)


def _check(targets: Iterable[str]) -> None:
    """Before anything is on record."""
    try:
        senders.check(targets, os.environ)
    except senders.NotInstalled as error:
        raise click.ClickException(str(error)) from None


def _print(_target: str, title: str, body: str) -> None:
    click.echo(f"{title}\n\n{body}")
    sys.stdout.flush()


def _quietly(_target: str, _title: str, _body: str) -> None:
    """The notice is part of the JSON."""


def _as_json(sent: Sent, *, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "began_with": sent.began_with,
        "articles": [article.row["uid"] for article in sent.articles],
        "feeds": [trouble.address for trouble in sent.feeds],
        "notices": [
            {"about": notice.about, "title": notice.title, "body": notice.body, "to": list(to)}
            for notice, to in sent.made
        ],
        "title": sent.title or None,
        "body": sent.body or None,
        "delivered": sent.delivered,
        "failed": [{"target": target, "error": error} for target, error in sent.failed],
    }


def _tell(sent: Sent, *, dry_run: bool, printed: bool) -> None:
    if sent.began_with is not None:
        would = "would begin" if dry_run else "begin"
        there = "1 article that is" if sent.began_with == 1 else f"{sent.began_with} articles that are"
        counted = "counts" if sent.began_with == 1 else "count"
        say(f"Notices {would} now: {there} there already {counted} as known.", error=True)
    elif dry_run and sent.made:
        for notice, _ in sent.made:
            say(f"{notice.title}\n\n{notice.body}")
    elif not sent.made and not sent.delivered and not sent.failed:
        say("Nothing to tell.", error=True)
    for target in sent.delivered:
        if printed and target == STDOUT:
            continue
        say(f"sent to {target}", error=True)
    for target, error in sent.failed:
        say(f"not sent to {target}: {error}", error=True)
