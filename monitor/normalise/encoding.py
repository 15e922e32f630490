"""The letters of a page: bytes to text, by what server and page say, unless the bytes disprove it.

In the order of the HTML standard (byte order mark, Content-Type, `<meta>`), with one exception: what is valid UTF-8 and
was declared as a single-byte set is UTF-8, since Russian text in such a set is never valid UTF-8 by chance.
"""

from __future__ import annotations

import codecs
import re

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_HEAD = 4_096
"""Bytes in which a page's own declaration is looked for; the standard says 1,024, and pages exceed it."""
_HEADER = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_META = re.compile(
    rb"<meta[^>]{1,300}?charset\s*=\s*[\"']?([\w.:-]{1,40})|<\?xml[^>]{1,100}?encoding\s*=\s*[\"']([\w.:-]{1,40})",
    re.IGNORECASE,
)
_GUESSED = ("windows-1251", "koi8-r")
_VOWELS = re.compile("[аеиоуыэюя]")
_SMALL = re.compile("[а-яё]")
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def html_text(body: bytes, content_type: str = "") -> str:
    """A page as text, without byte order mark and XML declaration; never fails, wrong bytes become U+FFFD."""
    return _XML_DECLARATION.sub("", _decoded(body, content_type), count=1)


def _decoded(body: bytes, content_type: str) -> str:
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    declared = _known(_declared(body, content_type))
    if declared not in {"utf-16", "utf-16-le", "utf-16-be"}:
        try:
            return body.decode("utf-8")
        except UnicodeDecodeError as error:
            if _cut_off(body, error):
                return body.decode("utf-8", "ignore")
    if declared and declared != "utf-8":
        return body.decode(declared, "replace")
    # Neither valid UTF-8 nor declared as anything else: a few broken letters, or an old set that nobody named.
    broken = body.decode("utf-8", "replace")
    guesses = [body.decode(encoding, "replace") for encoding in _GUESSED]
    best = max(guesses, key=_russian)
    return best if _russian(best) > _SHARE and broken.count("\ufffd") > len(broken) // 50 else broken


_SHARE = 0.3
"""Small Cyrillic letters, of all that are not ASCII and not vowels in the wrong case, from which on text is Russian."""


def _russian(text: str) -> float:
    """How much of what is not ASCII reads as Russian: small letters with vowels among them."""
    others = sum(not character.isascii() for character in text)
    small = len(_SMALL.findall(text))
    vowels = len(_VOWELS.findall(text))
    return small / others if others and 0.3 <= vowels / max(1, small) <= 0.6 else 0.0


def _declared(body: bytes, content_type: str) -> str:
    if stated := _HEADER.search(content_type):
        return stated[1]
    own = _META.search(body[:_HEAD])
    return (own[1] or own[2]).decode("ascii", "replace") if own else ""


def _known(name: str) -> str | None:
    """The codec for a label, if it is one for text."""
    try:
        found = codecs.lookup(name) if name else None
    except (LookupError, ValueError):
        return None
    if found is None or not getattr(found, "_is_text_encoding", True) or found.name in {"idna", "punycode", "utf-7"}:
        return None
    # What a page calls Latin 1 is windows-1252 to every browser.
    return "cp1252" if found.name in {"iso8859-1", "ascii"} else found.name


def _cut_off(body: bytes, error: UnicodeDecodeError) -> bool:
    """Whether only the last letter is incomplete."""
    return error.start >= len(body) - 3 and error.reason == "unexpected end of data"
