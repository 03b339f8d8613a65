"""The account bill of Alipay (账务明细): what moved on the merchant's account, 12 columns or more.

Income of an online payment is a sale, spending of a refund a refund, a service charge a fee; each is a settlement row
that the rules fold with its row of the trade bill by Alipay's number (`业务流水号`). A refund carries no number of ours
here. Transfers, withdrawals and everything else are no sales: set apart by rule and counted.

Known gap: a discount that Alipay or the shop bore makes the account move by less than the order's amount; the folded
event then carries the account's amount.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.audit.readers.alipay_footer import Sum, compare_sums, must_have_end
from counterfoil.audit.readers.alipay_trade_bill import ACQUIRER, ZONE
from counterfoil.audit.readers.amounts import exact_units_sql, minor_sql
from counterfoil.audit.readers.contract import Reading
from counterfoil.audit.readers.drafting import carried, constant, draft
from counterfoil.audit.readers.hashing import KeyedHash, made_id_sql, unmasked_sql
from counterfoil.audit.readers.headers import labels_in
from counterfoil.audit.readers.raw_table import Layout
from counterfoil.audit.readers.sieve import Check, bad_amount, bad_time, missing_value, sift, unknown_word
from counterfoil.audit.readers.tables import read_table
from counterfoil.audit.readers.times import local_sql, utc_sql
from counterfoil.audit.readers.totals import refuse_broken

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from counterfoil.audit.readers.contract import ReadOptions, Sample, SourceFile
    from counterfoil.audit.readers.raw_table import RawTable

_INCOME, _SPENDING = "收入金额(+元)", "支出金额(-元)"
_REQUIRED = ("账务流水号", "业务流水号", "商户订单号", "发生时间", _INCOME, _SPENDING, "业务类型")
_LAYOUT = Layout(required=_REQUIRED, comment="#", keep=frozenset((*_REQUIRED, "对方账号", "对方账户")))

_SALES = ("在线支付", "交易付款", "即时到账交易", "当面付")
_REFUNDS = ("交易退款", "退款", "在线支付退款")
_FEES = ("收费", "服务费", "退费", "交易服务费", "手续费")
_NO_SALES = ("转账", "提现", "充值", "红包", "其它", "其他", "分账", "保证金", "营销", "代扣款", "退款(交易退款)(失败)")


class AlipayAccountBill:
    """Reads 账务明细 of Alipay into acquirer records of source settlement."""

    name = "alipay-account-bill"
    title_en = "Alipay account bill"
    title_zh = "支付宝账务明细账单"
    tested_on_real_files = False
    gives: Mapping[str, frozenset[str]]

    def __init__(self) -> None:
        columns = ("source", "settled_on", "our_reference", "original_reference", "acquirer_reference")
        self.gives = {"acquirer_records": carried("acquirer_records", frozenset((*columns, "instrument_key")))}

    def recognises(self, sample: Sample) -> bool:
        """Say whether there is a header of an account bill."""
        return labels_in(sample, _REQUIRED) is not None

    def read(self, connection: duckdb.DuckDBPyConnection, source: SourceFile, options: ReadOptions) -> Reading:
        """Turn a bill into acquirer records; BadFile where it is cut short or its sums disagree."""
        table = read_table(connection, source, _LAYOUT)
        must_have_end(source, table, accepted=options.accept_broken_totals)
        totals = compare_sums(connection, table, _sums(table))
        refuse_broken(source, totals, options)
        sifted = sift(connection, f"({_rows_sql(table, options)})", _CHECKS)
        secret = KeyedHash.on(connection, options.key)
        return Reading(
            reader=self.name,
            drafts=(draft(connection, "acquirer_records", _columns(secret, options), sifted.table),),
            rows_read=table.rows,
            set_aside=(*table.misfits, *sifted.set_aside),
            control_totals=totals,
            counts={"rows": table.rows, **_counts(connection, sifted.table)},
        )


def _sums(table: RawTable) -> tuple[Sum, ...]:
    """Return what the lines behind the list state."""
    return tuple(
        Sum(
            name=name,
            label=label,
            where=f"coalesce({exact_units_sql(table.column(column))}, 0) <> 0",
            sums=((name, "共", table.column(column)),),
        )
        for name, label, column in (("income", "收入合计", _INCOME), ("spending", "支出合计", _SPENDING))
    )


def _rows_sql(table: RawTable, options: ReadOptions) -> str:
    """Return the query that gives every row its meaning; values that have none are null."""
    sales, refunds, fees, no_sales = (
        ", ".join(f"'{word}'" for word in words) for words in (_SALES, _REFUNDS, _FEES, _NO_SALES)
    )
    income, spending = (f"coalesce({table.column(column)}, '0')" for column in (_INCOME, _SPENDING))
    return f"""
        SELECT *, {utc_sql("booked_at", options.time_zone or ZONE)} AS occurred_at,
               abs(income_minor) + abs(spending_minor) AS amount_minor,
               CASE WHEN type IN ({sales}) AND spending_minor = 0 THEN 'sale'
                    WHEN type IN ({refunds}) AND income_minor = 0 THEN 'refund'
                    WHEN type IN ({fees}) THEN 'fee'
                    WHEN type IN ({no_sales}, {sales}, {refunds}) THEN 'other' END AS kind
        FROM (
            SELECT source_line, {table.column("业务类型")} AS type,
                   concat({income}, ' / ', {spending}) AS amount_text,
                   {minor_sql(income)} AS income_minor, {minor_sql(spending)} AS spending_minor,
                   {table.column("发生时间")} AS time_text, {local_sql(table.column("发生时间"))} AS booked_at,
                   {table.column("账务流水号")} AS flow_number, {table.column("业务流水号")} AS platform_number,
                   {table.column("商户订单号")} AS merchant_number,
                   {table.first_or_null("对方账号", "对方账户")} AS person
            FROM {table.table}
        )
    """


_CHECKS = (
    missing_value("账务流水号", "flow_number IS NULL"),
    missing_value("业务类型", "type IS NULL"),
    bad_amount(
        f"{_INCOME} / {_SPENDING}",
        # exactly one side moves, and income never has a minus sign
        "amount_minor IS NULL OR income_minor < 0 OR (income_minor <> 0 AND spending_minor <> 0)",
        "amount_text",
    ),
    unknown_word("业务类型", "kind IS NULL", "type"),
    bad_time("发生时间", "occurred_at IS NULL", "time_text"),
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


def _columns(secret: KeyedHash, options: ReadOptions) -> Mapping[str, str]:
    """Return our columns over the sifted rows."""
    return {
        "merchant_id": constant(options.merchant_id),
        "record_id": made_id_sql("'account-' || kind", f"'{ACQUIRER}'", "flow_number", "platform_number"),
        "acquirer": constant(ACQUIRER),
        "source": constant("settlement"),
        "kind": "kind",
        "state": constant("succeeded"),
        "amount_minor": "amount_minor",
        "currency": constant("CNY"),
        "occurred_at": "occurred_at",
        "settled_on": "CAST(booked_at AS DATE)",
        "our_reference": "CASE WHEN kind = 'sale' THEN merchant_number END",
        "original_reference": "CASE WHEN kind = 'refund' THEN merchant_number END",
        "acquirer_reference": "platform_number",
        "instrument_key": secret.sql(unmasked_sql("person")),
    }


def _counts(connection: duckdb.DuckDBPyConnection, rows: str) -> dict[str, int]:
    counted = connection.execute(
        f"""
        SELECT count(*) FILTER (kind = 'sale'), count(*) FILTER (kind = 'refund'), count(*) FILTER (kind = 'fee')
        FROM {rows}
        """
    ).fetchone() or (0, 0, 0)
    return dict(zip(("payments", "refunds", "fees"), counted, strict=True))


READER = AlipayAccountBill()
