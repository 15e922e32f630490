"""Text from outside, made fit for one line that people read."""

from __future__ import annotations

import unicodedata

_AS_SPACE = {"Cc", "Zl", "Zp"}
_NOT_SHOWN = {"Cf", "Cs", "Co", "Cn"}


def plain(value: object) -> str:
    """A value as text on one line, without anything that steers a terminal or reorders what is read."""
    return "".join(
        " " if (kind := unicodedata.category(c)) in _AS_SPACE else "" if kind in _NOT_SHOWN else c
        for c in ("" if value is None else str(value))
    ).strip()
