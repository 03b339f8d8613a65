"""Writes sheets of numbers as the tables of the book format, row by row the same, and holds them to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pyarrow as pa

from counterfoil.books.format import TABLES
from counterfoil.errors import Bug
from counterfoil.world.sheet import Sheet
from counterfoil.world.writing import counter_tables, later_tables
from counterfoil.world.writing.pen import Pen
from counterfoil.world.writing.schema import SCHEMAS

_WRITERS: Mapping[str, Callable[[Pen, Sheet], Mapping[str, pa.Array]]] = {
    write.__name__: write
    for write in (
        counter_tables.orders,
        counter_tables.order_lines,
        counter_tables.payments,
        counter_tables.acquirer_records,
        later_tables.slips,
        later_tables.notices,
        later_tables.parcels,
        later_tables.tracking_events,
        later_tables.returns,
        later_tables.return_lines,
        later_tables.terminal_events,
    )
}


def write_table(pen: Pen, name: str, sheet: Sheet) -> pa.Table:
    """Write one sheet as the table of the same meaning."""
    written = {"merchant_id": pen.constant(pen.merchant_id, len(sheet)), **_WRITERS[name](pen, sheet)}
    columns = TABLES[name].names
    if "currency" in columns:
        written["currency"] = pen.constant(pen.currency, len(sheet))
    if written.keys() != set(columns):
        raise Bug(f"{name}: {sorted(written.keys() ^ set(columns))} on one side only")
    return pa.Table.from_arrays([_typed(name, column, written[column]) for column in columns], names=list(columns))


def _typed(table: str, column: str, written: pa.Array) -> pa.Array:
    wanted = SCHEMAS[table].field(column).type
    plain = written.type.value_type if pa.types.is_dictionary(written.type) else written.type
    if plain != wanted:
        raise Bug(f"{table}.{column} is {plain}, and the format wants {wanted}")
    return written
