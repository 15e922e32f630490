"""What becomes of entries: one article is one item, whatever its feeds do to addresses, guids and headlines."""

from __future__ import annotations

import pytest

from db.maintenance import prune_items
from db.queries import match_expression, prunable
from monitor.pipeline.ingest import MAX_HEADLINES, MAX_SNAPSHOTS, Outcome
from monitor.pipeline.refold import refold
from monitor.types import Entry, Link
from seeds.record import Image
from tests.world import World, entry

KAZAN = "Kazan metro tests facial recognition for payment and police search"


@pytest.mark.parametrize(
    "other",
    [
        "https://news.example.com/kazan?utm_medium=rss",
        "http://www.news.example.com/kazan/",
        "https://news.example.com/kazan/amp/",
        "https://news-example-com.cdn.ampproject.org/c/s/news.example.com/kazan/amp/",
        "https://m.news.example.com/kazan#top",
    ],
)
def test_one_article_from_two_feeds_is_one_item_with_two_sightings(world: World, other: str) -> None:
    first = world.feed("https://a.example/feed", [entry(KAZAN, "https://news.example.com/kazan")])
    second = world.feed("https://b.example/feed", [entry(KAZAN, other, guid="x")])
    assert len(first.new) == 1
    assert not second.new
    assert world.titles() == [KAZAN]
    sightings = world.rows("SELECT feed_url, item_uid FROM sightings ORDER BY feed_url")
    assert [s["feed_url"] for s in sightings] == ["https://a.example/feed", "https://b.example/feed"]
    assert len({s["item_uid"] for s in sightings}) == 1
    decision = world.rows("SELECT method, decided_by FROM decisions WHERE kind = 'identity'")
    assert decision == [{"method": "address", "decided_by": "rule"}]


def test_the_same_document_twice_brings_nothing(world: World) -> None:
    document = [entry(f"Headline number {n}", f"https://a.example/{n}") for n in range(30)]
    assert len(world.feed("https://a.example/feed", document).new) == 30
    before = world.rows("SELECT * FROM items ORDER BY uid")
    world.day = 2
    again = world.feed("https://a.example/feed", document)
    assert not again.new
    assert again.overlap
    assert world.rows("SELECT * FROM items ORDER BY uid") == before


def test_an_entry_under_a_new_guid_is_the_same_item(world: World) -> None:
    world.feed("https://a.example/feed", [entry(KAZAN, "https://a.example/1", guid="old")])
    outcome = world.feed("https://a.example/feed", [entry(KAZAN, "https://a.example/1", guid="new")])
    assert not outcome.new
    assert outcome.joined == 1
    assert world.titles() == [KAZAN]


def test_an_edited_headline_is_a_revision(world: World) -> None:
    world.feed("https://a.example/feed", [entry(KAZAN, "https://a.example/1")])
    uid = world.rows("SELECT uid FROM items")[0]["uid"]
    world.day = 2
    edited = KAZAN.replace("tests", "introduces")
    assert not world.feed("https://a.example/feed", [entry(edited, "https://a.example/1")]).new
    items = world.rows("SELECT uid, title, first_seen_at FROM items")
    assert items == [{"uid": uid, "title": edited, "first_seen_at": "2026-11-01T12:00:00Z"}]
    revision = world.rows("SELECT field, old, new FROM revisions")
    assert revision == [{"field": "title", "old": KAZAN, "new": edited}]


def test_a_counter_in_the_text_is_no_revision_and_is_stored_so_many_times(world: World) -> None:
    for views in range(40):
        said = entry(KAZAN, "https://a.example/1", excerpt=f"Read by {views} people so far")
        world.feed("https://a.example/feed", [said])
    assert not world.rows("SELECT * FROM revisions")
    assert world.rows("SELECT snapshots FROM sightings") == [{"snapshots": 24}]


@pytest.mark.parametrize(
    ("link", "revised"),
    [
        ("https://a.example/2026/kazan?views={}", False),
        ("https://a.example/2026/kazan?utm_source={}", False),
        ("https://a.example/article.php?id={}", True),
        ("https://a.example/?p={}", True),
        ("https://a.example/2026/kazan-{}", True),
    ],
)
def test_a_counter_in_an_address_is_no_revision(world: World, link: str, revised: bool) -> None:
    for views in range(3, 6):
        world.feed("https://a.example/feed", [entry(KAZAN, link.format(views), guid="7")])

    assert [r["field"] for r in world.rows("SELECT field FROM revisions")] == ["web_url"] * (2 * revised)
    assert len(world.titles()) == 1


