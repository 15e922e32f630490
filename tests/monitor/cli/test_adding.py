"""`add URL`: a page as a seed, and what is no page of an article."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pages import RUSSIAN_ARTICLE, RUSSIAN_TITLE
from tests.program import TRACEBACK, Project
from tests.web import Web


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as made:
        yield made


@pytest.mark.slow
def test_a_page_in_an_old_encoding_becomes_a_seed(tmp_path: Path, web: Web) -> None:
    body = RUSSIAN_ARTICLE.html(data=True).decode().replace('<meta charset="utf-8">', "")
    url = web.answer("/a", body.encode("cp1251", "xmlcharrefreplace"), headers={"Content-Type": "text/html; charset=windows-1251"})  # fmt: skip
    project = Project(tmp_path)

    done = project.run("add", url, "--json")

    assert done.code == 0, done.err
    assert done.json["title"] == RUSSIAN_TITLE
    written = Path(done.json["path"]).read_text()
    assert "2026-11-19T05:30:00Z" in written
    assert project.run("seeds", "check", done.json["path"]).code == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "words"),
    [
        (b"<html><title>Just a moment...</title><script src=/cdn-cgi/challenge-platform/x></script>", "prove that they are human"),
        (b"<html><title>Before you continue</title><p>We use cookies.</p>", "asks for consent"),
        (b"<html><title>Sign in</title><input type=password>", "asks for a log-in"),
        (b"%PDF-1.7\x00", "a PDF document"),
    ],
)  # fmt: skip
def test_a_wall_never_becomes_a_seed(tmp_path: Path, web: Web, page: bytes, words: str) -> None:
    project = Project(tmp_path)

    done = project.run("add", web.answer("/a", page, headers={"Content-Type": "text/html"}))

    assert done.code == 1
    assert words in done.err
    assert TRACEBACK not in done.err
    assert list((tmp_path / "seeds").iterdir()) == []


@pytest.mark.slow
def test_polling_loads_no_parser_of_pages() -> None:
    code = "import sys, monitor.cli.polling; print(sorted({'trafilatura', 'lxml'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
