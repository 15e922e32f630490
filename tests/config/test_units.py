from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.units import LONGEST, describe, format_duration, format_size, parse_duration, parse_size


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30s", 30),
        ("10m", 600),
        ("1h", 3600),
        ("1h30m", 5400),
        ("1d", 86_400),
        ("2w", 1_209_600),
        ("1w2d3h4m5s", 788_645),
        ("0s", 0),
        ("0.25s", 0.25),
        ("1.5h", 5400),
        ("90m", 5400),
    ],
)
def test_durations_are_read(text: str, seconds: float) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "5",
        5,
        0,
        1.5,
        True,
        None,
        "no",
        "-1s",
        "+1s",
        "nan",
        "nans",
        "inf",
        "1e99",
        "1e9s",
        "1S",
        "1 h",
        " 1h",
        "1h ",
        "30m1h",
        "1h1h",
        "1,5h",
        "1.h",
        ".5h",
        "٣٠s",
        "1min",
        "10 minutes",
        "1h\n",
        "9" * 5000 + "s",
        float("nan"),
        [],
        {},
    ],
)
def test_what_is_no_duration_is_refused_with_an_example(value: object) -> None:
    with pytest.raises(ValueError, match=r'expected a duration such as "30s"') as caught:
        parse_duration(value)

    assert len(str(caught.value)) < 200


def test_a_duration_of_more_than_a_hundred_years_is_refused() -> None:
    assert parse_duration("36525d") == LONGEST

    with pytest.raises(ValueError, match="at most a hundred years"):
        parse_duration("36526d")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (0.5, "0.5s"),
        (30, "30s"),
        (3600, "1h"),
        (5400, "1h30m"),
        (86_400, "1d"),
        (2_592_000, "30d"),
        (1_209_600, "2w"),
    ],
)
def test_durations_are_written_as_people_write_them(seconds: float, text: str) -> None:
    assert format_duration(timedelta(seconds=seconds)) == text


@given(st.timedeltas(min_value=timedelta(0), max_value=LONGEST))
def test_a_written_duration_reads_back(duration: timedelta) -> None:
    assert parse_duration(format_duration(duration)) == duration


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("15MB", 15_000_000),
        ("500kB", 500_000),
        ("1GB", 10**9),
        ("2TB", 2 * 10**12),
        ("1.5GB", 1_500_000_000),
        ("7B", 7),
    ],
)
def test_sizes_are_read_with_decimal_units(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize(
    "value",
    [
        "",
        "15",
        15,
        0,
        -1,
        1.5,
        True,
        None,
        "15mb",
        "15MiB",
        "15M",
        "-1MB",
        "nan",
        "nanMB",
        "1e9B",
        "1.5B",
        "15 MB ",
        [],
        "٣MB",
    ],
)
def test_what_is_no_size_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="expected a"):
        parse_size(value)


@given(st.integers(min_value=0, max_value=10**15 - 1))
def test_a_written_size_reads_back(size: int) -> None:
    assert parse_size(format_size(size)) == size


@given(st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates() | st.lists(st.text()))
def test_any_value_is_described_on_one_short_line(value: object) -> None:
    text = describe(value)

    assert text.isprintable()
    assert len(text) < 80


def test_a_number_too_long_to_be_written_is_described() -> None:
    assert describe(16**10_000) == "a number of many digits"