def test_a_guid_used_again_for_another_article_loses_neither(world: World) -> None:
    world.feed("https://a.example/feed", [entry("Floods cut off three villages", "https://a.example/1", guid="7")])
    world.feed("https://a.example/feed", [entry("Mayor opens a new bridge", "https://a.example/2", guid="7")])
    assert world.titles() == ["Floods cut off three villages", "Mayor opens a new bridge"]


def test_pictures_without_a_word_are_called_so_and_are_no_copies_of_each_other(world: World) -> None:
    pictures = [
        entry(
            "",
            f"https://t.me/faces/{n}",
            images=(Image(f"https://cdn.example/{n}.jpg"),),
            published_at=f"2026-10-31T1{n}:00:00Z",
        )
        for n in range(3)
    ]
    world.feed("https://t.me/s/faces", pictures, title="City Faces")

    assert world.titles() == ["Picture without words, 2026-10-31"] * 3
    assert not world.rows("SELECT * FROM duplicates")
    assert not world.rows("SELECT uid FROM items WHERE copy_of_uid IS NOT NULL")


@pytest.mark.parametrize("guid", ["https://a.example/", "same", None])
def test_a_feed_of_equal_guids_is_told_apart_by_links(world: World, guid: str | None) -> None:
    document = [entry(f"Quite another headline {n}", f"https://a.example/{n}", guid=guid) for n in range(5)]
    world.feed("https://a.example/feed", document)
    assert not world.feed("https://a.example/feed", document).new
    assert len(world.titles()) == 5


def test_when_guids_turn_worthless_nothing_is_new_again(world: World) -> None:
    links = [f"https://a.example/{n}" for n in range(5)]
    world.feed("https://a.example/feed", [entry(f"Some headline {n}", link) for n, link in enumerate(links)])
    document = [entry(f"Some headline {n}", link, guid="same") for n, link in enumerate(links)]
    assert not world.feed("https://a.example/feed", document).new
    assert len(world.titles()) == 5


def test_one_link_for_all_entries_merges_nothing(world: World) -> None:
    page = "https://a.example/news/today"
    titles = ("Floods cut off a village", "Mayor opens bridge", "Wolves seen near town", "School wins chess cup")
    document = [entry(title, page, guid=title) for title in titles]
    world.feed("https://a.example/feed", document)
    assert len(world.titles()) == 4
    assert all(row["weak"] for row in world.rows("SELECT weak FROM item_urls"))


def test_a_home_page_identifies_nothing(world: World) -> None:
    world.feed("https://a.example/feed", [entry("First story of the day", "https://a.example/", guid="1")])
    world.feed("https://b.example/feed", [entry("Second story of the day", "https://a.example", guid="2")])
    assert len(world.titles()) == 2


def test_different_ids_in_a_query_are_different_articles(world: World) -> None:
    document = [entry("Weather warning for the coast", f"https://a.example/item?id={n}") for n in (1, 2)]
    world.feed("https://a.example/feed", document)
    assert len(world.titles()) == 2


def test_entries_with_nothing_to_tell_them_by_are_kept_apart(world: World) -> None:
    document = [entry("", None, excerpt="One small note"), entry("", None, excerpt="Another small note")]
    world.feed("https://a.example/feed", document)
    assert not world.feed("https://a.example/feed", document).new
    assert world.titles() == ["Another small note", "One small note"]


def test_an_entry_that_carries_two_known_addresses_makes_them_one(world: World) -> None:

    world.feed("https://a.example/feed", [entry(KAZAN, "https://a.example/short")])
    world.feed("https://b.example/feed", [entry(KAZAN, "https://a.example/long/address")])
    both = entry(
        KAZAN, "https://a.example/short", guid="z", links=(Link("https://a.example/long/address", "original"),)
    )
    uids = {row["uid"] for row in world.rows("SELECT uid FROM items")}
    world.feed("https://c.example/feed", [both])
    kept = world.rows("SELECT uid FROM items")
    assert len(kept) == 1
    leads = world.rows("SELECT old_uid, item_uid FROM item_aliases")
    assert {row["old_uid"] for row in leads} == uids
    assert {row["item_uid"] for row in leads} == {kept[0]["uid"]}


