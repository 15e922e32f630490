"""Documents to entries."""

import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.parse import feed
from monitor.parse.feed import parse
from monitor.types import Entry, Hints, Link, Parsed, ParseFailure
from seeds.record import Image
from tests.monitor.parse.sound import assert_sound
from tests.web import Web

NOW = datetime(2026, 6, 15, tzinfo=UTC)
URL = "https://user:pw@example.org/news/feed.xml?token=secret"


def read(body: bytes | str, content_type: str = "application/xml") -> Parsed:
    parsed = parse(body.encode() if isinstance(body, str) else body, content_type, URL, NOW)
    assert isinstance(parsed, Parsed), parsed
    return parsed


def rss(*items: str, channel: str = "") -> str:
    namespaces = (
        'xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" '
        'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0" xmlns:atom="http://www.w3.org/2005/Atom"'
    )
    body = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0" {namespaces}><channel><title>News</title>{channel}{body}</channel></rss>'


def atom(entry: str, attributes: str = "") -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}><title>News</title><entry>{entry}</entry></feed>'


def only(body: bytes | str) -> Entry:
    (entry,) = read(body).entries
    return entry


def test_a_full_rss_entry() -> None:
    entry = only(
        rss(
            "<title>Cameras &amp;amp; faces</title><link>/1</link><guid isPermaLink='false'>id-1</guid>"
            "<pubDate>Mon, 05 Jan 2026 12:00:00 GMT</pubDate><dc:creator>A. Author</dc:creator>"
            "<category>Surveillance</category><category>Moscow</category><category>Moscow</category>"
            "<description>&lt;p&gt;A &lt;b&gt;short&lt;/b&gt; summary.&lt;/p&gt;</description>"
            "<content:encoded><![CDATA[<p>A long text.</p><p>In two paragraphs.</p><img src='/pic.jpg' width='600'>]]>"
            "</content:encoded><media:thumbnail url='/thumb.jpg' width='100' height='80'/>"
            "<media:content url='/film.mp4' type='video/mp4'/><enclosure url='/big.png' type='image/png' length='1'/>"
            "<source url='https://agency.example/feed'>The Agency</source>"
            "<feedburner:origLink>https://origin.example/1</feedburner:origLink>"
            "<atom:link rel='amphtml' href='/amp/1'/>",
            channel="<language>en-us</language><ttl>30</ttl><link>/</link>",
        )
    )

    assert entry.lemmas == "camera face paragraph summari"
    assert entry.stems == "camera face\na short summari\na long text in two paragraph"
    assert entry._replace(lemmas="", stems="", traces=None) == Entry(
        guid="id-1",
        link="https://example.org/1",
        title="Cameras & faces",
        excerpt="A short summary.",
        text="A long text.\nIn two paragraphs.",
        published_at="2026-01-05T12:00:00Z",
        published_raw="Mon, 05 Jan 2026 12:00:00 GMT",
        date_quality="exact",
        authors=("A. Author",),
        topics=("Surveillance", "Moscow"),
        images=(
            Image("https://example.org/thumb.jpg", 100, 80),
            Image("https://example.org/big.png"),
            Image("https://example.org/pic.jpg", 600),
        ),
        provider_name="The Agency",
        provider_url="https://agency.example/feed",
        language="en",
        links=(Link("https://origin.example/1", "original"), Link("https://example.org/amp/1", "amp")),
    )


def test_a_full_atom_entry() -> None:
    entry = only(
        atom(
            "<title type='html'>Faces &amp;amp; &lt;b&gt;cameras&lt;/b&gt;</title><id>tag:example.org,2026:1</id>"
            "<link href='1'/><link rel='enclosure' type='image/jpeg' href='pic.jpg'/>"
            "<published>2026-01-05T12:00:00Z</published><updated>2026-01-06T12:00:00+03:00</updated>"
            "<author><name>A. Author</name></author><category term='faces' label='Faces'/>"
            "<summary>Plain &lt;b&gt; summary</summary>",
            attributes="xml:base='https://base.example/dir/' xml:lang='en'",
        )
    )

    assert (entry.title, entry.link) == ("Faces & cameras", "https://base.example/dir/1")
    assert (entry.published_at, entry.updated_at) == ("2026-01-05T12:00:00Z", "2026-01-06T09:00:00Z")
    assert (entry.authors, entry.topics, entry.language) == (("A. Author",), ("Faces",), "en")
    assert (entry.excerpt, entry.text) == ("Plain <b> summary", "")
    assert entry.images == (Image("https://base.example/dir/pic.jpg"),)


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        (rss("<title>AT&amp;T</title>"), "AT&T"),
        (rss("<title>AT&amp;amp;T</title>"), "AT&T"),
        (rss("<title>&amp;lt;b&amp;gt; tag</title>"), "<b> tag"),
        (rss("<title>&lt;b&gt;Bold&lt;/b&gt; move</title>"), "Bold move"),
        (rss("<title>&lt;script&gt;alert(1)&lt;/script&gt;Hi</title>"), "Hi"),
        (rss("<title>&lt;img src=x onerror=alert(1)&gt;Hi</title>"), "Hi"),
        (rss("<title>&lt;svg/onload=alert(1)&gt;Hi</title>"), ""),
        (rss("<title>1 &lt; 2 &gt; 0</title>"), "1 < 2 > 0"),
        (rss("<title>\n A\tB \r\n C </title>"), "A B C"),
        (rss("<title>Лица и камеры</title>"), "Лица и камеры"),
        (rss("<title>a&#x202e;b&#x200b;c</title>"), "abc"),
        (rss("<title>e&#x301;</title>"), "é"),
        (rss("<title>x</title><media:title>y</media:title>"), "x"),
        (atom("<title>&lt;b&gt; is a tag</title>"), "<b> is a tag"),
        (atom("<title type='text'>AT&amp;amp;T</title>"), "AT&amp;T"),
        (
            atom("<title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>a<b>b</b> &lt;c></div></title>"),
            "ab <c>",
        ),
    ],
)
def test_titles(markup: str, title: str) -> None:
    assert only(markup.replace("</title>", "</title><guid>1</guid><id>1</id>", 2)).title == title


def test_everything_is_bounded() -> None:
    long = "word " * 2_000_000
    entry = only(
        rss(
            f"<title>{long}</title><guid>{long}</guid><link>http://a.example/{'x' * 20_000}</link>"
            f"<description>{long}</description>" + "".join(f"<category>{i} {long[:500]}</category>" for i in range(200))
        )
    )

    assert entry.link is None
    assert len(entry.title) <= 500
    assert len(entry.guid or "") <= 2_000
    assert len(entry.excerpt) <= 1_000
    assert len(entry.text) <= 100_000
    assert len(entry.topics) == 50


@pytest.mark.parametrize(
    ("item", "link"),
    [
        ("<link>https://a.example/1</link><guid>https://b.example/2</guid>", "https://a.example/1"),
        ("<guid>https://b.example/2</guid>", "https://b.example/2"),
        ("<guid isPermaLink='false'>https://b.example/2</guid>", "https://b.example/2"),
        ("<link>javascript:alert(1)</link><title>x</title>", None),
        ("<link>data:text/html,x</link><title>x</title>", None),
        ("<link>file:///etc/passwd</link><title>x</title>", None),
        ("<link>//b.example/1</link>", "https://b.example/1"),
        ("<link>https://me:pw@b.example/1</link>", "https://b.example/1"),
        ("<link>https://b.example/?a=1&amp;b=2</link>", "https://b.example/?a=1&b=2"),
        ("<link>\n https://b.example/a b </link>", "https://b.example/a%20b"),
        ("<title>x</title><link></link>", None),
        ("<title>x</title>", None),
    ],
)
def test_links(item: str, link: str | None) -> None:
    assert only(rss(item)).link == link


def test_a_guid_that_is_an_address_is_a_further_link() -> None:
    entry = only(rss("<link>https://a.example/1</link><guid>https://b.example/2</guid>"))

    assert entry.links == (Link("https://b.example/2", "guid"),)


