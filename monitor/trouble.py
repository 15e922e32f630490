"""What can be the matter with a feed: a name for each kind, in words that people use, and what a person can do about it.

The same names stand wherever a feed is spoken of: `feeds test`, `feeds list`, `status`, `doctor`, the log, the
database and the pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from types import MappingProxyType
from typing import Literal

from monitor.types import FetchKind, ParseKind

Condition = Literal["silent", "no_entries", "degraded", "moved", "same"]
"""What can be the matter with a feed that answers: far longer than usual without news; a feed without entries; read only in
part; answering from another address for good; redirecting to another feed of the settings."""

_LATER = "This may pass: try again later."
_LOOK = (
    "Open the site in a browser and look for a link called RSS or Feed; `seedwatch feeds discover URL` looks as well."
)
_WALL = (
    "A program cannot pass this test, and seedwatch does not try to. Look for another feed of the outlet, or ask it to"
    " let feed readers in."
)
_TELL = "Tell the people who run the site; nothing on this side mends it."
_MUCH = "The document is too much to read. Look for a feed with fewer entries."

FETCH: Mapping[FetchKind, tuple[str, str]] = MappingProxyType(
    {
        "dns": (
            "No such host",
            "Check the spelling of the host's name, and whether this machine has a network; else the site may be gone.",
        ),
        "refused": ("Connection refused", f"{_LATER} If the address names a port, check it."),
        "timeout": ("No answer", f"{_LATER} If the feed is always slow, raise poll.timeout."),
        "tls": (
            "No secure connection",
            (
                "What it sends cannot be trusted, so it is not read. Check this machine's clock and the host's name; else"
                " tell the people who run the site."
            ),
        ),
        "protocol": ("Broken answer", _TELL),
        "network": ("No connection", _LATER),
        "proxy": ("Proxy failed", "Check that the proxy runs, and its address, user and password in the settings."),
        "too_large": ("Too large", "If it really is that large, raise poll.max_body."),
        "encoding": ("Unreadable compression", _TELL),
        "blocked_address": (
            "Private address",
            "If this private address is meant, name its host and port in network.allow_private.",
        ),
        "redirect": ("Bad redirect", "Open the address in a browser, and put the one where it ends into the settings."),
        "client_error": ("Request refused", f"The address may be wrong. {_LOOK}"),
        "not_found": ("Not found", f"The feed may have moved. {_LOOK}"),
        "no_file": (
            "No such file",
            "Put the file where the settings say, or correct its path there; `seedwatch feeds remove` takes the feed out.",
        ),
        "gone": ("Gone", f"Remove it with `seedwatch feeds remove`, or find its successor. {_LOOK}"),
        "forbidden": (
            "Blocked",
            (
                "It may refuse programs, or visitors from where you are. Where a site asks who is there, set poll.contact;"
                " a `proxy` for this feed changes where you come from; else look for another feed of the outlet."
            ),
        ),
        "unauthorised": (
            "Blocked, login needed",
            (
                "Write user name and password into the address as https://${USER}:${PASSWORD}@host/, or a token into the"
                " feed's `headers`, and set the variables in the environment."
            ),
        ),
        "legal": (
            "Blocked for legal reasons",
            (
                "It is withheld where you are. A `proxy` for this feed changes where you come from; else look for another"
                " feed of the outlet."
            ),
        ),
        "too_many_requests": ("Blocked, asked too often", "Wait, and give the feed a longer `interval`."),
        "server_error": ("Server error", _LATER),
        "challenge": ("Challenge for humans", _WALL),
        "unreadable": (
            "Cannot be read",
            "Check the path, or set the variable that the address names in the environment.",
        ),
        "internal": ("Fault in seedwatch", "Please report it, with the address of the feed."),
    }
)
"""For requests that brought no document: name and advice."""

PARSE: Mapping[ParseKind, tuple[str, str]] = MappingProxyType(
    {
        "empty": ("Empty answer", f"{_LATER} If it stays so, the feed may have moved. {_LOOK}"),
        "not_a_feed": ("No feed", f"The address is probably that of a page. {_LOOK}"),
        "login": (
            "Login wall",
            f"The feed may be for subscribers, whose `cookies` or `headers` the settings can hold; or it moved. {_LOOK}",
        ),
        "challenge": ("Challenge for humans", _WALL),
        "consent": (
            "Consent page",
            f"A program cannot consent for you; a cookie that says so can stand in the feed's `cookies`. {_LOOK}",
        ),
        "forbidden": FETCH["forbidden"],
        "legal": FETCH["legal"],
        "for_sale": ("Domain for sale", f"The site is gone, or has moved to another domain. {_LOOK}"),
        "unsupported": (
            "Unsupported format",
            f"RSS, Atom, JSON Feed, news sitemaps and public Telegram channels can be read. {_LOOK}",
        ),
        "no_preview": (
            "No preview",
            (
                "Only public channels with a web preview can be read. Ask the owner to switch it on, or look for another"
                " feed of the same outlet."
            ),
        ),
        "malformed": ("Damaged feed", _TELL),
        "refused": (
            "Dangerous document",
            "Documents like this one are made to break programs that read them. Do not use the feed.",
        ),
        "timeout": ("Too much to read", _MUCH),
        "memory": ("Too much to read", _MUCH),
        "crashed": ("Fault in seedwatch", "This is a fault in seedwatch: please report it, with the feed's address."),
    }
)
"""For documents that were no feed."""

CONDITIONS: Mapping[Condition, tuple[str, str]] = MappingProxyType(
    {
        "silent": (
            "Silent",
            (
                "Look at the site: if it has news that the feed has not, the feed is dead. `seedwatch feeds discover URL`"
                " looks for another; one that only pauses comes back by itself."
            ),
        ),
        "no_entries": (
            "Empty feed",
            f"A search that finds nothing just now looks like this. Else the feed is dead or has moved. {_LOOK}",
        ),
        "degraded": ("Degraded", "What could be read is kept. If it stays so, tell the people who run the site."),
        "moved": ("Moved", "Put the new address into the settings."),
        "same": ("Same as another", "Remove one of the two with `seedwatch feeds remove`."),
    }
)
"""For feeds that answer."""

_OF_DOCUMENTS = {"refused": "dangerous", "timeout": "too_much", "memory": "too_much"}
"""Kinds of unread documents whose names also are kinds of failed requests."""
_EVERY: Mapping[str, tuple[str, str]] = MappingProxyType(
    dict(
        chain(
            ((_OF_DOCUMENTS.get(kind, kind), known) for kind, known in PARSE.items()),
            FETCH.items(),
            CONDITIONS.items(),
        )
    )
)


def of_document(kind: ParseKind) -> str:
    """A kind of unread document as it is stored among all other problems."""
    return _OF_DOCUMENTS.get(kind, kind)


def named(problem: str, message: str) -> str:
    """A sentence on a problem, with its name in front, as in "Login wall: The site asks for a password."."""
    return f"{_EVERY[problem][0]}: {message}"


def name(problem: str) -> str:
    """What a stored problem is called."""
    return _EVERY[problem][0]


def advice(problem: str | None) -> str:
    """What to do about a stored problem; nothing for none and for one that another version knew."""
    return _EVERY[problem][1] if problem is not None and problem in _EVERY else ""


PROBLEMS = tuple(_EVERY)
"""All that can stand in `feed_health.problem`."""
