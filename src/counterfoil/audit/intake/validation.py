"""The one validator: native books and the drafts of every reader pass the same sieve.

For each table a sieve lets good rows through and lays the others aside. Rows that stay in their files (Parquet) are
only measured, in one aggregate pass: while nothing is suspect, nothing is copied and nothing is looked at twice.
Rows that come in segments (text, drafts) are copied as they pass.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.audit.intake import sql
from counterfoil.audit.intake.quarantine import FILE_NAME, FILES, SCHEMA, Quarantine, found
from counterfoil.audit.intake.readings import readings_of
from counterfoil.books.schema import duckdb_type
from counterfoil.errors import BadFile

if TYPE_CHECKING:
    import duckdb

    from counterfoil.audit.intake.cells import ColumnReading
    from counterfoil.books.format import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows meant for one table, before anybody has looked at them."""

    #: What may stand after FROM: a name or a query in parentheses. It has `file_no`, `source_line` and the columns;
    #: where rows are admitted in place, `source_file` too.
    relation: str
    #: The DuckDB type of each column of the format that is there.
    types: Mapping[str, str]
    #: The zone of local times; None: refused in text, UTC in typed columns.
    zone: str | None
    #: Which file to name when the rows cannot be used at all.
    file: str
    #: Columns that hold few different values, so that it is quicker to look at those than at every cell.
    few_valued: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Good rows of one table."""

    #: What stands after FROM: a relation with `file_no` and `source_line`, and what is joined to it.
    rows: str
    #: The SQL of each column of the format, in its order.
    values: tuple[str, ...]
    #: True: the rows are in the sieve's own table, where bad ones can be deleted.
    kept: bool


class Sieve:
    """Lets the good rows of one table through and lays the others aside."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, table: Table, quarantine: Quarantine) -> None:
        self.table = table
        self.quarantine = quarantine
        self._connection = connection
        self._layers: list[Layer] = []
        self._keeps = False

    @property
    def kept_name(self) -> str:
        """The table that holds rows which have no lasting place of their own."""
        return f"{SCHEMA}.kept_{self.table.name}"

    @property
    def out_name(self) -> str:
        """The places (file and line) of rows that stay in their file but are laid aside."""
        return f"{SCHEMA}.out_{self.table.name}"

    @property
    def layers(self) -> Sequence[Layer]:
        """Where the good rows are."""
        if not self._keeps:
            return tuple(self._layers)
        names = tuple(sql.name(column.name) for column in self.table)
        return (*self._layers, Layer(rows=self.kept_name, values=names, kept=True))

    def admit_in_place(self, rows: Rows) -> int:
        """Admit rows that stay where they are, each known by file and line; return how many were read."""
        readings = readings_of(self.table, rows.types, zone=rows.zone)
        number, suspects = self._measure(rows, readings)
        self._layers.append(Layer(rows=rows.relation, values=_values(readings, suspects), kept=False))
        if self._lay_aside(rows, suspects):
            self.leave_out(
                f"SELECT file_no, source_line FROM {SCHEMA}.quarantine WHERE table_name = {sql.text(self.table.name)}"
            )
        return number

    def admit(self, rows: Rows) -> int:
        """Admit rows by copying the good ones; return how many were read."""
        readings = readings_of(self.table, rows.types, zone=rows.zone)
        number, suspects = self._measure(rows, readings)
        self._lay_aside(rows, suspects)
        self.keep_nothing()
        good = f" WHERE {_verdict(suspects)} IS NULL" if _checked(suspects) else ""
        self._connection.execute(
            f"INSERT INTO {self.kept_name}"
            f" SELECT {', '.join(_values(readings, suspects))}, file_no,"
            f" source_file, source_line FROM {rows.relation} JOIN {FILES} USING (file_no){good}"
        )
        return number

    def keep_nothing(self) -> None:
        """Make the table of kept rows: a book with only a header is present and empty."""
        if self._keeps:
            return
        columns = ", ".join(f"{sql.name(column.name)} {duckdb_type(column.kind)}" for column in self.table)
        self._connection.execute(
            f"CREATE TABLE {self.kept_name} ({columns}, file_no INTEGER, source_file {FILE_NAME}, source_line BIGINT)"
        )
        self._keeps = True

    def leave_out(self, places: str) -> None:
        """Leave out rows that stay in their files, by a query of `file_no` and `source_line`."""
        self._connection.execute(f"CREATE TABLE IF NOT EXISTS {self.out_name} (file_no INTEGER, source_line BIGINT)")
        self._connection.execute(f"INSERT INTO {self.out_name} {places}")
        self._layers = [_without(layer, self.out_name) for layer in self._layers]

    def remove(self, repeats: str) -> None:
        """Remove admitted rows again, by a table of `file_no`, `source_line` and, for kept rows, `row_no`."""
        if self._keeps:
            self._connection.execute(
                f"DELETE FROM {self.kept_name} WHERE rowid IN (SELECT row_no FROM {repeats} WHERE row_no IS NOT NULL)"
            )
        if self._layers:
            self.leave_out(f"SELECT file_no, source_line FROM {repeats} WHERE row_no IS NULL")

    def publish(self, view: str) -> None:
        """Make the view of the good rows that everybody may read."""
        selects = (
            f"SELECT {', '.join(layer.values)}, CAST(source_file AS VARCHAR) AS source_file, source_line"
            f" FROM {layer.rows}"
            for layer in self.layers
        )
        self._connection.execute(f"CREATE OR REPLACE VIEW {view} AS {' UNION ALL '.join(selects)}")

    def _measure(self, rows: Rows, readings: Sequence[ColumnReading]) -> tuple[int, list[ColumnReading]]:
        """Count the rows and find the columns in which anything is suspect, in one pass over those of many values."""
        doubted = [reading for reading in readings if reading.checks]
        few = [reading for reading in doubted if reading.column.name in rows.few_valued]
        many = [reading for reading in doubted if reading.column.name not in rows.few_valued]
        measures = ["count(*)", *(f"bool_or({reading.suspect})" for reading in many)]
        measured = self._connection.execute(f"SELECT {', '.join(measures)} FROM {rows.relation}").fetchone()
        assert measured is not None
        met = {reading.column.name for reading, suspect in zip(many, measured[1:], strict=True) if suspect}
        met |= {reading.column.name for reading in few if self._is_suspect_somewhere(rows, reading)}
        suspects = [reading for reading in doubted if reading.column.name in met]
        for reading in suspects:
            if any(check.reason == "wrong_type" for check in reading.checks):
                raise BadFile(
                    file=rows.file,
                    expected=f"{duckdb_type(reading.column.kind)} in column {reading.column.name}",
                    found=rows.types[reading.column.name],
                )
        return int(measured[0]), suspects

    def _is_suspect_somewhere(self, rows: Rows, reading: ColumnReading) -> bool:
        """Look at the different values of a column."""
        values = f"SELECT DISTINCT {sql.name(reading.column.name)} FROM {rows.relation}"
        found = self._connection.execute(f"SELECT bool_or({reading.suspect}) FROM ({values})").fetchone()
        return found is not None and bool(found[0])

    def _lay_aside(self, rows: Rows, suspects: Sequence[ColumnReading]) -> int:
        """Put every row that breaks a check into the quarantine, once, for the first reason."""
        checks = _checked(suspects)
        if not checks:
            return 0
        cells = ", ".join(sql.name(reading.column.name) for reading in suspects)
        shown = "\n".join(
            f"WHEN {sql.text(reading.column.name)} THEN {found(reading.column, sql.name(reading.column.name))}"
            for reading in suspects
        )
        columns = sql.texts(reading.column.name for reading, _ in checks)
        reasons = sql.texts(reason for _, reason in checks)
        return self.quarantine.take(
            f"""
            SELECT file_no, source_line, {sql.text(self.table.name)}, column_name, reason,
                   CASE column_name {shown} END
            FROM (
                SELECT *,
                       list_extract([{columns}], verdict) AS column_name,
                       list_extract([{reasons}], verdict) AS reason
                FROM (SELECT file_no, source_line, {cells}, {_verdict(suspects)} AS verdict FROM {rows.relation})
                WHERE verdict IS NOT NULL
            )
            """
        )


def _values(readings: Sequence[ColumnReading], suspects: Sequence[ColumnReading]) -> tuple[str, ...]:
    """Return the SQL of each clean value, careful only where something was suspect."""
    doubted = {reading.column.name for reading in suspects}
    return tuple(
        f"{reading.value if reading.column.name in doubted else reading.value_unsuspected}"
        f" AS {sql.name(reading.column.name)}"
        for reading in readings
    )


def _checked(suspects: Sequence[ColumnReading]) -> list[tuple[ColumnReading, str]]:
    return [(reading, check.reason) for reading in suspects for check in reading.checks]


def _verdict(suspects: Sequence[ColumnReading]) -> str:
    """Return the SQL that numbers the first broken check of a row, from 1; NULL for a good row."""
    broken = (check.broken for reading in suspects for check in reading.checks)
    return "CASE " + " ".join(f"WHEN {condition} THEN {n}" for n, condition in enumerate(broken, 1)) + " END"


def _without(layer: Layer, out_name: str) -> Layer:
    if out_name in layer.rows:
        return layer
    return Layer(
        rows=f"{layer.rows} ANTI JOIN {out_name} USING (file_no, source_line)", values=layer.values, kept=False
    )
