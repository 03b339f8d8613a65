"""The trade bill of Alipay, written from the published list of its columns."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterfoil.audit.readers.alipay_trade_bill import READER
from counterfoil.audit.readers.hashing import keyed
from counterfoil.errors import BadFile
from tests.audit.readers.alipay import (
    LABELS,
    REFUND,
    SALE,
    trade_bill,
)
from tests.audit.readers.files import (
    OPTIONS,
    aside_of,
    reading_of,
    rows_of,
    source_at,
    totals_of,
    written,
)

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig"])
def test_sales_and_refunds_are_read_with_store_till_and_cashier(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, encoding: str
) -> None:
    reading = reading_of(connection, READER, written(tmp_path, trade_bill([SALE, REFUND]), encoding=encoding))

    sale, refund = rows_of(reading)
    assert sale == {
        "source_line": 6,
        "merchant_id": "default",
        "record_id": sale["record_id"],
        "acquirer": "alipay",
        "source": "bill",
        "kind": "sale",
        "state": "succeeded",
        "amount_minor": 3580,
        "currency": "CNY",
        "occurred_at": datetime.fromisoformat("2026-03-01 15:59:30"),
        "our_reference": "P1",
        "original_reference": None,
        "acquirer_reference": "2026030122001400000000000001",
        "store_id": "S1",
        "terminal_id": "T7",
        "operator_id": "anna",
        "instrument_key": None,
    }
    assert (refund["kind"], refund["amount_minor"]) == ("refund", 1000)
    assert (refund["our_reference"], refund["original_reference"]) == ("R1", "P1")
    assert refund["instrument_key"] == keyed("zhang@example.com", OPTIONS.key)
    assert refund["record_id"] != sale["record_id"]
    assert reading.counts["masked_accounts"] == 1
    assert totals_of(reading)["payments_rows"] == ("1", "1")
    assert totals_of(reading)["refunded"] == ("10", "10")


def test_a_refund_without_an_order_amount_is_what_all_bore_together(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    row = REFUND | {"订单金额（元）": "0.00", "商家实收（元）": "-8.00", "支付宝优惠（元）": "-2.00"}

    rows = rows_of(reading_of(connection, READER, written(tmp_path, trade_bill([row]))))

    assert [row["amount_minor"] for row in rows] == [1000]


def test_the_order_of_columns_says_nothing_and_new_ones_do_no_harm(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    usual = rows_of(reading_of(connection, READER, written(tmp_path, trade_bill([SALE, REFUND]))))

    turned = written(tmp_path, trade_bill([SALE, REFUND], [*reversed(LABELS), "新增列"]))

    assert rows_of(reading_of(connection, READER, turned)) == usual


def test_rows_that_break_the_format_are_set_aside(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    bad = [
        SALE | {"业务类型": "预付"},
        SALE | {"订单金额（元）": "-1.00"},
        SALE | {"完成时间": "昨天"},
        SALE | {"支付宝交易号": ""},
        REFUND | {"订单金额（元）": "5.00", "商家实收（元）": "5.00"},
    ]

    reading = reading_of(connection, READER, written(tmp_path, trade_bill(bad)))

    assert rows_of(reading) == []
    assert aside_of(reading) == {
        "unknown_enum_value": [(6, "业务类型", "预付")],
        "bad_amount": [(7, "订单金额(元)", "-1.00"), (10, "订单金额(元)", "5.00")],
        "bad_time": [(8, "完成时间", "昨天")],
        "missing_value": [(9, "支付宝交易号", None)],
    }


def test_a_trade_bill_that_was_cut_short_or_changed_is_refused(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    text = trade_bill([SALE, REFUND])
    cut = source_at(written(tmp_path, text.partition("#-----------------------------------------业务明细列表结束")[0]))
    with pytest.raises(BadFile, match="the bill was cut short"):
        READER.read(connection, cut, OPTIONS)
    assert len(rows_of(READER.read(connection, cut, replace(OPTIONS, accept_broken_totals=True)))) == 2
    changed = source_at(written(tmp_path, text.replace("33.80\t", "33.90\t"), "changed.csv"))
    with pytest.raises(BadFile, match=r"商家实收共 33\.8\), found .*33\.9"):
        READER.read(connection, changed, OPTIONS)
    lost = source_at(written(tmp_path, text.replace("退款\t", "其他\t"), "lost.csv"))
    with pytest.raises(BadFile, match=r"退款合计 1.*found 退款合计 0"):
        READER.read(connection, lost, OPTIONS)


_YUAN = st.integers(0, 10**9).map(lambda fen: f"{fen // 100}.{fen % 100:02}")
_NUMBERS = st.text("abcXYZ0123456789_-", min_size=1, max_size=32)


@st.composite
def _rows(draw: st.DrawFn) -> dict[str, str]:
    amount, number = draw(_YUAN), draw(_NUMBERS)
    if draw(st.booleans()):
        return SALE | {"订单金额（元）": amount, "商家实收（元）": amount, "商户订单号": number}
    return REFUND | {"订单金额（元）": f"-{amount}", "商家实收（元）": f"-{amount}", "退款批次号/请求号": number}


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_rows(), max_size=12), st.permutations(LABELS), st.sampled_from(["utf-8", "gb18030"]))
def test_what_was_written_into_a_bill_comes_out_of_it(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, bill: list[dict[str, str]], labels: list[str], encoding: str
) -> None:
    rows = rows_of(reading_of(connection, READER, written(tmp_path, trade_bill(bill, labels), encoding=encoding)))

    assert [(row["kind"], row["amount_minor"], row["our_reference"]) for row in rows] == [
        (
            "sale" if row["业务类型"] == "交易" else "refund",
            int(row["订单金额（元）"].replace(".", "").lstrip("-")),
            row["商户订单号"] if row["业务类型"] == "交易" else row["退款批次号/请求号"],
        )
        for row in bill
    ]
