"""Web archives: whatever wrote them, all feeds and pages in them are found, and what is damaged costs nothing but itself."""

from __future__ import annotations

import gzip
import http.server
import io
import random
import shutil
import subprocess
import threading
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.backfill import webarchive
from monitor.backfill.members import Flaw, Member, Position
from tests.warcs import Answer, arc, page, rss, warc

FEED, HTML = "application/rss+xml", "text/html; charset=utf-8"


def answers(count: int = 6) -> list[Answer]:
    return [
        Answer(f"https://outlet.example/{n}", rss(f"n{n}"), FEED)
        if n % 2
        else Answer(f"https://outlet.example/{n}", page(f"Article {n} on the cameras"))
        for n in range(count)
    ]


START = Position()


def read(data: bytes, start: Position = START) -> list[Member | Flaw]:
    return list(webarchive.records(io.BytesIO(data), start))


def urls(found: list[Member | Flaw]) -> list[str]:
    return [one.url for one in found if isinstance(one, Member)]


def flaws(found: list[Member | Flaw]) -> list[str]:
    return [one.message for one in found if isinstance(one, Flaw)]


ALL = [f"https://outlet.example/{n}" for n in range(6)]
FORMS = {
    "a member of gzip for each record": warc(answers()),
    "not packed": warc(answers(), gzip=False),
    "packed as a whole": gzip.compress(warc(answers(), gzip=False)),
    "ARC": arc(answers()),
    "ARC packed as a whole": gzip.compress(arc(answers())),
}


@pytest.mark.parametrize("form", FORMS)
def test_feeds_and_pages_are_found_with_address_and_type(form: str) -> None:
    found = read(FORMS[form])

    assert urls(found) == ALL
    assert not flaws(found)
    assert [one.kind for one in found if isinstance(one, Member)] == ["page", "feed"] * 3
    assert [one.body for one in found if isinstance(one, Member)] == [answer.body for answer in answers()]


@pytest.mark.parametrize("form", FORMS)
def test_reading_goes_on_behind_each_of_them(form: str) -> None:
    found = read(FORMS[form])

    for done, one in enumerate(found, 1):
        assert urls(read(FORMS[form], Position.read(str(one.then)))) == ALL[done:]


def test_the_time_of_a_capture_is_told() -> None:
    (one,) = read(warc([Answer("https://e.example/", rss("a"), FEED, date="2019-08-07T06:05:04.321Z")]))
    (old,) = read(arc([Answer("http://e.example/", rss("a"), "text/xml")]))

    assert isinstance(one, Member)
    assert isinstance(old, Member)
    assert (one.captured_at, old.captured_at) == ("2019-08-07T06:05:04Z", "2004-03-05T06:07:08Z")


@pytest.mark.parametrize(
    "answer",
    [
        Answer("https://e.example/", b"\x89PNG", "image/png"),
        Answer("https://e.example/", b"alert()", "application/javascript"),
        Answer("https://e.example/", b'{"a": 1}', "application/json"),
        Answer("https://e.example/", b"<urlset></urlset>", "text/xml"),
        Answer("https://e.example/", page("Not found"), HTML, "404 Not Found"),
        Answer("https://e.example/", page("Moved"), HTML, "302 Found"),
        Answer("urn:pageinfo:https://e.example/", b"{}", "application/json", kind="resource"),
        Answer("https://e.example/", page("The same as before"), HTML, kind="revisit"),
        Answer("dns:e.example", b"192.0.2.1", "text/dns", kind="resource"),
    ],
)
def test_what_is_neither_feed_nor_page_is_passed_over(answer: Answer) -> None:
    assert read(warc([answer])) == []


def chunked(body: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(body[n : n + 100]), body[n : n + 100]) for n in range(0, len(body), 100)) + (
        b"0\r\n\r\n"
    )


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (gzip.compress(rss("a")), (("Content-Encoding", "gzip"),)),
        (rss("a"), (("Content-Encoding", "gzip"),)),
        (chunked(rss("a")), (("Transfer-Encoding", "Chunked"),)),
        (rss("a"), (("Transfer-Encoding", "chunked"),)),
        (chunked(gzip.compress(rss("a"))), (("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip"))),
    ],
    ids=["gzip", "gzip undone by the archiver", "chunked", "chunks undone by the archiver", "both"],
)
def test_codings_are_undone_whether_the_archiver_did_so_or_not(
    body: bytes, headers: tuple[tuple[str, str], ...]
) -> None:
    (found,) = read(warc([Answer("https://e.example/", body, FEED, headers=headers)]))

    assert isinstance(found, Member)
    assert found.body == rss("a")


def test_a_coding_that_cannot_be_undone_is_named_and_the_next_record_read() -> None:
    odd = Answer("https://e.example/", b"\x1b\x2a\x00", FEED, headers=(("Content-Encoding", "br"),))

    found = read(warc([odd, *answers(2)]))

    assert urls(found) == ALL[:2]
    assert "'br'" in flaws(found)[0]


