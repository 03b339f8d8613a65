"""The same money never goes back twice: of two doubles, of an excess, and by a press that comes again."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from counterfoil.books.orders.model import Line, LineKind
from counterfoil.counter.taking_answers import Taken
from counterfoil.desk.cases.model import CaseId
from counterfoil.desk.cases.states import State
from counterfoil.desk.steps.giving_back import give_back
from counterfoil.desk.steps.model import Came
from counterfoil.detectors.finishing.identity import finding_id
from counterfoil.ids import PaymentId
from tests.counter.acquirer import Fate
from tests.counter.shop import SUE
from tests.counter.till import Counter, no, sale_line, sold
from tests.desk.steps.shop import asked_again, consent, double, file_of, found, given_back, press, twins
from tests.desk.steps.test_giving_back import Crash, Crashing, came, kinds, undos, with_undoing

EXCESS = {
    "exception": "duplicate_order",
    "diagnosis": "one_order_two_payments",
    "next_step": "refund_the_double_once",
    "amount_at_risk_minor": 200,
}


def paid(counter: Counter, tender: str = "cash") -> PaymentId:
    """Sell something, and return the one payment of it."""
    sale = counter.sale(counter.tender(tender))
    sold(counter.sell(sale))
    return sale.tenders[0].payment_id


def two_breads(counter: Counter) -> PaymentId:
    """Sell two breads for one payment, and return it."""
    sale = counter.sale(counter.tender(amount_minor=1000), lines=[sale_line(), sale_line()])
    sold(counter.sell(sale))
    return sale.tenders[0].payment_id


def excess(counter: Counter, payment_id: str, name: str | None = None, **said: object) -> CaseId:
    """Let the rules find that a payment took too much; once more under a name that they have found it by."""
    return found(counter, name or counter.number("F"), **EXCESS, subject=f"payment:{payment_id}", **said)


def test_an_excess_goes_back_once_however_often_a_page_is_opened_before_the_rules_look_again(counter: Counter) -> None:
    """A finding still says what was too much when it was found; each press of a fresh page would give it back anew."""
    payment_id = paid(counter)
    case_id = excess(counter, payment_id)
    counter.clock.passes(days=1)
    assert came(given_back(counter, press(counter, case_id, payment_id))) is Came.DONE
    assert no(given_back(counter, press(counter, case_id, payment_id))) == "not_offered"
    assert undos(counter, payment_id) == ["refund 200 approved"]


def test_an_excess_that_went_back_is_not_offered_again_when_the_rules_have_looked_anew(counter: Counter) -> None:
    """The rule counts what was taken; of a payment that went back in part it takes nothing off."""
    payment_id = paid(counter)
    case_id = excess(counter, payment_id)
    counter.clock.passes(days=1)
    assert came(given_back(counter, press(counter, case_id, payment_id))) is Came.DONE
    counter.clock.passes(days=1)
    excess(counter, payment_id, case_id)
    assert no(given_back(counter, press(counter, case_id, payment_id))) == "not_offered"


def test_what_went_back_for_goods_is_no_part_of_an_excess(counter: Counter) -> None:
    payment_id = two_breads(counter)
    counter.clock.passes(days=1)
    assert isinstance(counter.undo(payment_id, 500, lines={2: Decimal(1)}), Taken)
    case_id = excess(counter, payment_id)
    assert came(given_back(counter, press(counter, case_id, payment_id))) is Came.DONE
    assert sorted(undos(counter, payment_id)) == ["refund 200 approved", "refund 500 approved"]


def test_an_excess_does_not_go_back_again_and_again_beside_goods_that_came_back_for_less(counter: Counter) -> None:
    """Goods worth 5.00 came back for 1.00: what they cost hid every excess that the desk had given back before.

    The fee that was kept is none of the excess, which goes back whole, and once.
    """
    payment_id = two_breads(counter)
    counter.clock.passes(days=1)
    assert isinstance(counter.undo(payment_id, 100, lines={2: Decimal(1)}), Taken)
    case_id = excess(counter, payment_id)
    assert came(given_back(counter, press(counter, case_id, payment_id))) is Came.DONE
    assert no(given_back(counter, press(counter, case_id, payment_id))) == "not_offered"
    assert sorted(undos(counter, payment_id)) == ["refund 100 approved", "refund 200 approved"]


def test_an_excess_that_went_back_first_does_not_go_back_again_once_goods_come_back_for_less(counter: Counter) -> None:
    """Goods of 5.00 came back for 4.00 afterwards, and what they cost hid the excess: another 1.00 was offered."""
    payment_id = two_breads(counter)
    case_id = excess(counter, payment_id)
    counter.clock.passes(days=1)
    assert came(given_back(counter, press(counter, case_id, payment_id))) is Came.DONE
    assert isinstance(counter.undo(payment_id, 400, lines={2: Decimal(1)}), Taken)
    assert no(given_back(counter, press(counter, case_id, payment_id))) == "not_offered"


def test_goods_of_a_discounted_sale_are_worth_what_was_paid_for_them(counter: Counter) -> None:
    """Two breads for 8.00: one that comes back for 5.00 was worth 4.00, and 1.00 of the excess went with it."""
    off = Line(sku="-", quantity=Decimal(1), amount_minor=200, line_kind=LineKind.DISCOUNT)
    sale = counter.sale(
        counter.tender(amount_minor=800), lines=[sale_line(), sale_line(), off], total_minor=800, operator_id=SUE
    )
    sold(counter.sell(sale))
    (payment_id,) = (tender.payment_id for tender in sale.tenders)
    counter.clock.passes(days=1)
    assert isinstance(counter.undo(payment_id, 500, lines={2: Decimal(1)}), Taken)
    case_id = excess(counter, payment_id)
    assert came(given_back(counter, press(counter, case_id, payment_id))) is Came.DONE
    assert sorted(undos(counter, payment_id)) == ["refund 100 approved", "refund 500 approved"]


def test_of_two_doubles_paid_by_two_cards_each_no_more_goes_back_than_one_of_them_cost(counter: Counter) -> None:
    """The till gave the cash of one back and the desk both parts of the other: more than one of them cost."""
    one, other, case_id = twins(counter, ("cash", 200), ("card", 300))
    first = one.tenders[0].payment_id
    cash, card = (tender.payment_id for tender in other.tenders)
    counter.clock.passes(days=1)
    assert isinstance(counter.undo(first, 200), Taken)
    assert came(given_back(counter, press(counter, case_id, card))) is Came.DONE
    assert no(given_back(counter, press(counter, case_id, cash))) == "not_offered"
    assert undos(counter, card) == ["refund 300 approved"]


def test_a_double_goes_back_whole_though_goods_of_the_other_one_were_brought_back(counter: Counter) -> None:
    one, other, case_id = twins(counter, ("card", 1000), lines=[sale_line(), sale_line()])
    first, second = (sale.tenders[0].payment_id for sale in (one, other))
    counter.clock.passes(days=1)
    assert isinstance(counter.undo(first, 500, lines={1: Decimal(1)}), Taken)
    assert came(given_back(counter, press(counter, case_id, second))) is Came.DONE
    assert undos(counter, second) == ["refund 1000 approved"]


def test_of_two_doubles_the_second_stays_once_the_first_went_back_at_a_till(counter: Counter) -> None:
    """Desk and till did the same within the minute that the rules need to look again: both would have gone back."""
    order_id, payment_id, case_id = double(counter)
    first = counter.value(f"SELECT payment_id FROM payments WHERE payment_id <> '{payment_id}'")
    assert isinstance(counter.undo(first, 500), Taken)
    assert no(given_back(counter, press(counter, case_id, payment_id))) == "not_offered"
    assert counter.order(order_id)["state"] == "paid"
    assert undos(counter, payment_id) == []


def test_an_excess_that_went_back_of_the_other_payment_does_not_go_back_again(counter: Counter) -> None:
    sale = counter.sale(counter.tender("card", 300), counter.tender("cash", 200))
    sold(counter.sell(sale))
    first, second = (tender.payment_id for tender in sale.tenders)
    case_id = excess(counter, second, other_subject=f"payment:{first}")
    counter.clock.passes(days=1)
    assert isinstance(counter.undo(first, 200), Taken)
    assert no(given_back(counter, press(counter, case_id, second))) == "not_offered"


def test_a_press_that_was_begun_is_not_heard_about_another_payment(counter: Counter) -> None:
    """A press that broke off could be sent again about any payment of any store, and gave that one back."""
    _order_id, payment_id, case_id = double(counter)
    other = counter.sale(counter.tender("cash"))
    sold(counter.sell(other))
    asked = press(counter, case_id, payment_id)
    with pytest.raises(Crash):
        give_back(with_undoing(counter.house, Crashing()), asked, consent())
    assert no(given_back(counter, replace(asked, about=other.tenders[0].payment_id))) == "action_id_taken"
    assert no(asked_again(counter, asked)) == "action_id_taken"
    assert undos(counter, other.tenders[0].payment_id) == []
    assert kinds(counter, case_id)[-1] == "begun"
    assert came(given_back(counter, asked)) is Came.DONE


def test_a_part_whose_refund_is_unknown_is_not_offered_again_when_the_rules_have_looked_anew(counter: Counter) -> None:
    payment_id = paid(counter, "card")
    case_id = excess(counter, payment_id)
    counter.clock.passes(days=1)
    counter.host.plan("refund", Fate.LOST_ANSWER)
    assert came(given_back(counter, press(counter, case_id, payment_id))) is Came.UNKNOWN
    counter.clock.passes(seconds=1)
    excess(counter, payment_id, case_id)
    assert no(given_back(counter, press(counter, case_id, payment_id))) == "not_offered"


def test_a_press_that_broke_off_is_not_gone_on_with_once_another_has_given_the_same_back(counter: Counter) -> None:
    """Back in the browser, the button of the page that had been answered with an error gave an excess back again."""
    payment_id = paid(counter)
    case_id = excess(counter, payment_id)
    counter.clock.passes(days=1)
    first = press(counter, case_id, payment_id)
    with pytest.raises(Crash):
        give_back(with_undoing(counter.house, Crashing()), first, consent())
    assert came(given_back(counter, press(counter, case_id, payment_id))) is Came.DONE
    assert no(given_back(counter, first)) == "not_offered"
    assert undos(counter, payment_id) == ["refund 200 approved"]


def test_a_void_that_the_acquirer_declines_leaves_its_case_where_it_is(counter: Counter) -> None:
    """The books closed it, as if they agreed, and opened it again with the next look, without its owner."""
    payment_id = paid(counter, "card")
    case_id = found(
        counter,
        finding_id("void_mismatch", counter.merchant_id, [f"payment:{payment_id}"]),
        exception="void_mismatch",
        diagnosis="void_not_honoured",
        next_step="give_the_money_back",
        subject=f"payment:{payment_id}",
        amount_at_risk_minor=500,
    )
    counter.host.plan("void", Fate.DECLINED)
    assert came(given_back(counter, press(counter, case_id, payment_id))) is Came.DECLINED
    assert file_of(counter, case_id).case.state is State.IN_PROGRESS
    counter.clock.passes(seconds=1)
    assert came(given_back(counter, press(counter, case_id, payment_id))) is Came.DONE
    assert file_of(counter, case_id).case.state is State.CLOSED
