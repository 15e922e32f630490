"""The published table of rules by which addresses of articles are compared.

General rules come first; a rule that fits one outlet is one line in a table keyed by its host or registrable domain.
Names of parameters and of path segments are compared in lower case.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

RULES_VERSION = 2
"""Raised with every change that can change a key, so that stored keys are known to be old."""

MAX_LENGTH = 2000
"""Longest address that is read, in characters."""

PLAIN_LABELS = frozenset({"www", "m", "mobile", "amp", "amp2", "amphtml", "www-amp"})
"""Labels left of the registrable domain that do not tell one article from another."""

AMP_LABELS = frozenset({"amp", "amp2", "amphtml", "www-amp"})
"""Those of them that say AMP."""

INDEX_PAGE = re.compile(r"(?:index|default)\.(?:html?|shtml|php|aspx?|jsp)", re.IGNORECASE)
"""A last path segment that names the folder itself."""

LANGUAGE_ROOT = re.compile(r"/[a-z]{2}(?:[-_][a-z]{2})?", re.IGNORECASE)
"""The home page of one language: `/en`, `/en-us`."""

TRACKING_PREFIXES = (
    "utm_", "at_", "pk_", "mtm_", "piwik_", "matomo_", "hsa_", "elq", "bsft_", "amp_", "_x_tr_", "fb_action_",
    "guce_", "outbrain", "taboola", "__hs", "vero_", "oly_", "_branch_", "xtor",
)  # fmt: skip
"""Beginnings of parameter names that only follow the reader."""

TRACKING_NAMES = frozenset(
    """
    __cft__ __s __tn__ __twitter_impression __xts__ _ga _gl _hsenc _hsmi _ke _kx _openstat action_object_map
    action_ref_map action_type_map akamai-rum aoh awc cjevent ck_subscriber_id cm_cat cm_ite cm_lm cm_mmc cm_pla
    cm_re cm_sp cm_ven cmpid cndid dclid dicbo dm_i echobox erid et_cid et_rid etext fb_ref fb_source fbclid
    ftag ftcamp gad_campaignid gad_source gbraid gclid gclsrc guccounter hootpostid hsctatracking icid igsh
    igshid int_cmp intcid intcmp irclickid irgwc iterableemailid leadsource li_fat_id mbid mc_cid mc_eid mc_tc
    mkt_tok msclkid ncid ns_campaign ns_fee ns_linkname ns_mchannel ns_source obclickid oborigurl ocid openstat
    rb_clickid rdt_cid ref_src ref_url roistat roistat_visit s_cid s_kwcid share_from sharetype soc_src soc_trk
    sp_mid sp_rid spm sr_share sref srsltid tblci tgclid tpcc trk trkcampaign tsrc .tsrc ttclid twclid usqp
    vgo_ee wbraid wickedid wt.mc_id wt_mc wt_zmc wtmc xtref yadclid yclid ymclid yrwinfo ysclid zanpid
    """.split()  # noqa: SIM905 (a paragraph reads better than two hundred quoted lines)
)
"""Parameter names that only follow the reader."""

REFERRER_NAMES = frozenset({"ref", "from", "source", "src", "referrer", "referer", "via", "partner", "share"})
"""Parameters dropped only when their value is one of `REFERRER_VALUES`, since sites also use them in earnest."""

REFERRER_VALUES = frozenset(
    """
    rss rssfeed rss_feed feed feeds atom twitter tw facebook fb telegram tg vk vkontakte ok linkedin reddit whatsapp
    viber email mail newsletter social share sharing push googlenews google_news flipboard feedly feedburner
    smi2 yandex yandexnews yxnews mirtesen pulse zen rambler home homepage main mainpage topnews
    """.split()  # noqa: SIM905 (as above)
)
"""Values by which a referrer parameter is known to be one."""

OUTLET_PARAMETERS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "news.google.com": frozenset({"oc", "hl", "gl", "ceid"}),
        "youtube.com": frozenset({"feature", "si", "pp", "ab_channel"}),
        "twitter.com": frozenset({"s", "t"}),
        "forbes.com": frozenset({"sh", "ss"}),
        "businessinsider.com": frozenset({"op", "r", "ir"}),
        "theguardian.com": frozenset({"cmp"}),
        "nytimes.com": frozenset({"smid", "smtyp", "emc", "partner"}),
        "dailymail.co.uk": frozenset({"ito", "ico"}),
        "metro.co.uk": frozenset({"ito", "ico"}),
        "msn.com": frozenset({"cvid", "ei", "pc"}),
        "lenta.ru": frozenset({"from"}),
        "rbc.ru": frozenset({"from"}),
        "kommersant.ru": frozenset({"from"}),
        "gazeta.ru": frozenset({"from"}),
    }
)
"""Host or registrable domain → further parameters that are tracking there."""

AMP_NAMES = frozenset({"amp", "amphtml", "_amp", "isamp", "is_amp", "ampmode", "noamp"})
"""Parameters that ask for AMP when empty or one of `AMP_VALUES`."""

AMP_VALUES = frozenset({"", "1", "true", "yes", "amp", "on", "mobile"})

AMP_CHOICES = frozenset(
    {
        "amp-mode", "device", "display", "format", "layout", "mobile", "mode", "output", "outputformat", "outputtype", "platform",
        "render", "service", "template", "tmpl", "variant", "version", "view", "viewmode",
    }
)  # fmt: skip
"""Parameters that ask for AMP when their value is `amp`."""

AMP_SEGMENTS = frozenset({"amp", "amphtml", "google-amp", "googleamp"})
"""Path segments that stand for AMP wherever they are, unless the segment before is one of `TOPIC_SEGMENTS`."""

TOPIC_SEGMENTS = frozenset(
    {"tag", "tags", "topic", "topics", "category", "categories", "wiki", "keyword", "hashtag", "about", "tema", "theme"}
)
"""After these, `amp` is what a page is about."""

AMP_KIND = re.compile(
    r"amp[-_](articles?|articleshow|liveblog|videoshow|photostory|reviews?|galler(?:y|ies)|videos?|news|stor(?:y|ies)|posts?)",
    re.IGNORECASE,
)
"""A segment that is the plain one with `amp` before it: `amp-articles`, `amp_articleshow`."""

AMP_ENDINGS = (
    (re.compile(r"(?i)(.+)[.,_]amp(\.(?:html?|php|aspx?|shtml))"), r"\1\2"),
    (re.compile(r"(?i)(.+)(?:\.(?:amp|amphtml)|_amp)"), r"\1"),
    (re.compile(r"(?i)(.*(?:\d{6,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}))-amp(\.html?)?"), r"\1\2"),
)
"""Endings of the last segment; `-amp` counts only after a number or UUID, since slugs also end in the word."""

AMP_PAGE = re.compile(r"(?i)amp\.(?:html?|php)")
"""A last segment that is the AMP page of its folder."""

AMP_SECTIONS: Mapping[str, str] = MappingProxyType(
    {
        "azattyq.org": "a",
        "currenttime.tv": "a",
        "eurogamer.net": "articles",
        "gamesindustry.biz": "articles",
        "idelreal.org": "a",
        "kavkazr.com": "a",
        "kommersant.ru": "doc",
        "krymr.com": "a",
        "neowin.net": "news",
        "radiosvoboda.org": "a",
        "rferl.org": "a",
        "severreal.org": "a",
        "sibreal.org": "a",
        "svoboda.org": "a",
        "usgamer.net": "articles",
        "voanews.com": "a",
    }
)
"""Registrable domain → the first segment for which its AMP form has `amp`."""

AMP_HOST_SECTIONS: Mapping[str, str] = MappingProxyType({"amp.cnn.com": "cnn", "amp.rbc.ru": "rbcnews"})
"""AMP host → the first segment that only its AMP form has."""

SAME_OUTLETS: Mapping[str, str] = MappingProxyType(
    {"bbc.co.uk": "bbc.com", "x.com": "twitter.com", "telegram.me": "t.me", "telegram.dog": "t.me"}
)
"""Registrable domain → the one under which it serves the same paths."""

SAME_PATHS: Mapping[str, tuple[re.Pattern[str], str]] = MappingProxyType(
    {
        "cnet.com": (
            re.compile(r"/(?:news|(?:tech|culture|science|home|money|health|roadshow)/[a-z-]+)/(\w+(?:-\w+){3,})"),
            r"/\1",
        ),
        "msn.com": (re.compile(r"/[^/]+/.*/((?:ar|vi|ss)-[A-Za-z0-9]{6,})"), r"/\1"),
        "news.google.com": (re.compile(r"/(?:__i/rss/rd/|rss/)?(?:articles|read)/([\w-]+)"), r"/articles/\1"),
        "reuters.com": (re.compile(r"/article/(?:.*[-/])?(id[A-Z0-9]{8,})"), r"/article/\1"),
        "t.me": (re.compile(r"/s/(\w+/\d+)"), r"/\1"),
    }
)
"""Host or registrable domain → paths that lead to one article whatever their other words are, and what is kept."""

REDIRECTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("google.*", "/url", ("url", "q")),
    ("translate.google.*", "/translate", ("u",)),
    ("feedproxy.google.com", "/", ("url", "u", "origin")),
    ("feeds.feedburner.com", "/", ("url", "u", "origin")),
    ("bing.com", "/news/apiclick.aspx", ("url",)),
    ("facebook.com", "/l.php", ("u",)),
    ("l.facebook.com", "/", ("u",)),
    ("lm.facebook.com", "/", ("u",)),
    ("l.instagram.com", "/", ("u",)),
    ("vk.com", "/away.php", ("to",)),
    ("t.me", "/iv", ("url",)),
    ("youtube.com", "/redirect", ("q",)),
    ("out.reddit.com", "/", ("url",)),
    ("t.umblr.com", "/redirect", ("z",)),
    ("duckduckgo.com", "/l", ("uddg",)),
    ("linkedin.com", "/redir/redirect", ("url",)),
    ("flipboard.com", "/redirect", ("url",)),
    ("getpocket.com", "/redirect", ("url",)),
    ("safelinks.protection.outlook.com", "/", ("url",)),
    ("yandex.ru", "/turbo", ("text",)),
)
"""Host (with any subdomain; `*` is any public suffix), beginning of the path, parameters that hold the real address."""

ARCHIVES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("web.archive.org", re.compile(r"/(?:web|save)/(?:\d{1,14}(?:[a-z]{2}_)?/|\*/)?(.+)")),
    *(
        (f"archive.{ending}", re.compile(r"/(?:\d{4}[\d.-]*|newest|oldest|o/\w+)/(.+)"))
        for ending in ("today", "ph", "is", "fo", "li", "md", "vn")
    ),
    ("us.rd.yahoo.com", re.compile(r"/.*?\*(.+)")),
    ("r.search.yahoo.com", re.compile(r"/.*?/RU=([^/]+)/.*")),
)
"""Host, and the path in which the real address follows."""

OPAQUE_HOSTS = frozenset(
    """
    apple.news bit.ly buff.ly clck.ru dlvr.it fb.me feedproxy.google.com goo.gl ift.tt is.gd j.mp lnkd.in ow.ly t.co
    tinyurl.com trib.al vk.cc
    """.split()  # noqa: SIM905 (as above)
)
"""Redirectors whose addresses do not show where they lead."""
