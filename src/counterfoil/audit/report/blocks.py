"""Blocks of data inside the page: compressed, then written as base64, so that nothing in them can be markup.

The page finds a block by its id and inflates it when it needs it. The bytes depend on the content alone.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass

_COMPRESSION_LEVEL = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One named piece of data."""

    #: Letters, digits and hyphens only; the id of its element.
    name: str
    content: bytes

    def element(self) -> str:
        """Write the block as a script element that no browser runs."""
        packed = gzip.compress(self.content, _COMPRESSION_LEVEL, mtime=0)
        text = base64.b64encode(packed).decode("ascii")
        return f'<script type="application/gzip" id="{self.name}">{text}</script>\n'


def json_block(name: str, value: object) -> Block:
    """Make a block of a plain value."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Block(name=name, content=text.encode("utf-8", "surrogatepass"))


def starts(rows: int, chunk: int) -> Iterator[int]:
    """Yield the first row of every chunk."""
    yield from range(0, rows, chunk)