def test_relative_links_never_carry_the_secrets_of_the_feed() -> None:
    entry = only(rss("<guid>#top</guid><link>#top</link><description>&lt;img src=''&gt;x</description>"))

    assert "secret" not in repr(entry)
    assert "pw" not in repr(entry)


def test_entries_that_say_nothing_are_counted() -> None:
    parsed = read(rss("<title>x</title>", "", "<pubDate>Mon, 05 Jan 2026 12:00:00 GMT</pubDate>", "<guid>1</guid>"))

    assert (len(parsed.entries), parsed.skipped) == (2, 2)


@pytest.mark.parametrize("unseen", ["&#8203;", " \n ", "<![CDATA[ ]]>", "&#xAD;&#x200E;"])
def test_an_entry_of_what_cannot_be_seen_says_nothing(unseen: str) -> None:
    parsed = read(rss("<title>x</title>", f"<title>{unseen}</title><description>{unseen}</description>"))

    assert ([entry.title for entry in parsed.entries], parsed.skipped) == (["x"], 1)


def test_an_excerpt_is_made_from_a_long_content() -> None:
    sentences = "This is a sentence of the text. " * 40
    entry = only(rss(f"<title>x</title><content:encoded>{sentences}</content:encoded>"))

    assert entry.text == sentences.strip()
    assert entry.excerpt.endswith("text.")
    assert 200 < len(entry.excerpt) <= 350


def test_a_date_falls_back_from_nonsense() -> None:
    entry = only(rss("<title>x</title><pubDate>9999-01-01T00:00:00Z</pubDate><dc:date>2026-01-05T12:00:00Z</dc:date>"))

    assert (entry.published_at, entry.date_quality) == ("2026-01-05T12:00:00Z", "exact")


PHOTO = (
    "<media:content url='/1.jpg' type='image/jpeg' width='800' height='600'><media:title>Photo title</media:title>"
    "<media:description type='html'>A &lt;b&gt;caption&lt;/b&gt;</media:description>"
    "<media:credit role='photographer'>P. Hoto</media:credit></media:content>"
)
REAL = "<title>x</title><guid>1</guid><description>What it is about.</description>"


@pytest.mark.parametrize("item", [PHOTO + REAL, REAL + PHOTO, f"{REAL}<media:group>{PHOTO}</media:group>"])
def test_a_caption_belongs_to_its_picture(item: str) -> None:
    entry = only(rss(item))

    assert (entry.title, entry.excerpt, entry.text, entry.authors) == ("x", "What it is about.", "", ())
    assert entry.images == (Image("https://example.org/1.jpg", 800, 600, title="A caption", attribution="P. Hoto"),)


def test_captions_and_credits_follow_the_picture_they_stand_after() -> None:
    entry = only(
        rss(
            f"{REAL}<media:content url='/1.jpg' medium='image'/><media:credit>One</media:credit>"
            "<media:content url='/2.jpg' medium='image'/><media:credit>Two</media:credit>"
            "<media:description>Second</media:description><media:thumbnail url='/t.jpg' width='75' height='50'/>"
            "<media:credit role='author'>W. Riter</media:credit>"
        )
    )

    assert [(i.url[-5:], i.title, i.attribution) for i in entry.images] == [
        ("1.jpg", None, "One"),
        ("2.jpg", "Second", "Two"),
        ("t.jpg", None, None),
    ]
    assert entry.authors == ("W. Riter",)


def test_a_film_is_described_by_its_description() -> None:
    entry = only(
        rss(
            "<title>x</title><guid>1</guid><media:group><media:description>Of the film</media:description></media:group>"
        )
    )

    assert entry.excerpt == "Of the film"


@pytest.mark.parametrize("name", ["yandex:full-text", "turbo:content"])
def test_the_whole_article_is_taken_from_feeds_for_yandex(name: str) -> None:
    namespaces = "xmlns:yandex='http://news.yandex.ru' xmlns:turbo='http://turbo.yandex.ru'"
    body = rss(f"{REAL}<{name} {namespaces}>&lt;p&gt;The whole article.&lt;/p&gt;&lt;p&gt;Its end.&lt;/p&gt;</{name}>")

    plain = body.replace(f"<{name} {namespaces}>", f"<{name}>").replace("<rss ", f"<rss {namespaces} ")

    assert (only(plain).excerpt, only(plain).text) == ("What it is about.", "The whole article.\nIts end.")


