"""Saved pages as plain text give title, date, lead, body and site, and nothing they do not say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeds.document import read_document, read_file, render_document
from seeds.page import read_page
from seeds.page_date import find_date
from seeds.record import Record
from tests.seeds.data import shared

LEAD = "The city will connect its street cameras to a system that knows faces, the mayor said."
BODY = "Officials promise fewer crimes; lawyers warn that nobody was asked and that nothing limits the use of the data."
WRAPPED = """The city will connect its street cameras to a system that
knows faces, the mayor said on the day before the holidays,
when Nobody was listening."""
RU_LEAD = "Власти города подключат уличные камеры к системе, которая узнаёт лица, сообщил мэр."
RU_BODY = "Чиновники обещают снижение преступности, а юристы напоминают, что согласия горожан никто не спрашивал."


def page(text: str) -> Record:
    record, problems = read_page(text)
    assert record is not None, problems
    return record


def test_the_saved_page_of_the_shipped_seeds() -> None:
    document = read_file(shared() / "seeds/003_f92fe318db36bed7.txt")
    assert document.ok
    assert document.kind == "page"
    assert document.record is not None
    record = document.record
    assert record.title == "Russia Expands Nationwide Facial Recognition Network"
    assert record.published_date_time == "2025-10-14T07:45:00"
    assert record.provider is not None
    assert record.provider.name == "IT Russia"
    assert (record.excerpt or "").startswith("Regional governments are upgrading thousands of street cameras")
    paragraphs = record.body.split("\n\n")
    assert [p for p in paragraphs if len(p) < 60] == ["Moscow Set the Template", "A Growing Digital Infrastructure"]
    assert paragraphs[0].startswith("Kemerovo Oblast")
    assert paragraphs[-1].endswith("but interprets it.")
    assert len(paragraphs) == 7
    assert {record.web_url, record.original_url, record.provider.domain} == {None}
    assert read_document(render_document(record), "x.md").record == record


PAGES = {
    "browser title last": (
        f"""
Menu
Politics
Cameras will know every face
October 14, 2025
{LEAD}

Background

{BODY}
Share
Facebook
Latest news
Mayor opens a bridge that nobody had asked for in the last twenty years, and closes it again.
Cameras will know every face | City Desk | The Daily Camera
""",
        ("Cameras will know every face", "The Daily Camera", "2025-10-14", [LEAD, "Background", BODY]),
    ),
    "browser title first, dash": (
        f"""Cameras – and lenses – will know every face – The Daily Camera
The Daily Camera
Cameras – and lenses – will know every face
By A. Writer
Published: 14 October 2025 at 07:45 UTC

{LEAD}

Photo: Somebody / Agency

{BODY}

© 2025 The Daily Camera. All rights reserved.
""",
        ("Cameras – and lenses – will know every face", "The Daily Camera", "2025-10-14T07:45:00Z", [LEAD, BODY]),
    ),
    "Russian, site before the title": (
        f"""Новости Города — Камеры узнают каждого в лицо
Главная
Общество
14 октября 2025, 07:45
Камеры узнают каждого в лицо
{RU_LEAD}

Читайте также
Как устроен город, в котором живут наши читатели

{RU_BODY}

Комментарии
Мне это не нравится, потому что раньше было лучше, и вообще, зачем нам столько камер на улицах?
""",
        ("Камеры узнают каждого в лицо", "Новости Города", "2025-10-14T07:45:00", [RU_LEAD, RU_BODY]),
    ),
    "Russian, numbers for a date": (
        f"""07:45 14.10.2025 (МСК)
