"""Text in CSV files that we write must never be a formula to a spreadsheet.

A cell that begins with one of the signs below gets a leading apostrophe, which spreadsheets show as plain text
(OWASP, CSV Injection). Full-width signs count too: spreadsheets of East Asian locales read them as the narrow ones.
"""

from __future__ import annotations

from collections.abc import Mapping

from counterfoil.audit.intake import sql

#: Signs with which a formula, or what ends up as one, begins.
_BEGINNINGS = "=+@\t\r\n＝＋－＠-"


def neutralised(cell: str) -> str:
    """Return the SQL of a VARCHAR expression that is safe in a CSV file."""
    return f"CASE WHEN regexp_matches({cell}, '^[{_BEGINNINGS}]') THEN '''' || {cell} ELSE {cell} END"


def neutralised_text(text: str) -> str:
    """Return one text as `neutralised` does."""
    return f"'{text}" if text.startswith(tuple(_BEGINNINGS)) else text


def neutralised_columns(types: Mapping[str, str]) -> str:
    """Return the select list of columns, by DuckDB type, with every VARCHAR made safe."""
    return ", ".join(
        f"{neutralised(sql.name(column))} AS {sql.name(column)}" if type_name == "VARCHAR" else sql.name(column)
        for column, type_name in types.items()
    )
