"""The pages of articles, stories, watches, seeds, outlets and feeds, and lists with filters, as a browser gets them."""

from __future__ import annotations

import csv
import io
import itertools
import re
import shlex
import sqlite3
from datetime import timedelta
from urllib.parse import quote, urlencode, urljoin, urlsplit

import feedparser
import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from db import listing as listed
from monitor.browse import views
from tests.monitor.browse.newsroom import WATCH, tell
from tests.monitor.browse.test_front import cards, page, texts
from tests.monitor.browse.test_plugin import HOSTILE, HOSTILE_LINKS

OWN = "/-/seedwatch/"
SEARCH = f"{OWN}search"


def lines(tree: HTMLParser, section: str) -> list[str]:
    return texts(tree, f"section[aria-labelledby={section}] .line")


async def status(opened, room, path: str) -> int:
    datasette = await opened(room.path)
    return int((await datasette.client.get(path)).status_code)


# --- an article


async def test_an_article_says_what_it_was_judged_and_what_to_do(opened, room):
    seed = room.uid(room.seed("Moscow’s metro starts paying by face"))
    item = room.item("Cameras in Kazan", likely=0.9, nearest=(seed,), text="First line.\n\nSecond line.")
    uid = room.uid(item)
    tree = await page(opened, room, f"{OWN}article/{uid}")

    assert texts(tree, "h1") == ["Cameras in Kazan"]
    assert texts(tree, "#why ~ .reason")[0].startswith("Likely (90 %). It shares “facial recognition”")
    assert f"{OWN}seed/{seed}" in [a.attributes["href"] for a in tree.css("details a")]
    commands = texts(tree, ".command code")
    assert {f"seedwatch yes {uid}", f"seedwatch no {uid}", f"seedwatch why {uid}"} <= set(commands)
    assert texts(tree, ".text p") == ["First line.", "Second line."]


async def test_what_changed_is_shown_as_differences(opened, room):
    item = room.item("Cameras in all schools", likely=0.9)
    room.renamed(item, "Cameras in most schools", "Cameras in all schools")
    tree = await page(opened, room, f"{OWN}article/{room.uid(item)}")

    (diff,) = tree.css("section[aria-labelledby=changes] .diff")
    assert [node.text() for node in diff.css("del")] == ["most"]
    assert [node.text() for node in diff.css("ins")] == ["all"]


async def test_a_changed_date_is_shown_as_two_whole_dates(opened, room):
    item = room.item("A", likely=0.9)
    with room.store.transaction() as connection:
        connection.execute(
            "INSERT INTO revision (article_id, seen_at, field, old, new) VALUES (?, ?, 'published_at', ?, ?)",
            (item, room.at(timedelta()), "2026-01-05T12:54:51Z", "2026-01-05T13:05:16Z"),
        )
    tree = await page(opened, room, f"{OWN}article/{room.uid(item)}")

    assert texts(tree, "section[aria-labelledby=changes] .diff") == ["2026-01-05 13:54 CET → 2026-01-05 14:05 CET"]


async def test_a_reprint_says_of_what_and_its_root_where(opened, room):
    root = room.item("Root", likely=0.9, outlet="Wire")
    copy = room.item("Copy", likely=0.9, copy_of=root, outlet="Reprinter")

    of_copy = await page(opened, room, f"{OWN}article/{room.uid(copy)}")
    of_root = await page(opened, room, f"{OWN}article/{room.uid(root)}")

    (said,) = texts(of_copy, "section[aria-labelledby=like] p")
    assert said.startswith("A reprint of Root at Wire, ")
    assert not any("1 reprint" in line for line in texts(of_copy, ".meta"))
    assert any("1 reprint" in line for line in texts(of_root, ".meta"))
    assert f"seedwatch different {room.uid(copy)} {room.uid(root)}" in texts(of_copy, ".command code")
    assert "1 reprint of its text" in texts(of_root, "section[aria-labelledby=like] h3")


