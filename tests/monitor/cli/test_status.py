from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db.lock import daemon_lock
from db.store import Store
from monitor.clock import stamp, utc_now
from tests.fill import SETTINGS, Folder
from tests.monitor.cli.conftest import Run
from tests.program import CHECKOUT, Project


class TestStatus:
    def test_is_one_line_and_the_detail(self, folder: Folder, run: Run) -> None:
        result = run("status")

        assert result.code == 1
        assert result.out.startswith("Not working: no feed was checked since ")
        assert "Broken" in result.out
        assert "4 likely" not in result.out.splitlines()[0]

    def test_as_json(self, folder: Folder, run: Run) -> None:
        about = run("status", "--json").json

        assert about["ok"] is False
        assert about["line"].startswith("Not working")
        assert about["health"]["feeds"] == 4
        assert about["totals"] == {
            "feeds": 4,
            "items": 7,
            "likely_unseen": 5,
            "maybe_unseen": 1,
            "copies": 1,
            "seeds": 5,
        }
        assert [feed["name"] for feed in about["unwell_feeds"]] == ["Broken"]
        assert about["daemon_running"] is False

    def test_before_the_first_poll(self, folder: Folder, run: Run) -> None:
        folder.database.unlink()
        about = run("status", "--json").json

        assert (
            about["line"]
            == "Not working: none of 4 feeds was ever checked. `seedwatch run` does it, once there is a network."
        )
        assert about["health"]["seeds"] == 5
        assert not folder.database.exists()

    @pytest.mark.parametrize(
        ("broken", "ok", "state"),
        [(0, True, "Working"), (1, True, "Working"), (2, False, "Working in part"), (4, False, "Not working")],
    )
    def test_it_exits_with_1_when_somebody_has_to_do_something(
        self, folder: Folder, run: Run, broken: int, ok: bool, state: str
    ) -> None:
        now, soon = stamp(utc_now()), stamp(utc_now() + timedelta(hours=1))
        with Store(folder.database).transaction() as connection:
            connection.execute(
                "UPDATE feed SET state = 'ok', problem = NULL, failing_since = NULL, last_attempt_at = ?1,"
                " last_success_at = ?1, next_poll_at = ?2",
                (now, soon),
            )
            connection.execute(
                "UPDATE feed SET state = 'failing', problem = 'timeout', failing_since = '2026-01-01T00:00:00Z',"
                " last_success_at = '2026-01-01T00:00:00Z' WHERE source_id IN (SELECT source_id FROM feed LIMIT ?)",
                (broken,),
            )
        as_text, as_json, health = run("status"), run("status", "--json"), run("health", "--json")

        assert (as_text.code == 0, as_json.code == 0, as_json.json["ok"], health.code == 0) == (ok,) * 4
        assert as_json.json["state"] == state
        assert health.json["ok"] is ok

    def test_says_since_when_a_problem_is_known_and_nothing_where_it_is_not(self, folder: Folder, run: Run) -> None:
        with Store(folder.database).transaction() as connection:
            first, second, *_ = [row[0] for row in connection.execute("SELECT source_id FROM feed ORDER BY source_id")]
            dated = "state = 'ok', failing_since = NULL, last_new_item_at = '2026-01-02T03:04:05Z'"
            connection.execute(
                f"UPDATE feed SET {dated}, problem = 'moved', permanent_since = '2026-05-06T07:08:09Z' WHERE source_id = ?",
                (first,),
            )
            connection.execute(f"UPDATE feed SET {dated}, problem = 'degraded' WHERE source_id = ?", (second,))
        since = {feed["problem"]: feed["problem_since"] for feed in run("status", "--json").json["unwell_feeds"]}

        assert since["moved"] == "2026-05-06T07:08:09Z"
        assert since["degraded"] is None
        assert "2026-01-02" not in run("status").out

    def test_sees_a_daemon_and_leaves_it_alone(self, folder: Folder, run: Run) -> None:
        with daemon_lock(folder.database):
            assert run("status", "--json").json["daemon_running"] is True
        assert run("status", "--json").json["daemon_running"] is False
        with daemon_lock(folder.database):
            pass


