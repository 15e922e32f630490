"""Ordinary words: those that are no name, however they are written. A capital alone does not make a name of them.

The table holds English and Russian words that are used now and then, without those that are also people, places, companies or
teams. `benchmarks/ordinary_words.py` makes it; where it comes from stands in `ordinary/NOTICE`.
"""

from __future__ import annotations

import gzip
from functools import cache
from importlib.resources import files

from seeds import text

TABLE = "ordinary/words.txt.gz"


def is_ordinary(word: str) -> bool:
    """Whether a word, in any of its spellings, is surely no name; one that is not known may be."""
    return text.fold(word) in _table()


@cache
def _table() -> frozenset[str]:
    packed = (files(__package__) / TABLE).read_bytes()
    return frozenset(gzip.decompress(packed).decode().split("\n"))
