"""How an expression is written for PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibis.backends.sql.compilers import postgres
from sqlglot import expressions as exp
from sqlglot.transforms import eliminate_semi_and_anti_joins

from counterfoil.audit.engines.statements import remembered

if TYPE_CHECKING:
    import ibis.expr.types as ir

_HALF_JOINS = ("SEMI", "ANTI")


@remembered("postgres")
def written(table: ir.Table) -> str:
    """Return an expression as one query."""
    tree = postgres.compiler.to_sqlglot(table)
    # Innermost first, for a join that is rewritten takes along what it joins.
    for select in reversed(list(tree.find_all(exp.Select))):
        _without_half_joins(select)
    query: str = tree.sql(dialect="postgres", copy=False)
    return query


def _without_half_joins(select: exp.Select) -> None:
    """Turn semi and anti joins into EXISTS; sqlglot leaves out every second one of those that follow each other."""
    for _ in select.args.get("joins") or []:
        if not any(join.kind in _HALF_JOINS for join in select.args["joins"]):
            return
        eliminate_semi_and_anti_joins(select)
