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


def table(language: str) -> str:
    """The table of a language."""
    frequencies: dict[str, float] = {}
    for centibels, words in enumerate(get_frequency_list(language, "small")):
        for word in words:
            for one in stems(word):
                frequencies[one] = frequencies.get(one, 0.0) + 10 ** (-centibels / 100)
    lines: dict[int, list[str]] = {}
    for one, frequency in frequencies.items():
        lines.setdefault(_ZIPF_OF_1 + round(100 * math.log10(frequency)), []).append(one)
    return "".join(f"{zipf} {' '.join(sorted(lines[zipf]))}\n" for zipf in sorted(lines, reverse=True))


def main() -> None:
    """Write the tables."""
    for language in rarity.LANGUAGES:
        path = Path(rarity.__file__).parent / rarity.TABLE.format(language=language)
        path.write_bytes(gzip.compress(table(language).encode(), compresslevel=9, mtime=0))
        print(f"{path}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
