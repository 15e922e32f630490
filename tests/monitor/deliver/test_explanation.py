from zoneinfo import ZoneInfo

import pytest

from monitor.deliver.explanation import percent, sentences, would_change
from monitor.deliver.unseen import best_verdict, gather

VERDICT = {
    "watch": "default",
    "verdict": "maybe",
    "relevance": 0.5,
    "reason": "Shares “x” with 2 of 3 seeds.",
    "decided_by": "rule",
    "judged_on": "excerpt",
}
YOURS = {"decided_by": "user", "decided_at": "2026-11-21T12:00:00Z", "a": "article:me", "b": "", "id": "d1"}
ARTICLE = {
    "uid": "me",
    "title": "Mine",
    "origin": "feed",
    "verdicts": [VERDICT],
    "seed_documents": [],
    "copy_of": None,
    "copies": [],
    "decisions": [],
    "sightings": 0,
}


@pytest.mark.parametrize(
    ("share", "words"), [(0, "0 %"), (0.29, "29 %"), (0.7999, "79 %"), (0.8, "80 %"), (0.999, "99 %"), (1, "100 %")]
)
def test_percent_is_never_above_what_it_is(share: float, words: str) -> None:
    assert percent(share) == words


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "Maybe (50 %). Shares “x” with 2 of 3 seeds. Judged on headline and excerpt."),
        (
            {"verdicts": [{**VERDICT, "reason": "Judged on the headline only.", "judged_on": "headline"}]},
            "Maybe (50 %). Judged on the headline only.",
        ),
        (
            {"verdicts": [VERDICT, {**VERDICT, "watch": "omsk", "judged_on": "text"}]},
            "For omsk: Maybe (50 %). Shares “x” with 2 of 3 seeds. Judged on headline, excerpt and text.",
        ),
        ({"verdicts": []}, "Not judged: there was no seed to compare it with."),
        (
            {
                "decisions": [
                    {**YOURS, "kind": "relevance", "method": "yes", "b": "watch:omsk", "evidence": {}},
                    {
                        **YOURS,
                        "kind": "relevance",
                        "method": "no",
                        "b": "watch:omsk",
                        "evidence": {"because": "sport."},
                    },
                ]
            },
            "On 2026-11-21 you said no for omsk, because sport (decision d1).",
        ),
        (
            {
                "decisions": [
                    {
                        **YOURS,
                        "kind": "identity",
                        "method": "different",
                        "a": "article:it",
                        "b": "article:me",
                        "evidence": {"title": "Theirs", "other": {"title": "Mine"}},
                    }
                ]
            },
            "On 2026-11-21 you said that it is neither the same article as “Theirs” (it) nor a copy (decision d1).",
        ),
        (
            {
                "decisions": [
                    {
                        **YOURS,
                        "kind": "identity",
                        "method": "same",
                        "b": "article:me",
                        "evidence": {"title": "Mine", "other": {"title": "Theirs"}},
                    }
                ]
            },
            "On 2026-11-21 you said that it is the same article as “Theirs” (decision d1).",
        ),
        (
            {"decisions": [{**YOURS, "kind": "mute", "method": "mute", "evidence": {"until": "2026-12-01T00:00:00Z"}}]},
            "On 2026-11-21 you said to mute its story until the end of 2026-11-30 (decision d1).",
        ),
        (
            {"copy_of": {"uid": "u", "title": "T", "origin": "seed", "method": "title and excerpt"}},
            "A copy of the seed “T” (u), recognised by title and excerpt.",
        ),
        (
            {"copy_of": {"uid": "u", "title": "T", "origin": "feed", "method": None, "provider_name": "Wire"}},
            "A copy of “T” at Wire (u).",
        ),
        (
            {
                "copy_of": {
                    "uid": "u",
                    "title": "T",
                    "origin": "feed",
                    "method": "excerpt",
                    "evidence": {"excerpt_in_common": 0.9, "headlines_alike": 0.5, "days_apart": 0.5},
                }
            },
            "A copy of “T” (u), recognised by headlines alike by 50 % over the same words (90 % of the shorter excerpt, 0.5 days apart).",
        ),
        (
            {
                "copy_of": {
                    "uid": "u",
                    "title": "T",
                    "origin": "feed",
                    "method": "title and syndicator",
                    "evidence": {"syndicator": "msn.com", "days_apart": 2},
                }
            },
            "A copy of “T” (u), recognised by its headline, at msn.com, which only shows what others wrote, 2 days apart.",
        ),
        (
            {"copies": [{"uid": "u", "provider_name": None}, {"uid": "v", "provider_name": "Daily"}]},
            "Its text was also found at 2 other addresses: u, Daily.",
        ),
        ({"sightings": 1}, "Seen as 1 entry of feeds."),
        (
            {"deleted_at": "2026-11-21T12:00:00Z", "deleted_by": "withdrawn"},
            "No longer shown. Nothing speaks of it any more (2026-11-21 12:00 UTC).",
        ),
    ],
)
def test_says(changed: dict, expected: str) -> None:
    assert expected in sentences({**ARTICLE, **changed})


