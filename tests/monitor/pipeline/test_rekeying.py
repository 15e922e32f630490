"""Keys made anew: mirrors added and taken away, rules that change, and that it goes on where it was broken off."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from db import facts, rulings
from monitor.pipeline import rekeying, settling
from monitor.pipeline.judging import Judge, Thresholds
from monitor.pipeline.parting import full_refs
from monitor.pipeline.rekeying import Rekeyed, keyed_by, rekey
from monitor.types import Entry, Link
from seeds import address
from seeds.rulings import Ruling, ref_line, ruling_of
from tests.monitor.pipeline.test_settling import Likely
from tests.world import World, entry

MIRROR = {"mirror.example": "outlet.example"}
TITLE = "Moscow to use facial recognition at every metro gate"
NAMES = ("cameras", "schools", "buses", "courts", "trains")


@pytest.fixture(autouse=True)
def no_mirrors() -> Iterator[None]:
    yield
    address.use_mirrors({})


def rule(world: World, mirrors: Mapping[str, str]) -> Rekeyed:
    """Let these mirrors be in force, and all that is stored be known by them."""
    address.use_mirrors(mirrors)
    done = Rekeyed()
    for _ in rekey(world.store, world.judge, address.rules_with(mirrors), done):
        pass
    return done


def at(host: str, name: str = "cameras", title: str = TITLE, **more: Any) -> Entry:
    return entry(title, f"https://{host}/2026/06/{name}", **more)


def articles(world: World) -> set[frozenset[str]]:
    """The items as the links that lead to them."""
    rows = world.rows("SELECT item_uid, link FROM sightings")
    return {frozenset(r["link"] for r in rows if r["item_uid"] == uid) for uid in {r["item_uid"] for r in rows}}


def holds(world: World) -> bool:
    """Whether no key identifies two articles, and all keys are those of their addresses."""
    rows = world.rows("SELECT item_uid, url, key, weak FROM item_urls")
    strong = {(r["key"], r["item_uid"]) for r in rows if not r["weak"]}
    return len({key for key, _ in strong}) == len(strong) and all(address.key_of(r["url"]) == r["key"] for r in rows)


@pytest.mark.parametrize("hosts", [*itertools.permutations(["outlet.example", "mirror.example", "second.example"])])
def test_what_becomes_one_is_judged_once(world: World, hosts: tuple[str, ...]) -> None:
    world.judge = Judge([Likely()], Thresholds(0.8, 0.4))
    for host in hosts:
        world.feed(f"https://{host}/f", [at(host, name, f"Cameras, said {host}: {name}") for name in NAMES])
    done = rule(world, {"mirror.example": "outlet.example", "second.example": "outlet.example"})

    assert (done.joined, len(articles(world))) == (10, 5)
    assert holds(world)
    assert [row["verdict"] for row in world.rows("SELECT verdict FROM items")] == ["likely"] * 5


@pytest.mark.parametrize("first", ["outlet.example", "www.mirror.example"])
def test_a_mirror_added_later_makes_one_of_two(world: World, first: str) -> None:
    hosts = ["outlet.example", "www.mirror.example"]
    for host in sorted(hosts, key=lambda h: h != first):
        world.feed(f"https://{host}/f", [at(host, name, f"{TITLE}, {name}") for name in NAMES])
    uids = {row["link"]: row["item_uid"] for row in world.rows("SELECT link, item_uid FROM sightings")}
    assert len(articles(world)) == 10
    done = rule(world, MIRROR)

    assert (done.articles, done.joined, done.parted) == (5, 5, 0)
    assert len(articles(world)) == 5
    assert holds(world)
    kept = {row["item_uid"] for row in world.rows("SELECT DISTINCT item_uid FROM sightings")}
    assert kept == {uids[f"https://{first}/2026/06/{name}"] for name in NAMES}
    assert {row["old_uid"] for row in world.rows("SELECT old_uid FROM item_aliases")} == set(uids.values())
    assert {row["provider_domain"] for row in world.rows("SELECT provider_domain FROM items")} == {"outlet.example"}
    (said,) = world.rows("SELECT DISTINCT method FROM decisions WHERE kind = 'identity'")
    assert said["method"] == "same address"


def test_a_mirror_taken_away_makes_two_of_one_again(world: World) -> None:
    rule(world, MIRROR)
    world.feed(
        "https://outlet.example/f", [at("outlet.example"), at("outlet.example", "schools", "Cameras in schools")]
    )
    world.feed("https://mirror.example/f", [at("mirror.example"), at("mirror.example", "buses", "Cameras in buses")])
    assert len(articles(world)) == 3
    done = rule(world, {})

    assert done.parted == 1
    assert len(articles(world)) == 4
    assert holds(world)


def test_added_and_taken_away_leaves_things_as_they_were(world: World) -> None:
    for host in ("outlet.example", "mirror.example"):
        world.feed(f"https://{host}/f", [at(host, name, f"{TITLE}, {name}") for name in NAMES])
    views = (
        "SELECT uid, title, web_url, copy_of_uid FROM items ORDER BY uid",
        "SELECT * FROM item_urls ORDER BY item_uid, url",
    )
    before = [world.rows(query) for query in views]
    rule(world, MIRROR)
    rule(world, {})

    assert [world.rows(query) for query in views] == before
    rule(world, MIRROR)
    assert len(articles(world)) == 5


def test_what_something_else_joins_stays_one(world: World) -> None:
    rule(world, MIRROR)
    both = at("mirror.example", links=(Link("https://outlet.example/2026/06/cameras", "original"),))
    world.feed("https://outlet.example/f", [at("outlet.example")])
    world.feed("https://mirror.example/f", [both])
    rule(world, {})

    assert len(articles(world)) == 1


def test_what_people_said_holds(world: World) -> None:
    for host in ("outlet.example", "mirror.example"):
        world.feed(f"https://{host}/f", [at(host)])
    with world.store.transaction() as connection:
        one, other = (row[0] for row in connection.execute("SELECT id FROM article ORDER BY id"))
        a, b = full_refs(connection, one, other)
        said = ruling_of({"at": world.now, "do": "different", **ref_line(a), "other": ref_line(b)})
        assert isinstance(said, Ruling)
        settling.take_up(connection, world.judge, [said], world.now)
    rule(world, MIRROR)

    assert len(articles(world)) == 2
    assert not rulings.waiting(world.store.connection).pending


def test_entries_told_apart_by_address_are_not_new_afterwards(world: World) -> None:
    without_guid = [entry(f"{TITLE}, {name}", f"https://mirror.example/{name}/2026-06", guid=None) for name in NAMES]
    world.feed("https://mirror.example/f", without_guid)
    rule(world, MIRROR)
    outcome = world.feed("https://mirror.example/f", without_guid)

    assert (outcome.new, outcome.joined, outcome.overlap) == ([], 0, True)
    assert len(world.rows("SELECT 1 FROM sightings")) == 5


def test_what_comes_in_before_all_is_done_becomes_one_with_the_old(world: World) -> None:
    world.feed("https://mirror.example/f", [at("mirror.example")])
    address.use_mirrors(MIRROR)
    world.feed("https://outlet.example/f", [at("outlet.example")])
    assert len(articles(world)) == 2
    rule(world, MIRROR)

    assert len(articles(world)) == 1


def test_it_goes_on_where_it_was_broken_off(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rekeying, "_LOOK", 2)
    monkeypatch.setattr(rekeying, "_CHANGE", 1)
    for host in ("outlet.example", "mirror.example"):
        world.feed(f"https://{host}/f", [at(host, name, f"{TITLE}, {name}") for name in NAMES])
    rules = address.rules_with(MIRROR)
    address.use_mirrors(MIRROR)
    steps = rekey(world.store, world.judge, rules, Rekeyed())
    next(steps)
    next(steps)
    steps.close()
    assert len(articles(world)) == 8
    assert not keyed_by(world.store.connection, rules)
    done = rule(world, MIRROR)

    assert done.joined == 3
    assert len(articles(world)) == 5
    assert keyed_by(world.store.connection, rules)
    assert facts.get_state(world.store.connection, "keying") is None


def test_a_page_that_was_read_is_still_the_articles(world: World) -> None:
    world.feed("https://mirror.example/f", [at("mirror.example")])
    with world.store.transaction() as connection:
        connection.execute(
            "INSERT INTO page (id, key, url, host, state, since) VALUES (1, 'mirror.example/2026/06/cameras',"
            " 'https://mirror.example/2026/06/cameras', 'mirror.example', 'read', '2026-06-02T00:00:00Z')"
        )
        connection.execute(
            "INSERT INTO reading (id, page_id, read_at, outcome, title, excerpt, text, date_quality) VALUES"
            " (1, 1, '2026-06-02T00:00:00Z', 'read', ?, '', ?, 'none')",
            (TITLE, "The whole text of the page. " * 30),
        )
        connection.execute("UPDATE page SET reading_id = 1")
    rule(world, MIRROR)

    (item,) = world.rows("SELECT judged_on FROM items")
    assert item["judged_on"] == "text"


def test_a_change_of_the_rules_is_noticed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A parameter that followed nobody yesterday is one that follows readers today."""
    name = "campaign_of_the_day"
    old = at("outlet.example").link
    world.feed("https://a.example/f", [at("outlet.example")])
    world.feed("https://b.example/f", [entry(TITLE, f"{old}?{name}=12")])
    assert len(articles(world)) == 2
    monkeypatch.setattr(address, "TRACKING_NAMES", address.TRACKING_NAMES | {name})
    monkeypatch.setattr(address, "RULES_VERSION", 99)
    address.parse.cache_clear()
    try:
        done = rule(world, {})

        assert done.joined == 1
        assert len(articles(world)) == 1
    finally:
        monkeypatch.undo()
        address.parse.cache_clear()
