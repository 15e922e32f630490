"""`add`: make an article a seed."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from config.load import Loaded
from db.queries import resolve_uid, seed_record
from monitor.cli import output
from monitor.cli.context import App, pass_app
from monitor.cli.streams import print_json
from monitor.clock import stamp, utc_now
from monitor.deliver.deciding import note_seed
from monitor.normalise.page import read_page
from monitor.pipeline.rescoring import Moved
from monitor.schedule.rounds import fetchers
from monitor.types import Request
from seeds import address, text
from seeds.document import read_file, render_document
from seeds.naming import document_name
from seeds.record import Record
from seeds.rulings import Ref
from seeds.shape import record_from_dict


@click.command()
@click.argument("what", metavar="URL|UID|FILE")
@click.option("--watch", help="Folder below the seeds to put it in; each is a watch of its own.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@pass_app
def add(app: App, what: str, watch: str | None, *, as_json: bool) -> None:
    """Make an article a seed: read the page at URL, promote the item UID, or take the document FILE.

    What is stored already is judged again by the seeds as they are then.

    \u0008
    Examples:
      seedwatch add https://example.org/2026/11/20/an-article
      seedwatch add 4k7d2m9xqa --watch moscow
    """
    folder = _folder(app.loaded, watch)
    record = _record(app, what)
    known = _already(app, record, watch)
    if known is not None:
        _tell(as_json=as_json, path=known, uid=None, record=record, new=False)
        return
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / document_name(record, lambda name: (folder / name).exists())
    with path.open("xb") as file:
        file.write(render_document(record))
    moved = Moved()
    with app.workspace() as workspace:
        for _ in workspace.rescore(moved):
            pass
        uid = workspace.uid_of_seed(path)
        seed = Ref(uid or "", record.title, tuple(filter(None, (_key(record),))))
        note_seed(workspace, seed, watch, _beside(path, workspace.journal), stamp(utc_now()))
    _tell(as_json=as_json, path=path, uid=uid, record=record, new=True)
    if moved.changes and not as_json:
        output.say(f"{len(moved.changes)} of {moved.judged} items changed their verdict; see `seedwatch new`.")


def _folder(loaded: Loaded, watch: str | None) -> Path:
    """The folder a new seed goes into."""
    if loaded.builtin:
        raise click.UsageError("the built-in settings have no seeds of yours; run `seedwatch init` first")
    folder = next((path for path in loaded.settings.seeds.paths if path.is_dir() or not path.exists()), None)
    if folder is None:
        raise click.UsageError("seeds.paths names files alone; add a folder to it for new seeds")
    if watch and (Path(watch).name != watch or watch.startswith(".")):
        raise click.UsageError(f"--watch {watch!r} is not a plain folder name")
    return folder / watch if watch else folder


def _record(app: App, what: str) -> Record:
    if "://" in what:
        return asyncio.run(_read(app, what))
    if Path(what).is_file():
        document = read_file(Path(what))
        if document.record is None or not document.ok:
            problems = "; ".join(f"line {p.line}: {p.message}" for p in document.problems)
            raise click.ClickException(f"{what} is no good seed document: {problems}")
        return document.record
    if Path(what).suffix or "/" in what:
        raise click.UsageError(f"there is no file {what!r}; an address begins with https://")
    with app.reading() as connection:
        return record_from_dict(seed_record(connection, resolve_uid(connection, what)))


async def _read(app: App, url: str) -> Record:
    """Read the page at `url`; a private address is reached because the user names it."""
    (fetcher,) = fetchers(app.loaded.settings, 1, [url])
    async with fetcher:
        fetched = await fetcher.fetch(Request(url))
    if fetched.failure is not None or fetched.body is None:
        reason = fetched.failure.message if fetched.failure else "the page is empty"
        raise click.ClickException(f"{url} could not be read: {reason} Save its text to a file and add that instead.")
    if fetched.body.lstrip()[:5] in {b"<?xml", b"<rss ", b"<feed", b"<rdf:"}:
        raise click.UsageError(f"{url} is a feed; `seedwatch feeds add {url}` watches it")
    from monitor.read.page import wall_at  # noqa: PLC0415  loads an HTML parser of its own, for this alone

    if (wall := wall_at(fetched.body, fetched.content_type, fetched.final_url, url)) is not None:
        raise click.ClickException(f"{url}: {wall.message} Save the article's text to a file and add that instead.")
    record = read_page(fetched.body, fetched.final_url, fetched.content_type)
    if record is None:
        raise click.ClickException(f"{url} has no title; save its text to a file and add that instead")
    return record


def _already(app: App, record: Record, watch: str | None) -> Path | None:
    """The document of a seed of the same watch that is this article."""
    key = _key(record)
    with app.workspace() as workspace:
        for file in workspace.seeds.files:
            same = _key(file.record) == key if key is not None else _names(file.record) == _names(record)
            if file.watch == (watch or "default") and same:
                return Path(file.address)
    return None


def _key(record: Record) -> str | None:
    url = record.web_url or record.original_url
    return address.key_of(url) if url else None


def _beside(path: Path, journal: Path) -> str:
    """A document's path as the file of decisions names it: from there on."""
    return path.relative_to(journal.parent).as_posix() if path.is_relative_to(journal.parent) else path.as_posix()


def _names(record: Record) -> tuple[str, str]:
    """What an article without an address is known by: its headline and its outlet."""
    return text.title_key(record.title), text.fold((record.provider.name if record.provider else None) or "")


def _tell(*, as_json: bool, path: Path, uid: str | None, record: Record, new: bool) -> None:
    if as_json:
        print_json({"path": str(path), "uid": uid, "title": record.title, "new": new})
    elif new:
        output.say(f"{output.plain(record.title)} is a seed now: {path}")
    else:
        output.say(f"{output.plain(record.title)} is a seed already: {path}")
