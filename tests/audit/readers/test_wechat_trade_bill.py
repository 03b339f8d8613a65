"""The trade bill of WeChat Pay: the real one, and those of other types and years."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterfoil.audit.intake.sniffing import sample_of
from counterfoil.audit.readers.hashing import keyed
from counterfoil.audit.readers.wechat_trade_bill import READER
from tests.audit.readers.files import (
    EXAMPLES,
    OPTIONS,
    aside_of,
    reading_of,
    rows_of,
    totals_of,
    written,
)
from tests.audit.readers.wechat import (
    ALL,
    OLD,
    OLD_FOOTER,
    PAYMENT,
    REFUND,
    REFUNDED,
    SUCCESS,
    line,
    trade_bill,
)

if TYPE_CHECKING:
    from pathlib import Path


REAL = EXAMPLES / "wechat_trade_bill_2019-02-19_ALL.csv"


def test_the_real_bill_gives_the_figures_of_its_notice(connection: duckdb.DuckDBPyConnection) -> None:
    reading = reading_of(connection, READER, REAL)

    assert reading.rows_read == 45
    assert not reading.set_aside
    counts = {name: reading.counts[name] for name in ("rows", "payments", "refunds")}
    assert counts == {"rows": 45, "payments": 31, "refunds": 14}
    assert reading.counts["refunds_without_payment_in_file"] == 14
    assert reading.counts["platform_numbers_under_two_merchant_numbers"] == 2
    totals = totals_of(reading)
    assert totals["rows"] == ("45", "45")
    assert (totals["amount"], totals["refunded"], totals["fee"]) == (("0.47",) * 2, ("0.14",) * 2, ("0.08",) * 2)
    assert all(total.agrees for total in reading.control_totals)


def test_the_rows_of_the_real_bill_carry_their_lines_and_no_person(connection: duckdb.DuckDBPyConnection) -> None:
    rows = rows_of(reading_of(connection, READER, REAL))

    assert [row["source_line"] for row in rows] == list(range(2, 47))
    assert len({row["record_id"] for row in rows}) == 45
    assert rows[0] == {
        "source_line": 2,
        "merchant_id": "default",
        "record_id": rows[0]["record_id"],
        "acquirer": "wechat",
        "source": "bill",
        "kind": "refund",
        "state": "succeeded",
        "amount_minor": 1,
        "currency": "CNY",
        "occurred_at": datetime.fromisoformat("2019-02-18 21:01:46"),
        "our_reference": "REF4200000263201902167700963919",
        "original_reference": "autotest_20190216081946_82335",
        "acquirer_reference": "50000709672019011908420787722",
        "terminal_id": "harryma007",
        "instrument_key": keyed("oHkLxtx0vUqe-18p_AXTZ1innxkCY", OPTIONS.key),
    }
    assert sum(row["amount_minor"] for row in rows if row["kind"] == "sale") == 47
    assert "oHkLxt" not in str(rows)


def test_the_same_bill_read_twice_gives_the_same_rows(connection: duckdb.DuckDBPyConnection) -> None:
    assert rows_of(reading_of(connection, READER, REAL)) == rows_of(reading_of(connection, READER, REAL))


def test_what_was_asked_for_is_compared_with_vouchers_in_it(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    with_voucher = PAYMENT | {"应结订单金额": "10.30", "订单金额": "12.30"}

    rows = rows_of(reading_of(connection, READER, written(tmp_path, trade_bill([with_voucher, REFUNDED]))))

    assert [(row["kind"], row["amount_minor"]) for row in rows] == [("sale", 1230), ("refund", 550)]
    assert [row["our_reference"] for row in rows] == ["P1", "R1"]
    assert [row["original_reference"] for row in rows] == [None, "P1"]


def test_a_bill_of_type_success_has_no_refund_columns(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = rows_of(reading_of(connection, READER, written(tmp_path, trade_bill([PAYMENT], SUCCESS))))

    assert [(row["kind"], row["amount_minor"], row["state"]) for row in rows] == [("sale", 1230, "succeeded")]


def test_a_refund_of_type_refund_happened_when_it_was_asked_for(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    row = REFUNDED | {"交易时间": "2026-02-20 09:00:00", "退款申请时间": "2026-03-02 08:10:00"}

    rows = rows_of(reading_of(connection, READER, written(tmp_path, trade_bill([row], REFUND))))

    assert [row["occurred_at"] for row in rows] == [datetime.fromisoformat("2026-03-02 00:10:00")]


def test_the_columns_of_early_years_are_known(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    reading = reading_of(
        connection, READER, written(tmp_path, trade_bill([PAYMENT, REFUNDED], OLD, OLD_FOOTER), encoding="gb18030")
    )

    assert [(row["kind"], row["amount_minor"]) for row in rows_of(reading)] == [("sale", 1230), ("refund", 500)]
    assert totals_of(reading)["amount"] == ("12.3", "12.3")


def test_a_bill_without_the_settled_columns_is_known(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    labels = [label for label in ALL if label not in {"应结订单金额", "代金券金额"}]

    rows = rows_of(reading_of(connection, READER, written(tmp_path, trade_bill([PAYMENT], labels))))

    assert [row["amount_minor"] for row in rows] == [1230]


def test_the_order_of_columns_says_nothing(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    shuffled = random.Random(7).sample(ALL, len(ALL))  # noqa: S311 - a fixed order that is not the usual one
    usual = rows_of(reading_of(connection, READER, written(tmp_path, trade_bill([PAYMENT, REFUNDED]))))

    assert (
        rows_of(reading_of(connection, READER, written(tmp_path, trade_bill([PAYMENT, REFUNDED], shuffled)))) == usual
    )


@pytest.mark.parametrize(
    ("word", "state"),
    [("SUCCESS", "succeeded"), ("PROCESSING", "pending"), ("FAIL", "failed"), ("CHANGE", "failed")],
)
def test_the_state_of_a_refund_is_the_one_of_its_day(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, word: str, state: str
) -> None:
    reading = reading_of(connection, READER, written(tmp_path, trade_bill([REFUNDED | {"退款状态": word}])))

    assert [row["state"] for row in rows_of(reading)] == [state]
    assert bool(reading.remarks) == (state == "pending")


def test_a_revoked_code_payment_is_a_reversal_that_names_its_payment(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    bare = PAYMENT | {"交易状态": "REVOKED", "退款状态": ""}
    refunded = REFUNDED | {"交易状态": "REVOKED", "商户订单号": "P2", "申请退款金额": "12.30", "退款金额": "12.30"}

    rows = rows_of(reading_of(connection, READER, written(tmp_path, trade_bill([PAYMENT, bare, refunded]))))

    assert [(row["kind"], row["state"], row["amount_minor"]) for row in rows[1:]] == [
        ("reversal", "succeeded", 1230)
    ] * 2
    assert [(row["our_reference"], row["original_reference"]) for row in rows[1:]] == [(None, "P1"), ("R1", "P2")]
    assert len({row["record_id"] for row in rows}) == 3


def test_unknown_words_are_set_aside_and_shown_and_the_totals_still_hold(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    strange = [
        PAYMENT | {"交易类型": "TELEPATHY"},
        PAYMENT | {"交易状态": "PONDERED"},
        REFUNDED | {"退款状态": "MAYBE"},
        PAYMENT | {"商户订单号": "good"},
    ]

    reading = reading_of(connection, READER, written(tmp_path, trade_bill(strange)))

    assert aside_of(reading) == {
        "unknown_enum_value": [(2, "交易类型", "TELEPATHY"), (3, "交易状态", "PONDERED"), (4, "退款状态", "MAYBE")]
    }
    assert [row["our_reference"] for row in rows_of(reading)] == ["good"]
    assert all(total.agrees for total in reading.control_totals)


def test_rows_that_break_the_format_are_set_aside(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    bad = [
        PAYMENT | {"订单金额": "-1.00"},
        PAYMENT | {"交易时间": "2026-02-30 00:00:00"},
        PAYMENT | {"微信订单号": ""},
        REFUNDED | {"退款状态": ""},
    ]

    reading = reading_of(connection, READER, written(tmp_path, trade_bill(bad)))

    assert aside_of(reading) == {
        "bad_amount": [(2, "订单金额", "-1.00")],
        "bad_time": [(3, "交易时间", "2026-02-30 00:00:00")],
        "missing_value": [(4, "微信订单号", None), (5, "退款状态", None)],
    }


def test_goods_with_commas_and_quotes_in_their_name_are_read(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    named = PAYMENT | {"商品名称": '洗衣, 含"加急"服务, 1件'}

    assert len(rows_of(reading_of(connection, READER, written(tmp_path, trade_bill([named, PAYMENT]))))) == 2


def test_several_accounts_are_told(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = written(tmp_path, trade_bill([PAYMENT, PAYMENT | {"特约商户号": "88"}]))

    reading = reading_of(connection, READER, path)

    assert reading.counts["accounts"] == 2
    assert len(reading.remarks) == 1


def test_other_files_are_not_taken_for_a_trade_bill(tmp_path: Path) -> None:
    for content in ("a,b\n1,2\n", "交易时间,微信订单号,商户订单号\n", "记账时间,微信支付业务单号\n", "\x00\x01"):
        path = written(tmp_path, content)
        assert not READER.recognises(sample_of(path, "wechat_trade_bill.csv"))


_REFERENCES = st.text("abcXYZ0123456789_-|*@", min_size=1, max_size=32)
_FEN = st.integers(0, 10**9)
_MOMENTS = st.datetimes(datetime.fromisoformat("2015-01-01"), datetime.fromisoformat("2030-12-31"))


@st.composite
def _bill_rows(draw: st.DrawFn) -> dict[str, str]:
    kind = draw(st.sampled_from(["SUCCESS", "REFUND", "REVOKED"]))
    row = dict(PAYMENT if kind == "SUCCESS" else REFUNDED) | {"交易状态": kind}
    amount = draw(_FEN)
    yuan = f"{amount // 100}.{amount % 100:02}"
    row |= {"订单金额" if kind == "SUCCESS" else "申请退款金额": yuan}
    if kind != "SUCCESS":
        row |= {"订单金额": yuan, "商户退款单号": draw(_REFERENCES.filter(lambda text: text != "0"))}
    row |= {"商户订单号": draw(_REFERENCES), "交易时间": draw(_MOMENTS).strftime("%Y-%m-%d %H:%M:%S")}
    row["商品名称"] = draw(st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=8))
    return row


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_bill_rows(), max_size=12), st.permutations(ALL), st.sampled_from(["\n", "\r\n"]))
def test_what_was_written_into_a_bill_comes_out_of_it(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, bill: list[dict[str, str]], labels: list[str], line_end: str
) -> None:
    reading = reading_of(connection, READER, written(tmp_path, trade_bill(bill, labels, line_end=line_end)))

    kinds = {"SUCCESS": "sale", "REFUND": "refund", "REVOKED": "reversal"}
    assert [
        (row["kind"], row["amount_minor"], row["our_reference"], row["original_reference"], row["occurred_at"])
        for row in rows_of(reading)
    ] == [
        (
            kinds[row["交易状态"]],
            int((row["订单金额"]).replace(".", "")),
            row["商户订单号"] if row["交易状态"] == "SUCCESS" else row["商户退款单号"],
            None if row["交易状态"] == "SUCCESS" else row["商户订单号"],
            _utc(row["交易时间"]),
        )
        for row in bill
    ]


def _utc(beijing: str) -> datetime:
    return datetime.fromisoformat(f"{beijing}+08:00").astimezone(UTC).replace(tzinfo=None)


def test_the_line_of_a_row_is_the_one_in_the_file(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    lines = trade_bill([PAYMENT, REFUNDED]).split("\r\n")
    path = written(tmp_path, "\r\n".join([lines[0], "", lines[1], " ", lines[2], *lines[3:]]))

    assert [row["source_line"] for row in rows_of(reading_of(connection, READER, path))] == [3, 5]
    assert line(["a", "b"]) == "`a,`b"
