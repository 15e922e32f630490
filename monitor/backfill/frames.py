"""The records of a web archive as one stream after the other, found again behind whatever is damaged.

Records are usually members of gzip each; some tools pack a whole file as one member, or not at all.
"""

from __future__ import annotations

import re
import zlib
from typing import BinaryIO

from monitor.backfill.members import Damaged, Position
from monitor.backfill.streams import GZIP

_BLOCK = 1 << 16
_LONGEST_LINE = 1 << 16
_LONGEST_HEAD = 1 << 20
_MEMBER = b"\x1f\x8b\x08"
_RECORD = re.compile(rb"(?<=\n)WARC/[01]\.\d")
_OVERLAP = 64
_BEGINS = re.compile(rb"\s*(?:WARC/[01]\.\d|filedesc://|https?://\S+ \S+ \d{14} |dns:|whois:)")
_PEEK = 4096


class Frames:
    """The bytes of one record after the other; what it gives within a record is what warcio needs of a file."""

    def __init__(self, stream: BinaryIO, start: Position) -> None:
        self._stream = stream
        self._raw = b""
        self._raw_end = 0
        """How far the stream was read."""
        self._inflate: zlib._Decompress | None = None
        self._plain = b""
        self._at = 0
        """What of `_plain` was given out."""
        self._given = 0
        self._member = 0
        self._index = -1
        self._in_line = 0
        self.in_head = False
        """Whether the head of a record is being read, which has lines, and an end."""
        self._packed = self._peek().startswith(GZIP)
        if start.at:
            self._seek(start.at)

    # --- from record to record

    def first(self) -> Position | None:
        """The first record, or the next one that begins behind damage."""
        try:
            return self.begin()
        except (Damaged, zlib.error, OSError):
            return self.resume(Position(self._member))

    def begin(self) -> Position | None:
        """Go to the next record behind the one that was read, and say where it begins; None at the end.

        Raises:
            Damaged: there is something else.
            zlib.error: it cannot be unpacked.
        """
        self._in_line = 0
        self.in_head = False
        if not self._packed:
            return self._begin_plain()
        while True:
            if self._inflate is not None and self._has_more():
                self._index += 1
                self._expect_record()
                return Position(self._member, self._index)
            if not self._open():
                return None

    def resume(self, at: Position) -> Position | None:
        """Go to the next record that begins behind the damaged one at `at`; None when there is none, or no way back to it."""
        try:
            return self._resume_packed(at) if self._packed else self._resume_plain(at)
        except (Damaged, zlib.error, OSError, ValueError):
            return None

    @property
    def end(self) -> Position:
        """Where everything that was read ends."""
        return Position(self._raw_end - len(self._raw) if self._packed else self._offset)

    # --- within a record

    def read(self, size: int = -1) -> bytes:
        """At most so many bytes of the record; nothing at the end of what holds it."""
        if size < 0:
            raise ValueError("records are read in pieces")
        if self._at >= len(self._plain) and not self._fill():
            return b""
        piece = self._plain[self._at : self._at + size]
        self._at += len(piece)
        self._given += len(piece)
        return piece

    def readline(self, size: int = -1) -> bytes:
        """A line with its end, or the first `size` bytes of it.

        Raises:
            Damaged: it is longer than any line.
        """
        most = _LONGEST_LINE if size < 0 else min(size, _LONGEST_LINE)
        while (end := self._plain.find(b"\n", self._at, self._at + most)) < 0:
            if len(self._plain) - self._at >= most or not self._fill():
                break
        if end < 0 and size < 0 and len(self._plain) - self._at >= most:
            raise Damaged("has a line without an end")
        line = self._plain[self._at : end + 1 if end >= 0 else self._at + most]
        self._at += len(line)
        self._given += len(line)
        self._in_line += len(line)
        if self.in_head and self._in_line > _LONGEST_HEAD:
            raise Damaged("has a head without an end")
        return line

    def tell(self) -> int:
        """How many bytes were given out."""
        return self._given

    # --- plain files

    @property
    def _offset(self) -> int:
        return self._raw_end - (len(self._plain) - self._at)

    def _begin_plain(self) -> Position | None:
        if not self._has_more():
            return None
        self._expect_record()
        return Position(self._offset)

    def _resume_plain(self, at: Position) -> Position | None:
        if self._stream.seekable():
            self._seek(at.at + 1)
        return self._find_record()

    def _find_record(self) -> Position | None:
        """Go to the next line that begins a record."""
        self._in_line = 0
        self.in_head = False
        while True:
            found = _RECORD.search(self._plain, self._at)
            if found:
                self._at = found.start()
                if not self._packed:
                    return Position(self._offset)
                self._index += 1
                return Position(self._member, self._index)
            self._at = max(self._at, len(self._plain) - _OVERLAP)
            if not self._fill():
                return None

    # --- members of gzip

    def _resume_packed(self, at: Position) -> Position | None:
        try:
            # What is wrong may be the record alone; then its member, or the next one, goes on.
            if self._inflate is not None and (found := self._find_record()) is not None:
                return found
            self._plain, self._at = b"", 0
            return self.begin()
        except (Damaged, zlib.error, OSError):
            pass
        if not self._stream.seekable():
            return None
        self._seek(max(at.at, self._member) + 1)
        return self._find_member()

    def _find_member(self) -> Position | None:
        """Go to the next member of gzip that holds a record."""
        while True:
            there = self._raw.find(_MEMBER)
            if there < 0:
                self._raw = self._raw[-2:]
                if not self._more_raw():
                    return None
                continue
            self._raw = self._raw[there:]
            while len(self._raw) < _PEEK and self._more_raw():
                pass
            try:
                begins = zlib.decompressobj(31).decompress(self._raw[:_PEEK], _PEEK)
            except zlib.error:
                begins = b""
            if _BEGINS.match(begins):
                self._inflate = None
                return self.begin()
            self._raw = self._raw[1:]

    def _open(self) -> bool:
        """Go to the next member; says whether there is one."""
        self._raw = self._raw.lstrip(b"\0\r\n")
        while len(self._raw) < len(_MEMBER) and self._more_raw():
            self._raw = self._raw.lstrip(b"\0\r\n")
        self._plain, self._at = b"", 0
        self._member, self._index = self._raw_end - len(self._raw), -1
        if not self._raw:
            self._inflate = None
            return False
        if not self._raw.startswith(_MEMBER):
            raise Damaged("is no record, but something else")
        self._inflate = zlib.decompressobj(31)
        return True

    # --- bytes

    def _peek(self) -> bytes:
        self._more_raw()
        begins = self._raw[:2]
        if not begins.startswith(GZIP):
            self._plain, self._raw = self._raw, b""
        return begins

    def _seek(self, at: int) -> None:
        self._stream.seek(at)
        self._raw, self._plain, self._at, self._raw_end = b"", b"", 0, at
        self._inflate = None
        self._member, self._index = at, -1

    def _more_raw(self) -> bool:
        data = self._stream.read(_BLOCK)
        self._raw += data
        self._raw_end += len(data)
        return bool(data)

    def _has_more(self) -> bool:
        """Whether anything but empty lines comes next; it stands there then."""
        while True:
            while self._at < len(self._plain) and self._plain[self._at] in b"\r\n":
                self._at += 1
            if self._at < len(self._plain):
                return True
            if not self._fill():
                return False

    def _expect_record(self) -> None:
        while len(self._plain) - self._at < _PEEK and self._fill():
            pass
        if not _BEGINS.match(self._plain, self._at):
            raise Damaged("is followed by something that is no record, so that its length must be wrong")

    def _fill(self) -> bool:
        """Read on, behind what was not given out yet; says whether there was more."""
        more = self._fill_packed() if self._packed else self._stream.read(_BLOCK)
        if not self._packed:
            self._raw_end += len(more)
        if not more:
            return False
        self._plain = self._plain[self._at :] + more
        self._at = 0
        return True

    def _fill_packed(self) -> bytes:
        while self._inflate is not None and not self._inflate.eof:
            if not self._raw and not self._more_raw():
                raise Damaged("is cut off")
            more = self._inflate.decompress(self._raw, _BLOCK)
            self._raw = self._inflate.unused_data if self._inflate.eof else self._inflate.unconsumed_tail
            if more:
                return more
        return b""
