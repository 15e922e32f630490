"""What entries say, and what feeds do to them from one day to the next: F37 to F40, F43 to F46."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from tests.faults.hostile import XML, Case
from tests.faults.rounds import Rounds
from tests.program import Project, item, rss
from tests.web import Answer, Hit, Web

NOW = datetime.now(UTC).replace(microsecond=0)
HEADS = [
    "Mayor opens a bridge", "Court frees a poet", "Storm closes the port", "Chess title goes north",
    "Bakers strike again", "Whales return to the bay", "Museum burns at night", "Trams derail twice",
]  # fmt: skip


def said(*items: str) -> Answer:
    return Answer(rss(*items), headers=XML)


def raw(title: str, guid: str, more: str = "") -> str:
    """An item whose parts are already escaped, or purposely not."""
    return f'<item><title>{title}</title><guid isPermaLink="false">{guid}</guid>{more}</item>'


# --- F37, F38


CORRECTED = [
    item("Cameras in the metro", "https://same.example/1", "g1", "First words", NOW - timedelta(hours=5)),
    item("Cameras in the metro, now at each gate", "https://same.example/1", "g1", "Other words", NOW),
]
COUNTING = [f"{n} readers have seen this story about a bridge." for n in (7, 8, 9, 10)]
CHANGES = [
    Case("f37_corrected", tuple(said(one) for one in CORRECTED)),
    Case("f37_counter", tuple(said(item("A bridge", "https://count.example/1", "c1", text)) for text in COUNTING)),
    Case("f38_seed", (said(item("Other words of ours", "https://m.seeded.example/2026/faces?utm_source=rss")),)),
]


@pytest.fixture(scope="module")
def changes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rounds]:
    folder = tmp_path_factory.mktemp("changes")
    (folder / "seeds").mkdir()
    (folder / "seeds" / "faces.md").write_text(
        "---\ntitle: Faces counted in Moscow\nwebUrl: https://seeded.example/2026/faces\n---\n", encoding="utf-8"
    )
    with Web() as web:
        yield Rounds(folder, web, CHANGES, polls=4)


@pytest.mark.slow
def test_f37_a_corrected_article_is_one_row_with_revisions(changes: Rounds) -> None:
    changes.rest_is_well()
    (row,) = changes.project.rows("SELECT * FROM items WHERE web_url = 'https://same.example/1'")
    revised = changes.project.rows(
        "SELECT field, old, new FROM revisions WHERE item_uid = ? ORDER BY field", row["uid"]
    )

    assert row["title"] == "Cameras in the metro, now at each gate"
    assert [change["field"] for change in revised] == ["excerpt", "published_at", "title"]
    assert [changes.fetch("f37_corrected", n)["new_items"] for n in range(3)] == [1, 0, 0]


@pytest.mark.slow
def test_f37_figures_that_count_up_are_no_revision(changes: Rounds) -> None:
    (row,) = changes.project.rows("SELECT * FROM items WHERE web_url = 'https://count.example/1'")

    assert changes.project.rows("SELECT * FROM revisions WHERE item_uid = ?", row["uid"]) == []


@pytest.mark.slow
def test_f38_an_article_that_is_a_seed_is_recognised_as_the_seed(changes: Rounds) -> None:
    (row,) = changes.project.rows("SELECT item_uid FROM sightings WHERE title = 'Other words of ours'")
    (seed,) = changes.project.rows("SELECT uid, origin, title FROM items WHERE origin = 'seed'")

    assert row["item_uid"] == seed["uid"]
    assert changes.fetch("f38_seed")["new_items"] == 0
    assert changes.project.rows("SELECT * FROM related_items WHERE uid = ?", seed["uid"]) == []


# --- F39


DATES: dict[str, tuple[str | None, str]] = {
    "": (None, "none"),
    "2026-01-05 12:00:00": ("2026-01-05T12:00:00Z", "zone_assumed"),
    "1767261600": ("2026-01-01T10:00:00Z", "exact"),
    "0001-01-01T00:00:00Z": (None, "implausible"),
    "1500-01-01T00:00:00Z": (None, "implausible"),
    "9999-12-31T23:59:59Z": (None, "implausible"),
    (NOW + timedelta(hours=20)).strftime("%Y-%m-%dT%H:%M:%SZ"): (
        (NOW + timedelta(hours=20)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "exact",
    ),
    (NOW + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M:%SZ"): (None, "implausible"),
    "2026-01-05T24:00:00Z": ("2026-01-06T00:00:00Z", "exact"),
    "Mon, 05 Jan 2026 12:00:60 GMT": ("2026-01-05T12:01:00Z", "exact"),
    "2026-W01": ("2025-12-29T00:00:00Z", "day"),
    "Mo, 05 Mär 2026 12:00:00 +0100": ("2026-03-05T11:00:00Z", "exact"),
    "lun., 05 févr. 2026 12:00:00 +0100": ("2026-02-05T11:00:00Z", "exact"),
    "Пн, 05 янв 2026 12:00:00 +0300": ("2026-01-05T09:00:00Z", "exact"),
    "Sun, 05 Jul 2026 12:00:00 CEST": ("2026-07-05T10:00:00Z", "exact"),
    "Mon, 05 Jan 2026 12:00:00 EST": ("2026-01-05T17:00:00Z", "exact"),
    "Mon, 05 Jan 2026 12:00:00 IST": ("2026-01-05T12:00:00Z", "zone_assumed"),
    "Mon, 05 Jan 2026 12:00:00 +99:99": (None, "implausible"),
    "٢٠٢٦-٠١-٠٥": ("2026-01-05T00:00:00Z", "day"),
    "9" * 400: (None, "implausible"),
}


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rounds]:
    dates = [raw(f"{HEADS[n % 8]} number {n}", str(n), f"<pubDate>{d}</pubDate>") for n, d in enumerate(DATES)]
    with Web() as web:
        yield Rounds(tmp_path_factory.mktemp("dates"), web, [Case("f39", (said(*dates),))], polls=1)


@pytest.mark.slow
def test_f39_a_date_is_plausible_or_none_and_its_text_is_kept(dated: Rounds) -> None:
    dated.rest_is_well()
    query = "SELECT guid, published_at, date_quality, published_raw FROM sightings WHERE feed_url = ?"
    rows = {int(row["guid"]): row for row in dated.project.rows(query, dated.urls["f39"])}

    found = {text: (rows[n]["published_at"], rows[n]["date_quality"]) for n, text in enumerate(DATES)}
    assert found == DATES
    for number, text in enumerate(DATES):
        assert text.startswith(rows[number]["published_raw"][:90])


@pytest.mark.slow
def test_f39_no_date_puts_an_article_ahead_for_ever(dated: Rounds) -> None:
    listed = dated.project.run("items", "list", "--json").json
    latest = dated.project.value("SELECT max(sort_at) FROM article")

    assert len(listed) >= len(DATES)
    assert latest <= (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")


# --- F40


BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
TITLES = {
    "long": "Faces and cameras " * 580_000,
    "empty": "",
    "blank": " \n\t ",
    "escapes": "A\x1b[31mred\x1b]0;title\x07 and\x9b1m more",
    "lines": "First\r\n2026-01-01 CRITICAL fake\rlast",
    "bidi": f"ab{BIDI}cd",
    "zero": "fa\u200bci\ufeffal",
    "zalgo": "z" + "\u0300" * 500 + "algo",
    "family": "\U0001f468\u200d\U0001f469\u200d\U0001f467 at home",
    "nfc": "Caf\u00e9 watches faces",
    "nfd": "Cafe\u0301 watches faces",
    "rtl": "זיהוי פנים בתחנות הרכבת",
    "cjk": "人脸识别在地铁站全面启用",
}


@pytest.fixture(scope="module")
def titled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rounds]:
    cases = []
    for name, title in TITLES.items():
        # XML itself forbids most control characters; a JSON Feed may hold them all.
        body = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"id": name, "title": title}]})
        cases.append(Case(f"f40_{name}", (Answer(body.encode(), headers={"Content-Type": "application/feed+json"}),)))
    with Web() as web:
        yield Rounds(tmp_path_factory.mktemp("titles"), web, cases, polls=1, timeout=20)


def title_of(rounds: Rounds, name: str) -> str:
    (row,) = rounds.project.rows("SELECT title FROM sightings WHERE guid = ?", name)
    return str(row["title"])


@pytest.mark.slow
@pytest.mark.parametrize("name", TITLES)
def test_f40_a_title_is_bounded_clean_and_normal(titled: Rounds, name: str) -> None:
    titled.rest_is_well()
    title = title_of(titled, name)

    assert len(title) <= 500
    assert title == unicodedata.normalize("NFC", title)
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b\ufeff]", title)
    assert "\u0300" * 5 not in title


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("empty", ""),
        ("blank", ""),
        ("lines", "First 2026-01-01 CRITICAL fake last"),
        ("bidi", "abcd"),
        ("zero", "facial"),
        ("family", "\U0001f468\u200d\U0001f469\u200d\U0001f467 at home"),
        ("nfd", "Caf\u00e9 watches faces"),
    ],
)
def test_f40_what_is_left_of_it(titled: Rounds, name: str, title: str) -> None:
    assert title_of(titled, name) == title


@pytest.mark.slow
@pytest.mark.parametrize("words", ["人脸识别", "זיהוי", "café", "faces camera"])
def test_f40_search_finds_it_in_any_script(titled: Rounds, words: str) -> None:
    assert titled.project.run("items", "search", words, "--json").json


@pytest.mark.slow
def test_f40_no_control_character_reaches_a_terminal(titled: Rounds) -> None:
    shown = titled.project.run("items", "list")

    assert shown.code == 0
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown.out)


# --- F43, F44


LINKS: dict[str, str | None] = {
    "javascript:alert(1)": None,
    "java&#10;script:alert(1)": None,
    "data:text/html,x": None,
    "file:///etc/passwd": None,
    "mailto:a@b.example": None,
    "/rooted": "/rooted",
    "plain.html": "/dir/plain.html",
    "//other.example/x": "http://other.example/x",
    "https://me:pw@other.example/x": "https://other.example/x",
    "https://раз.example/x": "https://раз.example/x",
    "https://other.example/" + "x" * 20_000: None,
    " https://other.example/a b ": "https://other.example/a%20b",
    r"https:\\other.example\x": "https://other.example/x",
}


@pytest.mark.slow
def test_f43_f44_links_are_absolute_or_none_and_nothing_in_them_is_fetched(tmp_path: Path) -> None:
    with Web() as web:
        picture = web.answer("/picture.jpg", b"\xff\xd8\xff")
        extra = f'<enclosure url="{picture}" type="image/jpeg" length="3"/>'
        items = [raw(f"{HEADS[n % 8]} {n}", str(n), f"<link>{url}</link>{extra}") for n, url in enumerate(LINKS)]
        web.answer("/dir/feed", rss(*items))
        web.redirect("/old/place", web.url("/dir/feed"))
        project = Project(tmp_path, [web.url("/old/place")])

        done = project.run("poll", "--all")
        rows = {int(row["guid"]): row["link"] for row in project.rows("SELECT guid, link FROM sightings")}

        assert done.code == 0, done.err
        expected = [url and (web.url(url) if url.startswith("/") else url) for url in LINKS.values()]
        assert [rows[n] for n in range(len(LINKS))] == expected
        assert web.count("/picture.jpg") == 0
        assert "me:pw" not in "".join(str(row) for row in project.rows("SELECT * FROM snapshot"))


# --- F45


def many(count: int, first: int = 0) -> bytes:
    when = format_datetime(NOW - timedelta(days=1))
    return rss(
        *(
            f"<item><title>{HEADS[n % 8]} in town {n}</title><link>https://many.example/{n}</link>"
            f"<guid>https://many.example/{n}</guid><pubDate>{when}</pubDate></item>"
            for n in range(first, first + count)
        )
    )


@pytest.mark.slow
def test_f45_20_000_items_and_a_feed_that_shrinks_to_nothing_and_returns(tmp_path: Path) -> None:
    answers = [many(10_000), many(20_000), rss(), many(20_000), many(1, 20_000)]
    asked: list[bytes] = []

    def respond(hit: Hit) -> Answer:
        asked.append(answers[min(len(asked), len(answers) - 1)])
        return Answer(asked[-1], headers=XML)

    with Web() as web:
        web.serve("/feed", respond)
        web.answer("/rest", rss(item("The rest", "https://rest.example/1")))
        project = Project(tmp_path, [web.url("/feed"), web.url("/rest")], 'timeout = "60s"\n')

        fetches = []
        for _ in answers:
            done = project.run("poll", "--all", timeout=240)
            assert done.code == 0, done.err
            assert done.peak < 1_500_000_000
            fetches.append(
                project.rows("SELECT * FROM fetches WHERE feed_url = ? ORDER BY rowid", web.url("/feed"))[-1]
            )

        assert [fetch["new_items"] for fetch in fetches] == [10_000, 10_000, 0, 0, 1]
        assert [fetch["outcome"] for fetch in fetches] == ["new", "new", "unchanged", "unchanged", "new"]
        assert project.value("SELECT count(*) FROM items WHERE web_url LIKE 'https://many.example/%'") == 20_001
        assert project.titles(web.url("/rest")) == ["The rest"]
        project.assert_sound()


@pytest.mark.slow
def test_f45_an_empty_feed_is_named_while_it_is_empty(tmp_path: Path) -> None:
    answers = iter([many(5), rss(), many(6)])
    with Web() as web:
        web.serve("/feed", lambda hit: Answer(next(answers), headers=XML))
        project = Project(tmp_path, [web.url("/feed")])

        reasons = []
        for _ in range(3):
            project.run("poll", "--all")
            reasons += [row["reason"] for row in project.rows("SELECT reason FROM feed_health")]

        assert "no entries" in reasons[1]
        assert "no entries" not in reasons[2]
        assert project.value("SELECT count(*) FROM items") == 6


# --- F46


@pytest.mark.slow
def test_f46_entries_that_stand_twice_in_a_document_or_in_another_order_are_one_each(tmp_path: Path) -> None:
    once = [item(title, f"https://twice.example/{n}", f"t{n}") for n, title in enumerate(HEADS)]
    cases = [Case("f46", (said(*once, *once[:3]), said(*reversed(once)), said(*once[4:], *once[:4])))]
    with Web() as web:
        rounds = Rounds(tmp_path, web, cases, polls=3)

        rounds.rest_is_well()
        assert [rounds.fetch("f46", n)["new_items"] for n in range(3)] == [len(HEADS), 0, 0]
        assert rounds.project.value("SELECT count(*) FROM items WHERE web_url LIKE '%twice%'") == len(HEADS)
        assert rounds.project.rows("SELECT * FROM revisions") == []
        assert rounds.health("f46", 2)["entry_policy"] == "guid"


@pytest.mark.slow
def test_f46_a_feed_that_is_listed_twice_is_one_with_a_warning(tmp_path: Path) -> None:
    with Web() as web:
        url = web.answer("/feed", rss(item("Once", "https://once.example/1")))
        project = Project(tmp_path, [url, f"{url}/", url.replace("http", "HTTP")])

        done = project.run("poll", "--all")

        assert web.count("/feed") == 1
        assert done.err.count("is already listed at") == 2
        assert len(project.run("feeds", "list", "--json").json) == 1


def doubled(web: Web, kind: str) -> tuple[str, str]:
    """Two addresses of one feed; the first of them is the one to be read."""
    url = web.answer("/feed", rss(item("Once", "https://once.example/1")), headers={"ETag": '"1"'})
    if kind.startswith("both"):
        one, other = (302, 307) if kind == "both for now" else (301, 302) if kind == "both, one for now" else (301, 308)
        return web.redirect("/old", url, one), web.redirect("/older", url, other)
    return url, web.redirect("/old", url, int(kind))


BOTH = [("both", 0), ("both for now", 0), ("both, one for now", 0), ("both, one for now", 1)]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "first"), [("301", 0), ("301", 1), ("302", 1), ("308", 0), *BOTH])
def test_f46_a_feed_that_redirects_to_another_one_is_named_and_read_once(tmp_path: Path, kind: str, first: int) -> None:
    with Web() as web:
        urls = doubled(web, kind)
        project = Project(tmp_path, [urls[first], urls[1 - first]])
        (tmp_path / "seeds" / "one.md").write_text("---\ntitle: Faces counted in Moscow\n---\n", encoding="utf-8")

        done = project.run("poll", "--all")
        for _ in range(2):
            project.run("poll", "--all")
        health = {row["feed_url"]: row for row in project.rows("SELECT * FROM feed_health")}
        parked = [url for url, row in health.items() if row["state"] == "parked"]
        seen = {row["feed_url"] for row in project.rows("SELECT feed_url FROM sightings")}

        assert len(parked) == 1
        assert kind.startswith("both") or parked == [urls[1]]
        assert seen == set(urls) - set(parked)
        assert f"warning: {parked[0]}: It redirects" in done.out
        assert "to the same feed as " in done.out
        assert "0 failed" in done.out
        assert "1 the same as another" in project.run("status").out
        assert "to the same feed as" in project.run("feeds", "list").out
        assert "to the same feed as" in project.run("doctor").out
        assert project.run("poll", "--all", "--json").json["same"][0]["feed_url"] == parked[0]


@pytest.mark.slow
def test_f46_a_feed_is_read_again_when_the_other_is_gone_or_it_redirects_no_more(tmp_path: Path) -> None:
    with Web() as web:
        url, old = doubled(web, "301")
        project = Project(tmp_path, [url, old])
        project.run("poll", "--all")

        project.configure([old])
        done = project.run("poll")

        assert "1 feed asked" in done.out, "it is due at once"
        assert project.rows("SELECT state FROM feed_health") == [{"state": "ok"}]
        assert project.titles(old) == ["Once"]
        project.configure([url, old])
        project.run("poll", "--all")
        web.answer("/old", rss(item("On its own", "https://own.example/1")))
        project.run("poll", "--all")
        assert project.titles(old) == ["On its own", "Once"]
        assert {row["state"] for row in project.rows("SELECT state FROM feed_health")} == {"ok"}


@pytest.mark.slow
def test_f46_a_feed_that_redirected_for_now_is_soon_read_on_its_own_again(tmp_path: Path) -> None:
    with Web() as web:
        urls = doubled(web, "both for now")
        project = Project(tmp_path, urls)
        project.run("poll", "--all")
        (parked,) = project.rows(
            "SELECT feed_url, next_poll_at, last_attempt_at FROM feed_health WHERE state = 'parked'"
        )
        hours = datetime.fromisoformat(parked["next_poll_at"]) - datetime.fromisoformat(parked["last_attempt_at"])

        assert hours <= timedelta(hours=1), "not as seldom as one that moved for good"
        web.answer(parked["feed_url"].partition(str(web.pair[1]))[2], rss(item("On its own", "https://own.example/1")))
        project.run("poll", "--all")

        assert "On its own" in project.titles(parked["feed_url"])
        assert {row["state"] for row in project.rows("SELECT state FROM feed_health")} == {"ok"}
