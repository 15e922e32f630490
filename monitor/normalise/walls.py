"""Pages that stand between a program and what it asked for: a test, a login, a consent, a refusal, a domain for sale.

Told by evidence in the page. What only hints at a wall (a form with a captcha, a banner on cookies, a login form at the top)
counts when the page has next to nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from types import MappingProxyType
from typing import Literal
from urllib.parse import urlsplit

from seeds.text import clean

Kind = Literal["challenge", "login", "consent", "forbidden", "legal", "for_sale"]

_FEW_WORDS = 250
_TITLE = re.compile(r"<title[^<>]{0,200}>([^<]{0,1000})", re.IGNORECASE)
_UNSEEN = re.compile(
    r"<(script|style|noscript|template)\b.*?(?:</\1|\Z)|<!--.*?(?:-->|\Z)|<[^<>]*>", re.IGNORECASE | re.DOTALL
)
_VENDORS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "Cloudflare": re.compile(
            r"cf-chl|challenge-platform|<title>\s*just a moment|cf-turnstile-response", re.IGNORECASE
        ),
        "DDoS-Guard": re.compile(r"ddos-guard", re.IGNORECASE),
        "DataDome": re.compile(r"captcha-delivery", re.IGNORECASE),
        "Imperva": re.compile(r"_incapsula_resource", re.IGNORECASE),
        "Qrator": re.compile(r"qrator|__qrator", re.IGNORECASE),
        "Yandex SmartCaptcha": re.compile(r"smartcaptcha|подтвердите, что запросы", re.IGNORECASE),
        "PerimeterX": re.compile(r"px-captcha|perimeterx", re.IGNORECASE),
        "Anubis": re.compile(r"anubis_challenge|making sure you(?:'|&#39;|&rsquo;|’)re not a bot", re.IGNORECASE),
    }
)
_HEADERS = MappingProxyType({"cf-mitigated": "Cloudflare", "x-datadome": "DataDome"})
_HUMAN = re.compile(
    r"checking your browser|verify(?:ing)? (?:that )?you are (?:a )?human|проверка браузера|подтвердите, что вы",
    re.IGNORECASE,
)
_CAPTCHA = re.compile(r"g-recaptcha|hcaptcha|h-captcha|cf-turnstile", re.IGNORECASE)
_PASSWORD = re.compile(r"<input[^<>]{1,500}type\s*=\s*[\"']?password", re.IGNORECASE)
_LOGIN_TITLE = re.compile(
    r"\b(?:log[ -]?in|sign[ -]?in|sign[ -]?on|members only|subscribers only|anmelden|einloggen|connexion"
    r"|iniciar sesi[oó]n)\b|\b(?:вход|войти|войдите|авторизация|авторизуйтесь)\b",
    re.IGNORECASE,
)
_LOGIN_PLACE = re.compile(
    r"/(?:wp-)?(?:log-?in|sign-?in|auth|sso|account/login|users/sign_in)(?:[/.?]|$)", re.IGNORECASE
)
_CONSENT = re.compile(
    r"consent\.(?:google|yahoo|youtube)|before you continue|privacy-?gate|cookie-?wall|collectconsent", re.IGNORECASE
)
_CONSENT_PLACE = re.compile(r"^consent\.|/(?:consent|privacy-?gate|cookie-?(?:wall|consent))(?:[/.?]|$)", re.IGNORECASE)
_COOKIES = re.compile(
    r"accept (?:all )?cookies|we value your privacy|cookies akzeptieren|zustimmung|принять (?:все )?cookie"
    r"|accepter (?:les|tous les) cookies",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"доступ\b[^!?<>]{0,100}\b(?:ограничен|запрещ[её]н|заблокирован)|(?:сайт|ресурс|страница)\s[^!?<>]{0,60}\bзаблокирован"
    r"|unavailable for legal reasons|\baccess (?:to [^.!?<>]{1,60} )?(?:is |has been |was )?(?:denied|blocked|restricted)",
    re.IGNORECASE,
)
_BY_LAW = re.compile(
    r"149-ФЗ|федеральн\w{2,3} закон|роскомнадзор|единый реестр|eais\.rkn\.gov\.ru|blocklist\.rkn\.gov\.ru"
    r"|решени\w+ (?:\S+ ){0,3}суда|по требованию|legal reasons|court order",
    re.IGNORECASE,
)
_GATE = re.compile(
    r"document\.cookie\s*=.{0,1000}?\blocation(?:\.reload|\.replace|\.assign|(?:\.href)?\s*=)",
    re.IGNORECASE | re.DOTALL,
)
"""A script that sets a cookie and loads the page anew: who runs no scripts sees this page alone, for ever."""
_GATE_LENGTH = 20_000
_GATE_WORDS = 40
_FOR_SALE = re.compile(
    r"\bdomain(?: name)?\b[^.!?<>]{0,60}\b(?:is|may be) for sale\b|\bbuy this domain\b|\bthis domain is parked\b"
    r"|\bдомен\b[^!?<>]{0,60}\bпрода[её]тся|sedoparking\.com|parkingcrew\.net",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Wall:
    """What stands in the way, and in a sentence what it wants."""

    kind: Kind
    message: str


def wall(page: str, url: str = "") -> Wall | None:
    """The wall that an HTML page (its beginning is enough) at `url` is, if it is one."""
    title = title_of(page)
    named = f", with a page called “{title}”" if title else ""
    words = _words(page)
    few = len(words.split()) <= _FEW_WORDS
    if who := challenger(page, {}, alone=few):
        return Wall("challenge", f"{who} asks visitors to prove that they are human{named}.")
    if _is_login(page, title, url, few=few):
        return Wall("login", f"The site asks for a password{named}.")
    if few and _CAPTCHA.search(page):
        return Wall("challenge", f"The site asks visitors to prove that they are human{named}.")
    if _CONSENT.search(page) or _CONSENT_PLACE.search(_place(url)) or (few and _COOKIES.search(page)):
        return Wall("consent", f"The site asks for consent to cookies first{named}.")
    return _without_content(page, words, named) if few else None


def _without_content(page: str, words: str, named: str) -> Wall | None:
    """What a page with next to nothing on it says of that."""
    match _lack(page, words):
        case "legal":
            return Wall("legal", f"The site, or a network on the way, says that the law forbids access{named}.")
        case "forbidden":
            return Wall("forbidden", f"The site refuses access{named}.")
        case "for_sale":
            return Wall("for_sale", f"The domain is for sale{named}.")
        case "challenge":
            return Wall("challenge", f"The site lets only browsers in, by a script that sets a cookie{named}.")
        case _:
            return None


def _lack(page: str, words: str) -> Kind | None:
    if _REFUSED.search(words):
        return "legal" if _BY_LAW.search(words) else "forbidden"
    if _FOR_SALE.search(page):
        return "for_sale"
    is_bare = len(page) <= _GATE_LENGTH and len(words.split()) <= _GATE_WORDS
    return "challenge" if is_bare and _GATE.search(page) else None


def mark_of(page: str) -> Kind | None:
    """The kind of wall that a page bears any mark of; only for a page whose text is known to be next to nothing."""
    if challenger(page, {}) or _CAPTCHA.search(page):
        return "challenge"
    if _PASSWORD.search(page):
        return "login"
    if _CONSENT.search(page) or _COOKIES.search(page):
        return "consent"
    return _lack(page, _words(page))


def challenger(page: str, headers: Mapping[str, str], *, alone: bool = True) -> str | None:
    """Who tests whether visitors are human: the vendor, or `The site`; None when nobody does.

    With `alone` the page has next to nothing else, so that words alone will do.
    """
    for header, vendor in _HEADERS.items():
        if header in headers:
            return vendor
    if not alone and not re.search(r"cf-chl|<title>\s*just a moment", page, re.IGNORECASE):
        return None
    for vendor, pattern in _VENDORS.items():
        if pattern.search(page):
            return vendor
    return "The site" if _HUMAN.search(page) else None


def title_of(page: str) -> str:
    """The title of a page, on one line and short; empty without one."""
    match = _TITLE.search(page)
    return clean(unescape(match[1]), 100) if match else ""


def _is_login(page: str, title: str, url: str, *, few: bool) -> bool:
    at_login = _LOGIN_TITLE.search(title) is not None or _LOGIN_PLACE.search(_place(url)) is not None
    return (_PASSWORD.search(page) is not None and (few or at_login)) or (few and at_login)


def _place(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.hostname or ''}{parts.path}"


def _words(page: str) -> str:
    return _UNSEEN.sub(" ", page)
