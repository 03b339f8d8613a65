"""Writes columns of numbers as Arrow columns, in one stroke for a whole column; −1 is null everywhere.

Arrays are put together from buffers: that is several times faster than letter by letter, and it keeps pyarrow from
importing what it would need to look at numpy arrays itself.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from counterfoil.world.chance import Bools, Ints

_Bytes = npt.NDArray[np.uint8]
_Bits = npt.NDArray[np.uint64]
_GROUP = 4
_IN_GROUP = 10**_GROUP
#: Four letters for each group of four digits, and for each two bytes.
_DIGITS = np.frombuffer("".join(f"{number:04d}" for number in range(_IN_GROUP)).encode(), dtype=np.uint32)
_HEX = np.frombuffer("".join(f"{number:04x}" for number in range(1 << 16)).encode(), dtype=np.uint32)
_BASE36 = np.frombuffer(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", dtype=np.uint8)


def decimal_ids(prefix: str, number: Ints, width: int) -> pa.Array:
    """Write each number with leading zeros behind a prefix."""
    left = np.maximum(number, 0)
    groups = -(-width // _GROUP)
    letters = np.empty((len(number), groups), dtype=np.uint32)
    for place in range(groups - 1, 0, -1):
        rest = left // _IN_GROUP
        letters[:, place] = _DIGITS[left - rest * _IN_GROUP]
        left = rest
    letters[:, 0] = _DIGITS[np.minimum(left, _IN_GROUP - 1)]
    return _texts(prefix, letters.view(np.uint8)[:, groups * _GROUP - width :], number < 0)


def hex_ids(prefix: str, bits: _Bits, missing: Bools) -> pa.Array:
    """Write each number in sixteen hexadecimal digits behind a prefix."""
    pairs = bits.astype(">u8").view(">u2").reshape(len(bits), 4)
    return _texts(prefix, _HEX[pairs].view(np.uint8), missing)


def base36(number: Ints, width: int) -> pa.Array:
    """Write each number in digits and capital letters."""
    left = np.maximum(number, 0)
    letters = np.empty((len(number), width), dtype=np.uint8)
    for place in range(width - 1, -1, -1):
        rest = left // len(_BASE36)
        letters[:, place] = _BASE36[left - rest * len(_BASE36)]
        left = rest
    return _texts("", letters, number < 0)


def words(number: Ints, names: Sequence[str]) -> pa.Array:
    """Write each number as the word at that place of a list, in which a word may stand more than once."""
    place_of_word = {word: place for place, word in enumerate(dict.fromkeys(names))}
    place_of_number = np.array([place_of_word[word] for word in names], dtype=np.int32)
    places = plain(place_of_number[np.maximum(number, 0)], pa.int32(), number < 0)
    return pa.DictionaryArray.from_arrays(places, pa.array(list(place_of_word), type=pa.string()))


def plain(values: npt.NDArray[np.generic], kind: pa.DataType, missing: Bools | None = None) -> pa.Array:
    """Write numbers as they are, as a type of the same width."""
    data = pa.py_buffer(np.ascontiguousarray(values))
    return pa.Array.from_buffers(kind, len(values), [_bitmap(missing), data])


def flags(values: Bools, missing: Bools) -> pa.Array:
    """Write truth values."""
    data = pa.py_buffer(np.packbits(values, bitorder="little"))
    return pa.Array.from_buffers(pa.bool_(), len(values), [_bitmap(missing), data])


def _texts(prefix: str, letters: _Bytes, missing: Bools) -> pa.Array:
    rows, width = letters.shape
    head = np.frombuffer(prefix.encode(), dtype=np.uint8)
    whole = np.empty((rows, len(head) + width), dtype=np.uint8)
    whole[:, : len(head)] = head
    whole[:, len(head) :] = letters
    offsets = np.arange(rows + 1, dtype=np.int32) * np.int32(len(head) + width)
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(whole), _bitmap(missing))


def _bitmap(missing: Bools | None) -> pa.Buffer | None:
    if missing is None or not missing.any():
        return None
    return pa.py_buffer(np.packbits(~missing, bitorder="little"))
