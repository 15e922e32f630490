"""JSON Feed 1.0 and 1.1."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.parse.feed import parse
from monitor.types import Entry, Link, Parsed, ParseFailure
from seeds.record import Image
from tests.monitor.parse.sound import assert_sound

NOW = datetime(2026, 6, 15, tzinfo=UTC)
URL = "https://example.org/news/feed.json?token=secret"
TYPE = "application/feed+json"
VERSION = "https://jsonfeed.org/version/1.1"


def feed(*items: Any, **more: Any) -> str:
    return json.dumps({"version": VERSION, "title": "News", **more, "items": list(items)}, ensure_ascii=False)


def read(body: str | bytes, content_type: str = TYPE) -> Parsed:
    parsed = parse(body.encode() if isinstance(body, str) else body, content_type, URL, NOW)
    assert isinstance(parsed, Parsed), parsed
    return parsed


def only(item: dict[str, Any], **more: Any) -> Entry:
    (entry,) = read(feed(item, **more)).entries
    return entry


def test_a_full_item() -> None:
    item = {
        "id": "tag:example.org,2026:1",
        "url": "/2026/faces",
        "external_url": "https://elsewhere.example/report",
        "title": "Faces <counted> in Moscow",
        "content_html": "<p>A <b>long</b> text.</p><p>Second.</p><img src='/in-text.jpg' width='600' height='400'>",
        "content_text": "A long text.",
        "summary": "A summary",
        "image": "https://example.org/main.jpg",
        "banner_image": "/banner.jpg",
        "date_published": "2026-01-05T12:00:00+03:00",
        "date_modified": "2026-01-06T12:00:00Z",
        "authors": [{"name": "A. Author", "url": "https://a.example/"}, {"name": "B. Author"}],
        "tags": ["faces", "cameras", "faces"],
        "language": "en-GB",
        "attachments": [
            {"url": "/attached.png", "mime_type": "image/png"},
            {"url": "/talk.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 10, "duration_in_seconds": 5},
        ],
    }

    entry = only(item, authors=[{"name": "Nobody"}], language="de")

    assert entry.lemmas
    assert entry._replace(lemmas="", stems="", traces=None) == Entry(
        guid="tag:example.org,2026:1",
        link="https://example.org/2026/faces",
        title="Faces <counted> in Moscow",
        excerpt="A summary",
        text="A long text.\nSecond.",
        published_at="2026-01-05T09:00:00Z",
        updated_at="2026-01-06T12:00:00Z",
        published_raw="2026-01-05T12:00:00+03:00",
        date_quality="exact",
        authors=("A. Author", "B. Author"),
        topics=("faces", "cameras"),
        images=(
            Image("https://example.org/main.jpg"),
            Image("https://example.org/banner.jpg"),
            Image("https://example.org/attached.png"),
            Image("https://example.org/in-text.jpg", 600, 400),
        ),
        language="en",
        links=(Link("https://elsewhere.example/report", "link"),),
    )


def test_the_feed() -> None:
    body = feed(
        {"id": "1", "title": "x"},
        title="Blog &#8211; News",
        home_page_url="https://example.org/",
        feed_url="https://example.org/feed.json",
        language="ru",
        next_url="https://example.org/feed.json?page=2",
        hubs=[{"type": "WebSub", "url": "https://hub.example/"}],
        _extension={"anything": [1, 2]},
    )

    parsed = read(body)

    assert (parsed.version, parsed.title, parsed.link, parsed.language) == (
        "json11",
        "Blog – News",
        "https://example.org/",
        "ru",
    )
    assert parsed.degraded is None


@pytest.mark.parametrize(
    ("version", "content_type", "expected"),
    [
        ("https://jsonfeed.org/version/1", "text/plain", "json10"),
        ("https://jsonfeed.org/version/1.0", "", "json10"),
        ("http://www.jsonfeed.org/version/1.1/", "application/json", "json11"),
        ("https://jsonfeed.org/version/2", "application/json", "json11"),
        (None, "application/feed+json; charset=utf-8", "json11"),
        (1.1, "application/feed+json", "json11"),
    ],
)
def test_told_by_version_or_media_type(version: Any, content_type: str, expected: str) -> None:
    assert read(json.dumps({"version": version, "items": []}), content_type).version == expected


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ({"items": []}, "application/json"),
        ({"version": "1.1", "items": []}, "application/json"),
        ({"title": "x"}, "application/feed+json"),
        ([{"version": VERSION}], "application/feed+json"),
    ],
)
def test_other_json_is_named(body: Any, content_type: str) -> None:
    failure = parse(json.dumps(body).encode(), content_type, URL, NOW)

    assert isinstance(failure, ParseFailure)
    assert (failure.kind, failure.message) == ("unsupported", "This is a JSON document, not a feed.")


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"id": 7, "url": "https://a.example/7"}, {"guid": "7", "link": "https://a.example/7"}),
        ({"id": 7.5}, {"guid": "7.5", "link": None}),
        ({"id": True, "title": "x"}, {"guid": None}),
        ({"id": "https://a.example/1"}, {"guid": "https://a.example/1", "link": "https://a.example/1"}),
        ({"id": "1", "external_url": "https://b.example/x"}, {"link": "https://b.example/x", "links": ()}),
        ({"external_url": "https://b.example/x"}, {"guid": None, "link": "https://b.example/x"}),
        ({"id": "1", "url": "javascript:alert(1)"}, {"link": None}),
        ({"id": "1", "url": 1.2}, {"link": None}),
        ({"id": "1", "url": ["https://a.example/"]}, {"link": None}),
        ({"id": "1", "title": "AT&amp;T & <b>"}, {"title": "AT&T & <b>"}),
        ({"id": "1", "title": 1000}, {"title": "1000"}),
        ({"id": "1", "title": ["no"]}, {"title": ""}),
        ({"id": "1", "content_text": "1 < 2 & <b>\nnext"}, {"excerpt": "1 < 2 & <b> next"}),
        ({"id": "1", "content_html": "<p>1 &lt; 2</p><script>x</script>"}, {"excerpt": "1 < 2"}),
        ({"id": "1", "content_html": True, "content_text": {}}, {"excerpt": ""}),
        ({"id": "1", "author": {"name": "Jane"}}, {"authors": ("Jane",)}),
        ({"id": "1", "author": "Jane"}, {"authors": ("Jane",)}),
        ({"id": "1", "authors": ["not one", {"name": []}, {"name": "Jane"}]}, {"authors": ("not one", "Jane")}),
        ({"id": "1", "authors": []}, {"authors": ("Editor",)}),
        ({"id": "1", "authors": [{"url": "mailto:a@b.example"}]}, {"authors": ()}),
        ({"id": "1", "tags": "not a list"}, {"topics": ()}),
        ({"id": "1", "tags": ["a", 1, None, {}]}, {"topics": ("a", "1")}),
        ({"id": "1", "date_published": 1767261600}, {"published_at": "2026-01-01T10:00:00Z", "date_quality": "exact"}),
        ({"id": "1", "date_published": "not a date"}, {"published_at": None, "published_raw": "not a date"}),
        ({"id": "1", "date_modified": "2026-01-05T12:00:00Z"}, {"published_at": "2026-01-05T12:00:00Z"}),
        ({"id": "1", "image": {}, "attachments": [None, {"mime_type": "image/png"}]}, {"images": ()}),
    ],
)  # fmt: skip
def test_items_as_publishers_write_them(item: dict[str, Any], expected: dict[str, object]) -> None:
    entry = only(item, author={"name": "Editor"})

    assert {name: getattr(entry, name) for name in expected} == expected


def test_items_that_are_none_are_counted() -> None:
    parsed = read(feed({"id": "1"}, "no item", None, [], {}, {"date_published": "2026-01-01"}, {"id": "2"}))

    assert ([entry.guid for entry in parsed.entries], parsed.skipped) == (["1", "2"], 5)


def test_items_of_the_wrong_type_are_no_items() -> None:
    assert read(json.dumps({"version": VERSION, "items": {"a": 1}})).entries == ()


def test_a_feed_that_has_ended_says_so() -> None:
    assert "has ended" in (read(feed({"id": "1"}, expired=True)).degraded or "")
    assert read(feed({"id": "1"}, expired="yes")).degraded is None


# --- damage


WHOLE = feed(*({"id": str(n), "title": f"Title {n}", "tags": ["a", 1, False]} for n in range(5)), language="en")


@pytest.mark.parametrize("at", range(WHOLE.index('"items"') + 1, len(WHOLE) - 1))
def test_a_document_that_is_cut_off_keeps_its_whole_items(at: int) -> None:
    parsed = read(WHOLE[:at])

    whole = WHOLE[:at].count("false]}")
    assert [entry.guid for entry in parsed.entries] == [str(n) for n in range(whole)]
    assert (parsed.title, parsed.language) == ("News", "en")
    assert "cut off" in (parsed.degraded or "")


@pytest.mark.parametrize(
    ("body", "guids", "says"),
    [
        (WHOLE + "\n<!-- cached -->", "01234", None),
        (WHOLE.replace("Title 1", "Title\n\t1"), "01234", None),
        (WHOLE.replace('"Title 2"', "oops"), "01", "damaged after 2 items"),
        (WHOLE.replace('"Title 2"', "9" * 5_000), "01", "damaged after 2 items"),
        (WHOLE.replace('"Title 2"', "[" * 100_000), "01", "damaged"),
        (WHOLE[:-1] + ",}", "01234", None),
    ],
)
def test_damaged_json(body: str, guids: str, says: str | None) -> None:
    parsed = read(body)

    assert [entry.guid for entry in parsed.entries] == list(guids)
    assert says in (parsed.degraded or "") if says else parsed.degraded is None


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "windows-1251", "koi8-r"]
)
def test_encodings(encoding: str) -> None:
    parsed = read(feed({"id": "1", "title": "Распознавание лиц в метро"}).encode(encoding), "application/json")

    assert parsed.entries[0].title == "Распознавание лиц в метро"


def test_letters_that_cannot_be_told_are_said() -> None:
    parsed = read(feed({"id": "1", "title": "Café"}).encode("latin-1"))

    assert "letters may be wrong" in (parsed.degraded or "")


def test_hostile_text_becomes_plain_text() -> None:
    body = '{"version": "%s", "items": [{"id": "1", "title": "\\ud800a\\u0000b\\u202ec\\u001b[31m"}]}' % VERSION  # noqa: UP031

    entry = read(body).entries[0]

    assert entry.title == "abc[31m"
    assert "secret" not in repr(only({"id": "1", "url": "#top", "content_html": "<img src=''>x"}))


anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["id", "url", "title", "items", "authors", "name", "tags", "attachments", "content_html", "language"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(anything, st.integers(0, 400))
def test_no_json_crashes_the_parser(items: Any, cut: int) -> None:
    body = json.dumps({"version": VERSION, "title": items, "items": [items, items]})

    for text in (body, body[:cut], body[cut:]):
        assert_sound(parse(text.encode("utf-8", "surrogatepass"), TYPE, URL, NOW))
