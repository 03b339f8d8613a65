"""Stored value: money of the customer in our keeping, spent once, given back once, and never made out of nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterfoil.db.engine import Database
from counterfoil.errors import BadOption
from counterfoil.ids import MerchantId, PaymentId
from counterfoil.shop.stored_value import accounts
from counterfoil.shop.stored_value import store as value
from counterfoil.shop.stored_value.codes import read_code, voucher_key
from counterfoil.shop.stored_value.model import Account, AccountKind, HoldState
from counterfoil.shop.stored_value.rules import WORDS, Answer, ValueRefusal

from .stage import NOW, found, keys_of

MEMBER = "member-1"


def opened(connection: sa.Connection, merchant_id: MerchantId, balance_minor: int = 1_000) -> None:
    found(connection, merchant_id)
    accounts.open_member(connection, merchant_id, MEMBER, currency="CNY", customer_id=None, now=NOW)
    topped = accounts.top_up(
        connection, merchant_id, MEMBER, balance_minor, payment_id=PaymentId("T0"), operator_id=None, now=NOW
    )
    assert topped


class Till:
    """One till with one member, so that a test reads as what happens."""

    def __init__(
        self,
        connection: sa.Connection,
        merchant_id: MerchantId,
        account_id: str = MEMBER,
        kind: AccountKind = AccountKind.MEMBER,
    ) -> None:
        self.connection, self.merchant_id, self.account_id, self.kind = connection, merchant_id, account_id, kind

    def reserve(self, payment: str, amount_minor: int, currency: str = "CNY") -> Answer | ValueRefusal:
        return value.reserve(
            self.connection,
            self.merchant_id,
            payment_id=PaymentId(payment),
            kind=self.kind,
            account_id=self.account_id,
            amount_minor=amount_minor,
            currency=currency,
            operator_id=None,
            now=NOW,
        )

    def redeem(self, payment: str) -> Answer | ValueRefusal:
        return value.redeem(self.connection, self.merchant_id, PaymentId(payment), operator_id=None, now=NOW)

    def release(self, payment: str) -> Answer | ValueRefusal:
        return value.release(self.connection, self.merchant_id, PaymentId(payment), operator_id=None, now=NOW)

    def give_back(self, refund: str, payment: str, amount_minor: int) -> Answer | ValueRefusal:
        return value.give_back(
            self.connection,
            self.merchant_id,
            refund_id=PaymentId(refund),
            original_payment_id=PaymentId(payment),
            amount_minor=amount_minor,
            operator_id=None,
            authoriser_id=None,
            now=NOW,
        )

    @property
    def account(self) -> Account:
        found_account = accounts.account(self.connection, self.merchant_id, self.kind, self.account_id)
        assert found_account is not None
        return found_account


@pytest.fixture
def till(connection: sa.Connection, merchant_id: MerchantId) -> Till:
    opened(connection, merchant_id)
    return Till(connection, merchant_id)


def test_a_sale_sets_aside_then_spends_and_a_refund_gives_back(till: Till) -> None:
    assert till.reserve("P1", 700) is Answer.DONE
    assert (till.account.balance_minor, till.account.free_minor) == (1_000, 300)
    assert till.reserve("P2", 400) is ValueRefusal.NOT_ENOUGH
    assert till.redeem("P1") is Answer.DONE
    assert (till.account.balance_minor, till.account.free_minor) == (300, 300)
    assert till.give_back("R1", "P1", 200) is Answer.DONE
    assert till.give_back("R2", "P1", 501) is ValueRefusal.MORE_THAN_REDEEMED
    assert till.give_back("R2", "P1", 500) is Answer.DONE
    assert till.account.balance_minor == 1_000


def test_a_sale_that_does_not_come_about_frees_what_it_set_aside(till: Till) -> None:
    till.reserve("P1", 700)
    assert till.release("P1") is Answer.DONE
    assert till.account.free_minor == 1_000
    assert till.redeem("P1") is ValueRefusal.ALREADY_RELEASED
    assert till.reserve("P1", 700) is ValueRefusal.ALREADY_RELEASED, "a new try is a new payment"


def test_whatever_is_repeated_is_done_once(till: Till) -> None:
    assert [till.reserve("P1", 700) for _ in range(3)] == [Answer.DONE, Answer.EXISTS, Answer.EXISTS]
    assert till.reserve("P1", 701) is ValueRefusal.EXISTS_WITH_DIFFERENT_AMOUNT
    other = Till(till.connection, till.merchant_id, "member-2")
    assert other.reserve("P1", 700) is ValueRefusal.EXISTS_WITH_DIFFERENT_ACCOUNT
    assert [till.redeem("P1") for _ in range(2)] == [Answer.DONE, Answer.EXISTS]
    assert till.release("P1") is ValueRefusal.ALREADY_REDEEMED
    assert till.reserve("P1", 700) is Answer.EXISTS
    assert [till.give_back("R1", "P1", 200) for _ in range(2)] == [Answer.DONE, Answer.EXISTS]
    assert till.give_back("R1", "P1", 100) is ValueRefusal.EXISTS_WITH_DIFFERENT_AMOUNT
    assert till.account.balance_minor == 500
    till.reserve("P2", 100)
    assert [till.release("P2") for _ in range(2)] == [Answer.DONE, Answer.EXISTS]


def test_what_was_never_spent_cannot_go_back(till: Till) -> None:
    assert till.redeem("P1") is till.release("P1") is ValueRefusal.NOTHING_RESERVED
    assert till.give_back("R1", "P1", 1) is ValueRefusal.NOTHING_RESERVED
    till.reserve("P1", 100)
    assert till.give_back("R1", "P1", 1) is ValueRefusal.NOT_REDEEMED
    assert till.reserve("P2", 0) is till.give_back("R1", "P1", 0) is ValueRefusal.AMOUNT_NOT_POSITIVE


def test_what_is_blocked_unknown_or_of_another_currency_pays_nothing(till: Till) -> None:
    assert till.reserve("P1", 1, "JPY") is ValueRefusal.CURRENCY_DIFFERS
    assert Till(till.connection, till.merchant_id, "nobody").reserve("P1", 1) is ValueRefusal.UNKNOWN_ACCOUNT
    till.reserve("P0", 100)
    assert accounts.block(till.connection, till.merchant_id, AccountKind.MEMBER, MEMBER, at=NOW)
    assert till.reserve("P1", 1) is ValueRefusal.BLOCKED
    assert till.redeem("P0") is Answer.DONE, "what was set aside before may still be spent"
    assert accounts.block(till.connection, till.merchant_id, AccountKind.MEMBER, MEMBER, at=None)
    assert till.reserve("P1", 1) is Answer.DONE
    assert not accounts.block(till.connection, till.merchant_id, AccountKind.MEMBER, "nobody", at=NOW)


def test_a_voucher_is_worth_its_value_until_its_time_is_over(
    connection: sa.Connection, merchant_id: MerchantId
) -> None:
    found(connection, merchant_id)
    keys = keys_of(merchant_id)

    def issued(days: int) -> Till:
        code = accounts.issue_voucher(
            connection,
            merchant_id,
            keys,
            value_minor=500,
            currency="CNY",
            operator_id=None,
            now=NOW,
            valid_until=NOW + timedelta(days=days),
        )
        typed = read_code(code.text().lower())
        assert typed == code
        return Till(connection, merchant_id, voucher_key(keys, code), AccountKind.VOUCHER)

    good, over = issued(1), issued(0)
    assert over.reserve("P1", 1) is ValueRefusal.EXPIRED
    assert good.reserve("P1", 501) is ValueRefusal.NOT_ENOUGH
    assert good.reserve("P1", 500) is Answer.DONE
    assert good.redeem("P1") is Answer.DONE
    assert good.give_back("R1", "P1", 500) is Answer.DONE
    assert accounts.folded_minor(connection, merchant_id, AccountKind.VOUCHER, good.account_id) == 500


def test_a_top_up_counts_once_and_only_for_a_member_who_is_known(till: Till) -> None:
    def topped(member: str, payment: str, amount_minor: int) -> bool:
        return accounts.top_up(
            till.connection,
            till.merchant_id,
            member,
            amount_minor,
            payment_id=PaymentId(payment),
            operator_id=None,
            now=NOW,
        )

    assert [topped(MEMBER, "T1", 50), topped(MEMBER, "T1", 50)] == [True, False]
    assert till.account.balance_minor == 1_050
    with pytest.raises(BadOption, match="open a balance"):
        topped("nobody", "T2", 50)
    with pytest.raises(BadOption, match="minor units"):
        topped(MEMBER, "T2", 0)
    assert not accounts.open_member(
        till.connection, till.merchant_id, MEMBER, currency="CNY", customer_id=None, now=NOW
    )


STEPS = st.lists(
    st.tuples(st.sampled_from(["reserve", "redeem", "release", "give back"]), st.integers(0, 4), st.integers(1, 700)),
    max_size=25,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_whatever_happens_in_whatever_order_a_plain_book_says_the_same(
    database: Database, merchant_id: MerchantId, steps: list[tuple[str, int, int]]
) -> None:
    """The auditor keeps three dictionaries and knows nothing of the rules."""
    with database.transaction(merchant_id) as connection, connection.begin_nested() as savepoint:
        opened(connection, merchant_id)
        till = Till(connection, merchant_id)
        aside: dict[str, int] = {}
        spent: dict[str, int] = {}
        given_back: dict[str, int] = {}
        for number, (act, which, amount_minor) in enumerate(steps):
            payment = f"P{which}"
            match act:
                case "reserve":
                    if till.reserve(payment, amount_minor) is Answer.DONE:
                        assert payment not in aside | spent
                        aside[payment] = amount_minor
                case "redeem":
                    if till.redeem(payment) is Answer.DONE:
                        spent[payment] = aside.pop(payment)
                case "release":
                    if till.release(payment) is Answer.DONE:
                        del aside[payment]
                case _:
                    if till.give_back(f"R{number}", payment, amount_minor) is Answer.DONE:
                        given_back[payment] = given_back.get(payment, 0) + amount_minor
                        assert given_back[payment] <= spent[payment]
            balance = 1_000 - sum(spent.values()) + sum(given_back.values())
            assert (till.account.balance_minor, till.account.reserved_minor) == (balance, sum(aside.values()))
            assert till.account.free_minor >= 0
        assert accounts.folded_minor(connection, merchant_id, AccountKind.MEMBER, MEMBER) == till.account.balance_minor
        savepoint.rollback()


def test_one_balance_at_many_tills_at_once_is_never_spent_twice(database: Database, merchant_id: MerchantId) -> None:
    with database.transaction(merchant_id) as connection:
        opened(connection, merchant_id)

    def pay(number: int) -> Answer | ValueRefusal:
        with database.transaction(merchant_id) as connection:
            till = Till(connection, merchant_id)
            answer = till.reserve(f"P{number}", 150)
            if answer is Answer.DONE:
                assert till.redeem(f"P{number}") is Answer.DONE
            return answer

    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(pay, range(20)))
    assert answers.count(Answer.DONE) == 6
    assert answers.count(ValueRefusal.NOT_ENOUGH) == 14
    with database.transaction(merchant_id) as connection:
        assert Till(connection, merchant_id).account.balance_minor == 100


def test_one_payment_sent_many_times_at_once_is_made_once(database: Database, merchant_id: MerchantId) -> None:
    with database.transaction(merchant_id) as connection:
        opened(connection, merchant_id)

    def pay(_: int) -> Answer | ValueRefusal:
        with database.transaction(merchant_id) as connection:
            till = Till(connection, merchant_id)
            till.reserve("P1", 150)
            return till.redeem("P1")

    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(pay, range(20)))
    assert answers.count(Answer.DONE) == 1
    with database.transaction(merchant_id) as connection:
        hold = value.hold_of(connection, merchant_id, PaymentId("P1"))
        assert hold is not None
        assert hold.state is HoldState.REDEEMED
        assert Till(connection, merchant_id).account.balance_minor == 850


def test_every_refusal_has_its_words() -> None:
    assert set(WORDS) == set(ValueRefusal)
