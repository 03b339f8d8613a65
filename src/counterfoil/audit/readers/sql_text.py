"""Small pieces of SQL text: names and literals quoted, temporary tables named.

Everything a reader puts into SQL that came from a file or from a mapping goes through here; nothing in this
module talks to a database.
"""

from __future__ import annotations

from itertools import count

_numbers = count(1)


def identifier(name: str) -> str:
    """Quote a column or table name."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Quote a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def fresh_table(purpose: str) -> str:
    """Return a name for a temporary table that no other reading of this process uses."""
    return f"counterfoil_{purpose}_{next(_numbers)}"


def let(name: str, value: str, body: str) -> str:
    """Return SQL that computes `value` once and calls it `name` in `body`.

    A list of one element and a lambda: DuckDB evaluates the element once, whatever the body does with it.
    """
    return f"list_transform([{value}], lambda {name}: {body})[1]"
