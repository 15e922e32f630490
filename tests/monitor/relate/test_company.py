"""What reports in like words do to a judgement."""

from __future__ import annotations

import pytest

from monitor.relate.company import Reported, company, report
from monitor.relate.shared_terms import SharedTerms
from monitor.relate.types import Company, Document, SeedText
from monitor.relate.vocabulary import shipped

FERRY = SharedTerms(
    "ferry",
    [
        SeedText("a", "Ferry runs aground off Bornholm with 200 aboard"),
        SeedText("b", "Passengers evacuated after ferry grounding off Bornholm"),
        SeedText("c", "Bornholm ferry refloated after grounding"),
    ],
)
MATTER = SharedTerms(
    "default",
    [
        SeedText("a", "Moscow subway to deploy facial recognition surveillance system"),
        SeedText("b", "Russia expands nationwide facial recognition network"),
        SeedText("c", "Murmansk gets facial-recognition surveillance system"),
    ],
)
ON_IT, NOT_ON_IT = Company(0.95, 6.0, 12, 12), Company(0.02, 6.0, 12, 0)


def reported(*titles: str, most: int = 100) -> Reported:
    found = Reported(most)
    for number, title in enumerate(titles):
        found.add(report(number, title, shipped()))
    return found


def judged(matcher: SharedTerms, title: str, kept: Company | None = None) -> float:
    return matcher.judge(Document(title, company={matcher.watch: kept} if kept else {})).score


class TestNear:
    def test_what_shares_rare_words_in_any_form_is_near_and_the_more_the_nearer(self) -> None:
        all_of_it = reported(
            "Ferry grounded off Bornholm", "Ferries off Bornholm were grounded", "Bornholm hotels full", "Taxes rise"
        )
        near = all_of_it.near(all_of_it[0])

        assert list(near) == [1, 2]
        assert near[1] > 0.9 > near[2] >= 0.25

    def test_in_another_language_by_the_words_for_the_same(self) -> None:
        both = reported("Facial recognition in the metro", "Распознавание лиц в метро")

        assert both.near(both[0])[1] > 0.9

    def test_what_shares_but_the_commonest_words_is_not(self) -> None:
        assert not (all_of_it := reported("The first day of the year", "Year of the first ferry to Rønne")).near(
            all_of_it[0]
        )

    def test_a_headline_that_says_nothing_stands_near_nothing(self) -> None:
        assert reported("", "!!!", "the of and").near(report(9, "the of and", shipped())) == {}

    def test_only_the_latest_are_there(self) -> None:
        latest = reported(*["Ferry grounded off Bornholm"] * 5, most=3)

        assert [n in latest for n in range(5)] == [False, False, True, True, True]
        assert set(latest.near(latest[4])) == {2, 3}

    def test_another_headline_takes_the_place_of_what_it_was(self) -> None:
        found = reported("Ferry grounded off Bornholm", "Bornholm ferry grounded")
        found.add(report(1, "Taxes rise again", shipped()))

        assert found.near(found[0]) == {}


def test_company_is_the_mean_of_scores_the_nearer_the_more() -> None:
    assert company({1: 0.9, 2: 0.3}, {1: 1.0}) == Company(0.75, 1.2, 2, 1)
    assert company({}, {1: 1.0}) is None


class TestJudged:
    def test_in_good_company_it_is_more_in_bad_less_likely(self) -> None:
        title = "Passengers of the ferry tell of a long night"
        alone = judged(FERRY, title)

        assert judged(FERRY, title, NOT_ON_IT) < alone < judged(FERRY, title, ON_IT)

    def test_the_more_there_is_the_more_it_counts(self) -> None:
        title = "Passengers of the ferry tell of a long night"
        several = [judged(FERRY, title, Company(0.95, weight, 3, 3)) for weight in (0.3, 1, 5, 50)]

        assert several == sorted(several)

    def test_what_shares_nothing_is_shown_but_never_likely(self) -> None:
        assert 0.4 <= judged(FERRY, "Captain arrested", Company(1.0, 500.0, 900, 900)) < 0.8

    def test_of_a_matter_with_sides_it_only_speaks_for_an_article(self) -> None:
        title = "Moscow metro tests cameras that know passengers"

        assert judged(MATTER, title, NOT_ON_IT) == judged(MATTER, title)
        assert judged(MATTER, title, ON_IT) >= judged(MATTER, title)

    @pytest.mark.parametrize("title", ["Minneapolis bans facial recognition", "Taxes rise", "Moscow theatre reopens"])
    def test_and_changes_nothing_of_what_its_sides_ask_for(self, title: str) -> None:
        assert judged(MATTER, title, ON_IT) < 0.8
        assert (judged(MATTER, title, ON_IT) < 0.4) == (judged(MATTER, title) < 0.4)

    def test_headlines_that_tell_of_other_places_are_no_company_there(self) -> None:
        assert MATTER.stands("Facial recognition in Kazan")
        assert MATTER.stands("Распознавание лиц в метро")
        assert not MATTER.stands("Facial recognition in Oslo")
        assert FERRY.stands("Anything at all")


class TestReason:
    title = "Passengers of the ferry tell of a long night"

    @pytest.mark.parametrize(
        ("kept", "said"),
        [
            (ON_IT, "All 12 reports in like words are on the matter."),
            (Company(0.8, 6.0, 12, 1), "Of 12 reports in like words 1 is on the matter."),
            (NOT_ON_IT, "But of 12 reports in like words none are on the matter."),
            (Company(0.1, 6.0, 12, 2), "But of 12 reports in like words only 2 are on the matter."),
            (Company(0.99, 0.9, 1, 1), "The one report in like words is on the matter."),
            (Company(0.0, 0.9, 1, 0), "But the one report in like words is not on the matter."),
        ],
    )
    def test_says_what_it_did(self, kept: Company, said: str) -> None:
        assert said in FERRY.judge(Document(self.title, company={"ferry": kept})).reason

    def test_says_nothing_where_it_did_nothing(self) -> None:
        kept = Company(0.5, 0.01, 1, 0)

        assert "like words" not in FERRY.judge(Document(self.title, company={"ferry": kept})).reason

    def test_what_it_would_be_without_is_told(self) -> None:
        others = dict(FERRY.instead(Document(self.title, company={"ferry": ON_IT})))

        assert others["Without what was reported in like words"] == judged(FERRY, self.title)

    def test_the_company_is_kept_with_the_judgement(self) -> None:
        parts = FERRY.judge(Document(self.title, company={"ferry": ON_IT})).parts

        assert parts["company"] == [0.95, 6.0, 12, 12]
        assert parts["alone"] == round(judged(FERRY, self.title), 4)
