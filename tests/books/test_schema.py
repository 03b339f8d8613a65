"""The types that an engine gives to the books are derived from the format and from nothing else."""

from __future__ import annotations

import duckdb
import ibis
import pytest

from counterfoil.books.format import TABLES, Kind
from counterfoil.books.schema import PROVENANCE, duckdb_type, ibis_schema, ibis_schemas, ibis_type


@pytest.mark.parametrize("kind", Kind)
def test_both_engines_mean_the_same_type(kind: Kind) -> None:
    backend = ibis.duckdb.connect()
    backend.raw_sql(f"CREATE TABLE t (x {duckdb_type(kind)})")
    assert backend.table("t").schema()["x"] == ibis.dtype(ibis_type(kind))


def test_every_table_has_its_columns_in_order_and_then_where_they_came_from() -> None:
    for name, schema in ibis_schemas().items():
        assert tuple(schema.names) == (*TABLES[name].names, *PROVENANCE)


def test_money_is_whole_and_no_float_comes_near_it() -> None:
    for table in TABLES.values():
        schema = ibis_schema(table)
        assert all(schema[column.name].is_int64() for column in table if column.kind is Kind.MONEY)
        floats = {column.name for column in table if schema[column.name].is_floating()}
        assert floats == {column.name for column in table if column.kind is Kind.DEGREES}


def test_every_type_exists_in_duckdb() -> None:
    with duckdb.connect() as connection:
        for kind in Kind:
            connection.execute(f"SELECT CAST(NULL AS {duckdb_type(kind)})")