def test_pictures_that_are_enclosed_without_a_type_are_told_by_their_name() -> None:
    entry = only(rss(f"{REAL}<enclosure url='/1.jpg' length='1'/><enclosure url='/2.mp3' length='1' type=''/>"))

    assert entry.images == (Image("https://example.org/1.jpg"),)


def test_atom_03() -> None:
    entry = only(
        '<feed version="0.3" xmlns="http://purl.org/atom/ns#" xml:lang="en"><title>News</title><entry><id>1</id>'
        "<title mode='escaped' type='text/html'>Faces &amp;amp; &lt;b&gt;cameras&lt;/b&gt;</title><link rel='alternate' href='/1'/>"
        "<issued>2026-01-05T12:00:00Z</issued><modified>2026-01-06T12:00:00Z</modified><author><name>A. Author</name></author>"
        "<summary>A summary</summary></entry></feed>"
    )

    assert (entry.guid, entry.link, entry.title) == ("1", "https://example.org/1", "Faces & cameras")
    assert (entry.published_at, entry.updated_at) == ("2026-01-05T12:00:00Z", "2026-01-06T12:00:00Z")
    assert (entry.authors, entry.excerpt) == (("A. Author",), "A summary")


@pytest.mark.parametrize(
    ("dates", "published", "updated"),
    [
        ("<dc:date>2026-01-05T12:00:00Z</dc:date>", "2026-01-05T12:00:00Z", "2026-01-05T12:00:00Z"),
        (
            "<dcterms:issued>2026-01-04T12:00:00Z</dcterms:issued><dcterms:modified>2026-01-06T12:00:00Z</dcterms:modified>",
            "2026-01-04T12:00:00Z",
            "2026-01-06T12:00:00Z",
        ),
        (
            "<pubDate>Mon, 05 Jan 2026 12:00:00 GMT</pubDate><atom:updated>2026-01-07T12:00:00Z</atom:updated>",
            "2026-01-05T12:00:00Z",
            "2026-01-07T12:00:00Z",
        ),
    ],
)
def test_dates_of_modules(dates: str, published: str, updated: str) -> None:
    body = rss(f"{REAL}{dates}").replace("<rss ", "<rss xmlns:dcterms='http://purl.org/dc/terms/' ")

    assert (only(body).published_at, only(body).updated_at) == (published, updated)


@pytest.mark.parametrize(
    "module",
    [
        "<slash:comments>5</slash:comments><slash:section>x</slash:section>",
        "<georss:point>55.7 37.6</georss:point><georss:featurename>Moscow</georss:featurename>",
        "<georss:where><gml:Point><gml:pos>55.7</gml:pos></gml:Point></georss:where>",
        "<itunes:duration>10:00</itunes:duration><itunes:explicit>no</itunes:explicit>",
        "<wfw:commentRss>https://a.example/c</wfw:commentRss><thr:total>5</thr:total>",
    ],
)
def test_modules_that_say_nothing_about_an_article_do_no_harm(module: str) -> None:
    namespaces = (
        "xmlns:slash='http://purl.org/rss/1.0/modules/slash/' xmlns:georss='http://www.georss.org/georss' "
        "xmlns:gml='http://www.opengis.net/gml' xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd' "
        "xmlns:wfw='http://wellformedweb.org/CommentAPI/' xmlns:thr='http://purl.org/syndication/thread/1.0'"
    )
    with_module = rss(f"{REAL}{module}").replace("<rss ", f"<rss {namespaces} ")

    assert only(with_module) == only(rss(REAL))


def test_hints() -> None:
    channel = (
        "<ttl> 90 </ttl><skipHours><hour>0</hour><hour>24</hour><hour>23</hour><hour>99</hour></skipHours>"
        "<skipDays><day>Sunday</day><day>Caturday</day></skipDays>"
    )
    period = "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>"

    assert read(rss(channel=channel)).hints == Hints(5_400, (0, 23), ("Sunday",))
    assert read(rss(channel=period)).hints == Hints(1_800)
    assert read(rss(channel="<ttl>soon</ttl>")).hints == Hints()


