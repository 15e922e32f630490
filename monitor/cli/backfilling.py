"""`backfill`: bring in the past."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from config.model import Feed
from config.units import parse_duration
from db.gaps import unfilled
from monitor.backfill.archive import Archive
from monitor.backfill.files import Files
from monitor.backfill.gaps import WAYS, Gaps, Way
from monitor.backfill.sitemaps import Sitemaps
from monitor.backfill.wayback import Wayback
from monitor.cli.context import App, pass_app
from monitor.cli.feeds import one, rows_of
from monitor.cli.history import Options, bring, history_options
from monitor.deliver import feedbook
from monitor.normalise.address import web_address


class _Kinds(click.Group):
    """Kinds of history; of one that is not there, those that are."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the kind."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            there = ", ".join(self.list_commands(ctx))
            raise click.UsageError(f"{args[0]!a} is no kind of history; there are: {there}.", ctx) from error


@click.group(cls=_Kinds)
def backfill() -> None:
    """Bring in the past: the same way as live feeds, resumable, and never announced as news.

    Stopped at any moment, the same command goes on where it was; a second run finds nothing new.

    \u0008
    Example:
      seedwatch backfill files archive/
    """


@backfill.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@history_options
@pass_app
def files(app: App, /, paths: Sequence[Path], **options: Any) -> None:
    """Read saved feed documents: files, or folders with them.

    \u0008
    Example:
      seedwatch backfill files archive/
    """
    bring(app, lambda _: Files(paths), Options(**options))


@backfill.command()
@click.argument("url", metavar="URL|NAME")
@history_options
@pass_app
def feed(app: App, /, url: str, **options: Any) -> None:
    """Read a feed's own archive, page after page, back to its beginning.

    URL is any feed, NAME one of the settings. Archive documents and next pages (RFC 5005), `next_url` of JSON Feed, WordPress,
    Blogger and Ghost are known; of others it is tried whether they count pages. It ends where one repeats, is empty or gone.

    \u0008
    Examples:
      seedwatch backfill feed https://example.org/feed/ --since 2021-01-01
      seedwatch backfill feed "Example News" --rate 10/m
    """
    wanted = _feed(app, url)
    bring(app, lambda _: Archive(wanted, app.loaded.base), Options(**options), named=[wanted.url])


@backfill.command()
@click.argument("url", metavar="URL")
@click.option("--all", "every", is_flag=True, help="Read all pages, also those whose address says nothing of them.")
@history_options
@pass_app
def sitemap(app: App, /, url: str, *, every: bool, **options: Any) -> None:
    """Read what a site lists, and the pages of what could be related.

    URL is a sitemap, an index of sitemaps, or a site, whose robots.txt names them; compressed ones, news sitemaps and lists of
    plain addresses are read too. Of a page, its headline (where the sitemap has it) or the words of its address must have to do
    with the seeds, Russian ones in Latin letters included. robots.txt is obeyed for pages.

    \u0008
    Examples:
      seedwatch backfill sitemap https://example.org/ --since 2021-01-01 --until 2021-12-31
      seedwatch backfill sitemap https://example.org/sitemap.xml --dry-run
    """
    url = _web(url)
    bring(app, lambda _: Sitemaps(url, every=every), Options(**options), named=[url])


@backfill.command()
@click.argument("url", metavar="URL|NAME")
@click.option(
    "--every", metavar="TIME", help="At most one copy in so long, such as 1d: fewer requests, and less is found."
)
@history_options
@pass_app
def wayback(app: App, /, url: str, *, every: str | None, **options: Any) -> None:
    """Read the archived copies of a feed, each as the feed it was.

    URL is a feed, also one that is gone, NAME one of the settings. Each distinct copy that the web archive has is read, the
    oldest first, and what comes from it remembers which. The archive is that of `backfill.archive` in the settings.

    \u0008
    Examples:
      seedwatch backfill wayback https://example.org/feed.xml --since 2021-01-01 --until 2021-12-31
      seedwatch backfill wayback "Example News" --every 1d --rate 10/m
    """
    wanted = _feed(app, url)
    if not wanted.public_url.startswith(("http://", "https://")):
        raise click.UsageError(f"{wanted.public_url!a} is no address on the web, so no archive has copies of it")
    archive = app.loaded.settings.backfill.archive
    source = Wayback(wanted.public_url, archive, _duration(every), wanted.name or None)
    bring(app, lambda _: source, Options(**options))


@backfill.command()
@click.argument("feeds", nargs=-1, metavar="[FEED]...")
@click.option(
    "--from",
    "ways",
    type=click.Choice(WAYS),
    multiple=True,
    help="Only from there; may be repeated. Otherwise each in turn.",
)
@history_options
@pass_app
def gaps(app: App, /, feeds: Sequence[str], *, ways: tuple[Way, ...], **options: Any) -> None:
    """Fill windows in which entries of feeds may have been missed, or say why they cannot be filled.

    From the feed's own archive, else the sitemap of its site, else copies in the web archive; of the feeds of the settings that
    are named, or of all. `coverage` and `feeds show` know a filled window as looked at. With `backfill.fill_gaps` in the
    settings, `run` does so by itself.

    \u0008
    Examples:
      seedwatch backfill gaps
      seedwatch backfill gaps "Example News" --from archive --from sitemap
    """
    rows = rows_of(app)
    named = [one(app.loaded, rows, name) for name in feeds]
    known = {feed.public_url: feed for feed in app.loaded.settings.feeds}
    only = tuple(sorted(feed.public_url for feed in named))
    source = Gaps(known, app.loaded.base, app.loaded.settings.backfill.archive, only, tuple(ways) or WAYS)
    bring(
        app,
        lambda workspace: replace(source, waiting=bool(unfilled(workspace.store.connection, only))),
        Options(**options),
    )


def _duration(written: str | None) -> timedelta | None:
    if written is None:
        return None
    try:
        return parse_duration(written)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--every") from None


def _web(url: str) -> str:
    """An address on the web; a bare name is a site."""
    found = web_address(url if "://" in url else f"https://{url}")
    if found is None:
        raise click.UsageError(f"{url!a} is no address; one begins with https://")
    return found


def _feed(app: App, named: str) -> Feed:
    """The feed of the settings that an address or a name means; of an address, any feed."""
    found = feedbook.find(app.loaded.settings.feeds, {}, named, Path.cwd(), app.loaded.base)
    if len(found) == 1:
        return found[0]
    if "://" not in named:
        return one(app.loaded, rows_of(app), named)
    try:
        return Feed(url=named)
    except ValueError as error:
        raise click.UsageError(f"{named!a} is no address of a feed") from error
