import json
from itertools import pairwise
from pathlib import Path

import pytest

from db.store import Store
from seeds.shipped import corpus
from tests.fill import ESCAPES, FORMULA, KAZAN, METRO, Folder
from tests.monitor.cli.conftest import Run

WOMBATS = "Wombats counted in the village of Nowhere"
OSLO = "Facial recognition at the airport of Oslo"


def titles(rows: list[dict]) -> list[str]:
    return [row["title"] for row in rows]


class TestList:
    def test_is_newest_first_and_whole_as_json(self, folder: Folder, run: Run) -> None:
        rows = run("items", "list", "--json").json

        assert len(rows) == 16
        assert all(a["sort_at"] >= b["sort_at"] for a, b in pairwise(rows))
        assert {"uid", "origin", "title", "verdict", "relevance", "is_related", "copy_of_uid"} <= rows[0].keys()

    @pytest.mark.parametrize(
        ("options", "expected"),
        [
            (["--origin", "feed", "--verdict", "no"], {WOMBATS}),
            (["--origin", "feed", "--verdict", "maybe"], {OSLO}),
            (["--origin", "feed", "--verdict", "maybe", "--verdict", "no"], {OSLO, WOMBATS}),
            (["--origin", "feed", "--language", "RU"], {KAZAN}),
            (["--outlet", "казанский"], {KAZAN}),
            (["--outlet", "OSLO.example"], {OSLO}),
            (["--outlet", "oslo.example", "--outlet", "Казан"], {OSLO, KAZAN}),
            (["--watch", "default", "--verdict", "maybe"], {OSLO}),
            (["--since", "2025-11-03"], {OSLO}),
            (["--origin", "feed", "--since", "2025-11-03T10:30"], {OSLO}),
            (["--origin", "feed", "--since", "2025-11-03T10:30Z"], set()),
            (
                ["--origin", "seed", "--until", "2020-07-21"],
                {"Moscow subway to deploy facial recognition surveillance system"},
            ),
            (["--origin", "seed", "--until", "2020-07-20"], set()),
            (["--seen"], set()),
            (["--language", "xx'; DROP TABLE article; --"], set()),
            (["--outlet", "%"], set()),
        ],
    )
    def test_filters(self, folder: Folder, run: Run, options: list[str], expected: set[str]) -> None:
        result = run("items", "list", "--json", *options)

        assert result.code == 0
        assert set(titles(result.json)) == expected

    @pytest.mark.parametrize(
        "option", [["--since", "tomorrowish"], ["--until", "2026-13-01"], ["--verdict", "perhaps"], ["--watch", "x"]]
    )
    def test_refuses_what_it_cannot_read(self, folder: Folder, run: Run, option: list[str]) -> None:
        result = run("items", "list", *option)

        assert result.code == 2
        assert option[0] in result.err
        assert "Traceback" not in result.err

    def test_limit(self, folder: Folder, run: Run) -> None:
        assert len(run("items", "list", "--limit", "3", "--json").json) == 3
        assert run("items", "list", "--limit", "0", "--json").json == []

    def test_times_are_in_the_users_zone_and_name_it(self, folder: Folder, run: Run) -> None:
        assert "2025-11-03 11:00 CET" in run("items", "list").out


