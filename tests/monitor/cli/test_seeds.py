import json
from pathlib import Path

import pytest

from seeds.document import read_file
from seeds.shipped import corpus
from tests.fill import KAZAN, METRO, Folder
from tests.monitor.cli.conftest import Run

GOOD = '---\ntitle: "Cameras in Omsk"\nwebUrl: "https://omsk.example/cameras"\n---\n\nBody.\n'
BAD = '---\ntitle: ""\nwebUrl: "javascript:alert(1)"\n---\n'
PAGE = (
    "Cameras in Omsk recognise faces\n\n14 October 2025, 07:45\n\n"
    + "A long paragraph about cameras. " * 10
    + "\n\nCameras in Omsk recognise faces | Omsk Times\n"
)


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """A folder with a good document, a bad one, a saved page, and others that are none."""
    place = tmp_path / "papers"
    place.mkdir()
    (place / "good.md").write_text(GOOD, encoding="utf-8")
    (place / "bad.md").write_text(BAD, encoding="utf-8")
    (place / "page.txt").write_text(PAGE, encoding="utf-8")
    (place / "README.md").write_text("read me", encoding="utf-8")
    (place / "picture.png").write_bytes(b"\x89PNG")
    return place


class TestList:
    def test_names_documents_uids_and_finds(self, folder: Folder, run: Run) -> None:
        rows = run("seeds", "list", "--json").json

        assert len(rows) == 5
        assert {row["watch"] for row in rows} == {"default"}
        assert {row["uid"] for row in rows} <= set(folder.uids.values())
        assert sum(row["related"] for row in rows) == 6

    def test_needs_no_database(self, folder: Folder, run: Run) -> None:
        folder.database.unlink()
        rows = run("seeds", "list", "--json").json

        assert [row["uid"] for row in rows] == [None] * 5
        assert not folder.database.exists()

    def test_without_settings_lists_the_shipped_ones(
        self, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)

        assert len(run("seeds", "list", "--json").json) == len(corpus())


class TestShow:
    def test_by_path_and_by_uid(self, folder: Folder, run: Run) -> None:
        row = run("seeds", "list", "--json").json[0]
        by_path = run("seeds", "show", row["path"], "--json").json

        assert by_path == run("seeds", "show", row["uid"], "--json").json
        assert by_path["title"] == row["title"]

    def test_an_article_that_is_no_seed_is_an_error(self, folder: Folder, run: Run) -> None:
        result = run("seeds", "show", folder.uids[METRO])

        assert result.code == 1
        assert "is an article, but no seed" in result.err


