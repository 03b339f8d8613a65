"""Local times become UTC by stated formats and the zone of the format."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.audit.readers.times import (
    DAY_FIRST_FORMATS,
    MONTH_FIRST_FORMATS,
    epoch_sql,
    instant_sql,
    known_zone,
    local_sql,
    utc_sql,
)
from counterfoil.errors import BadOption

_CONNECTION = duckdb.connect()
ZONES = ("Europe/London", "Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "UTC")


def naive(*parts: int) -> datetime:
    """Return a time without zone."""
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)  # type: ignore[misc, arg-type]  # parts of a time


def _all(expression: str, texts: list[str]) -> list[datetime | None]:
    return [row[0] for row in _CONNECTION.sql(f"SELECT {expression} FROM (SELECT unnest({texts!r}) AS x)").fetchall()]


@settings(max_examples=20, deadline=None)
@given(
    st.sampled_from(ZONES),
    st.lists(st.datetimes(naive(2000, 1, 1), naive(2100, 12, 31)), min_size=1, max_size=200),
)
def test_local_times_become_utc_as_the_zone_says(zone: str, moments: list[datetime]) -> None:
    moments = [moment.replace(microsecond=0) for moment in moments]
    found = _all(utc_sql("CAST(x AS TIMESTAMP)", zone), [str(moment) for moment in moments])

    assert found == [moment.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None) for moment in moments]


def test_the_hour_that_the_clock_shows_twice_is_the_first_and_the_one_it_skips_keeps_the_old_offset() -> None:
    twice, skipped = "2019-10-27 01:30:00", "2019-03-31 01:30:00"

    found = _all(instant_sql("x", "Europe/London"), [twice, skipped])

    assert found == [naive(2019, 10, 27, 0, 30), naive(2019, 3, 31, 1, 30)]


def test_a_time_with_its_own_offset_needs_no_zone() -> None:
    texts = ["2019-06-19T05:01:46Z", "2019-06-19T05:01:46+08:00", "2019-06-19 05:01:46.5+0800", "2019-06-19 05:01:46"]

    assert _all(instant_sql("x", "Europe/London"), texts) == [
        naive(2019, 6, 19, 5, 1, 46),
        naive(2019, 6, 18, 21, 1, 46),
        naive(2019, 6, 18, 21, 1, 46, 500000),
        naive(2019, 6, 19, 4, 1, 46),
    ]


def test_the_session_zone_changes_nothing() -> None:
    with duckdb.connect() as other:
        other.execute("SET TimeZone = 'America/New_York'")
        query = f"SELECT {instant_sql('x', 'Asia/Shanghai')} FROM (SELECT unnest(['2019-06-19T05:01:46Z']) AS x)"
        assert other.sql(query).fetchall() == [(naive(2019, 6, 19, 5, 1, 46),)]


def test_the_format_says_which_number_is_the_day() -> None:
    assert _all(local_sql("x", DAY_FIRST_FORMATS), ["3/4/2010 8:26", "03.04.10"]) == [
        naive(2010, 4, 3, 8, 26),
        naive(2010, 4, 3),
    ]
    assert _all(local_sql("x", MONTH_FIRST_FORMATS), ["3/4/2010 8:26", "1/2/2010 08:26:01 PM"]) == [
        naive(2010, 3, 4, 8, 26),
        naive(2010, 1, 2, 20, 26, 1),
    ]


@pytest.mark.parametrize("text", ["", "yesterday", "2019-02-30 00:00:00", "2019-13-01", "25:00", "1550552506"])
def test_what_is_no_time_is_null(text: str) -> None:
    assert _all(local_sql("x"), [text]) == [None]


def test_full_width_digits_and_colons_are_read() -> None:
    assert _all(local_sql("x"), ["2014-11-10 16：33：45"]) == [naive(2014, 11, 10, 16, 33, 45)]


def test_seconds_since_1970_are_read_where_they_are_stated() -> None:
    assert _all(epoch_sql("x"), ["1550552506", "12", "1e9"]) == [naive(2019, 2, 19, 5, 1, 46), None, None]


def test_an_unknown_zone_is_told() -> None:
    with pytest.raises(BadOption, match="Mars/Olympus"):
        known_zone("Mars/Olympus")