Камеры узнают «каждого» в лицо
{RU_LEAD}
{RU_BODY}
Камеры узнают каждого в лицо - Вестник
""",
        ("Камеры узнают «каждого» в лицо", "Вестник", "2025-10-14T07:45:00+03:00", [RU_LEAD, RU_BODY]),
    ),
    "Markdown without front matter": (
        f"# Cameras will know every face\n\n2025-10-14 07:45\n\n{LEAD}\n\n## Background\n\n{BODY}\n",
        ("Cameras will know every face", None, "2025-10-14T07:45:00", [LEAD, "## Background", BODY]),
    ),
    "wrapped lines, no site, no date": (
        f"Cameras will know every face\n\n{WRAPPED}\n",
        ("Cameras will know every face", None, None, [WRAPPED.replace("\n", " ")]),
    ),
    "title and site in one line only": (
        f"Cameras will know every face | The Daily Camera\n\n{LEAD}\n\n{BODY}\n",
        ("Cameras will know every face", "The Daily Camera", None, [LEAD, BODY]),
    ),
    "a dash that is no site": (
        f"Moscow — a city of cameras\n\n{LEAD}\n\n{BODY}\n",
        ("Moscow — a city of cameras", None, None, [LEAD, BODY]),
    ),
    "line ends of other systems": (
        f"Cameras will know every face\r\n\r\n{LEAD}\r\n\r\n{BODY}\r\n",
        ("Cameras will know every face", None, None, [LEAD, BODY]),
    ),
}


@pytest.mark.parametrize(("text", "expected"), PAGES.values(), ids=PAGES.keys())
def test_pages(text: str, expected: tuple[str, str | None, str | None, list[str]]) -> None:
    record = page(text)
    site = record.provider.name if record.provider else None
    paragraphs = [record.excerpt, *record.body.split("\n\n")] if record.body else [record.excerpt]
    assert (record.title, site, record.published_date_time, paragraphs) == expected
    assert record.web_url is None


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("07:45, 14 October 2025", "2025-10-14T07:45:00"),
        ("14 October 2025, 07:45", "2025-10-14T07:45:00"),
        ("Tue, 14 Oct 2025 07:45:10 GMT", "2025-10-14T07:45:10Z"),
        ("October 14, 2025", "2025-10-14"),
        ("Oct. 14th, 2025 7:45 p.m.", "2025-10-14T19:45:00"),
        ("Updated Sept 4, 2025 at 12:05 AM", "2025-09-04T00:05:00"),
        ("14 октября 2025, 07:45", "2025-10-14T07:45:00"),
        ("14 октября 2025 г. в 7:45", "2025-10-14T07:45:00"),
        ("1 мая 2025", "2025-05-01"),
        ("9 июня 2025, 23:59 мск", "2025-06-09T23:59:00+03:00"),
        ("2025-10-14 07:45", "2025-10-14T07:45:00"),
        ("2025-10-14T07:45:10Z", "2025-10-14T07:45:10Z"),
        ("2025-10-14T07:45:10+03:00", "2025-10-14T07:45:10+03:00"),
        ("14.10.2025 07:45", "2025-10-14T07:45:00"),
        ("14.10.2025", "2025-10-14"),
        ("31 February 2025", None),
        ("14 October 2025, 27:45", None),
        ("May 2025", None),
        ("12:30", None),
        ("Decision 14 of 2025", None),
        ("In " + "a" * 100 + " 14 October 2025", None),
    ],
)
def test_dates_of_pages(line: str, date: str | None) -> None:
    assert find_date(["News", line, "1 January 2020"]) == (date or "2020-01-01")


@pytest.mark.parametrize("text", ["buy milk\n", "a,b,c\n1,2,3\n", "#\n", "https://example.org/a\n", "---no\n", "{}"])
def test_what_is_no_page_is_refused(text: str) -> None:
    record, problems = read_page(text)
    assert record is None
    assert problems[0].line == 1


@given(
    st.lists(st.sampled_from(["", LEAD, RU_BODY, "A | B", "Cameras in town", "# x", "12:30", "like", "- "]) | st.text())
)
def test_any_lines_are_read(lines: list[str]) -> None:
    record, problems = read_page("\n".join(lines))
    assert (record is None) == bool(problems)
    assert record is None or record.title.strip()
