"""What one new item costs beside a million: CPU time for finding out which article it is and whose text it has.

    python -m benchmarks.million [--items 1000000]

A database is filled with so many made-up articles, their addresses and traces, and new ones go through the pipeline when it is
empty and when it is full; every twentieth is a copy of one that is there. Times are of this process, in CPU.
"""

from __future__ import annotations

import argparse
import random
import resource
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from db import facts
from db.store import Store
from monitor.identify import keys
from monitor.pipeline import copies
from monitor.pipeline.ingest import Ingest
from monitor.pipeline.judging import Judge, Thresholds
from monitor.types import Entry
from seeds import text, traces

_NOW = "2026-06-01T08:00:00Z"
_NEW = 4_000
_DOCUMENT = 40


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--items", type=int, default=1_000_000)
    items = options.parse_args().items
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "million.db"
        store = Store(path)
        chance = random.Random(1)
        words = ["".join(chance.choices("abcdefghijklmnoprstuvwy", k=chance.randrange(3, 10))) for _ in range(30_000)]
        _measure(store, words, 0, "empty")
        with store.transaction() as connection:
            _fill(connection, chance, words, items)
        store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        count, most = store.connection.execute("SELECT count(*), count(DISTINCT hash) FROM trace").fetchone()
        print(f"{items:,} articles, {count:,} traces ({most:,} numbers), {path.stat().st_size / 1e9:.2f} GB")
        _measure(store, words, 2 * items, "full")
        store.close()


def _measure(store: Store, words: list[str], first: int, what: str) -> None:
    chance = random.Random(2)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    whole = looked = 0.0
    numbers = range(first, first + _NEW)
    for start in range(0, _NEW, _DOCUMENT):
        entries = [_entry(n, chance, words, first // 2 or _NEW) for n in numbers[start : start + _DOCUMENT]]
        began = time.process_time()
        with store.transaction() as connection:
            source = facts.ensure_source(connection, "feed", f"https://feed{start}.example/{what}", _NOW)
            outcome = Ingest(connection, Judge([], Thresholds(0.8, 0.4)), _NOW).document(
                source, entries, keys.policy_for(entries, "guid")
            )
        whole += time.process_time() - began
        began = time.process_time()
        with store.transaction() as connection:
            copies.look(connection, outcome.new, _NOW)
        looked += time.process_time() - began
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    found = store.connection.execute("SELECT count(*) FROM duplicates").fetchone()[0]
    each = f"{whole / _NEW * 1000:.3f} ms an entry in all, {looked / _NEW * 1000:.3f} ms to look for its text again"
    print(f"{what}: {each}; {found} copies in the database; {memory:.0f} MB more memory at most", flush=True)


def _fill(connection: sqlite3.Connection, chance: random.Random, words: list[str], count: int) -> None:
    """Articles as they are stored, without what the cost of a new one does not depend on: entries, judgements."""
    connection.executemany(
        "INSERT INTO article (id, uid, origin, title, title_key, excerpt, web_url, published_at, first_seen_at, sort_at)"
        " VALUES (?, ?, 'feed', ?, ?, ?, ?, ?, ?, ?)",
        _articles(chance, words, count),
    )
    connection.execute(
        "INSERT INTO address (article_id, url, role, key, rules_version) SELECT id, web_url, 'web', substr(web_url, 9), 2"
        " FROM article WHERE id > ?",
        (10 * _NEW,),
    )
    connection.execute("INSERT INTO alias SELECT uid, id FROM article WHERE id > ?", (10 * _NEW,))
    said = connection.execute("SELECT id, title, title_key, excerpt, web_url FROM article WHERE id > ?", (10 * _NEW,))
    connection.executemany(
        "INSERT OR IGNORE INTO trace VALUES (?, ?)",
        (
            (number, row[0])
            for row in said.fetchall()
            for number in traces.of_article(row[1], row[2], row[3], "", row[4])
        ),
    )
    connection.execute("UPDATE indexed SET value = (SELECT max(id) FROM article)")


def _articles(chance: random.Random, words: list[str], count: int) -> Iterator[tuple[object, ...]]:
    for n in range(count):
        one = _entry(n, chance, words, count)
        at = one.published_at
        yield (10 * _NEW + 1 + n, f"u{n:09}", one.title, text.title_key(one.title), one.excerpt, one.link, at, at, at)


def _entry(number: int, chance: random.Random, words: list[str], copied: int) -> Entry:
    """Every twentieth has the text of another, and of those that come when the database is full the text of two in it."""
    made = random.Random(number % copied // 40) if number % 20 == 0 else chance
    title = " ".join(made.choices(words, k=9)).capitalize()
    slug = title.replace(" ", "-").lower()
    return Entry(
        guid=str(number),
        link=f"https://outlet{number % 3000}.example/2026/06/{slug}-{number + 1_000_000}",
        title=title,
        excerpt=" ".join(made.choices(words, k=35)),
        published_at=f"2026-05-{1 + number % 28:02}T08:00:00Z",
        date_quality="exact",
    )


if __name__ == "__main__":
    main()
