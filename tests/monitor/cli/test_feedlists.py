import contextlib
import csv
import io
import sqlite3
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from config.load import load
from tests.fill import SETTINGS, Folder
from tests.monitor.cli.conftest import Run

OPML = """<?xml version="1.0" encoding="windows-1251"?>
<opml version="1.1"><head><title>Mine</title></head><body>
<outline text="Россия"><outline text="Вёрстка" type="rss" xmlUrl="https://verstka.example/feed" htmlUrl="https://x"/>
<outline text="Metro again" xmlUrl="HTTPS://metro.example:443/feed.xml/"/></outline>
<outline text="Router" xmlUrl="http://192.168.1.1/rss"/>
<outline text="Twice" xmlUrl="https://verstka.example/feed#top"/>
<outline text="Secret" xmlUrl="https://paid.example/rss?key=${PAID_KEY}"/>
<outline text="Script" xmlUrl="javascript:alert(1)"/>
</body></opml>""".encode("windows-1251")


@pytest.fixture
def opml(folder: Folder) -> Path:
    path = folder.path / "mine.opml"
    path.write_bytes(OPML)
    return path


class TestImport:
    def test_new_feeds_are_added_and_everything_else_is_named(self, folder: Folder, run: Run, opml: Path) -> None:
        result = run("feeds", "import", opml, "--tag", "mine", "--json")

        assert result.code == 0
        assert result.json["added"] == ["https://verstka.example/feed", "https://paid.example/rss?key=${PAID_KEY}"]
        assert [(one["place"].rpartition(":")[2], one["as"]) for one in result.json["listed"]] == [
            ("4", "https://metro.example/feed.xml in the settings"),
            ("6", f"https://verstka.example/feed at {opml}:3"),
        ]
        left_out = "\n".join(result.json["left_out"])
        assert len(result.json["left_out"]) == 2
        assert "http://192.168.1.1/rss is no public address; --allow-private adds it" in left_out
        assert '"javascript:alert(1)" is no web address' in left_out
        assert result.json["warnings"] == [
            f"{opml}:7: what the environment has for ${{PAID_KEY}} will be sent to paid.example"
        ]
        text = folder.settings.read_text("utf-8")
        assert text.startswith(SETTINGS), "comments and all else stay"
        assert 'name = "Вёрстка"\ntags = ["Россия", "mine"]' in text

    def test_words_for_people(self, folder: Folder, run: Run, opml: Path) -> None:
        result = run("feeds", "import", opml)

        assert "Added 2 feeds to" in result.out
        assert "2 listed already, 2 left out" in result.out
        assert result.err.count(f"{opml}:") >= 5

    def test_a_dry_run_changes_nothing(self, folder: Folder, run: Run, opml: Path) -> None:
        result = run("feeds", "import", opml, "--dry-run")

        assert "Would add 2 feeds" in result.out
        assert "https://verstka.example/feed" in result.out
        assert folder.settings.read_text("utf-8") == SETTINGS

    def test_twice_is_once(self, folder: Folder, run: Run, opml: Path) -> None:
        run("feeds", "import", opml)
        before = folder.settings.read_bytes()

        assert run("feeds", "import", opml, "--json").json["added"] == []
        assert folder.settings.read_bytes() == before

    @pytest.mark.parametrize(
        "host",
        [
            "127.0.0.1:8001",
            "localhost",
            "[::1]",
            "10.0.0.1",
            "2130706433",
            "0x7f.1",
            "[::ffff:127.0.0.1]",
            "a.localhost.",
        ],
    )
    def test_private_addresses_want_to_be_allowed(self, folder: Folder, run: Run, host: str) -> None:
        (folder.path / "list.txt").write_text(f"http://{host}/feed\n")

        refused = run("feeds", "import", "list.txt")
        assert "Added 0 feeds" in refused.out
        assert "own network. If you mean it, the same command with --allow-private adds it." in refused.err
        assert run("feeds", "import", "list.txt", "--json").json["private"] == 1
        assert run("feeds", "import", "list.txt", "--json", "--allow-private").json["added"] == [f"http://{host}/feed"]

    def test_the_built_in_settings_are_not_changed(
        self, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        (tmp_path / "list.txt").write_text("https://a.example/\n")

        assert run("feeds", "import", "list.txt").code == 2

    @pytest.mark.parametrize("name", ["none.opml", "seeds", "-"])
    def test_a_file_that_is_none(self, folder: Folder, run: Run, name: str) -> None:
        result = run("feeds", "import", name)

        assert result.code == 2
        assert name in result.err
        assert "seedwatch init" not in result.err


class TestExport:
    @pytest.mark.parametrize("kind", ["opml", "csv"])
    def test_what_goes_out_comes_back(self, folder: Folder, run: Run, tmp_path: Path, kind: str) -> None:
        folder.settings.write_text(
            SETTINGS
            + '\n[[feeds]]\nurl = "https://x.example/a?b=1&c=<>"\nname = "=1+1 \'quoted\' \\"x\\""\ntags = ["a", "-b"]\n'
            'enabled = false\ninterval = "1h30m"\n',
            encoding="utf-8",
        )
        exported = run("feeds", "export", "--format", kind)
        assert exported.code == 0
        assert "s3cret-value" not in exported.out
        assert "${KAZAN_TOKEN}" in exported.out
        fresh = tmp_path / "fresh"
        fresh.mkdir()
        (fresh / "list").write_text(exported.out, encoding="utf-8")
        (fresh / "seedwatch.toml").write_text("# mine\n", encoding="utf-8")
        assert run("--config", fresh / "seedwatch.toml", "feeds", "import", fresh / "list").code == 0

        before, after = (
            load(path, environ={}, cwd=tmp_path).settings.feeds for path in (folder.settings, fresh / "seedwatch.toml")
        )
        assert after == before
        assert (fresh / "seedwatch.toml").read_text("utf-8").startswith("# mine\n")

    def test_opml_is_what_other_readers_expect(self, folder: Folder, run: Run) -> None:
        root = ET.fromstring(run("feeds", "export").out)
        outlines = root.findall("body/outline")

        assert (root.tag, root.attrib["version"]) == ("opml", "2.0")
        assert root.findtext("head/title") == "seedwatch"
        assert [outline.attrib["type"] for outline in outlines] == ["rss"] * 4
        assert {outline.attrib["text"] for outline in outlines} == {
            "Metro Herald",
            "Казанский вестник",
            "Broken",
            "A search",
        }
        assert outlines[0].attrib["xmlUrl"] == "https://metro.example/feed.xml"

    def test_csv_is_what_spreadsheets_expect(self, folder: Folder, run: Run) -> None:
        rows = list(csv.DictReader(io.StringIO(run("feeds", "export", "--format", "csv").out)))

        assert [row["name"] for row in rows] == ["Metro Herald", "Казанский вестник", "Broken", "A search"]
        assert rows[1] == {
            "url": "https://kazan.example/rss?token=${KAZAN_TOKEN}",
            "name": "Казанский вестник",
            "tags": "ru",
            "interval": "30m",
            "enabled": "true",
        }

    def test_a_feed_without_a_name_in_the_settings_goes_by_its_own(self, folder: Folder, run: Run) -> None:
        (folder.path / "saved.xml").write_text(
            "<rss version='2.0'><channel><title>The Saved Herald</title></channel></rss>"
        )
        run("feeds", "add", "https://nameless.example/feed")
        with contextlib.closing(sqlite3.connect(folder.database)) as connection, connection:
            connection.execute(
                "INSERT INTO source (kind, address, title, added_at) VALUES ('feed', 'https://nameless.example/feed',"
                " 'The Herald', '2026-11-01T00:00:00Z')"
            )
            connection.execute(
                "INSERT INTO feed (source_id, next_poll_at) SELECT max(id), '2026-11-01T00:00:00Z' FROM source"
            )

        assert run("feeds", "export", "--json").json[-1]["name"] == "The Herald"
        assert 'title="The Herald"' in run("feeds", "export").out

    def test_what_a_list_cannot_hold_is_named(self, folder: Folder, run: Run) -> None:
        folder.settings.write_text(
            '[[feeds]]\nurl = "saved.xml"\n[[feeds]]\nurl = "https://a.example/?token=hunter2"\n'
            'headers = {X-Key = "${KEY}"}\nproxy = "none"\n'
        )
        result = run("feeds", "export")

        assert "saved.xml is a file of this machine" in result.err
        assert "its headers and proxy stay in the settings" in result.err
        assert "hunter2" not in result.out + result.err
        assert "X-Key" not in result.out
