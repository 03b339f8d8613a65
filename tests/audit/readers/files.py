"""Small files for the tests of readers, and how a reader is asked about them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from counterfoil.audit.check_words import is_labelled
from counterfoil.audit.intake.sniffing import sample_of
from counterfoil.audit.readers.contract import Draft, Reader, Reading, ReadOptions, SourceFile
from counterfoil.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

EXAMPLES = Path(__file__).parents[3] / "examples"
OPTIONS = ReadOptions(key=b"a secret of the tests", currency="USD", year=2026)


def source_at(path: Path) -> SourceFile:
    """Return a file as the intake hands it to a reader."""
    sample = sample_of(path, path.name)
    return SourceFile(path=path, name=path.name, encoding=sample.encoding, size_bytes=path.stat().st_size)


def written(folder: Path, content: bytes | str, name: str = "file.csv", encoding: str = "utf-8") -> Path:
    """Write a file and return its path."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def reading_of(
    connection: duckdb.DuckDBPyConnection, reader: Reader, path: Path, options: ReadOptions = OPTIONS
) -> Reading:
    """Read a file; what the reader recognises and gives must be what it says, and each count must have words."""
    assert reader.recognises(sample_of(path, path.name))
    reading = reader.read(connection, source_at(path), options)
    assert [name for name in reading.counts if not is_labelled(name)] == []
    for draft in reading.drafts:
        assert draft.carries == reader.gives[draft.table]
        assert "source_line" in draft.rows.columns
    return reading


def rows_of(reading: Reading, table: str = "acquirer_records") -> list[dict[str, Any]]:
    """Return the drafted rows of one table, in the order of the file.

    One line may be drafted into several rows (a payment of four tenders); a draft promises no order among those,
    and the engine's threads choose one, so they are laid out by their words.
    """
    rows: list[dict[str, Any]] = []
    for draft in reading.drafts:
        if draft.table == table:
            rows += _dicts(draft)
    return sorted(rows, key=lambda row: (row["source_line"], [str(value) for value in row.values()]))


def _dicts(draft: Draft) -> list[dict[str, Any]]:
    return [dict(zip(draft.rows.columns, row, strict=True)) for row in draft.rows.fetchall()]


def aside_of(reading: Reading) -> dict[str, list[tuple[Any, ...]]]:
    """Return what was set aside, by reason."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for aside in reading.set_aside:
        assert aside.why in {"quarantined", "by_rule"}
        assert aside.text_en
        assert aside.text_zh
        found.setdefault(aside.reason, []).extend(sorted(aside.rows.fetchall()))
    return found


def totals_of(reading: Reading) -> Mapping[str, tuple[str, str]]:
    """Return the control totals by name, as (stated, found)."""
    return {total.name: (total.stated, total.found) for total in reading.control_totals}


def damaged(data: st.DataObject, sound: bytes) -> bytes:
    """Return a file that was cut short, overwritten or both."""
    content = bytearray(sound)
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 6))] = data.draw(st.binary(max_size=4))
    return bytes(content[: data.draw(st.integers(1, len(content)) | st.just(len(content)))])


def read_or_refused(connection: duckdb.DuckDBPyConnection, reader: Reader, path: Path, options: ReadOptions) -> str:
    """Read a file that may be damaged: it is unknown, read whole, or refused in one line; anything else is raised."""
    try:
        if not reader.recognises(sample_of(path, path.name)):
            return "unknown"
        reading = reader.read(connection, source_at(path), options)
    except BadInput as error:
        return "refused in several lines" if "\n" in str(error) else "refused"
    drafted = sum(len(draft.rows) for draft in reading.drafts if draft.table in ONE_ROW_EACH)
    told = sum(len(rows) for rows in aside_of(reading).values())
    return "read" if drafted + told == reading.rows_read else "rows were lost"


#: Tables that get one row for each row of the file, by the readers whose damage is tested.
ONE_ROW_EACH = ("acquirer_records", "order_lines", "return_lines", "payments")
