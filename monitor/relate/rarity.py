"""How rare a word is in ordinary writing: what a shared word is worth.

The tables hold the frequencies of the package wordfreq 3.1 (Robyn Speer, 2022, doi:10.5281/zenodo.7199437; data
CC BY-SA 4.0), words seen at least once in a million, by stem, on the Zipf scale: the base-10 logarithm of occurrences in a
thousand million words. `benchmarks/word_frequencies.py` makes them.

Of `OTHERS`, languages in which no text is judged but where seeds are in them, only what is said sixteen times in a million
is in the tables, by the stems that texts have here (`monitor/relate/languages.py` cuts them further).
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files

from seeds import text

LANGUAGES = ("en", "ru")
_OTHERS = "ar bg bn ca cs da de el es fa fi fil fr he hi hu id is it ja ko lt lv mk ms nb nl pl pt ro sh sk sl sv"
OTHERS = (*_OTHERS.split(), "ta", "tr", "uk", "ur", "vi", "zh")
"""As wordfreq names them: `sh` is Serbian, Croatian and Bosnian."""
TABLE = "frequencies/{language}.txt.gz"
COMMONEST = "frequencies/commonest.txt"

_COMMON = 6.5
_UNKNOWN = 2.5
_SCALE = 3.5


@lru_cache(maxsize=50_000)
def rarity(term: str) -> float:
    """0 for the commonest stems to about 1.2 for those that hardly occur; a phrase is as rare as its rarest word.

    A phrase is given as it is written, a single word as it is written or as its stem.
    """
    parts = term.split()
    if len(parts) > 1:
        return min(1.3, max(_of_stem(text.stem(text.fold(part))) for part in parts) + 0.15)
    return _of_stem(term)


def _of_stem(stem: str) -> float:
    table = frequencies("ru" if text.is_cyrillic(stem) else "en")
    zipf = table.get(stem) or table.get(text.stem(stem), _UNKNOWN)
    return max(0.0, (_COMMON - max(zipf, _UNKNOWN)) / _SCALE)


@cache
def frequencies(language: str) -> Mapping[str, float]:
    """Stem → its place on the Zipf scale."""
    packed = (files(__package__) / TABLE.format(language=language)).read_bytes()
    found: dict[str, float] = {}
    for line in gzip.decompress(packed).decode().splitlines():
        zipf, *stems = line.split(" ")
        found.update(dict.fromkeys(stems, int(zipf) / 100))
    return found


@cache
def commonest() -> frozenset[str]:
    """Stems that say nothing, of other languages than English and Russian, in which they are no ordinary words."""
    return frozenset((files(__package__) / COMMONEST).read_text(encoding="utf-8").split())


STOP_STEMS = frozenset(map(text.stem, text.STOP)) | text.STOP | commonest()
"""Stems that say nothing, in any language."""
