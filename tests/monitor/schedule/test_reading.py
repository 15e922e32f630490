"""Reading pages with the real program: after a round, beside the daemon, now, after being killed."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from seeds.shipped import corpus
from tests.pages import ENGLISH_TITLE, RUSSIAN_ARTICLE, RUSSIAN_TITLE, Article
from tests.program import TRACEBACK, Project, eventually, item, rss
from tests.web import Answer, Hit, Web

pytestmark = pytest.mark.slow
HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as made:
        made.answer("/robots.txt", b"User-agent: *\nDisallow: /private/")
        yield made


def project(path: Path, *feeds: str | dict[str, str], read: str = "") -> Project:
    made = Project(path, feeds, extra=f"[read]\n{read}\n")
    for name, raw in corpus():
        (made.path / "seeds" / name).write_bytes(raw)
    return made


def articles(web: Web, count: int) -> str:
    """A feed with so many related articles, and their pages."""
    items = []
    for number in range(count):
        title = f"{ENGLISH_TITLE}, part {number}"
        url = web.answer(f"/2026/metro-cameras-{number}0001", Article(title=title).html(data=True), headers=HTML)
        items.append(item(title, url))
    return web.answer("/feed", rss(*items))


def test_a_round_reads_the_pages_of_what_it_found(tmp_path: Path, web: Web) -> None:
    english = web.answer("/a/metro-cameras-12345", Article().html(data=True), headers=HTML)
    russian = web.answer("/a/kamery-v-metro-12346", RUSSIAN_ARTICLE.html(), headers=HTML)
    feed = web.answer("/feed", rss(item(ENGLISH_TITLE, english), item(RUSSIAN_TITLE, russian), item("Bees in spring", web.url("/bees-12347"))))  # fmt: skip
    made = project(tmp_path, feed)

    done = made.run("poll", "--json")

    assert done.code == 0
    assert done.json["pages"] == {"read": 2, "failed": [], "moved": []}
    assert web.count("/bees-12347") == 0
    rows = made.rows(
        "SELECT i.title, p.characters, p.language FROM pages p JOIN items i ON i.uid = p.item_uid ORDER BY 1"
    )
    assert [(row["title"], row["language"]) for row in rows] == [(ENGLISH_TITLE, "en"), (RUSSIAN_TITLE, "ru")]
    made.assert_sound()
    asked = len(web.hits)
    again = made.run("poll")
    assert again.code == 0
    assert len(web.hits) == asked


@pytest.mark.parametrize(("options", "read"), [(("--no-read",), ""), ((), "enabled = false")])
def test_no_page_is_asked_for_when_none_is_to_be_read(
    tmp_path: Path, web: Web, options: tuple[str, ...], read: str
) -> None:
    made = project(tmp_path, articles(web, 2), read=read)

    assert made.run("poll", *options).code == 0
    assert [hit.path for hit in web.hits] == ["/feed"]


def test_a_budget_is_kept_over_rounds(tmp_path: Path, web: Web) -> None:
    made = project(tmp_path, articles(web, 5), read="pages_per_hour = 2")

    for _ in range(3):
        assert made.run("poll", "--all").code == 0

    assert made.value("SELECT count(*) FROM readings") == 2


def test_the_daemon_reads_beside_polling_and_goes_on_where_it_was_killed(tmp_path: Path, web: Web) -> None:
    feed = articles(web, 4)
    stuck = web.silent("/2026/metro-cameras-10001")
    made = project(tmp_path, {"url": feed, "interval": "1s"})
    made.configure([{"url": feed, "interval": "1s"}], 'timeout = "60s"')
    with made.start("run") as daemon:
        eventually(lambda: web.count("/2026/metro-cameras-10001"))
        asked = web.count("/feed")
        daemon.kill()
    made.assert_sound()
    web.answer("/2026/metro-cameras-10001", Article(title=f"{ENGLISH_TITLE}, part 1").html(), headers=HTML)
    with made.start("run") as daemon:
        eventually(lambda: made.value("SELECT count(*) FROM pages WHERE state = 'read'") == 4, 20)
        eventually(lambda: web.count("/feed") > asked + 1)
        assert daemon.stop() == 0
        assert TRACEBACK not in daemon.said
    assert stuck in {row["url"] for row in made.rows("SELECT url FROM pages")}
    assert made.value("SELECT count(*) FROM page WHERE claimed_until IS NOT NULL") == 0
    made.assert_sound()


def test_a_silent_page_delays_no_feed_of_another_host_and_no_stop(tmp_path: Path, web: Web) -> None:
    url = web.silent("/2026/metro-cameras-10001")
    feed = web.answer("/feed", rss(item(ENGLISH_TITLE, url)))
    saved = tmp_path / "saved.xml"
    saved.write_bytes(rss(item("Bees", "https://bees.example/1")))
    made = project(tmp_path / "p", feed)
    made.configure([feed, {"url": str(saved), "interval": "1s"}], 'timeout = "60s"')
    with made.start("run") as daemon:
        eventually(lambda: web.count("/2026/metro-cameras-10001"))
        asked = made.value("SELECT count(*) FROM fetches")
        eventually(lambda: made.value("SELECT count(*) FROM fetches") > asked + 1)
        assert daemon.stop() == 0
        assert TRACEBACK not in daemon.said
    assert made.value("SELECT state FROM pages") == "waiting"
    assert made.value("SELECT count(*) FROM page WHERE claimed_until IS NOT NULL") == 0


def test_reading_now_says_what_changed_and_what_is_gone(tmp_path: Path, web: Web) -> None:
    url = web.answer("/a/metro-cameras-12345", Article().html(), headers=HTML)
    made = project(tmp_path, web.answer("/feed", rss(item(ENGLISH_TITLE, url))))
    assert made.run("poll").code == 0
    uid = made.value("SELECT uid FROM items WHERE title = ?", ENGLISH_TITLE)

    same = made.run("items", "read", uid, "--json").json
    assert [(row["uid"], row["outcome"], row["changed"]) for row in same] == [(uid, "same", [])]
    web.answer("/a/metro-cameras-12345", Article(paragraphs=Article().paragraphs[:3]).html(), headers=HTML)
    assert made.run("items", "read", uid, "--json").json[0]["changed"] == ["text"]
    web.answer("/a/metro-cameras-12345", b"", 410)
    gone = made.run("items", "read", uid, "--json")

    assert gone.code == 0
    assert (gone.json[0]["error"], gone.json[0]["changed"]) == ("gone", ["page"])
    shown = made.run("items", "show", uid)
    assert "gone since" in shown.out
    assert "text" in shown.out
    about = made.run("items", "show", uid, "--json").json
    assert [reading["outcome"] for reading in about["pages"][0]["readings"]] == ["read", "same", "read", "failed"]
    why = made.run("why", uid)
    assert "Its page is gone since" in why.out
    assert "Its page has changed since it was first read" in why.out


def test_reading_now_what_cannot_be_read(tmp_path: Path, web: Web) -> None:
    home = item(ENGLISH_TITLE, "https://example.org/")
    private = item(f"{ENGLISH_TITLE} again", web.url("/private/metro-cameras-12345"))
    title = "A town counts its cameras"
    good = item(title, web.answer("/town-counts-12345", Article(title=title).html(data=True), headers=HTML))
    made = project(tmp_path, web.answer("/feed", rss(home, private, good)))
    assert made.run("poll", "--no-read").code == 0
    uids = [row["uid"] for row in made.rows("SELECT uid FROM items WHERE origin = 'feed' ORDER BY title")]

    done = made.run("items", "read", *uids)
    assert done.code == 1
    assert f"1 of 3 done; not read: {uids[1]}, {uids[2]}." in done.err
    each = made.run("items", "read", *uids, "--json")
    assert {one["uid"]: one["ok"] for one in each.json} == dict(zip(uids, (True, False, False), strict=True))
    assert each.code == 1
    assert "cannot be read: it has no address of a page of its own" in done.out
    assert "robots.txt asks programs not to read this page" in done.out
    assert made.run("items", "read", "nosuchuid").code == 2
    assert web.count("/private/metro-cameras-12345") == 0


def test_captures_are_whole_after_a_kill(tmp_path: Path, web: Web) -> None:
    made = project(
        tmp_path, {"url": articles(web, 12), "interval": "1s"}, read="capture = true\nhost_pages_per_hour = 100"
    )
    folder = tmp_path / "seedwatch.captures"
    for reads in (3, 6, 9):
        with made.start("run") as daemon:
            eventually(
                lambda most=reads: (
                    made.database.exists() and (made.value("SELECT count(*) FROM captures") or 0) >= most
                ),
                30,
            )
            daemon.kill()
        made.assert_sound()
    with made.start("run") as daemon:
        eventually(lambda: made.value("SELECT count(*) FROM pages WHERE state = 'read'") == 12, 30)
        assert daemon.stop() == 0

    kept = set()
    for path in folder.iterdir():
        with path.open("rb") as file:
            for record in ArchiveIterator(file, check_digests="raise"):
                if record.rec_type == "response":
                    kept.add(record.rec_headers.get_header("WARC-Target-URI"))
                    assert ENGLISH_TITLE.encode() in record.content_stream().read()
    assert kept == {row["url"] for row in made.rows("SELECT url FROM pages")}
    for row in made.rows("SELECT * FROM captures"):
        assert (folder / row["file"]).stat().st_size >= row["offset"] + row["length"]
    shutil.rmtree(folder)
    uid = made.value("SELECT item_uid FROM pages LIMIT 1")
    assert made.run("items", "read", uid).code == 0
    assert len(list(folder.iterdir())) == 1


def test_a_host_is_asked_for_one_page_at_a_time(tmp_path: Path, web: Web) -> None:
    asking, most = 0, 0

    def respond(hit: Hit) -> Answer:
        nonlocal asking, most
        asking += 1
        most = max(most, asking)
        time.sleep(0.1)  # long enough for another request to come in beside
        asking -= 1
        return Answer(Article(title=f"{ENGLISH_TITLE}, part {hit.path[-5]}").html(), 200, HTML)

    feed = articles(web, 4)
    for number in range(4):
        web.serve(f"/2026/metro-cameras-{number}0001", respond)
    made = project(tmp_path, feed)
    text = made.settings.read_text().replace("host_concurrency = 64", "host_concurrency = 1")
    made.settings.write_text(text.replace('host_gap = "0s"', 'host_gap = "0.1s"'))

    done = made.run("poll", "--json")

    assert done.json["pages"]["read"] == 4
    assert most == 1
    assert [hit.path for hit in web.hits][:2] == ["/feed", "/robots.txt"]


def test_no_link_of_a_feed_leads_to_a_private_address(tmp_path: Path, web: Web) -> None:
    with Web() as secret:
        links = [
            secret.url("/2026/metro-cameras-1"),
            f"http://localhost:{secret.port}/2026/metro-cameras-2",
            f"http://2130706433:{secret.port}/2026/metro-cameras-3",
            web.redirect("/2026/metro-cameras-44444", secret.url("/2026/metro-cameras-44444")),
        ]
        made = project(
            tmp_path, web.answer("/feed", rss(*(item(f"{ENGLISH_TITLE}, part {n}", u) for n, u in enumerate(links))))
        )

        done = made.run("poll", "--json")

        assert done.code == 0
        assert {failed["error"] for failed in done.json["pages"]["failed"]} == {"blocked_address"}
        assert len(done.json["pages"]["failed"]) == 4
        assert secret.connections == 0
    assert {row["state"] for row in made.rows("SELECT state FROM pages")} == {"refused"}
    assert made.rows("SELECT next_at FROM pages WHERE next_at IS NOT NULL") == []


def test_what_pages_say_never_steers_a_terminal(tmp_path: Path, web: Web) -> None:
    evil = Article(authors=("\x1b[2JEve\u202e",), site="\x1b]0;x\x07Site").html(data=True)
    url = web.answer("/a/metro-cameras-12345", evil, headers=HTML)
    made = project(tmp_path, web.answer("/feed", rss(item(ENGLISH_TITLE, url))))
    assert made.run("poll").code == 0
    uid = made.value("SELECT uid FROM items WHERE title = ?", ENGLISH_TITLE)

    out = made.run("items", "show", uid).out + made.run("items", "read", uid).out + made.run("why", uid).out

    assert not {"\x1b", "\x07", "\u202e"} & set(out)
    assert json.loads(made.value("SELECT authors FROM pages")) == ["[2JEve"]
