"""What judging everything again costs, and the matcher alone: items a minute and a second, in CPU time of one core.

    python -m benchmarks.rescore --data FOLDER [--items 100000]

A database is filled with the headlines of `events.jsonl` and `stream.jsonl` (with their excerpts), as often as it takes, each
time with a word more so that none is the same; the seeds are the shipped ones. A second watch of five headlines of one event
shows what it costs where much is near the matter.
"""

from __future__ import annotations

import argparse
import itertools
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.relevance import DATA, Row, matter_seeds, rows
from db.store import Store
from monitor.pipeline.judging import Judge, Thresholds
from monitor.pipeline.rescoring import Moved, rescore
from monitor.pipeline.surroundings import Surroundings
from monitor.relate.shared_terms import SharedTerms
from monitor.relate.types import Document, SeedText
from seeds import text

_AT = "2026-06-01T08:00:00Z"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path, default=DATA, help="folder with events.jsonl and stream.jsonl")
    options.add_argument("--items", type=int, default=100_000)
    arguments = options.parse_args()
    events, stream = rows(arguments.data / "events.jsonl"), rows(arguments.data / "stream.jsonl")
    given = [*events, *stream]
    random.Random(1).shuffle(given)
    first = events[0]["story"]
    of_event = [SeedText(str(n), row["title"]) for n, row in enumerate(events) if row["story"] == first][:5]
    matchers = {
        "the shipped seeds": [SharedTerms("default", matter_seeds())],
        "and an event beside": [SharedTerms("default", matter_seeds()), SharedTerms("event", of_event)],
    }
    judged = [Document(row["title"], row.get("excerpt") or "") for row in given]
    for name, among in matchers.items():
        began = time.process_time()
        for one in judged:
            for matcher in among:
                matcher.judge(one)
        spent = time.process_time() - began
        print(f"matcher, {name}: {len(judged) / spent:,.0f} items a second, cut into stems and judged")
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "rescore.db")
        with store.transaction() as connection:
            connection.executemany(
                "INSERT INTO article (id, uid, origin, title, title_key, excerpt, first_seen_at, sort_at, judged_on)"
                " VALUES (?, ?, 'feed', ?, ?, ?, ?, ?, 'excerpt')",
                itertools.islice(_articles(given), arguments.items),
            )
        for name, among in matchers.items():
            for again in ("first", "again"):
                judge, moved = Judge(among, Thresholds(0.8, 0.4)), Moved()
                began = time.process_time()
                for _ in rescore(store, judge, Surroundings(), moved):
                    pass
                spent = time.process_time() - began
                print(
                    f"rescore, {name}, {again}: {moved.judged:,} items in {spent:.1f} s of CPU,"
                    f" {moved.judged / spent * 60:,.0f} a minute; {len(moved.changes)} moved",
                    flush=True,
                )
        store.close()


def _articles(given: list[Row]) -> Iterator[tuple[object, ...]]:
    numbers = itertools.count(1)
    for time_round in itertools.count(1):
        for row in given:
            title = f"{row['title']} ({time_round})" if time_round > 1 else row["title"]
            n = next(numbers)
            yield n, f"u{n:09}", title, text.title_key(title), row.get("excerpt") or "", _AT, _AT


if __name__ == "__main__":
    main()
