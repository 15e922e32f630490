"""Seed documents are read with every problem and its line, and written back without touching what did not change."""

from __future__ import annotations

import difflib
import gzip
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeds.document import MAX_BYTES, Document, read_document, read_file, render_document, write_document
from seeds.record import Image, Provider, Record
from seeds.shape import ShapeError, record_from_dict, record_to_dict
from tests.seeds.data import shared

FULL = b"""\
---
# chosen by hand
category: news
title: "Cameras in the metro"   # the headline
publishedDateTime: 2022-07-12T13:24:00Z
webUrl: "https://example.org/a"
quality: 24
published: false
locale: no
mood: 1.10

provider:
  name: Example   # short
  domain: example.org

topics:
  - AI
  - 12:30

related:
  # the first
  - title: "One"
    webUrl: "https://example.org/1"
    quality: 3
  - title: "Two"
    webUrl: "https://example.org/2"

secured: "C64+/=="
---

Body text.
"""


def read(text: str | bytes) -> Document:
    return read_document(text if isinstance(text, bytes) else text.encode(), "seeds/a.md")


def record(raw: bytes = FULL) -> Record:
    document = read(raw)
    assert document.record is not None, document.problems
    return document.record


def test_scalars_are_typed_by_the_format_and_never_by_yaml() -> None:
    found = record()
    assert found.published_date_time == "2022-07-12T13:24:00Z"
    assert (found.quality, found.published, found.locale) == (24, False, "no")
    assert found.topics == ("AI", "12:30")
    assert found.extra == {"mood": "1.10"}
    assert found.provider == Provider("Example", "example.org")
    assert [r.title for r in found.related] == ["One", "Two"]
    assert found.body == "Body text."


@pytest.mark.parametrize(
    ("front", "value"),
    [
        ("title: no", "no"),
        ("title: 1.10", "1.10"),
        ("title: 2022-07-12", "2022-07-12"),
        ("title: null", "null"),
        ("title: 'it''s'", "it's"),
        ('title: "a\\tb\\u00e9"', "a\tbé"),
        ('title: "\\ud83d\\ude00 \\\\ud83d"', "😀 \\ud83d"),
        ("title: >-\n  two\n  lines", "two lines"),
        ("title: |\n  # kept", "# kept\n"),
        ("title: «Безопасный город» — 1658 камер", "«Безопасный город» — 1658 камер"),
    ],
)
def test_titles_stay_the_text_they_are(front: str, value: str) -> None:
    assert record(f"---\n{front}\n---\n".encode()).title == value


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbf" + FULL,
        FULL.replace(b"\n", b"\r\n"),
        b"\n\n" + FULL,
        FULL.replace(b"---\n#", b"---  \n#"),
        FULL.rstrip(b"\n"),
    ],
    ids=["bom", "crlf", "empty lines before", "spaces after the fence", "no line end"],
)
def test_unusual_but_sound_bytes(raw: bytes) -> None:
    assert record(raw) == record(FULL)
    changed = write_document(read(raw), replace(record(raw), quality=25))
    assert changed == raw.replace(b"quality: 24", b"quality: 25")


