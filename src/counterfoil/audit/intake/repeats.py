"""Which of millions of keys stand more than once, or in one table only, by sorting their hashes.

Sorting ten million numbers costs a fifth of a second and takes eight bytes each; counting as many keys in groups, or
joining them, costs many times both. A hash has 64 bits: among ten million keys the chance that two different ones
share it, so that a row without a like is overlooked, is about one in two million.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from counterfoil.audit.intake import sql

if TYPE_CHECKING:
    import duckdb


def key_hash(columns: Sequence[str]) -> str:
    """Write the hash of a key."""
    return f"hash({', '.join(sql.name(column) for column in columns)})"


def hashes_of(connection: duckdb.DuckDBPyConnection, query: str, keys: Sequence[Sequence[str]]) -> Sequence[np.ndarray]:
    """Return for each key the hashes that the rows of a query have, in ascending order."""
    asked = ", ".join(f"{key_hash(key)} AS hash_{number}" for number, key in enumerate(keys))
    fetched = connection.execute(f"SELECT {asked} FROM ({query})").fetchnumpy()
    found = []
    for number in range(len(keys)):
        hashes = fetched.pop(f"hash_{number}")
        hashes.sort()
        found.append(hashes)
    return found


def repeated(hashes: np.ndarray) -> pa.Table:
    """Return the hashes (column `hash`, each once) that stand more than once among ascending ones."""
    return pa.table({"hash": _each_once(hashes[1:][hashes[1:] == hashes[:-1]])})


def in_one_only(one: np.ndarray, other: np.ndarray) -> pa.Table:
    """Return the hashes (column `hash`, each once) that stand in one of two ascending arrays and not in the other."""
    both = np.concatenate([_each_once(one), _each_once(other)])
    both.sort()
    alone = np.ones(both.size, bool)
    alone[1:] &= both[1:] != both[:-1]
    alone[:-1] &= both[1:] != both[:-1]
    return pa.table({"hash": both[alone]})


def _each_once(hashes: np.ndarray) -> np.ndarray:
    """Leave out what stands before among ascending hashes."""
    first = np.ones(hashes.size, bool)
    first[1:] = hashes[1:] != hashes[:-1]
    return hashes[first]
