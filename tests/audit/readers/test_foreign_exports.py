"""What every reader of a foreign export must do, whatever it reads: be found, be alone, be careful."""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterfoil.audit.intake.sniffing import sample_of
from counterfoil.errors import BadInput
from tests.audit.readers.files import (
    OPTIONS,
    aside_of,
    damaged,
    read_or_refused,
    reading_of,
    rows_of,
    source_at,
)
from tests.audit.readers.foreign import EXPORTS, Export

if TYPE_CHECKING:
    from pathlib import Path

    from counterfoil.audit.readers.contract import Reader, Reading

READERS: dict[str, Reader] = {
    entry.name: entry.load() for entry in entry_points(group="counterfoil.readers") if entry.name != "mapping"
}
each_export = pytest.mark.parametrize("export", EXPORTS, ids=lambda export: f"{export.reader}-{export.enum}")


def _all_rows(reading: Reading) -> list[tuple[str, list[dict[str, object]]]]:
    return [(draft.table, rows_of(reading, draft.table)) for draft in reading.drafts]


@each_export
def test_the_reader_is_found_under_its_name(export: Export) -> None:
    assert READERS[export.reader].name == export.reader
    assert not READERS[export.reader].tested_on_real_files


@each_export
def test_only_the_reader_of_the_format_recognises_its_export(tmp_path: Path, export: Export) -> None:
    sample = sample_of(export.laid(tmp_path, export.text()), "anything.csv")

    assert [name for name, reader in READERS.items() if reader.recognises(sample)] == [export.reader]


@each_export
def test_the_order_of_the_columns_means_nothing(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, export: Export
) -> None:
    reader = READERS[export.reader]
    straight = reading_of(connection, reader, export.laid(tmp_path, export.text()))
    turned = reading_of(connection, reader, export.laid(tmp_path, export.text(labels=[*reversed(export.rows[0])])))

    assert _all_rows(straight) == _all_rows(turned)
    assert aside_of(straight) == aside_of(turned)


@each_export
def test_an_unknown_word_is_set_aside_with_its_line_and_the_rest_goes_on(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, export: Export
) -> None:
    path = export.laid(tmp_path, export.text({export.enum: "Quite New"}))

    reading = reading_of(connection, READERS[export.reader], path)

    assert (2, export.enum, "Quite New") in aside_of(reading)["unknown_enum_value"]
    assert 2 not in {row["source_line"] for _, rows in _all_rows(reading) for row in rows}
    assert any(rows for _, rows in _all_rows(reading))


@each_export
def test_a_row_that_was_cut_short_is_set_aside_with_its_line(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, export: Export
) -> None:
    lines = export.text().splitlines()
    last = len(lines)
    path = export.laid(tmp_path, "\r\n".join([*lines[:-1], lines[-1].split(",")[0]]))

    reading = reading_of(connection, READERS[export.reader], path)

    assert reading.rows_read == last - 1
    assert last in {line for rows in aside_of(reading).values() for line, *_ in rows}


@each_export
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_row_of_a_damaged_export_ends_in_a_book_or_is_set_aside(
    tmp_path: Path, export: Export, data: st.DataObject
) -> None:
    path = export.laid(tmp_path, damaged(data, export.text().encode()))
    reader = READERS[export.reader]
    with duckdb.connect() as connection:
        try:
            if not reader.recognises(sample_of(path, path.name)):
                return
            reading = reader.read(connection, source_at(path), replace(OPTIONS, accept_broken_totals=True))
        except BadInput:
            return
        drafted = {row["source_line"] for _, rows in _all_rows(reading) for row in rows}
        aside = {line for rows in aside_of(reading).values() for line, *_ in rows}

    assert len(drafted | aside) == reading.rows_read


@each_export
def test_a_record_keeps_its_id_and_no_two_share_one(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, export: Export
) -> None:
    path = export.laid(tmp_path, export.text())
    first, second = (
        [row["record_id"] for row in rows_of(reading_of(connection, READERS[export.reader], path))] for _ in range(2)
    )

    assert first == second
    assert len(first) == len(set(first))


@each_export
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_bytes_are_read_or_refused_in_one_line(tmp_path: Path, export: Export, data: st.DataObject) -> None:
    path = export.laid(tmp_path, damaged(data, export.text().encode()))

    with duckdb.connect() as connection:
        told = read_or_refused(connection, READERS[export.reader], path, replace(OPTIONS, accept_broken_totals=True))

    assert told in {"unknown", "refused", "read", "rows were lost"}
    if export.one_draft_a_row:
        assert told != "rows were lost"
