"""Names of months and time zones."""

from __future__ import annotations

from collections.abc import Mapping

UNIVERSAL: Mapping[str, float] = {
    # What feedparser knows itself; its reading needs no correction, ours does.
    **dict.fromkeys(("UTC", "GMT", "UT", "Z"), 0),
    "ADT": -3,
    "AST": -4,
    "EDT": -4,
    "EST": -5,
    "CDT": -5,
    "CST": -6,
    "MDT": -6,
    "MST": -7,
    "PDT": -7,
    "PST": -8,
    "ET": -5,
    "CT": -6,
    "MT": -7,
    "PT": -8,
}
"""Zone → hours east of UTC, those that feedparser reads right."""

OFFSETS: Mapping[str, float] = {
    "MEZ": 1,
    "MESZ": 2,
    "OEZ": 2,
    "OESZ": 3,
    "WET": 0,
    "WEST": 1,
    "BST": 1,
    "CET": 1,
    "CEST": 2,
    "EET": 2,
    "EEST": 3,
    "TRT": 3,
    "SAST": 2,
    "CAT": 2,
    "WAT": 1,
    "MSK": 3,
    "МСК": 3,
    "MSD": 4,
    "SAMT": 4,
    "YEKT": 5,
    "OMST": 6,
    "NOVT": 7,
    "KRAT": 7,
    "IRKT": 8,
    "YAKT": 9,
    "VLAT": 10,
    "MAGT": 11,
    "SAKT": 11,
    "SRET": 11,
    "PETT": 12,
    "ANAT": 12,
    "JST": 9,
    "KST": 9,
    "HKT": 8,
    "SGT": 8,
    "PHT": 8,
    "WIB": 7,
    "ICT": 7,
    "NPT": 5.75,
    "PKT": 5,
    "UZT": 5,
    "AWST": 8,
    "ACST": 9.5,
    "ACDT": 10.5,
    "AEST": 10,
    "AEDT": 11,
    "NZST": 12,
    "NZDT": 13,
    "AKST": -9,
    "AKDT": -8,
    "HST": -10,
    "NDT": -2.5,
    "BRT": -3,
    "ART": -3,
    "CLT": -4,
}
"""Zone → hours east of UTC, those that feedparser takes for UTC."""

AMBIGUOUS = frozenset({"IST", "AMT", "GST", "SST", "A", "M", "N", "Y", "AM", "PM", "AT"})
"""Names that mean several zones (IST: India, Ireland, Israel), and letters that RFC 822 got wrong."""

MONTHS: Mapping[str, int] = {
    start: number
    for number, starts in enumerate(
        (
            "jan jän янв jan ene gen sty січ",
            "feb фев fév fev lut лют",
            "mar mär mrz мар бер",
            "apr апр avr abr kwi кві",
            "may mai мая май mag maj тра",
            "jun июн juin giu cze чер",
            "jul июл juil lug lip лип",
            "aug авг aoû ago sie сер",
            "sep сен set wrz вер",
            "oct okt окт ott out paź жов",
            "nov ноя lis лис",
            "dec dez дек déc dic gru гру",
        ),
        start=1,
    )
    for start in starts.split()
}
"""First three letters (four where three are not enough), lower case → 1 to 12.

English, German, Russian, Ukrainian, French, Spanish, Italian, Portuguese and Polish.
"""
