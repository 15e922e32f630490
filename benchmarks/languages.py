"""Measures watches whose seeds are in other languages than English and Russian, beside the same read as English or Russian.

    python -m benchmarks.languages [--failures]

`languages.jsonl` beside this file holds headlines of our own: for each language five seeds on one matter, ten other headlines on
it and fifty on anything else, of which some share words with the seeds. A watch is made of the seeds; all others are judged
by their headlines alone. The intervals are of 95 %, by bootstrap over headlines.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from unittest.mock import patch

from monitor.relate import languages
from monitor.relate.shared_terms import SharedTerms
from monitor.relate.types import Document, SeedText

OWN = Path(__file__).parent / "languages.jsonl"
MAYBE, LIKELY = 0.4, 0.8
_ROUNDS = 1000

Scored = tuple[float, bool, str]


def judged(seeds: Sequence[str], rest: Sequence[tuple[str, bool]]) -> list[Scored]:
    """Score, whether it is on the matter, and headline, the likeliest first."""
    matcher = SharedTerms("measured", [SeedText(str(n), title) for n, title in enumerate(seeds)])
    found = [(matcher.judge(Document(title)).score, on_it, title) for title, on_it in rest]
    return sorted(found, key=lambda one: (-one[0], one[1]))


def average_precision(scored: Sequence[Scored]) -> float:
    """Average precision of a ranking; 0 where nothing is on the matter."""
    found, total = 0, 0.0
    for place, (_, on_it, _) in enumerate(scored, 1):
        if on_it:
            found += 1
            total += found / place
    return total / found if found else 0.0


def interval(scored: Sequence[Scored]) -> tuple[float, float]:
    chance = random.Random(1)
    drawn = sorted(
        average_precision(sorted(chance.choices(scored, k=len(scored)), key=lambda one: (-one[0], one[1])))
        for _ in range(_ROUNDS)
    )
    return drawn[int(0.025 * _ROUNDS)], drawn[int(0.975 * _ROUNDS)]


def shown(scored: Sequence[Scored], least: float) -> str:
    """How many are at `least` or above, of those on the matter and of the others."""
    on_it, others = ([s for s, which, _ in scored if which is wanted] for wanted in (True, False))
    return (
        f"{sum(s >= least for s in on_it)} of {len(on_it)}, {sum(s >= least for s in others)} of {len(others)} others"
    )


def report(name: str, scored: Sequence[Scored]) -> None:
    low, high = interval(scored)
    print(f"  {name}: AP {average_precision(scored):.3f} ({low:.3f} – {high:.3f}); shown {shown(scored, MAYBE)};"
          f" likely {shown(scored, LIKELY)}")  # fmt: skip


def main() -> None:
    """Print the figures."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--failures", action="store_true")
    failures = arguments.parse_args().failures
    kinds: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for line in OWN.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        kinds[row["language"]][row["kind"]].append(row["title"])
    for language, said in kinds.items():
        rest = [(title, kind == "related") for kind in ("related", "other") for title in said[kind]]
        print(language)
        with patch.object(languages, "languages_of", lambda seeds: [None] * len(seeds)):
            report("as if English or Russian", judged(said["seed"], rest))
        scored = judged(said["seed"], rest)
        report("as it is", scored)
        for score, on_it, title in scored if failures else ():
            if on_it is (score < MAYBE):
                print(f"    {'missed' if on_it else 'wrong'} {score:.2f} {title}")


if __name__ == "__main__":
    main()
