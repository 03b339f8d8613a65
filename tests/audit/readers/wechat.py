"""WeChat Pay bills written for tests, from the published lists of columns."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ALL = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,"
    "应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,"
    "手续费,费率,订单金额,申请退款金额,费率备注"
).split(",")
_REFUND_ONLY = {"微信退款单号", "商户退款单号", "退款金额", "充值券退款金额", "退款类型", "退款状态", "申请退款金额"}
SUCCESS = [label for label in ALL if label not in _REFUND_ONLY]
REFUND = [*ALL[:14], "退款申请时间", "退款成功时间", *ALL[14:]]
OLD = (
    "交易时间,公众账号ID,商户号,子商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,总金额,"
    "企业红包金额,微信退款单号,商户退款单号,退款金额,企业红包退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率"
).split(",")
#: Which column each figure of the footer sums.
FOOTER = {
    "应结订单总金额": "应结订单金额",
    "退款总金额": "退款金额",
    "充值券退款总金额": "充值券退款金额",
    "手续费总金额": "手续费",
    "订单总金额": "订单金额",
    "申请退款总金额": "申请退款金额",
}
OLD_FOOTER = {
    "总交易额": "总金额",
    "总退款金额": "退款金额",
    "总企业红包退款金额": "企业红包退款金额",
    "手续费总金额": "手续费",
}

PAYMENT = {
    "交易时间": "2026-03-01 23:59:30",
    "公众账号ID": "wx0000000000000000",
    "商户号": "1900000109",
    "特约商户号": "0",
    "设备号": "till-7",
    "微信订单号": "4200000001202603010000000001",
    "商户订单号": "P1",
    "用户标识": "oUpF8uMuAJO",
    "交易类型": "MICROPAY",
    "交易状态": "SUCCESS",
    "付款银行": "OTHERS",
    "货币种类": "CNY",
    "应结订单金额": "12.30",
    "总金额": "12.30",
    "代金券金额": "0.00",
    "微信退款单号": "0",
    "商户退款单号": "0",
    "退款金额": "0.00",
    "充值券退款金额": "0.00",
    "手续费": "0.07000",
    "费率": "0.60%",
    "订单金额": "12.30",
    "申请退款金额": "0.00",
}
REFUNDED = PAYMENT | {
    "交易时间": "2026-03-02 00:10:00",
    "交易状态": "REFUND",
    "应结订单金额": "0.00",
    "总金额": "0.00",
    "订单金额": "0.00",
    "微信退款单号": "50000000000000000000000000001",
    "商户退款单号": "R1",
    "退款金额": "5.00",
    "申请退款金额": "5.50",
    "退款类型": "ORIGINAL",
    "退款状态": "SUCCESS",
    "手续费": "-0.03000",
}


def line(cells: Sequence[str]) -> str:
    """Write a line of values as WeChat does."""
    return ",".join("`" + cell for cell in cells)


def trade_bill(
    rows: Sequence[Mapping[str, str]],
    labels: Sequence[str] = ALL,
    footer: Mapping[str, str] = FOOTER,
    *,
    line_end: str = "\r\n",
) -> str:
    """Write a trade bill with the footer that its rows give."""
    lines = [",".join(labels), *(line([row.get(label, "") for label in labels]) for row in rows)]
    stated = {label: column for label, column in footer.items() if column in labels}
    sums = [sum((Decimal(row.get(column) or "0") for row in rows), Decimal(0)) for column in stated.values()]
    lines += [",".join(["总交易单数", *stated]), line([f"{len(rows)}.0", *(f"{total:f}" for total in sums)])]
    return "\ufeff" + line_end.join(lines) + line_end
