"""Sending a notice to one target, through Apprise. What goes wrong comes back as a sentence without secrets."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from config.secrets import expand, is_reference, literal_secrets, secrets_of
from monitor.deliver.plaintext import plain

INSTALL = "notices need Apprise; install `seedwatch[alerts]`"
_LONGEST = 200
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy")


class NotInstalled(Exception):
    """Apprise is not there; `str()` says what to do."""


def labels(targets: Sequence[str]) -> dict[str, str]:
    """Label → target as written. A label tells the kind of service, or the variable it comes from, and no secret."""
    named: dict[str, str] = {}
    for target in targets:
        kind = target if is_reference(target) and target.endswith("}") else target.partition(":")[0].lower()
        name = kind
        number = 1
        while name in named:
            number += 1
            name = f"{kind} {number}"
        named[name] = target
    return named


def check(targets: Iterable[str], environ: Mapping[str, str]) -> None:
    """See that all targets, as written, can be sent to as far as that is known beforehand.

    Raises:
        ConfigError: a variable that a target names is not set.
        NotInstalled: there is no Apprise.
    """
    for target in targets:
        expand(target, environ)
        _apprise()


def send(target: str, title: str, body: str, *, environ: Mapping[str, str], proxy: str = "") -> str | None:
    """Send plain text to a target, as it is written in the settings; gives what went wrong, or None.

    The only proxy that is used is the one of the settings.

    Raises:
        ConfigError: a variable that the target names is not set.
        NotInstalled: there is no Apprise.
    """
    apprise = _apprise()
    address = expand(target, environ)
    sender = apprise.Apprise(asset=apprise.AppriseAsset(app_id="seedwatch", app_desc="seedwatch", app_url=""))
    if not sender.add(address):
        return "its address is none that Apprise knows"
    with _log() as said, _through(expand(proxy, environ)):
        done = sender.notify(body=body, title=title, body_format=apprise.NotifyFormat.TEXT)
    if done:
        return None
    reason = (
        plain(secrets_of([target], literal_secrets(target), environ).out_of(said[0]))[:_LONGEST]
        if said
        else "the service did not take it"
    )
    return reason if address not in reason else "the service did not take it"


def _apprise() -> Any:
    try:
        import apprise  # noqa: PLC0415  an extra, and slow to import
    except ImportError:
        raise NotInstalled(INSTALL) from None
    return apprise


@contextlib.contextmanager
def _log() -> Iterator[list[str]]:
    """What Apprise warns of meanwhile; nothing of it reaches the log."""
    said: list[str] = []
    logger = logging.getLogger("apprise")
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    before = logger.propagate, logger.level
    logger.propagate = False
    logger.setLevel(logging.WARNING)
    logger.addHandler(handler)
    try:
        yield said
    finally:
        logger.removeHandler(handler)
        logger.propagate, logger.level = before


@contextlib.contextmanager
def _through(proxy: str) -> Iterator[None]:
    """Let requests go through this proxy, or none; what the environment names does not count, as everywhere."""
    before = {name: os.environ.pop(name) for name in _PROXIES if name in os.environ}
    if proxy:
        os.environ |= {"HTTP_PROXY": proxy, "HTTPS_PROXY": proxy}
    else:
        os.environ["NO_PROXY"] = "*"
    try:
        yield
    finally:
        for name in _PROXIES:
            os.environ.pop(name, None)
        os.environ |= before
