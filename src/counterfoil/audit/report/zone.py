"""Times as the shop's clock shows them: the instant in milliseconds, and how far the clock is from UTC.

The page adds the two and formats digits; it needs no time zone data of its own and reads no clock.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc


def epoch_ms(times: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return instants as milliseconds since 1970, rounded down; null stays null."""
    micros = times.cast(pa.timestamp("us", tz="UTC")).cast(pa.int64())
    remainder = pc.subtract(micros, pc.multiply(pc.divide(micros, 1000), 1000))
    whole = pc.divide(micros, 1000)
    return pc.if_else(pc.less(remainder, 0), pc.subtract(whole, 1), whole)


def offset_minutes(times: pa.ChunkedArray, zone: str) -> pa.ChunkedArray:
    """Return how many minutes the clock of `zone` is ahead of UTC at each instant."""
    utc = times.cast(pa.timestamp("us", tz="UTC"))
    there = pc.local_timestamp(utc.cast(pa.timestamp("us", tz=zone))).cast(pa.int64())
    seconds = pc.divide(pc.subtract(there, utc.cast(pa.int64())), 1_000_000)
    return pc.divide(seconds, 60)
