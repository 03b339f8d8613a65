"""`counterfoil import` and `export`, as somebody at a terminal sees them."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from counterfoil.cli import app
from counterfoil.db.address import URL_VARIABLE, Addresses
from counterfoil.db.roles import Role
from tests.audit.readers.wechat import PAYMENT, trade_bill

_HEAD = "merchant_id,order_id,placed_at,state,total_minor,currency,fulfilment\n"
_GOOD = "m1,o1,2026-01-01T08:00:00+08:00,paid,100,CNY,carry_out\n"
_BAD = "m1,o2,yesterday,paid,100,CNY,carry_out\n"


@pytest.fixture
def run(addresses: Addresses, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CliRunner:
    monkeypatch.setenv(URL_VARIABLE, addresses.of(Role.APPLICATION))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with psycopg.connect(addresses.keeper or "") as connection:
        connection.execute(
            "INSERT INTO merchants (merchant_id, name, currency, time_zone, created_at) "
            "VALUES ('m1', 'Shop', 'CNY', 'Asia/Shanghai', now())"
        )
    return CliRunner()


def books(folder: Path, *lines: str) -> str:
    folder.mkdir(exist_ok=True)
    (folder / "orders.csv").write_text(_HEAD + "".join(lines), encoding="utf-8")
    return str(folder)


def test_rows_are_imported_once_and_what_was_set_aside_is_told(run: CliRunner, tmp_path: Path) -> None:
    folder = books(tmp_path / "old", _GOOD, _BAD)
    dry = run.invoke(app, ["import", "--dry-run", folder, "--lang", "en"])
    assert dry.output.splitlines()[0] == ("m1: 1 rows would be imported, 0 are there already; nothing was written")
    first = run.invoke(app, ["import", folder, "--lang", "en"])
    assert first.exit_code == 0
    lines = first.output.splitlines()
    assert lines[0] == "m1: 1 rows imported, 0 were there already"
    assert "1 rows break the book format and were set aside:" in lines
    assert lines[-1].startswith("  orders.csv, line 3, placed_at: ")
    second = run.invoke(app, ["import", folder, "--lang", "zh"])
    assert second.output.splitlines()[0] == "m1：无新内容；1 行均已存在"


def test_a_row_that_stands_otherwise_ends_with_1(run: CliRunner, tmp_path: Path) -> None:
    run.invoke(app, ["import", books(tmp_path / "old", _GOOD)])
    refused = run.invoke(app, ["import", books(tmp_path / "old", _GOOD.replace("100", "200")), "--lang", "en"])
    assert refused.exit_code == 1
    assert refused.output.splitlines()[:2] == [
        "m1: REFUSED, and nothing of it was written: 1 rows stand otherwise in the books",
        "  orders: 1, such as o1",
    ]


def test_the_books_are_exported(run: CliRunner, tmp_path: Path) -> None:
    run.invoke(app, ["import", books(tmp_path / "old", _GOOD)])
    out = tmp_path / "out"
    exported = run.invoke(app, ["export", str(out), "--format", "csv", "--merchant", "m1", "--lang", "en"])
    assert (exported.exit_code, exported.output) == (0, f"1 rows of 1 merchants: {out}\n")
    head, row = (out / "orders.csv").read_text(encoding="utf-8").splitlines()
    told = dict(zip(head.split(","), row.split(","), strict=True))
    assert (told["order_id"], told["placed_at"], told["total_minor"]) == ("o1", "2026-01-01T00:00:00.000000Z", "100")


def test_a_merchant_that_is_not_there_imports_nothing_and_ends_with_2(run: CliRunner, tmp_path: Path) -> None:
    folder = books(tmp_path / "old", _GOOD)
    refused = run.invoke(app, ["import", folder, "--merchant", "nobody", "--lang", "en"])
    assert (refused.exit_code, refused.output) == (2, "counterfoil: --merchant: there is no merchant nobody\n")
    assert "1 rows imported" in run.invoke(app, ["import", folder, "--lang", "en"]).output


def test_nobody_is_advised_to_use_an_option_that_only_an_audit_has(run: CliRunner, tmp_path: Path) -> None:
    bill = tmp_path / "bill.csv"
    whole = trade_bill([PAYMENT]).splitlines(keepends=True)
    bill.write_text("".join(whole[:-2]), encoding="utf-8", newline="")
    for command in (("import", str(bill)), ("bills", "take", "--merchant", "m1", str(bill))):
        ended = run.invoke(app, [*command, "--lang", "en"])
        assert ended.exit_code in {1, 2}
        assert "the bill was cut short" in ended.output
        assert "--accept-broken-totals" not in ended.output
        assert "Fetch the file again" in ended.output
    audited = run.invoke(app, ["audit", str(bill), "--out", str(tmp_path / "out"), "--lang", "en"])
    assert "--accept-broken-totals" in audited.output


def test_a_merchant_that_is_not_there_is_told_in_one_line(run: CliRunner, tmp_path: Path) -> None:
    refused = run.invoke(app, ["export", str(tmp_path), "--merchant", "m9"])
    assert (refused.exit_code, refused.output) == (2, "counterfoil: --merchant: there is no merchant m9\n")
