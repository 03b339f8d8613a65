"""Whatever a superuser changes behind our back is found, and named."""

from __future__ import annotations

from datetime import timedelta

import pytest

from counterfoil.journal.breaks import Broken
from counterfoil.journal.checkpoints import CheckpointDisagrees
from counterfoil.languages import Language
from tests.journal.shop import Shop

_LATER = timedelta(hours=2)


@pytest.fixture
def sold(shop: Shop) -> Shop:
    """Five sales and a refund: six facts, all sealed and signed."""
    orders = shop.sell(5)
    shop.refund(orders[0])
    assert shop.seal() == 6
    return shop


def fact_at(shop: Shop, position: int) -> str:
    [(fact_id,)] = shop.asked("SELECT fact_id FROM seals WHERE position = %s", position)
    return str(fact_id)


def test_what_nobody_touched_holds(sold: Shop) -> None:
    verified = sold.verified(later=_LATER)
    assert verified.breaks == ()
    assert (verified.seals_n, verified.checkpoints_n) == (6, 1)


_CHANGES_OF_A_FACT = {
    "tag": "tag = 'order:sale:voided'",
    "subject": "subject = 'order:o9'",
    "occurred_at": "occurred_at = occurred_at + interval '1 microsecond'",
    "recorded_at": "recorded_at = recorded_at + interval '1 microsecond'",
    "actor_id": "actor_id = 'somebody else'",
    "no actor": "actor_id = NULL",
    "terminal_id": "terminal_id = ''",
    "body": "body = body || '{\"more\": 1}'",
    "a number that is written otherwise": "body = jsonb_set(body, '{digest}', '1.0')",
}


@pytest.mark.parametrize("change", _CHANGES_OF_A_FACT.values(), ids=_CHANGES_OF_A_FACT)
def test_a_changed_fact_is_named(sold: Shop, change: str) -> None:
    changed = fact_at(sold, 3)
    sold.tamper(f"UPDATE journal SET {change} WHERE fact_id = %s", changed)
    [first, *_more] = [found for found in sold.verified().breaks if found.broken is not Broken.ROW_WITHOUT_FACT]
    assert (first.broken, first.position, first.fact_id) == (Broken.FACT_CHANGED, 3, changed)


_ONE_MORE_LINE = """
    INSERT INTO order_lines (merchant_id, order_id, line_no, sku, quantity, amount_minor)
    VALUES ('m1', 'o2', 3, 'gold', 1, 1)
"""
_CHANGES_OF_ROWS = {
    "the amount of a payment": ("UPDATE payments SET amount_minor = 1 WHERE payment_id = 'po2'", 2),
    "the tender of a payment": ("UPDATE payments SET tender = 'other' WHERE payment_id = 'po2'", 2),
    "the total of an order": ("UPDATE orders SET total_minor = 1 WHERE order_id = 'o2'", 2),
    "an order that claims to be imported": ("UPDATE orders SET entered_by = 'import' WHERE order_id = 'o2'", 2),
    "the quantity of a line": ("UPDATE order_lines SET quantity = 3 WHERE order_id = 'o2' AND line_no = 1", 2),
    "the price of a line": ("UPDATE order_lines SET amount_minor = 1 WHERE order_id = 'o2' AND line_no = 2", 2),
    "a line less": ("DELETE FROM order_lines WHERE order_id = 'o2' AND line_no = 2", 2),
    "a line more": (_ONE_MORE_LINE, 2),
    "lines that change places": (
        "UPDATE order_lines SET sku = CASE sku WHEN 'milk' THEN 'bread' ELSE 'milk' END WHERE order_id = 'o2'",
        2,
    ),
    "a payment less": ("DELETE FROM payments WHERE payment_id = 'po2'", 2),
    "an order less": ("DELETE FROM orders WHERE order_id = 'o2'", 2),
    "the amount of a refund": ("UPDATE payments SET amount_minor = 1 WHERE kind = 'refund'", 6),
    "what a refund gives back": ("UPDATE refund_lines SET quantity = 2", 6),
}


@pytest.mark.parametrize(("change", "position"), _CHANGES_OF_ROWS.values(), ids=_CHANGES_OF_ROWS)
def test_a_changed_row_is_named_by_the_fact_that_created_it(sold: Shop, change: str, position: int) -> None:
    sold.tamper(change)
    verified = sold.verified()
    first = verified.breaks[0]
    assert (first.broken, first.position) == (Broken.ROWS_CHANGED, position)
    assert first.fact_id == fact_at(sold, position)
    assert verified.breaks_n == 1


def test_what_may_change_may_change(sold: Shop) -> None:
    sold.tamper("UPDATE orders SET state = 'voided', closed_at = now() WHERE order_id = 'o2'")
    sold.tamper("UPDATE payments SET standing = 'voided', rrn = '1' WHERE payment_id = 'po2'")
    sold.tamper("UPDATE order_lines SET refunded_quantity = 1 WHERE order_id = 'o2'")
    assert sold.verified().holds


def test_a_deleted_fact_is_named(sold: Shop) -> None:
    gone = fact_at(sold, 4)
    sold.tamper("DELETE FROM journal WHERE fact_id = %s", gone)
    first = sold.verified().breaks[0]
    assert (first.broken, first.position, first.fact_id) == (Broken.FACT_MISSING, 4, gone)


