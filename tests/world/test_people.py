"""Operators have habits, customers come back, tills are busy at noon."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from counterfoil.world.history import History
from counterfoil.world.parameters import WorldParameters
from tests.world.towns import CLEAN, laid_out, town

_VOIDS = """
    SELECT operator_id, count(*) FILTER (WHERE kind = 'void') / count(*) FILTER (WHERE kind = 'sale') AS rate
    FROM payments WHERE operator_id IS NOT NULL GROUP BY operator_id
"""


def void_rates(parameters: WorldParameters) -> dict[str, float]:
    return dict(laid_out(parameters).execute(_VOIDS).fetchall())


def test_a_planted_operator_voids_about_six_times_as_often_as_the_peers() -> None:
    parameters = WorldParameters(seed=41, orders=20_000, planted_operator=6.0)
    planted = History(parameters, 0).town.planted_operator
    assert planted is not None
    rates = void_rates(parameters)
    ranked = sorted(rates.items(), key=lambda item: -item[1])
    (name, highest), peers = ranked[0], [rate for _, rate in ranked[1:]]
    assert name.endswith("-P1")
    assert 4.5 < highest / (sum(peers) / len(peers)) < 7.5


def test_habits_differ_by_no_more_than_was_asked_for() -> None:
    rates = History(WorldParameters(seed=42, orders=1_000_000, habits=0.3), 0).town.voids_per_million
    assert rates.min() >= 16_000 * 7 // 10
    assert rates.max() <= 16_000 * 13 // 10
    assert len(set(rates.tolist())) > len(rates) // 2


def test_without_habits_all_operators_are_alike() -> None:
    assert set(History(CLEAN, 0).town.voids_per_million.tolist()) == {16_000}


def test_regular_customers_come_back_for_the_same_basket() -> None:
    asked = laid_out(CLEAN).execute("""
        WITH baskets AS (
            SELECT customer_key, order_id, list((sku, quantity, amount_minor) ORDER BY sku, amount_minor) AS basket
            FROM orders JOIN order_lines USING (merchant_id, order_id)
            WHERE customer_key IS NOT NULL GROUP BY ALL
        )
        SELECT count(*) FROM (SELECT customer_key, basket FROM baskets GROUP BY ALL HAVING count(*) >= 3)
    """)
    ((regulars,),) = asked.fetchall()
    assert regulars >= 20


def test_look_alikes_within_the_window_are_told_apart_by_what_the_law_names() -> None:
    """Same person, same basket, within half an hour: only as a genuine repeat, or after the first was voided."""
    asked = laid_out(CLEAN).execute("""
        WITH baskets AS (
            SELECT o.order_id, o.placed_at, o.customer_key, o.state, o.repeat_of, o.total_minor,
                list((sku, quantity, amount_minor) ORDER BY sku, quantity, amount_minor) AS basket
            FROM orders AS o JOIN order_lines AS l USING (merchant_id, order_id)
            WHERE voided_at IS NULL AND o.customer_key IS NOT NULL GROUP BY ALL
        )
        SELECT a.state, b.repeat_of IS NOT NULL, count(*)
        FROM baskets AS a JOIN baskets AS b
            ON a.customer_key = b.customer_key AND a.basket = b.basket AND a.total_minor = b.total_minor
            AND a.order_id <> b.order_id AND b.placed_at BETWEEN a.placed_at AND a.placed_at + INTERVAL 30 MINUTE
        GROUP BY ALL
    """)
    found = {(state, said) for state, said, _ in asked.fetchall()}
    assert found <= {("paid", True), ("voided", False)}
    assert ("paid", True) in found


def test_noon_is_busier_than_the_afternoon_and_saturday_busier_than_tuesday() -> None:
    connection = laid_out(CLEAN)
    hours = dict(
        connection.execute(
            "SELECT hour(placed_at + INTERVAL 8 HOUR), count(*) FROM orders WHERE store_id <> 'S004' GROUP BY 1"
        ).fetchall()
    )
    assert hours[12] > 2 * hours[15]
    weekdays = dict(connection.execute("SELECT isodow(business_date), count(*) FROM orders GROUP BY 1").fetchall())
    assert weekdays[6] > weekdays[2]


def test_a_till_serves_one_customer_after_the_other() -> None:
    rows = town(CLEAN)["orders"].select(["terminal_id", "placed_at", "channel"]).to_pylist()
    by_till: dict[str, list[float]] = {}
    for row in rows:
        by_till.setdefault(row["terminal_id"], []).append(row["placed_at"].timestamp())
    gaps = Counter(later - earlier < 5 for times in by_till.values() for earlier, later in pairwise(sorted(times)))
    assert gaps[True] <= gaps[False] // 50


@pytest.mark.parametrize("column", ["customer_key", "instrument_key"])
def test_people_are_known_by_keyed_hashes_only(column: str) -> None:
    table = "orders" if column == "customer_key" else "payments"
    keys = {value for value in town(CLEAN)[table][column].to_pylist() if value is not None}
    assert keys
    assert all(len(key) == 16 and set(key) <= set("0123456789abcdef") for key in keys)
