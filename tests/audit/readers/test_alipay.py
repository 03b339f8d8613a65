"""The bills of Alipay, written from the published lists of their columns."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterfoil.audit.intake.sniffing import sample_of
from counterfoil.audit.readers import alipay_account_bill, alipay_summary
from counterfoil.audit.readers.alipay_trade_bill import READER
from counterfoil.audit.readers.hashing import keyed
from counterfoil.errors import BadFile
from tests.audit.readers.files import (
    OPTIONS,
    aside_of,
    damaged,
    read_or_refused,
    reading_of,
    rows_of,
    source_at,
    totals_of,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import duckdb

    from counterfoil.audit.readers.contract import Reader

LABELS = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,"
    "商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,"
    "商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注"
).split(",")
SALE = {
    "支付宝交易号": "2026030122001400000000000001",
    "商户订单号": "P1",
    "业务类型": "交易",
    "商品名称": "洗衣订单",
    "创建时间": "2026-03-01 23:58:00",
    "完成时间": "2026-03-01 23:59:30",
    "门店编号": "S1",
    "操作员": "anna",
    "终端号": "T7",
    "对方账户": "*三(138****1234)",
    "订单金额（元）": "35.80",
    "商家实收（元）": "33.80",
    "支付宝优惠（元）": "2.00",
    "商家优惠（元）": "0.00",
    "服务费（元）": "-0.21",
}
REFUND = SALE | {
    "业务类型": "退款",
    "完成时间": "2026-03-02 10:00:00",
    "对方账户": "zhang@example.com",
    "订单金额（元）": "-10.00",
    "商家实收（元）": "-10.00",
    "支付宝优惠（元）": "0.00",
    "退款批次号/请求号": "R1",
}
ACCOUNT = (
    "账务流水号,业务流水号,商户订单号,商品名称,发生时间,对方账号,收入金额（+元）,支出金额（-元）,账户余额（元）,交易渠道,业务类型,备注"
).split(",")
MOVED = {
    "账务流水号": "F1",
    "业务流水号": "2026030122001400000000000001",
    "商户订单号": "P1",
    "发生时间": "2026-03-01 23:59:31",
    "对方账号": "张青 (zhang@example.com)",
    "收入金额（+元）": "35.80",
    "支出金额（-元）": "0.00",
    "账户余额（元）": "100.00",
    "交易渠道": "支付宝",
    "业务类型": "在线支付",
}
GIVEN_BACK = MOVED | {
    "账务流水号": "F2",
    "收入金额（+元）": "0.00",
    "支出金额（-元）": "-10.00",
    "业务类型": "交易退款",
}
CHARGED = MOVED | {"账务流水号": "F3", "收入金额（+元）": "0", "支出金额（-元）": "-0.21", "业务类型": "收费"}
SENT = MOVED | {"账务流水号": "F4", "收入金额（+元）": "", "支出金额（-元）": "-50.00", "业务类型": "转账"}


def _lines(title: str, labels: Sequence[str], rows: Sequence[Mapping[str, str]], sums: Sequence[str]) -> str:
    """Write a list as Alipay does: comment lines around it, a tab behind every value."""
    return "\r\n".join(
        [
            f"#支付宝{title}查询",
            "#账号：[20880000000000000156]",
            "#起始日期：[2026年03月01日 00:00:00]   终止日期：[2026年03月02日 00:00:00]",
            f"#-----------------------------------------{title}列表----------------------------------------",
            ",".join(labels),
            *(",".join(f"{row.get(label, '')}\t" for label in labels) for row in rows),
            f"#-----------------------------------------{title}列表结束------------------------------------",
            *sums,
            "#导出时间：[2026年03月02日 06:27:10]",
            "",
        ]
    )


def trade_bill(rows: Sequence[Mapping[str, str]], labels: Sequence[str] = LABELS) -> str:
    """Write 业务明细 with the sums that its rows give."""

    def total(kind: str, label: str) -> Decimal:
        return sum((Decimal(row.get(label) or "0") for row in rows if row["业务类型"] == kind), Decimal(0))

    number = {kind: sum(row["业务类型"] == kind for row in rows) for kind in ("交易", "退款")}
    sums = [
        f"#{kind}合计：{number[kind]}笔，商家实收{word}共{total(kind, '商家实收（元）')}元，"
        f"商家优惠{word}共{total(kind, '商家优惠（元）')}元"
        for kind, word in (("交易", ""), ("退款", "退款"))
    ]
    return _lines("业务明细", labels, rows, sums)


def account_bill(rows: Sequence[Mapping[str, str]], labels: Sequence[str] = ACCOUNT) -> str:
    """Write 账务明细 with the sums that its rows give."""
    sums = []
    for word, label in (("支出", "支出金额（-元）"), ("收入", "收入金额（+元）")):
        moved = [abs(Decimal(row[label] or "0")) for row in rows]
        number = sum(amount != 0 for amount in moved)
        sums.append(f"#{word}合计：{number}笔，共{sum(moved, Decimal(0))}元")
    return _lines("账务明细", labels, rows, sums)


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
