"""What is imported comes out again unchanged, twice the same is once, and nothing is half done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import psycopg
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.books.format import TABLES
from counterfoil.commands.console import Silence
from counterfoil.db.address import Addresses
from counterfoil.db.engine import Database
from counterfoil.db.roles import Role
from counterfoil.doctor.examining import Patient, examine
from counterfoil.errors import BadInput, BadOption
from counterfoil.exchange.arrays import literal
from counterfoil.exchange.exporting import export_books
from counterfoil.exchange.importing import ImportWish, import_books
from counterfoil.exchange.model import Imported
from counterfoil.ids import MerchantId
from counterfoil.journal.checkpoints import Checkpoints
from counterfoil.journal.sealing import Sealer
from counterfoil.world.parameters import WorldParameters
from counterfoil.world.run import run_world
from tests.databases import ServerOfTests

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The history of two merchants, with every kind of fault in it."""
    folder = tmp_path_factory.mktemp("town")
    run_world(WorldParameters(seed=7, orders=400, faults=0.2, merchants=2), folder)
    return folder


def rows(folder: Path, table: str) -> list[tuple[object, ...]]:
    """Return the rows of a table, in the order of their key, whatever the form of its file."""
    columns = ", ".join(f'CAST("{column.name}" AS VARCHAR)' for column in TABLES[table])
    key = ", ".join(f'"{name}"' for name in TABLES[table].key)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        return connection.execute(
            f"SELECT {columns} FROM read_parquet('{folder}/{table}.parquet') ORDER BY {key}"
        ).fetchall()


def merchants_of(folder: Path) -> list[MerchantId]:
    with duckdb.connect() as connection:
        found = connection.execute(f"SELECT DISTINCT merchant_id FROM '{folder}/orders.parquet' ORDER BY 1").fetchall()
    return [MerchantId(merchant_id) for (merchant_id,) in found]


@pytest.fixture
def known(addresses: Addresses, town: Path) -> Sequence[MerchantId]:
    """The merchants of the town, set up in the database."""
    merchants = merchants_of(town)
    with psycopg.connect(addresses.keeper or "") as connection:
        for merchant_id in merchants:
            connection.execute(
                "INSERT INTO merchants (merchant_id, name, currency, time_zone, created_at) "
                "VALUES (%s, 'Shop', 'CNY', 'Asia/Shanghai', now())",
                (merchant_id,),
            )
    return merchants


def imported(database: Database, known: Sequence[MerchantId], *paths: Path, **wish: object) -> Imported:
    wanted = ImportWish(paths=paths, **wish)  # type: ignore[arg-type]  # fields of a wish
    return import_books(database, wanted, known, now=NOW, progress=Silence())


def exported(database: Database, folder: Path, known: Sequence[MerchantId], form: str = "parquet") -> Path:
    export_books(database, folder, known, form=form, heard=lambda _stage, _done, _total: None)
    return folder


@pytest.mark.parametrize("form", ["parquet", "csv", "ndjson"])
def test_a_history_that_goes_in_comes_out_unchanged_and_goes_in_again(
    database: Database, known: Sequence[MerchantId], town: Path, tmp_path: Path, form: str
) -> None:
    first = imported(database, known, town)
    assert first.aside_n == 0
    assert [entered.merchant_id for entered in first.merchants] == list(known)
    assert sum(entered.new_n for entered in first.merchants) == sum(len(rows(town, table)) for table in TABLES)

    out = exported(database, tmp_path / "out", known, form)
    again = imported(database, known, out)
    assert [(entered.new_n, entered.other_n) for entered in again.merchants] == [(0, 0)] * len(known)
    assert again.aside_n == 0
    if form == "parquet":
        for table in TABLES:
            assert rows(out, table) == rows(town, table), table


