"""Text files as plain UTF-8 lines: decoded in a stream, checked, and rewritten only where they need it.

A file that is clean UTF-8 with one kind of line end is used where it lies; any other is written once, chunk by
chunk, to a temporary file of bounded size. Nothing here ever holds a whole file in memory.
"""

from __future__ import annotations

import codecs
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from counterfoil.audit.readers.contract import SourceFile
from counterfoil.errors import BadFile

#: Larger texts are refused instead of filling the disk.
TEXT_BYTES_MAX = 16 << 30

#: How much is decoded at a time.
CHUNK_BYTES = 1 << 20

#: Separates the fields of a record that was rewritten. Where a text has it, it becomes a space.
UNIT = "\x1f"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainText:
    """A UTF-8 text with one kind of line end."""

    path: Path
    #: `\n` or `\r\n`.
    line_end: str
    #: How many lines there are; an unfinished last one counts.
    lines: int


@dataclass(slots=True)
class _Ends:
    """Which line ends a text has; a carriage return at a chunk's edge is counted with the next chunk."""

    crlf: int = 0
    cr: int = 0
    lf: int = 0
    pending_cr: bool = False
    #: The text seen so far does not end with a line end.
    unfinished: bool = False
    has_unit: bool = False

    def see(self, text: str) -> None:
        if not text:
            return
        self.has_unit = self.has_unit or UNIT in text
        self.unfinished = text[-1] not in "\r\n"
        if self.pending_cr:
            text = "\r" + text
        self.pending_cr = text.endswith("\r")
        if self.pending_cr:
            text = text[:-1]
        pairs = text.count("\r\n")
        self.crlf += pairs
        self.cr += text.count("\r") - pairs
        self.lf += text.count("\n") - pairs

    @property
    def lines(self) -> int:
        return self.crlf + self.cr + self.lf + self.pending_cr + self.unfinished


def decoded_chunks(source: SourceFile) -> Iterator[str]:
    """Yield the text of a file in chunks; BadFile names the line where it stops being text."""
    if source.size_bytes > TEXT_BYTES_MAX:
        raise BadFile(file=source.name, expected=f"at most {TEXT_BYTES_MAX} bytes", found=f"{source.size_bytes} bytes")
    ends = _Ends()
    try:
        decoder = codecs.getincrementaldecoder(source.encoding)("strict")
        with source.path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                text = decoder.decode(chunk)
                if "\0" in text:
                    line = _line_at(ends, text[: text.index("\0")])
                    raise BadFile(file=source.name, expected="text", found=f"a zero byte in line {line}")
                ends.see(text)
                yield text
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        line = _line_at(ends, error.object[: error.start].decode(error.encoding, errors="ignore"))
        raise BadFile(
            file=source.name,
            expected=f"text in {source.encoding}",
            found=f"bytes that are none in line {line}",
            advice="Save the file in one encoding, for example UTF-8.",
        ) from error
    except (LookupError, OSError) as error:
        raise BadFile(file=source.name, expected="a readable text file", found=type(error).__name__) from error


def _line_at(ends: _Ends, text: str) -> int:
    """Return the number of the line in which a text ends that follows what was seen so far."""
    ends.see(text)
    return max(ends.lines + (not ends.unfinished), 1)


def read_beginning(source: SourceFile, lines_max: int) -> list[tuple[int, str]]:
    """Return the first lines of a file with their numbers; at most one mebibyte is looked at."""
    text = next(decoded_chunks(source), "")
    return list(enumerate(lines_of(text)[:lines_max], start=1))


def lines_of(text: str) -> list[str]:
    """Split a text at line ends only; `str.splitlines` would also split at form feeds and the like."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")


@contextmanager
def plain_text(source: SourceFile) -> Iterator[PlainText]:
    """Give the file as plain UTF-8 text; a copy, where one was needed, is gone afterwards."""
    ends = _Ends()
    for text in decoded_chunks(source):
        ends.see(text)
    one_kind = not (ends.crlf and ends.lf) and not ends.cr and not ends.pending_cr
    if source.encoding in {"utf-8", "utf-8-sig", "ascii"} and one_kind and not ends.has_unit:
        yield PlainText(path=source.path, line_end="\r\n" if ends.crlf else "\n", lines=ends.lines)
        return
    with tempfile.TemporaryDirectory(prefix="counterfoil-") as folder:
        path = Path(folder) / "text"
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(_with_one_line_end(decoded_chunks(source)))
        yield PlainText(path=path, line_end="\n", lines=ends.lines)


def _with_one_line_end(chunks: Iterator[str]) -> Iterator[str]:
    """Yield the text with every line end written as a single line feed, without a byte-order mark."""
    held, first = "", True
    for chunk in chunks:
        text = held + (chunk.removeprefix("\ufeff") if first else chunk)
        first = first and not chunk
        held = "\r" if text.endswith("\r") else ""
        yield (text[:-1] if held else text).replace("\r\n", "\n").replace("\r", "\n").replace(UNIT, " ")
    yield "\n" if held else ""