def test_a_feed_with_nothing_in_it_is_a_feed() -> None:
    parsed = read(rss())

    assert (parsed.version, parsed.entries, parsed.degraded) == ("rss20", (), None)


@pytest.mark.parametrize(
    "cut", ["<item><title>Four", "<item><title>Four</title><descr", "<item", "", "<item><![CDATA[x"]
)
def test_a_document_that_is_cut_off_keeps_what_came_before(cut: str) -> None:
    whole = rss(*(f"<title>{i}</title><guid>{i}</guid>" for i in "123"))

    parsed = read(whole.removesuffix("</channel></rss>") + cut)

    assert [entry.title for entry in parsed.entries] == ["1", "2", "3"]
    assert parsed.degraded is not None
    assert "cut off" in parsed.degraded


def encoded(text: str, encoding: str, declared: str | None = None) -> bytes:
    return f'<?xml version="1.0" encoding="{declared or encoding}"?>{text}'.encode(encoding)


RUSSIAN = rss("<title>Распознавание лиц</title><guid>1</guid>")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (encoded(RUSSIAN, "windows-1251"), "application/xml"),
        (encoded(RUSSIAN, "koi8-r"), "text/xml"),
        (encoded(RUSSIAN, "utf-8"), "text/xml"),
        (encoded(RUSSIAN, "utf-16"), "application/xml"),
        (encoded(RUSSIAN, "utf-32"), "application/xml"),
        (b"\xef\xbb\xbf" + RUSSIAN.encode(), "application/rss+xml; charset=utf-8"),
        (RUSSIAN.encode("windows-1251"), "text/xml; charset=windows-1251"),
        (encoded(RUSSIAN, "utf-8", "unheard-of"), "application/xml"),
        (encoded(RUSSIAN, "utf-8", "idna"), "application/xml"),
        (encoded(RUSSIAN, "utf-8", "zlib"), "application/xml"),
        (encoded(RUSSIAN, "utf-8"), "application/xml; charset=koi8-r"),
        (encoded(RUSSIAN, "utf-8", "windows-1251"), "application/xml"),
    ],
)
def test_encodings(body: bytes, content_type: str) -> None:
    assert read(body, content_type).entries[0].title == "Распознавание лиц"


@pytest.mark.parametrize(
    "body",
    [
        rss("<title><![CDATA[<!h<!h<]]></title><guid>1</guid>"),
        rss("<title>a<![x</title><guid>1</guid>"),
        rss("<title>&#xD800;&#99999999999;&nope;</title><guid>1</guid>"),
        rss("<title>a\x00b\x08c</title><guid>1</guid>"),
        rss("<title>é</title><guid>1</guid>").encode("latin-1"),
        encoded(rss("<title>\\ud800</title><guid>1</guid>"), "ascii", "unicode_escape"),
        encoded(rss("<title>+2AA-</title><guid>1</guid>"), "ascii", "utf-7"),
        b"\xff\xfe" + rss("<title>x</title><guid>1</guid>").encode(),
    ],
)
def test_hostile_text_becomes_valid_text(body: str | bytes) -> None:
    result = parse(body.encode() if isinstance(body, str) else body, "application/xml", URL, NOW)

    repr(result).encode("utf-8")
    if isinstance(result, Parsed):
        for text in strings(result):
            assert all(unicodedata.category(c) not in {"Cc", "Cs"} for c in text)


def strings(parsed: Parsed) -> Iterator[str]:
    for entry in parsed.entries:
        yield from (value for value in (entry.title, entry.guid, entry.link, entry.excerpt) if value)


@pytest.mark.parametrize("template", ["{}", "\n {} \n", "<rss>{}</rss>"])
def test_a_body_that_is_a_path_or_an_address_is_not_opened(template: str) -> None:
    with Web() as web:
        for body in ("/etc/passwd", web.url("/x"), __file__):
            parse(template.format(body).encode(), "application/xml", URL, NOW)

        assert web.connections == 0


