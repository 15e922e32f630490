"""Measures the matcher beside BM25: a matter with graded headlines, tracking of events, calibration.

    python -m benchmarks.relevance            # the shipped curve
    python -m benchmarks.relevance --learn    # the curve learnt anew without each event, and with all of them

The data (README there): `matter*.jsonl`, headlines graded 0 to 3 for the shipped seeds; `events.jsonl`, headlines by event;
`stream.jsonl`, other items. `headlines.jsonl` beside this file are graded headlines of our own. Intervals are of 95 %, by
bootstrap over headlines (the matter) and over events.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from statistics import fmean
from typing import Any
from unittest.mock import patch

from benchmarks.bm25 import BM25
from monitor.relate import calibration
from monitor.relate.company import Report, Reported, company, report
from monitor.relate.evidence import Evidence, evidence
from monitor.relate.profile import combined, profile_of
from monitor.relate.shared_terms import SharedTerms
from monitor.relate.types import Company, Document, SeedText, Taught
from monitor.relate.vocabulary import shipped
from seeds import text
from seeds.document import read_document
from seeds.shipped import corpus

DATA = Path(__file__).resolve().parents[1] / ".." / "shared" / "eval"
OWN = Path(__file__).parent / "headlines.jsonl"
LIKELY, MAYBE = 0.8, 0.4
SEEDS_OF_EVENT, LEAST_OF_EVENT, DRAWS = 5, 9, 3
RESAMPLED = 300
FOLDS = 8
LEAST_TO_LEARN_FROM = 0.005
VERDICTS = 10

Row = dict[str, Any]
Scored = tuple[float, bool]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument(
        "--data", type=Path, default=DATA, help="folder with matter*.jsonl, events.jsonl, stream.jsonl"
    )
    options.add_argument("--learn", action="store_true", help="learn the curve anew, and measure it without each event")
    arguments = options.parse_args()
    events, stream = rows(arguments.data / "events.jsonl"), rows(arguments.data / "stream.jsonl")
    given = [row for file in sorted(arguments.data.glob("matter*.jsonl")) for row in rows(file)]
    matter("graded headlines of the data", given, events + stream)
    own = rows(OWN)
    matter("graded headlines of our own", own, events + stream)
    for part in sorted({row["part"] for row in own if "part" in row}):
        matter(f"of these, the latest: {part}", [row for row in own if row.get("part") == part], events + stream)
    tracking(events, learn=arguments.learn)
    teaching(events)


def rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def document(row: Row) -> Document:
    title, excerpt = row["title"], row.get("excerpt") or ""
    return Document(title, excerpt, "", "excerpt" if excerpt else "headline", text.said(title, excerpt, ""))


def average_precision(scored: Sequence[Scored]) -> float:
    found, total = 0, 0.0
    for rank, (_, right) in enumerate(sorted(scored, key=lambda one: -one[0]), 1):
        if right:
            found += 1
            total += found / rank
    return total / max(1, found)


def interval(of: Callable[[Sequence[Any]], float], cases: Sequence[Any]) -> str:
    chance = random.Random(5)
    drawn = sorted(of(chance.choices(cases, k=len(cases))) for _ in range(RESAMPLED))
    return f"{of(cases):.3f} ({drawn[int(RESAMPLED * 0.025)]:.3f} – {drawn[int(RESAMPLED * 0.975)]:.3f})"


# --- the matter


def matter_seeds() -> list[SeedText]:
    seeds = []
    for name, raw in corpus():
        record = read_document(raw, name).record
        assert record is not None
        around = tuple(one.title for one in record.related)
        seeds.append(SeedText(name, record.title, record.excerpt or "", record.body or "", (), around, name))
    return seeds


def matter(name: str, graded: Sequence[Row], others: Sequence[Row]) -> None:
    seeds = matter_seeds()
    matcher = SharedTerms("matter", seeds)
    documents = [document(row) for row in (*graded, *others)]
    began = time.process_time()
    for one in documents:
        matcher.judge(one)
    spent = time.process_time() - began
    scores = list(Stream(documents).scores(matcher)[0].values())
    index = BM25([f"{one.title} {one.excerpt}" for one in documents])
    mean, most = index.of_seeds([f"{seed.title} {seed.excerpt}" for seed in seeds])
    cases = [(row["grade"], row["lang"], *which) for row, *which in zip(graded, scores, mean, most, strict=False)]
    print(f"\n{name}: {len(graded)} among {len(others)} others; {len(documents) / spent:,.0f} items a second")
    for grade in (3, 2):
        for column, method in enumerate(("matcher", "BM25 mean", "BM25 max")):
            noise = [(values[len(graded) :], method) for values in (scores, mean, most)][column][0]

            def precision(drawn: Sequence[Any], column: int = column, noise: Sequence[float] = noise) -> float:
                return average_precision([(c[2 + column], c[0] >= grade) for c in drawn] + [(s, False) for s in noise])  # noqa: B023

            print(f"  AP of grade {grade}{' and above' if grade < 3 else ''}, {method}: {interval(precision, cases)}")
    shown = sum(score >= MAYBE for score in scores[len(graded) :])
    print(f"  likely, precision: {interval(lambda c: share(c, lambda x: x[2] >= LIKELY, lambda x: x[0] == 3), cases)}")
    print(
        f"  likely, recall of grade 3: {interval(lambda c: share(c, lambda x: x[0] == 3, lambda x: x[2] >= LIKELY), cases)}"
    )
    print(
        f"  shown, recall of grade 2 and above: {interval(lambda c: share(c, lambda x: x[0] >= 2, lambda x: x[2] >= MAYBE), cases)}"
    )
    print(f"  shown of grade 0: {sum(c[0] == 0 and c[2] >= MAYBE for c in cases)} graded, {shown} others")
    russian = [case for case in cases if case[1] == "ru"]
    print(
        f"  Russian, recall of grade 3: {interval(lambda c: share(c, lambda x: x[0] == 3, lambda x: x[2] >= MAYBE), russian)}"
    )
    print(
        f"  Russian, precision of shown: {interval(lambda c: share(c, lambda x: x[2] >= MAYBE, lambda x: x[0] == 3), russian)}"
    )


def share(cases: Sequence[Any], of: Callable[[Any], bool], right: Callable[[Any], bool]) -> float:
    among = [case for case in cases if of(case)]
    return sum(right(case) for case in among) / max(1, len(among))


# --- events


def draws(events: Sequence[Row]) -> Iterator[tuple[str, list[int], set[int]]]:
    """Event, the numbers of its headlines that are seeds, and of those to be found."""
    groups: dict[str, list[int]] = defaultdict(list)
    for number, event in enumerate(events):
        groups[event["story"]].append(number)
    for name, members in sorted(groups.items()):
        for draw in range(DRAWS if len(members) >= LEAST_OF_EVENT else 0):
            seeds = random.Random(f"{name} {draw}").sample(members, SEEDS_OF_EVENT)
            yield name, seeds, set(members) - set(seeds)


class Stream:
    """Documents in the order in which they come, and what of them is like which in words."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.documents = documents
        self.reports: list[Report] = [report(n, one.title, shipped()) for n, one in enumerate(documents)]
        self._reported = Reported(len(documents))
        for one in self.reports:
            self._reported.add(one)
        self._near: dict[int, dict[int, float]] = {}

    def near(self, number: int) -> dict[int, float]:
        """What is like one in words, and how like."""
        if number not in self._near:
            self._near[number] = self._reported.near(self.reports[number])
        return self._near[number]

    def companies(self, matcher: SharedTerms, alone: Mapping[int, float]) -> dict[int, Company]:
        """The company of those that say something, and of what is like them, as `monitor.pipeline.surroundings` works it out."""
        telling = {n for n, score in alone.items() if score >= 0.05}
        drawn = {other for n in telling if alone[n] >= MAYBE for other in self.near(n)} & alone.keys()
        stands = {n: matcher.stands(self.documents[n].title) for n in telling | drawn}
        found = {}
        for n in (one for one, there in sorted(stands.items()) if there):
            near = {m: like for m, like in self.near(n).items() if m in alone}
            beside = {m: like for m, like in near.items() if matcher.stands(self.documents[m].title)}
            kept = company(beside, alone)
            if kept is not None:
                found[n] = kept
        return found

    def scores(self, matcher: SharedTerms, besides: Collection[int] = ()) -> tuple[dict[int, float], dict[int, float]]:
        """What each document scores, but for seeds, in the company it keeps, and by itself."""
        alone = {n: matcher.judge(one).score for n, one in enumerate(self.documents) if n not in besides}
        kept = self.companies(matcher, alone)
        there = {n: replace(self.documents[n], company={matcher.watch: one}) for n, one in kept.items()}
        return {n: matcher.judge(there[n]).score if n in there else score for n, score in alone.items()}, alone


