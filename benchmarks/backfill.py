"""How fast `backfill files` is, beside feedparser alone on the same documents, on the same cores, in the same run.

    python -m benchmarks.backfill FOLDER [--cores 1] [--runs 3] [--times 1]

feedparser runs with both HTML options off, in as many processes as there are cores, and throws away what it reads. seedwatch
reads, tells articles apart, judges them by the shipped seeds, looks for copies, puts them into stories and indexes them for
search, and all that is on the disk when it ends. Both are whole processes, start included, in turn, held to the same cores;
besides, what seedwatch takes for an empty folder (its start) is told apart. Entries and items are counted, since a program
that does nothing is fast.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_FEEDPARSER = """
import io, json, multiprocessing, os, sys
from pathlib import Path
import feedparser

def read(path):
    try:
        body = Path(path).read_bytes()
        return len(feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False).get("entries", []))
    except Exception:
        return 0

if __name__ == "__main__":
    paths = sorted(str(p) for p in Path(sys.argv[1]).rglob("*") if p.is_file())
    cores = len(os.sched_getaffinity(0))
    if cores == 1:
        print(sum(map(read, paths)))
    else:
        with multiprocessing.Pool(cores) as pool:
            print(sum(pool.imap_unordered(read, paths, chunksize=64)))
"""


def _timed(command: list[str], folder: Path, cores: set[int]) -> tuple[float, float, str]:
    """Wall and CPU seconds of a command on some cores, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: os.sched_setaffinity(0, cores),
    )
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{command[:4]} failed: {done.stderr[-800:]}")
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def _project(folder: Path) -> None:
    root = Path(__file__).resolve().parent.parent
    shutil.copytree(root / "seeds" / "corpus", folder / "seeds")
    (folder / "seedwatch.toml").write_text('[database]\npath = "b.db"\n[seeds]\npaths = ["seeds"]\n')


def _copies(source: Path, target: Path, times: int) -> int:
    """The documents so many times over, each time as others: a comment at their end makes them that."""
    files = [path for path in sorted(source.rglob("*")) if path.is_file()]
    for number in range(times):
        for at, path in enumerate(files):
            body = path.read_bytes()
            if number and body.rstrip().endswith(b">"):
                body += f"<!-- {number} -->".encode()
            (target / f"{number}").mkdir(exist_ok=True)
            (target / f"{number}" / f"{at:05}{path.suffix}").write_bytes(body)
    return len(files) * times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cores", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--times", type=int, default=1, help="read the folder so many times over")
    options = parser.parse_args()
    cores = set(sorted(os.sched_getaffinity(0))[: options.cores])
    os.environ["PYTHONPATH"] = str(Path(__file__).resolve().parent.parent)
    runs: dict[str, list[tuple[float, float]]] = {"feedparser": [], "seedwatch": [], "start": []}
    with tempfile.TemporaryDirectory() as scratch:
        documents = Path(scratch, "documents")
        documents.mkdir()
        count = _copies(options.folder, documents, options.times)
        empty = Path(scratch, "empty")
        empty.mkdir()
        for _ in range(options.runs):
            wall, cpu, printed = _timed([sys.executable, "-c", _FEEDPARSER, str(documents)], Path(scratch), cores)
            runs["feedparser"].append((wall, cpu))
            entries = int(printed)
            for name, what in (("seedwatch", documents), ("start", empty)):
                with tempfile.TemporaryDirectory() as place:
                    _project(Path(place))
                    command = [sys.executable, "-m", "monitor", "backfill", "files", str(what), "--json"]
                    wall, cpu, printed = _timed(command, Path(place), cores)
                    runs[name].append((wall, cpu))
                    if what is documents:
                        seen = int(json.loads(printed)["seen"])
                        with sqlite3.connect(Path(place) / "b.db") as db:
                            rows = db.execute("SELECT count(*) FROM sightings").fetchone()[0]
    if not rows or seen < 0.5 * entries:
        sys.exit(
            f"seedwatch saw {seen} entries and stored {rows}, feedparser {entries}; the figures would mean nothing"
        )
    print(f"{count} documents, {len(cores)} cores; entries: feedparser {entries}, seedwatch {seen}, stored {rows}")
    middle = {name: [statistics.median(run[at] for run in found) for at in (0, 1)] for name, found in runs.items()}
    for at, what in enumerate(("wall", "CPU")):
        ours, theirs, start = middle["seedwatch"][at], middle["feedparser"][at], middle["start"][at]
        print(
            f"{what}: feedparser {theirs:.2f} s, seedwatch {ours:.2f} s ({start:.2f} s of it to start);"
            f" speed {theirs / ours:.2f} of feedparser's, {theirs / (ours - start):.2f} once started"
        )


if __name__ == "__main__":
    main()
