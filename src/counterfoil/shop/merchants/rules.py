"""Decisions about a merchant: what one must look like, and to which business day a moment belongs. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from counterfoil.currencies import CURRENCIES
from counterfoil.ids import is_id
from counterfoil.languages import Text
from counterfoil.shop.merchants.model import Merchant
from counterfoil.time_zones import is_time_zone

NAME_LENGTH_MAX = 120


class MerchantFlaw(StrEnum):
    """Why a merchant, a store or a terminal cannot be set up, in the order in which it is looked at."""

    BAD_ID = "bad_id"
    BAD_NAME = "bad_name"
    BAD_CURRENCY = "bad_currency"
    BAD_TIME_ZONE = "bad_time_zone"

    def is_transient(self) -> bool:
        """Whether the same could pass later: never."""
        return False


WORDS: Mapping[MerchantFlaw, Text] = MappingProxyType(
    {
        MerchantFlaw.BAD_ID: Text(
            en="An id has 1 to 64 letters, digits and . _ : @ + -, and begins with a letter or a digit.",
            zh="编号为 1 至 64 个字母、数字或 . _ : @ + -，并以字母或数字开头。",
        ),
        MerchantFlaw.BAD_NAME: Text(
            en=f"A name has 1 to {NAME_LENGTH_MAX} characters, all of them visible.",
            zh=f"名称为 1 至 {NAME_LENGTH_MAX} 个可见字符。",
        ),
        MerchantFlaw.BAD_CURRENCY: Text(
            en="A currency is a code of ISO 4217, three capital letters such as CNY.",
            zh="币种须为 ISO 4217 的三位大写字母代码，如 CNY。",
        ),
        MerchantFlaw.BAD_TIME_ZONE: Text(
            en="A time zone is a name such as Asia/Shanghai.", zh="时区须写作 Asia/Shanghai 这样的名称。"
        ),
    }
)


def flaw_of(merchant: Merchant) -> MerchantFlaw | None:
    """Say why a merchant cannot be set up; None: it can."""
    named = flaw_of_name(merchant.merchant_id, merchant.name)
    if named is not None:
        return named
    if merchant.currency not in CURRENCIES:
        return MerchantFlaw.BAD_CURRENCY
    return None if is_time_zone(merchant.time_zone) else MerchantFlaw.BAD_TIME_ZONE


def flaw_of_name(thing_id: str, name: str) -> MerchantFlaw | None:
    """Say why a thing cannot have this id and name; None: it can."""
    if not is_id(thing_id):
        return MerchantFlaw.BAD_ID
    return None if is_name(name) else MerchantFlaw.BAD_NAME


def is_name(name: str) -> bool:
    """Say whether people can read a name: not empty, not endless, nothing that a terminal or a printer would obey."""
    return name.strip() == name and 0 < len(name) <= NAME_LENGTH_MAX and name.isprintable()


def business_date(merchant: Merchant, at: datetime) -> date:
    """Return the business day that a moment belongs to; it begins and ends by the clock on the shop's wall."""
    local = at.astimezone(merchant.zone)
    return local.date() - timedelta(days=1 if local.time() < merchant.business_day_starts_at else 0)
