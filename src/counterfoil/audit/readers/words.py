"""Foreign words into ours: the values of an enum translated in SQL, unknown ones left for quarantine."""

from __future__ import annotations

from collections.abc import Mapping

from counterfoil.audit.readers.sql_text import literal


def translated_sql(column: str, words: Mapping[str, str]) -> str:
    """Return SQL for the translation of a word; null where the word is not known."""
    if not words:
        return "CAST(NULL AS VARCHAR)"
    cases = " ".join(f"WHEN {literal(theirs)} THEN {literal(ours)}" for theirs, ours in words.items())
    return f"CASE {column} {cases} END"


def unless_placeholder_sql(column: str, *placeholders: str) -> str:
    """Return SQL for a value, null where it is one of the marks that a format writes for `none`."""
    listed = ", ".join(literal(mark) for mark in placeholders)
    return f"CASE WHEN {column} NOT IN ({listed}) THEN {column} END"
