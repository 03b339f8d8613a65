"""The truth: which finding each planted fault must give, in the subjects that the law of diagnoses names."""

from __future__ import annotations

from counterfoil.world.chance import Ints
from counterfoil.world.sheet import NULL, Rows, sheet

#: What a subject is, by its number; the word is the prefix of the finding's subject.
SUBJECTS = ("order", "payment", "acquirer_record", "return", "slip", "notice")
ORDER, PAYMENT, RECORD, RETURN, SLIP, NOTICE = range(6)


def guilty(rows: Rows, slot: Ints, what: int, subject: Ints, *, twin_as: int = NULL, twin: Ints | int = NULL) -> Rows:
    """Write down the one finding of each slot; `twin` is the other subject, which only doubles have."""
    truth = sheet("truth", slot, subject_as=what, subject=subject, other_as=twin_as, other=twin)
    return rows.plus(Rows.of(truth=truth))


def guilty_orders(rows: Rows) -> Rows:
    """Write down each order as the subject of its finding."""
    return guilty(rows, rows.orders["slot"], ORDER, rows.orders["oid"])


def guilty_returns(rows: Rows, back: Rows) -> Rows:
    """Add what came back, and write down each return as the subject of its finding."""
    return guilty(rows.plus(back), back.returns["slot"], RETURN, back.returns["rid"])
