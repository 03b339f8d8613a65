"""What the checks are called, in both languages; a count without words of its own is shown by its name."""

from __future__ import annotations

from collections.abc import Mapping

from counterfoil.languages import Text

_LABELS: Mapping[str, Text] = {
    "rows": Text(en="Rows in the file", zh="文件行数"),
    "rows_read": Text(en="Rows read", zh="读取行数"),
    "rows_kept": Text(en="Rows that reached a book", zh="入账行数"),
    "payments": Text(en="Payments", zh="付款笔数"),
    "sales": Text(en="Sales", zh="销售笔数"),
    "refunds": Text(en="Refunds", zh="退款笔数"),
    "voids": Text(en="Voids", zh="撤销笔数"),
    "training_orders": Text(en="Practice sales, left out", zh="练习单（不计入）"),
    "references_under_two_orders": Text(
        en="Platform numbers that stand under two references of ours", zh="同一平台单号对应两个商户单号"
    ),
    "repeats_collapsed": Text(en="Exact repeats, counted once", zh="完全重复的行（只计一次）"),
    "lines": Text(en="Lines in the file", zh="文件明细行数"),
    "invoices": Text(en="Invoices", zh="发票张数"),
    "sale_invoices": Text(en="Sale invoices", zh="销售发票张数"),
    "sale_lines": Text(en="Sale lines", zh="销售明细行数"),
    "zero_price_sale_lines": Text(en="Sale lines at price zero", zh="零价销售明细"),
    "cancellation_invoices": Text(en="Cancellation invoices", zh="冲销发票张数"),
    "cancellation_lines": Text(en="Cancellation lines", zh="冲销明细行数"),
    "cancellation_lines_without_customer": Text(en="Cancellation lines without a customer", zh="无客户的冲销明细"),
    "cancellation_lines_of_named_customers_and_goods": Text(
        en="Cancellation lines of goods that name a customer", zh="有客户的商品冲销明细"
    ),
    "write_off_lines": Text(en="Write-off lines (negative without C)", zh="核销明细（负数且无 C 前缀）"),
    "bad_debt_lines": Text(en="Bad-debt adjustments", zh="坏账调整行"),
    "fractional_penny_lines": Text(en="Lines with fractions of a penny, rounded", zh="含不足一便士金额的行（已舍入）"),
    "invoices_with_two_times": Text(
        en="Invoices with two times (the earlier counts)", zh="含两个时间的发票（取较早者）"
    ),
    "same_basket_within_10min": Text(
        en="Identical baskets of one customer within 10 minutes", zh="同一客户 10 分钟内的相同购物篮"
    ),
    "same_basket_within_24h": Text(
        en="Identical baskets of one customer within 24 hours", zh="同一客户 24 小时内的相同购物篮"
    ),
    "same_basket_pairs_same_day": Text(
        en="Pairs of identical baskets of one customer on one day", zh="同一客户同一天的相同购物篮对数"
    ),
    "whole_invoice_mirrors": Text(
        en="Cancellation invoices that mirror one whole earlier invoice", zh="整张冲销此前发票的冲销发票"
    ),
    "cancellation_lines_without_earlier_sale_any_code": Text(
        en="Cancellation lines without an earlier sale, any code", zh="此前没有销售的冲销明细（所有编码）"
    ),
    "cancellation_invoices_without_earlier_sale_any_code": Text(
        en="Cancellation invoices with such a line, any code", zh="含此类明细的冲销发票（所有编码）"
    ),
    "reversals": Text(en="Reversals", zh="冲正笔数"),
    "fees": Text(en="Fees", zh="手续费笔数"),
    "chargebacks": Text(en="Chargebacks", zh="拒付笔数"),
    "refunds_pending": Text(en="Refunds still pending", zh="处理中的退款"),
    "refunds_failed": Text(en="Refunds that failed", zh="失败的退款"),
    "refunds_without_payment_in_file": Text(
        en="Refunds whose payment is not in the file", zh="文件中没有对应付款的退款"
    ),
    "platform_numbers_under_two_merchant_numbers": Text(
        en="Platform numbers under two merchant numbers", zh="对应两个商户单号的平台单号"
    ),
    "references_used_twice": Text(en="Merchant numbers used twice", zh="重复使用的商户单号"),
    "accounts": Text(en="Accounts in the file", zh="文件中的商户号个数"),
    "masked_accounts": Text(en="Rows whose account is masked", zh="账号被遮盖的行"),
    "blank_lines": Text(en="Blank lines", zh="空行"),
}

_BOOKS: Mapping[str, Text] = {
    "orders": Text(en="Orders", zh="订单"),
    "order_lines": Text(en="Order lines", zh="订单行"),
    "payments": Text(en="Payments (ours)", zh="付款（我方）"),
    "acquirer_records": Text(en="Acquirer records (theirs)", zh="收单记录（对方）"),
    "slips": Text(en="Slips", zh="小票"),
    "notices": Text(en="Notices", zh="通知"),
    "parcels": Text(en="Parcels", zh="包裹"),
    "tracking_events": Text(en="Tracking events", zh="物流轨迹"),
    "returns": Text(en="Returns", zh="退货"),
    "return_lines": Text(en="Return lines", zh="退货行"),
    "terminal_events": Text(en="Terminal events", zh="收银机事件"),
}


def book_title(table: str) -> Text:
    """Return what people call a book."""
    return _BOOKS[table]


def is_labelled(name: str) -> bool:
    """Say whether a count has words of its own."""
    return name in _LABELS


def label_of(name: str) -> Text:
    """Return the words for a count."""
    if name.startswith("book_"):
        book = book_title(name.removeprefix("book_"))
        return Text(en=f"Rows in the book: {book.en}", zh=f"账本行数：{book.zh}")
    plain = name.replace("_", " ")
    return _LABELS.get(name) or Text(en=plain[:1].upper() + plain[1:], zh=name)
