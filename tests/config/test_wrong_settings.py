"""Faults in the settings (missing, unreadable, misspelt, of a wrong type): one line each, with file, line and key."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import ConfigError
from config.files import LARGEST
from config.load import check, load
from config.model import Settings


def fault(path: Path) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load(path, environ={}, cwd=path.parent)
    assert "\n" not in str(caught.value)
    return caught.value


def faults(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        check(text, Path("seedwatch.toml"))
    return [str(error) for error in caught.value.every]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert (
        str(fault(tmp_path / "x.toml"))
        == f"{tmp_path / 'x.toml'}: no such file; `seedwatch init` writes one to start from"
    )


def test_a_folder_is_named_as_such(tmp_path: Path) -> None:
    assert str(fault(tmp_path)).endswith(": this is a folder; name the file in it")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file(tmp_path: Path) -> None:
    path = tmp_path / "seedwatch.toml"
    path.touch(mode=0)

    assert str(fault(path)).endswith("cannot be read: Permission denied")


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="Linux only")
def test_a_file_that_breaks_off_while_it_is_read() -> None:
    assert str(fault(Path("/proc/self/mem"))) == "/proc/self/mem: cannot be read: Input/output error"


def test_a_dangling_link_is_not_the_same_as_no_settings(tmp_path: Path) -> None:
    (tmp_path / "seedwatch.toml").symlink_to(tmp_path / "gone.toml")

    with pytest.raises(ConfigError, match="no such file"):
        load(None, environ={}, cwd=tmp_path)


def test_a_path_with_a_zero_byte(tmp_path: Path) -> None:
    assert "cannot be read" in str(fault(tmp_path / "a\0b"))


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"[poll]\ninterval = '1h' # \xe9\n", 2, "not UTF-8"),
        ("[poll]\n".encode("utf-16"), 1, "not UTF-8"),
        (b"\x00\x01", 1, "not valid TOML"),
        (b"a = \n", 1, "not valid TOML"),
        (b"[poll]\n\ninterval: 1h\n", 3, "not valid TOML"),
        (b"\n\n[poll\n", 3, "not valid TOML"),
        (b"a = [1,\n", 1, "not valid TOML"),
        (b"x = " + b"[" * 100_000, None, "nested too deeply"),
        (b"[poll]\n" + b"a." * 1_000_000 + b"a = 1", None, "nested too deeply"),
        (b"x = {" + b'"a" . ' * 1_000 + b"a = 1}", None, "nested too deeply"),
        (b"x = " + b"9" * 5_000, None, "not valid TOML"),
        (b"#" * (LARGEST + 1), None, "larger than 5 MB"),
    ],
)
def test_what_is_no_toml(tmp_path: Path, data: bytes, line: int | None, words: str) -> None:
    path = tmp_path / "seedwatch.toml"
    path.write_bytes(data)

    error = fault(path)

    assert words in error.message
    assert (error.path, error.line) == (path, line)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n# only a comment\n",
        b"\xef\xbb\xbf[poll]\ninterval = '1h'\n",
        b"[poll]\r\ninterval = '1h'\r\n",
        b"[poll]\n\tinterval\t=\t'1h'\n",
    ],
)
def test_empty_files_byte_order_marks_tabs_and_windows_lines_are_fine(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "seedwatch.toml"
    path.write_bytes(data)

    assert load(path, environ={}, cwd=tmp_path).settings.poll == Settings().poll


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[poll]\nintervall = "1h"', ':2: poll.intervall: unknown key; did you mean "interval"?'),
        ('[poll]\nInterval = "1h"', ':2: poll.Interval: unknown key; did you mean "interval"?'),
        ("\n[pol]\ninterval = 1", ':2: pol: unknown key or section; did you mean "poll"?'),
        ('interval = "1h"', ":1: interval: unknown key or section; it belongs in [poll]"),
        ('[poll]\nfeeds_from = ["a"]', ":2: poll.feeds_from: unknown key; it belongs at the top of the file"),
        ("[database]\nzzz = 1", ":2: database.zzz: unknown key; the keys here are path"),
        ('[alerts]\nto = ["hunter2"]', ':2: alerts.to[1]: expected an address such as "tgram://'),
        ('[alerts]\nto = ["a://${b-c}"]', ':2: alerts.to[1]: expected an address such as "tgram://'),
        ('[alerts]\nto = ["a://x", "a://x"]', ":2: alerts.to: expected each address once"),
        ('[alerts]\ndigest = ["8:00"]', ":2: alerts.digest[1]: expected a time such as 08:00"),
        ('[alerts]\nquiet = "22:00-24:00"', ':2: alerts.quiet: expected hours such as "22:00-07:00"'),
        (
            '[alerts.watches]\nmoscow = ["hunter2"]',
            ':2: alerts.watches.moscow[1]: expected an address such as "tgram://',
        ),
        (
            '[browse]\npassword = "hunter2"',
            ':2: browse.password: expected the name of an environment variable as "${NAME}"',
        ),
        ('[alerts]\nto = "a://x"', ":2: alerts.to: "),
        ("[backfill]\nmail = 1", ":2: backfill.mail: unknown key; the keys here are host_gap"),
        ('[backfill]\narchive = "web.archive.org"', ':2: backfill.archive: expected an address such as "https://web'),
        (
            '[[feeds]]\nurl = "a"\n[[feeds]]\nurl = "b"\ntag = ["x"]',
            ':5: feeds[2].tag: unknown key; did you mean "tags"?',
        ),
        ('feeds = [\n  {url = "a"},\n  {uri = "b"},\n]', ":1: feeds[2].url: missing; every feed needs one"),
        ('[feeds]\nurl = "a"', ":1: feeds: expected [[feeds]], in two pairs of brackets, above each feed"),
        ('"poll"."intervall" = "1h"', ":1: poll.intervall: unknown key"),
        ('[poll]\ninterval = "no"', ':2: poll.interval: expected a duration such as "30s"'),
        ("[poll]\ninterval = 5", ":2: poll.interval: expected a duration"),
        ("[poll]\ninterval = 0", ":2: poll.interval: expected a duration"),
        ('[poll]\ninterval = "-1h"', ":2: poll.interval: expected a duration"),
        ("[poll]\ninterval = nan", ":2: poll.interval: expected a duration"),
        ("[poll]\ninterval = 1e99", ":2: poll.interval: expected a duration"),
        ("[poll]\ninterval = 2026-01-01", ":2: poll.interval: expected a duration"),
        ('[poll]\ntimeout = "0s"', ':2: poll.timeout: expected a duration longer than "0s"'),
        ('[poll]\nmax_body = "0B"', ':2: poll.max_body: expected a size larger than "0B"'),
        ("[poll]\nmax_body = 15", ":2: poll.max_body: expected a size with its unit"),
        ("[poll]\nconcurrency = 0", ":2: poll.concurrency: expected at least 1, got 0"),
        ("[poll]\nconcurrency = -3", ":2: poll.concurrency: expected at least 1, got -3"),
        ('[poll]\nconcurrency = "8"', ':2: poll.concurrency: expected a whole number, got "8"'),
        ("[poll]\nconcurrency = true", ":2: poll.concurrency: expected a whole number, got true"),
        ("[poll]\nconcurrency = 0x" + "f" * 9_000, ":2: poll.concurrency: expected "),
        ("[poll]\nconcurrency = 1e99", ":2: poll.concurrency: expected a whole number, got 1e+99"),
        (
            "[poll]\nconcurrency = 2\nhost_concurrency = 3",
            ":3: poll.host_concurrency: is above poll.concurrency, which is 2",
        ),
        ('[poll]\ninterval = "5m"', ':2: poll.interval: "5m" is below poll.min_interval, which is "10m"'),
        ('[poll]\ninterval = "2d"', ':2: poll.interval: "2d" is above poll.max_interval, which is "1d"'),
        ('[poll]\nmin_interval = "2d"', ':2: poll.min_interval: "2d" is above poll.max_interval, which is "1d"'),
        ('[poll]\ncontact = "a\\nX: y"', ":2: poll.contact: expected a text on one line"),
        ("[relevance]\nlikely = 1.5", ":2: relevance.likely: expected at most 1, got 1.5"),
        ("[relevance]\nmaybe = -0.1", ":2: relevance.maybe: expected at least 0, got -0.1"),
        ("[relevance]\nlikely = nan", ":2: relevance.likely: expected a number, not nan or inf"),
        ('[relevance]\nlikely = "high"', ':2: relevance.likely: expected a number, got "high"'),
        ("[relevance]\nlikely = 0.3", ":1: relevance.maybe: 0.4 is above relevance.likely, which is 0.3"),
        ('[relevance]\nlanguages = ["en", "xx"]', ':2: relevance.languages[2]: expected "en" or "ru", got "xx"'),
        ('[relevance]\nlanguages = "en"', ":2: relevance.languages: expected a list such as"),
        ('[relevance]\nglossary = ["walrus"]', ":2: relevance.glossary[1]: expected words that mean one thing such as"),
        ('[relevance]\nglossary = ["a = ,"]', ":2: relevance.glossary[1]: expected words that mean one thing such as"),
        ("[relevance]\nlanguages = []", ":2: relevance.languages: expected at least one"),
        ('[relevance]\nlanguages = ["en", "en"]', ':2: relevance.languages: "en" is listed twice'),
        ("[browse]\nport = 70000", ":2: browse.port: expected at most 65535, got 70000"),
        (
            '[browse]\ntimezone = "Moscow"',
            ':2: browse.timezone: expected a time zone such as "Europe/Berlin", got "Moscow"',
        ),
        ('[browse]\ntimezone = "../../etc/passwd"', ":2: browse.timezone: expected a time zone"),
        ("[browse]\nhost = 2026-01-01", ":2: browse.host: expected a text in quotes, got the date or time 2026-01-01"),
        ('[browse]\nhost = ""', ":2: browse.host: expected a host"),
        ('[browse]\narbitrary_sql = "yes"', ':2: browse.arbitrary_sql: expected true or false, got "yes"'),
        ('[network]\nproxy = "ftp://x:1"', ":2: network.proxy: expected an address such as"),
        ('[network]\nallow_private = ["localhost"]', ":2: network.allow_private[1]: expected a host and a port"),
        ('[network]\nallow_private = ["a:0"]', ":2: network.allow_private[1]: expected a host and a port"),
        ('[network]\nallow_private = ["::1:80"]', ":2: network.allow_private[1]: expected a host and a port"),
        (
            '[retention]\nfetches = "0s"',
            ':2: retention.fetches: expected a duration such as "30d", or "" for ever, got "0s"',
        ),
        ("[database]\npath = 5", ":2: database.path: expected a path, got 5"),
        ('[database]\npath = ""', ':2: database.path: expected a path, got ""'),
        ('[seeds]\npaths = ["a", 5]', ":2: seeds.paths[2]: expected a path, got 5"),
        ("poll = 3", ":1: poll: expected a table, got 3"),
        ('[poll]\ninterval = "1h"\ninterval = "2h"', ":3: poll.interval: the same key twice; it is already on line 2"),
        ("[poll]\n\n[browse]\n[poll]\n", ":4: poll: the same key twice; it is already on line 1"),
        ('[[feeds]]\nurl = ""', ":2: feeds[1].url: expected the address of a feed"),
        ('[[feeds]]\nurl = "javascript:alert(1)"', ":2: feeds[1].url: expected an http, https or file address"),
        ('[[feeds]]\nurl = "ftp://a/b"', ":2: feeds[1].url: expected an http, https or file address"),
        ('[[feeds]]\nurl = "https://a/${TOKEN"', ':2: feeds[1].url: "${TOKEN" is not a reference to the environment'),
        ('[[feeds]]\nurl = "https://a/${}"', ':2: feeds[1].url: "${}" is not a reference to the environment'),
        ('[[feeds]]\nurl = "http://"', ":2: feeds[1].url: expected an address such as https://example.org/feed.xml"),
        ('[[feeds]]\nurl = "http://[x/"', ":2: feeds[1].url: expected an address such as"),
        ('[[feeds]]\nurl = "http://a:99999/"', ":2: feeds[1].url: expected an address such as"),
        ('[[feeds]]\nurl = "http://a b/"', ":2: feeds[1].url: expected an address such as"),
        ('[[feeds]]\nurl = "http://a/\\nb"', ":2: feeds[1].url: expected an address without line breaks"),
        ('[[feeds]]\nurl = "a"\nheaders = {Host = "b"}', ":3: feeds[1].headers: the header Host is ours to send"),
        (
            '[[feeds]]\nurl = "a"\nheaders = {Content-Length = "0"}',
            ":3: feeds[1].headers: the header Content-Length is ours",
        ),
        (
            '[[feeds]]\nurl = "a"\nheaders = {Cookie = "a=b"}',
            ":3: feeds[1].headers: the header Cookie is ours to send: put cookies into",
        ),
        (
            '[[feeds]]\nurl = "a"\nheaders = {X = "a\\r\\nY: b"}',
            ":3: feeds[1].headers: the value of the header X holds line breaks",
        ),
        (
            '[[feeds]]\nurl = "a"\nheaders = {"X: y" = "a"}',
            ':3: feeds[1].headers: "X: y" cannot be the name of a header',
        ),
        (
            '[[feeds]]\nurl = "a"\nheaders = {X-A = "1", x-a = "2"}',
            ":3: feeds[1].headers: the header x-a is given twice",
        ),
        ('[[feeds]]\nurl = "a"\nheaders = "Bearer hunter2"', ":3: feeds[1].headers: expected a table"),
        ('[[feeds]]\nurl = "a"\ncookies = {a = "b;c"}', ":3: feeds[1].cookies: the value of the cookie a holds spaces"),
        ('[[feeds]]\nurl = "a"\ncookies = {"a b" = "c"}', ':3: feeds[1].cookies: "a b" cannot be the name of a cookie'),
        ('[[feeds]]\nurl = "a"\nproxy = "gopher://p"', ":3: feeds[1].proxy: expected an address such as"),
        ('[[feeds]]\nurl = "a"\ninterval = "0s"', ':3: feeds[1].interval: expected a duration longer than "0s"'),
        ('[[feeds]]\nurl = "a"\ninterval = ""', ":3: feeds[1].interval: expected a duration such as"),
    ],
)
def test_a_wrong_setting_is_named_with_its_line_and_what_was_expected(text: str, message: str) -> None:
    first, *others = faults(text)

    assert first.startswith(f"seedwatch.toml{message}")
    assert not [other for other in others if "missing" not in other and "unknown" not in other]


def test_all_faults_of_a_file_are_told_at_once_in_the_order_of_the_file() -> None:
    text = '[browse]\nport = -1\n[poll]\ntimeout = "x"\n\nintervall = "1h"\n[[feeds]]\nname = "A"\n'

    lines = [message.split(":")[1] for message in faults(text)]

    assert lines == ["2", "4", "6", "7"]


def test_an_error_never_shows_a_secret_from_the_file() -> None:
    text = '[[feeds]]\nurl = "ftp://me:hunter2@a/?token=hunter3"\n[network]\nproxy = "socks://me:hunter4@p"\n'

    assert "hunter" not in "".join(faults(text))


def test_a_hostile_key_cannot_break_the_line_or_steer_the_terminal() -> None:
    message = faults('"a\\nERROR: b\\u001b[2J" = 1\n')[0]

    assert message.isprintable()


def found(text: str) -> tuple[ConfigError, ...]:
    try:
        check(text, Path("x.toml"))
    except ConfigError as error:
        return error.every
    return ()


NAMES = ["poll", "feeds", "interval", "url", "browse", "port", "x", '"a b"', "tags"]
VALUES = ['"1h"', "5", "nan", "true", "[]", "[1, 'x']", "{}", "{url = 'a'}", "2026-01-01", '"""a\nb"""', "[\n1,\n]"]
STATEMENTS = st.one_of(
    st.sampled_from([f"[{name}]" for name in NAMES] + [f"[[{name}]]" for name in NAMES] + ["# x = 1", ""]),
    st.builds("{} = {}".format, st.sampled_from(NAMES), st.sampled_from(VALUES)),
    st.text(max_size=12),
)


@given(st.lists(STATEMENTS, max_size=12).map("\n".join))
def test_any_text_gives_settings_or_errors_with_lines_of_that_file(text: str) -> None:
    count = text.count("\n") + 1

    for error in found(text):
        assert error.line is None or 1 <= error.line <= count
        assert str(error).isprintable()
