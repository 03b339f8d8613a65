"""The fund bill of WeChat Pay (资金账单): what moved on the merchant's account.

Income of type 交易 is a sale, spending of type 退款 a refund, 手续费 a fee; each is a settlement row that the rules
fold with its row of the trade bill, by WeChat's number (`微信支付业务单号`) and ours (`业务凭证号`). Withdrawals,
top-ups and transfers are no sales: they are set apart by rule and counted. A refund that came back as income is set
apart too, for the bill does not say which refund failed.

Known gap: where a voucher that the shop itself pays was used, the account moved by less than the order's amount. The
folded event then carries the account's amount, so read the trade bill alone where such vouchers are common.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.audit.readers.amounts import minor_sql
from counterfoil.audit.readers.contract import Reading
from counterfoil.audit.readers.drafting import carried, constant, draft
from counterfoil.audit.readers.hashing import made_id_sql
from counterfoil.audit.readers.headers import labels_in
from counterfoil.audit.readers.raw_table import Layout
from counterfoil.audit.readers.sieve import Check, bad_amount, bad_time, missing_value, sift, unknown_word
from counterfoil.audit.readers.tables import read_table
from counterfoil.audit.readers.times import local_sql, utc_sql
from counterfoil.audit.readers.totals import refuse_broken, sha1_total
from counterfoil.audit.readers.wechat_footer import Stated, compare_footer, must_have_footer
from counterfoil.audit.readers.wechat_trade_bill import ACQUIRER, ZONE

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from counterfoil.audit.readers.contract import ReadOptions, Sample, SourceFile
    from counterfoil.audit.readers.raw_table import RawTable

_AMOUNT = "收支金额(元)"
_REQUIRED = ("记账时间", "微信支付业务单号", "资金流水单号", "业务类型", "收支类型", _AMOUNT)
_LAYOUT = Layout(
    required=_REQUIRED,
    back_ticks=True,
    footers=("资金流水总笔数",),
    keep=frozenset((*_REQUIRED, "业务凭证号")),
)

#: Types that move money without a sale.
_NO_SALES = ("提现", "充值", "转账", "企业付款", "商家转账", "现金红包", "分账", "分账回退", "资金归集", "退款退回")
_FEES = ("手续费", "扣除交易手续费", "退回交易手续费", "交易手续费", "提现手续费")


class WechatFundBill:
    """Reads 资金账单 of WeChat Pay into acquirer records of source settlement."""

    name = "wechat-fund-bill"
    title_en = "WeChat Pay fund bill"
    title_zh = "微信支付资金账单"
    tested_on_real_files = False
    gives: Mapping[str, frozenset[str]]

    def __init__(self) -> None:
        columns = frozenset(("source", "settled_on", "our_reference", "acquirer_reference"))
        self.gives = {"acquirer_records": carried("acquirer_records", columns)}

    def recognises(self, sample: Sample) -> bool:
        """Say whether there is a header of a fund bill."""
        return labels_in(sample, _REQUIRED) is not None

    def read(self, connection: duckdb.DuckDBPyConnection, source: SourceFile, options: ReadOptions) -> Reading:
        """Turn a bill into acquirer records; BadFile where the footer or the digest disagrees."""
        table = read_table(connection, source, _LAYOUT)
        must_have_footer(source, table, "资金流水总笔数", accepted=options.accept_broken_totals)
        totals = (*compare_footer(connection, source, table, _footer(table)), *sha1_total(source))
        refuse_broken(source, totals, options)
        sifted = sift(connection, f"({_rows_sql(table, options)})", _CHECKS)
        return Reading(
            reader=self.name,
            drafts=(draft(connection, "acquirer_records", _columns(options), sifted.table),),
            rows_read=table.rows,
            set_aside=(*table.misfits, *sifted.set_aside),
            control_totals=totals,
            counts={"rows": table.rows, **_kinds(connection, sifted.table)},
        )


def _footer(table: RawTable) -> tuple[Stated, ...]:
    """Return what the footer states, with the rows that each figure counts."""
    income, spending = (f"{table.column('收支类型')} = '{word}'" for word in ("收入", "支出"))
    return (
        Stated(name="rows", labels=("资金流水总笔数",)),
        Stated(name="income_rows", labels=("收入笔数",), where=income),
        Stated(name="income", labels=("收入金额",), columns=(_AMOUNT,), where=income),
        Stated(name="spending_rows", labels=("支出笔数",), where=spending),
        Stated(name="spending", labels=("支出金额",), columns=(_AMOUNT,), where=spending),
    )


def _rows_sql(table: RawTable, options: ReadOptions) -> str:
    """Return the query that gives every row its meaning; values that have none are null."""
    fees, no_sales = (", ".join(f"'{word}'" for word in words) for words in (_FEES, _NO_SALES))
    return f"""
        SELECT *, {utc_sql("booked_at", options.time_zone or ZONE)} AS occurred_at,
               CASE WHEN type = '交易' AND direction = '收入' THEN 'sale'
                    WHEN type = '退款' AND direction = '支出' THEN 'refund'
                    WHEN type IN ({fees}) THEN 'fee'
                    WHEN type IN ({no_sales}) OR (type = '退款' AND direction = '收入') THEN 'other' END AS kind
        FROM (
            SELECT source_line, {table.column("业务类型")} AS type, {table.column("收支类型")} AS direction,
                   {table.column(_AMOUNT)} AS amount_text, {minor_sql(table.column(_AMOUNT))} AS amount_minor,
                   {table.column("记账时间")} AS time_text, {local_sql(table.column("记账时间"))} AS booked_at,
                   {table.column("微信支付业务单号")} AS platform_number,
                   {table.column("资金流水单号")} AS flow_number,
                   {table.first_or_null("业务凭证号")} AS merchant_number
            FROM {table.table}
        )
    """


_CHECKS = (
    missing_value("资金流水单号", "flow_number IS NULL"),
    unknown_word("收支类型", "direction IS NULL OR direction NOT IN ('收入', '支出')", "direction"),
    unknown_word("业务类型", "kind IS NULL", "type"),
    bad_amount(_AMOUNT, "amount_minor IS NULL OR amount_minor < 0", "amount_text"),
    bad_time("记账时间", "occurred_at IS NULL", "time_text"),
    Check(
        reason="no_sale",
        column="业务类型",
        fails="kind = 'other'",
        found="type",
        text_en="The money moved without a sale or a refund to a customer.",
        text_zh="该资金变动不是销售收款，也不是对顾客的退款。",
        why="by_rule",
    ),
)


def _columns(options: ReadOptions) -> Mapping[str, str]:
    """Return our columns over the sifted rows."""
    return {
        "merchant_id": constant(options.merchant_id),
        "record_id": made_id_sql("'fund-' || kind", f"'{ACQUIRER}'", "platform_number", "flow_number"),
        "acquirer": constant(ACQUIRER),
        "source": constant("settlement"),
        "kind": "kind",
        "state": constant("succeeded"),
        "amount_minor": "amount_minor",
        "currency": constant("CNY"),
        "occurred_at": "occurred_at",
        "settled_on": "CAST(booked_at AS DATE)",
        "our_reference": "merchant_number",
        "acquirer_reference": "platform_number",
    }


def _kinds(connection: duckdb.DuckDBPyConnection, rows: str) -> dict[str, int]:
    counted = connection.execute(
        f"""
        SELECT count(*) FILTER (kind = 'sale') AS payments, count(*) FILTER (kind = 'refund') AS refunds,
               count(*) FILTER (kind = 'fee') AS fees
        FROM {rows}
        """
    ).fetchone() or (0, 0, 0)
    return dict(zip(("payments", "refunds", "fees"), counted, strict=True))


READER = WechatFundBill()
