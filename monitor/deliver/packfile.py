"""What a pack is: a zip file of an investigation, with a manifest of what is in it, how long, and with which SHA-256.

manifest.json        what the pack is, and of which versions
seedwatch.toml       the settings, with relative paths alone
seeds/…              the seed documents, and beside them decisions.jsonl
seedwatch.db         the database
seedwatch.captures/  the captures of pages that the database knows of
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from pathlib import PurePosixPath
from typing import Any

FORMAT = "seedwatch-pack"
VERSION = 1
MANIFEST = "manifest.json"
SETTINGS = "seedwatch.toml"
LONGEST_NAME = 400
_HEX = frozenset("0123456789abcdef")
_UID = re.compile(r"[0-9a-z]{4,20}")
_MOST_TOLD = 1_000_000


class PackError(Exception):
    """A pack that cannot be made or taken apart; `str()` names the file and says what to do. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A file in a pack."""

    path: str
    """Relative, with slashes."""
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a pack says of itself."""

    seedwatch: str
    """Version of the program that made it."""
    schema: int
    """Of the database."""
    made_at: str
    settings: str | None
    database: str | None
    journal: str | None
    """The file of decisions, where there is one."""
    files: tuple[Packed, ...]
    notes: tuple[str, ...] = field(default=())
    """What is different from where it was made."""
    captures: str | None = None
    """The folder of captures, where there are any."""
    told: tuple[str, ...] = ()
    """Without a database: uids of what people were told of, so that they are not told again."""

    def as_json(self) -> str:
        """The manifest as it stands in the pack."""
        said = {"format": FORMAT, "version": VERSION, **asdict(self)}
        return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def read_manifest(data: bytes) -> Manifest:
    """The manifest in these bytes.

    Raises:
        ValueError: it is none, or one of a newer program.
    """
    said = _object(data)
    if said.get("format") != FORMAT:
        raise ValueError("is a zip file, but no pack of seedwatch")
    if not isinstance(said.get("version"), int) or said["version"] > VERSION:
        raise ValueError("was made by a newer seedwatch; update seedwatch")
    try:
        files = tuple(Packed(str(f["path"]), int(f["bytes"]), str(f["sha256"])) for f in said["files"])
        manifest = Manifest(
            seedwatch=str(said["seedwatch"]),
            schema=int(said["schema"]),
            made_at=str(said["made_at"]),
            settings=_name(said, "settings"),
            database=_name(said, "database"),
            journal=_name(said, "journal"),
            files=files,
            notes=tuple(map(str, said.get("notes", ()))),
            captures=_name(said, "captures"),
            told=tuple(map(str, said.get("told", ()))),
        )
    except (KeyError, TypeError, ValueError):
        raise ValueError(f"is damaged: its {MANIFEST} lacks something") from None
    _check(manifest)
    return manifest


def fault_of(name: str) -> str | None:
    """Why a name may not be written to, or None when it may."""
    parts = name.split("/")
    if not name or len(name) > LONGEST_NAME or not name.isprintable() or "\\" in name or name[1:2] == ":":
        return "is no name of a file that can be packed"
    if name.startswith(("/", "~")) or any(part in {"", ".", ".."} for part in parts):
        return "leads out of its folder"
    return None


def _check(manifest: Manifest) -> None:
    """Raise ValueError unless names and figures can be trusted as far as to look at the rest."""
    names = [file.path for file in manifest.files]
    for name in names:
        if (fault := fault_of(name)) is not None:
            raise ValueError(f"{name!a} in it {fault}; do not trust it")
    if len(set(names)) != len(names) or MANIFEST in names:
        raise ValueError("has two files of one name; do not trust it")
    above = {str(parent) for name in names for parent in PurePosixPath(name).parents}
    if above & set(names):
        raise ValueError("has a file and a folder of one name; do not trust it")
    for file in manifest.files:
        if file.bytes < 0 or len(file.sha256) != 64 or not set(file.sha256) <= _HEX:
            raise ValueError(f"is damaged: its {MANIFEST} says nonsense of {file.path}")
    for own in (manifest.settings, manifest.database, manifest.journal):
        if own is not None and own not in names:
            raise ValueError(f"is damaged: {own!a} is missing")
    _check_rest(manifest)


def _check_rest(manifest: Manifest) -> None:
    """The same of what is no file."""
    if manifest.captures is not None and fault_of(manifest.captures) is not None:
        raise ValueError("has its captures where none can be; do not trust it")
    if len(manifest.told) > _MOST_TOLD or not all(map(_UID.fullmatch, manifest.told)):
        raise ValueError("says nonsense of what was told; do not trust it")


def _object(data: bytes) -> dict[str, Any]:
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):
        raise ValueError(f"is damaged: its {MANIFEST} is not JSON") from None
    if not isinstance(said, dict):
        raise ValueError(f"is damaged: its {MANIFEST} is not an object")  # noqa: TRY004  one kind of error for its reader
    return said


def _name(said: dict[str, Any], key: str) -> str | None:
    value = said.get(key)
    return None if value is None else str(value)
