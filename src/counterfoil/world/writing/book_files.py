"""Writes the books of a town to files while they are made: in row groups of one size, and never more in memory.

Row groups are filled to the row whatever portions come in, so that the bytes of a file do not depend on them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from counterfoil.world.writing.schema import SCHEMAS

ROW_GROUP_ROWS = 500_000
#: Portions that may wait for the writer while the next one is being made.
_WAITING_MAX = 2
_COMPRESSION_LEVEL = 1


class BookFiles:
    """The open Parquet files of a town, one a table; a thread of its own encodes and compresses."""

    def __init__(self, folder: Path, *, row_group_rows: int = ROW_GROUP_ROWS) -> None:
        self._row_group_rows = row_group_rows
        self._buffers = {name: _Buffer(folder / f"{name}.parquet", name) for name in SCHEMAS}
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="book-files")
        self._waiting: list[Future[None]] = []
        #: Rows written so far, by table.
        self.rows: dict[str, int] = defaultdict(int)
        #: The most rows of one table that were ever held back to fill a row group.
        self.held_rows_max = 0

    def add(self, tables: Mapping[str, pa.Table]) -> None:
        """Hand over a portion of every table; waits while two are still being written."""
        while len(self._waiting) >= _WAITING_MAX:
            self._waiting.pop(0).result()
        self._waiting.append(self._thread.submit(self._add, dict(tables)))

    def end_of_merchant(self) -> None:
        """Fill no row group with rows of two merchants: their stores and tills are other words."""
        self._waiting.append(self._thread.submit(self._flush))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                for portion in self._waiting:
                    portion.result()
                self._flush()
                for buffer in self._buffers.values():
                    buffer.open_without_rows()
        finally:
            self._thread.shutdown(wait=True, cancel_futures=True)
            for buffer in self._buffers.values():
                buffer.close()

    def _flush(self) -> None:
        for buffer in self._buffers.values():
            buffer.flush(self._row_group_rows, everything=True)

    def _add(self, tables: Mapping[str, pa.Table]) -> None:
        for name, table in tables.items():
            buffer = self._buffers[name]
            buffer.portions.append(table)
            buffer.rows += table.num_rows
            self.rows[name] += table.num_rows
            self.held_rows_max = max(self.held_rows_max, buffer.rows)
            buffer.flush(self._row_group_rows, everything=False)


class _Buffer:
    """One file, and the rows that wait for their row group."""

    def __init__(self, path: Path, table: str) -> None:
        self._path = path
        self._schema = SCHEMAS[table]
        self._writer: pq.ParquetWriter | None = None
        self.portions: list[pa.Table] = []
        self.rows = 0

    def flush(self, row_group_rows: int, *, everything: bool) -> None:
        """Write full row groups, and with `everything` the rest too."""
        while self.rows >= (1 if everything else row_group_rows):
            waiting = pa.concat_tables(self.portions).combine_chunks()
            group = waiting.slice(0, row_group_rows)
            self._open(group.schema).write_table(group, row_group_size=row_group_rows)
            self.portions = [waiting.slice(row_group_rows)] if waiting.num_rows > row_group_rows else []
            self.rows = max(waiting.num_rows - row_group_rows, 0)

    def open_without_rows(self) -> None:
        """Make the file even where there are no rows: an empty book is not an absent one."""
        self._open(self._schema)

    def close(self) -> None:
        """Close the file, if it was opened."""
        if self._writer is not None:
            self._writer.close()

    def _open(self, schema: pa.Schema) -> pq.ParquetWriter:
        """Open the file on its first rows; words are kept as dictionaries, ids as they are, for they hardly repeat."""
        if self._writer is None:
            self._writer = pq.ParquetWriter(
                self._path,
                schema,
                compression="zstd",
                compression_level=_COMPRESSION_LEVEL,
                use_dictionary=[name for name in schema.names if pa.types.is_dictionary(schema.field(name).type)],
                store_schema=False,
            )
        return self._writer
