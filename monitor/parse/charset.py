"""Declarations of an encoding that the document itself disproves."""

from __future__ import annotations

import re

_HEAD = 200
_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]{1,40})", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_SINGLE_BYTE = frozenset(
    {"windows-1251", "cp1251", "koi8-r", "koi8-u", "iso-8859-5", "cp866", "ibm866", "x-cp1251", "win-1251"}
)


def corrected(content_type: str, body: bytes) -> str:
    """The content type to read a body with: UTF-8 in place of a Cyrillic single-byte set, where the body is UTF-8.

    Russian text in one of those sets is never valid UTF-8 by chance; a server's default charset is often wrong.
    """
    stated = _CHARSET.search(content_type)
    declared = _DECLARED.match(body[:_HEAD])
    names = {stated[1].lower() if stated else "", declared[1].decode("ascii", "replace").lower() if declared else ""}
    if not names & _SINGLE_BYTE or body.isascii():
        return content_type
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return content_type
    return "application/xml; charset=utf-8"
