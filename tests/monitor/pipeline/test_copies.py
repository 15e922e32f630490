"""Copies as the views show them: which texts are one, which are not, and the same in whatever order they came."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from monitor.types import Entry
from seeds import address, outlets
from tests.world import World, entry

TITLE = "Moscow to use facial recognition at every metro gate"
LEAD = (
    "Moscow will put cameras that recognise faces at every gate of its metro by the end of the year, the deputy mayor Maxim"
    " Liksutov said on Tuesday, as the city widens a system that already covers its streets and houses."
)
OTHER_LEAD = (
    "Rights groups criticised a plan by the Russian capital to watch passengers with cameras at turnstiles, saying that nobody had"
    " asked those who ride to work every day whether they wanted it."
)


def put(
    world: World, number: int, title: str, excerpt: str = LEAD, host: str = "", day: int = 1, **more: object
) -> None:
    host = host or f"outlet{number}.example"
    url = str(more.pop("url", f"https://{host}/2026/{number}"))
    said = entry(title, url, excerpt=excerpt, published_at=f"2026-06-{day:02}T08:00:00Z", date_quality="exact", **more)
    world.feed(f"https://{host}/feed{number}", [said])


def pairs(world: World) -> list[str]:
    """Headlines of copies and of what they are copies of."""
    rows = world.rows("SELECT title, copy_of_title, method FROM duplicates ORDER BY uid")
    return [f"{row['method']}: {row['title']} < {row['copy_of_title']}" for row in rows]


@pytest.mark.parametrize(
    ("title", "excerpt", "method"),
    [
        (TITLE, LEAD, "title and excerpt"),
        (TITLE.upper(), LEAD, "title and excerpt"),
        (f"UPDATE 2-{TITLE}", LEAD, "title and excerpt"),
        ("Moscow to use «facial recognition» at every metro gate", LEAD, "title and excerpt"),
        (TITLE, LEAD[:150] + " ...", "title and excerpt"),
        (TITLE, f"MOSCOW, June 2 (Reuters) - {LEAD}", "title and excerpt"),
        ("Moscow to use face recognition at every metro gate", LEAD, "excerpt"),
        ("Moscow to use facial recognition at every metro gate by winter", LEAD, "excerpt"),
        ("Cameras that recognise faces come to every gate of the Moscow metro", LEAD, "excerpt"),
        ("Moscow to use facial recognition at every metro Problem", LEAD, "excerpt"),  # no name, whatever its capital
        ("Moscow to use face-scanning recognition at every metro gate", LEAD, "excerpt"),
        ("Moscow won't use facial recognition at every metro gate", LEAD, "excerpt"),
        ("Finally to use facial recognition at every metro gate", LEAD, "excerpt"),
        (TITLE, LEAD.replace("Maxim Liksutov", "Officially Liksutov"), "title and excerpt"),
        (TITLE, LEAD.replace("Moscow", "Several", 1), "title and excerpt"),
    ],
)
def test_a_text_elsewhere_is_a_copy_whatever_was_edited(world: World, title: str, excerpt: str, method: str) -> None:
    put(world, 1, TITLE)
    put(world, 2, title, excerpt, day=2)

    (copy,) = world.rows("SELECT * FROM duplicates")
    assert (copy["method"], copy["copy_of_title"]) == (method, TITLE)
    assert 0.5 <= copy["score"] <= 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((TITLE, LEAD), (TITLE, OTHER_LEAD)),  # equal headlines at rivals
        ((TITLE, ""), (TITLE, "")),
        ((f"{TITLE} (Part I)", LEAD), (f"{TITLE} (Part II)", LEAD)),
        ((f"{TITLE}: часть 1", LEAD), (f"{TITLE}: часть 2", LEAD)),
        (("Moscow to use 300 cameras at metro gates", LEAD), ("Moscow to use 900 cameras at metro gates", LEAD)),
        (("Police in Moscow to use cameras that know faces", LEAD.replace("Moscow", "Kazan")), ("Police in Omsk to use cameras that know faces", LEAD)),
        (("Камеры с распознаванием лиц поставят в Омске", LEAD), ("Камеры с распознаванием лиц поставят в Томске", LEAD)),
        ((TITLE, LEAD.replace("Moscow", "Kazan")), (TITLE, LEAD.replace("Moscow", "Omsk"))),
        ((TITLE, LEAD.replace("every gate", "300 gates")), (TITLE, LEAD.replace("every gate", "900 gates"))),
        (("Kazan To Watch Passengers By Cameras", OTHER_LEAD), ("Samara To Watch Passengers By Cameras", OTHER_LEAD)),
        (("Kazan to watch passengers by cameras", OTHER_LEAD), ("Samara to watch passengers by cameras", OTHER_LEAD)),
        (("watching passengers in kazan by cameras", OTHER_LEAD), ("watching passengers in samara by cameras", OTHER_LEAD)),
        (("WATCHING PASSENGERS IN KAZAN BY CAMERAS", OTHER_LEAD), ("WATCHING PASSENGERS IN SAMARA BY CAMERAS", OTHER_LEAD)),
        (("Казань будет следить за пассажирами камерами", OTHER_LEAD), ("Самара будет следить за пассажирами камерами", OTHER_LEAD)),
        (("Cameras on passengers: week 4", OTHER_LEAD), ("Cameras on passengers", OTHER_LEAD)),
        (("Drone Camera Market Report And Outlook", LEAD), ("Smart Glass Market Report And Outlook", LEAD)),
        (("Bees make honey in spring", LEAD), ("Shares fall as banks report losses", LEAD)),  # an excerpt of neither
    ],
)  # fmt: skip
def test_what_only_looks_alike_is_no_copy(world: World, one: tuple[str, str], other: tuple[str, str]) -> None:
    put(world, 1, *one)
    put(world, 2, *other, day=2)

    assert pairs(world) == []
    assert len(world.rows("SELECT * FROM items")) == 2


def test_months_later_the_same_words_are_another_text(world: World) -> None:
    put(world, 1, TITLE, day=1)
    put(world, 2, TITLE, day=20)

    assert pairs(world) == []


def test_a_column_that_comes_every_day_is_no_copy_of_yesterdays(world: World) -> None:
    for day in range(1, 5):
        put(world, day, "What you need to know this morning", LEAD, "daily.example", day)

    assert pairs(world) == []


def test_a_video_with_the_description_of_another_is_no_copy(world: World) -> None:
    for number, title in enumerate((TITLE, "My reaction to cameras that recognise faces in the metro of Moscow")):
        put(world, number, title, LEAD, "youtube.com", url=f"https://youtube.com/watch?v=abcdefgh{number}")

    assert pairs(world) == []


def test_an_aggregators_item_is_a_copy_by_its_headline_alone(world: World) -> None:
    put(world, 1, TITLE, LEAD, day=2)
    put(world, 2, TITLE, OTHER_LEAD, "msn.com", url="https://www.msn.com/en-us/news/a/ar-AA1abcde")

    (copy,) = world.rows("SELECT * FROM duplicates")
    assert copy["method"] == "title and syndicator"
    assert copy["web_url"].startswith("https://www.msn.com/")  # though it is dated earlier


def test_a_headline_that_two_outlets_have_says_not_whose_it_is(world: World) -> None:
    put(world, 1, TITLE, LEAD)
    put(world, 2, TITLE, "", "msn.com", url="https://www.msn.com/en-us/news/a/ar-AA1abcde")
    assert len(pairs(world)) == 1
    put(world, 3, TITLE, OTHER_LEAD)

    assert pairs(world) == []


def test_the_settings_say_who_only_shows_what_others_wrote(world: World) -> None:
    outlets.use_syndicators(["collector.example"])
    try:
        put(world, 1, TITLE, LEAD)
        put(world, 2, TITLE, OTHER_LEAD, "collector.example")
        assert len(pairs(world)) == 1
    finally:
        outlets.use_syndicators([])


def test_an_excerpt_under_a_third_headline_proves_nothing_any_more(world: World) -> None:
    lead = "Cameras, faces, bees, honey, banks and shares: sign up to our newsletter for the latest news and comment every day."
    titles = ("Cameras learn faces of passengers", "Bees make honey near banks", "Shares of banks fall after vote")
    seen = []
    for number, title in enumerate(titles):
        put(world, number, title, lead)
        seen.append(len(pairs(world)))

    assert seen == [0, seen[1], 0]
    assert world.rows("SELECT * FROM decisions WHERE kind = 'copy'") == []


@pytest.mark.parametrize(
    ("texts", "root"),
    [
        ({"late": (LEAD, 3), "early": (LEAD, 2)}, "early"),
        ({"wire": (LEAD, 3), "paper": (f"MOSCOW (Reuters) - {LEAD}", 2)}, "wire"),
        ({"wire": (LEAD, 3), "paper": (f"МОСКВА, 2 июня. /ТАСС/. {LEAD}", 2), "other": (LEAD, 1)}, "other"),
    ],
)
def test_the_root_is_whom_the_others_credit_else_the_earliest(
    world: World, texts: dict[str, tuple[str, int]], root: str
) -> None:
    hosts = {"wire": "reuters.com"}
    for number, (name, (excerpt, day)) in enumerate(texts.items()):
        put(world, number, TITLE, excerpt, hosts.get(name, f"{name}.example"), day)

    found = {row["copy_of_uid"] for row in world.rows("SELECT copy_of_uid FROM duplicates")}
    (item,) = world.rows("SELECT web_url FROM items WHERE uid = ?", *found)
    assert hosts.get(root, f"{root}.example") in item["web_url"]


def test_the_same_whole_text_under_other_excerpts_is_a_copy(world: World) -> None:
    words = random.Random(1).choices(
        ["cameras", "faces", "gates", "people", "city", "river", "station", "morning", "police", "law", "court"], k=220
    )
    text = " ".join(words)
    changed = " ".join([*words[:60], "another", *words[61:]])
    world.feed("https://a.example/f", [entry(TITLE, "https://a.example/1", excerpt=LEAD, text=text)])
    world.feed(
        "https://b.example/f", [entry("Faces at the gates", "https://b.example/1", excerpt=OTHER_LEAD, text=changed)]
    )

    assert [row["method"] for row in world.rows("SELECT method FROM duplicates")] == ["text"]


# --- in any order

STREAM: tuple[tuple[str, Entry], ...] = tuple(
    (
        host,
        entry(
            title,
            f"https://{host}/{path}",
            excerpt=excerpt,
            published_at=f"2026-06-{day:02}T08:00:00Z",
            date_quality="exact",
        ),
    )
    for host, path, title, excerpt, day in (
        ("first.example", "2026/1", TITLE, LEAD, 2),
        ("second.example", "a", TITLE, f"UPD. {LEAD}", 1),
        ("msn.com", "en-us/news/a/ar-AA1abcde", TITLE, "", 1),
        ("rival.example", "b", TITLE, OTHER_LEAD, 3),
        ("third.example", "c", "Moscow to use face recognition at every metro gate", LEAD[:170], 3),
        ("town1.example", "x", "Police in Omsk get cameras", LEAD.replace("Moscow", "Omsk"), 2),
        ("town2.example", "x", "Police in Tomsk get cameras", LEAD.replace("Moscow", "Tomsk"), 2),
        ("edition.example", "uk/moscow-to-use-facial-recognition-at-metro-gates", TITLE, OTHER_LEAD, 2),
        ("edition.example", "us/moscow-to-use-facial-recognition-at-metro-gates", TITLE, OTHER_LEAD, 2),
    )
)


def grouped(path: Path, polls: list[list[tuple[str, Entry]]]) -> set[frozenset[str]]:
    """The addresses of each text, and of each item among them, after these polls."""
    world = World(path)
    for at, poll in enumerate(polls):
        world.day = 10 + at
        for host in dict.fromkeys(host for host, _ in poll):
            world.feed(f"https://{host}/feed", [said for at_host, said in poll if at_host == host])
    rows = world.rows(
        "SELECT s.link, s.item_uid, coalesce(i.copy_of_uid, i.uid) AS root FROM sightings s JOIN items i ON i.uid = s.item_uid"
    )
    world.store.close()
    found = {frozenset(row["link"] for row in rows if row["root"] == root) for root in {row["root"] for row in rows}}
    return found | {
        frozenset(row["link"] for row in rows if row["item_uid"] == uid) for uid in {row["item_uid"] for row in rows}
    }


def test_items_and_copies_are_the_same_in_any_order_and_any_number_of_polls(tmp_path: Path) -> None:
    at_once = grouped(tmp_path / "once.db", [list(STREAM)])
    for run in range(6):
        shuffled = random.Random(run).sample(STREAM, len(STREAM))
        polls = [[one] for one in shuffled] if run % 2 else [shuffled[:4], shuffled[4:]]
        assert grouped(tmp_path / f"{run}.db", polls) == at_once


# --- what the settings say


def test_an_article_at_a_mirror_is_the_one_at_the_outlet(world: World) -> None:
    address.use_mirrors({"mirror.example": "outlet.example"})
    try:
        world.feed("https://a.example/f", [entry(TITLE, "https://outlet.example/2026/06/cameras")])
        world.feed("https://b.example/f", [entry(TITLE, "https://www.mirror.example/2026/06/cameras")])
        assert len(world.titles()) == 1
    finally:
        address.use_mirrors({})
