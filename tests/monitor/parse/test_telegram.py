"""Public Telegram channels."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.parse.feed import parse
from monitor.parse.telegram import headline
from monitor.types import Entry, Link, Parsed, ParseFailure
from seeds.record import Image
from tests.monitor.parse.channel import answer, card, forward, page, photo, post, preview
from tests.monitor.parse.sound import assert_sound

NOW = datetime(2026, 6, 15, tzinfo=UTC)
URL = "http://127.0.0.1:8000/s/city_faces"
EMOJI = """<tg-emoji emoji-id="1"><i class="emoji" style="background-image:url('//telegram.org/img/emoji/1.png')"><b>⚡️</b></i></tg-emoji>"""
STICKER = '<div class="tgme_widget_message_sticker_wrap"><i class="tgme_widget_message_sticker"></i></div>'


def result(body: str, url: str = URL) -> Parsed | ParseFailure:
    return parse(body.encode(), "text/html; charset=utf-8", url, NOW)


def read(*posts: str) -> Parsed:
    parsed = result(page(*posts))
    assert isinstance(parsed, Parsed), parsed
    return parsed


def only(one: str) -> Entry:
    (entry,) = read(one).entries
    return entry


def test_a_channel() -> None:
    parsed = read(post(1, "First"), post(2, "Second"))

    assert (parsed.version, parsed.title, parsed.link) == ("telegram", "City Faces", "https://t.me/city_faces")
    assert [entry.title for entry in parsed.entries] == ["Second", "First"]
    assert (parsed.degraded, parsed.skipped) == (None, 0)


def test_a_full_post() -> None:
    entry = only(
        post(
            17,
            f"{EMOJI} <b>Cameras count faces in the metro</b><br/><br/>They hang at every gate &amp; platform, "
            '<a href="https://outlet.example/metro" target="_blank" rel="noopener">writes an outlet</a>.<br/>'
            '<a href="?q=%23faces">#faces</a> <a href="?q=%23%D0%BC%D0%B5%D1%82%D1%80%D0%BE">#метро</a>',
            before=answer("An older post") + photo("https://cdn4.telesco.pe/file/one.jpg"),
            after=preview(
                "https://outlet.example/metro", "Metro", "About it", "https://cdn4.telesco.pe/file/preview.jpg"
            ),
            signed="A. Reporter",
        )
    )

    assert entry._replace(lemmas="", stems="", traces=None) == Entry(
        guid="https://t.me/city_faces/17",
        link="https://t.me/city_faces/17",
        title="Cameras count faces in the metro",
        excerpt="⚡️ Cameras count faces in the metro They hang at every gate & platform, writes an outlet. #faces #метро",
        published_at="2026-06-14T10:00:00Z",
        published_raw="2026-06-14T10:00:00+00:00",
        date_quality="exact",
        authors=("A. Reporter",),
        topics=("faces", "метро"),
        images=(
            Image("https://cdn4.telesco.pe/file/one.jpg", 800, 600),
            Image("https://cdn4.telesco.pe/file/preview.jpg"),
        ),
        language="en",
        links=(Link("https://outlet.example/metro", "link"),),
    )


def test_a_forward_is_the_post_that_was_passed_on() -> None:
    entry = only(post(5, "News from elsewhere", before=forward("Elsewhere", "https://t.me/elsewhere/77")))

    assert (entry.link, entry.provider_name) == ("https://t.me/city_faces/5", "Elsewhere")
    assert entry.provider_url == "https://t.me/elsewhere/77"
    assert entry.links == (Link("https://t.me/elsewhere/77", "original"),)


@pytest.mark.parametrize("href", [None, "https://t.me/elsewhere", "javascript:alert(1)"])
def test_a_forward_whose_post_is_not_public_is_only_named(href: str | None) -> None:
    entry = only(post(5, "News from elsewhere", before=forward("Elsewhere", href)))

    assert (entry.provider_name, entry.links) == ("Elsewhere", ())


def test_a_post_without_words_is_called_after_what_it_shows() -> None:
    shown = preview("https://outlet.example/1", "A headline over there", "What it says.", "//cdn.example/p.jpg")
    poll = '<div class="tgme_widget_message_poll"><div class="tgme_widget_message_poll_question">Scared?</div></div>'
    document = '<div class="tgme_widget_message_document_title accent_color" dir="auto">order-17.pdf</div>'
    address = '<a href="https://outlet.example/1">https://outlet.example/1</a>'

    parsed = read(post(4, address, after=shown), post(3, after=poll), post(2, after=document), post(1, address))

    assert [(e.title, e.excerpt) for e in reversed(parsed.entries)] == [
        ("A headline over there", "A headline over there What it says."),
        ("Scared?", "Scared?"),
        ("order-17.pdf", "order-17.pdf"),
        ("https://outlet.example/1", "https://outlet.example/1"),
    ]
    assert parsed.entries[-1].images == (Image("https://cdn.example/p.jpg"),)


def test_pictures_alone_are_a_post_and_nothing_at_all_is_counted() -> None:
    album = photo("https://cdn4.telesco.pe/file/1.jpg", 400, 133.333) + photo("https://cdn4.telesco.pe/file/2.jpg")

    parsed = read(post(1, before=album), post(2, after=STICKER), post(3, "Pinned", kind="service_message"))

    assert [(entry.guid, entry.title) for entry in parsed.entries] == [("https://t.me/city_faces/1", "")]
    assert parsed.entries[0].images == (
        Image("https://cdn4.telesco.pe/file/1.jpg", 400, 533),
        Image("https://cdn4.telesco.pe/file/2.jpg", 800, 600),
    )
    assert parsed.skipped == 1


def test_texts_that_stand_in_each_other_are_one() -> None:
    inner = '<div class="tgme_widget_message_text js-message_text" dir="auto">Once</div>'

    assert only(post(1, inner)).excerpt == "Once"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Short", "Short"),
        ("A whole first line\nSecond line", "A whole first line"),
        ("\n\n⚡️❗️ Срочно:\nВ метро ставят камеры", "Срочно: В метро ставят камеры"),
        ("Коротко\nВ метро ставят камеры", "Коротко: В метро ставят камеры"),
        ("🔺\n«Лица» в метро", "«Лица» в метро"),
        ("#метро Лица", "#метро Лица"),
        (
            "A first sentence that is long enough. " + "More words follow. " * 20,
            "A first sentence that is long enough.",
        ),
        ("без точки " * 40, ("без точки " * 40)[:200].rsplit(" ", 1)[0] + "…"),
        ("👍👍👍", ""),
        ("", ""),
    ],
)
def test_headlines(text: str, title: str) -> None:
    assert headline(text) == title


def test_views_are_not_part_of_what_a_post_says() -> None:
    before, after = post(1, "Same"), post(1, "Same").replace("12.5K", "99.9M")

    assert only(before) == only(after)


def test_a_page_that_is_cut_off_keeps_the_posts_before() -> None:
    whole = page(post(1, "First"), post(2, "Second"), post(3, "Third and more"))

    parsed = result(whole[: whole.index("Third and") + 8])

    assert isinstance(parsed, Parsed)
    assert [entry.title for entry in parsed.entries] == ["Second", "First"]
    assert "cut off" in (parsed.degraded or "")


def test_a_channel_without_posts_is_a_feed() -> None:
    assert read().entries == ()


@pytest.mark.parametrize(
    ("body", "url", "kind", "says", "advises"),
    [
        (
            card("View @city_faces", "51 402 subscribers", "City Faces", "/s/city_faces"),
            "https://t.me/city_faces",
            "not_a_feed",
            "card of the Telegram channel “City Faces”",
            "Add https://t.me/s/city_faces instead.",
        ),
        (
            card("View @closed", "512 subscribers", "Closed"),
            "https://t.me/closed",
            "no_preview",
            "The owner of the Telegram channel “Closed” has switched its web preview off",
            "",
        ),
        (
            card("View @chat", "12 345 members, 512 online", "Chat"),
            "https://t.me/chat",
            "no_preview",
            "a Telegram group “Chat”",
            "",
        ),
        (card("Contact @durov", "@durov", "Pavel"), "https://t.me/durov", "no_preview", "person or a bot", ""),
        (
            card("Contact @nobody_at_all", action="Send Message"),
            "https://t.me/nobody_at_all",
            "no_preview",
            "There is no public Telegram channel called @nobody_at_all.",
            "Check the name",
        ),
        (
            card("Join Group Chat", "512 subscribers", "Secret"),
            "https://t.me/+AbCdEf",
            "no_preview",
            "an invitation to a private",
            "Only public channels",
        ),
    ],
)
def test_pages_without_posts_are_named(body: str, url: str, kind: str, says: str, advises: str) -> None:
    failure = result(body, url)

    assert isinstance(failure, ParseFailure)
    assert failure.kind == kind
    assert says in failure.message
    assert advises in failure.advice


def test_a_feed_that_quotes_telegram_is_still_that_feed() -> None:
    body = (
        "<rss version='2.0'><channel><item><title>x</title><guid>1</guid><description><![CDATA["
        f"{post(1, 'quoted')}]]></description></item></channel></rss>"
    )
    parsed = result(body)

    assert isinstance(parsed, Parsed)
    assert parsed.version == "rss20"


def test_hostile_markup_stays_text() -> None:
    entry = only(
        post(
            1,
            "a &lt;script&gt; b\u202ec <a href='javascript:alert(1)'>d</a>",
            before=photo("javascript:alert(1)") + photo("https://x.example/');evil:url(/"),
        )
    )

    assert (entry.title, entry.links) == ("a <script> bc d", ())
    assert entry.images == (Image("https://x.example/", 800, 600),)


@pytest.mark.parametrize("name", ["city_faces/1/2", "../1", "city_faces", "", "a b/1", "city_faces/1x"])
def test_an_identity_that_is_none_is_taken_from_the_date(name: str) -> None:
    body = page(post(1, "Text").replace('data-post="city_faces/1"', f'data-post="{name}"'))
    parsed = result(body)

    assert isinstance(parsed, Parsed)
    assert [entry.guid for entry in parsed.entries] == ["https://t.me/city_faces/1"]


@given(st.text(st.characters() | st.sampled_from("<>&\"'=/ "), max_size=60), st.integers(0, 3_000))
def test_no_page_crashes_the_parser(text: str, at: int) -> None:
    whole = page(post(1, "First", before=photo(text)), post(2, text))

    assert_sound(result((whole[:at] + text + whole[at:]).encode("utf-8", "replace").decode()))