@pytest.mark.parametrize(
    ("raw", "line", "part"),
    [
        (b"", 1, "empty"),
        (b" \n\n", 1, "empty"),
        (b"\xef\xbb\xbf", 1, "empty"),
        (gzip.compress(FULL), 1, "compressed; unpack it"),
        (FULL.decode().encode("utf-16"), 1, "UTF-16"),
        (b"---\ntitle: a\nexcerpt: \xd0\n---\n", 3, "0xd0 is not UTF-8"),
        ("---\ntitle: Камеры\n---\n".encode("cp1251"), 2, "is not UTF-8"),
        (b"---\ntitle: a\n\x00\n---\n", 3, "NUL"),
        (b"---\ntitle: a\x07b\n---\n", 2, "U+0007"),
        (b"---\ntitle: a\n", 1, "no closing `---`"),
        (b"\n\n---\ntitle: a\n", 3, "no closing `---`"),
        (b"---\n---\n", 1, "no title"),
        (b"---\ncategory: news\n---\n", 2, "no title"),
        (b"---\ncategory: news\ntitle: ' '\n---\n", 3, "no title"),
        (b"---\n- a\n- b\n---\n", 2, "keys and values"),
        (b"---\njust text\n---\n", 2, "keys and values"),
        (b"---\ntitle: a\ntitle: b\n---\n", 3, "title is given twice, first in line 2"),
        (b"---\ntitle: a\nexcerpt: Moscow: cameras\n---\n", 3, "in quotes"),
        (b"---\ntitle: a\n\texcerpt: b\n---\n", 3, "not YAML"),
        (b"---\ntitle: a\nexcerpt: @b\n---\n", 3, "in quotes"),
        (b'---\ntitle: a\nexcerpt: "b\ntype: c\n---\n', 3, "not closed"),
        (b"---\ntitle: a\ntopics: [b\ntype: c\n---\n", 4, "not YAML"),
        (b"---\ntitle: &t a\nexcerpt: b\n---\n", 2, "anchor"),
        (b"---\ntitle: a\nexcerpt: *t\n---\n", 3, "alias"),
        (b"---\ntitle: a\nx: &x [1]\ny: [*x, *x]\n---\n", 3, "anchor"),
        (b"---\ntitle: !!python/object/apply:os.system ['true']\n---\n", 2, "tag"),
        (b"---\ntitle: !!str a\n---\n", 2, "!!str is a tag"),
        (b"---\ntitle: a\n? [b]\n: c\n---\n", 3, "key must be plain text"),
        (b"---\ntitle: a\nx: " + b"[" * 60 + b"\n---\n", 3, "nested more than 50"),
        (b"---\ntitle: a\nx: " + b"[" * 200_000 + b"\n---\n", 3, "nested more than 50"),
        (b"---\ntitle: [a]\n---\n", 2, "must be one text"),
        (b"---\ntitle: a\nquality: high\n---\n", 3, "whole number, not 'high'"),
        (b"---\ntitle: a\nheat: 1.5\n---\n", 3, "whole number"),
        (b"---\ntitle: a\npublished: no\n---\n", 3, "true or false, not 'no'"),
        (b"---\ntitle: a\ntopics: AI\n---\n", 3, "must be a list"),
        (b"---\ntitle: a\ntopics:\n  - AI\n  - b: c\n---\n", 5, "topics[1]: must be one text"),
        (b"---\ntitle: a\nprovider: RT\n---\n", 3, "keys and values"),
        (b"---\ntitle: a\nimages:\n  - width: 1\n---\n", 4, "has no url"),
        (b"---\ntitle: a\nimages:\n  - url: https://a.b/c\n    width: wide\n---\n", 5, "images[0].width"),
        (b"---\ntitle: a\nrelated:\n  - excerpt: b\n---\n", 4, "related[0].title: there is no title"),
        (b"---\ntitle: a\nwebUrl: javascript:alert(1)\n---\n", 3, "is not an http(s) address"),
        (b"---\ntitle: a\nampWebUrl: /a/b\n---\n", 3, "is not an http(s) address"),
        (b"---\ntitle: a\nrelated:\n  - title: b\n    webUrl: ftp://a.b\n---\n", 5, "related[0].webUrl"),
        (b"---\ntitle: a\npublishedDateTime: yesterday\n---\n", 3, "'yesterday' is not a date"),
        (b"---\ntitle: a\npublishedDateTime: 2022-02-30\n---\n", 3, "is not a date"),
        (b"---\ntitle: a\nupdatedDateTime: 2026-W01\n---\n", 3, "is not a date"),
        (b'---\ntitle: "a\\0b"\n---\n', 2, "U+0000"),
        (b'---\ntitle: "a\\ud83db"\n---\n', 2, "not YAML"),
        (b"a,b\n1,2\n", 1, "neither front matter"),
        (b"x" * (MAX_BYTES + 1), 1, "5,000,001 bytes"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(raw: bytes, line: int, part: str) -> None:
    document = read(raw)
    assert not document.ok
    assert document.record is None
    problem = document.problems[0]
    assert (problem.line, part in problem.message) == (line, True), document.problems


def test_several_problems_are_reported_together() -> None:
    document = read("---\nquality: x\nwebUrl: y\npublished: z\ntitle: a\ntitle: b\n---\n")
    assert [problem.line for problem in document.problems] == [2, 3, 4, 6]


@pytest.mark.parametrize(
    "date",
    ["2022-07-12", "2022-07-12T13:24:00Z", "2022-07-12 13:24", "2022-07-12T13:24:00.5+03:00", "2022-07-12T13:24"],
)
def test_dates_stay_as_they_are(date: str) -> None:
    assert record(f"---\ntitle: a\npublishedDateTime: {date}\n---\n".encode()).published_date_time == date


def test_alias_bombs_cost_nothing() -> None:
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60))]
    document = read("---\ntitle: a\n" + "\n".join(lines) + "\n---\n")
    assert len(document.problems) == 100


