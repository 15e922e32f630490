"""A document cut into its entries, so that those that were read before need not be read again.

Each entry is known by a hash of its bytes and of all that it inherits: the tags around it with their namespaces, base and
language, the declarations before the root, the language of the feed, and its address. What is left of a document when the
known entries are taken out is a document of its own, which is read like any other. A document that is not well-formed, or
whose entries do not stand side by side, is not cut.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from xml.parsers import expat

_ENTRIES = frozenset({"item", "entry", "rss:item", "atom:entry"})
_INHERITED = frozenset({"language", "dc:language"})
"""Elements of a feed that say something of its entries."""
_MOST = 30_000
_LONGEST = 8_000_000
"""Bytes; what is longer would be in memory several times over."""
_DIGEST = 8


@dataclass(frozen=True, slots=True)
class Piece:
    """One entry of a document: where its bytes stand, and the hash by which it is known (hexadecimal, 64 bits)."""

    start: int
    end: int
    hash: str


def cut(body: bytes, content_type: str, url: str) -> list[Piece] | None:
    """The entries of a document in their order, or None when it cannot be cut, as what is very long or not in UTF-8."""
    if len(body) > _LONGEST:
        return None
    scan = _Scan()
    try:
        scan.read(body)
    except (expat.ExpatError, _Uneven):
        return None
    if not scan.places or len(scan.places) > _MOST:
        return None
    around = "\x1f".join((content_type, url, *scan.around, *scan.said)).encode("utf-8", "replace")
    context = hashlib.blake2b(around + b"\x1f" + body[: scan.root_at], digest_size=16).digest()
    return [Piece(start, end, _hash(context, body[start:end])) for start, end in scan.places]


def without(body: bytes, pieces: Sequence[Piece], known: AbstractSet[str]) -> bytes:
    """The document without the entries that are known."""
    kept = []
    at = 0
    for piece in pieces:
        if piece.hash in known:
            kept.append(body[at : piece.start])
            at = piece.end
    kept.append(body[at:])
    return b"".join(kept)


def _hash(context: bytes, entry: bytes) -> str:
    return hashlib.blake2b(entry, digest_size=_DIGEST, key=context).hexdigest()


class _Uneven(Exception):
    """The entries of a document do not stand side by side."""


class _Scan:
    """One pass over a document that notes where its entries stand and what they inherit."""

    def __init__(self) -> None:
        self.places: list[tuple[int, int]] = []
        self.around: list[str] = []
        """The tags around every entry, with their attributes."""
        self.said: list[str] = []
        """What elements beside the entries say of them."""
        self.root_at = 0
        self._parser = expat.ParserCreate("utf-8")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._open: list[str] = []
        self._depth = 0
        self._level = 0
        """How deep entries stand; 0 while there was none."""
        self._begun = -1
        """Where the entry began that is open."""
        self._body = b""

    def read(self, body: bytes) -> None:
        self._body = body
        self._parser.Parse(body, True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._begun >= 0:
            return
        if name in _ENTRIES:
            self._begin_entry()
            return
        if self._depth == 1:
            self.root_at = self._parser.CurrentByteIndex
        self._open.append("\x1e".join((name, *(f"{key}={value}" for key, value in attributes.items()))))
        if name in _INHERITED:
            self.said.append(name)
            self._parser.CharacterDataHandler = self.said.append

    def _begin_entry(self) -> None:
        if self._depth == 1:  # it is the document
            raise _Uneven
        if not self._level:
            self._level, self.around = self._depth, list(self._open)
        elif self._depth != self._level or self._open != self.around:
            raise _Uneven
        self._begun = self._parser.CurrentByteIndex

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._begun < 0:
            self._open.pop()
            self._parser.CharacterDataHandler = None
        elif self._depth == self._level - 1:
            at = self._parser.CurrentByteIndex
            if not self._body.startswith(b"</" + name.encode(), at):  # an empty element has no tag at its end
                raise _Uneven
            self.places.append((self._begun, self._body.index(b">", at) + 1))
            self._begun = -1
