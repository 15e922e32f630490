"""Whether two articles have one text, and by which evidence. All pure.

    title and excerpt     the same headline over the same passage
    excerpt               the same passage under another headline, which belongs to it as well
    text                  the same words, most of them, in the whole text
    title and syndicator  the same headline within days where only what others wrote is shown
    title and address     the same headline within days at one outlet, under addresses that end alike

The last two rest on headlines alone and are weak: they never put two outlets together. What speaks against a copy is asked
first: other numbers, parts or names in the same places, and an excerpt that stands under headlines of all sorts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from db.copies import Compared
from monitor.identify import wording
from monitor.identify.keys import alike
from monitor.identify.ladder import days_apart
from seeds import address, outlets, text
from seeds.handles import agree, handles
from seeds.traces import core

COPY_DAYS = 7.0
WEAK_DAYS = 5.0
UNLIKE_DAYS = 2.0
"""How far apart articles may be that share a passage; a headline; a passage under headlines that have nothing in common."""
MIN_TITLE_WORDS = 4
MIN_EXCERPT_WORDS = 12
MIN_EXCERPT = 80
MIN_BODY = 500
_LIKE = 0.5
_SOMEWHAT_LIKE = 0.3
_PART = 0.5
_MOST = 0.6
_ALL = 0.9
_BODY = 0.6
_LEAD = 2_000
_NEWS = 6
_NEWS_SAME_TITLE = 4
"""Words that an excerpt must have beside those of its headline."""
_COLUMN_DAYS = 0.75
"""From how far apart on the same headline over the same excerpt at one outlet is a column that comes again."""
_ABOUT = 2
CROWD = 3
"""Headlines with nothing in common from which on an excerpt under all of them is boilerplate."""

EXCERPT = "excerpt"
WEAK = frozenset({"title and syndicator", "title and address"})


@dataclass(frozen=True, slots=True)
class Copied:
    """That two articles have one text."""

    method: str
    score: float
    evidence: dict[str, Any] = field(default_factory=dict)

    @property
    def weak(self) -> bool:
        """Whether it rests on headlines alone."""
        return self.method in WEAK


def outlet(side: Compared) -> str:
    """Who publishes an article: a registrable domain, at a platform with who posts there; empty when not known."""
    return outlet_at(side.web_url, side.provider_domain)


def outlet_at(url: str | None, provider_domain: str | None) -> str:
    """The same from an address and what is known of its provider."""
    parsed = address.parse(url) if url else None
    at_link = parsed.outlet if parsed is not None and not parsed.opaque else None
    found = at_link or provider_domain or ""
    if found in outlets.PLATFORMS and parsed is not None:
        poster = parsed.key_host.removesuffix(found).rstrip(".") or parsed.key.partition("/")[2].partition("/")[0]
        return f"{found}/{poster.partition('?')[0]}"
    return found


def domain(side: Compared) -> str:
    """The registrable domain of an article's outlet alone."""
    return outlet(side).partition("/")[0]


def crowded(excerpt: str, sides: Sequence[Compared]) -> bool:
    """Whether an excerpt stands under headlines of all sorts, and so says nothing."""
    kinds: list[str] = []
    for side in sides:
        if _passage(excerpt, side.excerpt) >= _MOST and all(
            alike(side.title, title) < _SOMEWHAT_LIKE for title in kinds
        ):
            kinds.append(side.title)
    return len(kinds) >= CROWD


def compare(a: Compared, b: Compared, beside: Sequence[Compared] = ()) -> Copied | None:
    """Whether two articles have one text; `beside` are others that share something with them."""
    same_title = bool(a.title_key) and _core(a) == _core(b)
    if not same_title and wording.disagreement(a.title, b.title):
        return None
    days = days_apart(a.at, b.at)
    return (
        _by_body(a, b, same_title=same_title)
        or _by_passage(a, b, beside, days, same_title=same_title)
        or (_by_title(a, b, days) if same_title else None)
    )


def _core(side: Compared) -> str:
    return core(side.title, side.title_key)


def _by_body(a: Compared, b: Compared, *, same_title: bool) -> Copied | None:
    """Near-equal whole texts, whenever they came."""
    if min(len(a.text), len(b.text)) < MIN_BODY:
        return None
    share = wording.resemblance(a.text, b.text)
    if share < _BODY or wording.template(a.text, b.text) or (not same_title and _template_titles(a, b)):
        return None
    evidence = {"text_in_common": round(share, 2), "headlines_alike": round(alike(a.title, b.title), 2)}
    return Copied("text", round(share, 3), evidence)


