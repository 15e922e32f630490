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
from db.facts import sources
from db.gaps import unfilled
from monitor.backfill import cluster
from monitor.backfill.archive import Archive
from monitor.backfill.files import Files
from monitor.backfill.gaps import WAYS, Gaps, Way
from monitor.backfill.gdelt import Gdelt
from monitor.backfill.queries import NoQuery, query_of
from monitor.backfill.related import Related
from monitor.backfill.sitemaps import Sitemaps
from monitor.backfill.types import Source
from monitor.backfill.urls import NoAddresses, Urls
from monitor.backfill.wayback import Wayback
from monitor.backfill.worth import Matter, wanted_by
from monitor.cli.context import App, pass_app
from monitor.cli.feeds import one, rows_of
from monitor.cli.history import Options, bring, history_options
from monitor.deliver import feedbook
from monitor.normalise.address import web_address
from monitor.pipeline.workspace import Workspace


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
@click.option("--only-related", is_flag=True, help="Keep only what may be related; for archives of the whole press.")
@click.option(
    "--engine",
    type=click.Choice(["local", "dask"]),
    default="local",
    help="dask: web archives are read by a cluster, or by all processors of this machine.",
)
@click.option(
    "--scheduler", metavar="ADDRESS", help="The scheduler of a Dask cluster whose machines see the same files."
)
@history_options
@pass_app
def files(
    app: App,
    /,
    paths: Sequence[Path],
    *,
    only_related: bool,
    engine: str,
    scheduler: str | None,
    **options: Any,
) -> None:
    """Read saved feeds: files, folders, zip and tar archives, web archives (WARC, ARC), JSON Lines of records.

    Nothing is unpacked onto the disk. Of web archives, feeds and the pages of articles are read. A record has the keys of a
    seed document, as `seedwatch export --format jsonl` writes it.

    \u0008
    Examples:
      seedwatch backfill files archive/ feeds-2019.zip
      seedwatch backfill files CC-NEWS-20210101000000-00001.warc.gz --only-related
      seedwatch backfill files cc-news/ --only-related --engine dask --scheduler tcp://10.0.0.5:8786
    """
    if scheduler is not None and engine != "dask":
        raise click.UsageError("--scheduler is for --engine dask")
    if engine == "dask" and not cluster.is_there():
        raise click.UsageError("Dask is not installed; `pip install 'seedwatch[dask]'` does so")

    def source(workspace: Workspace) -> Source:
        matter = Matter.of(workspace)
        here = Files(paths, wanted_by(matter), only_related=only_related)
        return (
            cluster.ClusterFiles(paths, here, matter, scheduler, only_related=only_related)
            if engine == "dask"
            else here
        )

    bring(app, source, Options(**options))


@backfill.command()
@click.argument("query", required=False)
@click.option("--watch", help="The watch to make a query from, where there are several.")
@click.option(
    "--language", "languages", multiple=True, metavar="NAME", help="Only articles in it, as GDELT names it: russian."
)
@history_options
@pass_app
def gdelt(app: App, /, query: str | None, watch: str | None, languages: Sequence[str], **options: Any) -> None:
    """Ask the GDELT project for articles on QUERY, or on what the seeds are about.

    QUERY is in GDELT's words: a phrase in quotes, (this OR that), domain:, sourcecountry:. It searches English translations of
    all that it reads. How far back it reaches is asked first, and said.

    \u0008
    Examples:
      seedwatch backfill gdelt --since 90d
      seedwatch backfill gdelt '"facial recognition" (moscow OR kazan)' --language russian
    """
    settings = app.loaded.settings.backfill

    def source(workspace: Workspace) -> Gdelt:
        try:
            asked = query or query_of(workspace.store.connection, watch)
        except NoQuery as error:
            raise click.UsageError(str(error)) from error
        return Gdelt(settings.gdelt, asked, languages, settings.gdelt_gap.total_seconds())

    bring(app, source, Options(**options), named=[settings.gdelt])


@backfill.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@history_options
@pass_app
def urls(app: App, /, file: Path, **options: Any) -> None:
    """Read the pages of articles at the addresses in FILE: one in each line, CSV with a column url, or JSON.

    Each site's robots.txt is asked first. A title beside an address is what its page is to be about.

    \u0008
    Example:
      seedwatch backfill urls addresses.txt
    """
    try:
        source = Urls(file)
    except NoAddresses as error:
        raise click.UsageError(str(error)) from error
    bring(app, lambda _: source, Options(**options), named=source.named)


@backfill.command()
@click.option(
    "--days", type=click.IntRange(0, 3650), default=7, show_default=True, help="Before and after each seed's date."
)
@history_options
@pass_app
def related(app: App, /, *, days: int, **options: Any) -> None:
    """Start from the seeds: their pages, the articles that they list, and what their outlets published around their dates.

    Of each outlet the sitemap is read; where a feed of it is configured, the feed's own archive and its archived copies too.
    What each of them is told is said before it starts.

    \u0008
    Example:
      seedwatch backfill related --days 14
    """
    loaded = app.loaded
    feeds = {feed.public_url: feed for feed in loaded.settings.feeds if feed.enabled}

    def source(workspace: Workspace) -> Related:
        seeds = [file.record for file in workspace.seeds.files]
        known = {s.address: s.outlet_domain for s in sources(workspace.store.connection, "feed")}
        return Related(seeds, feeds, known, loaded.base, loaded.settings.backfill.archive, days)

    bring(app, source, Options(**options))


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
