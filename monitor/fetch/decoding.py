"""Content codings undone under a cap (RFC 9110, 8.4), with the mistakes that servers make put right."""

from __future__ import annotations

import zlib
from typing import BinaryIO

from monitor.fetch.outcome import FetchError
from monitor.types import FetchKind

_STEP = 65_536
_SNIFF = 16
_GZIP = b"\x1f\x8b"
_ZLIB_AND_GZIP = {"gzip": 31, "zlib": 15, "raw": -15}
_TEXT_STARTS = (b"<", b"{", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


class Decoder:
    """Takes a body in pieces and undoes its coding; the cap counts decoded bytes. What is large goes `into` a file."""

    def __init__(self, content_encoding: str, cap: int, into: BinaryIO | None = None) -> None:
        self._into = into
        self._written = 0
        self._coding = _coding(content_encoding)
        self._cap = cap
        self._head = b""
        self._begun = False
        self._inflate: zlib._Decompress | None = None
        # One buffer that grows: pieces of many documents between each other would leave holes in the memory.
        self._decoded = bytearray()

    @property
    def size(self) -> int:
        """Decoded bytes so far."""
        return self._written + len(self._decoded)

    def feed(self, data: bytes) -> None:
        """Takes the next piece; raises `FetchError` of kind `encoding` or `too_large`."""
        if self._begun:
            self._write(data)
            return
        self._head += data
        if len(self._head) >= _SNIFF:
            self._begin()

    def finish(self) -> bytes:
        """The whole decoded body, nothing when it went into a file; raises `FetchError` when the coding stopped halfway."""
        if not self._begun:
            self._begin()
        if self._inflate is not None and not self._inflate.eof:
            raise _broken("the compressed body is cut off")
        return bytes(self._decoded)

    def so_far(self) -> bytes:
        """What could be decoded until now, for a look at a body that is not needed whole."""
        return bytes(self._decoded) or self._head

    def _begin(self) -> None:
        self._begun = True
        head, self._head = self._head, b""
        form = _form(self._coding, head)
        self._inflate = zlib.decompressobj(_ZLIB_AND_GZIP[form]) if form else None
        if head:
            self._write(head)

    def _write(self, data: bytes) -> None:
        if self._inflate is None:
            self._keep(data)
            return
        try:
            self._expand(data)
        except zlib.error as error:
            raise _broken("the compressed body is damaged") from error

    def _expand(self, data: bytes) -> None:
        while data and self._inflate is not None:
            if self._inflate.eof:
                if not data.startswith(_GZIP):
                    return  # padding after the end is common and harmless
                self._inflate = zlib.decompressobj(_ZLIB_AND_GZIP["gzip"])
            self._keep(self._inflate.decompress(data, _STEP))
            data = self._inflate.unused_data if self._inflate.eof else self._inflate.unconsumed_tail

    def _keep(self, piece: bytes) -> None:
        if self.size + len(piece) > self._cap:
            raise FetchError("too_large", f"The document is larger than {self._cap:,} bytes, which is the limit.")
        if self._into is None:
            self._decoded += piece
        else:
            self._into.write(piece)
            self._written += len(piece)


def _coding(content_encoding: str) -> str:
    """The one coding in use, or an empty text; raises `FetchError` for what is not supported."""
    codings = [c for part in content_encoding.split(",") if (c := part.strip().lower()) not in {"", "identity"}]
    if len(codings) > 1:
        raise _broken("the body is compressed several times over")
    coding = codings[0].removeprefix("x-") if codings else ""
    if coding not in {"", "gzip", "deflate"}:
        kind = "".join(c for c in coding if c.isalnum() or c in "-_")[:20]
        raise _broken(f"the server used the compression {kind!r}, which was not asked for")
    return coding


def _form(coding: str, head: bytes) -> str:
    """What the first bytes are: gzip, zlib, raw (deflate), or nothing for a body that is not compressed."""
    if head.startswith(_GZIP):
        return "gzip"
    if not coding or not head:
        return ""
    if head.lstrip().startswith(_TEXT_STARTS):
        return ""
    if coding == "deflate":
        # RFC 1950, 2.2: the method is 8, and the first two bytes are a multiple of 31.
        return "zlib" if head[0] & 15 == 8 and int.from_bytes(head[:2], "big") % 31 == 0 else "raw"
    raise _broken("the server says gzip, but the body is not")


def _broken(why: str) -> FetchError:
    kind: FetchKind = "encoding"
    return FetchError(kind, f"The document could not be decompressed: {why}.")
