"""What one new item costs beside a million: CPU time for finding out which article it is and whose text it has.

    python -m benchmarks.million [--items 1000000]

Fills a database with made-up articles through the pipeline and reports, every so often, CPU time of this process for an entry,
and how much memory it took at most. Takes about ten minutes and three gigabytes of disk for a million.
"""

from __future__ import annotations

import argparse
import random
import resource
import tempfile
import time
from pathlib import Path

from db import facts
from db.store import Store
from monitor.identify import keys
from monitor.pipeline.ingest import Ingest
from monitor.pipeline.judging import Judge, Thresholds
from monitor.types import Entry

_DOCUMENT = 50
_STEPS = 10


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--items", type=int, default=1_000_000)
    items = options.parse_args().items
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "million.db")
        chance = random.Random(1)
        words = ["".join(chance.choices("abcdefghijklmnoprstuvwy", k=chance.randrange(3, 10))) for _ in range(30_000)]
        judge = Judge([], Thresholds(0.8, 0.4))
        done = 0
        while done < items:
            began, until, spent = done, done + items // _STEPS, 0.0
            while done < until:
                entries = [_entry(done + n, chance, words) for n in range(_DOCUMENT)]
                start = time.process_time()
                _poll(store, judge, done // _DOCUMENT % 2000, entries)
                spent += time.process_time() - start
                done += _DOCUMENT
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(
                f"{done:>9,} items: {spent / (done - began) * 1000:.3f} ms an entry, {peak:,.0f} MB at most", flush=True
            )
        count = store.connection.execute("SELECT count(*) FROM trace").fetchone()[0]
        print(f"{count:,} traces, {(Path(folder) / 'million.db').stat().st_size / 1e9:.2f} GB")
        store.close()


def _poll(store: Store, judge: Judge, feed: int, entries: list[Entry]) -> None:
    now = "2026-06-01T08:00:00Z"
    with store.transaction() as connection:
        source = facts.ensure_source(connection, "feed", f"https://feed{feed}.example/", now)
        Ingest(connection, judge, now).document(source, entries, keys.policy_for(entries, "guid"))


def _entry(number: int, chance: random.Random, words: list[str]) -> Entry:
    """Every twentieth is a copy of an early one, so that there is something to find."""
    made = random.Random(number % 5000) if number % 20 == 0 else chance
    title = " ".join(made.choices(words, k=9)).capitalize()
    slug = title.replace(" ", "-").lower()
    return Entry(
        guid=str(number),
        link=f"https://outlet{number % 3000}.example/2026/06/{slug}-{number}",
        title=title,
        excerpt=" ".join(made.choices(words, k=35)),
        published_at=f"2026-0{1 + number % 5}-{1 + number % 28:02}T08:00:00Z",
        date_quality="exact",
    )


if __name__ == "__main__":
    main()
