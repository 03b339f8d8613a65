"""How the sales ended: totals by merchant and currency, and the flow from sales to their ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from counterfoil.audit.intake.shelf import Shelf
from counterfoil.audit.report.model import FlowEdge, Label, SalesTotal
from counterfoil.detectors.catalogue import catalogue

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_SALES = Label(key="sales", en="Sales", zh="全部销售")
_STATES = {
    "paid": Label(key="paid", en="Paid", zh="已付款"),
    "open": Label(key="open", en="Open", zh="未付款"),
    "voided": Label(key="voided", en="Voided", zh="已撤销"),
    "cancelled": Label(key="cancelled", en="Cancelled", zh="已取消"),
}
_CLEAN = Label(key="clean_end", en="Clean end", zh="正常结束")


def sales_totals(shelf: Shelf) -> Sequence[SalesTotal]:
    """Return what each merchant sold, and what was voided and refunded where the payments book tells."""
    if "orders" not in shelf.tables:
        return []
    orders = shelf.tables["orders"]
    rows = shelf.connection.execute(
        "SELECT merchant_id, currency, count(*) FILTER (state IN ('paid', 'open')) AS sales_n, "
        "coalesce(sum(total_minor) FILTER (state IN ('paid', 'open')), 0)::BIGINT AS sales_minor, "
        "count(*) FILTER (state IN ('voided', 'cancelled')) AS voided_n, "
        "coalesce(sum(total_minor) FILTER (state IN ('voided', 'cancelled')), 0)::BIGINT AS voided_minor "
        f"FROM {orders} WHERE training IS NOT TRUE GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    refunds = _refunds(shelf)
    return [
        SalesTotal(
            merchant_id=merchant,
            currency=currency,
            sales_n=sales_n,
            sales_minor=sales_minor,
            voided_n=voided_n,
            voided_minor=voided_minor,
            refunded_n=None if refunds is None else refunds.get((merchant, currency), (0, 0))[0],
            refunded_minor=None if refunds is None else refunds.get((merchant, currency), (0, 0))[1],
        )
        for merchant, currency, sales_n, sales_minor, voided_n, voided_minor in rows
    ]


def _refunds(shelf: Shelf) -> dict[tuple[str, str], tuple[int, int]] | None:
    if "payments" not in shelf.tables:
        return None
    rows = shelf.connection.execute(
        f"SELECT merchant_id, currency, count(*), sum(amount_minor)::BIGINT FROM {shelf.tables['payments']} "
        "WHERE kind = 'refund' AND state = 'approved' GROUP BY ALL"
    ).fetchall()
    return {(merchant, currency): (count, minor) for merchant, currency, count, minor in rows}


def sales_flow(shelf: Shelf, findings: pa.Table, core: pa.Table) -> Sequence[FlowEdge]:
    """Return the edges sales → state → end; a sale with several findings ends in its worst."""
    if "orders" not in shelf.tables:
        return []
    desk = shelf.connection.cursor()
    desk.register("flow_core", core.select(["finding_id", "merchant_id", "exception", "order_id"]))
    desk.register("flow_findings", findings.select(["finding_id", "severity", "amount_at_risk_minor"]))
    edges: list[FlowEdge] = []
    ends = {name: Label(key=name, en=d.title["en"], zh=d.title["zh"]) for name, d in catalogue().items()}
    for state, count in desk.execute(_STATE_COUNTS.format(orders=shelf.tables["orders"])).fetchall():
        edges.append(FlowEdge(source=_SALES, target=_STATES[state], count=count))
    for state, end, count in _ends(desk, shelf):
        edges.append(FlowEdge(source=_STATES[state], target=_CLEAN if end is None else ends[end], count=count))
    return edges


_STATE_COUNTS = "SELECT state, count(*) FROM {orders} WHERE training IS NOT TRUE GROUP BY state ORDER BY state"


def _ends(desk: duckdb.DuckDBPyConnection, shelf: Shelf) -> list[tuple[str, str | None, int]]:
    return desk.execute(
        f"""
        WITH worst AS (
            SELECT merchant_id, order_id, exception
            FROM flow_core JOIN flow_findings USING (finding_id)
            WHERE order_id IS NOT NULL AND severity <> 'info'
            QUALIFY row_number() OVER (
                PARTITION BY merchant_id, order_id
                ORDER BY severity = 'critical' DESC, severity = 'high' DESC, amount_at_risk_minor DESC, finding_id
            ) = 1
        )
        SELECT o.state, worst.exception, count(*)
        FROM {shelf.tables["orders"]} AS o LEFT JOIN worst USING (merchant_id, order_id)
        WHERE o.training IS NOT TRUE
        GROUP BY ALL ORDER BY ALL
        """
    ).fetchall()
