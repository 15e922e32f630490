"""A saved page as plain text: title, date, lead, body and site picked out of menus, counters and footers.

The surest sign is the browser's own title, `TITLE | SITE`, which repeats the headline; without it the headline is the
last line of some length before the first paragraph. What a page does not say (its address, a zone) is not invented.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from seeds.page_date import find_date, is_date_line
from seeds.record import Provider, Record
from seeds.text import clean, title_key, words
from seeds.yamltext import Problem

_TITLE_LIMIT, _TEXT_LIMIT = 500, 20_000
_SEPARATOR = re.compile(r"\s+(?:\||[-–—]|::|[•·»])\s+|\s*\|\s*")
_SENTENCE_END = re.compile(r"[.!?…:;][\"'”»’)\]]*$")
_HEADING = re.compile(r"#{1,6}\s+(.*?)\s*#*")

_END = frozenset({
    "latest news", "last news", "more news", "related news", "related", "related articles",
    "related stories", "recommended", "recommended for you", "comments", "leave a comment",
    "leave a reply", "most read", "most popular", "popular", "share", "share this", "share this article",
    "tags", "like", "read next", "more from", "more stories", "you may also like", "don't miss",
    "newsletter", "about us", "contact us", "previous", "next", "последние новости", "другие новости",
    "еще новости", "новости по теме", "материалы по теме", "похожие новости", "похожие материалы",
    "рекомендуем", "рекомендуемое", "комментарии", "оставить комментарий", "популярное",
    "самое читаемое", "поделиться", "теги", "главное", "лента новостей", "новости партнеров",
    "подписаться", "о проекте", "контакты", "нравится",
})  # fmt: skip
"""Lines after which nothing belongs to the article any more."""

_ASIDE = frozenset(
    ["read also", "read more", "see also", "also read", "читайте также", "читать также", "смотрите также", "по теме"]
)
"""Lines that announce the headline of another article."""

_NOISE = re.compile(
    r"(?i)(?:advertisement|advertising|реклама|sponsored|skip to content|photo|image|фото|изображение|иллюстрация"
    r"|источник|source|read also|see also|читайте также|смотрите также|views?|просмотр\w*|share|tweet|print|печать)"
    r"\b[\s\d:.,©]*(?:[:—–-].*)?"
)
_FOOTER = re.compile(
    r"(?i)©|\bcookies?\b.*\b(?:use|accept|site|agree|policy)|\ball rights reserved|все права защищены|файл\w* cookie"
    r"|\bsubscribe to\b|^sign up for\b|подпишитесь на|подписывайтесь на|зарегистрирован\w* роскомнадзор"
)


def read_page(text: str) -> tuple[Record | None, tuple[Problem, ...]]:
    """The record of a saved page, or None and why the text is none."""
    lines = [clean(line, _TEXT_LIMIT) for line in _unwrapped(text)]
    title, site, at = _headline(lines)
    begin = at + 1 if at is not None else 0
    paragraphs = _body(lines[begin:], title)
    date = find_date([*lines[max(0, begin - 8) : begin + 8], *lines])
    if not title or not (paragraphs or date or site):
        missing = "neither front matter between `---` lines nor a saved page (no headline with text under it)"
        return None, (Problem(1, missing),)
    record = Record(
        title=title,
        excerpt=paragraphs[0] if paragraphs else None,
        published_date_time=date,
        provider=Provider(name=site) if site else None,
        body="\n\n".join(paragraphs[1:]),
    )
    return record, ()


def _unwrapped(text: str) -> list[str]:
    """Lines, those of a block that was wrapped at a fixed width put together again; empty ones are kept."""
    found: list[str] = []
    for block in re.split(r"\n[^\S\n]*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        lines = [line.strip() for line in block.split("\n") if line.strip()]
        wrapped = len(lines) > 1 and all(50 <= len(line) <= 100 for line in lines[:-1])
        found += [" ".join(lines)] if wrapped else lines
        found.append("")
    return found


def _headline(lines: Sequence[str]) -> tuple[str, str | None, int | None]:
    """Title, site and the line where the title stands."""
    keys = [title_key(line) for line in lines]
    for line in reversed(lines):
        for title, site in _splits(line):
            key = title_key(title)
            stands = next((at for at, other in enumerate(keys) if key and other == key), None)
            if stands is not None and len(words(title)) > 1:
                return clean(_plain(lines[stands]), _TITLE_LIMIT), site, stands
    at = _likely_title(lines)
    if at is None:
        return "", None, None
    for title, site in _splits(_plain(lines[at])):
        if "|" in lines[at] or title_key(site) in keys:
            return clean(title, _TITLE_LIMIT), site, at
    return clean(_plain(lines[at]), _TITLE_LIMIT), None, at


def _splits(line: str) -> list[tuple[str, str]]:
    """The ways to read a line as `TITLE | … | SITE` or `SITE | TITLE`, the likeliest first."""
    if len(line) > _TITLE_LIMIT:
        return []
    marks = list(_SEPARATOR.finditer(line))
    if not marks:
        return []
    last = line[marks[-1].end() :]
    found = [(line[: mark.start()], last) for mark in reversed(marks)]
    found.append((line[marks[0].end() :], line[: marks[0].start()]))
    return [(title.strip(), site.strip()) for title, site in found if title.strip() and 0 < len(site.strip()) <= 60]


def _likely_title(lines: Sequence[str]) -> int | None:
    """The first Markdown heading, else the last line of some length before the first paragraph."""
    for at, line in enumerate(lines):
        if _HEADING.fullmatch(line):
            return at
        if _is_paragraph(line):
            before = [i for i in range(at) if len(words(lines[i])) > 2 and not is_date_line(lines[i])]
            return before[-1] if before else None
    return None


def _body(lines: Sequence[str], title: str) -> list[str]:
    """The paragraphs of the article, with the headings and list items between them."""
    found: list[str] = []
    held: list[str] = []
    skip = False
    for line in lines:
        bare = line.lower().rstrip(":. ")
        if found and bare in _END:
            break
        if bare in _ASIDE:
            skip = True
            continue
        if not line or _FOOTER.search(line) or _NOISE.fullmatch(line) or title_key(line) == title_key(title):
            continue
        if _is_paragraph(line):
            found += [*(held if found else []), line]
            held = []
        elif not skip and not is_date_line(line) and not line.isdigit():
            held.append(line)
        skip = False
    return found


def _is_paragraph(line: str) -> bool:
    """Whether a line is running text: a sentence or more, too long for a menu."""
    if _HEADING.fullmatch(line) or _FOOTER.search(line) or is_date_line(line):
        return False
    return len(line) >= 160 or (len(line) >= 60 and _SENTENCE_END.search(line) is not None)


def _plain(line: str) -> str:
    match = _HEADING.fullmatch(line)
    return match[1] if match else line
