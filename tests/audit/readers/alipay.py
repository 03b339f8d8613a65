"""Alipay bills written for tests, from the published lists of columns."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


LABELS = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,"
    "商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,"
    "商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注"
).split(",")
SALE = {
    "支付宝交易号": "2026030122001400000000000001",
    "商户订单号": "P1",
    "业务类型": "交易",
    "商品名称": "洗衣订单",
    "创建时间": "2026-03-01 23:58:00",
    "完成时间": "2026-03-01 23:59:30",
    "门店编号": "S1",
    "操作员": "anna",
    "终端号": "T7",
    "对方账户": "*三(138****1234)",
    "订单金额（元）": "35.80",
    "商家实收（元）": "33.80",
    "支付宝优惠（元）": "2.00",
    "商家优惠（元）": "0.00",
    "服务费（元）": "-0.21",
}
REFUND = SALE | {
    "业务类型": "退款",
    "完成时间": "2026-03-02 10:00:00",
    "对方账户": "zhang@example.com",
    "订单金额（元）": "-10.00",
    "商家实收（元）": "-10.00",
    "支付宝优惠（元）": "0.00",
    "退款批次号/请求号": "R1",
}
ACCOUNT = (
    "账务流水号,业务流水号,商户订单号,商品名称,发生时间,对方账号,收入金额（+元）,支出金额（-元）,账户余额（元）,交易渠道,业务类型,备注"
).split(",")
MOVED = {
    "账务流水号": "F1",
    "业务流水号": "2026030122001400000000000001",
    "商户订单号": "P1",
    "发生时间": "2026-03-01 23:59:31",
    "对方账号": "张青 (zhang@example.com)",
    "收入金额（+元）": "35.80",
    "支出金额（-元）": "0.00",
    "账户余额（元）": "100.00",
    "交易渠道": "支付宝",
    "业务类型": "在线支付",
}
GIVEN_BACK = MOVED | {
    "账务流水号": "F2",
    "收入金额（+元）": "0.00",
    "支出金额（-元）": "-10.00",
    "业务类型": "交易退款",
}
CHARGED = MOVED | {"账务流水号": "F3", "收入金额（+元）": "0", "支出金额（-元）": "-0.21", "业务类型": "收费"}
SENT = MOVED | {"账务流水号": "F4", "收入金额（+元）": "", "支出金额（-元）": "-50.00", "业务类型": "转账"}


def _lines(title: str, labels: Sequence[str], rows: Sequence[Mapping[str, str]], sums: Sequence[str]) -> str:
    """Write a list as Alipay does: comment lines around it, a tab behind every value."""
    return "\r\n".join(
        [
            f"#支付宝{title}查询",
            "#账号：[20880000000000000156]",
            "#起始日期：[2026年03月01日 00:00:00]   终止日期：[2026年03月02日 00:00:00]",
            f"#-----------------------------------------{title}列表----------------------------------------",
            ",".join(labels),
            *(",".join(f"{row.get(label, '')}\t" for label in labels) for row in rows),
            f"#-----------------------------------------{title}列表结束------------------------------------",
            *sums,
            "#导出时间：[2026年03月02日 06:27:10]",
            "",
        ]
    )


def trade_bill(rows: Sequence[Mapping[str, str]], labels: Sequence[str] = LABELS) -> str:
    """Write 业务明细 with the sums that its rows give."""

    def total(kind: str, label: str) -> Decimal:
        return sum((Decimal(row.get(label) or "0") for row in rows if row["业务类型"] == kind), Decimal(0))

    number = {kind: sum(row["业务类型"] == kind for row in rows) for kind in ("交易", "退款")}
    sums = [
        f"#{kind}合计：{number[kind]}笔，商家实收{word}共{total(kind, '商家实收（元）')}元，"
        f"商家优惠{word}共{total(kind, '商家优惠（元）')}元"
        for kind, word in (("交易", ""), ("退款", "退款"))
    ]
    return _lines("业务明细", labels, rows, sums)


def account_bill(rows: Sequence[Mapping[str, str]], labels: Sequence[str] = ACCOUNT) -> str:
    """Write 账务明细 with the sums that its rows give."""
    sums = []
    for word, label in (("支出", "支出金额（-元）"), ("收入", "收入金额（+元）")):
        moved = [abs(Decimal(row[label] or "0")) for row in rows]
        number = sum(amount != 0 for amount in moved)
        sums.append(f"#{word}合计：{number}笔，共{sum(moved, Decimal(0))}元")
    return _lines("账务明细", labels, rows, sums)