@pytest.mark.parametrize("form", ["a member of gzip for each record", "not packed"])
def test_a_damaged_record_costs_no_other(form: str) -> None:
    whole = FORMS[form]
    starts = [Position(0), *(one.then for one in read(whole))]
    for number in range(1, 6):
        middle = (starts[number].at + starts[number + 1].at) // 2
        for damage in (b"\xff\x00\xff\x00", b""):
            broken = whole[:middle] + damage + whole[middle + 4 :]
            found = read(broken)
            assert set(ALL) - set(urls(found)) <= {ALL[number]}, (number, damage)


@pytest.mark.parametrize("form", FORMS)
def test_a_file_that_is_cut_off_gives_all_before_the_cut(form: str) -> None:
    whole = FORMS[form]

    found = read(whole[:-40])

    assert urls(found)[:5] == ALL[:5] if "whole" not in form else urls(found) == ALL[: len(urls(found))]
    assert flaws(found)


@pytest.mark.parametrize(
    ("old", "new"), [(b"Content-Length: 1", b"Content-Length: 9"), (b"Content-Length: 1", b"Content-Length: ")]
)
def test_a_wrong_length_swallows_nothing_that_follows(old: bytes, new: bytes) -> None:
    whole = warc(answers(), gzip=False)
    at = whole.index(old, whole.index(b"outlet.example/2"))

    found = read(whole[:at] + new + whole[at + len(old) :])

    assert set(ALL) - set(urls(found)) <= {ALL[2]}


@pytest.mark.parametrize("packed", [True, False])
def test_lines_and_heads_without_end_are_damage_and_not_memory(packed: bool) -> None:
    endless = b"WARC/1.0\r\nWARC-Type: response\r\nX: " + b"x" * 5_000_000 + b"\r\n\r\n\r\n\r\n"
    many = b"WARC/1.0\r\nWARC-Type: response\r\n" + b"X: y\r\n" * 400_000 + b"\r\n\r\n\r\n"
    good = warc(answers(2), gzip=packed)
    for bad in (endless, many):
        found = read((gzip.compress(bad) if packed else bad) + good)
        assert urls(found) == ALL[:2]
        assert "without an end" in flaws(found)[0]


class Endless(io.RawIOBase):
    """A file of very many records that is never whole anywhere."""

    def __init__(self, unit: bytes, times: int) -> None:
        super().__init__()
        self._unit, self._left, self._rest = unit, times, b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while len(self._rest) < size and self._left:
            self._left -= 1
            self._rest += self._unit
        piece, self._rest = self._rest[:size], self._rest[size:]
        return piece


@pytest.mark.slow
def test_memory_is_flat_however_long_the_file() -> None:
    unit = warc(
        [Answer("https://e.example/", rss("a"), FEED), Answer("https://e.example/big", b"<html>" + bytes(4_000_000))]
    )
    tracemalloc.start()
    count = sum(1 for _ in webarchive.records(Endless(unit, 100), Position()))  # type: ignore[arg-type]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 200
    assert peak < 30_000_000


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_bytes_whatever_make_it_raise(data: st.DataObject) -> None:
    whole = bytearray(FORMS[data.draw(st.sampled_from(sorted(FORMS)))])
    rng = random.Random(data.draw(st.integers(0, 2**32)))
    for _ in range(data.draw(st.integers(1, 12))):
        whole[rng.randrange(len(whole))] = rng.randrange(256)
    cut = data.draw(st.integers(0, len(whole)))

    for one in read(bytes(whole[:cut])):
        assert isinstance(one, Member | Flaw)
        assert one.then.at <= len(whole)


class Site(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        is_feed = self.path.endswith(".xml")
        body = (
            rss("wget")
            if is_feed
            else b"<html><head><title>Front</title></head><body><a href=/feed.xml>f</a></body></html>"
        )
        self.send_response(200)
        self.send_header("Content-Type", FEED if is_feed else HTML)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("wget") is None, reason="wget is not installed")
@pytest.mark.parametrize("packed", [True, False])
def test_what_wget_archived_is_read(tmp_path: Path, packed: bool) -> None:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    more = [] if packed else ["--no-warc-compression"]
    command = [
        "wget",
        "-q",
        "-r",
        "--tries=1",
        "--timeout=5",
        "-e",
        "robots=off",
        "--warc-file=w",
        *more,
        f"{base}/a.html",
    ]
    subprocess.run(command, cwd=tmp_path, timeout=60, check=False)
    server.shutdown()
    server.server_close()

    with next(tmp_path.glob("w.warc*")).open("rb") as file:
        found = list(webarchive.records(file, Position()))

    assert urls(found) == [f"{base}/a.html", f"{base}/feed.xml"]
    assert not flaws(found)
