"""Which time zones there are: by name, the same on every machine and for every engine. Pure but for the files of zones.

A folder of zones holds more than zones: `localtime` and `posixrules` are whatever this machine is set to, `right/…`
counts leap seconds, and `Factory` is no place at all. Books that name one of these are read otherwise elsewhere.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

#: In the list of zones, and none.
_NO_PLACE = frozenset({"Factory"})


def is_time_zone(name: str) -> bool:
    """Say whether a name is one of the tz database, such as Asia/Shanghai, and its rules are there."""
    if name not in time_zones():
        return False
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


@cache
def time_zones() -> frozenset[str]:
    """Return every name of the tz database, as the package `tzdata` lists them."""
    return frozenset(files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()) - _NO_PLACE
