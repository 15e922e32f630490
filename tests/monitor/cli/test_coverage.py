from config.load import load
from monitor.pipeline.workspace import Workspace
from tests.fill import Folder, say
from tests.monitor.cli.conftest import Run
from tests.world import entry

SEED = "seeds/2020-07-21-moscow-subway-to-deploy-facial-recognition-surveillance-system.md"


def by_name(result) -> dict[str, dict]:
    return {outlet["name"] or outlet["outlet"]: outlet for outlet in result.json["outlets"]}


def test_says_who_reported_with_own_texts_and_reprints(folder: Folder, run: Run) -> None:
    outlets = by_name(run("coverage", "--json"))

    assert (outlets["Metro Herald"]["own_texts"], outlets["Metro Herald"]["reprints"]) == (3, 0)
    assert (outlets["Reprint Daily"]["own_texts"], outlets["Reprint Daily"]["reprints"]) == (0, 1)
    assert (
        outlets["Казанский вестник"]["first_uid"]
        == folder.uids["В Казани камеры с распознаванием лиц появятся на вокзалах России"]
    )
    assert outlets["Казанский вестник"]["first_at"] == "2025-10-30T08:00:00Z"
    assert "oslo.example" not in outlets


def test_of_those_who_did_not_it_says_whether_we_were_looking(folder: Folder, run: Run) -> None:
    outlets = by_name(run("coverage", "--json", "--since", "2025-11-03", "--until", "2025-11-03"))

    broken, metro = outlets["Broken"], outlets["Metro Herald"]
    assert (broken["reported"], broken["looking"]) == (False, "no")
    assert broken["because"] == "its feed never gave a good answer: The server answered 500."
    assert (metro["reported"], metro["looking"], metro["holes"]) == (False, "yes", [])


def test_maybe_counts_when_asked_for(folder: Folder, run: Run) -> None:
    outlets = by_name(run("coverage", "default", "--maybe", "--json"))

    assert (outlets["oslo.example"]["maybe"], outlets["oslo.example"]["own_texts"]) == (1, 1)
    assert outlets["oslo.example"]["because"] == "no feed of its own; seen through others"


def timeless(told: dict) -> list[dict]:
    """What was told of outlets, but for holes: one that is open ends now."""
    return [{key: value for key, value in outlet.items() if key != "holes"} for outlet in told["outlets"]]


def test_of_a_seed_by_path_and_by_uid(folder: Folder, run: Run) -> None:
    by_path = run("coverage", SEED, "--json").json
    uid = next(
        row["uid"] for row in run("seeds", "list", "--json").json if row["path"].endswith(SEED.partition("/")[2])
    )

    assert [outlet["outlet"] for outlet in by_path["outlets"] if outlet["reported"]] == [
        "metro.example",
        "reprint.example",
    ]
    assert timeless(run("coverage", uid, "--json").json) == timeless(by_path)


def test_for_people(folder: Folder, run: Run) -> None:
    out = run("coverage").out

    assert out.startswith("From 2025-11-01 11:00 CET to ")
    assert "Reported: 3" in out
    assert "Did not report, as far as we looked: 1" in out
    assert "Of outlets that only mixed feeds carry (A search), silence means nothing." in out


def test_a_muted_outlet_is_named_as_such_and_not_as_silent(folder: Folder, run: Run) -> None:
    run("mute", "outlet", "kazan.example")
    muted, text = by_name(run("coverage", "--json"))["Казанский вестник"], run("coverage").out

    assert (muted["reported"], muted["muted"], muted["looking"], muted["because"]) == (
        False,
        True,
        "cannot say",
        "you muted it",
    )
    assert "Muted, so not counted: Казанский вестник" in text
    assert "Reported: 2" in text
    assert "Did not report, as far as we looked: 1" in text


def test_outlets_that_share_a_host_are_told_by_their_names(folder: Folder, run: Run) -> None:
    with folder.settings.open("a", encoding="utf-8") as file:
        file.writelines(f'\n[[feeds]]\nurl = "https://t.me/s/{name}"\nname = "{name}"\n' for name in ("one", "two"))
    workspace = Workspace(load(folder.settings, environ={}, cwd=folder.path), folder.database)
    workspace.sync_seeds()
    workspace.sync_feeds()
    for name in ("one", "two"):
        post = entry(f"Facial recognition cameras in the Moscow metro, says {name}", f"https://t.me/{name}/1")
        say(workspace, f"https://t.me/s/{name}", "2025-11-05T10:00:00Z", [post])
    workspace.close()
    told = [(o["outlet"], o["own_texts"]) for o in run("coverage", "--json").json["outlets"] if len(o["outlet"]) == 3]

    assert told == [("one", 1), ("two", 1)]


def test_an_empty_database_has_nobody(folder: Folder, run: Run) -> None:
    folder.database.unlink()

    assert run("coverage", "--json").json["outlets"] == []
    assert "Nobody reported" in run("coverage").err


def test_what_is_neither_watch_nor_seed_is_wrong_usage(folder: Folder, run: Run) -> None:
    unknown = run("coverage", "nowhere")
    found = run("coverage", folder.uids["Wombats counted in the village of Nowhere"])

    assert (unknown.code, found.code) == (2, 2)
    assert "there are: default" in unknown.err
    assert "is no seed" in found.err
