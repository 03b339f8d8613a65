"""Decisions about stored value: what may be reserved, redeemed, released and given back. Pure.

A sale sets its part aside first, then asks for the other tenders, and then spends or frees it: so a card that is
declined never leaves a voucher spent, and a voucher that is spent elsewhere never leaves a card charged. Every verb may
be repeated with the same payment and answers the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import assert_never

from counterfoil.languages import Text
from counterfoil.shop.stored_value.model import Account, Hold, HoldState, MovementKind


class Answer(StrEnum):
    """What became of a request."""

    DONE = "done"
    #: It was done already, by this very payment; nothing was changed.
    EXISTS = "exists"


class ValueRefusal(StrEnum):
    """Why stored value does not move, in the order in which it is looked at."""

    AMOUNT_NOT_POSITIVE = "amount_not_positive"
    EXISTS_WITH_DIFFERENT_ACCOUNT = "exists_with_different_account"
    EXISTS_WITH_DIFFERENT_AMOUNT = "exists_with_different_amount"
    NOTHING_RESERVED = "nothing_reserved"
    ALREADY_RELEASED = "already_released"
    ALREADY_REDEEMED = "already_redeemed"
    NOT_REDEEMED = "not_redeemed"
    UNKNOWN_ACCOUNT = "unknown_account"
    CURRENCY_DIFFERS = "currency_differs"
    BLOCKED = "account_blocked"
    EXPIRED = "voucher_expired"
    NOT_ENOUGH = "not_enough"
    MORE_THAN_REDEEMED = "more_than_redeemed"

    def is_transient(self) -> bool:
        """Whether the same request could pass later: what another sale has reserved may become free again."""
        return self is ValueRefusal.NOT_ENOUGH


WORDS: Mapping[ValueRefusal, Text] = MappingProxyType(
    {
        ValueRefusal.AMOUNT_NOT_POSITIVE: Text(en="The amount must be above zero.", zh="金额必须大于零。"),
        ValueRefusal.EXISTS_WITH_DIFFERENT_ACCOUNT: Text(
            en="This payment was made with another voucher or member: begin a new payment.",
            zh="该笔付款已使用其他券或会员账户：请新建付款。",
        ),
        ValueRefusal.EXISTS_WITH_DIFFERENT_AMOUNT: Text(
            en="This payment was made with another amount: begin a new payment.",
            zh="该笔付款的金额与先前不同：请新建付款。",
        ),
        ValueRefusal.NOTHING_RESERVED: Text(en="Nothing was reserved for this payment.", zh="该笔付款没有预留金额。"),
        ValueRefusal.ALREADY_RELEASED: Text(
            en="What was reserved is free again: begin a new payment.", zh="预留金额已释放：请新建付款。"
        ),
        ValueRefusal.ALREADY_REDEEMED: Text(
            en="It is spent already: give it back with a refund.", zh="已经使用：请通过退款退回。"
        ),
        ValueRefusal.NOT_REDEEMED: Text(
            en="It was never spent, so there is nothing to give back.", zh="尚未使用，无可退回。"
        ),
        ValueRefusal.UNKNOWN_ACCOUNT: Text(
            en="No voucher or member of this number: check it.", zh="没有此券或会员：请核对号码。"
        ),
        ValueRefusal.CURRENCY_DIFFERS: Text(en="It is of another currency.", zh="币种不符。"),
        ValueRefusal.BLOCKED: Text(en="It is blocked: ask the office.", zh="已冻结：请联系后台。"),
        ValueRefusal.EXPIRED: Text(en="The voucher has expired.", zh="该券已过期。"),
        ValueRefusal.NOT_ENOUGH: Text(
            en="Less than that is left: take the rest by another tender.", zh="余额不足：请用其他付款方式补足。"
        ),
        ValueRefusal.MORE_THAN_REDEEMED: Text(en="More would go back than was spent.", zh="退回金额超过已使用金额。"),
    }
)


def reserve(
    account: Account | None, hold: Hold | None, *, wanted: Hold, currency: str, now: datetime
) -> Answer | ValueRefusal:
    """Decide whether a payment may set an amount aside; `hold` is what this payment has done before."""
    if wanted.amount_minor <= 0:
        return ValueRefusal.AMOUNT_NOT_POSITIVE
    if hold is not None:
        return _again(hold, wanted)
    if account is None:
        return ValueRefusal.UNKNOWN_ACCOUNT
    if account.currency != currency:
        return ValueRefusal.CURRENCY_DIFFERS
    if account.blocked_at is not None:
        return ValueRefusal.BLOCKED
    if account.valid_until is not None and now >= account.valid_until:
        return ValueRefusal.EXPIRED
    return Answer.DONE if wanted.amount_minor <= account.free_minor else ValueRefusal.NOT_ENOUGH


def redeem(hold: Hold | None) -> Answer | ValueRefusal:
    """Decide whether what was reserved may be spent; a block or the end of its time comes too late for that."""
    if hold is None:
        return ValueRefusal.NOTHING_RESERVED
    if hold.state is HoldState.RELEASED:
        return ValueRefusal.ALREADY_RELEASED
    return Answer.EXISTS if hold.state is HoldState.REDEEMED else Answer.DONE


def release(hold: Hold | None) -> Answer | ValueRefusal:
    """Decide whether what was reserved may become free again."""
    if hold is None:
        return ValueRefusal.NOTHING_RESERVED
    if hold.state is HoldState.REDEEMED:
        return ValueRefusal.ALREADY_REDEEMED
    return Answer.EXISTS if hold.state is HoldState.RELEASED else Answer.DONE


def give_back(hold: Hold | None, amount_minor: int, *, given_before_minor: int | None) -> Answer | ValueRefusal:
    """Decide whether a refund may go back; `given_before_minor` is what this very refund has given back already."""
    if amount_minor <= 0:
        return ValueRefusal.AMOUNT_NOT_POSITIVE
    if given_before_minor is not None:
        same = given_before_minor == amount_minor
        return Answer.EXISTS if same else ValueRefusal.EXISTS_WITH_DIFFERENT_AMOUNT
    if hold is None:
        return ValueRefusal.NOTHING_RESERVED
    if hold.state is not HoldState.REDEEMED:
        return ValueRefusal.NOT_REDEEMED
    if hold.given_back_minor + amount_minor > hold.amount_minor:
        return ValueRefusal.MORE_THAN_REDEEMED
    return Answer.DONE


def _again(hold: Hold, wanted: Hold) -> Answer | ValueRefusal:
    if (hold.kind, hold.account_id) != (wanted.kind, wanted.account_id):
        return ValueRefusal.EXISTS_WITH_DIFFERENT_ACCOUNT
    if hold.amount_minor != wanted.amount_minor:
        return ValueRefusal.EXISTS_WITH_DIFFERENT_AMOUNT
    return ValueRefusal.ALREADY_RELEASED if hold.state is HoldState.RELEASED else Answer.EXISTS


def change_of(kind: MovementKind, amount_minor: int) -> int:
    """Return by how much a movement changes the balance of its account; what is set aside is still there."""
    match kind:
        case MovementKind.ISSUED | MovementKind.TOPPED_UP | MovementKind.GIVEN_BACK | MovementKind.CORRECTED:
            return amount_minor
        case MovementKind.REDEEMED | MovementKind.EXPIRED:
            return -amount_minor
        case MovementKind.RESERVED | MovementKind.RELEASED:
            return 0
        case _:
            assert_never(kind)
