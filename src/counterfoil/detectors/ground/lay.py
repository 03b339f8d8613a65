"""Lay the ground: from the books to the tables that the rules read, in the order in which they need each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import ibis.expr.types as ir

from counterfoil.detectors.ground.books import Books, with_payments
from counterfoil.detectors.ground.calendar import Calendar
from counterfoil.detectors.ground.claim import claim
from counterfoil.detectors.ground.coverage import covered_days, uncovered_days
from counterfoil.detectors.ground.fold import fold
from counterfoil.detectors.ground.originals import resolve_originals
from counterfoil.detectors.ground.takings import given_back, judged_payments, order_accounts, sale_payments
from counterfoil.detectors.ground.training import has_training, without_training
from counterfoil.detectors.ground.workbench import Workbench


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The tables under the rules. Practice sales are in none of them."""

    bench: Workbench
    #: The five books; payments may be stand-ins.
    books: Books
    calendar: Calendar
    #: (exception, diagnosis, branch or None) -> whether the books carry what it reads.
    judge_examined: Callable[[Books, str, str, str | None], bool]
    #: One row per event of the acquirers' book.
    events: ir.Table
    #: Which record belongs to which payment.
    claims: ir.Table
    #: Records that nobody claims.
    leftovers: ir.Table
    #: What undo and refund records name: (record_id, original_record_id?, original_payment_id?).
    originals: ir.Table
    #: Sale payments with claim and `taken_minor`.
    sales: ir.Table
    #: Undo and refund payments with their original, claim and `given_minor`.
    backs: ir.Table
    #: Orders with their money.
    accounts: ir.Table
    #: Days of an acquirer with payments of ours but without its bill.
    uncovered: ir.Table
    #: Days of an acquirer whose bill is there.
    covered: ir.Table

    #: What was computed once for several rules, by name.
    memory: dict[str, ir.Table] = field(default_factory=dict)

    def once(self, name: str, make: Callable[[], ir.Table]) -> ir.Table:
        """Return a table that several rules want; it is made and kept when the first one asks."""
        if name not in self.memory:
            self.memory[name] = self.bench.keep(name, make())
        return self.memory[name]

    def examined(self, exception: str, diagnosis: str, branch: str | None = None) -> bool:
        """Say whether the books carry what a diagnosis, or one branch of it, reads."""
        return self.judge_examined(self.books, exception, diagnosis, branch)


def lay_ground(
    bench: Workbench, books: Books, calendar: Calendar, judge_examined: Callable[[Books, str, str, str | None], bool]
) -> Ground:
    """Compute what the rules share; `judge_examined` says which diagnoses some books allow."""
    whole = with_payments(books)
    given = without_training(bench, whole)
    policy = calendar.policy
    events = fold(bench, given["acquirer_records"], policy)
    payments = given["payments"]
    claims = claim(bench, payments, events, calendar)
    leftovers = bench.keep("leftovers", events.anti_join(claims, ["merchant_id", "record_id"]))
    backward = events.filter(events.kind != "sale")
    originals = resolve_originals(bench, backward, events, claims, payments)
    if has_training(bench, whole):
        practised = claims.filter(claims.in_training)
        events = bench.keep("real_events", events.anti_join(practised, ["merchant_id", "record_id"]))
    covered = bench.keep("covered_days", covered_days(given["acquirer_records"], calendar))
    ledger = bench.keep("ledger", judged_payments(bench, payments, claims, covered, calendar))
    sales = sale_payments(ledger)
    backs = given_back(bench, ledger, sales, given["returns"])
    real = payments.filter(~payments.in_training).drop("in_training")
    return Ground(
        bench=bench,
        books=given.with_table("payments", real),
        calendar=calendar,
        judge_examined=judge_examined,
        events=events,
        claims=claims.filter(~claims.in_training),
        leftovers=leftovers,
        originals=originals,
        sales=sales,
        backs=backs,
        accounts=order_accounts(bench, given["orders"], sales, backs),
        uncovered=uncovered_days(real, covered, calendar),
        covered=covered,
    )


