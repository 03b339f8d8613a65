"""Examples of what is asked and answered: one shop's afternoon. A test hands each to the decoder of its type."""

from __future__ import annotations

from typing import Any

from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import Body

_PLACED_AT = "2026-03-01T09:12:31Z"
_DIGEST = "5d7c" * 16


def asked(*values: Any) -> Any:  # noqa: ANN401 — Litestar's own marker, around any JSON
    """Mark the body of a request, with examples of it."""
    return Body(examples=[Example(id=f"example-{number}", value=value) for number, value in enumerate(values, 1)])


def answered(answer: Any, description: str, *values: Any) -> ResponseSpec:  # noqa: ANN401 — a type, and any JSON of it
    """Describe one answer, with examples of it."""
    examples = [Example(id=f"example-{number}", value=value) for number, value in enumerate(values, 1)]
    return ResponseSpec(
        data_container=answer, generate_examples=False, description=description, examples=examples or None
    )


_SALE: dict[str, Any] = {
    "order_id": "till-1-000042",
    "store_id": "north",
    "terminal_id": "till-1",
    "operator_id": "ann",
    "placed_at": _PLACED_AT,
    "currency": "CNY",
    "total_minor": 2260,
    "lines": [{"sku": "tea", "quantity": "2", "amount_minor": 2260}],
    "tenders": [
        {"payment_id": "till-1-000042-p", "tender": "cash", "amount_minor": 2260, "handed_minor": 3000},
    ],
}
_CARD = {"payment_id": "till-1-000043-p", "tender": "card", "amount_minor": 2260}
_CARD_SALE = _SALE | {"order_id": "till-1-000043", "tenders": [_CARD]}

SALE_OFFERED = {"sale": _SALE}
#: What was presented stands for a card here: digits of a real one belong into no description.
CARD_SALE_OFFERED = {
    "sale": _CARD_SALE,
    "presented": {"till-1-000043-p": {"entry": "code", "number": "«what the customer shows»"}},
}
SALES_OFFERED = {"sales": [_SALE]}
SALE_ANSWERED = {
    "recorded": "created",
    "order_id": "till-1-000042",
    "state": "paid",
    "business_date": "2026-03-01",
    "tenders": [{"payment_id": "till-1-000042-p", "tender": "cash", "amount_minor": 2260, "state": "approved"}],
    "due_minor": 0,
    "prices_as_told": [],
}
SALE_KNOWN = SALE_ANSWERED | {"recorded": "exists"}
SALES_ANSWERED = {
    "answers": [
        {"order_id": "till-1-000042", "answer": SALE_KNOWN},
        {"order_id": "till-1-000044", "code": "unknown_item", "detail": "There is no item coffee here."},
    ]
}

OPERATOR = {"operator_id": "ann"}
GIVING_UP = {"operator_id": "ann", "reason": "the customer left"}
TENDER = {
    "operator_id": "ann",
    "tender": {"payment_id": "till-1-000042-q", "tender": "cash", "amount_minor": 1130, "handed_minor": 1130},
}
_PAYMENT_SEEN = {
    "payment_id": "till-1-000042-p",
    "kind": "sale",
    "tender": "cash",
    "amount_minor": 2260,
    "tendered_minor": 3000,
    "state": "approved",
    "standing": "held",
    "original_payment_id": None,
    "occurred_at": _PLACED_AT,
    "decided_at": _PLACED_AT,
    "refunded_minor": 0,
    "refund_reserved_minor": 0,
    "instrument_tail": None,
    "response_code": None,
    "resolve_at": None,
}
ORDER_SEEN = {
    "order_id": "till-1-000042",
    "store_id": "north",
    "terminal_id": "till-1",
    "operator_id": "ann",
    "placed_at": _PLACED_AT,
    "closed_at": _PLACED_AT,
    "parked_at": None,
    "business_date": "2026-03-01",
    "state": "paid",
    "total_minor": 2260,
    "currency": "CNY",
    "training": False,
    "repeat_of": None,
    "lines": [
        {
            "line_no": 1,
            "sku": "tea",
            "name": "Green tea",
            "quantity": "2",
            "amount_minor": 2260,
            "line_kind": "goods",
            "voided_at": None,
            "refunded_quantity": "0",
            "refund_reserved_quantity": "0",
            "unit_price_minor": 1130,
            "sold_by": "piece",
            "tax": {
                "tax_code": "goods",
                "amount_minor": 260,
                "rate": "0.130000",
                "name_en": "VAT",
                "name_zh": "增值税",
            },
        }
    ],
    "payments": [_PAYMENT_SEEN],
}

