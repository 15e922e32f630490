"""The letters of pages, however they are declared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.normalise.encoding import html_text
from tests.pages import RUSSIAN, RUSSIAN_TITLE

PAGE = f"<html><head><title>{RUSSIAN_TITLE}</title></head><body><p>{RUSSIAN[0]}</p></body></html>".replace(
    "«", '"'
).replace("»", '"')


def declared(name: str) -> str:
    return PAGE.replace("<head>", f'<head><meta charset="{name}">')


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (PAGE.encode(), ""),
        (PAGE.encode(), "text/html; charset=utf-8"),
        (PAGE.encode("utf-8-sig"), "text/html"),
        (PAGE.encode("utf-16"), "text/html"),
        (PAGE.encode("cp1251"), "text/html; charset=windows-1251"),
        (declared("windows-1251").encode("cp1251"), "text/html"),
        (declared("koi8-r").encode("koi8-r"), "text/html"),
        (PAGE.encode(), "text/html; charset=windows-1251"),
        (declared("windows-1251").encode(), ""),
        (PAGE.encode("cp1251"), ""),
        (PAGE.encode("koi8-r"), ""),
        (PAGE.encode("cp1251"), "text/html; charset=no-such-set"),
        (PAGE.encode("cp1251"), "text/html; charset=base64"),
    ],
    ids=str,
)
def test_russian_pages_are_read(body: bytes, content_type: str) -> None:
    assert RUSSIAN_TITLE in html_text(body, content_type)


def test_what_is_called_latin_1_is_windows_1252() -> None:
    body = "<p>It’s – “here”, café</p>".encode("cp1252")

    assert html_text(body, "text/html; charset=ISO-8859-1") == "<p>It’s – “here”, café</p>"


def test_a_page_that_was_cut_in_a_letter_is_utf_8_all_the_same() -> None:
    assert html_text(PAGE.encode()[:-1] + "ы".encode()[:1], "text/html; charset=windows-1251").startswith(PAGE[:60])


def test_a_few_broken_letters_do_not_make_it_another_set() -> None:
    assert RUSSIAN_TITLE in html_text(PAGE.encode() + b"\xff\xfe broken \xff")


def test_no_xml_declaration_is_left() -> None:
    assert html_text(b'<?xml version="1.0" encoding="utf-8"?><html></html>') == "<html></html>"


@given(st.binary(max_size=300), st.text(max_size=40))
def test_any_bytes_give_a_text(body: bytes, content_type: str) -> None:
    assert isinstance(html_text(body, content_type), str)
