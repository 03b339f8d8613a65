"""Each lint over Python finds what it should and leaves alone what it should."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from tools.lints import clock, float_near_money, languages, length, names, reasons, sql_outside_stores
from tools.lints.complaint import Complaint
from tools.lints.tree import Source

PATH = "src/counterfoil/detectors/void_mismatch/rule.py"


def said(check: Callable[[Source], Iterable[Complaint]], text: str, path: str = PATH) -> list[int]:
    return [complaint.line for complaint in check(Source(path=path, text=text))]


@pytest.mark.parametrize(
    "text",
    [
        "amount_minor: float = 0",
        "def pay(total: float | None) -> None: ...",
        "def price_of(sku: str) -> float: ...",
        "fee = 0.5",
        "book(amount=12.30)",
        "half = orders.total_minor / 2",
        "mean = t['amount_minor'].sum() / t.count()",
        "total /= 100",
        "shown = float(row.amount_minor)",
        "x = t.amount_minor.cast('float64')",
        "x = t.total_minor.sum().cast(dt.double)",
        # house: allow float-near-money, because the next line is what must be found
        "q = 'select amount_minor::double from payments'",
        "q = f'select cast({x}.total_minor as double)'",
    ],
)
def test_a_float_near_money_is_found(text: str) -> None:
    assert said(float_near_money.check, text)


@pytest.mark.parametrize(
    "text",
    [
        "amount_minor: int = 0",
        "fee_rate: float = 0.006",
        "share = returns_count / orders_count",
        "half = orders.total_minor // 2",
        "path = folder / 'total.csv'",
        "x = t.amount_minor.cast('int64')",
        "score: float = 0.5",
        "q = 'select amount_minor::bigint from payments'",
        # house: allow float-near-money, because the next line is a docstring in a sample
        '"""A docstring may say amount_minor::double."""',
    ],
)
def test_what_is_no_money_or_no_float_is_left_alone(text: str) -> None:
    assert said(float_near_money.check, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "from datetime import datetime\nx = datetime.now(UTC)",
        "import datetime\nx = datetime.datetime.utcnow()",
        "x = date.today()",
        "import time\nx = time.time()",
        "from time import perf_counter",
        "x = ibis.now()",
        "q = 'select * from orders where placed_at < now()'",
        "q = 'select current_timestamp'",
        "default_factory = datetime.now",
    ],
)
def test_a_clock_in_logic_is_found(text: str) -> None:
    assert said(clock.check, text)


@pytest.mark.parametrize("path", ["src/counterfoil/cli.py", "src/counterfoil/audit/progress.py", "tests/x.py"])
def test_a_clock_at_the_edge_is_left_alone(path: str) -> None:
    assert said(clock.check, "import time\nx = time.monotonic()", path) == []


@pytest.mark.parametrize("text", ["x = as_of.time()", "x = row.now", "x = 'known ()'", "import time\ntime.sleep(1)"])
def test_what_reads_no_clock_is_left_alone(text: str) -> None:
    assert said(clock.check, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "q = 'SELECT order_id FROM orders'",
        "q = f'SELECT {names} FROM {table}'",
        "connection.execute('delete from orders')",
        "connection.sql(f'from {table}')",
        "q = 'CREATE OR REPLACE TEMP TABLE x AS y'",
        "q = 'UPDATE orders SET state = 1'",
        "q = \"COPY findings TO 'x.parquet'\"",
    ],
)
def test_sql_in_a_rule_is_found(text: str) -> None:
    assert said(sql_outside_stores.check, text)


@pytest.mark.parametrize(
    "path",
    [
        "src/counterfoil/audit/readers/stripe.py",
        "src/counterfoil/world/write.py",
        "src/counterfoil/desk/store.py",
    ],
)
def test_sql_in_its_rooms_is_left_alone(path: str) -> None:
    assert said(sql_outside_stores.check, "q = 'SELECT 1 FROM x'", path) == []


@pytest.mark.parametrize("path", ["src/counterfoil/audit/report/cases.py", "src/counterfoil/commands/audit.py"])
def test_sql_in_the_report_and_in_commands_is_found(path: str) -> None:
    assert said(sql_outside_stores.check, "q = 'SELECT 1 FROM x'", path) == [1]


@pytest.mark.parametrize("text", ["x = 'select one from the list'", "x = 'SELECT it'", "table.select('a').order_by(b)"])
def test_what_is_no_sql_is_left_alone(text: str) -> None:
    assert said(sql_outside_stores.check, text) == []


def test_a_function_above_the_wall_is_found_and_one_at_the_wall_is_not() -> None:
    def function(lines: int) -> str:
        return "def f() -> None:\n" + "    x = 1\n" * (lines - 1)

    assert said(length.check, function(length.FUNCTION_LINES_MAX)) == []
    assert said(length.check, function(length.FUNCTION_LINES_MAX + 1)) == [1]


def test_a_long_file_is_found_and_a_known_one_may_only_shrink() -> None:
    def complaints(lines: int, known: dict[str, int]) -> int:
        return len(list(length.check_file(Source(path=PATH, text="x = 1\n" * lines), known)))

    assert complaints(length.FILE_LINES_MAX, {}) == 0
    assert complaints(length.FILE_LINES_MAX + 1, {}) == 1
    assert complaints(400, {PATH: 400}) == 0
    assert complaints(401, {PATH: 400}) == 1
    assert complaints(399, {PATH: 400}) == 1


@pytest.mark.parametrize("path", ["src/counterfoil/utils.py", "src/counterfoil/common/x.py", "tests/test_helpers.py"])
def test_a_name_that_says_nothing_is_found(path: str) -> None:
    assert said(names.check, "", path)


def test_a_class_that_says_nothing_is_found_and_one_that_speaks_is_not() -> None:
    assert said(names.check, "class OrderManager: ...") == [1]
    assert said(names.check, "class Ledger: ...") == []


@pytest.mark.parametrize(
    "text",
    [
        "import x  # noqa: F401",
        "x = y  # type: ignore[arg-type]",
        "x = 1  # noqa",
        "if x:  # pragma: no cover\n    pass",
    ],
)
def test_a_silenced_check_without_a_reason_is_found(text: str) -> None:
    assert said(reasons.check, text) == [1]


@pytest.mark.parametrize(
    "text",
    [
        "import x  # noqa: F401 — readers find it by name",
        "x = y  # type: ignore[arg-type]  # every value was read by the type of its default",
        "x = '# noqa'",
    ],
)
def test_a_silenced_check_with_a_reason_is_left_alone(text: str) -> None:
    assert said(reasons.check, text) == []


def test_a_rule_switched_off_without_a_reason_is_found() -> None:
    text = 'ignore = [\n  "D105", # says itself\n  "D107",\n]\n'
    assert said(reasons.check, text, "pyproject.toml") == [3]


@pytest.mark.parametrize(
    "text",
    [
        "Text(en='Paid')",
        "Text(en='已付款', zh='已付款')",
        "Text(en='Paid', zh='Paid')",
        "SetAside(text_en='Gone', why='x')",
        "class A:\n    title_zh: str\n",
    ],
)
def test_a_text_in_one_language_only_is_found(text: str) -> None:
    assert said(languages.check, text)


def test_a_text_in_both_languages_is_left_alone() -> None:
    assert said(languages.check, "Text(en='Paid', zh='已付款')\nclass A:\n    a_en: str\n    a_zh: str\n") == []
