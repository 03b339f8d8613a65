"""Amounts and times as Alipay writes them: yuan with two decimals, and Beijing time without its zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

from counterfoil.money import round_to_minor, to_major

CURRENCY = "CNY"
BEIJING = timezone(timedelta(hours=8))
_AMOUNT = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,2})?")
_TIME = "%Y-%m-%d %H:%M:%S"
_TIME_LENGTH = 19


def yuan(amount_minor: int) -> str:
    """Write an amount: `12.30`."""
    return f"{to_major(amount_minor, CURRENCY):f}"


def fen(text: object) -> int | None:
    """Read an amount into fen; None for what is none."""
    if not isinstance(text, str) or not _AMOUNT.fullmatch(text):
        return None
    return round_to_minor(Decimal(text), CURRENCY)


def beijing_text(moment: datetime) -> str:
    """Write a moment as the gateway wants it."""
    return moment.astimezone(BEIJING).strftime(_TIME)


def moment_of(text: str) -> datetime:
    """Read a moment, whose fraction of a second is left off; ValueError for what is none."""
    return datetime.strptime(text[:_TIME_LENGTH], _TIME).replace(tzinfo=BEIJING).astimezone(UTC)
