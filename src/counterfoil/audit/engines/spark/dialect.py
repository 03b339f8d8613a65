"""How an expression is written for Spark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import ibis.expr.types as ir
from ibis.backends.sql.compilers.pyspark import PySparkCompiler
from ibis.backends.sql.datatypes import PySparkType

from counterfoil.audit.engines.statements import remembered

if TYPE_CHECKING:
    from sqlglot import expressions as exp

#: As wide as whole numbers get on Spark.
_WIDE = dt.Decimal(38, 0)


class _Compiler(PySparkCompiler):  # type: ignore[misc]  # Ibis has no types
    """Spark's own, but sums of whole numbers are wider than what they sum, as on every other engine."""

    __slots__ = ()

    def visit_Sum(self, op: ops.Sum, *, arg: exp.Expression, where: exp.Expression | None) -> exp.Expression:  # noqa: N802  # Ibis names it
        """Write a sum."""
        wide = self.cast(arg, _WIDE) if op.arg.dtype.is_integer() else arg
        written: exp.Expression = super().visit_Sum(op, arg=wide, where=where)
        return written


_COMPILER = _Compiler()


@remembered("spark")
def written(table: ir.Table) -> str:
    """Return an expression as one query, whose columns have the types that the expression promises."""
    # To look at the backend registers the options that its compiler reads; it starts nothing.
    _ = ibis.pyspark
    query = _COMPILER.to_sqlglot(table).sql(dialect="spark", copy=False)
    columns = ", ".join(f"CAST(`{name}` AS {_type(kind)}) AS `{name}`" for name, kind in table.schema().items())
    return f"SELECT {columns} FROM ({query}) AS computed"


def _type(kind: ibis.expr.datatypes.DataType) -> str:
    if kind.is_integer():
        return "BIGINT"
    if kind.is_timestamp():
        return "TIMESTAMP_NTZ"
    return str(PySparkType.to_string(kind))
