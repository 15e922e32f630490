import json
from collections.abc import Iterable

import pytest

from config.load import load
from monitor.pipeline.workspace import Workspace
from tests.fill import KAZAN, METRO, WOMBAT, Folder, _entry, say
from tests.monitor.cli.conftest import Run

YES = [f"Facial recognition cameras in the metro of Moscow, Russia, line {n}" for n in range(12)]
NO = [f"Cake number {n} with apples and cinnamon" for n in range(9)]
WRONG = ["Facial recognition cameras in Moscow, Russia: a game of hide and seek"]


def judge(folder: Folder, run: Run, said: Iterable[tuple[str, str, str]]) -> None:
    """Let the user say (headline, verdict, watch) of articles, which are brought where they are not there."""
    workspace = Workspace(load(folder.settings, environ={}, cwd=folder.path), folder.database)
    workspace.sync_seeds()
    listed = list(said)
    known = {row[0] for row in workspace.store.connection.execute("SELECT title FROM article")}
    new = [title for title, _, _ in listed if title not in known]
    entries = [_entry(title, f"https://e.example/{hash(title)}") for title in new]
    say(workspace, "https://metro.example/feed.xml", "2025-11-05T10:00:00Z", entries)
    uids = dict(workspace.store.connection.execute("SELECT title, uid FROM article").fetchall())
    workspace.close()
    lines = [
        {"at": f"2025-11-06T10:00:{n:02}Z", "do": verdict, "uid": uids[title], "watch": watch, "by": "user"}
        for n, (title, verdict, watch) in enumerate(listed)
    ]
    with (folder.seeds / "decisions.jsonl").open("a", encoding="utf-8") as journal:
        journal.writelines(f"{json.dumps(line)}\n" for line in lines)
    assert run("rescore").code == 0


def test_with_too_few_verdicts_it_says_so_and_shows_counts_alone(folder: Folder, run: Run) -> None:
    judge(folder, run, [(METRO, "yes", "default"), (WOMBAT.replace("Wombat c", "Wombats c"), "no", "default")])
    result = run("evaluate")

    assert result.code == 0
    assert "Measured against 2 of your verdicts: 1 yes, 1 no." in result.out
    assert "Too few to say how good the matcher is: that takes at least 20 verdicts, 5 of each kind." in result.out
    assert "%" not in result.out.partition("Scores and verdicts")[0]
    assert run("evaluate", "--json").json["enough"] is False


def test_without_verdicts(folder: Folder, run: Run) -> None:
    result = run("evaluate")

    assert result.code == 0
    assert "Measured against 0 of your verdicts" in result.out
    assert run("evaluate", "--json").json["cases"] == []


def test_measures_the_matcher_without_the_verdicts_themselves(folder: Folder, run: Run) -> None:
    judge(folder, run, [*((t, "yes", "default") for t in YES), *((t, "no", "default") for t in (*NO, *WRONG))])
    about = run("evaluate", "--json").json

    assert (about["enough"], about["verdicts"], about["yes"]) == (True, 22, 12)
    likely = about["thresholds"]["likely"]
    assert (likely["shown_yes"], likely["shown_no"], likely["missed"]) == (12, 1, 0)
    assert likely["precision"]["value"] == pytest.approx(12 / 13)
    assert likely["recall"]["value"] == 1
    assert about["threshold"]["precision"]["value"] >= 0.9
    assert 0 < next(c["score"] for c in about["cases"] if c["title"] == WRONG[0]) < 1
    assert sum(one["cases"] for one in about["reliability"]) == 22


def test_for_people(folder: Folder, run: Run) -> None:
    judge(folder, run, [*((t, "yes", "default") for t in YES), *((t, "no", "default") for t in (*NO, *WRONG))])
    out = run("evaluate", "--precision", "0.85").out

    assert "92 % (66 % – 98 %)" in out
    assert "For a precision of 85 %: `likely = " in out
    assert WRONG[0] in out.partition("Where you and the matcher differ most")[2]


def test_what_cannot_be_measured_is_left_out_and_counted(folder: Folder, run: Run) -> None:
    seed = "Moscow subway to deploy facial recognition surveillance system"
    judge(folder, run, [(seed, "yes", ""), (KAZAN, "yes", "gone"), (WOMBAT + "!", "no", "")])
    about = run("evaluate", "--json").json

    assert about["left_out"] == {"seeds": 1, "without_watch": 1}
    assert [case["title"] for case in about["cases"]] == [WOMBAT + "!"]


def test_the_latest_verdict_counts_and_an_undone_one_does_not(folder: Folder, run: Run) -> None:
    judge(folder, run, [(METRO, "yes", "default"), (METRO, "no", "default")])
    run("yes", folder.uids[KAZAN])
    run("undo")

    assert [(case["title"], case["yes"]) for case in run("evaluate", "--json").json["cases"]] == [(METRO, False)]


@pytest.mark.parametrize("args", [["--precision", "0"], ["--precision", "2"], ["--watch", "nowhere"]], ids=" ".join)
def test_wrong_usage(folder: Folder, run: Run, args: list[str]) -> None:
    assert run("evaluate", *args).code == 2
