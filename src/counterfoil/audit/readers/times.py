"""Local times of foreign files into UTC, in SQL, without asking a time-zone library for every row.

Formats are stated, never guessed row by row: `03/04/2010` is a day in March or in April because the format says so.
A zone's changes between 2000 and 2100 are looked up once, in Python, and become a small decision tree.
A time that the clock showed twice is taken as the first of the two; one that it skipped is read with the offset
before the change (the `fold=0` of PEP 495).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from counterfoil.audit.readers.sql_text import let, literal
from counterfoil.errors import BadOption
from counterfoil.moments import EARLIEST_YEAR, LATEST_YEAR
from counterfoil.time_zones import is_time_zone

#: Years, months and days in this order, with and without seconds and fractions.
ISO_FORMATS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S.%f",
    "%Y-%m-%dT%H:%M:%S.%f",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y%m%d%H%M%S",
    "%Y-%m-%d",
)

#: Day before month, as most of Europe writes: `31/12/2010 08:26`, `31.12.2010`.
DAY_FIRST_FORMATS = tuple(
    f"%d{mark}%m{mark}{year}{clock}"
    for mark in "/.-"
    for year in ("%y", "%Y")  # `%Y` would read 10 as the year 10, `%y` cannot read 2010
    for clock in (" %H:%M:%S", " %H:%M", "")
)

#: Month before day, as the United States write: `12/31/2010 8:26`.
MONTH_FIRST_FORMATS = tuple(
    f"%m{mark}%d{mark}{year}{clock}"
    for mark in "/-"
    for year in ("%y", "%Y")  # `%Y` would read 10 as the year 10, `%y` cannot read 2010
    for clock in (" %H:%M:%S", " %H:%M", " %I:%M:%S %p", " %I:%M %p", "")
)

_WIDE = ("０１２３４５６７８９：－／　", "0123456789:-/ ")
_OFFSET = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)? ?(Z|[+-]\d{2}(:?\d{2})?)$"


def local_sql(column: str, formats: Sequence[str] = ISO_FORMATS) -> str:
    """Return SQL for a text as a time without zone, by the first format that fits, or null."""
    listed = ", ".join(literal(form) for form in formats)
    plain = f"translate({column}, {literal(_WIDE[0])}, {literal(_WIDE[1])})"
    return f"CAST(try_strptime({plain}, [{listed}]) AS TIMESTAMP)"


def utc_sql(local: str, zone: str) -> str:
    """Return SQL that takes a local time (TIMESTAMP) to UTC."""
    return let("_t", local, f"_t - to_seconds({_offsets_tree(zone)})")


def instant_sql(column: str, zone: str, formats: Sequence[str] = ISO_FORMATS) -> str:
    """Return SQL for a text as a UTC time: its own offset where it carries one, else the given zone."""
    written = f"make_timestamp(epoch_us(TRY_CAST(replace({column}, ',', '.') AS TIMESTAMPTZ)))"
    local = utc_sql(local_sql(column, formats), zone)
    return f"CASE WHEN {has_offset_sql(column)} THEN {written} ELSE {local} END"


def has_offset_sql(column: str) -> str:
    """Return SQL that says whether a text is a time in ISO form with Z or an offset."""
    return f"coalesce(regexp_matches({column}, {literal(_OFFSET)}), FALSE)"


def written_instant_sql(column: str, formats: Sequence[str]) -> str:
    """Return SQL for a text as a UTC time by formats that hold `%z`, or null."""
    listed = ", ".join(literal(form) for form in formats)
    return f"make_timestamp(epoch_us(CAST(try_strptime({column}, [{listed}]) AS TIMESTAMPTZ)))"


def epoch_sql(column: str) -> str:
    """Return SQL for a text of whole seconds since 1970 as a UTC time, or null."""
    seconds = f"regexp_full_match({column}, '[0-9]{{9,11}}')"
    return f"CASE WHEN {seconds} THEN make_timestamp(CAST({column} AS BIGINT) * 1000000) END"


def known_zone(name: str) -> ZoneInfo:
    """Return a time zone; BadOption where there is none of this name."""
    if not is_time_zone(name):
        raise BadOption(f"expected a time zone such as Europe/London, found {name!r}")
    return ZoneInfo(name)


@lru_cache(maxsize=64)
def _offsets_tree(zone: str) -> str:
    """Return nested CASEs over `_t` that give the offset in seconds."""
    return _tree(_changes(known_zone(zone)))


def _tree(changes: Sequence[tuple[datetime, int]]) -> str:
    if len(changes) == 1:
        return str(changes[0][1])
    middle = len(changes) // 2
    moment = changes[middle][0].isoformat(sep=" ")
    return f"CASE WHEN _t < TIMESTAMP '{moment}' THEN {_tree(changes[:middle])} ELSE {_tree(changes[middle:])} END"


def _changes(zone: ZoneInfo) -> list[tuple[datetime, int]]:
    """Return (local time from which it holds, offset in seconds) for every offset of the zone, in order."""
    moment = datetime(EARLIEST_YEAR - 1, 12, 30, tzinfo=UTC)
    end = datetime(LATEST_YEAR + 1, 1, 3, tzinfo=UTC)
    offset = _offset(zone, moment)
    found = [(moment.replace(tzinfo=None), offset)]
    while moment < end:
        later = moment + timedelta(days=7)
        if _offset(zone, later) != offset:
            change = _first_with_other_offset(zone, moment, later)
            before, offset = offset, _offset(zone, change)
            # fold=0: the old offset holds until the clock has passed both readings of the change.
            local = change.replace(tzinfo=None) + timedelta(seconds=max(before, offset))
            found.append((local, offset))
            later = change
        moment = later
    return found


def _first_with_other_offset(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """Return the first second of (low, high] whose offset differs from that of `low`."""
    offset = _offset(zone, low)
    while (high - low) > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        low, high = (middle, high) if _offset(zone, middle) == offset else (low, middle)
    return high


def _offset(zone: ZoneInfo, moment: datetime) -> int:
    shift = moment.astimezone(zone).utcoffset()
    return 0 if shift is None else int(shift.total_seconds())
