"""Whether the whole text is for subscribers: as the page declares, or by the sentence that stands where it breaks off. Pure."""

from __future__ import annotations

import re

_OFFER = re.compile(
    r"(?:subscribe|sign up|register|log in|sign in)(?: now| today)? to (?:continue|keep|finish|read|unlock)"
    r"|(?:this|the) (?:article|story|content|text) is (?:exclusively |only |reserved )?(?:available )?(?:for|to) (?:\w+ )?"
    r"(?:subscribers|members)"
    r"|(?:to|and) (?:continue|keep) reading[^.]{0,60}\bsubscri"
    r"|already (?:a|an) (?:\w+ )?subscriber\?"
    r"|(?:continue|keep) reading (?:this article )?with a(?:\w* \w+)? subscription"
    r"|(?:продолжение|полный текст|полная версия|материал|статья|текст)(?: \w+){0,2} доступ\w+(?: только)?(?: для)?"
    r"(?: наш\w+)? (?:по (?:платной )?подписке|подписчик\w+)"
    r"|(?:оформите|купите) подписку,? чтобы (?:про|до)?чита|чтобы (?:про|до)?читать[^.]{0,40}(?:оформите|купите) подписку"
    r"|только для подписчиков",
    re.IGNORECASE,
)
_LINE = 300
"""Characters of a line that may be an offer; an article about subscriptions has longer ones."""


def paywalled(free: bool | None, visible: str) -> bool | None:
    """Whether a page has a paywall: `free` as it declares; `visible` is all it shows, a line for each paragraph."""
    if free is not None:
        return not free
    return True if any(map(_is_offer, visible.split("\n"))) else None


def without_offers(body: str) -> str:
    """A text without the offer to subscribe that stands where it breaks off."""
    return "\n".join(line for line in body.split("\n") if not _is_offer(line))


def _is_offer(line: str) -> bool:
    return len(line) <= _LINE and _OFFER.search(line) is not None
