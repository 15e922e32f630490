"""Settings that do not hold: F47 to F50."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.program import TRACEBACK, Done, Project, eventually, item, rss
from tests.web import Web

GOOD = '[seeds]\npaths = ["seeds"]\n[[feeds]]\nurl = "https://a.example/feed"\n'


def poll(tmp_path: Path, text: str | bytes) -> Done:
    """Poll with these settings."""
    project = Project(tmp_path)
    project.settings.write_bytes(text if isinstance(text, bytes) else text.encode())
    done = project.run("poll")
    assert TRACEBACK not in done.err
    assert not project.database.exists(), "settings that do not hold change nothing"
    return done


FILES: dict[str, tuple[str | bytes, str]] = {
    "not_toml": ("nonsense", ":1"),
    "not_utf8": (GOOD.encode() + b"# \xff\xfe", "UTF-8"),
    "utf16": (GOOD.encode("utf-16"), "UTF-8"),
    "broken_array": ('[seeds]\npaths = ["seeds"\n', ":"),
    "unclosed_text": ('[poll]\ninterval = "1h\n', ":2"),
    "nul": (b"[poll]\x00\n", ":1"),
    "yaml": ("!!python/object/apply:os.system ['touch owned']\n", ":1"),
    "huge": (GOOD + "# " + "x" * 5_000_000, "large"),
}


@pytest.mark.parametrize("name", FILES)
def test_f47_a_file_that_cannot_be_read_is_named_in_one_line(tmp_path: Path, name: str) -> None:
    text, words = FILES[name]
    done = poll(tmp_path, text)
    assert (done.code, done.out) == (2, "")
    (line,) = done.err.splitlines()
    assert line.startswith("error: ")
    assert "seedwatch.toml" in line
    assert words in line


@pytest.mark.parametrize("kind", ["missing", "folder", "unreadable"])
def test_f47_a_file_that_is_not_there_or_no_file(tmp_path: Path, kind: str) -> None:
    project = Project(tmp_path)
    path = tmp_path / "other.toml"
    if kind == "folder":
        path.mkdir()
    elif kind == "unreadable":
        if os.geteuid() == 0:
            pytest.skip("root reads everything")
        path.touch(mode=0)
    done = project.run("--config", path, "poll")
    assert done.code == 2
    assert len(done.err.splitlines()) == 1
    assert str(path) in done.err


@pytest.mark.parametrize("text", ["", "\ufeff" + '[seeds]\npaths = ["seeds"]\n', '[seeds]\n\tpaths\t=\t["seeds"]\n'])
def test_f47_an_empty_file_a_mark_and_tabs_are_fine(tmp_path: Path, text: str) -> None:
    project = Project(tmp_path)
    project.settings.write_text(text, encoding="utf-8")
    done = project.run("poll")
    assert done.code == 1
    assert "no feeds are configured" in done.err


KEYS = {
    "unknown": ("[poll]\ncolour = 1\n", 2, "poll.colour", "unknown"),
    "unknown_section": ("[pull]\n", 1, "pull", "poll"),
    "typo": ('[poll]\nintervall = "1h"\n', 2, "poll.intervall", '"interval"'),
    "typo_in_feed": ('[[feeds]]\nurl = "https://a.example/"\nintervl = "1h"\n', 3, "intervl", '"interval"'),
    "wrong_type": ('[poll]\ninterval = "no"\n', 2, "poll.interval", "duration"),
    "number_for_duration": ("[poll]\ninterval = true\n", 2, "poll.interval", "duration"),
    "zero": ("[poll]\nconcurrency = 0\n", 2, "poll.concurrency", "1"),
    "negative": ('[poll]\ntimeout = "-3s"\n', 2, "poll.timeout", ""),
    "nan": ("[relevance]\nlikely = nan\n", 2, "relevance.likely", ""),
    "infinite": ("[relevance]\nlikely = inf\n", 2, "relevance.likely", ""),
    "huge": ("[poll]\nconcurrency = 1e99\n", 2, "poll.concurrency", ""),
    "huge_duration": ('[poll]\ninterval = "1000000000000000d"\n', 2, "poll.interval", ""),
    "twice": ('[poll]\ninterval = "1h"\ninterval = "2h"\n', 3, "poll.interval", "twice"),
    "floor_over_ceiling": ('[poll]\nmin_interval = "2d"\nmax_interval = "1d"\n', None, "min_interval", ""),
    "maybe_over_likely": ("[relevance]\nlikely = 0.3\nmaybe = 0.4\n", None, "maybe", ""),
    "no_url": ('[[feeds]]\nname = "x"\n', 1, "url", ""),
    "javascript": ('[[feeds]]\nurl = "javascript:alert(1)"\n', 2, "url", ""),
    "list_for_table": ("poll = []\n", 1, "poll", ""),
}


@pytest.mark.parametrize("name", KEYS)
def test_f48_a_wrong_key_is_named_with_its_line(tmp_path: Path, name: str) -> None:
    text, line, key, words = KEYS[name]
    done = poll(tmp_path, text)
    assert (done.code, done.out) == (2, "")
    said = done.err.splitlines()
    assert all(one.startswith("error: ") for one in said)
    place = "seedwatch.toml:" if line is None else f"seedwatch.toml:{line}: "
    assert any(place in one and key in one and words in one for one in said), said


def test_f49_a_seed_document_runs_nothing_and_aliases_are_bounded(tmp_path: Path) -> None:
    project = Project(tmp_path)
    (tmp_path / "seeds" / "run.md").write_text("---\ntitle: !!python/object/apply:os.system ['touch owned']\n---\n")
    aliases = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    (tmp_path / "seeds" / "bomb.md").write_text(f"---\ntitle: t\n{aliases}---\n")
    done = project.run("seeds", "check", "--json", timeout=20)
    assert TRACEBACK not in done.err
    assert [(Path(one["path"]).name, one["ok"]) for one in done.json] == [("bomb.md", False), ("run.md", False)]
    assert not list(tmp_path.glob("**/owned"))
    assert done.peak < 300_000_000


def test_f50_a_daemon_keeps_its_settings_when_the_new_ones_do_not_hold(tmp_path: Path) -> None:
    with Web() as web:
        one, two = (web.answer(f"/{name}", rss(item(name, f"https://{name}.example/1"))) for name in ("one", "two"))
        project = Project(tmp_path, [{"url": one, "interval": "1s"}])
        with project.start("run") as daemon:
            daemon.until("feed asked")
            project.settings.write_text("[poll]\nintervall = 1\n[relevance]\nlikely = nan\n")
            daemon.signal(signal.SIGHUP)
            said = daemon.until("the old ones stay")
            assert "seedwatch.toml:2: poll.intervall" in said
            assert "seedwatch.toml:4: relevance.likely" in said
            asked = web.count("/one")
            eventually(lambda: web.count("/one") >= asked + 2)
            assert sum(" started " in line for line in daemon.lines) == 1, "nothing was interrupted"
            project.configure([{"url": two, "interval": "1s"}])
            daemon.signal(signal.SIGHUP)
            eventually(lambda: web.count("/two") >= 2)
            asked = web.count("/one")
            eventually(lambda: web.count("/two") >= 4)
            assert web.count("/one") == asked, "a feed that was taken out is not asked"
            assert daemon.stop() == 0
            assert TRACEBACK not in daemon.said
        assert [row["feed_url"] for row in project.rows("SELECT feed_url FROM feed_health")] == [two]
        assert project.titles(one) == ["one"], "what it brought stays"
        project.assert_sound()
