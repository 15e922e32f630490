"""The front page, as a browser gets it."""

from __future__ import annotations

import itertools
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from tests.monitor.browse.newsroom import WATCH, Newsroom, tell


async def page(opened, room: Newsroom, path: str = "/", **options) -> HTMLParser:
    datasette = await opened(room.path, **options)
    response = await datasette.client.get(path)

    assert response.status_code == 200
    return HTMLParser(response.text)


def texts(tree: HTMLParser, selector: str) -> list[str]:
    return [" ".join(node.text().split()) for node in tree.css(selector)]


def cards(tree: HTMLParser, section: str) -> list[str]:
    return texts(tree, f"section[aria-labelledby={section}] article :is(h3, h4)")


async def test_an_empty_database_says_what_to_do(opened, room):
    tree = await page(opened, room)

    assert "Nothing to do yet: there are no feeds and no seeds" in texts(tree, ".verdict.bad")[0]
    assert texts(tree, ".verdict code") == ["seedwatch init --example"]
    assert "Nothing likely related was found so far. 0 items were looked at" in texts(tree, ".empty")[0]


async def test_a_full_page_begins_with_the_verdict_then_troubles_then_news(opened, filled):
    tree = await page(opened, filled)

    order = [
        node.attributes.get("aria-labelledby") or "verdict" for node in tree.css("main > .verdict, main > section")
    ]
    assert order == ["verdict", "troubles", "likely", "maybe", "coverage", "seeds"]
    assert texts(tree, ".verdict.good")[0].startswith(
        "Working. 10 of 12 feeds answer, last checked 3 minutes ago; 2 broken"
    )


async def test_feeds_in_trouble_say_since_when_and_why(opened, filled):
    tree = await page(opened, filled)

    first = texts(tree, ".troubles li")[0]
    assert re.search(r"Novaya Gazeta Broken since \w+\. The server answered 403 Forbidden\.", first)
    assert "9 failures in a row. Next try in 56 minutes." in first
    assert texts(tree, ".troubles .state") == ["Broken", "Broken", "Silent", "Read only in part"]
    assert tree.css_first(".troubles li time").attributes["title"].endswith(("CET", "CEST"))


@pytest.mark.parametrize(("count", "seen", "folded"), [(9, 9, 0), (12, 12, 0), (15, 12, 3), (50, 12, 38)])
async def test_feeds_that_do_not_work_are_named_without_a_click_up_to_a_dozen(opened, room, count, seen, folded):
    for number in range(count):
        reason = f"Login wall: The feed asks for a password ({number})."
        room.feed(
            f"https://f{number}.example/rss", name=f"Paper {number}", state="failing", problem="login", reason=reason
        )
    tree = await page(opened, room)

    lines = texts(tree, ".troubles > ul > li")
    assert len(lines) == seen
    assert all(f"Paper {n} Broken" in line and "Login wall" in line for n, line in enumerate(lines))
    assert texts(tree, ".troubles summary") == ([f"{folded} more"] if folded else [])


async def test_a_feed_that_is_the_same_as_another_is_not_called_gone(opened, room):
    room.feed("https://a.example/", name="A (again)", state="parked", problem="same", reason="It redirects to A.")
    room.feed("https://b.example/", name="B", problem="moved", reason="Moved: It answers from elsewhere.")
    tree = await page(opened, room)

    assert texts(tree, ".troubles .state") == ["Same as another", "Moved"]
    assert "Moved: " not in texts(tree, ".troubles")[0]


async def test_only_what_nobody_saw_is_listed_newest_first(opened, room):
    room.item("Older", likely=0.9, age=timedelta(hours=9))
    room.item("Newer", likely=0.8, age=timedelta(hours=2))
    room.item("Perhaps", maybe=0.5)
    room.item("Seen before", likely=0.9, seen=True)
    room.item("On something else")

    tree = await page(opened, room)

    assert cards(tree, "likely") == ["Newer", "Older"]
    assert cards(tree, "maybe") == ["Perhaps"]


