"""The words of the books that name a trouble, for people: of printers and tills, of carriers, of customers. Data.

Whoever writes a book may use a word that is not listed; it is then shown as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from counterfoil.languages import Text

TROUBLES: Mapping[str, Text] = MappingProxyType(
    {
        "paper_out": Text(en="out of paper", zh="缺纸"),
        "paper_low": Text(en="paper running low", zh="纸将用尽"),
        "cover_open": Text(en="cover open", zh="机盖未关"),
        "jam": Text(en="paper jam", zh="卡纸"),
        "cutter": Text(en="cutter fault", zh="切刀故障"),
        "overheated": Text(en="overheated", zh="过热"),
        "offline": Text(en="off line", zh="离线"),
        "not_received": Text(en="not received", zh="未收到"),
        "wrong_goods": Text(en="wrong goods", zh="商品发错"),
        "missing_goods": Text(en="goods missing", zh="商品缺少"),
        "damaged": Text(en="damaged", zh="商品破损"),
        "carrier_capacity": Text(en="carrier out of capacity", zh="承运商运力不足"),
        "carrier_delay": Text(en="delayed by the carrier", zh="承运商延误"),
        "carrier_lost": Text(en="lost by the carrier", zh="承运商丢失"),
        "consignee_absent": Text(en="nobody at the address", zh="收件人不在"),
        "consignee_refused": Text(en="refused by the consignee", zh="收件人拒收"),
        "consignee_address_incomplete": Text(en="address incomplete", zh="地址不完整"),
        "consignee_address_wrong": Text(en="address wrong", zh="地址错误"),
        "customs_inspection": Text(en="held by customs", zh="海关查验"),
        "weather_storm": Text(en="storm", zh="恶劣天气"),
    }
)
