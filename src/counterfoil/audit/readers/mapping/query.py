"""From a raw table to the draft of one book, as the mapping says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.audit.readers.amounts import exact_units_sql
from counterfoil.audit.readers.contract import Draft
from counterfoil.audit.readers.drafting import carried, constant, draft
from counterfoil.audit.readers.mapping.cells import Setting, cell
from counterfoil.audit.readers.mapping.model import Take
from counterfoil.audit.readers.sieve import sift
from counterfoil.audit.readers.sql_text import identifier, literal
from counterfoil.books.format import TABLES, Kind

if TYPE_CHECKING:
    import duckdb

    from counterfoil.audit.readers.contract import ReadOptions, SetAside
    from counterfoil.audit.readers.hashing import KeyedHash
    from counterfoil.audit.readers.mapping.model import Book, Column, Condition, FileMapping
    from counterfoil.audit.readers.raw_table import RawTable


def book_draft(
    connection: duckdb.DuckDBPyConnection,
    table: RawTable,
    book: Book,
    mapping: FileMapping,
    options: ReadOptions,
    secret: KeyedHash,
) -> tuple[Draft, tuple[SetAside, ...]]:
    """Return the draft of one book and the rows that were set aside on the way."""
    setting = Setting(
        zone=mapping.time_zone or options.time_zone,
        decimal_comma=mapping.decimal_comma,
        secret=secret,
        currency='"value_currency"',
    )
    known = TABLES[book.table]
    cells = {
        name: cell(known.column(name), column, setting) for name, column in book.columns.items() if name in known.names
    }
    texts = _texts_sql(table, book, mapping)
    currency = cells["currency"].value if "currency" in cells else _constant_currency(book)
    listed = "".join(f', {one.value} AS "value_{name}"' for name, one in cells.items() if name != "currency")
    rows = f'(SELECT *{listed} FROM (SELECT *, {currency} AS "value_currency" FROM {texts}))'
    groups = [f'"group_{number}"' for number in range(len(book.one_row_per))]
    summed = any(column.take is Take.SUM for column in book.columns.values())
    checks = [check for one in cells.values() for check in one.checks]
    sifted = sift(connection, rows, checks, together=groups if summed else ())
    columns = {"merchant_id": constant(options.merchant_id)} | {name: f'"value_{name}"' for name in cells}
    if not book.one_row_per:
        return draft(connection, book.table, columns, sifted.table), sifted.set_aside
    return _grouped(connection, book, columns, sifted.table), sifted.set_aside


def _constant_currency(book: Book) -> str:
    """Return the currency of a table that has no column for it; amounts in minor units need none."""
    column = book.columns.get("currency")
    return "CAST(NULL AS VARCHAR)" if column is None or column.constant is None else literal(column.constant)


def condition_sql(table: RawTable, book: Book, *, comma: bool) -> str:
    """Return the condition for a row to feed a book."""
    if not book.where:
        return "TRUE"
    return "coalesce(" + " AND ".join(_condition(table, one, comma=comma) for one in book.where) + ", FALSE)"


def _condition(table: RawTable, condition: Condition, *, comma: bool) -> str:
    """Return one condition; a blank cell meets none but `blank` and `is_not`."""
    column = table.column(condition.column)
    found = []
    if condition.is_ is not None:
        found.append(f"{column} IN ({', '.join(map(literal, condition.is_))})")
    if condition.is_not is not None:
        found.append(f"({column} IS NULL OR {column} NOT IN ({', '.join(map(literal, condition.is_not))}))")
    if condition.blank is not None:
        found.append(f"{column} IS {'' if condition.blank else 'NOT '}NULL")
    if condition.matches is not None:
        found.append(f"regexp_matches({column}, {literal(condition.matches)})")
    units = exact_units_sql(column, decimal_comma=comma)
    if condition.above is not None:
        found.append(f"{units} > {exact_units_sql(literal(condition.above))}")
    if condition.below is not None:
        found.append(f"{units} < {exact_units_sql(literal(condition.below))}")
    return "(" + " AND ".join(found) + ")"


def _texts_sql(table: RawTable, book: Book, mapping: FileMapping) -> str:
    """Return the query for the texts that the book's columns are made of."""
    listed = []
    for name, column in book.columns.items():
        listed.append(f'{_text(table, column)} AS "text_{name}"')
        if column.times is not None:
            listed.append(f'{table.column(column.times)} AS "times_{name}"')
    groups = [f'{table.column(label)} AS "group_{number}"' for number, label in enumerate(book.one_row_per)]
    where = condition_sql(table, book, comma=mapping.decimal_comma)
    return f"(SELECT source_line, {', '.join([*listed, *groups])} FROM {table.table} WHERE {where})"


def _text(table: RawTable, column: Column) -> str:
    """Return SQL for the text of one column."""
    if column.number_within is not None:
        return table.column(column.number_within)
    if column.first_of:
        text = f"coalesce({', '.join(table.column(label) for label in column.first_of)})"
    elif len(column.sources) == 1:
        text = table.column(column.sources[0])
    elif column.sources:
        # A part that is blank makes the whole blank: half a time is no time.
        text = f" || {literal(column.join)} || ".join(table.column(label) for label in column.sources)
    else:
        return "CAST(NULL AS VARCHAR)"
    if column.pattern is not None:
        text = f"nullif(trim(regexp_extract({text}, {literal(column.pattern)}, 1)), '')"
    return text


def _grouped(connection: duckdb.DuckDBPyConnection, book: Book, columns: dict[str, str], rows: str) -> Draft:
    """Return a draft with one row for each group of rows."""
    known = TABLES[book.table]
    listed = []
    for name, sql in columns.items():
        column = book.columns.get(name)
        take = Take.FIRST if column is None else column.take
        money = known.column(name).kind is Kind.MONEY
        listed.append(f"{_taken(sql, take, money=money)} AS {identifier(name)}")
    groups = ", ".join(f'"group_{number}"' for number in range(len(book.one_row_per)))
    query = f"SELECT min(source_line) AS source_line, {', '.join(listed)} FROM {rows} GROUP BY {groups}"
    return Draft(table=book.table, rows=connection.sql(query), carries=carried(book.table, frozenset(columns)))


def _taken(sql: str, take: Take, *, money: bool) -> str:
    match take:
        case Take.FIRST:
            return f"arg_min({sql}, source_line)"
        case Take.LAST:
            return f"arg_max({sql}, source_line)"
        case Take.MIN | Take.MAX:
            return f"{take}({sql})"
        case Take.SUM:
            return f"TRY_CAST(sum({sql}) AS BIGINT)" if money else f"sum({sql})"