def tracking(events: Sequence[Row], *, learn: bool) -> None:
    documents, index = [document(row) for row in events], BM25([row["title"] for row in events])
    stream = Stream(documents)
    by_itself: dict[str, list[list[Scored]]] = defaultdict(list)
    found: dict[str, list[list[Scored]]] = defaultdict(list)
    rivals: dict[str, list[tuple[float, float]]] = defaultdict(list)
    drawn_: list[Drawn] = []
    for name, seeds, wanted in draws(events):
        texts = [SeedText(str(n), events[n]["title"]) for n in seeds]
        matcher = SharedTerms(name, texts)
        rest = [n for n in range(len(events)) if n not in seeds]
        scores, alone = stream.scores(matcher, set(seeds))
        found[name].append([(scores[n], n in wanted) for n in rest])
        by_itself[name].append([(alone[n], n in wanted) for n in rest])
        ranked = [[(values[n], n in wanted) for n in rest] for values in index.of_seeds([s.title for s in texts])]
        rivals[name].append((average_precision(ranked[0]), average_precision(ranked[1])))
        if learn:
            among = [n for n in rest if max(scores[n], alone[n]) >= LEAST_TO_LEARN_FROM]
            drawn_.append(gathered(stream, name, seeds, wanted, among))
    per_event = {name: fmean(map(average_precision, drawn)) for name, drawn in found.items()}
    print(f"\ntracking {len(found)} events, {SEEDS_OF_EVENT} seeds, {DRAWS} draws of each")
    print(f"  MAP, matcher: {interval(fmean, list(per_event.values()))}")
    halves = [fmean(list(per_event.values())[at::2]) for at in (0, 1)]
    print(f"  the same on every other event: {halves[0]:.3f}, {halves[1]:.3f}")
    alone_per_event = [fmean(map(average_precision, drawn)) for drawn in by_itself.values()]
    print(f"  MAP, matcher, each headline by itself: {interval(fmean, alone_per_event)}")
    for column, method in enumerate(("BM25 mean", "BM25 max")):
        print(f"  MAP, {method}: {interval(fmean, [fmean(r[column] for r in one) for one in rivals.values()])}")
    print(f"  F1 of likely or maybe: {interval(f1, [list(chain.from_iterable(drawn)) for drawn in found.values()])}")
    cases = [list(chain.from_iterable(drawn)) for drawn in by_itself.values()]
    print(f"  the same, each headline by itself: {interval(f1, cases)}")
    calibrated("shipped curve", [one for drawn in found.values() for draw in drawn for one in draw])
    calibrated("each headline by itself", list(chain.from_iterable(cases)))
    if learn:
        relearnt(stream, drawn_)


