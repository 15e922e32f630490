"""`yes`, `no`, `same`, `different`, `mute`, `undo`: what they print, refuse, write down and bring back."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from tests.fill import KAZAN, METRO, Folder
from tests.monitor.cli.conftest import Run

WOMBATS = "Wombats counted in the village of Nowhere"
OSLO = "Facial recognition at the airport of Oslo"
SEED = "Moscow subway to deploy facial recognition surveillance system"
VIEWS = (
    "items",
    "related_items",
    "matches",
    "duplicates",
    "stories",
    "item_aliases",
    "item_urls",
    "sightings",
    "revisions",
)


def lines(folder: Folder) -> list[dict[str, Any]]:
    path = folder.seeds / "decisions.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def dump(folder: Folder) -> dict[str, list[tuple[Any, ...]]]:
    """The views, without times of judging, which differ by the second, and without row numbers."""
    with closing(sqlite3.connect(folder.database)) as connection:
        return {view: _rows(connection, view) for view in VIEWS}


def _rows(connection: sqlite3.Connection, view: str) -> list[tuple[Any, ...]]:
    names = [name for _, name, *_ in connection.execute(f"PRAGMA table_info({view})")]
    kept = ", ".join(name for name in names if name not in {"id", "judged_at"})
    return sorted(connection.execute(f"SELECT {kept} FROM {view}"), key=repr)


def whole(folder: Folder) -> bytes:
    """The database as one file."""
    with closing(sqlite3.connect(folder.database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder.database.read_bytes()


def put_back(folder: Folder, saved: bytes) -> None:
    for name in ("", "-wal", "-shm"):
        folder.database.with_name(folder.database.name + name).unlink(missing_ok=True)
    folder.database.write_bytes(saved)


def verdict(run: Run, uid: str) -> str:
    return str(run("items", "show", uid, "--json").json["verdict"])


class TestVerdicts:
    def test_yes_and_no_say_what_they_changed(self, folder: Folder, run: Run) -> None:
        done = run("yes", folder.uids[WOMBATS], folder.uids[OSLO], "--because", "a hunch", "--json")

        assert [(d["uid"], d["was"], d["verdict"], d["watches"]) for d in done.json] == [
            (folder.uids[WOMBATS], "no", "likely", ["default"]),
            (folder.uids[OSLO], "maybe", "likely", ["default"]),
        ]
        assert run("no", folder.uids[METRO]).out == f"likely → no: {METRO} ({folder.uids[METRO]})\n"
        assert [line["do"] for line in lines(folder)] == ["yes", "yes", "no"]
        assert "because a hunch" in run("why", folder.uids[WOMBATS]).out
        assert METRO not in run("new").out.split("The same text")[0] or verdict(run, folder.uids[METRO]) == "no"

    def test_said_twice_it_is_written_once(self, folder: Folder, run: Run) -> None:
        run("no", folder.uids[METRO])
        again = run("no", folder.uids[METRO], "--json")

        assert again.json[0]["id"] is None
        assert len(lines(folder)) == 1

    def test_rescore_does_not_overrule(self, folder: Folder, run: Run) -> None:
        run("no", folder.uids[METRO], "--because", "known")
        before = dump(folder)
        preview = run("rescore", "--dry-run", "--json").json
        run("rescore")

        assert folder.uids[METRO] not in {moved["uid"] for moved in preview["moved"]}
        after = dump(folder)
        assert [r for r in after["items"] if METRO in r] == [r for r in before["items"] if METRO in r]

    @pytest.mark.parametrize("command", ["yes", "no"])
    def test_one_wrong_uid_decides_nothing(self, folder: Folder, run: Run, command: str) -> None:
        before = dump(folder)
        result = run(command, folder.uids[METRO], "zzzzzzzzzz")

        assert result.code == 2
        assert "no article has this uid" in result.err
        assert lines(folder) == []
        assert dump(folder) == before

    def test_a_seed_is_not_judged(self, folder: Folder, run: Run) -> None:
        result = run("no", folder.uids[SEED])

        assert result.code == 2
        assert "is a seed" in result.err
        assert lines(folder) == []

    def test_a_watch_has_to_be_one(self, folder: Folder, run: Run) -> None:
        assert run("yes", folder.uids[METRO], "--watch", "nowhere").code == 2
        assert run("yes", folder.uids[WOMBATS], "--watch", "default").code == 0

    def test_lists_tell_who_decided(self, folder: Folder, run: Run) -> None:
        run("yes", folder.uids[WOMBATS])
        mine = run("items", "list", "--decided-by", "user", "--json").json
        others = run("items", "list", "--decided-by", "rule", "--json").json

        assert [row["title"] for row in mine] == [WOMBATS]
        assert WOMBATS not in {row["title"] for row in others}

    def test_odd_words_are_kept_as_far_as_they_can_be(self, folder: Folder, run: Run) -> None:
        assert run("no", folder.uids[METRO], "--because", "\x1b[31mred\udcff \u202eevil\nline").code == 0
        assert lines(folder)[0]["because"] == "[31mred evil line"
        assert "\x1b" not in run("why", folder.uids[METRO]).out

    def test_what_cannot_be_written_down_is_not_decided(self, folder: Folder, run: Run) -> None:
        before = dump(folder)
        (folder.seeds / "decisions.jsonl").mkdir()
        result = run("no", folder.uids[METRO])

        assert result.code == 1
        assert "decisions.jsonl" in result.err
        assert dump(folder) == before


class TestPairs:
    def test_different_takes_a_copy_from_its_root(self, folder: Folder, run: Run) -> None:
        copy = run("items", "show", folder.uids[METRO], "--json").json["copies"][0]["uid"]
        done = run("different", folder.uids[METRO], copy, "--json").json

        assert (done["did"], set(done["uids"])) == ("uncopied", {folder.uids[METRO], copy})
        assert run("items", "show", copy, "--json").json["copy_of"] is None
        assert "nor a copy" in run("why", copy).out

    def test_what_was_parted_is_not_told_as_having_become_one(self, folder: Folder, run: Run) -> None:
        run("same", folder.uids[KAZAN], folder.uids[OSLO])
        run("different", folder.uids[KAZAN], folder.uids[OSLO])
        about = run("why", folder.uids[OSLO], "--json").json

        assert [d["verdict"] for d in about["joined_by"]] in ([], ["same"])
        assert "How its sightings became one" not in run("why", folder.uids[OSLO]).out or about["joined_by"]
        assert any(d["verdict"] == "different" for d in about["decisions"])

    def test_why_names_the_article_that_became_one_with_this(self, folder: Folder, run: Run) -> None:
        run("same", folder.uids[KAZAN], folder.uids[OSLO])
        about = run("why", folder.uids[OSLO], "--json").json
        gone = ({folder.uids[KAZAN], folder.uids[OSLO]} - {about["uid"]}).pop()
        (joined,) = (d for d in about["joined_by"] if d["decided_by"] == "user")

        assert joined["sighting"] == gone

    def test_same_leaves_one_and_undo_brings_both_back(self, folder: Folder, run: Run) -> None:
        before = dump(folder)
        done = run("same", folder.uids[KAZAN], folder.uids[OSLO], "--json").json
        assert done["did"] == "merged"
        assert run("items", "show", folder.uids[OSLO], "--json").json["uid"] == folder.uids[KAZAN]
        assert "same article as" in run("why", folder.uids[OSLO]).out
        run("undo")

        assert dump(folder) == before

    def test_two_that_are_one_by_now_are_still_told_apart_in_words(self, folder: Folder, run: Run) -> None:
        run("same", folder.uids[KAZAN], folder.uids[OSLO])
        again = run("same", folder.uids[OSLO], folder.uids[KAZAN])
        named = run("items", "show", folder.uids[KAZAN], "--json").json["decisions"]

        assert again.out.startswith("You had said so before")
        assert [(one["a"], one["b"]) for one in named if one["method"] == "same"] == [
            (f"article:{folder.uids[KAZAN]}", f"article:{folder.uids[OSLO]}")
        ]
        assert f"same: “{KAZAN}” and “{OSLO}”" in run("undo", "--list").out
        assert f"same article as “{OSLO}” ({folder.uids[OSLO]})" in run("why", folder.uids[KAZAN]).out

    def test_what_is_said_again_with_a_reason_is_written_down(self, folder: Folder, run: Run) -> None:
        run("same", folder.uids[KAZAN], folder.uids[OSLO])
        run("same", folder.uids[KAZAN], folder.uids[OSLO], "--because", "one wire")

        assert [line.get("because") for line in lines(folder)] == [None, "one wire"]
        assert run("why", folder.uids[KAZAN]).out.count("same article as") == 1

    def test_an_article_is_parted_by_a_former_uid(self, folder: Folder, run: Run) -> None:
        run("same", folder.uids[KAZAN], folder.uids[OSLO])
        done = run("different", folder.uids[KAZAN], folder.uids[OSLO], "--json").json

        assert (done["did"], done["uids"]) == ("split", [folder.uids[KAZAN], folder.uids[OSLO]])
        assert run("items", "show", folder.uids[OSLO], "--json").json["title"] == OSLO

    def test_an_article_is_parted_by_the_address_of_a_sighting(self, folder: Folder, run: Run) -> None:
        run("same", folder.uids[KAZAN], folder.uids[OSLO])
        done = run("different", folder.uids[KAZAN], "https://oslo.example/airport?utm_source=x").out

        assert done.startswith("Two articles now:")

    @pytest.mark.parametrize(
        ("names", "words"),
        [
            (("{METRO}", "zzzzzzzzzz"), "no article has this uid"),
            (("{METRO}", "{METRO}"), "name two articles"),
            (("{METRO}", "https://nowhere.example/x"), "no article is known by the address"),
            (("{METRO}", "https://metro.example/news/cameras"), "nothing tells which of its sightings is which"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, folder: Folder, run: Run, names: tuple[str, str], words: str) -> None:
        result = run("different", *(name.format(METRO=folder.uids[METRO]) for name in names))

        assert result.code == 2
        assert words in result.err
        assert lines(folder) == []


class TestMute:
    def test_an_outlet(self, folder: Folder, run: Run) -> None:
        done = run("mute", "outlet", "Reprint Daily", "--until", "2999-01-01", "--json").json

        assert done["articles"] == 1
        assert done["until"] == "2999-01-01T23:00:00Z", "the end of that day in the zone of the settings"
        assert lines(folder)[0] | {"at": "", "id": ""} == {
            "at": "",
            "id": "",
            "do": "mute",
            "what": "outlet",
            "target": "Reprint Daily",
            "until": "2999-01-01T23:00:00Z",
            "by": "user",
        }
        assert run("undo").code == 0
        assert verdict(run, run("items", "show", folder.uids[METRO], "--json").json["copies"][0]["uid"]) == "likely"

    def test_a_mute_until_a_day_ends_with_that_day_wherever_it_is_told(self, folder: Folder, run: Run) -> None:
        muted = run("mute", "outlet", "Reprint Daily", "--until", "2999-01-01")
        uid = run("items", "show", folder.uids[METRO], "--json").json["copies"][0]["uid"]

        assert "until the end of 2999-01-01: 1 article" in muted.out
        assert "until the end of 2999-01-01" in run("undo", "--list").out
        assert "The mute holds until the end of 2999-01-01." in run("why", uid).out
        assert run("why", uid, "--json").json["verdicts"][0]["muted_until"] == "2999-01-01T23:00:00Z"

    @pytest.mark.parametrize(
        ("name", "near"), [("Reprint Dayly", "Did you mean Reprint Daily"), ("nowhere.example", None)]
    )
    def test_an_outlet_that_was_never_seen_is_kept_and_said(
        self, folder: Folder, run: Run, name: str, near: str | None
    ) -> None:
        result = run("mute", "outlet", name)

        assert result.code == 0
        assert "nothing was seen yet of an outlet" in result.err
        assert near is None or near in result.err
        assert lines(folder)[0]["target"] == name

    @pytest.mark.parametrize("name", ["Broken", "oslo.example", "metro herald"])
    def test_one_that_is_known_is_no_surprise(self, folder: Folder, run: Run, name: str) -> None:
        assert "nothing was seen yet" not in run("mute", "outlet", name).err

    def test_a_story_by_its_uid(self, folder: Folder, run: Run) -> None:
        story = run("items", "list", "--json").json
        uid = next(row["story_uid"] for row in story if row["uid"] == folder.uids[METRO])

        assert run("mute", "story", uid, "--json").json["articles"] == 2
        assert "mute its story" in run("why", folder.uids[METRO]).out

    @pytest.mark.parametrize(
        "args",
        [
            ("phrase", "…"),
            ("phrase", "cakes", "--until", "2020-01-01"),
            ("phrase", "cakes", "--until", "soon"),
            ("story", "zzzzzzzzzz"),
            ("everything", "x"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, folder: Folder, run: Run, args: tuple[str, ...]) -> None:
        assert run("mute", *args).code == 2
        assert lines(folder) == []


class TestUndo:
    def test_takes_back_what_one_command_decided_and_back_again(self, folder: Folder, run: Run) -> None:
        before = dump(folder)
        run("no", folder.uids[METRO], folder.uids[KAZAN])
        after = dump(folder)
        undone = run("undo", "--json").json

        assert [(one["of"]["do"], one["again"]) for one in undone] == [("no", False)] * 2
        assert dump(folder) == before
        assert run("undo", undone[0]["id"]).out.startswith("Holds again: no")
        assert dump(folder) == after

    def test_one_after_another_goes_further_back(self, folder: Folder, run: Run) -> None:
        before = dump(folder)
        run("no", folder.uids[METRO], folder.uids[KAZAN])
        one = dump(folder)
        run("mute", "phrase", "wombat")
        run("same", folder.uids[KAZAN], folder.uids[OSLO])

        assert [run("undo").out.partition(":")[2].split()[0] for _ in range(2)] == ["same:", "mute"]
        assert dump(folder) == one
        assert run("undo", "--json").json[0]["of"]["do"] == "no"
        assert dump(folder) == before
        nothing = run("undo")
        assert (nothing.code, "nothing was decided that could be undone" in nothing.err) == (2, True)
        assert run("undo", "--list").err == "Nothing was decided that could be undone.\n"

    def test_what_was_taken_back_says_how_it_holds_again(self, folder: Folder, run: Run) -> None:
        run("no", folder.uids[METRO])
        undone = run("undo").out
        name = run("undo", "--list", "--all", "--json").json[0]["id"]

        assert f"`seedwatch undo {name}` makes it hold again" in undone
        assert run("undo", name).out.startswith("Holds again: no")
        assert run("undo").out.startswith("Undone: no"), "not the undo of the undo"

    def test_the_list_has_what_can_be_undone_and_with_all_the_rest(self, folder: Folder, run: Run) -> None:
        run("no", folder.uids[METRO])
        run("undo")
        run("yes", folder.uids[METRO])
        listed, every = (run("undo", "--list", *more, "--json").json for more in ((), ("--all",)))

        assert [one["do"] for one in listed] == ["yes"]
        assert [(one["do"], one["state"]) for one in every] == [
            ("yes", "standing"),
            ("undo", "standing"),
            ("no", "undone"),
        ]
        assert every[1]["words"].startswith(f"undo of {every[2]['id']}: no")
        assert run("undo", "--all").code == 2

    def test_a_named_one(self, folder: Folder, run: Run) -> None:
        first = run("no", folder.uids[METRO], "--json").json[0]["id"]
        run("yes", folder.uids[WOMBATS])

        assert "Undone: no" in run("undo", first).out
        assert (verdict(run, folder.uids[METRO]), verdict(run, folder.uids[WOMBATS])) == ("likely", "likely")
        assert run("undo", first).code == 2, "it holds no longer"
        listed = [one for one in run("undo", "--list", "--all", "--json").json if one["do"] != "undo"]
        assert [(one["do"], one["state"]) for one in listed] == [("yes", "standing"), ("no", "undone")]

    @pytest.mark.parametrize("name", ["nonsense", "", "\x1b[31m"])
    def test_one_that_is_not_there(self, folder: Folder, run: Run, name: str) -> None:
        run("no", folder.uids[METRO])
        result = run("undo", name)

        assert result.code == 2
        assert "\x1b" not in result.err

    def test_with_nothing_to_undo(self, folder: Folder, run: Run) -> None:
        assert run("undo").code == 2
        assert run("undo", "--list", "--all").err == "Nothing was decided yet.\n"

    def test_marks_of_everything_are_taken_back_together(self, folder: Folder, run: Run) -> None:
        before = run("new", "--json").json
        run("seen", "--all")
        assert run("new", "--json").json == []
        run("undo")

        assert run("new", "--json").json == before

    def test_a_seed_that_was_added_is_put_aside_and_back(self, folder: Folder, run: Run) -> None:
        added = run("add", folder.uids[KAZAN], "--json").json
        assert run("items", "show", folder.uids[KAZAN], "--json").json["origin"] == "seed"
        run("undo")

        assert run("items", "show", folder.uids[KAZAN], "--json").json["origin"] == "feed"
        assert not (folder.path / added["path"]).exists()
        run("undo", next(one["id"] for one in run("undo", "--list", "--all", "--json").json if one["do"] == "undo"))
        assert run("items", "show", folder.uids[KAZAN], "--json").json["origin"] == "seed"


class TestTheFile:
    """`decisions.jsonl` leads: the database takes up what it lacks."""

    def decide(self, folder: Folder, run: Run) -> None:
        copy = run("items", "show", folder.uids[METRO], "--json").json["copies"][0]["uid"]
        run("no", folder.uids[METRO], "--because", "known")
        run("yes", folder.uids[WOMBATS])
        run("different", folder.uids[METRO], copy)
        run("same", folder.uids[KAZAN], folder.uids[OSLO])
        run("mute", "phrase", "red")
        run("seen", folder.uids[KAZAN])
        run("yes", copy)
        run("no", copy)
        assert [run("undo").out.split()[1] for _ in range(2)] == ["no", "yes"]

    def test_decisions_that_the_database_lacks_are_taken_up(self, folder: Folder, run: Run) -> None:
        run("rescore")
        saved = whole(folder)
        self.decide(folder, run)
        decided = dump(folder)
        put_back(folder, saved)
        result = run("rescore")

        assert result.code == 0
        assert "decisions taken up from" in result.err
        run("rescore")
        assert dump(folder) == decided

    def test_in_whatever_order_its_lines_stand(self, folder: Folder, run: Run) -> None:
        run("rescore")
        saved = whole(folder)
        self.decide(folder, run)
        decided = dump(folder)
        path = folder.seeds / "decisions.jsonl"
        written = path.read_text("utf-8").splitlines()
        path.write_text("\n".join([*reversed(written), *written]) + "\n", "utf-8")
        put_back(folder, saved)
        run("rescore")

        assert dump(folder) == decided

    def test_where_it_cannot_be_read_what_is_known_goes_on_to_hold(self, folder: Folder, run: Run) -> None:
        run("no", folder.uids[METRO])
        (folder.seeds / "decisions.jsonl").unlink()
        (folder.seeds / "decisions.jsonl").mkdir()
        result = run("rescore")

        assert result.code == 0
        assert "cannot be read" in result.err
        assert verdict(run, folder.uids[METRO]) == "no"

    def test_what_you_judged_is_not_pruned(self, folder: Folder, run: Run) -> None:
        run("no", folder.uids[METRO], folder.uids[KAZAN])
        run("no", folder.uids[WOMBATS])
        assert run("db", "prune", "--older-than", "1s", "--json").json["items"] == 0

    def test_a_damaged_line_is_named_and_left_alone(self, folder: Folder, run: Run) -> None:
        run("no", folder.uids[METRO])
        path = folder.seeds / "decisions.jsonl"
        damaged = path.read_bytes() + b'{"do": "yes", "at\n{"at": "2026-11-21T12:00:00Z", "do": "praise", "uid": "x"}\n'
        path.write_bytes(damaged)
        result = run("yes", folder.uids[WOMBATS])

        assert result.code == 0
        assert f"{path}:2: is not JSON" in result.err
        assert f"{path}:3: decides 'praise'" in result.err
        assert path.read_bytes().startswith(damaged)
        assert verdict(run, folder.uids[METRO]) == "no"


TOLD = [
    "Strong earthquake hits Izmir",
    "Dozens injured as earthquake shakes Turkish city of Izmir",
    "Izmir earthquake: rescuers search the rubble for survivors",
]
STRIKE = [
    "Heathrow airport staff begin strike over pay",
    "Flights cancelled as Heathrow airport staff walk out in strike",
]


class TestStories:
    @pytest.fixture
    def told(self, folder: Folder, run: Run) -> dict[str, str]:
        """Headline → uid; each at an outlet of its own, as a file of a feed brings it."""
        items = "".join(
            f"<item><title>{title}</title><link>https://o{n}.example/{n}</link><guid>{n}</guid>"
            "<pubDate>Sat, 01 Nov 2025 10:00:00 GMT</pubDate></item>"
            for n, title in enumerate([*TOLD, *STRIKE])
        )
        file = folder.path / "told.xml"
        file.write_text(f'<rss version="2.0"><channel><title>All</title>{items}</channel></rss>', encoding="utf-8")
        assert run("backfill", "files", str(file)).code == 0
        return {row["title"]: row["uid"] for row in run("items", "list", "--json").json}

    @staticmethod
    def story(run: Run, uid: str) -> str | None:
        return run("items", "show", uid, "--json").json["story_uid"]

    def test_why_says_what_they_share(self, told: dict[str, str], run: Run) -> None:
        said = run("why", told[TOLD[0]]).out

        assert (
            "told in 3 texts by 3 outlets, as its headline says “izmir”, “earthquake” like others of those days" in said
        )
        assert f"({told[TOLD[1]]}); both say “izmir”, “earthquake”." in said
        assert {other["uid"] for other in run("why", told[TOLD[0]], "--json").json["story"]["with"]} == {
            told[TOLD[1]],
            told[TOLD[2]],
        }

    def test_different_splits_a_story_and_undo_joins_it(self, folder: Folder, told: dict[str, str], run: Run) -> None:
        a, b = told[TOLD[0]], told[TOLD[1]]
        before = self.story(run, a)
        done = run("different", a, b, "--json").json

        assert done["did"] == "parted"
        assert done["stories"] == [self.story(run, a), self.story(run, b)]
        assert self.story(run, a) != self.story(run, b)
        assert [line["do"] for line in lines(folder)] == ["different", "apart"]
        assert "that it tells another story than" in run("why", a).out
        run("rescore")
        run("db", "rebuild", "--yes")
        assert self.story(run, a) != self.story(run, b)
        assert run("undo").code == 0
        assert self.story(run, a) == self.story(run, b) == before

    def test_an_article_is_taken_out_of_a_story_named_by_its_uid(self, told: dict[str, str], run: Run) -> None:
        article, story = told[TOLD[2]], self.story(run, told[TOLD[0]])
        done = run("different", article, str(story), "--json").json

        assert (done["do"], done["did"]) == ("different", "parted")
        assert len({self.story(run, told[title]) for title in TOLD}) == 2

    def test_same_story_joins_two(self, folder: Folder, told: dict[str, str], run: Run) -> None:
        before = len(run("items", "list", "--json").json)
        done = run("same", "--story", told[TOLD[0]], told[STRIKE[0]], "--json").json

        assert done["did"] == "joined"
        assert len({self.story(run, told[title]) for title in (*TOLD, *STRIKE)}) == 1
        assert len(run("items", "list", "--json").json) == before
        assert [line["do"] for line in lines(folder)] == ["together"]
        assert "same story: “" in run("undo").out
        assert len({self.story(run, told[title]) for title in (*TOLD, *STRIKE)}) == 2

    def test_two_stories_are_joined_by_their_uids(self, told: dict[str, str], run: Run) -> None:
        stories = [str(self.story(run, told[title])) for title in (TOLD[0], STRIKE[0])]
        done = run("same", *stories, "--json").json

        assert done["stories"][0] == done["stories"][1] in stories
        gone = next(uid for uid in stories if uid != done["stories"][0])
        assert run("mute", "story", gone, "--json").code == 0

    def test_another_database_takes_up_what_was_said(self, folder: Folder, told: dict[str, str], run: Run) -> None:
        run("different", told[TOLD[0]], told[TOLD[1]])
        for name in ("", "-wal", "-shm"):
            folder.database.with_name(folder.database.name + name).unlink(missing_ok=True)
        assert run("backfill", "files", str(folder.path / "told.xml")).code == 0

        assert self.story(run, told[TOLD[0]]) != self.story(run, told[TOLD[1]])

    @pytest.mark.parametrize(("do", "other"), [("same", 0), ("different", 0), ("same", "zzzzzzzzzz")])
    def test_what_makes_no_sense_is_refused(
        self, folder: Folder, told: dict[str, str], run: Run, do: str, other: int | str
    ) -> None:
        name = told[TOLD[other]] if isinstance(other, int) else other

        assert run(do, "--story", told[TOLD[0]], name).code == 2
        assert lines(folder) == []
