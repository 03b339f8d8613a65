"""Text in blocks of columns, parsed by Arrow, each row with the line on which it begins in the file.

Arrow numbers the records that it sees, the broken ones too; a record with quoted line ends takes more lines than one,
so the line of a record is its number plus the line ends inside the records before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.csv

from counterfoil.audit.intake.limits import BROKEN_LINES_MAX, RECORD_BYTES_MAX
from counterfoil.errors import BadFile

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a text file is laid out in columns."""

    name: str
    path: Path
    #: Where the rows begin, in bytes, and on which line.
    first_byte: int
    first_line: int
    #: How many columns a row has, and the sign between them.
    width: int
    delimiter: str
    #: Whether a quote may hold delimiters and line ends.
    quotes: bool


@dataclass(slots=True)
class LineNumbers:
    """Turns the numbers of records into lines of the file, as the records come by."""

    #: The line of the first record.
    first: int
    #: Good records so far.
    good: int = 0
    #: Records of the wrong width: their number, the line ends inside, and how many columns they have.
    broken: list[tuple[int, int, int]] = field(default_factory=list)
    #: Good records with line ends inside: how many good records up to there, and the sum of line ends so far.
    _inside_at: list[int] = field(default_factory=list)
    _inside_sum: list[int] = field(default_factory=list)

    def of_good(self, inside: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the lines of the next good records; `inside` counts the line ends in each."""
        index = np.arange(self.good, self.good + len(inside), dtype=np.int64)
        running = (self._inside_sum[-1] if self._inside_sum else 0) + np.cumsum(inside)
        with_ends = np.flatnonzero(inside)
        self._inside_at.extend((index[with_ends] + 1).tolist())
        self._inside_sum.extend(running[with_ends].tolist())
        self.good += len(inside)
        # The broken records before the g-th good one are those with fewer than g + 1 good or broken ones to come.
        numbers = np.array([number for number, _, _ in self.broken], dtype=np.int64)
        skipped = np.searchsorted(numbers - np.arange(len(numbers)), index + 1, side="right")
        ends = np.concatenate(([0], np.cumsum([ends for _, ends, _ in self.broken]))).astype(np.int64)
        return self.first + index + skipped + ends[skipped] + running - inside

    def of_broken(self) -> Iterator[tuple[int, int]]:
        """Give line and width of each broken record, once all records have come by."""
        inside_at, ends_before = np.array(self._inside_at), 0
        for position, (number, ends, width) in enumerate(self.broken):
            place = int(np.searchsorted(inside_at, number - 1 - position, side="right"))
            inside = self._inside_sum[place - 1] if place else 0
            yield self.first + number - 1 + ends_before + inside, width
            ends_before += ends


def blocks(layout: Layout, lines: LineNumbers) -> Iterator[pa.RecordBatch]:
    """Give the rows in blocks of text columns; records of the wrong width are noted in `lines` instead.

    BadFile where a record is too long, a quote stays open, or most lines are of the wrong width.
    """

    def note(row: pyarrow.csv.InvalidRow) -> str:
        if len(lines.broken) <= BROKEN_LINES_MAX:
            ends = row.text.replace("\r\n", "\n").replace("\r", "\n").count("\n")
            lines.broken.append((row.number, ends, row.actual_columns))
        return "skip"

    with pa.OSFile(str(layout.path)) as file:
        if layout.first_byte >= file.size():
            return
        file.seek(layout.first_byte)
        try:
            for batch in _open(file, layout, note):
                yield batch
                _refuse_mostly_broken(layout, lines)
            _refuse_mostly_broken(layout, lines)
        except pa.ArrowMemoryError:
            raise
        except pa.ArrowException as error:
            raise BadFile(
                file=layout.name,
                expected=f"records of at most {RECORD_BYTES_MAX >> 20} MiB",
                found=f"a longer one, or an open quote, after line {lines.first - 1 + lines.good + len(lines.broken)}",
            ) from error


def _refuse_mostly_broken(layout: Layout, lines: LineNumbers) -> None:
    if len(lines.broken) > BROKEN_LINES_MAX:
        raise BadFile(
            file=layout.name,
            expected=f"{layout.width} columns a line",
            found=f"another number on more than {BROKEN_LINES_MAX} lines",
        )


def _open(file: pa.NativeFile, layout: Layout, note: object) -> pyarrow.csv.CSVStreamingReader:
    names = [f"c{number}" for number in range(layout.width)]
    # A block is taken from memory whole, however little is in it: ten thousand small files would pay for it.
    block_bytes = min(RECORD_BYTES_MAX, file.size() - layout.first_byte + 1)
    return pyarrow.csv.open_csv(
        file,
        # One thread: only then does Arrow number the records.
        read_options=pyarrow.csv.ReadOptions(use_threads=False, block_size=block_bytes, column_names=names),
        parse_options=pyarrow.csv.ParseOptions(
            delimiter=layout.delimiter,
            quote_char='"' if layout.quotes else False,
            newlines_in_values=layout.quotes,
            ignore_empty_lines=False,
            invalid_row_handler=note,
        ),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )
