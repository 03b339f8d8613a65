"""What Odoo calls the columns of its point of sale, and the words that stand in them.

An export has technical names (`date_order`) where it is meant to be imported again, else the labels of the language of
whoever exported it. Names and English labels: github.com/odoo/odoo, addons/point_of_sale/models, `pos_order.py`,
`pos_order_line.py` and `pos_payment.py` (versions 16 to 19); Chinese ones: i18n/zh_CN.po there (16).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.audit.readers.amounts import minor_sql, scale_sql
from counterfoil.audit.readers.headers import normalise
from counterfoil.audit.readers.spellings import Spelling

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.audit.readers.contract import ReadOptions

ZONE = "UTC"

_ORDER = {
    "number": ("name", "Order Ref", "订单参考"),
    "receipt": ("pos_reference", "Receipt Number", "收据编号"),
    "session": ("session_id", "session_id/id", "Session", "会话"),
    "placed": ("date_order", "Date", "日期"),
    "till": ("config_id", "config_id/id", "Point of Sale", "销售点"),
    "customer": ("partner_id", "partner_id/id", "Customer", "客户"),
    "employee": ("employee_id", "employee_id/id", "Employee", "Cashier"),
    "user": ("user_id", "user_id/id", "Responsible", "负责人"),
    "total": ("amount_total", "Total", "合计"),
    "state": ("state", "Status", "状态"),
    "currency": ("currency_id", "currency_id/id", "Currency", "币种"),
    "refunded": ("refunded_order_id", "refunded_order_ids", "Refunded Order", "Refunded Orders", "退款订单"),
    "to_ship": ("to_ship", "To ship", "待发运"),
    "shipping_date": ("shipping_date", "Shipping Date"),
    "product": ("lines/product_id", "lines/product_id/id", "Order Lines/Product", "订单行/产品"),
    "quantity": ("lines/qty", "Order Lines/Quantity", "订单行/数量"),
    "line_total": ("lines/price_subtotal_incl", "Order Lines/Subtotal", "Order Lines/Tax Incl.", "订单行/小计"),
}
_PAYMENT = {
    "order": ("pos_order_id", "Order", "订单"),
    "method": ("Payment Method", "支付方式"),
    #: Nobody else calls a column so; the labels alone are words that many tables use.
    "method_field": ("payment_method_id",),
    "amount": ("amount", "Amount", "金额"),
    "paid": ("payment_date", "Date", "日期"),
    "session": ("session_id", "session_id/id", "Session", "会话"),
    "transaction": ("transaction_id", "Payment Transaction ID", "支付交易ID"),
    "card_type": ("card_type", "Type of card used", "使用的信用卡类型"),
    "status": ("payment_status", "Payment Status", "支付状态"),
    "change": ("is_change", "Is this payment change?"),
    "currency": ("currency_id", "currency_id/id", "Currency", "币种"),
    "payment_number": (".id", "id", "ID", "External ID", "uuid", "Uuid"),
}


def _spelling(names: Mapping[str, tuple[str, ...]], needs: tuple[frozenset[str], ...], wanted: str) -> Spelling:
    means = {normalise(label): name for name, labels in names.items() for label in labels}
    return Spelling(meaning=means.get, needs=needs, wanted=wanted)


ORDERS = _spelling(
    _ORDER,
    (*(frozenset((one,)) for one in ("number", "placed", "total", "state")), frozenset(("session", "receipt", "till"))),
    "Order Ref, Date, Total, Status and Session (or name, date_order, amount_total, state, session_id)",
)
PAYMENTS = _spelling(
    _PAYMENT,
    (
        *(frozenset((one,)) for one in ("order", "amount", "paid")),
        frozenset(("method", "method_field")),
        frozenset(("method_field", "session", "transaction", "card_type")),
    ),
    "Order, Payment Method, Amount, Date and Session (or pos_order_id, payment_method_id, amount, payment_date)",
)

STATES = {
    "draft": "open",
    "new": "open",
    "paid": "paid",
    "done": "paid",
    "posted": "paid",
    "invoiced": "paid",
    "cancel": "cancelled",
    "cancelled": "cancelled",
    "已支付": "paid",
    "已过账": "paid",
    "已取消": "cancelled",
}

#: Methods of payment are named by the shop; these are the names that Odoo sets up itself, and the plainest others.
TENDERS = {
    "cash": "cash",
    "现金": "cash",
    "bank": "card",
    "card": "card",
    "credit card": "card",
    "银行": "card",
    "银行卡": "card",
    "wechat pay": "wechat",
    "微信": "wechat",
    "微信支付": "wechat",
    "alipay": "alipay",
    "支付宝": "alipay",
}

_LONG = r"^(-?[0-9]+\.[0-9]{12})[0-9]+$"


def money_sql(column: str, currency: str) -> str:
    """Return SQL for an amount of Odoo as signed minor units, or null.

    Odoo keeps amounts as binary fractions and may write `35.800000000000004`: digits beyond twelve decimals mean
    nothing and are cut, and what is left is rounded once to the currency.
    """
    return minor_sql(f"regexp_replace({column}, '{_LONG}', '\\1')", scale=scale_sql(currency), rounding=True)


def own_currency_sql(column: str) -> str:
    """Return SQL for a currency's code: an export that can be imported again writes `base.USD`."""
    return f"regexp_replace({column}, '^base\\.', '')"


def zone_remarks(options: ReadOptions) -> tuple[tuple[str, str], ...]:
    """Return the remark that times were read as UTC, where the user said nothing."""
    if options.time_zone is not None:
        return ()
    return (
        (
            "Times were read as UTC. Odoo writes them on the clock of whoever exported; name another with --time-zone.",
            "时间按 UTC 读取。Odoo 按导出者的时区写出时间；如果不同，请用 --time-zone 指明。",
        ),
    )
