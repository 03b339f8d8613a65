"""Where the rows stand that findings point at: file and line, and the place that they tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir

from counterfoil.books.format import TABLES
from counterfoil.detectors.ground import Ground, Workbench

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """Which columns of a core finding point at rows of a table."""

    table: str
    key: str
    columns: tuple[str, ...]


#: In the order in which evidence is listed.
POINTERS = (
    Pointer(table="orders", key="order_id", columns=("order_id", "other_order_id")),
    Pointer(table="payments", key="payment_id", columns=("payment_id", "other_payment_id")),
    Pointer(table="acquirer_records", key="record_id", columns=("record_id", "other_record_id")),
    Pointer(table="slips", key="slip_id", columns=("slip_id",)),
    Pointer(table="notices", key="notice_id", columns=("notice_id",)),
    Pointer(table="parcels", key="parcel_id", columns=("parcel_id",)),
    Pointer(table="returns", key="return_id", columns=("return_id",)),
)

PLACES = ("store_id", "terminal_id", "operator_id")


def look_up(ground: Ground, findings: ir.Table, given: frozenset[str]) -> Mapping[str, pa.Table]:
    """Return for each table that findings point at: merchant_id, id, file, line and the places that it carries.

    `given` are the tables that have files of their own; a payment that an order stands in for has none.
    """
    bench, books = ground.bench, ground.books
    found: dict[str, pa.Table] = {}
    for pointer in POINTERS:
        if pointer.table not in given:
            continue
        named = [
            findings.filter(findings[column].notnull()).select("merchant_id", **{pointer.key: column})
            for column in pointer.columns
        ]
        rows = books[pointer.table].semi_join(ibis.union(*named), ["merchant_id", pointer.key])
        places = {name: name for name in (*PLACES, "acquirer") if name in TABLES[pointer.table].names}
        found[pointer.table] = bench.fetch(
            rows.select("merchant_id", id=pointer.key, file="source_file", line="source_line", **places)
        )
    lines = never_bought_lines(bench, findings, ground)
    if lines is not None:
        found["return_lines"] = lines
    return found


def never_bought_lines(bench: Workbench, findings: ir.Table, ground: Ground) -> pa.Table | None:
    """Return the lines for which a return without an order is reported: merchant_id, return_id, id, file, line."""
    lines = ground.memory.get("never_bought_lines")
    if lines is None:
        return None
    reported = findings.filter((findings.diagnosis == "refund_without_order") & (findings.branch == "a"))
    return bench.fetch(
        lines.semi_join(reported, ["merchant_id", "return_id"]).select(
            "merchant_id",
            "return_id",
            id=lines.return_id + "/" + lines.line_no.cast("string"),
            file="source_file",
            line="source_line",
        )
    )