def test_files_that_cannot_be_read_are_problems(tmp_path: Path) -> None:
    large = tmp_path / "large.md"
    with large.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert "5,000,001 bytes" in read_file(large).problems[0].message
    assert "cannot be read" in read_file(tmp_path / "missing.md").problems[0].message
    assert "not a regular file" in read_file(tmp_path).problems[0].message
    good = tmp_path / "good.md"
    good.write_bytes(FULL)
    assert read_file(good).record == record()


def real_documents() -> list[Path]:
    folder = shared()
    return sorted([*folder.glob("seeds/*.txt"), *folder.glob("eval/seed_documents/*.md")])


def test_real_documents_are_read_and_written_back_byte_for_byte() -> None:
    documents = [read_file(path) for path in real_documents()]
    assert len(documents) == 125
    assert [d.path for d in documents if not d.ok] == []
    for document in documents:
        assert document.record is not None
        assert write_document(document, document.record) == document.raw == Path(document.path).read_bytes()
        assert record(render_document(document.record)) == document.record
        assert record_from_dict(record_to_dict(document.record)) == document.record


def changed_lines(before: bytes, after: bytes) -> list[str]:
    lines = difflib.ndiff(before.decode().split("\n"), after.decode().split("\n"))
    return [line for line in lines if line[0] in "+-"]


@pytest.mark.slow
def test_a_change_deep_in_a_real_document_changes_one_line() -> None:
    changes: list[Callable[[Record], Record]] = [
        lambda r: replace(r, title="New: title"),
        lambda r: replace(r, published=not r.published),
        lambda r: replace(r, provider=replace(r.provider, name="Other")) if r.provider else r,
        lambda r: replace(r, related=(replace(r.related[0], title="Else"), *r.related[1:])) if r.related else r,
        lambda r: replace(r, images=(replace(r.images[0], width=7),)) if r.images else r,
        lambda r: replace(r, topics=("Cameras", *r.topics[1:])) if r.topics else r,
    ]
    for path in real_documents():
        document = read_file(path)
        if document.kind == "page" or document.record is None:
            continue
        for change in changes:
            now = change(document.record)
            written = write_document(document, now)
            assert record(written) == now
            expected = {2, 1} if document.record.published is None else {2}
            assert now == document.record or len(changed_lines(document.raw, written)) in expected, path


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        ({"title": "B"}, ['- title: "Cameras in the metro"   # the headline', '+ title: "B"']),
        ({"quality": None}, ["- quality: 24"]),
        ({"heat": -1}, ["+ heat: -1"]),
        ({"excerpt": 'He said: "no"'}, ['+ excerpt: "He said: \\"no\\""']),
        ({"tags": ("x", "y: z")}, ["+ tags:", "+   - x", '+   - "y: z"', "+ "]),
        ({"topics": ("AI",)}, ["-   - 12:30"]),
        ({"secured": None}, ["- ", '- secured: "C64+/=="']),
        ({"provider": Provider("Example", "example.com")}, ["-   domain: example.org", "+   domain: example.com"]),
        ({"provider": Provider("Example")}, ["-   domain: example.org"]),
        ({"extra": {"mood": "good"}}, ["- mood: 1.10", "+ mood: good"]),
        ({"extra": {}}, ["- mood: 1.10"]),
        ({"body": "New.\n\nText."}, ["- Body text.", "+ New.", "+ Text.", "+ "]),
        ({"body": ""}, ["- Body text."]),
    ],
)
def test_only_the_lines_of_changed_keys_change(change: dict[str, Any], lines: list[str]) -> None:
    document = read(FULL)
    now = replace(record(), **change)
    written = write_document(document, now)
    assert record(written) == now
    assert changed_lines(FULL, written) == lines


def test_related_articles_are_changed_one_by_one() -> None:
    first, second = record().related
    now = replace(record(), related=(replace(first, excerpt="E", quality=None), replace(second, title="Deux")))
    assert changed_lines(FULL, write_document(read(FULL), now)) == [
        '+     excerpt: "E"',
        "-     quality: 3",
        '-   - title: "Two"',
        '+   - title: "Deux"',
    ]


def test_flow_style_is_written_anew() -> None:
    raw = b'---\n{title: "a", quality: 1}\n---\n'
    assert write_document(read(raw), replace(record(raw), quality=2)) == b'---\ntitle: "a"\nquality: 2\n---\n\n'


def test_a_page_becomes_front_matter_when_it_changes() -> None:
    page = "Cameras are coming\n" + "The city will install a thousand cameras by the end of the year. " * 2
    document = read(page)
    assert document.kind == "page"
    assert document.record is not None
    written = write_document(document, replace(document.record, category="news"))
    assert record(written) == replace(document.record, category="news")
    assert write_document(document, document.record) == page.encode()


