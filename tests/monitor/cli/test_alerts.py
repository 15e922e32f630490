"""Notices: each text once, to every target, on record; with a real hook that takes them."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from config.load import load
from db.lock import notices_lock
from monitor.clock import stamp, utc_now
from monitor.pipeline.workspace import Workspace
from tests.fill import Folder, _entry, say
from tests.monitor.cli.conftest import Run

# Apprise imports what Python 3.13 no longer has, where it is there.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
TOKEN = "t0k3n-of-the-hook"
NEW = "Facial recognition cameras in the metro of Kazan, Russia"


class Hook:
    """A service that takes notices; `status` is what it answers."""

    def __init__(self) -> None:
        self.status = 200
        self.taken: list[dict[str, Any]] = []
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                hook.taken.append({"path": self.path, **body})
                self.send_response(hook.status)
                self.end_headers()

            def log_message(self, *_: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    @property
    def address(self) -> str:
        return f"json://127.0.0.1:{self.server.server_port}/${{HOOK_TOKEN}}"

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hook]:
    monkeypatch.setenv("HOOK_TOKEN", TOKEN)
    # A proxy of the environment is nobody's business, here as elsewhere.
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    made = Hook()
    yield made
    made.close()


def aim(folder: Folder, *targets: str) -> None:
    folder.settings.write_text(f"[alerts]\nto = {json.dumps(targets)}\n" + folder.settings.read_text("utf-8"))


def arrive(folder: Folder, *titles: str, **said: Any) -> list[str]:
    """Let a feed bring articles, fresh unless said otherwise; returns their uids."""
    workspace = Workspace(load(folder.settings, environ={}, cwd=folder.path), folder.database)
    workspace.sync_seeds()
    now = said.pop("now", utc_now())
    published = said.pop("published", stamp(now - timedelta(hours=2)))
    hosts = [f"https://n{abs(hash(title)) % 999}.example/{number}" for number, title in enumerate(titles)]
    entries = [_entry(t, u, published=published)._replace(**said) for t, u in zip(titles, hosts, strict=True)]
    say(workspace, "https://metro.example/feed.xml", stamp(now), entries)
    rows = workspace.store.connection.execute("SELECT title, uid FROM items ORDER BY id").fetchall()
    workspace.close()
    uids = {row["title"]: row["uid"] for row in rows}
    return [uids[title] for title in titles]


@contextmanager
def changing(folder: Folder) -> Iterator[sqlite3.Connection]:
    """The database, to make what feeds alone cannot."""
    with closing(sqlite3.connect(folder.database)) as connection, connection:
        yield connection


def dump(database: Path) -> str:
    with closing(sqlite3.connect(database)) as connection:
        return "\n".join(connection.iterdump())


class TestSend:
    def test_the_first_time_nobody_is_told(self, folder: Folder, run: Run) -> None:
        arrive(folder, NEW)
        first, second = run("alerts", "send"), run("alerts", "send")

        assert (first.code, first.out) == (0, "")
        assert "6 articles that are there already count as known" in first.err
        assert (second.out, second.err) == ("", "Nothing to tell.\n")

    def test_what_is_new_is_told_once(self, folder: Folder, run: Run) -> None:
        run("alerts", "send")
        (uid,) = arrive(folder, NEW)
        told, again = run("alerts", "send"), run("alerts", "send", "--json")

        assert told.out.startswith(f"seedwatch: {NEW}\n\n{NEW}\n")
        assert f" · 99 % · {uid}\n" in told.out
        assert "Shares “facial recognition” with 5 of 5 seeds" in told.out
        assert again.json["articles"] == []

    @pytest.mark.parametrize(
        ("title", "said"),
        [
            ("Apple cake without sugar", {}),
            ("Facial recognition at the airport of Bergen", {}),
            (NEW, {"published": "2020-01-01T00:00:00Z"}),
            (NEW, {"now": utc_now() - timedelta(days=8)}),
        ],
        ids=["unrelated", "maybe", "old when found", "found long ago"],
    )
    def test_what_is_no_news_is_not_told(self, folder: Folder, run: Run, title: str, said: dict[str, Any]) -> None:
        run("alerts", "send")
        arrive(folder, title, **said)

        assert run("alerts", "send", "--json").json["articles"] == []

    def test_nor_what_was_seen_or_backfilled(self, folder: Folder, run: Run) -> None:
        run("alerts", "send")
        seen, filled = arrive(folder, NEW, "Russia: facial recognition cameras for every school in Kazan")
        run("seen", seen)
        with changing(folder) as connection:
            connection.execute("UPDATE article SET origin = 'backfill' WHERE uid = ?", (filled,))

        assert run("alerts", "send", "--json").json["articles"] == []

    def test_a_copy_of_what_was_told_is_not_told(self, folder: Folder, run: Run) -> None:
        run("alerts", "send")
        first, copy = arrive(folder, NEW, f"{NEW} - reprint")
        with changing(folder) as connection:
            connection.execute("UPDATE article SET deleted_at = 'x' WHERE uid = ?", (copy,))
        assert len(run("alerts", "send", "--json").json["articles"]) == 1
        with changing(folder) as connection:
            connection.execute(
                "UPDATE article SET deleted_at = NULL, copy_of_id = (SELECT id FROM article WHERE uid = ?) WHERE uid = ?",
                (first, copy),
            )
        assert run("alerts", "send", "--json").json["articles"] == []

    def test_copies_stand_under_their_root(self, folder: Folder, run: Run) -> None:
        run("alerts", "send")
        first, copy = arrive(folder, NEW, f"{NEW} - reprint")
        with changing(folder) as connection:
            connection.execute(
                "UPDATE article SET provider_name = 'Reprint', copy_of_id = (SELECT id FROM article WHERE uid = ?)"
                " WHERE uid = ?",
                (first, copy),
            )
        told = run("alerts", "send")

        assert told.out.startswith(f"seedwatch: {NEW}\n")
        assert "The same text: Reprint\n" in told.out

    def test_an_article_under_another_uid_is_not_told_again(self, folder: Folder, run: Run) -> None:
        run("alerts", "send")
        (uid,) = arrive(folder, NEW)
        run("alerts", "send")
        with changing(folder) as connection:
            connection.execute("UPDATE article SET uid = 'another999' WHERE uid = ?", (uid,))
            connection.execute("INSERT INTO alias SELECT 'another999', id FROM article WHERE uid = 'another999'")

        assert run("alerts", "send", "--json").json["articles"] == []

    def test_a_long_notice_names_the_number_of_the_rest(self, folder: Folder, run: Run) -> None:
        run("alerts", "send")
        arrive(folder, *(f"Facial recognition cameras in Moscow, Russia, line {n}" for n in range(30)))
        told = run("alerts", "send")

        assert told.out.startswith("seedwatch: 30 new stories, likely related\n")
        assert "… and 10 more: `seedwatch new` lists them." in told.out
        assert run("alerts", "send", "--json").json["articles"] == []

    def test_of_a_date_that_is_a_day_it_tells_the_day(self, folder: Folder, run: Run) -> None:
        run("alerts", "send")
        today = utc_now().date()
        arrive(folder, NEW, published=f"{today}T00:00:00Z", date_quality="day")

        assert f" · {today.day} {today:%b %Y} · 99 % · " in run("alerts", "send").out

    def test_a_dry_run_changes_nothing(self, folder: Folder, run: Run) -> None:
        run("seeds", "list")
        before = dump(folder.database)
        would = run("alerts", "send", "--dry-run")
        assert "would begin now: 5 articles" in would.err
        assert dump(folder.database) == before
        run("alerts", "send")
        arrive(folder, NEW)
        before = dump(folder.database)

        assert NEW in run("alerts", "send", "--dry-run").out
        assert run("alerts", "send", "--dry-run", "--json").json["title"] == f"seedwatch: {NEW}"
        assert dump(folder.database) == before

    def test_texts_of_feeds_steer_no_terminal(self, folder: Folder, run: Run) -> None:
        run("alerts", "send")
        arrive(folder, f"{NEW} \x1b[31m\u202e\x07\n2026 fake")
        out = run("alerts", "send").out

        assert NEW in out
        assert not [c for c in out if not c.isprintable() and c != "\n"]

    def test_one_process_at_a_time(self, folder: Folder, run: Run) -> None:
        run("alerts", "send")
        with notices_lock(folder.database):
            refused = run("alerts", "send")

        assert refused.code == 1
        assert "another seedwatch is sending notices" in refused.err


class TestTargets:
    def test_take_the_notice(self, folder: Folder, run: Run, hook: Hook) -> None:
        aim(folder, hook.address)
        run("alerts", "send")
        arrive(folder, NEW)
        sent = run("alerts", "send")

        assert (sent.code, sent.out, sent.err) == (0, "", "sent to json\n")
        (taken,) = hook.taken
        assert taken["path"] == f"/{TOKEN}"
        assert taken["title"] == f"seedwatch: {NEW}"
        assert "Shares “facial recognition”" in taken["message"]
        assert run("alerts", "send").err == "Nothing to tell.\n"
        assert len(hook.taken) == 1

    def test_that_fail_are_tried_again_alone(self, folder: Folder, run: Run, hook: Hook, tmp_path: Path) -> None:
        other = Hook()
        try:
            aim(folder, hook.address, other.address)
            run("alerts", "send")
            (uid,) = arrive(folder, NEW)
            other.status = 503
            failed = run("alerts", "send", "--json")
            other.status = 200
            again = run("alerts", "send", "--json")
        finally:
            other.close()

        assert failed.code == 1
        assert failed.json["delivered"] == ["json"]
        assert [entry["target"] for entry in failed.json["failed"]] == ["json 2"]
        assert (again.code, again.json["delivered"], again.json["articles"]) == (0, ["json 2"], [])
        assert [len(hook.taken), len(other.taken)] == [1, 2]
        rows = {row["target"]: row for row in run("alerts", "list", "--json").json}
        assert rows["json 2"] | {"state": "sent", "attempts": 2, "uids": [uid], "error": None} == rows["json 2"]
        assert rows[None]["state"] == "known"

    def test_nobody_listens(self, folder: Folder, run: Run, hook: Hook) -> None:
        aim(folder, hook.address)
        run("alerts", "send")
        arrive(folder, NEW)
        hook.close()
        failed = run("alerts", "send")

        assert failed.code == 1
        assert failed.err.startswith("not sent to json: ")
        assert "Traceback" not in failed.err

    def test_no_secret_is_shown_or_stored(self, folder: Folder, run: Run, hook: Hook) -> None:
        aim(folder, hook.address, "tgram://123456789:AAliteral-secret_0123456789abcdefghi/1/")
        hook.status = 500
        said = [run("-vv", "alerts", "test")]
        said.append(run("alerts", "send"))
        arrive(folder, NEW)
        said.append(run("-vv", "alerts", "send"))
        said += [run("-vv", "alerts", "list"), run("doctor"), run("status", "--json")]
        text = "".join(result.out + result.err for result in said) + dump(folder.database)

        assert TOKEN not in text
        assert "literal-secret" not in text

    def test_a_variable_that_is_not_set_is_named_before_anything_is_stored(
        self, folder: Folder, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("HOOK_TOKEN", raising=False)
        aim(folder, "json://127.0.0.1:1/${HOOK_TOKEN}")

        for args in (["test"], ["send"]):
            result = run("alerts", *args)
            assert result.code == 2
            assert "HOOK_TOKEN is not set" in result.err
        assert run("alerts", "list", "--json").json == []

    def test_a_target_that_left_the_settings_is_not_insisted_on(self, folder: Folder, run: Run, hook: Hook) -> None:
        settings = folder.settings.read_text("utf-8")
        aim(folder, hook.address)
        run("alerts", "send")
        arrive(folder, NEW)
        hook.status = 500
        run("alerts", "send")
        folder.settings.write_text(settings, "utf-8")

        assert (run("alerts", "send").code, run("alerts", "list", "--json").json[0]["state"]) == (0, "failed")

    def test_the_environment_is_as_it_was(self, folder: Folder, run: Run, hook: Hook) -> None:
        aim(folder, hook.address)
        before = dict(os.environ)
        assert run("alerts", "test").code == 0
        assert dict(os.environ) == before


class TestTest:
    def test_says_who_was_reached(self, folder: Folder, run: Run, hook: Hook) -> None:
        aim(folder, hook.address, "nonsense://x")
        result = run("alerts", "test", "--json")

        assert result.code == 1
        assert result.json == [
            {"target": "json", "ok": True, "error": None},
            {"target": "nonsense", "ok": False, "error": "its address is none that Apprise knows"},
        ]
        assert hook.taken[0]["message"].startswith("A test of seedwatch.")

    def test_without_targets_is_wrong_usage(self, folder: Folder, run: Run) -> None:
        assert run("alerts", "test").code == 2


def test_the_list_is_empty_at_first(folder: Folder, run: Run) -> None:
    assert run("alerts", "list", "--json").json == []
    assert "No notices yet" in run("alerts", "list").err


class TestDigest:
    def test_it_is_sent_even_when_there_is_nothing(self, folder: Folder, run: Run) -> None:
        run("alerts", "send")
        told = run("alerts", "send", "--digest")

        assert told.out.startswith("seedwatch: nothing new, 3 of 4 feeds healthy\n\nNothing new is likely related.\n")
        assert run("alerts", "list", "--json").json[0]["about"] == "summary"

    def test_it_says_what_is_new_and_which_feeds_are_broken_once(self, folder: Folder, run: Run) -> None:
        run("alerts", "send")
        arrive(folder, NEW)
        with changing(folder) as connection:
            connection.execute("DELETE FROM notice_feed")
        told, again = run("alerts", "send", "--digest"), run("alerts", "send", "--digest")

        assert told.out.startswith(f"seedwatch: {NEW}, 3 of 4 feeds healthy\n")
        assert "Broken is broken since" in told.out
        assert "nothing new" in again.out
        assert "Broken is broken since" not in again.out


class TestFeeds:
    def test_a_broken_feed_is_told_of_once(self, folder: Folder, run: Run) -> None:
        run("alerts", "send")
        assert "Nothing to tell" in run("alerts", "send").err  # it was broken before notices began
        with changing(folder) as connection:
            broke = stamp(utc_now() - timedelta(hours=30))
            connection.execute("UPDATE feed SET failing_since = ? WHERE state = 'failing'", (broke,))
        told, again = run("alerts", "send"), run("alerts", "send")

        assert told.out.startswith("seedwatch: Broken is broken\n\nBroken is broken since ")
        assert "Nothing to tell" in again.err

    @pytest.mark.parametrize(("setting", "tells"), [('"6h"', True), ('"3d"', False), ('""', False)])
    def test_the_settings_say_how_long_it_has_to_be_broken(
        self, folder: Folder, run: Run, setting: str, tells: bool
    ) -> None:
        folder.settings.write_text(f"[alerts]\nfeeds = {setting}\n" + folder.settings.read_text("utf-8"))
        run("alerts", "send")
        with changing(folder) as connection:
            broke = stamp(utc_now() - timedelta(hours=30))
            connection.execute("UPDATE feed SET failing_since = ? WHERE state = 'failing'", (broke,))

        assert tells == ("Broken is broken" in run("alerts", "send").out)
