"""`backfill urls`: addresses in whatever form, their pages read politely."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from monitor.backfill.urls import NoAddresses, addresses
from tests.monitor.cli.conftest import Run
from tests.program import Project
from tests.warcs import page
from tests.web import Answer, Web

TWO = ["https://e.example/1", "https://e.example/2"]


@pytest.mark.parametrize(
    ("written", "titles"),
    [
        ("# mine\nhttps://e.example/1\n\nhttps://e.example/2 a note\nhttps://e.example/1\n", ["", ""]),
        ("title,url\nOne,https://e.example/1\nTwo,https://e.example/2\n", ["One", "Two"]),
        ('"Id";"URL";"Headline"\n1;"https://e.example/1";"a;b"\n2;https://e.example/2;\n', ["a;b", ""]),
        ("link\nhttps://e.example/1\nhttps://e.example/2\n", ["", ""]),
        (json.dumps(TWO), ["", ""]),
        (json.dumps([{"webUrl": TWO[0], "title": "One"}, {"URL": TWO[1]}, {"no": 1}, 7]), ["One", ""]),
        (json.dumps({"items": [{"url": TWO[0]}, {"link": TWO[1]}]}), ["", ""]),
        ('{"url": "https://e.example/1"}\n{"url": "https://e.example/2", "title": "Two"}\n', ["", "Two"]),
    ],
)
def test_addresses_are_found_in_lines_columns_and_json(tmp_path: Path, written: str, titles: list[str]) -> None:
    path = tmp_path / "list"
    path.write_text("\ufeff" + written, encoding="utf-8")

    found = list(addresses(path))

    assert [line.written for line in found] == TWO
    assert [line.title for line in found] == titles


@pytest.mark.parametrize(
    ("written", "says"),
    [
        (b"", "no addresses"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b'{"url": 1}', "no addresses"),
        (b'{"a": \nx', ":1 is no JSON"),
    ],
)
def test_a_file_without_addresses_is_wrong_usage(run: Run, at: Project, written: bytes, says: str) -> None:
    (at.path / "list").write_bytes(written)

    result = run("backfill", "urls", "list")

    assert result.code == 2
    assert says in result.err
    with pytest.raises(NoAddresses):
        list(addresses(at.path / "list"))


def test_pages_are_read_where_robots_allow_it_and_each_once(run: Run, at: Project) -> None:
    with Web() as web:
        web.answer("/robots.txt", b"User-agent: *\nDisallow: /private/\n", headers={"Content-Type": "text/plain"})
        for name in ("a", "b", "private/c"):
            web.answer(
                f"/{name}", page(f"Report {name} on the cameras of the metro"), headers={"Content-Type": "text/html"}
            )
        web.serve("/gone", lambda _: Answer(b"", 404))
        lines = [web.url(path) for path in ("/a", "/private/c", "/gone", "/b")] + ["ftp://e.example/x"]
        (at.path / "list.txt").write_text("\n".join(lines))
        first = run("backfill", "urls", "list.txt", "--json").json
        asked = web.count("/a")
        again = run("backfill", "urls", "list.txt", "--json").json

    titles = {row["title"] for row in at.rows("SELECT title FROM items WHERE origin = 'backfill'")}
    assert titles == {"Report a on the cameras of the metro", "Report b on the cameras of the metro"}
    assert (first["new"], first["failures"]) == (2, 3)
    assert asked == web.count("/a") == 1
    assert web.count("/private/c") == 0
    assert again["new"] == 0
    assert any("robots.txt" in one["message"] for one in first["failed"])


def test_it_says_which_sites_will_see_it(run: Run, at: Project) -> None:
    with Web() as web:
        (at.path / "list.txt").write_text(web.url("/a"))
        result = run("backfill", "urls", "list.txt")

    assert "These sites will see that their pages are read, 1 in all: 127.0.0.1" in result.err
