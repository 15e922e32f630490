"""Files of history, whatever they are packed in: folders, archives, web archives, JSON Lines and single documents. All lazy."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO

from monitor.backfill import archives, webarchive
from monitor.backfill.members import (
    DEEPEST,
    DENSEST,
    LARGEST,
    LIGHTEST,
    LONGEST_LINE,
    Damaged,
    Flaw,
    Member,
    Position,
)
from monitor.backfill.streams import (
    BROKEN,
    GZIP,
    HEAD,
    ZSTANDARD,
    Meter,
    Opener,
    beginning,
    buffered,
    head_of,
    kind_of,
    unpacking,
    whole,
    why,
)

_START = Position()
_END = Position(1)
_ENDS = 1 << 16
_AS_THEY_ARE = frozenset({"document", "zip"})
"""What is not unpacked here when it is packed by gzip."""


def files_below(paths: Sequence[Path]) -> Iterator[Path]:
    """All files below `paths`, in a fixed order; hidden ones and links aside, but for what is named itself."""
    for path in paths:
        if path.is_file():
            yield path
        else:
            yield from _below(path)


def _below(folder: Path) -> Iterator[Path]:
    with os.scandir(folder) as found:
        there = sorted((one.name, one.is_dir(follow_symlinks=False)) for one in found if not one.is_symlink())
    for name, is_folder in there:
        if name.startswith("."):
            continue
        if is_folder:
            yield from _below(folder / name)
        elif (folder / name).is_file():
            yield folder / name


Begin = Callable[[str], Position | None]
"""Where to begin in a container, by the name of what it holds; None: not at all."""


def from_the_beginning(_: str) -> Position:
    """Whatever it holds."""
    return _START


def members(path: Path, begin: Begin = from_the_beginning) -> Iterator[Member | Flaw]:
    """What a file holds, one thing at a time; a file that is no container is its only member.

    Never raises for what stands in the file, or because it cannot be read: that is a `Flaw`.
    """
    try:
        with path.open("rb") as file:
            if not S_ISREG(os.fstat(file.fileno()).st_mode):
                yield Flaw("is not a regular file", _END)
                return
            size = os.fstat(file.fileno()).st_size
            yield from _file(file, size, begin)
    except OSError as error:
        yield Flaw(f"cannot be read ({error.strerror or error})", _END)


def name_of_archive(path: Path) -> str | None:
    """The name of what a web archive holds; None for all else, and for what cannot be read."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
            if kind_of(beginning(head) if head.startswith(GZIP) else head) not in {"warc", "arc"}:
                return None
            return _name_of(file, os.fstat(file.fileno()).st_size)
    except OSError:
        return None


def _file(file: BinaryIO, size: int, begin: Begin) -> Iterator[Member | Flaw]:
    head = file.read(HEAD)
    opened = unpacking(head)
    if opened is None and kind_of(head) == "document":
        yield from _document(file, size, head)
        return
    name = _name_of(file, size)
    meter = Meter(LIGHTEST + DENSEST * size)
    file.seek(0)
    kind, opened = _kind(head, file, meter)
    file.seek(0)
    start = begin(name) if kind != "document" else _START
    if start is None:
        return
    if kind in {"warc", "arc"} and (opened is None or head.startswith(GZIP)):
        yield from webarchive.records(file, start)  # which can go to where it was, and on behind what is damaged
    elif opened is None and kind == "zip":
        yield from archives.zipped(file, start, meter, _inside)
    elif opened is None and kind == "lines":
        yield from _lines(file, start)
    elif opened is None and kind == "document":
        yield from _document(file, size)
    else:
        try:
            yield from _stream(buffered(opened(file) if opened else file, meter), kind, start, meter)
        except (*BROKEN, Damaged) as error:
            yield Flaw(why(error), _END)


def _name_of(file: BinaryIO, size: int) -> str:
    """A name for what a container holds that does not need all of it: of its beginning, its end and its length."""
    digest = hashlib.blake2b(str(size).encode(), digest_size=16)
    file.seek(0)
    digest.update(file.read(_ENDS))
    file.seek(max(0, size - _ENDS))
    digest.update(file.read(_ENDS))
    return digest.hexdigest()


def _kind(head: bytes, file: BinaryIO, meter: Meter) -> tuple[str, Opener | None]:
    """What a file is, and how it is unpacked. A packed document is left as it is: who reads it unpacks what there is of it."""
    opened = unpacking(head)
    if opened is None:
        return kind_of(head), None
    if head.startswith(GZIP):
        kind = kind_of(beginning(head))
        return kind, None if kind in _AS_THEY_ARE else opened
    try:
        return kind_of(head_of(buffered(opened(file), meter))), opened
    except (*BROKEN, Damaged):
        return "document", opened


def _inside(stream: BinaryIO, meter: Meter, depth: int) -> Iterator[Member | Flaw]:
    """What a member of an archive is or holds; positions in it say nothing to whoever reads the archive."""
    counted = buffered(stream, meter)
    head = head_of(counted)
    opened, kind = unpacking(head), kind_of(head)
    if opened is not None and head.startswith(GZIP) and kind_of(beginning(head)) in _AS_THEY_ARE:
        opened = None  # see `_kind`
    if opened is not None:
        counted = buffered(opened(counted), meter)
        kind = kind_of(head_of(counted))
    if kind in {"zip", "tar"} and depth > DEEPEST:
        yield Flaw("is an archive within archives, nested too deep to be looked into", _END)
    else:
        yield from _stream(counted, kind, _START, meter, depth)


def _stream(
    stream: io.BufferedReader, kind: str, start: Position, meter: Meter, depth: int = 1
) -> Iterator[Member | Flaw]:
    """What a stream that cannot go back holds."""
    if kind in {"warc", "arc"}:
        yield from webarchive.records(stream, start)
    elif kind == "tar":
        yield from archives.tarred(stream, start, meter, _inside, depth)
    elif kind == "zip":
        yield from archives.zipped(io.BytesIO(whole(stream)), start, meter, _inside, depth)
    elif kind == "lines":
        yield from _lines(stream, start)
    else:
        yield from _document(stream)


def _document(stream: BinaryIO, size: int | None = None, head: bytes = b"") -> Iterator[Member | Flaw]:
    if size is not None and size > LARGEST:
        yield Flaw(f"is larger than {LARGEST // 1_000_000} MB", _END)
        return
    body = head + whole(stream)
    if body.startswith(ZSTANDARD):
        yield Flaw("is packed by Zstandard; unpack it first", _END)
    else:
        yield Member("document", body, _END)


def _lines(stream: BinaryIO, start: Position) -> Iterator[Member | Flaw]:
    """Records of JSON Lines; a position passes over lines, which costs little beside what storing them did."""
    number = 0
    while line := stream.readline(LONGEST_LINE + 1):
        number += 1
        too_long = len(line) > LONGEST_LINE
        while too_long and not line.endswith(b"\n") and (line := stream.readline(LONGEST_LINE)):
            pass
        if number <= start.passing or not (too_long or line.strip(b"\xef\xbb\xbf \t\r\n")):
            continue
        then, inside = Position(0, number), f"line {number}"
        if too_long:
            yield Flaw(f"is longer than {LONGEST_LINE // 1_000_000} MB", then, inside)
        else:
            yield Member("record", line, then, inside)
