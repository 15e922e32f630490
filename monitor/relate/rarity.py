"""How rare a word is in ordinary writing: what a shared word is worth.

The tables hold the frequencies of the package wordfreq 3.1 (Robyn Speer, 2022, doi:10.5281/zenodo.7199437; data
CC BY-SA 4.0), words seen at least once in a million, on the Zipf scale: the base-10 logarithm of occurrences in a
thousand million words. `benchmarks/word_frequencies.py` makes them.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files

from seeds import text

LANGUAGES = ("en", "ru")
TABLE = "frequencies/{language}.txt.gz"

_COMMON = 6.5
_UNKNOWN = 2.5


@lru_cache(maxsize=50_000)
def rarity(word: str) -> float:
    """0 for the commonest words to about 1.2 for those that hardly occur; a phrase is as rare as its rarest word."""
    parts = word.split()
    if len(parts) > 1:
        return min(1.3, max(rarity(part) for part in parts) + 0.15)
    zipf = _frequencies("ru" if text.is_cyrillic(word) else "en").get(text.fold(word), _UNKNOWN)
    return max(0.0, (_COMMON - max(zipf, _UNKNOWN)) / 3.5)


@cache
def _frequencies(language: str) -> Mapping[str, float]:
    """Folded word → its place on the Zipf scale."""
    packed = (files(__package__) / TABLE.format(language=language)).read_bytes()
    found: dict[str, float] = {}
    for line in gzip.decompress(packed).decode().splitlines():
        zipf, *words = line.split(" ")
        found.update(dict.fromkeys(words, int(zipf) / 100))
    return found
