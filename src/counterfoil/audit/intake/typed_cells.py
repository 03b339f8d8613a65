"""Cells that a file gives with a type of their own, as Parquet does and as some readers do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from counterfoil.audit.intake import sql
from counterfoil.audit.intake.cells import (
    NUMBERS,
    Check,
    ColumnReading,
    Parsed,
    Physical,
    day_outside,
    naive,
    time_outside,
)
from counterfoil.audit.intake.limits import AMOUNT_MINOR_MAX
from counterfoil.books.format import Column, Kind
from counterfoil.books.schema import duckdb_type

_DEGREES_MAX = 180


def typed_reading(column: Column, cell: str, physical: Physical, *, zone: str | None) -> ColumnReading:
    """Read cells that are no text."""
    parsed = _parse(column, cell, physical, zone)
    if parsed is None:
        # The type cannot hold the kind at all; but a column without any value has no type to speak of.
        misfit = Check(reason="wrong_type", broken=f"{cell} IS NOT NULL")
        parsed = Parsed(value=f"CAST(NULL AS {duckdb_type(column.kind)})", checks=(misfit,))
    missing = (Check(reason="missing_value", broken=f"{cell} IS NULL"),) if column.required else ()
    checks = (*missing, *parsed.checks)
    return ColumnReading(
        column=column,
        value=parsed.value,
        value_unsuspected=parsed.value,
        checks=checks,
        suspect=sql.either(check.broken for check in checks),
    )


def _parse(column: Column, cell: str, physical: Physical, zone: str | None) -> Parsed | None:
    """Return how a filled cell is read; None where the type cannot hold the kind."""
    match column.kind:
        case Kind.ENUM | Kind.CURRENCY:
            return None
        case Kind.TIME:
            return _time(cell, physical, zone)
        case Kind.DATE:
            return _day(cell, physical)
        case Kind.BOOL:
            return _bool(cell, physical)
        case Kind.DEGREES:
            return _degrees(cell) if physical in NUMBERS else None
        case _:
            return _NUMERIC[column.kind](cell, physical) if physical in NUMBERS else None


def _name(cell: str, physical: Physical) -> Parsed:
    """Identifiers that a file holds as numbers: 1001 and 1001.0 are the text 1001."""
    if physical is Physical.WHOLE:
        return Parsed(value=f"CAST({cell} AS VARCHAR)")
    whole = _whole(cell, physical, reason="bad_id")
    return Parsed(value=f"CAST({whole.value} AS VARCHAR)", checks=whole.checks)


def _amount(cell: str, physical: Physical) -> Parsed:
    whole = _whole(cell, physical, reason="bad_amount")
    negative = Check(reason="negative_amount", broken=f"{cell} < 0")
    huge = Check(reason="amount_out_of_range", broken=f"{cell} > {AMOUNT_MINOR_MAX}")
    if physical is Physical.WHOLE:
        return Parsed(value=whole.value, checks=(negative, huge))
    # NaN is greater than every number in DuckDB, so it must be named before the range.
    return Parsed(value=whole.value, checks=(*whole.checks, negative, huge))


def _whole(cell: str, physical: Physical, *, reason: str = "bad_number") -> Parsed:
    """Read a whole number; a float or decimal only where it is exactly whole."""
    value = f"TRY_CAST({cell} AS BIGINT)"
    fraction = "" if physical is Physical.WHOLE else f" OR {value} <> {cell}"
    unheld = f"{cell} IS NOT NULL AND ({value} IS NULL{fraction})"
    return Parsed(value=value, checks=(Check(reason=reason, broken=unheld),))


def _decimal(cell: str, physical: Physical) -> Parsed:
    """Read a quantity; of a float the nearest decimal, for a float has no exact one."""
    value = f"TRY_CAST({cell} AS {duckdb_type(Kind.DECIMAL)})"
    inexact = f" OR {value} <> {cell}" if physical is Physical.EXACT else ""
    unheld = f"{cell} IS NOT NULL AND ({value} IS NULL{inexact})"
    return Parsed(value=value, checks=(Check(reason="bad_number", broken=unheld),))


def _degrees(cell: str) -> Parsed:
    value = f"CAST({cell} AS DOUBLE)"
    # NaN is greater than every number in DuckDB, so one comparison catches it too.
    return Parsed(value=value, checks=(Check(reason="bad_number", broken=f"abs({value}) > {_DEGREES_MAX}"),))


_NUMERIC: Mapping[Kind, Callable[[str, Physical], Parsed]] = MappingProxyType(
    {
        Kind.ID: _name,
        Kind.TEXT: _name,
        Kind.KEY: _name,
        Kind.MONEY: _amount,
        Kind.INT: _whole,
        Kind.DECIMAL: _decimal,
    }
)


def _bool(cell: str, physical: Physical) -> Parsed | None:
    if physical is Physical.BOOL:
        return Parsed(value=cell)
    if physical not in NUMBERS:
        return None
    return Parsed(value=f"({cell} = 1)", checks=(Check(reason="bad_bool", broken=f"{cell} NOT IN (0, 1)"),))


def _day(cell: str, physical: Physical) -> Parsed | None:
    """Read a day; a timestamp only where it is midnight, as data frames write days."""
    if physical is Physical.DAY:
        return Parsed(value=cell, checks=(Check(reason="date_out_of_range", broken=day_outside(cell)),))
    if physical is not Physical.LOCAL_TIME:
        return None
    value = f"TRY_CAST({cell} AS DATE)"
    return Parsed(
        value=value,
        checks=(
            Check(reason="date_out_of_range", broken=f"{cell} IS NOT NULL AND {value} IS NULL"),
            Check(reason="date_out_of_range", broken=day_outside(value)),
            Check(reason="bad_date", broken=f"TRY_CAST({value} AS TIMESTAMP) <> TRY_CAST({cell} AS TIMESTAMP)"),
        ),
    )


def _time(cell: str, physical: Physical, zone: str | None) -> Parsed | None:
    if physical is Physical.INSTANT:
        outside = Check(reason="time_out_of_range", broken=time_outside(cell, "TIMESTAMPTZ"))
        return Parsed(value=naive(cell), checks=(outside,))
    if physical is not Physical.LOCAL_TIME:
        return None
    local = f"TRY_CAST({cell} AS TIMESTAMP)"
    value = local if zone is None else naive(f"TRY(timezone({sql.text(zone)}, {local}))")
    return Parsed(
        value=value,
        checks=(
            Check(reason="time_out_of_range", broken=f"{cell} IS NOT NULL AND {local} IS NULL"),
            Check(reason="time_out_of_range", broken=time_outside(local, "TIMESTAMP")),
        ),
    )
