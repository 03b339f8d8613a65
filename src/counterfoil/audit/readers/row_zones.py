"""Local times whose zone stands in the row, into UTC.

Reports write the zone beside the time, as an abbreviation (`PDT`), an offset (`GMT+08:00`), a name of the IANA
database or a name in words. A word with several meanings (`CST`, `IST`) is not understood: the row is set aside
unless the user names the zone. Nothing here guesses.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from counterfoil.audit.readers.sql_text import literal
from counterfoil.audit.readers.times import known_zone, utc_sql
from counterfoil.errors import BadOption

if TYPE_CHECKING:
    import duckdb

#: One report names few zones; further ones are not understood.
ZONES_MAX = 64

#: Hours from UTC. `CET` is not here: it is written all year round, and then names the zone.
_HOURS = {
    "UTC": 0, "Z": 0, "GMT": 0, "WET": 0, "BST": 1, "WEST": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3,
    "EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10,
    "BRT": -3, "HKT": 8, "SGT": 8, "AWST": 8, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
}  # fmt: skip

#: Zones by the words that some tills write.
_NAMES = {
    "CET": "Europe/Amsterdam",
    "Pacific Time (US & Canada)": "America/Los_Angeles",
    "Mountain Time (US & Canada)": "America/Denver",
    "Central Time (US & Canada)": "America/Chicago",
    "Eastern Time (US & Canada)": "America/New_York",
    "Atlantic Time (Canada)": "America/Halifax",
    "Arizona": "America/Phoenix",
    "Alaska": "America/Anchorage",
    "Hawaii": "Pacific/Honolulu",
    "London": "Europe/London",
    "Dublin": "Europe/Dublin",
    "Paris": "Europe/Paris",
    "Madrid": "Europe/Madrid",
    "Tokyo": "Asia/Tokyo",
    "Sydney": "Australia/Sydney",
    "Melbourne": "Australia/Melbourne",
    "Brisbane": "Australia/Brisbane",
    "Perth": "Australia/Perth",
    "Adelaide": "Australia/Adelaide",
}

_OFFSET = re.compile(r"(?:GMT|UTC)?([+-])([0-9]{1,2})(?::?([0-9]{2}))?")
_MINUTES_MAX = 15 * 60


def zoned_utc_sql(
    connection: duckdb.DuckDBPyConnection, rows: str, *, zone: str, local: str, override: str | None
) -> str:
    """Return SQL that takes `local` (a TIMESTAMP) to UTC by the word in `zone`; null where it is not understood.

    `zone` and `local` are SQL over `rows`, which is SQL for FROM. A zone that the user names counts for every row.
    """
    if override is not None:
        return utc_sql(local, override)
    words = connection.execute(
        f"SELECT DISTINCT {zone} AS word FROM {rows} WHERE {zone} IS NOT NULL ORDER BY 1 LIMIT {ZONES_MAX}"
    ).fetchall()
    known = [(word, sql) for (word,) in words if (sql := _one_zone_sql(word, local)) is not None]
    cases = " ".join(f"WHEN {literal(word)} THEN {sql}" for word, sql in known)
    return f"CASE {zone} {cases} END" if known else "CAST(NULL AS TIMESTAMP)"


def _one_zone_sql(word: str, local: str) -> str | None:
    """Return SQL for times that this word stands beside, or None where it is not understood."""
    if word in _HOURS:
        return f"{local} - to_seconds({_HOURS[word] * 3600})"
    if (offset := _OFFSET.fullmatch(word)) is not None:
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        seconds = minutes * 60 if offset[1] == "+" else -minutes * 60
        return f"{local} - to_seconds({seconds})" if minutes <= _MINUTES_MAX else None
    if word not in _NAMES and "/" not in word:
        return None
    try:
        known_zone(_NAMES.get(word, word))
    except BadOption:
        return None
    return utc_sql(local, _NAMES.get(word, word))
