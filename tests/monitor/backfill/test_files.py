"""`backfill files`, through the command line: what archives hold becomes items, once, and each error names file and member."""

from __future__ import annotations

import gzip
import json
import random
import signal
import zipfile
from pathlib import Path
from typing import Any

import pytest

from monitor.cli import history
from tests.monitor.cli.conftest import Run
from tests.program import Project, item, rss
from tests.warcs import Answer, page, warc

FEED = "application/rss+xml"
BAD = b'<!DOCTYPE rss [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><rss version="2.0"><channel><title>&c;</title></channel></rss>'
FACES = "Moscow metro cameras identify wanted people by facial recognition"


def bring(run: Run, *args: object, code: int = 0) -> dict[str, Any]:
    result = run("backfill", "files", *args, "--json")
    assert result.code == code, result.err
    return dict(result.json)


def titles(at: Project) -> set[str]:
    return {row["title"] for row in at.rows("SELECT title FROM items WHERE origin = 'backfill'")}


def crawl() -> bytes:
    return warc(
        [
            Answer("https://outlet.example/", page("The Outlet, front page")),
            Answer("https://outlet.example/2020/harvest", page("Harvest is late in the valley this year")),
            Answer(
                "https://outlet.example/feed.xml",
                rss(item("A bridge opens", "https://outlet.example/2020/bridge")),
                FEED,
            ),
            Answer(
                "https://outlet.example/about", b"<html><head><title>About us</title></head><body>We are.</body></html>"
            ),
            Answer("https://outlet.example/2020/metro", page(FACES, "Police in Moscow use it.")),
            Answer("https://outlet.example/bad.xml", BAD, FEED),
            Answer("https://outlet.example/2020/harvest?utm_source=x", page("Harvest is late in the valley this year")),
            Answer(
                "https://outlet.example/feed.xml",
                rss(item("A bridge opens", "https://outlet.example/2020/bridge")),
                FEED,
                date="2020-04-01T00:00:00Z",
            ),
        ]
    )


def test_feeds_and_articles_of_a_web_archive_become_items(run: Run, at: Project) -> None:
    Path("crawl.warc.gz").write_bytes(crawl())

    done = bring(run, "crawl.warc.gz")
    again = bring(run, "crawl.warc.gz")

    assert titles(at) == {"Harvest is late in the valley this year", "A bridge opens", FACES}
    assert (done["new"], done["passed"]) == (3, 2)
    (failed,) = done["failed"]
    assert failed["what"].startswith("crawl.warc.gz: https://outlet.example/bad.xml (record at byte ")
    assert (again["new"], again["seen"], again["covered"]) == (0, 0, 1)


def test_an_article_of_a_web_archive_has_its_outlet_date_and_capture_and_its_text_where_it_may_be_related(
    run: Run, at: Project
) -> None:
    Path("crawl.warc.gz").write_bytes(crawl())
    bring(run, "crawl.warc.gz")

    rows = {row["title"]: row for row in at.rows("SELECT * FROM items WHERE origin = 'backfill'")}
    metro, harvest = rows[FACES], rows["Harvest is late in the valley this year"]
    assert (metro["verdict"], metro["provider_name"], metro["published_at"]) == (
        "likely",
        "The Outlet",
        "2020-03-04T05:06:07Z",
    )
    assert at.value("SELECT length(text) FROM article WHERE uid = ?", metro["uid"]) > 500
    assert at.value("SELECT length(text) FROM article WHERE uid = ?", harvest["uid"]) == 0
    seen = at.rows("SELECT captured_at, feed_url FROM sightings WHERE title = 'A bridge opens'")
    assert [tuple(row.values()) for row in seen] == [
        ("2020-03-05T00:00:00Z", "wayback:https://outlet.example/feed.xml")
    ]


def test_records_of_json_lines_become_items(run: Run, at: Project) -> None:
    record = {
        "title": FACES,
        "excerpt": "Police say so.",
        "webUrl": "https://outlet.example/2020/metro",
        "publishedDateTime": "2020-03-04T05:06:07Z",
        "provider": {"name": "The Outlet", "domain": "outlet.example"},
    }
    lines = [
        json.dumps(record),
        "nonsense",
        json.dumps({"title": ["x"]}),
        json.dumps({**record, "title": "Harvest", "webUrl": "https://outlet.example/h"}),
    ]
    Path("records.jsonl.gz").write_bytes(gzip.compress("\n".join(lines).encode()))

    done = bring(run, "records.jsonl.gz")

    assert titles(at) == {FACES, "Harvest"}
    assert [f["what"] for f in done["failed"]] == ["records.jsonl.gz: line 2", "records.jsonl.gz: line 3"]
    (row,) = at.rows("SELECT * FROM items WHERE title = ?", FACES)
    assert (row["published_at"], row["provider_name"], row["verdict"]) == (
        "2020-03-04T05:06:07Z",
        "The Outlet",
        "likely",
    )


