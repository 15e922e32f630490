"""Makes the tables of word frequencies that the matcher ships, from the package wordfreq.

    python -m benchmarks.word_frequencies

Each line is a frequency on the Zipf scale times a hundred, and the words that have it; the commonest first.
"""

from __future__ import annotations

import gzip
from pathlib import Path

from wordfreq import get_frequency_list

from monitor.relate import rarity
from seeds.text import fold

_ZIPF_OF_1 = 900
"""A word that is one in a thousand million is 0 on the Zipf scale; frequencies come in hundredths of a power of ten."""


def table(language: str) -> str:
    """The table of a language; a word that folds to a commoner one is left out."""
    lines, known = [], set[str]()
    for centibels, words in enumerate(get_frequency_list(language, "small")):
        kept = sorted({fold(word) for word in words if not any(c.isspace() for c in word)} - known)
        known.update(kept)
        if kept:
            lines.append(f"{_ZIPF_OF_1 - centibels} {' '.join(kept)}\n")
    return "".join(lines)


def main() -> None:
    """Write the tables."""
    for language in rarity.LANGUAGES:
        path = Path(rarity.__file__).parent / rarity.TABLE.format(language=language)
        path.write_bytes(gzip.compress(table(language).encode(), compresslevel=9, mtime=0))
        print(f"{path}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
