"""What Alipay writes behind the rows of its bills: `#交易合计：2笔，商家实收共36.80元，商家优惠共0.00元`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from counterfoil.audit.readers.amounts import DECIMALS_MAX, exact_units_sql
from counterfoil.audit.readers.totals import ADVICE, control_total, figure
from counterfoil.errors import BadFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from counterfoil.audit.readers.contract import ControlTotal, SourceFile
    from counterfoil.audit.readers.raw_table import RawTable

#: The line behind the last row of every list.
END = "列表结束"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """One line of figures: how it begins, which rows it counts, and the columns it sums."""

    name: str
    label: str
    #: SQL condition on the rows that the line counts.
    where: str
    #: The figure's words before the amount, and the SQL column that is summed.
    sums: tuple[tuple[str, str, str], ...]


def must_have_end(source: SourceFile, table: RawTable, *, accepted: bool) -> None:
    """Raise BadFile where the list is cut short, unless broken totals are accepted."""
    if not accepted and not any(END in line for _, line in table.after):
        raise BadFile(
            file=source.name,
            expected=f"a line with {END} behind the rows",
            found=f"none behind {table.rows} rows; the bill was cut short",
            advice=ADVICE,
        )


def compare_sums(
    connection: duckdb.DuckDBPyConnection, table: RawTable, sums: Sequence[Sum]
) -> tuple[ControlTotal, ...]:
    """Return the figures behind the list beside what the rows give; a line that is not there states nothing."""
    totals: list[ControlTotal] = []
    for one in sums:
        line = next((text for _, text in table.after if one.label in text), None)
        if line is None:
            continue
        rows, amounts = _found(connection, table, one)
        number = re.search(rf"{one.label}[：:]\s*([\d,]+)\s*笔", line)
        totals.append(control_total(f"{one.name}_rows", one.label, stated=number and number[1], found=rows))
        for (name, words, _), found in zip(one.sums, amounts, strict=True):
            stated = re.search(rf"{words}\s*([-+]?[\d,]*\.?\d+)\s*元", line)
            if stated is not None:
                # Refunds are written with and without their sign; what counts is how much it was.
                value = figure(stated[1]).removeprefix("-")
                totals.append(control_total(name, f"{one.label} {words}", stated=value, found=abs(found)))
    return tuple(totals)


def _found(connection: duckdb.DuckDBPyConnection, table: RawTable, one: Sum) -> tuple[int, list[Decimal]]:
    listed = "".join(f", CAST(coalesce(sum({exact_units_sql(column)}), 0) AS VARCHAR)" for _, _, column in one.sums)
    row = connection.execute(f"SELECT count(*){listed} FROM {table.table} WHERE {one.where}").fetchone() or (0,)
    return row[0], [Decimal(units).scaleb(-DECIMALS_MAX) for units in row[1:]]
