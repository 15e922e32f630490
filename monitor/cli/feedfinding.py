"""`feeds discover` and `feeds suggest`: finding feeds."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click

from config.edit import add_feeds
from config.feeds import feed_key
from config.model import Feed
from config.values import address
from monitor.cli.context import App, pass_app
from monitor.cli.feeds import settings_file
from monitor.cli.options import json_option
from monitor.cli.output import local, plain, say, table
from monitor.cli.streams import print_json
from monitor.deliver.outletfeeds import Outlet, Suggestion, outlets, suggestions
from monitor.deliver.seedbook import seeds_of
from monitor.schedule.discovery import Discovery, Found, discover
from seeds import text

_HOW = {
    "itself": "the address itself",
    "declared": "named by the page",
    "linked": "linked on the page",
    "sitemap": "in robots.txt",
    "usual": "at a usual place",
}


@click.command("discover")
@click.argument("url")
@click.option("--add", is_flag=True, help="Add the best of them to the settings file, or the one that --number says.")
@click.option("--number", type=click.IntRange(min=1), default=1, metavar="N", help="Which one to add; 1 is the best.")
@click.option("--name", help="What to call it; otherwise its own title is used.")
@click.option("--tag", "tags", multiple=True, help="Label to filter by; may be repeated.")
@json_option
@pass_app
def discover_(
    app: App, /, url: str, name: str | None, tags: tuple[str, ...], *, add: bool, number: int, as_json: bool
) -> None:
    """Find the feeds of a page or a site: those it declares, those it links to, those at the usual places.

    Each is asked and read, with the pause between two requests to a host that the settings name; robots.txt is obeyed
    where nobody invited us. Exit 1 when there is none.

    \u0008
    Examples:
      seedwatch feeds discover https://example.org/
      seedwatch feeds discover https://example.org/ --add --number 2
    """
    path = settings_file(app.loaded) if add else None
    try:
        address(url)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="URL") from None
    if "://" not in url:
        raise click.BadParameter("an address on the web begins with https://", param_hint="URL")
    done = asyncio.run(discover(app.loaded.settings, url, app.loaded.base, _asking))
    known = {feed_key(feed.url) for feed in app.loaded.settings.feeds}
    added = None
    if path is not None and done.found:
        added = _chosen(done, number)
        add_feeds(path, [Feed(url=added.url, name=name or "", tags=tags)])
    if as_json:
        print_json([_as_json(one, known, added) for one in done.found])
    else:
        _print_found(app, done, known)
        if added is not None:
            said = "Listed already" if feed_key(added.url) in known else "Added"
            say(f"{said}: {plain(added.url)} in {path}")
    if not done.found:
        raise click.ClickException(_nothing(done))


@click.command("suggest")
@click.argument("names", nargs=-1, metavar="[OUTLET]...")
@click.option("--discover", "look", is_flag=True, help="Also look for feeds at the outlets themselves.")
@click.option("--add", is_flag=True, help="Add what is suggested to the settings file.")
@json_option
@pass_app
def suggest(app: App, names: Sequence[str], *, look: bool, add: bool, as_json: bool) -> None:
    """Suggest feeds for the outlets of the seeds, and of the articles that seeds list as related.

    OUTLET is a domain or part of a name; without it, all are looked at. What is configured already is told as such.
    Nobody is asked, unless --discover is given: then each OUTLET, else each that has no feed yet, learns that somebody
    looks for one.

    \u0008
    Examples:
      seedwatch feeds suggest
      seedwatch feeds suggest meduza.io --discover --add
    """
    path = settings_file(app.loaded) if add else None
    seeds = [seed.document.record for seed in seeds_of(app.loaded)[0] if seed.document.ok]
    wanted = _named(outlets(record for record in seeds if record is not None), names)
    found = list(suggestions(wanted, app.loaded.settings.feeds))
    if look:
        without = [outlet for outlet in wanted if outlet.domain not in {s.outlet.domain for s in found}]
        found += _discovered(app, wanted if names else without, {feed_key(s.feed.url) for s in found})
    new = [suggestion.feed for suggestion in found if suggestion.state != "configured"]
    if path is not None and new:
        add_feeds(path, new)
    if as_json:
        print_json([suggestion.as_json() for suggestion in found])
    else:
        _print_suggestions(wanted, found)
        if path is not None:
            say(f"Added {len(new)} feed{'' if len(new) == 1 else 's'} to {path}.")


def _asking(url: str) -> None:
    say(f"asking {plain(url)}", error=True)


def _chosen(done: Discovery, number: int) -> Found:
    if number > len(done.found):
        raise click.BadParameter(f"{len(done.found)} were found", param_hint="--number")
    return done.found[number - 1]


def _as_json(one: Found, known: set[str], added: Found | None) -> dict[str, Any]:
    keys = ("title", "format", "language", "entries", "newest", "problem", "message", "advice")
    trial = asdict(one.trial)
    return {
        "url": one.url,
        "how": one.how,
        **{key: trial[key] for key in keys},
        "also": list(one.also),
        "configured": feed_key(one.url) in known,
        "added": one is added,
    }


def _print_found(app: App, done: Discovery, known: set[str]) -> None:
    rows = []
    for number, one in enumerate(done.found, 1):
        mine = "configured already" if feed_key(one.url) in known else _HOW[one.how]
        trial = one.trial
        about = (trial.entries, local(trial.newest, app.zone), trial.language, trial.format, trial.title, one.url)
        rows.append((number, mine, *about))
    table(rows, ("", "found", "entries", "newest", "language", "format", "title", "address"))
    for one in done.found:
        if one.trial.problem:
            say(plain(f"{one.url}: {one.trial.message}"), error=True)
        for other in one.also:
            say(plain(f"{one.url} is also at {other}"), error=True)


def _nothing(done: Discovery) -> str:
    """Why there is none, by what the address itself answered."""
    first = next((trial for trial in done.tried if trial.error not in {None, "not_a_feed"}), None)
    why = f" {first.feed_url}: {first.message}" if first is not None else ""
    count = len(done.tried)
    return plain(f"no feed was found at {count} address{'' if count == 1 else 'es'} of {done.url}.{why}")


def _named(found: list[Outlet], names: Sequence[str]) -> list[Outlet]:
    """The outlets that these names mean."""
    if not found:
        raise click.ClickException("the seeds name no outlet; `seedwatch add URL` makes an article a seed")
    chosen = []
    for name in names:
        folded = text.fold(name)
        those = [outlet for outlet in found if name.lower() == outlet.domain or folded in text.fold(outlet.name)]
        if not those:
            known = ", ".join(outlet.domain for outlet in found[:8])
            raise click.ClickException(f"no outlet of the seeds is {name!a}; there are {known}")
        chosen += [outlet for outlet in those if outlet not in chosen]
    return chosen if names else found


def _discovered(app: App, wanted: Sequence[Outlet], known: set[str]) -> list[Suggestion]:
    """The best feed of each outlet, unless it is known; every outlet asked is named."""
    if wanted:
        names = ", ".join(outlet.domain for outlet in wanted)
        say(f"Each of these learns your address, and that somebody looks for its feeds: {plain(names)}", error=True)
    found = []
    for outlet in wanted:
        done = asyncio.run(discover(app.loaded.settings, outlet.home, app.loaded.base, _asking, named=False))
        if not done.found:
            say(_nothing(done), error=True)
            continue
        best = done.found[0]
        if feed_key(best.url) in known:
            continue
        facts = {key: getattr(best.trial, key) for key in ("title", "entries", "newest", "language")}
        found.append(Suggestion(outlet, Feed(url=best.url, name=outlet.name), "discovered", facts=facts))
    return found


def _print_suggestions(wanted: Sequence[Outlet], found: Sequence[Suggestion]) -> None:
    table(
        [
            (
                s.state,
                s.outlet.name or s.outlet.domain,
                s.outlet.seeds,
                s.outlet.related,
                s.told,
                s.feed.name,
                s.feed.public_url,
            )
            for s in found
        ],
        ("", "outlet", "seeds", "related", "asked through", "feed", "address"),
    )
    without = [outlet.domain for outlet in wanted if outlet.domain not in {s.outlet.domain for s in found}]
    if without:
        say(f"No feed is known of {plain(', '.join(without))}; --discover looks for them.", error=True)
