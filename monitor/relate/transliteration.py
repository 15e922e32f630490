"""One spelling for a name in Cyrillic and Latin letters: Собянин and Sobyanin, НтехЛаб and NtechLab."""

from __future__ import annotations

import re
from collections.abc import Iterable

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
_SHORTEST_NAME = 5
_MOST = 100_000
_TWICE = re.compile(r"(.)\1+")


def skeleton(word: str) -> str:
    """What a folded word sounds like, roughly: equal for the usual spellings of a name in both alphabets."""
    latin = word.translate(_LETTERS)
    for written, sound in _SPELT:
        latin = latin.replace(written, sound)
    return _TWICE.sub(r"\1", latin.replace("'", "").replace("’", "").replace("ii", "i"))


class Alike(dict[str, str | None]):
    """Stem → the term that is the same name in other letters, worked out once for each stem."""

    def __init__(self, terms: Iterable[str]) -> None:
        super().__init__()
        self._sounds: dict[tuple[bool, str], str] = {}
        for term in sorted(terms):
            if len(term) >= _SHORTEST_NAME and " " not in term and not term.isdigit():
                self._sounds.setdefault((term.isascii(), skeleton(term)), term)

    def __missing__(self, stem: str) -> str | None:
        if len(self) >= _MOST:
            self.clear()
        known = len(stem) >= _SHORTEST_NAME
        self[stem] = found = self._sounds.get((not stem.isascii(), skeleton(stem))) if known else None
        return found
