"""How two texts agree and what in them disagrees, word by word. All pure.

What speaks against one text: other numbers, other parts of a series, another day, another name in the same place. One text
that was written for many towns differs in a name or two and in nothing else, so a few differing words weigh more than all
that is alike.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from monitor.identify.ordinary import is_ordinary
from seeds import text
from seeds.stop_words import STOP

_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "xi": "11", "xii": "12"}
_ROMAN_PART = {**_ROMAN, "i": "1", "v": "5", "x": "10"}
_PARTS = frozenset(
    """
    part pt episode ep chapter volume vol issue day week round season
    часть части глава серия эпизод выпуск день том сезон тур
    """.split()  # noqa: SIM905 (a paragraph reads better than twenty quoted words)
)
_CALENDAR = frozenset(
    """
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
    october november december morning afternoon evening night today tomorrow yesterday spring summer autumn winter
    понедельник вторник среда среду четверг пятница пятницу суббота субботу воскресенье январь января февраль февраля март
    марта апрель апреля май мая июнь июня июль июля август августа сентябрь сентября октябрь октября ноябрь ноября декабрь
    декабря утро вечер ночь утром вечером ночью сегодня завтра вчера first second third fourth fifth первый первая второй
    вторая третий третья четвертый четвертая
    """.split()  # noqa: SIM905 (a paragraph reads better than a hundred quoted lines)
)
_WORD = re.compile(r"[^\W\d_]+n['’]t\b|[^\W_]+(?:[.,]\d+)*")
_ELLIPSIS = re.compile(r"\s*(?:…|\.\.\.)\s*$")
_OF_PLACES = frozenset(
    """
    in at of from near for to around across outside в во на из под около возле по для
    polic resid counc count mayor schoo area city town regio distr state borou villa court hospi fire sheri offic unive
    полиц жител облас район город мэр суд школа власт админ губер краев респу больн униве
    """.split()  # noqa: SIM905 (a paragraph reads better than fifty quoted words)
)
"""Words, or their first five letters, beside which a name is a place's."""
_LONG = 20
_SHINGLE = 3
_MOST_WORDS = 400


@dataclass(frozen=True, slots=True)
class Swap:
    """Words that stand in the place of others, both as they were written."""

    left: tuple[str, ...]
    right: tuple[str, ...]

    def __str__(self) -> str:
        return f"{' '.join(self.left)} and {' '.join(self.right)}"


@lru_cache(maxsize=1024)
def written(said: str) -> tuple[str, ...]:
    """The words of a text as they are written, without one that was cut off at its end."""
    cut = _ELLIPSIS.sub("", said)
    return tuple(_WORD.findall(cut)[:_MOST_WORDS])


@lru_cache(maxsize=1024)
def _folded(said: str) -> tuple[str, ...]:
    return tuple(text.fold(word).replace("’", "'") for word in written(said))


@lru_cache(maxsize=1024)
def _shingles(said: str) -> frozenset[tuple[str, ...]]:
    told = _folded(said)
    return frozenset(told[at : at + _SHINGLE] for at in range(len(told) - _SHINGLE + 1))


def contained(a: str, b: str) -> float:
    """Share of the shorter text's passages of three words that the other has too, 0 to 1 (containment)."""
    one, other = _shingles(a), _shingles(b)
    if not one or not other:
        return 0.0
    return len(one & other) / min(len(one), len(other))


def resemblance(a: str, b: str) -> float:
    """Share of common passages of three words among all (Jaccard), 0 to 1."""
    one, other = _shingles(a), _shingles(b)
    return len(one & other) / len(one | other) if one or other else 0.0


def says_more(excerpt: str, title: str) -> int:
    """How many words of an excerpt do not stand in the headline."""
    return len(set(_folded(excerpt)) - set(_folded(title)))


def disagreement(a: str, b: str) -> str:
    """What in two headlines says that they are of two articles, in words; empty when nothing does for sure."""
    if series := in_series(a, b):
        return series
    numbers = _numbers(_folded(a)), _numbers(_folded(b))
    left, right = numbers[0] - numbers[1], numbers[1] - numbers[0]
    if left and right:
        return f"numbers {', '.join(sorted(left))} and {', '.join(sorted(right))}"
    return ""


def renamed(a: str, b: str) -> list[Swap]:
    """Names that stand in each other's place in two headlines that are otherwise alike."""
    return [swap for swap in swaps(a, b) if _names(swap.left, a) and _names(swap.right, b)]


