"""Texts made comparable: cleaned, folded, cut into words and stems. Every function is pure and takes any text."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from seeds.stems import stem, stem_all
from seeds.stop_words import STOP

__all__ = [
    "JUDGED_WORDS",
    "SEARCHED",
    "STOP",
    "clean",
    "first_stems",
    "fold",
    "is_cyrillic",
    "is_spaceless",
    "lemma_text",
    "said",
    "stem",
    "stems",
    "terms",
    "title_key",
    "words",
]

_MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
_JOINING = "\u0600-\u08ff\u0900-\u0dff\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
    f"|(?<![{_JOINING}])[\u200c\u200d]|[\u200c\u200d](?![{_JOINING}])"
)
_PILED_MARKS = re.compile(f"([{_MARKS}]{{4}})[{_MARKS}]+")

SEARCHED = 20_000
"""Characters of a long text that are searched."""
JUDGED_WORDS = 120
"""Words of a full text that are judged: what it is about stands at its beginning."""

_STRESS = re.compile("(?<=[а-яё])[\u0300\u0301]")
_APOSTROPHES = str.maketrans("’ʼ‘ʹ`´", "''''''")
_CLITIC = re.compile(r"(?:'(?:s|re|ve|ll|d|m)|n't)\b")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_SPACELESS = "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
"""Scripts written without spaces, in which every character is taken for a word."""

_SEPARATED = re.compile(r"(.*\S) ?(?: [|\-–—·•:»/]+ |\|) ?([^|]+)")
_SEPARATORS = frozenset("|-–—·•:»/")
_INITIALS = re.compile(r"\b(?:\w\.){2,}")


def _combining() -> str:
    """Characters that belong to the letter before, for use in a character class."""
    blocks = (range(0x300, 0x1E00), range(0x20D0, 0x2100), range(0xA660, 0xABFF), range(0xFE20, 0xFE30))
    return "".join(chr(c) for block in blocks for c in block if unicodedata.category(chr(c))[0] == "M")


_WORD = re.compile(
    rf"\d+(?:[.,]\d+)+|[{_SPACELESS}]|(?:(?![{_SPACELESS}])[^\W_])(?:(?![{_SPACELESS}])[^\W_]|[{_combining()}])*"
)
_SHAPES = str.maketrans(
    {chr(c): "0" if chr(c).isdigit() else "." if chr(c) in ".," else "'" if chr(c) in "'`" else "x" for c in range(128)}
)
_ONLY_WORDS = str.maketrans({chr(c): " " for c in range(128) if not chr(c).isalnum()})
_PLAIN_WORD = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+")
_ALONE = re.compile(f"[{_SPACELESS}]")
_WIDE = re.compile(rf"[{_combining()}{_SPACELESS}]")


def clean(text: str, limit: int) -> str:
    """Text for storing and showing: NFC, one line, nothing invisible, at most `limit` characters, cut between words."""
    if not text.isprintable():
        text = " ".join(text.split())
        text = text if text.isprintable() else _INVISIBLE.sub("", text)
    text = " ".join(text.split()) if "  " in text else text.strip(" ")
    if not text.isascii():
        text = unicodedata.normalize("NFC", _PILED_MARKS.sub(r"\1", text[: 8 * limit + 8]))
    if len(text) <= limit:
        return text
    if limit < 1:
        return ""
    cut = text[:limit]
    end = cut.rfind(" ", limit // 2, limit)
    return (cut[:end] if end > 0 else cut[:-1]).rstrip(" ,;:-–—") + "…"


def fold(text: str) -> str:
    """Text for comparing: NFKC, case folded, ё as е, stress marks of Cyrillic gone."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return _STRESS.sub("", folded).replace("ё", "е")


def words(text: str) -> list[str]:
    """Folded words and numbers in any script; compounds are split at hyphens, English clitics (`'s`, `n't`) dropped."""
    return list(_words(text))


def _is_tangled(text: str) -> bool:
    """Whether something in an ASCII text makes a word more than letters and digits in a row; quicker than a search."""
    shapes = text.translate(_SHAPES)
    return "'" in shapes or "0.0" in shapes


