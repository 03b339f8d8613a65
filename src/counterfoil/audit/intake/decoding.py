"""The whole of a text file as UTF-8, whatever it was written in.

A file that is UTF-8 already is read where it lies, after one pass that proves it. Any other is decoded chunk by chunk
into the scratch folder; bytes that are no text in the file's encoding become U+FFFD there, and their rows are
quarantined by whoever reads them.
"""

from __future__ import annotations

import codecs
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from counterfoil.audit.intake.limits import MEBIBYTE
from counterfoil.audit.intake.sniffing import BINARY, encoding_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainText:
    """A file as UTF-8."""

    path: Path
    #: The encoding it was written in.
    encoding: str
    #: The length of the byte-order mark at the beginning of `path`.
    mark_bytes: int
    #: True where some bytes were no text and stand as U+FFFD.
    damaged: bool
    #: Whether any quote stands in it; without one, no field holds a line end.
    has_quotes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The encoding of a whole file."""

    encoding: str
    #: True where some bytes are no text in that encoding.
    damaged: bool
    #: Whether any byte is a quote.
    has_quotes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trial:
    #: False: some bytes were no text.
    decoded: bool
    #: The chunk in which decoding failed, and whether everything before it was ASCII.
    around: bytes = b""
    ascii_before: bool = True
    has_quotes: bool = True


def settle(path: Path, guess: str) -> Settled:
    """Look at the whole of a text file and say which encoding it is in."""
    trial = _try(path, guess)
    if trial.decoded or not trial.ascii_before:
        return Settled(encoding=guess, damaged=not trial.decoded, has_quotes=trial.has_quotes)
    # All that the guess had seen was plain ASCII, so it was no guess at all.
    better = encoding_of(trial.around)
    if better in (BINARY, guess):
        return Settled(encoding=guess, damaged=True, has_quotes=True)
    trial = _try(path, better)
    return Settled(encoding=better, damaged=not trial.decoded, has_quotes=trial.has_quotes)


def as_utf8(path: Path, guess: str, scratch: Path) -> PlainText:
    """Return the file as UTF-8, decoding it into `scratch` where it is not."""
    settled = settle(path, guess)
    if settled.encoding in ("utf-8", "utf-8-sig") and not settled.damaged:
        mark = len(codecs.BOM_UTF8) if settled.encoding == "utf-8-sig" else 0
        return PlainText(
            path=path, encoding=settled.encoding, mark_bytes=mark, damaged=False, has_quotes=settled.has_quotes
        )
    decoder = codecs.getincrementaldecoder(settled.encoding)(errors="replace")
    with tempfile.NamedTemporaryFile(dir=scratch, prefix="decoded-", delete=False) as file:
        for chunk in _chunks(path):
            file.write(decoder.decode(chunk).encode("utf-8", "replace"))
        file.write(decoder.decode(b"", final=True).encode("utf-8", "replace"))
    return PlainText(
        path=Path(file.name),
        encoding=settled.encoding,
        mark_bytes=0,
        damaged=settled.damaged,
        has_quotes=settled.has_quotes,
    )


def _try(path: Path, encoding: str) -> _Trial:
    """Decode everything and keep nothing."""
    decoder = codecs.getincrementaldecoder(encoding)()
    plain, has_quotes = True, False
    for chunk in _chunks(path):
        try:
            decoder.decode(chunk)
        except UnicodeError:
            return _Trial(decoded=False, around=chunk, ascii_before=plain)
        plain = plain and chunk.isascii()
        has_quotes = has_quotes or b'"' in chunk
    try:
        decoder.decode(b"", final=True)
    except UnicodeError:
        return _Trial(decoded=False, ascii_before=plain)
    return _Trial(decoded=True, has_quotes=has_quotes)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(MEBIBYTE):
            yield chunk
