"""The tables of the policy that are the shop's own, changed: limits of roles, and codes that scales print. Pure.

A text goes in, and another comes out, as in `editing`: what the text left out stays left out, so that a default of the
project goes on to hold.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from decimal import Decimal

from counterfoil.errors import BadOption
from counterfoil.money import scale_of
from counterfoil.shop.catalogue.scale_codes import scale_pattern
from counterfoil.shop.policies.editing import toml_of
from counterfoil.shop.policies.rules import read_shop_policy
from counterfoil.shop.staff.model import Role
from counterfoil.written_numbers import decimal_number

LIMITS_TABLE, CODES_TABLE = "limits", "scale_codes"
#: What takes any amount off a limit of refunds.
ANY = "any"
_DISCOUNT, _REFUND = "discount_permille_max", "refund_minor_max"
_PERCENT = 10
_PERCENT_MAX = Decimal(100)


def limit_typed(discount: str, refund: str, currency: str) -> Mapping[str, int | str | None]:
    """Return the limit of a role as TOML holds it, from a discount in per cent and a refund in major units.

    Nothing typed lets the default hold again; `any` takes the limit of refunds off. BadOption where it is neither.
    """
    return {_DISCOUNT: _permille(discount), _REFUND: refund if refund == ANY else _minor(refund, currency)}


def with_limit(text: str, role: Role, limit: Mapping[str, int | str | None], *, time_zone: str) -> str:
    """Return a text with another limit of a role; BadOption where it cannot be used."""
    given = tomllib.loads(text)
    roles = given.setdefault(LIMITS_TABLE, {})
    own = {**roles.get(role, {}), **limit}
    roles[role] = {key: value for key, value in own.items() if value is not None}
    if not roles[role]:
        del roles[role]
    if not roles:
        del given[LIMITS_TABLE]
    return _checked(given, time_zone)


def with_scale_code(text: str, shape: str, decimals: int | None, *, time_zone: str) -> str:
    """Return a text with one more pattern of a scale's codes; BadOption where it cannot be used beside the others."""
    given = tomllib.loads(text)
    pattern = scale_pattern(shape, decimals)
    codes = given.setdefault(CODES_TABLE, [])
    codes.append({"pattern": pattern.shape, **({"decimals": decimals} if decimals is not None else {})})
    return _checked(given, time_zone)


def without_scale_code(text: str, shape: str, *, time_zone: str) -> str:
    """Return a text without a pattern; the same text where it has none like it."""
    given = tomllib.loads(text)
    codes = given.get(CODES_TABLE, [])
    left = [each for each in codes if scale_pattern(each["pattern"], each.get("decimals")).shape != shape]
    if len(left) == len(codes):
        return text
    given[CODES_TABLE] = left
    if not left:
        del given[CODES_TABLE]
    return _checked(given, time_zone)


def _checked(given: Mapping[str, object], time_zone: str) -> str:
    changed = toml_of(given)
    read_shop_policy(changed, time_zone=time_zone)
    return changed


def _permille(percent: str) -> int | None:
    if not percent:
        return None
    permille = _number(percent) * _PERCENT
    if permille != permille.to_integral_value() or not 0 <= permille <= _PERCENT_MAX * _PERCENT:
        raise BadOption(
            f"policy: a discount is a share of the price in per cent, from 0 to 100 with one digit behind the point at "
            f"most, found {percent!r}"
        )
    return int(permille)


def _minor(amount: str, currency: str) -> int | None:
    if not amount:
        return None
    minor = _number(amount).scaleb(scale_of(currency))
    # How much is too much is the policy's own check.
    if minor != minor.to_integral_value() or minor < 0:
        raise BadOption(f"policy: a refund is an amount of {currency} from 0 on, found {amount!r}")
    return int(minor)


def _number(written: str) -> Decimal:
    number = decimal_number(written)
    if number is None:
        raise BadOption(f"policy: expected a number, found {written!r}")
    return number
