"""What a feed's settings add to the requests for it: headers, cookies, a proxy; checked as written, and again when filled in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from config.errors import ConfigError
from config.feeds import local_path
from config.model import Feed
from config.secrets import HIDDEN, Secrets, expand, literal_secrets, looks_secret, redact, secrets_of
from config.values import DIRECT, cookies, headers, proxy


@dataclass(frozen=True, slots=True)
class Asked:
    """How one feed is asked, with its secrets filled in: never stored or logged."""

    url: str
    headers: Mapping[str, str]
    proxy: str | None
    """None: the one for all requests; empty: none at all."""


def asked(feed: Feed, base: Path, environ: Mapping[str, str]) -> Asked:
    """How a feed is asked; raises `ConfigError` that names the variable, header or cookie that cannot be used.

    A path starts at `base`, the folder of the settings.
    """
    url = expand(feed.url, environ)
    path = local_path(url, base)
    own = _checked("headers", headers, {name: expand(value, environ) for name, value in feed.headers.items()})
    jar = _checked("cookies", cookies, {name: expand(value, environ) for name, value in feed.cookies.items()})
    if jar:
        own = {**own, "Cookie": "; ".join(f"{name}={value}" for name, value in jar.items())}
    by = expand(feed.proxy, environ)
    _checked("proxy", lambda value: {"": proxy(value[""])}, {"": by})
    return Asked(str(path) if path is not None else url, own, "" if by == DIRECT else by or None)


def secrets(feed: Feed, environ: Mapping[str, str]) -> Secrets:
    """What went into the requests for a feed and must not come out again, wherever a server repeats it."""
    values = [*feed.headers.values(), *feed.cookies.values()]
    literal = [*literal_secrets(feed.url), *literal_secrets(feed.proxy), *feed.cookies.values()]
    literal += [word for name, value in feed.headers.items() if looks_secret(name) for word in value.split()[-1:]]
    return secrets_of((feed.url, feed.proxy, *values), literal, environ)


def spelt_out(feed: Feed) -> Iterator[str]:
    """Which parts of a feed's settings spell out a secret that belongs into the environment."""
    if redact(feed.url) != feed.url:
        yield "the address"
    if redact(feed.proxy) != feed.proxy:
        yield "the proxy"
    yield from (f"the header {name}" for name in feed.headers if shown(feed)["headers"][name] == HIDDEN)
    yield from (f"the cookie {name}" for name in feed.cookies if shown(feed)["cookies"][name] == HIDDEN)


def shown(feed: Feed) -> dict[str, dict[str, str]]:
    """Headers and cookies as they may be shown: a value that names no variable is hidden where it may be a secret."""
    return {
        "headers": {
            name: HIDDEN if looks_secret(name) and "${" not in value else value for name, value in feed.headers.items()
        },
        "cookies": {name: value if "${" in value else HIDDEN for name, value in feed.cookies.items()},
    }


def _checked(key: str, check: Callable[[dict[str, str]], dict[str, str]], values: dict[str, str]) -> dict[str, str]:
    try:
        return check(values)
    except ValueError as error:
        raise ConfigError(None, None, key, f"{error} (with the environment filled in)") from None
