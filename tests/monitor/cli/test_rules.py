"""Rules of the settings, as a user writes, tries and drops them."""

from __future__ import annotations

from tests.fill import KAZAN, METRO, Folder
from tests.monitor.cli.conftest import Run

WOMBATS = "Wombats counted in the village of Nowhere"


def rules(folder: Folder, written: str) -> None:
    settings = folder.path / "seedwatch.toml"
    settings.write_text(f"{settings.read_text(encoding='utf-8').partition('[rules]')[0]}\n{written}", encoding="utf-8")


def verdict(run: Run, uid: str) -> str:
    return str(run("items", "show", uid, "--json").json["verdict"])


def test_a_rule_is_tried_decides_openly_and_is_taken_back(folder: Folder, run: Run) -> None:
    metro, kazan, wombats = (folder.uids[title] for title in (METRO, KAZAN, WOMBATS))
    before = [verdict(run, uid) for uid in (metro, kazan, wombats)]
    rules(folder, "[rules]\nkeep = ['title:wombat AND Nowhere']\ndrop = ['title:\"московское метро\" OR Moscow']\n")

    tried = run("rescore", "--dry-run", "--json").json["moved"]
    assert {(m["uid"], m["is"]) for m in tried} >= {(metro, "no"), (wombats, "likely")}
    assert [verdict(run, uid) for uid in (metro, kazan, wombats)] == before

    assert run("rescore").code == 0
    assert [verdict(run, uid) for uid in (metro, kazan, wombats)] == ["no", before[1], "likely"]
    said = run("why", metro).out
    assert (
        'No (0 %). Your rule to drop title:"московское метро" OR Moscow decides. Without it: likely (99 %): Shares'
        in said
    )
    assert "Your rule to keep title:wombat AND Nowhere decides." in run("why", wombats).out

    rules(folder, "")
    assert run("rescore").code == 0
    assert [verdict(run, uid) for uid in (metro, kazan, wombats)] == before


def test_what_the_user_said_of_an_article_counts_more(folder: Folder, run: Run) -> None:
    rules(folder, "[rules]\ndrop = ['Moscow']\n")
    assert run("rescore").code == 0
    assert run("yes", folder.uids[METRO]).code == 0

    assert verdict(run, folder.uids[METRO]) == "likely"
    assert "You said so" in run("why", folder.uids[METRO]).out


def test_a_mistake_is_shown_with_a_caret(folder: Folder, run: Run) -> None:
    rules(folder, "[rules]\ndrop = ['face (cream']\n")
    result = run("rescore", "--dry-run")

    assert result.code == 2
    assert "rules.drop[1]: this bracket is never closed" in result.err
    assert "    face (cream\n         ^" in result.err
