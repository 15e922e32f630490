"""Seed documents that are broken: F51. Each is named, and the good ones are used."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from seeds.shipped import corpus
from tests.program import TRACEBACK, Project, item, rss
from tests.web import Web

NAME, GOOD = corpus()[0]
BROKEN: dict[str, tuple[bytes, int | None, str]] = {
    "empty": (b"", None, "empty"),
    "blank": (b" \n\n", None, ""),
    "no_title": (b"---\nexcerpt: x\n---\n", None, "title"),
    "open": (b"---\ntitle: x\n", None, "---"),
    "not_yaml": (b"---\ntitle: [x\nexcerpt: y\n---\n", 3, ""),
    "tab": (b"---\ntitle: x\n\texcerpt: y\n---\n", 3, ""),
    "twice": (b"---\ntitle: x\ntitle: y\n---\n", 3, "title"),
    "wrong_type": (b"---\ntitle: x\ntopics: 5\n---\n", 3, "topics"),
    "list": (b"---\n- a\n---\n", None, ""),
    "zero_bytes": (b"---\ntitle: x\x00y\n---\n", 2, ""),
    "only_zero_bytes": (bytes(100), None, ""),
    "not_utf8": (b"---\ntitle: \xff\xfe\n---\n", 2, "UTF-8"),
    "compressed": (gzip.compress(GOOD), None, ""),
}


def checked(project: Project, *args: str) -> tuple[int, list[dict[str, Any]]]:
    done = project.run("seeds", "check", *args, "--strict", "--json")
    assert TRACEBACK not in done.err
    return done.code, done.json


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, int, dict[str, dict[str, Any]]]:
    """A folder with one good document among the broken ones, checked."""
    project = Project(tmp_path_factory.mktemp("seeds"))
    for name, (raw, _, _) in BROKEN.items():
        (project.path / "seeds" / f"{name}.md").write_bytes(raw)
    (project.path / "seeds" / NAME).write_bytes(GOOD)
    code, found = checked(project)
    return project, code, {Path(one["path"]).name: one for one in found}


@pytest.mark.parametrize("name", BROKEN)
def test_f51_a_broken_document_is_named_with_its_line(documents: Any, name: str) -> None:
    _, line, words = BROKEN[name]
    _, code, found = documents
    one = found[f"{name}.md"]
    assert code == 1
    assert not one["ok"]
    assert one["errors"]
    assert all(error["line"] >= 1 and error["message"] for error in one["errors"])
    assert any(words in error["message"] and line in {None, error["line"]} for error in one["errors"]), one["errors"]


def test_f51_the_good_ones_are_used_and_the_others_are_said(documents: Any) -> None:
    project, _, found = documents
    assert found[NAME]["ok"]
    with Web() as web:
        project.configure([web.answer("/feed", rss(item("Hello", "https://hello.example/1")))])
        done = project.run("poll")
    assert done.code == 0
    assert TRACEBACK not in done.err
    assert [row["origin"] for row in project.rows("SELECT origin FROM items WHERE origin = 'seed'")] == ["seed"]
    for name in BROKEN:
        assert f"{name}.md" in done.err


def test_f51_line_ends_of_windows_and_a_mark_are_fine(tmp_path: Path) -> None:
    project = Project(tmp_path)
    (tmp_path / "seeds" / "windows.md").write_bytes(b"\xef\xbb\xbf" + GOOD.replace(b"\n", b"\r\n"))
    code, (one,) = checked(project)
    assert (code, one["ok"], one["errors"]) == (0, True, [])


def test_f51_one_article_in_two_documents_counts_once_with_a_warning(tmp_path: Path) -> None:
    project = Project(tmp_path, ["missing.xml"])
    for name in ("one.md", "two.md"):
        (tmp_path / "seeds" / name).write_bytes(GOOD)
    done = project.run("poll")
    assert "two.md" in done.err
    assert project.value("SELECT count(*) FROM items WHERE origin = 'seed'") == 1


def test_f51_a_folder_of_seeds_that_went_missing_takes_no_seed_with_it(tmp_path: Path) -> None:
    project = Project(tmp_path, ["missing.xml"])
    (tmp_path / "seeds" / NAME).write_bytes(GOOD)
    project.run("poll")
    (tmp_path / "seeds").rename(tmp_path / "away")
    done = project.run("poll", "--all")
    assert "seeds" in done.err
    assert project.value("SELECT count(*) FROM items WHERE origin = 'seed'") == 1
    (tmp_path / "away").rename(tmp_path / "seeds")
    (tmp_path / "seeds" / NAME).unlink()
    project.run("poll", "--all")
    assert project.value("SELECT count(*) FROM items WHERE origin = 'seed'") == 0


@pytest.mark.slow
def test_f51_many_documents(tmp_path: Path) -> None:
    project = Project(tmp_path, ["missing.xml"])
    for number in range(5_000):
        text = f"---\ntitle: Seed number {number} of many\nwebUrl: https://many.example/{number}\n---\n"
        (tmp_path / "seeds" / f"{number}.md").write_text(text)
    done = project.run("poll", timeout=120)
    assert done.code == 0
    assert project.value("SELECT count(*) FROM items WHERE origin = 'seed'") == 5_000
    assert done.peak < 600_000_000
