"""Writes the pages that are made from the program: `python -m docs.generate`. Tests fail when one is out of date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from config.reference import settings_markdown
from db.schema import SCHEMA_VERSION
from db.views import VIEWS, View
from monitor.cli.main import cli

FOLDER = Path(__file__).resolve().parent
_WIDTH = 100

_SCHEMA = """\
# The database

seedwatch keeps everything in one SQLite file. Other programs read the views on this page, while the daemon
writes; the tables behind them are internal and may change. Columns are only ever added to a view, and the view
`schema_changes` says since when. `seedwatch db schema` prints this page on a terminal, `--sql` the statements.

- **Which database it is.** `PRAGMA application_id` is 1397048644 (`SEED` in ASCII), `PRAGMA user_version` the
  number of the schema, now {version}. A newer database is refused by an older seedwatch, untouched.
- **uid.** An article has a short identifier, given when it is first seen from what was then known of it. It never
  changes. When two articles turn out to be one, one uid holds and the other becomes an alias: `item_aliases` leads
  from every uid ever given to the one that holds now, so a link that was kept never breaks.
- **Times** are UTC, `YYYY-MM-DDTHH:MM:SSZ`; as texts they sort and compare correctly. `published_at` is empty where
  no date can be trusted; `sort_at` is then the time of the first sighting. `date_quality` says how far a date goes.
- **Lists and objects** are JSON: `json_each(terms)` and `provider ->> '$.name'` read them in SQL.
- **Verdicts** are `likely`, `maybe` and `no`, for each watch (a folder of seeds); an item has the best of them.
- **A copy** is an item of its own with `copy_of_uid`, which is always the root: no chains.

## Opening it

Open it read-only, in the normal way; readers and the daemon do not disturb each other:

    sqlite3 -readonly seedwatch.db "SELECT published_at, provider_name, title FROM related_items LIMIT 10"
    seedwatch browse

In Python: `sqlite3.connect("file:seedwatch.db?mode=ro", uri=True)`.

- **Never as immutable** (`datasette -i`, `?immutable=1`): then SQLite ignores what the daemon is writing, and shows
  old or broken data.
- Keep the files `seedwatch.db-wal` and `seedwatch.db-shm` beside it: they are part of it while it is in use. To copy
  it, use `seedwatch db backup FILE`, not `cp`.
- Not on a network file system: SQLite's write-ahead log needs shared memory.
- A reader that keeps one transaction open for hours keeps the log growing; `seedwatch doctor` says so.
- SQLite before 3.51.3 has a rare fault when two programs write at the very same instant. seedwatch lets one writer
  in at a time; let other programs only read.

## Searching

The table `article_fts` (FTS5) indexes title, excerpt, text, and `lemmas`: the stems of all words, Russian and
English, with ё as е. `seedwatch items search` and the pages of seedwatch look words up in all their forms. Other
tools find the forms that stand in the text, without difference of case and accents:

    SELECT i.title FROM article_fts f JOIN items i ON i.id = f.rowid WHERE article_fts MATCH '"камеры"'

# The views
"""
_CLI = """\
# The command line

Results go to standard output, everything else to standard error. `--json` gives one JSON document. Exit status: 0
done, 1 the work failed, 2 wrong usage or settings, 130 after Ctrl-C. Times are shown in the zone of
`browse.timezone`, else of the machine, and name it. Wherever a command takes a UID, any uid that the article ever
had will do, and so will its first four characters or more, as long as they fit one article.
"""


def pages() -> Mapping[str, str]:
    """File name → text, of every page that is made from the program."""
    return {"schema.md": schema_markdown(), "settings.md": settings_markdown(), "cli.md": cli_markdown()}


def schema_markdown() -> str:
    """The views that other tools read, and what each column means."""
    return "\n".join([_SCHEMA.format(version=SCHEMA_VERSION), *map(_view, VIEWS)])


def cli_markdown() -> str:
    """The help of every command."""
    settings = {**cli.context_settings, "terminal_width": _WIDTH, "max_content_width": _WIDTH}
    root = click.Context(cli, info_name="seedwatch", **settings)
    return "\n".join([_CLI, *_commands(cli, root, 2)])


def _view(view: View) -> str:
    rows = "\n".join(f"| `{name}` | {meaning.replace('|', '&#124;')} |" for name, meaning in view.columns.items())
    return f"## `{view.name}`\n\nOne row per {view.row}.\n\n| column | meaning |\n|---|---|\n{rows}\n"


def _commands(command: click.Command, context: click.Context, level: int) -> Iterator[str]:
    yield f"{'#' * min(level, 4)} `{context.command_path}`\n\n```text\n{command.get_help(context).rstrip()}\n```\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            if found is not None:
                inner = click.Context(found, info_name=name, parent=context, **found.context_settings)
                yield from _commands(found, inner, level + 1)


def main() -> None:
    """Write all pages."""
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
