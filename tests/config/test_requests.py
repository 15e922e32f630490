from pathlib import Path
from typing import Any

import pytest

from config.errors import ConfigError
from config.load import load, missing_secrets
from config.model import Feed
from config.requests import asked, secrets, shown, spelt_out

URL = "https://a.example/feed"
BASE = Path("/base")
ENVIRON = {"TOKEN": "s3cret-token", "ID": "4711", "PROXY": "socks5://u:w0rd-w0rd@127.0.0.1:9050"}


def feed(**said: Any) -> Feed:
    return Feed(url=said.pop("url", URL), **said)


def test_headers_cookies_and_proxy_are_filled_in() -> None:
    how = asked(
        feed(
            url="https://a.example/${ID}",
            headers={"Authorization": "Bearer ${TOKEN}", "Accept-Language": "ru"},
            cookies={"session": "${TOKEN}", "consent": "yes"},
            proxy="${PROXY}",
        ),
        BASE,
        ENVIRON,
    )

    assert how.url == "https://a.example/4711"
    assert how.headers == {
        "Authorization": "Bearer s3cret-token",
        "Accept-Language": "ru",
        "Cookie": "session=s3cret-token; consent=yes",
    }
    assert how.proxy == ENVIRON["PROXY"]


@pytest.mark.parametrize(("written", "proxy"), [("", None), ("none", ""), ("http://p:1", "http://p:1")])
def test_no_proxy_of_its_own_and_none_at_all_are_two_things(written: str, proxy: str | None) -> None:
    assert asked(feed(proxy=written), BASE, {}).proxy == proxy


@pytest.mark.parametrize(
    ("url", "asked_url"),
    [("feed.xml", "/base/feed.xml"), ("/x/feed.xml", "/x/feed.xml"), ("file:feed.xml", "/base/feed.xml"), (URL, URL)],
)
def test_a_path_starts_at_the_folder_of_the_settings(url: str, asked_url: str) -> None:
    assert asked(feed(url=url), BASE, {}).url == asked_url


@pytest.mark.parametrize(
    ("said", "environ", "words"),
    [
        ({"headers": {"X-Key": "${NONE}"}}, {}, "variable NONE is not set"),
        ({"headers": {"X-Key": "${K}"}}, {"K": "hush\r\nX-Other: 1"}, "variable K holds spaces or control"),
        ({"headers": {"X-Key": "${K}"}}, {"K": "ключ-hush"}, "header X-Key holds line breaks"),
        ({"cookies": {"id": "${K}"}}, {"K": "hush;admin=1"}, "cookie id holds spaces"),
        ({"proxy": "${K}"}, {"K": "ftp://hush@p"}, "expected an address such as"),
    ],
)
def test_what_the_environment_makes_unusable_is_named_and_not_shown(
    said: dict[str, Any], environ: dict[str, str], words: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        asked(feed(**said), BASE, environ)

    assert words in str(caught.value)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("said", "parts"),
    [
        ({"headers": {"Authorization": "Bearer hunter2", "Accept-Language": "ru"}}, ["the header Authorization"]),
        ({"headers": {"X-Api-Key": "${KEY}"}}, []),
        ({"cookies": {"a": "hunter2", "b": "${B}"}}, ["the cookie a"]),
        ({"proxy": "http://me:hunter2@p:1"}, ["the proxy"]),
        ({"url": "https://a.example/?token=hunter2"}, ["the address"]),
        ({}, []),
    ],
)
def test_secrets_that_are_spelt_out_are_named_and_hidden(said: dict[str, Any], parts: list[str]) -> None:
    written = feed(**said)

    assert list(spelt_out(written)) == parts
    assert "hunter2" not in str(shown(written))
    assert secrets(written, {}).out_of("hunter2") == ("***" if parts else "hunter2")


def test_loading_warns_of_them_and_doctor_hears_of_what_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "seedwatch.toml"
    path.write_text(
        f'[[feeds]]\nurl = "{URL}"\nheaders = {{Authorization = "Basic hunter2"}}\ncookies = {{id = "${{NONE}}"}}\n'
    )
    loaded = load(path, environ={}, cwd=tmp_path)

    (warning,) = loaded.warnings
    assert "the header Authorization" in warning
    assert "hunter2" not in warning
    (missing,) = missing_secrets(loaded, {})
    assert "NONE is not set" in str(missing)
