"""What a round of polling costs, beside other programs on the same feeds and the floors of the work, in the same run.

    python -m benchmarks.poll [--feeds 200] [--entries 30] [--runs 3] [--short] [--only reader,newsboat] [--memory]

Each program begins with an empty folder and does four rounds: everything new (cold); nothing changed, and the server says so
(not modified); nothing changed, and the server sends it all again (same bodies); one feed in twenty with one new entry (few
new). The programs take turns, each is started anew for each round, and connections are closed after each request. Times are
of whole processes, their children included: wall seconds and CPU seconds, by feed. Requests and rows are counted, and the run
ends when a count is wrong, since a program that does nothing is fast.

`--memory` gives the most that a program and its children held at one time instead (the sum of their proportional set sizes,
which Linux counts), and no times, as looking takes some.
"""

from __future__ import annotations

import argparse
import compileall
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.rivals import ALL, ANSWERS, STATES, Parsing, Program, Storing
from benchmarks.web_of_feeds import FRESH, Web, served

_ROOT = Path(__file__).resolve().parent.parent
_LOOK_S = 0.2


@dataclass(frozen=True)
class Cost:
    """What one round took."""

    wall: float
    cpu: float
    memory: int = 0
    """Bytes."""


def run(program: Program, *, memory: bool) -> Cost:
    """One round."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    with (program.folder / "said.txt").open("wb") as said:
        process = subprocess.Popen(
            program.command(), cwd=program.folder, stdout=said, stderr=said, env=_environment(program)
        )
        most = _watched(process) if memory else 0
        code = process.wait()
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if code:
        sys.exit(f"{program.name} failed: {(program.folder / 'said.txt').read_text(errors='replace')[-800:]}")
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, most)


def _environment(program: Program) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(_ROOT), "HOME": str(program.folder)}


def _watched(process: subprocess.Popen[bytes]) -> int:
    most = 0
    while process.poll() is None:
        most = max(most, sum(_held(pid) for pid in _tree(process.pid)))
        time.sleep(_LOOK_S)
    return most


def _tree(pid: int) -> Iterable[int]:
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from _tree(int(child))


def _held(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def measured(web: Web, kinds: Sequence[type[Program]], entries: int, *, memory: bool) -> dict[tuple[str, str], Cost]:
    """All rounds of all programs once: (state, program) → its cost."""
    found = {}
    with ExitStack() as stack:
        programs = [kind(Path(stack.enter_context(tempfile.TemporaryDirectory()))) for kind in kinds]
        for program in programs:
            program.set_up(web)
        for state in STATES:
            web.answers(ANSWERS[state])
            for program in programs:
                if state not in program.states:
                    continue
                before = web.hits()
                found[state, program.name] = run(program, memory=memory)
                if not isinstance(program, Parsing | Storing):
                    _expect(f"requests of {program.name}, {state}", web.hits() - before, web.feeds)
                if program.counts_rows:
                    new = -(-web.feeds // FRESH) if state == "few new" else 0
                    _expect(f"rows of {program.name}, {state}", program.rows(), web.feeds * entries + new)
    return found


def _expect(what: str, found: int, wanted: int) -> None:
    if found != wanted:
        sys.exit(f"{what}: {found}, expected {wanted}; the figures would mean nothing")


def show(runs: Sequence[dict[tuple[str, str], Cost]], feeds: int, *, memory: bool) -> None:
    """Medians, and each beside seedwatch."""
    for state in STATES:
        names = [name for at, name in runs[0] if at == state]
        for name in names:
            costs = [one[state, name] for one in runs]
            if memory:
                print(f"{state:>13}  {name:<25} {statistics.median(c.memory for c in costs) / 1e6:7.0f} MB")
                continue
            wall, cpu = (statistics.median(getattr(c, of) for c in costs) for of in ("wall", "cpu"))
            ours = [one[state, "seedwatch"] for one in runs if (state, "seedwatch") in one]
            ratios = [
                statistics.median(getattr(c, of) / getattr(o, of) for c, o in zip(costs, ours, strict=True))
                for of in ("wall", "cpu")
                if ours
            ]
            beside = "  ÷ seedwatch: wall {:.2f}, CPU {:.2f}".format(*ratios) if name != "seedwatch" and ours else ""
            print(
                f"{state:>13}  {name:<25} wall {1000 * wall / feeds:6.2f}, CPU {1000 * cpu / feeds:6.2f} ms a feed{beside}",
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--entries", type=int, default=30)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--short", action="store_true", help="entries of a headline and a sentence, without markup")
    parser.add_argument("--only", default="", help="names of programs, beside seedwatch")
    parser.add_argument("--memory", action="store_true")
    options = parser.parse_args()
    for room in ("config", "db", "monitor", "seeds"):
        compileall.compile_dir(_ROOT / room, quiet=2)  # as pip does for what it installs, `reader` too
    Parsing.entries = Storing.entries = options.entries
    Parsing.short = options.short
    wanted = {"seedwatch", *options.only.split(",")} if options.only else {kind.name for kind in ALL}
    kinds = [kind for kind in ALL if kind.name in wanted and kind.is_there()]
    missing = wanted - {kind.name for kind in kinds}
    if missing:
        print(f"not here: {', '.join(sorted(missing))}", file=sys.stderr)
    with served(options.feeds, options.entries, short=options.short) as web:
        runs = [measured(web, kinds, options.entries, memory=options.memory) for _ in range(options.runs)]
    show(runs, options.feeds, memory=options.memory)


if __name__ == "__main__":
    main()
