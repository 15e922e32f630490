"""Secrets, and what one feed has that others must not get: F26, F27, F70, F71."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.program import TRACEBACK, Project, item, rss
from tests.proxies import HttpProxy, SocksProxy
from tests.web import Answer, Hit, Web

TOKEN = "t0ken-of-the-desk"
PASSWORD = "pa55word+of/the&desk"
COOKIE = "c00kie-of-the-desk"
SPELT = "spelt-out-in-the-file"
ENVIRON = {"FEED_TOKEN": TOKEN, "FEED_PASSWORD": "pa55word%2Bof%2Fthe%26desk", "FEED_COOKIE": COOKIE}
SECRETS = (TOKEN, COOKIE, SPELT, "pa55word")


def echo(hit: Hit) -> Answer:
    """A feed that repeats in all places what it was sent."""
    said = "|".join([hit.target, *(hit.headers.get(name, "") for name in ("authorization", "x-key", "cookie"))])
    link = f"https://echo.example/article?from={hit.target}"
    return Answer(rss(item(f"Echo {said}", link, excerpt=said), title=said))


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("seedwatch.db*"))


@pytest.fixture
def project(tmp_path: Path, web: Web) -> Project:
    web.serve("/echo", echo)
    web.serve("/page", lambda hit: Answer(f"<html><title>No feed for {hit.target}</title>".encode()))
    web.serve(
        "/moved", lambda hit: Answer(status=301, headers={"Location": f"/echo?moved=1&{hit.target.partition('?')[2]}"})
    )
    web.serve("/lost", lambda hit: Answer(hit.target.encode(), 404))
    host = f"127.0.0.1:{web.port}"
    return Project(
        tmp_path,
        [
            {
                "url": f"http://desk:${{FEED_PASSWORD}}@{host}/echo?token=${{FEED_TOKEN}}",
                "headers": {"X-Key": "Key ${FEED_TOKEN}"},
                "cookies": {"session": "${FEED_COOKIE}"},
            },
            f"http://desk:{SPELT}@{host}/echo?n=2&api_key={SPELT}",
            f"http://{host}/page?token=${{FEED_TOKEN}}",
            f"http://{host}/moved?token=${{FEED_TOKEN}}",
            f"http://{host}/lost?sig={SPELT}",
        ],
    )


@pytest.mark.parametrize("style", [("-vv",), ("-vv", "--log-format", "json")], ids=["text", "json"])
def test_f70_no_secret_comes_out_anywhere(project: Project, web: Web, style: tuple[str, ...]) -> None:
    said = []
    for command in (
        ["poll", "--all"],
        ["feeds", "list"],
        ["feeds", "list", "--json"],
        ["feeds", "test"],
        ["feeds", "test", "--json"],
        ["feeds", "show", web.url("/moved?token=${FEED_TOKEN}")],
        ["status"],
        ["doctor"],
        ["items", "list"],
        ["export", "--format", "jsonl"],
        ["export", "--format", "csv"],
    ):
        done = project.run(*style, *command, environ=ENVIRON)
        assert TRACEBACK not in done.err
        said.append(done.out + done.err)
    assert web.count("/echo") == 9
    first = next(hit for hit in web.hits if hit.path == "/echo" and "n=2" not in hit.target and "cookie" in hit.headers)
    assert (first.headers["x-key"], first.headers["cookie"]) == (f"Key {TOKEN}", f"session={COOKIE}"), "it was sent"
    assert len(project.rows("SELECT 1 FROM sightings")) == 3, "and was read"
    shown = "".join(said)
    stored = everything_in(project.path)
    for secret in SECRETS:
        assert secret not in shown
        assert secret.encode() not in stored
    assert "${FEED_TOKEN}" in shown


def test_f70_a_daemon_logs_none_either(project: Project, web: Web) -> None:
    with project.start("-vv", "run", environ=ENVIRON) as daemon:
        daemon.until("/lost")
        daemon.until("/page")
        assert daemon.stop() == 0
    assert not [secret for secret in SECRETS if secret in daemon.said]


def test_f71_a_variable_that_is_not_set_is_named_and_costs_one_feed(project: Project, web: Web) -> None:
    environ = {name: value for name, value in ENVIRON.items() if name != "FEED_COOKIE"}
    done = project.run("poll", "--all", environ=environ)
    assert done.code == 0
    reasons = [row["reason"] for row in project.rows("SELECT reason FROM feed_health WHERE problem = 'unreadable'")]
    assert reasons == ["Cannot be read: the environment variable FEED_COOKIE is not set; set it and start again."]
    doctor = project.run("doctor", environ=environ)
    assert doctor.code == 1
    assert "FEED_COOKIE is not set" in doctor.out
    assert not [secret for secret in SECRETS if secret in done.out + done.err + doctor.out + doctor.err]


@pytest.fixture
def web():
    with Web() as served:
        yield served


def test_f26_what_belongs_to_one_feed_goes_nowhere_else(tmp_path: Path, web: Web) -> None:
    feed = rss(item("One", "https://a.example/1"))
    flood = [("Set-Cookie", f"c{n}={'x' * 100}; Path=/; Domain=127.0.0.1") for n in range(200)]
    with Web() as other:
        for path in ("/mine", "/yours"):
            web.answer(path, feed, headers=flood)
        web.redirect("/away", other.url("/theirs"))
        web.redirect("/around", "/mine")
        other.answer("/theirs", feed)
        own = {"headers": {"X-Key": TOKEN, "Authorization": f"Bearer {TOKEN}"}, "cookies": {"session": COOKIE}}
        project = Project(
            tmp_path,
            [{"url": web.url(path), **own} for path in ("/mine", "/away", "/around")]
            + [{"url": web.url("/yours")}, {"url": other.url("/other")}],
        )
        for _ in range(2):
            assert project.run("poll", "--all").code == 0
        for hit in web.hits:
            private = {"x-key", "authorization", "cookie"} & hit.headers.keys()
            assert private == (set() if hit.path == "/yours" else {"x-key", "authorization", "cookie"}), hit
            assert hit.headers.get("cookie") in {None, f"session={COOKIE}"}, "what a server sets is not sent back"
        assert other.count("/theirs") == 2
        for hit in other.hits:
            assert not {"x-key", "authorization", "cookie", "referer"} & hit.headers.keys()


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
def test_f27_proxies_of_the_environment_are_ignored(tmp_path: Path, web: Web, name: str) -> None:
    web.answer("/feed", rss(item("One", "https://a.example/1")))
    project = Project(tmp_path, [web.url("/feed")])
    with HttpProxy() as proxy:
        done = project.run("poll", environ={name: proxy.url, "NO_PROXY": "", "no_proxy": ""})
    assert done.code == 0
    assert project.titles(web.url("/feed")) == ["One"]
    assert proxy.asked == []


def test_f27_proxies_of_the_settings_are_used_each_for_its_feed(tmp_path: Path, web: Web) -> None:
    web.answer("/feed", rss(item("One", "https://a.example/1")))
    named, around, plain = web.url("/feed", "news.example"), web.url("/feed", "more.example"), web.url("/feed")
    with HttpProxy("desk:" + TOKEN) as http, SocksProxy() as socks:
        project = Project(
            tmp_path,
            [{"url": named}, {"url": around, "proxy": socks.url}, {"url": plain, "proxy": "none"}],
            extra=f'[network]\nproxy = "http://desk:${{FEED_TOKEN}}@127.0.0.1:{http.port}"\n',
        )
        done = project.run("poll", "--all", environ=ENVIRON)
    assert done.code == 0
    assert http.asked == [f"news.example:{web.port}"]
    assert socks.asked == [f"more.example:{web.port}"]
    assert {row["state"] for row in project.rows("SELECT state FROM feed_health")} == {"ok"}
    gone = project.run("poll", "--all", environ=ENVIRON)
    problems = {row["feed_url"]: row["problem"] for row in project.rows("SELECT feed_url, problem FROM feed_health")}
    assert problems == {named: "proxy", around: "proxy", plain: None}
    assert TOKEN not in gone.out + gone.err
    assert TOKEN.encode() not in everything_in(project.path)