async def test_a_reprint_in_a_list_leads_to_whose_text_it_is(opened, room):
    root = room.item("Root", likely=0.9, outlet="Wire")
    room.item("Copy", likely=0.9, copy_of=root, outlet="Reprinter")

    tree = await page(opened, room, f"{SEARCH}?outlet=Reprinter")

    assert texts(tree, "article .note") == ["Reprint of “Root” at Wire"]
    assert [a.attributes["href"] for a in tree.css("article .note a")] == [f"{OWN}article/{room.uid(root)}"]
    assert not any("reprint" in line for line in texts(tree, "article .meta"))


async def test_the_feeds_an_article_was_in_have_their_names(opened, room):
    feed = room.feed("https://wire.example/feed", name="The Wire")
    tree = await page(opened, room, f"{OWN}article/{room.uid(room.item('A', likely=0.9, feed=feed))}")

    assert texts(tree, "section[aria-labelledby=sightings] tbody a") == ["The Wire"]


async def test_datasette_atom_has_what_has_no_address(opened, room):
    room.item("Without", likely=0.9, url=None)
    room.item("With", likely=0.9, url="https://wire.example/1")
    datasette = await opened(room.path)

    for name in ("atom_related", "as_atom"):
        answer = await datasette.client.get(f"/seedwatch/{name}.atom")

        assert answer.status_code == 200
        assert {"Without", "With"} <= set(re.findall(r"<title>([^<]+)</title>", answer.text))


async def test_tables_and_questions_lead_to_the_pages_of_what_they_name(opened, room):
    uid = room.uid(room.item("Cameras in Kazan", likely=0.9))
    room.item("Cameras in Kazan", likely=0.9, copy_of=1)
    datasette = await opened(room.path)

    for name, column in {"related_items": "uid", "sightings": "item_uid", "copies": "copy_of_uid"}.items():
        tree = HTMLParser((await datasette.client.get(f"/seedwatch/{name}")).text)
        assert f"{OWN}article/{uid}" in [a.attributes["href"] for a in tree.css(f"td.col-{column} a")], name
    plumbing = HTMLParser((await datasette.client.get("/seedwatch/article")).text)
    assert plumbing.css("td.col-uid a") == []


async def test_datasette_atom_makes_a_feed_of_nothing(opened, room):
    datasette = await opened(room.path)

    for name in ("atom_related", "as_atom"):
        answer = await datasette.client.get(f"/seedwatch/{name}.atom")
        feed = feedparser.parse(answer.content)
        assert (answer.status_code, feed.version, feed.bozo, feed.entries) == (200, "atom10", False, [])
    assert (await datasette.client.get("/seedwatch/items.atom")).status_code == 400


async def test_headlines_with_the_same_rare_words_are_found(opened, room):
    item = room.item("Wombats patrol the Khabarovsk harbour", likely=0.9)
    room.item("Khabarovsk harbour gets wombats at last")
    room.item("A harbour, and nothing else in common")
    tree = await page(opened, room, f"{OWN}article/{room.uid(item)}")

    assert [re.sub(r" Example.*", "", line) for line in lines(tree, "like")] == [
        "Khabarovsk harbour gets wombats at last"
    ]


async def test_an_article_listed_in_a_seed_is_said_not_to_be_read(opened, room):
    item = room.item("Known by name only", origin="seed_related")
    tree = await page(opened, room, f"{OWN}article/{room.uid(item)}")

    assert texts(tree, ".kind") == ["Listed in a seed; not yet read"]


# --- a story


async def test_a_story_says_who_was_first_and_folds_reprints(opened, room):
    first = room.item("First", likely=0.9, outlet="Early Bird", age=timedelta(hours=9))
    second = room.item("Second", likely=0.9, outlet="Latecomer", age=timedelta(hours=5))
    copy = room.item("Second again", likely=0.9, outlet="Reprinter", copy_of=second, age=timedelta(hours=4))
    room.renamed(first, "First of all", "First")
    uid = tell(room, first, second, copy)
    tree = await page(opened, room, f"{OWN}story/{uid}")

    assert "2 texts of 2 outlets, 1 reprint" in texts(tree, ".lead")[0]
    assert "Early Bird was first, as far as dates tell" in texts(tree, ".lead")[0]
    assert texts(tree, ".told h2") == ["Early Bird first", "Latecomer"]
    assert texts(tree, ".told .line a") == ["Second again"]
    assert texts(tree, ".told del") == ["of all"]