async def test_a_card_says_everything_a_reader_decides_by(opened, room):
    item = room.item(
        "Власти Казани установят камеры",
        likely=0.876,
        language="ru",
        outlet="Meduza",
        url="https://meduza.example/kazan",
        age=timedelta(hours=7),
        reason="Shares “камеры” with two seeds.",
    )
    uid = room.uid(item)
    tree = await page(opened, room, timezone="Europe/Moscow")

    (link,) = tree.css("article h4 a")
    assert (
        link.attributes["href"],
        link.attributes["rel"],
        link.attributes["lang"],
    ) == ("https://meduza.example/kazan", "noopener noreferrer nofollow", "ru")
    meta = texts(tree, "article .meta")[0]
    assert re.match(r"likely 87 % Meduza \d+ \w{3} \d{4}, \d\d:\d\d MSK \(7 hours ago\) Russian$", meta)
    assert texts(tree, "article .reason") == ["Shares “камеры” with two seeds."]
    assert [f"seedwatch seen {uid}", f"seedwatch no {uid}"] == texts(tree, "article code")
    assert f"/-/seedwatch/article/{uid}" == tree.css_first("article .actions a").attributes["href"]


async def test_a_date_without_an_hour_is_shown_as_the_same_day_everywhere(opened, room):
    room.item("Dated to the day", likely=0.9, day="2026-11-20")
    room.seed("A seed of that day", day="2026-11-19")
    tree = await page(opened, room, timezone="America/New_York")

    assert "20 Nov 2026" in texts(tree, "article .meta")[0]
    assert "00:00" not in texts(tree, "article .meta")[0]
    assert "19:00" not in texts(tree, "article .meta")[0]
    assert "19 Nov 2026" in texts(tree, ".seeds li")[0]


async def test_copies_are_folded_under_their_root(opened, room):
    root = room.item("Root", likely=0.9)
    for n in range(3):
        room.item(f"Copy {n}", likely=0.95, copy_of=root, age=timedelta(minutes=n))

    tree = await page(opened, room)

    assert cards(tree, "likely") == ["Root"]
    assert "3 reprints" in texts(tree, ".meta")[0]


async def test_a_changed_headline_says_what_it_was(opened, room):
    item = room.item("Cameras in all schools", likely=0.9)
    room.renamed(item, "Cameras in schools", "Cameras in most schools")
    room.renamed(item, "Cameras in most schools", "Cameras in all schools")

    tree = await page(opened, room)

    assert texts(tree, "article .note") == ["Headline changed; before: “Cameras in most schools”"]


@pytest.mark.parametrize("why", ["root is a seed", "root was seen", "root is unrelated", "root is only maybe"])
async def test_one_copy_stands_for_all_where_the_root_is_not_listed(opened, room, why):
    if why == "root is a seed":
        root = room.seed("The known article")
    else:
        seen, maybe = why == "root was seen", 0.5 if "maybe" in why else None
        root = room.item("The known article", likely=0.9 if seen else None, maybe=maybe, seen=seen)
    room.item("Older copy", likely=0.9, copy_of=root, age=timedelta(hours=5))
    room.item("Newer copy", likely=0.9, copy_of=root, age=timedelta(hours=4))

    tree = await page(opened, room)

    assert cards(tree, "likely") == ["Newer copy"]
    note = f"Reprint of {'the seed ' if 'seed' in why else ''}“The known article” at Example News"
    assert [note] == texts(tree, "section[aria-labelledby=likely] .note")


async def test_a_long_list_leads_on(opened, room):
    for n in range(27):
        room.item(f"Item {n}", maybe=0.5, age=timedelta(hours=n))

    tree = await page(opened, room)

    assert len(cards(tree, "maybe")) == 12
    more = tree.css_first(".tray .more a").attributes["href"]
    listed = await page(opened, room, more)
    assert len(listed.css("article")) == 27


async def test_what_was_published_today_is_apart_from_what_was_found_today(opened, tmp_path):
    now = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    room = Newsroom(tmp_path / "seedwatch.db", now)
    room.item("Of today", likely=0.9, age=timedelta(hours=1))
    room.item("Of last month", likely=0.9, age=timedelta(days=30), found=timedelta(hours=1))
    room.item("Of yesterday, found then", likely=0.9, age=timedelta(days=1), found=timedelta(days=1))
    tree = await page(opened, room, timezone="UTC")
    room.close()

    groups = texts(tree, ".group")
    assert groups == ["Published today", "Found today, published before", "From the days before"]
    assert cards(tree, "likely") == ["Of today", "Of last month", "Of yesterday, found then"]


