"""The timelines of the cases, in chunks that the page inflates one at a time.

A case is cut at `EVENTS_PER_CASE_MAX` moments, the latest left out, and the page says how many.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from counterfoil.audit.report.blocks import Block, json_block, starts
from counterfoil.audit.report.cases import TIMELINES_MAX
from counterfoil.audit.report.model import TIMELINES_SCHEMA
from counterfoil.audit.report.zone import epoch_ms, offset_minutes
from counterfoil.errors import Bug

#: Cases in one chunk.
CHUNK_CASES = 200

#: Moments of one case that the page carries; an operator's habit can have thousands.
EVENTS_PER_CASE_MAX = 300


def prepared(timelines: pa.Table, findings: pa.Table, *, limit: int = TIMELINES_MAX) -> pa.Table:
    """Keep the events of the first `limit` findings, in the order of the findings, then of time.

    Returns the columns of `TIMELINES_SCHEMA` and `case` (the finding's row) and `place` (the event's place within
    its case), so that a later step can cut chunks without looking at ids.
    """
    missing = [name for name in TIMELINES_SCHEMA.names if name not in timelines.column_names]
    if missing:
        raise Bug(f"the report was given timelines without {', '.join(missing)}")
    events = timelines.select(TIMELINES_SCHEMA.names).cast(TIMELINES_SCHEMA)
    ids = findings["finding_id"].slice(0, limit).combine_chunks()
    case = pc.index_in(events["finding_id"], ids)
    events = events.append_column("case", case).filter(pc.is_valid(case))
    order = [("case", "ascending"), ("occurred_at", "ascending"), ("table", "ascending"), ("id", "ascending")]
    return events.take(pc.sort_indices(events, sort_keys=[*order, ("moment", "ascending")]))


def timeline_blocks(events: pa.Table, chunks: pa.Array, zone: str) -> Iterator[Block]:
    """Yield the chunks of prepared events; `chunks` says for each finding in which chunk its case lies."""
    shown, left_out = _cut(events)
    chunk_of_event = chunks.take(shown["case"].combine_chunks())
    count = (pc.max(chunks).as_py() if len(chunks) else -1) + 1
    for number in range(count):
        part = shown.filter(pc.equal(chunk_of_event, number))
        cases = pc.unique(part["case"]).to_pylist()
        cut = {str(case): left_out[case] for case in cases if case in left_out}
        yield json_block(f"timelines-{number}", {"left_out": cut, **_plain(part, zone)})


def chunk_of_each(events: pa.Table, rows: int) -> pa.Array:
    """Return for each of `rows` findings the number of its chunk, -1 where it has no timeline."""
    chunks = [-1] * rows
    cases = pc.unique(events["case"]).to_pylist()
    for number, first in enumerate(starts(len(cases), CHUNK_CASES)):
        for case in cases[first : first + CHUNK_CASES]:
            chunks[case] = number
    return pa.array(chunks, pa.int32())


def _cut(events: pa.Table) -> tuple[pa.Table, dict[int, int]]:
    """Cut every case at its limit; return what stays, and how many events each cut case lost."""
    counts = events.group_by("case", use_threads=False).aggregate([([], "count_all")])
    sizes = dict(zip(counts["case"].to_pylist(), counts["count_all"].to_pylist(), strict=True))
    left_out = {case: size - EVENTS_PER_CASE_MAX for case, size in sizes.items() if size > EVENTS_PER_CASE_MAX}
    if not left_out:
        return events, {}
    keep = [place < EVENTS_PER_CASE_MAX for size in sizes.values() for place in range(size)]
    return events.filter(pa.array(keep, pa.bool_())), left_out


def _plain(part: pa.Table, zone: str) -> dict[str, object]:
    """Write one chunk as columns; words that repeat are codes into a list."""
    plain: dict[str, object] = {
        "case": part["case"].to_pylist(),
        "at": epoch_ms(part["occurred_at"]).to_pylist(),
        "offset": offset_minutes(part["occurred_at"], zone).to_pylist(),
        "id": part["id"].to_pylist(),
        "row": part["row"].to_pylist(),
        "line": part["line"].to_pylist(),
    }
    for name in ("table", "moment", "file"):
        encoded = part[name].combine_chunks().dictionary_encode()
        plain[name] = {"words": encoded.dictionary.to_pylist(), "codes": encoded.indices.to_pylist()}
    return plain