@lru_cache(maxsize=512)
def _words(text: str) -> tuple[str, ...]:
    """Remembered for a while, since several stages ask."""
    if text.isascii() and not _is_tangled(text):
        return tuple(text.lower().translate(_ONLY_WORDS).split())
    folded = fold(text).translate(_APOSTROPHES)
    if "'" in folded:
        folded = _CLITIC.sub("", folded).replace("'", "")
    if "," in folded:
        folded = _THOUSANDS.sub("", folded)
    found = (_WORD if not folded.isascii() and _WIDE.search(folded) else _PLAIN_WORD).findall(folded)
    return tuple(word.replace(",", ".") for word in found) if "," in folded else tuple(found)


@lru_cache(maxsize=512)
def stems(text: str) -> tuple[str, ...]:
    """The stems of all words, in order."""
    return tuple(stem_all(_words(text)))


def first_stems(text: str, most: int) -> tuple[str, ...]:
    """The stems of the first `most` words."""
    return tuple(stem_all(_words(text[:SEARCHED])[:most]))  # the very piece that search asks for: cut into words once


def said(title: str, excerpt: str, text: str) -> str:
    """What of an article is judged: the stems of its title, its excerpt and the beginning of its text, a line each."""
    lines = (stems(title), stems(excerpt), first_stems(text, JUDGED_WORDS) if text else ())
    return "\n".join(map(" ".join, lines))


def terms(text: str) -> list[str]:
    """The stems of the words that say something: those not in `STOP`."""
    return [stem(word) for word in words(text) if word not in STOP]


def lemma_text(*texts: str) -> str:
    """What full-text search needs beside the texts: stems and folded words that do not stand in them as they are.

    Each once, in order of the alphabet. A query looks for the stem of each of its words in texts and lemmas alike.
    """
    found: set[str] = set()
    written: set[str] = set()
    for text in texts:
        found.update(_words(text))
        if not text.isascii():
            written.update(_PLAIN_WORD.findall(text.lower()))
    lemmas = set(stem_all(found))
    return " ".join(sorted((lemmas | found) - written if written else lemmas - found))


def is_spaceless(word: str) -> bool:
    """Whether a word is one character of a script without spaces."""
    return len(word) == 1 and _ALONE.match(word) is not None


def is_cyrillic(text: str) -> bool:
    """Whether most letters of the Cyrillic and Latin ones are Cyrillic."""
    cyrillic = sum("\u0400" <= c <= "\u052f" for c in text)
    return cyrillic > sum("a" <= c <= "z" or "A" <= c <= "Z" or "\u00c0" <= c <= "\u024f" for c in text)


def title_key(title: str, outlet_names: Iterable[str] = ()) -> str:
    """Equal for titles that differ in entities, quotes, punctuation, case or a trailing name of the outlet.

    `outlet_names` are names or domains. The key is empty when a title holds no letter or digit.
    """
    return _title_key(title, tuple(outlet_names))


def without_outlet(title: str, outlet_name: str) -> str:
    """A headline without the outlet's name that an aggregator put behind it; as it is where that is not what stands there."""
    match = _SEPARATED.fullmatch(title)
    return match[1].rstrip() if match is not None and _letters(match[2]) in _name_forms(outlet_name) else title


@lru_cache(maxsize=4096)
def _title_key(title: str, outlet_names: tuple[str, ...]) -> str:
    plain = " ".join((html.unescape(html.unescape(title)) if "&" in title else title).split())
    separated = not _SEPARATORS.isdisjoint(plain)
    names = {form for name in outlet_names for form in _name_forms(name)} if separated else ()
    while names and (match := _SEPARATED.fullmatch(plain)) and _letters(match[2]) in names:
        plain = match[1]
    if not plain.isprintable():
        plain = _INVISIBLE.sub("", plain)
    if "." in plain:
        plain = _INITIALS.sub(lambda m: m[0].replace(".", ""), plain)
    return " ".join(words(plain))


@lru_cache(maxsize=4096)
def _name_forms(name: str) -> frozenset[str]:
    """A name, and for a domain also its first label."""
    bare = name.strip().lower().removeprefix("www.")
    forms = {_letters(name), _letters(bare)}
    if "." in bare and " " not in bare:
        forms.add(_letters(bare.split(".")[0]))
    return frozenset(forms - {""})


def _letters(name: str) -> str:
    return "".join(words(name)).removeprefix("the")
