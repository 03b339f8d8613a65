"""Which record of the acquirer belongs to which payment of ours: exclusive, in steps (convention 8).

(i) our own id echoed back, (ii) retrieval reference or approval code, (iii) trace number with terminal and day,
(iv) amount and time, where nothing known contradicts; last, an undo may claim a refund that names the same
original. What is claimed leaves; what nobody claims is a leftover, and the leftovers are the findings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from counterfoil.detectors.ground.calendar import Calendar, apart, near_buckets, within
from counterfoil.detectors.ground.originals import resolve_originals
from counterfoil.detectors.ground.pairing import one_to_one
from counterfoil.detectors.ground.workbench import Workbench

_SAME = ("merchant_id", "acquirer", "currency", "side")

_CLAIM = (
    "merchant_id",
    "payment_id",
    "record_id",
    "record_state",
    "record_minor",
    "record_kind",
    "record_at",
    "amount_minor",
    "side",
    "in_training",
)

_BEST_FIRST = ("record_rank", "gap", "record_at", "record_id", "payment_id")


def side_of(kind: ir.StringValue) -> ir.StringValue:
    """Return the class within which claims are made: `sale`, `undo` (void or reversal) or `refund`."""
    return ibis.cases((kind == "sale", "sale"), (kind == "refund", "refund"), else_="undo")


@dataclass(slots=True)
class _Table:
    """The two piles on the table: what is still unclaimed on either side.

    What leaves is written down by its ids alone; the piles themselves are never copied.
    """

    all_payments: ir.Table
    all_records: ir.Table
    #: (merchant_id, payment_id, record_id) of what has left; None: nothing yet.
    gone: ir.Table | None = None

    @property
    def payments(self) -> ir.Table:
        """The payments that are left."""
        return self._left(self.all_payments, "payment_id")

    @property
    def records(self) -> ir.Table:
        """The records that are left."""
        return self._left(self.all_records, "record_id")

    def _left(self, pile: ir.Table, name: str) -> ir.Table:
        return pile if self.gone is None else pile.anti_join(self.gone, ["merchant_id", name])

    def set_down(self, bench: Workbench) -> None:
        """Copy what is left, where the piles have become small."""
        self.all_payments = bench.keep("payments_left", self.payments)
        self.all_records = bench.keep("records_left", self.records)
        self.gone = None

    def take(self, bench: Workbench, taken: ir.Table) -> None:
        """Take the pairs off the table."""
        ids = taken.select("merchant_id", "payment_id", "record_id")
        self.gone = bench.keep("claimed", ids if self.gone is None else ibis.union(self.gone, ids))


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """Who belongs to whom, and who is left on either side."""

    #: `_CLAIM` plus `step`: `reference`, `code`, `trace`, `nearness` or `original`.
    pairs: ir.Table
    #: Payments with an acquirer that claim no record.
    payments: ir.Table
    #: Records that no payment claims.
    records: ir.Table


def claim(bench: Workbench, asking: ir.Table, payments: ir.Table, events: ir.Table, calendar: Calendar) -> Claims:
    """Give each record of the acquirer to one payment of ours at most, step by step.

    `payments` is our book with `in_training`, and `asking` those of it that may claim: they have an acquirer.
    `events` is the folded book of the acquirer.
    """
    ours = payments.mutate(side=side_of(payments.kind))
    theirs = events.mutate(side=side_of(events.kind))
    rest = _Table(all_payments=asking.mutate(side=side_of(asking.kind)), all_records=theirs)
    claims: list[ir.Table] = []
    for step, name, candidates in _steps(bench, rest, ours, theirs, claims, calendar):
        taken = one_to_one(
            bench,
            f"claims_by_{name}",
            candidates,
            left=("merchant_id", "payment_id"),
            right=("merchant_id", "record_id"),
            order_by=_BEST_FIRST,
            # A payment id stands once in our book, so no record finds two payments by it.
            right_is_single=name == "payment_id",
        ).select(*_CLAIM, step=ibis.literal(step))
        if bench.is_empty(taken):
            continue
        claims.append(taken)
        rest.take(bench, taken)
    pairs = bench.keep("claims", ibis.union(*claims)) if len(claims) > 1 else _only(bench, claims, ours, theirs)
    return Claims(
        pairs=pairs,
        payments=bench.keep("unclaimed_payments", rest.payments),
        records=bench.keep("unclaimed_records", rest.records),
    )


def claim_by_payment_id(payments: ir.Table, events: ir.Table) -> ir.Table:
    """Return the claims of payments of which it is known that each finds one record by its id, and no other."""
    ours, theirs = payments.mutate(side=side_of(payments.kind)), events.mutate(side=side_of(events.kind))
    pairs = _by_reference(_Table(all_payments=ours, all_records=theirs), "payment_id")
    return pairs.select(*_CLAIM, step=ibis.literal("reference"))


def _only(bench: Workbench, claims: list[ir.Table], ours: ir.Table, theirs: ir.Table) -> ir.Table:
    if claims:
        return claims[0]
    nothing = _candidates(ours, theirs, ["merchant_id"], lambda _: ibis.literal(False))
    return bench.keep("claims", nothing.select(*_CLAIM, step=ibis.literal("none")))


def _steps(
    bench: Workbench,
    rest: _Table,
    ours: ir.Table,
    theirs: ir.Table,
    claims: list[ir.Table],
    calendar: Calendar,
) -> Iterator[tuple[str, str, ir.Table]]:
    """Yield (step, name, candidates) in the order of the law; each sees only what is still unclaimed."""
    yield "reference", "payment_id", _by_reference(rest, "payment_id")
    yield "reference", "request_id", _by_reference(rest, "request_id")
    yield "reference", "order_id", _by_sole_order(rest, ours)
    yield "code", "rrn", _by_code(rest, "rrn", calendar)
    yield "code", "approval_code", _by_code(rest, "approval_code", calendar)
    yield "trace", "stan", _by_trace(rest, calendar)
    # Few are left by now, and nearness looks at each of them several times.
    rest.set_down(bench)
    yield "nearness", "amount_and_time", _by_nearness(rest, calendar)
    yield "original", "original", _by_original(bench, rest, ours, theirs, claims)


def _candidates(
    payments: ir.Table, records: ir.Table, on: list[object], where: Callable[[ir.Table], ir.BooleanValue] | None = None
) -> ir.Table:
    """Join the piles on `on`, keep what meets `where`, and return candidate pairs with everything that ranks them.

    Columns of a payment keep their names, those of a record get `r_` in front.
    """
    theirs = records.rename({f"r_{name}": name for name in records.columns if name not in _SAME})
    pairs = payments.inner_join(theirs, on, rname="r_{name}")
    if where is not None:
        pairs = pairs.filter(where(pairs))
    return pairs.select(
        *(name for name in ("merchant_id", "payment_id", "amount_minor", "side", "in_training")),
        record_id=pairs.r_record_id,
        record_state=pairs.r_state,
        record_minor=pairs.r_amount_minor,
        record_kind=pairs.r_kind,
        record_at=pairs.r_occurred_at,
        record_rank=ibis.cases((pairs.r_state == "succeeded", 0), (pairs.r_state == "pending", 1), else_=2),
        gap=apart(pairs.r_occurred_at, pairs.occurred_at),
    )


def _by_reference(rest: _Table, column: str) -> ir.Table:
    named = rest.records.filter(rest.records.our_reference.notnull())
    return _candidates(rest.payments, named, [*_SAME, (column, "r_our_reference")])


def _by_sole_order(rest: _Table, ours: ir.Table) -> ir.Table:
    """Their row names our order, and the order has one payment that can be meant."""
    named = rest.records.filter(rest.records.our_reference.notnull())
    orders = named.select("merchant_id", order_id="our_reference").distinct()
    able = ours.filter(~ours.state.isin(["declined", "cancelled"])).semi_join(orders, ["merchant_id", "order_id"])
    sole = (
        able.group_by(["merchant_id", "order_id", "acquirer", "side"])
        .agg(payments_n=ibis._.count(), payment_id=ibis._.payment_id.min())
        .filter(ibis._.payments_n == 1)
    )
    meant = rest.payments.semi_join(sole, ["merchant_id", "payment_id"])
    return _candidates(meant, named, [*_SAME, ("order_id", "r_our_reference")])


def _by_code(rest: _Table, column: str, calendar: Calendar) -> ir.Table:
    """Equal retrieval reference; where either side has none, equal approval code."""
    payments = rest.payments.filter(rest.payments[column].notnull())
    records = rest.records.filter(rest.records[column].notnull())
    on: list[object] = [*_SAME, (column, f"r_{column}"), ("amount_minor", "r_amount_minor")]

    def agrees(pairs: ir.Table) -> ir.BooleanValue:
        near = within(pairs.occurred_at, pairs.r_occurred_at, calendar.policy.ref_match_window)
        return near & (pairs.rrn.isnull() | pairs.r_rrn.isnull()) if column == "approval_code" else near

    return _candidates(payments, records, on, agrees)


def _by_trace(rest: _Table, calendar: Calendar) -> ir.Table:
    """Equal trace number, terminal, local day and amount; a reversal shares its trace number, so the class counts."""
    payments = rest.payments.filter(rest.payments.stan.notnull() & rest.payments.terminal_id.notnull())
    records = rest.records.filter(rest.records.stan.notnull() & rest.records.terminal_id.notnull())
    return _candidates(
        payments.mutate(local_date=calendar.local_date(payments.occurred_at)),
        records.mutate(local_date=calendar.local_date(records.occurred_at)),
        [
            *_SAME,
            ("stan", "r_stan"),
            ("terminal_id", "r_terminal_id"),
            ("local_date", "r_local_date"),
            ("amount_minor", "r_amount_minor"),
        ],
    )


def _by_nearness(rest: _Table, calendar: Calendar) -> ir.Table:
    """Equal amount at nearly the same time, and no known terminal, tail or key contradicts."""
    window = calendar.policy.match_window
    payments, _ = near_buckets(rest.payments.filter(~rest.payments.in_training), "occurred_at", window)
    _, records = near_buckets(rest.records, "occurred_at", window)

    def agrees(pairs: ir.Table) -> ir.BooleanValue:
        near = within(pairs.occurred_at, pairs.r_occurred_at, window)
        for name in ("terminal_id", "instrument_tail", "instrument_key"):
            near &= (pairs[name] == pairs[f"r_{name}"]).fill_null(True)
        return near

    on: list[object] = [*_SAME, ("bucket", "r_bucket"), ("amount_minor", "r_amount_minor")]
    return _candidates(payments, records, on, agrees)


def _by_original(bench: Workbench, rest: _Table, ours: ir.Table, theirs: ir.Table, claims: list[ir.Table]) -> ir.Table:
    """An undo may claim a refund that names the same original and its full amount."""
    undos = rest.payments.filter(
        (rest.payments.side == "undo") & rest.payments.original_payment_id.notnull() & ~rest.payments.in_training
    )
    refunds = bench.keep(
        "unclaimed_refunds",
        rest.records.filter((rest.records.side == "refund") & rest.records.original_reference.notnull()),
    )
    if bench.is_empty(refunds) or not claims:
        return _candidates(
            undos, refunds.mutate(original_id=ibis.null("string")), ["merchant_id"], lambda _: ibis.literal(False)
        )
    originals = ours.filter(ours.side == "sale").select(
        "merchant_id", "currency", "acquirer", original_payment_id="payment_id", original_minor="amount_minor"
    )
    so_far = ibis.union(*claims) if len(claims) > 1 else claims[0]
    resolved = resolve_originals(bench, refunds, theirs, so_far, ours)
    named = refunds.inner_join(
        resolved.select("merchant_id", "record_id", original_payment_id="original_payment_id"),
        ["merchant_id", "record_id"],
    )
    whole = undos.inner_join(originals, ["merchant_id", "currency", "acquirer", "original_payment_id"])
    return _candidates(
        whole,
        named,
        [
            "merchant_id",
            "acquirer",
            "currency",
            ("original_payment_id", "r_original_payment_id"),
            ("original_minor", "r_amount_minor"),
        ],
    )
