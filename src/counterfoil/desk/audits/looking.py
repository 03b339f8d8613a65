"""Looks at the beginning of a file that has come: what it is, or why it is none of ours. Reads no more than that."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from counterfoil.desk.audits.model import ARCHIVE, READER_LENGTH_MAX
from counterfoil.desk.audits.refusals import AuditRefusal
from counterfoil.error_words import said_on_a_page
from counterfoil.errors import BadFile
from counterfoil.languages import Language, Text
from counterfoil.refusals import Refused

if TYPE_CHECKING:
    from counterfoil.audit.readers.contract import Reader, Sample

#: A workbook is held in memory as a whole by whoever looks at it; a larger one is left to the audit.
WORKBOOK_LOOKED_AT_BYTES_MAX = 4 << 20

#: The reader of a file, and the table of the books that it is.
Known = tuple[str, str | None]


def look(path: Path, name: str, mapped: Sequence[Reader] = ()) -> Known | Refused:
    """Say what a file is; the readers of a mapping have the first word.

    An archive is looked into by the audit alone: unpacking may take long.
    """
    # The readers take a while to load, and most pages need none of them.
    from counterfoil.audit.intake.sniffing import sample_of  # noqa: PLC0415 — as above

    try:
        return (ARCHIVE, None) if _is_packed(path, name) else _known(sample_of(path, name), mapped)
    except BadFile as error:
        return Refused(
            code=AuditRefusal.NOT_OURS,
            text=Text(en=said_on_a_page(error, Language.EN), zh=said_on_a_page(error, Language.ZH)),
        )


def _is_packed(path: Path, name: str) -> bool:
    """Say whether a file must be unpacked to be looked at: an archive, or a workbook that is not small."""
    from counterfoil.audit.intake.archives import GZIP_MAGIC, ZIP_MAGIC  # noqa: PLC0415 — as above
    from counterfoil.audit.intake.workbooks import is_workbook, refuse_huge_workbook  # noqa: PLC0415 — as above

    with path.open("rb") as file:
        magic = file.read(4)
    if magic not in ZIP_MAGIC:
        return magic.startswith(GZIP_MAGIC)
    try:
        with zipfile.ZipFile(path) as archive:
            if not is_workbook(archive.infolist()):
                return True
            refuse_huge_workbook(archive, name)
    except zipfile.BadZipFile as error:
        raise BadFile(file=name, expected="an archive that can be unpacked", found="a broken one") from error
    return path.stat().st_size > WORKBOOK_LOOKED_AT_BYTES_MAX


def _known(sample: Sample, mapped: Sequence[Reader]) -> Known:
    from counterfoil.audit.intake.collect import NO_BOOK, is_no_book  # noqa: PLC0415 — as above
    from counterfoil.audit.intake.recognition import (  # noqa: PLC0415 — as above
        BOOK_FORMAT,
        NativeBook,
        readers_found,
        recognise,
    )
    from counterfoil.audit.intake.shown_names import printable  # noqa: PLC0415 — as above

    if is_no_book(sample.name):
        raise BadFile(file=sample.name, expected="at least one book, bill or export", found=NO_BOOK[0])
    kind = recognise(sample, mapped, readers_found())
    if isinstance(kind, NativeBook):
        return BOOK_FORMAT, kind.table.name
    return printable(kind.name)[:READER_LENGTH_MAX], None
