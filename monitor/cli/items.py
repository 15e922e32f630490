"""What was found: `items`, `new`, `seen`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from db import queries
from db.details import details
from db.feed_queries import any_asked
from db.queries import resolve_uid
from monitor.cli.context import App, pass_app
from monitor.cli.later import Later
from monitor.cli.options import Chosen, filter_options, json_option, known_watch, watch_option
from monitor.cli.output import dated, fields, local, plain, say, table
from monitor.cli.streams import print_json, print_rows
from monitor.clock import stamp, utc_now
from monitor.deliver.deciding import Seen, mark, mark_all
from monitor.deliver.explanation import percent
from monitor.deliver.unseen import NewArticle, best_verdict, gather, is_history
from monitor.pipeline.workspace import Workspace

_SHOWN = 50
_ORIGINS = {"seed": "seed", "seed_related": "in a seed"}
"""What stands in the place of a verdict on articles that are no news: the seeds, and what they list as related."""
_NEVER_ASKED = "No feed was asked yet: `seedwatch poll` asks them once, `seedwatch run` keeps asking."


@click.group(cls=Later, later={"read": "reading:read"})
def items() -> None:
    """What was found: lists, search, everything on one article.

    \u0008
    Example:
      seedwatch items list --verdict likely --since 7d
    """


@items.command("list")
@filter_options
@json_option
@pass_app
def list_(app: App, /, *, as_json: bool, **filters: Any) -> None:
    """List articles, newest first: by their date, or by when they were found where they have none.

    Without --limit, the first 50; with --json, all.

    \u0008
    Examples:
      seedwatch items list --verdict likely --verdict maybe --unseen
      seedwatch items list --outlet meduza --since 2026-03-01 --until 2026-03-31
    """
    _list(app, Chosen(**filters), as_json=as_json)


@items.command()
@click.argument("query", nargs=-1, required=True)
@filter_options
@json_option
@pass_app
def search(app: App, /, query: tuple[str, ...], *, as_json: bool, **filters: Any) -> None:
    """Find articles with all these words, in any of their forms, in title, excerpt or text; newest first.

    Words in quotes have to stand as they are; OR between two means either, a minus in front that it must not be there.

    The same as `items list --search`. Without --limit, the first 50; with --json, all.

    \u0008
    Examples:
      seedwatch items search распознавание лиц
      seedwatch items search "facial recognition" --since 30d
      seedwatch items search '"facial recognition" -phone'
    """
    words = " ".join(filter(None, (*query, filters["search"])))
    _list(app, Chosen(**{**filters, "search": words}), as_json=as_json)


@items.command()
@click.argument("uid")
@json_option
@pass_app
def show(app: App, uid: str, *, as_json: bool) -> None:
    """Show everything on one article. UID may be any it ever had, or its first four characters or more.

    \u0008
    Example:
      seedwatch items show 3k9f2m7qax
    """
    with app.reading() as connection:
        about = details(connection, resolve_uid(connection, uid))
    if as_json:
        print_json(about)
    else:
        _show(app, about)


@click.command()
@watch_option
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="How many at most; all without it.")
@json_option
@pass_app
def new(app: App, watch: str | None, limit: int | None, *, as_json: bool) -> None:
    """What is related and not yet seen, with the reason: first likely, then maybe.

    For people, copies of a text stand under the article they are copies of. `seedwatch seen UID` takes both away.

    \u0008
    Example:
      seedwatch new --watch moscow
    """
    with app.reading() as connection:
        rows = queries.new_items(connection, known_watch(connection, watch), limit)
        if as_json:
            print_rows(rows)
            return
        articles = gather(rows)
        asked = any_asked(connection)
    if not articles:
        say("Nothing new." if asked else _NEVER_ASKED, error=True)
    _print_new(app, articles)


@click.command()
@click.argument("uids", nargs=-1, metavar="[UID]...")
@click.option("--all", "all_", is_flag=True, help="Everything that `seedwatch new` shows.")
@watch_option
@json_option
@pass_app
def seen(app: App, uids: tuple[str, ...], watch: str | None, *, all_: bool, as_json: bool) -> None:
    """Mark articles, and the copies of their texts, as seen; `new` no longer shows them.

    It is also written to decisions.jsonl beside the seeds, from which it can be restored.

    \u0008
    Examples:
      seedwatch seen 3k9f2m7qax 8xw0c4t1ze
      seedwatch seen --all
    """
    if bool(uids) == all_:
        raise click.UsageError("Name articles by their uid, or give --all.")
    if watch is not None and not all_:
        raise click.UsageError("--watch goes with --all.")
    with app.workspace(seeds=False) as workspace:
        done = _mark(workspace, uids, watch, all_=all_)
    if as_json:
        print_json({"marked": list(done.marked), "already_seen": list(done.already)})
    else:
        before = f"; {len(done.already)} had been seen before" if done.already else ""
        say(f"Marked {len(done.marked)} article{'' if len(done.marked) == 1 else 's'} as seen{before}.")


def _mark(workspace: Workspace, uids: tuple[str, ...], watch: str | None, *, all_: bool) -> Seen:
    now = stamp(utc_now())
    if all_:
        known_watch(workspace.store.connection, watch)
        return mark_all(workspace, watch, now)
    return mark(workspace, uids, now)


def _list(app: App, chosen: Chosen, *, as_json: bool) -> None:
    with app.reading() as connection:
        wanted = chosen.filter(app, connection)
        if as_json:
            print_rows(queries.items(connection, wanted))
            return
        # One more than is shown tells whether there are more.
        found = list(queries.items(connection, replace(wanted, limit=_SHOWN + 1) if wanted.limit is None else wanted))
    _print(app, found, shown=wanted.limit if wanted.limit is not None else _SHOWN)


def _print(app: App, found: list[dict[str, Any]], *, shown: int) -> None:
    table(
        [
            (
                row["uid"],
                _ORIGINS.get(row["origin"]) or f"{row['verdict']} {percent(row['relevance'])}",
                dated(row, app.zone),
                row["provider_name"] or row["provider_domain"],
                row["title"],
            )
            for row in found[:shown]
        ],
        ("uid", "verdict", "date", "outlet", "title"),
    )
    if not found:
        say("Nothing found.", error=True)
    elif shown < len(found):
        say(f"The first {shown}; --limit N shows more.", error=True)


def _print_new(app: App, articles: list[NewArticle]) -> None:
    """News first; history, found today, is never mixed with it."""
    for history, where in ((False, ""), (True, ", older, found by a backfill")):
        for verdict, head in (("likely", "Likely related"), ("maybe", "Maybe related")):
            those = [a for a in articles if best_verdict(a) == verdict and _is_history(a) == history]
            if those:
                say(f"{head}{where}: {len(those)}\n")
            for article in those:
                _print_article(app, article)


def _is_history(article: NewArticle) -> bool:
    return is_history(article.row["origin"], article.row["sort_at"], article.row["first_seen_at"])


def _print_article(app: App, article: NewArticle) -> None:
    row = article.row
    outlet = row["provider_name"] or row["provider_domain"]
    parts = [row["uid"], percent(row["relevance"]), outlet, dated(row, app.zone)]
    if set(article.watches) != {"default"}:
        parts.append(f"for {', '.join(article.watches)}")
    say("  ".join(plain(part) for part in parts if part))
    for line in (row["title"], row["reason"], row["web_url"], _also(article)):
        if line:
            say(f"    {plain(line)}")
    say()


def _also(article: NewArticle) -> str:
    """Where else the text is."""
    outlets = [copy["provider_name"] or copy["provider_domain"] or copy["uid"] for copy in article.copies]
    more = f" and {len(outlets) - 5} more" if len(outlets) > 5 else ""
    return f"The same text: {', '.join(outlets[:5])}{more}" if outlets else ""


def _show(app: App, about: dict[str, Any]) -> None:
    published = dated(about, app.zone, "published_at")
    fields(
        {
            "uid": about["uid"],
            "title": about["title"],
            "excerpt": about["excerpt"],
            "address": about["web_url"],
            "outlet": " · ".join(filter(None, (about["provider_name"], about["provider_domain"]))),
            "published": published + (f" ({about['date_quality']})" if published else ""),
            "found": local(about["first_seen_at"], app.zone),
            "language": about["language"],
            "origin": about["origin"],
            "verdict": f"{about['verdict']} {percent(about['relevance'])}",
            "judged on": about["judged_on"],
            "seen": "yes" if about["seen"] else "no",
            "copy of": f"{about['copy_of']['uid']} {about['copy_of']['title']}" if about["copy_of"] else "",
            "no longer shown": about.get("deleted_by") or "",
            "text": f"{len(about['text'])} characters" if about["text"] else "",
            **_page_fields(app, about["pages"]),
        }
    )
    _tables(app, about)


def _page_fields(app: App, pages: list[dict[str, Any]]) -> dict[str, str]:
    """What the latest page that was read says, and how it is."""
    said: dict[str, str] = {}
    for page in pages:
        looked = f", last looked at {local(page['asked_at'], app.zone)}" if page["asked_at"] else ""
        reason = f": {page['reason']}" if page["reason"] else ""
        said["page"] = f"{page['state']} since {local(page['since'], app.zone)}{looked}{reason}"
        if page["changed_at"]:
            said["page changed"] = local(page["changed_at"], app.zone)
        said["authors"] = ", ".join(page["authors"] or ())
        said["credits"] = ", ".join(credit["name"] for credit in page["credits"] or ())
        said["paywalled"] = {1: "yes", 0: "no"}.get(page["paywalled"], "")
    return said


def _tables(app: App, about: dict[str, Any]) -> None:
    sections: list[tuple[str, tuple[str, ...], list[tuple[Any, ...]]]] = [
        ("Addresses", ("role", "address"), [(u["role"], u["url"]) for u in about["addresses"]]),
        (
            "Archived copies in which it stood",
            ("copy of", "address"),
            [(local(s["captured_at"], app.zone), s["capture_url"]) for s in about["sightings"] if s["captured_at"]],
        ),
        (
            "Sightings",
            ("first seen", "last seen", "feed", "title"),
            [
                (local(s["first_seen_at"], app.zone), local(s["last_seen_at"], app.zone), s["feed_url"], s["title"])
                for s in about["sightings"]
            ],
        ),
        (
            "Changes",
            ("when", "what", "before", "after"),
            [(local(r["seen_at"], app.zone), r["field"], r["old"], r["new"]) for r in about["revisions"]],
        ),
        (
            "Captures",
            ("when", "status", "file", "SHA-256"),
            [
                (local(c["captured_at"], app.zone), c["status"], f"{c['file']} at {c['offset']}", c["sha256"])
                for page in about["pages"]
                for c in page["captures"]
            ],
        ),
        (
            "Verdicts",
            ("watch", "verdict", "by", "reason"),
            [
                (v["watch"], f"{v['verdict']} {percent(v['relevance'])}", v["decided_by"], v["reason"])
                for v in about["verdicts"]
            ],
        ),
        ("Copies", ("uid", "outlet", "title"), [(c["uid"], c["provider_name"], c["title"]) for c in about["copies"]]),
        (
            "Decisions",
            ("when", "kind", "verdict", "by", "method"),
            [
                (local(d["decided_at"], app.zone), d["kind"], d["verdict"], d["decided_by"], d["method"])
                for d in about["decisions"]
            ],
        ),
    ]
    for title, head, rows in sections:
        if rows:
            say(f"\n{title}")
            table(rows, head)
