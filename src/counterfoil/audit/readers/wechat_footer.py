"""The footer of WeChat Pay bills: a line of labels, a line of figures, nothing behind them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from counterfoil.audit.readers.amounts import DECIMALS_MAX, exact_units_sql
from counterfoil.audit.readers.headers import normalise, split_labels
from counterfoil.audit.readers.totals import ADVICE, MISSING, control_total, figure
from counterfoil.errors import BadFile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

    from counterfoil.audit.readers.contract import ControlTotal, SourceFile
    from counterfoil.audit.readers.raw_table import RawTable

#: Decimals to which a sum of fees is compared: rows carry five of them, the footer is rounded.
_COMPARED_DECIMALS = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """One figure of a footer: how it is called there, and which column of the rows it sums."""

    name: str
    #: The footer's labels of different years for the same figure.
    labels: tuple[str, ...]
    #: The rows' labels for the column that is summed; empty: rows are counted.
    columns: tuple[str, ...] = ()
    #: SQL condition on rows; empty: all of them.
    where: str = ""


def footer_figures(source: SourceFile, table: RawTable) -> Mapping[str, str]:
    """Return the footer's figures by normalised label; empty where the bill has no footer."""
    lines = [line for _, line in table.after]
    if len(lines) > 2:  # noqa: PLR2004 - labels and figures
        raise BadFile(
            file=source.name,
            expected="nothing behind the two lines of the footer",
            found=f"another line ({table.after[2][0]})",
            advice="Bills of several days must not be pasted into one file.",
        )
    if len(lines) < 2:  # noqa: PLR2004 - labels and figures
        return {}
    labels = split_labels(lines[0], ",")
    values = next(csv.reader([lines[1].replace("`", "")]), [])
    missing = [MISSING] * (len(labels) - len(values))
    pairs = zip(labels, [*map(figure, values), *missing], strict=False)
    return {normalise(label): value for label, value in pairs}


def compare_footer(
    connection: duckdb.DuckDBPyConnection, source: SourceFile, table: RawTable, stated: Sequence[Stated]
) -> tuple[ControlTotal, ...]:
    """Return every figure that the footer states, or should state, beside what the rows give."""
    figures = footer_figures(source, table)
    compared: list[tuple[Stated, str | None, str | None]] = []
    for one in stated:
        label = next((label for label in one.labels if normalise(label) in figures), None)
        column = table.first(*one.columns)
        if label is None and (figures or one is not stated[0]):
            continue  # bills of other years state fewer figures; without any footer the first one speaks for all
        if label is not None and one.columns and column is None:
            continue  # a sum of a column that this bill does not have
        compared.append((one, label, column))
    sums = _sums(connection, table, [(column, one.where) for one, _, column in compared])
    totals = []
    for (one, label, _), total in zip(compared, sums, strict=True):
        value = None if label is None else figures[normalise(label)]
        found = total if figure(total) == value else total.quantize(_COMPARED_DECIMALS)
        totals.append(control_total(one.name, label or one.labels[0], stated=value, found=found))
    return tuple(totals)


def _sums(
    connection: duckdb.DuckDBPyConnection, table: RawTable, wanted: Sequence[tuple[str | None, str]]
) -> list[Decimal]:
    """Return the exact sum of each column, or the number of rows where there is none; all in one pass."""
    listed = [
        f"CAST(coalesce({'count(*)' if column is None else f'sum({exact_units_sql(column)})'}"
        f" FILTER ({where or 'TRUE'}), 0) AS VARCHAR)"
        for column, where in wanted
    ]
    row = connection.execute(f"SELECT {', '.join(listed)} FROM {table.table}").fetchone() if listed else ()
    found = []
    for (column, where), text in zip(wanted, row or (), strict=True):
        if column is None and not where:
            found.append(Decimal(table.rows))  # rows that could not be split count too
        else:
            found.append(Decimal(text) if column is None else Decimal(text).scaleb(-DECIMALS_MAX))
    return found


def must_have_footer(source: SourceFile, table: RawTable, label: str, *, accepted: bool) -> None:
    """Raise BadFile where the bill ends before its footer, unless broken totals are accepted."""
    if len(table.after) < 2 and not accepted:  # noqa: PLR2004 - labels and figures
        raise BadFile(
            file=source.name,
            expected=f"a footer with {label} behind the rows",
            found=f"none behind {table.rows} rows; the bill was cut short",
            advice=ADVICE,
        )