# --- a watch, a seed


async def test_a_watch_has_what_is_new_over_time_who_reported_and_near_misses(opened, filled):
    filled.item("Only just not", outlet="Nearly", reason="It shares only “face”.", score=0.35)
    tree = await page(opened, filled, f"{OWN}watch/{WATCH}")

    assert cards(tree, "new")[0].startswith("Russian court upholds fine")
    assert len(tree.css("figure svg")) == 2
    assert "AP News" in texts(tree, "section[aria-labelledby=coverage] tbody th")
    assert texts(tree, "section[aria-labelledby=near] .line a") == ["Only just not"]
    assert len(lines(tree, "seeds")) == 3
    assert f"seedwatch export --format dossier {WATCH} -o dossier/" in texts(tree, ".command code")


async def test_silence_is_only_claimed_of_outlets_that_were_looked_at_all_the_time(opened, room):
    room.seed("A seed")
    room.item("One that reported", likely=0.9)
    for name in ("Whole", "Other"):
        room.feed(f"https://{name}.example/feed", name=name)
    for n in range(3):
        room.broken(f"https://broken{n}.example/feed", f"Broken {n}", "The server answered 403 Forbidden.")
    with room.store.transaction() as connection:
        connection.execute(
            "UPDATE source SET outlet_name = name, outlet_domain = name, added_at = ? WHERE kind = 'feed'",
            (room.at(timedelta(days=90)),),
        )
    tree = await page(opened, room, f"{OWN}watch/{WATCH}")

    said = texts(tree, "section[aria-labelledby=coverage] summary")
    assert said == ["2 outlets did not report; of 3 more it cannot be said"]
    assert [line.split()[0] for line in lines(tree, "coverage")][:2] == ["Other", "Whole"]


async def test_a_watch_is_followed_as_atom(opened, filled):
    tree = await page(opened, filled, f"{OWN}watch/{WATCH}")
    address = tree.css_first("link[type='application/atom+xml']").attributes["href"]
    datasette = await opened(filled.path)

    answer = await datasette.client.get(address)
    assert answer.headers["content-type"].startswith("application/atom+xml")
    assert "Russian court upholds fine for activist spotted by metro cameras" in answer.text
    assert "London police" not in answer.text


async def test_a_seed_has_what_is_nearest_to_it(opened, room):
    seed = room.seed("The seed")
    other = room.seed("Another seed")
    room.item("Near to the seed", likely=0.9, nearest=(room.uid(seed),))
    room.item("Near to another", likely=0.9, nearest=(room.uid(other),))
    tree = await page(opened, room, f"{OWN}seed/{room.uid(seed)}")

    assert cards(tree, "latest") == ["Near to the seed"]


# --- outlets and feeds


async def test_an_outlet_has_its_feeds_and_what_is_related(opened, room):
    room.item("Related", likely=0.9, outlet="Meduza")
    room.item("Unrelated", outlet="Meduza")
    tree = await page(opened, room, "/")
    path = tree.css_first("a.outlet").attributes["href"]
    tree = await page(opened, room, path)

    assert "2 articles seen" in texts(tree, ".lead")[0]
    assert cards(tree, "related") == ["Related"]
    assert len(lines(tree, "latest")) == 2


async def test_broken_feeds_come_first_the_latest_break_before_older_ones(opened, room):
    room.feed("https://fine.example/", name="Fine")
    room.broken("https://old.example/", "Old break", "No answer.", days=9)
    room.broken("https://new.example/", "New break", "No answer.", days=0.3)
    tree = await page(opened, room, f"{OWN}feeds")
    trouble = await page(opened, room, f"{OWN}feeds?state=trouble")

    assert texts(tree, "tbody th a") == ["New break", "Old break", "Fine"]
    assert texts(trouble, "tbody th a") == ["New break", "Old break"]


