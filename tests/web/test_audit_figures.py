"""The figures on an audit's page are those of its report: what is not examined is not none, what informs is no risk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from counterfoil.web.office.audit_words import exceptions_of
from tests.counter.counters import counter as counter
from tests.counter.counters import town as town
from tests.web.audits import Office, done
from tests.web.audits import books as books
from tests.web.audits import office as office
from tests.web.audits import quick as quick
from tests.web.desk import read


def row(severity: str, minor: int, currency: str | None = "GBP", n: int = 1) -> Mapping[str, Any]:
    return {
        "exception": "orphan_return",
        "diagnosis": "refund_without_order",
        "severity": severity,
        "currency": currency,
        "n": n,
        "minor": minor,
    }


def test_money_of_what_only_informs_is_not_at_risk() -> None:
    rows = [row("high", 1_323, n=3), row("info", 1_328, n=2), row("high", 500, "EUR"), row("high", 7, None)]
    (found,) = [one for one in exceptions_of({"findings": rows}) if one.n]
    assert found.n == 7
    assert found.minor == {"GBP": 1_323, "EUR": 500}
    assert found.parts["refund_without_order", "info"].minor == {}


def test_what_no_book_was_given_for_is_not_examined() -> None:
    coverage = {
        "orphan_return": {"examined_n": 1, "diagnoses_n": 9},
        "missing_slip": {"examined_n": 0, "diagnoses_n": 7},
        "duplicate_order": {"examined_n": 5, "diagnoses_n": 5},
    }
    found = exceptions_of({"findings": [], "coverage": coverage})
    assert [one.missed_n for one in found if one.missed_n is not None] == [0, 7, 8]
    assert [one.title.en for one in found if one.is_unexamined] == ["Missing slip"]


def test_an_audit_of_before_says_nothing_of_what_was_examined() -> None:
    assert not any(one.is_unexamined or one.missed_n for one in exceptions_of({"findings": []}))


@pytest.mark.usefixtures("quick")
def test_the_page_says_what_was_not_examined(office: Office, books: Mapping[str, bytes]) -> None:
    given = {name: books[f"{name}.parquet"] for name in ("orders", "order_lines", "payments")}
    said = read(office.page(done(office, {f"{name}.parquet": content for name, content in given.items()})))
    assert "Unconfirmed delivery Not examined" in said
    assert "diagnoses not examined" in said
