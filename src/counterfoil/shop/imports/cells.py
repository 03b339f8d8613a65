"""How a cell of an import is read: text in, a value or a flaw out. Pure; an amount is never a float."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from zoneinfo import ZoneInfo

from counterfoil.ids import is_id
from counterfoil.moments import is_of_a_shop
from counterfoil.money import scale_of
from counterfoil.shop.catalogue.codes import CodeFlaw, canonical
from counterfoil.shop.imports.model import CellKind, Column, RowFlaw
from counterfoil.shop.merchants.rules import is_name
from counterfoil.shop.pricing.rules import PRICE_MINOR_MAX
from counterfoil.shop.staff.model import EVERY_STORE, Role

TEXT_LENGTH_MAX = 300
_NUMBER = re.compile(r"[+-]?[0-9]{1,12}(?:\.[0-9]{1,6})?")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
#: What a workbook makes of a code with more digits than a number has room for.
_LOST_DIGITS = re.compile(r"[0-9](?:\.[0-9]+)?[Ee]\+[0-9]+")
_QUANTITY_DECIMALS_MAX = 4
_RATE_DECIMALS_MAX = 6
_YES = frozenset("true yes y 1 是".split())
_NO = frozenset("false no n 0 否".split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a file does not say and its cells need."""

    currency: str
    zone: ZoneInfo


def read_cell(column: Column, text: str, setting: Setting) -> object | RowFlaw:
    """Read one cell; an empty one is the column's default, or missing where it must not be."""
    plain = text.strip()
    if not plain:
        return RowFlaw.MISSING_VALUE if column.required else column.default
    return _READ[column.kind](column, plain, setting)


def _id(column: Column, text: str, setting: Setting) -> object | RowFlaw:
    return text if is_id(text) else RowFlaw.BAD_ID


def _name(column: Column, text: str, setting: Setting) -> object | RowFlaw:
    return text if is_name(text) else RowFlaw.BAD_NAME


def _text(column: Column, text: str, setting: Setting) -> object | RowFlaw:
    plain = " ".join(text.split())
    return plain if len(plain) <= TEXT_LENGTH_MAX and plain.isprintable() else RowFlaw.BAD_NAME


def _amount(column: Column, text: str, setting: Setting) -> object | RowFlaw:
    number = _number(text.replace(",", "") if _GROUPED.fullmatch(text) else text)
    minor = number.scaleb(scale_of(setting.currency)) if number is not None else None
    if minor is None or minor != minor.to_integral_value() or not 0 <= minor <= PRICE_MINOR_MAX:
        return RowFlaw.BAD_AMOUNT
    return int(minor)


def _quantity(column: Column, text: str, setting: Setting) -> object | RowFlaw:
    number = _number(text)
    if number is None or number != round(number, _QUANTITY_DECIMALS_MAX):
        return RowFlaw.BAD_NUMBER
    return number


def _rate(column: Column, text: str, setting: Setting) -> object | RowFlaw:
    number = _number(text.removesuffix("%").rstrip())
    if number is None:
        return RowFlaw.BAD_NUMBER
    rate = number.scaleb(-2) if text.endswith("%") else number
    return rate if 0 <= rate <= 1 and rate == round(rate, _RATE_DECIMALS_MAX) else RowFlaw.BAD_NUMBER


def _bool(column: Column, text: str, setting: Setting) -> object | RowFlaw:
    word = text.casefold()
    if word in _YES:
        return True
    return False if word in _NO else RowFlaw.BAD_BOOL


def _time(column: Column, text: str, setting: Setting) -> object | RowFlaw:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return RowFlaw.BAD_TIME
    placed = moment if moment.tzinfo is not None else moment.replace(tzinfo=setting.zone)
    return placed.astimezone(UTC) if is_of_a_shop(placed) else RowFlaw.BAD_TIME


def _word(column: Column, text: str, setting: Setting) -> object | RowFlaw:
    return text.casefold() if text.casefold() in column.words else RowFlaw.UNKNOWN_WORD


def _code(column: Column, text: str, setting: Setting) -> object | RowFlaw:
    kept = CodeFlaw.CHECK_DIGIT if _LOST_DIGITS.fullmatch(text) else canonical(text)
    return RowFlaw.BAD_CODE if isinstance(kept, CodeFlaw) else kept


def _roles(column: Column, text: str, setting: Setting) -> object | RowFlaw:
    """Read `cashier@north; manager` as pairs of role and store; without a store it is every one."""
    found: set[tuple[str, str]] = set()
    for part in re.split(r"[;；、]", text):
        role, _, store_id = part.strip().partition("@")
        if role not in set(Role) or (store_id and not is_id(store_id)):
            return RowFlaw.BAD_ROLE
        found.add((role, store_id or EVERY_STORE))
    return frozenset(found)


def _number(text: str) -> Decimal | None:
    if _NUMBER.fullmatch(text) is None:
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


_READ: Mapping[CellKind, Callable[[Column, str, Setting], object | RowFlaw]] = MappingProxyType(
    {
        CellKind.ID: _id,
        CellKind.NAME: _name,
        CellKind.TEXT: _text,
        CellKind.AMOUNT: _amount,
        CellKind.QUANTITY: _quantity,
        CellKind.RATE: _rate,
        CellKind.BOOL: _bool,
        CellKind.TIME: _time,
        CellKind.WORD: _word,
        CellKind.CODE: _code,
        CellKind.ROLES: _roles,
    }
)
