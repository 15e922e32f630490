"""How well articles on one event are put together, beside simple methods, and whether their order makes a difference.

    python -m benchmarks.events EVENTS.jsonl [--resamples 1000] [--search]

EVENTS.jsonl has a headline a line: id, title, provider {domain}, publishedMs, and `story`, the event it belongs to. Stories
are read from the view `items` of a database that the headlines were put into as feeds bring them. Figures are BCubed
precision, recall and F1 (Bagga and Baldwin 1998), with 95 % intervals by bootstrap over events.

The simple methods see all headlines at once, and each is given the threshold that suits these data best, which ours is not:
average linkage over TF-IDF (words, inverse document frequency in these data), and over the same words weighed by how rare
they are in ordinary writing. `--search` also shows what other thresholds than the shipped ones would give, and what choosing
them on one half of the events gives on the other.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from db import facts
from db.store import Store
from monitor.identify import keys
from monitor.pipeline import grouping
from monitor.pipeline.ingest import Ingest
from monitor.pipeline.judging import Judge, Thresholds
from monitor.stories import clustering, wording
from monitor.types import Entry
from seeds import text

Event = Mapping[str, Any]
Labels = Mapping[str, str]


def bcubed(found: Labels, given: Labels, items: Sequence[str]) -> tuple[float, float, float]:
    """Precision, recall and F1 over these items."""
    return _mean(_each(found, given, items).values())


def interval(found: Labels, given: Labels, resamples: int) -> str:
    """The figures, with the 95 % interval of F1 over events drawn again with all their headlines."""
    each = _each(found, given, list(given))
    by_event: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for item, event in given.items():
        by_event[event].append(each[item])
    chance, events = random.Random(7), sorted(by_event)
    drawn = (chance.choices(events, k=len(events)) for _ in range(resamples))
    scores = sorted(_mean([one for event in some for one in by_event[event]])[2] for some in drawn)
    p, r, f = _mean(each.values())
    low, high = scores[int(0.025 * resamples)], scores[int(0.975 * resamples) - 1]
    return f"precision {p:.3f}  recall {r:.3f}  F1 {f:.3f} [{low:.3f}, {high:.3f}]"


def _each(found: Labels, given: Labels, items: Sequence[str]) -> dict[str, tuple[float, float]]:
    """The precision and the recall of each item: what share of its cluster, of its event, is with it rightly."""
    both = Counter((found[item], given[item]) for item in items)
    clusters, events = Counter(found[item] for item in items), Counter(given[item] for item in items)
    return {
        i: (both[found[i], given[i]] / clusters[found[i]], both[found[i], given[i]] / events[given[i]]) for i in items
    }


def _mean(each: Collection[tuple[float, float]]) -> tuple[float, float, float]:
    precision, recall = (math.fsum(one[at] for one in each) / len(each) for at in (0, 1))
    return precision, recall, 2 * precision * recall / (precision + recall)


# --- ours, through the database


def stories(rounds: Iterable[Sequence[Event]], folder: Path) -> tuple[dict[str, str], float]:
    """Which story each headline is in when feeds bring them in these rounds, and CPU seconds that stories took."""
    store = Store(folder / f"{time.monotonic_ns()}.db")
    judge = Judge([], Thresholds(0.8, 0.4))
    now = "2026-11-21T12:00:00Z"
    spent = 0.0
    for number, events in enumerate(rounds):
        with store.transaction() as connection:
            source = facts.ensure_source(connection, "feed", f"https://feed{number % 40}.example/", now)
            Ingest(connection, judge, now).document(source, [_entry(event) for event in events], _policy())
        began = time.process_time()
        more = True
        while more:
            with store.transaction() as connection:
                more = grouping.settle(connection, judge, now)
        spent += time.process_time() - began
    rows = store.connection.execute(
        "SELECT s.guid, coalesce(i.story_uid, i.uid) FROM sightings s JOIN items i ON i.uid = s.item_uid"
    )
    found = {row[0]: row[1] for row in rows}
    store.close()
    return found, spent


def _entry(event: Event) -> Entry:
    at = datetime.fromtimestamp(event["publishedMs"] / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Entry(guid=event["id"], link=event["webUrl"], title=event["title"], published_at=at)


def _policy() -> keys.Policy:
    return "guid"


# --- simple methods


def linked(vectors: Sequence[Mapping[str, float]], ids: Sequence[str]) -> list[tuple[float, int, int]]:
    """Average linkage: (likeness, one, other) of each merge, in its order; clusters are numbered by their first item."""
    size = dict.fromkeys(range(len(ids)), 1)
    rows: dict[int, dict[int, float]] = {n: {} for n in size}
    by_word: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for n, vector in enumerate(vectors):
        for word, weight in vector.items():
            for other, theirs in by_word[word]:
                rows[n][other] = rows[other][n] = rows[n].get(other, 0.0) + weight * theirs
            by_word[word].append((n, weight))
    best = {n: max(((v, m) for m, v in row.items()), default=(0.0, -1)) for n, row in rows.items()}
    merges = []
    while best:
        one = max(best, key=lambda n: best[n][0])
        like, other = best[one]
        if like <= 0.01:
            break
        merges.append((like, one, other))
        gone = rows.pop(other)
        del best[other]
        total = size[one] + size.pop(other)
        row = rows[one]
        for m in {*row, *gone} - {one, other}:
            mean = (row.get(m, 0.0) * size[one] + gone.get(m, 0.0) * (total - size[one])) / total
            row[m] = rows[m][one] = mean
            rows[m].pop(other, None)
        row.pop(other, None)
        size[one] = total
        for m in (one, *(m for m in row if best[m][1] in {one, other} or rows[m][one] > best[m][0])):
            best[m] = max(((v, k) for k, v in rows[m].items()), default=(0.0, -1))
    return merges


def at_best(
    merges: Sequence[tuple[float, int, int]], ids: Sequence[str], given: Labels
) -> tuple[dict[str, str], float]:
    """The clusters at the threshold that suits the data best, and that threshold."""
    label = list(range(len(ids)))
    best: tuple[float, dict[str, str], float] = (0.0, {}, 0.0)
    marks = {round(0.01 * k, 2) for k in range(2, 40)}
    seen: set[float] = set()
    for like, one, other in merges:
        for mark in sorted((m for m in marks - seen if like < m), reverse=True):
            seen.add(mark)
            found = {i: str(label[n]) for n, i in enumerate(ids)}
            score = bcubed(found, given, ids)[2]
            if score > best[0]:
                best = (score, found, mark)
        label = [one if at == other else at for at in label]
    return best[1], best[2]


def tf_idf(titles: Sequence[str]) -> list[dict[str, float]]:
    """Vectors of length one by inverse document frequency in these titles."""
    said = [set(text.terms(title)) for title in titles]
    frequency = Counter(word for words in said for word in words)
    return [clustering.unit({w: math.log(len(said) / frequency[w]) for w in words}) for words in said]


def by_rarity(titles: Sequence[str]) -> list[dict[str, float]]:
    """Vectors of length one by how rare words are in ordinary writing."""
    return [clustering.unit(wording.said(text.title_key(title))) for title in titles]


# --- other thresholds


def clustered(events: Sequence[Event]) -> dict[str, str]:
    """The clusters that the shipped thresholds, as they are just now, make of these headlines."""
    pieces = []
    for number, event in enumerate(events):
        worth = wording.said(text.title_key(event["title"]))
        domain = event["provider"]["domain"]
        pieces.append(
            clustering.Piece(
                number, event["publishedMs"] / 86_400_000, worth, clustering.unit(worth), domain, f"{number:06}"
            )
        )
    groups = clustering.cluster(pieces)
    return {events[piece.id]["id"]: str(at) for at, group in enumerate(groups) for piece in group.pieces}


def search(events: Sequence[Event], given: Labels) -> None:
    names = sorted(set(given.values()))
    chance = random.Random(5)
    halves = []
    for _ in range(6):
        chance.shuffle(names)
        halves.append((set(names[: len(names) // 2]), set(names[len(names) // 2 :])))
    scores: dict[str, list[tuple[float, float]]] = {}
    shipped = {name: getattr(clustering, name) for name in ("NEAR", "ONE", "WHOLE")}
    for near in (0.25, 0.3, 0.35):
        for one in (0.2, 0.25, 0.3):
            for whole in (0.1, 0.15, 0.2):
                clustering.NEAR, clustering.ONE, clustering.WHOLE = near, one, whole  # type: ignore[misc]
                name = f"near {near} one {one} whole {whole}"
                scores[name] = [(_score(events, given, a), _score(events, given, b)) for a, b in halves]
                mean = math.fsum(f for pair in scores[name] for f in pair) / (2 * len(halves))
                everything = bcubed(clustered(events), given, list(given))[2]
                print(f"  {name}: F1 {everything:.3f}; in halves of the events {mean:.3f}", flush=True)
    for name, value in shipped.items():
        setattr(clustering, name, value)
    chosen = [
        scores[max(scores, key=lambda n: scores[n][k][side])][k][1 - side]
        for k in range(len(halves))
        for side in (0, 1)
    ]
    print(
        f"  chosen on one half, F1 on the other: mean {math.fsum(chosen) / len(chosen):.3f}, lowest {min(chosen):.3f}"
    )


def _score(events: Sequence[Event], given: Labels, kept: set[str]) -> float:
    some = [event for event in events if given[event["id"]] in kept]
    return bcubed(clustered(some), given, [event["id"] for event in some])[2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("events", type=Path)
    parser.add_argument("--resamples", type=int, default=1000)
    parser.add_argument("--search", action="store_true")
    options = parser.parse_args()
    events = [json.loads(line) for line in options.events.read_text(encoding="utf-8").splitlines()]
    events.sort(key=lambda e: (e["publishedMs"], e["id"]))
    given = {event["id"]: event["story"] for event in events}
    ids, titles = list(given), [event["title"] for event in events]
    print(f"{len(events)} headlines of {len(set(given.values()))} events")
    shuffled = random.Random(1).sample(events, len(events))
    ways = {
        "one poll": [events],
        "40 feeds, one poll each": [events[n::40] for n in range(40)],
        "in random order, 40 polls": [shuffled[n::40] for n in range(40)],
        "as they were published, 20 a poll": [events[n : n + 20] for n in range(0, len(events), 20)],
    }
    first: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, rounds in ways.items():
            found, spent = stories(rounds, Path(folder))
            kept = {i: event for i, event in given.items() if i in found}
            first = first or found
            agree = bcubed(found, first, list(kept))[2]
            print(f"{name}: {interval(found, kept, options.resamples)}")
            print(
                f"  agrees with one poll: BCubed {agree:.3f}; CPU {1000 * spent / len(events):.2f} ms a headline",
                flush=True,
            )
    for name, vectors in (("TF-IDF", tf_idf(titles)), ("rarity of words", by_rarity(titles))):
        found, mark = at_best(linked(vectors, ids), ids, given)
        print(
            f"{name}, average linkage at its best threshold ({mark}): {interval(found, given, options.resamples)}",
            flush=True,
        )
    if options.search:
        search(events, given)


if __name__ == "__main__":
    main()
