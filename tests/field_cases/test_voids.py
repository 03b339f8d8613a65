"""Field cases 43 to 48: what was voided, by whom, and whether it went through."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError

from counterfoil.counter.authorising import Consent
from counterfoil.refusals import Refused
from counterfoil.shop.staff.model import Verb
from counterfoil.shop.staff.pins import Pin
from tests.counter.acquirer import Fate
from tests.counter.shop import ANN, PINS, STORE, SUE
from tests.counter.till import Counter, done, no, sale_line, sold, with_other


def test_field_case_43_two_of_three_pizzas_are_deleted_before_the_cash_is_booked(counter: Counter) -> None:
    """The waiter deleted two after collecting for three; here what was recorded cannot be told again as less."""
    sale = counter.sale(lines=[sale_line(quantity=3)], parked=True)
    counter.sell(sale)
    less = with_other(sale, lines=(sale_line(),), total_minor=500, tenders=(counter.tender(),), parked=False)
    assert sold(counter.sell(less)).recorded == "exists_with_different_total_minor"
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        counter.database.transaction(counter.merchant_id) as connection,
    ):
        connection.execute(sa.text("DELETE FROM order_lines"))
    assert counter.order(sale.order_id)["total_minor"] == 1500


def test_field_case_44_a_reason_is_demanded_when_a_sale_is_taken_off_the_till(counter: Counter) -> None:
    """Lines vanished without a word; here giving up what was rung up wants a reason, and both stand in the journal."""
    sale = counter.sale(parked=True)
    counter.sell(sale)
    cancel = counter.house.parking.cancel
    assert no(cancel(counter.merchant_id, sale.order_id, ANN, "  ")) == "reason_missing"
    assert not isinstance(cancel(counter.merchant_id, sale.order_id, ANN, "went to fetch money"), Refused)
    (fact,) = counter.rows("SELECT * FROM journal WHERE tag = 'order:sale:cancelled'")
    assert (fact["actor_id"], fact["body"]["reason"]) == (ANN, "went to fetch money")


def test_field_case_45_voids_have_a_who_and_a_why_and_goods_come_back_once(counter: Counter) -> None:
    """Nobody could list voids, and a void with a deletion put the goods back twice; here both are facts, once."""
    sale = counter.sale(counter.tender("wechat"))
    counter.sell(sale)
    void = done(counter.void(sale.tenders[0].payment_id, 500, payment_id="v1"))
    done(counter.void(sale.tenders[0].payment_id, 500, payment_id="v1"))
    assert no(counter.void(sale.tenders[0].payment_id, 500)) == "already_voided"
    row = counter.payment(void.payment_id)
    assert (row["operator_id"], row["authoriser_id"]) == (ANN, SUE)
    assert row["reason"]
    assert row["occurred_at"] == counter.clock.now
    assert counter.on_hand() == 1000
    assert counter.value("SELECT count(*) FROM stock_movements WHERE reason = 'voided'") == 1


def test_field_case_46_a_refunded_order_cannot_be_closed_and_dangles(counter: Counter) -> None:
    """Refunded orders stayed open for ever; here one that was paid is closed, and one in part can be given up."""
    sale = counter.sale(counter.tender("wechat"))
    counter.sell(sale)
    done(counter.refund(sale.tenders[0].payment_id, 500))
    assert counter.order(sale.order_id)["closed_at"] is not None
    counter.host.plan("charge", Fate.DECLINED)
    part = counter.sale(counter.tender("wechat"), counter.tender("card"), lines=[sale_line(quantity=2)])
    counter.sell(part)
    done(counter.refund(part.tenders[0].payment_id, 500))
    counter.house.parking.cancel(counter.merchant_id, part.order_id, ANN, "paid back")
    assert counter.order(part.order_id)["state"] == "cancelled"


def test_field_case_47_nothing_says_whether_the_void_went_through(counter: Counter) -> None:
    """After a cancel the payment could be refunded again; here it stands as on its way, then as voided."""
    sale = counter.sale(counter.tender("wechat"))
    counter.sell(sale)
    paid = sale.tenders[0].payment_id
    counter.wechat.plan("void", Fate.LOST_ANSWER)
    assert done(counter.void(paid, 500)).state == "unknown"
    assert counter.payment(paid)["standing"] == "void_unknown"
    assert no(counter.refund(paid, 500)) == "void_under_way"
    counter.resolve()
    assert counter.payment(paid)["standing"] == "voided"
    assert no(counter.refund(paid, 500)) == "already_voided"
    assert counter.wechat.taken(paid) == counter.wechat.refunded(paid) == 0


def test_field_case_48_the_managers_pin_is_asked_too_late(counter: Counter) -> None:
    """The PIN was checked when the void had gone out; here it comes first, and a wrong one leaves nothing behind."""
    sale = counter.sale(counter.tender("wechat"))
    counter.sell(sale)
    before, calls = counter.counts(), len(counter.wechat.calls)
    consent = counter.house.authorising.consent
    wrong = Consent(authoriser_id=SUE, pin=Pin(digits="00000"), reason="broken")
    assert no(consent(counter.merchant_id, ANN, STORE, Verb.VOID, wrong, amount_minor=500)) == "pin_refused"
    assert (counter.counts(), len(counter.wechat.calls)) == (before, calls)
    right = Consent(authoriser_id=SUE, pin=Pin(digits=PINS[SUE]), reason="broken")
    assert not isinstance(consent(counter.merchant_id, ANN, STORE, Verb.VOID, right, amount_minor=500), Refused)
    assert no(counter.void(sale.tenders[0].payment_id, 500, authoriser_id=None)) == "second_person_missing"
