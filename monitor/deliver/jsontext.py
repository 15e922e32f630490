"""JSON that loses nothing and steers no terminal."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

_STEERING = re.compile(
    "[\x7f-\x9f\u00ad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)
"""Control, format and direction characters that JSON need not escape, but terminals act on."""


def json_text(
    value: Any, *, ascii_only: bool = False, indent: int | None = None, default: Callable[[Any], Any] | None = None
) -> str:
    """A value as JSON whose characters are all harmless on a terminal; the others are escaped, so nothing is lost.

    What JSON does not know goes through `default`; without it, that is a TypeError.
    """
    return _STEERING.sub(_escaped, json.dumps(value, ensure_ascii=ascii_only, indent=indent, default=default))


def _escaped(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1]