def _by_passage(
    a: Compared, b: Compared, beside: Sequence[Compared], days: float, *, same_title: bool
) -> Copied | None:
    """A passage of an excerpt in the other's excerpt or text."""
    shared = _shared(a, b) if days <= COPY_DAYS else None
    if shared is None or wording.own_subjects(a.title, a.excerpt, b.title, b.excerpt):
        return None
    share, passage = shared
    likeness = 1.0 if same_title else alike(a.title, b.title)
    evidence = {
        "excerpt_in_common": round(share, 2),
        "headlines_alike": round(likeness, 2),
        "days_apart": round(days, 1),
    }
    if _same_outlet(a, b) and days > _COLUMN_DAYS and not _handle(a, b):
        return None
    if same_title:
        enough = len(a.title_key.split()) >= MIN_TITLE_WORDS or share >= _ALL
        return Copied("title and excerpt", round(share, 3), evidence) if enough else None
    if _is_video(a) or _is_video(b) or _template_titles(a, b) or crowded(passage, (a, b, *beside)):
        return None
    near = (likeness >= _LIKE and share >= _PART) or (likeness >= _SOMEWHAT_LIKE and share >= _MOST)
    told = min(wording.about(a.title, passage), wording.about(b.title, passage)) >= _ABOUT
    if near or (share >= _ALL and told and days <= UNLIKE_DAYS):
        return Copied(EXCERPT, round(share * (0.9 + 0.1 * likeness), 3), evidence)
    return None


def _shared(a: Compared, b: Compared) -> tuple[float, str] | None:
    """How much of one's excerpt stands in the other, and that excerpt; None when it is too little, or a template."""
    pairs = ((a.excerpt, b.excerpt), (a.excerpt, b.text[:_LEAD]), (b.excerpt, a.text[:_LEAD]))
    share, one, other = max(((_passage(x, y), x, y) for x, y in pairs), key=lambda found: found[0])
    more = min(wording.says_more(one, side.title) for side in (a, b))
    same_title = _core(a) == _core(b)
    if share < _PART or more < (_NEWS_SAME_TITLE if same_title else _NEWS):
        return None
    lenient = share >= _MOST and not _same_outlet(a, b) and not _template_titles(a, b)
    known = (_known(a), _known(b))
    return None if wording.template(one, other, known=known, lenient=lenient) else (share, one)


def _known(side: Compared) -> str:
    """What is known of an article beside its texts, folded."""
    return text.fold(f"{side.title} {side.web_url} {side.provider_name}")


def _same_outlet(a: Compared, b: Compared) -> bool:
    """Whether one newsroom publishes both, so that equal words may be its form and not one text."""
    return outlet(a) == outlet(b) != "" and not outlets.is_syndicator(domain(a))


def _is_video(side: Compared) -> bool:
    return domain(side) in outlets.VIDEO_PLATFORMS


def _by_title(a: Compared, b: Compared, days: float) -> Copied | None:
    """The same headline, where something beside the words says that the text is one."""
    if days > WEAK_DAYS or len(a.title_key.split()) < MIN_TITLE_WORDS or _unlike_kinds(a, b):
        return None
    syndicator = next((domain(s) for s in (a, b) if outlets.is_syndicator(domain(s))), None)
    evidence: dict[str, Any] = {"title": a.title_key, "days_apart": round(days, 1)}
    if outlet(a) and outlet(a) == outlet(b):
        shared = _handle(a, b)
        if shared:
            return Copied("title and address", 0.9, {**evidence, "address_ends": shared, "outlet": outlet(a)})
        if syndicator is None:
            return None
    if syndicator is not None and outlet(a) and outlet(b):
        return Copied("title and syndicator", 0.85, {**evidence, "syndicator": syndicator})
    return None


def _unlike_kinds(a: Compared, b: Compared) -> bool:
    """Whether a platform or a swap of names in the excerpts leaves nothing that a headline could say."""
    on_platform = any(d in outlets.PLATFORMS and not outlets.is_syndicator(d) for d in (domain(a), domain(b)))
    return on_platform or bool(wording.template(a.excerpt, b.excerpt))


def _handle(a: Compared, b: Compared) -> str:
    parsed = [address.parse(side.web_url or "") for side in (a, b)]
    if parsed[0] is None or parsed[1] is None:
        return ""
    one, other = handles(parsed[0]), handles(parsed[1])
    if one.slug and one.slug == other.slug and not (one.day and other.day and one.day != other.day):
        return one.slug
    return agree(one, other)


def _template_titles(a: Compared, b: Compared) -> bool:
    """Whether headlines that are otherwise alike have other names, or other words of substance, in one place.

    At one outlet that is a series. Elsewhere a word may be an editor's: one that both texts have as well, so that they do
    not differ in it, or a single one that is no name.
    """
    names = wording.renamed(a.title, b.title)
    found = wording.doubtful(a.title, b.title)
    if not (names or found) or outlet(a) == outlet(b):
        return bool(names or found)
    said = [{text.fold(word) for word in wording.written(side.excerpt or side.text)} for side in (a, b)]
    for swap in (*names, *found):
        explained = any(
            all(text.fold(word) in told for told in said) for word in (*swap.left, *swap.right) if len(word) > 2
        )
        single = wording.is_one_word(swap.left, a.title) and wording.is_one_word(swap.right, b.title)
        if not explained and (swap in names or not single):
            return True
    return False


def _passage(a: str, b: str) -> float:
    if (
        min(len(a), len(b)) < MIN_EXCERPT // 2
        or min(len(wording.written(a)), len(wording.written(b))) < MIN_EXCERPT_WORDS
    ):
        return 0.0
    return wording.contained(a, b)
