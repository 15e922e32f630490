"""Servers that answer badly or not at all: F1 to F18."""

from __future__ import annotations

import gzip
import socket
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.bombs import gzip_bomb
from tests.faults.hostile import XML, Case, bad, drip, fine, flood, good, silence
from tests.faults.rounds import TIMEOUT_S, Rounds
from tests.monitor.parse.channel import page as channel
from tests.monitor.parse.channel import post
from tests.program import item, rss
from tests.web import Answer, Web

NOW = datetime.now(UTC).isoformat(timespec="seconds")

OK = b"HTTP/1.1 200 OK\r\n"
MB = 1 << 20


def one(name: str) -> bytes:
    """A feed with one item."""
    return rss(item(f"Only {name}", f"https://{name.replace('_', '-')}.example/1"))


def encoded(name: str, coding: str, body: bytes) -> Answer:
    return Answer(body, headers={**XML, "Content-Encoding": coding})


def raw_deflate(body: bytes) -> bytes:
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    return squeeze.compress(body) + squeeze.flush()


def redirect(to: str, status: int = 302) -> Answer:
    return Answer(status=status, headers={"Location": to})


def page(body: str, status: int = 200, **headers: str) -> Answer:
    return Answer(body.encode(), status, {"Content-Type": "text/html", **headers})


SLOW = [
    bad("f02_silent", silence, "timeout"),
    bad("f03_drip", drip(OK + b"\r\n<rss>", b"x", 0.3), "timeout"),
    bad("f04_slow_headers", drip(OK, b"X-Slow: 1\r\n", 0.3), "timeout"),
]
BROKEN = [
    bad("f05_cut_off", OK + b"Content-Length: 9999\r\n\r\n" + one("f05_cut_off"), "protocol"),
    bad("f05_five_of_hundred", OK + b"Content-Length: 100\r\n\r\n<rss>", "protocol"),
]
BOMBS = [
    bad("f06_plain", flood(OK + b"\r\n<rss>", b" " * MB, 100 * MB), "too_large", words="larger"),
    bad("f07_gzip", encoded("f07", "gzip", gzip_bomb(300)), "too_large"),
    bad("f08_gzip_gzip", encoded("f08", "gzip, gzip", gzip.compress(gzip_bomb(300))), "encoding"),
    bad("f09_500_gzip", encoded("f09", ", ".join(["gzip"] * 500), gzip.compress(one("f09"))), "encoding"),
]
CODINGS = [
    fine("f10_says_gzip_is_plain", encoded("", "gzip", one("f10_says_gzip_is_plain")), "Only f10_says_gzip_is_plain"),
    fine("f10_says_nothing_is_gzip", Answer(gzip.compress(one("f10_b"))), "Only f10_b"),
    bad("f10_gzip_cut_off", encoded("", "gzip", gzip.compress(one("f10_c"))[:-20]), "encoding"),
    fine("f10_trailing_garbage", encoded("", "gzip", gzip.compress(one("f10_d")) + b"garbage"), "Only f10_d"),
    fine("f10_deflate_raw", encoded("", "deflate", raw_deflate(one("f10_e"))), "Only f10_e"),
    fine("f10_deflate_zlib", encoded("", "deflate", zlib.compress(one("f10_f"))), "Only f10_f"),
    bad("f10_br", encoded("", "br", b"\x8b\x03\x80<rss>\x03"), "encoding", words="br"),
    bad("f10_zstd", encoded("", "zstd", b"\x28\xb5\x2f\xfd\x04\x00garbage"), "encoding", words="zstd"),
]
PAGES = [
    bad("f12_page", page("<html><title>Welcome</title><p>News</html>"), "not_a_feed", words="web page"),
    bad("f12_login", page('<html><title>Sign in</title><input type="password"></html>'), "login", words="password"),
    bad("f12_consent", page("<html><title>Hello</title>We value your privacy</html>"), "consent", words="cookies"),
    bad("f12_challenge", page("<html><title>Just a moment...</title></html>"), "challenge", words="human"),
    bad("f12_cloudflare", page("<html>no", 403, **{"cf-mitigated": "challenge"}), "challenge", words="human"),
]
HALF = rss(*(item(f"Cut {n}", f"https://cut.example/{n}") for n in range(4)))
CUT = [
    fine(
        "f13_truncated", Answer(HALF[: HALF.index(b"Cut 3")], headers=XML), "Cut 0", "Cut 1", "Cut 2", words="Degraded"
    ),
    fine(
        "f13_json",
        Answer(
            b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "j1", "title": "JSON 1"},'
            b' {"id": "j2", "title": "JSON 2"}, {"id": "j3", "tit'
        ),
        "JSON 1",
        "JSON 2",
        words="Degraded",
    ),
    fine(
        "f13_sitemap",
        Answer(
            b"<urlset>"
            + b"".join(
                b"<url><loc>https://map.example/%d</loc><news:news><news:title>Map %d</news:title></news:news></url>"
                % (n, n)
                for n in range(2)
            )
            + b"<url><loc>https://map.example/2</loc><news:news><news:title>Map"
        ),
        "Map 0",
        "Map 1",
        words="Degraded",
    ),
    fine(
        "f13_telegram",
        Answer(
            channel(post(1, "A post that is whole", time=NOW), post(2, "A post that is"))
            .partition("that is</div>")[0]
            .encode()
        ),
        "A post that is whole",
        words="Degraded",
    ),
]
LOOPS = [
    bad("f15_itself", redirect("/f15_itself"), "redirect", words="circle"),
    bad("f15_no_location", Answer(status=302), "redirect", words="where"),
    bad("f15_bad_location", redirect("http://[bad"), "redirect"),
    bad("f15_chain", redirect("/hop/1"), "redirect", words="times"),
    fine("f15_relative", redirect("target?x=1"), "At the target"),
    fine("f15_fragment", redirect("/target#top"), "At the target"),
    bad("f16_file", redirect("file:///etc/passwd"), "redirect", words="file:"),
    bad("f16_ftp", redirect("ftp://127.0.0.1/x"), "redirect", words="ftp:"),
    bad("f16_gopher", redirect("gopher://127.0.0.1/x"), "redirect", words="gopher:"),
    bad("f16_data", redirect("data:application/rss+xml,<rss/>"), "redirect", words="data:"),
]
MOVED = [
    Case(f"f14_{status}", (redirect(f"/moved/{status}", status),), titles=(f"Moved {status}",))
    for status in (301, 302, 303, 307, 308)
]
EMPTIED = Case(
    "f11_emptied",
    (
        Answer(one("f11"), headers={**XML, "ETag": '"full"'}),
        Answer(b"", headers={**XML, "ETag": '"empty"'}),
        good("f11_emptied"),
    ),
)
INSIDE = {
    "loopback": "127.0.0.1:{port}",
    "ipv6_loopback": "[::1]:{port}",
    "zero": "0.0.0.0:{port}",
    "metadata": "169.254.169.254",
    "private": "10.0.0.1:{port}",
}
SPELT = {
    "decimal": "2130706433:{port}",
    "hexadecimal": "0x7f.1:{port}",
    "short": "127.1:{port}",
    "nought": "0:{port}",
    "mapped": "[::ffff:127.0.0.1]:{port}",
    "localhost": "localhost:{port}",
    "localhost_dot": "localhost.:{port}",
    "nat64": "[64:ff9b::7f00:1]:{port}",
    "six_to_four": "[2002:7f00:1::]:{port}",
}


