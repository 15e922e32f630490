"""`export --format dossier`: all there is on a story, a seed or a watch, in a folder that can be checked."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from warcio.archiveiterator import ArchiveIterator

from db import pages
from db.pages import ReadingRow
from db.store import Store
from monitor.read import warc
from monitor.types import Exchange
from seeds.document import read_file
from tests.fill import FORMULA, KAZAN, METRO, Folder
from tests.monitor.cli.conftest import Run


def manifest(folder: Path) -> dict[str, Any]:
    """The manifest, once every file was seen to be as it says."""
    told: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
    for file in told["files"]:
        data = (folder / file["path"]).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (file["bytes"], file["sha256"])
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert there == {file["path"] for file in told["files"]} | {"manifest.json", "SHA256SUMS"}
    for line in (folder / "SHA256SUMS").read_text("utf-8").splitlines():
        digest, _, name = line.partition("  ")
        assert digest == hashlib.sha256((folder / name).read_bytes()).hexdigest()
    return told


def of(database: Path, sql: str) -> str:
    with closing(sqlite3.connect(database)) as connection:
        return str(connection.execute(sql).fetchone()[0])


def test_a_watch_is_a_page_records_a_table_and_sums(folder: Folder, run: Run, tmp_path: Path) -> None:
    out = tmp_path / "made" / "dossier"
    done = run("export", "--format", "dossier", "default", "-o", out, "--json")

    assert (done.code, done.json["of"]) == (0, "watch")
    told = manifest(out)
    titles = {article["title"] for article in told["articles"]}
    assert {METRO, KAZAN} <= titles
    assert {read_file(path).record.title for path in (out / "records").iterdir()} >= {METRO, KAZAN}
    rows = list(csv.DictReader((out / "articles.csv").read_text("utf-8-sig").splitlines()))
    assert len(rows) == len(told["articles"]) == done.json["articles"]
    page = HTMLParser((out / "index.html").read_text("utf-8"))
    assert not page.css("script, link, img, iframe, form")
    assert {node.text() for node in page.css("h3")} >= {METRO, KAZAN}
    assert FORMULA in (out / "index.html").read_text("utf-8").replace("&quot;", '"') or FORMULA not in titles


def test_who_only_reprinted_is_said_among_the_outlets(folder: Folder, run: Run, tmp_path: Path) -> None:
    with closing(sqlite3.connect(folder.database)) as connection:
        only = {
            row[0]
            for row in connection.execute(
                "SELECT i.provider_name FROM related_items JOIN items i USING (uid) GROUP BY 1 HAVING min(i.copy_of_uid IS NOT NULL)"
            )
        }
    assert run("export", "--format", "dossier", "default", "-o", tmp_path / "d").code == 0
    page = HTMLParser((tmp_path / "d" / "index.html").read_text("utf-8"))
    outlets = [node for node in page.css("ol")[0].css("li") if node.css_first("b")]

    assert only
    assert {n.css_first("b").text() for n in outlets if "reprint" in n.css_first(".quiet").text()} == only


@pytest.mark.parametrize("kind", ["story", "seed", "path"])
def test_so_is_a_story_and_a_seed(folder: Folder, run: Run, tmp_path: Path, kind: str) -> None:
    name = of(
        folder.database,
        {
            "story": "SELECT story_uid FROM stories ORDER BY articles DESC LIMIT 1",
            "seed": "SELECT seed_uid FROM related_items LIMIT 1",
            "path": "SELECT address FROM source WHERE kind = 'seed' LIMIT 1",
        }[kind],
    )
    done = run("export", "--format", "dossier", name, "-o", tmp_path / "d")

    assert done.code == 0
    told = manifest(tmp_path / "d")
    assert told["of"]["kind"] == {"path": "seed"}.get(kind, kind)
    assert told["articles"]


def test_captures_are_in_it_as_warc_files(folder: Folder, run: Run, tmp_path: Path) -> None:
    captured(folder, b"<p>Cameras</p>")
    run("export", "--format", "dossier", "default", "-o", tmp_path / "d")

    told = manifest(tmp_path / "d")
    (article,) = [article for article in told["articles"] if article["captures"]]
    (capture,) = article["captures"]
    with (tmp_path / "d" / capture["file"]).open("rb") as file:
        (body,) = [record.content_stream().read() for record in ArchiveIterator(file)]
    assert body == b"<p>Cameras</p>"
    assert capture["sha256"] == hashlib.sha256(body).hexdigest()
    assert capture["file"] in (tmp_path / "d" / "index.html").read_text("utf-8")


def test_a_capture_that_is_gone_is_said_to_be(folder: Folder, run: Run, tmp_path: Path) -> None:
    captured(folder, b"x")
    for file in warc.folder_of(folder.database).iterdir():
        file.write_bytes(gzip.compress(b"something else"))
    done = run("export", "--format", "dossier", "default", "-o", tmp_path / "d", "--json")

    assert done.json["captures"] == 0
    assert "is missing" in done.json["notes"][0]
    assert manifest(tmp_path / "d")["notes"] == done.json["notes"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing"], "is no story, no seed, and no watch (there are: default)"),
        ([], "a story, seed or watch is named for --format dossier"),
        (["default", "--watch", "default"], "--watch is not for it"),
    ],
)
def test_what_it_is_of_has_to_be_there(
    folder: Folder, run: Run, tmp_path: Path, arguments: list[str], said: str
) -> None:
    done = run("export", "--format", "dossier", *arguments, "-o", tmp_path / "d")

    assert done.code == 2
    assert said in " ".join(done.err.split())
    assert list(tmp_path.glob("*d*")) == [] or not (tmp_path / "d").exists()


def test_nothing_is_written_over(folder: Folder, run: Run, tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "mine").write_text("mine")
    done = run("export", "--format", "dossier", "default", "-o", tmp_path / "d")

    assert done.code == 2
    assert "is there already and not empty" in " ".join(done.err.split())
    assert [path.name for path in (tmp_path / "d").iterdir()] == ["mine"]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".d")] == []


def captured(folder: Folder, body: bytes) -> None:
    """Let the page of an article have been read and kept."""
    url = "https://metro.example/news/cameras"
    at = datetime(2025, 11, 5, tzinfo=UTC)
    store = Store(folder.database)
    with store.transaction() as connection:
        key = connection.execute("SELECT key FROM address WHERE url = ? AND weak = 0", (url,)).fetchone()[0]
        page, _ = pages.ensure_page(connection, key, url, "metro.example", "2025-11-05T00:00:00Z")
        reading = ReadingRow(page.id, "2025-11-05T00:00:00Z", "read", status=200)
        reading_id = pages.add_reading(connection, reading)
        exchange = Exchange(url, (("host", "metro.example"),), 200, (("Content-Type", "text/html"),), body)
        rows = warc.keep(connection, warc.folder_of(folder.database), [exchange], at)
        pages.add_captures(connection, reading_id, rows)
    store.close()
