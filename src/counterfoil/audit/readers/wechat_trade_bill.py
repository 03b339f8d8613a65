"""The trade bill of WeChat Pay (交易账单): types ALL, SUCCESS and REFUND, columns of all years.

One row is one event: a payment (SUCCESS), a refund (REFUND) or a reversal of a code payment (REVOKED). Columns are
found by name. What is compared with our books is what we asked for: `订单金额` (vouchers included) of a payment,
`申请退款金额` of a refund; older bills call them `总金额` and `退款金额`. A refund is written when WeChat accepts it
and is never written again, so `PROCESSING` may long have become something else. Rows are attributed by `交易时间`,
which in a bill of type REFUND is the time of the payment: there `退款申请时间` counts.

Fees (手续费) are part of a row and make no records of their own; their sum is checked against the footer.
The merchant is the one the user names: WeChat's merchant numbers name accounts at WeChat.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.audit.readers.amounts import minor_sql, scale_sql
from counterfoil.audit.readers.contract import Reading
from counterfoil.audit.readers.drafting import carried, constant, draft
from counterfoil.audit.readers.hashing import KeyedHash, made_id_sql
from counterfoil.audit.readers.headers import labels_in, normalise
from counterfoil.audit.readers.raw_table import Layout
from counterfoil.audit.readers.sieve import bad_amount, bad_time, missing_value, sift, unknown_word
from counterfoil.audit.readers.tables import read_table
from counterfoil.audit.readers.times import ISO_FORMATS, local_sql, utc_sql
from counterfoil.audit.readers.totals import refuse_broken, sha1_total
from counterfoil.audit.readers.wechat_bill_checks import trade_bill_counts, trade_bill_remarks
from counterfoil.audit.readers.wechat_footer import Stated, compare_footer, must_have_footer
from counterfoil.audit.readers.words import translated_sql, unless_placeholder_sql
from counterfoil.errors import BadFile

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from counterfoil.audit.readers.contract import ReadOptions, Sample, SourceFile
    from counterfoil.audit.readers.raw_table import RawTable
    from counterfoil.audit.readers.sieve import Check

ACQUIRER = "wechat"
ZONE = "Asia/Shanghai"

_REQUIRED = ("交易时间", "微信订单号", "商户订单号", "交易状态")
_ORDER_AMOUNT = ("订单金额", "总金额", "应结订单金额")
_REFUND_AMOUNT = ("申请退款金额", "退款金额")
_COUPON_REFUND = ("充值券退款金额", "企业红包退款金额", "代金券或立减优惠退款金额")

_LAYOUT = Layout(
    required=_REQUIRED,
    back_ticks=True,
    footers=("总交易单数",),
    keep=frozenset(
        (
            *_REQUIRED,
            *_ORDER_AMOUNT,
            *_REFUND_AMOUNT,
            *_COUPON_REFUND,
            *("商户号", "特约商户号", "子商户号", "设备号", "用户标识", "交易类型", "货币种类", "手续费"),
            *("微信退款单号", "商户退款单号", "退款状态", "退款申请时间"),
        )
    ),
)

_KINDS = {"SUCCESS": "sale", "REFUND": "refund", "REVOKED": "reversal"}
_REFUND_STATES = {"SUCCESS": "succeeded", "PROCESSING": "pending", "FAIL": "failed", "CHANGE": "failed"}
#: The list is open-ended: a word that is not here is set aside and shown, never dropped.
_TRADE_TYPES = ("JSAPI", "NATIVE", "APP", "MICROPAY", "MWEB", "FACEPAY", "PAP")

_FOOTER = (
    Stated(name="rows", labels=("总交易单数",)),
    Stated(name="settled", labels=("应结订单总金额",), columns=("应结订单金额",)),
    Stated(name="amount", labels=("订单总金额", "总交易额"), columns=("订单金额", "总金额")),
    Stated(name="refund_settled", labels=("退款总金额", "总退款金额"), columns=("退款金额",)),
    Stated(name="refunded", labels=("申请退款总金额",), columns=("申请退款金额",)),
    Stated(
        name="coupon_refunded",
        labels=("充值券退款总金额", "总企业红包退款金额", "总代金券或立减优惠退款金额"),
        columns=_COUPON_REFUND,
    ),
    Stated(name="fee", labels=("手续费总金额",), columns=("手续费",)),
)


class WechatTradeBill:
    """Reads 交易账单 of WeChat Pay into acquirer records."""

    name = "wechat-trade-bill"
    title_en = "WeChat Pay trade bill"
    title_zh = "微信支付交易账单"
    tested_on_real_files = True
    gives: Mapping[str, frozenset[str]]

    def __init__(self) -> None:
        columns = ("source", "our_reference", "original_reference", "acquirer_reference", "terminal_id")
        self.gives = {"acquirer_records": carried("acquirer_records", frozenset((*columns, "instrument_key")))}

    def recognises(self, sample: Sample) -> bool:
        """Say whether there is a header of a trade bill."""
        names = labels_in(sample, _REQUIRED)
        return names is not None and any(normalise(label) in names for label in (*_ORDER_AMOUNT, *_REFUND_AMOUNT))

    def read(self, connection: duckdb.DuckDBPyConnection, source: SourceFile, options: ReadOptions) -> Reading:
        """Turn a bill into acquirer records; BadFile where the footer or the digest disagrees."""
        table = read_table(connection, source, _LAYOUT)
        if table.first(*_ORDER_AMOUNT, *_REFUND_AMOUNT) is None:
            raise BadFile(file=source.name, expected="a column 订单金额, 总金额 or 退款金额", found="none of them")
        must_have_footer(source, table, "总交易单数", accepted=options.accept_broken_totals)
        totals = (*compare_footer(connection, source, table, _FOOTER), *sha1_total(source))
        refuse_broken(source, totals, options)
        sifted = sift(connection, f"({_rows_sql(table, options)})", _checks(table))
        secret = KeyedHash.on(connection, options.key)
        counts = trade_bill_counts(connection, sifted.table)
        return Reading(
            reader=self.name,
            drafts=(draft(connection, "acquirer_records", _columns(secret, options), sifted.table),),
            rows_read=table.rows,
            set_aside=(*table.misfits, *sifted.set_aside),
            control_totals=totals,
            counts={"rows": table.rows, **counts},
            remarks=trade_bill_remarks(counts),
        )


def _rows_sql(table: RawTable, options: ReadOptions) -> str:
    """Return the query that gives every row its meaning; values that have none are null."""
    kind = translated_sql(table.column("交易状态"), _KINDS)
    order_amount = table.first_or_null(*_ORDER_AMOUNT)
    refund_amount = table.first_or_null(*_REFUND_AMOUNT)
    currency = f"coalesce({table.first_or_null('货币种类')}, 'CNY')"
    refund_minor = minor_sql("refund_text", scale=scale_sql("currency"))
    order_minor = minor_sql("order_text", scale=scale_sql("currency"))
    happened = (
        f"CASE WHEN {kind} = 'sale' THEN {table.column('交易时间')} "
        f"ELSE coalesce({table.first_or_null('退款申请时间')}, {table.column('交易时间')}) END"
    )
    state = translated_sql("refund_state", _REFUND_STATES)
    return f"""
        SELECT *, CASE WHEN kind = 'sale' THEN order_minor
                       WHEN kind = 'refund' THEN refund_minor
                       WHEN refund_minor > 0 THEN refund_minor
                       ELSE order_minor END AS amount_minor,
                  CASE WHEN kind = 'sale' OR (kind = 'reversal' AND refund_state IS NULL) THEN 'succeeded'
                       ELSE {state} END AS state,
                  {utc_sql(local_sql("happened", ISO_FORMATS), options.time_zone or ZONE)} AS occurred_at
        FROM (
            SELECT *, {refund_minor} AS refund_minor, {order_minor} AS order_minor
            FROM (
                SELECT source_line, {table.column("交易状态")} AS status, {kind} AS kind,
                       {order_amount} AS order_text, {refund_amount} AS refund_text, {currency} AS currency,
                       {happened} AS happened, {table.first_or_null("退款状态")} AS refund_state,
                       {table.first_or_null("交易类型")} AS trade_type,
                       {table.column("微信订单号")} AS platform_number,
                       {table.column("商户订单号")} AS merchant_number,
                       {unless_placeholder_sql(table.first_or_null("微信退款单号"), "0")} AS platform_refund,
                       {unless_placeholder_sql(table.first_or_null("商户退款单号"), "0")} AS merchant_refund,
                       {unless_placeholder_sql(table.first_or_null("设备号"), "0", "WEB")} AS terminal,
                       {table.first_or_null("用户标识")} AS person,
                       concat_ws('/', {table.first_or_null("商户号")},
                                 {table.first_or_null("特约商户号", "子商户号")}) AS account
                FROM {table.table}
            )
        )
    """


def _checks(table: RawTable) -> tuple[Check, ...]:
    """Return the checks of a row, the plainest first."""
    types = ", ".join(f"'{word}'" for word in _TRADE_TYPES)
    amount = "CASE WHEN kind = 'refund' THEN refund_text ELSE order_text END"
    return (
        missing_value("微信订单号", "platform_number IS NULL"),
        missing_value("交易状态", "status IS NULL"),
        unknown_word("交易状态", "kind IS NULL", "status"),
        unknown_word("交易类型", f"trade_type NOT IN ({types})", "trade_type"),
        missing_value("退款状态", "kind = 'refund' AND refund_state IS NULL"),
        unknown_word("退款状态", "state IS NULL", "refund_state"),
        bad_amount(
            next((label for label in _ORDER_AMOUNT if table.has(label)), "退款金额"),
            "amount_minor IS NULL OR amount_minor < 0",
            amount,
        ),
        bad_time("交易时间", "occurred_at IS NULL", "happened"),
    )


def _columns(secret: KeyedHash, options: ReadOptions) -> Mapping[str, str]:
    """Return our columns over the sifted rows."""
    return {
        "merchant_id": constant(options.merchant_id),
        "record_id": made_id_sql(
            "kind", f"'{ACQUIRER}'", "platform_number", "merchant_number", "platform_refund", "merchant_refund"
        ),
        "acquirer": constant(ACQUIRER),
        "source": constant("bill"),
        "kind": "kind",
        "state": "state",
        "amount_minor": "amount_minor",
        "currency": "currency",
        "occurred_at": "occurred_at",
        # A reversal has no number of ours: it is asked for by the number of the payment.
        "our_reference": "CASE WHEN kind = 'sale' THEN merchant_number ELSE merchant_refund END",
        "original_reference": "CASE WHEN kind <> 'sale' THEN merchant_number END",
        "acquirer_reference": "CASE WHEN kind = 'sale' THEN platform_number "
        "ELSE coalesce(platform_refund, platform_number) END",
        "terminal_id": "terminal",
        "instrument_key": secret.sql("person"),
    }


READER = WechatTradeBill()
