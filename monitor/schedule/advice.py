"""What a person can do about a feed that does not answer, by what is the matter with it."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.types import FetchKind, ParseKind

_LATER = "This may pass: try again later."
_LOOK = "Open the site in a browser and look for a link called RSS or Feed, often at the foot of the page."
_WALL = (
    "A program cannot pass this test, and seedwatch does not try to. Look for another feed of the outlet, or ask it to"
    " let feed readers in."
)
_TELL = "Tell the people who run the site; nothing on this side mends it."

FETCH: Mapping[FetchKind, str] = {
    "dns": "Check the spelling of the host's name, and whether this machine has a network; else the site may be gone.",
    "refused": f"{_LATER} If the address names a port, check it.",
    "timeout": f"{_LATER} If the feed is always slow, raise poll.timeout.",
    "tls": "What it sends cannot be trusted, so it is not read. Check this machine's clock and the host's name; else"
    " tell the people who run the site.",
    "protocol": _TELL,
    "network": _LATER,
    "too_large": "If it really is that large, raise poll.max_body.",
    "encoding": _TELL,
    "blocked_address": "If this private address is meant, name its host and port in network.allow_private.",
    "redirect": "Open the address in a browser, and put the one where it ends into the settings.",
    "client_error": f"The address may be wrong. {_LOOK}",
    "not_found": f"The feed may have moved. {_LOOK}",
    "gone": f"Remove it with `seedwatch feeds remove`, or find its successor. {_LOOK}",
    "forbidden": "It may refuse programs, or visitors from where you are. Where a site asks who is there, set"
    " poll.contact; else look for another feed of the outlet.",
    "unauthorised": "Write user name and password into the address as https://${USER}:${PASSWORD}@host/, and set both"
    " in the environment.",
    "too_many_requests": "Wait, and give the feed a longer `interval`.",
    "server_error": _LATER,
    "challenge": _WALL,
    "unreadable": "Check the path, or set the variable that the address names in the environment.",
    "internal": "Please report it, with the address of the feed.",
}
"""For requests that brought no document."""

PARSE: Mapping[ParseKind, str] = {
    "empty": f"{_LATER} If it stays so, the feed may have moved. {_LOOK}",
    "not_a_feed": f"The address is probably that of a page. {_LOOK}",
    "login": f"The feed may be for subscribers, or have moved. {_LOOK}",
    "challenge": _WALL,
    "consent": f"A program cannot consent for you. {_LOOK}",
    "unsupported": f"RSS, Atom, JSON Feed, news sitemaps and public Telegram channels can be read. {_LOOK}",
    "no_preview": "Only public channels with a web preview can be read. Ask the owner to switch it on, or look for another"
    " feed of the same outlet.",
    "malformed": _TELL,
    "refused": "Documents like this one are made to break programs that read them. Do not use the feed.",
    "timeout": "The document is too much to read. Look for a feed with fewer entries.",
    "memory": "The document is too much to read. Look for a feed with fewer entries.",
    "crashed": "This is a fault in seedwatch: please report it, with the address of the feed.",
}
"""For documents that were no feed."""
