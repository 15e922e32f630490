"""How settings are written: the value of each as TOML, and its type in plain words."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import tomlkit
from pydantic.fields import FieldInfo

from config.units import format_duration, format_size
from config.values import Kind


def kind(field: FieldInfo) -> str:
    """The type of a setting in plain words; empty for whole sections."""
    return next((note.words for note in field.metadata if isinstance(note, Kind)), "")


def written(field: FieldInfo, value: object) -> str:
    """A value of a setting as it stands in a TOML file."""
    if isinstance(value, int) and kind(field) == "size":
        return f'"{format_size(value)}"'
    return _plain(value)


def _plain(value: object) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_plain, value))}]"
    if isinstance(value, dict):
        table = tomlkit.inline_table()
        table.update(value)
        return table.as_string()
    if isinstance(value, timedelta):
        value = format_duration(value)
    if isinstance(value, Path):
        value = value.as_posix()
    return tomlkit.item("" if value is None else value).as_string()
