"""How bytes are read: by what they prove, then by what is declared of them."""

import pytest

from monitor.parse.charset import UTF8_XML, decoded, for_feedparser
from monitor.parse.feed import parse
from monitor.types import Parsed

RUSSIAN = "Распознавание лиц в московском метро: камеры"
UKRAINIAN = "Розпізнавання облич у київському метро"
TYPES = [
    "application/xml",
    "text/xml",
    "text/xml; charset=utf-8",
    "text/xml; charset=windows-1251",
    "text/html; charset=koi8-r",
    "text/html",
    "",
]


def feed(title: str, declared: str | None) -> str:
    head = "" if declared is None else f'<?xml version="1.0" encoding="{declared}"?>'
    return f"{head}<rss version='2.0'><channel><item><title>{title}</title><guid>1</guid></item></channel></rss>"


def title_of(body: bytes, content_type: str) -> str:
    parsed = parse(body, content_type, "https://example.org/feed")
    assert isinstance(parsed, Parsed), parsed
    return parsed.entries[0].title


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "windows-1251", "koi8-r", "iso-8859-5", "cp866"],
)  # fmt: skip
@pytest.mark.parametrize("declared", [None, "utf-8", "utf-16", "windows-1251", "koi8-r", "iso-8859-1", "x-klingon"])
def test_russian_is_read_whatever_is_declared(encoding: str, declared: str | None) -> None:
    body = feed(RUSSIAN, declared).encode(encoding)

    assert {title_of(body, content_type) for content_type in TYPES} == {RUSSIAN}


@pytest.mark.parametrize(
    ("title", "encoding", "declared"),
    [
        (UKRAINIAN, "koi8-u", "koi8-u"),
        (UKRAINIAN, "windows-1251", "windows-1251"),
        ("Αναγνώριση προσώπου στο μετρό", "iso-8859-7", "iso-8859-7"),
        ("L’été: préfète déjà étonnée à l’hôpital", "windows-1252", "windows-1252"),
        ("Äußerst größere Übungen", "iso-8859-1", "iso-8859-1"),
        ("Zażółć gęślą jaźń", "iso-8859-2", "iso-8859-2"),
        ("联通公司的脸部识别", "gb2312", "gb2312"),
        ("顔認識が地下鉄で", "shift_jis", "shift_jis"),
        ("Yüz tanıma sistemi", "iso-8859-9", "iso-8859-9"),
    ],
)
def test_a_right_declaration_is_believed(title: str, encoding: str, declared: str) -> None:
    assert title_of(feed(title, declared).encode(encoding), "application/xml") == title


def test_utf_8_that_is_declared_as_something_western_is_utf_8() -> None:
    assert title_of(feed("Café “à l’été”", "iso-8859-1").encode(), "text/xml; charset=windows-1252") == "Café “à l’été”"


def test_a_letter_cut_in_half_does_not_spoil_the_others() -> None:
    body = feed(f"{RUSSIAN} {'и так далее ' * 3}", "utf-8").encode().replace("метро".encode(), "метро".encode()[:-1])

    assert title_of(body, "application/xml").startswith("Распознавание лиц в московском метр\ufffd: камеры и так далее")


def test_a_document_that_ends_within_a_letter_is_still_read() -> None:
    whole = feed(RUSSIAN, "utf-8").encode().replace(b"</channel></rss>", b"<item><title>" + "Ещё".encode())

    assert title_of(whole[:-1], "application/xml") == RUSSIAN


def test_a_document_that_is_right_is_not_touched() -> None:
    for body in (feed(RUSSIAN, "utf-8").encode(), feed("ascii", "koi8-r").encode()):
        assert for_feedparser(body, "text/xml") == (body, "text/xml")


def test_a_document_that_is_not_goes_on_in_utf_8() -> None:
    body, content_type = for_feedparser(feed(RUSSIAN, "utf-8").encode("koi8-r"), "text/xml")

    assert (body, content_type) == (feed(RUSSIAN, None).encode(), UTF8_XML)


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (b"", "", ("", True)),
        (b"abc", "", ("abc", True)),
        (b"\xff\xfea\x00", "", ("a", True)),
        (RUSSIAN.encode("koi8-r"), "", (RUSSIAN, True)),
        ("naïve".encode("latin-1"), "application/json; charset=latin-1", ("naïve", True)),
        ("naïve".encode("latin-1"), "application/json", ("na\ufffdve", False)),
        ("naïve".encode("latin-1"), "application/json; charset=idna", ("na\ufffdve", False)),
        (b"<html><meta charset='latin-1'>na\xefve", "text/html", ("<html><meta charset='latin-1'>naïve", True)),
        (b"\x00\x00\x00", "text/html; charset=zlib", ("\x00\x00\x00", True)),
    ],
)
def test_decoded(body: bytes, content_type: str, expected: tuple[str, bool]) -> None:
    assert decoded(body, content_type) == expected
