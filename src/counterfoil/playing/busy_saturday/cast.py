"""Who and where: the merchant, its tills and its people. Their PINs and their password are printed for everybody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from counterfoil.ids import MerchantId, StaffId, StoreId, TerminalId
from counterfoil.playing.stage import Place

MERCHANT = MerchantId("lantern")
NAME = "Lantern Market 灯笼超市"
CURRENCY = "CNY"
TIME_ZONE = "Asia/Shanghai"
ZONE = ZoneInfo(TIME_ZONE)
DAY_STARTS_AT = time(4)

#: The files of the shop, as any shop hands them in.
SHOP = Path(__file__).parent / "shop"

#: Of everybody in the play; it lets nobody in where demonstrations are not allowed.
PASSWORD = "paper boats at noon"  # noqa: S105 — printed for everybody to read, and of no use elsewhere

PINS: Mapping[str, str] = MappingProxyType(
    {
        "wen": "28174",
        "marta": "61903",
        "zhou": "74052",
        "omar": "39518",
        "qiu": "50627",
        "ada": "82946",
        "bo": "17380",
        "chen": "64295",
        "dai": "93017",
        "eva": "48260",
        "fang": "35719",
        "guo": "86403",
        "hana": "20958",
        "ines": "71346",
        "jun": "59082",
        "kofi": "43671",
    }
)

#: Whom a visitor signs in as first, for each kind of work.
SHOWN = ("wen", "marta", "omar", "ada", "ines", "jun", "kofi")

RIVER, MARKET = StoreId("river"), StoreId("market")
LEADS: Mapping[StoreId, str] = MappingProxyType({RIVER: "omar", MARKET: "qiu"})

TILLS: Mapping[str, Place] = MappingProxyType(
    {
        terminal: Place(store_id=store, terminal_id=TerminalId(terminal), operator_id=StaffId(operator))
        for store, terminal, operator in (
            (RIVER, "r1", "ada"),
            (RIVER, "r2", "bo"),
            (RIVER, "r3", "chen"),
            (RIVER, "r4", "dai"),
            (MARKET, "m1", "eva"),
            (MARKET, "m2", "fang"),
            (MARKET, "m3", "guo"),
            (MARKET, "m4", "hana"),
        )
    }
)
#: On a quiet day two tills of each shop are open.
QUIET_TILLS = ("r1", "r2", "m1", "m2")
