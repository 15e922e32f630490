"""Exports of 40,000 articles by the real program: memory does not grow with them, and a reader may leave at any time."""

import json
import subprocess
from pathlib import Path

import pytest
from defusedxml.ElementTree import iterparse

from db.store import Store
from tests.program import COMMAND, Project

pytestmark = pytest.mark.slow
MANY = 40_000
FORMATS = ["jsonl", "csv", "atom", "jsonfeed"]


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("many"), ["https://many.example/feed.xml"])
    store = Store(project.database)
    with store.transaction() as writing:
        writing.execute(
            """
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
            INSERT INTO article (id, uid, origin, title, title_key, excerpt, web_url, first_seen_at, sort_at, verdict, relevance)
            SELECT i, printf('uid%07d', i), 'feed', 'Title ' || i, 'title ' || i, hex(zeroblob(250)),
                'https://many.example/' || i, '2026-01-01T00:00:00Z',
                strftime('%Y-%m-%dT%H:%M:%SZ', 1767225600 + i * 60, 'unixepoch'),
                CASE WHEN i % 3 = 0 THEN 'likely' WHEN i % 3 = 1 THEN 'maybe' ELSE 'no' END, 0.5 FROM n
            """,
            (MANY,),
        )
        writing.execute(
            "INSERT INTO judgement (article_id, watch, score, verdict, judged_on, judged_at, reason, matcher_version)"
            " SELECT id, 'default', 0.5, verdict, 'headline', sort_at, 'Because.', 'x' FROM article"
        )
    store.close()
    return project


@pytest.mark.parametrize("verdicts", [["--all"], ["--verdict", "likely", "--verdict", "maybe"]], ids=["all", "sorted"])
@pytest.mark.parametrize("format_", FORMATS)
def test_memory_does_not_grow_with_the_export(many: Project, tmp_path: Path, format_: str, verdicts: list[str]) -> None:
    few = many.run("export", "--format", format_, *verdicts, "--limit", "100", "-o", tmp_path / "few", fresh=True)
    all_ = many.run("export", "--format", format_, *verdicts, "-o", tmp_path / "all", fresh=True)

    assert (few.code, all_.code) == (0, 0), all_.err
    assert (tmp_path / "all").stat().st_size > 12_000_000
    assert all_.peak < few.peak + 20_000_000
    assert count(format_, tmp_path / "all") == (MANY if verdicts == ["--all"] else MANY * 2 // 3 + 1)


def count(format_: str, path: Path) -> int:
    """How many articles are in an export."""
    if format_ == "atom":
        return sum(element.tag.endswith("}entry") for _, element in iterparse(path))
    if format_ == "jsonfeed":
        return len(json.loads(path.read_bytes())["items"])
    with path.open(encoding="utf-8") as lines:
        return sum(1 for _ in lines) - (format_ == "csv")


@pytest.mark.parametrize("format_", FORMATS)
def test_a_reader_that_leaves_is_no_error(many: Project, format_: str) -> None:
    shell = f"set -o pipefail; {' '.join(COMMAND)} export --format {format_} --all | head -c 100"
    done = subprocess.run(
        ["bash", "-c", shell], cwd=many.path, env=many.environment(), capture_output=True, check=False, timeout=60
    )

    assert (done.returncode, len(done.stdout), done.stderr) == (0, 100, b"")
