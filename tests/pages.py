"""Pages of articles written for the tests, English and Russian, with what outlets put around them.

page = Article(title="…", paragraphs=(…,)).html(data=True, canonical="https://…")
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from typing import Any

NAVIGATION = "".join(
    f'<li><a href="/section/{name}">{name.title()}</a></li>' for name in ("news", "world", "politics", "sport", "video")
)
COOKIES = (
    '<div class="cookie-banner"><p>We use cookies to improve this site. <button>Accept all cookies</button></p></div>'
)

ENGLISH_TITLE = "Moscow metro police widen facial recognition camera network across Russia"
ENGLISH = (
    (
        "Police in Moscow have begun to connect facial recognition cameras in the metro to a database of wanted people, city"
        " officials said on Thursday, in the widest use of the technology in Russia so far."
    ),
    (
        "More than 5,000 cameras at the turnstiles and on the platforms compare the faces of passengers with photographs from"
        " police files, reports the BBC Russian Service. Passengers were not asked for consent, lawyers said."
    ),
    (
        "The department of transport said the system had helped to detain 221 people since September. It did not say how"
        " many of them were later released, or how often the cameras were wrong."
    ),
    (
        "Activists who were stopped at the turnstiles on the day of a rally have complained to a court in the capital. A"
        " hearing is expected in December, their lawyer told the newspaper."
    ),
)
RUSSIAN_TITLE = "Полиция расширила сеть камер с распознаванием лиц в московском метро"
RUSSIAN = (
    (
        "Полиция Москвы начала подключать камеры с распознаванием лиц в метро к базе разыскиваемых людей, сообщает"
        " «Интерфакс» со ссылкой на департамент транспорта."
    ),
    (
        "Более пяти тысяч камер на турникетах и платформах сравнивают лица пассажиров с фотографиями из полицейских"
        " картотек. Согласия пассажиров никто не спрашивал, говорят юристы."
    ),
    (
        "С сентября по сигналу системы задержали 221 человека. Сколько из них потом отпустили и как часто камеры ошибались, в"
        " департаменте не уточнили."
    ),
    (
        "Активисты, которых остановили у турникетов в день митинга, подали жалобу в суд. Заседание ожидается в декабре,"
        " сказал их адвокат."
    ),
)


@dataclass(frozen=True)
class Article:
    """An article and its page."""

    title: str = ENGLISH_TITLE
    paragraphs: tuple[str, ...] = ENGLISH
    language: str = "en"
    site: str = "Example Gazette"
    published: str = "2026-11-19T08:30:00+03:00"
    authors: tuple[str, ...] = ("Anna Petrova",)
    description: str = "Cameras in the metro now look for wanted people."

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs)

    def data(self, **more: Any) -> dict[str, Any]:
        """The article as linked data."""
        return {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": self.title,
            "datePublished": self.published,
            "author": [{"@type": "Person", "name": name} for name in self.authors],
            "publisher": {"@type": "Organization", "name": self.site},
            "image": ["https://example.org/picture.jpg"],
            **more,
        }

    def html(
        self,
        *,
        data: bool | dict[str, Any] = False,
        canonical: str | None = None,
        amp: str | None = None,
        og_url: str | None = None,
        head: str = "",
        before: str = "",
        after: str = "",
        meta: bool = True,
    ) -> bytes:
        """The page. `data`: with linked data, or with that much more in it."""
        tags = [f"<title>{escape(self.title)} | {escape(self.site)}</title>", '<meta charset="utf-8">']
        if meta:
            tags += [
                f'<meta property="og:title" content="{escape(self.title)}">',
                '<meta property="og:type" content="article">',
                f'<meta property="og:site_name" content="{escape(self.site)}">',
                f'<meta property="og:description" content="{escape(self.description)}">',
            ]
        tags += [f'<link rel="canonical" href="{escape(canonical)}">'] if canonical else []
        tags += [f'<link rel="amphtml" href="{escape(amp)}">'] if amp else []
        tags += [f'<meta property="og:url" content="{escape(og_url)}">'] if og_url else []
        if data is not False:
            said = json.dumps(self.data(**(data if isinstance(data, dict) else {})), ensure_ascii=False)
            tags.append(f'<script type="application/ld+json">{said}</script>')
        body = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in self.paragraphs)
        page = (
            f'<!DOCTYPE html><html lang="{self.language}"><head>{"".join(tags)}{head}</head><body>'
            f"<header><nav><ul>{NAVIGATION}</ul></nav></header>{before}"
            f"<main><article><h1>{escape(self.title)}</h1>{body}</article></main>{after}"
            f'<footer><p>© {escape(self.site)}. <a href="/about">About us</a></p></footer></body></html>'
        )
        return page.encode()


RUSSIAN_ARTICLE = Article(
    title=RUSSIAN_TITLE,
    paragraphs=RUSSIAN,
    language="ru",
    site="Пример",
    authors=("Иван Иванов",),
    description="Камеры в метро теперь ищут разыскиваемых.",
)