def test_an_aggregators_item_is_the_outlets_own(world: World) -> None:
    told = entry(
        f"{KAZAN} - Example News",
        "https://news.google.com/rss/articles/CBMiQ2h0dHBzOi8vZXhhbXBsZQ",
        provider_name="Example News",
        provider_url="https://news.example.com",
        published_at="2026-11-01T10:00:00Z",
    )
    own = entry(KAZAN, "https://news.example.com/kazan", published_at="2026-11-01T09:00:00Z")
    world.feed("https://news.google.com/rss/search?q=x", [told])
    outcome = world.feed("https://news.example.com/feed", [own], name="Example News")
    assert not outcome.new
    assert world.rows("SELECT web_url FROM items") == [{"web_url": "https://news.example.com/kazan"}]


def test_equal_headlines_at_rivals_are_two_items(world: World) -> None:
    world.feed(
        "https://a.example/feed", [entry("Parliament passes the budget for next year", "https://a.example/budget")]
    )
    world.feed(
        "https://b.example/feed", [entry("Parliament passes the budget for next year", "https://b.example/budget")]
    )
    assert world.rows("SELECT count(*) AS n FROM items") == [{"n": 2}]
    assert not world.rows("SELECT * FROM duplicates")


def test_the_same_text_at_another_address_is_a_copy_under_the_earliest(world: World) -> None:
    text = (
        "The city will link five hundred cameras to a system that recognises faces, officials said on Monday morning."
    )
    late = entry(KAZAN, "https://b.example/kazan", excerpt=text, published_at="2026-11-01T11:00:00Z")
    early = entry(KAZAN, "https://a.example/kazan", excerpt=text, published_at="2026-11-01T08:00:00Z")
    world.feed("https://b.example/feed", [late])
    world.feed("https://a.example/feed", [early])
    copies = world.rows("SELECT web_url, copy_of_title, method FROM duplicates")
    assert copies == [{"web_url": "https://b.example/kazan", "copy_of_title": KAZAN, "method": "title and excerpt"}]
    story = world.rows("SELECT articles, reprints, own_text_outlets FROM stories")
    assert story == [{"articles": 2, "reprints": 1, "own_text_outlets": 1}]


@pytest.mark.parametrize("query", ["камера лицо", "камеры", "МУРМАНСК", "ещё"])
def test_search_finds_a_word_in_another_form(world: World, query: str) -> None:
    said = entry("Ещё камеры с распознаванием лиц установят в Мурманске", "https://a.example/1")
    world.feed("https://a.example/feed", [said, entry("Another matter", "https://a.example/2")])
    found = world.rows("SELECT rowid FROM article_fts WHERE article_fts MATCH ?", match_expression(query))
    assert len(found) == 1


def test_a_date_from_the_future_does_not_lead_the_list(world: World) -> None:
    world.feed(
        "https://a.example/feed", [entry("From the future", "https://a.example/1", published_at="2027-05-05T00:00:00Z")]
    )
    assert world.rows("SELECT sort_at FROM items") == [{"sort_at": "2026-11-01T12:00:00Z"}]


def test_the_search_index_holds_every_article_after_merges_edits_and_new_ones(world: World) -> None:
    from db.maintenance import check

    world.feed("https://a.example/feed", [entry(KAZAN, "https://a.example/short")])
    world.feed("https://b.example/feed", [entry(KAZAN, "https://a.example/long/address")])
    both = entry(
        KAZAN, "https://a.example/short", guid="z", links=(Link("https://a.example/long/address", "original"),)
    )
    world.feed("https://c.example/feed", [both, entry("Quite another wombat", "https://c.example/2")])
    world.feed(
        "https://c.example/feed",
        [entry("Quite another kangaroo", "https://c.example/2"), entry("A koala", "https://c.example/3")],
    )
    assert check(world.path) == []
    for word, count in (("wombat", 0), ("kangaroo", 1), ("koala", 1), ("kazan", 1)):
        assert len(world.rows("SELECT rowid FROM article_fts WHERE article_fts MATCH ?", word)) == count
    world.store.connection.execute("INSERT INTO article_fts (article_fts, rank) VALUES ('integrity-check', 1)")


