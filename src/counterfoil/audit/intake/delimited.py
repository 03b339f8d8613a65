"""CSV books: rows as text, by header name and never by position.

Lines of another width than the header are quarantined, lines without any value are counted as blank, and a quote that
swallows whole lines is called what it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from counterfoil.audit.intake.blocks import Layout, LineNumbers, blocks
from counterfoil.audit.intake.sniffing import REPLACEMENT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from counterfoil.audit.intake.decoding import PlainText
    from counterfoil.audit.intake.recognition import NativeBook
    from counterfoil.audit.intake.segments import Segments

_LINE_END = r"\r\n|\r|\n"

#: A regular expression may not repeat a part more often than this.
_REPEATS_MAX = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRead:
    """What a text book gave."""

    #: Rows, good or bad; a line without any value is no row.
    rows: int
    blank_lines: int
    #: The columns that were met, by the file's own names.
    given: frozenset[str]


def read(book: NativeBook, text: PlainText, segments: Segments, *, file_no: int, name: str) -> TextRead:
    """Read a CSV book into segments; BadFile where it cannot be parsed to its end."""
    layout = Layout(
        name=name,
        path=text.path,
        first_byte=text.mark_bytes + len(book.header.encode()),
        first_line=book.header_lines + 1,
        width=len(book.given),
        delimiter=book.delimiter,
        quotes=True,
    )
    lines = LineNumbers(first=layout.first_line)
    positions = {column: book.given.index(given) for column, given in book.columns.items()}
    rows = blank = 0
    broken: list[tuple[int, str, str]] = []
    for batch in blocks(layout, lines):
        spanning = _with_line_ends(batch) if text.has_quotes else []
        numbers = pa.array(lines.of_good(_line_ends_inside(batch, spanning)))
        filled = _filled(batch)
        blank += batch.num_rows - filled.sum().as_py()
        flaw = _flaws(batch, spanning, layout, damaged=text.damaged)
        spoiled = pc.and_(filled, pc.is_valid(flaw))
        broken += zip(
            numbers.filter(spoiled).to_pylist(), flaw.filter(spoiled).to_pylist(), [""] * batch.num_rows, strict=False
        )
        sound = pc.and_(filled, pc.is_null(flaw))
        good = batch.filter(sound)
        rows += good.num_rows
        segments.add(
            {column: good.column(position) for column, position in positions.items()},
            file_no=file_no,
            lines=numbers.filter(sound),
        )
    broken += [_misfit(line, width, layout.width) for line, width in lines.of_broken()]
    segments.lay_aside(broken, file_no=file_no)
    return TextRead(rows=rows + len(broken), blank_lines=blank, given=frozenset(book.given))


def _filled(batch: pa.RecordBatch) -> pa.Array:
    """Say which rows have any value at all."""
    filled = pc.is_valid(batch.column(0))
    for column in batch.columns[1:]:
        if filled.false_count == 0:
            break
        filled = pc.or_(filled, pc.is_valid(column))
    return filled


def _line_ends_inside(batch: pa.RecordBatch, spanning: Sequence[pa.Array]) -> NDArray[np.int64]:
    """Count the line ends inside the fields of each row; nearly always there are none."""
    inside = np.zeros(batch.num_rows, dtype=np.int64)
    for column in spanning:
        counts = pc.fill_null(pc.count_substring_regex(column, _LINE_END), 0)
        inside += counts.to_numpy(zero_copy_only=False)
    return inside


def _with_line_ends(batch: pa.RecordBatch) -> list[pa.Array]:
    """Return the columns in which any field spans lines."""
    return [
        column
        for column in batch.columns
        if any(pc.any(pc.match_substring(column, sign)).as_py() for sign in ("\n", "\r"))
    ]


def _flaws(batch: pa.RecordBatch, spanning: Sequence[pa.Array], layout: Layout, *, damaged: bool) -> pa.Array:
    """Name what is wrong with whole rows, null where nothing is."""
    flaw = pa.nulls(batch.num_rows, pa.string())
    if layout.width > 1:
        # A field that holds a whole line of this table: the quote before it was never meant to open.
        cell = f"[^\r\n{layout.delimiter}]*{layout.delimiter}"
        line = f"[\r\n](?:{cell}){{{min(layout.width - 1, _REPEATS_MAX)}}}"
        for column in spanning:
            flaw = _mark(flaw, pc.match_substring_regex(column, line), "unclosed_quote")
    if damaged:
        for column in batch.columns:
            flaw = _mark(flaw, pc.match_substring(column, REPLACEMENT), "undecodable_text")
    return flaw


def _mark(flaw: pa.Array, where: pa.Array, reason: str) -> pa.Array:
    return pc.if_else(pc.and_(pc.fill_null(where, False), pc.is_null(flaw)), reason, flaw)


def _misfit(line: int, width: int, expected: int) -> tuple[int, str, str]:
    reason = "too_few_columns" if width < expected else "too_many_columns"
    return line, reason, f"{width} columns instead of {expected}"
