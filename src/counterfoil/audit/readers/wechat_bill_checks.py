"""Counts and remarks about a WeChat Pay trade bill that are no findings but that people want to see."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

_COUNTS = """
    WITH payments AS (SELECT * FROM {rows} WHERE kind = 'sale'),
    refunds AS (SELECT * FROM {rows} WHERE kind = 'refund')
    SELECT
        (SELECT count(*) FROM payments) AS payments,
        (SELECT count(*) FROM refunds) AS refunds,
        (SELECT count(*) FROM {rows} WHERE kind = 'reversal') AS reversals,
        (SELECT count(*) FROM refunds WHERE state = 'pending') AS refunds_pending,
        (SELECT count(*) FROM refunds WHERE state = 'failed') AS refunds_failed,
        -- the payment lies in the bill of an earlier day
        (SELECT count(*) FROM refunds ANTI JOIN payments USING (platform_number, merchant_number))
            AS refunds_without_payment_in_file,
        -- a platform number alone is no key
        (SELECT count(*) FROM (SELECT platform_number FROM payments GROUP BY 1
                               HAVING count(DISTINCT merchant_number) > 1))
            AS platform_numbers_under_two_merchant_numbers,
        (SELECT count(*) FROM (SELECT merchant_number FROM payments WHERE merchant_number IS NOT NULL
                               GROUP BY 1 HAVING count(*) > 1)) AS references_used_twice,
        (SELECT count(DISTINCT account) FROM {rows}) AS accounts
"""


def trade_bill_counts(connection: duckdb.DuckDBPyConnection, rows: str) -> dict[str, int]:
    """Return the counts by their stable names."""
    result = connection.execute(_COUNTS.format(rows=rows))
    names = [column[0] for column in result.description or []]
    values = result.fetchone() or ()
    return dict(zip(names, values, strict=True))


def trade_bill_remarks(counts: Mapping[str, int]) -> tuple[tuple[str, str], ...]:
    """Return what a reader of the report should know about this bill."""
    remarks = []
    if counts["refunds_pending"]:
        number = counts["refunds_pending"]
        english = (
            f"{number} refunds were still under way when the bill was written. WeChat Pay never writes them again: "
            "ask the refund query for their end."
        )
        chinese = f"账单生成时有 {number} 笔退款仍在处理中。微信支付不会再更新账单，请用退款查询确认最终结果。"
        remarks.append((english, chinese))
    if counts["accounts"] > 1:
        remarks.append(
            (
                f"The bill has rows of {counts['accounts']} WeChat Pay accounts; all were read as one merchant.",
                f"账单包含 {counts['accounts']} 个微信支付商户号的记录，均按同一商户读取。",
            )
        )
    return tuple(remarks)