def test_a_corrected_headline_under_a_new_guid_beside_the_old_entry_is_one_item(world: World) -> None:
    document = [
        entry(KAZAN, "https://a.example/1", guid="old"),
        entry(KAZAN.replace("tests", "introduces"), "https://a.example/1", guid="new"),
    ]
    world.feed("https://a.example/feed", document)
    assert len(world.titles()) == 1


# --- forms of addresses that no rule knows, sites that move, what was given up


@pytest.mark.parametrize(
    "other",
    [
        "https://news.example.com/_accelerated/2026/kazan-metro-tests-facial-recognition-for-payment",
        "https://www.news.example.com/uk/kazan-metro-tests-facial-recognition-for-payment.page",
        "https://city.news.example.com/2026/kazan-metro-tests-facial-recognition-for-payment?view=fast",
    ],
)
def test_a_form_that_no_rule_knows_is_the_article_when_its_headline_agrees(world: World, other: str) -> None:
    first = "https://news.example.com/2026/kazan-metro-tests-facial-recognition-for-payment"
    world.feed("https://a.example/feed", [entry(KAZAN, first)])
    world.feed("https://b.example/feed", [entry(KAZAN.replace("tests", "tries"), other)])

    assert len(world.titles()) == 1
    assert {row["method"] for row in world.rows("SELECT method FROM decisions WHERE kind = 'identity'")} >= {
        "address and title"
    }


@pytest.mark.parametrize(
    ("one", "other", "titles"),
    [
        ("https://a.example/1/long-words-of-one-slug", "https://a.example/2/long-words-of-one-slug", (KAZAN, "Bees make honey in the spring of the year")),
        ("https://a.example/omsk/cameras-come-to-town", "https://a.example/tomsk/cameras-come-to-town", ("Cameras come to the streets of Omsk", "Cameras come to the streets of Tomsk")),
        ("https://a.example/2026/05/01/what-to-know-this-morning", "https://a.example/2026/05/02/what-to-know-this-morning", ("What to know this morning", "What to know this morning")),
        ("https://a.example/x-123456", "https://a.example/x-123457", (KAZAN, KAZAN)),
        ("https://a.example/x-123456", "https://b.example/x-123456", (KAZAN, KAZAN)),
    ],
)  # fmt: skip
def test_an_address_that_ends_alike_only_suggests(world: World, one: str, other: str, titles: tuple[str, str]) -> None:
    world.feed("https://f.example/feed", [entry(titles[0], one), entry(titles[1], other)])

    assert len(world.rows("SELECT * FROM items")) == 2


@pytest.mark.parametrize("guid", ["https://{host}/?p={n}", "random-{host}-{n}"])
def test_a_feed_whose_site_moved_brings_nothing_new(world: World, guid: str) -> None:
    def document(host: str) -> list[Entry]:
        said = [f"Headline of the story {word} in the city today" for word in ("one", "two", "three", "four")]
        return [
            entry(
                t, f"https://{host}/{n}", guid=guid.format(host=host, n=n), published_at=f"2026-06-0{n + 1}T08:00:00Z"
            )
            for n, t in enumerate(said)
        ]

    world.feed("https://feeds.example/f", document("old.example"))
    again = world.feed("https://feeds.example/f", document("new.example"))

    assert (again.new, again.joined) == ([], 4)
    assert len(world.titles()) == 4


def test_what_was_pruned_never_comes_back_as_new(world: World) -> None:
    """A feed with its whole archive, entries that changed, and another feed of the outlet."""
    archive = [
        entry(f"Old story of the town, number {n} of many", f"https://a.example/{n}-old-story-of-town")
        for n in range(5)
    ]
    world.feed("https://a.example/feed", archive)
    assert prune_items(world.store, "2027-01-01T00:00:00Z") == 5
    world.day = 9
    edited = [
        one._replace(excerpt="Now with more words than it had when it was given up", guid=f"g{one.guid}")
        for one in archive
    ]
    outcomes = [world.feed("https://a.example/feed", archive), world.feed("https://a.example/feed", edited)]
    outcomes.append(world.feed("https://a.example/all", archive))

    assert [outcome.new for outcome in outcomes] == [[], [], []]
    assert world.rows("SELECT * FROM items") == []


