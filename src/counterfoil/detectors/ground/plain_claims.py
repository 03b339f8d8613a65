"""Claims that nobody disputes, taken out before anything is folded or matched (steps 7 and 8 of the law).

Nearly every charge of an acquirer names the payment that it belongs to, says the same amount, and stands alone. Such
a pair is what folding and claiming would come to as well, so neither has to see it: they work on the *rest*, the
records and payments of which anything at all is odd. When in doubt, a pair belongs to the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from counterfoil.detectors.ground.calendar import within
from counterfoil.detectors.ground.fold import NO_EVENTS
from counterfoil.detectors.ground.workbench import Workbench
from counterfoil.policy import Policy

_PAIR = ["merchant_id", "acquirer", "currency", "amount_minor", "our_reference"]
_NAME = ["merchant_id", "our_reference"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainClaims:
    """Charges in agreement, and what is left when they have gone."""

    #: Records that folding and claiming have to see.
    rest_records: ir.Table
    #: Payments with an acquirer that claiming has to see.
    rest_payments: ir.Table
    #: Charges that name a payment; those of the plain claims are all here.
    agreeing: ir.Table

    def records_of(self, bench: Workbench, payments: ir.Table) -> ir.Table:
        """Keep the records of the plain claims of some payments; payments of the rest have none."""
        plain = _approved(_asking(payments)).anti_join(self.rest_payments, ["merchant_id", "payment_id"])
        names = bench.keep("plain_in_question", plain.select("merchant_id", our_reference="payment_id"))
        return bench.pick("recalled_records", self.agreeing, names, _NAME)

    def like(self, records: ir.Table, on: list[str]) -> ir.Table:
        """Return (merchant_id, payment_id) of the payments with a charge that is like one of some records."""
        return self.agreeing.semi_join(records, on).select("merchant_id", payment_id="our_reference")


def plain_claims(bench: Workbench, payments: ir.Table, records: ir.Table, policy: Policy) -> PlainClaims:
    """Split records and payments into plain claims and the rest.

    A payment claims plainly when it is an approved sale, every charge that names it by `payment_id` succeeded with
    its amount, acquirer and currency, there is one of the bill and at most one of every other source beside it, with
    the same number at the same time, and no record of another kind and none without a reference of ours shares a
    name or number with any of them.
    """
    events = records.filter(~records.kind.isin(list(NO_EVENTS))).mutate(source=records.source.fill_null("bill"))
    charges = events.filter((events.kind == "sale") & events.our_reference.notnull())
    agreeing = charges.filter(charges.state == "succeeded")
    others = bench.keep(
        "records_without_our_name", events.filter((events.kind != "sale") | events.our_reference.isnull())
    )
    asking = _asking(payments)
    approved = _approved(asking)
    # Charges that name no such payment, and payments that no such charge names.
    lonely = bench.unlike(
        "charges_unlike_payments", agreeing.select(*_PAIR), approved.rename(our_reference="payment_id").select(*_PAIR)
    )
    doubted = bench.keep(
        "doubted_references",
        ibis.union(lonely.select(*_NAME), *_doubted(bench, charges, agreeing, others, policy)),
    )
    named = bench.pick("charges_in_doubt", charges, doubted, _NAME)
    paid = bench.pick(
        "payments_in_doubt", approved, doubted.rename(payment_id="our_reference"), ["merchant_id", "payment_id"]
    )
    unapproved = asking.filter((asking.kind != "sale") | (asking.state != "approved"))
    return PlainClaims(
        rest_records=ibis.union(others, named),
        rest_payments=ibis.union(bench.keep("unapproved_payments", unapproved), paid),
        agreeing=agreeing,
    )


def _asking(payments: ir.Table) -> ir.Table:
    return payments.filter(payments.acquirer.notnull())


def _approved(payments: ir.Table) -> ir.Table:
    return payments.filter((payments.kind == "sale") & (payments.state == "approved"))


def _doubted(
    bench: Workbench, charges: ir.Table, agreeing: ir.Table, others: ir.Table, policy: Policy
) -> Iterator[ir.Table]:
    """Yield the references (merchant_id, our_reference) of which more is to be said than that they agree."""
    yield charges.filter(charges.state != "succeeded").select(*_NAME)
    yield bench.crowded("references_in_a_source", agreeing.select(*_NAME, "source"), [*_NAME, "source"]).select(*_NAME)
    strays = others.filter(others.kind != "sale")
    names = ibis.union(
        *(
            strays.filter(strays[name].notnull()).select("merchant_id", name=name)
            for name in ("our_reference", "original_reference")
        )
    )
    numbered = others.filter(others.acquirer_reference.notnull()).select("merchant_id", name="acquirer_reference")
    numbers = bench.keep("doubted_numbers", ibis.union(numbered, names, distinct=True))
    yield names.select("merchant_id", our_reference="name")
    yield agreeing.semi_join(numbers, ["merchant_id", ("acquirer_reference", "name")]).select(*_NAME)
    sent, bills = agreeing.filter(agreeing.source != "bill"), agreeing.filter(agreeing.source == "bill")
    billed = bills.select(*_PAIR, "acquirer_reference", billed_at="occurred_at")
    beside_bill = sent.left_join(billed, [*_PAIR, "acquirer_reference"]).select(*_NAME, "occurred_at", "billed_at")
    # Half the window each, so that any two of them lie within the window of each other.
    near = within(beside_bill.occurred_at, beside_bill.billed_at, policy.ref_match_window / 2)
    yield beside_bill.filter(~near.fill_null(False)).select(*_NAME)
