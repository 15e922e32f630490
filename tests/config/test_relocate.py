from pathlib import Path

import pytest

from config.errors import ConfigError
from config.load import check
from config.relocate import leads_out, outside, relocate

TEXT = """\
# Mine.
[database]
path = "/var/news.db"   # big disk

[seeds]
paths = ["/srv/a", "b"] # two

[[feeds]]
url = "https://a.example/feed?key=${KEY}"
"""


def test_paths_are_changed_and_all_else_stays() -> None:
    new = relocate(TEXT, database="news.db", seeds=["a", "b"])

    assert new == TEXT.replace("/var/news.db", "news.db").replace('["/srv/a", "b"]', '["a", "b"]')


@pytest.mark.parametrize(
    "text", ["", "[poll]\ninterval = '1h'\n", 'seeds = {paths = ["/x"]}\n', "[seeds]\r\npaths = ['/x']\r\n"]
)
def test_keys_that_were_not_there_are_added(text: str) -> None:
    new = relocate(text, database="x.db", seeds=["s"], feeds_from=["f.opml"])
    settings = check(new, None)

    assert settings.database.path == Path("x.db")
    assert settings.seeds.paths == (Path("s"),)
    assert settings.feeds_from == (Path("f.opml"),)
    assert ("\r\n" in new) == ("\r\n" in text)


def test_what_is_no_settings_is_refused() -> None:
    with pytest.raises(ConfigError):
        relocate("[seeds\n", database="x")


@pytest.mark.parametrize(
    ("path", "out"),
    [("a", False), ("a/../b", False), ("./a", False), ("..", True), ("a/../../b", True), ("/a", True), ("~/a", True)],
)
def test_which_paths_lead_out(path: str, out: bool) -> None:
    assert leads_out(Path(path)) is out


def test_which_settings_lead_out() -> None:
    assert outside(check(TEXT, None)) == [("database.path", Path("/var/news.db")), ("seeds.paths", Path("/srv/a"))]
