"""The process of one preview: `python -m counterfoil.desk.previews.judging FOLDER PARENT`, started by `previewing`.

It loads the rules while its parent copies books, and waits for the word. Then it judges what lies in the folder, with a
second process beside it for the other policy; or it asks the books that were judged last night. It writes what differs.
It knows no server. It gives way to the shop, keeps to its memory, and ends with its parent.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from counterfoil.desk.audits.auditing import GIVES_WAY, end_with
from counterfoil.desk.copies.judging import JudgedBooks, judged
from counterfoil.desk.copies.store import load_books, scratch_database
from counterfoil.desk.previews.comparing import COLUMNS, compared
from counterfoil.desk.previews.model import ANSWER, OUT_OF_MEMORY, REQUEST, Request
from counterfoil.detectors.ground import Calendar
from counterfoil.shop.policies.rules import read_kept_policy

if TYPE_CHECKING:
    from counterfoil.policy import Policy

#: For DuckDB, before it writes to disk; beside it runs a shop.
MEMORY_LIMIT = "2GB"
THREADS = 2
#: For each of two processes.
MEMORY_LIMIT_EACH = "1GB"

#: Says that a process is the second one, and where it writes what it finds.
_OTHER, _FOUND = "other", "found.parquet"


def judge(folder: Path) -> None:
    """Judge what a folder asks for under both policies, and write what differs."""
    request = _request(folder)
    both = _of_last_night(folder, request) if request.kept is not None else _of_now(folder, request)
    tallies = compared(*(_told(findings, request) for findings in both), begin=request.begin, end=request.end)
    (folder / ANSWER).write_bytes(msgspec.json.encode(tallies))


def _of_last_night(folder: Path, request: Request) -> tuple[pa.Table, pa.Table]:
    """Ask books that were kept: what was asked of them last night is known already."""
    assert request.kept is not None
    with scratch_database(
        folder, file=Path(request.kept.tables), read_only=True, memory_limit=MEMORY_LIMIT, threads=THREADS
    ) as connection:
        books = JudgedBooks.of_earlier(connection, request.kept.judgement)
        mine, other = (books.findings(policy) for policy in _policies(request))
        return mine, other


def _of_now(folder: Path, request: Request) -> tuple[pa.Table, pa.Table]:
    """Judge books that were copied, under one policy here while a second process judges them under the other.

    They are few, and most of the time goes into writing statements, which takes one core whatever the books hold.
    """
    with scratch_database(folder, file=_books(folder), memory_limit=MEMORY_LIMIT, threads=THREADS) as connection:
        load_books(connection, folder)
    other = subprocess.Popen(  # noqa: S603 — our own module, and a path that the parent has made
        [sys.executable, "-m", __spec__.name, str(folder), str(os.getpid()), _OTHER], stdin=subprocess.DEVNULL
    )
    mine = _judged(folder, request, 0)
    if other.wait() != 0:
        sys.exit(OUT_OF_MEMORY if other.returncode < 0 else other.returncode)
    return mine, pq.read_table(folder / _FOUND)


def judge_other(folder: Path) -> None:
    """Judge the books that the first process has laid out, under the other policy, and write every finding for it."""
    pq.write_table(_judged(folder, _request(folder), 1), folder / _FOUND)


def _judged(folder: Path, request: Request, policy_n: int) -> pa.Table:
    policy = _policies(request)[policy_n]
    calendar = Calendar.over(as_of=request.as_of, policy=policy, earliest=request.earliest)
    spill = folder / f"judging-{policy_n}"
    spill.mkdir()
    with scratch_database(
        spill, file=_books(folder), read_only=True, memory_limit=MEMORY_LIMIT_EACH, threads=1
    ) as connection:
        return judged(connection, calendar)


def _policies(request: Request) -> tuple[Policy, Policy]:
    mine, other = (read_kept_policy(text, time_zone=request.time_zone).audit for text in request.policies)
    return mine, other


def _request(folder: Path) -> Request:
    return msgspec.json.decode((folder / REQUEST).read_bytes(), type=Request)


def _books(folder: Path) -> Path:
    return folder / "books.duckdb"


def _told(findings: pa.Table, request: Request) -> list[dict[str, object]]:
    """Return the findings of the span as rows, with the columns that are compared."""
    at = findings["occurred_at"]
    begin, end = (pa.scalar(moment, at.type) for moment in (request.begin, request.end))
    within = pc.and_(pc.greater_equal(at, begin), pc.less(at, end))
    rows: list[dict[str, object]] = findings.select(COLUMNS).filter(within).to_pylist()
    return rows


def main(arguments: Sequence[str]) -> int:
    """Judge one folder, once the parent says that everything is there."""
    folder, parent, *rest = arguments
    end_with(int(parent))
    # The process is short, and statements are written of a great many objects: a sixth of its time went into cycles.
    gc.disable()
    try:
        if rest == [_OTHER]:
            judge_other(Path(folder))
            return 0
        os.nice(GIVES_WAY)
        if sys.stdin.readline():
            judge(Path(folder))
    except (MemoryError, duckdb.OutOfMemoryException):
        traceback.print_exc()
        return OUT_OF_MEMORY
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
