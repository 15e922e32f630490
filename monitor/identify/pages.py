"""Which of the addresses that a page gives for its article identify it, and which are only said. All pure.

A false one would make two articles one for ever, so what a page says of itself is believed only within its own site, only
of an address that can be one article's, and only when something else in it agrees. Broken templates name the home page,
the section or the same article on every page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.identify.keys import Known
from monitor.types import LinkRole
from seeds import address
from seeds.address import Address

_DIGITS = re.compile(r"\d{4,}")
_YEAR = re.compile(r"(?:19|20)\d\d")
_WORDS = re.compile(r"[^\W\d_]+")
_SAY = frozenset({"canonical", "og", "data"})
_SLUG_WORDS = 3
_SAME_SLUG = 0.6


@dataclass(frozen=True, slots=True)
class Said:
    """The addresses of a page, sorted."""

    own: tuple[Known, ...] = ()
    """Those that identify its article, and weak ones that it is also known by."""
    original: Known | None = None
    """A canonical address on another site: the text is from there, says the page. Evidence for a copy, no identity."""


def addresses_of(asked: str, links: Sequence[tuple[str, str]]) -> Said:
    """Sort the addresses of the page that `asked` led to: (address, who says so), as in `monitor.read.types.Relation`."""
    start = address.parse(asked)
    if start is None:
        return Said()
    parsed = [(relation, found) for url, relation in links if (found := address.parse(url)) is not None]
    here = next((found for relation, found in parsed if relation == "final"), start)
    same = {start.key, here.key} if _follows(here, start) else {start.key}
    own: dict[tuple[str, str], Known] = {}
    original = None
    for relation, found in parsed:
        if found.is_home or found.opaque or relation == "data":
            continue
        if found.outlet != here.outlet and found.key not in {start.key, here.key}:
            if relation == "canonical" and _is_article(found):
                original = Known(found.url, "link", found.key, weak=True)
            continue
        agreed = any(other.key == found.key for said_by, other in parsed if said_by in _SAY and said_by != relation)
        believed = relation == "amp" or agreed or _same_name(found, here)
        trusted = found.key in same or (relation != "final" and believed and _follows(found, here))
        role: LinkRole = found.role if trusted else "link"
        own.setdefault((found.url, role), Known(found.url, role, found.key, weak=not trusted))
    return Said(tuple(own.values()), original)


def _follows(found: Address, here: Address) -> bool:
    """Whether an address can be that of the one article at `here`: not of a section or list above it."""
    return found.key == here.key or _is_article(found) or (not _above(found, here) and _same_name(found, here))


def _above(found: Address, here: Address) -> bool:
    return here.key.startswith(found.key)


def _is_article(found: Address) -> bool:
    """Whether the end of an address looks like one article's: a number that is no year, or several words."""
    end = _end(found)
    numbers = [number for number in _DIGITS.findall(end) if not _YEAR.fullmatch(number)]
    return bool(numbers) or len(_WORDS.findall(end)) >= _SLUG_WORDS


def _same_name(found: Address, here: Address) -> bool:
    """Whether two addresses end in the same number or the same words."""
    numbers = [{n for n in _DIGITS.findall(_end(a)) if not _YEAR.fullmatch(n)} for a in (found, here)]
    if numbers[0] and numbers[1]:
        return bool(numbers[0] & numbers[1])
    words = [{w.lower() for w in _WORDS.findall(_end(a)) if len(w) > 1} for a in (found, here)]
    both = words[0] | words[1]
    return len(words[0] & words[1]) >= _SAME_SLUG * len(both) if len(both) >= _SLUG_WORDS - 1 else False


def _end(found: Address) -> str:
    """The last segment and the query of an address."""
    path, question, query = found.key.partition("?")
    last = path.rpartition("/")[2] if "/" in path else ""
    return f"{last}{question}{query}"
