"""`items read`: the page of an article, now."""

from __future__ import annotations

from typing import Any

import click

from db.queries import Found, resolve_uid
from monitor.cli.context import App, pass_app
from monitor.cli.options import json_option
from monitor.cli.output import plain, say
from monitor.cli.streams import print_json
from monitor.schedule.desk import PageReport
from monitor.schedule.reading import read_articles


@click.command("read")
@click.argument("uids", nargs=-1, required=True, metavar="UID...")
@json_option
@pass_app
def read(app: App, uids: tuple[str, ...], *, as_json: bool) -> None:
    """Read the pages of articles now, or look at them again: text, addresses, authors, and whether they changed or are gone.

    It is done whatever the verdict and `read.enabled` are; robots.txt and the pauses of hosts hold all the same. Exit 1
    when any cannot be read, which is named; the others are done all the same. --json has one result for each.

    \u0008
    Examples:
      seedwatch items read 3k9f2m7qax
      seedwatch items show 3k9f2m7qax
    """
    reports: list[PageReport] = []

    def report(one: PageReport) -> None:
        reports.append(one)
        if not as_json:
            say(f"{plain(one.uid or '')}  {plain(one.url)}: {plain(one.words)}")

    with app.workspace() as workspace:
        found = _found(workspace.store.connection, uids)
        refused = read_articles(workspace, [article.id for article in found], report)
    named = {article.id: article.uid for article in found}
    failed = [{"uid": named[article_id], "message": why} for article_id, why in refused]
    if as_json:
        print_json([*map(_as_json, reports), *({**_EMPTY, **one, "outcome": "failed", "ok": False} for one in failed)])
    else:
        for one in failed:
            say(f"{one['uid']}  cannot be read: {one['message']}")
    failed += [{"uid": one.uid or "", "message": one.words} for one in reports if not _did(one)]
    if failed:
        if len(found) > 1:
            done = len(found) - len(failed)
            say(f"{done} of {len(found)} done; not read: {', '.join(one['uid'] for one in failed)}.", error=True)
        raise click.exceptions.Exit(1)


def _did(report: PageReport) -> bool:
    """Whether one learned what one wanted to know: also that a page is gone which had been read."""
    return report.error is None or bool(report.changed)


def _found(connection: Any, uids: tuple[str, ...]) -> list[Found]:
    """The articles, each once."""
    return list({found.id: found for found in (resolve_uid(connection, uid) for uid in uids)}.values())


def _as_json(report: PageReport) -> dict[str, Any]:
    return {
        "uid": report.uid,
        "ok": _did(report),
        "url": report.url,
        "outcome": report.outcome,
        "error": report.error,
        "message": report.message,
        "status": report.status,
        "title": report.title,
        "characters": report.characters,
        "language": report.language,
        "paywalled": report.paywalled,
        "changed": list(report.changed),
        "verdict_before": report.before,
        "verdict": report.after,
    }


_EMPTY = _as_json(PageReport("", None, "failed"))
