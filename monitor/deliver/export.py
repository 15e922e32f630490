"""Handing the findings on: seed documents, JSON lines, CSV. Streams: no export has to fit into memory."""

from __future__ import annotations

import csv
import io
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

from monitor.deliver.jsontext import json_text
from monitor.deliver.seedbook import write_new
from seeds.address import key_of
from seeds.document import read_file, render_document
from seeds.naming import document_name
from seeds.record import KEYS, Record
from seeds.shape import ShapeError, record_from_dict

BOM = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # full-width signs count in some programs

_STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


@dataclass(slots=True)
class Written:
    """What an export into a folder did: documents written, and those that were there already, the same."""

    written: list[Path] = field(default_factory=list)
    unchanged: int = 0


def csv_lines(head: Sequence[str], rows: Iterable[Sequence[Any]], *, bom: bool = False) -> Iterator[str]:
    """A table as CSV (RFC 4180) without formulas; with `bom`, spreadsheets know that it is UTF-8."""
    yield BOM if bom else ""
    yield from csv_more([head])
    yield from csv_more(rows)


def csv_more(rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Lines of such a table, without its head."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    for row in rows:
        writer.writerow([harmless(value) for value in row])
        yield _taken(buffer)


def harmless(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula and no terminal for a command.

    What could be a formula gets an apostrophe in front; control and direction characters become spaces.
    """
    if not isinstance(value, str):
        return value
    safe = _STEERING.sub(" ", value)
    # Blanks in front do not help: some programs leave them out, and control characters became such.
    risky = any(text.startswith(_FORMULA) for text in (value.lstrip(" \u00a0"), safe.lstrip()))
    return f"'{safe}" if risky else safe


def json_lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """One record a line, in the keys of the seed format and what was judged."""
    for row in rows:
        shape = {key: row[key] for key in KEYS.values()}
        judged = {key: row[key] for key in ("uid", "verdict", "relevance", "reason")}
        yield json_text({**judged, **shape}) + "\n"


def write_documents(rows: Iterable[Mapping[str, Any]], folder: Path) -> Written:
    """Write one seed document a row into a folder, which is made; an article's own document of before is renewed.

    Raises:
        OSError: something cannot be written; what was written before stays.
    """
    done = Written()
    folder.mkdir(parents=True, exist_ok=True)
    for row in rows:
        record = record_of(row)
        name = document_name(replace(record, published_date_time=record.published_date_time or row["first_seen_at"]))
        data = render_document(record)
        there = _document_of(folder, name, record)
        if there is None:
            done.written.append(write_new(folder, name, data))
        elif there.read_bytes() == data:
            done.unchanged += 1
        else:
            _replace(there, [data])
            done.written.append(there)
    return done


def record_of(row: Mapping[str, Any]) -> Record:
    """The record of a row of `seed_format`; keys whose value the format does not allow are left out."""
    data = {key: row[key] for key in KEYS.values() if row[key] not in (None, [], {})}
    try:
        return record_from_dict(data)
    except ShapeError as error:
        wrong = {flaw.path[0] for flaw in error.flaws if flaw.path}
        return record_from_dict({key: value for key, value in data.items() if key not in wrong})


def write_lines(lines: Iterable[str], output: Path | None, stdout: IO[bytes]) -> None:
    """Write text as UTF-8 into a file, which appears only when it is whole, or to `stdout`; raises OSError."""
    encoded = (line.encode("utf-8", "replace") for line in lines if line)
    if output is not None:
        _replace(output, encoded)
        return
    for data in encoded:
        stdout.write(data)
    stdout.flush()


def _document_of(folder: Path, name: str, record: Record) -> Path | None:
    """The document of that article in a folder, under its name or one with a number behind."""
    stem = name.removesuffix(".md")
    for path in [folder / name, *sorted(folder.glob(f"{stem}-[0-9]*.md"))]:
        if path.is_file() and (other := read_file(path).record) is not None and _same(other, record):
            return path
    return None


def _same(one: Record, other: Record) -> bool:
    if one.web_url and other.web_url:
        return key_of(one.web_url) == key_of(other.web_url)
    return (one.title, one.provider, one.web_url) == (other.title, other.provider, other.web_url)


def _replace(path: Path, parts: Iterable[bytes]) -> None:
    """Put new contents in place of a file in one step; a new one is its owner's alone."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name[:50]}.", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            for data in parts:
                file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            part.chmod(path.stat().st_mode & 0o777)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _taken(buffer: io.StringIO) -> str:
    """What a buffer holds, which is empty afterwards."""
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
