"""One spelling for a name in Cyrillic and Latin letters: Собянин and Sobyanin, НтехЛаб and NtechLab."""

from __future__ import annotations

import re

_LETTERS = str.maketrans(
    {
        **dict(zip("абвгдезиклмнопрстуфы", "abvgdeziklmnoprstufi", strict=True)),
        "ё": "e",
        "ж": "zh",
        "й": "i",
        "х": "h",
        "ц": "c",
        "ч": "h",
        "ш": "sh",
        "щ": "sh",
        "ъ": "",
        "ь": "",
        "э": "e",
        "ю": "iu",
        "я": "ia",
        "і": "i",
        "ї": "i",
        "є": "e",
        "ґ": "g",
    }
)
_SPELT = (
    ("shch", "sh"),
    ("tch", "h"),
    ("kh", "h"),
    ("ch", "h"),
    ("ck", "k"),
    ("ph", "f"),
    ("ts", "c"),
    ("x", "ks"),
    ("w", "v"),
    ("j", "i"),
    ("y", "i"),
    ("q", "k"),
)
_TWICE = re.compile(r"(.)\1+")


def skeleton(word: str) -> str:
    """What a folded word sounds like, roughly: equal for the usual spellings of a name in both alphabets."""
    latin = word.translate(_LETTERS)
    for written, sound in _SPELT:
        latin = latin.replace(written, sound)
    return _TWICE.sub(r"\1", latin.replace("'", "").replace("’", "").replace("ii", "i"))
