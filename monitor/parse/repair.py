"""Documents on which a parser fails, made readable; tried only after it has failed."""

from __future__ import annotations

import html
import re

from monitor.parse.detect import text_of

_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")
_ODD_DECLARATION = re.compile(r"<!(?!\[CDATA\[|--|DOCTYPE)")
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_AMPERSAND = re.compile(
    r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});)(?:([a-zA-Z][a-zA-Z0-9]{1,30});)?"
)
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def repaired(body: bytes) -> bytes:
    """The document in UTF-8, without the references, declarations and encodings that break feedparser."""
    return _without_traps(text_of(body, len(body))).encode("utf-8", "replace")


def well_formed(text: str) -> str:
    """The same for an XML parser that forgives nothing: no ampersand that begins no reference, no entity of HTML."""
    return _NOT_XML.sub("", _AMPERSAND.sub(_ampersand, _without_traps(text)))


def _without_traps(text: str) -> str:
    text = _without_cdata(_XML_DECLARATION.sub("", text))
    return _REFERENCE.sub(_reference, _ODD_DECLARATION.sub("&lt;!", text))


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


def _ampersand(match: re.Match[str]) -> str:
    character = html.unescape(match[0]) if match[1] else ""
    return character if len(character) == 1 else f"&amp;{match[0][1:]}"
