"""Search over the pages' own route."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from db import listing
from db.store import Store
from monitor.browse.listing import asked, results
from monitor.browse.search import LONGEST, Marked, snippet, understand

SEARCH = "/-/seedwatch/search"


async def found(opened, room, query: str) -> list[str]:
    datasette = await opened(room.path)
    response = await datasette.client.get(SEARCH, params={"q": query})

    assert response.status_code == 200
    return [node.text().strip() for node in HTMLParser(response.text).css("article h2")]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("камера", ["Камеры появятся в школах", "Задержан по камерам"]),
        ("КАМЕРАМИ", ["Камеры появятся в школах", "Задержан по камерам"]),
        ("камера школа", ["Камеры появятся в школах"]),
        ("ёлка", ["Елка на площади"]),
        ("cameras", ["One camera too many"]),
        ("“one camera”", ["One camera too many"]),
        ('"camera one"', []),
        ("нет такого", []),
        ("camera -many", []),
        ("camera -few", ["One camera too many"]),
        ("camera NOT many", []),
        ("camera AND many", ["One camera too many"]),
        ("елка OR camera", ["One camera too many", "Елка на площади"]),
        ("too OR елка many", ["One camera too many"]),
        ("камера -“в школах”", ["Задержан по камерам"]),
        ("cam*", ["One camera too many"]),
        ("title:camera", []),
        ("café", ["At the cafe"]),
        ("-camera", []),
        ("NOT camera", []),
    ],
)
async def test_words_are_found_in_all_their_forms_newest_first(opened, room, query, expected):
    room.item("Задержан по камерам", age=timedelta(days=3))
    room.item("Камеры появятся в школах", age=timedelta(days=1))
    room.item("Елка на площади", likely=0.9)
    room.item("One camera too many")
    room.item("At the cafe", age=timedelta(days=9))

    assert expected == await found(opened, room, query)


@pytest.mark.parametrize(
    "query",
    [
        "",
        " ",
        '"',
        '""',
        "'",
        "*",
        "NEAR(",
        "a AND",
        "OR",
        "NOT x",
        "%_",
        "\x00",
        "{}:^+-",
        "«",
        "٣",
        "x" * 30_000,
        "слово " * 1000,
    ],
    ids=lambda query: repr(query[:10]),
)
async def test_any_query_has_an_answer(opened, filled, query):
    titles = await found(opened, filled, query)

    asks_for_all = not query.strip(" \0")
    # Of the fifty on a page, three are folded: they are reprints.
    assert len(titles) == 47 if asks_for_all else len(titles) < 10


async def test_without_a_query_the_page_explains(opened, filled):
    datasette = await opened(filled.path)

    assert "Type one or more words" in (await datasette.client.get(SEARCH)).text


async def test_a_long_query_is_said_to_be_cut(opened, filled):
    datasette = await opened(filled.path)

    response = await datasette.client.get(SEARCH, params={"q": "камера " * 200})
    assert "only its beginning was looked for" in response.text
    assert response.status_code == 200


async def test_the_place_is_shown_and_marked(opened, room):
    room.item(
        "Report", text="Long before. " * 300 + "Then cameras were switched on in <b>Kazan</b>.", excerpt="A summary."
    )
    datasette = await opened(room.path)

    tree = HTMLParser((await datasette.client.get(SEARCH, params={"q": "camera"})).text)
    assert [mark.text() for mark in tree.css("mark")] == ["cameras"]
    assert "<b>Kazan</b>" in tree.css_first(".snippet").text()


@pytest.mark.parametrize(
    ("query", "marks"), [("cafe", ["Café"]), ("swit*", ["switched"]), ("актеры", ["актёра"]), ("“on in”", ["on", "in"])]
)
async def test_what_is_marked_is_what_was_found(opened, room, query, marks):
    room.item("Report", excerpt="Café: then cameras were switched on in Kazan. Видели актёра.")
    datasette = await opened(room.path)

    tree = HTMLParser((await datasette.client.get(SEARCH, params={"q": query})).text)
    assert [mark.text() for mark in tree.css("mark")] == marks


@pytest.mark.parametrize("query", ["“one camera”", "camera -many", "camera OR елка"])
async def test_what_is_handed_on_of_a_search_is_what_its_page_shows(opened, room, query):
    for title in ("One camera", "Camera, one too many", "Елка на площади"):
        room.item(title, likely=0.9)
    datasette = await opened(room.path)
    shown = await found(opened, room, query)

    table = await datasette.client.get("/-/seedwatch/spreadsheet", params={"q": query})
    rows = csv.DictReader(io.StringIO(table.text.removeprefix("\ufeff")))
    assert sorted(shown) == sorted(row["title"] for row in rows)
    feed = feedparser.parse((await datasette.client.get("/-/seedwatch/follow", params={"q": query})).content)
    assert sorted(shown) == sorted(entry.title for entry in feed.entries)


async def test_seeds_and_verdicts_are_told_apart(opened, room):
    room.seed("Camera seed")
    room.item("Camera likely", likely=0.9)
    room.item("Camera unrelated")
    datasette = await opened(room.path)

    tree = HTMLParser((await datasette.client.get(SEARCH, params={"q": "camera"})).text)
    assert {"seed", "likely 90 %", "unrelated 10 %"} == {
        node.text().replace("\xa0", " ") for node in tree.css(".badge")
    }


@pytest.fixture(scope="module")
def connection(tmp_path_factory):
    store = Store(tmp_path_factory.mktemp("search") / "seedwatch.db")
    yield store.connection
    store.close()


@given(st.text(max_size=3 * LONGEST))
def test_what_is_typed_is_never_syntax(connection, typed):
    query = understand(typed)

    assert not results(connection, asked({"q": [typed]}, None)).hits
    assert len(query.text) <= LONGEST


@given(st.text(max_size=600), st.text(max_size=600), st.lists(st.sampled_from(["camera", "лиц", "a"]), max_size=3))
def test_a_snippet_is_a_piece_of_what_is_there(excerpt, text, stems):
    said = "".join(piece for piece, _ in snippet(excerpt, text, Marked(frozenset(stems))))

    assert (
        said.removeprefix("… ").removesuffix(" …") in (excerpt or text)
        or said.removeprefix("… ").removesuffix(" …") in text
    )
    assert len(said) <= 244


@pytest.mark.parametrize("few", [0, 50_000])
async def test_an_outlet_is_found_by_part_of_its_name_with_words_and_without(opened, room, monkeypatch, few):
    monkeypatch.setattr(listing, "FEW", few)
    room.item("Камеры в школах", likely=0.9, outlet="Ёлка: новости", text="камеры")
    room.item("Камеры в метро", outlet="ЕЛКА", text="камеры", age=timedelta(hours=5))
    room.item("Камеры", outlet="Example News", text="камеры")
    datasette = await opened(room.path)
    for query, expected in (
        ({"outlet": "елка"}, ["Камеры в школах", "Камеры в метро"]),
        ({"outlet": "елка", "q": "камера"}, ["Камеры в школах", "Камеры в метро"]),
        ({"outlet": "елка", "verdict": "likely"}, ["Камеры в школах"]),
        ({"outlet": "nobody"}, []),
    ):
        tree = HTMLParser((await datasette.client.get(SEARCH, params=query)).text)
        assert expected == [node.text().strip() for node in tree.css("article h2")], query


async def test_reprints_are_folded_in_lists_under_their_root_or_the_first(opened, room):
    root = room.item("A camera in the metro", likely=0.9, outlet="Root", age=timedelta(hours=9))
    for n in range(6):
        room.item(f"Camera, copy {n}", likely=0.9, copy_of=root, outlet=f"Reprinter {n}", age=timedelta(hours=n))
    seen = room.item("Known text", likely=0.9, seen=True, outlet="Seen before")
    for n in range(2):
        room.item(f"Known text {n}", likely=0.9, copy_of=seen, outlet=f"Late {n}", age=timedelta(hours=10 + n))
    datasette = await opened(room.path)

    async def listed(**query: str) -> tuple[list[str], list[str], str]:
        tree = HTMLParser((await datasette.client.get(SEARCH, params=query)).text)
        notes = [" ".join(node.text().split()) for node in tree.css("article .note")]
        titles = [node.text().strip() for node in tree.css("article h2")]
        return titles, [note for note in notes if "same text" in note], " ".join(tree.css_first("main").text().split())

    six = "The same text, also in this list: Reprinter 0, Reprinter 1, Reprinter 2, Reprinter 3 and 2 more"
    titles, notes, said = await listed(seen="no", verdict="likely")
    assert (titles, notes) == (
        ["A camera in the metro", "Known text 0"],
        [six, "The same text, also in this list: Late 1"],
    )
    assert "9 articles, newest first. Reprints are folded" in said
    # Words that only the reprints have find these.
    assert (await listed(q="copy"))[0] == ["Camera, copy 0"]
    assert (await listed(q="camera"))[:2] == (["A camera in the metro"], [six])
    rows = csv.DictReader(
        io.StringIO((await datasette.client.get("/-/seedwatch/spreadsheet?seen=no")).text.lstrip("\ufeff"))
    )
    assert len(list(rows)) == 9
