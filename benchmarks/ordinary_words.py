"""Makes the table of ordinary words: those that are no name of anybody, of any place or of any company, however they are written.

    python -m benchmarks.ordinary_words WORD-LIST

`WORD-LIST` is one of SCOWL's with capitals where words have them (`/usr/share/dict/american-english` of Debian's wamerican).
Russian is told by pymorphy3, which is to be installed for it. Only words that are used now and then (wordfreq) are taken: a rare
word may be anything.
"""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterator
from pathlib import Path

from wordfreq import get_frequency_list

from monitor.identify import ordinary
from monitor.relate.places import countries
from seeds import text

_RAREST_ZIPF = 3.7
_ZIPF_OF_1 = 900
_LIKELY_NAME = 0.03
"""From which share of a form's uses on it counts as a name too."""
_NAMES = frozenset(("Geox", "Name", "Surn", "Patr", "Orgn", "Trad", "Abbr", "Init"))
_ALSO_NAMES = frozenset(
    """
    alphabet amazon apple bell bing block box chase chevron citizen delta discord dove express fox frontier gap ghost
    guardian hermes independent intercept intel mail meta mercury mirror nest next novo nova oracle orange orbit post
    press prime puma ring roller shell signal sky slack snap sprint square sun target telegraph threads tide time times
    tribune twitter uber unity vice visa vogue wired yahoo zoom chrome edge windows office word excel android python java rust
    amber april art august autumn bath bay bear bill bishop black blue bob brook brown bush buck butler carter
    carpenter chance chase china christian church clay cliff cole cook cooper cork crystal daisy dale dawn dean derby dick
    dixon drake drew duke earl eve faith field fields fisher flora ford foreman forest foster frank franklin freeman gale garden
    gardener gates gene ginger glen gold grace grant gray green grey guy hall harry hart heather hill holly hood hope
    hull hunt hunter iris ivy jack jade jasmine jay jean jets jim jobs joe joy june king kings knight lake lance
    lane lee leo lily long love low major mark march marina mason max may melody merry mike miles mill miller mobile moon
    moss nick nice nixon noble norm north oak olive page park parker pat peach pearl penny pepper peter phoenix pierce
    pike poppy porter potter prince queen ray reading reed reid rice rich ring river rob robin rock rod rose
    rosemary ruby rusty sage sally sandy scarlet scout sherry singer skip smart smith snow south star stark sterling stone
    storm stuart sue summer tanner taylor terry thorn tiger tony trinity trump turkey turner valley victor victory
    viola violet wade walker wall ward warren water waters webb wells west will willow wing winter wolf wood woods young
    angels athletics avalanche bears bengals bills blues braves brewers broncos browns bruins bucks buccaneers bulls
    canucks capitals cardinals cavaliers celtics chargers chiefs city clippers colts commanders coyotes cowboys cubs
    devils diamondbacks dodgers dolphins ducks eagles falcons flames flyers giants grizzlies guardians hawks heat
    hornets hurricanes islanders jazz kraken lakers lightning lions magic mariners marlins mavericks mets nationals
    nets nuggets oilers orioles packers padres panthers patriots pelicans penguins phillies pirates pistons predators
    raiders rams rangers raptors ravens rays reds rockets royals sabres saints seahawks senators sharks spurs stars
    steelers suns texans thunder tigers timberwolves titans twins united rovers wanderers vikings warriors wizards
    yankees liberty union capital
    democrat democrats republican republicans labor labour conservative conservatives liberal liberals greens
    north south east west northern southern eastern western central upper lower
    сбербанк сбербанка сбербанке втб газпром газпрома роснефть роснефти яндекс яндекса лукойл ростех роскомнадзор роскомнадзора
    росгвардия росгвардии аэрофлот мегафон билайн восток запад север юг зенит спартак динамо локомотив крылья
    """.split()  # noqa: SIM905 (a paragraph reads better than hundreds of quoted lines)
)
"""What is written small as well and is often enough a name in a headline: companies, people, teams, parties."""


def english(listed: Path) -> Iterator[str]:
    """Ordinary English words."""
    written = set(listed.read_text("utf-8").split())
    places = {part for name in countries() for part in name}
    for word in _used("en"):
        small = word in written and word.isascii() and word.isalpha() and word not in _ALSO_NAMES
        if small and not {word.capitalize(), word.upper()} & written and word not in places:
            yield word


def russian() -> Iterator[str]:
    """Ordinary Russian words."""
    import pymorphy3  # noqa: PLC0415 (needed for this alone)

    told = pymorphy3.MorphAnalyzer(lang="ru")
    places = {part for name in countries() for part in name}
    for word in _used("ru"):
        parses = told.parse(word)
        named = any(set(parse.tag.grammemes) & _NAMES and parse.score >= _LIKELY_NAME for parse in parses)
        known = word.isalpha() and text.is_cyrillic(word) and told.word_is_known(word) and word not in _ALSO_NAMES
        if known and not named and not set(text.stems(word)) & places:
            yield text.fold(word)


def _used(language: str) -> Iterator[str]:
    for centibels, words in enumerate(get_frequency_list(language, "small")):
        if (_ZIPF_OF_1 - centibels) / 100 >= _RAREST_ZIPF:
            yield from (word for word in words if len(word) > 2)


def main() -> None:
    """Write the table."""
    found = sorted({*english(Path(sys.argv[1])), *russian()})
    path = Path(ordinary.__file__).parent / ordinary.TABLE
    path.write_bytes(gzip.compress("\n".join(found).encode(), compresslevel=9, mtime=0))
    print(f"{path}: {len(found)} words, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