def in_series(a: str, b: str) -> str:
    """The parts or days by which two headlines are of two articles of a series, in words; empty when there are none."""
    one, other = _folded(a), _folded(b)
    parts = _part(one), _part(other)
    alone = one.count(parts[0] or parts[1]) != other.count(parts[0] or parts[1])
    if parts[0] != parts[1] and (all(parts) or (alone and len(set(one) ^ set(other)) <= 3)):
        return f"part {parts[0] or 'none'} and {parts[1] or 'none'}"
    days = set(one) & _CALENDAR, set(other) & _CALENDAR
    if days[0] - days[1] and days[1] - days[0]:
        return f"{', '.join(sorted(days[0] - days[1]))} and {', '.join(sorted(days[1] - days[0]))}"
    return ""


def is_one_word(told: Sequence[str], said: str) -> bool:
    """Whether words are one as a text has them: `pay-to-win`, `game's`."""
    return len(told) == 1 or any(written(part) == tuple(told) for part in said.split())


def doubtful(a: str, b: str) -> list[Swap]:
    """Words of substance that stand in each other's place in two headlines that are otherwise alike."""
    return [swap for swap in swaps(a, b) if _weighty(swap.left) and _weighty(swap.right)]


def template(a: str, b: str, *, known: tuple[str, str] = ("", ""), lenient: bool = False) -> str:
    """What differs between two texts that are one but for names and numbers put into the same places; else empty.

    When `lenient`, one name alone may be an editor's, if it is no place: not after a word like *in*, not before one like
    *police*, and not in what else is `known` of one of the two and not of the other: headline, address, outlet.
    """
    found = []
    for swap in swaps(a, b):
        numbers = _numbers(_fold_all(swap.left)), _numbers(_fold_all(swap.right))
        if numbers[0] and numbers[1] and numbers[0] != numbers[1]:
            return str(swap)
        if _opens(swap.left, a) and _opens(swap.right, b) and not (lenient and _is_known(swap, known)):
            return str(swap)
        if _names(swap.left, a) and _names(swap.right, b):
            found.append(swap)
    if not found or (lenient and len(found) == 1 and len(written(a)) >= _LONG and not _is_place(found[0], a, b, known)):
        return ""
    return str(found[0])


def _opens(told: Sequence[str], said: str) -> bool:
    """Whether a text begins with these words, of which the first may be a name as well as not."""
    first = told[0]
    opens = written(said)[: len(told)] == tuple(told) and first[:1].isupper()
    return opens and first.lower() not in STOP and not is_ordinary(first)


def _is_place(swap: Swap, a: str, b: str, known: tuple[str, str]) -> bool:
    """Whether a name that was put in another's place may be a town's."""
    if _is_known(swap, known):
        return False
    if any(start in known[at] for at, name in enumerate((swap.left, swap.right)) for start in _starts(name)):
        return True
    words = _folded(a), _folded(b)
    beside = [word for side, told in zip((swap.left, swap.right), words, strict=True) for word in _beside(side, told)]
    return any(word[:5] in _OF_PLACES for word in beside) or all(w.isupper() for w in (*swap.left, *swap.right))


def _is_known(swap: Swap, known: tuple[str, str]) -> bool:
    """Whether what is known of both texts has one of the words: both are about it, whatever it was changed to."""
    return any(start in known[0] and start in known[1] for start in _starts((*swap.left, *swap.right)))


def _starts(told: Iterable[str]) -> list[str]:
    return [text.fold(word)[:5] for word in told if len(word) > 2]


def _beside(told: Sequence[str], all_words: Sequence[str]) -> tuple[str, ...]:
    folded = _fold_all(told)
    for at in range(len(all_words) - len(folded) + 1):
        if tuple(all_words[at : at + len(folded)]) == folded:
            return (*all_words[max(at - 1, 0) : at], *all_words[at + len(folded) : at + len(folded) + 1])
    return ()


def own_subjects(title_a: str, said_a: str, title_b: str, said_b: str) -> str:
    """Words that each headline has alone, and that each text has alone as well: each is about something else. Else empty."""
    heads = _stems(title_a), _stems(title_b)
    bodies = _stems(said_a), _stems(said_b)
    left = (heads[0] - heads[1] - bodies[1]) & bodies[0]
    right = (heads[1] - heads[0] - bodies[0]) & bodies[1]
    return f"{', '.join(sorted(left))} and {', '.join(sorted(right))}" if left and right else ""


