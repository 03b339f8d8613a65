"""Formats whose columns go by several names: by number, by abbreviation, in the language of whoever exported them.

A spelling says what a label means and which meanings together make the format. A label that means nothing is a
column that the reader does not look at; of two labels that mean the same, the first counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from counterfoil.audit.readers.decoding import lines_of, read_beginning
from counterfoil.audit.readers.headers import HEADER_LINES_MAX, normalise, split_labels
from counterfoil.audit.readers.raw_table import Layout
from counterfoil.audit.readers.tables import kind_of, read_table
from counterfoil.errors import BadFile

if TYPE_CHECKING:
    import duckdb

    from counterfoil.audit.readers.contract import Sample, SourceFile
    from counterfoil.audit.readers.raw_table import RawTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """What the labels of a format mean."""

    #: Our name for a normalised label, or None.
    meaning: Callable[[str], str | None]
    #: Of each of these sets one name must be there.
    needs: tuple[frozenset[str], ...]
    #: What the needs are called where they are not met.
    wanted: str
    delimiters: tuple[str, ...] = (",", ";", "\t")

    def read(self, labels: Iterable[str]) -> Mapping[str, str] | None:
        """Return our name -> the file's label; None where the labels are not this format's."""
        found: dict[str, str] = {}
        for label in labels:
            name = self.meaning(normalise(label))
            if name is not None:
                found.setdefault(name, label)
        return found if all(need & found.keys() for need in self.needs) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpelledTable:
    """A foreign table whose columns are asked for by our names."""

    raw: RawTable
    labels: Mapping[str, str]

    def has(self, *names: str) -> bool:
        """Say whether the file has all of these columns."""
        return all(name in self.labels for name in names)

    def column(self, *names: str) -> str:
        """Return the SQL name of the first of these columns that the file has, or a null text."""
        found = next((name for name in names if name in self.labels), None)
        return "CAST(NULL AS VARCHAR)" if found is None else self.raw.column(self.labels[found])

    def either(self, *names: str) -> str:
        """Return SQL for the first of these columns that has a value in the row."""
        columns = [self.column(name) for name in names if name in self.labels]
        return f"coalesce({', '.join(columns)})" if columns else self.column()

    def label(self, name: str) -> str:
        """Return what the file calls a column, or our own name for it."""
        return self.labels.get(name, name)


def is_spelled(sample: Sample, spelling: Spelling) -> bool:
    """Say whether the sample has a header of this format."""
    if sample.columns:
        return spelling.read(sample.columns) is not None
    return _first_fitting(_of_lines(lines_of(sample.text)[:HEADER_LINES_MAX], spelling), spelling) is not None


def read_spelled(connection: duckdb.DuckDBPyConnection, source: SourceFile, spelling: Spelling) -> SpelledTable:
    """Read the table under the first header that fits; BadFile where there is none."""
    found = _first_fitting(_headers(source, spelling), spelling)
    if found is None:
        raise BadFile(file=source.name, expected=f"a header with {spelling.wanted}", found="none")
    labels = tuple(found.values())
    layout = Layout(required=labels, delimiters=spelling.delimiters, keep=frozenset(labels))
    return SpelledTable(raw=read_table(connection, source, layout), labels=found)


def _first_fitting(headers: Iterable[Sequence[str]], spelling: Spelling) -> Mapping[str, str] | None:
    return next((found for labels in headers if (found := spelling.read(labels)) is not None), None)


def _headers(source: SourceFile, spelling: Spelling) -> Iterator[Sequence[str]]:
    """Yield what may be the header of a file, in the order of its lines."""
    if kind_of(source) == "text":
        yield from _of_lines([line for _, line in read_beginning(source, HEADER_LINES_MAX)], spelling)
    elif kind_of(source) == "excel":
        yield from _of_sheets(source)


def _of_lines(lines: Sequence[str], spelling: Spelling) -> Iterator[Sequence[str]]:
    for line in lines:
        for delimiter in spelling.delimiters:
            yield split_labels(line, delimiter)


def _of_sheets(source: SourceFile) -> Iterator[Sequence[str]]:
    """Yield the first rows of every sheet of a workbook."""
    from counterfoil.audit.readers import excel_tables  # noqa: PLC0415  # heavy

    workbook = excel_tables.open_workbook(source)
    for sheet in workbook.sheet_names[: excel_tables.SHEETS_MAX]:
        for row in islice(excel_tables.sheet_rows(source, workbook, sheet), HEADER_LINES_MAX):
            yield [excel_tables.cell_text(cell) or "" for cell in row]
