"""One export of a foreign system, as a test writes it: its rows, and where a word of an enum stands in them."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.audit.readers.files import written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One format: its rows, and where a word of an enum stands in them."""

    reader: str
    rows: tuple[Mapping[str, str], ...]
    #: The column whose words the reader knows.
    enum: str
    #: Whether each row becomes one row of one table, so that rows can be counted.
    one_draft_a_row: bool = True
    #: Files that must lie beside it, by name.
    beside: Mapping[str, str] = field(default_factory=dict)

    def laid(self, folder: Path, content: str | bytes) -> Path:
        """Write the export, and what must lie beside it, into a folder."""
        for name, text in self.beside.items():
            written(folder, text, name)
        return written(folder, content)

    def text(self, *changes: Mapping[str, str], labels: Sequence[str] | None = None) -> str:
        """Write the export, with each row changed as given and the columns in another order."""
        out = io.StringIO()
        names = labels or list(self.rows[0])
        writer = csv.DictWriter(out, names, restval="", lineterminator="\r\n")
        writer.writeheader()
        for number, row in enumerate(self.rows):
            writer.writerow({**row, **(changes[number] if number < len(changes) else {})})
        return out.getvalue()
