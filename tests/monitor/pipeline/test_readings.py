"""What a page said, in the store: facts, one article or two, copies, and the verdict again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from db import pages
from monitor.pipeline import seeds as seed_store
from monitor.pipeline.judging import Judge, Thresholds
from monitor.pipeline.paging import page_revisions
from monitor.pipeline.readings import Readings, Told
from monitor.pipeline.rebuilding import Rebuilt, remake
from monitor.pipeline.rescoring import Moved, rescore
from monitor.pipeline.surroundings import Surroundings
from monitor.read import timing
from monitor.read.types import Failure, FailureKind, Page, PageLink, Relation, Visit, Wanted
from monitor.relate.shared_terms import SharedTerms
from seeds import address
from seeds.document import read_document
from seeds.shipped import corpus
from tests.monitor.pipeline.test_settling import decide, dump, pair, ruling, undo
from tests.pages import ENGLISH, ENGLISH_TITLE, RUSSIAN
from tests.world import World, entry

FEED = "https://example.org/feed"
URL = "https://example.org/2026/11/metro-cameras-watch-everyone"
OTHER = "https://example.org/story/4711234"
TEXT = "\n".join(ENGLISH)
OTHER_TITLE = "Bees and their honey in the alpine spring of this year"


def page(title: str = ENGLISH_TITLE, text: str = TEXT, **said: Any) -> Page:
    links: dict[Relation, str] = said.pop("links", {})
    return Page(title=title, text=text, links=tuple(PageLink(u, r) for r, u in links.items()), **said)


def read(world: World, url: str, result: Page | Failure | None) -> Told:
    """Let a page say something now."""
    with world.store.transaction() as connection:
        parsed = address.parse(url)
        assert parsed is not None
        row, _ = pages.ensure_page(connection, parsed.key, url, parsed.outlet, world.now)
        visit = Visit(Wanted(row.id, url, "T"), datetime.now(UTC), result, final_url=url)
        told = Readings(connection, world.judge, world.now).store(visit)
        row = pages.page(connection, row.id)
        condition = timing.Condition(row.state, row.since, row.tries, row.reading_id is not None)
        columns = timing.after(condition, visit, datetime.fromisoformat(world.now), None)
        pages.set_page(connection, row.id, **columns)
        return told


def gone(kind: FailureKind = "gone") -> Failure:
    return Failure(kind, "The page was removed for good (HTTP 410).")


def item(world: World, title: str) -> dict[str, Any]:
    (row,) = world.rows("SELECT * FROM items WHERE title = ?", title)
    return row


def text_of(world: World, title: str) -> str:
    return str(world.rows("SELECT text FROM article WHERE title = ?", title)[0]["text"])


# --- facts and the article


def test_what_a_feed_left_out_comes_from_the_page(world: World) -> None:
    world.feed(FEED, [entry(ENGLISH_TITLE, URL)])

    told = read(
        world,
        URL,
        page(
            excerpt="Cameras watch.",
            site="Example Gazette",
            published_at="2026-10-31T10:00:00Z",
            date_quality="exact",
            updated_at="2026-10-31T11:00:00Z",
            language="en",
            authors=("Anna Petrova",),
            paywalled=True,
            links={"amp": "https://example.org/amp/2026/11/metro-cameras-watch-everyone"},
        ),
    )

    assert told.outcome == "read"
    found = item(world, ENGLISH_TITLE)
    assert text_of(world, ENGLISH_TITLE) == TEXT
    assert (found["excerpt"], found["judged_on"], found["language"]) == ("Cameras watch.", "text", "en")
    assert (found["published_at"], found["date_quality"]) == ("2026-10-31T10:00:00Z", "exact")
    (seed,) = world.rows("SELECT ampWebUrl, updatedDateTime FROM seed_format WHERE uid = ?", found["uid"])
    assert seed["ampWebUrl"] == "https://example.org/amp/2026/11/metro-cameras-watch-everyone"
    assert seed["updatedDateTime"] == "2026-10-31T11:00:00Z"
    (shown,) = world.rows("SELECT * FROM pages")
    assert (shown["item_uid"], shown["state"], shown["paywalled"]) == (found["uid"], "read", 1)
    assert shown["authors"] == '["Anna Petrova"]'
    assert world.rows("SELECT count(*) AS n FROM article_fts WHERE article_fts MATCH 'turnstiles'") == [{"n": 1}]


def test_what_the_feed_said_stays(world: World) -> None:
    said = {"excerpt": "An excerpt of the feed.", "published_at": "2026-11-01T09:00:00Z", "date_quality": "exact"}
    world.feed(FEED, [entry(ENGLISH_TITLE, URL, **said)])

    read(
        world,
        URL,
        page(
            "Another headline of the same", excerpt="Other.", published_at="2026-01-01T00:00:00Z", date_quality="exact"
        ),
    )

    found = item(world, ENGLISH_TITLE)
    assert {key: found[key] for key in said} == said


@pytest.mark.parametrize(("quality", "expected"), [("day", "exact"), ("zone_assumed", "exact"), ("exact", "exact")])
def test_a_page_may_know_the_date_better(world: World, quality: Any, expected: str) -> None:
    world.feed(FEED, [entry(ENGLISH_TITLE, URL, published_at="2026-11-01T00:00:00Z", date_quality=quality)])

    read(world, URL, page(published_at="2026-11-01T07:30:00Z", date_quality="exact"))

    found = item(world, ENGLISH_TITLE)
    assert found["date_quality"] == expected
    assert found["published_at"] == ("2026-11-01T00:00:00Z" if quality == "exact" else "2026-11-01T07:30:00Z")


def test_a_text_shorter_than_the_excerpt_replaces_nothing(world: World) -> None:
    world.feed(FEED, [entry(ENGLISH_TITLE, URL, excerpt=ENGLISH[0])])

    read(world, URL, page(text="Members can read on."))

    assert text_of(world, ENGLISH_TITLE) == ""
    assert item(world, ENGLISH_TITLE)["judged_on"] == "excerpt"


def test_a_longer_text_of_the_feed_stays(world: World) -> None:
    world.feed(FEED, [entry(ENGLISH_TITLE, URL, text=TEXT + "\nAnd more.")])

    read(world, URL, page())

    assert text_of(world, ENGLISH_TITLE).endswith("And more.")
    assert world.rows("SELECT read_at FROM article") == [{"read_at": None}]


def test_a_later_sighting_leaves_the_text_of_the_page(world: World) -> None:
    world.feed(FEED, [entry(ENGLISH_TITLE, URL)])
    read(world, URL, page())

    world.feed(FEED, [entry(ENGLISH_TITLE, URL, excerpt="A changed excerpt.")])
    world.feed("https://other.example/feed", [entry(ENGLISH_TITLE, f"{URL}?utm_source=x", guid="g")])

    assert text_of(world, ENGLISH_TITLE) == TEXT
    assert item(world, ENGLISH_TITLE)["judged_on"] == "text"


def test_a_failure_is_a_fact_and_changes_nothing(world: World) -> None:
    world.feed(FEED, [entry(ENGLISH_TITLE, URL)])
    before = item(world, ENGLISH_TITLE)

    told = read(world, URL, Failure("challenge", "The site asks visitors to prove that they are human."))

    assert told.outcome == "failed"
    assert item(world, ENGLISH_TITLE) == before
    (reading,) = world.rows("SELECT * FROM readings")
    assert (reading["error_code"], reading["text"]) == ("challenge", None)
    assert world.rows("SELECT * FROM revisions") == []


# --- looking again


def test_what_changed_since_it_was_read(world: World) -> None:
    world.feed(FEED, [entry(ENGLISH_TITLE, URL)])
    read(world, URL, page())
    world.day = 2
    assert read(world, URL, page()).outcome == "same"
    world.day = 3

    told = read(
        world,
        URL,
        page("Moscow metro police deny wide facial recognition", text=TEXT.replace("221 people", "12 people")),
    )

    assert told.changed == ("page_title", "text")
    revisions = world.rows("SELECT field, old, new, seen_at FROM revisions")
    assert [(r["field"], r["seen_at"]) for r in revisions] == [("page_title", world.now), ("text", world.now)]
    assert "221 people" in revisions[1]["old"]
    assert "12 people" in revisions[1]["new"]
    assert ENGLISH[0] not in revisions[1]["old"]
    assert "12 people" in text_of(world, ENGLISH_TITLE)
    (shown,) = world.rows("SELECT first_read_at, changed_at FROM pages")
    assert (shown["first_read_at"], shown["changed_at"]) == ("2026-11-01T12:00:00Z", world.now)
    assert [row["outcome"] for row in world.rows("SELECT outcome FROM readings ORDER BY read_at")] == [
        "read",
        "same",
        "read",
    ]


def test_other_pictures_and_punctuation_are_no_change_of_text(world: World) -> None:
    world.feed(FEED, [entry(ENGLISH_TITLE, URL)])
    read(world, URL, page())

    assert read(world, URL, page(text=TEXT.replace(", city", " - city"))).changed == ()


def test_gone_since_when_and_there_again(world: World) -> None:
    world.feed(FEED, [entry(ENGLISH_TITLE, URL)])
    read(world, URL, page())
    world.day = 2
    assert read(world, URL, gone()).changed == ("page",)
    world.day = 3
    assert read(world, URL, gone()).changed == ()

    (shown,) = world.rows("SELECT state, since FROM pages")
    assert shown == {"state": "gone", "since": "2026-11-02T12:00:00Z"}
    assert text_of(world, ENGLISH_TITLE) == TEXT

    world.day = 4
    assert read(world, URL, None).changed == ("page",)
    assert [(r["field"], r["old"][:9], r["new"][:9]) for r in world.rows("SELECT * FROM revisions")] == [
        ("page", "there", "The page "),
        ("page", "The page ", "there aga"),
    ]


def test_a_page_that_was_never_there_is_no_change(world: World) -> None:
    world.feed(FEED, [entry(ENGLISH_TITLE, URL)])

    assert read(world, URL, gone("not_found")).changed == ()


# --- identity


def test_two_items_are_one_when_the_page_says_so_and_the_headlines_agree(world: World) -> None:
    world.feed(FEED, [entry(ENGLISH_TITLE, URL)])
    world.feed("https://other.example/feed", [entry(f"{ENGLISH_TITLE}: report", OTHER)])
    assert len(world.titles()) == 2

    told = read(world, URL, page(links={"canonical": OTHER, "og": OTHER}))

    assert len(world.titles()) == 1
    (decision,) = world.rows("SELECT * FROM decisions WHERE method = 'page address'")
    assert (decision["kind"], decision["verdict"], decision["decided_by"]) == ("identity", "same", "rule")
    assert {row["item_uid"] for row in world.rows("SELECT item_uid FROM item_aliases")} == {
        item(world, ENGLISH_TITLE)["uid"]
    }
    assert told.article_id is not None
    assert text_of(world, ENGLISH_TITLE) == TEXT


def test_in_the_other_order_as_well(world: World) -> None:
    world.feed(FEED, [entry(ENGLISH_TITLE, URL)])
    read(world, URL, page(links={"canonical": OTHER, "og": OTHER}))

    world.feed("https://other.example/feed", [entry(f"{ENGLISH_TITLE}: report", OTHER)])

    assert len(world.titles()) == 1


def test_an_address_that_another_headline_holds_makes_nothing_one(world: World) -> None:
    world.feed(FEED, [entry(ENGLISH_TITLE, URL), entry(OTHER_TITLE, OTHER)])

    read(world, URL, page(links={"canonical": OTHER, "og": OTHER}))

    assert len(world.titles()) == 2
    weak = world.rows(
        "SELECT i.title, u.weak FROM item_urls u JOIN items i ON i.uid = u.item_uid WHERE u.url = ?", OTHER
    )
    assert sorted((row["title"], row["weak"]) for row in weak) == [(OTHER_TITLE, 0), (ENGLISH_TITLE, 1)]


@pytest.mark.parametrize("canonical", ["https://example.org/", "https://example.org/news", "https://wire.example/"])
def test_a_home_page_a_section_or_another_site_merges_nothing(world: World, canonical: str) -> None:
    world.feed(FEED, [entry(ENGLISH_TITLE, URL)])
    world.feed(FEED, [entry(f"{ENGLISH_TITLE} today", canonical, guid="other")])

    read(world, URL, page(links={"canonical": canonical, "og": canonical}))

    assert len(world.titles()) == 2


def test_what_a_person_keeps_apart_stays_apart(world: World) -> None:
    world.feed(FEED, [entry(ENGLISH_TITLE, URL)])
    world.feed("https://other.example/feed", [entry(f"{ENGLISH_TITLE}: report", OTHER)])
    decide(world, pair("different", URL, OTHER))

    read(world, URL, page(links={"canonical": OTHER, "og": OTHER}))

    assert len(world.titles()) == 2


# --- what people decided


def test_what_a_page_made_one_a_person_parts_and_pages_keep_apart(world: World) -> None:
    world.feed(FEED, [entry(ENGLISH_TITLE, URL)])
    world.feed("https://other.example/feed", [entry(f"{ENGLISH_TITLE}: report", OTHER)])
    read(world, URL, page(links={"canonical": OTHER, "og": OTHER}))
    assert len(world.titles()) == 1

    decide(world, pair("different", URL, OTHER))
    assert len(world.titles()) == 2
    texts = {text_of(world, title) for title in world.titles()}
    assert texts == {TEXT, ""}
    read(world, URL, page(text=f"{TEXT}\nMore.", links={"canonical": OTHER, "og": OTHER}))
    read(world, OTHER, page(text="Another text.", links={"amp": URL, "canonical": URL, "og": URL}))

    assert len(world.titles()) == 2
    assert {text_of(world, title) for title in world.titles()} == {f"{TEXT}\nMore.", "Another text."}


@pytest.mark.parametrize("first", ["page", "person"])
def test_without_the_decision_it_is_as_pages_have_it(world: World, first: str) -> None:
    world.feed(FEED, [entry(ENGLISH_TITLE, URL)])
    world.feed("https://other.example/feed", [entry(f"{ENGLISH_TITLE}: report", OTHER)])
    apart = pair("different", URL, OTHER)
    said = page(links={"canonical": OTHER, "og": OTHER})
    if first == "page":
        read(world, URL, said)
        before = dump(world)
        decide(world, apart)
    else:
        decide(world, apart)
        read(world, URL, said)
    assert len(world.titles()) == 2
    undo(world, apart)

    assert len(world.titles()) == 1
    assert {row["weak"] for row in world.rows("SELECT weak FROM item_urls WHERE url = ?", OTHER)} == {0}
    if first == "page":
        assert dump(world) == before


def test_one_article_by_a_person_stays_one_when_a_page_says_so_too(world: World) -> None:
    world.feed(FEED, [entry(ENGLISH_TITLE, URL)])
    world.feed("https://other.example/feed", [entry(f"{ENGLISH_TITLE}: report", OTHER)])
    one = pair("same", URL, OTHER)
    decide(world, one)
    read(world, URL, page(links={"canonical": OTHER, "og": OTHER}))
    undo(world, one)

    assert len(world.titles()) == 1


def test_what_a_person_said_of_an_address_holds_when_a_page_brings_it(world: World) -> None:
    decide(world, ruling("yes", key="example.org/story/4711234", watch="default"))
    world.feed(FEED, [entry(ENGLISH_TITLE, URL)])
    assert item(world, ENGLISH_TITLE)["verdict"] == "no"
    read(world, URL, page(links={"canonical": OTHER, "og": OTHER}))

    assert item(world, ENGLISH_TITLE)["verdict"] == "likely"


def test_no_copy_against_the_word_of_a_person(world: World) -> None:
    """Neither directly nor through a third; and a copy again when the word is taken back."""
    third = "https://third.example/2026/metro-cameras-watch-everyone"
    world.feed(FEED, [entry(ENGLISH_TITLE, URL)])
    world.feed("https://copier.example/feed", [entry("Passengers watched", COPY)])
    world.feed("https://third.example/feed", [entry("Underground", third)])
    apart = pair("different", URL, COPY)
    decide(world, apart)
    for url, title in ((COPY, "Passengers watched"), (URL, ENGLISH_TITLE), (third, "Underground")):
        read(world, url, page(title))

    uids = {item(world, title)["uid"] for title in (ENGLISH_TITLE, "Passengers watched")}
    groups = [{row["uid"], row["copy_of_uid"]} for row in world.rows("SELECT * FROM duplicates")]
    assert len(groups) == 1
    assert not uids <= groups[0]
    undo(world, apart)

    assert len(world.rows("SELECT DISTINCT story_uid FROM items WHERE story_uid IS NOT NULL")) == 1
    assert len(world.rows("SELECT * FROM duplicates")) == 2


def test_a_person_has_the_last_word_on_a_verdict(judged: World) -> None:
    judged.feed(FEED, [entry(VAGUE, URL)])
    decide(judged, ruling("no", key=address.key_of(URL), watch="default"))

    read(judged, URL, page(VAGUE))

    assert item(judged, VAGUE)["verdict"] == "no"


def test_made_anew_from_facts_it_is_the_same(judged: World) -> None:
    judged.feed(FEED, [entry(ENGLISH_TITLE, URL), entry(VAGUE, f"{OTHER}5")])
    judged.feed("https://copier.example/feed", [entry(f"{ENGLISH_TITLE}!", COPY)])
    read(judged, COPY, page(text="Short.", links={"canonical": URL}))
    read(
        judged,
        f"{OTHER}5",
        page(
            VAGUE,
            text="Short again.",
            links={"final": f"https://www.example.org/news/{VAGUE.replace(' ', '-').lower()}"},
        ),
    )
    for day, said in enumerate(
        (page(links={"amp": f"{URL}/amp"}), gone(), page(text=TEXT + " More.", paywalled=True)), 2
    ):
        judged.day = day
        read(judged, URL, said)
    assert list(rescore(judged.store, judged.judge, Surroundings(), Moved()))
    before = dump(judged)
    assert before["revisions"]

    for _ in remake(judged.store, judged.judge, Rebuilt()):
        pass
    for _ in rescore(judged.store, judged.judge, Surroundings(), Moved()):
        pass

    assert dump(judged) == before


# --- copies


COPY = "https://copier.example/2026/metro-cameras-watch-everyone"


@pytest.mark.parametrize("first", [URL, COPY])
def test_a_canonical_address_elsewhere_says_that_it_is_a_copy(world: World, first: str) -> None:
    world.feed(FEED, [entry(ENGLISH_TITLE, URL)])
    world.day = 2
    world.feed("https://copier.example/feed", [entry(f"{ENGLISH_TITLE}!", COPY)])
    said = {URL: page(text="Short."), COPY: page(text="Shorter.", links={"canonical": URL})}

    for url in sorted(said, key=lambda u: u != first):
        read(world, url, said[url])

    (copy,) = world.rows("SELECT * FROM duplicates")
    assert copy["method"] == "canonical address elsewhere"
    assert copy["copy_of_uid"] == item(world, ENGLISH_TITLE)["uid"]
    assert len(world.titles()) == 2


def test_a_canonical_address_of_another_story_says_nothing(world: World) -> None:
    world.feed(FEED, [entry(OTHER_TITLE, URL)])
    world.feed("https://copier.example/feed", [entry(ENGLISH_TITLE, COPY)])

    read(world, COPY, page(links={"canonical": URL}))

    assert world.rows("SELECT * FROM duplicates") == []


def test_the_same_words_under_another_headline_are_a_copy(world: World) -> None:
    world.feed(FEED, [entry(ENGLISH_TITLE, URL)])
    world.day = 2
    world.feed("https://copier.example/feed", [entry("Passengers watched on the capital's underground", COPY)])

    read(world, COPY, page("Passengers watched", text=TEXT.replace("\n", "\n\n").replace(", ", " – ")))
    read(world, URL, page())

    (copy,) = world.rows("SELECT * FROM duplicates")
    assert (copy["method"], copy["copy_of_title"]) == ("same text", ENGLISH_TITLE)
    assert len(world.rows("SELECT * FROM decisions WHERE kind = 'copy'")) == 1


def test_two_groups_that_become_one_are_one_story(world: World) -> None:
    said = {}
    for group, title in enumerate((ENGLISH_TITLE, OTHER_TITLE)):
        for number in range(2):
            url = f"https://{number}-group{group}.example/2026/the-cameras-of-the-metro-{group}"
            world.feed(f"{url}/feed", [entry(title, url, excerpt=ENGLISH[group])])
            said[url] = title
    assert len(world.rows("SELECT * FROM stories")) == 2
    for url, title in list(said.items())[::2]:
        read(world, url, page(title))

    (story,) = world.rows("SELECT * FROM stories")
    assert (story["articles"], story["reprints"]) == (4, 3)


def test_a_short_notice_in_two_places_is_no_copy(world: World) -> None:
    world.feed(FEED, [entry(ENGLISH_TITLE, URL), entry(OTHER_TITLE, OTHER)])

    for url in (URL, OTHER):
        read(world, url, page(text="This video cannot be played in your country."))

    assert world.rows("SELECT * FROM duplicates") == []


# --- relevance


@pytest.fixture
def judged(tmp_path: Path) -> World:
    made = World(tmp_path / "judged.db")
    documents = [read_document(raw, name) for name, raw in corpus()]
    files = [seed_store.SeedFile(d.path, "default", d.record) for d in documents if d.record is not None]
    seed_store.sync(made.store, files, made.judge, made.now)
    texts = seed_store.seed_texts(made.store.connection)
    made.judge = Judge([SharedTerms(watch, said) for watch, said in texts.items()], Thresholds(0.8, 0.4))
    return made


VAGUE = "Passengers in the underground to be watched more closely"


def test_the_text_moves_the_verdict_and_the_reason_says_so(judged: World) -> None:
    judged.feed(FEED, [entry(VAGUE, URL)])
    before = item(judged, VAGUE)["verdict"]
    assert before != "likely"

    told = read(judged, URL, page(VAGUE))

    found = item(judged, VAGUE)
    assert (told.before, told.after) == (before, "likely")
    assert (found["verdict"], found["judged_on"]) == ("likely", "text")
    (match, *_) = judged.rows("SELECT reason, judged_on FROM matches WHERE item_uid = ?", found["uid"])
    assert f"Judged on the text of its page, which moved it from {before} to likely." in match["reason"]
    assert match["judged_on"] == "text"


def test_judging_everything_again_keeps_what_the_page_moved(judged: World) -> None:
    judged.feed(FEED, [entry(VAGUE, URL)])
    read(judged, URL, page(VAGUE))
    query = (
        "SELECT j.reason, j.verdict, j.score FROM judgement j JOIN article a ON a.id = j.article_id WHERE a.title = ?"
    )
    before = judged.rows(query, VAGUE)

    moved = Moved()
    assert list(rescore(judged.store, judged.judge, Surroundings(), moved))

    assert moved.changes == []
    assert judged.rows(query, VAGUE) == before


def test_russian_texts_as_well(judged: World) -> None:
    title = "За пассажирами станут следить внимательнее"
    judged.feed(FEED, [entry(title, URL)])

    read(judged, URL, replace(page(title, text="\n".join(RUSSIAN)), language="ru"))

    assert item(judged, title)["verdict"] == "likely"


def test_a_text_without_news_moves_nothing(judged: World) -> None:
    judged.feed(FEED, [entry(ENGLISH_TITLE, URL)])

    told = read(judged, URL, page())

    assert (told.before, told.after) == ("likely", "likely")
    reason = judged.rows("SELECT reason FROM related_items WHERE title = ?", ENGLISH_TITLE)[0]["reason"]
    assert reason.endswith("Judged on the text of its page.")


def test_the_changes_of_pages_can_be_told_again_from_the_readings(world: World) -> None:
    world.feed(FEED, [entry(ENGLISH_TITLE, URL)])
    said = [page(), gone(), gone("timeout"), gone(), page(text=TEXT + "\nMore."), gone("not_found"), None, page("Other title of it")]  # fmt: skip
    for day, result in enumerate(said, 1):
        world.day = day
        told = read(world, URL, result)

    assert told.article_id is not None
    stored = [tuple(row.values()) for row in world.rows("SELECT seen_at, field, old, new FROM revisions")]
    assert page_revisions(world.store.connection, told.article_id) == sorted(stored)
    assert [row[1] for row in stored] == ["page", "page", "text", "page", "page", "page_title", "text"]