async def test_a_story_is_one_entry_and_no_headline_stands_twice(opened, room):
    first, second = (room.item(f"Text {n}", likely=0.9, outlet=f"Outlet {n}", age=timedelta(hours=n)) for n in (5, 4))
    tell(room, first, second)
    maybe = room.item("Text of a doubter", maybe=0.5, outlet="Doubter")
    tell(room, first, maybe)
    for n in range(2):
        room.item("The same headline", likely=0.9, age=timedelta(hours=6 + n), outlet=f"Paper {n}")

    tree = await page(opened, room)

    assert cards(tree, "likely") == ["Text 4", "The same headline"]
    assert cards(tree, "maybe") == []
    assert "One story in 3 texts at 3 outlets: also Outlet 5" in texts(tree, "article .note")


async def test_a_headline_stands_in_one_list_alone_and_names_what_else_has_it(opened, tmp_path):
    now = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    room = Newsroom(tmp_path / "seedwatch.db", now)
    room.item("What we know", likely=0.9, outlet="Today's", age=timedelta(hours=1))
    others = [
        room.item("What we know", likely=0.9, outlet="Also Today's", age=timedelta(hours=2)),
        room.item("What we know", likely=0.9, outlet="Found", age=timedelta(days=30), found=timedelta(hours=1)),
        room.item("What we know", likely=0.9, outlet="Before", age=timedelta(days=3), found=timedelta(days=3)),
        room.item("What we know", maybe=0.5, outlet="Doubter"),
    ]
    for n in range(2):
        room.item("", likely=0.8, outlet=f"Nameless {n}", age=timedelta(hours=3 + n))
    front = await page(opened, room, timezone="UTC")
    watch = await page(opened, room, f"/-/seedwatch/watch/{WATCH}", timezone="UTC")
    room.close()

    for tree in (front, watch):
        assert texts(tree, "article :is(h3, h4)") == ["What we know", "(without a headline)", "(without a headline)"]
        assert texts(tree, "article .note") == [
            "Under the same headline, in another text: Also Today's, Found, Before, Doubter"
        ]
        links = [node.attributes["href"] for node in tree.css("article .note a")]
        assert links == [f"/-/seedwatch/article/u{other:04}" for other in others]


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Europe/Moscow", "Pacific/Kiritimati"])
async def test_what_is_dated_to_the_day_is_of_that_day_in_every_zone(opened, tmp_path, zone):
    now = datetime.now(UTC).replace(microsecond=0)
    today = now.astimezone(ZoneInfo(zone)).date()
    room = Newsroom(tmp_path / "seedwatch.db", now)
    room.item("Of today", likely=0.9, day=str(today))
    room.item("Of yesterday", likely=0.9, day=str(today - timedelta(days=1)), found=timedelta(0))
    tree = await page(opened, room, timezone=zone)
    room.close()

    assert texts(tree, ".group") == ["Published today", "Found today, published before"]
    assert cards(tree, "likely") == ["Of today", "Of yesterday"]


async def test_watches_are_named_where_there_are_several(opened, room):
    room.seed("First")
    room.seed("Second", watch="data-leaks")
    item = room.item("Both", likely=0.9, reason="One.")
    room.judged(item, "data-leaks", 0.5, "maybe", "Another.")

    tree = await page(opened, room)

    assert [f"{WATCH} likely: One.", "data-leaks maybe: Another."] == texts(tree, ".reason")


async def test_undated_items_say_when_they_were_found(opened, room):
    room.item("Undated", likely=0.9, dated=False, found=timedelta(hours=2))

    tree = await page(opened, room)

    assert "undated, found" in texts(tree, ".meta")[0]
    assert "(2 hours ago)" in texts(tree, ".meta")[0]


