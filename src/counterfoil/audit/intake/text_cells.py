"""Cells that a file gives as text: amounts, times and words, parsed strictly."""

from __future__ import annotations

from typing import assert_never

from counterfoil.audit.intake import sql
from counterfoil.audit.intake.cells import Check, ColumnReading, Parsed, day_outside, naive, time_outside, year_outside
from counterfoil.audit.intake.limits import AMOUNT_DIGITS_MAX, FIELD_BYTES_MAX
from counterfoil.books.format import ID_LENGTH_MAX, Column, Kind
from counterfoil.books.schema import DECIMAL_DIGITS, DECIMAL_SCALE, duckdb_type

_OFFSET = "(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)"
_TIME_SHAPE = f"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[T ][0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}([.][0-9]{{1,9}})?{_OFFSET}"
_DECIMAL_SHAPE = f"-?[0-9]{{1,{DECIMAL_DIGITS - DECIMAL_SCALE}}}([.][0-9]{{1,{DECIMAL_SCALE}}}0*)?"
_DEGREES_SHAPE = "-?[0-9]{1,3}([.][0-9]{1,17})?"
_DEGREES_MAX = 180


def text_reading(column: Column, cell: str, *, zone: str | None) -> ColumnReading:
    """Read text cells: an empty cell is no value."""
    filled = f"nullif({cell}, '')"
    parsed = _parse(column, filled, zone)
    missing = (Check(reason="missing_value", broken=f"{filled} IS NULL"),) if column.required else ()
    lacking = f"{cell} IS NULL OR " if column.required else ""
    return ColumnReading(
        column=column,
        value=parsed.value,
        value_unsuspected=_parse(column, cell, zone).value,
        checks=(*missing, *parsed.checks),
        suspect=lacking + _suspect(column, cell, zone),
    )


def _parse(column: Column, filled: str, zone: str | None) -> Parsed:
    match column.kind:
        case Kind.ID | Kind.TEXT | Kind.KEY | Kind.ENUM | Kind.CURRENCY:
            return Parsed(value=filled, checks=_word_checks(column, filled))
        case Kind.MONEY:
            return _amount(filled)
        case Kind.INT:
            return Parsed(value=f"TRY_CAST({filled} AS BIGINT)", checks=(_misshapen(filled, "-?[0-9]{1,18}"),))
        case Kind.DECIMAL:
            value = f"TRY_CAST({filled} AS {duckdb_type(column.kind)})"
            return Parsed(value=value, checks=(_misshapen(filled, _DECIMAL_SHAPE),))
        case Kind.DEGREES:
            value = f"TRY_CAST({filled} AS DOUBLE)"
            outside = Check(reason="bad_number", broken=f"abs({value}) > {_DEGREES_MAX}")
            return Parsed(value=value, checks=(_misshapen(filled, _DEGREES_SHAPE), outside))
        case Kind.BOOL:
            neither = Check(reason="bad_bool", broken=f"lower({filled}) NOT IN ('true', 'false', '1', '0')")
            return Parsed(value=f"(lower({filled}) IN ('true', '1'))", checks=(neither,))
        case Kind.DATE:
            return _day(filled)
        case Kind.TIME:
            return _time(filled, zone)
        case _:
            assert_never(column.kind)


def _word_checks(column: Column, filled: str) -> tuple[Check, ...]:
    # PostgreSQL cannot hold a NUL character, and no till writes one on purpose.
    nul = Check(reason="control_character", broken=f"contains({filled}, chr(0))")
    match column.kind:
        case Kind.ENUM:
            return (Check(reason="unknown_enum_value", broken=f"{filled} NOT IN ({sql.texts(column.words)})"),)
        case Kind.CURRENCY:
            return (Check(reason="bad_currency", broken=f"NOT regexp_full_match({filled}, '[A-Z]{{3}}')"),)
        case Kind.ID:
            return Check(reason="id_too_long", broken=f"length({filled}) > {ID_LENGTH_MAX}"), nul
        case _:
            return Check(reason="huge_field", broken=f"strlen({filled}) > {FIELD_BYTES_MAX}"), nul


def _suspect(column: Column, cell: str, zone: str | None) -> str:
    """Return a condition that costs little and holds at least wherever a check is broken."""
    match column.kind:
        case Kind.ID | Kind.TEXT | Kind.KEY:
            # Counting bytes costs nothing, and what is short in bytes is short in characters.
            bytes_max = ID_LENGTH_MAX if column.kind is Kind.ID else FIELD_BYTES_MAX
            return f"strlen({cell}) NOT BETWEEN 1 AND {bytes_max} OR contains({cell}, chr(0))"
        case Kind.MONEY:
            return f"NOT regexp_full_match({cell}, '[0-9]{{1,{AMOUNT_DIGITS_MAX}}}')"
        case Kind.TIME:
            value = _time(cell, zone).value
            odd = f"NOT regexp_full_match({cell}, '{_TIME_SHAPE}{'' if zone is None else '?'}')"
            return f"{odd} OR ({cell} IS NOT NULL AND {value} IS NULL) OR {time_outside(value, 'TIMESTAMP')}"
        case _:
            return f"{cell} = '' OR " + sql.either(check.broken for check in _parse(column, cell, zone).checks)


def _misshapen(filled: str, shape: str) -> Check:
    return Check(reason="bad_number", broken=f"NOT regexp_full_match({filled}, '{shape}')")


def _amount(filled: str) -> Parsed:
    return Parsed(
        value=f"TRY_CAST({filled} AS BIGINT)",
        checks=(
            Check(reason="negative_amount", broken=f"regexp_full_match({filled}, '-[0-9]+')"),
            Check(reason="bad_amount", broken=f"NOT regexp_full_match({filled}, '[0-9]+')"),
            Check(reason="amount_out_of_range", broken=f"strlen(ltrim({filled}, '0')) > {AMOUNT_DIGITS_MAX}"),
        ),
    )


def _day(filled: str) -> Parsed:
    value = f"TRY_CAST({filled} AS DATE)"
    return Parsed(
        value=value,
        checks=(
            Check(reason="bad_date", broken=f"NOT regexp_full_match({filled}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}')"),
            Check(reason="date_out_of_range", broken=year_outside(filled, slack=0)),
            Check(reason="bad_date", broken=f"{filled} IS NOT NULL AND {value} IS NULL"),
            Check(reason="date_out_of_range", broken=day_outside(value)),
        ),
    )


def _time(filled: str, zone: str | None) -> Parsed:
    """Read ISO 8601 with an offset; a local time only where the user has said its zone."""
    zoned = f"regexp_matches({filled}, '{_OFFSET}$')"
    instant = f"TRY_CAST({filled} AS TIMESTAMPTZ)"
    offset: tuple[Check, ...] = (Check(reason="time_without_offset", broken=f"NOT {zoned}"),)
    if zone is not None:
        offset = ()
        local = f"timezone({sql.text(zone)}, TRY_CAST({filled} AS TIMESTAMP))"
        instant = f"CASE WHEN {zoned} THEN {instant} ELSE {local} END"
    value = naive(instant)
    return Parsed(
        value=value,
        checks=(
            Check(reason="bad_time", broken=f"NOT regexp_full_match({filled}, '{_TIME_SHAPE}?')"),
            *offset,
            Check(reason="time_out_of_range", broken=year_outside(filled, slack=1)),
            Check(reason="bad_time", broken=f"{filled} IS NOT NULL AND {value} IS NULL"),
            Check(reason="time_out_of_range", broken=time_outside(value, "TIMESTAMP")),
        ),
    )
