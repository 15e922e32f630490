"""Which headline stands for a story: one that says what most of them say, and neither rubbish nor the longest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

_FEWEST_WORDS = 4
_LONGEST = 110
_RUBBISH = re.compile(
    r"(?i)^\W*(?:live|watch|video|photos?|pictures?|gallery|podcast|opinion|poll|quiz|in pictures|breaking|update \d|exclusive"
    r"|видео|фото|онлайн|трансляция|прямой эфир|опрос|подкаст|мнение|молния|срочно)\b"
    r"|\b(?:live (?:blog|updates?)|liveblog|as it happened|what we know|things to know|need to know|morning briefing"
    r"|daily briefing|round-?up|in pictures|full video|watch live|текстовая трансляция|что известно|главное за|итоги дня)\b"
    r"|\[(?:video|photos?|update|watch[^]]*)\]|\((?:video|photos?|gallery|update)\)|[!?]{2,}|…$|\.\.\.$"
)


@dataclass(frozen=True, slots=True)
class Headline:
    """One article's headline, and what it says as a vector of length one (`clustering.unit`)."""

    title: str
    vector: Mapping[str, float]
    order: tuple[str, str]
    """When, and what decides between two of one moment."""


def ranked(headlines: Sequence[Headline], centre: Mapping[str, float]) -> Iterator[str]:
    """The headlines of a story, the one that stands for it best first; equal ones once.

    The longest comes last, but before rubbish.
    """
    nearest = sorted(headlines, key=lambda h: (-round(_share(h.vector, centre), 6), h.order))
    titles = list(dict.fromkeys(headline.title for headline in nearest))
    longest = max(map(len, titles))
    put_off = []
    for title in titles:
        if len(titles) > 1 and (len(title) == longest or _is_question(title) or _is_rubbish(title)):
            put_off.append(title)
        else:
            yield title
    yield from sorted(put_off, key=lambda title: (_is_rubbish(title), len(title) == longest))


def _share(vector: Mapping[str, float], centre: Mapping[str, float]) -> float:
    """How much of what most headlines say is in one."""
    return sum(weight * centre.get(word, 0.0) for word, weight in vector.items())


def _is_question(title: str) -> bool:
    return title.endswith("?")


def _is_rubbish(title: str) -> bool:
    """Whether a headline says little: too short or long, shouted, or of a live blog, a video, a gallery."""
    words = title.split()
    if len(words) < _FEWEST_WORDS or len(title) > _LONGEST or _RUBBISH.search(title):
        return True
    letters = [c for c in title if c.isalpha()]
    return bool(letters) and sum(c.isupper() for c in letters) > 0.7 * len(letters)


def told_apart(title: str, details: Iterable[str]) -> Iterator[str]:
    """A headline that another story has already, with what tells the two apart: outlet, day, and more as it is needed."""
    said: list[str] = []
    for detail in details:
        said.append(detail)
        yield f"{title} ({', '.join(said)})"
