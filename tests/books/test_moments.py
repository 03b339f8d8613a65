"""One notion of a shop's moments: what the book format says of files holds for live books, imports, days and audits."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from counterfoil.audit.moments import refuse_unusable
from counterfoil.books.reference import format_reference
from counterfoil.errors import BadOption
from counterfoil.journal.tables import JOURNAL
from counterfoil.moments import EARLIEST_YEAR, LATEST_YEAR, is_day_of_a_shop, is_of_a_shop
from counterfoil.shop.imports.cells import Setting, read_cell
from counterfoil.shop.imports.model import Noun, RowFlaw
from counterfoil.shop.imports.nouns import COLUMNS

#: With what is a shop's moment, and what is none.
MOMENTS = [
    ("2000-01-01T00:00:00+00:00", True),
    ("2000-01-01T00:00:00+08:00", False),  # it is 1999 in UTC, which the books keep
    ("1999-12-31T23:00:00-02:00", True),
    ("1999-12-31T23:59:59+00:00", False),
    ("1970-01-02T00:00:00+00:00", False),
    ("2100-12-31T23:59:59+00:00", True),
    ("2100-12-31T23:59:59-01:00", False),
    ("2101-01-01T00:00:00+00:00", False),
    ("8999-12-31T23:59:59+00:00", False),
    ("9999-12-31T23:59:59-14:00", False),
    ("0001-01-01T00:00:00+14:00", False),
]


@pytest.mark.parametrize(("text", "is_one"), MOMENTS)
def test_a_moment_is_a_shops_or_none_everywhere(text: str, is_one: bool) -> None:  # noqa: FBT001 — a column of the table
    moment = datetime.fromisoformat(text)
    assert is_of_a_shop(moment) is is_one
    (since,) = [column for column in COLUMNS[Noun.PRICES] if column.name == "valid_from"]
    cell = read_cell(since, text, Setting(currency="CNY", zone=ZoneInfo("Asia/Shanghai")))
    assert cell == (moment if is_one else RowFlaw.BAD_TIME)
    if is_one:
        refuse_unusable(moment)
    else:
        with pytest.raises(BadOption, match="expected a year from 2000 to 2100"):
            refuse_unusable(moment)


def test_the_days_are_those_of_the_same_years() -> None:
    assert is_day_of_a_shop(date(EARLIEST_YEAR, 1, 1))
    assert is_day_of_a_shop(date(LATEST_YEAR, 12, 31))
    assert not is_day_of_a_shop(date(EARLIEST_YEAR - 1, 12, 31))
    assert not is_day_of_a_shop(date(LATEST_YEAR + 1, 1, 1))


def test_the_page_of_the_format_and_the_journals_law_say_the_same_years() -> None:
    page = format_reference()
    assert f"a time lies before {EARLIEST_YEAR} or\nafter {LATEST_YEAR}." in page
    (law,) = [str(one.sqltext) for one in JOURNAL.constraints if "occurred_in" in str(one.name)]  # type: ignore[attr-defined]  # of a check
    assert law == f"occurred_at >= '{EARLIEST_YEAR}-01-01Z' AND occurred_at < '{LATEST_YEAR + 1}-01-01Z'"
