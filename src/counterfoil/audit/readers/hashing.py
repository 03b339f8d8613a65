"""Keyed hashes of people and instruments, and ids made from several numbers, computed on columns.

A keyed hash is the first 128 bits of HMAC-SHA256 (RFC 2104) over the trimmed UTF-8 text, as 32 hexadecimal digits:
the same person or instrument gives the same key in every file that is read with the same secret. The secret stands
in a temporary table of the connection, never in the text of a query over rows, so no message or plan can show it.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.audit.readers.sql_text import fresh_table, literal

if TYPE_CHECKING:
    import duckdb

#: SHA-256 works on blocks of so many bytes.
_BLOCK_BYTES = 64

#: Hexadecimal digits that are kept.
KEY_DIGITS = 32


@dataclass(frozen=True, slots=True)
class KeyedHash:
    """A secret that is ready for use in SQL on one connection."""

    table: str

    @classmethod
    def on(cls, connection: duckdb.DuckDBPyConnection, secret: bytes) -> KeyedHash:
        """Put the two padded forms of the secret where SQL can reach them."""
        block = (hashlib.sha256(secret).digest() if len(secret) > _BLOCK_BYTES else secret).ljust(_BLOCK_BYTES, b"\0")
        table = fresh_table("secret")
        inner, outer = (bytes(byte ^ mask for byte in block).hex() for mask in (0x36, 0x5C))
        # Not as parameters: to bind one, DuckDB imports a library that takes two seconds to load.
        connection.execute(
            f"CREATE TEMP TABLE {table} AS SELECT unhex('{inner}') AS inner_pad, unhex('{outer}') AS outer_pad"
        )
        return cls(table)

    def sql(self, column: str) -> str:
        """Return SQL for the keyed hash of a text; null stays null."""
        inner = f"sha256((SELECT inner_pad FROM {self.table}) || encode(trim({column}, ' ')))"
        return f"left(sha256((SELECT outer_pad FROM {self.table}) || unhex({inner})), {KEY_DIGITS})"


def keyed(text: str, secret: bytes) -> str:
    """Return the keyed hash of one text, the same as `KeyedHash.sql` gives."""
    return hmac.digest(secret, text.strip(" ").encode(), "sha256").hex()[:KEY_DIGITS]


def made_id_sql(prefix: str, *columns: str) -> str:
    """Return SQL for an id made from several numbers: prefix, a colon, 32 hexadecimal digits.

    `prefix` is SQL. Each part goes in with its length, so that no two lists of numbers read the same.
    """
    parts = " || ".join(f"coalesce(length({column}) || ':' || {column}, '-')" for column in columns)
    return f"{prefix} || ':' || left(sha256({parts}), {KEY_DIGITS})"


def tail_sql(column: str, characters: int = 4) -> str:
    """Return SQL for the last characters of an instrument's number, whatever separates its groups."""
    bare = f"regexp_replace({column}, '[^0-9A-Za-z]', '', 'g')"
    return f"CASE WHEN length({bare}) >= {characters} THEN right({bare}, {characters}) END"


def unmasked_sql(column: str) -> str:
    """Return SQL for a value, null where stars hide a part of it: a masked name is a hint, never a key."""
    return f"CASE WHEN NOT contains({column}, {literal('*')}) THEN {column} END"
