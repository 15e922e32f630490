"""The password, the name decisions are signed with, and deciding by a click; over the pages as they are served."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from config.load import load
from config.secrets import Secret
from db.queries import UnknownUid
from monitor.browse import access as module
from monitor.browse.access import Access, Decided, Wish, local_path, name_of, own_request
from monitor.browse.desk import decider
from monitor.browse.serve import application
from monitor.deliver.deciding import CannotDecide
from tests.fill import KAZAN, METRO, Folder, fill
from tests.monitor.browse.newsroom import tell

PASSWORD = "correct horse"
LOGIN, DECIDE = "/-/seedwatch/login", "/-/seedwatch/decide"
FORM = {"name": "Anna", "password": PASSWORD}


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(module, "_PAUSE_S", 0.0)


@pytest.fixture
async def served(filled):
    """Opens a browser on the newsroom; `decide` is what a click does."""
    opened: list[tuple[Any, httpx.AsyncClient]] = []

    async def serve(decide: Callable[[Wish], Decided] | None = None, path: Path = filled.path) -> httpx.AsyncClient:
        datasette = application(path, access=Access(Secret(PASSWORD), decide))
        await datasette.invoke_startup()
        transport = httpx.ASGITransport(app=datasette.app())
        client = httpx.AsyncClient(transport=transport, base_url="http://localhost", headers={"host": "localhost"})
        opened.append((datasette, client))
        return client

    yield serve
    for datasette, client in opened:
        await client.aclose()
        datasette.executor.shutdown()
        for database in datasette.databases.values():
            database.close()


async def sign_in(client: httpx.AsyncClient, **changed: str) -> httpx.Response:
    page = await client.get(LOGIN)
    token = HTMLParser(page.text).css_first("[name=csrftoken]").attributes["value"]
    return await client.post(LOGIN, data={**FORM, "csrftoken": token, **changed})


def token_of(page: str) -> str:
    return str(HTMLParser(page).css_first("[name=csrftoken]").attributes["value"])


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/-/seedwatch/feeds",
        "/-/seedwatch/follow",
        "/seedwatch",
        "/seedwatch/items.json",
        "/seedwatch.json?sql=select+1",
        "/-/versions.json",
        "/-/metadata",
        "/nowhere",
    ],
)
async def test_nothing_is_shown_without_the_password(served, path):
    client = await served()
    answer = await client.get(path)

    assert (answer.status_code, answer.text) == (303, "")
    assert answer.headers["location"].startswith(f"{LOGIN}?back=")
    assert (await client.get(LOGIN)).status_code == 200


async def test_with_the_password_everything_is_shown_and_one_is_led_back(served):
    client = await served()
    answer = await sign_in(client, back="/-/seedwatch/feeds?state=trouble")

    assert (answer.status_code, answer.headers["location"]) == (303, "/-/seedwatch/feeds?state=trouble")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert (await client.get("/")).status_code == 200
    assert "You sign as <b>Anna</b>" in (await client.get("/")).text


@pytest.mark.parametrize("changed", [{"password": "wrong"}, {"password": ""}, {"name": " \n"}, {"csrftoken": "forged"}])
async def test_what_is_wrong_lets_nobody_in(served, changed):
    client = await served()
    answer = await sign_in(client, **changed)

    assert answer.status_code == 403
    assert (await client.get("/")).status_code == 303


async def test_wrong_passwords_are_looked_at_one_after_the_other(monkeypatch):
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr(module, "_PAUSE_S", 1.0)
    monkeypatch.setattr(module.asyncio, "sleep", pause)
    access = Access(Secret(PASSWORD))

    assert [await access.right(word) for word in ("a", "", "ü\udcff", PASSWORD)] == [False, False, False, True]
    assert pauses == [1.0] * 3


@pytest.mark.parametrize("announced", [True, False])
async def test_nobody_sends_more_than_a_form_has(served, announced):
    client, sent = await served(), 0

    async def much() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 10_000
            yield b"x" * 10_000

    kind = {"content-type": "application/x-www-form-urlencoded"}
    for path in (LOGIN, DECIDE):
        sent = 0
        answer = await client.post(path, content=b"x" * 200_000 if announced else much(), headers=kind)
        assert answer.status_code == (413 if announced else 303 if path == DECIDE else 403)
        assert sent <= 200_000


@pytest.mark.parametrize("forged", ["x", "", '{"a": {"id": "Eve", "seedwatch": true}}', "W10.x"])
async def test_a_forged_cookie_is_none(served, forged):
    client = await served()
    client.cookies.set("ds_actor", forged)

    assert (await client.get("/")).status_code == 303


async def test_a_cookie_that_is_over_is_none(served, monkeypatch):
    client = await served()
    monkeypatch.setattr(module, "SIGNED_IN_S", -1)
    await sign_in(client)

    assert (await client.get("/")).status_code == 303


async def test_signing_out_is_forgetting(served):
    client = await served()
    await sign_in(client)
    page = (await client.get("/")).text
    await client.post("/-/seedwatch/logout", data={"csrftoken": token_of(page)})

    assert (await client.get("/")).status_code == 303


async def test_a_click_is_decided_signed_and_said(served):
    wishes: list[Wish] = []

    def decide(wish: Wish) -> Decided:
        wishes.append(wish)
        return Decided("“It” is not on the matter.", "2f7hs0k3m9xq4")

    client = await served(decide)
    await sign_in(client)
    page = (await client.get("/")).text
    form = next(f for f in HTMLParser(page).css("form.button") if "No" in f.text())
    data = {node.attributes["name"]: node.attributes["value"] for node in form.css("input")}
    answer = await client.post(DECIDE, data={**data, "because": "an advertisement"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert wishes == [Wish("no", data["target"], None, "an advertisement", "Anna")]
    said = HTMLParser((await client.get("/")).text).css_first(".said")
    assert said.text().startswith("“It” is not on the matter.")
    undo = {node.attributes["name"]: node.attributes["value"] for node in said.css("form input")}
    assert (undo["do"], undo["target"], undo["back"]) == ("undo", "2f7hs0k3m9xq4", "/")
    assert "“It” is not on the matter." not in (await client.get("/")).text


async def test_each_page_has_the_click_that_says_what_belongs_together(served, filled):
    rows = filled.store.connection
    copy, root = rows.execute("SELECT uid, copy_of_uid FROM duplicates LIMIT 1").fetchone()
    told = [
        row[0]
        for row in rows.execute(
            "SELECT id FROM article WHERE verdict = 'likely' AND origin = 'feed' AND copy_of_id IS NULL LIMIT 2"
        )
    ]
    story = tell(filled, *told)
    uid = filled.uid(told[1])
    client = await served(lambda wish: Decided("Done."))
    await sign_in(client)

    assert ("different", copy, root) in await buttons(client, f"article/{copy}")
    assert ("different", copy, root) in await buttons(client, f"article/{root}")
    assert ("apart", uid, story) in await buttons(client, f"article/{uid}")
    assert ("apart", uid, story) in await buttons(client, f"story/{story}")
    page = HTMLParser((await client.get(f"/-/seedwatch/article/{uid}")).text)
    assert {"same", "together", "different"} <= {node.attributes["value"] for node in page.css("form.decide button")}


async def buttons(client: httpx.AsyncClient, path: str) -> set[tuple[str, str, str]]:
    """What can be decided on a page by a click: what, of which, and the other one."""
    forms = HTMLParser((await client.get(f"/-/seedwatch/{path}")).text).css("form.button")
    fields = [{node.attributes["name"]: node.attributes["value"] or "" for node in form.css("input")} for form in forms]
    return {(one["do"], one["target"], one.get("other", "")) for one in fields}


async def test_what_was_decided_stands_on_a_page_each_with_its_undo(tmp_path, served, desk):
    folder, decide = desk
    done = decide(Wish("no", folder.uids[METRO], None, "<b>spam", "Anna"))
    muted = decide(Wish("mute", "apple cakes", None, "", "Boris", "phrase"))
    decide(Wish("seen", folder.uids[KAZAN], None, "", "Anna"))
    client = await served(decide, folder.database)
    await sign_in(client)

    assert await buttons(client, "decisions") == {("undo", done.id, ""), ("undo", muted.id, "")}
    assert ("undo", done.id, "") in await buttons(client, f"article/{folder.uids[METRO]}")
    assert await buttons(client, f"article/{folder.uids[KAZAN]}") & {("undo", done.id, "")} == set()
    page = (await client.get("/-/seedwatch/decisions")).text
    assert "by Boris" in page
    assert "&lt;b&gt;spam" in page


@pytest.mark.parametrize("how", ["no token", "another site", "another origin", "a link", "nobody", "no --edit"])
async def test_what_no_page_of_ours_sent_decides_nothing(served, how):
    wishes: list[Wish] = []
    client = await served(None if how == "no --edit" else lambda wish: Decided(str(wishes.append(wish))))
    if how != "nobody":
        await sign_in(client)
    token = "" if how == "no token" else token_of((await client.get("/" if how != "nobody" else LOGIN)).text)
    headers = {
        "another site": {"sec-fetch-site": "cross-site"},
        "another origin": {"origin": "http://evil.example"},
    }.get(how, {})
    data = {"do": "no", "target": "u0001", "csrftoken": token, "back": "/"}
    if how == "a link":
        answer = await client.get(DECIDE, params=data)
    else:
        answer = await client.post(DECIDE, data=data, headers=headers)

    assert answer.status_code in {303, 403}
    assert wishes == []


async def test_what_cannot_be_decided_is_said(served):
    def decide(wish: Wish) -> Decided:
        raise CannotDecide(f"{wish.target} is a seed")

    client = await served(decide)
    await sign_in(client)
    token = token_of((await client.get("/")).text)
    answer = await client.post(DECIDE, data={"do": "no", "target": "<b>u1", "csrftoken": token, "back": "/"})

    assert answer.status_code == 400
    assert "&lt;b&gt;u1 is a seed" in answer.text


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("/a?b=c", "/a?b=c"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/a\nb", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_one_is_only_led_to_this_server(written, path):
    assert path == local_path(written)


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        ({}, True),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "same-origin", "origin": "https://news.example", "host": "127.0.0.1:8001"}, True),
        ({"sec-fetch-site": "none", "origin": "https://evil.example", "host": "127.0.0.1:8001"}, False),
        ({"origin": "http://localhost:8001", "host": "localhost:8001"}, True),
        ({"origin": "http://localhost:8002", "host": "localhost:8001"}, False),
        ({"origin": "null", "host": "localhost:8001"}, False),
    ],
)
def test_forms_of_others_are_told(headers, own):
    assert own == own_request(headers)


def test_a_name_is_one_line_without_tricks():
    assert name_of("  An\u202ena\n\x1b[31m" + "x" * 100).startswith("Anna")
    assert len(name_of("x" * 100)) <= 60


def test_a_decision_is_done_as_the_command_does_it_and_signed(desk):
    folder, decide = desk
    uid = folder.uids[METRO]

    said = decide(Wish("no", uid, None, "an advertisement", "Anna"))
    assert "is not on the matter: likely → no" in said.words
    (line,) = lines_of(folder)
    assert said.id == line["id"]
    assert (line["do"], line["uid"], line["by"], line["who"], line["because"]) == (
        "no",
        uid,
        "user",
        "Anna",
        "an advertisement",
    )
    assert decide(Wish("no", uid, None, "", "Boris")).id is None
    with pytest.raises(CannotDecide):
        decide(Wish("delete", uid, None, "", "Anna"))


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (Wish("yes", METRO, None, "", "Anna"), "is on the matter"),
        (Wish("no", METRO, None, "", "Anna"), "likely → no"),
        (Wish("seen", METRO, None, "", "Anna"), "Marked as seen."),
        (Wish("mute", METRO, None, "", "Anna", "story"), "Muted the story"),
        (Wish("mute", "facial recognition", None, "", "Anna", "phrase"), "Muted the phrase"),
        (Wish("same", METRO, None, "", "Anna", other=KAZAN), "one article now"),
        (Wish("different", METRO, None, "", "Anna", other=KAZAN), "stay so whatever comes"),
        (Wish("together", METRO, None, "", "Anna", other=KAZAN), "one story now"),
    ],
    ids=lambda value: value.do if isinstance(value, Wish) else "",
)
def test_whatever_is_decided_by_a_click_is_taken_back_by_another(desk, wish, said):
    folder, decide = desk
    uids = {title: folder.uids.get(title, title) for title in (wish.target, wish.other)}
    before = findings(folder)
    done = decide(replace(wish, target=uids[wish.target], other=uids[wish.other]))
    assert said in done.words
    undone = decide(Wish("undo", done.id, None, "", "Boris"))

    assert undone.words.startswith("Undone: ")
    assert before == findings(folder)
    assert list(dict.fromkeys(line["who"] for line in lines_of(folder))) == ["Anna", "Boris"]
    assert decide(Wish("undo", undone.id, None, "", "Anna")).words.startswith("Holds again: ")


@pytest.mark.parametrize("other", ["", "nothing", "https://nowhere.example/"])
def test_the_other_of_two_has_to_be_known(desk, other):
    folder, decide = desk
    with pytest.raises((CannotDecide, UnknownUid)):
        decide(Wish("different", folder.uids[METRO], None, "", "Anna", other=other))
    assert lines_of(folder) == []


@pytest.fixture
def desk(tmp_path):
    """A folder with findings, and what decides there."""
    folder = fill(tmp_path / "folder")
    return folder, decider(lambda: load(folder.settings, environ={}, cwd=folder.path), folder.database)


def lines_of(folder: Folder) -> list[dict[str, Any]]:
    file = folder.seeds / "decisions.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def findings(folder: Folder) -> list[Any]:
    """What was found, as people see it."""
    with closing(sqlite3.connect(folder.database)) as connection:
        rows = connection.execute("SELECT uid, title, verdict, seen, copy_of_uid, story_uid FROM items ORDER BY uid")
        return rows.fetchall()
