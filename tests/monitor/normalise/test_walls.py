"""Pages in the way are told from pages that only mention what they do."""

import signal
from collections.abc import Iterator
from typing import NoReturn

import pytest

from monitor.normalise.walls import challenger, wall

IN_TIME_S = 5.0

RKN = (
    "<html><title>Доступ ограничен</title><body>Доступ к информационному ресурсу ограничен на основании"
    " Федерального закона от 27 июля 2006 г. № 149-ФЗ"
)
NEWS = "<p>" + "Forty stations of the metro will have cameras by spring, the city said on Tuesday. " * 40
BANNER = "<div>We value your privacy. <button>Accept all cookies</button></div>"
FORM = '<form action="/login"><input name="u"><input name="p" type="password"></form>'


@pytest.mark.parametrize(
    ("page", "url", "kind", "words"),
    [
        (f"<html><title>Sign in | Daily</title>{FORM}", "", "login", "“Sign in | Daily”"),
        (f"<html><title>Sign in</title>{FORM}<div class='g-recaptcha'></div>", "", "login", "password"),
        ("<html><title>Вход для подписчиков</title><input type=email>", "", "login", "“Вход для подписчиков”"),
        ("<html><title>Daily</title><a href='/oauth'>Continue</a>", "https://a.example/login?next=/feed", "login", ""),
        (f"<html><title>Log in</title>{FORM}{NEWS}", "", "login", ""),
        ("<html><title>Just a moment...</title><script>x</script>", "", "challenge", "Cloudflare"),
        ("<html><script src='/cdn-cgi/challenge-platform/x.js'></script>", "", "challenge", "Cloudflare"),
        ("<html><title>DDoS-Guard</title>", "", "challenge", "DDoS-Guard"),
        ("<html><script src='https://geo.captcha-delivery.com/c.js'></script>", "", "challenge", "DataDome"),
        ("<html>Подтвердите, что запросы отправляли вы, а не робот", "", "challenge", "Yandex SmartCaptcha"),
        ("<html><title>Making sure you&#39;re not a bot!</title>", "", "challenge", "Anubis"),
        ("<html><p>Please verify you are human", "", "challenge", "The site"),
        ("<html><div class='h-captcha'></div>", "", "challenge", "The site"),
        (f"<html><title>Hello</title>{BANNER}", "", "consent", "“Hello”"),
        (RKN, "", "legal", "“Доступ ограничен”"),
        ("<html><p>Сайт news.example заблокирован по решению суда.", "", "legal", "law"),
        ("<html><title>Access denied</title><p>You have been blocked.", "", "forbidden", "refuses"),
        ("<html><h1>Доступ запрещён</h1>", "", "forbidden", "refuses"),
        ("<html><title>daily.example</title>This domain name is for sale!", "", "for_sale", "for sale"),
        ("<html><title>daily.example is for sale</title><a>Buy this domain</a>", "", "for_sale", "for sale"),
        ("<html><h1>Домен daily.example продаётся</h1>", "", "for_sale", "for sale"),
        ("<html><script>document.cookie='a=1';location.reload()</script>", "", "challenge", "sets a cookie"),
        ("<html><p>x", "https://consent.yahoo.com/v2/collect", "consent", ""),
        ("<html><p>x", "https://www.example.org/privacy-gate/?callback=/rss", "consent", ""),
    ],
)  # fmt: skip
def test_a_wall_is_named(page: str, url: str, kind: str, words: str) -> None:
    found = wall(page, url)

    assert found is not None
    assert found.kind == kind
    assert words in found.message


@pytest.mark.parametrize(
    "page",
    [
        f"<html><title>The Daily</title>{NEWS}{BANNER}",
        f"<html><title>The Daily</title><header>{FORM}</header>{NEWS}",
        f"<html><title>The Daily</title>{NEWS}<div class='g-recaptcha'></div>",
        f"<html><title>How DDoS-Guard and PerimeterX work</title>{NEWS}",
        "<html><title>The Daily</title><p>Hello",
        "<html><title>Blogging in Kazan</title><p>Hello",
        f"<html><title>Доступ к сайту ограничен: что делать</title>{NEWS}<p>Федеральный закон № 149-ФЗ",
        f"<html><title>The Daily</title>{NEWS}<p>Buy this domain",
        f"<html><title>The Daily</title>{NEWS}<script>document.cookie='a=1'; if (old) location.reload()</script>",
        "<html><title>The Daily</title><script>document.cookie='seen=1'</script><p>Hello",
    ],
)
def test_a_page_that_mentions_one_is_none(page: str) -> None:
    assert wall(page, "https://daily.example/feed") is None


def test_headers_name_who_tests() -> None:
    assert challenger("", {"cf-mitigated": "challenge"}) == "Cloudflare"
    assert challenger("", {"x-datadome": "protected"}) == "DataDome"
    assert challenger("Forbidden", {}) is None


@pytest.fixture
def in_time() -> Iterator[None]:
    """Fails a test that uses the processor for long, however busy the machine is; a hang would hold up all others."""

    def fail(number: int, frame: object) -> NoReturn:
        pytest.fail(f"it was still busy after {IN_TIME_S} s of processor time", pytrace=False)

    before = signal.signal(signal.SIGVTALRM, fail)
    signal.setitimer(signal.ITIMER_VIRTUAL, IN_TIME_S)
    yield
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, before)


@pytest.mark.usefixtures("in_time")
@pytest.mark.parametrize(
    "piece", ["<script ", "<!-- ", "<title ", "<input ", "< ", "<style></script>", "<script>", "доступ сайт "]
)
def test_a_hostile_page_is_read_in_time(piece: str) -> None:
    assert wall("<html>" + piece * (1_000_000 // len(piece))) is None
