"""The words of the books as small whole numbers, so that a town can be computed in columns.

The enums come from the book format and are never spelt out twice; what follows them are the town's own texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from counterfoil.books.format import TABLES


def codes(table: str, column: str) -> Mapping[str, int]:
    """Return the number of each word of an enum, in the order of the format."""
    return MappingProxyType({word: number for number, word in enumerate(TABLES[table].column(column).words)})


ORDER_STATE = codes("orders", "state")
FULFILMENT = codes("orders", "fulfilment")
SALES_CHANNEL = codes("orders", "channel")
LINE_KIND = codes("order_lines", "line_kind")
ENTRY = codes("order_lines", "entry")
PAYMENT_KIND = codes("payments", "kind")
TENDER = codes("payments", "tender")
PAYMENT_STATE = codes("payments", "state")
SOURCE = codes("acquirer_records", "source")
RECORD_KIND = codes("acquirer_records", "kind")
RECORD_STATE = codes("acquirer_records", "state")
SLIP_KIND = codes("slips", "kind")
SLIP_FORM = codes("slips", "form")
SLIP_STATE = codes("slips", "state")
ORIGIN = codes("notices", "origin")
NOTICE_CHANNEL = codes("notices", "channel")
SAYS = codes("notices", "says")
NOTICE_STATE = codes("notices", "state")
PARCEL_STATE = codes("parcels", "state")
DISPUTE = codes("parcels", "dispute")
CONFIRMED_BY = codes("parcels", "confirmed_by")
STATUS = codes("tracking_events", "status")
RETURN_STATE = codes("returns", "state")
CONDITION = codes("return_lines", "condition")
EVENT_KIND = codes("terminal_events", "kind")

#: The three acquirers of the town; a payment's acquirer is a place in this list.
ACQUIRERS = ("wechat", "alipay", "unionpay")
WECHAT, ALIPAY, UNIONPAY = range(3)

CARRIERS = ("sf_express", "jd_logistics", "zto", "yunda")

#: Why a sale was voided, and why goods came back; a payment's or a return's reason is a place in this list.
REASONS = (
    "wrong tender",
    "wrong item",
    "customer changed mind",
    "balance too low",
    "slip of the finger",
    "no answer from acquirer",
    "not as expected",
    "damaged",
    "wrong size",
    "price adjusted",
    "parcel lost",
    "parcel came back",
    " ",
)
REASON = MappingProxyType({word: number for number, word in enumerate(REASONS)})

TRACKING_REASONS = (
    "consignee_absent",
    "consignee_address_incomplete",
    "carrier_capacity",
    "weather_storm",
    "customs_inspection",
)
TRACKING_REASON = MappingProxyType({word: number for number, word in enumerate(TRACKING_REASONS)})

#: Where parcels are scanned, with degrees north and east.
PLACES = (
    ("Shanghai Hongqiao", 31.1979, 121.3363),
    ("Hangzhou Yuhang", 30.4211, 120.2992),
    ("Nanjing Jiangning", 31.9523, 118.8399),
    ("Suzhou Wuzhong", 31.2623, 120.6323),
    ("Ningbo Yinzhou", 29.8167, 121.5466),
    ("Hefei Feixi", 31.7066, 117.1580),
)

PRINTER_FAULTS = ("paper_out", "cover_open", "jam", "cutter", "overheated", "offline")

#: What a terminal says of itself; an event's value is a place in this list.
EVENT_VALUES = (
    *("online", "slow", "offline"),
    *("ok", "paper_low", "paper_out", "cover_open", "jam", "cutter", "overheated"),
    *("on", "off", "battery"),
    *("4.2.0", "4.2.1", "4.3.0"),
)
EVENT_VALUE = MappingProxyType({word: number for number, word in enumerate(EVENT_VALUES)})
#: A clock event's value is this number plus the terminal's offset in seconds.
CLOCK_VALUE_ZERO = 100_000

RESPONSES = ("00", "51", "54", "55", "91", "96")
RESPONSE = MappingProxyType({word: number for number, word in enumerate(RESPONSES)})

#: What the shop sells: a good is one of these drinks and bites in one of the sizes.
GOODS = (
    *("美式咖啡", "拿铁", "卡布奇诺", "摩卡", "澳白", "燕麦拿铁", "冷萃", "抹茶拿铁", "红茶", "柠檬茶"),
    *("牛角面包", "贝果", "芝士蛋糕", "提拉米苏", "三明治", "沙拉", "曲奇", "司康", "酸奶杯", "坚果"),
)
SIZES = ("小杯", "中杯", "大杯", "礼盒", "家庭装")
