"""Opens the shop of the play in an empty database, by the shop's own verbs and from files as any shop hands them in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial

from counterfoil.counter.house import House
from counterfoil.ids import StaffId
from counterfoil.languages import Language
from counterfoil.playing.busy_saturday.cast import (
    CURRENCY,
    DAY_STARTS_AT,
    MERCHANT,
    NAME,
    PASSWORD,
    PINS,
    SHOP,
    TIME_ZONE,
)
from counterfoil.playing.stage import PlayWentWrong
from counterfoil.refusals import Refused
from counterfoil.shop.imports.taking import How, take_files
from counterfoil.shop.merchants.model import Merchant
from counterfoil.shop.merchants.store import add_merchant, merchant
from counterfoil.shop.secret_keys import SecretKey
from counterfoil.shop.staff.kept_secrets import store as kept_secrets
from counterfoil.shop.staff.passwords import Password
from counterfoil.shop.staff.pins import Pin, Pins


def is_open(house: House) -> bool:
    """Say whether the shop of the play is there already."""
    with house.database.transaction(MERCHANT) as connection:
        return merchant(connection, MERCHANT) is not None


def open_shop(house: House, secret: SecretKey, *, now: datetime) -> None:
    """Make the merchant, take the files in, and give everybody their PIN and the password of the play."""
    keys = secret.for_merchant(MERCHANT)
    with house.database.transaction(MERCHANT) as connection:
        add_merchant(
            connection,
            Merchant(
                merchant_id=MERCHANT,
                name=NAME,
                currency=CURRENCY,
                time_zone=TIME_ZONE,
                business_day_starts_at=DAY_STARTS_AT,
                created_at=now,
            ),
        )
    taken = take_files(house.database, MERCHANT, keys, sorted(SHOP.glob("*.csv")), how=How(), now=now)
    aside = [row for file in taken for row in file.aside]
    if aside:
        raise PlayWentWrong(f"a file of the shop: line {aside[0].line}: {aside[0].flaw}")
    everybody = [StaffId(staff_id) for staff_id in PINS]
    pins = Pins(keys.pins)
    # A hash is slow, and meant to be; they are made side by side.
    with ThreadPoolExecutor() as threads:
        hashes = list(threads.map(lambda who: pins.hash(who, Pin(digits=PINS[who])), everybody))
        refusals = list(threads.map(partial(_let_in, house), everybody))
    with house.database.transaction(MERCHANT) as connection:
        for who, hashed in zip(everybody, hashes, strict=True):
            kept_secrets.set_pin(connection, MERCHANT, who, hashed)
    for who, no in zip(everybody, refusals, strict=True):
        if no is not None:
            raise PlayWentWrong(f"{who}: {no.said(Language.EN)}")


def _let_in(house: House, who: StaffId) -> Refused | None:
    return house.setting_passwords.set(MERCHANT, who, Password(text=PASSWORD), by=None, is_published=True)
