"""The reference page of the intake: what is read, what is laid aside and why, and every limit, from the code itself."""

from __future__ import annotations

from collections.abc import Iterator

from counterfoil.audit.intake import limits
from counterfoil.audit.intake.collect import DATA_ENDINGS
from counterfoil.audit.intake.reasons import REASONS
from counterfoil.books.format import NOT_BOOKS
from counterfoil.moments import EARLIEST_YEAR, LATEST_YEAR

_RULES = f"""\
# What is read, and what is laid aside

## Files

* Files, folders (to the bottom, links followed once) and zip or gzip archives, in any order: the same set of paths
  gives the same result. Hidden files are ignored. {", ".join(f"`{name}.*`" for name in NOT_BOOKS)} in a
  folder are passed over and told.
* A file is known by its content, never by its name: a book by the columns that its table must have, a foreign format
  by its reader. A mapping (`--map`) has the first word. Where two tables fit, the name of the file decides, else the
  one that leaves fewer columns unknown.
* A file that nobody knows is refused, and so is one that two readers know. In a folder or archive this holds for files
  that end in {", ".join(f"`{ending}`" for ending in DATA_ENDINGS)};
  others are passed over and told.
* The same file twice, by path or by content, counts once and is told.
* Several files of one table are one book. One that has only a header is present and empty.

## Books

* CSV: `,`, `;` or tab between columns, UTF-8 with or without a byte-order mark; GB18030, UTF-16 and Windows-1252 are
  recognised and decoded. Columns are found by name, in any order; names may be spaced or capital.
* NDJSON: one object a line, UTF-8. A decimal with more than 15 digits must be written as text.
* Parquet: read where it lies. An identifier may be a whole number, an amount a whole float, a day a timestamp at
  midnight. A timestamp without zone is UTC, unless `--time-zone` says otherwise.
* An empty cell is no value, in every shape. A line without any value is no row; such lines are counted.
* A time in text is `YYYY-MM-DD`, `T` or a blank, `HH:MM:SS` with up to nine digits of fraction, and `Z` or an offset.
  Without one it is quarantined, unless `--time-zone` says which zone is meant. What is finer than a microsecond is
  cut off.
* An amount in text is digits and nothing else, at most {limits.AMOUNT_DIGITS_MAX} of them.
* Times and days lie from {EARLIEST_YEAR} to {LATEST_YEAR}.
* A row's line is the line on which it begins in its file; in Parquet, the number of the row.

## Keys

Of several rows with one primary key the first stays, by name of the file and line; the others are quarantined, in
whichever file of the table they are. A tracking event that repeats an earlier one in every column collapses into it and
is counted. A row that was quarantined for another reason holds no key.
"""


def intake_reference() -> str:
    """Return the page as Markdown."""
    return "\n".join([_RULES, *_reasons(), "", *_limits()]) + "\n"


def _reasons() -> Iterator[str]:
    yield "## Reasons"
    yield ""
    yield "A row is quarantined once, for its first reason by column. What was found is shown in at most"
    yield f"{limits.FOUND_LENGTH_MAX} characters; keys, free text, mail addresses and long numbers are masked."
    yield ""
    yield "| reason | in words | 说明 |"
    yield "|---|---|---|"
    yield from (f"| `{reason.word}` | {reason.text_en} | {reason.text_zh} |" for reason in REASONS.values())


def _limits() -> Iterator[str]:
    yield "## Limits"
    yield ""
    yield "| what | limit |"
    yield "|---|---|"
    yield f"| a field | {_size(limits.FIELD_BYTES_MAX)}, else quarantined |"
    yield f"| a line or record | {_size(limits.RECORD_BYTES_MAX)}, else the file is refused |"
    yield f"| lines of the wrong width in one file | {limits.BROKEN_LINES_MAX:,}, else the file is refused |"
    yield f"| files in one run | {limits.FILES_MAX:,} |"
    yield f"| folders inside each other | {limits.FOLDER_DEPTH_MAX} |"
    yield f"| members of an archive | {limits.MEMBERS_MAX:,} |"
    yield f"| an archive unpacked | {_size(limits.UNPACKED_BYTES_MAX)}, and {limits.RATIO_MAX} times its own size |"
    yield f"| a workbook unpacked | {_size(limits.WORKBOOK_BYTES_MAX)} |"
    yield f"| cells of a sheet, empty ones between others too | {limits.WORKBOOK_CELLS_MAX:,} |"
    yield "| archives inside archives | none |"


def _size(number: int) -> str:
    return f"{number >> 30} GiB" if number >= 1 << 30 else f"{number >> 20} MiB"
