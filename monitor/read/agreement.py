"""Whether a page speaks of the article it was asked for: the words of the headline, found in what the page says. Pure.

Pages move, and sites answer with a list, a notice or a wall under any address and with status 200. What does not speak of
the article must never become its text.
"""

from __future__ import annotations

from dataclasses import dataclass

from seeds import text

_FEW = 3
"""Words of a headline below which nothing can be said."""
_SPEAKS = 0.4
_ON_TOPIC = 0.5
_OFF_TOPIC = 0.25


@dataclass(frozen=True, slots=True)
class Agreement:
    """Shares of a headline's words, 0 to 1, that stand in a page's own headline and in its text; None: not to be said."""

    headline: float | None
    body: float | None

    @property
    def on_topic(self) -> bool:
        """Whether the text is surely the article's."""
        return self.body is not None and self.body >= _ON_TOPIC

    @property
    def another_page(self) -> bool:
        """Whether neither headline nor text speak of the article."""
        return self.headline is not None and max(self.headline, self.body or 0.0) < _SPEAKS

    @property
    def another_text(self) -> bool:
        """Whether the text is that of something else: a notice in the place of the article."""
        return self.body is not None and self.body < _OFF_TOPIC


def agreement(title: str, page_title: str, body: str) -> Agreement:
    """How far a page agrees with the headline it is wanted for."""
    wanted = set(text.terms(title))
    if len(wanted) < _FEW:
        return Agreement(None, None)
    return Agreement(_share(wanted, page_title), _share(wanted, body[: text.SEARCHED]) if body else None)


def _share(wanted: set[str], said: str) -> float:
    return len(wanted & set(text.stems(said))) / len(wanted)