def teaching(events: Sequence[Row]) -> None:
    """What ten verdicts on what is shown do to what is left, on the hard third of the events and on the others."""
    stream = Stream([document(row) for row in events])
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    cases: dict[str, list[tuple[list[Scored], list[Scored]]]] = defaultdict(list)
    for name, seeds, wanted in draws(events):
        texts = [SeedText(str(n), events[n]["title"]) for n in seeds]
        scores, _ = stream.scores(SharedTerms(name, texts), set(seeds))
        shown = [n for n, score in sorted(scores.items(), key=lambda one: -one[1]) if score > MAYBE / 2][:150]
        said = random.Random(name).sample(shown, min(VERDICTS, len(shown)))
        told = SharedTerms(name, texts, taught=[Taught(n in wanted, events[n]["title"]) for n in said])
        scores_then, _ = stream.scores(told, set(seeds))
        rest = [n for n in scores if n not in said]
        before = [(scores[n], n in wanted) for n in rest]
        after = [(scores_then[n], n in wanted) for n in rest]
        found[name].append((average_precision(before), average_precision(after)))
        cases[name].append((before, after))
    names = sorted(found, key=lambda name: fmean(one[0] for one in found[name]))
    for kind, among in (("hard third", names[: len(names) // 3]), ("others", names[len(names) // 3 :])):
        ap = [fmean(one[at] for name in among for one in found[name]) for at in (0, 1)]
        f = [f1([pair[at] for name in among for pair in cases[name]]) for at in (0, 1)]
        print(f"  {VERDICTS} verdicts, {kind}: MAP {ap[0]:.3f} → {ap[1]:.3f}, F1 {f[0]:.3f} → {f[1]:.3f}")


def f1(events: Sequence[Sequence[Scored]]) -> float:
    cases = [case for event in events for case in event]
    right = sum(score >= MAYBE and wanted for score, wanted in cases)
    return 2 * right / max(1, sum(score >= MAYBE for score, _ in cases) + sum(wanted for _, wanted in cases))


def calibrated(name: str, cases: Sequence[Scored]) -> None:
    """Expected calibration error over ten bins of equal mass, and Brier score, of what scores at least 0.05."""
    kept = sorted(case for case in cases if case[0] >= 0.05)
    size = len(kept) / 10
    bins = [kept[int(n * size) : int((n + 1) * size)] for n in range(10)]
    error = sum(abs(sum(s for s, _ in b) - sum(y for _, y in b)) for b in bins) / len(kept)
    brier = fmean((score - wanted) ** 2 for score, wanted in kept)
    base = fmean(wanted for _, wanted in kept)
    print(
        f"  {name}, {len(kept)} items scored ≥ 0.05: ECE {error:.3f}, Brier {brier:.3f},"
        f" {brier / (base * (1 - base)):.2f} of the base rate's {base * (1 - base):.3f}"
    )


# --- learning the curve


@dataclass(frozen=True, slots=True)
class Drawn:
    """An event with some of its headlines as seeds, and what the others have of them."""

    name: str
    seeds: Sequence[int]
    wanted: set[int]
    sided: bool
    cases: Mapping[int, Evidence]


Weights = dict[str, dict[str, float]]
"""Name in `calibration` → the weights."""


def relearnt(stream: Stream, drawn: Sequence[Drawn]) -> None:
    """Learn the curve anew without some of the events, and try it on these; then learn it from all."""
    names = sorted({one.name for one in drawn})
    for folds in (FOLDS, 2):
        found: list[tuple[Drawn, dict[int, float], dict[int, float]]] = []
        for fold in range(folds):
            kept = set(names[fold::folds])
            with patch.multiple(calibration, **learnt([one for one in drawn if one.name not in kept])):
                for one in drawn:
                    if one.name in kept:
                        texts = [SeedText(str(n), stream.documents[n].title) for n in one.seeds]
                        found.append((one, *stream.scores(SharedTerms(one.name, texts), set(one.seeds))))
        print(f"  the curve learnt {'without the event' if folds > 2 else 'on every other event'}:")
        for way, column in (("in company", 1), ("each headline by itself", 2)):
            cases = [(one[0].name, [(s, n in one[0].wanted) for n, s in one[column].items()]) for one in found]  # type: ignore[union-attr]
            of_event = [[c for name, c in cases if name == wanted] for wanted in names]
            print(
                f"    {way}: MAP {fmean(fmean(map(average_precision, one)) for one in of_event):.3f},"
                f" F1 {f1([list(chain.from_iterable(one)) for one in of_event]):.3f}"
            )
            calibrated(f"  {way}", [one for _, some in cases for one in some])
    for name, weights in learnt(drawn).items():
        print(f"  learnt from all, {name}: {', '.join(f'{term} {weight:.2f}' for term, weight in weights.items())}")


def gathered(stream: Stream, name: str, seeds: Sequence[int], wanted: set[int], among: Collection[int]) -> Drawn:
    profile = profile_of([SeedText(str(n), stream.documents[n].title) for n in seeds], shipped())
    cases = {}
    for n in among:
        stems = stream.documents[n].stems.split("\n")[0].split()
        said = combined([(shipped().read(stems), 1.0)])
        cases[n] = evidence(said, profile, profile.letters.alike(stems))
    return Drawn(name, seeds, wanted, profile.place is not None, cases)


def learnt(drawn: Sequence[Drawn]) -> Weights:
    """The weights that make these events the most probable; of those without a country, for its side is not learnt."""
    drawn = [one for one in drawn if not one.sided]
    found: Weights = {}
    for name in ("LEARNT", "BY_TERMS"):
        terms = list(getattr(calibration, name))
        rows_ = [
            (features(evidence, terms), 0.0, n in one.wanted) for one in drawn for n, evidence in one.cases.items()
        ]
        found[name] = dict(zip(terms, regression(rows_), strict=True))
    return found


def features(found: Evidence, terms: Sequence[str]) -> list[float]:
    return [1.0 if term == "bias" else getattr(found, term) for term in terms]


def regression(cases: Sequence[tuple[list[float], float, bool]]) -> list[float]:
    """Coefficients of a logistic regression (Newton's method, a little ridge), given what counts beside."""
    size = len(cases[0][0])
    weights = [0.0] * size
    for _ in range(8):
        gradient = [-0.5 * w for w in weights]
        curvature = [[0.5 * (i == j) for j in range(size)] for i in range(size)]
        for x, aside, y in cases:
            p = logistic(dot(weights, x) + aside)
            for i in range(size):
                gradient[i] += (y - p) * x[i]
                step = p * (1 - p) * x[i]
                for j in range(size):
                    curvature[i][j] += step * x[j]
        weights = [w + d for w, d in zip(weights, solved(curvature, gradient), strict=True)]
    return weights


def solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """The solution of a small symmetric system (Gauss)."""
    size = len(right)
    rows_ = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for i in range(size):
        rows_[i] = [value / rows_[i][i] for value in rows_[i]]
        for j in range(size):
            if j != i:
                rows_[j] = [a - rows_[j][i] * b for a, b in zip(rows_[j], rows_[i], strict=True)]
    return [row[-1] for row in rows_]


def dot(one: Sequence[float], other: Sequence[float]) -> float:
    return math.fsum(a * b for a, b in zip(one, other, strict=True))


def logistic(logit: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


if __name__ == "__main__":
    main()
