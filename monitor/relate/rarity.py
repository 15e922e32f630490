"""How rare a word is in ordinary writing: what a shared word is worth.

Frequencies are those of the package wordfreq (Robyn Speer, 2022; data CC BY-SA 4.0), on the Zipf scale: the base-10
logarithm of occurrences in a thousand million words.
"""

from __future__ import annotations

from functools import lru_cache

from wordfreq import zipf_frequency

from seeds import text

_COMMON = 6.5
_UNKNOWN = 2.5


@lru_cache(maxsize=50_000)
def rarity(word: str) -> float:
    """0 for the commonest words to about 1.2 for those that hardly occur; a phrase is as rare as its rarest word."""
    parts = word.split()
    if len(parts) > 1:
        return min(1.3, max(rarity(part) for part in parts) + 0.15)
    language = "ru" if text.is_cyrillic(word) else "en"
    zipf = zipf_frequency(word, language, wordlist="small") or _UNKNOWN
    return max(0.0, (_COMMON - max(zipf, _UNKNOWN)) / 3.5)
