"""Weak keys of addresses: what two addresses of one article may have in common, and what speaks against it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeds.address import parse
from seeds.handles import Handles, agree, handles, is_form
from seeds.traces import of_address, of_article


def of(url: str) -> Handles:
    found = parse(url)
    assert found is not None
    return handles(found)


@pytest.mark.parametrize(
    ("url", "slug", "numbers", "day"),
    [
        ("https://a.example/2022/08/08/the-camera-that-knew-too-much-17144587/", "the-camera-that-knew-too-much", ("17144587",), "2022-08-08"),
        ("https://ria.example/20230305/kamery-1856543210.html", "", ("1856543210",), "2023-03-05"),
        ("https://tass.example/obschestvo/8921345", "", ("8921345",), ""),
        ("https://a.example/?p=123456", "", ("123456",), ""),
        ("https://a.example/news/20230305/", "", (), "2023-03-05"),  # a date is no article number
        ("https://a.example/news/2023030512", "", (), ""),
        ("https://a.example/archive/202303", "", (), ""),
        ("https://a.example/news/the-camera-that-knew-too-much.amp.html", "the-camera-that-knew-too-much", (), ""),
        ("https://a.example/politics", "", (), ""),
        ("https://a.example/news/90543/short/index.html", "", ("90543",), ""),
        ("https://a.example/recap-31014-of-it", "", (), ""),  # the tenth of March
    ],
)  # fmt: skip
def test_what_an_address_ends_in(url: str, slug: str, numbers: tuple[str, ...], day: str) -> None:
    assert of(url) == Handles(slug, numbers, day)


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("https://a.example/uk/news/the-camera-that-knew-too-much", "https://a.example/us/the-camera-that-knew-too-much", True),
        ("https://a.example/x/the-camera-that-knew-too-much-123456", "https://a.example/y/an-old-slug-that-was-changed-123456", True),
        ("https://a.example/the-camera-that-knew-too-much-123456", "https://a.example/the-camera-that-knew-too-much-987654", False),
        ("https://a.example/2023/01/02/what-happened-in-the-city", "https://a.example/2023/01/03/what-happened-in-the-city", False),
        ("https://a.example/1234", "https://a.example/1234", False),
    ],
)  # fmt: skip
def test_two_addresses_agree_unless_something_in_them_differs(one: str, other: str, shared: bool) -> None:
    assert bool(agree(of(one), of(other))) is shared


@pytest.mark.parametrize(
    ("one", "other", "form"),
    [
        ("https://a.example/x-y-z", "https://amp.a.example/news/x-y-z.html", True),
        ("https://a.example/uk/x-y-z", "https://a.example/us/x-y-z", True),
        ("https://a.example/omsk/x-y-z", "https://a.example/tomsk/x-y-z", False),
        ("https://omsk.a.example/x-y-z", "https://tomsk.a.example/x-y-z", False),
        ("https://a.example/lifestyle/x-y-z", "https://a.example/x-y-z", True),
    ],
)
def test_a_form_of_an_address_has_nothing_of_its_own(one: str, other: str, form: bool) -> None:
    first, second = parse(one), parse(other)
    assert first is not None
    assert second is not None
    assert is_form(first, second) is form
    assert is_form(second, first) is form


@given(st.text(max_size=300))
def test_any_text_is_an_address_or_none(text: str) -> None:
    assert of_address(f"https://a.example/{text}") == of_address(f"https://a.example/{text}")


@given(st.text(max_size=200), st.text(max_size=400), st.text(max_size=800))
def test_traces_of_any_texts_are_few_numbers(title: str, excerpt: str, body: str) -> None:
    found = of_article(title, title.lower(), excerpt, body, "https://a.example/x")
    assert len(found) <= 20
    assert all(0 <= number < 2**32 for number in found)


@given(st.integers(0, 10), st.integers(0, 10))
def test_a_passage_leaves_the_same_traces_wherever_it_stands(before: int, after: int) -> None:
    said = (
        "Moscow will put cameras that recognise faces at every gate of its metro by the end of the year the deputy mayor said on"
        " Tuesday as the city widens a system that already covers its streets and the houses of those who live there"
    )
    around = f"{'other words ' * before}{said}{' still more' * after}"
    assert set(of_article("", "", said, "", None)) & set(of_article("", "", around, "", None))
