"""Feedparser as it is, at less cost: the same results from fewer calls.

Python's SAX driver gives text in pieces, cut at every entity and line end; feedparser works out the base address anew
at each element, and copies the attributes of each text as if they were deep. Without these three, reading takes a little
over half the time.
"""

from __future__ import annotations

from functools import lru_cache
from xml.parsers.expat import XMLParserType
from xml.sax.expatreader import ExpatParser

import feedparser.api
import feedparser.mixin
from feedparser.util import FeedParserDict

_BUFFER = 1 << 16
_BASES = 256


class WholeTexts(ExpatParser):
    """Python's own driver, with the text between two tags in one piece (up to 64 kB)."""

    _parser: XMLParserType

    def reset(self) -> None:
        """Makes the parser for the next document."""
        super().reset()
        self._parser.buffer_text = True
        self._parser.buffer_size = _BUFFER


def create_parser() -> WholeTexts:
    """What `xml.sax.make_parser` looks for in the modules it is given."""
    return WholeTexts()


def tune() -> None:
    """Makes this process's feedparser quick; to be called once."""
    feedparser.api.PREFERRED_XML_PARSERS.insert(0, __name__)
    # What it copies deeply is flat, or is given up right after the copy.
    FeedParserDict.__deepcopy__ = _copied
    # A pure function of two texts, nearly always the same two.
    feedparser.mixin.make_safe_absolute_uri = lru_cache(_BASES)(feedparser.mixin.make_safe_absolute_uri)


def _copied(original: FeedParserDict, _memo: object) -> FeedParserDict:
    return FeedParserDict(original)
