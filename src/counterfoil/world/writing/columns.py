"""Columns of numbers as columns of the book format; −1 is null everywhere."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from counterfoil.books.format import TABLES
from counterfoil.world.chance import Ints
from counterfoil.world.sheet import NULL
from counterfoil.world.words import PLACES
from counterfoil.world.writing.lettering import flags, plain, words

_MICROSECONDS = 1000


def enum_column(table: str, column: str, number: Ints) -> pa.Array:
    """Write places in the format's list of words as these words."""
    return words(number, TABLES[table].column(column).words)


def whole_numbers(number: Ints) -> pa.Array:
    """Write whole numbers, amounts in minor units among them."""
    return plain(number, pa.int64(), number == NULL)


def moments(moment: Ints) -> pa.Array:
    """Write milliseconds since 1970 UTC as times."""
    return plain(moment * _MICROSECONDS, pa.timestamp("us", tz="UTC"), moment == NULL)


def days(day: Ints) -> pa.Array:
    """Write days since 1970 as dates."""
    return plain(day.astype(np.int32), pa.date32(), day == NULL)


def truth_values(number: Ints) -> pa.Array:
    """Write 0 and 1 as false and true."""
    return flags(number == 1, number == NULL)


def degrees(place: Ints, which: int) -> pa.Array:
    """Write where places lie: 1 is degrees north, 2 degrees east."""
    return plain(np.array([each[which] for each in PLACES], dtype=np.float64)[place], pa.float64())


def decimals(ten_thousandths: Ints) -> pa.Array:
    """Write whole ten-thousandths as decimals of scale four: sixteen bytes, the low half first."""
    halves = np.zeros((len(ten_thousandths), 2), dtype=np.int64)
    halves[:, 0] = ten_thousandths
    return plain(halves, pa.decimal128(18, 4))
