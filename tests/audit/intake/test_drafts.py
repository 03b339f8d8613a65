"""Drafts of foreign formats pass the same sieves as native books, and a reader's trouble ends in one line."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from counterfoil.audit.readers.contract import ControlTotal, SetAside
from counterfoil.errors import BadFile, Bug
from tests.audit.intake.conftest import TakeIn
from tests.audit.intake.laid import order, quarantined, rows_of, write_csv
from tests.audit.intake.readers import ORDER_QUERY, FakeReader

TOTAL = ControlTotal(name="rows", label="总交易单数", stated="4", found="3")


@pytest.fixture
def bill(tmp_path: Path) -> Path:
    (tmp_path / "bill.csv").write_text("fake\n")
    return tmp_path / "bill.csv"


def test_drafts_are_cast_and_checked(take: TakeIn, bill: Path) -> None:
    query = ORDER_QUERY.replace("'CNY'", "CASE WHEN n = 1 THEN 'x' ELSE 'CNY' END")
    shelf = take(bill, readers=(FakeReader(query=query),))
    kept = rows_of(
        shelf, "orders", columns="order_id, CAST(placed_at AS VARCHAR), total_minor, source_file, source_line"
    )
    assert kept == [("O0", "2025-03-01 01:30:00", 0, "bill.csv", 1), ("O2", "2025-03-01 01:30:00", 200, "bill.csv", 3)]
    assert quarantined(shelf) == [(2, "currency", "bad_currency")]
    assert shelf.carried == {"orders": {"store_id"}}
    file = shelf.files[0]
    assert (file.reader, file.rows_read, file.rows_kept, dict(file.gave)) == ("fake", 4, 2, {"orders": 2})
    assert (dict(file.counts), file.remarks) == ({"mirrors": 2}, (("a remark", "说明"),))


def test_one_line_may_give_several_rows_and_only_the_bad_one_is_laid_aside(take: TakeIn, bill: Path) -> None:
    query = ORDER_QUERY.replace("n + 1 AS source_line", "7 AS source_line").replace("n * 100", "100 - n * 100")
    shelf = take(bill, readers=(FakeReader(query=query),))
    assert rows_of(shelf, "orders", columns="order_id, source_line") == [("O0", 7), ("O1", 7)]
    assert quarantined(shelf) == [(7, "total_minor", "negative_amount")]


def test_a_draft_and_a_book_of_one_table_share_their_keys(take: TakeIn, bill: Path) -> None:
    write_csv(bill.parent / "orders.csv", [order("O1", merchant_id="M"), order("O9", merchant_id="M")])
    shelf = take(bill.parent, readers=(FakeReader(),))
    kept = rows_of(shelf, "orders", columns="order_id, source_file")
    assert kept == [("O0", "bill.csv"), ("O1", "bill.csv"), ("O2", "bill.csv"), ("O9", "orders.csv")]
    assert quarantined(shelf, columns="source_file, source_line, reason") == [("orders.csv", 2, "duplicate_key")]


def test_what_a_reader_sets_aside_is_told_by_reason(take: TakeIn, bill: Path) -> None:
    def set_aside(connection: duckdb.DuckDBPyConnection) -> tuple[SetAside, ...]:
        rows = connection.sql("SELECT 9 AS source_line, 'state' AS column_name, 'SEEN' AS found")
        two = connection.sql("SELECT n AS source_line, NULL AS column_name, NULL AS found FROM range(2) AS t(n)")
        return (
            SetAside(reason="unknown_enum_value", text_en="e", text_zh="z", why="quarantined", rows=rows),
            SetAside(reason="zero_price_line", text_en="free", text_zh="零价", why="by_rule", rows=two),
        )

    shelf = take(bill, readers=(FakeReader(set_aside=set_aside),))
    assert dict(shelf.files[0].set_aside) == {"zero_price_line": 2, "unknown_enum_value": 1}
    assert quarantined(shelf, columns="source_line, table_name, column_name, reason, found") == [
        (9, None, "state", "unknown_enum_value", "SEEN")
    ]
    assert shelf.reasons["zero_price_line"].text_zh == "零价"
    assert not shelf.reasons["zero_price_line"].quarantines
    assert shelf.reasons["unknown_enum_value"].text_en != "e"


@pytest.mark.parametrize("word", ["bad_time", "bad_amount"])
def test_of_a_foreign_file_nobody_says_how_our_own_format_writes(take: TakeIn, bill: Path, word: str) -> None:
    def set_aside(connection: duckdb.DuckDBPyConnection) -> tuple[SetAside, ...]:
        rows = connection.sql("SELECT 9 AS source_line, 'DE7' AS column_name, '1332251200' AS found")
        return (SetAside(reason=word, text_en="not as it does", text_zh="不合其格式", why="quarantined", rows=rows),)

    shelf = take(bill, readers=(FakeReader(set_aside=set_aside),))
    assert (shelf.reasons[word].text_en, shelf.reasons[word].text_zh) == ("not as it does", "不合其格式")


def test_totals_that_disagree_are_refused_with_both_figures(take: TakeIn, bill: Path) -> None:
    reader = FakeReader(totals=(TOTAL,))
    with pytest.raises(BadFile, match=r"bill\.csv: expected 总交易单数 4, as the file itself says, found 3\."):
        take(bill, readers=(reader,))
    shelf = take(bill, readers=(reader,), accept_broken_totals=True)
    assert shelf.files[0].control_totals == (TOTAL,)


@pytest.mark.parametrize(
    "error", [UnicodeDecodeError("utf-8", b"x", 0, 1, "王小明"), OSError("x"), duckdb.Error("王小明")]
)
def test_a_file_that_a_reader_cannot_read_to_its_end_is_refused(take: TakeIn, bill: Path, error: Exception) -> None:
    with pytest.raises(BadFile, match=r"bill\.csv: expected a whole file of the format fake") as refused:
        take(bill, readers=(FakeReader(raises=error),))
    assert "王" not in str(refused.value)


def test_a_reader_that_fails_otherwise_is_a_bug_with_its_name(take: TakeIn, bill: Path) -> None:
    with pytest.raises(Bug, match=r"reader fake failed on bill\.csv: KeyError"):
        take(bill, readers=(FakeReader(raises=KeyError("x")),))


def test_a_draft_that_breaks_off_while_it_is_read_is_refused(take: TakeIn, bill: Path) -> None:
    query = ORDER_QUERY.replace("n * 100", "CAST('x' || n AS BIGINT)")
    with pytest.raises(BadFile, match=r"bill\.csv: expected a whole file of the format fake"):
        take(bill, readers=(FakeReader(query=query),))


@pytest.mark.parametrize(
    ("reader", "message"),
    [
        (FakeReader(table="receipts"), "reader fake drafts receipts, which is no table of the books"),
        (FakeReader(query=ORDER_QUERY.replace("'M' AS merchant_id,", "")), "gives no merchant_id for orders"),
        (FakeReader(query=ORDER_QUERY.replace("n + 1 AS source_line", "1 AS line")), "gives no source_line for orders"),
    ],
)
def test_a_draft_that_breaks_the_contract_is_a_bug(take: TakeIn, bill: Path, reader: FakeReader, message: str) -> None:
    with pytest.raises(Bug, match=message):
        take(bill, readers=(reader,))


def test_times_without_a_zone_in_a_draft_are_utc_whatever_the_user_said(take: TakeIn, bill: Path) -> None:
    query = ORDER_QUERY.replace("'2025-03-01T09:30:00+08:00'", "TIMESTAMP '2025-03-01 09:30:00'")
    shelf = take(bill, readers=(FakeReader(query=query),), time_zone="Asia/Shanghai")
    assert rows_of(shelf, "orders", columns="CAST(placed_at AS VARCHAR)")[0] == ("2025-03-01 09:30:00",)


def test_the_bundled_wechat_bill_passes_the_intake(take: TakeIn) -> None:
    example = Path(__file__).parents[3] / "examples" / "wechat_trade_bill_2019-02-19_ALL.csv"
    shelf = take(example, readers=None, key=bytes(32))
    file = shelf.files[0]
    assert file.reader == "wechat-trade-bill"
    assert file.rows_read == 45
    assert all(total.agrees for total in file.control_totals)
    assert quarantined(shelf) == []