class TestSearch:
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("вокзал", KAZAN),
            ("камеру лица", KAZAN),
            ("ВОКЗАЛАМИ", KAZAN),
            ("wombat", WOMBATS),
            ("counting villages", WOMBATS),
            ("oslo's airports", OSLO),
        ],
    )
    def test_finds_words_in_all_forms(self, folder: Folder, run: Run, query: str, expected: str) -> None:
        assert expected in titles(run("items", "search", query, "--json").json)

    def test_wants_all_words(self, folder: Folder, run: Run) -> None:
        assert run("items", "search", "wombat", "metro", "--json").json == []

    @pytest.mark.parametrize(
        "query",
        [
            '"',
            "'",
            "*",
            "NEAR(",
            "a AND",
            "",
            " ",
            "%_",
            "\0",
            "wombat\0",
            "title:wombat",
            "-wombat",
            "^",
            "(",
            "\ud800",
            "wombat*",
        ],
        ids=ascii,
    )
    def test_takes_any_text_for_words(self, folder: Folder, run: Run, query: str) -> None:
        result = run("items", "search", "--json", "--", query)

        assert result.code == 0
        assert isinstance(result.json, list)
        assert "fts5" not in result.err
        assert "Error" not in result.err

    @pytest.mark.slow
    def test_takes_a_megabyte(self, folder: Folder, run: Run) -> None:
        assert run("items", "search", "--json", "wombat " * 150_000).json != []
        assert run("items", "search", "--json", " ".join(f"word{n}" for n in range(100_000))).json == []

    def test_filters_too(self, folder: Folder, run: Run) -> None:
        assert titles(run("items", "search", "facial recognition", "--verdict", "maybe", "--json").json) == [OSLO]


class TestShow:
    def test_has_everything(self, folder: Folder, run: Run) -> None:
        about = run("items", "show", folder.uids[METRO], "--json").json

        assert about["title"] == METRO
        assert {a["role"] for a in about["addresses"]} == {"web", "amp"}
        assert [s["feed_url"] for s in about["sightings"]] == [
            "https://metro.example/feed.xml",
            "https://news.google.com/rss/search?q=facial%20recognition",
        ]
        assert [c["provider_name"] for c in about["copies"]] == ["Reprint Daily"]
        assert about["copies"][0]["uid"] != about["uid"]
        assert about["verdicts"][0]["terms"][0]["term"] == "facial recognition"
        assert {d["kind"] for d in about["decisions"]} >= {"identity"}

    def test_shows_what_changed(self, folder: Folder, run: Run) -> None:
        result = run("items", "show", folder.uids[WOMBATS])

        assert "Wombat counted" in result.out
        assert "One wombat." in result.out

    def test_takes_the_start_of_a_uid_in_any_case(self, folder: Folder, run: Run) -> None:
        uid = folder.uids[METRO]

        assert run("items", "show", uid[:4].upper(), "--json").json["uid"] == uid

    @pytest.mark.parametrize("uid", ["zzzzzzzzzz", "", "abc", "%", "____", "\ud800", "a" * 10_000])
    def test_an_unknown_uid_is_one_line(self, folder: Folder, run: Run, uid: str) -> None:
        result = run("items", "show", uid)

        assert result.code == 2
        assert "no article has this uid" in result.err
        assert result.err.count("\n") == 1

    def test_an_old_uid_leads_to_the_article_that_holds_now(self, folder: Folder, run: Run) -> None:
        uid = folder.uids[METRO]
        store = Store(folder.database)
        with store.transaction() as connection:
            connection.execute("INSERT INTO alias SELECT 'oldoldoldo', id FROM article WHERE uid = ?", (uid,))
        store.close()

        assert run("items", "show", "oldoldoldo", "--json").json["uid"] == uid

    def test_a_start_that_fits_several_names_them(self, folder: Folder, run: Run) -> None:
        store = Store(folder.database)
        with store.transaction() as connection:
            for at, title in enumerate((METRO, KAZAN)):
                connection.execute(
                    "INSERT INTO alias SELECT ?, id FROM article WHERE uid = ?", (f"ambiguous{at}", folder.uids[title])
                )
        store.close()
        result = run("items", "show", "ambig")

        assert result.code == 2
        assert folder.uids[METRO] in result.err
        assert folder.uids[KAZAN] in result.err

    def test_a_pruned_article_still_answers(self, folder: Folder, run: Run) -> None:
        assert run("db", "prune", "--older-than", "1s").code == 0
        about = run("items", "show", folder.uids[WOMBATS], "--json").json

        assert about["deleted_by"] == "pruned"
        assert "No longer shown" in run("why", folder.uids[WOMBATS]).out


