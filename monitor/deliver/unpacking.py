"""`unpack`: a pack taken apart into a folder. A pack may come from anybody: nothing of it is believed before it is checked.

Everything is written into a folder beside its place first, counted and compared with its SHA-256; only then is it moved,
all of it or none.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from config.errors import ConfigError
from config.files import LARGEST, decode
from config.load import check
from config.paths import resolve
from config.relocate import outside
from db import notices
from db.connection import inspect
from db.errors import StoreError
from db.lock import daemon_runs
from db.store import Store
from monitor.deliver.packfile import MANIFEST, Manifest, Packed, PackError, read_manifest
from monitor.read.warc import folder_of

_CHUNK = 1 << 20
_LARGEST_MANIFEST = 32_000_000
_MOST_FILES = 200_000
_DENSEST = 200
"""How many times longer than in the pack its files may be, beyond `_FREE`: nothing that people keep is denser."""
_FREE = 16_000_000
_FEW = 5
_BESIDE_DATABASE = ("-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What was unpacked, and where to."""

    folder: Path
    manifest: Manifest
    settings: Path | None
    database: Path | None


def unpack(
    source: Path, folder: Path, *, overwrite: bool, settings: Path | None = None, database: Path | None = None
) -> Unpacked:
    """Take a pack apart into a folder; `settings` and `database` are other places for these two.

    Raises:
        PackError: it is no pack, is damaged, cannot be trusted, or something is there already; then nothing was changed.
    """
    try:
        with _opened(source) as archive:
            manifest = _manifest(archive, source)
            targets = _targets(manifest, folder, settings, database)
            _refuse_what_is_there(targets, folder, overwrite=overwrite)
            if overwrite and manifest.database and daemon_runs(targets[manifest.database]):
                raise PackError(f"a daemon runs on {targets[manifest.database]}; stop it first")
            made = _missing_folders([folder, *(target.parent for target in targets.values())])
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=".seedwatch-", dir=folder) as room:
                try:
                    _extract(archive, manifest, source, Path(room))
                    _look_into(manifest, source, Path(room))
                    _move(manifest, targets, Path(room), overwrite=overwrite)
                except BaseException:
                    shutil.rmtree(room, ignore_errors=True)
                    _remove_empty(made)
                    raise
    except OSError as error:
        raise PackError(f"{error.filename or folder}: cannot be read or written ({error.strerror or error})") from None
    named = {name: targets[name] for name in (manifest.settings, manifest.database) if name is not None}
    if manifest.told and manifest.database is None:
        _note_told(manifest, database or _database_of(named.get(manifest.settings or ""), folder))
    return Unpacked(folder, manifest, named.get(manifest.settings or ""), named.get(manifest.database or ""))


def _database_of(settings: Path | None, folder: Path) -> Path:
    """Where the database will be by the settings that were unpacked."""
    if settings is None:
        return folder / "seedwatch.db"
    written = check(decode(settings, settings.read_bytes()), settings).database.path
    return resolve(written, settings.parent)


def _note_told(manifest: Manifest, database: Path) -> None:
    """Begin a database with what people were told of, so that nobody is told again of what polls bring back."""
    try:
        with contextlib.closing(Store(database)) as store, store.transaction() as connection:
            if notices.begun(connection):
                return
            notices.begin(connection, manifest.told, manifest.made_at)
    except StoreError as error:
        raise PackError(f"all is unpacked, but what people were told of could not be noted: {error}") from None


@contextlib.contextmanager
def _opened(source: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(source) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OverflowError) as error:
        # RuntimeError is what an encrypted entry gives, NotImplementedError another way of compressing.
        raise PackError(f"{source}: is no pack, or is damaged ({error})") from None


def _manifest(archive: zipfile.ZipFile, source: Path) -> Manifest:
    """The manifest, once what the zip file has is what it says."""
    entries = {info.filename: info for info in archive.infolist()}
    if MANIFEST not in entries:
        raise PackError(f"{source}: is a zip file, but no pack of seedwatch")
    if len(entries) != len(archive.infolist()) or len(entries) > _MOST_FILES:
        raise PackError(f"{source}: has too many files, or two of one name; do not trust it")
    if entries[MANIFEST].file_size > _LARGEST_MANIFEST:
        raise PackError(f"{source}: its {MANIFEST} is too large; do not trust it")
    try:
        with archive.open(MANIFEST) as said_there:
            manifest = read_manifest(said_there.read(_LARGEST_MANIFEST))
    except ValueError as error:
        raise PackError(f"{source}: {error}") from None
    said = {file.path: file for file in manifest.files}
    if said.keys() != entries.keys() - {MANIFEST}:
        raise PackError(f"{source}: its files are not those that its {MANIFEST} names; do not trust it")
    for name, file in said.items():
        kind = entries[name].external_attr >> 28
        if kind not in {0, 0o10} or entries[name].is_dir():
            raise PackError(f"{source}: {name!a} in it is a link or something else than a file; do not trust it")
        if entries[name].file_size != file.bytes:
            raise PackError(f"{source}: {name!a} in it is longer or shorter than its {MANIFEST} says")
    whole = sum(file.bytes for file in manifest.files)
    if whole > _FREE + _DENSEST * sum(info.compress_size for info in entries.values()):
        raise PackError(f"{source}: would unpack to {whole:,} bytes, far more than a pack of its size; do not trust it")
    return manifest


