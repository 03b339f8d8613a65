"""Currencies in SQL, by the numbers or the letters that a file gives."""

from __future__ import annotations

from counterfoil.audit.readers.words import translated_sql
from counterfoil.currencies import CURRENCIES, NUMBERS


def letters_sql(column: str) -> str:
    """Return SQL for the letters of a currency given by number (a lost zero put back) or by letters; null if neither.

    A spreadsheet that saved `036` has made `36` of it.
    """
    number = translated_sql(f"lpad({column}, 3, '0')", NUMBERS)
    letters = translated_sql(f"upper({column})", {code: code for code in sorted(CURRENCIES)})
    return f"CASE WHEN regexp_full_match({column}, '[0-9]{{1,3}}') THEN {number} ELSE {letters} END"
