"""What a ladder could not decide becomes a finding for a person, at once, with the id that the rules would give it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from counterfoil.books.orders.states import State as OrderState
from counterfoil.books.orders.store import Order
from counterfoil.books.payments import store as payments
from counterfoil.books.payments.model import Kind, Payment, Standing
from counterfoil.books.payments.states import State
from counterfoil.desk import store as desk
from counterfoil.desk.keeping import keep
from counterfoil.detectors.finishing.identity import finding_id
from counterfoil.languages import Text
from counterfoil.money import show

if TYPE_CHECKING:
    import sqlalchemy as sa

#: By kind of payment: exception, diagnosis and next step that the law has for one that nobody could decide.
_DIAGNOSES = {
    Kind.SALE: ("missing_slip", "payment_unknown", "ask_the_acquirer"),
    Kind.VOID: ("void_mismatch", "void_unknown", "ask_the_acquirer"),
    Kind.REVERSAL: ("void_mismatch", "void_unknown", "ask_the_acquirer"),
    Kind.REFUND: ("orphan_return", "refund_not_received", "chase_the_refund"),
}
#: Of a sale that came after its order had ended: given up, or paid otherwise.
_UNNEEDED = ("void_mismatch", "void_not_honoured", "give_the_money_back")
_TWICE = ("duplicate_order", "one_order_two_payments", "refund_the_double_once")
_SAID = Text(
    en="Payment {payment} over {amount}: everything that can be asked was asked, and nobody knows whether it happened. "
    "The acquirer's bill has to decide.",
    zh="付款 {payment}，金额 {amount}：能查询的都已查询，仍不知是否成功。须以收单机构账单为准。",
)
_DENIED = Text(
    en="Payment {payment} over {amount} ended as refused, and the acquirer says that it happened; what was done since "
    "excludes it. Money may have gone back twice: look at the acquirer's record.",
    zh="付款 {payment}，金额 {amount}：账上为被拒，但收单机构称已成功，且与之后的操作相冲突。"
    "款项可能退了两次：请核对收单机构记录。",
)
_KEPT = Text(
    en="Payment {payment} over {amount} was approved after its order had been given up, and could not be taken back. "
    "The customer is charged for nothing: give it back.",
    zh="订单取消后，付款 {payment}（金额 {amount}）才获批准，且未能冲正。顾客被白白扣款：请退还。",
)
_PAID_TWICE = Text(
    en="Payment {payment} over {amount} was approved after its order had been paid otherwise, and could not be taken "
    "back. The customer has paid twice: give it back.",
    zh="订单已用其他方式付清后，付款 {payment}（金额 {amount}）才获批准，且未能冲正。顾客付了两次：请退还。",
)


def lose_expired(connection: sa.Connection, payment: Payment, *, now: datetime) -> None:
    """Close the finding of a payment that was decided after all.

    Another one under the same id, such as money that a void should have given back, goes only with the money.
    """
    exception, diagnosis, _next_step = _DIAGNOSES[payment.kind]
    about = payment.original_payment_id if payment.kind.is_undo else payment.payment_id
    name = finding_id(exception, payment.merchant_id, [f"payment:{about}"])
    stands = desk.finding(connection, payment.merchant_id, name)
    if stands is None or stands["gone_at"] is not None:
        return
    if stands["diagnosis"] == diagnosis or (payment.kind.is_undo and payment.state is State.APPROVED):
        keep(connection, payment.merchant_id, lost=[name], by="ladder", now=now)


def raise_expired(connection: sa.Connection, payment: Payment, original: Payment | None, *, now: datetime) -> None:
    """Open the finding of a payment whose ladder has come to its end."""
    _open(connection, payment, original, _SAID, now=now)


def raise_denied(connection: sa.Connection, payment: Payment, original: Payment | None, *, now: datetime) -> None:
    """Open the finding of an undo or refund that happened after its end, where the books have no place for it."""
    _open(connection, payment, original, _DENIED, now=now)


def raise_unneeded(connection: sa.Connection, payment: Payment, order: Order, *, now: datetime) -> None:
    """Open the finding of a sale that was approved after all, where its order had ended without it.

    Nothing takes it back by itself any more. An order that was given up holds money then, and one that was paid
    otherwise holds too much.
    """
    is_approved = payment.kind is Kind.SALE and payment.state is State.APPROVED
    if order.state is OrderState.OPEN or not is_approved:
        return
    of_order = payments.of_order(connection, payment.merchant_id, order.order_id)
    standing = [paid for paid in of_order if paid.standing is Standing.HELD and paid.kind is Kind.SALE]
    held = sum(paid.amount_minor - paid.refunded_minor for paid in standing)
    if order.state is not OrderState.PAID:
        _write(connection, payment, _UNNEEDED, payment, _KEPT, now=now)
        return
    before = max(
        (paid for paid in standing if paid.payment_id != payment.payment_id),
        key=lambda paid: (paid.decided_at or paid.occurred_at, paid.payment_id),
        default=None,
    )
    excess = min(held - order.total_minor, payment.amount_minor)
    if before is not None and excess > 0:
        _write(connection, payment, _TWICE, payment, _PAID_TWICE, other=before, at_risk_minor=excess, now=now)


def _open(connection: sa.Connection, payment: Payment, original: Payment | None, said: Text, *, now: datetime) -> None:
    about = original if payment.kind.is_undo and original is not None else payment
    _write(connection, payment, _DIAGNOSES[payment.kind], about, said, now=now)


def _write(
    connection: sa.Connection,
    payment: Payment,
    what: tuple[str, str, str],
    about: Payment,
    said: Text,
    *,
    other: Payment | None = None,
    at_risk_minor: int | None = None,
    now: datetime,
) -> None:
    exception, diagnosis, next_step = what
    subject = f"payment:{about.payment_id}"
    other_subject = None if other is None else f"payment:{other.payment_id}"
    words = {"payment": payment.payment_id, "amount": show(payment.amount_minor, payment.currency)}
    keep(
        connection,
        payment.merchant_id,
        seen=[
            {
                "finding_id": finding_id(
                    exception, payment.merchant_id, [subject] if other_subject is None else [subject, other_subject]
                ),
                "exception": exception,
                "diagnosis": diagnosis,
                "severity": "high" if what in _DIAGNOSES.values() else "critical",
                "store_id": payment.store_id,
                "terminal_id": payment.terminal_id,
                "operator_id": payment.operator_id,
                "subject": subject,
                "other_subject": other_subject,
                "occurred_at": payment.occurred_at,
                "amount_at_risk_minor": about.amount_minor if at_risk_minor is None else at_risk_minor,
                "currency": payment.currency,
                "score": None,
                "explanation_en": said.en.format(**words),
                "explanation_zh": said.zh.format(**words),
                "next_step": next_step,
                "evidence": [
                    {"table": "payments", "id": paid.payment_id} for paid in (payment, other) if paid is not None
                ],
            }
        ],
        by="ladder",
        now=now,
    )
