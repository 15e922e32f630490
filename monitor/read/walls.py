"""Pages that stand before an article instead of it: tests for humans, log-ins, consent, refusals. Pure.

A mark alone proves nothing: many articles carry a log-in form, a cookie banner or a captcha for comments. So a wall is told
by its title or address, or by a mark where there is hardly any text, or by a text that speaks of nothing else.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from monitor.normalise.walls import mark_of
from monitor.read.types import Failure
from seeds import text

LITTLE = 500
"""Characters of text below which a mark of a wall is believed."""
_TITLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "challenge",
        re.compile(
            r"just a moment|attention required|checking your browser|are you (?:a )?(?:robot|human)|robot check|captcha"
            r"|ddos-guard|security check|проверка браузера|вы не робот|я не робот|подтвердите, что|один момент",
            re.IGNORECASE,
        ),
    ),
    (
        "login",
        re.compile(
            r"^(?:log ?in|sign ?in|sign up|please (?:log|sign) in|login required|subscriber login|вход|войти|авторизация"
            r"|вход в личный кабинет|регистрация|anmelden|connexion)(?:\W|$)",
            re.IGNORECASE,
        ),
    ),
    (
        "consent",
        re.compile(
            r"before you continue|cookie consent|cookies? (?:and|&) privacy|privacy (?:gate|settings|preferences)"
            r"|your privacy (?:choices|matters)|consent required|we value your privacy|согласие на обработку",
            re.IGNORECASE,
        ),
    ),
    (
        "forbidden",
        re.compile(
            r"^(?:access (?:to this page has been )?denied|403 forbidden|forbidden|error 403|blocked|request blocked"
            r"|доступ (?:запрещ[её]н|ограничен|заблокирован)|ресурс заблокирован|unavailable for legal reasons)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "not_found",
        re.compile(
            r"^(?:404\b|error 404|page not found|not found|страница не найдена|ошибка 404|материал (?:не найден|удал[её]н))",
            re.IGNORECASE,
        ),
    ),
)
_ADDRESSES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "consent",
        re.compile(r"^(?:consent|guce|cmp|privacy-?gate)\.|/(?:consent|cookie-?wall|privacy-?gate)(?:[/?.]|$)"),
    ),
    (
        "login",
        re.compile(r"^(?:login|signin|sso|auth|accounts?|passport|id)\.|/(?:log-?in|sign-?in|auth|sso)(?:[/?.]|$)"),
    ),
    ("challenge", re.compile(r"/(?:showcaptcha|captcha|cdn-cgi/challenge|__ddg)")),
)
_CONSENT_WORDS = re.compile(
    r"\b(?:cookies?|consent|personal data|privacy policy|our partners|data processing|legitimate interests?|vendors?|gdpr"
    r"|персональн\w+ данн\w+|файл\w+ cookie|согласи\w+ на обработку|куки)\b",
    re.IGNORECASE,
)
_CONSENT_SHARE = 0.02
"""Such words among all words, from which on a text is about consent; a headline that has one speaks for itself."""
_LINE = 400
_CONSENT_LINE = re.compile(
    r"\b(?:we|this site|our site|our partners|мы|сайт)\b.{0,80}\b(?:use|uses|store|using|использу\w+|применя\w+)\b.{0,60}"
    r"\b(?:cookies?|куки|cookie-файл\w*)",
    re.IGNORECASE,
)
_WORDS = {
    "challenge": "The site asks visitors to prove that they are human",
    "login": "The site asks for a log-in",
    "consent": "The site asks for consent to cookies first",
    "forbidden": "The site refuses access",
    "legal": "The site, or a network on the way, says that the law forbids access",
    "for_sale": "The domain is for sale",
    "not_found": "The site says that there is nothing at this address",
}


def wall(markup: str, title: str, body: str, url: str, asked: str, *, on_topic: bool) -> Failure | None:
    """The wall that a page is, if it is one.

    `title` is what a browser shows; `asked` is the address that led to `url`; `on_topic`: the text has the words of the
    article's headline, so that marks of a wall belong to what stands around it.
    """
    named = f", with a page called “{text.clean(title, 100)}”" if title else ""
    for kind, pattern in _TITLES:
        if pattern.search(title) and not on_topic and (len(body) < LITTLE or kind in {"challenge", "consent"}):
            return _failure(kind, named)
    if url != asked:
        place, was = _place(url), _place(asked)
        for kind, pattern in _ADDRESSES:
            if any(map(pattern.search, place)) and not any(map(pattern.search, was)) and not on_topic:
                return _failure(kind, named)
    if len(body) < LITTLE and not on_topic:
        mark = mark_of(markup)
        if mark is not None:
            return _failure(mark, named)
    if _speaks_of_consent(body) and not on_topic and not _CONSENT_WORDS.search(title):
        return _failure("consent", named)
    return None


def without_banners(body: str) -> str:
    """A text without the lines of a cookie banner that came along with it."""
    lines = body.split("\n")
    return "\n".join(line for line in lines if len(line) > _LINE or not _CONSENT_LINE.search(line))


def _speaks_of_consent(body: str) -> bool:
    said = len(_CONSENT_WORDS.findall(body))
    return said >= 3 and said >= _CONSENT_SHARE * len(body.split())


def _place(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return (parts.hostname or "").removeprefix("www."), parts.path.lower()


def _failure(kind: str, named: str) -> Failure:
    return Failure(kind, f"{_WORDS[kind]}{named}.")  # type: ignore[arg-type]
