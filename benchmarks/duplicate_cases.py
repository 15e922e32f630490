"""Edits that newsrooms make to a text they reprint, and texts that are alike and are not one. Written down, none taken from data."""

from __future__ import annotations

import html
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Item:
    """An article as a feed gives it."""

    title: str
    excerpt: str
    url: str
    day: float
    """Days after an arbitrary one."""
    outlet: str = ""


Edit = Callable[[Item, random.Random], Item]

_WORDS = [
    "quietly",
    "finally",
    "reportedly",
    "huge",
    "surprising",
    "latest",
    "official",
    "major",
    "early",
    "massive",
    "several",
    "many",
    "officially",
    "suddenly",
    "changes",
    "plan",
    "details",
    "move",
    "group",
    "report",
    "week",
    "people",
    "answer",
    "problem",
    "question",
]
_LEADS = (
    "Here is what you need to know.",
    "LONDON (Reuters) -",
    "This story has been updated.",
    "МОСКВА, 5 ноября. /ТАСС/.",
    "By our correspondent.",
)
_LABELS = ("UPDATE 1-", "Report: ", "EXCLUSIVE: ", "Breaking: ", "WATCH: ")


def _case(item: Item, chance: random.Random) -> Item:
    change = chance.choice((str.upper, str.title, str.lower))
    return replace(item, title=change(item.title))


def _quotes(item: Item, _: random.Random) -> Item:
    title = re.sub(r"[\"“”«»]", "", item.title.replace("'", "’"))
    words = title.split()
    at = len(words) // 2
    words[at] = f"«{words[at]}»"
    return replace(
        item, title=" ".join(words).replace(" - ", " — "), excerpt=item.excerpt.replace("'", "’").replace('"', "“")
    )


def _named(item: Item, chance: random.Random) -> Item:
    return replace(item, title=f"{item.title} {chance.choice('-|—')} {item.outlet}")


def _entities(item: Item, _: random.Random) -> Item:
    written = [
        html.escape(text).replace("'", "&#39;").replace("&#x27;", "&#8217;") for text in (item.title, item.excerpt)
    ]
    return replace(item, title=written[0], excerpt=written[1])


def _labelled(item: Item, chance: random.Random) -> Item:
    return replace(item, title=chance.choice(_LABELS) + item.title)


def _word(text: str, chance: random.Random) -> str:
    words = text.split()
    at = chance.choice([i for i, word in enumerate(words) if len(word) > 3] or [0])
    other = chance.choice(_WORDS)
    words[at] = other.capitalize() if words[at][:1].isupper() else other
    return " ".join(words)


def _title_word(item: Item, chance: random.Random) -> Item:
    return replace(item, title=_word(item.title, chance))


def _title_dropped(item: Item, chance: random.Random) -> Item:
    words = item.title.split()
    del words[chance.randrange(len(words))]
    return replace(item, title=" ".join(words))


def _cut(item: Item, chance: random.Random) -> Item:
    words = item.excerpt.split()
    return replace(item, excerpt=" ".join(words[: max(14, round(len(words) * chance.uniform(0.55, 0.8)))]) + " ...")


def _led(item: Item, chance: random.Random) -> Item:
    return replace(item, excerpt=f"{chance.choice(_LEADS)} {item.excerpt}")


def _excerpt_word(item: Item, chance: random.Random) -> Item:
    return replace(item, excerpt=_word(item.excerpt, chance))


def _misspelt(item: Item, chance: random.Random) -> Item:
    words = item.title.split()
    at = max(range(len(words)), key=lambda i: len(words[i]))
    word = words[at]
    turn = chance.randrange(1, max(2, len(word) - 2))
    words[at] = word[:turn] + word[turn + 1 : turn + 2] + word[turn : turn + 1] + word[turn + 2 :]
    return replace(item, title=" ".join(words))


def _turned(item: Item, _: random.Random) -> Item:
    head, comma, tail = item.title.partition(": ")
    if not comma:
        words = item.title.split()
        return replace(item, title=" ".join((*words[3:], *words[:3])))
    return replace(item, title=f"{tail}: {head}")


def _both(item: Item, chance: random.Random) -> Item:
    return _cut(_title_word(item, chance), chance)


