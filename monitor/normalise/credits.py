"""Whom a text names as its source: datelines of agencies, "reports the BBC Russian Service", «сообщает Интерфакс».

Only what names a newsroom counts: one that is known, a name in quotation marks after a verb of reporting, or a name with a
word that newsrooms have in theirs. A person who is quoted is no source in this sense, so verbs alone decide nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from seeds import text

How = Literal["dateline", "report", "data"]
"""At the head of the text; in a sentence; in the page's linked data."""

_READ = 20_000
"""Characters of a text in which credits are looked for."""
_MOST = 10
_QUOTE = 300

_KNOWN = (
    "Agence France-Presse|AFP|Al Jazeera|ANSA|Associated Press|AP|Axios|Ведомости|Bellingcat|BBC|Би-би-си|BelTA|БелТА"
    r"|Bloomberg|CNN|Deutsche Welle|DW|dpa|EFE|Euronews|Financial Times|Fontanka|Фонтанка|Forbes|The Guardian|Guardian"
    r"|Holod|The Insider|Interfax|Интерфакс|iStories|Важные истории|Izvestia|Известия|Kommersant|Коммерсантъ?|Kyodo|Lenta\.ru"
    r"|Le Monde|Mediazona|Медиазона|Meduza|Медуза|Mash|The Moscow Times|Moscow Times|Настоящее время|New York Times|Nikkei"
    r"|Новая газета(?: Европа)?|Novaya Gazeta(?: Europe)?|OVD-Info|ОВД-Инфо|PA Media|Politico|ProPublica|Prime|RBC|РБК"
    r"|Радио Свобода|Радио Свободная Европа|Radio Free Europe/Radio Liberty|Radio Free Europe|Radio Liberty|RFE/RL|Reuters"
    r"|Рейтер|RIA Novosti|РИА «?Новости»?|Roskomsvoboda|Роскомсвобода|RT|TASS|ТАСС|Der Spiegel|Spiegel|TVC|Ukrinform"
    r"|Укринформ|UNIAN|УНИАН|UPI|Vedomosti|The Verge|Verstka|Вёрстка|Верстка|Wall Street Journal|Washington Post|Wired|Xinhua"
    r"|Синьхуа|Агентство «?Москва»?|Север\.Реалии|Сибирь\.Реалии|Кавказ\.Реалии|Baza|Готэм|Идель\.Реалии|404 Media"
)
_TAIL = r"(?:['’]s)?(?: (?:Russian|World|Ukrainian|News|Service|Europe|Russia|International|Online|Business|Русская служба))*"
_NEWSROOM = (
    r"(?:[A-Z][\w’'.-]* ){0,4}(?:News|Times|Post|Service|Agency|Radio|Television|TV|Press|Journal|Gazette|Herald|Tribune"
    r"|Newspaper|Media|Telegraph|Broadcasting|Novosti|Gazeta)\b(?: [A-Z][\w’'.-]*){0,2}"
)
_NAME = rf"(?:«(?P<quoted>[^«»\n]{{2,60}})»|(?P<known>(?:{_KNOWN}){_TAIL})(?!\w)|(?P<room>{_NEWSROOM}))"
_SOURCE = r"(?:the |newspaper |news agency |agency |broadcaster |website )*"
_KIND = (
    r"(?:(?:информационное |новостное )?(?:агентство|агентства|агентству|издание|издания|изданию|газета|газеты|телеканал|"
    r"телеканала|радиостанция|портал|проект|телеграм-канал|telegram-канал) )*"
)
_REPORTS = re.compile(
    rf"(?i:\b(?:reports?|reported by|according to|citing|wrote|writes|first reported by|told"
    rf"|(?<!additional )reporting by|(?<!image )(?<!photo )source:) {_SOURCE}){_NAME}"
    rf"|(?P<before>(?:{_KNOWN}){_TAIL})(?= (?:reported|reports|has reported|had reported|wrote|writes|first reported)\b)"
)
_SAYS = re.compile(
    r"(?i:\b(?:сообща(?:ет|ют|ла|ло|л|ли)|сообщил[аои]?|пишет|пишут|писал[аои]?|переда[её]т|передают|передал[аои]?"
    r"|рассказал[аои]? |со ссылкой на|ссылаясь на|по (?:данным|информации|сообщению)|как стало известно|узнал[аои]?|источник:)) "
    rf"{_KIND}{_NAME}"
)
_DATELINE = re.compile(
    r"^[^.()«»\n]{0,80}?(?:\((?P<bracket>[A-Z][\w .&/’'-]{1,40}|dpa|[А-ЯЁ][\w .«»-]{1,40})\)\s*[-–—:]"
    rf"|[./,]\s*/(?P<slash>[^/\n]{{2,40}})/|(?P<dash>\s[-–—] (?:{_KNOWN}){_TAIL})(?=[.,:]))",
)
_END_SLASH = re.compile(rf"/(?P<slash>(?:{_KNOWN}){_TAIL})/\s*$")
_NO_NAME = re.compile(r"^[\W\d_]*$")
_SENTENCE = re.compile(r"[^.!?…\n]*(?:[.!?…](?!\s|$)[^.!?…\n]*)*[.!?…]?")


@dataclass(frozen=True, slots=True)
class Credit:
    """One source that a text names, with the words by which it does."""

    name: str
    how: How
    quote: str = ""


def credits_of(body: str) -> tuple[Credit, ...]:
    """The sources that a text names, in the order in which it does, each once."""
    found: dict[str, Credit] = {}
    for credit in _credits(body[:_READ]):
        key = text.fold(credit.name)
        if not _NO_NAME.match(credit.name):
            found.setdefault(key, credit)
    return tuple(found.values())[:_MOST]


def _credits(body: str) -> Iterator[Credit]:
    paragraphs = body.split("\n")
    for paragraph in paragraphs[:3]:
        if match := _DATELINE.match(paragraph):
            name = match["bracket"] or match["slash"] or (match["dash"] or "").lstrip(" -–—")
            yield Credit(_bare(name), "dateline", text.clean(match[0], _QUOTE))
            break
    for paragraph in paragraphs:
        for pattern in (_REPORTS, _SAYS):
            for match in pattern.finditer(paragraph):
                yield Credit(_named(match), "report", _sentence(paragraph, match.start()))
    if match := _END_SLASH.search(paragraphs[-1]):
        yield Credit(_bare(match["slash"]), "report", text.clean(match[0], _QUOTE))


def _named(match: re.Match[str]) -> str:
    groups = match.groupdict()
    return _bare(next(value for key in ("quoted", "known", "room", "before") if (value := groups.get(key))))


def _bare(name: str) -> str:
    """A name as one would list it."""
    return re.sub(r"['’]s(?=\s|$)", "", name).replace("«", "").replace("»", "").strip(" .,:")


def _sentence(paragraph: str, at: int) -> str:
    """The sentence in which something stands."""
    start = max((m.end() for m in re.finditer(r"[.!?…]\s+", paragraph[:at])), default=0)
    match = _SENTENCE.match(paragraph, start)
    return text.clean(match[0] if match else paragraph[start:], _QUOTE)
