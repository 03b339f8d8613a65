"""SQL of slips that orders of a case owe: those it is about, and those that its steps made or gave money back of.

What counts as owed is what the slips book says, as at a till: a slip that is due, or did not come out. The slip of a
sale is offered where somebody is asked for it; of a double, whose money is to go back, nobody wants one. It never
writes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from counterfoil.books.entered import COUNTER
from counterfoil.books.orders.tables import ORDERS
from counterfoil.books.payments.tables import PAYMENTS
from counterfoil.books.slips.states import ENDS
from counterfoil.books.slips.tables import SLIPS
from counterfoil.desk.cases import store as cases
from counterfoil.desk.cases.model import CaseId
from counterfoil.desk.cases.states import Event
from counterfoil.desk.cases.tables import CASE_EVENTS, CASE_FINDINGS
from counterfoil.desk.steps.model import Step
from counterfoil.desk.steps.offers import Owed
from counterfoil.desk.tables import FINDINGS
from counterfoil.ids import MerchantId, OrderId

#: Next steps of playbooks that end with a slip in the customer's hand.
PRINTING = frozenset({"repair_and_reprint", "send_the_return_slip", "send_the_slip"})
#: Steps after which the slip of the sale itself is owed: the order is there, or paid, because of them.
_MAKE_SALES = frozenset({Step.ASK_AGAIN, Step.REBUILD_ORDER})
_SALE = "sale"
#: Rows of one case that are looked at.
ROWS_MAX = 200


@dataclass(slots=True)
class _Orders:
    """Orders that a case reaches."""

    #: All of them.
    every: set[str] = field(default_factory=set)
    #: Those whose sale is to have its slip, too.
    sold: set[str] = field(default_factory=set)

    def add(self, names: Collection[str], *, is_sold: bool) -> None:
        """Add some."""
        self.every |= set(names)
        self.sold |= set(names) if is_sold else set()


def slips_owed(connection: sa.Connection, merchant_id: MerchantId, case_ids: Sequence[CaseId]) -> list[Owed]:
    """Return what the orders of some cases owe, by the order; slips that somebody else's history brought aside."""
    orders = _reached(connection, merchant_id, case_ids)
    if not orders.every:
        return []
    query = (
        sa.select(SLIPS.c.order_id, SLIPS.c.kind, SLIPS.c.amount_minor, SLIPS.c.currency, ORDERS.c.store_id)
        .join(ORDERS, sa.and_(ORDERS.c.merchant_id == SLIPS.c.merchant_id, ORDERS.c.order_id == SLIPS.c.order_id))
        .where(
            SLIPS.c.merchant_id == merchant_id,
            SLIPS.c.order_id.in_(sorted(orders.every)),
            SLIPS.c.state.not_in(sorted(ENDS)),
            SLIPS.c.entered_by == COUNTER,
            SLIPS.c.amount_minor.is_not(None),
        )
        .order_by(SLIPS.c.order_id, SLIPS.c.occurred_at, SLIPS.c.slip_id)
        .limit(ROWS_MAX)
    )
    by_order: dict[str, list[sa.RowMapping]] = {}
    for row in connection.execute(query).mappings():
        by_order.setdefault(row["order_id"], []).append(row)
    return [
        Owed(
            order_id=OrderId(order_id),
            store_id=rows[-1]["store_id"],
            amount_minor=rows[-1]["amount_minor"],
            currency=rows[-1]["currency"],
            is_back=is_back,
        )
        for order_id, rows in by_order.items()
        if (is_back := any(row["kind"] != _SALE for row in rows)) or order_id in orders.sold
    ]


def reaches(connection: sa.Connection, merchant_id: MerchantId, case_id: CaseId, order_id: str) -> bool:
    """Say whether an order is one of a case: whose slip is looked at from there."""
    return order_id in _reached(connection, merchant_id, cases.together(connection, merchant_id, case_id)).every


def _reached(connection: sa.Connection, merchant_id: MerchantId, case_ids: Sequence[CaseId]) -> _Orders:
    orders = _Orders()
    payments: dict[str, bool] = {}
    for name, is_sold in _of_findings(connection, merchant_id, case_ids):
        noun, _, row_id = name.partition(":")
        if noun == "order":
            orders.add([row_id], is_sold=is_sold)
        elif noun == "payment":
            payments[row_id] = payments.get(row_id, False) or is_sold
    for body in _begun(connection, merchant_id, case_ids):
        is_sold = Step(str(body["step"])) in _MAKE_SALES
        made = str(body.get("payment_id", ""))
        payments[made] = payments.get(made, False) or is_sold
        if "order_id" in body:
            orders.add([str(body["order_id"])], is_sold=is_sold)
    query = sa.select(PAYMENTS.c.payment_id, PAYMENTS.c.order_id).where(
        PAYMENTS.c.merchant_id == merchant_id,
        PAYMENTS.c.payment_id.in_(sorted(payments)),
        PAYMENTS.c.order_id.is_not(None),
    )
    for payment_id, order_id in connection.execute(query):
        orders.add([order_id], is_sold=payments[payment_id])
    return orders


def _of_findings(
    connection: sa.Connection, merchant_id: MerchantId, case_ids: Sequence[CaseId]
) -> Iterator[tuple[str, bool]]:
    """Yield what the findings of some cases are about, and whether they ask for a slip; what is gone asks for none."""
    query = (
        sa.select(FINDINGS.c.subject, FINDINGS.c.next_step, FINDINGS.c.gone_at)
        .join(
            CASE_FINDINGS,
            sa.and_(
                CASE_FINDINGS.c.merchant_id == FINDINGS.c.merchant_id,
                CASE_FINDINGS.c.finding_id == FINDINGS.c.finding_id,
            ),
        )
        .where(CASE_FINDINGS.c.merchant_id == merchant_id, CASE_FINDINGS.c.case_id.in_(case_ids))
        .limit(ROWS_MAX)
    )
    for subject, next_step, gone_at in connection.execute(query):
        yield subject, gone_at is None and next_step in PRINTING


def _begun(
    connection: sa.Connection, merchant_id: MerchantId, case_ids: Sequence[CaseId]
) -> Iterator[dict[str, object]]:
    """Yield what the steps of some cases were about; a rebuilt order is called by the press that made it."""
    query = (
        sa.select(CASE_EVENTS.c.body, CASE_EVENTS.c.action_id)
        .where(
            CASE_EVENTS.c.merchant_id == merchant_id,
            CASE_EVENTS.c.case_id.in_(case_ids),
            CASE_EVENTS.c.kind == Event.BEGUN.value,
        )
        .limit(ROWS_MAX)
    )
    for body, action_id in connection.execute(query):
        is_rebuilt = body["step"] in {Step.REBUILD_ORDER.value, Step.RETURN_CHARGE.value}
        yield {**body, "order_id": action_id} if is_rebuilt else dict(body)
