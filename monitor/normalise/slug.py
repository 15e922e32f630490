"""What the address of an article says of it: words, in Latin or Cyrillic letters, and a date. Pure.

A headline's words stand in most addresses, Russian ones often in Latin letters; those are spelt back, which is right for most
words and good enough for stems (there are many ways of writing Russian so).
"""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import unquote, urlsplit

_FEWEST = 2
"""Words without which an address says nothing: one alone is a section."""
_LONGEST = 300
_ENDING = re.compile(r"\.(?:s?html?|php|aspx?|amp|xml)$", re.IGNORECASE)
_SPLIT = re.compile(r"[\W_]+")
_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_/.]?(0[1-9]|1[0-2])[-_/.]?(0[1-9]|[12]\d|3[01])(?!\d)")
_THREE_TO_ONE = (
    ("shch", "щ"),
    ("sch", "щ"),
    ("zh", "ж"),
    ("kh", "х"),
    ("ts", "ц"),
    ("tz", "ц"),
    ("ch", "ч"),
    ("sh", "ш"),
    ("yu", "ю"),
    ("ju", "ю"),
    ("iu", "ю"),
    ("ya", "я"),
    ("ja", "я"),
    ("ia", "ия"),
    ("yo", "е"),
    ("jo", "е"),
    ("ye", "е"),
    ("iy", "ий"),
    ("yy", "ый"),
    ("yj", "ый"),
    ("ij", "ий"),
    ("ey", "ей"),
    ("oy", "ой"),
    ("ay", "ай"),
    ("uy", "уй"),
)
_LETTERS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "абцдефгхийклмнопкрстуввкыз")


def words_of(url: str) -> str:
    """The words of an address, as a headline might have them; empty when it says nothing, such as a number."""
    try:
        path = unquote(urlsplit(url).path[: 4 * _LONGEST])
    except ValueError:
        return ""
    parts = [_ENDING.sub("", part) for part in path.split("/") if part]
    told = [[word for word in _SPLIT.split(part) if _is_word(word)] for part in parts]
    best = max(told, key=len, default=[])
    return " ".join(best)[:_LONGEST] if len(best) >= _FEWEST else ""


def in_cyrillic(words: str) -> str:
    """Russian words that are written in Latin letters, spelt back."""
    spelt = words.lower()
    for latin, cyrillic in _THREE_TO_ONE:
        spelt = spelt.replace(latin, cyrillic)
    return spelt.translate(_LETTERS)


def date_of(url: str) -> str | None:
    """The day in an address, as stored; None when it has none."""
    found = _DATE.search(urlsplit(url).path)
    if found is None:
        return None
    try:
        return f"{datetime(int(found[1]), int(found[2]), int(found[3])):%Y-%m-%d}T00:00:00Z"  # noqa: DTZ001  a day alone
    except ValueError:
        return None


def _is_word(word: str) -> bool:
    return any(map(str.isalpha, word)) and (len(word) > 1 or word.isalpha())
