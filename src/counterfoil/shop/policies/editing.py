"""One value of the shop's policy changed, and the text that says so. Pure: a text goes in, and another comes out.

What the text left out stays left out, so that a default of the project goes on to hold. Comments of the old text are
not carried over; the version that had them keeps them.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from counterfoil.errors import BadOption, Bug
from counterfoil.languages import Text
from counterfoil.policy import COUNT_MAX, MINOR_MAX, Deadline, OutlierLimits, Policy, SerialReturnerLimits
from counterfoil.policy_reference import MEANINGS, policy_values
from counterfoil.shop.policies.model import CaseTimes, ShopPolicy
from counterfoil.shop.policies.own_words import OWN_MEANINGS
from counterfoil.shop.policies.rules import read_kept_policy, read_shop_policy
from counterfoil.written_numbers import decimal_number, whole_number

#: The table of the case times, before the name of one of them.
_CASES = "cases"
_CALLING_CODE = "calling_code"


class Unit(StrEnum):
    """In what a value is written."""

    DURATION = "duration"  #: `90s`, `30min`, `48h`, `7d`
    DEADLINE = "deadline"  #: `T+1 10:00`, on the shop's clock
    MONEY = "money"  #: whole minor units
    COUNT = "count"  #: a whole number
    SHARE = "share"  #: a number from 0 to 1
    ZONE = "zone"  #: a name such as Asia/Shanghai
    PATTERN = "pattern"  #: a regular expression, or nothing
    CALLING_CODE = "calling_code"  #: the digits of a country's telephone code, or nothing


_SHARES = frozenset({"outliers.q", "serial_returner.share"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value of the policy, as people see it."""

    #: As in the TOML file; what stands in a table has the table's name before it.
    key: str
    #: As in the TOML file, without quotation marks; empty: not set.
    written: str
    #: What the project says where nobody has decided anything.
    default: str
    unit: Unit
    #: Whether the text in force names it.
    is_decided: bool
    #: Whether findings depend on it, so that a change can be tried on the books.
    is_judging: bool


def values_of(text: str, *, time_zone: str) -> tuple[Value, ...]:
    """Return every value that can be changed, in the order of the reference."""
    policy = read_kept_policy(text, time_zone=time_zone)
    nobody = read_shop_policy("", time_zone=time_zone)
    named = set(_named(tomllib.loads(text)))
    defaults = dict(_written(nobody))
    return tuple(
        Value(
            key=key,
            written=written,
            default=defaults[key],
            unit=_UNITS[key],
            is_decided=key in named,
            is_judging=key not in OWN_MEANINGS,
        )
        for key, written in _written(policy)
    )


def with_value(text: str, key: str, written: str, *, time_zone: str) -> str:
    """Return a text with one value changed; an empty one is taken out, so that the default holds again.

    BadOption where the value cannot be used.
    """
    if key not in _UNITS:
        raise BadOption(f"policy: unknown key {key!r}; the policy reference lists the known ones")
    given = tomllib.loads(text)
    table, _, name = key.rpartition(".")
    holder = given.setdefault(table, {}) if table else given
    if written:
        holder[name] = _read(key, written)
    else:
        holder.pop(name, None)
    if table and not holder:
        given.pop(table)
    changed = toml_of(given)
    read_shop_policy(changed, time_zone=time_zone)
    return changed


def meaning_of(key: str) -> Text:
    """Return what a value means."""
    return OWN_MEANINGS[key] if key in OWN_MEANINGS else MEANINGS[key]


def toml_of(given: Mapping[str, object]) -> str:
    """Write plain values as TOML, as `tomllib` reads them; Bug where it would read something else."""
    lines = [f"{key} = {_toml(value)}" for key, value in given.items() if not _is_table(value)]
    for key, value in given.items():
        if isinstance(value, Mapping):
            lines += ["", *_table(key, value)]
        elif _is_table(value):
            assert isinstance(value, list)
            for each in value:
                lines += ["", f"[[{key}]]", *(f"{name} = {_toml(inner)}" for name, inner in each.items())]
    text = "\n".join(lines).strip() + "\n"
    if tomllib.loads(text) != given:
        raise Bug("a policy that was written reads otherwise")
    return text


def _table(path: str, table: Mapping[str, object]) -> Iterator[str]:
    """Yield the lines of a table, and of the tables in it: `[limits]` holds one for each role."""
    plain = {name: value for name, value in table.items() if not isinstance(value, Mapping)}
    if plain or not table:
        yield f"[{path}]"
    yield from (f"{name} = {_toml(value)}" for name, value in plain.items())
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _table(f"{path}.{name}", value)


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping) or (isinstance(value, list) and any(isinstance(each, Mapping) for each in value))


def _toml(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            # Whatever JSON escapes, TOML reads alike; only DEL has to be escaped by hand.
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case int() | float():
            return repr(value)
        case _:
            raise BadOption(f"policy: {value!r} cannot be written again; decide this policy by command")


def _named(given: Mapping[str, object]) -> Iterator[str]:
    for key, value in given.items():
        yield key
        if isinstance(value, Mapping):
            yield from (f"{key}.{name}" for name in value)


def _written(policy: ShopPolicy) -> Iterator[tuple[str, str]]:
    """Yield every value that can be changed, as it is written, without quotation marks."""
    for key, written in policy_values(policy.audit):
        yield key, json.loads(written) if written.startswith('"') else written
    for each in fields(CaseTimes):
        yield f"{_CASES}.{each.name}", _duration(getattr(policy.cases, each.name))
    yield _CALLING_CODE, policy.calling_code or ""


def _duration(span: timedelta) -> str:
    [written] = [value for key, value in policy_values(Policy(ship_within=span)) if key == "ship_within"]
    return str(json.loads(written))


def _read(key: str, written: str) -> object:
    """Return what somebody typed as TOML would hold it; a number that is none is refused here."""
    if _UNITS[key] not in {Unit.MONEY, Unit.COUNT, Unit.SHARE}:
        return written
    most = number_max(key)
    number = decimal_number(written) if _UNITS[key] is Unit.SHARE else whole_number(written)
    if number is None or not 0 <= number <= most:
        raise BadOption(f"policy: {key} wants a number from 0 to {most} in the digits 0 to 9, found {written!r}")
    return float(number) if isinstance(number, Decimal) else number


def number_max(key: str) -> int:
    """Return the largest number that a value may be; what is no number has none, and is answered like a count."""
    match _UNITS[key]:
        case Unit.SHARE:
            return 1
        case Unit.MONEY:
            return MINOR_MAX
        case _:
            return COUNT_MAX


def _unit(key: str, default: object) -> Unit:
    if key in _SHARES:
        return Unit.SHARE
    match default:
        case timedelta():
            return Unit.DURATION
        case Deadline():
            return Unit.DEADLINE
        case int() if key.endswith("_minor"):
            return Unit.MONEY
        case int():
            return Unit.COUNT
        case _:
            return Unit.ZONE if key == "time_zone" else Unit.PATTERN


def _units() -> Iterator[tuple[str, Unit]]:
    for each in fields(Policy):
        default = getattr(Policy(), each.name)
        if isinstance(default, OutlierLimits | SerialReturnerLimits):
            for inner in fields(default):
                key = f"{each.name}.{inner.name}"
                yield key, _unit(key, getattr(default, inner.name))
        else:
            yield each.name, _unit(each.name, default)
    yield from ((f"{_CASES}.{each.name}", Unit.DURATION) for each in fields(CaseTimes))
    yield _CALLING_CODE, Unit.CALLING_CODE


_UNITS: Mapping[str, Unit] = dict(_units())
