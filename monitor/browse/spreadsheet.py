"""CSV on its way out, made harmless: cells that spreadsheets take for formulas get an apostrophe in front.

Datasette writes CSV as it is stored. This reads the stream as it passes (RFC 4180) and holds back no more than one cell.
"""

from __future__ import annotations

import codecs
import re

from monitor.deliver.export import harmless

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")


class Neutraliser:
    """One stream of CSV in UTF-8."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._cell: list[str] = []
        self._quoted = False
        self._half = False
        """A quote inside a quoted cell, of which the next character tells what it is."""

    def feed(self, data: bytes, *, last: bool) -> bytes:
        """The next part of the stream, harmless; `last` gives what was held back as well."""
        out = [self._take(character) for character in self._decoder.decode(data, final=last)]
        if last and (self._cell or self._quoted):
            out.append(self._end())
        return "".join(out).encode()

    def _take(self, character: str) -> str:
        if self._quoted:
            if self._half:
                self._half = False
                if character == '"':
                    self._cell.append('"')
                    return ""
                return self._end() + (character if character in ",\r\n" else "")
            if character == '"':
                self._half = True
            else:
                self._cell.append(character)
            return ""
        if character in ",\r\n":
            return self._end() + character
        if character == '"' and not self._cell:
            self._quoted = True
            return ""
        self._cell.append(character)
        return ""

    def _end(self) -> str:
        text, quoted = "".join(self._cell), self._quoted
        self._cell, self._quoted, self._half = [], False, False
        safe = text if _NUMBER.fullmatch(text) else str(harmless(text))
        if quoted or any(c in safe for c in ',"\r\n'):
            escaped = safe.replace('"', '""')
            return f'"{escaped}"'
        return safe
