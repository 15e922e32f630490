"""The seed documents as people handle them: listing, checking, taking in and giving out."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from typing import Any

from config.load import Loaded
from seeds.address import key_of
from seeds.document import Document, read_document, read_file, render_document
from seeds.folder import DEFAULT_WATCH, Scan, SeedFile, scan
from seeds.naming import document_name
from seeds.record import Record
from seeds.shape import record_to_dict
from seeds.shipped import corpus


class NoSeedFolder(Exception):
    """There is no folder that documents could be put into; `str()` says what to do."""


@dataclass(frozen=True, slots=True)
class Seed:
    """A document among the seeds; `address` is what the database calls it."""

    address: str
    watch: str
    document: Document


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of one document: its new path, or why it was left."""

    source: str
    target: Path | None
    reason: str = ""


def seeds_of(loaded: Loaded) -> tuple[list[Seed], list[str]]:
    """All documents of the settings, good and bad, and in words what is wrong with paths and repeated ones."""
    if loaded.builtin:
        shipped = [read_document(raw, f"shipped/{name}") for name, raw in corpus()]
        return [Seed(document.path, DEFAULT_WATCH, document) for document in shipped], []
    found = scan(loaded.settings.seeds.paths)
    listed = [Seed(_stored(file.path, loaded.base), file.watch, file.document) for file in found.files]
    return listed, [f"{notice.path}: {notice.message}" for notice in (*found.problems, *found.warnings)]


def document_at(loaded: Loaded, address: str) -> Document | None:
    """The document that the database calls by that address."""
    return next((seed.document for seed in seeds_of(loaded)[0] if seed.address == address), None)