def _targets(manifest: Manifest, folder: Path, settings: Path | None, database: Path | None) -> dict[str, Path]:
    """Name in the pack → where it goes."""
    targets = {file.path: folder.joinpath(*file.path.split("/")) for file in manifest.files}
    named = {manifest.settings: settings, manifest.database: database}
    if manifest.captures is not None and database is not None:
        inside = f"{manifest.captures}/"
        beside = folder_of(database)
        captures = [name for name in targets if name.startswith(inside)]
        targets |= {name: beside.joinpath(*name.removeprefix(inside).split("/")) for name in captures}
    return targets | {name: place for name, place in named.items() if name is not None and place is not None}


def _refuse_what_is_there(targets: Mapping[str, Path], folder: Path, *, overwrite: bool) -> None:
    """Nothing is written over without being told, and never through a link inside the folder."""
    for target in targets.values():
        for parent in target.parents:
            if parent.is_symlink() and parent.is_relative_to(folder) and parent != folder:
                raise PackError(f"{parent} is a link; unpack into another folder")
            if parent.exists() and not parent.is_dir():
                raise PackError(f"{parent} is a file; unpack into another folder")
    there = [target for target in targets.values() if os.path.lexists(target)]
    odd = [target for target in there if target.is_symlink() or not target.is_file()]
    if odd:
        raise PackError(f"{odd[0]} is there, and is no plain file; unpack into another folder")
    if there and not overwrite:
        some = ", ".join(str(target) for target in there[:_FEW]) + (" …" if len(there) > _FEW else "")
        raise PackError(f"there already: {some}; unpack into another folder, or add --overwrite")
    beside = [f for t in targets.values() for end in _BESIDE_DATABASE if (f := Path(f"{t}{end}")).exists()]
    if beside and not overwrite:
        raise PackError(f"{beside[0]} is left of another database; unpack into another folder, or add --overwrite")


def _extract(archive: zipfile.ZipFile, manifest: Manifest, source: Path, room: Path) -> None:
    """Write every file under its number, as long as it says and with the SHA-256 that it says."""
    whole = sum(file.bytes for file in manifest.files)
    if whole > shutil.disk_usage(room).free:
        raise PackError(f"{source}: needs {whole:,} bytes, which are not free in {room.parent}")
    for number, file in enumerate(manifest.files):
        target = room / str(number)
        with archive.open(file.path) as packed, _new(target) as written:
            if _copied(packed, written, file) != file.sha256:
                raise PackError(f"{source}: {file.path!a} in it is damaged; its SHA-256 is another one")


def _copied(packed: IO[bytes], written: IO[bytes], file: Packed) -> str:
    """Copy at most as many bytes as there should be; returns the SHA-256 of what there was."""
    digest, left = hashlib.sha256(), file.bytes + 1
    while left > 0 and (chunk := packed.read(min(_CHUNK, left))):
        digest.update(chunk)
        written.write(chunk)
        left -= len(chunk)
    return digest.hexdigest()


def _look_into(manifest: Manifest, source: Path, room: Path) -> None:
    """Refuse settings that reach out of the folder, and a database that this program cannot use."""
    numbers = {file.path: room / str(number) for number, file in enumerate(manifest.files)}
    if manifest.settings is not None:
        file = numbers[manifest.settings]
        try:
            if file.stat().st_size > LARGEST:
                raise PackError(f"{source}: its settings are too large")
            led_out = outside(check(decode(Path(manifest.settings), file.read_bytes()), Path(manifest.settings)))
        except ConfigError as error:
            raise PackError(f"{source}: its settings do not hold: {'; '.join(map(str, error.every))}") from None
        if led_out:
            key, path = led_out[0]
            raise PackError(f"{source}: its settings lead out of their folder ({key}: {str(path)!a}); do not trust it")
    if manifest.database is not None:
        try:
            kind = inspect(numbers[manifest.database])
        except StoreError as error:
            raise PackError(f"{source}: its database {str(error).partition(': ')[2]}") from None
        if kind not in {"ours", "older"}:
            raise PackError(f"{source}: its database is empty")


def _move(manifest: Manifest, targets: Mapping[str, Path], room: Path, *, overwrite: bool) -> None:
    """Put everything in its place; on any error all is as it was."""
    aside: list[tuple[Path, Path]] = []
    placed: list[Path] = []
    try:
        for number, file in enumerate(manifest.files):
            target = targets[file.path]
            target.parent.mkdir(parents=True, exist_ok=True)
            old = [target, *(Path(f"{target}{end}") for end in _BESIDE_DATABASE)] if overwrite else []
            for there in old:
                if there.exists():
                    kept = room / f"old-{len(aside)}"
                    shutil.move(there, kept)
                    aside.append((kept, there))
            _place(room / str(number), target)
            placed.append(target)
    except BaseException:
        for target in placed:
            target.unlink(missing_ok=True)
        for kept, there in aside:
            shutil.move(kept, there)
        raise


def _place(file: Path, target: Path) -> None:
    """Move a file to where none is yet."""
    try:
        os.link(file, target)
    except FileExistsError:
        raise PackError(f"{target} came into being meanwhile; nothing was unpacked") from None
    except OSError:  # another file system, or one without links
        with file.open("rb") as source, _new(target) as written:
            shutil.copyfileobj(source, written)


@contextlib.contextmanager
def _new(path: Path) -> Iterator[IO[bytes]]:
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(path, flags, 0o600), "w+b") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _missing_folders(folders: list[Path]) -> list[Path]:
    """Folders that are not there yet, the innermost first."""
    missing = {one for folder in folders for one in (folder, *folder.parents) if not one.exists()}
    return sorted(missing, key=lambda folder: len(folder.parts), reverse=True)


def _remove_empty(folders: list[Path]) -> None:
    for folder in folders:
        with contextlib.suppress(OSError):
            folder.rmdir()
