"""What every table of the database has in common: its merchant first, names by convention, rights as data.

Every key begins with `merchant_id`, so that the schema can be distributed by merchant (Citus) as it is, and row-level
security can be forced. `Table.info` says which role writes a table and what it may do beyond reading and inserting;
migrations turn it into grants, and a test holds the database to it. Facts have no rights beyond inserting.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from counterfoil.books.format import Column, Kind, Table
from counterfoil.db.roles import Role

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

#: The setting that names the merchant of a transaction; row-level security compares with it.
MERCHANT_SETTING = "counterfoil.merchant_id"

METADATA = sa.MetaData(
    naming_convention={
        "ix": "%(table_name)s_by_%(column_0_N_name)s",
        "uq": "one_%(table_name)s_per_%(column_0_N_name)s",
        "ck": "%(table_name)s_%(constraint_name)s",
        "fk": "%(table_name)s_has_%(referred_table_name)s",
        "pk": "%(table_name)s_key",
    }
)

#: Ids compare bytewise, whatever the server's locale.
Id = sa.Text(collation="C")
Time = sa.DateTime(timezone=True)
Minor = sa.BigInteger()
Quantity = sa.Numeric(18, 4)

_TYPES: Mapping[Kind, TypeEngine[Any]] = {
    Kind.ID: Id,
    Kind.TEXT: sa.Text(),
    Kind.MONEY: Minor,
    Kind.DECIMAL: Quantity,
    Kind.CURRENCY: sa.Text(),
    Kind.TIME: Time,
    Kind.DATE: sa.Date(),
    Kind.KEY: Id,
    Kind.BOOL: sa.Boolean(),
    Kind.INT: sa.BigInteger(),
    Kind.DEGREES: sa.Double(),
    Kind.ENUM: sa.Text(),
}


def merchant_table(
    name: str,
    *parts: sa.schema.SchemaItem,
    key: Iterable[str],
    updatable: Iterable[str] = (),
    deletable: bool = False,
    writer: Role = Role.APPLICATION,
    readers: Iterable[Role] = (),
    note: str = "",
) -> sa.Table:
    """Make a table of one merchant's rows; its primary key is `merchant_id` and then `key`.

    `updatable` names the columns that its writer may change: projections and settings, never facts. The application
    reads every table, whoever writes it; `readers` names who else does.
    """
    return sa.Table(
        name,
        METADATA,
        sa.Column("merchant_id", Id, nullable=False),
        *parts,
        sa.PrimaryKeyConstraint("merchant_id", *key),
        info={
            "updatable": tuple(updatable),
            "deletable": deletable,
            "writer": writer,
            "readers": tuple(readers),
            "note": note,
        },
        comment=note or None,
    )


def book_table(
    book: Table, *more: sa.schema.SchemaItem, updatable: Iterable[str] = (), readers: Iterable[Role] = ()
) -> sa.Table:
    """Make the table of a book of format 1, with what the live shop keeps beside it in `more`."""
    _merchant, *columns = book.columns
    return merchant_table(
        book.name,
        *(_column(column, column.name in book.key) for column in columns),
        *_laws(book),
        *more,
        key=book.key[1:],
        updatable=updatable,
        readers=readers,
        note=book.note,
    )


def words(column: str, allowed: Iterable[str], *, name: str | None = None) -> sa.CheckConstraint:
    """Make the law that a column holds one of a closed list of words (or nothing)."""
    listed = ", ".join(f"'{word}'" for word in allowed)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=name or f"{column}_is_known")


def _column(column: Column, is_key: bool) -> sa.Column[Any]:  # noqa: FBT001 — two facts of one column
    return sa.Column(column.name, _TYPES[column.kind], nullable=not column.required and not is_key)


def _laws(book: Table) -> Iterable[sa.CheckConstraint]:
    for column in book.columns:
        if column.kind is Kind.ENUM:
            yield words(column.name, column.words)
        elif column.kind is Kind.MONEY:
            yield sa.CheckConstraint(f"{column.name} >= 0", name=f"{column.name}_is_not_negative")
