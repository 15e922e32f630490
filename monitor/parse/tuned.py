"""Feedparser as it is, at less cost: the same results from fewer calls.

Python's SAX driver gives text in pieces, cut at every entity and line end; feedparser works out the base address anew
at each element, copies the attributes of each text as if they were deep, asks its dictionary of renamed keys for keys that
never had another name, and looks up nearly every letter in a table that has 27 of them. Without these, reading takes about
half the time.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from xml.parsers.expat import XMLParserType
from xml.sax.expatreader import ExpatParser

import feedparser.api
import feedparser.mixin
from feedparser.util import FeedParserDict

_BUFFER = 1 << 16
_BASES = 256
_ALPHABETS = 0x2500
_LETTERS = "_cp1252"
"""Before the scripts that are written without spaces."""


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
    _shorten_the_way_to_plain_keys(FeedParserDict)
    # A pure function of two texts, nearly always the same two.
    feedparser.mixin.make_safe_absolute_uri = lru_cache(_BASES)(feedparser.mixin.make_safe_absolute_uri)
    setattr(feedparser.mixin, _LETTERS, _in_a_row(getattr(feedparser.mixin, _LETTERS)))


def _in_a_row(table: Mapping[int, str]) -> tuple[str, ...]:
    """A table for `str.translate` with each letter of most alphabets at its place.

    What a mapping does not have costs an exception for each letter; so does what is beyond the end of a row.
    """
    return tuple(table.get(code, chr(code)) for code in range(_ALPHABETS))


def _shorten_the_way_to_plain_keys(kind: type[FeedParserDict]) -> None:
    """Only the keys with another name, or with a meaning of their own, take the long way round."""
    special = frozenset(kind.keymap) | {"category", "enclosures", "license", "updated", "updated_parsed"}
    get, getitem, contains, setitem = kind.get, kind.__getitem__, kind.__contains__, kind.__setitem__
    plain_get, plain_getitem, plain_contains, plain_setitem = (
        dict.get,
        dict.__getitem__,
        dict.__contains__,
        dict.__setitem__,
    )

    def quick_get(self: FeedParserDict, key: str, default: Any = None) -> Any:
        return get(self, key, default) if key in special else plain_get(self, key, default)

    def quick_getitem(self: FeedParserDict, key: str) -> Any:
        return getitem(self, key) if key in special else plain_getitem(self, key)

    def quick_contains(self: FeedParserDict, key: str) -> Any:
        return contains(self, key) if key in special else plain_contains(self, key)

    def quick_setitem(self: FeedParserDict, key: str, value: Any) -> None:
        (setitem if key in special else plain_setitem)(self, key, value)

    kind.get, kind.__getitem__, kind.__contains__, kind.__setitem__ = (
        quick_get,
        quick_getitem,
        quick_contains,
        quick_setitem,
    )


def _copied(original: FeedParserDict, _memo: object) -> FeedParserDict:
    return FeedParserDict(original)