def test_external_entities_are_neither_read_nor_asked_for() -> None:
    with Web() as web:
        for declaration in (
            f'<!DOCTYPE rss SYSTEM "{web.url("/dtd")}">',
            f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{web.url("/x")}">]>',
            '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
            f'<!DOCTYPE rss [<!ENTITY % p SYSTEM "{web.url("/p")}"> %p;]>',
        ):
            result = parse(
                (declaration + rss("<title>a&x;b</title><guid>1</guid>")).encode(), "application/xml", URL, NOW
            )
            assert "root:" not in repr(result)

        assert web.connections == 0


@given(st.text(st.characters() | st.sampled_from("<>&![]-/?'\"="), max_size=60), st.sampled_from([0, 1, 2, 3]))
def test_no_document_crashes_the_parser(text: str, where: int) -> None:
    body = ("{}" + rss("<title>{}</title><guid>{}</guid>") + "{}").format(
        *(text if i == where else "" for i in range(4))
    )

    assert_sound(parse(body.encode("utf-8", "surrogatepass"), "application/xml", URL, NOW))


@pytest.mark.parametrize("oldest_first", [False, True])
def test_of_a_document_beyond_measure_the_newest_entries_are_read(
    monkeypatch: pytest.MonkeyPatch, oldest_first: bool
) -> None:
    monkeypatch.setattr(feed, "MOST_ENTRIES", 3)
    days = range(1, 6) if oldest_first else range(5, 0, -1)
    items = "".join(
        f"<item><title>Day {day}</title><link>https://example.org/{day}</link>"
        f"<pubDate>Thu, {day:02} Jan 2026 12:00:00 GMT</pubDate></item>"
        for day in days
    )

    parsed = feed.parse(
        f"<rss version='2.0'><channel>{items}</channel></rss>".encode(), "text/xml", "https://example.org/"
    )

    assert isinstance(parsed, Parsed)
    assert {entry.title for entry in parsed.entries} == {"Day 3", "Day 4", "Day 5"}
    assert parsed.degraded == "Only 3 of 5 entries were read."


@pytest.mark.parametrize(
    ("cut", "titles"),
    [
        ("", ["A"]),
        ("<link href='https://example.org/b'/><title>Hal", ["A"]),
        ("<title>Whole</title><link href='https:", ["A", "Whole"]),
    ],
)
def test_an_entry_that_breaks_off_before_it_says_anything_comes_with_the_next_answer(
    cut: str, titles: list[str]
) -> None:
    whole = "<entry><id>tag:a</id><title>A</title><link href='https://example.org/a'/></entry><entry><id>tag:b</id>"

    parsed = feed.parse(
        f"<feed xmlns='http://www.w3.org/2005/Atom'>{whole}{cut}".encode(),
        "application/atom+xml",
        "https://example.org/",
    )

    assert isinstance(parsed, Parsed)
    assert [entry.title for entry in parsed.entries] == titles
    assert parsed.skipped == 2 - len(titles)


@pytest.mark.parametrize(
    "body",
    [
        b'<?xml version="1.0"?><rss version="2.0"><channel><title>News</tit',
        b'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><item><ti',
        b"<rss><channel><<<<>>",
        b'<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>',
    ],
)
def test_a_feed_that_breaks_off_before_its_first_entry_is_not_an_empty_one(body: bytes) -> None:
    found = parse(body, "application/xml", "https://a.example/feed")
    assert isinstance(found, ParseFailure)
    assert (found.kind, "before its first entry" in found.message) == ("malformed", True)


@pytest.mark.parametrize(
    "body",
    [
        b'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title></channel></rss>',
        b'<?xml version="1.0"?><rss version="2.0"><channel><title>News & more</title></channel></rss >',
        b'<feed xmlns="http://www.w3.org/2005/Atom"><title>News &nbsp;</title></feed>',
    ],
)
def test_a_feed_without_entries_is_an_empty_one_be_it_well_formed_or_not(body: bytes) -> None:
    found = parse(body, "application/xml", "https://a.example/feed")
    assert isinstance(found, Parsed)
    assert found.entries == ()
