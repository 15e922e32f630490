"""Feeds with faults: each with what it answers, poll after poll, and what is to come of it.

A case is served under a path of its own. It gives its answers in turn, one each poll, and the last one from then on; by
default the fault, then a good answer.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.program import item, rss
from tests.web import Answer, Hit, Web

Say = bytes | Answer | Callable[[Hit, socket.socket], None]
XML = {"Content-Type": "application/rss+xml"}


@dataclass(frozen=True)
class Case:
    """One feed with a fault."""

    name: str
    says: tuple[Say, ...]
    error: frozenset[str | None] = frozenset()
    """Kinds of failure, one of which is to be noted; none when the feed is to be read nevertheless."""
    words: str = ""
    """What the reason says, among other things."""
    titles: tuple[str, ...] = ()
    """Headlines that it brings at the first poll."""
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return f"/{self.name}"


def bad(name: str, says: Say, *error: str, words: str = "") -> Case:
    """A feed that fails, then recovers."""
    return Case(name, (says, good(name)), frozenset(error), words)


def fine(name: str, says: Say, *titles: str, words: str = "") -> Case:
    """A feed that looks odd and can be read."""
    return Case(name, (says, good(name)), frozenset(), words, titles)


def good(name: str) -> Answer:
    """A good answer."""
    return Answer(rss(item(f"Recovered {name}", f"https://{name.replace('_', '-')}.example/recovered")), headers=XML)


def serve(web: Web, case: Case) -> str:
    """Serve a case; returns the address of the feed."""
    asked = 0

    def behave(hit: Hit, connection: socket.socket) -> None:
        nonlocal asked
        said = case.says[min(asked, len(case.says) - 1)]
        asked += 1
        if callable(said):
            said(hit, connection)
        else:
            connection.sendall(said if isinstance(said, bytes) else said.encoded())

    return web.behave(case.path, behave)


def silence(hit: Hit, connection: socket.socket) -> None:
    """Never a word; until the other side leaves."""
    connection.recv(1)


def drip(head: bytes, piece: bytes, every: float) -> Say:
    """A beginning, and then the same again and again."""

    def behave(hit: Hit, connection: socket.socket) -> None:
        connection.sendall(head)
        connection.settimeout(every)
        while True:
            try:
                if not connection.recv(1):
                    return
            except TimeoutError:
                connection.sendall(piece)

    return behave


def flood(head: bytes, piece: bytes, most: int) -> Say:
    """A beginning, and then the same as fast as it goes."""

    def behave(hit: Hit, connection: socket.socket) -> None:
        connection.sendall(head)
        for _ in range(most // len(piece)):
            connection.sendall(piece)

    return behave
