"""Sitemaps of any size read as a stream (sitemaps.org, with Google's `news:`): what they list, in their order.

Memory stays the same however long a sitemap is. Declarations of entities, documents that nest without end and texts that do not
end are refused. Indices, lists of plain addresses and compressed files are read as well.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Literal
from xml.parsers import expat

from monitor.normalise.address import web_address

Kind = Literal["urlset", "sitemapindex", "text", "other"]
_PIECE = 65_536
_DEEPEST = 30
_LONGEST = 20_000
"""Characters of one text."""
_GZIP = b"\x1f\x8b"
_FIELDS = frozenset({"loc", "lastmod", "title", "name", "language", "publication_date"})
_BLANK = b" \t\r\n\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Listed:
    """One address that a sitemap lists, with what it says of it: texts as they stand there."""

    url: str
    lastmod: str = ""
    is_sitemap: bool = False
    title: str = ""
    published: str = ""
    language: str = ""
    publication: str = ""


class Unreadable(Exception):
    """A sitemap cannot be read, or not further; what came before holds."""


def kind_of(file: BinaryIO) -> Kind:
    """What a document is, by its beginning."""
    file.seek(0)
    start = next(_unpacked(file), b"")[:4096].lstrip(_BLANK)
    file.seek(0)
    if b"<sitemapindex" in start:
        return "sitemapindex"
    if b"<urlset" in start:
        return "urlset"
    if start[:4].lower() == b"http":
        return "text"
    return "other"


def listed(file: BinaryIO, base: str) -> Iterator[Listed]:
    """What a sitemap lists.

    Raises:
        Unreadable: it is damaged, cut off or dangerous; what came before was given.
    """
    kind = kind_of(file)
    return _lines(file, base) if kind == "text" else _elements(file, base)


def _lines(file: BinaryIO, base: str) -> Iterator[Listed]:
    rest = b""
    for piece in _unpacked(file):
        *lines, rest = (rest + piece).split(b"\n")
        if len(rest) > _LONGEST:
            raise Unreadable("a line of it does not end")
        yield from _addresses(lines, base)
    yield from _addresses([rest], base)


def _addresses(lines: list[bytes], base: str) -> Iterator[Listed]:
    for line in lines:
        written = line.decode("utf-8", "replace").strip("\ufeff \r\t")
        if url := web_address(written, base) if written else None:
            yield Listed(url)


def _elements(file: BinaryIO, base: str) -> Iterator[Listed]:
    reader = _Reader(base)
    for piece in _unpacked(file):
        reader.feed(piece)
        yield from reader.take()
    reader.end()
    yield from reader.take()


@dataclass(slots=True)
class _Reader:
    base: str
    _found: list[Listed] = field(default_factory=list)
    _path: list[str] = field(default_factory=list)
    _said: dict[str, str] = field(default_factory=dict)
    _texts: list[str] = field(default_factory=list)
    _length: int = 0
    _parser: expat.XMLParserType = field(default_factory=expat.ParserCreate)

    def __post_init__(self) -> None:
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._stop
        self._parser.CharacterDataHandler = self._data
        self._parser.EntityDeclHandler = _refuse
        self._parser.ExternalEntityRefHandler = _refuse

    def feed(self, piece: bytes) -> None:
        self._parse(piece, last=False)

    def end(self) -> None:
        self._parse(b"", last=True)

    def take(self) -> list[Listed]:
        found, self._found = self._found, []
        return found

    def _parse(self, piece: bytes, *, last: bool) -> None:
        try:
            self._parser.Parse(piece, last)
        except expat.ExpatError as error:
            message = expat.errors.messages.get(error.code, "damaged")
            raise Unreadable(f"it is no well-formed XML (line {error.lineno}: {message})") from None

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        self._path.append(name.rpartition(":")[2].lower())
        if len(self._path) > _DEEPEST:
            raise Unreadable("its elements nest without end")
        if len(self._path) == 2:
            self._said.clear()
        self._texts.clear()
        self._length = 0

    def _data(self, text: str) -> None:
        if len(self._path) > 2 and self._length < _LONGEST:
            self._texts.append(text[:_LONGEST])
            self._length += len(text)

    def _stop(self, _name: str) -> None:
        local = self._path.pop()
        if len(self._path) == 1:
            self._add(local)
        elif local in _FIELDS and len(self._path) >= 2:
            self._said.setdefault("/".join((*self._path[2:], local)), "".join(self._texts).strip())
        self._texts.clear()

    def _add(self, local: str) -> None:
        said = self._said
        url = web_address(said.get("loc"), self.base)
        if url is not None:
            self._found.append(
                Listed(
                    url,
                    said.get("lastmod", ""),
                    local == "sitemap",
                    said.get("news/title", ""),
                    said.get("news/publication_date", ""),
                    said.get("news/publication/language", ""),
                    said.get("news/publication/name", ""),
                )
            )


def _refuse(*_: object) -> int:
    raise Unreadable("it declares entities, which no sitemap needs")


def _unpacked(file: BinaryIO) -> Iterator[bytes]:
    """The pieces of a document, unpacked where it is a gzip file.

    Raises:
        Unreadable: it is cut off or damaged.
    """
    piece = file.read(_PIECE)
    if not piece.startswith(_GZIP):
        while piece:
            yield piece
            piece = file.read(_PIECE)
        return
    machine = zlib.decompressobj(31)
    while piece:
        try:
            yield machine.decompress(piece, _PIECE)
            while machine.unconsumed_tail:
                yield machine.decompress(machine.unconsumed_tail, _PIECE)
        except zlib.error:
            raise Unreadable("it is a damaged gzip file") from None
        piece = machine.unused_data if machine.eof else file.read(_PIECE)
        if machine.eof:
            if not piece.startswith(_GZIP):
                return
            machine = zlib.decompressobj(31)
    if not machine.eof:
        raise Unreadable("it is a gzip file that is cut off")
