"""`coverage`: who reported, and who did not."""

from __future__ import annotations

import sqlite3
from dataclasses import asdict, replace

import click

from config.model import Feed
from db.coverage import FollowedFeed, Matter, followed, reports, seed_at, seed_outlets
from db.outlets import shared_host
from db.queries import UnknownUid, resolve_uid, watches
from monitor.cli.context import App, pass_app
from monitor.cli.options import json_option, moment
from monitor.cli.output import local, plain, say, table
from monitor.cli.streams import print_json
from monitor.clock import utc_now
from monitor.deliver.coverage import Outlet, outlets, window
from monitor.deliver.feedbook import searches
from monitor.pipeline.mutes import in_force
from monitor.pipeline.outlets import domain_of


@click.command()
@click.argument("of", required=False, metavar="[SEED|WATCH]")
@click.option("--since", metavar="TIME", help="Only from then on: 2026-03-01, 2026-03-01T14:00, or 7d (ago).")
@click.option("--until", metavar="TIME", help="Only up to then; a day counts whole.")
@click.option("--maybe", is_flag=True, help="Count what is maybe related, too.")
@json_option
@pass_app
def coverage(app: App, of: str | None, since: str | None, until: str | None, *, maybe: bool, as_json: bool) -> None:
    """Who reported, when first, with how many texts of their own; who did not, and whether we were looking.

    Of a watch (a folder of seeds), of what is nearest to one seed (its uid or its path as `seeds list` has it), or of
    everything. An outlet that did not report is listed when it has a feed of its own; one that you muted is named as such.

    \u0008
    Examples:
      seedwatch coverage moscow --since 30d
      seedwatch coverage seeds/2026-03-01-cameras-in-the-metro.md
    """
    now = utc_now()
    with app.reading() as connection:
        matter = replace(
            _matter(connection, of),
            since=moment(app, "--since", since),
            until=moment(app, "--until", until, end=True),
            verdicts=("likely", "maybe") if maybe else ("likely",),
        )
        feeds = [_placed(feed) for feed in followed(connection)]
        asked = window(feeds, matter.since, matter.until, now)
        found = outlets(
            reports(connection, matter), seed_outlets(connection, matter), feeds, asked, now, in_force(connection)
        )
    mixed = [feed.name for feed in feeds if feed.outlet is None]
    if as_json:
        rows = [asdict(outlet) for outlet in found]
        print_json({"of": of, "since": asked[0], "until": asked[1], "outlets": rows, "mixed_feeds": mixed})
    else:
        _print(app, found, asked, mixed)


def _matter(connection: sqlite3.Connection, of: str | None) -> Matter:
    if of is None:
        return Matter()
    if of in watches(connection):
        return Matter(watch=of)
    try:
        found = resolve_uid(connection, seed_at(connection, of) or of)
    except UnknownUid:
        known = ", ".join(watches(connection)) or "none yet"
        raise click.UsageError(
            f"{of!a} is neither a watch (there are: {known}) nor the uid or path of a seed"
        ) from None
    if not seed_outlets(connection, Matter(seed_id=found.id)):
        raise click.UsageError(f"{found.uid} is no seed; `seedwatch seeds list` lists them")
    return Matter(seed_id=found.id)


def _placed(feed: FollowedFeed) -> FollowedFeed:
    """A feed that has brought nothing is counted to the outlet at its address; a search has none."""
    if feed.entries or "://" not in feed.url or searches([Feed.model_construct(url=feed.url)]):
        return feed
    domain = domain_of(feed.url)
    return replace(feed, outlet=feed.name if domain and shared_host(domain) else domain, outlet_name=feed.name)


def _print(app: App, found: list[Outlet], asked: tuple[str, str], mixed: list[str]) -> None:
    say(f"From {local(asked[0], app.zone)} to {local(asked[1], app.zone)}")
    reported = [outlet for outlet in found if outlet.reported]
    quiet = [outlet for outlet in found if not outlet.reported and not outlet.muted]
    muted = [plain(outlet.name or outlet.outlet) for outlet in found if not outlet.reported and outlet.muted]
    if reported:
        say(f"\nReported: {len(reported)}")
        table(
            [
                (o.name or o.outlet, local(o.first_at, app.zone), o.own_texts, o.reprints, o.seeds or "", o.first_title)
                for o in reported
            ],
            ("outlet", "first", "own texts", "reprints", "in seeds", "first headline"),
        )
    if quiet:
        say(f"\nDid not report, as far as we looked: {len(quiet)}")
        table(
            [(o.name or o.outlet, o.looking, o.seeds or "", _when(app, o)) for o in quiet],
            ("outlet", "looked", "in seeds", "why not, and when not"),
        )
    if muted:
        say(f"\nMuted, so not counted: {', '.join(muted)}")
    if not found:
        say("Nobody reported, and no feed has brought anything yet.", error=True)
    if mixed:
        names = ", ".join(mixed[:5]) + (" …" if len(mixed) > 5 else "")
        say()
        say(plain(f"Of outlets that only mixed feeds carry ({names}), silence means nothing."))


def _when(app: App, outlet: Outlet) -> str:
    if outlet.looking == "no":
        return outlet.because
    holes = [f"{local(a, app.zone)} – {local(b, app.zone)}" for a, b in outlet.holes[:3]]
    more = f" and {len(outlet.holes) - 3} more" if len(outlet.holes) > 3 else ""
    return " · ".join(filter(None, (outlet.because, "; ".join(holes) + more)))
