"""One door to every kind of table: text, Excel or Parquet, told apart by content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.audit.readers.contract import SourceFile
from counterfoil.audit.readers.raw_table import Layout, RawTable
from counterfoil.audit.readers.text_tables import read_text_table

if TYPE_CHECKING:
    import duckdb

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_PARQUET = b"PAR1"


def kind_of(source: SourceFile) -> str:
    """Return `excel`, `parquet` or `text` by the first bytes of the file."""
    with source.path.open("rb") as file:
        magic = file.read(4)
    if magic in (_ZIP, _OLE):
        return "excel"
    return "parquet" if magic == _PARQUET else "text"


def read_table(connection: duckdb.DuckDBPyConnection, source: SourceFile, layout: Layout) -> RawTable:
    """Read the file's table in whatever form it stands; BadFile where it cannot be used."""
    match kind_of(source):
        case "excel":  # its library is loaded only for a workbook
            from counterfoil.audit.readers.excel_tables import read_excel_table  # noqa: PLC0415  # heavy

            return read_excel_table(connection, source, layout)
        case "parquet":
            from counterfoil.audit.readers.parquet_tables import read_parquet_table  # noqa: PLC0415  # heavy

            return read_parquet_table(connection, source, layout)
        case _:
            return read_text_table(connection, source, layout)
