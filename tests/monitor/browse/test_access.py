"""The password, the name decisions are signed with, and deciding by a click; over the pages as they are served."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from config.load import load
from config.secrets import Secret
from monitor.browse import access as module
from monitor.browse.access import Access, Wish, local_path, name_of, own_request
from monitor.browse.desk import decider
from monitor.browse.serve import application
from monitor.deliver.deciding import CannotDecide
from tests.fill import METRO, fill

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

    async def serve(decide: Callable[[Wish], str] | None = None, path: Path = filled.path) -> httpx.AsyncClient:
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

    def decide(wish: Wish) -> str:
        wishes.append(wish)
        return "“It” is not on the matter."

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
    assert said.css_first("a").attributes["href"] == f"/-/seedwatch/article/{data['target']}"
    assert "“It” is not on the matter." not in (await client.get("/")).text


@pytest.mark.parametrize("how", ["no token", "another site", "another origin", "a link", "nobody", "no --edit"])
async def test_what_no_page_of_ours_sent_decides_nothing(served, how):
    wishes: list[Wish] = []
    client = await served(None if how == "no --edit" else lambda wish: str(wishes.append(wish)))
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
    def decide(wish: Wish) -> str:
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


def test_a_decision_is_done_as_the_command_does_it_and_signed(tmp_path):
    folder = fill(tmp_path / "folder")
    decide = decider(lambda: load(folder.settings, environ={}, cwd=folder.path), folder.database)
    uid = folder.uids[METRO]

    said = decide(Wish("no", uid, None, "an advertisement", "Anna"))
    assert "is not on the matter: likely → no" in said
    (line,) = [json.loads(line) for line in (folder.seeds / "decisions.jsonl").read_text().splitlines()]
    assert (line["do"], line["uid"], line["by"], line["who"], line["because"]) == (
        "no",
        uid,
        "user",
        "Anna",
        "an advertisement",
    )
    assert decide(Wish("undo", line["id"], None, "", "Boris")).startswith("Undone:")
    assert decide(Wish("seen", uid, None, "", "Anna")) == "Marked as seen."
    assert "Muted the phrase" in decide(Wish("mute", "apple cake", None, "", "Anna", "phrase"))
    with pytest.raises(CannotDecide):
        decide(Wish("delete", uid, None, "", "Anna"))
