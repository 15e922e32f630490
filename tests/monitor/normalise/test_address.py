"""Addresses as feeds write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.normalise.address import base_of, web_address

BASE = "https://example.org/news/feed.xml"


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("https://example.org/1", "https://example.org/1"),
        ("HTTP://Example.org/1", "http://Example.org/1"),
        ("/1", "https://example.org/1"),
        ("1?a=b#c", "https://example.org/news/1?a=b#c"),
        ("//cdn.example/1", "https://cdn.example/1"),
        (" https://example.org/a b \n", "https://example.org/a%20b"),
        ("https://example.org\\a\\b?x=\\", "https://example.org/a/b?x=%5C"),
        ("https://exa\nmple.org/1", "https://example.org/1"),
        ("https://user:pw@example.org/1", "https://example.org/1"),
        ("https://пример.рф/новость", "https://пример.рф/новость"),
        ("https://example.org/\u202egpj.exe", "https://example.org/%E2%80%AEgpj.exe"),
        ('https://example.org/?u=%3C&x=<>"', "https://example.org/?u=%3C&x=%3C%3E%22"),
    ],
)
def test_made_absolute(value: str, url: str) -> None:
    assert web_address(value, BASE) == url


@pytest.mark.parametrize(
    "value",
    [
        None, 5, "", " ", "javascript:alert(1)", "java\nscript:alert(1)", " JavaScript:x", "data:text/html,x", "file:///etc/passwd",
        "mailto:a@b.c", "ftp://example.org/", "http://", "http:///x", "http://[::1", "http://a:b/", "https://.org/",
        "https://a b/", "https://a<b/", "https://example.org/" + "x" * 2_000, "http://example.org:99999/",
    ],
)  # fmt: skip
def test_rejected(value: object) -> None:
    assert web_address(value, BASE) is None


def test_without_a_base_nothing_relative_is_accepted() -> None:
    assert [web_address(value) for value in ("/1", "1", "//example.org/1")] == [None, None, None]


def test_the_base_holds_no_secret() -> None:
    assert base_of("https://user:pw@example.org:8443/feed?token=x#y") == "https://example.org:8443/feed"


@given(st.text(st.characters() | st.sampled_from("/:?#[]@\\%. http"), max_size=80))
def test_what_is_accepted_is_stable(value: str) -> None:
    url = web_address(value, BASE)

    assert url is None or (url.startswith(("http://", "https://")) and web_address(url) == url)
