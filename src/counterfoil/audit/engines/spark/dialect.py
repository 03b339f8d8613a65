"""How an expression is written for Spark."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
from ibis.backends.sql.compilers import pyspark
from ibis.backends.sql.datatypes import PySparkType


def written(table: ir.Table) -> str:
    """Return an expression as one query, whose columns have the types that the expression promises."""
    # To look at the backend registers the options that its compiler reads; it starts nothing.
    _ = ibis.pyspark
    query = pyspark.compiler.to_sqlglot(table.unbind()).sql(dialect="spark", copy=False)
    columns = ", ".join(f"CAST(`{name}` AS {_type(kind)}) AS `{name}`" for name, kind in table.schema().items())
    return f"SELECT {columns} FROM ({query}) AS computed"


def _type(kind: ibis.expr.datatypes.DataType) -> str:
    if kind.is_integer():
        return "BIGINT"
    if kind.is_timestamp():
        return "TIMESTAMP_NTZ"
    return str(PySparkType.to_string(kind))
