"""What rules speak of, and what they do to verdicts."""

from __future__ import annotations

import pytest

from db.rows import Subject
from monitor.pipeline.rules import first_covering, made


def article(title: str = "", **said: object) -> Subject:
    known = {"excerpt": "", "text": "", "judged_on": "headline", "provider_name": None, "provider_domain": None}
    return Subject(
        **{"id": 1, "origin": "feed", "title": title, **known, "story_id": None, "root_id": 1, "read": False, **said}
    )  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "there", "covers"),
    [
        ("camera", article("Cameras everywhere"), True),
        ("camera", article("Cameraman wins prize"), False),
        ("камера", article("В метро установят камеры"), True),
        ("елка", article("Ёлки подорожали"), True),
        ('"facial recognition"', article("Recognition of facial cues"), False),
        ('"facial recognition"', article("x", excerpt="Facial-recognition cameras"), True),
        ('title:"facial recognition"', article("x", excerpt="facial recognition"), False),
        ("camera NOT (metro OR subway)", article("Camera in the subway"), False),
        ("camera NOT (metro OR subway)", article("Camera in the park"), True),
        ("outlet:example.com", article(provider_domain="example.com"), True),
        ("outlet:example.com", article(provider_domain="other-example.com"), False),
        ('outlet:"metro herald"', article(provider_name="The Metro Herald"), True),
        ("language:ru", article(language="ru"), True),
        ("language:ru", article(), False),
        ("url:/opinion/", article(web_url="https://example.com/Opinion/1"), True),
        ("date:2024-05", article(published_at="2024-05-31T10:00:00Z"), True),
        ("date:<2024-05-31", article(published_at="2024-05-31T10:00:00Z"), False),
        ("date:>=2024", article(), False),
    ],
)
def test_speaks_of(rule: str, there: Subject, covers: bool) -> None:
    assert (first_covering(made([rule], []), there) is not None) is covers


def test_what_drops_counts_more_than_what_keeps_and_seeds_are_left_alone() -> None:
    these = made(["camera"], ["wildlife"])
    found = first_covering(these, article("Wildlife camera"))
    assert found is not None
    assert found.do == "drop"
    assert first_covering(these, article("Wildlife camera", origin="seed")) is None
