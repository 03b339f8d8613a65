"""The trade bill of Alipay (业务明细): GBK or UTF-8, comment lines around a list of 25 columns.

`交易` is a sale, `退款` a refund with a negative amount. What is compared with our books is `订单金额`, with every
discount in it, for that is what the till asked for; a refund whose `订单金额` is not given is what the shop, Alipay and
the vouchers bore together. A row carries the store, the cashier and the till of the shop, where the shop sent them.
Alipay has no number of its own for a refund: it is the payment's number with our `退款批次号/请求号`.

Accounts of customers are mostly masked (`*三(138****1234)`). A masked account is a hint and never a key, so only a
full one becomes an instrument key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.audit.readers.alipay_footer import Sum, compare_sums, must_have_end
from counterfoil.audit.readers.amounts import minor_sql
from counterfoil.audit.readers.contract import Reading
from counterfoil.audit.readers.drafting import carried, constant, draft
from counterfoil.audit.readers.hashing import KeyedHash, made_id_sql, unmasked_sql
from counterfoil.audit.readers.headers import labels_in
from counterfoil.audit.readers.raw_table import Layout
from counterfoil.audit.readers.sieve import bad_amount, bad_time, missing_value, sift, unknown_word
from counterfoil.audit.readers.tables import read_table
from counterfoil.audit.readers.times import local_sql, utc_sql
from counterfoil.audit.readers.totals import refuse_broken
from counterfoil.audit.readers.words import translated_sql

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from counterfoil.audit.readers.contract import ReadOptions, Sample, SourceFile
    from counterfoil.audit.readers.raw_table import RawTable

ACQUIRER = "alipay"
ZONE = "Asia/Shanghai"

_REQUIRED = ("支付宝交易号", "商户订单号", "业务类型", "完成时间", "订单金额(元)", "商家实收(元)")
_BORNE = ("商家实收(元)", "支付宝红包(元)", "集分宝(元)", "支付宝优惠(元)", "商家优惠(元)", "商家红包消费金额(元)")
_LAYOUT = Layout(
    required=_REQUIRED,
    comment="#",
    keep=frozenset(
        (*_REQUIRED, *_BORNE, "创建时间", "门店编号", "操作员", "终端号", "对方账户", "退款批次号/请求号", "服务费(元)")
    ),
)
_KINDS = {"交易": "sale", "退款": "refund"}


class AlipayTradeBill:
    """Reads 业务明细 of Alipay into acquirer records."""

    name = "alipay-trade-bill"
    title_en = "Alipay trade bill"
    title_zh = "支付宝业务明细账单"
    tested_on_real_files = False
    gives: Mapping[str, frozenset[str]]

    def __init__(self) -> None:
        columns = ("source", "our_reference", "original_reference", "acquirer_reference", "store_id", "terminal_id")
        listed = frozenset((*columns, "operator_id", "instrument_key"))
        self.gives = {"acquirer_records": carried("acquirer_records", listed)}

    def recognises(self, sample: Sample) -> bool:
        """Say whether there is a header of a trade bill."""
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
    type_, received = table.column("业务类型"), table.column("商家实收(元)")
    return (
        Sum(
            name="payments",
            label="交易合计",
            where=f"{type_} = '交易'",
            sums=(("received", "商家实收共", received), *_discount(table, "discount", "商家优惠共")),
        ),
        Sum(
            name="refunds",
            label="退款合计",
            where=f"{type_} = '退款'",
            sums=(("refunded", "商家实收退款共", received), *_discount(table, "discount_refunded", "商家优惠退款共")),
        ),
    )


def _discount(table: RawTable, name: str, words: str) -> tuple[tuple[str, str, str], ...]:
    column = table.first("商家优惠(元)")
    return () if column is None else ((name, words, column),)


def _rows_sql(table: RawTable, options: ReadOptions) -> str:
    """Return the query that gives every row its meaning; values that have none are null."""
    borne = " + ".join(f"coalesce({minor_sql(table.column(label))}, 0)" for label in _BORNE if table.has(label))
    return f"""
        SELECT *, {utc_sql("finished_at", options.time_zone or ZONE)} AS occurred_at,
               CASE WHEN kind = 'sale' THEN order_minor
                    WHEN kind = 'refund' AND coalesce(order_minor, 0) < 0 THEN -order_minor
                    WHEN kind = 'refund' AND received_minor <= 0 THEN -borne_minor END AS amount_minor
        FROM (
            SELECT source_line, {table.column("业务类型")} AS type,
                   {translated_sql(table.column("业务类型"), _KINDS)} AS kind,
                   {table.column("订单金额(元)")} AS amount_text,
                   {minor_sql(table.column("订单金额(元)"))} AS order_minor,
                   {minor_sql(table.column("商家实收(元)"))} AS received_minor, {borne} AS borne_minor,
                   coalesce({table.column("完成时间")}, {table.first_or_null("创建时间")}) AS time_text,
                   {local_sql("time_text")} AS finished_at,
                   {table.column("支付宝交易号")} AS platform_number,
                   {table.column("商户订单号")} AS merchant_number,
                   {table.first_or_null("退款批次号/请求号")} AS merchant_refund,
                   {table.first_or_null("门店编号")} AS store, {table.first_or_null("终端号")} AS terminal,
                   {table.first_or_null("操作员")} AS operator, {table.first_or_null("对方账户")} AS person
            FROM {table.table}
        )
    """


_CHECKS = (
    missing_value("支付宝交易号", "platform_number IS NULL"),
    missing_value("业务类型", "type IS NULL"),
    unknown_word("业务类型", "kind IS NULL", "type"),
    bad_amount("订单金额(元)", "amount_minor IS NULL OR amount_minor < 0", "amount_text"),
    bad_time("完成时间", "occurred_at IS NULL", "time_text"),
)


def _columns(secret: KeyedHash, options: ReadOptions) -> Mapping[str, str]:
    """Return our columns over the sifted rows."""
    return {
        "merchant_id": constant(options.merchant_id),
        "record_id": made_id_sql("kind", f"'{ACQUIRER}'", "platform_number", "merchant_number", "merchant_refund"),
        "acquirer": constant(ACQUIRER),
        "source": constant("bill"),
        "kind": "kind",
        "state": constant("succeeded"),
        "amount_minor": "amount_minor",
        "currency": constant("CNY"),
        "occurred_at": "occurred_at",
        "our_reference": "CASE WHEN kind = 'sale' THEN merchant_number ELSE merchant_refund END",
        "original_reference": "CASE WHEN kind = 'refund' THEN merchant_number END",
        "acquirer_reference": "platform_number",
        "store_id": "store",
        "terminal_id": "terminal",
        "operator_id": "operator",
        "instrument_key": secret.sql(unmasked_sql("person")),
    }


def _counts(connection: duckdb.DuckDBPyConnection, rows: str) -> dict[str, int]:
    counted = connection.execute(
        f"""
        SELECT count(*) FILTER (kind = 'sale'), count(*) FILTER (kind = 'refund'),
               count(*) FILTER (contains(person, '*')),
               (SELECT count(*) FROM (SELECT * FROM {rows} WHERE kind = 'refund') AS refunds
                ANTI JOIN (SELECT * FROM {rows} WHERE kind = 'sale') AS payments
                    USING (platform_number, merchant_number))
        FROM {rows}
        """
    ).fetchone() or (0, 0, 0, 0)
    names = ("payments", "refunds", "masked_accounts", "refunds_without_payment_in_file")
    return dict(zip(names, counted, strict=True))


READER = AlipayTradeBill()
