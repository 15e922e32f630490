from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import ConfigError
from config.model import Feed
from config.opml import DEEPEST, FeedList, read_list, write_opml

PATH = Path("feeds.opml")


def read(body: str, prolog: str = "") -> FeedList:
    return read_list(
        f'{prolog}<opml version="2.0"><head><title>x</title></head><body>{body}</body></opml>'.encode(), PATH
    )


def test_titles_become_names_and_enclosing_titles_tags() -> None:
    found = read(
        '<outline text="Россия"><outline title="Wires" text="w">'
        '<outline type="rss" text="t" title="ТАСС" xmlUrl="https://tass.ru/rss" category="a,b"/></outline></outline>'
        '<outline text="Plain" xmlURL="http://b.org/"/>'
    )

    assert [listed.feed for listed in found.feeds] == [
        Feed(url="https://tass.ru/rss", name="ТАСС", tags=("Россия", "Wires", "a", "b")),
        Feed(url="http://b.org/", name="Plain"),
    ]
    assert found.warnings == ()


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/xml,x",
        "file:///etc/passwd",
        "/etc/passwd",
        "../feed.xml",
        "ftp://a.org/",
        "feed:https://a.org/",
        "http://",
        "http://[x/",
        "http://a.org/ b",
        "java&#10;script:x",
    ],
)
def test_what_is_no_web_address_is_left_out_with_a_warning_and_the_rest_is_kept(url: str) -> None:
    found = read(f'\n<outline xmlUrl="{url}"/>\n<outline xmlUrl="https://good.org/"/>')

    assert [listed.feed.url for listed in found.feeds] == ["https://good.org/"]
    (warning,) = found.warnings
    assert warning.startswith("feeds.opml:2: left out: ")


def test_a_secret_in_an_address_that_is_left_out_is_not_repeated() -> None:
    assert "hunter2" not in str(read('<outline xmlUrl="ftp://me:hunter2@a.org/?token=hunter2"/>').warnings)


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE opml SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE opml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE opml [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE opml [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]>',
        "<!DOCTYPE opml>",
    ],
)
def test_a_dtd_is_refused(prolog: str) -> None:
    with pytest.raises(ConfigError, match=r"feeds\.opml: holds a DTD or entities"):
        read("", prolog)


def test_deep_nesting_is_refused_and_all_up_to_it_read() -> None:
    depth = DEEPEST - 3
    deep = '<outline text="x">' * depth + '<outline xmlUrl="https://a.org/"/>' + "</outline>" * depth

    assert read(deep).feeds[0].feed.tags == ("x",)
    for more in (1, 10_000):
        with pytest.raises(ConfigError, match="nested more than 100 deep"):
            read('<outline text="x">' * more + deep + "</outline>" * more)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<opml><body><outline xmlUrl='https://a.org/'>", "not valid XML"),
        (b"<opml>&nbsp;</opml>", "not valid XML"),
        (b"<html><body><p>Sign in</p></body></html>", "not OPML"),
        (b"<rss><channel/></rss>", "not OPML"),
        (b"<?xml version='1.0' encoding='no-such'?><opml/>", "feeds.opml"),
        (b"<?xml version='1.0' encoding='utf-7'?><opml/>", "feeds.opml"),
        (b"<opml \x00/>", "not valid XML"),
        (b"\xff\xfe<", "not valid XML"),
        (b"https://a.org/\xff", "not UTF-8"),
    ],
)
def test_what_is_no_list_is_refused_with_its_name(data: bytes, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_list(data, PATH)

    assert words in str(caught.value)
    assert str(caught.value).startswith("feeds.opml")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1251", "koi8-r"])
def test_lists_are_read_in_their_own_encoding(encoding: str) -> None:
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    text = f'<?xml version="1.0" encoding="{declared}"?><opml><body><outline text="Ёж" xmlUrl="https://a.org/"/></body></opml>'

    assert read_list(text.encode(encoding), PATH).feeds[0].feed.name == "Ёж"


def test_a_text_file_lists_an_address_a_line() -> None:
    found = read_list(
        "\ufeff# my feeds\r\n\r\nhttps://a.org/\r\n  https://b.org/  \r\n/etc/passwd\r\n".encode(), Path("f.txt")
    )

    assert [(listed.feed.url, listed.place) for listed in found.feeds] == [
        ("https://a.org/", "f.txt:3"),
        ("https://b.org/", "f.txt:4"),
    ]
    assert found.warnings == ('f.txt:5: left out: "/etc/passwd" is no web address',)


def test_secrets_are_not_exported() -> None:
    text = write_opml([Feed(url="https://me:hunter2@a.org/?token=hunter2&x=${NAME}")])

    assert "hunter2" not in text
    assert "${NAME}" in text


WORDS = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp", "Cf", "Co", "Cn"), exclude_characters=",")
).map(str.strip)
FEEDS = st.builds(
    Feed,
    url=WORDS.map(lambda word: f"https://a.org/{word}"),
    name=WORDS.filter(bool),
    tags=st.lists(WORDS.filter(bool), unique=True).map(tuple),
)


@given(st.lists(FEEDS, max_size=3))
def test_what_is_written_reads_back(feeds: list[Feed]) -> None:
    read_back = read_list(write_opml(feeds).encode(), PATH)

    assert [listed.feed for listed in read_back.feeds] == [
        feed.model_copy(update={"url": feed.public_url}) for feed in feeds
    ]
