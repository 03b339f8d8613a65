"""Numbers and zones are read as people write them, wherever that is: no other digits, no machine's own zone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import psycopg
import pytest
from litestar.datastructures import FormMultiDict
from litestar.exceptions import ValidationException

from counterfoil.audit.intake.options import IntakeOptions, year_asked
from counterfoil.audit.readers.times import known_zone
from counterfoil.errors import BadOption
from counterfoil.policy import policy_from
from counterfoil.shop.catalogue.scale_codes import scale_pattern
from counterfoil.shop.policies.editing import with_value
from counterfoil.shop.policies.own_tables import limit_typed
from counterfoil.time_zones import is_time_zone, time_zones
from counterfoil.web.filled import Filled
from counterfoil.written_numbers import decimal_number, whole_number
from tests.databases import ServerOfTests

#: Seven, and ten, to a program.
OTHERS = ("٧", "７", "७", "1_0", "+7", " 7", "7 ", "-7", "")


@pytest.mark.parametrize("written", OTHERS)
def test_only_plain_digits_are_a_number(written: str) -> None:
    assert whole_number(written) is None
    assert (decimal_number(written) is None) is (written != "-7")


def test_a_plain_number_is_one() -> None:
    assert whole_number("007") == 7
    assert str(decimal_number("12.50")) == "12.50"
    assert decimal_number("1e-05") is not None
    assert [decimal_number(each) for each in ("nan", "inf", "1e5", ".5", "5.")] == [None] * 5


READERS: dict[str, Callable[[str], object]] = {
    "a duration": lambda n: policy_from({"ship_within": f"{n}h"}),
    "a deadline": lambda n: policy_from({"acquirer_ready": f"T+{n} 10:00"}),
    "a count of the policy": lambda n: with_value("", "outliers.voids_min", n, time_zone="UTC"),
    "an amount of the policy": lambda n: with_value("", "blind_return_limit_minor", n, time_zone="UTC"),
    "a share of the policy": lambda n: with_value("", "outliers.q", f"0.{n}", time_zone="UTC"),
    "a case time": lambda n: with_value("", "cases.due_high", f"{n}h", time_zone="UTC"),
    "a limit": lambda n: limit_typed(n, "", "CNY"),
    "a year": lambda n: year_asked(f"202{n}"),
    "a prefix of a scale": lambda n: scale_pattern(f"2{n}IIIIICWWWWK"),
    "a field": lambda n: Filled(FormMultiDict([("n", n)])).count("n"),
}


@pytest.mark.parametrize("reader", READERS)
def test_every_reader_takes_plain_digits_and_no_others(reader: str) -> None:
    READERS[reader]("7")
    for written in ("٧", "７", "1_0", "+7"):
        with pytest.raises((BadOption, ValidationException)):
            READERS[reader](written)


def test_a_table_of_the_policy_is_held_to_the_limits_of_its_page() -> None:
    for table in ({"voids_min": 10**30}, {"voids_min": 2.5}, {"q": 1.5}, {"ratio": True}):
        with pytest.raises(BadOption, match="cannot be used"):
            policy_from({"outliers": table})


NO_PLACES = ("localtime", "posixrules", "Factory", "right/UTC", "posix/UTC", "zone.tab", "../UTC", "utc", "")


@pytest.mark.parametrize("name", NO_PLACES)
def test_a_zone_that_is_the_machines_own_or_none_is_refused_everywhere(name: str) -> None:
    assert not is_time_zone(name)
    for read in (
        lambda: policy_from({"time_zone": name}),
        lambda: IntakeOptions(scratch=Path(), time_zone=name),
        lambda: known_zone(name),
    ):
        with pytest.raises(BadOption):
            read()


def test_every_engine_knows_every_zone(postgres: ServerOfTests) -> None:
    with psycopg.connect(postgres.superuser) as connection:
        in_postgres = {name for (name,) in connection.execute("SELECT name FROM pg_timezone_names")}
    in_duck = {name for (name,) in duckdb.sql("SELECT name FROM pg_timezone_names()").fetchall()}
    assert time_zones() <= in_postgres & in_duck
    assert all(ZoneInfo(name) for name in time_zones())
    assert {"UTC", "Asia/Shanghai", "Europe/London", "Etc/GMT-8"} <= time_zones()