def test_times_are_said_in_the_zone_of_the_newsroom() -> None:
    late = {**YOURS, "decided_at": "2026-11-21T22:30:00Z"}
    page = {"paywalled": None, "changed_at": "2026-11-21T22:30:00Z", "state": "gone", "read_at": "x"}
    about = {
        **ARTICLE,
        "verdicts": [{**VERDICT, "muted_until": "2026-11-30T21:00:00Z"}],
        "decisions": [{**late, "kind": "mute", "method": "mute", "evidence": {"until": "2026-11-30T21:00:00Z"}}],
        "pages": [{**page, "since": "2026-11-21T22:30:00Z", "reason": "Gone."}],
        "deleted_at": "2026-11-21T22:30:00Z",
        "deleted_by": "user",
    }
    said = "\n".join(sentences(about, ZoneInfo("Europe/Moscow")))

    assert "2026-11-21" not in said
    assert "Z" not in said
    assert said.count("2026-11-22 01:30 MSK") == 3
    assert said.count("the end of 2026-11-30") == 2
    assert "On 2026-11-22 you said to mute" in said


def row(uid: str, verdict: str = "maybe", root: str | None = None, watch: str = "default") -> dict:
    return {"uid": uid, "verdict": verdict, "copy_of_uid": root, "watch": watch}


def test_copies_stand_under_their_root_where_it_is_new_too() -> None:
    gathered = gather(
        [row("copy", "likely", "root"), row("alone", "likely", "elsewhere"), row("root"), row("root", watch="b")]
    )

    assert [article.row["uid"] for article in gathered] == ["root", "alone"]
    assert [copy["uid"] for copy in gathered[0].copies] == ["copy"]
    assert gathered[0].watches == ["default", "b"]
    assert [best_verdict(article) for article in gathered] == ["likely", "likely"]


@pytest.mark.parametrize(
    ("verdict", "score", "others", "says"),
    [
        (
            "maybe",
            0.55,
            [("Without “x”", 0.1)],
            ["Without “x”, it would be no (10 %).", "With `relevance.likely = 0.55` it would be likely."],
        ),
        (
            "no",
            0.3,
            [("If it were about Russia", 0.9)],
            ["If it were about Russia, it would be likely (90 %).", "With `relevance.maybe = 0.3` it would be maybe."],
        ),
        ("likely", 0.9, [("Without “x”", 0.85)], ["With `relevance.likely` above 0.9 it would be maybe."]),
        ("no", 0.0, [], []),
    ],
)
def test_what_would_have_changed_a_verdict(verdict: str, score: float, others: list, says: list[str]) -> None:
    assert would_change(verdict, score, others, likely=0.8, maybe=0.4) == says


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://news.google.com/rss/articles/CBMiakFVX3lxTE9aQm1fNVdRZ3hYc0V2d2p3bU9yZ2JmX0lBbE5f", True),
        ("https://t.co/abc", True),
        ("https://volga.example/news/2026/kazan-metro", False),
        (None, False),
    ],
)
def test_an_address_that_only_leads_on_is_called_that(url: str | None, said: bool) -> None:
    told = [s for s in sentences({**ARTICLE, "web_url": url}) if "does not say where it leads" in s]

    assert bool(told) is said
