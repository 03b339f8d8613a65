"""The findings as columns: numbers as typed arrays, words as codes into short lists, sentences in chunks.

The page filters and sorts on these columns without touching a sentence. Money stays an integer throughout.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from counterfoil.audit.report.blocks import Block, json_block, starts
from counterfoil.audit.report.zone import epoch_ms, offset_minutes

if TYPE_CHECKING:
    import numpy as np

#: Sentences and evidence are inflated so many findings at a time.
CHUNK_ROWS = 2_000

#: Columns whose values are few: stored as codes, 0 for null, and a list of words.
WORD_COLUMNS = (
    "exception",
    "diagnosis",
    "severity",
    "merchant_id",
    "store_id",
    "terminal_id",
    "operator_id",
    "currency",
    "next_step",
)
#: Columns whose values are mostly all different: stored as a list of texts.
TEXT_COLUMNS = ("finding_id", "subject", "other_subject")

_ALIGNMENT = 8


def column_block(findings: pa.Table, timeline_chunks: pa.Array, zone: str) -> Block:
    """Pack everything that the table sorts and filters by into one block.

    The layout: four bytes with the length of a JSON header, the header, then the arrays, each aligned to eight
    bytes and little-endian; the header says name, type, offset and length of each.
    """
    arrays: dict[str, np.ndarray] = {}
    words: dict[str, list[str]] = {}
    for name in WORD_COLUMNS:
        words[name], arrays[name] = _codes(findings[name])
    arrays["at"] = epoch_ms(findings["occurred_at"]).to_numpy().astype("<f8")
    arrays["offset"] = offset_minutes(findings["occurred_at"], zone).to_numpy().astype("<i2")
    arrays["amount"] = findings["amount_at_risk_minor"].to_numpy().astype("<i8")
    arrays["score"] = pc.fill_null(findings["score"], float("nan")).to_numpy().astype("<f4")
    arrays["timeline"] = timeline_chunks.to_numpy().astype("<i4")
    texts = {name: findings[name].to_pylist() for name in TEXT_COLUMNS}
    return Block(name="columns", content=_pack(findings.num_rows, arrays, words, texts))


def sentence_blocks(findings: pa.Table) -> Iterator[Block]:
    """Yield the sentences, chunk by chunk, in both languages."""
    for number, first in enumerate(starts(findings.num_rows, CHUNK_ROWS)):
        part = findings.slice(first, CHUNK_ROWS)
        value = {"en": part["explanation_en"].to_pylist(), "zh": part["explanation_zh"].to_pylist()}
        yield json_block(f"sentences-{number}", value)


def evidence_blocks(findings: pa.Table) -> Iterator[Block]:
    """Yield the evidence, chunk by chunk, as the JSON texts that the findings carry."""
    for number, first in enumerate(starts(findings.num_rows, CHUNK_ROWS)):
        yield json_block(f"evidence-{number}", findings["evidence"].slice(first, CHUNK_ROWS).to_pylist())


def _codes(column: pa.ChunkedArray) -> tuple[list[str], np.ndarray]:
    encoded = column.combine_chunks().dictionary_encode()
    words: list[str] = encoded.dictionary.to_pylist()
    codes = pc.add(pc.fill_null(encoded.indices, -1), 1).to_numpy()
    narrow = "<u1" if len(words) < 2**8 else "<u2" if len(words) < 2**16 else "<u4"
    return words, codes.astype(narrow)


def _pack(
    rows: int, arrays: dict[str, np.ndarray], words: dict[str, list[str]], texts: dict[str, list[str | None]]
) -> bytes:
    payload = bytearray()
    layout: dict[str, list[object]] = {}
    for name, array in arrays.items():
        payload.extend(bytes(-len(payload) % _ALIGNMENT))
        layout[name] = [array.dtype.str[1:], len(payload), len(array)]
        payload.extend(array.tobytes())
    header = {"rows": rows, "arrays": layout, "words": words, "texts": texts}
    head = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    head += b" " * (-(len(head) + 4) % _ALIGNMENT)
    return struct.pack("<I", len(head)) + head + bytes(payload)
