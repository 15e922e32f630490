"""What may be a link, and how values look."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from monitor.browse.cells import cell, link


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/x?y=1&z=2#t",
        "http://a.example",
        "https://пример.рф/путь",
        "https://[::1]:80/",
        "https://a.example/a,b;c(d)",
    ],
)
def test_web_addresses_are_links(url):
    assert url == link(url)


@pytest.mark.parametrize(
    "value",
    [
        None,
        1,
        "",
        "a",
        "javascript:alert(1)",
        "JAVASCRIPT:x",
        "https://",
        "https:///x",
        "https://[x",
        "https://a b",
        "https://a/\n",
        " https://a",
        'https://a/"x',
        "https://a\\b",
        "ftp://a/",
        "//a/",
        "data:text/html,x",
        "HTTPS://a.example",
    ],
)
def test_nothing_else_is(value):
    assert link(value) is None


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("2026-11-03T14:05:59Z", ">3 Nov 2026, 17:05 MSK</time>"),
        ("2026-07-03T23:59:00Z", ">4 Jul 2026, 02:59 MSK</time>"),
        ("https://a.example/", ">https://a.example/</a>"),
        ("https://a.example/<script>", "https://a.example/&lt;script&gt;"),
    ],
)
def test_cells(value, shown):
    assert str(cell(value, ZoneInfo("Europe/Moscow"))).endswith(shown)


@pytest.mark.parametrize(
    "value",
    [
        None,
        5,
        0.5,
        "text",
        "<b>",
        "2026-11-03",
        "2026-13-45T99:99:99Z",
        "9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00Z",
        b"x",
    ],
)
def test_other_values_are_left_to_datasette(value):
    assert cell(value, ZoneInfo("Pacific/Kiritimati")) is None


@given(st.text() | st.from_regex(r"https?://.*", fullmatch=True))
def test_no_text_becomes_markup(value):
    shown = cell(value, None)

    assert shown is None or isinstance(shown, Markup)
    assert shown is None or "<" not in str(shown).removeprefix("<a ").removesuffix("</a>").removeprefix(
        "<time "
    ).removesuffix("</time>")