async def test_nothing_new_says_since_when(opened, room):
    room.seed("Seed")
    room.fetched(room.feed("https://a.example/feed"), 312)
    room.item("Seen", likely=0.9, seen=True, age=timedelta(days=3))

    tree = await page(opened, room)

    assert "(1 hour ago), and was seen. 312 items were looked at in the last 24 hours." in texts(tree, ".empty")[0]
    assert texts(tree, ".empty")[1:] == ["Nothing new that is maybe related."]


async def test_the_chart_says_the_same_in_a_table(opened, room):
    room.seed("Seed")
    root = room.item("Today", likely=0.9, age=timedelta(minutes=1))
    room.item("Today too", maybe=0.5, age=timedelta(minutes=1))
    room.item("Reprints do not count", likely=0.9, copy_of=root, age=timedelta(minutes=1))
    room.item("Too old for the chart", likely=0.9, age=timedelta(days=40))

    tree = await page(opened, room)

    assert texts(tree, "figure td") == ["1", "1"]
    assert len(tree.css("figure svg rect")) == 2
    labels = tree.css_first("figure svg").attributes["aria-labelledby"].split()
    assert all(tree.css_first(f"#{label}") for label in labels)
    for bar in tree.css("svg rect"):
        assert 0 <= float(bar.attributes["y"]) <= float(bar.attributes["y"]) + float(bar.attributes["height"]) <= 100


async def test_seeds_are_listed_by_watch(opened, room):
    room.seed("Moscow’s metro starts paying by face", outlet="HRW", age=timedelta(days=100))
    room.seed("Stolen footage", watch="data-leaks", outlet=None)

    tree = await page(opened, room)

    summaries = texts(tree, "section[aria-labelledby=seeds] summary")
    assert ["data-leaks: 1 seed", f"{WATCH}: 1 seed"] == summaries
    assert re.search(r"Moscow’s metro starts paying by face HRW, \d+ \w+ \d{4}", texts(tree, ".seeds li")[1])


async def test_the_daemon_that_stopped_is_loud(opened, room):
    room.seed("Seed")
    room.feed(
        "https://a.example/", last_attempt_at=room.at(timedelta(days=2)), next_poll_at=room.at(timedelta(days=1.9))
    )

    tree = await page(opened, room)

    assert re.match(r"Not working: no feed was checked since \w+ \(2 days ago\)\. Is", texts(tree, ".verdict.bad")[0])


async def test_endless_texts_leave_room_for_others(opened, room):
    endless = "слово" * 5000
    room.item(endless, likely=0.9, outlet=endless, reason=endless)
    room.broken("https://a.example/", endless, endless)
    room.seed(endless, outlet=endless)

    tree = await page(opened, room)

    assert max(len(text) for text in texts(tree, "h3, h4, b, .reason, li")) < 500


async def test_invisible_characters_do_not_reorder_a_headline(opened, room):
    room.item("Court \u202eevil\u202c rules", likely=0.9)

    assert cards(await page(opened, room), "likely") == ["Court evil rules"]


async def test_pages_are_for_everyone(opened, filled):
    tree = await page(opened, filled)

    assert tree.css_first("html").attributes["lang"] == "en"
    assert 1 == len(tree.css("main")) == len(tree.css("h1"))
    assert not tree.css("script")
    assert not tree.css("[style]")
    assert tree.css_first("label[for=q]")
    levels = [int(node.tag[1]) for node in tree.css("h1, h2, h3, h4")]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    ids = [node.attributes["id"] for node in tree.css("[id]")]
    assert len(ids) == len(set(ids))
    for node in tree.css("link[href], a[href], form[action]"):
        address = node.attributes.get("href") or node.attributes["action"]
        assert address.startswith(("/", "#", "https://", "data:,"))


@pytest.mark.slow
async def test_every_link_to_this_server_leads_somewhere(opened, filled):
    datasette = await opened(filled.path)
    tree = HTMLParser((await datasette.client.get("/")).text)

    paths = {node.attributes["href"] for node in tree.css("[href]") if node.attributes["href"].startswith("/")}
    for path in paths:
        assert (await datasette.client.get(path)).status_code == 200, path
    assert len(paths) > 20
