"""Pages of a public Telegram channel as Telegram's web preview writes them, with invented posts."""

from __future__ import annotations

TIME = "2026-06-14T10:00:00+00:00"


def post(
    number: int,
    text: str | None = None,
    *,
    name: str = "city_faces",
    time: str | None = TIME,
    before: str = "",
    after: str = "",
    signed: str = "",
    kind: str = "text_not_supported_wrap",
) -> str:
    """One post; `before` stands above its text (a forward, an answer, pictures), `after` below it (a page, a poll)."""
    words = f'<div class="tgme_widget_message_text js-message_text" dir="auto">{text}</div>' if text is not None else ""
    author = f'<span class="tgme_widget_message_from_author" dir="auto">{signed}</span>' if signed else ""
    date = f'<time datetime="{time}" class="time">10:00</time>' if time else ""
    return f"""<div class="tgme_widget_message_wrap js-widget_message_wrap"><div class="tgme_widget_message {kind} js-widget_message"
      data-post="{name}/{number}" data-view="eyJjIjotMTAwMSwicCI6MX0">
      <div class="tgme_widget_message_user"><a href="https://t.me/{name}"><i class="tgme_widget_message_user_photo bgcolor2"
        data-content="C"><img src="https://cdn4.telesco.pe/file/portrait.jpg"></i></a></div>
      <div class="tgme_widget_message_bubble"><i class="tgme_widget_message_bubble_tail"></i>
        <div class="tgme_widget_message_author accent_color"><a class="tgme_widget_message_owner_name"
          href="https://t.me/{name}"><span dir="auto">City Faces</span></a></div>
        {before}{words}{after}
        <div class="tgme_widget_message_footer compact js-message_footer"><div class="tgme_widget_message_info short js-message_info">
          <span class="tgme_widget_message_views">12.5K</span><span class="copyonly"> views</span>
          <span class="tgme_widget_message_meta">{author}<a class="tgme_widget_message_date"
            href="https://t.me/{name}/{number}">{date}</a></span></div></div>
      </div></div></div>"""


def page(*posts: str, title: str = "City Faces", name: str = "city_faces") -> str:
    """A page of posts, the oldest first as on the site."""
    return f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{title} – Telegram</title><meta property="og:title" content="{title}">
<meta property="og:site_name" content="Telegram"><link rel="canonical" href="/s/{name}?before=9"></head>
<body class="widget_frame_base tgme_webpreview emoji_image">
<header class="tgme_header search_collapsed"><div class="tgme_header_title"><span dir="auto">{title}</span></div></header>
<main class="tgme_main"><div class="tgme_container"><section class="tgme_channel_history js-message_history">
{"".join(posts)}</section></div>
<section class="tgme_right_column"><div class="tgme_channel_info"><div class="tgme_channel_info_header">
<div class="tgme_channel_info_header_title_wrap"><div class="tgme_channel_info_header_title"><span dir="auto">{title}</span></div></div>
<div class="tgme_channel_info_header_username"><a href="https://t.me/{name}">@{name}</a></div></div>
<div class="tgme_channel_info_counters"><span class="counter_value">51.4K</span> <span class="counter_type">subscribers</span></div>
</div></section></main></body></html>"""


def photo(url: str, width: int = 800, ratio: float = 75.0) -> str:
    """A picture of a post."""
    return f"""<a class="tgme_widget_message_photo_wrap 123 blured" href="https://t.me/city_faces/1"
      style="width:{width}px;background-image:url('{url}')"><div class="tgme_widget_message_photo"
      style="padding-top:{ratio}%"></div></a>"""


def answer(text: str) -> str:
    """The beginning of the post that this one answers to."""
    return f"""<a class="tgme_widget_message_reply user-color-default" href="https://t.me/city_faces/1">
      <i class="tgme_widget_message_reply_thumb" style="background-image:url('https://cdn4.telesco.pe/file/quoted.jpg')"></i>
      <div class="tgme_widget_message_author accent_color"><span class="tgme_widget_message_author_name">City Faces</span></div>
      <div class="tgme_widget_message_text js-message_reply_text" dir="auto">{text}</div></a>"""


def forward(name: str, href: str | None = None) -> str:
    """Whose post is passed on."""
    inside = f'<span dir="auto">{name}</span>'
    named = (
        f'<a class="tgme_widget_message_forwarded_from_name" href="{href}">{inside}</a>'
        if href
        else f'<span class="tgme_widget_message_forwarded_from_name" dir="auto">{name}</span>'
    )
    return f'<div class="tgme_widget_message_forwarded_from accent_color">Forwarded from&nbsp;{named}</div>'


def preview(url: str, title: str, words: str, picture: str) -> str:
    """The page that a post links to, as it shows it."""
    return f"""<a class="tgme_widget_message_link_preview" href="{url}"><div class="link_preview_site_name accent_color">Site</div>
      <i class="link_preview_right_image" style="background-image:url('{picture}')"></i>
      <div class="link_preview_title" dir="auto">{title}</div><div class="link_preview_description" dir="auto">{words}</div></a>"""


def card(head: str, extra: str = "", title: str = "", link: str = "", action: str = "View in Telegram") -> str:
    """The page that stands at t.me/NAME."""
    named = f'<div class="tgme_page_title" dir="auto"><span dir="auto">{title}</span></div>' if title else ""
    more = f'<div class="tgme_page_extra">{extra}</div>' if extra else ""
    context = (
        f'<div class="tgme_page_context_link_wrap"><a class="tgme_page_context_link" href="{link}">Preview channel</a></div>'
        if link
        else ""
    )
    return f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>Telegram: {head}</title><meta property="og:title" content="{title or head}"></head>
<body class="no_transition"><div class="tgme_page_wrap"><div class="tgme_head_wrap"><div class="tgme_head">Telegram</div></div>
<div class="tgme_body_wrap"><div class="tgme_page"><div class="tgme_page_photo"></div>{named}{more}
<div class="tgme_page_action"><a class="tgme_action_button_new shine" href="tg://resolve?domain=x">{action}</a></div>{context}
</div></div></div></body></html>"""