def test_what_was_exported_comes_in_again_elsewhere(run: Run, at: Project, tmp_path: Path) -> None:
    Path("crawl.warc.gz").write_bytes(crawl())
    bring(run, "crawl.warc.gz")
    exported = (
        run("export", "--format", "jsonl", "--all")
        if "--all" in run("export", "--help").out
        else run("export", "--format", "jsonl")
    )
    assert exported.code == 0, exported.err
    Path("all.jsonl").write_text(exported.out, encoding="utf-8")

    done = bring(run, "all.jsonl")

    assert done["seen"] >= 1
    assert done["new"] == 0


def test_a_member_of_an_archive_and_the_same_file_outside_are_one(run: Run, at: Project) -> None:
    body = rss(item("A bridge opens", "https://outlet.example/2020/bridge"))
    with zipfile.ZipFile("feeds.zip", "w") as archive:
        archive.writestr("2020/one.xml", body)
        archive.writestr("2020/no.txt", b"just text")
    Path("one.xml").write_bytes(body)

    done = bring(run, "feeds.zip", "one.xml")

    assert (done["seen"], done["new"], done["covered"]) == (1, 1, 1)
    assert [f["what"] for f in done["failed"]] == ["feeds.zip: 2020/no.txt"]


def test_what_cannot_be_read_at_all_is_named_every_time_and_is_a_failure(run: Run, at: Project) -> None:
    with zipfile.ZipFile("whole.zip", "w") as archive:
        archive.writestr("one.xml", rss(item("A bridge opens", "https://outlet.example/2020/bridge")))
    Path("cut.zip").write_bytes(Path("whole.zip").read_bytes()[:200])

    for _ in range(2):
        done = bring(run, "cut.zip", code=1)
        assert [f["what"] for f in done["failed"]] == ["cut.zip"]
    assert bring(run, "cut.zip", "whole.zip")["new"] == 1
    assert bring(run, "cut.zip", "whole.zip")["failures"] == 1