class TestCheck:
    def test_works_without_settings_or_database(self, papers: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(papers)
        (papers / "seedwatch.toml").write_text("this is not TOML", encoding="utf-8")
        result = run("seeds", "check", papers, "--json")
        rows = {Path(row["path"]).name: row for row in result.json}

        assert result.code == 0
        assert set(rows) == {"good.md", "bad.md", "page.txt"}
        assert rows["good.md"] == {
            "path": str(papers / "good.md"),
            "ok": True,
            "errors": [],
            "record": {"title": "Cameras in Omsk", "webUrl": "https://omsk.example/cameras", "body": "Body."},
        }
        assert [error["line"] for error in rows["bad.md"]["errors"]] == [2, 3]
        assert rows["bad.md"]["record"] is None

    def test_text_names_path_and_line(self, papers: Path, run: Run) -> None:
        result = run("seeds", "check", papers / "bad.md")

        assert result.out.startswith(f"{papers}/bad.md:2: title")
        assert "1 document, 1 with something wrong." in result.err

    @pytest.mark.parametrize(("name", "code"), [("good.md", 0), ("bad.md", 1)])
    def test_strict(self, papers: Path, run: Run, name: str, code: int) -> None:
        assert run("seeds", "check", "--strict", papers / name).code == code

    def test_a_path_that_is_not_there_is_wrong_usage(self, papers: Path, run: Run) -> None:
        assert run("seeds", "check", papers / "none.md").code == 2

    def test_without_path_checks_the_seeds_of_the_settings(self, folder: Folder, run: Run) -> None:
        assert len(run("seeds", "check", "--json").json) == 5


class TestImport:
    def test_takes_the_good_and_leaves_the_others(self, folder: Folder, papers: Path, run: Run) -> None:
        result = run("seeds", "import", papers, "--json")
        moved = {Path(row["path"]).name: row for row in result.json}

        assert result.code == 0
        assert (folder.seeds / "good.md").read_text("utf-8") == GOOD
        assert "line 2" in moved["bad.md"]["reason"]
        assert not (folder.seeds / "bad.md").exists()

    def test_a_saved_page_becomes_a_document(self, folder: Folder, papers: Path, run: Run) -> None:
        target = Path(run("seeds", "import", papers / "page.txt", "--json").json[0]["target"])
        document = read_file(target)

        assert target.name.startswith("2025-10-14-cameras-in-omsk")
        assert document.ok
        assert document.kind == "front_matter"

    def test_overwrites_nothing_and_knows_what_is_there(self, folder: Folder, papers: Path, run: Run) -> None:
        (folder.seeds / "good.md").write_text(GOOD.replace("Omsk", "Tomsk").replace("omsk", "tomsk"), encoding="utf-8")
        before = (folder.seeds / "good.md").read_bytes()
        first = run("seeds", "import", papers / "good.md", "--json").json
        second = run("seeds", "import", papers / "good.md", "--json")

        assert (folder.seeds / "good.md").read_bytes() == before
        assert first[0]["target"] == str(folder.seeds / "good-2.md")
        assert "is among the seeds already" in second.json[0]["reason"]
        assert second.code == 1

    def test_a_watch_is_a_folder_of_its_own(self, folder: Folder, papers: Path, run: Run) -> None:
        run("seeds", "import", papers / "good.md", "--watch", "omsk")
        rows = run("seeds", "list", "--json").json

        assert (folder.seeds / "omsk" / "good.md").exists()
        assert [row["watch"] for row in rows].count("omsk") == 1

    @pytest.mark.parametrize("watch", ["../x", "a/b", ".hidden", "", " ", "a\nb"])
    def test_a_watch_is_no_path(self, folder: Folder, papers: Path, run: Run, watch: str) -> None:
        assert run("seeds", "import", papers / "good.md", "--watch", watch).code == 2

    def test_the_built_in_settings_have_no_folder(
        self, papers: Path, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(papers)
        result = run("seeds", "import", "good.md")

        assert result.code == 2
        assert "seedwatch init" in result.err


class TestExport:
    def test_writes_them_byte_for_byte_and_once(self, folder: Folder, tmp_path: Path, run: Run) -> None:
        out = tmp_path / "out"
        first, second = run("seeds", "export", out, "--json").json, run("seeds", "export", out, "--json").json

        assert {path.name: path.read_bytes() for path in out.iterdir()} == dict(corpus())
        assert all(row["target"] for row in first)
        assert not any(row["target"] for row in second)

    def test_watches_are_subfolders(self, folder: Folder, papers: Path, tmp_path: Path, run: Run) -> None:
        run("seeds", "import", papers / "good.md", "--watch", "omsk")
        run("seeds", "export", tmp_path / "out")

        assert (tmp_path / "out" / "omsk" / "good.md").exists()

    def test_what_it_writes_is_good(self, folder: Folder, tmp_path: Path, run: Run) -> None:
        run("seeds", "export", tmp_path / "out")

        assert all(row["ok"] for row in json.loads(run("seeds", "check", tmp_path / "out", "--json").out))


class TestTerms:
    PAIRS = (
        ("Whitelists of sites tested in mobile internet shutdowns", "Белые списки сайтов испытали"),
        ("Whitelists take effect as mobile internet fails", "Белые списки заработали, мобильный интернет отключён"),
        ("Vestelcom tells of mobile internet shutdowns", "Вестелком рассказал об отключении мобильного интернета"),
    )

    @pytest.fixture
    def matter(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """Settings, and seeds on one matter in two languages."""
        place = tmp_path / "matter"
        (place / "seeds").mkdir(parents=True)
        (place / "seedwatch.toml").write_text('[seeds]\npaths = ["seeds"]\n', encoding="utf-8")
        for number, title in enumerate(title for pair in self.PAIRS for title in pair):
            document = f'---\ntitle: "{title}"\nwebUrl: "https://a.example/{number}"\n---\n'
            (place / "seeds" / f"{number}.md").write_text(document, encoding="utf-8")
        monkeypatch.chdir(place)
        return place

    def test_prints_lines_to_be_copied_and_changes_nothing(self, matter: Path, run: Run) -> None:
        before = {path: path.read_bytes() for path in matter.rglob("*") if path.is_file()}
        result = run("seeds", "terms")

        assert result.code == 0
        assert '"whitelists = белые списки",  # 0.' in result.out
        assert '"vestelcom = вестелком",  # 0.' in result.out
        assert f"“{self.PAIRS[2][0]}” / “{self.PAIRS[2][1]}”" in result.out
        assert "Nothing was changed." in result.err
        assert {path: path.read_bytes() for path in matter.rglob("*") if path.is_file()} == before

    def test_what_it_prints_is_good_in_the_settings_and_not_said_again(self, matter: Path, run: Run) -> None:
        printed = run("seeds", "terms").out
        settings = matter / "seedwatch.toml"
        settings.write_text(
            f"{settings.read_text(encoding='utf-8')}[relevance]\nglossary = [\n{printed}]\n", encoding="utf-8"
        )
        result = run("seeds", "terms")

        assert result.code == 0
        assert "whitelists" not in result.out

    def test_json_has_the_line_the_titles_and_how_sure(self, matter: Path, run: Run) -> None:
        rows = {row["line"]: row for row in run("seeds", "terms", "--json").json}

        assert rows["vestelcom = вестелком"]["how"] == "name"
        assert rows["vestelcom = вестелком"]["titles"] == list(self.PAIRS[2])
        assert 0 < rows["whitelists = белые списки"]["sure"] <= 1

    def test_what_was_said_yes_to_counts_too(self, folder: Folder, run: Run) -> None:
        assert run("seeds", "terms").code == 0
        assert run("yes", folder.uids[KAZAN]).code == 0
        assert "Nothing to suggest" in run("seeds", "terms").err

    def test_titles_bring_no_control_characters_and_no_second_line(self, matter: Path, run: Run) -> None:
        title = "Vestelcom \\e[31m tells\\nof whitelists \\u202e"
        document = f'---\ntitle: "{title}"\nwebUrl: "https://a.example/0"\n---\n'
        (matter / "seeds" / "0.md").write_text(document, encoding="utf-8")
        out = run("seeds", "terms").out

        assert "\x1b" not in out
        assert "\u202e" not in out
        assert all(line.startswith('"') for line in out.splitlines())

    def test_without_a_second_language_it_says_why_there_is_nothing(
        self, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        result = run("seeds", "terms")

        assert result.code == 0
        assert result.out == ""
        assert "Nothing to compare" in result.err

    def test_a_watch_that_is_none_is_named(self, matter: Path, run: Run) -> None:
        result = run("seeds", "terms", "--watch", "walrus")

        assert result.code == 2
        assert "walrus" in result.err
