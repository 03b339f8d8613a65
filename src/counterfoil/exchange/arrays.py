"""Columns of Arrow as array literals of PostgreSQL, a whole column at once. Pure."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc


def literal(column: pa.Array) -> str:
    """Write a column of text as one literal; a null stays a null, and an empty text an empty text."""
    escaped = pc.replace_substring(column, "\\", "\\\\")
    escaped = pc.replace_substring(escaped, '"', '\\"')
    quoted = pc.fill_null(pc.binary_join_element_wise('"', escaped, '"', ""), "NULL")
    return f"{{{','.join(quoted.to_pylist())}}}"
