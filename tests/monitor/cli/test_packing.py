"""`pack` and `unpack`: everything arrives, nothing is written over, nothing foreign is believed."""

from __future__ import annotations

import hashlib
import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from db.store import Store
from tests.fill import METRO, Folder
from tests.monitor.cli.conftest import Run
from tests.monitor.cli.test_alerts import arrive
from tests.monitor.cli.test_deciding import dump
from tests.monitor.read.test_warc import Archive, exchange

NEWS = "Facial recognition cameras in the metro of Kazan, Russia"
CAPTURED = exchange()


def tree(path: Path) -> dict[str, bytes]:
    """All files below a folder but databases."""
    files = [f for f in path.rglob("*") if f.is_file() and ".db" not in f.name]
    return {f.relative_to(path).as_posix(): f.read_bytes() for f in files}


@pytest.fixture
def packed(folder: Folder, run: Run, tmp_path: Path) -> Path:
    run("no", folder.uids[METRO], "--because", "known")
    assert run("pack", tmp_path / "one.zip").code == 0
    return tmp_path / "one.zip"


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "elsewhere"
    made.mkdir()
    return made


class TestRoundTrip:
    def test_everything_arrives(self, folder: Folder, run: Run, packed: Path, elsewhere: Path) -> None:
        before = dump(folder)
        done = run("unpack", packed, elsewhere, "--json")

        assert done.code == 0, done.err
        assert done.json["database"] == str(elsewhere / "seedwatch.db")
        assert tree(elsewhere) == tree(folder.path)
        assert dump(Folder(elsewhere, {})) == before
        assert run("--config", elsewhere / "seedwatch.toml", "db", "check").code == 0

    def test_it_goes_on_there(self, folder: Folder, run: Run, packed: Path, elsewhere: Path) -> None:
        run("unpack", packed, elsewhere)
        settings = ("--config", elsewhere / "seedwatch.toml")
        new = run("new", "--json").json

        assert run(*settings, "new", "--json").json == new
        assert run(*settings, "rescore", "--json").json["moved"] == []
        assert run(*settings, "undo").out.startswith("Undone: no")

    def test_without_database_decisions_come_back_as_articles_do(
        self, folder: Folder, run: Run, packed: Path, elsewhere: Path
    ) -> None:
        small = packed.with_name("small.zip")
        assert run("pack", small, "--no-database", "--json").json["database"] is None
        run("unpack", small, elsewhere)
        settings = ("--config", elsewhere / "seedwatch.toml")
        run(*settings, "rescore")

        assert [d["state"] for d in run(*settings, "undo", "--list", "--json").json] == ["pending"]

    def test_without_database_nobody_is_told_again(
        self, folder: Folder, run: Run, tmp_path: Path, elsewhere: Path
    ) -> None:
        run("alerts", "send")
        (told,) = arrive(folder, NEWS)
        assert run("alerts", "send", "--json").json["articles"] == [told]
        packed = run("pack", tmp_path / "two.zip", "--no-database", "--json").json
        assert packed["told"] == 6
        assert run("unpack", tmp_path / "two.zip", elsewhere).code == 0
        there = Folder(elsewhere, {})
        (same, other) = arrive(there, NEWS, "Omsk, Russia: facial recognition cameras in every bus")
        sent = run("--config", there.settings, "alerts", "send", "--json").json

        assert same == told
        assert (sent["began_with"], sent["articles"]) == (None, [other])

    def test_captures_come_along_as_far_as_the_database_knows_of_them(
        self, folder: Folder, run: Run, tmp_path: Path, elsewhere: Path
    ) -> None:
        archive = Archive(folder.path)
        archive.keep(CAPTURED)
        archive.store.close()
        (file,) = archive.files
        whole = file.read_bytes()
        file.write_bytes(whole + b"torn")
        packed = run("pack", tmp_path / "two.zip", "--json")
        text = run("unpack", tmp_path / "two.zip", elsewhere)

        assert packed.json["captures"] == "seedwatch.captures"
        assert "1 file of captures" in text.out
        assert (elsewhere / "seedwatch.captures" / file.name).read_bytes() == whole
        moved = Archive(elsewhere)
        moved.keep(CAPTURED)
        assert len(moved.files) == 1, "it is written on"
        moved.store.close()
        beside = ("--db", tmp_path / "other" / "named.db", "unpack", tmp_path / "two.zip", tmp_path / "third")
        assert run(*beside).code == 0
        assert (tmp_path / "other" / "named.captures" / file.name).read_bytes() == whole

    def test_captures_may_stay(self, folder: Folder, run: Run, tmp_path: Path) -> None:
        archive = Archive(folder.path)
        archive.keep(CAPTURED)
        archive.store.close()
        left, without = (
            run("pack", tmp_path / f"{n}.zip", option) for n, option in enumerate(("--no-captures", "--no-database"))
        )
        archive.files[0].unlink()
        missing = run("pack", tmp_path / "missing.zip")

        assert "are not in it" in left.err
        assert "of captures" not in left.out + without.out
        assert missing.code == 0
        assert "are missing, or cut off" in missing.err

    def test_a_secret_from_the_environment_is_not_in_it(self, packed: Path) -> None:
        with zipfile.ZipFile(packed) as archive:
            assert not any(b"s3cret-value" in archive.read(name) for name in archive.namelist())
            assert b"${KAZAN_TOKEN}" in archive.read("seedwatch.toml")
        assert stat.S_IMODE(packed.stat().st_mode) == 0o600

    def test_what_the_settings_still_need_is_said(
        self, run: Run, packed: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("KAZAN_TOKEN")

        assert "KAZAN_TOKEN is not set" in run("unpack", packed, elsewhere).out

    def test_paths_outside_are_brought_in_and_said(
        self, folder: Folder, run: Run, tmp_path: Path, elsewhere: Path
    ) -> None:
        archive = tmp_path / "archive"
        folder.seeds.rename(archive)
        database = tmp_path / "far" / "news.db"
        database.parent.mkdir()
        folder.database.rename(database)
        text = folder.settings.read_text("utf-8").replace('paths = ["seeds"]', f'paths = ["{archive}"] # mine')
        folder.settings.write_text(f'{text}\n[database]\npath = "{database}"\n', "utf-8")
        items = run("items", "list", "--json").json
        result = run("pack", tmp_path / "x.zip")

        assert result.code == 0, result.err
        assert f"{archive} is outside the folder of the settings, and is archive in it" in result.err
        run("unpack", tmp_path / "x.zip", elsewhere)
        there = (elsewhere / "seedwatch.toml").read_text("utf-8")
        assert 'paths = ["archive"] # mine' in there
        assert "# My monitor; this comment must survive." in there
        settings = ("--config", elsewhere / "seedwatch.toml")
        assert run(*settings, "items", "list", "--json").json == items
        assert run(*settings, "rescore", "--json").json["moved"] == []

    def test_built_in_settings(
        self, run: Run, tmp_path: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        start = tmp_path / "start"
        start.mkdir()
        monkeypatch.chdir(start)
        Store(start / "seedwatch.db").close()
        assert "built-in settings" in run("pack", tmp_path / "b.zip").err
        assert run("unpack", tmp_path / "b.zip", elsewhere).code == 0
        assert [f.name for f in elsewhere.iterdir()] == ["seedwatch.db"]

    def test_settings_and_database_may_go_elsewhere(self, run: Run, packed: Path, elsewhere: Path) -> None:
        run("--config", elsewhere / "mine.toml", "--db", elsewhere / "mine.db", "unpack", packed)

        assert {f.name for f in elsewhere.iterdir()} == {"mine.toml", "mine.db", "seeds"}


class TestNothingIsWrittenOver:
    def test_a_pack(self, run: Run, packed: Path) -> None:
        before = packed.read_bytes()

        assert run("pack", packed).code == 1
        assert packed.read_bytes() == before
        assert run("pack", packed, "--overwrite").code == 0
        assert sorted(f.name for f in packed.parent.iterdir()) == ["folder", "one.zip"], "nothing is left beside"

    @pytest.mark.parametrize("name", ["seedwatch.toml", "seeds/decisions.jsonl", "seedwatch.db", "seedwatch.db-wal"])
    def test_files_where_it_goes(self, run: Run, packed: Path, elsewhere: Path, name: str) -> None:
        (elsewhere / name).parent.mkdir(exist_ok=True)
        (elsewhere / name).write_text("mine")
        result = run("unpack", packed, elsewhere)

        assert result.code == 1
        assert name in result.err
        assert tree(elsewhere) | {name: b""} == {name: b""}
        assert (elsewhere / name).read_text() == "mine"
        assert run("unpack", packed, elsewhere, "--overwrite").code == 0
        assert tree(elsewhere).keys() > {"seedwatch.toml"}

    def test_a_link_in_the_way(self, run: Run, packed: Path, elsewhere: Path, tmp_path: Path) -> None:
        (tmp_path / "outside").mkdir()
        (elsewhere / "seeds").symlink_to(tmp_path / "outside")

        assert run("unpack", packed, elsewhere, "--overwrite").code == 1
        assert list((tmp_path / "outside").iterdir()) == []

    def test_a_folder_that_is_not_there(self, run: Run, packed: Path, tmp_path: Path) -> None:
        result = run("pack", tmp_path / "none" / "x.zip")

        assert result.code == 1
        assert "is no folder" in result.err
        assert run("unpack", packed, tmp_path / "new" / "deeper").code == 0


def doctored(
    packed: Path, change: Callable[[dict[str, Any], dict[str, bytes]], None], links: frozenset[str] = frozenset()
) -> Path:
    """A pack with other contents, whose manifest is right again but for what `change` makes of it."""
    with zipfile.ZipFile(packed) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files.pop("manifest.json"))
    change(manifest, files)
    known = {file["path"] for file in manifest["files"]}
    for name, data in files.items():
        said = {"path": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        manifest["files"] = [said if f["path"] == name and not f.get("kept") else f for f in manifest["files"]]
        if name not in known and not manifest.get("hide"):
            manifest["files"].append(said)
    target = packed.with_name("doctored.zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**files, "manifest.json": json.dumps(manifest).encode()}.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (0o120777 if name in links else 0o100600) << 16
            archive.writestr(info, data)
    return target


def add(name: str, data: bytes = b"x") -> Callable[[dict[str, Any], dict[str, bytes]], None]:
    return lambda _, files: files.update({name: data})


def settings(old: str, new: str) -> Callable[[dict[str, Any], dict[str, bytes]], None]:
    def change(_: dict[str, Any], files: dict[str, bytes]) -> None:
        files["seedwatch.toml"] = files["seedwatch.toml"].replace(old.encode(), new.encode())

    return change


def newer_database(_: dict[str, Any], files: dict[str, bytes]) -> None:
    header = bytearray(files["seedwatch.db"])
    header[60:64] = (9999).to_bytes(4, "big")
    files["seedwatch.db"] = bytes(header)


def wrong_sum(manifest: dict[str, Any], _: dict[str, bytes]) -> None:
    manifest["files"][0] |= {"sha256": "0" * 64, "kept": True}


class TestNothingForeignIsBelieved:
    @pytest.mark.parametrize(
        ("change", "words"),
        [
            (add("../evil.md"), "leads out of its folder"),
            (add("seeds/../../evil.md"), "leads out of its folder"),
            (add("/tmp/evil.md"), "leads out of its folder"),
            (add("~/evil.md"), "leads out of its folder"),
            (add("seeds\\evil.md"), "no name of a file"),
            (add("C:evil.md"), "no name of a file"),
            (add("seeds/\x1b[31m.md"), "no name of a file"),
            (add("seeds"), "a file and a folder of one name"),
            (add("bomb.txt", b"\0" * 100_000_000), "far more than a pack of its size"),
            (wrong_sum, "its SHA-256 is another one"),
            (lambda m, f: f.pop("seedwatch.toml"), "not those that its manifest.json names"),
            (lambda m, f: (m.update(hide=True), f.update({"more.md": b"x"})), "not those that its manifest.json names"),
            (lambda m, f: m.update(version=2), "made by a newer seedwatch"),
            (lambda m, f: m.update(told=["'; DROP TABLE notice"]), "nonsense of what was told"),
            (lambda m, f: m.update(captures="../elsewhere"), "captures where none can be"),
            (lambda m, f: m.update(format="zip"), "no pack of seedwatch"),
            (lambda m, f: m.pop("schema"), "lacks something"),
            (lambda m, f: m.update(files=[{"path": 1}]), "is damaged"),
            (lambda m, f: f.update({"seedwatch.db": b"no database"}), "is not a SQLite database"),
            (newer_database, "made by a newer seedwatch"),
            (settings('paths = ["seeds"]', 'paths = ["/etc"]'), "lead out of their folder"),
            (settings('paths = ["seeds"]', 'paths = ["seeds/../../x"]'), "lead out of their folder"),
            (settings("[seeds]", "[seedz]"), "its settings do not hold"),
        ],
    )
    def test_it_is_refused_and_nothing_is_left(
        self, run: Run, packed: Path, elsewhere: Path, change: Callable[[Any, Any], None], words: str
    ) -> None:
        result = run("unpack", doctored(packed, change), elsewhere)

        assert result.code == 1
        assert words in result.err
        assert "\x1b" not in result.err
        assert list(elsewhere.iterdir()) == []
        assert not (elsewhere.parent / "evil.md").exists()

    def test_a_link_is_refused(self, run: Run, packed: Path, elsewhere: Path) -> None:
        evil = doctored(packed, add("seeds/x.md", b"/etc/passwd"), frozenset({"seeds/x.md"}))
        result = run("unpack", evil, elsewhere)

        assert result.code == 1
        assert "is a link" in result.err

    @pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"no zip at all", b"PK\x05\x06" + b"\0" * 18])
    def test_what_is_no_pack(self, run: Run, tmp_path: Path, elsewhere: Path, data: bytes) -> None:
        (tmp_path / "x.zip").write_bytes(data)
        result = run("unpack", tmp_path / "x.zip", elsewhere)

        assert result.code == 1
        assert "no pack" in result.err
        assert list(elsewhere.iterdir()) == []

    def test_one_that_was_cut_or_changed(self, folder: Folder, run: Run, packed: Path, elsewhere: Path) -> None:
        whole, right = packed.read_bytes(), tree(folder.path)
        for number, at in enumerate(range(1, len(whole), max(1, len(whole) // 25))):
            packed.write_bytes(whole[:at])
            assert run("unpack", packed, elsewhere).code == 1
            packed.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
            target = elsewhere / str(number)
            if run("unpack", packed, target).code == 0:
                # What was changed says nothing, such as the time of a file.
                assert tree(target) == right
            else:
                assert not target.exists()
