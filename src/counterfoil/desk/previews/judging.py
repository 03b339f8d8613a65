"""The process of one preview: `python -m counterfoil.desk.previews.judging FOLDER PARENT`, started by `previewing`.

It loads the rules while its parent copies books, and waits for the word. Then it judges what lies in the folder, or
takes what was judged last night, asks the same under the other policy, and writes what differs. It knows no server. It
gives way to the shop, keeps to its memory, and ends with its parent.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from counterfoil.desk.audits.auditing import GIVES_WAY, end_with
from counterfoil.desk.copies.judging import JudgedBooks
from counterfoil.desk.copies.store import load_books, scratch_database
from counterfoil.desk.previews.comparing import COLUMNS, compared
from counterfoil.desk.previews.model import ANSWER, REQUEST, Request
from counterfoil.detectors.ground import Calendar
from counterfoil.shop.policies.rules import read_shop_policy

if TYPE_CHECKING:
    from counterfoil.policy import Policy

#: For DuckDB, before it writes to disk; beside it runs a shop.
MEMORY_LIMIT = "2GB"
THREADS = 2


def judge(folder: Path) -> None:
    """Judge what a folder asks for under both policies, and write what differs."""
    request = msgspec.json.decode((folder / REQUEST).read_bytes(), type=Request)
    mine, other = (read_shop_policy(text, time_zone=request.time_zone).audit for text in request.policies)
    with _books(folder, request, mine) as books:
        told = [_told(books.findings(policy), request) for policy in (mine, other)]
    tallies = compared(*told, begin=request.begin, end=request.end)
    (folder / ANSWER).write_bytes(msgspec.json.encode(tallies))


@contextmanager
def _books(folder: Path, request: Request, policy: Policy) -> Iterator[JudgedBooks]:
    """Lend the books of last night, or those that were copied into the folder."""
    kept = request.kept
    file = None if kept is None else Path(kept.tables)
    with scratch_database(
        folder, file=file, read_only=kept is not None, memory_limit=MEMORY_LIMIT, threads=THREADS
    ) as connection:
        if kept is not None:
            yield JudgedBooks.of_earlier(connection, kept.judgement)
        else:
            load_books(connection, folder)
            calendar = Calendar.over(as_of=request.as_of, policy=policy, earliest=request.earliest)
            yield JudgedBooks.over(connection, as_of=calendar.as_of, offsets=calendar.offsets)


def _told(findings: pa.Table, request: Request) -> list[dict[str, object]]:
    """Return the findings of the span as rows, with the columns that are compared."""
    at = findings["occurred_at"]
    begin, end = (pa.scalar(moment, at.type) for moment in (request.begin, request.end))
    within = pc.and_(pc.greater_equal(at, begin), pc.less(at, end))
    rows: list[dict[str, object]] = findings.select(COLUMNS).filter(within).to_pylist()
    return rows


def main(arguments: Sequence[str]) -> int:
    """Judge one folder, once the parent says that everything is there."""
    folder, parent = arguments
    end_with(int(parent))
    os.nice(GIVES_WAY)
    # The process is short, and statements are written of a great many objects: a sixth of its time went into cycles.
    gc.disable()
    if sys.stdin.readline():
        judge(Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
