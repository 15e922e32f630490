"""Settings that go to another place: paths in them changed, everything else left as it was, comments included."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tomlkit

from config.errors import ConfigError
from config.load import check
from config.model import Settings
from config.problems import parse_toml


def relocate(
    text: str,
    *,
    database: str | None = None,
    seeds: Sequence[str] | None = None,
    feeds_from: Sequence[str] | None = None,
    path: Path | None = None,
) -> str:
    """The text of settings with other paths in it; what is None stays.

    Raises:
        ConfigError: the text holds no settings, or cannot be edited safely. `path` is what it calls the file.
    """
    plain = text.replace("\r\n", "\n")
    wanted = parse_toml(path, plain)
    document = tomlkit.parse(plain)
    if database is not None:
        _set(document, wanted, ("database", "path"), database)
    if seeds is not None:
        _set(document, wanted, ("seeds", "paths"), list(seeds))
    if feeds_from is not None:
        _set(document, wanted, ("feeds_from",), list(feeds_from))
    new = document.as_string()
    if parse_toml(path, new) != wanted:
        raise ConfigError(
            path, None, "database", "this layout cannot be edited safely; make its paths relative by hand"
        )
    check(new, path)
    return new.replace("\n", "\r\n") if "\r\n" in text else new


def outside(settings: Settings) -> list[tuple[str, Path]]:
    """(key, path) of the paths in settings, as they are written, that lead out of the folder of their file."""
    named = [("database.path", settings.database.path)]
    named += [("seeds.paths", path) for path in settings.seeds.paths]
    named += [("feeds_from", path) for path in settings.feeds_from]
    return [(key, path) for key, path in named if leads_out(path)]


def leads_out(path: Path) -> bool:
    """Whether a path, as written, is absolute, starts from a home folder, or goes up and out."""
    if path.is_absolute() or str(path).startswith("~"):
        return True
    depth = 0
    for part in path.parts:
        depth += -1 if part == ".." else 1
        if depth < 0:
            return True
    return False


def _set(document: Any, wanted: dict[str, Any], keys: tuple[str, ...], value: Any) -> None:
    for key in keys[:-1]:
        if key not in document:
            document[key] = tomlkit.table()
        document, wanted = document[key], wanted.setdefault(key, {})
    document[keys[-1]] = value
    wanted[keys[-1]] = value
