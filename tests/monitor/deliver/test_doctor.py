from pathlib import Path

import pytest

from config.model import Feed
from monitor.deliver import doctor
from monitor.deliver.export import csv_lines, harmless
from monitor.deliver.feedbook import searches


@pytest.mark.parametrize(
    ("version", "state"),
    [
        ((3, 6, 23), "ok"),
        ((3, 7, 0), "warn"),
        ((3, 40, 1), "warn"),
        ((3, 51, 2), "warn"),
        ((3, 51, 3), "ok"),
        ((3, 60, 0), "ok"),
    ],
)
def test_sqlite_versions(version: tuple[int, int, int], state: str) -> None:
    check = doctor.sqlite_check(version)

    assert check.state == state
    assert (state == "ok") == (not check.advice)


@pytest.mark.parametrize(("version", "state"), [("expat_2.3.0", "warn"), ("expat_2.4.0", "ok"), ("expat_2.10.1", "ok")])
def test_expat_versions(version: str, state: str) -> None:
    assert doctor.expat_check(version).state == state


@pytest.mark.parametrize(("free", "state"), [(0, "fail"), (99_999_999, "fail"), (500_000_000, "warn"), (10**10, "ok")])
def test_free_space(free: int, state: str) -> None:
    assert doctor.space_check(free, Path("/")).state == state


@pytest.mark.parametrize(("running", "state"), [(True, "ok"), (False, "warn"), (None, "warn")])
def test_the_daemon(running: bool | None, state: str) -> None:
    assert doctor.daemon_check(running).state == state


@pytest.mark.parametrize(
    ("url", "more", "expected"),
    [
        ("https://news.google.com/rss/search?q=x", {}, {"Google": 1}),
        ("https://www.bing.com/news/search?q=x&format=rss", {}, {"Microsoft (Bing)": 1}),
        ("https://notbing.com/?q=x", {}, {}),
        ("https://example.org/feed.xml", {}, {}),
        ("https://search.example.org/?q=x", {"tags": ("search",)}, {"search.example.org": 1}),
        ("https://news.google.com/rss/search?q=x", {"enabled": False}, {}),
        ("saved/news.google.com", {}, {}),
    ],
)
def test_who_learns_what(url: str, more: dict, expected: dict[str, int]) -> None:
    assert searches([Feed(url=url, **more)]) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd|x", "'+cmd|x"),
        ("-2+3", "'-2+3"),
        ("@SUM(1)", "'@SUM(1)"),
        ("\t=1", "' =1"),
        ("\r=1", "' =1"),
        ("  =1", "'  =1"),
        ("＝1", "'＝1"),
        ("a=b", "a=b"),
        ("", ""),
        (None, None),
        (0.5, 0.5),
        (-1, -1),
        ("\x1b[31m", " [31m"),
    ],
)
def test_cells_are_harmless(cell: object, expected: object) -> None:
    assert harmless(cell) == expected


def test_csv_quotes_as_rfc_4180_says() -> None:
    lines = "".join(csv_lines(["a", "b"], [('say "hi"', "one, two"), (None, "ж")]))

    assert lines == 'a,b\r\n"say ""hi""","one, two"\r\n,ж\r\n'