def inside(number: str, port: int) -> list[Case]:
    table = INSIDE if number == "f17" else SPELT
    return [
        bad(f"{number}_{name}", redirect(f"http://{where.format(port=port)}/secret"), "blocked_address", words="public")
        for name, where in table.items()
    ]


@pytest.fixture(scope="module")
def others() -> Iterator[list[Web]]:
    """Servers on this machine that nobody has named: they must never be reached."""
    with ExitStack() as stack:
        yield [stack.enter_context(Web())]


@pytest.fixture(scope="module")
def rounds(tmp_path_factory: pytest.TempPathFactory, others: list[Web]) -> Iterator[Rounds]:
    with Web() as web, socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens: refused
        refused = f"http://127.0.0.1:{taken.getsockname()[1]}/f01"
        nowhere = f"http://{'a' * 64}.example/f01"  # too long for a name: fails without asking anybody
        web.answer("/target", rss(item("At the target", "https://target.example/1")))
        for hop in range(1, 26):
            web.redirect(f"/hop/{hop}", f"/hop/{hop + 1}")
        for case in MOVED:
            status = case.name.removeprefix("f14_")
            web.answer(f"/moved/{status}", rss(item(f"Moved {status}", f"https://moved.example/{status}")))
        unreachable = [
            Case("f01_refused", (), frozenset({"refused"}), extra={"url": refused}),
            Case("f01_no_name", (), frozenset({"dns"}), extra={"url": nowhere}),
        ]
        port = others[0].port
        cases = [*unreachable, *SLOW, *BROKEN, *CODINGS, *PAGES, *CUT, *LOOPS, *MOVED, EMPTIED]
        made = Rounds(
            tmp_path_factory.mktemp("http"), web, [*cases, *inside("f17", port), *inside("f18", port)], polls=2
        )
        taken.close()
        with Web(port=int(refused.rsplit(":", 1)[1].split("/", maxsplit=1)[0])) as back:
            back.answer("/f01", good("f01_refused").body, headers=XML)
            made.again()
        yield made


def names(cases: list[Case]) -> list[str]:
    return [case.name for case in cases]


def test_f01_a_server_that_refuses_is_backed_off_from_and_recovers(rounds: Rounds) -> None:
    rounds.check("f01_refused")
    assert rounds.health("f01_refused", 1)["consecutive_failures"] == 2


def test_f01_a_name_that_does_not_exist_is_said_so(rounds: Rounds) -> None:
    rounds.rest_is_well()
    assert rounds.fetch("f01_no_name")["error_code"] == "dns"
    assert [rounds.health("f01_no_name", n)["consecutive_failures"] for n in range(3)] == [1, 2, 3]


