"""The books of a town keep the book format and the arithmetic of a shop."""

from __future__ import annotations

import duckdb
import pytest

from counterfoil.books.format import ID_LENGTH_MAX, TABLES, Kind
from counterfoil.world.parameters import WorldParameters
from tests.world.towns import CLEAN, FAULTY, end_of, laid_out, town


@pytest.fixture(scope="module", params=[CLEAN, FAULTY], ids=["clean", "faulty"])
def parameters(request: pytest.FixtureRequest) -> WorldParameters:
    given: WorldParameters = request.param
    return given


@pytest.fixture(scope="module")
def books(parameters: WorldParameters) -> duckdb.DuckDBPyConnection:
    return laid_out(parameters)


def ask(books: duckdb.DuckDBPyConnection, question: str) -> list[tuple[object, ...]]:
    return books.execute(question).fetchall()


def test_there_are_exactly_as_many_orders_as_asked_for(parameters: WorldParameters) -> None:
    assert town(parameters)["orders"].num_rows == parameters.orders


@pytest.mark.parametrize("name", TABLES)
def test_every_value_is_one_that_the_format_allows(books: duckdb.DuckDBPyConnection, name: str) -> None:
    for column in TABLES[name]:
        wrong = []
        if column.required:
            wrong.append(f"{column.name} IS NULL")
        if column.kind is Kind.ENUM:
            wrong.append(f"{column.name} NOT IN {column.words}")
        if column.kind is Kind.MONEY:
            wrong.append(f"{column.name} < 0")
        if column.kind in {Kind.ID, Kind.TEXT}:
            wrong.append(f"length({column.name}) NOT BETWEEN 1 AND {ID_LENGTH_MAX}")
        if wrong:
            assert ask(books, f"SELECT {column.name} FROM {name} WHERE {' OR '.join(wrong)} LIMIT 3") == []


@pytest.mark.parametrize("name", TABLES)
def test_primary_keys_are_unique(books: duckdb.DuckDBPyConnection, name: str) -> None:
    key = ", ".join(TABLES[name].key)
    assert ask(books, f"SELECT {key} FROM {name} GROUP BY {key} HAVING count(*) > 1 LIMIT 3") == []


def test_lines_that_are_not_struck_sum_to_the_total(books: duckdb.DuckDBPyConnection) -> None:
    question = """
        SELECT merchant_id, order_id, total_minor, sum(
            CASE WHEN voided_at IS NOT NULL THEN 0 WHEN line_kind = 'discount' THEN -amount_minor ELSE amount_minor END
        ) AS lines
        FROM orders LEFT JOIN order_lines USING (merchant_id, order_id)
        GROUP BY ALL HAVING lines IS DISTINCT FROM total_minor
    """
    assert ask(books, question) == []


#: A reference, and where it points. What loses an order or never had one is planted, so it is not asked here.
FOREIGN_KEYS = [
    ("order_lines", "order_id", "orders", "order_id"),
    ("orders", "repeat_of", "orders", "order_id"),
    ("payments", "original_payment_id", "payments", "payment_id"),
    ("payments", "return_id", "returns", "return_id"),
    ("slips", "payment_id", "payments", "payment_id"),
    ("slips", "return_id", "returns", "return_id"),
    ("notices", "order_id", "orders", "order_id"),
    ("notices", "payment_id", "payments", "payment_id"),
    ("parcels", "order_id", "orders", "order_id"),
    ("tracking_events", "parcel_id", "parcels", "parcel_id"),
    ("returns", "order_id", "orders", "order_id"),
    ("return_lines", "return_id", "returns", "return_id"),
]


def dangling(books: duckdb.DuckDBPyConnection, table: str, column: str, there: str, key: str) -> set[object]:
    question = f"""
        SELECT t.{column} FROM {table} AS t
        WHERE t.{column} IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM {there} AS o WHERE o.merchant_id = t.merchant_id AND o.{key} = t.{column}
        )
    """
    return {value for (value,) in ask(books, question)}


@pytest.mark.parametrize(("table", "column", "there", "key"), FOREIGN_KEYS)
def test_references_point_at_rows(
    books: duckdb.DuckDBPyConnection, table: str, column: str, there: str, key: str
) -> None:
    assert dangling(books, table, column, there, key) == set()


@pytest.mark.parametrize("table", ["payments", "slips"])
def test_only_a_planted_loss_leaves_payments_and_slips_without_their_order(
    books: duckdb.DuckDBPyConnection, table: str
) -> None:
    lost = {
        order
        for (order,) in ask(
            books, "SELECT order_id FROM tales WHERE tale LIKE '%/charged_no_order/payment_of_lost_order'"
        )
    }
    assert dangling(books, table, "order_id", "orders", "order_id") == lost


def test_nothing_happens_after_the_as_of_and_something_happens_at_it(
    parameters: WorldParameters, books: duckdb.DuckDBPyConnection
) -> None:
    decisive = {"placed_at", "closed_at", "occurred_at", "shipped_at", "requested_at"}
    newest = [
        ask(books, f"SELECT max(epoch_ms({column.name})) FROM {name}")[0][0]
        for name, table in TABLES.items()
        for column in table
        if column.name in decisive
    ]
    end_ms = round(end_of(parameters).timestamp() * 1000)
    assert max(int(str(each)) for each in newest if each is not None) == end_ms


def test_only_promises_lie_after_the_as_of(parameters: WorldParameters, books: duckdb.DuckDBPyConnection) -> None:
    end = end_of(parameters)
    for name, table in TABLES.items():
        for column in table:
            if column.kind is Kind.TIME and column.name != "promised_at":
                late = ask(books, f"SELECT count(*) FROM {name} WHERE {column.name} > TIMESTAMPTZ '{end.isoformat()}'")
                assert (name, column.name, late) == (name, column.name, [(0,)])


def test_volumes_are_those_of_a_shop(books: duckdb.DuckDBPyConnection) -> None:
    def share(question: str, *, low: float, high: float) -> None:
        ((value,),) = ask(books, question)
        assert low <= float(str(value)) <= high, question

    share("SELECT count(*) / (SELECT count(*) FROM orders) FROM order_lines", low=1.8, high=2.5)
    share("SELECT count(*) / (SELECT count(*) FROM orders) FROM payments", low=1.0, high=1.15)
    share("SELECT count(acquirer) / count(*) FROM payments", low=0.7, high=0.82)
    share("SELECT count(*) / (SELECT count(*) FROM orders) FROM parcels", low=0.05, high=0.12)
    share("SELECT count(*) / (SELECT count(*) FROM parcels) FROM tracking_events", low=3, high=5)
    share("SELECT count(*) / (SELECT count(*) FROM orders) FROM returns", low=0.015, high=0.045)


def test_all_kinds_of_tender_channel_and_fulfilment_occur(books: duckdb.DuckDBPyConnection) -> None:
    tenders = {tender for (tender,) in ask(books, "SELECT DISTINCT tender FROM payments")}
    assert tenders >= {"cash", "card", "wechat", "alipay", "unionpay_code", "voucher", "member_balance"}
    ways = ask(books, "SELECT DISTINCT fulfilment, channel FROM orders")
    assert set(ways) >= {("carry_out", "till"), ("pickup", "online"), ("delivery", "online"), ("delivery", "phone")}


def test_no_till_takes_more_than_four_hundred_orders_a_day() -> None:
    busy = WorldParameters(seed=3, orders=60_000, days=60)
    ((most,),) = ask(
        laid_out(busy), "SELECT max(n) FROM (SELECT count(*) AS n FROM orders GROUP BY terminal_id, business_date)"
    )
    assert int(str(most)) <= 400
