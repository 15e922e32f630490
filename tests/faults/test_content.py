"""Documents that are hostile, broken or merely strange: F29 to F36."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.hostile import XML, Case, bad, fine
from tests.faults.rounds import Rounds
from tests.monitor.parse.channel import card, page, post
from tests.program import item, rss
from tests.web import Answer, Web

BAIT = "Bait that must not be read"


def said(name: str, body: bytes, **headers: str) -> Answer:
    return Answer(body, headers=headers or XML)


def titled(title: bytes, encoding: str | None = None, mark: bytes = b"") -> bytes:
    declared = f' encoding="{encoding}"'.encode() if encoding else b""
    head = b'<?xml version="1.0"' + declared + b'?><rss version="2.0"><channel><title>T</title><item><title>'
    return mark + head + title + b"</title><guid>1</guid></item></channel></rss>"


def lures(web: Web, folder: Path) -> list[Case]:
    """Bodies and entities that name something else to read."""
    file = folder / "bait.xml"
    file.write_bytes(rss(item(BAIT, "https://bait.example/1")))
    url = web.answer("/bait", rss(item(BAIT, "https://bait.example/2")))
    dtd = web.answer("/bait.dtd", b'<!ENTITY x "bait">')
    passwd = '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "{}">]>'
    parameter = '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY % x SYSTEM "{}"> %x;]>'
    external = '<?xml version="1.0"?><!DOCTYPE rss SYSTEM "{}">'
    body = (
        "<rss version='2.0'><channel><title>T</title><item><title>Head {}</title><guid>1</guid></item></channel></rss>"
    )
    return [
        bad("f29_path", b"HTTP/1.1 200 OK\r\n\r\n/etc/passwd", "not_a_feed"),
        bad("f29_url", said("", url.encode()), "not_a_feed"),
        bad("f29_real_file", said("", str(file).encode()), "not_a_feed"),
        fine("f30_xxe_file", said("", (passwd.format(file.as_uri()) + body.format("&x;")).encode()), "Head"),
        fine("f30_xxe_http", said("", (passwd.format(url) + body.format("&x;")).encode()), "Head"),
        fine("f30_parameter", said("", (parameter.format(dtd) + body.format("one")).encode()), "Head one"),
        fine("f30_external_dtd", said("", (external.format(dtd) + body.format("two")).encode()), "Head two"),
    ]


LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
BLOWN = [
    bad(
        "f31_laughs",
        b"HTTP/1.1 200 OK\r\n\r\n<!DOCTYPE rss [<!ENTITY l0 'ha'>" + LAUGHS + b"]><rss>&l9;</rss>",
        "refused",
    ),
    bad(
        "f31_quadratic",
        b"HTTP/1.1 200 OK\r\n\r\n<!DOCTYPE rss [<!ENTITY a '"
        + b"a" * 50_000
        + b"'>]><rss>"
        + b"&a;" * 20_000
        + b"</rss>",
        "refused",
    ),
]
HEAVY = [
    Case(
        "f31_attributes",
        (said("", b"<rss version='2.0'><channel " + b" ".join(b"a%d='x'" % n for n in range(50_000)) + b"/></rss>"),),
        frozenset({"timeout"}),
    ),
    Case(
        "f31_nesting",
        (
            said(
                "",
                b"<rss version='2.0'><channel><item>"
                + b"<a>" * 100_000
                + b"</a>" * 100_000
                + b"</item></channel></rss>",
            ),
        ),
        frozenset({None, "timeout", "memory", "malformed"}),
    ),
    Case(
        "f31_empty_items",
        (said("", b"<rss version='2.0'><channel>" + b"<item/>" * 400_000 + b"</channel></rss>"),),
        frozenset({None, "timeout", "memory"}),
    ),
]
RUSSIAN = "Лица в метро"
STRANGE = [
    fine("f32_marked_section", said("", titled(b"<![CDATA[<!h<!h< Odd]]>")), "<!h<!h< Odd"),
    fine("f32_nul", said("", titled(b"One\x00two")), "Onetwo"),
    fine("f32_bad_utf8", said("", titled(b"Bad \xff\xfe bytes", "utf-8")), "Bad ÿþ bytes"),
    fine("f32_surrogate", said("", titled(b"Half &#xD800; pair")), "Half \ufffd pair"),
    fine("f32_utf16", said("", titled(RUSSIAN.encode(), "utf-16").decode().encode("utf-16")), RUSSIAN),
    fine("f32_utf32", said("", titled(RUSSIAN.encode(), "utf-32").decode().encode("utf-32")), RUSSIAN),
    fine("f32_mark", said("", titled(RUSSIAN.encode(), mark=b"\xef\xbb\xbf")), RUSSIAN),
    fine("f32_windows_1251", said("", titled(RUSSIAN.encode("cp1251"), "windows-1251")), RUSSIAN),
    fine("f32_koi8", said("", titled(RUSSIAN.encode("koi8-r"), "koi8-r")), RUSSIAN),
    fine("f32_1252_as_utf8", said("", titled("Café “news”".encode("cp1252"), "utf-8")), "Café “news”"),
    fine("f32_utf7", said("", titled(b"Plain", "utf-7")), "Plain"),
    fine("f32_unknown", said("", titled(b"Plain", "x-klingon")), "Plain"),
    fine("f32_idna", said("", titled(b"Plain", "idna")), "Plain"),
    fine("f32_zlib", said("", titled(b"Plain", "zlib")), "Plain"),
    fine("f32_unicode_escape", said("", titled(b"Plain \\u0041", "unicode_escape")), "Plain A"),
]
ATOM = b"<feed xmlns='http://www.w3.org/2005/Atom'><title>T</title><id>f</id><entry><id>1</id><title>Atom</title></entry></feed>"
RDF = (
    b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='%s'><channel><title>T</title></channel>"
    b"<item><title>%s</title><link>https://rdf.example/%s</link></item></rdf:RDF>"
)
FORMATS = [
    fine("f33_rss_091", said("", titled(b"Old").replace(b"2.0", b"0.91")), "Old"),
    fine("f33_rss_090", said("", RDF % (b"http://my.netscape.com/rdf/simple/0.9/", b"Older", b"0")), "Older"),
    fine("f33_rss_10", said("", RDF % (b"http://purl.org/rss/1.0/", b"RDF", b"1")), "RDF"),
    fine("f33_atom", said("", ATOM, **{"Content-Type": "application/atom+xml"}), "Atom"),
    fine("f33_as_html", said("", ATOM, **{"Content-Type": "text/html"}), "Atom"),
    fine("f33_rss_20", said("", titled(b"New")), "New"),
    fine(
        "f33_atom_03",
        said(
            "",
            b"<feed version='0.3' xmlns='http://purl.org/atom/ns#'><title>T</title><entry><id>1</id><title>Atom 3</title>"
            b"<issued>2026-01-05T12:00:00Z</issued></entry></feed>",
        ),
        "Atom 3",
    ),
    fine(
        "f33_json_feed_10",
        said("", b'{"version":"https://jsonfeed.org/version/1","items":[{"id":1,"title":"JSON one"}]}'),
        "JSON one",
    ),
    fine(
        "f33_json_feed_11",
        said("", b'{"items":[{"id":"1","title":"JSON two"}]}', **{"Content-Type": "application/feed+json"}),
        "JSON two",
    ),
    fine(
        "f33_news_sitemap",
        said(
            "",
            b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'"
            b" xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'><url><loc>https://map.example/1</loc>"
            b"<news:news><news:title>From a map</news:title></news:news></url></urlset>",
        ),
        "From a map",
    ),
    fine("f33_telegram", said("", page(post(1, "A post about faces")).encode()), "A post about faces"),
    bad("f33_json", said("", b'{"a": 1}'), "unsupported", words="JSON"),
    bad(
        "f33_sitemap",
        said("", b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'/>"),
        "unsupported",
        words="This is a sitemap of 0 pages",
    ),
    bad("f33_sitemap_index", said("", b"<sitemapindex/>"), "unsupported", words="an index of 0 sitemaps"),
    bad("f33_telegram_off", said("", card("View @x", "5 subscribers", "X").encode()), "no_preview", words="switched"),
    bad(
        "f33_cdf", said("", b"<CHANNEL HREF='http://a.example/'><TITLE>T</TITLE></CHANNEL>"), "unsupported", words="CDF"
    ),
]
BARE = b"<rss version='2.0'><channel><title>T</title>%s</channel></rss>"
ITEMS = [
    fine("f34_no_guid", said("", BARE % b"<item><title>A</title><link>https://noguid.example/1</link></item>"), "A"),
    fine("f34_no_link", said("", BARE % b"<item><title>B</title><guid isPermaLink='false'>b1</guid></item>"), "B"),
    fine(
        "f34_no_title",
        said("", BARE % b"<item><link>https://notitle.example/1</link><description>Words</description></item>"),
        "Words",
    ),
    fine(
        "f34_title_alone",
        said("", BARE % b"<item><title>C one</title></item><item><title>C two</title></item>"),
        "C one",
        "C two",
    ),
    Case(
        "f34_nothing",
        (said("", BARE % b"<item></item><item><pubDate>today</pubDate></item><item><title>D</title></item>"),),
        titles=("D",),
    ),
]


@pytest.fixture(scope="module")
def rounds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rounds]:
    folder = tmp_path_factory.mktemp("content")
    with Web() as web:
        yield Rounds(folder, web, [*lures(web, folder), *BLOWN, *STRANGE, *FORMATS, *ITEMS])


@pytest.mark.parametrize("name", ["f29_path", "f29_url", "f29_real_file"])
def test_f29_a_body_that_names_a_file_or_an_address_is_not_followed(rounds: Rounds, name: str) -> None:
    rounds.check(name)
    assert rounds.web.count("/bait") == 0
    assert rounds.project.rows("SELECT * FROM items WHERE title = ?", BAIT) == []


@pytest.mark.parametrize("name", ["f30_xxe_file", "f30_xxe_http", "f30_parameter", "f30_external_dtd"])
def test_f30_external_entities_are_neither_read_nor_asked_for(rounds: Rounds, name: str) -> None:
    rounds.check(name)
    assert rounds.web.count("/bait") == rounds.web.count("/bait.dtd") == 0
    assert rounds.project.rows("SELECT * FROM items WHERE title LIKE '%Bait%' OR title LIKE '%bait%'") == []


@pytest.mark.parametrize("name", [case.name for case in BLOWN])
def test_f31_entities_that_blow_up_are_refused(rounds: Rounds, name: str) -> None:
    rounds.check(name)


@pytest.mark.slow
def test_f31_a_document_that_is_too_much_ends_at_its_deadline_and_delays_no_other(tmp_path: Path) -> None:
    with Web() as web:
        rounds = Rounds(tmp_path, web, HEAVY, polls=1)
        rounds.rest_is_well()
        for case in HEAVY:
            error = rounds.fetch(case.name)["error_code"]
            assert error in case.error
            assert rounds.health(case.name)["consecutive_failures"] == (error is not None)
        assert rounds.polls[0].done.peak < 1_500_000_000


@pytest.mark.parametrize("name", [case.name for case in STRANGE])
def test_f32_strange_bytes_become_plain_text(rounds: Rounds, name: str) -> None:
    rounds.check(name)
    for row in rounds.project.rows("SELECT title, excerpt FROM items"):
        for text in row.values():
            assert text == text.encode("utf-8").decode("utf-8")
            assert "\x00" not in text


@pytest.mark.parametrize("name", [case.name for case in FORMATS])
def test_f33_a_format_is_read_or_named(rounds: Rounds, name: str) -> None:
    rounds.check(name)


@pytest.mark.parametrize("name", [case.name for case in ITEMS if case.name != "f34_nothing"])
def test_f34_an_item_without_its_parts_is_kept_by_what_it_has(rounds: Rounds, name: str) -> None:
    rounds.check(name)


def test_f34_items_with_nothing_in_them_are_left_out_and_never_become_one(rounds: Rounds) -> None:
    rounds.rest_is_well()
    assert rounds.titles("f34_nothing") == ["D"]
    assert rounds.fetch("f34_nothing")["entries"] == 1
    assert rounds.project.rows("SELECT guid, link FROM sightings WHERE title = 'D'") == [{"guid": None, "link": None}]


# --- identity


def changing(*documents: bytes) -> tuple[Answer, ...]:
    return tuple(said("", document) for document in documents)


def numbered(number: int, guid: str) -> str:
    words = ("Mayor opens a bridge", "Court frees a poet", "Storm closes the port", "Chess title goes north")
    return item(words[number], f"https://ids.example/{guid and number}", guid)


GUIDS = [
    Case("f35_first", changing(rss(item("One of the first", "https://first.example/1", "same")))),
    Case("f35_second", changing(rss(item("Another of the second", "https://second.example/1", "same")))),
    Case(
        "f35_two_guids",
        changing(rss(item("Twice", "https://twice.example/1", "g1"), item("Twice", "https://twice.example/1", "g2"))),
    ),
    Case(
        "f35_reused",
        changing(
            rss(item("Harbour bridge closed for repairs", "https://reused.example/1", "g")),
            rss(item("Elephants learn to count in Norway", "https://reused.example/2", "g")),
        ),
    ),
    Case(
        "f35_changing",
        changing(
            *(
                rss(*(item(f"Story number {n}", f"https://changing.example/{n}", f"{n}-{at}") for n in range(5)))
                for at in range(3)
            )
        ),
    ),
    Case(
        "f35_root",
        changing(
            rss(
                *(
                    item(f"Topic {n} and its own matter", f"https://root.example/{n}", "https://root.example/")
                    for n in range(5)
                )
            )
        ),
    ),
]
VARIANTS = {
    "Bridge opens": "https://www.variant.example/2026/a-story",
    "Poet is freed": "https://www.variant.example/2026/a-story?utm_source=x&utm_medium=rss",
    "Storm comes": "https://www.variant.example/2026/a-story?fbclid=abc",
    "Chess prize": "https://www.variant.example/2026/a-story/",
    "Whales return": "https://WWW.Variant.Example/2026/a-story",
    "Museum burns": "https://www.variant.example:443/2026/a-story",
    "Mayor resigns": "https://www.variant.example/2026/a-story#part",
    "Snow in June": "http://www.variant.example/2026/a-story",
    "Bakers strike": "https://m.variant.example/2026/a-story",
    "Trams derail": "https://variant.example/2026/%61-story",
    "Owls nest": "https://variant.example/2026/a-story/amp/",
    "Rivers rise": "https://variant-example.cdn.ampproject.org/c/s/variant.example/2026/a-story",
}
ADDRESSES = [
    *(
        Case(f"f36_variant_{n}", changing(rss(item(f"{title} in its own words", url, f"v{n}"))))
        for n, (title, url) in enumerate(VARIANTS.items())
    ),
    Case("f36_order_one", changing(rss(item("Ordered so", "https://order.example/x?a=1&b=2", "o1")))),
    Case("f36_order_two", changing(rss(item("Reversed, in other words", "https://order.example/x?b=2&a=1", "o2")))),
    Case(
        "f36_ids",
        changing(
            rss(
                item("Page one of the register", "https://ids.example/show?id=1"),
                item("Second entry, other words", "https://ids.example/show?id=2"),
            )
        ),
    ),
]


@pytest.fixture(scope="module")
def identities(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rounds]:
    with Web() as web:
        yield Rounds(tmp_path_factory.mktemp("ids"), web, [*GUIDS, *ADDRESSES], polls=3)


def items_of(rounds: Rounds, *names: str) -> set[str]:
    """Uids of the articles that these feeds have brought."""
    urls = [rounds.urls[name] for name in names]
    marks = ", ".join("?" * len(urls))
    rows = rounds.project.rows(f"SELECT DISTINCT item_uid FROM sightings WHERE feed_url IN ({marks})", *urls)
    return {row["item_uid"] for row in rows}


@pytest.mark.parametrize(
    ("names", "articles"),
    [
        (["f35_first", "f35_second"], 2),
        (["f35_two_guids"], 1),
        (["f35_reused"], 2),
        (["f35_changing"], 5),
        (["f35_root"], 5),
        ([f"f36_variant_{n}" for n in range(len(VARIANTS))], 1),
        (["f36_order_one", "f36_order_two"], 1),
        (["f36_ids"], 2),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_f35_f36_each_article_is_one_item_and_new_once(identities: Rounds, names: list[str], articles: int) -> None:
    identities.rest_is_well()
    assert len(items_of(identities, *names)) == articles
    new = [identities.fetch(name, poll)["new_items"] or 0 for name in names for poll in range(3)]
    assert sum(new) == articles


def test_f36_every_address_of_an_article_is_kept_with_it(identities: Rounds) -> None:
    uid = identities.project.value("SELECT item_uid FROM sightings WHERE guid = 'v0'")
    known = {row["url"] for row in identities.project.rows("SELECT url FROM item_urls WHERE item_uid = ?", uid)}
    assert set(VARIANTS.values()) <= known


def test_f36_json_says_the_same_as_the_views(identities: Rounds) -> None:
    uid = identities.project.value("SELECT item_uid FROM sightings WHERE guid = 'v0'")
    done = identities.project.run("items", "show", uid, "--json")
    assert done.code == 0
    assert json.loads(done.out)["uid"] == uid
