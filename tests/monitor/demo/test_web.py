"""The invented web: what its feeds say, by the parser that everything else uses."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from monitor.demo.documents import Edition
from monitor.demo.outlets import OUTLETS, Outlet, articles, last_second, published
from monitor.demo.web import SLOW_S, Reply, feeds, reply
from monitor.parse.feed import parse_here
from monitor.types import Entry, Parsed, ParseFailure

STARTED = datetime(2026, 11, 21, 12, tzinfo=UTC)
BY_SLUG = {outlet.slug: outlet for outlet in OUTLETS}
WHOLE = [outlet for outlet in OUTLETS if outlet.conduct in {"well", "moved", "slow"}]


def ask(path: str, second: float = 0, host: str = "127.0.0.1:8000") -> Reply:
    return reply(Edition(8000, STARTED, second), host, path)


def read(path: str, second: float = 0) -> Parsed | ParseFailure:
    answer = ask(path, second)
    return parse_here(answer.body, answer.headers["Content-Type"], f"http://127.0.0.1:8000{path}", STARTED)


def entries(path: str, second: float = 0) -> tuple[Entry, ...]:
    parsed = read(path, second)
    assert isinstance(parsed, Parsed)
    return parsed.entries


@pytest.mark.parametrize("outlet", WHOLE, ids=lambda o: o.slug)
@pytest.mark.parametrize("second", [0, last_second()])
def test_every_format_and_encoding_says_what_the_outlet_published(outlet: Outlet, second: int) -> None:
    parsed = read(f"/{outlet.slug}/{outlet.feed}", second)
    listed = published(outlet, second)

    assert isinstance(parsed, Parsed)
    assert (parsed.title, parsed.degraded) == (outlet.name, None)
    assert parsed.language == (None if outlet.format == "telegram" else outlet.language)
    assert {e.language for e in parsed.entries} == {outlet.language}
    assert [e.title for e in parsed.entries] == [a.title_at(second) for a in listed]
    if outlet.format != "sitemap":
        assert all(
            a.text in (e.excerpt + e.text).replace("\n", " ") for e, a in zip(parsed.entries, listed, strict=True)
        )
    assert all(e.published_at and e.date_quality == "exact" for e in parsed.entries)


@pytest.mark.parametrize(
    ("slug", "kind"), [("copper-journal", "login"), ("blank-weekly", "empty"), ("quiet-channel", "no_preview")]
)
def test_what_answers_200_and_is_no_feed(slug: str, kind: str) -> None:
    path = f"/{slug}/{BY_SLUG[slug].feed}"
    parsed = read(path)

    assert ask(path).status == 200
    assert isinstance(parsed, ParseFailure)
    assert parsed.kind == kind


def test_a_document_that_breaks_off_loses_its_last_entry() -> None:
    parsed = read("/harbour-post/feed.xml")

    assert isinstance(parsed, Parsed)
    assert parsed.degraded == "The document is cut off; what came before was read."
    assert len(parsed.entries) == len(published(BY_SLUG["harbour-post"], 0)) - 1


def test_a_moved_feed_leads_to_one_that_is_there() -> None:
    answer = ask("/steppe-telegraph/rss")

    assert answer.status == 301
    assert entries(answer.headers["Location"])


def test_one_feed_is_slow_and_one_is_gone() -> None:
    assert ask("/tide-radio/feed.xml").after == SLOW_S
    assert ask("/mill-gazette/feed.xml").status == 404


def test_one_feed_is_behind_a_test_for_humans() -> None:
    answer = ask("/iron-gate/feed.xml")

    assert (answer.status, answer.headers["cf-mitigated"]) == (403, "challenge")


def test_one_feed_leads_to_another() -> None:
    answer = ask("/neva-observer/index.rdf")

    assert (answer.status, answer.headers["Location"]) == (301, "/neva-observer/feed.xml")


def test_an_edit_changes_the_headline_and_nothing_else() -> None:
    before, after = (entries("/polar-dispatch/feed.xml", second)[0] for second in (19, 20))

    assert before.title == "Arkhangelsk ties street cameras to facial recognition"
    assert after.title == "Arkhangelsk ties 900 street cameras to the facial recognition of the police"
    assert (before.guid, before.link, before.published_at) == (after.guid, after.link, after.published_at)


def test_all_guids_of_one_feed_change_and_its_addresses_stay() -> None:
    before, after = (entries("/rights-ledger/feed.xml", second) for second in (39, 40))

    assert not {e.guid for e in before} & {e.guid for e in after}
    assert [e.link for e in before] == [e.link for e in after]


def test_new_articles_appear_every_fifteen_seconds() -> None:
    originals = sorted(a.published for a in articles() if a.published > 0 and not a.page.startswith("agency-"))

    assert originals == [15 * number for number in range(1, len(originals) + 1)]


def test_a_section_lists_articles_of_its_outlet_at_the_same_addresses() -> None:
    section = {e.link for e in entries("/neva-observer/technology.xml")}

    assert section
    assert section < {e.link for e in entries("/neva-observer/feed.xml")}


def test_every_article_belongs_to_outlets_that_exist_and_has_an_address_of_its_own() -> None:
    named = {slug for article in articles() for slug in (article.outlet, *article.also)}
    addresses = Counter((article.outlet, article.page) for article in articles())

    assert named <= BY_SLUG.keys()
    assert set(addresses.values()) == {1}


def test_the_links_of_all_feeds_lead_to_pages_with_the_article() -> None:
    for listed in feeds():
        path = answer.headers["Location"] if (answer := ask(listed.path)).status == 301 else listed.path
        if ask(path).status != 200 or not isinstance(read(path), Parsed):
            continue
        for entry in entries(path):
            host, _, path = str(entry.link).removeprefix("http://").partition("/")
            if host.endswith(".localhost:8000"):
                page = ask(f"/{path}", host=host)

                assert page.status == 200, entry.link
                assert entry.excerpt.removeprefix(entry.title).strip().replace("'", "&#x27;") in page.body.decode()


@pytest.mark.parametrize(
    ("path", "host"),
    [
        ("/nobody/feed.xml", "127.0.0.1:8000"),
        ("/polar-dispatch/other.xml", "127.0.0.1:8000"),
        ("/polar-dispatch", "127.0.0.1:8000"),
        ("/news/nothing", "polar-dispatch.localhost:8000"),
        ("/news/norilsk-cameras", "polar-dispatch.localhost:8000"),
        ("/../../etc/passwd", "127.0.0.1:8000"),
    ],
)
def test_what_is_not_there_or_not_yet_is_not_found(path: str, host: str) -> None:
    assert ask(path, host=host).status == 404


def test_the_front_page_lists_all_feeds() -> None:
    page = ask("/").body.decode()

    assert all(f'<a href="{listed.path}">{listed.name}</a>' in page for listed in feeds())
