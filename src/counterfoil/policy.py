"""The shop's policy: every window, limit and threshold that a diagnosis reads.

Values come from a TOML file whose keys are the field names below; what it leaves out keeps its default.
A policy is a value: it reads no clock, and the instants that depend on "now" are asked for with `as_of`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from counterfoil.errors import BadOption
from counterfoil.portable_patterns import read_pattern
from counterfoil.time_zones import is_time_zone

_UNITS = {"s": 1, "min": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"([0-9]{1,6}) *(s|min|h|d)")
#: Longer than any promise of a shop; moments so far from an audit are still moments of the calendar.
_DURATION_MAX = timedelta(days=36_500)
#: No amount of the books has more digits.
MINOR_MAX = 10**15 - 1
#: Days of a calendar, times, people: what is more than this is a slip of the hand.
COUNT_MAX = 36_500
_DEADLINE = re.compile(r"T\+([0-9]{1,2}) ([0-9]{2}):([0-9]{2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """`T+n HH:MM`: a moment of the shop's clock, n days after a local day."""

    days: int
    at: time

    def reached_through(self, as_of: datetime, zone: ZoneInfo) -> date:
        """Return the latest local day whose deadline is not later than `as_of`."""
        local = as_of.astimezone(zone)
        late = 0 if local.time() >= self.at else 1
        return local.date() - timedelta(days=self.days + late)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlierLimits:
    """When an operator or a terminal voids so much more than its peers that somebody should look."""

    q: float = 0.01  #: false-discovery rate of Benjamini and Hochberg
    ratio: int = 3  #: at least so many times the peers' rate
    voids_min: int = 10
    peers_min: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SerialReturnerLimits:
    """When a customer returns so often that somebody should look."""

    count: int = 5
    days: int = 90
    share: float = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the shop promises and tolerates; defaults are the project's own."""

    time_zone: str = "UTC"
    ship_within: timedelta = timedelta(hours=48)
    stalled_after: timedelta = timedelta(hours=72)
    late_after: timedelta = timedelta(hours=24)
    tracking_within: timedelta = timedelta(hours=24)
    sync_within: timedelta = timedelta(hours=2)
    failed_retry: timedelta = timedelta(hours=24)
    confirm_after: timedelta = timedelta(days=7)
    duplicate_window: timedelta = timedelta(minutes=30)
    slip_within: timedelta = timedelta(minutes=2)
    unknown_settle: timedelta = timedelta(minutes=15)
    acquirer_ready: Deadline = Deadline(days=1, at=time(10))
    acquirer_latest: Deadline = Deadline(days=3, at=time(10))
    match_window: timedelta = timedelta(minutes=10)
    ref_match_window: timedelta = timedelta(hours=24)
    return_window: timedelta = timedelta(days=30)
    restock_within: timedelta = timedelta(hours=48)
    refund_authoriser_from_minor: int = 0
    blind_return_limit_minor: int = 0
    #: A regular expression; goods lines whose sku it does not match anywhere are read as `fee`.
    goods_sku_pattern: str | None = None
    outliers: OutlierLimits = field(default_factory=OutlierLimits)
    serial_returner: SerialReturnerLimits = field(default_factory=SerialReturnerLimits)

    @property
    def zone(self) -> ZoneInfo:
        """The shop's time zone."""
        return ZoneInfo(self.time_zone)


def read_policy(path: Path) -> Policy:
    """Read a policy file; BadOption names the key that cannot be used."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, RecursionError, tomllib.TOMLDecodeError) as error:
        raise BadOption(f"{path.name}: expected a policy in TOML, found: {error}") from error
    return policy_from(given, source=path.name)


def policy_from(given: Mapping[str, object], *, source: str = "policy") -> Policy:
    """Make a policy from plain values, as TOML gives them."""
    known = {f.name: f for f in fields(Policy)}
    changes: dict[str, object] = {}
    for key, value in given.items():
        if key not in known:
            raise BadOption(f"{source}: unknown key {key!r}; the policy reference lists the known ones")
        changes[key] = _read(key, value, getattr(Policy(), key), source)
    return replace(Policy(), **changes)  # type: ignore[arg-type]  # every value was read by the type of its default


def _read(key: str, value: object, default: object, source: str) -> object:
    """Read one value by the type that its default has."""
    if isinstance(default, timedelta):
        return read_duration(key, value, source)
    if isinstance(default, Deadline):
        return _deadline(key, value, source)
    if isinstance(default, OutlierLimits | SerialReturnerLimits):
        return _limits(key, value, default, source)
    if key == "time_zone":
        return _zone(value, source)
    if key == "goods_sku_pattern":
        return read_pattern(key, str(value), source)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MINOR_MAX:
        return value
    raise BadOption(f"{source}: {key} wants a whole number of minor units of at most 15 digits, found {value!r}")


def read_duration(key: str, value: object, source: str) -> timedelta:
    """Read a duration such as `48h`; BadOption names its key."""
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise BadOption(f'{source}: {key} wants a duration such as "90s", "30min", "48h" or "7d", found {value!r}')
    found = timedelta(seconds=int(match[1]) * _UNITS[match[2]])
    if found > _DURATION_MAX:
        raise BadOption(f"{source}: {key} wants a duration of at most {_DURATION_MAX.days}d, found {value!r}")
    return found


def _deadline(key: str, value: object, source: str) -> Deadline:
    match = _DEADLINE.fullmatch(value) if isinstance(value, str) else None
    try:
        if match is not None:
            return Deadline(days=int(match[1]), at=time(int(match[2]), int(match[3])))
    except ValueError:
        pass
    raise BadOption(f'{source}: {key} wants a deadline such as "T+1 10:00", found {value!r}')


def _limits(key: str, value: object, default: OutlierLimits | SerialReturnerLimits, source: str) -> object:
    if not isinstance(value, Mapping):
        raise BadOption(f"{source}: {key} wants a table, found {value!r}")
    known = {f.name: getattr(default, f.name) for f in fields(default)}
    for name, given in value.items():
        if name not in known or not _is_limit(given, known[name]):
            raise BadOption(
                f"{source}: {key}.{name} = {given!r} cannot be used; known are {sorted(known)}, as whole numbers up to "
                f"{COUNT_MAX}, or shares from 0 to 1"
            )
    return replace(default, **value)


def _is_limit(given: object, default: float) -> bool:
    """Say whether a number can be a limit: a share where its default is one, else something that is counted."""
    if not isinstance(given, int | float) or isinstance(given, bool):
        return False
    return 0 <= given <= 1 if type(default) is float else type(given) is int and 0 <= given <= COUNT_MAX


def _zone(value: object, source: str) -> str:
    if not is_time_zone(str(value)):
        raise BadOption(f"{source}: time_zone wants a name such as Asia/Shanghai, found {value!r}")
    return str(value)


def utc_day(day: date) -> datetime:
    """Return midnight UTC of a day, as an aware time."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
