"""Documents on which feedparser itself fails, made readable; tried only after it has failed."""

from __future__ import annotations

import re

from monitor.parse.detect import text_of

_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")
_ODD_DECLARATION = re.compile(r"<!(?!\[CDATA\[|--|DOCTYPE)")
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")

CONTENT_TYPE = "application/xml; charset=utf-8"
"""What a repaired document is served as."""


def repaired(body: bytes) -> bytes:
    """The document in UTF-8, without the references, declarations and encodings that break the parser."""
    text = text_of(body, len(body))
    text = _without_cdata(_XML_DECLARATION.sub("", text))
    text = _REFERENCE.sub(_reference, _ODD_DECLARATION.sub("&lt;!", text))
    return text.encode("utf-8", "replace")


def _without_cdata(text: str) -> str:
    first, *rest = text.split("<![CDATA[")
    sections = (section.partition("]]>") for section in rest)
    return first + "".join(_escaped(inside) + after for inside, _, after in sections)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _reference(match: re.Match[str]) -> str:
    digits = match[1] or match[2]
    point = int(digits, 16 if match[1] else 10) if len(digits) <= 8 else 0
    allowed = point in {9, 10, 13} or 32 <= point < 0xD800 or 0xE000 <= point < 0x110000
    return match[0] if allowed else "\ufffd"
