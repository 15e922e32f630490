"""The demonstration, as a person starts it."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.monitor.cli.conftest import Run
from tests.program import Running

ROOT = Path(__file__).resolve().parents[3]
COMMAND = [sys.executable, "-m", "monitor", "demo"]
pytestmark = pytest.mark.slow

LIKELY = {
    "Facial recognition cameras to watch every commuter station around Moscow",
    "Arkhangelsk ties 900 street cameras to the facial recognition of the police",
    "Камеры с распознаванием лиц поставят на всех вокзалах Казани",
    "Омск закупит для автобусов камеры с распознаванием лиц",
    "Makhachkala market installs facial recognition cameras at its gates",
    "На вокзалах Приморья заработает система распознавания лиц",
    "Активиста задержали в метро: его узнала камера с распознаванием лиц",
    "UN expert asks Russia how many people its facial recognition has led to detain",
}
MAYBE = {
    "London police to double patrols with live facial recognition",
    "Residents of Hyderabad sue over street cameras that scan faces",
    "В Ташкенте на перекрёстках включают камеры с распознаванием лиц",
}
NO = {
    "Phone maker drops face unlock from its cheapest model",
    "Moscow city budget sets aside more for tram lines",
    "New Russian icebreaker leaves the yard for sea trials",
    "Паводок в Оренбурге: вода пошла на спад",
}


@dataclass(frozen=True)
class Shown:
    """What `demo --once --json` printed, and the database it left."""

    printed: dict[str, Any]
    database: Path

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            return connection.execute(query).fetchall()


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "TZ": "UTC"}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    folder = tmp_path_factory.mktemp("demo") / "folder"
    done = subprocess.run(
        [*COMMAND, str(folder), "--once", "--json"], capture_output=True, check=False, env=environment(), timeout=100
    )
    assert done.returncode == 0, done.stderr.decode()
    assert b"Traceback" not in done.stderr
    return Shown(json.loads(done.stdout), folder / "seedwatch.db")


@pytest.mark.parametrize(("verdict", "titles"), [("likely", LIKELY), ("maybe", MAYBE), ("no", NO)])
def test_verdicts(shown: Shown, verdict: str, titles: set[str]) -> None:
    found = {title for (title,) in shown.rows(f"SELECT title FROM items WHERE verdict = '{verdict}'")}

    assert titles <= found


def test_what_is_related_is_new_in_both_languages_and_no_unrelated_article_is(shown: Shown) -> None:
    new = {row["title"] for row in shown.printed["new"]}

    assert new >= LIKELY | MAYBE
    assert not NO & new


def test_copies_are_folded_under_the_wire(shown: Shown) -> None:
    copies = shown.rows("SELECT copy_of_title, web_url FROM duplicates ORDER BY web_url")
    hosts = [re.sub(r"http://([^.]*).*", r"\1", url) for title, url in copies if title.startswith("Facial")]

    assert hosts == ["harbour-post", "neva-observer", "tide-radio"]
    assert len(copies) == 4  # and the Russian one


def test_known_articles_are_recognised_under_amp_and_cdn_addresses(shown: Shown) -> None:
    digest = shown.rows(
        "SELECT i.origin, s.link FROM sightings s JOIN items i ON i.uid = s.item_uid"
        " WHERE s.feed_url LIKE '%lens-digest%' AND i.origin = 'seed'"
    )

    assert sorted(re.sub(r"https://([^/]*).*", r"\1", link) for _, link in digest) == [
        "meduza.io",
        "www-rt-com.cdn.ampproject.org",
    ]
    seeds = {title for (title,) in shown.rows("SELECT title FROM items WHERE origin = 'seed'")}

    assert len(seeds) == 5
    assert not seeds & {row["title"] for row in shown.printed["new"]}


def test_an_article_in_several_feeds_is_one(shown: Shown) -> None:
    feeds = shown.rows(
        "SELECT count(DISTINCT s.feed_url) FROM sightings s JOIN items i ON i.uid = s.item_uid"
        " WHERE i.title LIKE 'St Petersburg takes%'"
    )

    assert feeds == [(2,)]


def test_an_edited_headline_is_a_revision_and_changed_guids_are_nothing_new(shown: Shown) -> None:
    assert shown.rows("SELECT field, old, new FROM revisions") == [
        (
            "title",
            "Arkhangelsk ties street cameras to facial recognition",
            "Arkhangelsk ties 900 street cameras to the facial recognition of the police",
        )
    ]
    twice = shown.rows("SELECT title FROM items GROUP BY title HAVING count(*) > 1 AND max(copy_of_uid) IS NULL")
    guids = shown.rows("SELECT count(DISTINCT guid) FROM sightings WHERE feed_url LIKE '%rights-ledger%'")

    assert twice == []
    assert guids == [(11,)]  # five articles under two guids each, and one that came later


def test_broken_feeds_are_named_rightly(shown: Shown) -> None:
    health = {
        re.sub(r".*\d/([^/]*)/.*", r"\1", url): (state, reason)
        for url, state, reason in shown.rows(
            "SELECT feed_url, state, reason FROM feed_health"
            " WHERE feed_url NOT LIKE '%technology%' AND feed_url NOT LIKE '%index.rdf'"
        )
    }

    assert "HTTP 404" in health["mill-gazette"][1]
    assert "asks for a password" in health["copper-journal"][1]
    assert "empty" in health["blank-weekly"][1]
    assert "Cloudflare" in health["iron-gate"][1]
    assert "preview off" in health["quiet-channel"][1]
    broken = ("mill-gazette", "copper-journal", "blank-weekly", "iron-gate", "quiet-channel")
    assert {health[slug][0] for slug in broken} == {"failing"}
    assert health["harbour-post"] == ("ok", "Degraded: The document is cut off; what came before was read.")
    assert health["winter-bulletin"][0] == "silent"
    assert {health[slug] for slug in ("tide-radio", "rights-ledger")} == {("ok", "Answers.")}
    assert health["steppe-telegraph"][0] == "ok"
    assert health["steppe-telegraph"][1].startswith("Moved: It answers from http")


def test_the_second_round_brings_only_what_appeared_since(shown: Shown) -> None:
    first, second = shown.printed["rounds"]

    assert first["feeds"] == second["feeds"] == 22
    assert {failed["error"] for failed in first["failed"]} == {"not_found", "login", "empty", "challenge", "no_preview"}
    assert [same["feed_url"].rsplit("/", 1)[-1] for same in first["same"]] == ["index.rdf"]
    assert second["new"] == 4
    assert second["likely"] == 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_the_pages_until_it_is_stopped_and_leaves_nothing_behind(
    tmp_path: Path, number: signal.Signals
) -> None:
    pytest.importorskip("datasette")
    env = {**environment(), "TMPDIR": str(tmp_path)}
    with subprocess.Popen([*COMMAND, "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env) as demo:
        assert demo.stdout is not None
        said = []
        pages = None
        for line in map(bytes.decode, demo.stdout):
            said.append(line)
            pages = pages or re.search(r"Pages at (http://127\.0\.0\.1:\d+/)", line)
            if pages and any("started" in earlier for earlier in said):
                break
        assert pages, said
        front = _read(pages[1])
        demo.send_signal(number)
        rest = demo.stdout.read().decode()
        assert demo.wait(15) == 0, rest

    assert "Facial recognition cameras to watch every commuter station" in front
    assert list(tmp_path.iterdir()) == []
    assert "Traceback" not in rest


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("after", ["Settings, seeds and database", "nothing new", "Ctrl-C stops everything", "started"])
def test_it_can_be_stopped_at_any_moment(tmp_path: Path, number: signal.Signals, after: str) -> None:
    environ = {**environment(), "TMPDIR": str(tmp_path)}
    with Running([*COMMAND, "--port", "0"], tmp_path, environ) as demo:
        demo.until(after)
        if number is signal.SIGINT:
            os.killpg(demo.process.pid, number)  # as a terminal does
        else:
            demo.signal(number)
        code = demo.ends(15)

    assert code in {0, 130}
    assert "Traceback" not in demo.said
    assert not [line for line in demo.lines if "pages are down" in line or line.startswith(("ERROR", "WARNING"))]
    assert list(tmp_path.iterdir()) == []


def _read(url: str) -> str:
    for _ in range(50):
        try:
            with urllib.request.urlopen(url) as answer:
                return str(answer.read().decode())
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{url} does not answer")


def test_a_folder_in_use_is_left_as_it_is(tmp_path: Path, run: Run) -> None:
    (tmp_path / "seedwatch.toml").write_text("# mine\n")
    result = run("demo", tmp_path, "--once")

    assert result.code == 2
    assert "name a new folder" in result.err
    assert [p.name for p in tmp_path.iterdir()] == ["seedwatch.toml"]


def test_json_goes_with_once(run: Run) -> None:
    assert run("demo", "--json").code == 2
