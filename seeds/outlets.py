"""The published table of what is known of publishers: who only reprints, where anybody may post, and what agencies are called.

Keyed by registrable domain; a new one is one line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

SYNDICATORS = frozenset(
    """
    24smi.org allafrica.com aol.com apple.news bezformata.com bignewsnetwork.com biztoc.com dailyhunt.in dzen.ru
    flipboard.com ground.news headtopics.com imdb.com infox.sg inoreader.com knowledia.com mail.ru mediametrics.ru
    mirtesen.ru msn.com myseldon.com newsbreak.com newsbreakapp.com newslocker.com newsnow.co.uk pressreader.com
    rambler.ru smartnews.com smi2.ru theworldnews.net ukr.net upday.com yahoo.co.jp yahoo.com
    """.split()  # noqa: SIM905 (a paragraph reads better than forty quoted lines)
)
"""Who shows what others wrote, under their headlines: the same headline there within days is the same text."""

PLATFORMS = frozenset(
    """
    blogger.com blogspot.com bsky.app dailymotion.com facebook.com github.com instagram.com linkedin.com livejournal.com
    medium.com ok.ru pikabu.ru reddit.com rumble.com rutube.ru substack.com t.me telegra.ph threads.net tiktok.com
    tumblr.com twitch.tv twitter.com vc.ru vimeo.com vk.com vkvideo.ru wordpress.com youtu.be youtube.com
    """.split()  # noqa: SIM905 (as above)
)
"""Where anybody may post: two posts there have no outlet in common."""

VIDEO_PLATFORMS = frozenset(
    """
    dailymotion.com rumble.com rutube.ru tiktok.com twitch.tv vimeo.com vkvideo.ru youtu.be youtube.com
    """.split()  # noqa: SIM905 (as above)
)
"""Where what is posted is no text: a description says nothing of whether two videos are one."""

AGENCIES: Mapping[str, str] = MappingProxyType(
    {
        "afp": "afp.com",
        "agencefrancepresse": "afp.com",
        "ansa": "ansa.it",
        "ap": "apnews.com",
        "associatedpress": "apnews.com",
        "bbc": "bbc.com",
        "bbcnews": "bbc.com",
        "bbcrussianservice": "bbc.com",
        "bloomberg": "bloomberg.com",
        "dpa": "dpa.com",
        "efe": "efe.com",
        "interfax": "interfax.ru",
        "kyodo": "kyodonews.net",
        "pamedia": "pa.media",
        "reuters": "reuters.com",
        "ria": "ria.ru",
        "rianovosti": "ria.ru",
        "tass": "tass.ru",
        "ukrinform": "ukrinform.net",
        "upi": "upi.com",
        "xinhua": "xinhuanet.com",
        "агентствомосква": "mskagency.ru",
        "ббс": "bbc.com",
        "бибиси": "bbc.com",
        "интерфакс": "interfax.ru",
        "рейтер": "reuters.com",
        "риановости": "ria.ru",
        "синьхуа": "xinhuanet.com",
        "тасс": "tass.ru",
        "укринформ": "ukrinform.net",
    }
)
"""What agencies are called in credits, folded and without spaces → where they publish."""

SAME_PUBLISHERS: Mapping[str, str] = MappingProxyType(
    {"tass.com": "tass.ru", "sputniknews.com": "ria.ru", "interfax.com": "interfax.ru", "xinhuanet.com": "news.cn"}
)
"""Registrable domain → the one of the same newsroom that stands for it where sources are named."""

_listed: set[str] = set()


def use_syndicators(domains: Iterable[str]) -> None:
    """Let outlets count as such that only show what others wrote, as the settings say, beside those of the table."""
    _listed.clear()
    _listed.update(domains)


def is_syndicator(domain: str) -> bool:
    """Whether an outlet only shows what others wrote."""
    return domain in SYNDICATORS or domain in _listed
