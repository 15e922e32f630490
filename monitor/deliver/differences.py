"""What changed between two versions of a text, word by word. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_WORD = re.compile(r"\s+|\w+|[^\w\s]")
_MOST = 3000
"""Words and spaces of a text that are compared; comparing takes time that grows with their square."""
_AROUND = 12
"""Words and spaces kept on either side of a change in a long text."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text: the same in both, only in the old version, only in the new one, or left out for shortness."""

    kind: Literal["same", "old", "new", "left out"]
    text: str


def differences(old: str, new: str, *, whole: bool = True) -> tuple[Piece, ...]:
    """Two versions as one text in pieces. Without `whole`, of what stayed the same only what is around changes is there."""
    before, after = _WORD.findall(old)[:_MOST], _WORD.findall(new)[:_MOST]
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    pieces: list[Piece] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(before[a:b])))
            continue
        pieces += [Piece("old", "".join(before[a:b]))] if b > a else []
        pieces += [Piece("new", "".join(after[c:d]))] if d > c else []
    return tuple(pieces if whole else _shortened(pieces))


def _shortened(pieces: list[Piece]) -> Iterator[Piece]:
    for place, piece in enumerate(pieces):
        words = _WORD.findall(piece.text)
        first, last = place == 0, place == len(pieces) - 1
        if piece.kind != "same" or len(words) <= 2 * _AROUND:
            yield piece
            continue
        if not first:
            yield Piece("same", "".join(words[:_AROUND]))
        yield Piece("left out", "…")
        if not last:
            yield Piece("same", "".join(words[-_AROUND:]))
