from pathlib import Path

import pytest

from tests.fill import SETTINGS, Folder
from tests.monitor.cli.conftest import Run

NEW = "https://new.example/feed.xml"


def urls(run: Run) -> list[str]:
    return [row["feed_url"] for row in run("feeds", "list", "--json").json]


class TestList:
    def test_has_settings_and_health_together(self, folder: Folder, run: Run) -> None:
        rows = {row["name"]: row for row in run("feeds", "list", "--json").json}

        assert rows["Broken"]["state"] == "failing"
        assert rows["Broken"]["reason"] == "The server answered 500."
        assert rows["Казанский вестник"]["interval_s"] == 1800
        assert rows["Metro Herald"]["tags"] == ["en"]

    def test_a_feed_that_was_never_asked_and_one_that_is_off(self, folder: Folder, run: Run) -> None:
        with folder.settings.open("a") as file:
            file.write(f'\n[[feeds]]\nurl = "{NEW}"\n\n[[feeds]]\nurl = "https://off.example/"\nenabled = false\n')
        states = {row["feed_url"]: row["state"] for row in run("feeds", "list", "--json").json}

        assert states[NEW] == "new"
        assert states["https://off.example/"] == "off"

    def test_needs_no_database(self, folder: Folder, run: Run) -> None:
        folder.database.unlink()

        assert {row["state"] for row in run("feeds", "list", "--json").json} == {"new"}
        assert not folder.database.exists()

    def test_secrets_stay_names(self, folder: Folder, run: Run) -> None:
        for args in (["feeds", "list"], ["feeds", "show", "вестник"], ["doctor"], ["status", "--json"]):
            result = run(*args)

            assert "s3cret-value" not in result.out + result.err


class TestShow:
    @pytest.mark.parametrize(
        "which", ["https://broken.example/feed.xml", "HTTPS://BROKEN.example:443/feed.xml/", "Broken", "brok"]
    )
    def test_by_address_or_name(self, folder: Folder, run: Run, which: str) -> None:
        about = run("feeds", "show", which, "--json").json

        assert about["feed_url"] == "https://broken.example/feed.xml"
        assert about["next_poll"].endswith("it failed 5 times in a row, and waits longer after each")
        assert [f["message"] for f in about["fetches"]] == ["The server answered 500."]
        assert about["gaps"][0]["missed_from"] == "2025-11-02T00:00:00Z"

    def test_text_says_when_next_and_why(self, folder: Folder, run: Run) -> None:
        assert "the settings say every 30m" in run("feeds", "show", "вестник").out

    @pytest.mark.parametrize(("which", "words"), [("nothing", "no configured feed"), ("e", "means several feeds")])
    def test_one_that_is_none_or_several(self, folder: Folder, run: Run, which: str, words: str) -> None:
        result = run("feeds", "show", which)

        assert result.code == 2
        assert words in result.err


