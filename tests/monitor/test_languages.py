"""A folder of German seeds, through the whole program: what is found, and why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.program import Project, item, rss
from tests.web import Web

ROWS = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "benchmarks" / "languages.jsonl").read_text(encoding="utf-8").splitlines()
]
GERMAN = {
    kind: [row["title"] for row in ROWS if row["language"] == "de" and row["kind"] == kind]
    for kind in ("seed", "related", "other")
}


@pytest.mark.slow
def test_german_seeds_find_german_reporting_in_a_feed_of_all_sorts(tmp_path: Path) -> None:
    project = Project(tmp_path)
    for number, title in enumerate(GERMAN["seed"]):
        document = f'---\ntitle: "{title}"\nlocale: de\nwebUrl: "https://mieten.example/{number}"\n---\n'
        (tmp_path / "seeds" / f"{number}.md").write_text(document, encoding="utf-8")
    entries = [item(t, f"https://n.example/{n}") for n, t in enumerate((*GERMAN["other"], *GERMAN["related"]))]
    with Web() as web:
        project.configure([web.answer("/feed", rss(*entries))])
        assert project.run("poll").code == 0
    related = {row["title"]: row for row in project.rows("SELECT title, uid FROM related_items")}
    found = related.keys() - set(GERMAN["seed"])

    assert len(found & set(GERMAN["related"])) >= 6
    assert len(found - set(GERMAN["related"])) <= 1
    why = project.run("why", related["Bundesregierung verlängert die Mietpreisbremse"]["uid"]).out
    assert "Shares “Mieten” with 4 of 5 seeds" in why