class TestNew:
    def test_is_likely_first_then_maybe_with_reasons(self, folder: Folder, run: Run) -> None:
        rows = run("new", "--json").json

        assert [row["verdict"] for row in rows] == ["likely"] * 5 + ["maybe"]
        assert all(row["reason"] and row["seed_title"] for row in rows)

    def test_people_see_a_copy_under_its_root(self, folder: Folder, run: Run) -> None:
        out = run("new").out

        assert out.count(METRO) == 1
        assert "The same text: Reprint Daily" in out
        assert "Likely related: 4" in out

    def test_before_the_first_poll_it_says_that_no_feed_was_asked(
        self, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        run("init", "--example")
        result = run("new")

        assert (result.code, result.out) == (0, "")
        assert "No feed was asked yet: `seedwatch poll`" in result.err
        assert "Nothing new" not in result.err

    def test_says_so_when_there_is_nothing(self, folder: Folder, run: Run) -> None:
        run("seen", "--all")
        result = run("new")

        assert result.code == 0
        assert result.err == "Nothing new.\n"
        assert run("new", "--json").json == []


def test_a_date_without_an_hour_is_shown_as_the_same_day_everywhere(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "seedwatch.toml").write_text(
        '[seeds]\npaths = ["seeds"]\n[browse]\ntimezone = "America/New_York"\n[[feeds]]\nurl = "feed.xml"\n'
    )
    (tmp_path / "seeds").mkdir()
    for name, raw in corpus():
        (tmp_path / "seeds" / name).write_bytes(raw)
    (tmp_path / "feed.xml").write_text(
        "<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><title>Day</title><item>"
        "<title>Moscow metro: police search faces by surveillance cameras with facial recognition</title>"
        "<guid>1</guid><dc:date>2026-11-20</dc:date></item></channel></rss>"
    )
    assert run("poll").code == 0
    (row,) = run("new", "--json").json
    shown = [run(*command).out for command in (["new"], ["items", "list"], ["items", "show", row["uid"]])]

    assert row["date_quality"] == "day"
    assert all("2026-11-20" in text and "2026-11-19" not in text for text in shown)
    assert "2020-09-26" in run("why", row["uid"]).out
    assert not [text for text in shown if "2026-11-20 00:00" in text or "2026-11-20 19:00" in text]


class TestSeen:
    def test_takes_an_article_and_its_copies_away(self, folder: Folder, run: Run) -> None:
        result = run("seen", folder.uids[METRO], "--json")

        assert result.json == {"marked": [folder.uids[METRO]], "already_seen": []}
        assert METRO not in titles(run("new", "--json").json)

    def test_is_written_beside_the_seeds_and_as_a_decision(self, folder: Folder, run: Run) -> None:
        run("seen", folder.uids[METRO], folder.uids[METRO])
        lines = (folder.seeds / "decisions.jsonl").read_text("utf-8").splitlines()
        decisions = run("items", "show", folder.uids[METRO], "--json").json["decisions"]

        assert len(lines) == 2, "the article, and the copy of its text"
        first = json.loads(lines[0])
        assert first | {"at": "", "id": ""} == {
            "at": "",
            "do": "seen",
            "id": "",
            "uid": folder.uids[METRO],
            "key": "metro.example/news/cameras",
            "title": METRO,
            "by": "user",
            "batch": first["id"],
        }
        assert json.loads(lines[1])["key"] == "reprint.example/2026/cameras"
        assert [d["decided_by"] for d in decisions if d["kind"] == "seen"] == ["user"]

    def test_twice_is_once(self, folder: Folder, run: Run) -> None:
        run("seen", "--all")
        before = (folder.seeds / "decisions.jsonl").read_bytes()
        again = run("seen", folder.uids[METRO], "--json")

        assert again.json == {"marked": [], "already_seen": [folder.uids[METRO]]}
        assert run("seen", "--all", "--json").json == {"marked": [], "already_seen": []}
        assert (folder.seeds / "decisions.jsonl").read_bytes() == before

    def test_one_wrong_uid_marks_none(self, folder: Folder, run: Run) -> None:
        result = run("seen", folder.uids[METRO], "nonsense")

        assert result.code == 2
        assert METRO in titles(run("new", "--json").json)
        assert not (folder.seeds / "decisions.jsonl").exists()

    def test_what_cannot_be_written_down_is_not_marked(self, folder: Folder, run: Run) -> None:
        (folder.seeds / "decisions.jsonl").mkdir()
        result = run("seen", folder.uids[METRO])

        assert result.code == 1
        assert "decisions.jsonl" in result.err
        assert METRO in titles(run("new", "--json").json)

    @pytest.mark.parametrize("args", [[], ["--all", "abcd"], ["--watch", "default", "abcd"]])
    def test_wants_uids_or_all(self, folder: Folder, run: Run, args: list[str]) -> None:
        assert run("seen", *args).code == 2


class TestWhy:
    def test_says_it_in_words_first(self, folder: Folder, run: Run) -> None:
        out = run("why", folder.uids[METRO]).out
        words = out.split("\n\n")[1]

        assert words.startswith("Likely (99 %). Shares “facial recognition” with 5 of 5 seeds")
        assert "Judged on headline and excerpt." in words
        assert (
            out.index("Shared with the seeds of default")
            < out.index("Nearest seeds")
            < out.index("How its sightings became one")
        )
        assert "address" in out.split("How its sightings became one")[1]

    def test_says_what_would_have_changed_the_verdict(self, folder: Folder, run: Run) -> None:
        oslo = folder.uids["Facial recognition at the airport of Oslo"]
        out = run("why", oslo).out.partition("What would have changed the verdict")[2]

        assert "If it were about Russia, it would be likely (" in out
        assert "Without “facial recognition”, it would be no (0 %)." in out
        assert "With `relevance.likely = " in out
        assert run("why", oslo, "--json").json["would_change"][0]["watch"] == "default"

    def test_of_what_a_person_decided_nothing_would(self, folder: Folder, run: Run) -> None:
        assert run("no", folder.uids[METRO]).code == 0
        assert "What would have changed" not in run("why", folder.uids[METRO]).out

    def test_of_a_copy_says_of_what(self, folder: Folder, run: Run) -> None:
        copy = run("items", "show", folder.uids[METRO], "--json").json["copies"][0]["uid"]
        about = run("explain", copy, "--json").json

        assert about["copy_of"]["uid"] == folder.uids[METRO]
        assert any(
            s.startswith(f"A copy of “{METRO}”") and "the same headline over the same words" in s
            for s in about["explanation"]
        )

    def test_of_a_seed_says_that_it_is_one(self, folder: Folder, run: Run) -> None:
        seed = "Murmansk gets comprehensive facial-recognition surveillance system"
        about = run("why", folder.uids[seed], "--json").json

        assert about["explanation"][0].startswith("A seed of the watch default (seeds/")

    def test_of_what_a_seed_lists_says_which(self, folder: Folder, run: Run) -> None:
        listed = folder.uids["UN calls for immediate halt to use of facial recognition"]

        assert "Listed as related in the seed “" in run("why", listed).out

    def test_of_something_unrelated_says_why_not(self, folder: Folder, run: Run) -> None:
        assert "No (0 %). Shares next to nothing with the seeds." in run("why", folder.uids[WOMBATS]).out


@pytest.mark.parametrize(
    "args",
    [["items", "list"], ["items", "search", "recognition"], ["new"], ["items", "show"], ["why"]],
    ids=" ".join,
)
@pytest.mark.parametrize("as_json", [False, True], ids=["text", "json"])
def test_hostile_titles_steer_nothing_and_json_loses_nothing(
    folder: Folder, run: Run, args: list[str], as_json: bool
) -> None:
    one = args in (["items", "show"], ["why"])
    result = run(*args, *([folder.uids[ESCAPES]] if one else []), *(["--json"] if as_json else []))

    assert result.code == 0
    assert not set("\x1b\x07\x9b\u202e\u2066\u200b\r") & set(result.out)
    if as_json:
        found = [result.json] if one else result.json
        assert ESCAPES in titles(found)
        assert one or FORMULA in titles(found) or args[-1] == "recognition"
