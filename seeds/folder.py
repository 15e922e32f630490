"""The folders of seed documents: what is in them, which watch it belongs to, and whether something changed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from seeds.address import key_of
from seeds.document import Document, read_file

DEFAULT_WATCH = "default"
SUFFIXES = frozenset({".md", ".txt"})

Stamp = tuple[int, int]
"""Size in bytes and time of the last change in nanoseconds."""


@dataclass(frozen=True, slots=True)
class SeedFile:
    """One document, the watch it belongs to, and the stamp by which a change of the file is noticed."""

    path: Path
    watch: str
    document: Document
    stamp: Stamp | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about a path that its owner should know."""

    path: Path
    message: str


@dataclass(frozen=True, slots=True)
class Scan:
    """What is in the configured paths."""

    files: tuple[SeedFile, ...] = ()
    """All documents found, sound or not, sorted by path."""
    problems: tuple[Notice, ...] = ()
    """Paths that are missing or cannot be listed."""
    warnings: tuple[Notice, ...] = ()
    """Documents that repeat another of their watch, and are left out of `good`."""
    repeated: frozenset[Path] = field(default_factory=frozenset)

    @property
    def good(self) -> tuple[SeedFile, ...]:
        """The documents to work with: readable, and each article once in a watch."""
        return tuple(file for file in self.files if file.document.ok and file.path not in self.repeated)


@dataclass(frozen=True, slots=True)
class _Found:
    path: Path
    watch: str
    stamp: Stamp | None


def scan(paths: Sequence[Path], previous: Scan | None = None) -> Scan:
    """Reads all documents; those that did not change since `previous` are taken from it."""
    problems: list[Notice] = []
    before = previous.files if previous else ()
    known = {(file.path, file.stamp): file.document for file in before if file.stamp is not None}
    files = tuple(
        SeedFile(found.path, found.watch, _document(found, known), found.stamp) for found in _walk(paths, problems)
    )
    warnings = tuple(_repeats(files))
    return Scan(files, tuple(problems), warnings, frozenset(notice.path for notice in warnings))


def fingerprint(paths: Sequence[Path]) -> str:
    """Changes when a document is added, removed or written to; looks at the folders only, not into the files."""
    digest = blake2b(digest_size=16)
    problems: list[Notice] = []
    for found in _walk(paths, problems):
        digest.update(f"{found.path}\0{found.watch}\0{found.stamp}\n".encode(errors="surrogateescape"))
    for problem in problems:
        digest.update(f"{problem.path}\0{problem.message}\n".encode(errors="surrogateescape"))
    return digest.hexdigest()


def _document(found: _Found, known: Mapping[tuple[Path, Stamp], Document]) -> Document:
    before = known.get((found.path, found.stamp)) if found.stamp is not None else None
    return before or read_file(found.path)


def _walk(paths: Sequence[Path], problems: list[Notice]) -> list[_Found]:
    """The documents under all paths, sorted, each file once."""
    found: dict[Path, _Found] = {}
    for path in paths:
        for item in _under(path, problems):
            found.setdefault(item.path, item)
    return [found[path] for path in sorted(found)]


def _under(path: Path, problems: list[Notice]) -> Iterator[_Found]:
    if path.is_dir():
        yield from _in_folder(path, None, frozenset(), problems)
    elif path.exists():
        yield _Found(path, DEFAULT_WATCH, _stamp(path))
    else:
        problems.append(Notice(path, "does not exist; create it or correct [seeds] paths"))


def _in_folder(
    folder: Path, watch: str | None, above: frozenset[tuple[int, int]], problems: list[Notice]
) -> Iterator[_Found]:
    """Documents of a folder and those below; `above` are the folders it is in, so that links cannot go round."""
    try:
        status = folder.stat()
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        problems.append(Notice(folder, f"cannot be listed: {error.strerror or error}"))
        return
    identity = (status.st_dev, status.st_ino)
    if identity in above:
        return
    for entry in entries:
        path = folder / entry.name
        if entry.name.startswith("."):
            continue
        if _is_folder(entry):
            yield from _in_folder(path, watch or entry.name, above | {identity}, problems)
        elif path.suffix.lower() in SUFFIXES and path.stem.lower() != "readme":
            yield _Found(path, watch or DEFAULT_WATCH, _stamp(path))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def _stamp(path: Path) -> Stamp | None:
    """None for a file that is gone or a link that leads nowhere."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def _repeats(files: Sequence[SeedFile]) -> Iterator[Notice]:
    """Documents with the bytes or the address of an earlier one of the same watch."""
    seen: dict[tuple[str, str | bytes], Path] = {}
    for file in files:
        if not file.document.ok:
            continue
        keys = [(file.watch, key) for key in _keys(file.document)]
        first = next((seen[key] for key in keys if key in seen), None)
        if first is not None:
            yield Notice(file.path, f"is the same article as {first}; remove one of them")
        for key in keys:
            seen.setdefault(key, first or file.path)


def _keys(document: Document) -> Iterator[str | bytes]:
    yield blake2b(document.raw, digest_size=16).digest()
    url = document.record.web_url if document.record else None
    if url and (key := key_of(url)):
        yield key