def test_two_facts_that_change_places_are_named(sold: Shop) -> None:
    one, other = fact_at(sold, 2), fact_at(sold, 4)
    for old, new in ((one, "aside"), (other, one), ("aside", other)):
        sold.tamper("UPDATE journal SET fact_id = %s WHERE fact_id = %s", new, old)
    assert [(found.broken, found.position) for found in sold.verified().breaks] == [
        (Broken.FACT_CHANGED, 2),
        (Broken.FACT_CHANGED, 4),
    ]


def test_two_seals_that_change_places_are_named(sold: Shop) -> None:
    for old, new in ((2, 99), (4, 2), (99, 4)):
        sold.tamper("UPDATE seals SET position = %s WHERE position = %s", new, old)
    first = sold.verified().breaks[0]
    assert (first.broken, first.position) == (Broken.SEAL_CHANGED, 2)


_CHANGES_OF_A_SEAL = {
    "seal": ("seal = sha256('x')", Broken.SEAL_CHANGED),
    "fact_digest": ("fact_digest = sha256('x')", Broken.FACT_CHANGED),
    "rows_digest": ("rows_digest = sha256('x')", Broken.ROWS_CHANGED),
    "sealed_at": ("sealed_at = sealed_at - interval '1 day'", Broken.SEAL_CHANGED),
    "encoding": ("encoding = 2", Broken.SPELLING_UNKNOWN),
    "fact_id": ("fact_id = 'none'", Broken.FACT_MISSING),
    "position": ("position = 50", Broken.POSITIONS_MISSING),
}


@pytest.mark.parametrize(("change", "broken"), _CHANGES_OF_A_SEAL.values(), ids=_CHANGES_OF_A_SEAL)
def test_a_changed_seal_is_named(sold: Shop, change: str, broken: Broken) -> None:
    sold.tamper(f"UPDATE seals SET {change} WHERE position = 3")
    first = sold.verified().breaks[0]
    assert (first.broken, first.position) == (broken, 3)


def test_a_deleted_seal_is_named(sold: Shop) -> None:
    sold.tamper("DELETE FROM seals WHERE position = 3")
    first = sold.verified().breaks[0]
    assert (first.broken, first.position) == (Broken.POSITIONS_MISSING, 3)


def test_a_last_seal_that_is_gone_is_missed_by_the_checkpoint(sold: Shop) -> None:
    sold.tamper("DELETE FROM seals WHERE position = 6")
    assert Broken.CUT_BACK in {found.broken for found in sold.verified().breaks}
    sold.now += _LATER
    with pytest.raises(CheckpointDisagrees):
        sold.seal()
    assert [found.broken for found in sold.verified().breaks] == [Broken.REBUILT]


def test_an_invented_seal_is_named(sold: Shop) -> None:
    sold.tamper(
        "INSERT INTO seals SELECT merchant_id, 7, 'invented', sealed_at, encoding, seal, fact_digest, rows_digest "
        "FROM seals WHERE position = 6"
    )
    first = sold.verified().breaks[0]
    assert (first.broken, first.position, first.fact_id) == (Broken.FACT_MISSING, 7, "invented")


def test_a_chain_that_is_rebuilt_from_a_changed_fact_on_disagrees_with_its_checkpoint(sold: Shop) -> None:
    """The superuser can do everything but sign."""
    sold.tamper("UPDATE payments SET amount_minor = 1 WHERE payment_id = 'po2'")
    sold.tamper("DELETE FROM seals")
    with pytest.raises(CheckpointDisagrees, match="cut back or rebuilt"):
        sold.seal()
    [found] = sold.verified().breaks
    assert (found.broken, found.position, found.line) == (Broken.REBUILT, 6, 1)
    assert "rebuilt" in found.told(Language.EN)
    assert "重建" in found.told(Language.ZH)


def test_an_order_and_a_payment_that_no_fact_created_are_named(sold: Shop) -> None:
    sold.tamper(
        "INSERT INTO orders (merchant_id, order_id, placed_at, state, total_minor, currency, fulfilment) "
        "VALUES ('m1', 'invented', now(), 'paid', 1, 'CNY', 'carry_out')"
    )
    sold.tamper(
        "INSERT INTO payments (merchant_id, payment_id, order_id, kind, tender, amount_minor, currency, state, "
        "occurred_at) VALUES ('m1', 'more', 'o2', 'sale', 'cash', 1, 'CNY', 'approved', now())"
    )
    found = [(each.broken, each.subject) for each in sold.verified().breaks]
    assert found == [(Broken.ROW_WITHOUT_FACT, "order:invented"), (Broken.ROW_WITHOUT_FACT, "payment:more")]


def test_a_fact_without_a_place_is_told_once_it_is_old(sold: Shop) -> None:
    sold.sell()
    assert sold.verified().holds
    found = sold.verified(later=timedelta(minutes=6)).breaks[0]
    assert (found.broken, found.subject) == (Broken.FACT_UNSEALED, "order:o7")


def test_every_break_is_counted_and_the_first_ones_are_told(sold: Shop) -> None:
    sold.sell(30)
    sold.seal()
    sold.tamper("UPDATE journal SET actor_id = 'x'")
    verified = sold.verified()
    assert (len(verified.breaks), verified.breaks_n) == (20, 36)
    assert verified.breaks[0].position == 1


def test_each_break_has_a_sentence_in_both_languages(sold: Shop) -> None:
    sold.tamper("UPDATE journal SET actor_id = 'x' WHERE fact_id = %s", fact_at(sold, 1))
    [found] = sold.verified().breaks
    assert "position 1: fact" in found.told(Language.EN)
    assert "位置 1" in found.told(Language.ZH)
