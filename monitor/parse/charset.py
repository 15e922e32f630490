"""How the bytes of a document are to be read: what they prove themselves, against what is declared of them.

Servers and documents declare encodings that are wrong, or none; and feedparser, which believes them, gives letters that nobody
can read. UTF-16 is told by its null bytes, UTF-8 by being valid, which no other encoding is by chance, and Russian in one of
its old encodings by its commonest letters.
"""

from __future__ import annotations

import codecs
import re

UTF8_XML = "application/xml; charset=utf-8"
"""The content type of a document that was brought into UTF-8."""
_HEAD = 300
_PAGE_HEAD = 2_048
_SAMPLE = 16_000
_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]{1,40})", re.IGNORECASE)
_META = re.compile(rb"<meta[^<>]{0,200}?charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_SERVER = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,200}\?>")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NULLS = {
    b"\x01\x00\x00\x00": "utf-32-le",
    b"\x00\x00\x00\x01": "utf-32-be",
    b"\x01\x00\x01\x00": "utf-16-le",
    b"\x00\x01\x00\x01": "utf-16-be",
}
"""Where null bytes stand among the first four, by encoding (XML 1.0, appendix F)."""
_ANY = bytes([0, *[1] * 255])
_UNITS = ("utf-16", "utf-32")
_EAST_ASIAN = ("gb", "big5", "shift_jis", "euc", "iso2022", "cp932", "cp949", "cp950", "johab", "hz")
"""Short texts in these may happen to be valid UTF-8."""
_NO_CHARSET = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "utf-7", "undefined", "mbcs", "oem"}
)
"""Codecs of Python that are no encodings of documents."""
_ALIASES = {"x-cp1251": "cp1251", "win-1251": "cp1251", "win1251": "cp1251", "koi8": "koi8-r"}
_CYRILLIC = frozenset({"cp1251", "koi8-r", "iso8859-5", "cp866"})
_DEFAULTS = frozenset({"utf-8", "ascii", "iso8859-1", "cp1252", "iso8859-15"})
"""What is declared by those who did not think about it."""
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_WORD = re.compile("[А-яЁё]{4,}")
_COMMON = re.compile("[оеаинтсрвлк]")
_FEWEST = 8
"""Letters from which a guess is worth anything."""


def for_feedparser(body: bytes, content_type: str) -> tuple[bytes, str]:
    """Document and content type as feedparser reads them right: in UTF-8 where declarations would mislead it."""
    name = _proved(body, content_type)
    if name is None or (name == "utf-8" and _declared(body, content_type) <= {"utf-8"} and _is_valid(body)):
        return body, content_type
    text = body.decode(name, "replace").lstrip("\ufeff")
    return _DECLARATION.sub("", text, count=1).encode("utf-8", "replace"), UTF8_XML


def decoded(body: bytes, content_type: str) -> tuple[str, bool]:
    """A whole document as text, and whether that is certain: for formats that are read without feedparser."""
    name = _proved(body, content_type)
    if name is not None:
        return body.decode(name, "replace").lstrip("\ufeff"), True
    for declared in sorted(_declared(body, content_type)):
        if not declared.startswith(("utf-8", *_UNITS)):
            return body.decode(declared, "replace"), True
    return body.decode("utf-8", "replace"), body.isascii()


def _proved(body: bytes, content_type: str) -> str | None:
    """The encoding that the bytes themselves show, whatever is declared; None when only declarations can tell."""
    if (marked := next((name for mark, name in _MARKS if body.startswith(mark)), None)) is not None:
        return marked
    if (by_nulls := _NULLS.get(body[:4].translate(_ANY))) is not None:
        return by_nulls
    declared = _declared(body, content_type)
    possible = {name for name in declared if not name.startswith(_UNITS)}
    if body.isascii():
        return None if possible == declared else "utf-8"
    if not any(name.startswith(_EAST_ASIAN) for name in possible) and _is_nearly_valid(body):
        return "utf-8"
    # The letters are stronger evidence than a declaration; other encodings of the kind are nobody's mistake.
    return _cyrillic(body, possible & _CYRILLIC) if possible <= _DEFAULTS | _CYRILLIC else None


def _declared(body: bytes, content_type: str) -> set[str]:
    """The encodings that the server and the document declare, by Python's names; those that are none are left out."""
    own = _XML.match(body[:_HEAD]) or _META.search(body[:_PAGE_HEAD])
    stated = _SERVER.search(content_type)
    names = (own[1].decode("ascii", "replace") if own else "", stated[1] if stated else "")
    return {known for name in names if name and (known := _codec(name)) is not None}


def _codec(name: str) -> str | None:
    try:
        codec = codecs.lookup(_ALIASES.get(name.lower(), name))
        "".encode(codec.name)  # refuses what turns bytes into bytes, as zlib does
    except (LookupError, ValueError):
        return None
    return codec.name if codec.name not in _NO_CHARSET else None


def _is_valid(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_nearly_valid(body: bytes) -> bool:
    """Whether it is UTF-8 but for an end that is cut off, and a few letters that a program has cut in half."""
    if _is_valid(body):
        return True
    text = body.decode("utf-8", "replace")
    bad = text.count("\ufffd") - text.endswith("\ufffd")
    return len(body) - len(text) >= max(1, 20 * bad)


def _cyrillic(body: bytes, declared: set[str]) -> str | None:
    """The encoding in which the bytes are like Russian words, if any: a declared one, else whichever they are."""
    first = _NOT_ASCII.search(body)
    sample = body[first.start() : first.start() + _SAMPLE] if first else b""
    # Their letters stand in different places: what is Russian in one of them is gibberish in all others.
    likely = (name for name in (*sorted(declared), *_CYRILLIC) if _likeness(sample, name) > 0.5)
    return next(likely, None)


def _likeness(body: bytes, name: str) -> float:
    """Share of the commonest Russian letters, in small, among the letters in words; 0 when most of the rest is no word.

    In Russian it is about two thirds. Accented letters of the West never stand four in a row.
    """
    text = body.decode(name, "replace")
    words = "".join(_WORD.findall(text))
    foreign = sum(map(len, re.findall(r"[^\x00-\x7f]+", text)))
    if len(words) < _FEWEST or 2 * len(words) < foreign:
        return 0.0
    return len(_COMMON.findall(words)) / len(words)
