"""Dates as feeds write them."""

from datetime import UTC, datetime

import feedparser.datetimes
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.normalise import dates

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
NOON = "2026-01-05T12:00:00Z"


def read(raw: str) -> dates.Date:
    return dates.read(raw, feedparser.datetimes._parse_date(raw), NOW)


@pytest.mark.parametrize(
    ("raw", "at", "quality"),
    [
        # As the standards have it.
        ("Mon, 05 Jan 2026 12:00:00 GMT", NOON, "exact"),
        ("Mon, 05 Jan 2026 15:00:00 +0300", NOON, "exact"),
        ("05 Jan 26 12:00 UT", NOON, "exact"),
        ("2026-01-05T12:00:00Z", NOON, "exact"),
        ("2026-01-05T15:00:00.123+03:00", NOON, "exact"),
        ("20260105T120000Z", NOON, "exact"),
        # Zones by name.
        ("Mon, 05 Jan 2026 07:00:00 EST", NOON, "exact"),
        ("Mon, 05 Jan 2026 15:00:00 MSK", NOON, "exact"),
        ("2026-01-05 15:00:00 MSK", NOON, "exact"),
        ("Mon, 05 Jan 2026 13:00:00 CET", NOON, "exact"),
        ("Mon, 01 Jun 2026 14:00:00 CEST", "2026-06-01T12:00:00Z", "exact"),
        ("Mon, 01 Jun 2026 13:00:00 BST", "2026-06-01T12:00:00Z", "exact"),
        ("Mon, 05 Jan 2026 12:00:00 IST", NOON, "zone_assumed"),
        ("Mon, 05 Jan 2026 12:00:00 XYZ", NOON, "zone_assumed"),
        ("Mon, 05 Jan 2026 15:00:00 GMT+3", NOON, "exact"),
        ("Mon, 05 Jan 2026 15:00:00 GMT+0300 (Moscow Standard Time)", NOON, "exact"),
        ("Mon, 05 Jan 2026 17:45:00 UTC+05:45", NOON, "exact"),
        # Without a zone, without a time.
        ("2026-01-05T12:00:00", NOON, "zone_assumed"),
        ("Mon, 05 Jan 2026 12:00:00", NOON, "zone_assumed"),
        ("2026-01-05 12:00", NOON, "zone_assumed"),
        ("2026-01-05", "2026-01-05T00:00:00Z", "day"),
        ("20260105", "2026-01-05T00:00:00Z", "day"),
        ("Mon, 05 Jan 2026", "2026-01-05T00:00:00Z", "day"),
        ("January 5, 2026", "2026-01-05T00:00:00Z", "day"),
        ("2026-W02", "2026-01-05T00:00:00Z", "day"),
        # In other languages.
        ("Mo, 05 Januar 2026 13:00:00 +0100", NOON, "exact"),
        ("5. März 2026 13:00:00 MEZ", "2026-03-05T12:00:00Z", "exact"),
        ("Пн, 05 янв 2026 15:00:00 +0300", NOON, "exact"),
        ("5 января 2026, 12:00", NOON, "zone_assumed"),
        ("5 мая 2026", "2026-05-05T00:00:00Z", "day"),
        ("lun, 05 janv. 2026 13:00:00 +0100", NOON, "exact"),
        ("15 juillet 2025", "2025-07-15T00:00:00Z", "day"),
        ("5 de enero de 2026 12:00", NOON, "zone_assumed"),
        ("05.01.2026 12:00", NOON, "zone_assumed"),
        ("25/12/2025", "2025-12-25T00:00:00Z", "day"),
        # Numbers.
        ("1767614400", NOON, "exact"),
        ("1767614400000", NOON, "exact"),
        # The edges of a day.
        ("2026-01-05T24:00:00Z", "2026-01-06T00:00:00Z", "exact"),
        ("Mon, 05 Jan 2026 24:00:00 GMT", "2026-01-06T00:00:00Z", "exact"),
        ("2026-01-05T11:59:60Z", NOON, "exact"),
        ("Jan 5, 2026 1:30 PM", "2026-01-05T13:30:00Z", "zone_assumed"),
    ],
)
def test_dates(raw: str, at: str, quality: str) -> None:
    assert read(raw) == dates.Date(at, quality, raw)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "raw",
    [
        "0001-01-01T00:00:00Z", "1500-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-06-17T12:00:00Z", "1970-01-01",
        "yesterday", "03/04/2026", "9" * 400, "2026-13-45T99:99:99Z", "2026-01-05T12:00:00+99:99", "0", "-1", "٣",
        "Mon, 99 Jan 2026 12:00:00 GMT", "2026-W99", "99999999999999", "Mon, 05 Foo 2026 12:00:00 GMT",
    ],
)  # fmt: skip
def test_nonsense_has_no_date_but_keeps_its_text(raw: str) -> None:
    assert read(raw) == dates.Date(None, "implausible", raw[:100])


@pytest.mark.parametrize("raw", [None, "", "  \n", 5, ["x"]])
def test_no_date(raw: object) -> None:
    assert dates.read(raw, None, NOW) == dates.NO_DATE


def test_arabic_digits_are_read() -> None:
    assert read("٢٠٢٦-٠١-٠٥").at in {None, "2026-01-05T00:00:00Z"}


def test_tomorrow_is_still_plausible() -> None:
    assert read("2026-06-16T11:59:59Z").at == "2026-06-16T11:59:59Z"


@given(st.one_of(st.text(max_size=60), st.from_regex(r"[0-9A-Za-z:+., -]{5,40}", fullmatch=True)))
def test_nothing_crashes_and_nothing_is_implausible(raw: str) -> None:
    try:
        parsed = feedparser.datetimes._parse_date(raw)
    except Exception:  # noqa: BLE001 - what feedparser lets out is caught where it is called
        parsed = None

    at = dates.read(raw, parsed, NOW).at

    assert at is None or "1990-01-01T00:00:00Z" <= at <= "2026-06-16T12:00:00Z"


@given(st.datetimes(min_value=datetime(1990, 1, 2), max_value=datetime(2026, 6, 1)), st.integers(-12 * 60, 14 * 60))  # noqa: DTZ001
def test_every_moment_is_read_in_every_zone(moment: datetime, minutes: int) -> None:
    local = datetime.fromtimestamp(moment.replace(tzinfo=UTC).timestamp() + minutes * 60, UTC)
    sign, offset = "-" if minutes < 0 else "+", abs(minutes)
    zone = f"{sign}{offset // 60:02}:{offset % 60:02}"

    expected = moment.strftime("%Y-%m-%dT%H:%M:%SZ")

    assert read(f"{local:%Y-%m-%dT%H:%M:%S}{zone}").at == expected
    assert read(f"{local:%d %b %Y %H:%M:%S} {zone.replace(':', '')}").at == expected
