"""The reference of all settings, `docs/settings.md`, made from the model: `python -m config.reference` prints it."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator

from pydantic.fields import FieldInfo

from config.model import Feed, Outlet, Section, Settings
from config.notation import kind, written

_HEAD = """\
# Settings

All settings live in one TOML file. The program takes the file named with `--config`, else the one named in
`$SEEDWATCH_CONFIG`, else `seedwatch.toml` in the current folder. Without any, the built-in settings hold:
the shipped seeds, a list of feeds about them, and the database `seedwatch.db` in the current folder.
`seedwatch init` writes a file to start from, with every setting and its default.

- **Paths** are relative to the file they stand in (the built-in settings: to the current folder); `~` is
  the home folder. Nothing else in them is special: `*` is no wildcard and `-` is a file of that name.
- **Durations** are numbers with units: `"30s"`, `"10m"`, `"1h30m"`, `"1d"`, `"2w"`; fractions such as
  `"0.5s"` are fine.
- **Sizes** are decimal: `"500kB"`, `"15MB"`, `"1.5GB"`.
- **Unknown keys**, wrong types and values out of range are errors. All errors of a file are shown at once,
  each with its line, and nothing is done until they are gone. A daemon that is told to read a broken file
  again keeps its old settings.
- **Secrets** do not belong in the file. Write `${NAME}` in an address, and set the variable `NAME` in the
  environment. The address is stored and shown as it is written. A variable that is not set is reported by
  name. A secret that is written out all the same (`user:password@`, `?token=`) is a warning, and is taken
  out of everything that is stored, logged, shown and exported.
- The file is UTF-8, at most 5 MB.
"""
_FEEDS = """\
A feed is given as a table, once for each feed:

```toml
[[feeds]]
url = "https://example.org/feed.xml?token=${EXAMPLE_TOKEN}"
name = "Example"
interval = "30m"
tags = ["en", "wire"]
```

A feed that is listed twice is asked once, with the settings given first, and a warning says where both are.
Addresses count as the same when they differ only in the case of scheme and host, in a default port, in a
slash at the end, or in the part behind `#`.
"""
_LISTS = """\
In OPML the titles of enclosing outlines, and `category`, become tags. CSV has names of columns in its first
line: `url`, and any of `name`, `tags`, `interval` and `enabled`. Only `http` and `https` addresses are
taken from a list; others are left out with a warning. A list with a DTD or entities, nested more than 100
deep, or larger than 5 MB is refused.
"""


_OUTLETS = """\
What you know of outlets, one section for each.

```toml
[[outlets]]
domain = "example.org"
name = "Example"
mirrors = ["example-mirror.net"]
tags = ["exile"]
```
"""


def settings_markdown() -> str:
    """The text of `docs/settings.md`."""
    return "\n".join(
        [
            _HEAD,
            *_sections(),
            "## `[[feeds]]`\n",
            _FEEDS,
            _table(Feed),
            *_lists(),
            "## `[[outlets]]`\n",
            _OUTLETS,
            _table(Outlet),
        ]
    )


def _sections() -> Iterator[str]:
    for name, field in Settings.model_fields.items():
        section = field.annotation
        if not (inspect.isclass(section) and issubclass(section, Section)):
            continue
        yield f"## `[{name}]`\n\n{section.__doc__}\n\n{_table(section)}"


def _lists() -> Iterator[str]:
    yield "## `feeds_from`\n"
    field = Settings.model_fields["feeds_from"]
    example = written(field, field.examples[0] if field.examples else ())
    yield f"{field.description}\n\n```toml\nfeeds_from = {example}\n```\n"
    yield _LISTS


def _table(section: type[Section]) -> str:
    rows = ["| key | type | default | meaning | example |", "|---|---|---|---|---|"]
    rows += [_row(name, field) for name, field in section.model_fields.items()]
    return "\n".join(rows) + "\n"


def _row(name: str, field: FieldInfo) -> str:
    if field.is_required():
        default = "required"
    elif _is_unset(field):
        default = "none"
    else:
        default = f"`{written(field, field.default)}`"
    example = written(field, field.examples[0]) if field.examples else ""
    cells = (f"`{name}`", kind(field), default, field.description or "", f"`{name} = {example}`")
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def _is_unset(field: FieldInfo) -> bool:
    """Say whether a setting has no default that could be written down."""
    return field.default is None and "for ever" not in kind(field)


if __name__ == "__main__":
    sys.stdout.write(settings_markdown())