def about(title: str, said: str) -> int:
    """How many words of substance a headline shares with a text."""
    return len(_stems(title) & _stems(said))


def swaps(a: str, b: str) -> Iterator[Swap]:
    """Up to three words that stand in the place of others, where what is before or after is the same."""
    one, other = _folded(a), _folded(b)
    before, after = written(a), written(b)
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    if 2 * sum(block.size for block in matcher.get_matching_blocks()) < max(len(one), len(other)):
        return
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "replace" and j - i <= 3 and m - k <= 3 and not _related(one[i:j], other[k:m]):
            ends = j == len(one) or m == len(other)
            if not ends or len(one) < 3 * _SHINGLE or abs(len(one) - len(other)) <= 1:
                yield Swap(before[i:j], after[k:m])


def _related(left: Sequence[str], right: Sequence[str]) -> bool:
    """Whether words are spellings or forms of each other."""
    return any(_alike(a, b) for a in left for b in right) or _alike("".join(left), "".join(right))


def _alike(a: str, b: str) -> bool:
    """Forms of one word, or misspellings of a long one; Iran is not Iraq, and Austria is not Australia."""
    if a.isdigit() or b.isdigit():
        return _as_number(a) == _as_number(b)
    short, long = sorted((a, b), key=len)
    if len(short) >= 3 and (long.startswith(short) and len(long) - len(short) <= 3):
        return True
    if text.stem(a) == text.stem(b):
        return True
    if len(short) >= 5 and sorted(a) == sorted(b):
        return True
    near = len(short) >= 7 and a[:3] == b[:3] and len(long) - len(short) <= 1
    return near and difflib.SequenceMatcher(None, a, b, autojunk=False).ratio() >= 0.88


def _names(told: Sequence[str], said: str) -> bool:
    """Whether one of the words is a name: it has a capital that its place does not explain, and is no ordinary word.

    Where all words have one, or none has, only what is no ordinary word is left to tell.
    """
    words = written(said)
    none = said.islower()
    capitals_say_nothing = none or _is_title_case(words)
    small = {word for word in words if word[:1].islower() and not none}
    return any(
        (none or word[:1].isupper())
        and not word.endswith(("'t", "’t"))
        and word.lower() not in small
        and word.lower() not in STOP
        and not is_ordinary(word)
        and (capitals_say_nothing or word == words[0] or _inside(word, said))
        for word in told
    )


def _inside(word: str, said: str) -> bool:
    """Whether a word stands within a sentence."""
    return re.search(rf"[\w,;’'»”\"]\s+[«“\"‘']?{re.escape(word)}\b", said) is not None


def _is_title_case(words: Sequence[str]) -> bool:
    """Whether capitals say nothing: nearly all words of four letters and more have one."""
    long = [word for word in words if len(word) >= 4 and word.isalpha()]
    return len(long) < 3 or sum(word[0].isupper() for word in long) >= 0.75 * len(long)


def _weighty(told: Sequence[str]) -> bool:
    return any(word.lower() not in STOP and len(word) > 2 for word in told)


def _numbers(told: Sequence[str]) -> set[str]:
    return {_as_number(word) for word in told if word[0].isdigit() or word in _ROMAN}


def _as_number(word: str) -> str:
    digits = re.match(r"[\d.,]+", word)
    return _ROMAN.get(word, digits[0].rstrip(".,").replace(",", ".") if digits else word)


def _part(told: tuple[str, ...]) -> str:
    """Which part of a series a headline says it is: `part II`, `2 серия`."""
    for at, word in enumerate(told):
        if word in _PARTS:
            before = told[max(at - 1, 0) : at] if not word.isascii() else ()
            for beside in told[at + 1 : at + 2] + before:
                if beside.isdigit() or beside in _ROMAN_PART:
                    return _ROMAN_PART.get(beside, beside)
    return ""


def _fold_all(told: Sequence[str]) -> tuple[str, ...]:
    return tuple(map(text.fold, told))


@lru_cache(maxsize=1024)
def _stems(said: str) -> frozenset[str]:
    return frozenset(stem for stem in text.terms(" ".join(written(said))) if len(stem) > 2 and not stem.isdigit())
