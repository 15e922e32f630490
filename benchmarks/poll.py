"""How fast a round of polling is, beside `reader` on the same feeds in the same run.

    python -m benchmarks.poll [--feeds 200] [--entries 30] [--runs 3] [--short]

Each program is started anew for each run, in turn, with an empty database. Times are of whole processes: wall seconds, and
CPU seconds with those of child processes. Request and row counts are checked, since a program that does nothing is fast.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from benchmarks.web_of_feeds import served

_READER = """
import sys, json
from reader import make_reader
urls = json.load(open(sys.argv[1]))
reader = make_reader(sys.argv[2])
for url in urls:
    reader.add_feed(url, exist_ok=True)
reader.update_feeds(scheduled=False, workers=int(sys.argv[3]))
print(reader.get_entry_counts().total)
"""


def _timed(command: list[str], folder: Path) -> tuple[float, float, str]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{command[:4]} failed: {done.stderr[-800:]}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu, done.stdout


def _seedwatch(base: str, feeds: int, folder: Path) -> list[str]:
    (folder / "seeds").mkdir()
    settings = ['[poll]\nhost_concurrency = 64\nhost_gap = "0s"\n']
    settings += [f'[[feeds]]\nurl = "{base}/feed/{n}.xml"\n' for n in range(feeds)]
    (folder / "seedwatch.toml").write_text("".join(settings))
    seed = "---\ntitle: Facial recognition spreads across Russia\nwebUrl: https://seed.example/1\n---\n"
    (folder / "seeds" / "one.md").write_text(seed)
    return [sys.executable, "-m", "monitor", "poll", "--all", "--json"]


def _reader(base: str, feeds: int, folder: Path, workers: int) -> list[str]:
    (folder / "urls.json").write_text(json.dumps([f"{base}/feed/{n}.xml" for n in range(feeds)]))
    return [sys.executable, "-c", _READER, "urls.json", "reader.db", str(workers)]


def _hits(base: str) -> int:
    with urllib.request.urlopen(f"{base}/hits", timeout=10) as answer:
        return int(answer.read())


def _expect(what: str, found: int, wanted: int) -> None:
    if found != wanted:
        sys.exit(f"{what}: {found}, expected {wanted}; the figures would mean nothing")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--entries", type=int, default=30)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--short", action="store_true", help="entries of a headline and a sentence, without markup")
    parser.add_argument("--reader-workers", type=int, default=20)
    options = parser.parse_args()
    root = Path(__file__).resolve().parent.parent
    os.environ["PYTHONPATH"] = str(root)
    for room in ("config", "db", "monitor", "seeds"):
        compileall.compile_dir(root / room, quiet=2)  # as pip does for what it installs, `reader` too
    results: dict[tuple[str, str], list[tuple[float, float]]] = {}
    rows = options.feeds * options.entries
    with served(options.feeds, options.entries, short=options.short) as base:
        for _ in range(options.runs):
            with tempfile.TemporaryDirectory() as ours, tempfile.TemporaryDirectory() as theirs:
                commands = {
                    "seedwatch": (_seedwatch(base, options.feeds, Path(ours)), Path(ours)),
                    "reader": (_reader(base, options.feeds, Path(theirs), options.reader_workers), Path(theirs)),
                }
                for state in ("cold", "warm"):
                    for name, (command, folder) in commands.items():
                        before = _hits(base)
                        wall, cpu, printed = _timed(command, folder)
                        results.setdefault((state, name), []).append((wall, cpu))
                        _expect(f"requests of {name}, {state}", _hits(base) - before, options.feeds)
                        if name == "reader":
                            _expect("rows of reader", int(printed), rows)
                        else:
                            with sqlite3.connect(Path(ours) / "seedwatch.db") as db:
                                found = db.execute("SELECT count(*) FROM sightings").fetchone()[0]
                            _expect("rows of seedwatch", found, rows)
    for state in ("cold", "warm"):
        ours_runs, theirs_runs = results[state, "seedwatch"], results[state, "reader"]
        for index, what in enumerate(("wall", "cpu")):
            ours_median = statistics.median(run[index] for run in ours_runs)
            theirs_median = statistics.median(run[index] for run in theirs_runs)
            print(
                f"{state} {what}: seedwatch {ours_median:.2f} s ({1000 * ours_median / options.feeds:.1f} ms a feed),"
                f" reader {theirs_median:.2f} s ({1000 * theirs_median / options.feeds:.1f} ms); ratio {theirs_median / ours_median:.2f}"
            )


if __name__ == "__main__":
    main()
