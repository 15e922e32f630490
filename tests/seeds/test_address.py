"""Addresses of one article get one key; addresses of different articles do not."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from seeds.address import RULES_VERSION, key_of, outlet_of, parse, use_mirrors
from tests.seeds.data import shared

MEDUZA = "https://meduza.io/en/news/2020/07/21/moscow-subway-to-deploy-facial-recognition-surveillance-system"
RT = "https://www.rt.com/russia/501796-facial-recognition-russian-cities/"
DAILYDOT = "https://www.dailydot.com/debug/un-calls-facial-recognition-ai-moratotium/"
SEED_URLS = [
    MEDUZA,
    RT,
    DAILYDOT,
    "https://www.rcinet.ca/eye-on-the-arctic/2022/07/12/murmansk-gets-comprehensive-facial-recognition-surveillance-system/",
    "https://www.biometricupdate.com/202207/myanmar-expands-facial-recognition-ready-surveillance-safe-cities",
    "https://www.rt.com/russia/495441-moscow-metro-facial-recognition-cameras/",
    "https://ifex.org/unregulated-use-of-facial-recognition-technology-continues-to-spread-across-russia/",
    "https://www.forbes.com/sites/thomasbrewster/2020/09/22/this-russian-facial-recognition-startup-plans-to-take-its/",
]


@pytest.mark.parametrize("url", SEED_URLS)
@pytest.mark.parametrize(
    "change",
    [
        lambda u: f"{u}?utm_source=x",
        lambda u: f"{u}?fbclid=IwAR0&gclid=1&yclid=2&ysclid=l3&_openstat=dGVzdA",
        lambda u: f"{u}#top",
        lambda u: u.replace("https://", "http://"),
        lambda u: u.replace("https://", "HTTPS://").replace("www.", "WWW."),
        lambda u: u.rstrip("/"),
        lambda u: u.rstrip("/") + "/",
        lambda u: u.rstrip("/") + "/index.html",
        lambda u: u.rstrip("/") + "/amp/",
        lambda u: u.replace("https://", "https://m.").replace("www.", ""),
        lambda u: u.replace("https://", "https://mobile.").replace("www.", ""),
        lambda u: u.replace("https://", "https://amp.").replace("www.", ""),
        lambda u: u.replace("https://", "https://user:secret@"),
        lambda u: u.replace("https://", "https://www-x-com.cdn.ampproject.org/c/s/"),
        lambda u: u.replace("https://", "https://cdn.ampproject.org/v/s/") + "?amp_js_v=0.1&usqp=mq331",
        lambda u: u.replace("https://", "https://www.google.com/amp/s/"),
        lambda u: f"https://www.google.com/url?rct=j&sa=t&url={u}&ct=ga&usg=AOv",
        lambda u: f"https://web.archive.org/web/20200926154800/{u}",
        lambda u: f"  {u}\n",
    ],
)
def test_every_form_of_a_seed_has_its_key(url: str, change: Callable[[str], str]) -> None:
    assert key_of(change(url)) == key_of(url)


ONE_ARTICLE = [
    (MEDUZA, MEDUZA.replace("/en/", "/amp/en/")),
    (MEDUZA, "https://meduza-io.cdn.ampproject.org/c/s/" + MEDUZA.removeprefix("https://").replace("/en/", "/amp/en/")),
    (DAILYDOT, DAILYDOT + "?amp"),
    (RT, "https://www-rt-com.cdn.ampproject.org/c/s/www.rt.com/russia/501796-facial-recognition-russian-cities/amp/"),
    ("https://example.org/a/b?x=1&y=2", "http://WWW.Example.org:80/a//b/?y=2&utm_medium=rss&x=1#c"),
    ("https://example.org/a/b", "https://example.org:443/a/./c/../b"),
    ("https://example.org/a/b", "https://example.org/a/b;jsessionid=0A1B"),
    ("https://example.org/a?x=1&y=2", "https://example.org/a?x=1&amp;y=2"),
    ("https://example.org/a?x=1&y=2", "https://example.org/a?x=1&#038;y=2"),
    ("https://example.org/it's-(new),now", "https://example.org/it%27s-%28new%29%2Cnow"),
    ("https://example.org/a~b", "https://example.org/a%7eb"),
    ("https://example.org/%D0%BC", "https://example.org/%d0%bc"),
    ("https://example.org/новости/камеры", "https://example.org/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/%D0%BA%D0%B0%D0%BC%D0%B5%D1%80%D1%8B"),
    ("https://пример.рф/news/1", "https://xn--e1afmkfd.xn--p1ai/news/1"),
    ("https://en.wikipedia.org/wiki/FindFace", "https://en.m.wikipedia.org/wiki/FindFace"),
    ("https://www.ibtimes.com/a-3001080", "https://www.ibtimes.com/a-3001080?amp=1"),
    ("https://www.washingtonpost.com/world/x/", "https://www.washingtonpost.com/world/x/?outputType=amp"),
    ("https://www.latimes.com/story/x", "https://www.latimes.com/story/x?_amp=true"),
    ("https://www.shacknews.com/article/1/x", "https://www.shacknews.com/article/1/x?amphtml=1"),
    ("https://www.tweaktown.com/news/66387/x/index.html", "https://www.tweaktown.com/news/66387/x/amp.html"),
    ("https://www.infoworld.com/article/3617869/x.html", "https://www.infoworld.com/article/3617869/x.amp.html"),
    ("https://www.chicagotribune.com/x-story.html", "https://www.chicagotribune.com/x-story,amp.html"),
    ("https://www.pocket-lint.com/news/1-x", "https://www.pocket-lint.com/news/1-x.amphtml"),
    ("https://www.bbc.com/news/technology-58187612", "https://www.bbc.co.uk/news/technology-58187612.amp"),
    ("https://www.bbc.com/russian/news-53424567", "https://www.bbc.com/russian/amp/news-53424567"),
    ("https://www.spiegel.de/a-0b5c2b6c-1f5e-4c1e-9d57-9f4a9b7a6d11", "https://www.spiegel.de/a-0b5c2b6c-1f5e-4c1e-9d57-9f4a9b7a6d11-amp"),
    ("https://www.ndtv.com/world-news/x-2301234", "https://www.ndtv.com/world-news/x-2301234/amp/1"),
    ("https://www.polygon.com/22714695/x", "https://www.polygon.com/platform/amp/22714695/x"),
    ("https://www.yahoo.com/entertainment/x-1.html", "https://www.yahoo.com/amphtml/entertainment/x-1.html"),
    ("https://www.gamespot.com/articles/x/1100-6482/", "https://www.gamespot.com/amp-articles/x/1100-6482/"),
    ("https://example.in/tech/articleshow/123.cms", "https://example.in/tech/amp_articleshow/123.cms"),
    ("https://www.kommersant.ru/doc/4409733", "https://www.kommersant.ru/amp/4409733"),
    ("https://www.rferl.org/a/30745678.html", "https://www.rferl.org/amp/30745678.html"),
    ("https://edition.cnn.com/2020/x/index.html", "https://edition.cnn.com/2020/x/?ref=rss"),
    ("https://www.cnn.com/2020/x/index.html", "https://amp.cnn.com/cnn/2020/x/index.html"),
    ("https://www.reuters.com/article/us-russia-x-idUSKBN2A1", "https://www.reuters.com/article/amp/idUSKBN2A1"),
    ("https://www.msn.com/en-us/news/x/ar-AA196p8A", "https://www.msn.com/de-de/other/y/ar-AA196p8A?ocid=msedg&cvid=1"),
    ("https://news.google.com/rss/articles/CBMiX2h0?oc=5", "https://news.google.com/articles/CBMiX2h0?hl=ru&gl=RU&ceid=RU:ru"),
    ("https://lenta.ru/news/2021/1", "https://lenta-ru.turbopages.org/lenta.ru/s/news/2021/1/"),
    ("https://lenta.ru/news/2021/1", "https://yandex.ru/turbo/lenta.ru/s/news/2021/1?utm_source=y"),
    ("https://lenta.ru/news/2021/1", "https://lenta-ru.translate.goog/news/2021/1?_x_tr_sl=ru&_x_tr_tl=en"),
    ("https://press-start.com.au/a", "https://press--start-com-au.translate.goog/a"),
    ("https://lenta.ru/news/2021/1", "https://vk.com/away.php?to=https%3A%2F%2Flenta.ru%2Fnews%2F2021%2F1&cc_key="),
    ("https://lenta.ru/news/2021/1", "https://l.facebook.com/l.php?u=https%3A%2F%2Flenta.ru%2Fnews%2F2021%2F1%3Ffbclid%3D1&h=A"),
    ("https://lenta.ru/news/2021/1", "https://www.bing.com/news/apiclick.aspx?ref=FexRss&aid=&url=https%3a%2f%2flenta.ru%2fnews%2f2021%2f1&c=1"),
    ("https://lenta.ru/news/2021/1", "http://feedproxy.google.com/~r/lenta/~3/x/?url=https://lenta.ru/news/2021/1"),
    ("https://lenta.ru/a?id=1", "https://web.archive.org/web/20200101000000id_/http://lenta.ru/a?id=1"),
    ("https://lenta.ru/news/2021/1", "https://web.archive.org/web/2020/http:/lenta.ru/news/2021/1"),
    ("https://t.me/meduzalive/123", "https://t.me/s/meduzalive/123"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), ONE_ARTICLE)
def test_forms_of_one_article_have_one_key(one: str, other: str) -> None:
    assert key_of(one) is not None
    assert key_of(other) == key_of(one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a?id=1", "https://example.org/a?id=2"),
        ("https://example.org/a?id=1", "https://example.org/a"),
        ("https://example.org/a", "https://example.org/A"),
        ("https://example.org/amp-up-your-life", "https://example.org/up-your-life"),
        ("https://example.org/best-guitar-amp", "https://example.org/best-guitar"),
        ("https://example.org/best-guitar-amp.html", "https://example.org/best-guitar.html"),
        ("https://example.org/tag/amp/", "https://example.org/tag/"),
        ("https://example.org/page?ref=4711", "https://example.org/page?ref=4712"),
        ("https://example.org/page?type=amp", "https://example.org/page"),
        ("https://one.example.org/a", "https://two.example.org/a"),
        ("https://one.blogspot.com/a", "https://two.blogspot.com/a"),
        ("https://example.org:8080/a", "https://example.org/a"),
        ("http://127.0.0.1:8001/a", "http://127.0.0.1:8002/a"),
        ("https://example.org/#!/a", "https://example.org/#!/b"),
        ("https://www.gov.uk/a", "https://gov.uk/a"),
        ("https://mobile.de/a", "https://de/a"),
        ("https://news.google.com/rss/articles/CBMia", "https://news.google.com/rss/articles/CBMib"),
        ("https://example.org/a%2Fb", "https://example.org/a/b"),
        ("https://example.org/cp1251/%CF%F0", "https://example.org/cp1251/%CF%F1"),
        ("https://www.cnet.com/news/samsung-galaxy/", "https://www.cnet.com/tech/mobile/samsung-galaxy/"),
    ],
)
def test_different_articles_have_different_keys(one: str, other: str) -> None:
    assert None not in {key_of(one), key_of(other)}
    assert key_of(one) != key_of(other)


@pytest.mark.parametrize(
    "url",
    [
        "", " ", "news", "/a/b", "//example.org/a", "javascript:alert(1)", "java\nscript:alert(1)", "data:text/html,x",
        "file:///etc/passwd", "mailto:a@example.org", "ftp://example.org/a", "http://", "https:///a", "http://?x",
        "http://[::1", "http://[::1%25lo]/", "http://example.org:port/", "http://example.org:99999/", "http://a b.org/",
        "http://ex%61mple.org/", "http://.example.org/", "http://a..b/", "https://example.org/" + "a" * 2000,
        "http://" + "a" * 254 + ".org/", "http://\ud800/",
    ],
)  # fmt: skip
def test_what_is_no_web_address_is_none(url: str) -> None:
    assert parse(url) is None
    assert key_of(url) is None


@pytest.mark.parametrize(
    ("url", "web_url", "role", "wrapped", "outlet", "host"),
    [
        (RT, RT, "web", False, "rt.com", "www.rt.com"),
        (RT + "amp/", RT, "amp", False, "rt.com", "www.rt.com"),
        ("https://amp.dw.com/ru/x/a-1?utm_source=y", "https://dw.com/ru/x/a-1", "amp", False, "dw.com", "dw.com"),
        ("http://m.gazeta.ru/x.shtml", "http://m.gazeta.ru/x.shtml", "web", False, "gazeta.ru", "m.gazeta.ru"),
        ("https://cdn.ampproject.org/c/rt.com/a/amp", "http://rt.com/a", "cdn_amp", False, "rt.com", "rt.com"),
        ("https://google.com/amp/s/amp.dw.com/a?id=1", "https://dw.com/a?id=1", "cdn_amp", False, "dw.com", "dw.com"),
        ("https://google.co.uk/url?q=http://rt.com/a&sa=U", "http://rt.com/a", "web", True, "rt.com", "rt.com"),
        ("https://google.com/url?q=https://rt.com/a/amp", "https://rt.com/a", "amp", True, "rt.com", "rt.com"),
        ("http://127.0.0.1:8000/a", "http://127.0.0.1:8000/a", "web", False, "127.0.0.1", "127.0.0.1"),
        ("http://[::1]:8000/a", "http://[::1]:8000/a", "web", False, "[::1]", "[::1]"),
        ("http://localhost:80", "http://localhost/", "web", False, "localhost", "localhost"),
        ("https://a:b@www.bbc.co.uk/x", "https://www.bbc.co.uk/x", "web", False, "bbc.co.uk", "www.bbc.co.uk"),
    ],
)  # fmt: skip
def test_what_an_address_says(url: str, web_url: str, role: str, wrapped: bool, outlet: str, host: str) -> None:
    address = parse(url)
    assert address is not None
    assert (address.web_url, address.role, address.wrapped) == (web_url, role, wrapped)
    assert (address.outlet, address.host, address.url) == (outlet, host, url)


@pytest.mark.parametrize(
    ("url", "home"),
    [
        ("https://rt.com", True),
        ("https://rt.com/?utm_source=rss", True),
        ("https://rt.com/index.php", True),
        ("https://www.rt.com/amp/", True),
        ("https://meduza.io/en/", True),
        ("https://meduza.io/?id=7", False),
        ("https://meduza.io/#!/7", False),
        ("https://meduza.io/news", False),
    ],
)
def test_home_pages_are_known(url: str, home: bool) -> None:
    address = parse(url)
    assert address is not None
    assert address.is_home is home


@pytest.mark.parametrize(
    ("url", "opaque"),
    [("https://news.google.com/rss/articles/CBMiX", True), ("https://t.co/abc", True), ("https://rt.com/a", False)],
)
def test_redirects_that_hide_their_target_are_known(url: str, opaque: bool) -> None:
    address = parse(url)
    assert address is not None
    assert address.opaque is opaque


@pytest.mark.parametrize(
    ("host", "outlet"),
    [
        ("www.rt.com", "rt.com"),
        ("news.bbc.co.uk", "bbc.co.uk"),
        ("WWW.Example.ORG.", "example.org"),
        ("foo.blogspot.com", "foo.blogspot.com"),
        ("www.kotaku.com.au", "kotaku.com.au"),
        ("сайт.пример.рф", "xn--e1afmkfd.xn--p1ai"),
        ("10.0.0.1", "10.0.0.1"),
        ("[::1]", "[::1]"),
        ("localhost", "localhost"),
        ("gov.uk", "gov.uk"),
        ("", ""),
    ],
)
def test_outlet_is_the_registrable_domain(host: str, outlet: str) -> None:
    assert outlet_of(host) == outlet


@pytest.mark.parametrize(
    ("fragment", "kept"),
    [("comment-7", "rt.com/a#comment-7"), (":~:text=x", "rt.com/a"), ("xtor=RSS-1", "rt.com/a"), ("", "rt.com/a")],
)
def test_a_fragment_counts_on_request(fragment: str, kept: str) -> None:
    assert key_of(f"https://rt.com/a#{fragment}", keep_fragment=True) == kept
    assert key_of(f"https://rt.com/a#{fragment}") == "rt.com/a"


def test_a_change_of_the_rules_raises_their_version() -> None:
    """Stored keys are compared for years: when these change, raise `RULES_VERSION` and write the new ones down."""
    assert RULES_VERSION == 2
    assert [key_of(url) for url in SEED_URLS[:3]] == [
        "meduza.io/en/news/2020/07/21/moscow-subway-to-deploy-facial-recognition-surveillance-system",
        "rt.com/russia/501796-facial-recognition-russian-cities",
        "dailydot.com/debug/un-calls-facial-recognition-ai-moratotium",
    ]
    assert key_of("http://127.0.0.1:81/a/?b=2&a=я%2f&a#!/x") == "127.0.0.1:81/a?a&a=%D1%8F%2F&b=2#!/x"
    assert key_of("https://rt.com/") == "rt.com"


PIECES = [
    "amp", "AMP", "google-amp", "platform", "tag", "1", "1/", "amp.html", "index.html", "/", ".", "..", "a",
    "b-123456-amp", "x.amp", "x.amp.html", "s", "news", "%41", "%2F", "%zz", "ü", "я", "amp-news",
    "amp_articleshow", ";jsessionid=1", "en", "ar-AA196p8A", "#!", "#", "?", "&", "=", "+", "amp=1",
    "output=amp", "utm_x=1", "ref=rss", "url=https://b.org/c", "https://", "q=http%3A%2F%2Fb.org%2Famp",
    "&amp;", "%26amp;", "\\", "@", ":", "[", "]", "\x00", "\ud800", "*",
]  # fmt: skip
HOSTS = [
    "rt.com", "amp.rt.com", "m.amp.rt.com", "www.rt.com", "amp.cnn.com/cnn", "kommersant.ru", "eurogamer.net",
    "msn.com", "news.google.com", "cdn.ampproject.org/c/s", "www.google.com/url", "www.google.com/amp/s",
    "web.archive.org/web/2020", "archive.ph/2020", "turbopages.org", "a-b--c.translate.goog", "vk.com/away.php",
    "127.0.0.1:81", "[::1]", "xn--p1ai", "пример.рф", "bbc.co.uk", "amp.co.uk", "t.me", "cnet.com",
]  # fmt: skip
urls = st.builds(
    lambda scheme, host, rest: f"{scheme}://{host}{rest}",
    st.sampled_from(["http", "https", "HTTP"]),
    st.sampled_from(HOSTS),
    st.lists(st.tuples(st.sampled_from(["/", "?", "&", ""]), st.sampled_from(PIECES)), max_size=7).map(
        lambda p: "".join(a + b for a, b in p)
    ),
)


@given(urls)
def test_the_web_form_has_the_same_key_and_is_settled(url: str) -> None:
    address = parse(url)
    if address is not None:
        again = parse(address.web_url)
        assert again is not None
        assert (again.key, again.web_url, again.is_home) == (address.key, address.web_url, address.is_home)


@given(urls, st.sampled_from(["utm_campaign", "fbclid", "_openstat", "YCLID", "mc_cid"]), st.text("abc01", max_size=5))
def test_tracking_never_changes_a_key(url: str, name: str, value: str) -> None:
    address = parse(url)
    if address is not None and "#" not in url and "google" not in url and "turbopages" not in url:
        tracked = parse(f"{address.web_url}{'&' if '?' in address.web_url else '?'}{name}={value}")
        assert tracked is not None
        assert tracked.key == address.key


@given(st.text() | st.text().map(lambda t: f"http://{t}") | urls)
@example("http://[")
@example("https://a.b/\udfff")
def test_any_text_is_read_without_error(text: str) -> None:
    address = parse(text)
    assert address is None or (address.key and address.web_url.isascii())


def test_measured_addresses_keep_their_recall() -> None:
    articles = [json.loads(line) for line in (shared() / "eval/addresses.jsonl").read_text("utf-8").splitlines()]
    forms = [(form["url"], article["web"]) for article in articles for form in article["addresses"]]
    forms = [(url, web) for url, web in forms if url != web]
    found = sum(key_of(url) == key_of(web) for url, web in forms)
    assert found / len(forms) >= 0.98


# --- addresses that are written in base 64, archives, and more forms of AMP

STORY = "https://www.site.example/news/2023/the-slug-of-it"


def google_news(url: str) -> str:
    """An id as Google News made them until July 2024: a message whose fourth field is the address."""
    raw = url.encode()
    length = bytes([len(raw)]) if len(raw) < 128 else bytes([len(raw) & 0x7F | 0x80, len(raw) >> 7])
    return urlsafe_b64encode(b"\x08\x13\x22" + length + raw + b"\xd2\x01\x00").decode().rstrip("=")


@pytest.mark.parametrize("path", ["rss/articles", "articles", "read", "__i/rss/rd/articles"])
@pytest.mark.parametrize("url", [STORY, f"{STORY}?{'x' * 150}=1"])
def test_ids_of_google_news_made_before_july_2024_are_read(path: str, url: str) -> None:
    assert key_of(f"https://news.google.com/{path}/{google_news(url)}?oc=5&hl=en") == key_of(url)


@pytest.mark.parametrize(
    "made",
    [
        "CBMiakFVX3lxTE9pQXpXeGtQbkJqV0pFa2JxYzJhWGc",  # since then: a token, not an address
        google_news(STORY)[:20],
        google_news("ftp://files.example/x"),
        "CBMi" + "_" * 40,
    ],
)
def test_other_ids_of_google_news_stay_unresolved(made: str) -> None:
    found = parse(f"https://news.google.com/rss/articles/{made}?oc=5")
    assert found is not None
    assert (found.opaque, found.key) == (True, f"news.google.com/articles/{made}")


@pytest.mark.parametrize(
    "form",
    [
        f"https://www.bing.com/ck/a?!&&p=1a2b&u=a1{urlsafe_b64encode(STORY.encode()).decode().rstrip('=')}&ntb=1",
        f"https://web.archive.org/web/2023/{STORY.removeprefix('https://')}",
        *(f"https://archive.{ending}/2023.03.05-120000/{STORY}" for ending in ("fo", "li", "md", "vn")),
        f"{STORY}?view=amp",
        f"{STORY}?service=amp",
        f"{STORY}_amp",
        f"{STORY.replace('www.', 'amphtml.')}",
    ],
)
def test_more_forms_of_one_address(form: str) -> None:
    assert key_of(form) == key_of(STORY)


@given(st.binary(max_size=80))
def test_any_id_of_google_news_is_read_or_stays(raw: bytes) -> None:
    url = f"https://news.google.com/rss/articles/CB{urlsafe_b64encode(raw).decode().rstrip('=')}"
    found = parse(url)
    assert found is not None
    assert parse(found.web_url) is not None


@pytest.fixture
def mirrors() -> Iterator[None]:
    use_mirrors({"mirror.example": "outlet.example", "d3abc.host.example": "outlet.example"})
    yield
    use_mirrors({})


@pytest.mark.usefixtures("mirrors")
@pytest.mark.parametrize(
    ("url", "key", "outlet"),
    [
        ("https://www.mirror.example/a/1", "outlet.example/a/1", "outlet.example"),
        ("https://ru.mirror.example/a/1", "ru.outlet.example/a/1", "outlet.example"),
        ("https://d3abc.host.example/a/1", "outlet.example/a/1", "outlet.example"),
        ("https://m.d3abc.host.example/a/1", "outlet.example/a/1", "outlet.example"),
        ("https://host.example/a/1", "host.example/a/1", "host.example"),
        ("https://other.host.example/a/1", "other.host.example/a/1", "host.example"),
    ],
)
def test_a_mirror_may_be_a_host_below_the_domain_of_another(url: str, key: str, outlet: str) -> None:
    read = parse(url)
    assert read is not None
    assert (read.key, read.outlet) == (key, outlet)
