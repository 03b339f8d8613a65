"""Vouchers and members' balances as an acquirer: the customer's money in our own keeping, asked like anybody else's.

So a sale that is paid with a card and a voucher has one way: each is intended, sent, known or asked for. Accounts lie
in the same database, but in a transaction of their own: the intent of a payment is durable before its value moves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from counterfoil.books.payments.model import Tender
from counterfoil.books.payments.ports import (
    Acquirer,
    Answer,
    Decline,
    Outcome,
    Request,
    Settled,
    Settlement,
    Totals,
)
from counterfoil.counter.acquiring import Acquirers, Lane
from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId, TerminalId
from counterfoil.shop.secret_keys import MerchantKeys
from counterfoil.shop.stored_value import rules, store
from counterfoil.shop.stored_value.codes import read_code, voucher_key
from counterfoil.shop.stored_value.model import AccountKind, HoldState
from counterfoil.shop.stored_value.rules import ValueRefusal

if TYPE_CHECKING:
    import sqlalchemy as sa

#: The tenders whose value we keep ourselves.
TENDERS = (Tender.VOUCHER, Tender.MEMBER_BALANCE)
NAME = "stored_value"

_DECLINES = {
    ValueRefusal.UNKNOWN_ACCOUNT: Decline.INVALID_CODE,
    ValueRefusal.BLOCKED: Decline.NOT_PERMITTED,
    ValueRefusal.EXPIRED: Decline.EXPIRED_CARD,
    ValueRefusal.NOT_ENOUGH: Decline.INSUFFICIENT_FUNDS,
    ValueRefusal.CURRENCY_DIFFERS: Decline.MISCONFIGURED,
    ValueRefusal.AMOUNT_NOT_POSITIVE: Decline.INVALID_AMOUNT,
    ValueRefusal.MORE_THAN_REDEEMED: Decline.REFUND_TOO_LARGE,
    ValueRefusal.NOTHING_RESERVED: Decline.ORIGINAL_NOT_FOUND,
    ValueRefusal.NOT_REDEEMED: Decline.ORIGINAL_NOT_FOUND,
    ValueRefusal.ALREADY_RELEASED: Decline.ALREADY_UNDONE,
}


@dataclass(slots=True, kw_only=True)
class StoredValueAcquirer:
    """Implements `Acquirer` over the accounts in our own books."""

    database: Database
    keys: Callable[[MerchantId], MerchantKeys]
    clock: Callable[[], datetime]
    name: str = NAME
    channel: str = NAME
    can_void: bool = True

    def charge(self, request: Request) -> Answer:
        """Spend of an account what a payment takes; the same payment spends it once."""
        if request.presented is None:
            return Answer(outcome=Outcome.DECLINED, decline=Decline.INVALID_CODE, note="no voucher or member was named")
        kind = AccountKind.VOUCHER if request.tender is Tender.VOUCHER else AccountKind.MEMBER
        account = self._account(request.merchant_id, kind, request.presented.number)
        if account is None:
            return Answer(outcome=Outcome.DECLINED, decline=Decline.INVALID_CODE, note="the code was mistyped")

        def spend(connection: sa.Connection) -> rules.Answer | ValueRefusal:
            reserved = store.reserve(
                connection,
                request.merchant_id,
                payment_id=request.payment_id,
                kind=kind,
                account_id=account,
                amount_minor=request.amount_minor,
                currency=request.currency,
                operator_id=None,
                now=self.clock(),
            )
            if isinstance(reserved, ValueRefusal):
                return reserved
            return store.redeem(connection, request.merchant_id, request.payment_id, operator_id=None, now=self.clock())

        return self._moved(request, spend)

    def void(self, request: Request) -> Answer:
        """Put all of it back."""
        return self._give_back(request)

    def refund(self, request: Request) -> Answer:
        """Put some of it back."""
        return self._give_back(request)

    def reverse(self, request: Request) -> Answer:
        """Put back what was spent, if it was."""
        return self._give_back(request)

    def ask(self, request: Request) -> Answer:
        """Look whether a payment has spent what it wanted."""
        try:
            with self.database.transaction(request.merchant_id) as connection:
                hold = store.hold_of(connection, request.merchant_id, request.payment_id)
        except SQLAlchemyError:
            return Answer(outcome=Outcome.UNKNOWN, note="the books could not be read")
        if hold is None or hold.state is HoldState.RELEASED:
            return Answer(outcome=Outcome.NOT_FOUND)
        return Answer(outcome=Outcome.APPROVED, amount_minor=hold.amount_minor)

    def settle(self, terminal_id: TerminalId, totals: Totals, batch: Sequence[Request], *, now: datetime) -> Settlement:
        """Close nothing: nobody else has a batch."""
        return Settlement(outcome=Settled.NOT_NEEDED)

    def close(self) -> None:
        """Let go of nothing: the database is somebody else's to close."""

    def _account(self, merchant_id: MerchantId, kind: AccountKind, number: str) -> str | None:
        """Return whose account a member's number or a voucher's code means; None where the code was mistyped."""
        if kind is AccountKind.MEMBER:
            return number
        code = read_code(number)
        return None if code is None else voucher_key(self.keys(merchant_id), code)

    def _give_back(self, request: Request) -> Answer:
        original = request.original
        assert original is not None
        return self._moved(
            request,
            lambda connection: store.give_back(
                connection,
                request.merchant_id,
                refund_id=request.payment_id,
                original_payment_id=original.payment_id,
                amount_minor=request.amount_minor,
                operator_id=None,
                authoriser_id=None,
                now=self.clock(),
            ),
        )

    def _moved(self, request: Request, move: Callable[[sa.Connection], rules.Answer | ValueRefusal]) -> Answer:
        try:
            with self.database.transaction(request.merchant_id) as connection:
                answer = move(connection)
        except SQLAlchemyError:
            return Answer(outcome=Outcome.UNKNOWN, note="the books did not say whether it was written")
        if isinstance(answer, ValueRefusal):
            decline = _DECLINES.get(answer, Decline.UNRECOGNISED)
            return Answer(outcome=Outcome.DECLINED, decline=decline, response_code=answer)
        return Answer(outcome=Outcome.APPROVED, amount_minor=request.amount_minor)


@dataclass(frozen=True, slots=True, kw_only=True)
class WithStoredValue:
    """The configured acquirers, and beside them what we keep ourselves: every merchant has vouchers and members."""

    others: Acquirers
    stored: StoredValueAcquirer

    def lane(self, merchant_id: MerchantId, terminal_id: TerminalId, tender: Tender) -> Lane | None:
        """Return the lane of a tender."""
        if tender in TENDERS:
            return Lane(acquirer=self.stored, is_traced=False)
        return self.others.lane(merchant_id, terminal_id, tender)

    def named(self, merchant_id: MerchantId, acquirer: str) -> Acquirer:
        """Return an acquirer by its name."""
        return self.stored if acquirer == NAME else self.others.named(merchant_id, acquirer)
