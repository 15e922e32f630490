"""What a watch is about as a query for an archive that searches in English, whatever the language of an article.

GDELT looks through translations into English of all that it reads, so English words find Russian articles as well.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from monitor.pipeline.seeds import seed_texts
from monitor.relate.profile import Profile, profile_of
from monitor.relate.types import SeedText
from monitor.relate.vocabulary import Vocabulary, shipped

_MOST_TERMS = 4
_MOST_PLACES = 4
_SHARE = 0.35
"""Of the heaviest term's weight, what a term must have to be asked for."""
_SHORTEST = 3
"""Letters of a word that is searched."""


class NoQuery(Exception):
    """There is nothing to make a query from; `str()` says what to do."""


def query_of(connection: sqlite3.Connection, watch: str | None) -> str:
    """The query for a watch, or for the only one that there is.

    Raises:
        NoQuery: there are none, or several.
    """
    watches = seed_texts(connection)
    if watch is None and len(watches) > 1:
        raise NoQuery(f"there are several watches; give a query, or name one with --watch: {', '.join(watches)}")
    if watch is not None and watch not in watches:
        raise NoQuery(f"there is no watch {watch!r}; there are: {', '.join(watches) or 'none'}")
    found = query_for(watches[watch] if watch is not None else next(iter(watches.values()), ()), shipped())
    if not found:
        raise NoQuery("the seeds say too little to make a query from; give one")
    return found


def query_for(seeds: Sequence[SeedText], vocabulary: Vocabulary) -> str:
    """What an article on the matter of these seeds says: words that tell it, and where it plays; empty for no seeds."""
    profile = profile_of(seeds, vocabulary)
    what = _what(profile)
    if profile.place is not None:
        return " ".join(filter(None, (_either(what), _either(_where(profile, vocabulary)))))
    # Without a country nothing else narrows it down: what weighs most, with one of the others.
    return " ".join(filter(None, (_either(what[:1]), _either(what[1:]))))


def _what(profile: Profile) -> list[str]:
    """The terms that weigh most, those that most seeds have first, in English where there is any."""
    heavy = [term for term, weight in profile.weights.items() if weight >= _SHARE * profile.heaviest]
    heavy.sort(key=lambda term: (term not in profile.core, -profile.weights[term], term))
    named = [name for term in heavy if _is_said(name := profile.names.get(term, term))]
    english = [name for name in named if name.isascii()]
    return list(dict.fromkeys(english or named))[:_MOST_TERMS]


def _where(profile: Profile, vocabulary: Vocabulary) -> list[str]:
    """The country that the seeds share, and what they name that says by itself that it is there."""
    place = profile.place or ""
    alone = {phrase[0] for phrase, said in vocabulary.phrases.items() if len(phrase) == 1 and place in said.places}
    said = sorted(alone & profile.counts.keys() - {place}, key=lambda term: (-profile.counts[term], term))
    named = [name for term in said if (name := profile.names.get(term, term)).isascii() and _is_said(name)]
    return list(dict.fromkeys([place, *named]))[:_MOST_PLACES]


def _is_said(name: str) -> bool:
    return all(len(word) >= _SHORTEST for word in name.split()) and not name.isdigit()


def _either(names: Sequence[str]) -> str:
    """Names as a query: a phrase in quotes, several in brackets."""
    written = [f'"{name}"' if " " in name or "-" in name else name for name in names]
    return f"({' OR '.join(written)})" if len(written) > 1 else "".join(written)
