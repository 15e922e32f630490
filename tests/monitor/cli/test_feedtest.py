import pytest

from tests.fill import Folder
from tests.monitor.cli.conftest import Run
from tests.monitor.schedule.test_trial import NEWEST, RSS
from tests.web import Web


@pytest.fixture
def web(folder: Folder):
    """Two feeds of the settings: one that can be read, one that is a page; a third is off."""
    with Web() as served:
        good, page = served.answer("/good.xml", RSS), served.answer("/page", b"<html><title>News</title></html>")
        folder.settings.write_text(
            f'[poll]\nhost_gap = "0s"\n\n[[feeds]]\nurl = "{good}"\nname = "Good"\n\n'
            f'[[feeds]]\nurl = "{page}"\nname = "Page"\n\n'
            f'[[feeds]]\nurl = "{served.url("/off")}"\nenabled = false\n'
        )
        yield served


def test_all_feeds_that_are_on_are_asked_and_one_that_cannot_be_read_is_a_failure(web: Web, run: Run) -> None:
    result = run("feeds", "test")

    assert result.code == 1
    assert f"ok      Good  {web.url('/good.xml')}" in result.out
    assert f"2 entries, the newest of {NEWEST:%Y-%m-}" in result.out
    assert f"FAILED  Page  {web.url('/page')}" in result.out
    assert "This is a web page called “News”, not a feed." in result.out
    assert "look for a link called RSS" in result.out
    assert result.out.endswith("2 feeds asked: 1 can be read, 1 cannot.\n")
    assert web.count("/off") == 0


@pytest.mark.parametrize("which", ["good", "Good", "{}/good.xml", "{}/unlisted.xml"])
def test_one_feed_by_its_name_or_any_address(web: Web, run: Run, which: str) -> None:
    web.answer("/unlisted.xml", RSS)
    result = run("feeds", "test", which.format(web.url("")))

    assert result.code == 0
    assert result.out.endswith("1 feed asked: 1 can be read, 0 cannot.\n")
    assert len(web.hits) == 1


def test_json_is_one_list_and_what_is_said_meanwhile_goes_elsewhere(web: Web, run: Run) -> None:
    result = run("feeds", "test", "--json")

    assert result.code == 1
    good, page = result.json
    assert (good["ok"], good["name"], good["entries"], good["format"]) == (True, "Good", 2, "RSS 2.0")
    assert (page["ok"], page["error"]) == (False, "not_a_feed")
    assert "FAILED" in result.err


def test_nothing_is_stored(web: Web, folder: Folder, run: Run) -> None:
    folder.database.unlink()
    run("feeds", "test")

    assert not folder.database.exists()


@pytest.mark.parametrize(
    ("which", "words"), [("nobody", "no configured feed"), ("ftp://a.example/feed", "expected an http")]
)
def test_what_is_no_feed_of_anybody_is_refused(web: Web, run: Run, which: str, words: str) -> None:
    result = run("feeds", "test", which)

    assert result.code == 2
    assert words in result.err
    assert web.hits == []


def test_a_feed_cannot_steer_the_terminal(web: Web, run: Run) -> None:
    web.answer("/evil", RSS.replace(b"Metro Herald", "\u202eHerald\u009b2J".encode()))
    result = run("feeds", "test", web.url("/evil"))

    assert result.code == 0
    assert not {"\u202e", "\x9b", "\x1b"} & set(result.out)
