"""Whom texts name as their source."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.normalise.credits import credits_of
from tests.pages import ENGLISH, RUSSIAN


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("MOSCOW, Nov 20 (Reuters) - Police in Moscow said on Friday that cameras work.", ["Reuters"]),
        ("MOSCOW (AP) — Officials said Monday they would go on.", ["AP"]),
        ("МОСКВА, 20 ноября. /ТАСС/. Столичные власти запустили камеры.", ["ТАСС"]),
        ("МОСКВА, 20 ноя — РИА Новости. Столичные власти запустили камеры.", ["РИА Новости"]),
        ("Камеры поставят к зиме.\nПодробности уточняются. /Интерфакс/", ["Интерфакс"]),
        ("The cameras were bought last year, reports the BBC Russian Service.", ["BBC Russian Service"]),
        ("As The Moscow Times reported earlier, there were none.", ["The Moscow Times"]),
        ("According to Radio Liberty's Russian Service, there were many.", ["Radio Liberty Russian Service"]),
        ("It was first reported by the Kyiv Evening News on Friday.", ["Kyiv Evening News"]),
        ("Камеры установят до конца года, сообщает «Интерфакс».", ["Интерфакс"]),
        ("Об этом сообщает Интерфакс.", ["Интерфакс"]),
        ("Как пишет издание «Вёрстка», камеры стоят давно.", ["Вёрстка"]),
        ("Со ссылкой на агентство «Москва» об этом передаёт ТАСС.", ["Москва", "ТАСС"]),
        ("\n".join(ENGLISH), ["BBC Russian Service"]),
        ("\n".join(RUSSIAN), ["Интерфакс"]),
    ],
)
def test_newsrooms_are_named(body: str, names: list[str]) -> None:
    assert [credit.name for credit in credits_of(body)] == names


@pytest.mark.parametrize(
    "body",
    [
        "",
        "According to Sergei Sobyanin, the cameras work.",
        "Police in Moscow (the capital) - and elsewhere - use them.",
        "Об этом сообщил мэр Собянин.",
        "По данным полиции, камер нет.",
        "He told the court that the report was wrong.",
        "Cameras (see picture): none.",
    ],
)
def test_people_and_offices_are_no_newsrooms(body: str) -> None:
    assert credits_of(body) == ()


def test_a_credit_says_by_which_words_and_comes_once() -> None:
    body = "First. The cameras work, reports the BBC Russian Service. More is known.\nReuters reported it, reports the BBC Russian Service."

    found = credits_of(body)

    assert [(c.name, c.how) for c in found] == [("BBC Russian Service", "report"), ("Reuters", "report")]
    assert found[0].quote == "The cameras work, reports the BBC Russian Service."


@given(st.text(max_size=400))
def test_any_text_is_survived(body: str) -> None:
    assert len(credits_of(body)) <= 10


def test_a_long_text_of_capitals_takes_no_time() -> None:
    assert credits_of("reports A" + " Aa" * 100_000) == ()


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("The city will act. (Reporting by Reuters)", ["Reuters"]),
        ("The city will act.\nSource: Reuters", ["Reuters"]),
        ("Власти закупят камеры.\nИсточник: ТАСС", ["ТАСС"]),
        ("The city will act. Additional reporting by Reuters.", []),
        ("The city will act.\nPhoto source: Reuters", []),
        ("The city will act. (Reporting by Ann Smith; editing by Bob Jones)", []),
    ],
)
def test_whom_a_last_line_names(body: str, names: list[str]) -> None:
    assert [credit.name for credit in credits_of(body)] == names
