"""Measures what `seedwatch seeds terms` finds: the matter's own terms, hidden from the vocabulary, from headlines as seeds.

    python -m benchmarks.glossary

Of the vocabulary, all lines on faces, their recognition and biometrics are left out. Seeds are drawn from the headlines graded 3 in
`headlines.jsonl`, as many English as Russian; none is a translation of another.
"""

from __future__ import annotations

import json
import random
from importlib.resources import files
from pathlib import Path

from monitor import relate
from monitor.relate import places
from monitor.relate.glossary import suggested
from monitor.relate.types import SeedText
from monitor.relate.vocabulary import Meaning, Vocabulary, parse

OWN = Path(__file__).parent / "headlines.jsonl"
HIDDEN = ("face", "facial", "biometr", "биометр", "распозна")
_DRAWS = 50


def vocabulary() -> Vocabulary:
    """The shipped one without what it knows of the matter."""
    lines = (files(relate) / "vocabulary.txt").read_text(encoding="utf-8").splitlines()
    own = parse(line for line in lines if ">" in line or not any(word in line.lower() for word in HIDDEN))
    known = {phrase: Meaning(places=(country,)) for phrase, country in places.countries().items()}
    return Vocabulary({**known, **{p: m.also(known.get(p, Meaning())) for p, m in own.phrases.items()}}, own.common)


def is_right(line: str) -> bool:
    """Whether a line says that facial recognition is распознавание лиц."""
    english, _, russian = line.partition(" = ")
    return english in {"facial recognition", "face recognition"} and {"распознав", "лиц"} <= {
        word[: len(part)] for word in russian.split() for part in ("распознав", "лиц")
    }


def main() -> None:
    """Print how often the term is suggested, and how often as the first."""
    rows = [json.loads(line) for line in OWN.read_text(encoding="utf-8").splitlines()]
    said = {lang: [r["title"] for r in rows if r["grade"] == 3 and r["lang"] == lang] for lang in ("en", "ru")}
    known = vocabulary()
    for count in (5, 10, 20, 40):
        first = found = lines = 0
        for draw in range(_DRAWS):
            chance = random.Random(draw)
            titles = [title for lang in said for title in chance.sample(said[lang], count)]
            given = suggested([SeedText(str(n), title) for n, title in enumerate(titles)], [], known)
            right = [is_right(one.line) for one in given]
            first += right[:1] == [True]
            found += any(right)
            lines += len(given)
        print(f"{count} headlines in each: found in {found} of {_DRAWS} draws, as the first in {first};"
              f" {lines / _DRAWS:.1f} lines a draw")  # fmt: skip


if __name__ == "__main__":
    main()
