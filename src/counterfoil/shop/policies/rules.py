"""How the shop's policy is read from TOML. Pure: the same text always means the same.

Its keys are those of an audit's policy, and beside them `[limits.ROLE]`, `[[scale_codes]]`, `calling_code` and
`[cases]`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from types import MappingProxyType

from counterfoil.errors import BadOption
from counterfoil.policy import MINOR_MAX, policy_from, read_duration
from counterfoil.shop.catalogue.scale_codes import ScalePattern, refuse_ambiguous, scale_pattern
from counterfoil.shop.policies.model import CaseTimes, ShopPolicy
from counterfoil.shop.staff.model import Role
from counterfoil.shop.staff.roles import LIMITS, Limit

TEXT_LENGTH_MAX = 100_000
_PERMILLE = 1000
_CALLING_CODE_DIGITS_MAX = 3
_OWN_KEYS = ("limits", "scale_codes", "calling_code", "cases")
#: What takes any amount off `refund_minor_max`.
_ANY = "any"


def read_shop_policy(text: str, *, time_zone: str) -> ShopPolicy:
    """Read a policy; the merchant's own time zone holds where the text names none. BadOption names what is wrong."""
    if len(text) > TEXT_LENGTH_MAX:
        raise BadOption(f"policy: expected at most {TEXT_LENGTH_MAX} characters, found {len(text)}")
    try:
        given = tomllib.loads(text)
    except (RecursionError, tomllib.TOMLDecodeError) as error:
        raise BadOption(f"policy: expected TOML, found: {error}") from error
    return _shop_policy(given, time_zone)


def read_kept_policy(text: str, *, time_zone: str) -> ShopPolicy:
    """Read a policy that was decided once: a key that is refused today holds no more, and its default does instead.

    What a policy may say has become narrower, and may again. Tills read it with every sale, and must not stand still
    for that; `unusable_in` says what does not hold, and why.
    """
    try:
        return read_shop_policy(text, time_zone=time_zone)
    except BadOption:
        unusable = unusable_in(text, time_zone=time_zone)
        return _shop_policy({key: each for key, each in tomllib.loads(text).items() if key not in unusable}, time_zone)


def unusable_in(text: str, *, time_zone: str) -> Mapping[str, BadOption]:
    """Return the keys of a policy that was decided once and that are refused today, each with its reason."""
    found: dict[str, BadOption] = {}
    for key, value in tomllib.loads(text).items():
        try:
            _shop_policy({key: value}, time_zone)
        except BadOption as error:
            found[key] = error
    return found


def _shop_policy(given: Mapping[str, object], time_zone: str) -> ShopPolicy:
    own = {key: given[key] for key in _OWN_KEYS if key in given}
    audit = policy_from({key: value for key, value in given.items() if key not in own})
    return ShopPolicy(
        # The merchant's own zone was looked at when the merchant was made.
        audit=audit if "time_zone" in given else replace(audit, time_zone=time_zone),
        limits=_limits(own.get("limits", {})),
        scale_codes=_scale_codes(own.get("scale_codes", [])),
        calling_code=_calling_code(own.get("calling_code")),
        cases=_case_times(own.get("cases", {})),
    )


def _limits(given: object) -> Mapping[Role, Limit]:
    if not isinstance(given, Mapping):
        raise BadOption(f"policy: limits wants a table for each role, found {given!r}")
    changed = dict(LIMITS)
    for name, wanted in given.items():
        if name not in set(Role) or not isinstance(wanted, Mapping):
            raise BadOption(f"policy: limits.{name} wants a table of one of {', '.join(Role)}, found {wanted!r}")
        changed[Role(name)] = _limit(name, wanted, changed[Role(name)])
    return MappingProxyType(changed)


def _limit(role: str, given: Mapping[str, object], default: Limit) -> Limit:
    known = {field.name for field in fields(Limit)}
    changes: dict[str, int | None] = {}
    for key, value in given.items():
        most = _PERMILLE if key == "discount_permille_max" else MINOR_MAX
        if key == "refund_minor_max" and value == _ANY:
            changes[key] = None
        elif key in known and isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most:
            changes[key] = value
        else:
            raise BadOption(
                f"policy: limits.{role}.{key} = {value!r} cannot be used; known are discount_permille_max (0 to 1000) "
                'and refund_minor_max (minor units, or "any")'
            )
    return replace(default, **changes)  # type: ignore[arg-type]  # each was held to its own key above


def _scale_codes(given: object) -> tuple[ScalePattern, ...]:
    if not isinstance(given, list) or not all(isinstance(each, Mapping) for each in given):
        raise BadOption(f"policy: scale_codes wants tables with a pattern each, found {given!r}")
    patterns = tuple(_scale_code(each) for each in given)
    refuse_ambiguous(patterns)
    return patterns


def _scale_code(given: Mapping[str, object]) -> ScalePattern:
    shape, decimals = given.get("pattern"), given.get("decimals")
    unknown = set(given) - {"pattern", "decimals"}
    if unknown or not isinstance(shape, str) or not isinstance(decimals, int | None) or isinstance(decimals, bool):
        raise BadOption(
            f'policy: a scale code wants pattern = "21IIIIICWWWWK" and perhaps decimals = 3, found {dict(given)!r}'
        )
    return scale_pattern(shape, decimals)


def _calling_code(given: object) -> str | None:
    if given is None:
        return None
    code = str(given).removeprefix("+")
    if not (code.isascii() and code.isdigit() and len(code) <= _CALLING_CODE_DIGITS_MAX and code[0] != "0"):
        raise BadOption(f'policy: calling_code wants the code of a country such as "86", found {given!r}')
    return code


def _case_times(given: object) -> CaseTimes:
    known = {field.name for field in fields(CaseTimes)}
    if not isinstance(given, Mapping) or not set(given) <= known:
        raise BadOption(f"policy: cases wants a table of {', '.join(sorted(known))}, found {given!r}")
    return replace(CaseTimes(), **{key: read_duration(f"cases.{key}", value, "policy") for key, value in given.items()})