class TestDoctor:
    def checks(self, run: Run) -> dict[str, list[dict[str, str]]]:
        found: dict[str, list[dict[str, str]]] = {}
        for check in run("doctor", "--json").json:
            found.setdefault(check["name"], []).append(check)
        return found

    def test_a_feed_that_fails_is_all_that_is_wrong(self, folder: Folder, run: Run) -> None:
        result = run("doctor")
        checks = self.checks(run)

        assert result.code == 1
        failed = [c["message"] for those in checks.values() for c in those if c["state"] == "fail"]
        assert len(failed) == 1
        assert failed[0].startswith("Broken (https://broken.example/feed.xml) is failing")
        assert [c["state"] for c in checks["database"]] == ["ok"]
        assert any("is failing since" in c["message"] for c in checks["feeds"])
        assert checks["privacy"][0]["message"].startswith("Google learns from 1 search feed")

    def test_a_secret_that_is_not_set_is_named(self, folder: Folder, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("KAZAN_TOKEN")
        result = run("doctor")

        assert result.code == 1
        assert "KAZAN_TOKEN" in result.out

    def test_what_cannot_be_checked_behind_a_proxy_is_said(self, folder: Folder, run: Run) -> None:
        folder.settings.write_text(
            '[network]\nproxy = "http://127.0.0.1:9"\n'
            + SETTINGS
            + '\n[[feeds]]\nurl = "https://d.example/"\nproxy = "none"\n'
        )

        assert self.checks(run)["proxy"][0]["message"].startswith(
            "4 feeds are asked through a proxy; it resolves names"
        )

    def test_settings_that_do_not_hold(self, folder: Folder, run: Run) -> None:
        folder.settings.write_text('[poll]\nintervall = "1h"\n', encoding="utf-8")
        checks = self.checks(run)

        assert run("doctor").code == 1
        assert "seedwatch.toml:2" in checks["settings"][0]["message"]
        assert {"sqlite", "xml", "disk"} <= checks.keys()

    def test_bad_seeds_are_named_with_their_line(self, folder: Folder, run: Run) -> None:
        (folder.seeds / "bad.md").write_text("---\ntitle: [\n---\n", encoding="utf-8")

        assert any("bad.md:" in c["message"] for c in self.checks(run)["seeds"])

    @pytest.mark.parametrize("content", [b"just text", b"SQLite format 3\0" + b"\0" * 200])
    def test_a_file_that_is_no_database_of_ours(self, folder: Folder, run: Run, content: bytes) -> None:
        folder.database.write_bytes(content)
        for beside in folder.path.glob("seedwatch.db-*"):
            beside.unlink()

        assert [c["state"] for c in self.checks(run)["database"]] == ["fail"]
        assert folder.database.read_bytes() == content

    def test_a_clock_that_was_set_back(self, folder: Folder, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        with Store(folder.database).transaction() as connection:
            connection.execute("UPDATE feed SET last_attempt_at = '2040-01-01T00:00:00Z'")
        monkeypatch.setattr("monitor.cli.status.utc_now", lambda: datetime(2026, 1, 2, tzinfo=UTC))

        assert "the database knows of 2040-01-01" in self.checks(run)["clock"][0]["message"]

    def test_a_database_that_others_can_read(self, folder: Folder, run: Run) -> None:
        folder.database.chmod(0o644)

        assert any("can be read by others" in c["message"] for c in self.checks(run)["database"])

    def test_in_an_empty_folder(self, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)

        assert run("doctor").code == 0
        assert list(tmp_path.iterdir()) == []


class TestCanary:
    """A known match goes the whole way, or it is said where it was lost."""

    @pytest.mark.slow
    def test_known_matches_arrive_and_nothing_is_left_behind(self, tmp_path: Path) -> None:
        project = Project(tmp_path)
        for path in (CHECKOUT / "seeds" / "corpus").glob("*.md"):
            (tmp_path / "seeds" / path.name).write_bytes(path.read_bytes())
        done = project.run("doctor", "--canary", "--json")
        checks = {check["name"]: check for check in done.json}
        assert (checks["canary"]["state"], checks["canary"]["message"]) == (
            "ok",
            "default: 3 of 3 known matches arrived as likely",
        )
        assert sorted(path.name for path in tmp_path.iterdir()) == ["seeds", "seedwatch.toml"]
        project.extra = '[rules]\ndrop = ["facial OR scanner"]\n'
        project.configure([])
        done = project.run("doctor", "--canary", "--json")
        (lost,) = [check for check in done.json if check["name"] == "canary"]
        assert done.code == 1
        assert lost["state"] == "fail"
        assert "was judged no" in lost["message"]
        assert "canary" not in project.run("doctor").out