async def test_a_trouble_is_named_once_beside_its_reason(opened, room):
    room.feed("https://a.example/", name="A", state="silent", reason="Silent: It answers, but has brought nothing.")
    wall = {"problem": "login", "reason": "Login wall: The site asks for a password.", "failing_since": room.at(None)}
    room.feed("https://b.example/", name="B", state="failing", **wall)
    listed = await page(opened, room, f"{OWN}feeds")
    own = await page(opened, room, f"{OWN}feed?url=https://a.example/")

    assert texts(listed, "tbody th .quiet") == [
        "Login wall: The site asks for a password.",
        "It answers, but has brought nothing.",
    ]
    assert texts(own, ".verdict.bad")[0].endswith("It answers, but has brought nothing.")
    assert "Silent: " not in texts(own, ".verdict.bad")[0]


async def test_a_feed_has_its_history_rhythm_and_gaps(opened, room):
    url = "https://a.example/feed?x=1&y=ü"
    feed = room.feed(url, name="A", usual_gap_s=7200, longest_gap_s=86400)
    room.fetched(feed, 5)
    room.item("Brought", likely=0.9, feed=feed)
    room.missed(feed, timedelta(days=3), timedelta(days=2))
    tree = await page(opened, room, f"{OWN}feeds")
    tree = await page(opened, room, tree.css_first("tbody a").attributes["href"])

    assert texts(tree, "h1") == ["A"]
    assert "Something new about every 2 hours; its longest known pause is 24 hours" in " ".join(texts(tree, "dd"))
    assert texts(tree, "section[aria-labelledby=history] tbody td")[:2] == ["new", "200"]
    assert "not filled" in lines(tree, "gaps")[0]
    assert "The web archive has no copies" in lines(tree, "gaps")[0]
    assert lines(tree, "latest")[0].startswith("Brought")


# --- lists


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["B", "A", "Unrelated"]),
        ("verdict=likely", ["A"]),
        ("verdict=likely maybe", ["B", "A"]),
        ("verdict=likely&seen=yes", []),
        ("language=ru", ["B"]),
        ("outlet=second", ["B"]),
        (f"watch={WATCH}", ["B", "A"]),
        ("watch=nothing", []),
        ("origin=backfill", []),
        ("tag=wire", ["A"]),
        ("tag=unknown", []),
        ("since=2100-01-01", []),
        ("until=2100-01-01&verdict=maybe", ["B"]),
        ("q=words", ["B", "A", "Unrelated"]),
        ("q=words&verdict=likely", ["A"]),
        ("page=2", []),
        ("page=0", ["B", "A", "Unrelated"]),
        ("page=x&seen=perhaps&since=never", ["B", "A", "Unrelated"]),
        ("verdict=%00&origin='; drop table article", ["B", "A", "Unrelated"]),
    ],
)
async def test_filters_choose_and_nonsense_is_left_out(opened, room, query, found):
    feed = room.feed("https://wire.example/", tags='["wire"]')
    room.item("A", likely=0.9, outlet="First", feed=feed, age=timedelta(hours=3), excerpt="some words")
    room.item("B", maybe=0.5, outlet="Second", language="ru", age=timedelta(hours=2), excerpt="some words")
    room.item("Unrelated", outlet="Third", age=timedelta(hours=4), excerpt="some words")
    tree = await page(opened, room, f"{SEARCH}?{query}")

    assert found == texts(tree, "article h2")


async def test_what_could_not_be_read_of_an_address_is_said(opened, room):
    tree = await page(opened, room, f"{SEARCH}?since=soon&verdict=sure")

    assert "“soon” is no day such as 2026-03-01; it was left out." in texts(tree, ".note")
    assert "“sure” is no verdict; there are: likely, maybe, no, likely maybe. It was left out." in texts(tree, ".note")


@pytest.mark.parametrize("query", ["", "&q=item"])
async def test_lists_go_on_page_by_page_with_their_filters(opened, room, query):
    for n in range(120):
        room.item(f"Item {n}", maybe=0.5, age=timedelta(hours=n))
    seen: list[str] = []
    path: str | None = f"{SEARCH}?verdict=maybe{query}"
    while path:
        tree = await page(opened, room, path)
        seen += texts(tree, "article h2")
        path = next((a.attributes["href"] for a in tree.css("a[rel=next]")), None)

    assert [f"Item {n}" for n in range(120)] == seen


