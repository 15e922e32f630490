"""Entity declarations that would blow a document up (billion laughs, quadratic blow-up)."""

from __future__ import annotations

import re

from monitor.parse.detect import text_of

_PROLOGUE = 1 << 20
_QUICK = re.compile(rb"<!ENTITY", re.IGNORECASE)
_ENTITY = re.compile(r"<!ENTITY\s+(%\s+)?[^\s\"'>%]+\s+(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_REFERENCE = re.compile(r"&(?!#)[^\s;]+;|%[\w.-]+;")
_MOST = 10_000


def danger(body: bytes) -> str | None:
    """Why the internal DTD subset is refused; None when it is harmless, as that of old RSS 0.91 is."""
    head = body[:_PROLOGUE]
    if not _QUICK.search(head.replace(b"\x00", b"") if b"\x00" in head[:8] else head):
        return None
    text = text_of(body, _PROLOGUE)
    start = max(0, text.upper().find("<!DOCTYPE"))
    total = 0
    for match in _ENTITY.finditer(text, start):
        value = match[2] or match[3] or ""
        total += len(value)
        if _REFERENCE.search(value):
            return "it declares entities made of other entities"
    return "it declares very long entities" if total > _MOST else None
