"""What the first matcher makes of headlines, for the seeds that come with the program."""

from __future__ import annotations

import pytest

from monitor.relate.shared_terms import SharedTerms
from monitor.relate.types import Document, SeedText
from monitor.relate.vocabulary import parse

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
        "Система распознавания лиц появится в метро Екатеринбурга",
    ],
)
def test_the_matter_itself_is_likely(title: str) -> None:
    assert MATTER.judge(Document(title)).score >= 0.8


@pytest.mark.parametrize(
    "title",
    [
        "Minneapolis police stop using facial recognition technology",
        "London deploys facial recognition surveillance system",
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
        "",
    ],
)
def test_one_side_alone_or_none_is_no(title: str) -> None:
    assert MATTER.judge(Document(title)).score < 0.4


def test_a_reason_names_what_is_shared_and_with_how_many() -> None:
    judged = MATTER.judge(Document("Facial recognition surveillance spreads to Novosibirsk"))
    assert judged.reason == (
        "Shares “facial recognition” with 5 of 5 seeds and “surveillance” with 2. About Russia."
        " Nearest: IFEX, 2021-09-20. Judged on the headline only."
    )
    assert judged.nearest[0][0] == "e"
    assert judged.terms[0].term == "facial recognition"
    assert judged.terms[0].seeds == 5


def test_what_is_missing_is_named_as_well() -> None:
    assert "Nothing about Russia." in MATTER.judge(Document("Minneapolis bans facial recognition")).reason
    assert MATTER.judge(Document("Moscow underground raises fares")).reason.startswith("Russia, but nothing else")


def test_an_odd_word_of_one_seed_counts_for_next_to_nothing() -> None:
    assert MATTER.judge(Document("Comprehensive guide to subway maps")).score < 0.2


def test_the_version_changes_with_the_seeds() -> None:
    assert SharedTerms("default", SEEDS).version == MATTER.version
    assert SharedTerms("default", SEEDS[:4]).version != MATTER.version


@pytest.mark.parametrize("seeds", [[], SEEDS[:1]])
def test_none_or_one_seed_is_enough_to_go_on(seeds: list[SeedText]) -> None:
    judged = SharedTerms("default", seeds).judge(Document(SEEDS[0].title))
    assert judged.score >= 0.8 if seeds else judged.score == 0.0


def test_a_wrong_line_of_a_vocabulary_is_named() -> None:
    with pytest.raises(ValueError, match="line 2"):
        parse(["a = b", "nonsense"])
