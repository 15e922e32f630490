"""What a great many feeds cost that are not due: the start, each tick, and whether the schedule is kept.

    python -m benchmarks.many_feeds [--feeds 100000] [--seconds 120]

Lists with that many feeds are written and read, the database filled by them, and both are opened again: that is the
start. Then the feeds are made due evenly over a quarter of an hour (111 a second, of 100,000), and a clock that is set from
tick to tick goes on for so many seconds. Each tick takes what is due; that nothing had changed is recorded beside it, as the
daemon does in another thread. Times are of computing (CPU).
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

from config.load import load
from monitor.__main__ import NEW_OBJECTS
from monitor.clock import stamp, utc_now
from monitor.pipeline.workspace import Workspace
from monitor.schedule.daemon import TICK_S
from monitor.schedule.due import Due
from monitor.schedule.recorder import Recorder, Visit
from monitor.schedule.rounds import pace
from monitor.schedule.timing import Answer
from monitor.types import Fetched

_EVERY_S = 900
_IN_ONE_LIST = 50_000
_ROOM = 256
"""As many as a daemon takes at one time."""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--feeds", type=int, default=100_000)
    options.add_argument("--seconds", type=int, default=120)
    arguments = options.parse_args()
    gc.set_threshold(NEW_OBJECTS)  # as the program itself does
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "seeds").mkdir()
        names = []
        for start in range(0, arguments.feeds, _IN_ONE_LIST):
            names.append(f"{start}.csv")
            urls = [f"https://outlet{n}.example/feed" for n in range(start, min(start + _IN_ONE_LIST, arguments.feeds))]
            (folder / names[-1]).write_text("\n".join(["url", *urls, ""]))
        (folder / "seedwatch.toml").write_text(f"feeds_from = {json.dumps(names)}\n")
        for what in ("settings read and the database filled", "started again"):
            began = time.process_time()
            workspace = _open(folder)
            print(f"{what}: {time.process_time() - began:.1f} s", flush=True)
            if what != "started again":
                workspace.close()
        ticks, late = _run(workspace, arguments.seconds)
        workspace.close()
    print(f"{len(ticks)} ticks, {len(late)} feeds taken")
    print(f"a tick: {1000 * statistics.median(ticks):.1f} ms at the median, {1000 * max(ticks):.1f} ms at most")
    print(f"asked after they were due: {statistics.median(late):.1f} s at the median, {max(late):.1f} s at most")


def _open(folder: Path) -> Workspace:
    loaded = load(folder / "seedwatch.toml", environ=os.environ, cwd=folder)
    workspace = Workspace(loaded, folder / "seedwatch.db")
    workspace.sync_feeds()
    return workspace


def _run(workspace: Workspace, seconds: int) -> tuple[list[float], list[float]]:
    """Computing seconds of each tick, and how late each feed was taken, in seconds of the simulated clock."""
    began = now = utc_now() + timedelta(minutes=1)
    poll = workspace.loaded.settings.poll
    recorder = Recorder(workspace.store, workspace.judge, pace(poll), lambda: now, lambda: 0.5)

    def elapsed() -> float:
        return (now - began).total_seconds()

    due = Due(workspace.store, poll, lambda: now, elapsed)
    with workspace.store.transaction() as connection:
        count = connection.execute("SELECT count(*) FROM feed").fetchone()[0]
        connection.execute(
            "UPDATE feed SET last_success_at = ?1, next_poll_at = strftime('%Y-%m-%dT%H:%M:%SZ', ?1,"
            " '+' || (source_id * ?2 / ?3) || ' seconds')",
            (stamp(began), _EVERY_S, count),
        )
    ticks, late = [], []
    while (now - began).total_seconds() < seconds:
        start = time.process_time()
        feeds = due.take(_ROOM)
        ticks.append(time.process_time() - start)
        late += [(now - datetime.fromisoformat(feed.next_poll_at)).total_seconds() for feed in feeds]
        recorder.record([Visit(f, now, Answer(Fetched(304, f.source.address), None)) for f in feeds])
        now += timedelta(seconds=TICK_S)
    return ticks, late


if __name__ == "__main__":
    main()