async def test_a_list_says_where_it_ends(opened, room, monkeypatch):
    monkeypatch.setattr(listed, "LAST_PAGE", 2)
    for n in range(101):
        room.item(f"Item {n}", age=timedelta(hours=n))
    first, last = [(await page(opened, room, f"{SEARCH}?page={n}")).text() for n in (1, 2)]

    assert "The list ends here" not in first
    assert "The list ends here; what is older" in last


async def test_a_list_is_handed_on_without_formulas(opened, room):
    room.item('=HYPERLINK("https://evil.example")', likely=0.9)
    room.item("Fine, with “quotes”, commas", likely=0.8)
    room.item("Only maybe", maybe=0.5)
    datasette = await opened(room.path)
    answer = await datasette.client.get(f"{OWN}spreadsheet")

    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert {'\'=HYPERLINK("https://evil.example")', "Fine, with “quotes”, commas"} == {row["title"] for row in rows}


async def test_a_table_has_all_of_a_list_in_its_order_however_long_it_is(opened, room, monkeypatch):
    monkeypatch.setattr(views, "ROWS", 7)
    for n in range(40):
        room.item(f"Item {n} on cameras", likely=0.9, age=timedelta(hours=n))
    room.item("Cameras, and no more", likely=0.9, age=timedelta(hours=50))
    datasette = await opened(room.path)
    for query, expected in {
        "": [*(f"Item {n} on cameras" for n in range(40)), "Cameras, and no more"],
        "?q=item": [f"Item {n} on cameras" for n in range(40)],
        "?q=%22and+no+more%22&verdict=likely": ["Cameras, and no more"],
        "?q=!!!": [],
    }.items():
        answer = await datasette.client.get(f"{OWN}spreadsheet{query}")
        rows = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
        assert expected == [row["title"] for row in rows], query


@pytest.mark.parametrize("kind", ["spreadsheet", "follow"])
async def test_what_takes_too_long_to_hand_on_is_said_in_words(opened, filled, monkeypatch, kind):
    def slow(*_: object) -> None:
        raise sqlite3.OperationalError("interrupted")

    monkeypatch.setattr(views, "chosen_ids", slow)
    monkeypatch.setattr(views, "atom", slow)
    datasette = await opened(filled.path)
    answer = await datasette.client.get(f"{OWN}{kind}")

    assert answer.status_code == 503
    assert "It took too long" in answer.text


@pytest.mark.parametrize(
    "path", ["items.csv", "items.csv?_stream=1", "items.csv?_dl=1", "related_items.csv?_stream=on"]
)
async def test_datasettes_own_tables_are_without_formulas(opened, room, path):
    room.item('=HYPERLINK("https://evil.example")', likely=0.9, excerpt='-2+3, "quoted",\n+cmd|x')
    datasette = await opened(room.path)
    answer = await datasette.client.get(f"/seedwatch/{path}")

    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert row["title"] == '\'=HYPERLINK("https://evil.example")'
    assert row["excerpt"].startswith('\'-2+3, "quoted",')
    assert row["relevance"] == "0.9"


# --- all of them


@pytest.mark.parametrize(
    "path",
    [
        "article/nothing",
        "article/%00",
        "story/nothing",
        "watch/nothing",
        "seed/nothing",
        "outlet",
        "outlet?domain=x",
        "feed?url=x",
    ],
)
async def test_what_is_not_there_is_404(opened, filled, path):
    assert await status(opened, filled, OWN + path) == 404


async def test_a_seed_page_is_of_seeds_alone(opened, room):
    item = room.item("A find", likely=0.9)

    assert await status(opened, room, f"{OWN}seed/{room.uid(item)}") == 404


