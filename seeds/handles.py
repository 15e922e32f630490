"""What of an address may be met again in another address of the same article: its long slug and its article number.

Weak keys: they suggest, and something else has to agree. A date is no article number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from seeds.address import Address

_WORDS = re.compile(r"[^\W_]+")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_EXTENSION = re.compile(r"\.[a-z]{2,7}$", re.IGNORECASE)
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_NUMBER = re.compile(
    r"(?<=/)\d{5}(?![^/])|(?<![^\W_])(?:\d{6,20}|(?=[a-f]*\d)[0-9a-f]{12,40})(?![^\W_])|(?<=[a-z])\d{6,20}(?![^\W_])",
    re.IGNORECASE,
)
_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/_.]?(0?[1-9]|1[0-2])[-/_.]?(0?[1-9]|[12]\d|3[01])(?!\d)")
_DATE_NUMBER = re.compile(
    r"(?:19|20)?\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[0-2]\d(?:[0-5]\d){0,2})?"
    r"|(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)\d\d|(?:19|20)\d\d(?:0[1-9]|1[0-2])"
)
_MARKS_OF_FORM = frozenset(
    {"amp", "amphtml", "googleamp", "html", "print", "mobile", "story", "article", "news", "index"}
)
_MARK = re.compile(r"amp|mobile|print|^(?:www\d?|articles?|news|story|html|index|story|rss|feed|export)$")
_LOCALE = re.compile(r"[a-z]{2}[-_][a-z]{2}")
_SLUG_WORDS = 3
_SLUG_LETTERS = 16


@dataclass(frozen=True, slots=True)
class Handles:
    """The weak keys in an address; empty where it has none."""

    slug: str = ""
    numbers: tuple[str, ...] = ()
    day: str = ""
    """The date that the path gives, `YYYY-MM-DD`."""

    def named(self, outlet: str) -> tuple[str, ...]:
        """The keys at an outlet, for looking up."""
        return tuple(f"{outlet}/{name}" for name in (self.slug, *self.numbers[-1:]) if name)


def handles(address: Address) -> Handles:
    """The weak keys of an address, its forms undone as far as they are known."""
    return handles_of(address.key, address.key_host)


def handles_of(key: str, host: str) -> Handles:
    """The same from a canonical key and the host in it."""
    path, _, query = key.removeprefix(host).partition("?")
    day = _DATE.search(path)
    longest = sorted(path.split("/"), key=len, reverse=True)[:2]
    slug = next((found for segment in longest if (found := _slug(segment))), "")
    numbers = [
        number for number in _NUMBER.findall(_DATE.sub("/", f"{path}?{query}")) if not _DATE_NUMBER.fullmatch(number)
    ]
    return Handles(slug, tuple(numbers), f"{day[1]}-{int(day[2]):02}-{int(day[3]):02}" if day else "")


def agree(one: Handles, other: Handles) -> str:
    """What two addresses of one outlet have in common, or nothing where something in them speaks against it."""
    if one.day and other.day and one.day != other.day:
        return ""
    shared = set(one.numbers) & set(other.numbers)
    if one.numbers and other.numbers and not shared:
        return ""
    if one.slug and one.slug == other.slug:
        return one.slug
    return max(shared, default="")


def is_form(one: Address, other: Address) -> bool:
    """Whether one of two addresses has nothing of its own but marks of its form: AMP, a language, an ending, a section.

    Where both have, they may be of two places: `/omsk/…` and `/tomsk/…`.
    """
    left, right = _places(one), _places(other)
    return not (left - right and right - left)


def _places(address: Address) -> set[str]:
    labels = address.key_host.removesuffix(address.outlet).split(".")
    path = address.key.removeprefix(address.key_host).partition("?")[0]
    segments = [_EXTENSION.sub("", segment).lower() for segment in path.split("/")]
    return {
        part
        for part in (*labels, *segments)
        if len(part) > 2 and not _MARK.search(part) and not _LOCALE.fullmatch(part)
    }


def _slug(segment: str) -> str:
    """The words of a segment that is an article's name; empty for others."""
    if _ESCAPE.search(segment):
        return segment if len(segment) > 3 * _SLUG_LETTERS else ""
    found = [word.lower() for word in _WORDS.findall(_EXTENSION.sub("", segment))]
    while found and (found[-1] in _MARKS_OF_FORM or (found[-1].isdigit() and len(found[-1]) >= 5)):
        found.pop()
    while found and (found[0] in _MARKS_OF_FORM or (found[0].isdigit() and len(found[0]) >= 5)):
        found.pop(0)
    letters = [word for word in found if _LETTERS.fullmatch(word)]
    long_enough = len(letters) >= _SLUG_WORDS and sum(map(len, letters)) >= _SLUG_LETTERS
    return "-".join(found) if long_enough else ""
