"""`pack`: a whole investigation as one file, so that another machine goes on where this one was."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from config.feeds import local_path
from config.files import decode, read_bytes
from config.load import Loaded
from config.relocate import relocate
from config.requests import spelt_out
from config.secrets import redact, references
from config.values import is_path
from db.connection import inspect, open_reader
from db.maintenance import backup
from db.notices import told
from db.pages import capture_files
from db.schema import SCHEMA_VERSION
from monitor import __version__
from monitor.deliver.packfile import MANIFEST, SETTINGS, Manifest, Packed, PackError, fault_of
from monitor.read.warc import folder_of
from seeds.decisions import journal
from seeds.folder import scan

_CHUNK = 1 << 20
_DATABASE = "seedwatch.db"
_BESIDE = ("*.undone", "README*", "readme*")
"""What, beside documents, goes along with a folder of seeds."""


@dataclass(slots=True)
class _Plan:
    """Name in the pack → file, and what has to be said of it."""

    files: dict[str, Path] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    places: set[str] = field(default_factory=set)
    """Names that paths of the settings have in the pack."""
    journal: str | None = None
    captures: dict[str, tuple[Path, int]] = field(default_factory=dict)
    """Name in the pack → file, and how much of it the copy of the database knows of."""
    told: tuple[str, ...] = ()


def pack(
    loaded: Loaded,
    database: Path,
    target: Path,
    now: str,
    *,
    with_database: bool,
    with_captures: bool = True,
    overwrite: bool,
) -> Manifest:
    """Write a pack of settings, seeds, decisions and (unless told otherwise) database and captures, which may be in use.

    Raises:
        PackError: the target is there already, or something cannot be read or written; then there is no pack.
        ConfigError: the settings hold paths that cannot be changed.
        StoreError: the database cannot be read.
    """
    if target.exists() and not overwrite:
        raise PackError(f"{target} is there already; name another file, or add --overwrite")
    if not target.parent.is_dir():
        raise PackError(f"{target.parent} is no folder; make it first")
    try:
        with tempfile.TemporaryDirectory(prefix=".seedwatch-", dir=target.parent) as room:
            plan, text, name = _plan(loaded, database)
            copy = _copy_database(database, Path(room) / "database", plan) if with_database else None
            if copy is not None:
                _add_captures(plan, copy, folder_of(database), folder_of(Path(name)), wanted=with_captures)
            if not with_database:
                plan.told = _told(database)
                plan.notes.append(
                    "it has no database: polls bring articles in again, and decisions take hold as they come"
                )
            part = Path(room) / "pack"
            manifest = _write(part, plan, text, (name, copy), now)
            _put(part, target, overwrite=overwrite)
    except OSError as error:
        raise PackError(f"{error.filename or target}: cannot be read or written ({error.strerror or error})") from None
    return manifest


def _plan(loaded: Loaded, database: Path) -> tuple[_Plan, bytes | None, str]:
    """What goes into the pack, the text of the settings, and the name of the database there."""
    plan = _Plan()
    base = loaded.base
    if loaded.builtin or loaded.path is None:
        plan.notes.append("it has no settings file: the built-in settings, with the shipped seeds, were in force")
        _add_journal(plan, loaded, database, {})
        return plan, None, _DATABASE
    folders = {path: _place(path, base, plan) for path in loaded.settings.seeds.paths}
    lists = {path: _place(path, base, plan) for path in loaded.settings.feeds_from}
    name = _place(database, base, plan) if database == loaded.settings.database.path else None
    if name is None:
        name = _DATABASE
        plan.notes.append(f"its database was {database}, and is {name} now")
    for path, inside in folders.items():
        _add_seeds(plan, path, inside)
    for path, inside in lists.items():
        plan.files[inside] = path
    _add_feeds(plan, loaded)
    secrets = list(_spelt_out(loaded))
    if secrets:
        plan.notes.append(f"its settings spell out secrets (of {' and '.join(secrets)}); keep it safe")
    _add_journal(plan, loaded, database, folders)
    if loaded.path.name != SETTINGS:
        plan.notes.append(f"its settings were {loaded.path.name}, and are {SETTINGS} now")
    return plan, _settings(loaded, loaded.path, name, list(folders.values()), list(lists.values())), name


def _settings(loaded: Loaded, path: Path, database: str, seeds: list[str], lists: list[str]) -> bytes:
    """The settings with paths that hold wherever the pack is taken apart; as they are where they do already."""
    raw = read_bytes(path)
    text = decode(path, raw)
    base, settings = loaded.base, loaded.settings
    moved_database = base / database != settings.database.path
    moved_seeds = [base / name for name in seeds] != list(settings.seeds.paths)
    moved_lists = [base / name for name in lists] != list(settings.feeds_from)
    if not moved_database and not moved_seeds and not moved_lists:
        return raw
    new = relocate(
        text,
        database=database if moved_database else None,
        seeds=seeds if moved_seeds else None,
        feeds_from=lists if moved_lists else None,
        path=path,
    )
    return new.encode()


def _place(path: Path, base: Path, plan: _Plan) -> str:
    """The place in the pack of a path of the settings: where it is, if that is below them, else one of its own."""
    below = path.relative_to(base) if path.is_relative_to(base) else None
    if below is not None and ".." not in below.parts:
        plan.places.add(below.parts[0] if below.parts else ".")
        return below.as_posix()
    stem = path.name.lstrip(".") or "elsewhere"
    name, number = stem, 1
    while name in plan.places or (base / name).exists():
        number += 1
        name = f"{number}-{stem}"
    plan.places.add(name)
    plan.notes.append(f"{path} is outside the folder of the settings, and is {name} in it")
    return name


def _add_seeds(plan: _Plan, path: Path, inside: str) -> None:
    """All documents under a path of seeds, and what is kept beside them."""
    if not path.exists():
        plan.notes.append(f"{path} does not exist, and is not in it")
        return
    if path.is_file():
        plan.files[inside] = path
        return
    found = [file.path for file in scan([path]).files]
    found += [
        beside
        for pattern in _BESIDE
        for beside in sorted(path.rglob(pattern))
        if beside.is_file() and not any(part.startswith(".") for part in beside.relative_to(path).parts)
    ]
    prefix = "" if inside == "." else f"{inside}/"
    for file in found:
        plan.files[prefix + file.relative_to(path).as_posix()] = file


def _add_feeds(plan: _Plan, loaded: Loaded) -> None:
    """Feeds that are files: those below the settings go along."""
    for feed in loaded.settings.feeds:
        file = local_path(feed.url, loaded.base)
        if file is None:
            continue
        below = file.relative_to(loaded.base) if file.is_relative_to(loaded.base) else None
        if below is not None and ".." not in below.parts and file.is_file() and is_path(feed.url):
            plan.files[below.as_posix()] = file
        else:
            plan.notes.append(f"the feed {feed.name or feed.public_url} is a file of this machine, and is not in it")


def _spelt_out(loaded: Loaded) -> Iterator[str]:
    """What in the settings spells out a secret, in words. A target of notices may be one whatever it looks like."""
    secret = sum(any(spelt_out(feed)) for feed in loaded.settings.feeds)
    if secret:
        yield f"{secret} feed{'s' if secret > 1 else ''}"
    proxy = loaded.settings.network.proxy
    if redact(proxy) != proxy:
        yield "the proxy"
    if not all(map(references, loaded.settings.alerts.targets)):
        yield "notices"


def _add_journal(plan: _Plan, loaded: Loaded, database: Path, folders: dict[Path, str]) -> None:
    path = journal(loaded.settings.seeds.paths, database)
    if not path.is_file():
        return
    if not folders:
        name = path.name
    else:
        first, inside = next(iter(folders.items()))
        folder = Path(inside) if path.parent == first else Path(inside).parent
        name = (folder / path.name).as_posix()
    plan.files[name] = path
    plan.journal = name


def _add_captures(plan: _Plan, copy: Path, folder: Path, inside: Path, *, wanted: bool) -> None:
    """The captures that the copy of the database knows of, up to where it does: more may be written meanwhile."""
    if inspect(copy) != "ours":
        return  # of an older version, from before there were any
    with contextlib.closing(open_reader(copy)) as connection:
        files = capture_files(connection)
    if files and not wanted:
        plan.notes.append(f"captures of pages ({folder}) are not in it")
        return
    for name, length in files.items():
        file = folder / name
        if file.is_file() and file.stat().st_size >= length:
            plan.captures[(inside / name).as_posix()] = (file, length)
        else:
            plan.notes.append(f"the captures in {file} are missing, or cut off, and are not in it")


def _told(database: Path) -> tuple[str, ...]:
    """Uids of what people were told of."""
    if inspect(database) != "ours":
        return ()
    with contextlib.closing(open_reader(database)) as connection:
        return told(connection)


def _copy_database(database: Path, copy: Path, plan: _Plan) -> Path | None:
    if inspect(database) in {"absent", "empty"}:
        plan.notes.append(f"there was no database yet ({database})")
        return None
    backup(database, copy)
    return copy


def _write(part: Path, plan: _Plan, text: bytes | None, database: tuple[str, Path | None], now: str) -> Manifest:
    """Write the pack. The decisions are read after the database was copied: the file must not lack what that has."""
    name, copy = database
    for inside, path in [*plan.files.items(), *((n, file) for n, (file, _) in plan.captures.items())]:
        if (fault := fault_of(inside)) is not None:
            raise PackError(f"{path!a} {fault}; give it another name")
    listed = dict(sorted(plan.files.items()))
    if copy is not None:
        listed[name] = copy
    with _new(part) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        packed = [_add(archive, SETTINGS, text)] if text is not None else []
        packed += [_add_file(archive, inside, path) for inside, path in listed.items()]
        packed += [_add_file(archive, inside, path, length) for inside, (path, length) in plan.captures.items()]
        manifest = Manifest(
            seedwatch=__version__,
            schema=SCHEMA_VERSION,
            made_at=now,
            settings=SETTINGS if text is not None else None,
            database=name if copy is not None else None,
            journal=plan.journal,
            files=tuple(packed),
            notes=tuple(plan.notes),
            captures=folder_of(Path(name)).as_posix() if plan.captures else None,
            told=plan.told,
        )
        _add(archive, MANIFEST, manifest.as_json().encode("utf-8", "backslashreplace"))
    return manifest


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> Packed:
    archive.writestr(_info(name), data)
    return Packed(name, len(data), hashlib.sha256(data).hexdigest())


def _add_file(archive: zipfile.ZipFile, name: str, path: Path, most: int | None = None) -> Packed:
    """Add a file, or the first `most` bytes of it."""
    digest, length = hashlib.sha256(), 0
    with path.open("rb") as source, archive.open(_info(name), "w", force_zip64=True) as entry:
        while chunk := source.read(_CHUNK if most is None else min(_CHUNK, most - length)):
            digest.update(chunk)
            length += len(chunk)
            entry.write(chunk)
    return Packed(name, length, digest.hexdigest())


def _info(name: str) -> zipfile.ZipInfo:
    """An entry for a plain file of its owner; nothing tells whose it was."""
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o100600 << 16
    return info


@contextlib.contextmanager
def _new(path: Path) -> Iterator[IO[bytes]]:
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _put(part: Path, target: Path, *, overwrite: bool) -> None:
    """Let the pack appear whole under its name; one that came meanwhile is not written over."""
    if overwrite:
        part.replace(target)
        return
    try:
        os.link(part, target)
    except FileExistsError:
        raise PackError(f"{target} is there already; name another file, or add --overwrite") from None
    except OSError:  # a file system without links
        if target.exists():
            raise PackError(f"{target} is there already; name another file, or add --overwrite") from None
        part.replace(target)