async def reachable(opened, room, most: int = 400) -> dict[str, str]:
    """Path → page, of ours, by links from the front page."""
    datasette = await opened(room.path)
    pages: dict[str, str] = {}
    waiting = ["/"]
    while waiting and len(pages) < most:
        path = waiting.pop(0)
        answer = await datasette.client.get(path)
        assert answer.status_code == 200, path
        pages[path] = answer.text if answer.headers["content-type"].startswith("text/html") else ""
        if path != "/" and not path.startswith(OWN):
            continue
        for node in HTMLParser(pages[path]).css("[href]"):
            target = urljoin(path, node.attributes["href"]).split("#")[0]
            if not urlsplit(target).netloc and target not in pages and target not in waiting and target.startswith("/"):
                waiting.append(target)
    return pages


@pytest.mark.slow
async def test_every_link_of_every_page_leads_somewhere(opened, filled):
    first, second = (
        row[0] for row in filled.store.connection.execute("SELECT id FROM article WHERE verdict = 'likely' LIMIT 2")
    )
    tell(filled, first, second)
    pages = await reachable(opened, filled)

    kinds = {path.split("?")[0].split("/")[3] for path in pages if path.startswith(OWN)}
    assert {"article", "story", "watch", "seed", "outlet", "feeds", "feed", "search", "follow", "spreadsheet"} <= kinds


@pytest.mark.slow
async def test_pages_of_ours_are_plain_and_well_formed(opened, filled):
    for path, text in (await reachable(opened, filled, 150)).items():
        if not text or not (path == "/" or path.startswith(OWN)):
            continue
        tree = HTMLParser(text)
        assert not tree.css("script, [style], [onclick]"), path
        assert 1 == len(tree.css("main")) == len(tree.css("h1")), path
        ids = [node.attributes["id"] for node in tree.css("[id]")]
        assert len(ids) == len(set(ids)), path
        levels = [int(node.tag[1]) for node in tree.css("h1, h2, h3, h4")]
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels)), path


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_hostile_words_stay_words_everywhere(opened, room, hostile):
    feed = room.feed(
        "https://a.example/feed", name=hostile, state="failing", reason=hostile, failing_since=room.at(timedelta(1))
    )
    seed = room.seed(hostile, watch=hostile, outlet=hostile)
    item = room.item(
        hostile,
        likely=0.9,
        watch=hostile,
        outlet=hostile,
        feed=feed,
        excerpt=hostile,
        text=hostile,
        reason=hostile,
        nearest=(room.uid(seed),),
    )
    other = room.item(f"{hostile} again", likely=0.9, watch=hostile)
    room.renamed(item, f"{hostile} before", hostile)
    tell(room, item, other)

    pages = await reachable(opened, room, 80)
    own = {path: text for path, text in pages.items() if path == "/" or path.startswith(OWN)}
    for path, text in own.items():
        tree = HTMLParser(text)
        assert not tree.css("script, img, svg[onload], [onerror], [onload]"), path
        assert "49" not in " ".join(texts(tree, "h1")), path
    assert any("/watch/" in path for path in own)


@pytest.mark.parametrize("link", HOSTILE_LINKS)
async def test_hostile_links_are_no_links_anywhere(opened, room, link):
    item = room.item("Item", likely=0.9, url=link)
    tree = await page(opened, room, f"{OWN}article/{room.uid(item)}")

    assert link not in [a.attributes["href"] for a in tree.css("a")]


@pytest.mark.parametrize("name", ["a$(touch /tmp/x)`b`", "it's; rm -rf /", 'say "no"', "-rf", "line\nbreak"])
async def test_commands_to_copy_are_safe_in_a_shell(opened, room, name):
    feed = f"https://a.example/{name}"
    room.feed(feed, name=name)
    room.seed("Seed", watch=name)
    room.item("Item", likely=0.9, watch=name, outlet=name)
    commands = []
    for path in (
        f"{OWN}watch/{quote(name, safe='')}",
        f"{OWN}outlet?{urlencode({'name': name})}",
        f"{OWN}feed?{urlencode({'url': feed})}",
    ):
        commands += texts(await page(opened, room, path), ".command code")

    assert len(commands) > 8
    for command in commands:
        words = shlex.split(command)
        assert words[0] == "seedwatch"
        assert len(words) <= 7
        assert not {"touch", "rm"} & set(words)