UNDO = {
    "payment_id": "till-1-000042-r",
    "operator_id": "ann",
    "reason": "one tin dented",
    "consent": {"staff_id": "eve", "pin": "2580"},
    "amount_minor": 1130,
    "lines": [{"line_no": 1, "quantity": "1"}],
}
PAYMENT = {
    "payment": {
        "merchant_id": "corner",
        "payment_id": "till-1-000042-r",
        "kind": "refund",
        "tender": "cash",
        "amount_minor": 1130,
        "currency": "CNY",
        "state": "approved",
        "occurred_at": "2026-03-01T10:02:00Z",
        "order_id": "till-1-000042",
        "store_id": "north",
        "terminal_id": "till-1",
        "operator_id": "ann",
        "authoriser_id": "eve",
        "original_payment_id": "till-1-000042-p",
        "decided_at": "2026-03-01T10:02:00Z",
        "business_date": "2026-03-01",
        "reason": "one tin dented",
    },
    "because": None,
    "decline": None,
}

CLOSING = {"operator_id": "eve", "pin": "2580"}
CLOSED = {
    "store_id": "north",
    "business_date": "2026-03-01",
    "closed_at": "2026-03-01T14:05:11Z",
    "totals": [
        {"tender": "cash", "kind": "refund", "count": 1, "amount_minor": 1130},
        {"tender": "cash", "kind": "sale", "count": 41, "amount_minor": 128430},
    ],
    "carried_over": [],
    "batches": [{"terminal_id": "till-1", "acquirer": "bank", "outcome": "equal"}],
    "is_new": True,
}

BILL_TAKEN = {
    "file": "march-01.csv",
    "digest": _DIGEST,
    "reader": "wechat-trade-bill",
    "acquirer": "wechat",
    "first_day": "2026-03-01",
    "last_day": "2026-03-01",
    "rows_n": 3,
    "new_n": 2,
    "same_n": 0,
    "corrected_n": 0,
    "aside_n": 1,
    "totals": [{"name": "rows", "label": "总交易单数", "stated": "3", "found": "3", "agrees": True}],
    "aside": [
        {
            "file": "march-01.csv",
            "line": 4,
            "column": "state",
            "reason": "unknown_enum_value",
            "reason_en": "not one of the words that the column allows",
            "reason_zh": "不在该列允许的取值之内",
            "found": "WHATEVER",
        }
    ],
    "decided_n": 1,
    "was_known": False,
    "taken_at": "2026-03-02T02:00:00Z",
}

_FINDING = {
    "finding_id": "V7AB2C3D4E5F6G7H2J3K4L5M6N",
    "exception": "duplicate_order",
    "diagnosis": "double_charge",
    "severity": "critical",
    "subject": "order:till-1-000051",
    "other_subject": "order:till-1-000050",
    "store_id": "north",
    "terminal_id": "till-1",
    "operator_id": "ann",
    "occurred_at": "2026-03-01T11:40:09Z",
    "amount_at_risk_minor": 1130,
    "currency": "CNY",
    "score": None,
    "explanation_en": "The customer paid 11.30 CNY twice: order till-1-000050, and again order till-1-000051.",
    "explanation_zh": "顾客付了两次 11.30 CNY：先是订单 till-1-000050，后又是订单 till-1-000051。",
    "next_step": "refund_the_double_once",
    "evidence": [{"table": "orders", "id": "till-1-000051", "file": None, "line": None}],
    "found_by": "rule",
    "first_seen_at": "2026-03-01T11:41:00Z",
    "last_seen_at": "2026-03-01T11:41:00Z",
    "gone_at": None,
}
FINDING = _FINDING
FINDINGS = {"findings": [_FINDING], "next": None}

HEALTH: dict[str, object] = {
    "status": "ready",
    "version": "1.0.0",
    "at": "2026-03-01T09:12:40Z",
    "worker_beat_at": "2026-03-01T09:12:39Z",
    "payment_due_since": None,
    "backed_up_at": "2026-03-01T03:00:00Z",
    "books_watched_at": "2026-03-01T09:12:05Z",
    "amiss": [],
}

_SLIP = {
    "slip_id": "till-1-000042",
    "order_id": "till-1-000042",
    "payment_id": None,
    "kind": "sale",
    "state": "printed",
    "fault": None,
    "amount_minor": 2260,
    "currency": "CNY",
    "occurred_at": _PLACED_AT,
    "terminal_id": "till-1",
}
SLIPS_TOLD = {
    "told": [
        {"slip_id": "till-1-000042", "event": "printed", "told_at": "2026-03-01T09:12:34Z"},
        {"slip_id": "till-1-000043", "event": "failed", "told_at": "2026-03-01T09:14:02Z", "fault": "paper_out"},
    ]
}
SLIPS_TOLD_ANSWERED = {
    "answers": [
        {"slip_id": "till-1-000042", "slip": _SLIP},
        {"slip_id": "till-1-000043", "code": "no_such_slip", "detail": "There is no slip till-1-000043."},
    ]
}
SLIPS = [_SLIP]
