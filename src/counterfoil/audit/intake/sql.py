"""Small pieces of DuckDB SQL that every part of the intake writes in the same way."""

from __future__ import annotations

from collections.abc import Iterable


def name(identifier: str) -> str:
    """Quote a column or table name."""
    return '"' + identifier.replace('"', '""') + '"'


def text(value: str) -> str:
    """Quote a text literal."""
    return "'" + value.replace("'", "''") + "'"


def texts(values: Iterable[str]) -> str:
    """Write a list of text literals, comma separated."""
    return ", ".join(text(value) for value in values)


def either(conditions: Iterable[str]) -> str:
    """Return the condition that holds where any of `conditions` does; FALSE for none."""
    return " OR ".join(f"({condition})" for condition in conditions) or "FALSE"
