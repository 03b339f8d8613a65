"""Lay the ground: from the books to the tables that the rules read, in the order in which they need each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import ibis
import ibis.expr.types as ir

from counterfoil.detectors.ground.books import Books, with_payments
from counterfoil.detectors.ground.calendar import Calendar
from counterfoil.detectors.ground.coverage import covered_days, payment_days, uncovered_days
from counterfoil.detectors.ground.lookalikes import Lookalikes
from counterfoil.detectors.ground.matched import match, spoken_of, with_recalled
from counterfoil.detectors.ground.quiet import books_in_question, orders_in_question
from counterfoil.detectors.ground.takings import (
    as_sales,
    given_back,
    judged_payments,
    odd_payments,
    order_accounts,
)
from counterfoil.detectors.ground.training import without_training
from counterfoil.detectors.ground.workbench import Workbench


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The tables under the rules. Practice sales are in none of them."""

    bench: Workbench
    #: The five books as far as they are in question: quiet sales have left them. Payments may be stand-ins.
    books: Books
    #: The same with the quiet sales, for the few questions that ask about all sales.
    whole: Books
    calendar: Calendar
    #: (exception, diagnosis, branch or None) -> whether the books carry what it reads.
    judge_examined: Callable[[Books, str, str, str | None], bool]
    #: Orders that look like another one.
    alike: Lookalikes
    #: One row per event of the acquirers' book.
    events: ir.Table
    #: Which record belongs to which payment.
    claims: ir.Table
    #: Records that nobody claims.
    leftovers: ir.Table
    #: What undo and refund records name: (record_id, original_record_id?, original_payment_id?).
    originals: ir.Table
    #: Sale payments that are not plain, with claim and `taken_minor`; of the plain ones their amount was taken.
    odd_sales: ir.Table
    #: Undo and refund payments with their original, claim and `given_minor`.
    backs: ir.Table
    #: How many payments of an acquirer there are on each local day, with the first and the last moment.
    payment_days: ir.Table
    #: Days of an acquirer with payments of ours but without its bill.
    uncovered: ir.Table
    #: Days of an acquirer whose bill is there.
    covered: ir.Table

    #: What was computed once for several rules, by name.
    memory: dict[str, ir.Table] = field(default_factory=dict)

    def sales_of(self, names: ir.Table, on: str) -> ir.Table:
        """Return the sale payments named by `on` (`payment_id` or `order_id`), with claim and `taken_minor`."""
        payments = self.books["payments"]
        named = payments.filter(payments.kind == "sale").semi_join(names, ["merchant_id", on])
        return as_sales(judged_payments(named, self.claims, self.covered, self.calendar))

    def accounts_of(self, orders: ir.Table) -> ir.Table:
        """Return the money of some orders: see `order_accounts`.

        Few orders are ever in question, so rules first narrow by what costs little and then ask here.
        """
        named = self.books["orders"].semi_join(orders, ["merchant_id", "order_id"])
        payments = self.books["payments"]
        paid = payments.filter(payments.kind == "sale").semi_join(orders, ["merchant_id", "order_id"])
        plain = paid.anti_join(self.odd_sales, ["merchant_id", "payment_id"])
        columns = ("merchant_id", "order_id", "currency", "state", "occurred_at", "decided_at")
        taken = ibis.union(
            plain.select(*columns, taken_minor="amount_minor"),
            self.odd_sales.semi_join(orders, ["merchant_id", "order_id"]).select(*columns, "taken_minor"),
        )
        return order_accounts(named, taken, self.backs)

    def once(self, name: str, make: Callable[[], ir.Table]) -> ir.Table:
        """Return a table that several rules want; it is made and kept when the first one asks."""
        if name not in self.memory:
            self.memory[name] = self.bench.keep(name, make())
        return self.memory[name]

    def examined(self, exception: str, diagnosis: str, branch: str | None = None) -> bool:
        """Say whether the books carry what a diagnosis, or one branch of it, reads."""
        return self.judge_examined(self.books, exception, diagnosis, branch)


def lay_ground(
    bench: Workbench,
    books: Books,
    calendar: Calendar,
    judge_examined: Callable[[Books, str, str, str | None], bool],
    *,
    narrow: bool,
) -> Ground:
    """Compute what the rules share; `judge_examined` says which diagnoses some books allow.

    With `narrow`, quiet sales leave the books before the rules look at them; the findings are the same either way.
    """
    given = without_training(bench, with_payments(books))
    matched = match(bench, given, calendar, narrow=narrow)
    real = given.with_table("payments", given["payments"].filter(~ibis._.in_training).drop("in_training"))
    odd = bench.keep("odd_payments", odd_payments(real["payments"], matched.asking, matched.pairs, matched.missing))
    alike = Lookalikes(bench, real, calendar.policy)
    shown = real
    if matched.plain is not None:
        orders = orders_in_question(bench, real, odd, spoken_of(bench, matched, real), alike.orders())
        shown = books_in_question(bench, real, orders)
        matched = with_recalled(bench, matched, shown["payments"], calendar)
    covered = bench.keep("covered_days", covered_days(given["acquirer_records"], calendar))
    billed = bench.keep("payment_days", payment_days(real["payments"], calendar))
    return Ground(
        bench=bench,
        books=shown.with_table("acquirer_records", matched.records),
        whole=real,
        calendar=calendar,
        judge_examined=judge_examined,
        alike=alike,
        events=matched.events,
        claims=matched.pairs,
        leftovers=matched.leftovers,
        originals=matched.originals,
        odd_sales=bench.keep("odd_sales", as_sales(judged_payments(odd, matched.pairs, covered, calendar))),
        backs=_backs(bench, shown, matched.pairs, covered, calendar),
        payment_days=billed,
        uncovered=uncovered_days(billed, covered),
        covered=covered,
    )


def _backs(bench: Workbench, books: Books, claims: ir.Table, covered: ir.Table, calendar: Calendar) -> ir.Table:
    """Judge the payments that are no sales, and the sales that these name."""
    payments = books["payments"]
    backs = bench.keep(
        "back_payments", judged_payments(payments.filter(payments.kind != "sale"), claims, covered, calendar)
    )
    named = backs.select("merchant_id", payment_id="original_payment_id")
    originals = payments.filter(payments.kind == "sale").semi_join(named, ["merchant_id", "payment_id"])
    sales = bench.keep("original_sales", as_sales(judged_payments(originals, claims, covered, calendar)))
    return given_back(bench, backs, sales, books["returns"])
