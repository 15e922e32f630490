"""By what an article may be met again elsewhere: its headline, passages of its texts, and what its address ends in.

Traces only suggest. Whoever finds another article by one compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from seeds import address, sketch, text
from seeds.handles import handles_of

_LABEL = re.compile(
    r"^(?:\W*(?:updated?|upd|exclusive|breaking|just in|watch|video|photos?|live|report|opinion|analysis|explainer|factbox"
    r"|corrected|обновлено|дополнено|срочно|молния|видео|фото|эксклюзив|мнение)(?:\s\d+)?\s*[:|\-–—.!\])»]+\s*)+",
    re.IGNORECASE,
)
_MIN_TITLE = 3
_MIN_BODY = 500


def core(title: str, title_key: str) -> str:
    """The key of a headline without labels of newsrooms: `Update 2:`, `Exclusive —`."""
    label = _LABEL.match(title)
    return text.title_key(title[label.end() :]) or title_key if label is not None else title_key


def of_title(title: str, title_key: str) -> int | None:
    """The trace of a headline, given with its key; None when it is too short to tell one article from others."""
    key = core(title, title_key)
    return sketch.named("title", key) if key.count(" ") >= _MIN_TITLE - 1 else None


def of_address(url: str | None) -> tuple[int, ...]:
    """The traces of an address: its slug and its article number at its outlet."""
    parsed = address.parse(url) if url else None
    if parsed is None or parsed.opaque or parsed.is_home:
        return ()
    return _of_key(parsed.key, parsed.key_host)


@lru_cache(maxsize=4096)
def _of_key(key: str, host: str) -> tuple[int, ...]:
    """The same from a canonical key and the host in it; an entry's link and its article's address have one."""
    return tuple(sketch.named("address", name) for name in handles_of(key, host).named(address.outlet_of(host)))


def of_texts(excerpt: str, body: str) -> tuple[int, ...]:
    """The traces of what an article says below its headline."""
    passages = sketch.lead(excerpt or body)
    return (*passages, *sketch.body(body)) if len(body) >= _MIN_BODY else passages


def of_article(title: str, title_key: str, excerpt: str, body: str, url: str | None) -> tuple[int, ...]:
    """All traces of an article, sorted."""
    return together(title, title_key, of_texts(excerpt, body), of_address(url))


def together(title: str, title_key: str, texts: Iterable[int], at: Iterable[int]) -> tuple[int, ...]:
    """The same from the traces of its texts and of its address."""
    found = {*texts, *at}
    headline = of_title(title, title_key)
    if headline is not None:
        found.add(headline)
    return tuple(sorted(found))
