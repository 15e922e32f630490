"""What the matcher makes of headlines, for the seeds that come with the program."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.relate.calibration import moved
from monitor.relate.shared_terms import SharedTerms
from monitor.relate.types import Document, SeedText, Taught
from monitor.relate.vocabulary import extended
from seeds import text

SEEDS = [
    SeedText("a", "Murmansk gets comprehensive facial-recognition surveillance system", label="rcinet, 2022-07-12"),
    SeedText(
        "b",
        "Moscow’s leading facial recognition tech to be expanded to 10 other Russian cities",
        label="RT, 2020-09-26",
    ),
    SeedText("c", "Moscow subway to deploy facial recognition surveillance system", label="Meduza, 2020-07-21"),
    SeedText("d", "Russia Expands Nationwide Facial Recognition Network", label="IT Russia, 2025-10-14"),
    SeedText(
        "e",
        "Unregulated use of facial recognition technology continues to spread across Russia",
        label="IFEX, 2021-09-20",
    ),
]
MATTER = SharedTerms("default", SEEDS)


@pytest.mark.parametrize(
    "title",
    [
        "Kazan metro tests facial recognition surveillance system",
        "Facial recognition surveillance spreads to Novosibirsk",
        "Russia to link more cameras to its facial recognition network",
        "Court in Samara refuses to ban face recognition",
        "Система распознавания лиц появится в метро Екатеринбурга",
        "Распознавание лиц на улицах: кого ищут",
    ],
)
def test_the_matter_itself_is_likely(title: str) -> None:
    assert MATTER.judge(Document(title)).score >= 0.8


@pytest.mark.parametrize(
    "title",
    [
        "Minneapolis police stop using facial recognition technology",
        "London deploys facial recognition surveillance system",
        "Полиция Лондона начнет распознавать лица прохожих",
    ],
)
def test_the_same_elsewhere_is_maybe(title: str) -> None:
    assert 0.4 <= MATTER.judge(Document(title)).score < 0.8


@pytest.mark.parametrize(
    "title",
    [
        "Best apple pie recipes for autumn",
        "Russian airline resumes flights to Murmansk",
        "Moscow underground raises fares",
        "В Перми открыли мост после ремонта",
        "Russia faces a shortage of technology",
        "How to turn off face unlock on your tablet",
        "Смартфон с разблокировкой по лицу подешевел",
        "",
    ],
)
def test_one_side_alone_another_field_or_nothing_is_no(title: str) -> None:
    assert MATTER.judge(Document(title)).score < 0.4


def test_the_other_field_may_be_in_the_country_and_is_never_likely() -> None:
    judged = MATTER.judge(Document("Sberbank to let clients pay by face in supermarkets"))
    assert judged.score < 0.8
    assert "paying and shopping, as no seed is" in judged.reason


def test_a_reason_names_what_is_shared_and_with_how_many() -> None:
    judged = MATTER.judge(Document("Facial recognition surveillance spreads to Novosibirsk"))
    assert judged.reason == (
        "Shares “facial recognition” with 5 of 5 seeds and “surveillance” with 2, and is about Russia."
        " Nearest: Meduza, 2020-07-21. Judged on the headline only."
    )
    assert judged.nearest[0][0] == "c"
    assert judged.terms[0].term == "facial recognition"
    assert judged.terms[0].seeds == 5


def test_what_is_missing_is_named_as_well() -> None:
    reason = MATTER.judge(Document("Minneapolis bans facial recognition")).reason
    assert reason.startswith("Facial recognition, but nothing about Russia.")


def test_a_headline_that_says_it_all_is_not_drowned_by_a_long_excerpt() -> None:
    title = "Facial recognition surveillance in Kazan"
    alone = MATTER.judge(Document(title)).score
    long = MATTER.judge(
        Document(title, "The weather was fine and the harvest of apples went well in the villages. " * 4)
    )
    assert long.score >= alone


def test_an_odd_word_of_one_seed_counts_for_next_to_nothing() -> None:
    assert MATTER.judge(Document("Comprehensive guide to subway maps")).score < 0.2


def test_a_matter_without_a_country_has_one_side() -> None:
    seeds = [
        SeedText(str(n), title)
        for n, title in enumerate(
            [
                "Titanfall review: my buddy the robot",
                "Titanfall servers stable on launch day",
                "Titanfall gets day one patch",
                "Why Titanfall matters to Xbox One",
                "Titanfall prepares for the revolution",
            ]
        )
    ]
    matcher = SharedTerms("games", seeds)
    assert matcher.judge(Document("Titanfall patch brings new modes")).score >= 0.8
    assert matcher.judge(Document("Xbox One sales rise")).score < 0.4


def test_stems_that_are_known_already_change_nothing() -> None:
    title, excerpt = "Moscow rolls out facial recognition", "Cameras in the metro"
    said = text.said(title, excerpt, "")
    assert MATTER.judge(Document(title, excerpt, stems=said)) == MATTER.judge(Document(title, excerpt))


def test_the_version_changes_with_the_seeds_and_the_vocabulary() -> None:
    assert SharedTerms("default", SEEDS).version == MATTER.version
    assert SharedTerms("default", SEEDS[:4]).version != MATTER.version
    assert SharedTerms("default", SEEDS, extended(("walrus = морж",))).version != MATTER.version


@pytest.mark.parametrize("seeds", [[], SEEDS[:1]])
def test_none_or_one_seed_is_enough_to_go_on(seeds: list[SeedText]) -> None:
    judged = SharedTerms("default", seeds).judge(Document(SEEDS[0].title))
    assert judged.score >= 0.8 if seeds else judged.score == 0.0


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_gets_a_probability_and_a_reason(title: str, excerpt: str) -> None:
    judged = MATTER.judge(Document(title, excerpt))
    assert 0 <= judged.score <= 1
    assert judged.reason


def test_names_are_known_in_other_letters() -> None:
    seeds = [SeedText(str(n), f"Kudryavtsev {what}") for n, what in enumerate(["resigns", "is praised", "on trial"])]
    matcher = SharedTerms("person", seeds)

    assert matcher.judge(Document("Кудрявцева допросили")).score >= 0.4
    assert matcher.judge(Document("Кудрявого щенка нашли")).score < 0.1


def test_a_line_of_the_glossary_finds_reporting_in_another_language() -> None:
    seeds = [SeedText(str(n), f"Walrus census {what}") for n, what in enumerate(["begins", "delayed", "is over"])]
    title = "Перепись моржей завершена"

    assert SharedTerms("walrus", seeds).judge(Document(title)).score < 0.1
    taught = SharedTerms("walrus", seeds, extended(("walrus census = перепись моржей",))).judge(Document(title))
    assert taught.score >= 0.8
    assert taught.terms[0].term == "walrus census"


# --- what verdicts teach

MARKETS = [
    SeedText(str(n), title)
    for n, title in enumerate(
        [
            "Stocks slip on weak data from China",
            "Oil falls as China exports drop",
            "Wall Street opens lower after news from Asia",
            "Copper tumbles on fears over China",
        ]
    )
]
YES = [
    "Asian shares sink on exports of Beijing",
    "Metals retreat as China trade data disappoint",
    "Miners lead losses after Chinese exports fall",
    "Emerging equities drop on China",
    "Aussie dollar falls with copper",
]
NO = [
    "Boeing drags stocks lower",
    "Chiquita shares jump on merger",
    "Stocks to watch: Apple falls",
    "Five years after stock lows, bull runs on",
    "McDonald's shares slip on sales",
]


def test_ten_verdicts_move_what_is_like_them() -> None:
    taught = [Taught(yes=True, title=title) for title in YES] + [Taught(yes=False, title=title) for title in NO]
    before, after = SharedTerms("m", MARKETS), SharedTerms("m", MARKETS, taught=taught)

    wanted, unwanted = Document("Metals and equities sink on Chinese trade"), Document("Boeing stocks fall again")
    assert after.judge(wanted).score >= 0.8
    assert after.judge(unwanted).score < before.judge(unwanted).score / 2
    assert after.version != before.version


def test_a_verdict_or_two_teach_nothing_yet() -> None:
    taught = [Taught(yes=False, title=title) for title in NO[:3]]
    assert SharedTerms("m", MARKETS, taught=taught).version == SharedTerms("m", MARKETS).version


def test_verdicts_move_the_curve_and_never_out_of_hand() -> None:
    unmoved = moved([])
    assert unmoved.offset == 0
    assert moved([(-1.0, True)] * 10).offset > 0.5
    assert moved([(1.0, False)] * 10).offset < -0.5
    assert abs(moved([(30.0, False)] * 500).offset) <= 3
    assert unmoved.probability(100) == unmoved.probability(50) < 1


@pytest.mark.parametrize(
    "title",
    [
        "Russia plans AI to spot protesters in crowds",
        "In crowds AI is to spot protesters, says Russia",
        "В Ярославле внедрят систему, которая находит преступников в толпе",
        "Камеры помогли полиции Челябинска задержать людей из федерального розыска",
    ],
)
def test_words_together_say_a_term_in_whatever_order(title: str) -> None:
    assert MATTER.judge(Document(title)).score >= 0.8


@pytest.mark.parametrize("title", ["AI finds tumours in patients", "Police find missing hiker", "Камеры сняли лису"])
def test_some_of_the_words_that_say_a_term_together_do_not_say_it(title: str) -> None:
    assert "facial recognition" not in MATTER.judge(Document(title)).reason.lower()


def test_whom_a_headline_names_says_where_it_is_and_is_no_name_of_the_place() -> None:
    amazon = MATTER.judge(Document("Amazon запретила полиции использовать распознавание лиц"))
    assert amazon.reason.startswith("Facial recognition, but nothing about Russia.")
    assert MATTER.judge(Document("Роскомнадзор проверил систему распознавания лиц")).score >= 0.8


def test_a_place_that_only_the_language_tells_is_said_so() -> None:
    reason = MATTER.judge(Document("Распознавание лиц на улицах: кого ищут")).reason
    assert "with 5 of 5 seeds, in Russian and naming no other country." in reason


def test_names_are_written_as_seeds_write_them() -> None:
    seeds = [
        SeedText("a", "JetBlue ends deal"),
        SeedText("b", "Deal of JetBlue is off"),
        SeedText("c", "What JetBlue loses"),
    ]
    assert "“JetBlue”" in SharedTerms("m", seeds).judge(Document("Jetblue shares fall")).reason


def test_other_facial_recognition_in_the_country_is_not_shown() -> None:
    assert MATTER.judge(Document("Кафе в Казани принимает оплату улыбкой")).score < 0.4