def listing(loaded: Loaded, known: Mapping[tuple[str, str], Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One row a document: path, watch, title, outlet, date, whether it is good, and what the database knows of it."""
    rows = []
    for seed in seeds_of(loaded)[0]:
        record = seed.document.record
        provider = record.provider if record else None
        stored = known.get((seed.watch, seed.address), {})
        rows.append(
            {
                "path": seed.address,
                "watch": seed.watch,
                "ok": seed.document.ok,
                "title": record.title if record else None,
                "provider": (provider.name or provider.domain) if provider else None,
                "published": record.published_date_time if record else None,
                "uid": stored.get("uid"),
                "related": stored.get("related"),
                "errors": errors(seed.document),
            }
        )
    return rows


def errors(document: Document) -> list[dict[str, Any]]:
    """What is wrong with a document: line and message."""
    return [{"line": problem.line, "message": problem.message} for problem in document.problems]


def checked(paths: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """Path, whether it is good, what is wrong, and the record, of each document in files and folders."""
    for document in _documents(paths):
        yield {
            "path": document.path,
            "ok": document.ok,
            "errors": errors(document),
            "record": record_to_dict(document.record) if document.record else None,
        }


def checked_seeds(loaded: Loaded) -> Iterator[dict[str, Any]]:
    """The same for the documents of the settings."""
    for seed in seeds_of(loaded)[0]:
        record = seed.document.record
        shape = record_to_dict(record) if record else None
        yield {"path": seed.address, "ok": seed.document.ok, "errors": errors(seed.document), "record": shape}


def take_in(loaded: Loaded, paths: Sequence[Path], watch: str | None) -> Iterator[Moved]:
    """Copy good documents into the first folder of seeds; the others are left, and why is said. Nothing is overwritten.

    Raises:
        NoSeedFolder: the settings name no folder of seeds, or `watch` is no name of a folder.
    """
    folder = seed_folder(loaded, watch)
    known = _known(scan([folder.parent if watch else folder]), watch or DEFAULT_WATCH)
    for document in _documents(paths):
        if document.record is None or not document.ok:
            wrong = "; ".join(f"line {problem.line}: {problem.message}" for problem in document.problems)
            yield Moved(document.path, None, wrong)
            continue
        keys = _keys(document)
        first = next((known[key] for key in keys if key in known), None)
        if first is not None:
            yield Moved(document.path, None, f"is among the seeds already, as {first}")
            continue
        target = write_new(folder, _name(document, document.record), document_bytes(document))
        known |= dict.fromkeys(keys, target)
        yield Moved(document.path, target)


def give_out(loaded: Loaded, folder: Path) -> Iterator[Moved]:
    """Write all good seeds as documents into a folder, watches in subfolders; what is there already stays."""
    for seed in seeds_of(loaded)[0]:
        document = seed.document
        if document.record is None or not document.ok:
            yield Moved(seed.address, None, "; ".join(f"line {p.line}: {p.message}" for p in document.problems))
            continue
        place = folder if seed.watch == DEFAULT_WATCH else folder / seed.watch
        name, data = _name(document, document.record), document_bytes(document)
        there = place / name
        if there.is_file() and there.read_bytes() == data:
            yield Moved(seed.address, None, f"is there already, as {there}")
            continue
        yield Moved(seed.address, write_new(place, name, data))


def seed_folder(loaded: Loaded, watch: str | None = None) -> Path:
    """The first folder of seeds, or that of a watch in it.

    Raises:
        NoSeedFolder: there is none, or `watch` is no name of a folder.
    """
    if loaded.builtin:
        raise NoSeedFolder("the built-in settings have no folder of seeds; `seedwatch init` makes settings of your own")
    folder = next((path for path in loaded.settings.seeds.paths if path.is_dir() or not path.suffix), None)
    if folder is None:
        raise NoSeedFolder(f"{loaded.path}: seeds.paths names files alone; add a folder")
    if watch is None or watch == DEFAULT_WATCH:
        return folder
    if not watch.strip() or "/" in watch or "\\" in watch or watch.startswith(".") or not watch.isprintable():
        raise NoSeedFolder(f"{watch!a} cannot be the name of a watch; it is the name of a folder")
    return folder / watch


def document_bytes(document: Document) -> bytes:
    """A document to keep: as it is, or, of a saved page, anew in the seed format."""
    if document.kind == "page" and document.record is not None:
        return render_document(document.record)
    return document.raw


def write_new(folder: Path, name: str, data: bytes) -> Path:
    """Write a document under a name that is free, numbered if need be; returns its path. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    stem, dot, ending = name.rpartition(".")
    for free in chain([name], (f"{stem}-{number}{dot}{ending}" for number in count(2))):
        target = folder / free
        try:
            descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        except FileExistsError:
            continue
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
        except OSError:
            target.unlink(missing_ok=True)
            raise
        return target
    raise AssertionError("numbers do not end")


def _documents(paths: Sequence[Path]) -> Iterator[Document]:
    """The documents of files and folders; a file that is named is read whatever it is called."""
    for path in paths:
        if path.is_dir():
            yield from (file.document for file in scan([path]).files)
        else:
            yield read_file(path)


def _known(found: Scan, watch: str) -> dict[str | bytes, Path]:
    here: list[SeedFile] = [file for file in found.files if file.watch == watch]
    return {key: file.path for file in here for key in _keys(file.document)}


def _keys(document: Document) -> list[str | bytes]:
    """By what a document is known: the key of its address, or else its title and outlet."""
    record = document.record
    if record is None:
        return []
    urls = [url for url in (record.web_url, record.original_url, record.amp_web_url, record.cdn_amp_web_url) if url]
    named = [key for url in urls if (key := key_of(url))]
    return [*named] or [f"{record.title}\0{record.provider.name if record.provider else ''}"]


def _name(document: Document, record: Record) -> str:
    given = Path(document.path).name
    return given if document.kind == "front_matter" else document_name(record)


def _stored(path: Path, base: Path) -> str:
    """A document's path as the database has it: relative to the settings where it lies below them."""
    return str(path.relative_to(base)) if path.is_relative_to(base) else str(path)