class TestAdd:
    def test_writes_the_settings_and_leaves_the_rest(self, folder: Folder, run: Run) -> None:
        result = run("feeds", "add", NEW, "--name", "New", "--interval", "45m", "--tag", "en", "--tag", "wire")
        row = next(row for row in run("feeds", "list", "--json").json if row["feed_url"] == NEW)

        assert result.code == 0
        assert folder.settings.read_text("utf-8").startswith(SETTINGS)
        assert (row["name"], row["interval_s"], row["tags"]) == ("New", 2700, ["en", "wire"])

    def test_twice_is_once(self, folder: Folder, run: Run) -> None:
        run("feeds", "add", NEW)
        before = folder.settings.read_bytes()
        again = run("feeds", "add", NEW.upper().replace("/FEED.XML", "/feed.xml"))

        assert again.code == 0
        assert "Listed already" in again.out
        assert folder.settings.read_bytes() == before

    @pytest.mark.parametrize(
        "args",
        [["javascript:alert(1)"], [""], ["https://"], [NEW, "--interval", "0s"], [NEW, "--interval", "soon"]],
        ids=" ".join,
    )
    def test_refuses_what_is_wrong_and_changes_nothing(self, folder: Folder, run: Run, args: list[str]) -> None:
        result = run("feeds", "add", *args)

        assert result.code == 2
        assert "Traceback" not in result.err
        assert folder.settings.read_text("utf-8") == SETTINGS

    @pytest.mark.parametrize(
        ("url", "words"),
        [
            ("javascript:alert(1)", "expected an http, https or file address"),
            ("https://t.me/+AbCdEfGh", "invitation to a private Telegram channel"),
            ("t.me/joinchat/AbCdEfGh", "invitation to a private Telegram channel"),
        ],
    )
    def test_says_of_the_address_alone_what_is_wrong_with_it(
        self, folder: Folder, run: Run, url: str, words: str
    ) -> None:
        result = run("feeds", "add", url)

        assert result.code == 2
        assert words in result.err
        assert "feeds[" not in result.err, "no such line stands in the settings"
        assert folder.settings.read_text("utf-8") == SETTINGS

    @pytest.mark.parametrize("given", ["@city_faces", "https://t.me/city_faces", "https://t.me/s/city_faces"])
    def test_a_telegram_channel_is_added_by_any_of_its_addresses(self, folder: Folder, run: Run, given: str) -> None:
        result = run("feeds", "add", given, "--name", "City Faces")

        assert result.code == 0
        assert "https://t.me/s/city_faces" in urls(run)
        assert "Listed already" in run("feeds", "add", "https://t.me/city_faces/17").out

    def test_a_path_below_the_settings_is_written_from_there_so_that_both_can_move(
        self, folder: Folder, run: Run
    ) -> None:
        (folder.path / "saved.xml").write_text("<rss/>")
        run("feeds", "add", "../folder/saved.xml")

        assert "./saved.xml" in urls(run)
        assert "Listed already" in run("feeds", "add", "saved.xml").out

    def test_with_q_a_round_says_its_summary_alone(self, folder: Folder, run: Run) -> None:
        (folder.path / "saved.xml").write_text("<rss version='2.0'><channel><title>Saved</title></channel></rss>")
        run("feeds", "add", "saved.xml", "--name", "Saved")
        loud, quiet = run("poll", "Saved"), run("-q", "poll", "Saved")

        assert "saved.xml: " in loud.err
        assert quiet.err == ""
        assert quiet.out.startswith("1 feed asked")

    def test_without_feeds_a_round_says_so_once_and_other_commands_do_not(
        self, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        (tmp_path / "seedwatch.toml").touch()
        said = [run(*args).err for args in (["feeds", "list"], ["new"], ["status"], ["poll"])]

        assert ["no feeds" in err for err in said] == [False, False, False, True]
        assert said[-1].count("no feeds") == 1

    def test_a_round_takes_feeds_by_what_their_names_hold(self, folder: Folder, run: Run) -> None:
        (folder.path / "saved.xml").write_text("<rss version='2.0'><channel><title>Saved</title></channel></rss>")
        run("feeds", "add", "saved.xml", "--name", "Saved feed")

        assert run("poll", "saved f", "--json").json["feeds"] == 1
        assert run("poll", "nothing at all").code != 0

    def test_another_path_becomes_absolute(self, folder: Folder, run: Run) -> None:
        elsewhere = folder.path.parent / "saved.xml"
        elsewhere.write_text("<rss/>")
        run("feeds", "add", "../saved.xml")

        assert str(elsewhere) in urls(run)

    @pytest.mark.parametrize("url", ["nonsense", "www.example.org/feed.xml"])
    def test_what_is_neither_a_file_nor_an_address_is_refused(self, folder: Folder, run: Run, url: str) -> None:
        before = urls(run)
        result = run("feeds", "add", url)

        assert result.code == 2
        assert "https://" in result.err
        assert urls(run) == before

    def test_a_literal_secret_is_warned_about_and_not_repeated(self, folder: Folder, run: Run) -> None:
        result = run("feeds", "add", "https://secret.example/rss?token=hunter2")

        assert "spells out a secret" in result.err
        assert "hunter2" not in result.out + result.err

    def test_the_built_in_settings_are_not_changed(
        self, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        result = run("feeds", "add", NEW)

        assert result.code == 2
        assert "seedwatch init" in result.err


class TestRemove:
    @pytest.mark.parametrize("which", ["https://metro.example/feed.xml", "Metro Herald"])
    def test_takes_it_out_and_leaves_the_rest(self, folder: Folder, run: Run, which: str) -> None:
        assert run("feeds", "remove", which).code == 0
        assert len(urls(run)) == 3
        assert folder.settings.read_text("utf-8").startswith("# My monitor; this comment must survive.")

    @pytest.mark.parametrize(
        "which", ["@city_faces", "t.me/city_faces", "saved.xml", "./saved.xml", "../folder/saved.xml"]
    )
    def test_as_it_was_added(self, folder: Folder, run: Run, which: str) -> None:
        (folder.path / "saved.xml").write_text("<rss/>")
        for added in ("@city_faces", "saved.xml"):
            assert run("feeds", "add", added).code == 0
        before = urls(run)

        assert run("feeds", "remove", which).code == 0
        assert len(urls(run)) == len(before) - 1

    def test_one_of_a_list_is_named_with_its_list(self, folder: Folder, run: Run) -> None:
        (folder.path / "more.txt").write_text(NEW + "\n", encoding="utf-8")
        folder.settings.write_text('feeds_from = ["more.txt"]\n' + SETTINGS, encoding="utf-8")
        result = run("feeds", "remove", NEW)

        assert result.code == 1
        assert "more.txt" in result.err

    def test_one_that_is_not_there(self, folder: Folder, run: Run) -> None:
        assert run("feeds", "remove", NEW).code == 2
