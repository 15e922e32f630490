"""Small samples of texts by which two that share a passage are found again: the same words give the same numbers.

Every fourth word or so, chosen by what it is, begins a shingle of five words. Where two texts share a passage they share
its shingles, wherever it stands in them; of these the few with the least hashes are kept, which are the same few in both
when most of the texts is the same (Broder, On the resemblance and containment of documents, 1997).
"""

from __future__ import annotations

from functools import lru_cache
from zlib import crc32

from seeds.text import words

SHINGLE = 5
"""Words of a shingle."""
LEAD = 6
"""Shingles kept of a lead; of a long text `BODY`."""
BODY = 8
LEAST_WORDS = 12
"""Words from which on a text is worth being met again."""
_LEAD_CHARACTERS = 600
_BODY_CHARACTERS = 8_000
_EVERY = 3  # one word in four: the two lowest bits of its hash are zero


@lru_cache(maxsize=32768)
def _begins(word: str) -> bool:
    return not crc32(word.encode()) & _EVERY


def sketch(told: list[str], most: int) -> tuple[int, ...]:
    """The shingles kept of a text in folded words, as 32-bit numbers; none of one shorter than `LEAST_WORDS`."""
    last = len(told) - SHINGLE
    if len(told) < LEAST_WORDS:
        return ()
    starts = [at for at, word in enumerate(told) if at <= last and _begins(word)] or range(0, last + 1, SHINGLE)
    hashes = {crc32(" ".join(told[at : at + SHINGLE]).encode()) for at in starts}
    return tuple(sorted(hashes)[:most])


def lead(text: str) -> tuple[int, ...]:
    """The sketch of an excerpt, or of the beginning of a text."""
    return sketch(words(text[:_LEAD_CHARACTERS]), LEAD) if len(text) >= 5 * LEAST_WORDS else ()


def body(text: str) -> tuple[int, ...]:
    """The sketch of a whole text, of which the first 8,000 characters are looked at."""
    return sketch(words(text[:_BODY_CHARACTERS]), BODY)


def named(kind: str, name: str) -> int:
    """The number under which a name of an article is found again: its headline, or what its address ends in."""
    return crc32(f"{kind}\x1f{name}".encode("utf-8", "replace"))
