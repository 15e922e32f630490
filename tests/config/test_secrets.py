import copy
import pickle
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import ConfigError
from config.secrets import HIDDEN, Secret, expand, literal_secrets, redact, references, secrets_of

WORDS = st.from_regex(r"[A-Za-z0-9._~%-]{6,20}", fullmatch=True)


def test_references_are_filled_in_from_the_environment() -> None:
    assert expand("https://${USER}:${P}@a.org/?k=${P}", {"USER": "me", "P": "x"}) == "https://me:x@a.org/?k=x"
    assert expand("https://a.org/$HOME/{x}", {}) == "https://a.org/$HOME/{x}"
    assert references("${A}${B}${A}") == ("A", "B")


def test_a_passphrase_may_have_spaces_within() -> None:
    assert expand("${P}", {"P": "correct horse battery"}, words=True) == "correct horse battery"
    for value in (" correct horse", "correct horse ", "correct\nhorse", "correct\thorse"):
        with pytest.raises(ConfigError) as caught:
            expand("${P}", {"P": value}, words=True)

        assert "the environment variable P holds spaces at its start or end, or control characters" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "environ", "words"),
    [
        ("${FEED_TOKEN}", {}, "the environment variable FEED_TOKEN is not set"),
        ("${FEED_TOKEN}", {"FEED_TOKEN": ""}, "the environment variable FEED_TOKEN is not set"),
        ("${A}${FEED_TOKEN}", {"A": "hunter2"}, "the environment variable FEED_TOKEN is not set"),
        ("${A}", {"A": "hunter2\r\nX: y"}, "the environment variable A holds spaces or control characters"),
        ("${A}", {"A": "hunter2 "}, "the environment variable A holds spaces or control characters"),
        ("${}", {"": "hunter2"}, "is not a reference"),
        ("${A", {"A": "hunter2"}, "is not a reference"),
        ("${A:-b}", {"A": "hunter2"}, "is not a reference"),
    ],
)
def test_what_cannot_be_filled_in_is_named_and_no_value_shown(text: str, environ: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        expand(text, environ)

    assert words in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://me:pass@a.org/x", "https://a.org/x"),
        ("https://token@a.org/x", "https://a.org/x"),
        ("https://me:p@ss@a.org/x", "https://a.org/x"),
        ("https://a.org/?token=x&id=1", "https://a.org/?token=***&id=1"),
        ("https://a.org/?id=1;API_KEY=x", "https://a.org/?id=1;API_KEY=***"),
        ("https://a.org/?X-Amz-Signature=x", "https://a.org/?X-Amz-Signature=***"),
        ("https://a.org/?a%70ikey=x", "https://a.org/?a%70ikey=***"),
        ("https://a.org/#access_token=x", "https://a.org/#access_token=***"),
        ("https://a.org/?password=x&auth=y&sig=z", "https://a.org/?password=***&auth=***&sig=***"),
        (
            "GET https://u:p@a.org/?key=x failed; see https://b.org/",
            "GET https://a.org/?key=*** failed; see https://b.org/",
        ),
        ("https://a.org/?q=a@b.org", "https://a.org/?q=a@b.org"),
        ("https://a.org/@name/feed", "https://a.org/@name/feed"),
        ("https://a.org/?author=x&hl=en&ceid=RU:ru", "https://a.org/?author=x&hl=en&ceid=RU:ru"),
        ("https://${U}:${P}@a.org/?token=${T}", "https://${U}:${P}@a.org/?token=${T}"),
        ("https://me:${P}@a.org/", "https://a.org/"),
        ("http://[broken", "http://[broken"),
        ("", ""),
    ],
)
def test_secrets_are_taken_out_of_addresses_and_messages(url: str, shown: str) -> None:
    assert redact(url) == shown


@given(
    user=WORDS,
    password=WORDS,
    name=st.sampled_from(["token", "api-key", "Secret", "sig", "PASSWD", "auth"]),
    value=WORDS,
)
def test_no_part_of_a_secret_survives(user: str, password: str, name: str, value: str) -> None:
    url = f"https://{user}:{password}@host.example/path?x=1&{name}={value}#top"

    assert redact(url) == f"https://host.example/path?x=1&{name}={HIDDEN}#top"


@given(st.text())
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    assert redact(redact(text)) == redact(text)


@pytest.mark.parametrize("show", [str, repr, "{}".format, "{:>20}".format, "%s".__mod__, lambda s: f"{[s]}"])
def test_a_secret_does_not_show_itself(show: Callable[[object], str]) -> None:
    assert "hunter2" not in show(Secret("hunter2"))


def test_a_secret_is_revealed_only_on_request_and_never_pickled() -> None:
    secret = Secret("hunter2")

    assert secret.reveal() == "hunter2"
    assert secret == Secret("hunter2") != Secret("other")
    for write in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError):
            write(secret)


def test_what_went_into_a_request_does_not_come_out_again() -> None:
    address = "https://me:literal-word@a.example/${TOKEN}/feed?key=${KEY}&sig=spelt/out"
    environ = {"TOKEN": "s3cret&more", "KEY": "k9", "OTHER": "untouched"}
    secrets = secrets_of([address], literal_secrets(address), environ)

    assert secrets.out_of("https://b.example/s3cret%26more/new?x=k9&token=abc") == (
        "https://b.example/${TOKEN}/new?x=${KEY}&token=***"
    )
    assert secrets.out_of("No feed for s3cret&amp;more, literal-word or spelt%2Fout; untouched.") == (
        "No feed for ${TOKEN}, *** or ***; untouched."
    )
    document = b"<link>https://a.example/?t=s3cret&amp;more</link><p>k9, literal-word</p>"
    assert secrets.out_of_document(document) == b"<link>https://a.example/?t=${TOKEN}</link><p>k9, ***</p>"


def test_of_two_secrets_the_longer_is_taken_out_first() -> None:
    secrets = secrets_of(["${A}${B}"], (), {"A": "hunter", "B": "hunter2"})

    assert secrets.out_of("hunter2 hunter") == "${B} ${A}"
