"""Which sale a record means when it names an original (the last sentence of convention 8).

An original is looked up among `our_reference`, then `acquirer_reference` of sale records, then among our own
payments by `payment_id` and `request_id`. Where several records answer, a leftover one is meant first.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from counterfoil.detectors.ground.workbench import Workbench

_FOUND = ("merchant_id", "record_id", "original_record_id", "original_payment_id")


def resolve_originals(
    bench: Workbench, naming: ir.Table, events: ir.Table, claims: ir.Table, payments: ir.Table
) -> ir.Table:
    """Return (merchant_id, record_id, original_record_id?, original_payment_id?), one row per resolved record.

    `naming` are the records whose `original_reference` is to be looked up; `events` all folded records;
    `claims` what is claimed so far; `payments` our book. A record whose original is found nowhere has no row;
    practice sales, and the records that they claim, answer for nothing.
    """
    asked = bench.keep(
        "asked_originals",
        naming.filter(naming.original_reference.notnull()).select(
            "merchant_id", "acquirer", "record_id", "original_reference"
        ),
    )
    sales = events.filter(events.kind == "sale")
    owners = claims.select("merchant_id", "in_training", original_record_id="record_id", owner_id="payment_id")
    found: list[ir.Table] = []
    for column in ("our_reference", "acquirer_reference"):
        answers = bench.keep(f"originals_by_{column}", _among_records(asked, sales, owners, column))
        found.append(answers)
        asked = bench.keep("asked_originals", asked.anti_join(answers, ["merchant_id", "record_id"]))
    for column in ("payment_id", "request_id"):
        answers = bench.keep(f"originals_by_{column}", _among_payments(asked, payments, column))
        found.append(answers)
        asked = bench.keep("asked_originals", asked.anti_join(answers, ["merchant_id", "record_id"]))
    return bench.keep("originals", ibis.union(*found))


def _among_records(asked: ir.Table, sales: ir.Table, owners: ir.Table, column: str) -> ir.Table:
    answering = sales.filter(sales[column].notnull()).select(
        "merchant_id", "acquirer", original_reference=column, original_record_id="record_id", answered_at="occurred_at"
    )
    answers = asked.inner_join(answering, ["merchant_id", "acquirer", "original_reference"])
    owned = answers.left_join(owners, ["merchant_id", "original_record_id"])
    real = owned.filter(~owned.in_training.fill_null(False))
    ranked = real.mutate(claimed=real.owner_id.notnull().ifelse(1, 0))
    ranked = ranked.mutate(
        place=ibis.row_number().over(
            group_by=["merchant_id", "record_id"], order_by=["claimed", "answered_at", "original_record_id"]
        )
    )
    return ranked.filter(ranked.place == 0).select(*_FOUND[:3], original_payment_id="owner_id")


def _among_payments(asked: ir.Table, payments: ir.Table, column: str) -> ir.Table:
    ours = payments.filter((payments.kind == "sale") & payments[column].notnull() & ~payments.in_training)
    answering = ours.select(
        "merchant_id", original_reference=column, original_payment_id=ours.payment_id, answered_at=ours.occurred_at
    )
    answers = asked.inner_join(answering, ["merchant_id", "original_reference"])
    ranked = answers.mutate(
        place=ibis.row_number().over(
            group_by=["merchant_id", "record_id"], order_by=["answered_at", "original_payment_id"]
        )
    )
    return ranked.filter(ranked.place == 0).select(
        "merchant_id", "record_id", original_record_id=ibis.null("string"), original_payment_id="original_payment_id"
    )
