"""`backfill gdelt` against a stand-in that answers as GDELT is known to."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from monitor.backfill.gdelt import entry_of, read_answer
from monitor.backfill.queries import query_for
from monitor.relate.types import SeedText
from monitor.relate.vocabulary import shipped
from tests.gdelt import LIMITED, PAGE, Article, Gdelt, hourly
from tests.monitor.cli.conftest import Run
from tests.program import Project
from tests.web import Answer, Web

SINCE = datetime(2024, 1, 1, tzinfo=UTC)
QUERY = '"facial recognition" russia'


def settings(project: Project, gdelt: Gdelt) -> None:
    project.extra = f'[backfill]\nhost_gap = "0s"\ngdelt = "{gdelt.base}"\ngdelt_gap = "0s"\n'
    project.configure([])


def bring(run: Run, *more: object, code: int = 0) -> dict[str, object]:
    result = run("backfill", "gdelt", QUERY, "--since", "2024-01-01", "--until", "2024-02-29", "--json", *more)
    assert result.code == code, result.err
    return dict(result.json)


@pytest.mark.slow
def test_all_of_a_long_time_is_found_though_an_answer_has_250(run: Run, at: Project) -> None:
    with Web() as web:
        gdelt = Gdelt(web, hourly(600, SINCE))
        settings(at, gdelt)
        first = bring(run)
        asked = len(gdelt.asked)
        again = bring(run)

    assert (first["seen"], first["new"], first["finished"]) == (600, 600, True)
    assert (again["new"], again["known"]) == (0, 600)
    assert asked < 30
    widths = {(a["startdatetime"], a["enddatetime"]) for a in gdelt.asked}
    assert len(widths) * 2 == len(gdelt.asked)
    assert {a["maxrecords"] for a in gdelt.asked} == {"250"}


def test_an_article_is_stored_as_its_outlets_with_the_day_on_which_it_was_seen(run: Run, at: Project) -> None:
    with Web() as web:
        settings(
            at,
            Gdelt(
                web,
                [
                    Article(
                        "https://outlet.example/a",
                        "Faces , found : « all »",
                        SINCE,
                        "Russian",
                        "https://m.outlet.example/a",
                    )
                ],
            ),
        )
        bring(run)

    (item,) = at.rows(
        "SELECT title, web_url, published_at, date_quality, provider_domain, origin FROM items WHERE origin = 'backfill'"
    )
    assert tuple(item.values()) == (
        "Faces, found: «all»",
        "https://outlet.example/a",
        "2024-01-01T00:00:00Z",
        "day",
        "outlet.example",
        "backfill",
    )


def test_what_is_more_than_it_gives_of_a_quarter_of_an_hour_is_said(run: Run, at: Project) -> None:
    with Web() as web:
        settings(at, Gdelt(web, hourly(300, SINCE, timedelta(seconds=1))))
        done = bring(run)

    assert done["seen"] == 250
    assert any("there may be more" in str(note) for note in done["notes"])  # type: ignore[attr-defined]


def test_how_far_it_reaches_is_asked_and_said(run: Run, at: Project) -> None:
    with Web() as web:
        gdelt = Gdelt(web, hourly(1_100, SINCE), reach=datetime(2024, 2, 10, 12, tzinfo=UTC))
        settings(at, gdelt)
        done = bring(run)

    assert "reaches back to 2024-02-10 12:00 UTC" in " ".join(done["notes"])  # type: ignore[arg-type]
    assert done["oldest"] == "2024-02-10T12:00:00Z"
    assert min(a["startdatetime"] for a in gdelt.asked[1:]) == "20240210120000"


def test_nothing_is_said_to_be_nothing(run: Run, at: Project) -> None:
    with Web() as web:
        settings(at, Gdelt(web, []))
        done = bring(run)

    assert (done["seen"], done["finished"]) == (0, True)
    assert "GDELT has nothing on this" in " ".join(done["notes"])  # type: ignore[arg-type]


CUT = json.dumps({"articles": [a.as_json() for a in hourly(5, SINCE)]}).encode()[:-40]


@pytest.mark.parametrize(
    "wrong",
    [
        Answer(b"", 429, {"Retry-After": "0"}),
        Answer(b"", 503),
        Answer(LIMITED, 200),
        Answer(LIMITED, 429),
        Answer(PAGE, 200, {"Content-Type": "text/html"}),
        Answer(CUT, 200, {"Content-Type": "application/json"}),
        Answer(b"", 200),
        b'HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{"articles": [',
    ],
    ids=["429", "503", "limited with 200", "limited", "a page with 200", "cut off", "empty", "torn connection"],
)
def test_what_passes_is_asked_again_and_nothing_is_lost(run: Run, at: Project, wrong: Answer | bytes) -> None:
    with Web() as web:
        gdelt = Gdelt(web, hourly(260, SINCE))
        settings(at, gdelt)
        gdelt.wrong = [wrong, wrong]
        done = bring(run)

    assert (done["seen"], done["finished"]) == (260, True)


def test_a_query_that_it_does_not_take_is_said_in_its_words_and_stores_nothing(run: Run, at: Project) -> None:
    with Web() as web:
        settings(at, Gdelt(web, hourly(5, SINCE)))
        result = run("backfill", "gdelt", "ab", "--since", "2024-01-01")

    assert result.code == 1
    assert "The specified phrase is too short." in result.err
    assert at.value("SELECT count(*) FROM items WHERE origin = 'backfill'") == 0


@pytest.mark.slow
def test_it_goes_on_where_it_stopped(run: Run, at: Project) -> None:
    with Web() as web:
        gdelt = Gdelt(web, hourly(600, SINCE))
        settings(at, gdelt)
        bring(run, "--limit", "300")
        stopped = len(gdelt.asked)
        gdelt.wrong = [Answer(PAGE)] * 3
        bring(run, code=1)
        done = bring(run)

    assert done["resumed"]
    assert all(a["sort"] == "datedesc" for a in gdelt.asked[stopped:])
    assert at.value("SELECT count(*) FROM items WHERE origin = 'backfill'") == 600


def test_it_says_first_who_will_learn_what_and_makes_a_query_of_the_seeds(run: Run, at: Project) -> None:
    with Web() as web:
        gdelt = Gdelt(web, [])
        settings(at, gdelt)
        result = run("backfill", "gdelt", "--since", "30d", "--language", "russian")

    assert '"facial recognition"' in result.err.splitlines()[0]
    assert "will learn what you look for" in result.err
    assert gdelt.asked[0]["query"].endswith(" sourcelang:russian")
    assert "russia" in gdelt.asked[0]["query"]


@pytest.mark.parametrize(
    ("seeds", "query"),
    [
        ([], ""),
        (
            [
                ("Facial recognition spreads in Moscow metro", "Russia"),
                ("Russia puts facial recognition on trains", ""),
            ],
            '"facial recognition" (russia OR moscow)',
        ),
    ],
)
def test_a_query_has_what_and_where(seeds: list[tuple[str, str]], query: str) -> None:
    found = query_for([SeedText(str(n), *one) for n, one in enumerate(seeds)], shipped())

    assert found.startswith(query[:20])
    assert ("russia" in found) == bool(seeds)


def test_several_watches_need_a_choice(run: Run, at: Project) -> None:
    (at.path / "seeds" / "other").mkdir()
    (at.path / "seeds" / "other" / "x.md").write_text("---\ntitle: Volcano erupts near Grindavik\n---\n")
    result = run("backfill", "gdelt")

    assert result.code == 2
    assert "--watch" in result.err


@pytest.mark.parametrize(
    ("body", "articles"),
    [
        (b'{"articles": [{"url": "https://e.example/1", "title": "A \\"b\\" c\\d"}]}', 1),
        (b'{"articles": [{"url": "https://e.example/1", "title": "A\tb\nc"}]}', 1),
        (b"\xef\xbb\xbf{ }\n", 0),
    ],
)
def test_headlines_with_odd_characters_are_read(body: bytes, articles: int) -> None:
    answer = read_answer(body)

    assert (len(answer.articles), answer.complaint, answer.broken) == (articles, "", "")


@pytest.mark.parametrize(
    "article", [{}, {"url": "javascript:x", "title": "T"}, {"url": "https://e.example/"}, {"url": 5, "title": None}]
)
def test_what_is_no_article_gives_no_entry(article: dict[str, object]) -> None:
    assert entry_of(article) is None
