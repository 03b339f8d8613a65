"""What a reader of a foreign format promises, and what it is given.

A reader looks at the *content* of a file, never at its name. It turns the file into drafts of books: columnar
tables whose columns carry the names of book format 1, plus `source_line`. It does not validate against the
format: that is done once, for every reader, in `audit/validation.py`. Rows that it cannot turn into a draft
are set aside with line and reason; nothing is dropped in silence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The beginning of a file, as a reader sees it before it says whether the file is its own."""

    #: The name shown to people; inside a zip `archive.zip!member.csv`.
    name: str
    #: At most the first 256 KiB, as bytes.
    head: bytes
    #: The same decoded with the detected encoding; empty for binary formats.
    text: str
    #: `utf-8`, `utf-8-sig`, `gb18030`, `utf-16`, … or `binary`.
    encoding: str
    #: For tabular binary files (xlsx, parquet): the column names of the first sheet or of the schema.
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One file on disk (a member of a zip has been unpacked to a bounded temporary file)."""

    path: Path
    #: The name shown to people and kept as evidence.
    name: str
    encoding: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlTotal:
    """One figure that the file states about itself, beside the figure that its rows give."""

    #: A stable word such as `rows`, `amount_minor`, `refunded_minor`, `fee_minor`.
    name: str
    #: What the file calls it.
    label: str
    stated: str
    found: str

    @property
    def agrees(self) -> bool:
        """Whether the two figures are the same."""
        return self.stated == self.found


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """Rows that took no part, by reason."""

    #: A stable word such as `unknown_enum_value`, `bad_amount`, `bad_time`, `zero_price_line`.
    reason: str
    #: One sentence in each language.
    text_en: str
    text_zh: str
    #: `quarantined`: the row breaks the format. `by_rule`: the reader's stated rule keeps it out.
    why: str
    #: Columns: source_line BIGINT, column_name VARCHAR, found VARCHAR (at most 80 characters, no personal data).
    rows: duckdb.DuckDBPyRelation


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Rows for one table of the books."""

    table: str
    #: Columns of book format 1 that this format carries, plus `source_line` (1 is the file's first line).
    #: Text is allowed where the format wants a time, a number or an enum; validation casts it.
    rows: duckdb.DuckDBPyRelation
    #: The optional columns that this format carries, whether or not this file has values in them.
    carries: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Everything that one file gave."""

    reader: str
    drafts: Sequence[Draft]
    rows_read: int
    set_aside: Sequence[SetAside] = ()
    control_totals: Sequence[ControlTotal] = ()
    #: Counts that are no findings but that people want to see, by stable name.
    counts: Mapping[str, int] = field(default_factory=dict)
    #: Plain remarks for the coverage section, as (english, chinese): for example a constant that is no fact.
    remarks: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """What the user said about reading."""

    #: Read a bill whose footer disagrees with its rows instead of refusing it.
    accept_broken_totals: bool = False
    #: The zone of local times in files that carry no offset; None: the format's own.
    time_zone: str | None = None
    #: The currency (ISO 4217) of amounts in files that name none; None: such a file is refused.
    currency: str | None = None
    #: The year of dates that are written without one; None: such a file is refused.
    year: int | None = None
    #: The secret for keyed hashes of people and instruments.
    key: bytes = b""
    #: The merchant that rows belong to where the format names none.
    merchant_id: str = "default"


class Reader(Protocol):
    """A format that Counterfoil can read; found through the entry point group `counterfoil.readers`."""

    #: Stable name, in kebab case: `wechat-trade-bill`.
    name: str
    title_en: str
    title_zh: str
    #: False prints "untested on real files" in `counterfoil readers`.
    tested_on_real_files: bool
    #: Table -> optional columns that this format carries.
    gives: Mapping[str, frozenset[str]]

    def recognises(self, sample: Sample) -> bool:
        """Say whether the content is this format; must be exact enough that two readers never both say yes."""
        ...

    def read(self, connection: duckdb.DuckDBPyConnection, source: SourceFile, options: ReadOptions) -> Reading:
        """Turn the file into drafts; BadFile where it cannot be used as a whole."""
        ...