def test_the_same_files_twice_change_nothing_and_leave_no_second_fact(
    database: Database, known: Sequence[MerchantId], town: Path, addresses: Addresses
) -> None:
    first = imported(database, known, town)
    second = imported(database, known, town)
    assert [entered.new_n for entered in second.merchants] == [0] * len(known)
    assert [entered.same_n for entered in second.merchants] == [entered.new_n for entered in first.merchants]
    with psycopg.connect(addresses.keeper or "") as connection:
        facts = connection.execute("SELECT tag, body FROM journal ORDER BY merchant_id").fetchall()
    assert [tag for tag, _body in facts] == ["books:import:done"] * len(known)
    for (_tag, body), entered in zip(facts, first.merchants, strict=True):
        assert {table: told["new"] for table, told in body["tables"].items()} == {
            table: written.new_n for table, written in entered.tables.items()
        }
        assert len(body["files"]) == body["files_n"] == len(TABLES)


def test_a_row_that_stands_otherwise_refuses_all_of_its_merchant_and_none_of_another(
    database: Database, known: Sequence[MerchantId], town: Path, addresses: Addresses
) -> None:
    one, other = known
    with psycopg.connect(addresses.keeper or "") as connection:
        connection.execute(
            "INSERT INTO orders (merchant_id, order_id, placed_at, state, total_minor, currency, fulfilment) "
            "SELECT %s, %s, now(), 'open', 1, 'CNY', 'carry_out'",
            (one, rows(town, "orders")[0][1]),
        )
    done = imported(database, known, town)
    refused, taken = done.merchants
    assert (refused.merchant_id, refused.other_n) == (one, 1)
    assert refused.tables["orders"].others == (rows(town, "orders")[0][1],)
    assert (taken.merchant_id, taken.other_n) == (other, 0)
    with psycopg.connect(addresses.keeper or "") as connection:
        counted = dict(connection.execute("SELECT merchant_id, count(*) FROM orders GROUP BY 1").fetchall())
    assert counted == {one: 1, other: taken.tables["orders"].new_n}


def test_a_dry_run_tells_the_same_and_writes_nothing(
    database: Database, known: Sequence[MerchantId], town: Path, addresses: Addresses
) -> None:
    dry = imported(database, known, town, dry_run=True)
    assert not dry.kept
    with psycopg.connect(addresses.keeper or "") as connection:
        assert connection.execute("SELECT count(*) FROM orders").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM journal").fetchone() == (0,)
    assert [each.tables for each in imported(database, known, town).merchants] == [
        each.tables for each in dry.merchants
    ]


def test_one_merchant_is_imported_and_the_others_are_left_alone(
    database: Database, known: Sequence[MerchantId], town: Path
) -> None:
    done = imported(database, known, town, merchant_id=known[0])
    assert [entered.merchant_id for entered in done.merchants] == [known[0]]
    assert done.elsewhere_n > 0
    assert done.elsewhere_n + done.merchants[0].new_n == sum(len(rows(town, table)) for table in TABLES)


def test_a_merchant_that_is_not_there_is_refused_before_anything_is_written(
    database: Database, known: Sequence[MerchantId], town: Path, addresses: Addresses
) -> None:
    with pytest.raises(BadOption, match="merchants that there are not"):
        imported(database, known[:1], town)
    with psycopg.connect(addresses.keeper or "") as connection:
        assert connection.execute("SELECT count(*) FROM orders").fetchone() == (0,)


def test_a_file_that_cannot_be_used_is_refused_and_nothing_is_written(
    database: Database, known: Sequence[MerchantId], tmp_path: Path
) -> None:
    (tmp_path / "orders.parquet").write_bytes(b"no parquet")
    with pytest.raises(BadInput):
        imported(database, known, tmp_path)


