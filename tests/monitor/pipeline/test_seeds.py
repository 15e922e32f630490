"""Seeds in the store: recognised under every address, taken up, changed and given back."""

from __future__ import annotations

import pytest

from monitor.pipeline.seeds import SeedFile, seed_texts, sync
from seeds.record import Provider, Record
from tests.world import World, entry

NOW = "2026-11-01T12:00:00Z"
SUBWAY = Record(
    title="Moscow subway to deploy facial recognition surveillance system",
    excerpt="Cars of the metro will get cameras.",
    published_date_time="2020-07-21T14:31:00Z",
    web_url="https://meduza.io/en/news/2020/07/21/moscow-subway-to-deploy-facial-recognition-surveillance-system",
    amp_web_url="https://meduza.io/amp/en/news/2020/07/21/moscow-subway-to-deploy-facial-recognition-surveillance-system",
    provider=Provider("Meduza", "meduza.io"),
    topics=("AI",),
    related=(
        Record(
            title="‘Big Brother’ goes underground: Moscow to install facial recognition cameras in Metro cars",
            web_url="https://www.rt.com/russia/495441-moscow-metro-facial-recognition-cameras/",
            provider=Provider("RT", "rt.com"),
        ),
    ),
)
NETWORK = Record(
    title="Russia Expands Nationwide Facial Recognition Network",
    published_date_time="2025-10-14T07:45:00",
    provider=Provider("IT Russia"),
)


def put(world: World, *records: Record, kept: frozenset[str] = frozenset()) -> None:
    files = [SeedFile(f"seeds/{r.title[:9]}.md", "default", r) for r in records]
    sync(world.store, files, world.judge, NOW, kept=kept)


def origins(world: World) -> dict[str, str]:
    return {row["title"][:9]: row["origin"] for row in world.rows("SELECT title, origin FROM items")}


@pytest.mark.parametrize(
    "link",
    [
        f"{SUBWAY.web_url}?utm_source=x",
        f"http{(SUBWAY.amp_web_url or '')[5:]}#top",
        f"https://meduza-io.cdn.ampproject.org/c/s/{(SUBWAY.amp_web_url or '')[8:]}",
        "https://rt.com/russia/495441-moscow-metro-facial-recognition-cameras/amp/",
    ],
)
def test_a_seed_or_what_it_lists_is_never_news(world: World, link: str) -> None:
    put(world, SUBWAY)
    outcome = world.feed("https://a.example/feed", [entry("Another headline for it", link)])
    assert not outcome.new
    assert origins(world) == {"Moscow su": "seed", "‘Big Brot": "seed_related"}
    assert len(world.rows("SELECT * FROM sightings")) == 1
    assert not world.rows("SELECT * FROM related_items")


@pytest.mark.parametrize(
    ("title", "columns", "link"),
    [
        (NETWORK.title, {"title": "IT Russia"}, "https://itrussia.media/news/network"),
        (f"{NETWORK.title} | IT Russia", {"title": "News"}, "https://it-russia.example/1"),
        (NETWORK.title, {"title": "Latest news"}, "https://www.it-russia.example/1?utm_source=rss"),
        (NETWORK.title.upper(), {"name": "IT Russia"}, None),
    ],
)
def test_a_seed_without_address_is_known_by_headline_and_site(
    world: World, title: str, columns: dict[str, str], link: str | None
) -> None:
    put(world, NETWORK)
    assert not world.feed("https://feed.example/rss", [entry(title, link, guid="g")], **columns).new
    assert origins(world) == {"Russia Ex": "seed"}


def test_its_headline_at_another_site_is_another_article(world: World) -> None:
    put(world, NETWORK)
    outcome = world.feed("https://b.example/rss", [entry(NETWORK.title, "https://b.example/1")], title="B News")
    assert len(outcome.new) == 1


def test_a_find_becomes_a_seed_and_is_given_back(world: World) -> None:
    world.feed("https://meduza.io/rss", [entry("Headline in the feed", SUBWAY.web_url)])
    uid = world.rows("SELECT uid FROM items")[0]["uid"]
    put(world, SUBWAY)
    promoted = world.rows("SELECT uid, title, verdict, relevance FROM items WHERE origin = 'seed'")
    assert promoted == [{"uid": uid, "title": SUBWAY.title, "verdict": "likely", "relevance": 1.0}]
    put(world)
    back = world.rows("SELECT uid, origin, title, verdict FROM items")
    assert back == [{"uid": uid, "origin": "feed", "title": "Headline in the feed", "verdict": "no"}]


def test_a_seed_that_no_feed_brought_goes_when_its_document_goes_and_comes_back_the_same(world: World) -> None:
    put(world, SUBWAY)
    uids = {row["uid"] for row in world.rows("SELECT uid FROM items")}
    put(world)
    assert not world.rows("SELECT uid FROM items")
    put(world, SUBWAY)
    assert {row["uid"] for row in world.rows("SELECT uid FROM items")} == uids


def test_a_document_that_cannot_be_read_just_now_keeps_its_seed(world: World) -> None:
    put(world, SUBWAY)
    put(world, kept=frozenset({"seeds/Moscow su.md"}))
    assert origins(world)["Moscow su"] == "seed"


def test_a_changed_document_changes_its_seed_and_withdraws_what_it_no_longer_lists(world: World) -> None:
    put(world, SUBWAY)
    from dataclasses import replace

    put(world, replace(SUBWAY, excerpt="Another excerpt.", related=()))
    assert world.rows("SELECT excerpt, origin FROM items") == [{"excerpt": "Another excerpt.", "origin": "seed"}]


def test_the_seed_format_gives_a_seed_back(world: World) -> None:
    put(world, SUBWAY)
    row = world.rows("SELECT * FROM seed_format WHERE title = ?", SUBWAY.title)[0]
    assert row["publishedDateTime"] == "2020-07-21T14:31:00Z"
    assert row["webUrl"] == SUBWAY.web_url
    assert row["ampWebUrl"] == SUBWAY.amp_web_url
    assert row["topics"] == '["AI"]'
    assert "495441" in row["related"]


def test_seeds_are_given_to_the_matchers_by_watch(world: World) -> None:
    put(world, SUBWAY, NETWORK)
    texts = seed_texts(world.store.connection)["default"]
    assert [(t.title, t.label) for t in texts] == [
        (SUBWAY.title, "Meduza, 21 Jul 2020"),
        (NETWORK.title, "IT Russia, 14 Oct 2025"),
    ]


def test_several_addresses_of_a_seed_in_one_document_under_several_headlines_are_no_news(world: World) -> None:
    put(world, SUBWAY)
    links = [SUBWAY.web_url, f"{SUBWAY.web_url}?utm_source=x", SUBWAY.amp_web_url]
    document = [entry(f"Headline {word}", link, guid=word) for word, link in zip("abc", links, strict=True)]
    assert not world.feed("https://a.example/feed", document).new


def test_a_seed_without_address_stays_known_after_its_first_sighting(world: World) -> None:
    put(world, NETWORK)
    for number, title in enumerate(
        (NETWORK.title, NETWORK.title, f"IT Russia: {NETWORK.title}", f"{NETWORK.title} - IT Russia")
    ):
        said = entry(title, f"https://itrussia.media/news/{number}-network")
        assert not world.feed(f"https://feed{number}.example/rss", [said]).new
