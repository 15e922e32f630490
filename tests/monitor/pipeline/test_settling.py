"""What people decide about identity, copies, verdicts and mutes: at once, later, in another database, and undone."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

import pytest

from monitor.pipeline import parting, settling
from monitor.pipeline.judging import Judge, Thresholds
from monitor.relate.types import Document, Judgement
from monitor.types import Link
from seeds.address import key_of
from seeds.rulings import Ref, Ruling, ref_line, ruling_of
from tests.monitor.pipeline.test_seeds import NETWORK, put
from tests.world import World, entry

LEAD = "Cameras that recognise faces are put up at every station of the metro, officials said on Monday; police may search."
A, B = "https://a.example/2026/cameras", "https://b.example/news/cameras-in-the-metro"
TITLE = "Cameras that recognise faces in every metro station"
OTHER = "Faces recognised by cameras in every station of the metro"
FEED_A, FEED_B, FEED_C = (f"https://{name}.example/feed" for name in "abc")
_ids = itertools.count(1)


class Likely:
    """Takes everything that has the word cameras for likely."""

    watch = "default"
    version = "likely 1"

    def judge(self, document: Document) -> Judgement:
        return Judgement(0.9 if "amera" in document.title else 0.1, "By the word.", nearest=())

    def stands(self, title: str) -> bool:
        return True

    def matter(self, stems: Collection[str]) -> frozenset[str]:
        return frozenset()


def ruling(do: str, **said: Any) -> Ruling:
    number = next(_ids)
    at = f"2026-11-10T{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}Z"
    made = ruling_of({"at": at, "id": f"r{number:06}", "do": do, **said})
    assert isinstance(made, Ruling), made
    return made


def pair(do: str, a: str, b: str) -> Ruling:
    return ruling(do, key=key_of(a), other={"key": key_of(b)})


def decide(world: World, *rulings: Ruling, at: str | None = None) -> None:
    with world.store.transaction() as connection:
        settling.take_up(connection, world.judge, rulings, at or world.now)


def undo(world: World, *those: Ruling) -> list[Ruling]:
    made = [ruling("undo", of=one.id) for one in those]
    decide(world, *made)
    return made


def links(world: World) -> dict[str, str]:
    """Address key that identifies → uid."""
    return {row["key"]: row["item_uid"] for row in world.rows("SELECT key, item_uid FROM item_urls WHERE weak = 0")}


def sightings(world: World) -> dict[str, str]:
    return {row["link"]: row["item_uid"] for row in world.rows("SELECT link, item_uid FROM sightings ORDER BY link")}


def copies(world: World) -> set[tuple[str, str]]:
    return {(row["uid"], row["copy_of_uid"]) for row in world.rows("SELECT uid, copy_of_uid FROM duplicates")}


def dump(world: World) -> dict[str, list[dict[str, Any]]]:
    """Everything in the views that identity and copies bear on, without times."""
    asked = {
        "items": "SELECT uid, origin, title, excerpt, web_url, published_at, first_seen_at, verdict, relevance, copy_of_uid,"
        " story_uid, sightings, seen FROM items ORDER BY uid",
        "urls": "SELECT item_uid, url, role, key, weak FROM item_urls ORDER BY item_uid, url, role",
        "sightings": "SELECT feed_url, link, title, item_uid FROM sightings ORDER BY feed_url, link",
        "stories": "SELECT * FROM stories ORDER BY story_uid",
        "matches": "SELECT item_uid, watch, verdict, relevance, reason, decided_by FROM matches ORDER BY item_uid, watch",
        "revisions": "SELECT item_uid, field, old, new FROM revisions ORDER BY item_uid, field, old, new",
    }
    return {name: world.rows(query) for name, query in asked.items()}


@pytest.fixture
def judged(tmp_path: Path) -> Iterable[World]:
    made = World(tmp_path / "judged.db", judge=Judge([Likely()], Thresholds(0.8, 0.4)))
    yield made
    made.store.close()


def two(world: World) -> None:
    """Two articles in two feeds, in words of their own."""
    world.feed(FEED_A, [entry(TITLE, A, excerpt="One summary.")])
    world.day += 1
    world.feed(FEED_B, [entry(OTHER, B, excerpt="Another summary.")])


class TestSame:
    def test_makes_one_of_two_and_the_older_uid_holds(self, world: World) -> None:
        two(world)
        older, newer = sightings(world)[A], sightings(world)[B]
        decide(world, pair("same", A, B))

        assert set(sightings(world).values()) == {older}
        assert world.rows("SELECT item_uid FROM item_aliases WHERE old_uid = ?", newer) == [{"item_uid": older}]
        assert world.titles() == [TITLE]

    def test_the_order_of_the_sides_makes_no_difference(self, world: World, tmp_path: Path) -> None:
        other = World(tmp_path / "other.db")
        for one, said in ((world, pair("same", A, B)), (other, pair("same", B, A))):
            two(one)
            decide(one, said)

        assert dump(world) == dump(other)
        other.store.close()

    def test_undone_they_are_two_again_as_before(self, world: World) -> None:
        two(world)
        before = dump(world)
        said = pair("same", A, B)
        decide(world, said)
        assert dump(world) != before
        undo(world, said)

        assert dump(world) == before

    def test_what_was_seen_later_goes_with_its_own(self, world: World) -> None:
        two(world)
        said = pair("same", A, B)
        decide(world, said)
        world.feed(FEED_C, [entry(OTHER, f"{B}?utm_source=c", excerpt="Third.")])
        uids = {row["item_uid"] for row in world.rows("SELECT item_uid FROM sightings")}
        assert len(uids) == 1
        undo(world, said)
        by_feed = {r["feed_url"]: r["item_uid"] for r in world.rows("SELECT feed_url, item_uid FROM sightings")}

        assert by_feed[FEED_C] == by_feed[FEED_B] != by_feed[FEED_A]

    def test_said_before_the_articles_are_known_it_holds_from_the_first(self, world: World, tmp_path: Path) -> None:
        other = World(tmp_path / "other.db")
        two(other)
        decide(other, said := pair("same", A, B))
        decide(world, said)
        assert world.rows("SELECT state FROM decisions WHERE id = ?", said.id) == [{"state": "pending"}]
        two(world)

        assert dump(world) == dump(other)
        assert world.rows("SELECT state FROM decisions WHERE id = ?", said.id) == [{"state": "standing"}]
        other.store.close()


class TestDifferent:
    def test_a_copy_is_none_any_more_and_comes_not_back(self, world: World) -> None:
        world.feed(FEED_A, [entry(TITLE, A, excerpt=LEAD)])
        world.feed(FEED_B, [entry(TITLE, B, excerpt=LEAD)])
        assert len(copies(world)) == 1
        decide(world, pair("different", A, B))

        assert copies(world) == set()
        assert world.rows("SELECT articles, reprints FROM stories") == [{"articles": 2, "reprints": 0}]
        world.feed(FEED_C, [entry(TITLE, A + "?utm_source=c", excerpt=LEAD), entry(TITLE, B + "#x", excerpt=LEAD)])
        assert copies(world) == set()
        assert len(world.titles()) == 2

    def test_a_third_copy_goes_with_one_of_them_alone(self, world: World) -> None:
        third = "https://c.example/third"
        for feed, link in ((FEED_A, A), (FEED_B, B), (FEED_C, third)):
            world.feed(feed, [entry(TITLE, link, excerpt=LEAD)])
        assert len(copies(world)) == 2
        decide(world, pair("different", A, B))
        uids = sightings(world)

        assert len(copies(world)) == 1
        assert not {(uids[A], uids[B]), (uids[B], uids[A])} & copies(world)

    def test_undone_it_is_a_copy_again(self, world: World) -> None:
        world.feed(FEED_A, [entry(TITLE, A, excerpt=LEAD)])
        world.feed(FEED_B, [entry(TITLE, B, excerpt=LEAD)])
        before = dump(world)
        said = pair("different", A, B)
        decide(world, said)
        undo(world, said)

        assert dump(world) == before

    def joined(self, world: World) -> None:
        """Two articles that an entry with the addresses of both made one."""
        two(world)
        world.day += 1
        world.feed(FEED_C, [shared()])

    def test_what_an_entry_made_one_is_two_again_under_the_old_uids(self, world: World) -> None:
        two(world)
        before = sightings(world)
        world.day += 1
        world.feed(FEED_C, [shared()])
        assert len(world.titles()) == 1
        decide(world, pair("different", A, B))
        after = sightings(world)

        assert (after[A], after[B]) == (before[A], before[B])
        assert len(world.titles()) == 2
        held = links(world)
        assert held[A.removeprefix("https://")] == after[A]
        assert held[B.removeprefix("https://")] == after[B]

    def test_no_later_sighting_brings_them_together(self, world: World) -> None:
        self.joined(world)
        decide(world, pair("different", A, B))
        before = sightings(world)
        world.day += 1
        world.feed("https://d.example/feed", [shared(guid="another")])
        world.feed("https://e.example/feed", [entry(OTHER, f"{B}?utm_source=e"), entry(TITLE, f"{A}?utm_source=e")])
        after = sightings(world)

        assert (after[A], after[B]) == (before[A], before[B])
        assert after[f"{B}?utm_source=e"] == before[B]
        assert after[f"{A}?utm_source=e"] == before[A]
        assert len(world.titles()) == 2

    def test_undone_they_are_one_again(self, world: World) -> None:
        self.joined(world)
        before = dump(world)
        said = pair("different", A, B)
        decide(world, said)
        assert dump(world) != before
        undo(world, said)

        assert dump(world) == before

    @pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
    def test_said_first_it_holds_in_whatever_order_they_come(
        self, world: World, tmp_path: Path, order: tuple[int, ...]
    ) -> None:
        decide(world, pair("different", A, B))
        coming = [
            (FEED_A, entry(TITLE, A, excerpt=LEAD)),
            (FEED_B, entry(OTHER, B, excerpt=LEAD)),
            (FEED_C, shared()),
        ]
        for number in order:
            world.day += 1
            world.feed(coming[number][0], [coming[number][1]])
        uids = sightings(world)
        held = links(world)

        assert len(world.titles()) == 2
        assert held[A.removeprefix("https://")] != held[B.removeprefix("https://")]
        assert {row["item_uid"] for row in world.rows("SELECT item_uid FROM sightings WHERE feed_url = ?", FEED_B)} == {
            held[B.removeprefix("https://")]
        }
        assert len(set(uids.values())) == 2

    def test_known_by_title_alone_a_sighting_can_be_taken_out(self, world: World) -> None:
        search = "https://news.google.com/rss/articles/CBMiabc"
        world.feed(FEED_A, [entry(TITLE, A, excerpt="One summary.")], title="A Example")
        world.feed(
            FEED_C, [entry(f"{TITLE} - A Example", search, provider_name="A Example", provider_url="https://a.example")]
        )
        assert len(world.titles()) == 1
        said = pair("different", A, search)
        decide(world, said)

        assert len(world.titles()) == 2
        assert sightings(world)[search] != sightings(world)[A]
        undo(world, said)
        assert len(world.titles()) == 1

    def test_a_seed_without_address_is_told_from_a_find_with_its_headline(self, world: World) -> None:
        find = "https://it-russia.example/1"
        put(world, NETWORK)
        world.feed(FEED_A, [entry(NETWORK.title, find)], title="IT Russia")
        before = world.rows("SELECT uid, origin FROM items")
        assert len(before) == 1
        sides = parting.told_apart(world.store.connection, 1, Ref(before[0]["uid"]), Ref(keys=(find[8:],)))
        assert sides is not None
        said = ruling("different", **ref_line(sides[0]), other=ref_line(sides[1]))
        decide(world, said)
        put(world, NETWORK)
        world.feed(FEED_B, [entry(NETWORK.title, f"{find}?utm_source=b")], title="IT Russia")

        assert sorted(r["origin"] for r in world.rows("SELECT origin FROM items")) == ["feed", "seed"]
        undo(world, said)
        assert world.rows("SELECT uid, origin FROM items") == before


class TestContradictions:
    def test_the_later_word_holds_whatever_the_order_of_lines(self, world: World, tmp_path: Path) -> None:
        other = World(tmp_path / "other.db")
        same, different = pair("same", A, B), pair("different", B, A)
        assert same.order < different.order
        for one, said in ((world, [same, different]), (other, [different, same])):
            two(one)
            for each in said:
                decide(one, each)

        assert len(world.titles()) == len(other.titles()) == 2
        assert dump(world) == dump(other)
        undo(world, different)
        assert len(world.titles()) == 1
        other.store.close()


def shared(guid: str = "both") -> Any:
    return entry(
        OTHER, f"{A}?from=c", guid=guid, links=(Link(A, "original"), Link(B, "original")), excerpt="Third summary."
    )


class TestVerdicts:
    def test_people_have_the_last_word_openly(self, judged: World) -> None:
        two(judged)
        decide(judged, ruling("no", key=A[8:], watch="default", because="it is an advertisement"))
        uid = sightings(judged)[A]

        assert judged.rows("SELECT verdict, relevance, is_related FROM items WHERE uid = ?", uid) == [
            {"verdict": "no", "relevance": 0.0, "is_related": 0}
        ]
        row = judged.rows("SELECT verdict, reason, decided_by FROM matches WHERE item_uid = ?", uid)[0]
        assert (row["verdict"], row["decided_by"]) == ("no", "user")
        assert row["reason"].startswith("You said so, because it is an advertisement. The rules say likely (90 %)")
        assert not judged.rows("SELECT 1 FROM related_items WHERE uid = ?", uid)

    def test_a_yes_shows_what_rules_would_not(self, judged: World) -> None:
        judged.feed(FEED_A, [entry("Apple cakes for the feast", A)])
        decide(judged, ruling("yes", key=A[8:], watch="default"))

        assert [r["verdict"] for r in judged.rows("SELECT verdict FROM related_items")] == ["likely"]
        assert judged.rows("SELECT seed_uid, decided_by FROM matches") == [{"seed_uid": None, "decided_by": "user"}]

    def test_a_later_word_replaces_it_and_undone_the_first_holds_again(self, judged: World) -> None:
        two(judged)
        before = dump(judged)
        no, yes = ruling("no", key=A[8:]), ruling("yes", key=A[8:])
        decide(judged, no)
        said_no = dump(judged)
        decide(judged, yes)
        assert judged.rows("SELECT verdict FROM items WHERE uid = ?", sightings(judged)[A])[0]["verdict"] == "likely"
        undo(judged, yes)
        assert dump(judged) == said_no
        undo(judged, no)
        assert dump(judged) == before

    def test_an_undo_can_be_undone(self, judged: World) -> None:
        two(judged)
        no = ruling("no", key=A[8:])
        decide(judged, no)
        said_no = dump(judged)
        first = undo(judged, no)
        undo(judged, *first)

        assert dump(judged) == said_no

    def test_a_changed_headline_does_not_overrule_people(self, judged: World) -> None:
        two(judged)
        decide(judged, ruling("no", key=A[8:]))
        judged.day += 1
        judged.feed(FEED_A, [entry(f"{TITLE}, updated", A, excerpt="One summary.")])

        assert judged.rows("SELECT verdict FROM items WHERE uid = ?", sightings(judged)[A])[0]["verdict"] == "no"

    def test_it_waits_for_an_article_that_is_not_known(self, judged: World) -> None:
        decide(judged, ruling("no", key=A[8:]), ruling("seen", key=B[8:]))
        two(judged)
        rows = {r["web_url"]: r for r in judged.rows("SELECT web_url, verdict, seen FROM items")}

        assert (rows[A]["verdict"], rows[A]["seen"]) == ("no", 0)
        assert (rows[B]["verdict"], rows[B]["seen"]) == ("likely", 1)

    def test_it_goes_with_its_article_when_that_becomes_one_with_another(self, judged: World) -> None:
        two(judged)
        decide(judged, ruling("no", key=B[8:]))
        same = pair("same", A, B)
        decide(judged, same)
        assert [r["verdict"] for r in judged.rows("SELECT verdict FROM items")] == ["no"]
        undo(judged, same)
        verdicts = {r["web_url"]: r["verdict"] for r in judged.rows("SELECT web_url, verdict FROM items")}

        assert verdicts == {A: "likely", B: "no"}


class TestMutes:
    @pytest.mark.parametrize(
        ("said", "muted"),
        [
            ({"what": "phrase", "target": "metro stations"}, {A}),
            ({"what": "phrase", "target": "station of the metro"}, {B}),
            ({"what": "phrase", "target": "etro"}, set()),
            ({"what": "outlet", "target": "b.example"}, {B}),
            ({"what": "outlet", "target": "https://www.b.example/about"}, {B}),
            ({"what": "outlet", "target": "a NAME"}, {A}),
            ({"what": "story", "key": A[8:]}, {A, B}),
        ],
    )
    def test_what_is_muted_is_no_and_says_why(self, judged: World, said: dict[str, str], muted: set[str]) -> None:
        """Before or after the articles came, and no longer when undone."""
        mute = ruling("mute", **said, until="2026-11-28T00:00:00Z")

        def come() -> None:
            judged.feed(FEED_A, [entry(TITLE, A)], name="A name")
            judged.feed(FEED_B, [entry(OTHER, B)])

        if judged.path.stem == "judged" and "key" not in said:
            decide(judged, mute)
            come()
        else:
            come()
            decide(judged, mute)
        rows = {r["web_url"]: r for r in judged.rows("SELECT i.web_url, i.verdict, m.reason, m.decided_by FROM items i"
                " LEFT JOIN matches m ON m.item_uid = i.uid")}  # fmt: skip

        assert {url for url, row in rows.items() if row["verdict"] == "no"} == muted
        for url in muted:
            assert "You muted" in rows[url]["reason"]
            assert rows[url]["decided_by"] == "user"
        undo(judged, mute)
        assert {r["verdict"] for r in judged.rows("SELECT verdict FROM items")} == {"likely"}

    def test_it_ends_by_itself(self, judged: World) -> None:
        decide(judged, ruling("mute", what="phrase", target="cameras", until="2026-11-12T00:00:00Z"))
        two(judged)
        assert {r["verdict"] for r in judged.rows("SELECT verdict FROM items")} == {"no"}
        decide(judged, at="2026-11-12T00:00:00Z")

        assert {r["verdict"] for r in judged.rows("SELECT verdict FROM items")} == {"likely"}
        assert judged.rows("SELECT state FROM decisions WHERE kind = 'mute'") == [{"state": "expired"}]

    def test_a_yes_on_the_article_counts_more(self, judged: World) -> None:
        two(judged)
        decide(judged, ruling("yes", key=A[8:]), ruling("mute", what="phrase", target="metro"))
        verdicts = {r["web_url"]: r["verdict"] for r in judged.rows("SELECT web_url, verdict FROM items")}

        assert verdicts == {A: "likely", B: "no"}

    def test_a_story_is_muted_with_copies_that_come_later(self, judged: World) -> None:
        judged.feed(FEED_A, [entry(TITLE, A, excerpt=LEAD)])
        decide(judged, ruling("mute", what="story", key=A[8:]))
        judged.feed(FEED_B, [entry(TITLE, B, excerpt=LEAD)])

        assert {r["verdict"] for r in judged.rows("SELECT verdict FROM items")} == {"no"}
