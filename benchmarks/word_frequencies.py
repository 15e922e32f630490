"""Makes the tables of word frequencies that the matcher ships, from the package wordfreq.

    python -m benchmarks.word_frequencies

Each line is a frequency on the Zipf scale times a hundred, and the stems whose words together have it; the commonest first.
"""

from __future__ import annotations

import gzip
import math
from pathlib import Path

from wordfreq import get_frequency_list

from monitor.relate import rarity
from seeds.text import stems

_ZIPF_OF_1 = 900
"""A word that is one in a thousand million is 0 on the Zipf scale; frequencies come in hundredths of a power of ten."""
_LEAST_OF_OTHERS = 420
_IN_PAIRS = frozenset(("ja", "zh"))
_SAYS_NOTHING = 5.7
_ORDINARY, _MORE = 5.3, 2.0
"""A stem so common in English or Russian is a word of theirs; one a hundred times commoner elsewhere is not."""


def table(language: str) -> str:
    """The table of a language."""
    frequencies: dict[str, float] = {}
    most = None if language in rarity.LANGUAGES else _ZIPF_OF_1 - _LEAST_OF_OTHERS + 1
    for centibels, words in enumerate(get_frequency_list(language, "small")[:most]):
        for word in words:
            said = stems(word)
            # Of a script without spaces, what is judged are pairs of characters.
            for one in ("".join(said),) if language in _IN_PAIRS and len(said) == 2 else said:
                frequencies[one] = frequencies.get(one, 0.0) + 10 ** (-centibels / 100)
    lines: dict[int, list[str]] = {}
    for one, frequency in frequencies.items():
        lines.setdefault(_ZIPF_OF_1 + round(100 * math.log10(frequency)), []).append(one)
    return "".join(f"{zipf} {' '.join(sorted(lines[zipf]))}\n" for zipf in sorted(lines, reverse=True))


def commonest() -> str:
    """Stems that say nothing in one of the other languages, and are no ordinary words in English or Russian."""
    found = set()
    for language in rarity.OTHERS:
        for one, zipf in rarity.frequencies(language).items():
            if language in _IN_PAIRS and len(one) > 1:
                continue
            here = max(rarity.frequencies(known).get(one, 0.0) for known in rarity.LANGUAGES)
            if zipf >= _SAYS_NOTHING and here < _ORDINARY and zipf - here >= _MORE and not one.isdigit():
                found.add(one)
    return "\n".join(sorted(found)) + "\n"


def main() -> None:
    """Write the tables."""
    for language in (*rarity.LANGUAGES, *rarity.OTHERS):
        path = Path(rarity.__file__).parent / rarity.TABLE.format(language=language)
        path.write_bytes(gzip.compress(table(language).encode(), compresslevel=9, mtime=0))
        print(f"{path}: {path.stat().st_size} bytes")
    path = Path(rarity.__file__).parent / rarity.COMMONEST
    path.write_text(commonest(), encoding="utf-8")


if __name__ == "__main__":
    main()
