"""The summaries that Alipay packs beside its bills (业务汇总, 账务汇总): read for their figures, they give no book.

A zip from Alipay holds the list and its summary. Both are named by the user, so both must be known; the summary's
rows are counted and told, and nothing is made of them, for the list beside it says the same line by line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.audit.readers.contract import Reading
from counterfoil.audit.readers.decoding import read_beginning
from counterfoil.audit.readers.headers import HEADER_LINES_MAX, find_header, labels_in
from counterfoil.audit.readers.raw_table import Layout
from counterfoil.audit.readers.text_tables import read_text_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from counterfoil.audit.readers.contract import ReadOptions, Sample, SourceFile

_TRADES = ("门店编号", "交易订单总笔数", "退款订单总笔数", "订单金额(元)")
_ACCOUNT = ("类型", "收入笔数", "收入金额(+元)", "支出笔数", "支出金额(-元)")


class AlipaySummary:
    """Reads 业务汇总 and 账务汇总 of Alipay."""

    name = "alipay-summary"
    title_en = "Alipay summary (gives no book)"
    title_zh = "支付宝汇总账单（不生成账本）"
    tested_on_real_files = False
    gives: Mapping[str, frozenset[str]]

    def __init__(self) -> None:
        self.gives = {}

    def recognises(self, sample: Sample) -> bool:
        """Say whether there is a header of a summary."""
        return any(labels_in(sample, required) is not None for required in (_TRADES, _ACCOUNT))

    def read(self, connection: duckdb.DuckDBPyConnection, source: SourceFile, options: ReadOptions) -> Reading:
        """Count the rows of a summary."""
        table = read_text_table(connection, source, Layout(required=_required(source), comment="#"))
        return Reading(
            reader=self.name,
            drafts=(),
            rows_read=table.rows,
            set_aside=table.misfits,
            counts={"rows": table.rows},
            remarks=(
                (
                    "A summary of sums by store or by type; the list beside it was read instead.",
                    "本文件为按门店或类型的汇总数据，已改读同一压缩包内的明细账单。",
                ),
            ),
        )


def _required(source: SourceFile) -> tuple[str, ...]:
    """Return the labels of the summary that this file is."""
    beginning = read_beginning(source, HEADER_LINES_MAX)
    return _TRADES if find_header(beginning, _TRADES, (",",)) is not None else _ACCOUNT


READER = AlipaySummary()
