"""The language of an entry: what the feed declares, unless the letters say otherwise."""

from __future__ import annotations

import re

import pycld2

_CODE = re.compile(r"\s*([a-zA-Z]{2})(?:[-_][a-zA-Z0-9-_]+)?\s*")
_THREE = {"rus": "ru", "eng": "en", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr", "ukr": "uk", "spa": "es"}
_CYRILLIC_LANGUAGES = frozenset(
    {"ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "tg", "mn", "tt", "ba", "cv", "os", "uz", "az", "ce"}
)
_OTHER_SCRIPTS = frozenset({"zh", "ja", "ko", "ar", "he", "fa", "hi", "el", "ka", "hy", "th", "ur", "bn", "ta", "te"})
_LATIN = re.compile(r"[a-zA-Z\u00c0-\u024f]")
_CYRILLIC = re.compile(r"[\u0400-\u052f]")
_RUSSIAN = frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюя")
_RUSSIAN_ALONE = frozenset("ыэё")
"""Letters of Russian that neither Ukrainian nor Bulgarian has."""
_NOT_UKRAINIAN = _RUSSIAN_ALONE | {"ъ"}
_UKRAINIAN = frozenset("іїєґ")
_UKRAINIAN_ALONE = _UKRAINIAN - {"і"}
_BELARUSIAN = frozenset("ў")
_ENOUGH = 3_000
_FEWEST = 20
_FEW = 4


def declared(*codes: object) -> str | None:
    """The first of several declarations that is a language, as two lower-case letters (ISO 639-1)."""
    for code in codes:
        if isinstance(code, str):
            if match := _CODE.fullmatch(code):
                return match[1].lower()
            if short := _THREE.get(code.strip().lower()):
                return short
    return None


def language_of(text: str, declaration: str | None) -> str | None:
    """The declared language where the script fits it, else the detected one; None when nothing is certain."""
    text = text[:_ENOUGH]
    if text.isascii() and declaration and declaration not in _OTHER_SCRIPTS | _CYRILLIC_LANGUAGES:
        return declaration
    cyrillic, latin = len(_CYRILLIC.findall(text)), len(_LATIN.findall(text))
    if declaration and not _contradicted(text, declaration, cyrillic, latin):
        return declaration
    if cyrillic > latin:
        return _cyrillic_language(text, None if cyrillic < _FEWEST and len(text) < _FEWEST else _detected(text))
    if latin < _FEWEST and len(text) < _FEWEST:
        return None
    return _detected(text)


def _cyrillic_language(text: str, detected: str | None) -> str:
    """The language of Cyrillic text: what its letters prove, else what was detected where they allow it, else Russian."""
    letters = _letters(text)
    if not letters - _RUSSIAN:
        # A language with letters of its own shows them in any sentence; Bulgarian has none.
        return "bg" if detected == "bg" and not letters & _RUSSIAN_ALONE else "ru"
    if detected not in {None, "ru"} and not (detected == "uk" and not _is_ukrainian(letters)):
        return str(detected)
    return "uk" if _is_ukrainian(letters) else "be" if letters & _BELARUSIAN else "ru"


def _is_ukrainian(letters: frozenset[str]) -> bool:
    return bool(letters & _UKRAINIAN) and not letters & _NOT_UKRAINIAN and not letters & _BELARUSIAN


def _letters(text: str) -> frozenset[str]:
    """The Cyrillic letters of a text, in lower case."""
    return frozenset(_CYRILLIC.findall(text.lower()))


def _contradicted(text: str, code: str, cyrillic: int, latin: int) -> bool:
    if cyrillic > latin and cyrillic >= _FEWEST and code in {"ru", "uk"}:
        # Sites in both languages declare one of them on all pages.
        letters = _letters(text)
        return not letters & _UKRAINIAN if code == "uk" else _is_ukrainian(letters) and bool(letters & _UKRAINIAN_ALONE)
    if cyrillic > latin:
        return cyrillic >= _FEW and code not in _CYRILLIC_LANGUAGES
    return (
        latin >= 2 * _FEW
        and latin > 4 * cyrillic
        and (code in _OTHER_SCRIPTS or code in _CYRILLIC_LANGUAGES - {"sr", "uz", "az", "tt", "kk"})
    )


def _detected(text: str) -> str | None:
    try:
        reliable, _, guesses = pycld2.detect(text.encode("utf-8", "ignore"), bestEffort=True)
    except pycld2.error:
        return None
    code: str = guesses[0][1].partition("-")[0]
    return code if reliable and len(code) == 2 and code != "un" else None