def _later_passage(item: Item, chance: random.Random) -> Item:
    words = item.excerpt.split()
    start = len(words) // 4
    return replace(item, excerpt=" ".join(words[start:]) + f" {chance.choice(_LEADS)}")


EDITS: dict[str, Edit] = {
    "case": _case,
    "quotes and dashes": _quotes,
    "outlet's name": _named,
    "entities": _entities,
    "label": _labelled,
    "word of headline replaced": _title_word,
    "word of headline dropped": _title_dropped,
    "excerpt cut": _cut,
    "excerpt with a lead": _led,
    "word of excerpt replaced": _excerpt_word,
}
"""Name → an edit; ten kinds."""

KEPT_ASIDE: dict[str, Edit] = {
    "misspelt": _misspelt,
    "headline turned round": _turned,
    "headline word and cut": _both,
    "later passage": _later_passage,
}
"""Kinds of which nothing was looked at while the rules were made."""

_TOWNS = ("Springfield", "Riverton", "Fairview", "Ashland", "Milton", "Georgetown", "Salem", "Clinton")
_CITIES = ("Омске", "Томске", "Казани", "Самаре", "Перми", "Уфе", "Туле", "Курске")
_MARKETS = ("Facial Recognition", "Smart Glass", "Drone Camera", "Video Analytics", "Access Control", "Body Armor")
_AGENCIES = ("ExpertReports", "MarketWise", "GlobeInsight")


def _slug(text: str) -> str:
    return "-".join(re.findall(r"\w+", text.lower()))


def _at(outlet: str, title: str, excerpt: str, day: float = 0.0, path: str = "") -> Item:
    return Item(title, excerpt, f"https://{outlet}/{path or _slug(title)}", day, outlet)


def _parts() -> Iterator[Item]:
    for name, excerpt in (
        (
            "System Design in the New City Grid",
            "In this series the team goes through the decisions behind the new grid and what it will mean.",
        ),
        (
            "Inside the Surveillance Machine",
            "A long investigation into who watches whom, told by those who built the machine and left it.",
        ),
        (
            "Как устроена слежка в городе",
            "Большое расследование о том, кто, как и зачем следит за жителями города и кто за это платит деньги.",
        ),
    ):
        for mark in ("(Part I)", "(Part II)", "(Part III)", ", part 4", "Часть 5"):
            yield _at("longread.example", f"{name} {mark}", excerpt, day=0.2)


def _towns() -> Iterator[Item]:
    for n, town in enumerate(_TOWNS):
        said = f"Residents of {town} can apply from Monday for help with heating bills, the state office for energy said in a statement."
        yield _at(f"{town.lower()}-news.example", f"{town} Residents Can Apply For Heating Help", said)
        said = f"Find the latest weather for {town} with hourly forecasts, radar and warnings for the days to come in your area."
        yield _at(
            "weather.example",
            f"Weather forecast for {town} this week",
            said,
            path=f"{town.lower()}/weather-forecast-for-this-week",
        )
        said = "Find the latest weather with hourly forecasts, radar and severe warnings for the days to come in your area."
        yield _at(
            "local.example",
            f"Ten things to do in {town} this weekend",
            said,
            path=f"{n}00{n}12/things-to-do-this-weekend",
        )
    for n, city in enumerate(_CITIES):
        said = f"Жители смогут подать заявление на субсидию через портал, сообщили в {city} представители администрации в понедельник."
        yield _at("region.example", f"Субсидии на отопление: как получить в {city}", said, path=f"news/{n + 100200}")
        said = "Синоптики рассказали, какой будет погода в ближайшие дни, ждать ли осадков и когда придёт похолодание в регион."
        yield _at(f"gorod{n}.example", f"Какая погода будет в {city} в выходные", said, path=f"news/{n + 5100200}")


