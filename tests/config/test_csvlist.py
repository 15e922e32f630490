from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.csvlist import read_csv, write_csv
from config.errors import ConfigError
from config.model import Feed
from config.opml import read_list
from tests.config.test_opml import WORDS

PATH = Path("feeds.csv")


@pytest.mark.parametrize(
    "text",
    [
        'url,name,tags\r\nhttps://a.org/,Агентство,"ru,wire"\r\n',
        "\ufeffName;xmlUrl;Category\nАгентство;https://a.org/;ru,wire\n\n",
        "title\tfeed_url\tfolder\tcolour\nАгентство\thttps://a.org/\tru, wire\tred\n",
    ],
    ids=["commas", "semicolons", "tabs"],
)
def test_spreadsheets_write_it_in_many_ways(text: str) -> None:
    for encoding in ("utf-8", "utf-8-sig"):
        (one,) = read_list(text.removeprefix("\ufeff").encode(encoding), Path("list")).feeds

        assert one.feed == Feed(url="https://a.org/", name="Агентство", tags=("ru", "wire"))


def test_bad_rows_are_left_out_with_their_line_and_the_rest_is_kept() -> None:
    found = read_csv(
        "url,name,interval,enabled\nhttps://a.org/,A,1h,no\nftp://b.org/,B,,\nhttps://c.org/,C,soon,\nhttps://d.org/,D,,perhaps\n",
        PATH,
    )

    assert [(one.place, one.feed.enabled) for one in found.feeds] == [("feeds.csv:2", False)]
    assert [warning.partition(": left out")[0] for warning in found.warnings] == [
        "feeds.csv:3",
        "feeds.csv:4",
        "feeds.csv:5",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name,tags\nA,b\n", "must name the columns"),
        ('url,name\nhttps://a.org/,"A\n', "not valid CSV"),
        ("", "must name"),
    ],
)
def test_what_is_no_such_list_is_refused(text: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        read_csv(text, PATH)


def test_an_address_with_a_comma_makes_no_csv_of_a_plain_list() -> None:
    found = read_list(b"https://a.org/url,name\nhttps://b.org/\n", Path("list.txt"))

    assert [one.feed.url for one in found.feeds] == ["https://a.org/url,name", "https://b.org/"]


FEEDS = st.builds(
    Feed,
    url=WORDS.map(lambda word: f"https://a.org/{word}"),
    name=st.one_of(WORDS, st.sampled_from(["=1+1", "'=x", "+a", "-b", "@c", 'say "hi"', "a, b; c"])),
    tags=st.lists(st.one_of(WORDS.filter(bool), st.just("a, b")), unique=True).map(tuple),
    interval=st.sampled_from([None, "30m", "1h30m"]),
    enabled=st.booleans(),
)


@given(st.lists(FEEDS, max_size=4))
def test_what_is_written_reads_back(feeds: list[Feed]) -> None:
    found = read_csv(write_csv(feeds), PATH)

    assert [one.feed for one in found.feeds] == [feed.model_copy(update={"url": feed.public_url}) for feed in feeds]
    assert found.warnings == ()


@given(st.lists(FEEDS, max_size=4))
def test_no_cell_is_a_formula(feeds: list[Feed]) -> None:
    import csv

    for row in csv.reader(write_csv(feeds).splitlines()):
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@"))]
