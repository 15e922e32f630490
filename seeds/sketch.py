"""Small samples of texts by which two that share a passage are found again: the same words give the same numbers.

A word in four or so, chosen by what it is, begins a shingle of five words. Where two texts share a passage they share its
shingles, wherever it stands in them; of these the few with the least hashes are kept, which are the same few in both
when most of the texts is the same (Broder, On the resemblance and containment of documents, 1997).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from zlib import crc32

from seeds.text import SEARCHED, words

SHINGLE = 5
"""Words of a shingle."""
LEAD = 4
"""Shingles kept of a lead; of a long text `BODY`."""
BODY = 5
LEAST_WORDS = 12
"""Words from which on a text is worth being met again."""
_LEAD_WORDS = 90
_BODY_WORDS = 180


class _Starts(dict[str, bool]):
    """Word → whether a shingle begins with it: about one in `one_in`, chosen by first letter and length."""

    def __init__(self, one_in: int) -> None:
        super().__init__()
        self._one_in = one_in

    def __missing__(self, word: str) -> bool:
        if len(self) >= _MOST:
            self.clear()
        self[word] = found = (ord(word[0]) + len(word)) % self._one_in == 0
        return found


_MOST = 200_000
_IN_LEADS, _IN_BODIES = _Starts(4), _Starts(8)


def _sketch(told: Sequence[str], most: int, starts: _Starts) -> tuple[int, ...]:
    """The shingles kept of a text in folded words, as 32-bit numbers; none of one shorter than `LEAST_WORDS`."""
    last = len(told) - SHINGLE + 1
    if len(told) < LEAST_WORDS:
        return ()
    # Hashing every word would take more time than all else that is done with an entry.
    chosen = list(compress(range(last), map(starts.__getitem__, told)))
    hashes = {crc32(" ".join(told[at : at + SHINGLE]).encode()) for at in chosen or range(last)}
    return tuple(sorted(hashes)[:most])


def lead(text: str) -> tuple[int, ...]:
    """The sketch of an excerpt, or of the beginning of a text: of its first 90 words."""
    return _sketch(words(text[:SEARCHED])[:_LEAD_WORDS], LEAD, _IN_LEADS) if len(text) >= 5 * LEAST_WORDS else ()


def body(text: str) -> tuple[int, ...]:
    """The sketch of a whole text, of which the first 180 words are looked at."""
    return _sketch(words(text[:SEARCHED])[:_BODY_WORDS], BODY, _IN_BODIES)


def named(kind: str, name: str) -> int:
    """The number under which a name of an article is found again: its headline, or what its address ends in."""
    return crc32(f"{kind}\x1f{name}".encode("utf-8", "replace"))
