"""The fund bill of WeChat Pay, written from the published list of its columns."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from counterfoil.audit.intake.sniffing import sample_of
from counterfoil.audit.readers import wechat_trade_bill
from counterfoil.audit.readers.wechat_fund_bill import READER
from counterfoil.errors import BadFile
from tests.audit.readers.files import OPTIONS, aside_of, reading_of, rows_of, source_at, totals_of, written
from tests.audit.readers.wechat import line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import duckdb

LABELS = (
    "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额（元）,账户结余（元）,资金变更提交申请人,备注,业务凭证号"
).split(",")
SALE = {
    "记账时间": "2026-03-01 23:59:31",
    "微信支付业务单号": "4200000001202603010000000001",
    "资金流水单号": "F1",
    "业务名称": "交易",
    "业务类型": "交易",
    "收支类型": "收入",
    "收支金额（元）": "12.30",
    "账户结余（元）": "100.00",
    "资金变更提交申请人": "system",
    "业务凭证号": "P1",
}
REFUND = SALE | {
    "微信支付业务单号": "50000305742018020103387128253",
    "资金流水单号": "F2",
    "业务类型": "退款",
    "收支类型": "支出",
    "收支金额（元）": "5.50",
    "业务凭证号": "R1",
}
FEE = SALE | {"资金流水单号": "F3", "业务类型": "扣除交易手续费", "收支类型": "支出", "收支金额（元）": "0.07"}
CASH_OUT = SALE | {"资金流水单号": "F4", "业务类型": "提现", "收支类型": "支出", "收支金额（元）": "99.00"}


def _bill(rows: Sequence[Mapping[str, str]]) -> str:
    sides = {word: [row for row in rows if row["收支类型"] == word] for word in ("收入", "支出")}
    sums = {word: sum((Decimal(row["收支金额（元）"]) for row in side), Decimal(0)) for word, side in sides.items()}
    footer = ["资金流水总笔数", "收入笔数", "收入金额", "支出笔数", "支出金额"]
    stated = [
        f"{len(rows)}.0",
        f"{len(sides['收入'])}.0",
        str(sums["收入"]),
        f"{len(sides['支出'])}.0",
        str(sums["支出"]),
    ]
    lines = [",".join(LABELS), *(line([row.get(label, "") for label in LABELS]) for row in rows)]
    return "\r\n".join([*lines, ",".join(footer), line(stated)])


def test_sales_refunds_and_fees_are_settlement_rows(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    reading = reading_of(connection, READER, written(tmp_path, _bill([SALE, REFUND, FEE, CASH_OUT])))

    rows = rows_of(reading)
    assert [
        (row["kind"], row["amount_minor"], row["our_reference"], row["source"], row["settled_on"]) for row in rows
    ] == [
        ("sale", 1230, "P1", "settlement", date(2026, 3, 1)),
        ("refund", 550, "R1", "settlement", date(2026, 3, 1)),
        ("fee", 7, "P1", "settlement", date(2026, 3, 1)),
    ]
    assert rows[0]["occurred_at"] == datetime.fromisoformat("2026-03-01 15:59:31")
    assert rows[1]["acquirer_reference"] == "50000305742018020103387128253"
    assert aside_of(reading) == {"no_sale": [(5, "业务类型", "提现")]}
    assert [aside.why for aside in reading.set_aside] == ["by_rule"]
    assert totals_of(reading) == {
        "rows": ("4", "4"),
        "income_rows": ("1", "1"),
        "income": ("12.3", "12.3"),
        "spending_rows": ("3", "3"),
        "spending": ("104.57", "104.57"),
    }
    assert not READER.tested_on_real_files


def test_an_unknown_type_of_business_is_set_aside_and_shown(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    rows = [SALE | {"业务类型": "新业务"}, SALE | {"收支类型": "支出"}, SALE | {"收支类型": "不明"}]

    reading = reading_of(connection, READER, written(tmp_path, _bill(rows)))

    assert aside_of(reading) == {
        "unknown_enum_value": [(2, "业务类型", "新业务"), (3, "业务类型", "交易"), (4, "收支类型", "不明")]
    }


def test_a_fund_bill_that_was_cut_short_or_changed_is_refused(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    text = _bill([SALE, REFUND])
    with pytest.raises(BadFile, match="资金流水总笔数 behind the rows"):
        READER.read(connection, source_at(written(tmp_path, text.partition("资金流水总笔数")[0])), OPTIONS)
    changed = source_at(written(tmp_path, text.replace("`12.30,`100", "`12.31,`100", 1)))
    with pytest.raises(BadFile, match=r"收入金额 12\.3\), found 收入金额 12\.31"):
        READER.read(connection, changed, OPTIONS)
    assert len(rows_of(READER.read(connection, changed, replace(OPTIONS, accept_broken_totals=True)))) == 2


def test_a_fund_bill_is_no_trade_bill(tmp_path: Path) -> None:
    sample = sample_of(written(tmp_path, _bill([SALE])), "x")

    assert READER.recognises(sample)
    assert not wechat_trade_bill.READER.recognises(sample)
