import csv
import io
import json
import stat
from pathlib import Path

import pytest

from seeds.record import KEYS
from tests.fill import FORMULA, KAZAN, METRO, Folder
from tests.monitor.cli.conftest import Run


class TestSeedDocuments:
    def test_are_accepted_by_check_and_name_their_seeds(self, folder: Folder, tmp_path: Path, run: Run) -> None:
        assert run("export", "--format", "seed", "--output", tmp_path / "out", "--all").code == 0
        rows = run("seeds", "check", "--strict", tmp_path / "out", "--json")
        records = {row["record"]["title"]: row["record"] for row in rows.json}

        assert rows.code == 0
        assert len(rows.json) == 7
        assert [related["provider"]["name"] for related in records[METRO]["related"]] == ["Meduza", "RT", "IFEX"]
        assert "related" not in records["Wombats counted in the village of Nowhere"]

    def test_have_safe_names_of_their_own(self, folder: Folder, tmp_path: Path, run: Run) -> None:
        run("export", "--format", "seed", "--output", tmp_path / "out", "--all")
        names = sorted(path.name for path in (tmp_path / "out").iterdir())

        assert len(names) == 7
        assert "2025-10-30-moscow-metro-adds-facial-recognition-cameras-at-every-station-2.md" in names
        assert all(name.isprintable() and "/" not in name and len(name.encode()) < 255 for name in names)

    def test_again_is_the_same(self, folder: Folder, tmp_path: Path, run: Run) -> None:
        run("export", "--format", "seed", "--output", tmp_path / "out")
        before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
        again = run("export", "--format", "seed", "--output", tmp_path / "out")

        assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before
        assert "0 documents written" in again.err

    @pytest.mark.parametrize("args", [[], ["--output", "-"], ["--output", "seedwatch.toml"]])
    def test_need_a_folder(self, folder: Folder, run: Run, args: list[str]) -> None:
        assert run("export", "--format", "seed", *args).code == 2


class TestJsonLines:
    def test_have_the_keys_of_the_format(self, folder: Folder, run: Run) -> None:
        records = [json.loads(line) for line in run("export", "--format", "jsonl").out.splitlines()]

        assert len(records) == 5
        assert all(list(record) == ["uid", "verdict", "relevance", "reason", *KEYS.values()] for record in records)
        assert {record["verdict"] for record in records} == {"likely"}
        assert all(isinstance(record["related"], list) and record["published"] is False for record in records)

    @pytest.mark.parametrize(
        ("args", "count"),
        [
            (["--all"], 7),
            (["--verdict", "maybe"], 1),
            (["--outlet", "kazan.example"], 1),
            (["--origin", "seed"], 5),
            (["--since", "2030-01-01"], 0),
        ],
    )
    def test_filters(self, folder: Folder, run: Run, args: list[str], count: int) -> None:
        assert len(run("export", "--format", "jsonl", *args).out.splitlines()) == count

    def test_into_a_file_of_its_owners(self, folder: Folder, run: Run) -> None:
        result = run("export", "--format", "jsonl", "--output", "out.jsonl")

        assert result.out == ""
        assert len(Path("out.jsonl").read_text("utf-8").splitlines()) == 5
        assert stat.S_IMODE(Path("out.jsonl").stat().st_mode) == 0o600


class TestCsv:
    def test_is_a_table_without_formulas(self, folder: Folder, run: Run) -> None:
        out = run("export", "--format", "csv", "--output", "out.csv")
        raw = Path("out.csv").read_bytes()
        rows = list(csv.DictReader(io.StringIO(raw.decode(), newline="")))

        assert out.out == ""
        assert raw.startswith(b"uid,verdict,relevance,")
        assert raw.count(b"\r\n") == raw.count(b"\n") == 6
        assert f"'{FORMULA}" in {row["title"] for row in rows}
        assert KAZAN in {row["title"] for row in rows}
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row.values())

    def test_with_a_mark_for_spreadsheets(self, folder: Folder, run: Run) -> None:
        run("export", "--format", "csv", "--bom", "--output", "out.csv")

        assert Path("out.csv").read_bytes().startswith(b"\xef\xbb\xbfuid,")

    def test_an_export_that_fails_leaves_the_old_one(self, folder: Folder, run: Run) -> None:
        Path("out.csv").write_text("old", encoding="utf-8")
        Path("out.csv").chmod(0o644)
        folder.database.write_bytes(b"SQLite format 3\0" + b"junk" * 100)

        assert run("export", "--format", "csv", "--output", "out.csv").code == 1
        assert Path("out.csv").read_text("utf-8") == "old"

    @pytest.mark.parametrize(
        "args",
        [["--output", "seeds"], ["--all", "--verdict", "no"], ["--format", "xlsx"]],
        ids=" ".join,
    )
    def test_wrong_usage(self, folder: Folder, run: Run, args: list[str]) -> None:
        assert run("export", "--format", "csv", *args).code == 2
