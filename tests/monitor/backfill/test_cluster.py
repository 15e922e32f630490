"""`backfill files --engine dask`, on a real cluster of this machine's processors: the same as without one."""

from __future__ import annotations

import importlib.util
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.backfill import cluster
from monitor.backfill.cluster import read_piece
from monitor.backfill.types import Entries
from monitor.backfill.worth import Matter
from tests.monitor.backfill.test_files import FACES, FEED, content
from tests.monitor.cli.conftest import Run
from tests.program import Project, item, rss
from tests.warcs import Answer, page, warc

WHEN = datetime(2021, 1, 1, tzinfo=UTC)
HARVESTS = {
    "a": "Harvest is late in the valley",
    "b": "Mayor opens a library by the river",
    "c": "School budget grows again",
}
needs_dask = pytest.mark.skipif(
    importlib.util.find_spec("distributed") is None, reason="Dask is not installed: pip install 'seedwatch[dask]'"
)


def archives(folder: Path) -> None:
    """Web archives, one of more than a piece, one damaged, and a file that is none."""
    folder.mkdir()
    for name, start, count in (("a", 0, 1_300), ("b", 2_000, 300), ("c", 3_000, 40)):
        answers = [
            Answer(
                f"https://outlet{n % 5}.example/{n}.xml",
                rss(item(f"Report number {n} of the council", f"https://outlet{n % 5}.example/n/{n}", when=WHEN)),
                FEED,
            )
            for n in range(start, start + count)
        ]
        answers += [
            Answer(f"https://outlet.example/metro-{name}", page(f"{FACES} {name}")),
            Answer(f"https://outlet.example/harvest-{name}", page(f"{name} {HARVESTS[name]}")),
        ]
        data = warc(answers)
        (folder / f"{name}.warc.gz").write_bytes(data[: len(data) - 50] if name == "c" else data)
    (folder / "saved.xml").write_bytes(rss(item("A bridge opens", "https://outlet.example/bridge")))


@pytest.mark.slow
@needs_dask
def test_a_cluster_brings_what_one_machine_brings(tmp_path: Path) -> None:
    archives(tmp_path / "archive")
    alone, many = Project(tmp_path / "alone"), Project(tmp_path / "many")
    first = alone.run("backfill", "files", tmp_path / "archive", "--json")
    stopped = many.run("backfill", "files", tmp_path / "archive", "--engine", "dask", "--limit", 400, "--json")
    second = many.run("backfill", "files", tmp_path / "archive", "--engine", "dask", "--json")

    assert (stopped.code, second.code) == (0, 0), second.err
    assert content(many) == content(alone)
    assert second.json["resumed"]
    assert stopped.json["seen"] + second.json["seen"] == first.json["seen"]
    assert stopped.json["failures"] + second.json["failures"] == first.json["failures"] == 1
    again = many.run("backfill", "files", tmp_path / "archive", "--engine", "dask", "--json").json
    assert (again["new"], again["seen"]) == (0, 0)
    assert "INFO" not in second.err


def test_a_piece_says_where_the_next_one_begins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [
        Answer(f"https://outlet.example/{n}.xml", rss(item(f"Report {n}", f"https://outlet.example/n/{n}")), FEED)
        for n in range(200)
    ]
    path = tmp_path / "a.warc.gz"
    path.write_bytes(warc(answers))
    monkeypatch.setattr(cluster, "PIECE", 100)

    found, at, pieces = [], "0", 0
    while at is not None:
        piece = read_piece(str(path), at, 1, 1, Matter(), only_related=False)
        found += [
            entry.title for step in piece.steps if isinstance(step.brings, Entries) for entry in step.brings.entries
        ]
        at, pieces = piece.then, pieces + 1

    assert found == [f"Report {n}" for n in range(200)]
    assert pieces == 2


def test_without_dask_it_says_how_to_install_it(run: Run, at: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("a.xml").write_bytes(rss(item("A bridge opens", "https://outlet.example/bridge")))
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.setattr(cluster, "is_there", lambda: False)

    result = run("backfill", "files", "a.xml", "--engine", "dask")

    assert result.code == 2
    assert "pip install 'seedwatch[dask]'" in result.err


def test_a_scheduler_without_the_engine_is_wrong_usage(run: Run, at: Project) -> None:
    assert run("backfill", "files", ".", "--scheduler", "tcp://127.0.0.1:1").code == 2


@pytest.mark.slow
@needs_dask
def test_a_scheduler_that_is_not_there_is_said(at: Project, tmp_path: Path) -> None:
    archives(tmp_path / "archive")

    result = at.run("backfill", "files", tmp_path / "archive", "--engine", "dask", "--scheduler", "tcp://127.0.0.1:9")

    assert result.code == 1
    assert "cannot be reached" in result.err
    assert "Traceback" not in result.err


def test_only_what_may_be_related_is_kept_when_that_is_wanted(run: Run, at: Project) -> None:
    answers = [
        Answer("https://outlet.example/2020/metro", page(FACES)),
        Answer("https://outlet.example/2020/harvest", page("Harvest is late in the valley this year")),
        Answer(
            "https://outlet.example/f.xml",
            rss(
                item("A bridge opens", "https://outlet.example/b"),
                item(FACES.replace("metro", "subway"), "https://outlet.example/s"),
            ),
            FEED,
        ),
    ]
    Path("a.warc.gz").write_bytes(warc(answers))

    some = run("backfill", "files", "a.warc.gz", "--only-related", "--json").json
    rest = run("backfill", "files", "a.warc.gz", "--json").json

    assert (some["new"], some["passed"]) == (2, 2)
    assert rest["new"] == 2
