"""Which country a place lies in: the names of countries and larger towns, in English and Russian.

The table holds names of GeoNames (https://www.geonames.org, CC BY 4.0) and of the Unicode CLDR (Unicode License V3), cut to
towns of some size and to names that are no ordinary words, as stems. `benchmarks/gazetteer.py` makes it.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

TABLE = "places/places.txt.gz"


@cache
def countries() -> Mapping[tuple[str, ...], str]:
    """Name, as stems, → the country."""
    found: dict[tuple[str, ...], str] = {}
    for line in gzip.decompress(_packed()).decode().splitlines():
        country, *names = line.split("|")
        for name in names:
            found[tuple(name.split(" "))] = country
    return found


def digest() -> str:
    """Changes with the table."""
    return hashlib.blake2b(_packed(), digest_size=8).hexdigest()


def _packed() -> bytes:
    return (files(__package__) / TABLE).read_bytes()
