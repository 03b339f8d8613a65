"""Text books pass the sieve in segments, so that a file larger than memory is no trouble.

A segment is an Arrow table with every column of the format as text, `file_no` and `source_line`. Many small files make
one segment; a large file makes many.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from counterfoil.audit.intake.limits import SEGMENT_BYTES_MAX
from counterfoil.audit.intake.validation import Rows

if TYPE_CHECKING:
    import duckdb

    from counterfoil.audit.intake.validation import Sieve
    from counterfoil.books.format import Table

_RELATION = "intake_segment"

#: Lines that gave no cells, as the quarantine takes them.
BROKEN_SCHEMA = pa.schema(
    [("file_no", pa.int32()), ("source_line", pa.int64()), ("reason", pa.string()), ("found", pa.string())]
)


class Segments:
    """Gathers pieces of text books of one table and hands them to the sieve."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, sieve: Sieve, *, zone: str | None) -> None:
        self._connection = connection
        self._sieve = sieve
        self._zone = zone
        self._schema = segment_schema(sieve.table)
        self._pieces: list[pa.RecordBatch] = []
        self._bytes = 0

    @property
    def table(self) -> Table:
        """The table that the rows are meant for."""
        return self._sieve.table

    def add(self, cells: Mapping[str, pa.Array], *, file_no: int, lines: pa.Array) -> None:
        """Add rows as text: `cells` by column of the format, and the line of each row."""
        number = len(lines)
        arrays = [cells.get(column) for column in self.table.names]
        self._pieces.append(
            pa.record_batch(
                [
                    *(pa.nulls(number, pa.string()) if array is None else array for array in arrays),
                    pa.array([file_no], pa.int32()).take(pa.array([0] * number, pa.int8())),
                    lines,
                ],
                schema=self._schema,
            )
        )
        self._bytes += self._pieces[-1].nbytes
        if self._bytes >= SEGMENT_BYTES_MAX:
            self.flush()

    def lay_aside(self, broken: Sequence[tuple[int, str, str]], *, file_no: int) -> None:
        """Quarantine lines that gave no cells: line, reason and what was found."""
        if not broken:
            return
        rows = [(file_no, line, reason, found) for line, reason, found in broken]
        columns = [list(column) for column in zip(*rows, strict=True)]
        lines = pa.table(dict(zip(BROKEN_SCHEMA.names, columns, strict=True)), schema=BROKEN_SCHEMA)
        self._sieve.quarantine.take_lines(lines, table_name=self.table.name)

    def flush(self) -> None:
        """Hand what was gathered to the sieve."""
        if not self._pieces:
            return
        self._connection.register(_RELATION, pa.Table.from_batches(self._pieces, self._schema).combine_chunks())
        try:
            types = dict.fromkeys(self.table.names, "VARCHAR")
            self._sieve.admit(Rows(relation=_RELATION, types=types, zone=self._zone, file=self.table.name))
        finally:
            self._connection.unregister(_RELATION)
        self._pieces, self._bytes = [], 0


def segment_schema(table: Table) -> pa.Schema:
    """Return what a segment of a table looks like."""
    columns = [(column.name, pa.string()) for column in table]
    return pa.schema([*columns, ("file_no", pa.int32()), ("source_line", pa.int64())])
