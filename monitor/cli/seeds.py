"""The seed documents: `seeds`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from db.connection import inspect, open_reader
from db.details import seed_documents
from db.feed_queries import seed_rows
from db.queries import resolve_uid
from monitor.cli.context import App, pass_app
from monitor.cli.options import json_option, watch_option
from monitor.cli.output import fields, local, plain, say, table
from monitor.cli.streams import print_json, print_rows
from monitor.deliver import glossing, seedbook
from monitor.deliver.seedbook import Moved, NoSeedFolder
from seeds.document import Document, read_file
from seeds.shape import record_to_dict
from seeds.text import clean

_paths = click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="PATH...")


@click.group()
def seeds() -> None:
    """The seed documents: the articles that say what to look for.

    \u0008
    Example:
      seedwatch seeds check seeds/
    """


@seeds.command("list")
@json_option
@pass_app
def list_(app: App, *, as_json: bool) -> None:
    """List the seed documents of the settings, with what each has found.

    \u0008
    Example:
      seedwatch seeds list
    """
    rows = seedbook.listing(app.loaded, _known(app))
    if as_json:
        print_json(rows)
        return
    table(
        [
            (
                r["uid"],
                r["watch"],
                local(r["published"], app.zone),
                r["provider"],
                r["related"],
                r["title"] or r["path"],
            )
            for r in rows
        ],
        ("uid", "watch", "date", "outlet", "nearest of", "title"),
    )
    if not rows:
        say("No seeds. Put articles you know into the seeds folder, or `seedwatch add URL`.", error=True)
    _say_problems(rows)
    for warning in seedbook.seeds_of(app.loaded)[1]:
        say(f"warning: {plain(warning)}", error=True)


@seeds.command()
@click.argument("which", metavar="UID|PATH")
@json_option
@pass_app
def show(app: App, which: str, *, as_json: bool) -> None:
    """Show one seed document, by its path or by the uid of its article.

    \u0008
    Example:
      seedwatch seeds show seeds/2022-07-12-murmansk.md
    """
    document = _document(app, which)
    if document.record is None:
        raise click.ClickException(f"{document.path} is no good seed document: {_first(seedbook.errors(document))}")
    shape = record_to_dict(document.record)
    if as_json:
        print_json(shape)
        return
    say(plain(document.path))
    fields({key: _brief(value) for key, value in shape.items() if key not in {"related", "body"}})
    for related in shape.get("related", ()):
        say(f"related  {plain(related['title'])}  {plain(related.get('webUrl'))}")
    if document.record.body:
        say()
        for line in document.record.body.split("\n"):
            say(plain(line))


@seeds.command()
@_paths
@click.option("--strict", is_flag=True, help="Exit with 1 when anything is wrong.")
@json_option
@click.pass_context
def check(ctx: click.Context, paths: tuple[Path, ...], *, strict: bool, as_json: bool) -> None:
    """Check documents, or folders of them: what is wrong, as PATH:LINE. Without PATH, those of the settings.

    It needs no settings and no database, and changes nothing.

    \u0008
    Examples:
      seedwatch seeds check seeds/
      seedwatch seeds check --strict --json article.md
    """
    rows = list(seedbook.checked(paths) if paths else seedbook.checked_seeds(ctx.ensure_object(App).loaded))
    bad = [row for row in rows if not row["ok"]]
    if as_json:
        print_rows(rows)
    else:
        for row in bad:
            for error in row["errors"]:
                say(f"{plain(row['path'])}:{error['line']}: {plain(error['message'])}")
        say(f"{len(rows)} document{'' if len(rows) == 1 else 's'}, {len(bad)} with something wrong.", error=True)
    if strict and bad:
        ctx.exit(1)


@seeds.command("import")
@_paths
@click.option("--watch", metavar="NAME", help="Watch to put them into: a folder below the seeds.")
@json_option
@click.pass_context
def import_(ctx: click.Context, paths: tuple[Path, ...], watch: str | None, *, as_json: bool) -> None:
    """Copy good documents into the folder of seeds. Nothing is overwritten; the others are left, and why is said.

    A saved page (plain text without front matter) becomes a document in the seed format.

    \u0008
    Example:
      seedwatch seeds import ~/Downloads/*.md --watch moscow
    """
    if not paths:
        raise click.UsageError("Name documents, or folders of them.")
    try:
        moved = list(seedbook.take_in(ctx.ensure_object(App).loaded, paths, watch))
    except NoSeedFolder as error:
        raise click.UsageError(str(error)) from None
    _print_moved(moved, "imported", as_json=as_json)
    if moved and not any(one.target for one in moved):
        ctx.exit(1)


@seeds.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@json_option
@pass_app
def export(app: App, folder: Path, *, as_json: bool) -> None:
    """Write all seeds as documents into a folder, each watch but the first in a subfolder. Nothing is overwritten.

    \u0008
    Example:
      seedwatch seeds export seeds-for-a-colleague/
    """
    _print_moved(list(seedbook.give_out(app.loaded, folder)), "written", as_json=as_json)


@seeds.command()
@watch_option
@json_option
@pass_app
def terms(app: App, watch: str | None, *, as_json: bool) -> None:
    """Suggest lines for `relevance.glossary`: words of your matter in two languages that seem to mean one thing.

    It compares the seeds in one language with those in another, and what you said `yes` to. Each line is ready to be copied,
    with how sure it is (0 to 1), in how many texts of either language its words are, and a title of each. Look at each:
    a good part of them is wrong. Nothing is changed.

    \u0008
    Example:
      seedwatch seeds terms
    prints, to be copied into [relevance] glossary = [ … ] in seedwatch.toml:
      "facial recognition = распознавание лиц",  # 0.83, in 5 and 4 texts: “Moscow tests …” / “В Казани …”
    """
    try:
        found = glossing.suggestions(app.loaded, app.database, watch)
    except glossing.NoSuchWatch as error:
        raise click.UsageError(str(error)) from None
    if as_json:
        print_json([asdict(one) for one in found.lines])
        return
    for one in found.lines:
        first, second = (_quoted(title) for title in one.titles)
        texts = f"in {one.texts[0]} and {one.texts[1]} texts" if one.how == "words" else "a name"
        say(f"{json.dumps(one.line, ensure_ascii=False)},  # {one.sure:.2f}, {texts}: {first} / {second}")
    say(found.told, error=True)


def _quoted(title: str) -> str:
    return f"“{plain(clean(title, 60))}”"


def _known(app: App) -> Mapping[tuple[str, str], Mapping[str, Any]]:
    """What the database knows of the seeds; nothing when there is none yet."""
    if inspect(app.database) != "ours":
        return {}
    connection = open_reader(app.database)
    try:
        return seed_rows(connection)
    finally:
        connection.close()


def _document(app: App, which: str) -> Document:
    if Path(which).exists():
        return read_file(Path(which))
    with app.reading() as connection:
        documents = seed_documents(connection, resolve_uid(connection, which))
    own = next((document["path"] for document in documents if document["role"] == "self"), None)
    found = seedbook.document_at(app.loaded, own) if own else None
    if found is None:
        raise click.ClickException(
            f"{plain(which)} is an article, but no seed; see `seedwatch items show {plain(which)}`"
        )
    return found


def _say_problems(rows: Iterable[Mapping[str, Any]]) -> None:
    for row in rows:
        for error in row["errors"]:
            say(f"not used: {plain(row['path'])}:{error['line']}: {plain(error['message'])}", error=True)


def _first(errors: list[dict[str, Any]]) -> str:
    return f"line {errors[0]['line']}: {errors[0]['message']}" if errors else "it has no record"


def _brief(value: Any) -> Any:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_brief(inner)}" for key, inner in value.items() if key != "images")
    if isinstance(value, list):
        return ", ".join(str(one.get("url", one) if isinstance(one, dict) else one) for one in value)
    return value


def _print_moved(moved: list[Moved], done: str, *, as_json: bool) -> None:
    if as_json:
        print_json([{"path": m.source, "target": m.target and str(m.target), "reason": m.reason} for m in moved])
        return
    for one in moved:
        said = f"{one.source} → {one.target}" if one.target else f"left: {one.source}: {one.reason}"
        say(plain(said), error=one.target is None)
    count = sum(one.target is not None for one in moved)
    say(f"{count} {done}, {len(moved) - count} left.", error=True)
