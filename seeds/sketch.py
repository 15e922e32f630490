"""Small samples of texts by which two that share a passage are found again: the same words give the same numbers.

A word in four or so, chosen by what it is, begins a shingle of five words. Where two texts share a passage they share its
shingles, wherever it stands in them; of these the few with the least hashes are kept, which are the same few in both
when most of the texts is the same (Broder, On the resemblance and containment of documents, 1997).
"""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

from seeds.text import words

SHINGLE = 5
"""Words of a shingle."""
LEAD = 4
"""Shingles kept of a lead; of a long text `BODY`."""
BODY = 5
LEAST_WORDS = 12
"""Words from which on a text is worth being met again."""
_LEAD_CHARACTERS = 600
_BODY_CHARACTERS = 1_200


def _sketch(told: Sequence[str], most: int, one_in: int) -> tuple[int, ...]:
    """The shingles kept of a text in folded words, as 32-bit numbers; none of one shorter than `LEAST_WORDS`."""
    last = len(told) - SHINGLE + 1
    if len(told) < LEAST_WORDS:
        return ()
    # By its first letter and its length: hashing every word took more time than all else that is done with an entry.
    starts = [at for at, word in enumerate(told[:last]) if (ord(word[0]) + len(word)) % one_in == 0]
    hashes = {crc32(" ".join(told[at : at + SHINGLE]).encode()) for at in starts or range(last)}
    return tuple(sorted(hashes)[:most])


def lead(text: str) -> tuple[int, ...]:
    """The sketch of an excerpt, or of the beginning of a text."""
    return _sketch(words(text[:_LEAD_CHARACTERS]), LEAD, 4) if len(text) >= 5 * LEAST_WORDS else ()


def body(text: str) -> tuple[int, ...]:
    """The sketch of a whole text, of which the first 1,200 characters are looked at."""
    return _sketch(words(text[:_BODY_CHARACTERS]), BODY, 8)


def named(kind: str, name: str) -> int:
    """The number under which a name of an article is found again: its headline, or what its address ends in."""
    return crc32(f"{kind}\x1f{name}".encode("utf-8", "replace"))
