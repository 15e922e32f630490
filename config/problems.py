"""What pydantic and tomllib complain about, as errors that name file, line and key and say what was expected."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.errors import ConfigError
from config.lines import KeyPath, line_of, lines, statements
from config.model import Feed, Outlet, Settings
from config.secrets import redact
from config.units import describe

_EXPECTED = {
    "bool_type": "expected true or false",
    "dict_type": "expected a table",
    "finite_number": "expected a number, not nan or inf",
    "float_type": "expected a number",
    "int_type": "expected a whole number",
    "model_type": "expected a table",
    "string_type": "expected a text in quotes",
    "tuple_type": 'expected a list such as ["…", "…"]',
}
_LISTED: dict[str, type[BaseModel]] = {"feeds": Feed, "outlets": Outlet}
_BOUNDS = {"greater_than_equal": ("at least", "ge"), "less_than_equal": ("at most", "le")}
# Each part of a dotted key costs tomllib as much as all before it: a few MB of them would fill the memory.
_DEEP = re.compile(r"""(?<![A-Za-z0-9_-])(?:(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){50}""")
_AT = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")


def syntax_error(path: Path | None, text: str, error: Exception) -> ConfigError:
    """The error for a file that is not TOML."""
    message = str(error)
    place = _AT.search(message)
    line = int(place[1]) if place and place[1] else None
    if place and line is None:
        line = text.count("\n", 0, len(text.rstrip())) + 1
    plain = _AT.sub("", message) or "not TOML"
    repeated = _repeated(text, line) if "overwrite" in plain or "twice" in plain else None
    if repeated:
        key, first, line = repeated
        return ConfigError(path, line, key, f"the same key twice; it is already on line {first}")
    return ConfigError(path, line, None, f"not valid TOML: {plain[:1].lower()}{plain[1:]}")


def setting_errors(path: Path | None, text: str, error: ValidationError) -> tuple[ConfigError, ...]:
    """The errors for a file with wrong settings, in the order of their lines."""
    found = lines(text)
    errors = [_setting_error(path, details, found) for details in error.errors(include_url=False)]
    return tuple(sorted(errors, key=lambda e: e.line or 0))


def dotted(location: KeyPath) -> str:
    """Write a place as people do: `poll.interval`, `feeds[2].url` (counted from 1)."""
    text = ""
    for part in location:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def _setting_error(path: Path | None, details: ErrorDetails, found: Mapping[KeyPath, int]) -> ConfigError:
    location: KeyPath = tuple(details["loc"])
    context = details.get("ctx", {})
    if details["type"] == "misplaced":
        location = (*location, str(context["key"]))
    return ConfigError(path, line_of(location, found), dotted(location), _message(details, context, location))


def _message(details: ErrorDetails, context: dict[str, Any], location: KeyPath) -> str:
    kind, given = details["type"], details["input"]
    if kind == "extra_forbidden":
        return _unknown(location)
    if len(location) == 1 and location[0] in _LISTED and isinstance(given, dict) and kind != "misplaced":
        return f"expected [[{location[0]}]], in two pairs of brackets, above each {str(location[0]).removesuffix('s')}"
    expected = _expected(kind, context)
    if expected and {"headers", "cookies", "proxy"} & set(location):
        return expected  # what was given may well be a secret
    if expected:
        return f"{expected}, got {describe(redact(given) if isinstance(given, str) else given)}"
    if kind == "missing":
        return f"missing; every {str(location[0]).removesuffix('s')} needs one"
    return str(context.get("message") or context.get("error") or details["msg"])


def _expected(kind: str, context: dict[str, Any]) -> str | None:
    if kind in _BOUNDS:
        words, bound = _BOUNDS[kind]
        return f"expected {words} {context[bound]:g}"
    return _EXPECTED.get(kind)


def _unknown(location: KeyPath) -> str:
    """Say what is unknown, and which name was probably meant."""
    name, section = str(location[-1]), location[:-1]
    owner = _owner(section)
    what = "unknown key" if section else "unknown key or section"
    if section and name in Settings.model_fields and name not in owner.model_fields:
        return f"{what}; it belongs at the top of the file, above the first section"
    near = difflib.get_close_matches(name.lower(), list(owner.model_fields), n=1, cutoff=0.6)
    if near:
        return f'{what}; did you mean "{near[0]}"?'
    elsewhere = [place for place in _homes(name) if place != dotted(section)]
    if elsewhere:
        return f"{what}; it belongs in {' or '.join(f'[{place}]' for place in elsewhere)}"
    return f"{what}; the keys here are {', '.join(owner.model_fields)}"


def _owner(section: KeyPath) -> type[BaseModel]:
    if not section:
        return Settings
    if section[0] in _LISTED:
        return _LISTED[str(section[0])]
    owner = Settings.model_fields[str(section[0])].annotation
    return owner if isinstance(owner, type) and issubclass(owner, BaseModel) else Settings


def _homes(name: str) -> Iterator[str]:
    """The sections that know a key of this name."""
    for section, field in Settings.model_fields.items():
        owner = field.annotation
        if isinstance(owner, type) and issubclass(owner, BaseModel) and name in owner.model_fields:
            yield section


def _repeated(text: str, line: int | None) -> tuple[str, int, int] | None:
    """The first key or section that a file has twice: its name, its first line and the second."""
    seen: dict[KeyPath, int] = {}
    for statement in statements(text):
        if statement.path and isinstance(statement.path[-1], int):
            continue
        if statement.path in seen and (line is None or statement.last <= line <= statement.last + 1):
            return dotted(statement.path), seen[statement.path], statement.first
        seen.setdefault(statement.path, statement.first)
    return None


def parse_toml(path: Path | None, text: str) -> dict[str, Any]:
    """Read TOML; raises `ConfigError` with the line."""
    too_deep = ConfigError(path, None, None, "not valid TOML: nested too deeply")
    if _DEEP.search(text):
        raise too_deep
    try:
        return tomllib.loads(text)
    except ValueError as error:
        raise syntax_error(path, text, error) from None
    except RecursionError:
        raise too_deep from None
