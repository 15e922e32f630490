"""Outlets in the settings: domains, mirrors, tags."""

from __future__ import annotations

import pytest

from config.errors import ConfigError
from config.load import check


def test_an_outlet_has_a_domain_mirrors_and_tags() -> None:
    (outlet,) = check(
        '[[outlets]]\ndomain = "www.Example.org"\nmirrors = ["a.example.net", "пример.рф"]\ntags = ["exile"]\n', None
    ).outlets

    assert (outlet.domain, outlet.mirrors, outlet.tags) == ("example.org", ("a.example.net", "пример.рф"), ("exile",))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[outlets]]\ndomain = "https://example.org/"\n', "domain such as"),
        ('[[outlets]]\nname = "Example"\n', "domain"),
        ('[[outlets]]\ndomain = "a.example"\nmirrors = ["a.example"]\n', "listed twice"),
        (
            '[[outlets]]\ndomain = "a.example"\n[[outlets]]\ndomain = "b.example"\nmirrors = ["a.example"]\n',
            "listed twice",
        ),
        ('[[outlets]]\ndomain = "a.example"\nmirror = ["b.example"]\n', "mirrors"),
    ],
)
def test_what_cannot_be_is_refused(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        check(text, None)
