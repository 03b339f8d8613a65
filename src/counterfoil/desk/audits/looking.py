"""Looks at the beginning of a file that has come: what it is, or why it is none of ours. Reads no more than that."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from counterfoil.desk.audits.model import ARCHIVE
from counterfoil.desk.audits.refusals import AuditRefusal
from counterfoil.error_words import said
from counterfoil.errors import BadFile
from counterfoil.languages import Language, Text
from counterfoil.refusals import Refused

if TYPE_CHECKING:
    from counterfoil.audit.readers.contract import Sample

#: The reader of a file, and the table of the books that it is.
Known = tuple[str, str | None]


def look(path: Path, name: str) -> Known | Refused:
    """Say what a file is. An archive is looked into by the audit alone: unpacking may take long."""
    # The readers take a while to load, and most pages need none of them.
    from counterfoil.audit.intake.archives import is_workbook  # noqa: PLC0415 — as above
    from counterfoil.audit.intake.sniffing import GZIP_MAGIC, ZIP_MAGIC, sample_of  # noqa: PLC0415 — as above

    try:
        sample = sample_of(path, name)
        if sample.head.startswith(GZIP_MAGIC) or (sample.head.startswith(ZIP_MAGIC) and not is_workbook(path)):
            return ARCHIVE, None
        return _known(sample)
    except BadFile as error:
        return Refused(
            code=AuditRefusal.NOT_OURS, text=Text(en=said(error, Language.EN), zh=said(error, Language.ZH))
        )


def _known(sample: Sample) -> Known:
    from counterfoil.audit.intake.collect import NO_BOOK, is_no_book  # noqa: PLC0415 — as above
    from counterfoil.audit.intake.recognition import (  # noqa: PLC0415 — as above
        BOOK_FORMAT,
        NativeBook,
        readers_found,
        recognise,
    )

    if is_no_book(sample.name):
        raise BadFile(file=sample.name, expected="a book, a bill or an export", found=NO_BOOK[0])
    kind = recognise(sample, (), readers_found())
    return (BOOK_FORMAT, kind.table.name) if isinstance(kind, NativeBook) else (kind.name, None)
