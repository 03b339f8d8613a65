"""What a file is at first sight: its encoding, and the sample that readers see.

Only the beginning of a file is looked at here; `decoding` looks at all of it. A guess is a guess: GB18030 accepts
almost any bytes, so western text is told from Chinese text by how its bytes pair up.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from counterfoil.audit.intake.archives import ZIP_MAGIC
from counterfoil.audit.intake.limits import SAMPLE_BYTES_MAX, WORKBOOK_CELLS_MAX
from counterfoil.audit.intake.workbook_trial import first_header
from counterfoil.audit.readers.contract import Sample
from counterfoil.errors import BadFile

PARQUET_MAGIC = b"PAR1"
BINARY = "binary"

_OLD_WORKBOOK_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_MAGICS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"SQLite format 3", b"Rar!", b"7z\xbc\xaf")

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

#: With more NUL bytes than this share, text is two bytes a character.
_NUL_SHARE = 0.2

#: With more control characters than this share, it is no text.
_CONTROL_SHARE = 0.05
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\f\r\x1b"))

_ASCII_MAX = 0x7F
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

#: Pairs of bytes that are Chinese characters or signs of the common kind, and high bytes outside of such pairs.
_PAIR = re.compile(rb"[\xa1-\xfe][\xa1-\xfe]")
_SINGLE = re.compile(rb"(?<![\xa1-\xfe])[\x80-\xff](?![\xa1-\xfe])")

#: With at least this share of pairs, text is Chinese and not western.
_PAIR_SHARE = 0.5

#: With more undecodable bytes than this share of the bytes beyond ASCII, it is no text of that encoding.
_DAMAGE_SHARE = 0.1


def sample_of(path: Path, name: str, *, cells_max: int = WORKBOOK_CELLS_MAX) -> Sample:
    """Look at the beginning of a file; BadFile where it is empty, cannot be read, or spans more than so many cells."""
    try:
        with path.open("rb") as file:
            head = file.read(SAMPLE_BYTES_MAX)
    except OSError as error:
        raise BadFile(file=name, expected="a file that can be read", found=error.strerror or "none") from error
    if not head:
        raise BadFile(file=name, expected="rows or at least a header", found="an empty file")
    encoding = encoding_of(head)
    if encoding == BINARY:
        columns = _columns_of(path, name, head, cells_max=cells_max)
        return Sample(name=name, head=head, text="", encoding=encoding, columns=columns)
    return Sample(name=name, head=head, text=_decoded(head, encoding), encoding=encoding)


def encoding_of(head: bytes) -> str:
    """Guess the encoding of text from its beginning; `binary` for what is no text."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    if head.startswith((PARQUET_MAGIC, *ZIP_MAGIC, _OLD_WORKBOOK_MAGIC, *_OTHER_MAGICS)):
        return BINARY
    if head.count(0) > _NUL_SHARE * len(head):
        return _two_bytes_a_character(head)
    if sum(head.count(control) for control in _CONTROLS) > _CONTROL_SHARE * len(head):
        return BINARY
    text = _decoded(head, "utf-8")
    damage = text.count(REPLACEMENT)
    if damage == 0 or sum(not character.isascii() for character in text) > 2 * damage:
        return "utf-8"  # all of it, or all but a few bytes: GB18030 would accept those and read all the rest wrongly
    encoding = _eight_bits(head)
    high = sum(byte > _ASCII_MAX for byte in head)
    return encoding if _decoded(head, encoding).count(REPLACEMENT) <= _DAMAGE_SHARE * high else BINARY


def _two_bytes_a_character(head: bytes) -> str:
    """Tell UTF-16 without a mark by where its NUL bytes stand."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    return encoding if min(even, odd) == 0 and REPLACEMENT not in _decoded(head, encoding) else BINARY


def _eight_bits(head: bytes) -> str:
    """Tell Chinese from western text: Chinese characters are pairs of high bytes, western letters stand alone."""
    singles, pairs = len(_SINGLE.findall(head)), len(_PAIR.findall(head))
    return "gb18030" if pairs >= _PAIR_SHARE * (singles + pairs) else "cp1252"


def _decoded(head: bytes, encoding: str) -> str:
    """Decode as much of the beginning as is whole; the last character may be cut in two."""
    return codecs.getincrementaldecoder(encoding)(errors="replace").decode(head, final=False)


def _columns_of(path: Path, name: str, head: bytes, *, cells_max: int) -> tuple[str, ...]:
    """Return the column names of a tabular binary file; nothing for any other."""
    if head.startswith(PARQUET_MAGIC):
        from counterfoil.audit.intake.parquet import schema_of  # noqa: PLC0415  # pyarrow is heavy

        return tuple(schema_of(path, name).names)
    if head.startswith((*ZIP_MAGIC, _OLD_WORKBOOK_MAGIC)):
        return first_header(path, name, cells_max=cells_max)
    return ()