@pytest.mark.parametrize("name", names(SLOW))
def test_f02_f03_f04_a_slow_server_is_left_at_the_deadline(rounds: Rounds, name: str) -> None:
    rounds.check(name)
    assert TIMEOUT_S * 1000 <= rounds.fetch(name)["duration_ms"] < (TIMEOUT_S + 2) * 1000


@pytest.mark.parametrize("name", names(BROKEN))
def test_f05_a_body_that_breaks_off_is_not_stored_in_part(rounds: Rounds, name: str) -> None:
    rounds.check(name)


@pytest.fixture(scope="module")
def bombs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rounds]:
    with Web() as web:
        yield Rounds(tmp_path_factory.mktemp("bombs"), web, BOMBS)


@pytest.mark.slow
@pytest.mark.parametrize("name", names(BOMBS))
def test_f06_f07_f08_f09_a_bomb_stops_at_the_cap(bombs: Rounds, name: str) -> None:
    bombs.check(name)
    assert bombs.fetch(name)["bytes"] < 20_000_000
    hostile, calm = (poll.done.peak for poll in bombs.polls)
    assert hostile - calm < 200 * MB


@pytest.mark.slow
def test_f06_many_large_documents_at_once_share_the_room_for_them(tmp_path: Path) -> None:
    large = rss(item("In a large feed", "https://large.example/1")).replace(
        b"</channel>", b" " * 14_000_000 + b"</channel>"
    )
    with Web() as web:
        cases = [Case(f"f06_large_{number}", (Answer(large),)) for number in range(40)]
        rounds = Rounds(tmp_path, web, cases, polls=1, timeout=30)
        rounds.rest_is_well()
        assert {rounds.health(case.name)["state"] for case in cases} == {"ok"}
        assert rounds.polls[0].done.peak < 500 * MB


@pytest.mark.parametrize("name", names(CODINGS))
def test_f10_a_coding_is_undone_or_named_and_never_read_as_text(rounds: Rounds, name: str) -> None:
    rounds.check(name)


def test_f11_an_empty_answer_is_a_failure_and_its_validators_are_not_kept(rounds: Rounds) -> None:
    rounds.rest_is_well()
    assert rounds.titles("f11_emptied") == ["Only f11"]
    assert (rounds.health("f11_emptied", 1)["state"], rounds.fetch("f11_emptied", 1)["error_code"]) == (
        "failing",
        "empty",
    )
    assert rounds.titles("f11_emptied", 1) == ["Only f11"]
    sent = [hit.headers.get("if-none-match") for hit in rounds.web.hits if hit.path == "/f11_emptied"]
    assert '"empty"' not in sent
    assert (rounds.health("f11_emptied", 2)["state"], rounds.health("f11_emptied", 2)["consecutive_failures"]) == (
        "ok",
        0,
    )
    assert rounds.titles("f11_emptied", 2) == ["Only f11", "Recovered f11_emptied"]


@pytest.mark.parametrize("name", names(PAGES))
def test_f12_a_page_instead_of_a_feed_is_named(rounds: Rounds, name: str) -> None:
    rounds.check(name)


@pytest.mark.parametrize("name", names(CUT))
def test_f13_what_came_before_the_break_is_saved(rounds: Rounds, name: str) -> None:
    rounds.check(name)
    assert f"{name}: Degraded: The document is cut off" in rounds.polls[0].done.out


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_f14_a_redirect_is_followed_and_only_a_permanent_one_is_noted(rounds: Rounds, status: int) -> None:
    rounds.rest_is_well()
    name = f"f14_{status}"
    assert rounds.titles(name) == [f"Moved {status}"]
    moved = rounds.web.url(f"/moved/{status}") if status in {301, 308} else None
    assert [rounds.health(name, n)["moved_to"] for n in range(2)] == [moved, moved]
    assert rounds.web.count(f"/{name}") == 3, "the configured address stays in force"


@pytest.mark.parametrize("name", [name for name in names(LOOPS) if name.startswith("f15")])
def test_f15_a_bad_redirect_ends_and_says_why(rounds: Rounds, name: str) -> None:
    rounds.check(name)
    assert rounds.web.count("/hop/20") == 0


@pytest.mark.parametrize("name", [name for name in names(LOOPS) if name.startswith("f16")])
def test_f16_a_redirect_to_another_scheme_is_refused(rounds: Rounds, name: str) -> None:
    rounds.check(name)
    stored = "\n".join(str(row) for row in rounds.project.rows("SELECT * FROM snapshot"))
    for text in (stored, *(poll.done.err for poll in rounds.polls)):
        assert "root:" not in text


@pytest.mark.parametrize("name", [f"f17_{name}" for name in INSIDE])
def test_f17_a_redirect_to_an_unnamed_private_address_makes_no_connection(
    rounds: Rounds, others: list[Web], name: str
) -> None:
    rounds.check(name)
    assert [other.connections for other in others] == [0]


@pytest.mark.parametrize("name", [f"f18_{name}" for name in SPELT])
def test_f18_a_private_address_in_disguise_makes_no_connection(rounds: Rounds, others: list[Web], name: str) -> None:
    rounds.check(name)
    assert [other.connections for other in others] == [0]
