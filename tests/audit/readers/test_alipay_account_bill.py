"""The account bill and the summaries of Alipay, and damaged bills of both kinds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterfoil.audit.intake.sniffing import sample_of
from counterfoil.audit.readers import alipay_account_bill, alipay_summary
from counterfoil.audit.readers.alipay_trade_bill import READER
from tests.audit.readers.alipay import (
    ACCOUNT,
    CHARGED,
    GIVEN_BACK,
    MOVED,
    REFUND,
    SALE,
    SENT,
    account_bill,
    trade_bill,
)
from tests.audit.readers.files import (
    OPTIONS,
    aside_of,
    damaged,
    read_or_refused,
    reading_of,
    rows_of,
    totals_of,
    written,
)

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from counterfoil.audit.readers.contract import Reader


def test_the_account_bill_gives_settlement_rows(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = written(tmp_path, account_bill([MOVED, GIVEN_BACK, CHARGED, SENT]), encoding="gb18030")

    reading = reading_of(connection, alipay_account_bill.READER, path)

    assert [
        (row["kind"], row["amount_minor"], row["our_reference"], row["original_reference"], row["settled_on"])
        for row in rows_of(reading)
    ] == [
        ("sale", 3580, "P1", None, date(2026, 3, 1)),
        ("refund", 1000, None, "P1", date(2026, 3, 1)),
        ("fee", 21, None, None, date(2026, 3, 1)),
    ]
    assert aside_of(reading) == {"no_sale": [(9, "业务类型", "转账")]}
    assert totals_of(reading) == {
        "income_rows": ("1", "1"),
        "income": ("35.8", "35.8"),
        "spending_rows": ("3", "3"),
        "spending": ("60.21", "60.21"),
    }


def test_the_account_bill_of_other_years_has_other_columns(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    labels = [*reversed(ACCOUNT), "业务基础订单号", "业务账单来源"]
    strange = MOVED | {"账务流水号": "F9", "业务类型": "新业务"}
    both = MOVED | {"支出金额（-元）": "1.00"}

    reading = reading_of(
        connection, alipay_account_bill.READER, written(tmp_path, account_bill([MOVED, strange, both], labels))
    )

    assert [row["amount_minor"] for row in rows_of(reading)] == [3580]
    assert set(aside_of(reading)) == {"unknown_enum_value", "bad_amount"}


@pytest.mark.parametrize(
    "header",
    [
        "门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,商家实收（元）,实收净额（元）",
        "类型,收入笔数,收入金额（+元）,支出笔数,支出金额（-元）,总金额（元）",
    ],
)
def test_a_summary_is_known_and_gives_no_book(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, header: str
) -> None:
    row = ",".join(["合计", *["0"] * header.count(",")])
    path = written(tmp_path, f"#支付宝业务汇总查询\r\n{header}\r\n{row}\r\n#列表结束\r\n", encoding="gb18030")

    reading = reading_of(connection, alipay_summary.READER, path)

    assert (reading.drafts, reading.rows_read) == ((), 1)
    sample = sample_of(path, "x")
    assert not READER.recognises(sample)
    assert not alipay_account_bill.READER.recognises(sample)


_SOUND = {
    READER.name: trade_bill([SALE, REFUND]).encode("gb18030"),
    alipay_account_bill.READER.name: account_bill([MOVED, GIVEN_BACK]).encode("gb18030"),
}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data(), st.sampled_from([READER, alipay_account_bill.READER]))
def test_a_damaged_bill_is_read_or_refused_and_never_a_traceback(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, data: st.DataObject, reader: Reader
) -> None:
    path = written(tmp_path, damaged(data, _SOUND[reader.name]))
    options = replace(OPTIONS, accept_broken_totals=data.draw(st.booleans()))

    assert read_or_refused(connection, reader, path, options) in {"unknown", "read", "refused"}