def test_a_new_document_has_the_style_of_the_format() -> None:
    found = Record(
        title="A «B»: c",
        category="news",
        published_date_time="2022-07-12T13:24:00Z",
        web_url="https://example.org/a?b=1",
        quality=3,
        provider=Provider("The Daily Dot", "dailydot.com"),
        topics=("Computer Vision", "no"),
        related=(Record(title="R", quality=1, provider=Provider("RT")),),
        extra=MappingProxyType({"featuredContent": "<p>"}),
    )
    assert render_document(found).decode() == (
        '---\ncategory: news\ntitle: "A «B»: c"\npublishedDateTime: 2022-07-12T13:24:00Z\n'
        'webUrl: "https://example.org/a?b=1"\nquality: 3\n\nfeaturedContent: "<p>"\n\n'
        "provider:\n  name: The Daily Dot\n  domain: dailydot.com\n\n"
        'topics:\n  - Computer Vision\n  - "no"\n\n'
        'related:\n  - title: "R"\n    provider:\n      name: RT\n    quality: 1\n---\n\n'
    )


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=30)
tricky = st.sampled_from(
    ["no", "~", "1.10", "- a", "a: b", "a #b", "'", '"', "\\", "\n", "\r\n", "\t", " a ", "---", "\x07", "\u2028", "ё"]
)  # fmt: skip
some = texts | tricky | st.tuples(tricky, texts).map("".join)
maybe = st.none() | some
titles = some.filter(lambda title: title.strip())
urls = st.none() | st.sampled_from(["https://example.org/a", "http://пример.рф/б?в=г#д", "https://a.b/%20'\"x"])
numbers = st.none() | st.integers(-999, 10**9)
dates = st.none() | st.sampled_from(["2022-07-12T13:24:00Z", "2022-07-12", "2022-07-12 13:24"])
trees = st.recursive(
    some, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(some, inner, max_size=3), max_leaves=5
)
extras = st.dictionaries(some.map(lambda key: f"x{key}"), trees, max_size=2).map(MappingProxyType)
images = st.builds(
    Image, st.just("https://a.b/c.jpg"), numbers, numbers, maybe, maybe, st.none() | st.booleans(), extras
)
providers = st.none() | st.builds(Provider, some, maybe, st.lists(images, max_size=1).map(tuple), extras)
lists = st.lists(some, max_size=3).map(tuple)


def records(related: st.SearchStrategy[tuple[Record, ...]]) -> st.SearchStrategy[Record]:
    return st.builds(
        Record, title=titles, category=maybe, excerpt=maybe, published_date_time=dates, updated_date_time=dates,
        original_url=urls, web_url=urls, amp_web_url=urls, type=maybe, quality=numbers, heat=numbers,
        published=st.none() | st.booleans(), locale=maybe, provider=providers, topics=lists, tags=lists,
        images=st.lists(images, max_size=2).map(tuple), related=related, secured=maybe, extra=extras,
    )  # fmt: skip


plain_records = records(st.just(()))
all_records = records(st.lists(plain_records, max_size=2).map(tuple))
bodies = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r")).map(str.strip)


@pytest.mark.slow
@given(all_records, bodies)
def test_what_is_rendered_is_read_back(given_record: Record, body: str) -> None:
    whole = replace(given_record, body=body)
    assert record(render_document(whole)) == whole
    assert record_from_dict(record_to_dict(whole)) == whole


@pytest.mark.slow
@given(all_records, all_records)
def test_any_record_can_take_the_place_of_another(before: Record, after: Record) -> None:
    document = read(render_document(before))
    assert record(write_document(document, after)) == after


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda t: f"---\n{t}\n---\n".encode(errors="replace")))
def test_any_bytes_are_read(raw: bytes) -> None:
    document = read(raw)
    assert document.ok or document.problems
    assert all(1 <= problem.line <= raw.count(b"\n") + 1 for problem in document.problems)


def test_json_types_are_taken_and_wrong_ones_refused() -> None:
    found = record_from_dict({"title": "a", "quality": 1, "published": True, "x": {"y": [1, True, None]}, "body": "b"})
    assert (found.quality, found.published, found.body) == (1, True, "b")
    assert found.extra == {"x": {"y": ["1", "true", None]}}
    with pytest.raises(ShapeError, match=r"quality: must be a whole number.*; title: there is no title"):
        record_from_dict({"quality": True})