def test_a_document_of_which_a_part_is_missing_is_named(run: Run, at: Project) -> None:
    items = [item(f"Bridge number {n} opens", f"https://outlet.example/2020/{n}") for n in range(200)]
    whole = gzip.compress(rss(*items))
    Path("cut.xml.gz").write_bytes(whole[: len(whole) // 2])

    done = bring(run, "cut.xml.gz", "--dry-run")
    told = run("backfill", "files", "cut.xml.gz")

    assert 0 < done["new"] < 200
    assert done["partly"] == [{"what": "cut.xml.gz", "message": "The document is cut off; what came before was read."}]
    assert "read in part: cut.xml.gz: The document is cut off" in told.out
    assert "nobody learns of it" in told.err


def test_a_folder_without_files_says_so(run: Run, at: Project) -> None:
    Path("empty").mkdir()

    assert bring(run, "empty")["notes"] == ["There is no file to be read; hidden ones and links are passed over."]


def test_bounds_leave_out_and_a_wider_run_brings_the_rest(run: Run, at: Project) -> None:
    Path("crawl.warc.gz").write_bytes(crawl())

    none = bring(run, "crawl.warc.gz", "--until", "2019-01-01")
    done = bring(run, "crawl.warc.gz")

    assert (none["new"], none["outside"] > 0) == (0, True)
    assert done["new"] == 3


@pytest.mark.slow
def test_it_goes_on_within_an_archive(run: Run, at: Project) -> None:
    answers = [
        Answer(
            f"https://outlet.example/{n}.xml",
            rss(item(f"Report number {n} of many", f"https://outlet.example/n/{n}")),
            FEED,
        )
        for n in range(300)
    ]
    Path("many.warc.gz").write_bytes(warc(answers))

    first = bring(run, "many.warc.gz", "--limit", "100")
    rest = bring(run, "many.warc.gz")

    assert (first["seen"], rest["seen"], rest["resumed"]) == (100, 200, True)
    assert at.value("SELECT count(*) FROM items WHERE origin = 'backfill'") == 300


def test_a_rehearsal_stores_nothing(run: Run, at: Project) -> None:
    Path("crawl.warc.gz").write_bytes(crawl())

    done = bring(run, "crawl.warc.gz", "--dry-run")

    assert (done["new"], done["dry_run"]) == (3, True)
    assert not at.database.exists() or titles(at) == set()


def test_within_a_web_archive_it_says_how_much_time_is_left(run: Run, at: Project, monkeypatch) -> None:
    monkeypatch.setattr(history, "_LINE_S", -1.0)
    Path("crawl.warc.gz").write_bytes(crawl())

    lines = [line for line in run("backfill", "files", "crawl.warc.gz").err.splitlines() if line.startswith("1 of 1")]

    assert ["left" in line for line in lines[:4]] == [False, True, True, True]


def test_nothing_is_said_of_the_time_left_where_it_is_not_known(run: Run, at: Project, monkeypatch) -> None:
    monkeypatch.setattr(history, "_LINE_S", -1.0)
    Path("a.xml").write_bytes(rss(item("A bridge opens", "https://outlet.example/2020/bridge")))
    with zipfile.ZipFile("b.zip", "w") as archive:
        for n in range(3):
            archive.writestr(f"{n}.xml", rss(item(f"Report number {n} of many", f"https://outlet.example/n/{n}")))

    told = run("backfill", "files", "a.xml", "b.zip").err

    assert "2 of 2" in told
    assert "left" not in told


@pytest.mark.slow
def test_one_thing_that_kills_its_reader_costs_no_other(run: Run, at: Project) -> None:
    attributes = " ".join(f'a{n}="x"' for n in range(30_000)).encode()
    deep = (
        b'<?xml version="1.0"?><rss version="2.0"><channel><item '
        + attributes
        + b"><title>x</title></item></channel></rss>"
    )
    with zipfile.ZipFile("feeds.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", rss(item("Before", "https://outlet.example/b")))
        archive.writestr("bad.xml", deep)
        archive.writestr("z.xml", rss(item("After", "https://outlet.example/a")))

    done = bring(run, "feeds.zip")

    assert titles(at) >= {"Before", "After"}
    assert done["failures"] <= 1


def entries(folder: Path, count: int) -> None:
    """Saved feeds, a zip, a WARC and records with so many entries together."""
    folder.mkdir()
    rng = random.Random(7)
    words = [
        "bridge",
        "harvest",
        "river",
        "council",
        "mayor",
        "camera",
        "metro",
        "police",
        "school",
        "budget",
        "winter",
        "road",
        "library",
        "court",
        "garden",
    ]

    def title(n: int) -> str:
        on_it = FACES if n % 40 == 0 else ""
        return f"{on_it} {' '.join(rng.sample(words, 5)).capitalize()} {n}".strip()

    def feed(start: int, size: int) -> bytes:
        return rss(
            *(
                item(
                    title(n),
                    f"https://outlet{n % 9}.example/{n}",
                    excerpt=f"{' '.join(rng.choices(words, k=20))}.",
                )
                for n in range(start, start + size)
            )
        )

    part = count // 4
    for n in range(0, part, 25):
        (folder / f"{n:06}.xml").write_bytes(feed(n, 25))
    with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(part, 2 * part, 25):
            archive.writestr(f"{n}.xml", feed(n, 25))
    answers = [Answer(f"https://outlet{n}.example/{n}.xml", feed(n, 25), FEED) for n in range(2 * part, 3 * part, 25)]
    (folder / "b.warc.gz").write_bytes(warc(answers))
    records = [{"title": title(n), "webUrl": f"https://outlet{n % 9}.example/{n}"} for n in range(3 * part, count)]
    (folder / "c.jsonl").write_text("\n".join(map(json.dumps, records)))


def with_seeds(path: Path) -> Project:
    """A folder with the shipped seeds."""
    project = Project(path)
    for seed in sorted((Path(__file__).resolve().parents[3] / "seeds" / "corpus").glob("*.md")):
        (path / "seeds" / seed.name).write_bytes(seed.read_bytes())
    return project


def content(at: Project) -> dict[str, list[dict[str, Any]]]:
    """Items, sightings and matches without times of recording and numbers of rows, and what full-text search finds."""
    return {
        "items": at.rows(
            "SELECT uid, origin, title, excerpt, web_url, published_at, verdict, relevance, copy_of_uid FROM items ORDER BY uid"
        ),
        "sightings": at.rows(
            "SELECT feed_url, guid, link, title, item_uid FROM sightings ORDER BY feed_url, guid, link, title"
        ),
        "matches": at.rows(
            "SELECT item_uid, watch, seed_uid, score, verdict, terms FROM matches ORDER BY item_uid, watch, seed_uid"
        ),
        "found": at.rows(
            "SELECT a.uid FROM article_fts f JOIN article a ON a.id = f.rowid WHERE article_fts MATCH 'camera' ORDER BY a.uid"
        ),
    }


def killed(at: Project, folder: Path, times: int, rng: random.Random, longest: float) -> None:
    for _ in range(times):
        with at.start("backfill", "files", folder) as running:
            try:
                running.process.wait(rng.uniform(0.2, longest))
            except Exception:  # noqa: BLE001 - it has not ended yet
                running.process.send_signal(signal.SIGKILL)
                running.process.wait()


@pytest.mark.slow
def test_killed_at_any_moment_it_ends_as_if_it_never_was(tmp_path: Path) -> None:
    entries(tmp_path / "archive", 2_000)
    whole, often = with_seeds(tmp_path / "whole"), with_seeds(tmp_path / "often")
    assert whole.run("backfill", "files", tmp_path / "archive", timeout=300).code == 0
    killed(often, tmp_path / "archive", 8, random.Random(3), 1.5)
    assert often.run("backfill", "files", tmp_path / "archive", timeout=300).code == 0

    assert content(often) == content(whole)
    assert len([row for row in content(whole)["items"] if row["origin"] == "backfill"]) == 2_000
    assert len(content(whole)["matches"]) >= 25
    often.assert_sound()
    assert often.run("backfill", "files", tmp_path / "archive", "--json").json["new"] == 0
