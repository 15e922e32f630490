import pytest

from monitor.normalise.language import declared, language_of

RUSSIAN = "Система распознавания лиц в московском метро помогла полиции задержать участников протестной акции"
ENGLISH = "Moscow police used the facial recognition system in the metro to detain people on their way to a protest"
GERMAN = "Die Moskauer Polizei nutzt die Gesichtserkennung in der Metro, um Teilnehmer der Proteste festzunehmen"


@pytest.mark.parametrize(
    ("text", "declaration", "language"),
    [
        (RUSSIAN, None, "ru"),
        (ENGLISH, None, "en"),
        (GERMAN, None, "de"),
        (RUSSIAN, "ru", "ru"),
        (RUSSIAN, "en", "ru"),
        (ENGLISH, "ru", "en"),
        (GERMAN, "en", "en"),
        ("Слежка", "en", "ru"),
        ("Слежка за людьми", "en", "ru"),
        ("Слежка за людьми", None, "ru"),
        # Short Russian pages were taken for Ukrainian; letters that only one of the two has are proof.
        ("Камеры в метро Киева", None, "ru"),
        ("Суд принял жалобу на камеры в метро", None, "ru"),
        ("Мэрия объявила, что камеры поставят на всех вокзалах", None, "ru"),
        ("Мэрия объявила, что камеры поставят на всех вокзалах", "uk", "ru"),
        ("Громадяни просять уряд пояснити, навіщо камери в метро", None, "uk"),
        ("Громадяни просять уряд пояснити, навіщо їм камери в метро", "ru", "uk"),
        ("Київ обстріляли", None, "uk"),
        ("У Мінску ўсталявалі камеры", None, "be"),
        ("Полицията използва камери за лицево разпознаване в метрото на София и отказва да каже защо", None, "bg"),
        (
            "Полиция задержала Володимира Зеленського у вокзала, говорят очевидцы и активисты; это его ошибка",
            None,
            "ru",
        ),
        ("Face ID", None, None),
        ("", "ru", "ru"),
        ("", None, None),
        ("12:30", None, None),
    ],
)
def test_language(text: str, declaration: str | None, language: str | None) -> None:
    assert language_of(text, declaration) == language


@pytest.mark.parametrize(
    ("codes", "code"),
    [
        (("en-US",), "en"), (("RU_ru",), "ru"), ((" de ",), "de"), (("rus",), "ru"), (("english", "fr"), "fr"),
        ((None, ""), None), (("x",), None), ((5, "en"), "en"),
    ],
)  # fmt: skip
def test_declared(codes: tuple[object, ...], code: str | None) -> None:
    assert declared(*codes) == code
