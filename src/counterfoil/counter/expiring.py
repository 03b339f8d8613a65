"""What a ladder could not decide becomes a finding for a person, at once, with the id that the rules would give it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from counterfoil.books.payments.model import Kind, Payment
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


def lose_expired(connection: sa.Connection, payment: Payment, *, now: datetime) -> None:
    """Close the finding of a payment that was decided after all; rules that see another fault open it again."""
    exception, _diagnosis, _next_step = _DIAGNOSES[payment.kind]
    about = payment.original_payment_id if payment.kind.is_undo else payment.payment_id
    gone = finding_id(exception, payment.merchant_id, [f"payment:{about}"])
    keep(connection, payment.merchant_id, lost=[gone], by="ladder", now=now)


def raise_expired(connection: sa.Connection, payment: Payment, original: Payment | None, *, now: datetime) -> None:
    """Open the finding of a payment whose ladder has come to its end."""
    _open(connection, payment, original, _SAID, now=now)


def raise_denied(connection: sa.Connection, payment: Payment, original: Payment | None, *, now: datetime) -> None:
    """Open the finding of an undo or refund that happened after its end, where the books have no place for it."""
    _open(connection, payment, original, _DENIED, now=now)


def _open(connection: sa.Connection, payment: Payment, original: Payment | None, said: Text, *, now: datetime) -> None:
    exception, diagnosis, next_step = _DIAGNOSES[payment.kind]
    about = original if payment.kind.is_undo and original is not None else payment
    subject = f"payment:{about.payment_id}"
    words = {"payment": payment.payment_id, "amount": show(payment.amount_minor, payment.currency)}
    keep(
        connection,
        payment.merchant_id,
        seen=[
            {
                "finding_id": finding_id(exception, payment.merchant_id, [subject]),
                "exception": exception,
                "diagnosis": diagnosis,
                "severity": "high",
                "store_id": payment.store_id,
                "terminal_id": payment.terminal_id,
                "operator_id": payment.operator_id,
                "subject": subject,
                "other_subject": None,
                "occurred_at": payment.occurred_at,
                "amount_at_risk_minor": about.amount_minor,
                "currency": payment.currency,
                "score": None,
                "explanation_en": said.en.format(**words),
                "explanation_zh": said.zh.format(**words),
                "next_step": next_step,
                "evidence": [{"table": "payments", "id": payment.payment_id}],
            }
        ],
        by="ladder",
        now=now,
    )
