"""Which findings come first, and for which of them the page carries a full timeline.

The order is the same everywhere: findings above `info` first, then by money at risk in whole units of their
own currency, then by severity, time and id. It ranks cases for people; it must never change what was found.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from counterfoil.audit.report.model import FINDINGS_SCHEMA
from counterfoil.errors import Bug
from counterfoil.money import scale_of

#: Full timelines are embedded for so many cases; `counterfoil explain` tells the rest.
TIMELINES_MAX = 5_000

#: Rows that the table and the charts of the page hold; all are counted, the rest is in the findings file.
FINDINGS_SHOWN_MAX = 100_000

#: From the gravest on.
SEVERITIES = ("critical", "high", "low", "info")


def conform(findings: pa.Table) -> pa.Table:
    """Return the findings with exactly the columns and types of `FINDINGS_SCHEMA`."""
    missing = [name for name in FINDINGS_SCHEMA.names if name not in findings.column_names]
    if missing:
        raise Bug(f"the report was given findings without {', '.join(missing)}")
    return findings.select(FINDINGS_SCHEMA.names).cast(FINDINGS_SCHEMA)


def ranked(findings: pa.Table) -> pa.Table:
    """Return the findings, the most urgent first; the order depends on their content alone."""
    severity = pc.index_in(findings["severity"], pa.array(SEVERITIES))
    if severity.null_count:
        raise Bug(f"a finding has a severity other than {', '.join(SEVERITIES)}")
    keys = pa.table(
        {
            "informative": pc.equal(findings["severity"], "info"),
            "whole_units": _whole_units(findings),
            "severity": severity,
            "occurred_at": findings["occurred_at"],
            "finding_id": findings["finding_id"],
        }
    )
    order = [
        ("informative", "ascending"),
        ("whole_units", "descending"),
        ("severity", "ascending"),
        ("occurred_at", "descending"),
        ("finding_id", "ascending"),
    ]
    return findings.take(pc.sort_indices(keys, sort_keys=order))


def cases_with_timelines(findings: pa.Table, *, limit: int = TIMELINES_MAX) -> pa.Array:
    """Return the ids of the findings whose full timelines belong into the page, the most urgent first."""
    ids: pa.Array = ranked(conform(findings))["finding_id"].slice(0, limit).combine_chunks()
    return ids


def _whole_units(findings: pa.Table) -> pa.ChunkedArray:
    """Money at risk in whole units of its currency, rounded down: enough to rank by, never shown."""
    units = findings["amount_at_risk_minor"]
    for currency in pc.unique(findings["currency"]).to_pylist():
        divisor = 10 ** scale_of(currency) if currency else 1
        there = pc.equal(findings["currency"], currency) if currency else pc.is_null(findings["currency"])
        whole = pc.divide(findings["amount_at_risk_minor"], pa.scalar(divisor, pa.int64()))
        units = pc.if_else(there, whole, units)
    return units
