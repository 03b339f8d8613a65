"""What the oracle finds, and what a finding silences elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Finding:
    """One disagreement of the books."""

    exception: str
    diagnosis: str
    severity: str
    merchant_id: str
    subject: str
    other_subject: str | None
    amount_at_risk_minor: int
    currency: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A finding before precedence and suppression."""

    diagnosis: str
    severity: str
    subject: str
    at_risk: int
    currency: str | None
    other: str | None = None
    #: (diagnosis, subject) pairs that this finding silences.
    silences: frozenset[tuple[str, str]] = field(default_factory=frozenset)


def all_of(diagnoses: tuple[str, ...], subjects: set[str]) -> frozenset[tuple[str, str]]:
    """Return every pair of a diagnosis and a subject."""
    return frozenset((diagnosis, subject) for diagnosis in diagnoses for subject in subjects)


UNCONFIRMED_DELIVERY = (
    "returned_to_sender",
    "lost",
    "wrong_goods",
    "receipt_disputed",
    "bad_address",
    "delivery_failed",
    "status_not_synced",
    "delivered_unconfirmed",
    "tracking_missing",
    "stalled",
    "late",
    "not_shipped",
)
DUPLICATE_ORDER = (
    "replayed_request",
    "one_order_two_payments",
    "double_entry",
    "paid_and_unpaid",
    "double_charge",
)
VOID_MISMATCH = (
    "void_not_honoured",
    "void_unknown",
    "phantom_reversal",
    "void_after_settlement",
    "void_without_authoriser",
    "void_without_reason",
    "void_then_cash",
    "operator_outlier",
    "terminal_outlier",
)
MISSING_SLIP = (
    "offline_not_synced",
    "charged_no_order",
    "payment_unknown",
    "paid_not_charged",
    "charged_amount_differs",
    "notified_not_paid",
    "slip_failed",
    "paid_no_slip",
    "slip_amount_differs",
)
ORPHAN_RETURN = (
    "double_refund",
    "refund_exceeds_order",
    "refund_without_order",
    "refund_amount_differs",
    "refund_not_received",
    "unauthorised_refund",
    "return_without_slip",
    "outside_window",
    "not_restocked",
    "serial_returner",
)
#: Every exception with its diagnoses in order of precedence.
EXCEPTIONS = {
    "orphan_return": ORPHAN_RETURN,
    "void_mismatch": VOID_MISMATCH,
    "duplicate_order": DUPLICATE_ORDER,
    "missing_slip": MISSING_SLIP,
    "unconfirmed_delivery": UNCONFIRMED_DELIVERY,
}
