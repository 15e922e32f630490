"""Bytes of files and of members of archives, read in pieces: what they begin with, and no more of them than is allowed."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Callable
from typing import BinaryIO, cast

import orjson

from monitor.backfill.members import LARGEST, Damaged

GZIP = b"\x1f\x8b"
ZSTANDARD = b"\x28\xb5\x2f\xfd"
HEAD = 8192
"""Bytes from the beginning by which a thing is known."""
Opener = Callable[[BinaryIO], BinaryIO]
_BLOCK = 1 << 16
_TAR_MAGIC = slice(257, 262)
_ARC = b"filedesc://"
BROKEN = (zlib.error, lzma.LZMAError, EOFError, OSError, ValueError)
"""What the standard library raises for packed bytes that are damaged or cut off."""
_PACKED: tuple[tuple[bytes, Opener], ...] = (
    (GZIP, lambda stream: cast(BinaryIO, gzip.GzipFile(fileobj=stream))),
    (b"BZh", lambda stream: cast(BinaryIO, bz2.BZ2File(stream))),
    (b"\xfd7zXZ\x00", lambda stream: cast(BinaryIO, lzma.LZMAFile(stream))),  # noqa: SIM115  its reader ends it
)


class Meter:
    """Counts what an archive comes to when it is unpacked, and stops what comes to too much."""

    def __init__(self, most: int) -> None:
        self._left = most

    def take(self, size: int) -> None:
        """Note that so many bytes were unpacked.

        Raises:
            Damaged: there are more than the archive may come to.
        """
        self._left -= size
        if self._left < 0:
            raise Damaged("unpacks to far more than an archive of texts does; the rest of it is not read")


class Metered(io.RawIOBase):
    """A stream whose bytes are counted."""

    def __init__(self, stream: BinaryIO, meter: Meter) -> None:
        super().__init__()
        self._stream = stream
        self._meter = meter

    def readable(self) -> bool:
        """It is for reading."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Read some bytes."""
        data = self._stream.read(min(len(buffer), _BLOCK))
        self._meter.take(len(data))
        buffer[: len(data)] = data
        return len(data)


def buffered(stream: BinaryIO, meter: Meter) -> io.BufferedReader:
    """A counted stream into which one may look ahead."""
    return io.BufferedReader(Metered(stream, meter), _BLOCK)


def head_of(stream: io.BufferedReader) -> bytes:
    """What a stream begins with; it still stands there."""
    return stream.peek(HEAD)[:HEAD]


def unpacking(head: bytes) -> Opener | None:
    """How bytes that begin like this are unpacked; None when they are not packed as one stream."""
    return next((opened for magic, opened in _PACKED if head.startswith(magic)), None)


def beginning(head: bytes) -> bytes:
    """The beginning of what gzip packed into bytes that begin like this; nothing where they are damaged."""
    try:
        return zlib.decompressobj(31).decompress(head, HEAD)
    except zlib.error:
        return b""


def kind_of(head: bytes) -> str:
    """What bytes that begin like this are: zip, tar, warc, arc, lines (of JSON) or document."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head.startswith((b"WARC/1.", b"WARC/0.")):
        return "warc"
    if head.startswith(_ARC):
        return "arc"
    if head[_TAR_MAGIC] == b"ustar":
        return "tar"
    return "lines" if _is_lines(head) else "document"


def _is_lines(head: bytes) -> bool:
    """Whether bytes begin with a record on a line of its own; a JSON Feed on one line is none, as it has no title and items."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start.startswith(b"{"):
        return False
    line, ended, _ = start.partition(b"\n")
    if not ended and len(head) >= HEAD:  # a long first line: what it begins with has to do
        return b'"items"' not in line and not line[:200].count(b"jsonfeed.org") and b'"title"' in line
    try:
        first = orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    return isinstance(first, dict) and isinstance(first.get("title"), str) and "items" not in first


def whole(stream: BinaryIO, most: int = LARGEST) -> bytes:
    """All bytes of a stream.

    Raises:
        Damaged: there are more than `most`.
    """
    found = bytearray()
    while piece := stream.read(min(_BLOCK, most + 1 - len(found))):
        found += piece
        if len(found) > most:
            raise Damaged(f"is larger than {most // 1_000_000} MB")
    return bytes(found)


def why(error: BaseException) -> str:
    """What is the matter with packed bytes, in a few words."""
    if isinstance(error, Damaged):
        return str(error)
    if isinstance(error, EOFError):
        return "is cut off"
    if isinstance(error, OSError) and error.strerror:
        return f"cannot be read ({error.strerror})"
    return "is damaged"