def test_rows_that_break_the_format_are_set_aside_with_file_and_line(
    database: Database, known: Sequence[MerchantId], tmp_path: Path
) -> None:
    (tmp_path / "orders.csv").write_text(
        "merchant_id,order_id,placed_at,state,total_minor,currency,fulfilment\n"
        f"{known[0]},good,2026-01-01T00:00:00Z,paid,100,CNY,carry_out\n"
        f"{known[0]},bad,2026-01-01T00:00:00Z,lost,100,CNY,carry_out\n",
        encoding="utf-8",
    )
    done = imported(database, known, tmp_path)
    assert (done.merchants[0].new_n, done.aside_n) == (1, 1)
    [aside] = done.aside
    assert (aside.file, aside.line, aside.column) == ("orders.csv", 3, "state")
    assert aside.reason_en
    assert aside.reason_zh


def test_imported_sales_can_be_refunded_by_what_is_left_of_them(
    database: Database, known: Sequence[MerchantId], town: Path, addresses: Addresses
) -> None:
    imported(database, known, town)
    with psycopg.connect(addresses.keeper or "") as connection:
        wrong = connection.execute(
            """
            SELECT count(*) FROM payments AS sale
            WHERE kind = 'sale' AND state = 'approved' AND (standing IS NULL OR refunded_minor <> least(amount_minor, (
                SELECT coalesce(sum(amount_minor), 0) FROM payments AS refund
                WHERE refund.merchant_id = sale.merchant_id AND refund.original_payment_id = sale.payment_id
                    AND refund.kind = 'refund' AND refund.state = 'approved'
            )))
            """
        ).fetchone()
        counted = connection.execute(
            "SELECT count(*) FILTER (WHERE refunded_minor > 0), count(*) FILTER (WHERE standing = 'voided') "
            "FROM payments WHERE kind = 'sale'"
        ).fetchone()
        assert connection.execute("SELECT count(*) FROM payments WHERE entered_by <> 'import'").fetchone() == (0,)
    assert wrong == (0,)
    assert counted is not None
    assert min(counted) > 0, "the town has refunds and voids"


def test_an_imported_history_verifies_and_the_doctor_leaves_it_alone(
    database: Database, known: Sequence[MerchantId], town: Path, addresses: Addresses, tmp_path: Path
) -> None:
    imported(database, known, town)
    checkpoints = Checkpoints(file=tmp_path / "checkpoints.jsonl", key_file=tmp_path / "checkpoint.key")
    with Database(addresses.of(Role.SEALER), application="test") as sealing:
        for merchant_id in known:
            Sealer(database=sealing, checkpoints=checkpoints, clock=lambda: NOW).seal(merchant_id, sign_now=True)
    patient = Patient(database=database, checkpoints=checkpoints, logs=[], full=True)
    examined = examine(patient, known, now=NOW + timedelta(days=400), heard=lambda _s, _d, _t: None)
    assert [(found.check.name, found.subjects) for found in examined if not found.holds] == []


def test_an_export_replaces_the_files_of_another_form(
    database: Database, known: Sequence[MerchantId], town: Path, tmp_path: Path
) -> None:
    imported(database, known, town)
    out = exported(database, tmp_path, known, "csv")
    exported(database, tmp_path, known, "parquet")
    assert sorted(file.name for file in out.iterdir()) == sorted(f"{table}.parquet" for table in TABLES)


def test_an_export_of_one_merchant_holds_no_row_of_another(
    database: Database, known: Sequence[MerchantId], town: Path, tmp_path: Path
) -> None:
    imported(database, known, town)
    exported(database, tmp_path, known[:1])
    assert merchants_of(tmp_path) == [known[0]]


_CELLS = st.none() | st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)
_TRICKY = st.sampled_from([None, "", "NULL", "null", '"', "\\", "{", "}", ",", " ", "\n", "\\N", "a\tb", "'", "零"])


@given(st.lists(_CELLS | _TRICKY, max_size=8))
def test_a_column_of_text_arrives_in_postgresql_as_it_was(postgres: ServerOfTests, cells: list[str | None]) -> None:
    with psycopg.connect(postgres.superuser) as connection:
        told = connection.execute("SELECT %s::text[]", (literal(pa.array(cells, pa.string())),)).fetchone()
    assert told == (cells,)
