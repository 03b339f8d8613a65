"""The trade bill of WeChat Pay says what it holds, and is refused where it does not."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterfoil.audit.readers.wechat_trade_bill import READER
from counterfoil.errors import BadFile
from tests.audit.readers.files import (
    OPTIONS,
    damaged,
    read_or_refused,
    reading_of,
    rows_of,
    source_at,
    totals_of,
    written,
)
from tests.audit.readers.wechat import (
    PAYMENT,
    REFUNDED,
    trade_bill,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_a_bill_whose_footer_disagrees_is_refused_with_both_figures(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    lines = trade_bill([PAYMENT, PAYMENT | {"商户订单号": "P2"}]).split("\r\n")
    path = written(tmp_path, "\r\n".join(lines[:1] + lines[2:]))

    with pytest.raises(BadFile, match=r"总交易单数 2.*订单总金额 24\.6.*总交易单数 1.*订单总金额 12\.3") as raised:
        READER.read(connection, source_at(path), OPTIONS)

    assert "--accept-broken-totals" in str(raised.value)
    reading = READER.read(connection, source_at(path), replace(OPTIONS, accept_broken_totals=True))
    assert totals_of(reading)["rows"] == ("2", "1")
    assert len(rows_of(reading)) == 1


@pytest.mark.parametrize("kept", [0, 1, 2, 3])
def test_a_bill_that_was_cut_short_is_refused(connection: duckdb.DuckDBPyConnection, tmp_path: Path, kept: int) -> None:
    lines = trade_bill([PAYMENT, REFUNDED]).split("\r\n")
    path = written(tmp_path, "\r\n".join(lines[: 1 + kept]))

    with pytest.raises(BadFile, match="the bill was cut short"):
        READER.read(connection, source_at(path), OPTIONS)
    reading = READER.read(connection, source_at(path), replace(OPTIONS, accept_broken_totals=True))
    assert len(rows_of(reading)) == min(kept, 2)
    assert not reading.control_totals[0].agrees


def test_a_footer_that_was_cut_short_is_refused(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    text = trade_bill([PAYMENT]).rstrip()

    with pytest.raises(BadFile, match="申请退款总金额 missing"):
        READER.read(connection, source_at(written(tmp_path, text.rpartition(",")[0])), OPTIONS)


def test_two_bills_in_one_file_are_refused(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    text = trade_bill([PAYMENT]) + trade_bill([PAYMENT]).removeprefix("\ufeff")

    with pytest.raises(BadFile, match="nothing behind the two lines of the footer, found another line"):
        READER.read(connection, source_at(written(tmp_path, text)), OPTIONS)


def test_an_empty_day_is_a_bill(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    reading = reading_of(connection, READER, written(tmp_path, trade_bill([])))

    assert (reading.rows_read, rows_of(reading)) == (0, [])


def test_the_digest_beside_the_file_is_compared(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = written(tmp_path, trade_bill([PAYMENT]))
    digest = hashlib.sha1(path.read_bytes(), usedforsecurity=False).hexdigest()
    written(tmp_path, f"{digest.upper()}  file.csv\n", "file.csv.sha1")
    assert totals_of(reading_of(connection, READER, path))["sha1"] == (digest, digest)

    written(tmp_path, "0" * 40, "file.csv.sha1")
    with pytest.raises(BadFile, match=r"hash_value 0{40}"):
        READER.read(connection, source_at(path), OPTIONS)
    written(tmp_path, "no digest", "file.csv.sha1")
    with pytest.raises(BadFile, match="40 hexadecimal digits"):
        READER.read(connection, source_at(path), OPTIONS)


_SOUND = trade_bill([PAYMENT, REFUNDED, PAYMENT | {"商户订单号": "P3"}]).encode()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_bill_is_read_or_refused_and_never_a_traceback(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, data: st.DataObject
) -> None:
    path = written(tmp_path, damaged(data, _SOUND))
    options = replace(OPTIONS, accept_broken_totals=data.draw(st.booleans()))

    assert read_or_refused(connection, READER, path, options) in {"unknown", "read", "refused"}