def _headline_alone() -> Iterator[Item]:
    """One text, and nothing but a name in the headline says of whom or where: however the headline is written."""
    said = (
        "Looking for something to do? We have gathered concerts, markets, family walks and exhibitions for the next"
        " two days, with opening times and ticket prices."
    )
    for n, town in enumerate(_TOWNS):
        title = f"Ten things to do in {town} this weekend"
        titles = (title, title.title(), title.upper(), title.lower())
        yield _at(f"{town.lower()}-guide.example", titles[n // 2], said)
    said = (
        "Shares in the company fell five percent in early trading after it reported quarterly revenue below what analysts"
        " had expected and cut its outlook for the year."
    )
    for name in ("Apple", "Google", "Boeing", "Target", "Blizzard", "Tesla"):
        yield _at(f"{name.lower()}-news.example", f"{name} stock falls as earnings disappoint investors", said)
        yield _at(f"{name.lower()}-wire.example", f"Why {name} Stock Fell After Earnings This Week", said)
    said = "Камеры с распознаванием лиц появятся во всех школах к первому сентября, рассказали в министерстве образования региона."
    for city in ("Казань", "Самара", "Пермь", "Тула", "Орёл", "Киров"):
        yield _at(f"{len(city)}{ord(city[1])}.example", f"{city} установит камеры во всех школах", said)


def _rivals() -> Iterator[Item]:
    for title, *excerpts in (
        (
            "Moscow to expand facial recognition in metro",
            "The city will install another three thousand cameras at stations by the end of next year, deputy mayor said on Tuesday.",
            "Rights groups have criticised a plan by the Russian capital to add cameras to turnstiles, saying that nobody was asked.",
            "",
        ),
        (
            "Overtime winner sends hosts into the final",
            "A late strike from the substitute was enough for the hosts, who had trailed for most of the second half of the game.",
            "It took extra time and a goalkeeping mistake, but the home side are through and will meet the holders on Sunday night.",
            "",
        ),
        (
            "Суд отказался признать слежку незаконной",
            "Тверской суд Москвы отклонил иск активистки, которая требовала запретить применение камер с распознаванием лиц на митингах.",
            "Истец намерена обжаловать решение в апелляции, рассказал её адвокат журналистам после окончания заседания в четверг вечером.",
            "",
        ),
    ):
        for n, excerpt in enumerate(excerpts):
            yield _at(f"rival{n}.example", title, excerpt, day=n / 10)


def _reports() -> Iterator[Item]:
    for agency in _AGENCIES:
        for market in _MARKETS:
            said = (
                f"The {market} market will grow by {len(agency)}.{len(market)} percent a year, finds a report with a detailed"
                " analysis of market size, growth and key players, and forecasts by region and by segment."
            )
            yield _at(f"{agency.lower()}.example", f"Global {market} Market Size, Share and Growth Forecast", said)
            said = "The report offers in-depth analysis of size, share, growth drivers, trends and key players with forecasts by region and segment."
            yield _at("insight.example", f"{agency}: {market} Market Analysis and Outlook", said, day=0.1)


def _columns() -> Iterator[Item]:
    for day in range(6):
        said = "Good morning. Here is what we are reading today, what happened overnight and what to expect in the hours to come from us."
        yield _at(
            "daily.example",
            "Morning briefing: what you need to know today",
            said,
            day,
            f"2026/05/{day + 10}/briefing-{day}",
        )
        said = f"The main index closed {day}.{day} percent {'higher' if day % 2 else 'lower'} as investors waited for figures on inflation and jobs."
        yield _at(
            "markets.example", f"Stocks close {'higher' if day % 2 else 'lower'} on day {day + 1} of trade", said, day
        )
        said = f"An earthquake of magnitude {5 + day / 10} struck the region on {day + 1} May, the seismological service of the country said."
        yield _at("quakes.example", f"Magnitude {5 + day / 10} earthquake strikes southern region", said, day / 4)


def _boilerplate() -> Iterator[Item]:
    said = "Sign up to our newsletter for the latest news, analysis and comment from our team of reporters around the whole world."
    for n, title in enumerate(
        (
            "Central bank holds rates as inflation slows",
            "Storm closes schools along the northern coast",
            "Museum returns statues taken a century ago",
            "Scientists find water under desert plateau",
            "Airline cancels flights after pilots vote to strike",
            "Mayor promises new tram line by next summer",
        )
    ):
        yield _at("letters.example", title, said, n / 8)


NEGATIVES: dict[str, Callable[[], Iterator[Item]]] = {
    "parts of a series": _parts,
    "one text for many towns": _towns,
    "only the headline names it": _headline_alone,
    "equal headlines at rivals": _rivals,
    "market reports": _reports,
    "columns and figures of the day": _columns,
    "excerpt under every headline": _boilerplate,
}
"""Kind → articles of which no two are one."""
