"""Vouchers and members' balances are spent once, given back once, and go the way of every other tender."""

from __future__ import annotations

import asyncio

from counterfoil.books.orders.states import State as OrderState
from counterfoil.books.payments.ports import Entry, Presented
from counterfoil.books.payments.states import State
from counterfoil.counter.answers import SaleAnswer
from counterfoil.counter.selling import Offered
from counterfoil.counter.taking_answers import Taken
from counterfoil.ids import PaymentId
from counterfoil.shop.stored_value.accounts import account, issue_voucher, open_member, top_up
from counterfoil.shop.stored_value.codes import VoucherCode, voucher_key
from counterfoil.shop.stored_value.model import AccountKind
from tests.counter.shop import SECRET
from tests.counter.till import Counter


def voucher(counter: Counter, value_minor: int) -> VoucherCode:
    with counter.database.transaction(counter.merchant_id) as connection:
        return issue_voucher(
            connection,
            counter.merchant_id,
            SECRET.for_merchant(counter.merchant_id),
            value_minor=value_minor,
            currency="CNY",
            operator_id=None,
            now=counter.clock.now,
        )


def left_on(counter: Counter, code: VoucherCode) -> int:
    key = voucher_key(SECRET.for_merchant(counter.merchant_id), code)
    with counter.database.transaction(counter.merchant_id) as connection:
        found = account(connection, counter.merchant_id, AccountKind.VOUCHER, key)
    assert found is not None
    return found.balance_minor


def pay(counter: Counter, code: str, amount_minor: int, tender: str = "voucher") -> SaleAnswer:
    sale = counter.sale(counter.tender(tender, amount_minor))
    presented = {sale.tenders[0].payment_id: Presented(entry=Entry.CODE, number=code)}
    offered = Offered(sale=sale, presented=presented, consents={})

    async def sell() -> object:
        house = counter.another_house()
        try:
            return await house.selling.sell(counter.merchant_id, offered)
        finally:
            await house.selling.group.close()

    answer = asyncio.run(sell())
    assert isinstance(answer, SaleAnswer)
    return answer


def test_a_voucher_pays_and_loses_what_it_paid(counter: Counter) -> None:
    code = voucher(counter, 800)
    answer = pay(counter, code.text(), 500)
    assert answer.state is OrderState.PAID
    assert left_on(counter, code) == 300


def test_a_voucher_with_too_little_is_declined_and_the_order_stays_open(counter: Counter) -> None:
    code = voucher(counter, 100)
    answer = pay(counter, code.text(), 500)
    assert (answer.state, answer.tenders[0].state) == (OrderState.OPEN, State.DECLINED)
    assert left_on(counter, code) == 100


def test_a_mistyped_code_is_declined_and_spends_nobodys_voucher(counter: Counter) -> None:
    assert pay(counter, "AAAA-BBBB", 500).tenders[0].state is State.DECLINED


def test_a_void_puts_all_of_it_back_once(counter: Counter) -> None:
    code = voucher(counter, 500)
    answer = pay(counter, code.text(), 500)
    undone = counter.void(answer.tenders[0].payment_id, 500)
    assert isinstance(undone, Taken)
    assert undone.payment.state is State.APPROVED
    assert left_on(counter, code) == 500


def test_a_member_pays_with_what_was_paid_in(counter: Counter) -> None:
    with counter.database.transaction(counter.merchant_id) as connection:
        open_member(connection, counter.merchant_id, "anna", currency="CNY", customer_id=None, now=counter.clock.now)
        top_up(
            connection,
            counter.merchant_id,
            "anna",
            600,
            payment_id=PaymentId("t1"),
            operator_id=None,
            now=counter.clock.now,
        )
    assert pay(counter, "anna", 500, tender="member_balance").state is OrderState.PAID
