"""Lists of feeds that are made to do harm: F52."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.program import TRACEBACK, Project
from tests.web import Web

DEEP = '<outline text="x">' * 10_000


def opml(body: str, prolog: str = "") -> str:
    return f"<?xml version='1.0'?>{prolog}<opml version='2.0'><body>{body}</body></opml>"


REFUSED = {
    "entity": (opml('<outline text="&a;" xmlUrl="https://a.example/"/>', '<!DOCTYPE o [<!ENTITY a "b">]>'), "entities"),
    "laughs": (
        opml("&c;", '<!DOCTYPE o [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>'),
        "entities",
    ),
    "file": (opml("&a;", '<!DOCTYPE o [<!ENTITY a SYSTEM "file:///etc/passwd">]>'), "entities"),
    "external": (opml("", '<!DOCTYPE opml SYSTEM "{web}/x.dtd">'), "DTD"),
    "parameter": (opml("", '<!DOCTYPE o [<!ENTITY % p SYSTEM "{web}/p"> %p;]>'), "DTD"),
    "nested": (opml(DEEP + "</outline>" * 10_000), "nested more than 100 deep"),
    "page": ("<html><title>Sign in</title></html>", "not"),
    "cut": (opml("")[:-9], "not valid XML"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_f52_a_hostile_list_is_refused_whole_and_asks_nobody(tmp_path: Path, name: str) -> None:
    text, words = REFUSED[name]
    with Web() as web:
        project = Project(tmp_path, ["https://kept.example/feed"])
        before = project.settings.read_bytes()
        (tmp_path / "list.opml").write_text(text.replace("{web}", web.url("")), encoding="utf-8")
        done = project.run("feeds", "import", "list.opml", timeout=30)
        assert web.connections == 0
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error: list.opml")
    assert words in done.err
    assert TRACEBACK not in done.err
    assert project.settings.read_bytes() == before
    assert done.peak < 200_000_000


def test_f52_what_is_no_address_of_a_feed_is_skipped_and_the_rest_is_taken(tmp_path: Path) -> None:
    bad = [
        "javascript:alert(1)",
        "data:text/xml,x",
        "file:///etc/passwd",
        "/etc/passwd",
        "java&#10;script:x",
        "vbscript:x",
    ]
    with Web() as web:
        outlines = "".join(f'\n<outline text="bad" xmlUrl="{url}"/>' for url in [*bad, web.url("/private")])
        good = '\n<outline text="Good" xmlUrl="https://good.example/feed"/>'
        (tmp_path / "list.opml").write_text(opml(outlines + good + good), encoding="utf-8")
        project = Project(tmp_path)
        done = project.run("feeds", "import", "list.opml", "--json")
        assert web.connections == 0
    assert done.code == 0
    assert done.json["added"] == ["https://good.example/feed"]
    assert len(done.json["listed"]) == 1, "the same once more is named"
    assert len(done.json["left_out"]) == len(bad) + 1
    assert "/etc/passwd" not in project.settings.read_text("utf-8")
    assert project.run("feeds", "list", "--json").json[0]["name"] == "Good"
