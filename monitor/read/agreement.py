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
_FEW_OF_EXCERPT = 6
_SAME_HEADLINE = 0.8
_A_WORD = 0.1
_ARTICLE = 500
"""Characters of a text that is more than a notice."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Shares of a headline's words, 0 to 1, that stand in a page's own headline and in its text; None: not to be said.

    `excerpt` is the share of the excerpt's words that stand in the text, `characters` the length of that.
    """

    headline: float | None
    body: float | None
    excerpt: float | None = None
    characters: int = 0

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
        """Whether the text is that of something else: a notice in the place of the article.

        Headlines say in other words what the text says. So the excerpt's words count as well, and below the article's own
        headline only a short text can be a notice.
        """
        if self.body is None or self.headline is None:
            return False
        own = self.headline >= _SAME_HEADLINE and self.characters >= _ARTICLE and self.body >= _A_WORD
        return max(self.body, self.excerpt or 0.0) < _OFF_TOPIC and not own


def agreement(title: str, page_title: str, body: str, excerpt: str = "") -> Agreement:
    """How far a page agrees with the headline it is wanted for, and its text with the excerpt."""
    wanted = set(text.terms(title))
    if len(wanted) < _FEW:
        return Agreement(None, None)
    if not body:
        return Agreement(_share(wanted, page_title), None)
    searched, more = body[: text.SEARCHED], set(text.terms(excerpt))
    return Agreement(
        _share(wanted, page_title),
        _share(wanted, searched),
        _share(more, searched) if len(more) >= _FEW_OF_EXCERPT else None,
        len(body),
    )


def _share(wanted: set[str], said: str) -> float:
    return len(wanted & set(text.stems(said))) / len(wanted)
