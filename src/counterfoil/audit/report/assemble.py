"""Put the report together: the built page and the data, compressed, in one file that needs nothing else.

The file appears under its name only when it is whole. The same input gives the same bytes.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from counterfoil.audit.report.blocks import json_block
from counterfoil.audit.report.cases import FINDINGS_SHOWN_MAX, TIMELINES_MAX, conform, ranked
from counterfoil.audit.report.columns import column_block, evidence_blocks, sentence_blocks
from counterfoil.audit.report.document import Page, built_page, head
from counterfoil.audit.report.model import ReportInput
from counterfoil.audit.report.overview import overview
from counterfoil.audit.report.timelines import chunk_of_each, prepared, timeline_blocks
from counterfoil.errors import BadInput

if TYPE_CHECKING:
    import pyarrow as pa


def write_report(out: Path, data: ReportInput) -> None:
    """Write `report.html` to `out`; BadInput where the page is not built or the place cannot be written."""
    page = built_page()
    beside = out.with_name(out.name + ".part")
    try:
        with beside.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(_pieces(page, data))
        beside.replace(out)
    except OSError as error:
        raise BadInput(f"{out.name}: the report cannot be written: {error.strerror}") from error
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)


def _pieces(page: Page, data: ReportInput) -> Iterator[str]:
    """Yield the file in order: what the first view needs stands before the script, the rest behind it."""
    everything = ranked(conform(data.findings))
    shown = everything.slice(0, FINDINGS_SHOWN_MAX)
    events = prepared(data.timelines, shown, limit=TIMELINES_MAX)
    chunks: pa.Array = chunk_of_each(events, shown.num_rows)
    zone = data.run.time_zone
    yield head(page, language=data.run.language, version=data.run.version)
    yield json_block("overview", overview(data, everything)).element()
    yield column_block(shown, chunks, zone).element()
    yield f"<script>{page.script}</script>\n"
    for blocks in (sentence_blocks(shown), timeline_blocks(events, chunks, zone), evidence_blocks(shown)):
        for block in blocks:
            yield block.element()
    yield json_block("licences", page.licences).element()
    yield "</body>\n</html>\n"
