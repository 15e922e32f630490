"""Find the settings, read them, check them, and read the lists of feeds that they name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from importlib import resources
from pathlib import Path

from pydantic import ValidationError

from config.errors import ConfigError, first_of, one_line
from config.feeds import Listed, merge
from config.files import decode, read_bytes
from config.lines import KeyPath, line_of, lines
from config.model import Feed, Settings
from config.opml import read_list
from config.paths import resolve
from config.problems import dotted, parse_toml, setting_errors
from config.requests import asked, spelt_out
from config.secrets import expand
from config.values import proxy

VARIABLE = "SEEDWATCH_CONFIG"
"""The environment variable that names the settings when the command line does not."""
FILE_NAME = "seedwatch.toml"


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings that hold: all paths absolute, all feeds in `settings.feeds`, each once.

    `builtin` settings have no `path`, their database is in the current folder, and their seeds (then `seeds.paths` is
    empty) are the ones shipped with the program.
    """

    settings: Settings
    path: Path | None
    builtin: bool
    warnings: tuple[str, ...]
    base: Path


def load(path: Path | None, *, environ: Mapping[str, str], cwd: Path) -> Loaded:
    """Load the settings in force: `path`, else `$SEEDWATCH_CONFIG`, else `./seedwatch.toml`, else the built-in ones.

    Raises `ConfigError`, which carries all faults of the file at once.
    """
    found = locate(path, environ=environ, cwd=cwd)
    if found is None:
        return _complete(default_text(), None, cwd)
    raw = read_bytes(found, missing="no such file; `seedwatch init` writes one to start from")
    return _complete(decode(found, raw), found, found.parent)


def locate(path: Path | None, *, environ: Mapping[str, str], cwd: Path) -> Path | None:
    """Which file the settings come from; None means the built-in ones."""
    named = str(path) if path is not None else environ.get(VARIABLE, "")
    if named:
        return resolve(Path(named), cwd)
    usual = cwd / FILE_NAME
    return usual if usual.exists() or usual.is_symlink() else None


def default_text() -> str:
    """The built-in settings, as TOML."""
    return resources.files("config").joinpath("default.toml").read_text(encoding="utf-8")


def check(text: str, path: Path | None) -> Settings:
    """Check the text of a settings file without reading anything else; raises `ConfigError` with all its faults."""
    data = parse_toml(path, text)
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        raise first_of(setting_errors(path, text, error)) from None


def missing_secrets(loaded: Loaded, environ: Mapping[str, str]) -> tuple[ConfigError, ...]:
    """What keeps a feed, the proxy or a target of notices from being reached: a `${NAME}` that is not set or not usable."""
    errors = []
    for feed in loaded.settings.feeds:
        try:
            if feed.enabled:
                asked(feed, loaded.base, environ)
        except ConfigError as error:
            where = f", {error.key}" if error.key else ""
            errors.append(ConfigError(loaded.path, None, f"feed {feed.name or feed.public_url}{where}", error.message))
    try:
        proxy(expand(loaded.settings.network.proxy, environ))
    except (ConfigError, ValueError) as error:
        message = error.message if isinstance(error, ConfigError) else str(error)
        errors.append(ConfigError(loaded.path, None, "network.proxy", message))
    for target in loaded.settings.alerts.targets:
        try:
            expand(target, environ)
        except ConfigError as error:
            errors.append(ConfigError(loaded.path, None, "alerts", error.message))
    return tuple(errors)


def _complete(text: str, path: Path | None, base: Path) -> Loaded:
    settings = check(text, path)
    listed = list(_listed(settings.feeds, text, path))
    warnings: list[str] = []
    for file in settings.feeds_from:
        more = read_list(read_bytes(resolve(file, base)), resolve(file, base))
        listed += more.feeds
        warnings += more.warnings
    feeds, repeated = merge(listed)
    warnings += [*repeated, *_spelt_out(listed)]
    settings = settings.model_copy(
        update={
            "feeds": feeds,
            "feeds_from": tuple(resolve(file, base) for file in settings.feeds_from),
            "database": settings.database.model_copy(update={"path": resolve(settings.database.path, base)}),
            "seeds": settings.seeds.model_copy(update={"paths": tuple(resolve(p, base) for p in settings.seeds.paths)}),
        }
    )
    return Loaded(settings, path, path is None, tuple(map(one_line, warnings)), base)


def _spelt_out(listed: Iterable[Listed]) -> Iterator[str]:
    for item in listed:
        if parts := ", ".join(spelt_out(item.feed)):
            yield (
                f"{item.place}: {parts} of {item.feed.name or item.feed.public_url} spells out a secret; put it into an"
                " environment variable and write ${NAME} in its place"
            )


def _listed(feeds: Iterable[Feed], text: str, path: Path | None) -> Iterable[Listed]:
    @cache
    def found() -> Mapping[KeyPath, int]:
        return lines(text)

    def place(location: KeyPath) -> str:
        return f"{path}:{line_of(location, found())}" if path else dotted(location)

    for number, feed in enumerate(feeds):
        yield Listed(feed, partial(place, ("feeds", number, "url")))
