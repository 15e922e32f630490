"""What the plugin does to Datasette: descriptions, canned queries, cells, headers; and nothing to other databases."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from db.views import VIEWS
from monitor.browse import metadata
from monitor.browse.canned import QUESTIONS
from tests.monitor.browse.newsroom import Newsroom

VIEW_NAMES = [view.name for view in VIEWS]
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    '=HYPERLINK("https://evil.example")',
    "</title><svg/onload=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
)
HOSTILE_LINKS = (
    "javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "https://",
    "https://[broken",
    'https://x.example/"onmouseover="alert(1)',
    "//x.example/",
    "file:///etc/passwd",
)


@pytest.mark.parametrize("fill", ["filled", "room"])
async def test_every_view_opens(opened, request, fill):
    datasette = await opened(request.getfixturevalue(fill).path)

    for name in VIEW_NAMES:
        response = await datasette.client.get(f"/seedwatch/{name}")
        assert (200, name) == (response.status_code, name)
        assert "One row per" in response.text
        assert "timed out" not in response.text


@pytest.mark.parametrize(
    "value", [None, "", "facial-recognition", "'", '"', "'; drop table article; --", "\x00", "x" * 5000]
)
async def test_every_canned_query_opens_with_any_parameter(opened, filled, value):
    datasette = await opened(filled.path)

    for name, question in QUESTIONS.items():
        params = {} if value is None else dict.fromkeys([*question.params, "watch"], value)
        response = await datasette.client.get(f"/seedwatch/{name}", params=params)
        assert (200, name) == (response.status_code, name)
        assert question.title in response.text
    assert filled.store.connection.execute("SELECT count(*) FROM article").fetchone()[0]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("new_and_related", 8),
        ("who_was_first", 65),
        ("broken_feeds", 4),
        ("near_misses", 0),
        ("copies", 3),
        ("changed_headlines", 1),
    ],
)
async def test_canned_queries_answer_their_question(opened, filled, name, expected):
    datasette = await opened(filled.path)

    rows = (await datasette.client.get(f"/seedwatch/{name}.json?_shape=array")).json()
    assert expected == len(rows)


async def test_a_canned_query_keeps_to_one_watch(opened, filled):
    datasette = await opened(filled.path)

    rows = (await datasette.client.get("/seedwatch/new_and_related.json?_shape=array&watch=data-leaks")).json()
    assert [(row["watch"], row["percent"]) for row in rows] == [("data-leaks", 62)]


async def test_near_misses_are_those_just_below(opened, room):
    seed = room.uid(room.seed("Seed"))
    room.item("Nearly", nearest=(seed,))
    near = room.item("Nearer", nearest=(seed,))
    room.judged(near, "facial-recognition", 0.35, "no", "Only “camera”.")
    room.store.connection.execute("UPDATE judgement SET nearest = json_array(json_array(?, 0.3))", (seed,))
    datasette = await opened(room.path)

    rows = (await datasette.client.get("/seedwatch/near_misses.json?_shape=array")).json()
    assert [(row["title"], row["percent"], row["reason"]) for row in rows] == [("Nearer", 35, "Only “camera”.")]


async def test_only_views_are_shown(opened, filled):
    datasette = await opened(filled.path)

    tables = (await datasette.client.get("/seedwatch.json")).json()["tables"]
    assert not [table["name"] for table in tables if not table["hidden"]]


@pytest.mark.parametrize(
    "query",
    [
        "_sort=nothing",
        "_sort_desc=nothing",
        "_sort=uid&_sort_desc=uid",
        "_next=garbage",
        "_next=a,b&_sort=uid",
        "_through=x",
        "_through={}",
        "_timelimit=x",
        "uid__in=[",
        "_size=-1",
        "_facet_size=x",
        "_col=nothing",
    ],
)
async def test_an_address_that_cannot_be_is_no_error_of_the_server(opened, filled, query, capfd):
    datasette = await opened(filled.path)
    for form in ("", ".json"):
        answer = await datasette.client.get(f"/seedwatch/items{form}?{query}")

        assert answer.status_code in {200, 400}
        assert answer.status_code == 200 or len(answer.json()["error"] if form else answer.text) > 10
    assert "Traceback" not in capfd.readouterr().err


async def test_an_error_of_the_server_stays_one(opened, filled, monkeypatch):
    datasette = await opened(filled.path)
    monkeypatch.setattr("monitor.browse.views.front", lambda *_: {}["a bug of ours"])

    assert (await datasette.client.get("/?_sort=x")).status_code == 500


@pytest.mark.parametrize("sql", [True, False])
async def test_a_page_says_in_words_what_there_is(opened, filled, sql):
    datasette = await opened(filled.path, arbitrary_sql=sql)
    answer = await datasette.client.get("/-/seedwatch/data")
    tree = HTMLParser(answer.text)

    assert answer.status_code == 200
    links = [node.attributes["href"] for node in tree.css("main dl a")]
    assert sorted(links) == sorted(f"/seedwatch/{name}" for name in (*QUESTIONS, *VIEW_NAMES))
    assert "".join(node.text() for node in tree.css("main dl dd")).count("one row per") == len(VIEW_NAMES)
    assert sql == ("Queries of your own in SQL" in tree.css_first("main").text())
    front = HTMLParser((await datasette.client.get("/")).text)
    assert "/-/seedwatch/data" in [node.attributes["href"] for node in front.css("header a")]


async def test_columns_are_described_as_in_the_schema(opened, filled):
    datasette = await opened(filled.path)

    described = (await datasette.client.get("/-/metadata.json")).json()["databases"]["seedwatch"]["tables"]
    assert {view.name: dict(view.columns) for view in VIEWS} == {
        name: described[name]["columns"] for name in VIEW_NAMES
    }


def test_metadata_is_new_each_time():
    first = metadata.metadata({"a": ["article"]})
    first["databases"]["a"]["tables"].clear()

    assert metadata.metadata({"a": ["article"]})["databases"]["a"]["tables"]


@pytest.mark.parametrize("view", ["items", "related_items"])
async def test_stock_search_works_on_views(opened, filled, view):
    datasette = await opened(filled.path)

    rows = (await datasette.client.get(f"/seedwatch/{view}.json?_shape=array&_search=Новгород")).json()
    assert len(rows) == 1


async def test_views_show_the_latest_first(opened, filled):
    datasette = await opened(filled.path)

    tree = HTMLParser((await datasette.client.get("/seedwatch/items")).text)
    times = [node.attributes["datetime"] for node in tree.css("td.col-sort_at time")]
    assert times == sorted(times, reverse=True)
    assert len(times) > 40


async def test_cells_show_links_and_short_times(opened, room):
    room.item("One", url="https://news.example/" + "a" * 100, age=timedelta(hours=1))
    datasette = await opened(room.path, timezone="Europe/Moscow")

    tree = HTMLParser((await datasette.client.get("/seedwatch/items")).text)
    link = tree.css_first("td.col-web_url a")
    assert (link.attributes["rel"], len(link.text())) == ("noopener noreferrer nofollow", 60)
    assert tree.css_first("td.col-published_at time").text().endswith("MSK")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/-/seedwatch/search?q=camera",
        "/seedwatch/items",
        "/seedwatch/related_items",
        "/seedwatch/broken_feeds",
        "/seedwatch/new_and_related",
        "/seedwatch/feed_health",
    ],
)
async def test_what_feeds_wrote_does_nothing(opened, room, path):
    for n, text in enumerate(HOSTILE):
        room.item(
            f"camera {text}", likely=0.9, outlet=text, excerpt=f"camera {text}", reason=text, language=text, watch=text
        )
        room.broken(f"https://feed{n}.example/", text, text)
        room.seed(text, watch=text, outlet=text)
    for link in HOSTILE_LINKS:
        room.item("camera", likely=0.9, url=link)
        room.seed(f"Seed {link}", url=link)
    datasette = await opened(room.path)
    response = await datasette.client.get(path)

    assert response.status_code == 200
    tree = HTMLParser(response.text)
    assert not tree.css("[onerror], [onload], [onmouseover], svg[onload], img")
    assert "alert(1)" not in "".join(node.text() for node in tree.css("script"))
    schemes = {node.attributes["href"].split(":")[0] for node in tree.css("a[href]") if ":" in node.attributes["href"]}
    assert {"http", "https"} >= schemes
    assert not tree.css("a[href='https://'], a[href^='https://[']")
    assert "49" not in tree.css_first("main, .content").text().replace("49 ", "")


@pytest.mark.parametrize(
    ("path", "own"),
    [
        ("/", True),
        ("/-/seedwatch/search?q=x", True),
        ("/seedwatch", False),
        ("/seedwatch/items", False),
        ("/nowhere", False),
        ("/seedwatch/items.csv", False),
    ],
)
async def test_headers_are_on_every_answer(opened, filled, path, own):
    datasette = await opened(filled.path)
    headers = (await datasette.client.get(path)).headers

    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert tuple(policy[name] for name in ("default-src", "frame-ancestors", "base-uri", "form-action")) == (
        "'none'",
        "'none'",
        "'none'",
        "'self'",
    )
    assert own == ("script-src" not in policy)
    assert own == ("'unsafe-inline'" not in policy["style-src"])
    assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "same-origin")


async def test_style_sheets_are_served_from_here(opened, filled):
    datasette = await opened(filled.path)

    for path in ("/", "/seedwatch/items"):
        tree = HTMLParser((await datasette.client.get(path)).text)
        sheet = next(
            n.attributes["href"] for n in tree.css("link[rel=stylesheet]") if "/-/seedwatch/" in n.attributes["href"]
        )
        response = await datasette.client.get(sheet)
        assert (response.status_code, response.headers["content-type"]) == (200, "text/css; charset=utf-8")


async def test_queries_of_ones_own_can_be_forbidden(opened, filled):
    allowed, forbidden = await opened(filled.path), await opened(filled.path, arbitrary_sql=False)

    assert (await allowed.client.get("/seedwatch.json?sql=select+1")).status_code == 200
    assert (await forbidden.client.get("/seedwatch.json?sql=select+1")).status_code == 403
    for path in ("/", "/seedwatch/new_and_related", "/seedwatch/items"):
        assert (await forbidden.client.get(path)).status_code == 200


@pytest.mark.parametrize(
    "path", ["/seedwatch.db", "/seedwatch.json?sql=delete+from+article", "/seedwatch.json?sql=attach+'x'+as+y"]
)
async def test_nothing_can_be_taken_or_changed(opened, filled, path):
    datasette = await opened(filled.path)

    assert (await datasette.client.get(path)).status_code in {400, 403}


async def test_a_mistyped_query_is_no_reason_for_a_traceback(opened, filled, capfd):
    datasette = await opened(filled.path)

    response = await datasette.client.get("/seedwatch?sql=select+nonsense")
    assert (response.status_code, "no such column: nonsense" in response.text) == (400, True)
    assert "Traceback" not in "".join(capfd.readouterr())


async def test_other_databases_are_left_alone(opened, tmp_path):
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE article (url TEXT)")
        connection.execute("INSERT INTO article VALUES ('2026-11-03T14:05:00Z')")
        connection.commit()
    datasette = await opened(path)

    front = await datasette.client.get("/")
    assert "1 rows in 1 table" in front.text
    assert "content-security-policy" not in front.headers
    assert "<time" not in (await datasette.client.get("/other/article")).text
    assert (await datasette.client.get("/-/seedwatch/search")).status_code == 404
    assert "databases" not in (await datasette.client.get("/-/metadata.json")).json()


async def test_pages_see_what_was_written_since(opened, room):
    datasette = await opened(room.path)
    before = (await datasette.client.get("/")).text
    room.item("Written while the pages are open", likely=0.9)

    after = (await datasette.client.get("/")).text
    assert ("Written while" in before, "Written while" in after) == (False, True)


async def test_pages_follow_a_database_that_is_replaced(opened, room, tmp_path):
    room.item("In the old file", likely=0.9)
    datasette = await opened(room.path)
    assert "In the old file" in (await datasette.client.get("/")).text
    room.close()
    other = Newsroom(tmp_path / "other.db")
    other.item("In the new file", likely=0.9)
    other.close()
    for end in ("-wal", "-shm"):
        room.path.with_name(room.path.name + end).unlink(missing_ok=True)
    other.path.replace(room.path)

    for path in ("/", "/seedwatch/items", "/-/seedwatch/search?q=file"):
        text = (await datasette.client.get(path)).text
        assert ("In the old file" in text, "In the new file" in text) == (False, True)


async def test_a_database_that_cannot_be_read_says_so(opened, room):
    datasette = await opened(room.path)
    room.store.connection.execute("DROP TABLE judgement")

    response = await datasette.client.get("/")
    assert response.status_code == 503
    assert "Not working:" in response.text
    assert "seedwatch doctor" in response.text


async def test_pages_keep_to_a_prefix(opened, filled):
    datasette = await opened(filled.path)
    datasette._settings["base_url"] = "/news/"
    datasette.client.app = datasette.app()

    response = await datasette.client.get("/")
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert "script-src" not in response.headers["content-security-policy"]
    tree = HTMLParser(response.text)
    assert {"/news"} == {n.attributes["href"][:5] for n in tree.css("[href^='/']")}