def test_copies_are_pruned_with_their_root_or_stay_with_it(world: World) -> None:
    text = "Two boats with forty people on board were lost in a storm near the islands, and a plane looks for them."
    said = "Two boats lost in a storm near the islands"
    for host in ("a.example", "b.example"):
        world.feed(f"https://{host}/feed", [entry(said, f"https://{host}/boats", excerpt=text)])
    world.day = 3
    world.feed("https://c.example/feed", [entry(said, "https://c.example/boats", excerpt=text)])
    assert [row["copy_of_uid"] for row in world.rows("SELECT copy_of_uid FROM items")].count(None) == 1

    assert prunable(world.store.connection, "2026-11-02T00:00:00Z") == 0
    assert prune_items(world.store, "2026-11-02T00:00:00Z") == 0
    assert len(world.titles()) == 3
    assert prunable(world.store.connection, "2026-11-09T00:00:00Z") == 3
    assert prune_items(world.store, "2026-11-09T00:00:00Z") == 3
    assert world.titles() == []


def test_what_is_found_in_a_million_rows_is_looked_up_by_number(world: World) -> None:
    """No query of a new entry reads more the more there is."""
    plans = [
        " ".join(str(row[3]) for row in world.store.connection.execute(f"EXPLAIN QUERY PLAN {query}"))
        for query in (
            "SELECT hash, article_id FROM trace WHERE hash IN (1, 2)",
            "SELECT id FROM article WHERE title_key IN ('x')",
        )
    ]
    assert all("SEARCH" in plan and "SCAN" not in plan for plan in plans)


@pytest.mark.parametrize(
    ("said", "source", "title"),
    [
        ("Cameras at every gate - The Moscow Times", "The Moscow Times", "Cameras at every gate"),
        ("Cameras at every gate - moscowtimes.example", "moscowtimes.example", "Cameras at every gate"),
        ("Камеры у турникетов – что дальше? - РИА Новости", "РИА Новости", "Камеры у турникетов – что дальше?"),
        ("Cameras at every gate - Reuters", "The Moscow Times", "Cameras at every gate - Reuters"),
        ("Cameras - and gates", "The Moscow Times", "Cameras - and gates"),
        ("The Moscow Times", "The Moscow Times", "The Moscow Times"),
        ("Cameras at every gate | The Moscow Times", None, "Cameras at every gate | The Moscow Times"),
    ],
)
def test_the_outlet_that_an_aggregator_puts_behind_a_headline_is_no_part_of_it(
    world: World, said: str, source: str | None, title: str
) -> None:
    link = "https://news.google.com/rss/articles/CBMiQ2h0dHBzOi8vZXhhbXBsZQ"
    world.feed("https://news.google.com/rss/search?q=x", [entry(said, link, provider_name=source)])

    (item,) = world.rows("SELECT uid, title FROM items")
    assert item["title"] == title
    assert [row["title"] for row in world.rows("SELECT title FROM sightings")] == [said]
    with world.store.transaction() as connection:
        refold(connection, 1, world.judge, world.now)
    assert world.titles() == [title]


def test_updates_of_an_entry_are_bounded_and_a_corrected_headline_is_not_lost(world: World) -> None:
    def told(title: str, n: int) -> Outcome:
        said = entry(
            title, "https://a.example/1", excerpt=f"Read by {n} people, after what was said of cameras: {'x' * n}"
        )
        return world.feed("https://a.example/feed", [said])

    for n in range(40):
        told(KAZAN, n)
    assert world.rows("SELECT count(*) AS n FROM snapshot") == [{"n": MAX_SNAPSHOTS}]
    told(f"Corrected: {KAZAN}", 41)
    assert world.titles() == [f"Corrected: {KAZAN}"]
    assert world.rows("SELECT old, new FROM revisions WHERE field = 'title'") == [
        {"old": KAZAN, "new": f"Corrected: {KAZAN}"}
    ]
    for n in range(60):
        told(f"{KAZAN}, {n} minutes ago", n)
    assert world.rows("SELECT count(*) AS n FROM snapshot") == [{"n": MAX_HEADLINES}]
    assert len(world.rows("SELECT 1 FROM sightings")) == 1
