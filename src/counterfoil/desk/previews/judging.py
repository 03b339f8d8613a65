"""The processes of one preview: `python -m counterfoil.desk.previews.judging FOLDER PARENT`, started by `previewing`.

The first one reads its request and the copied books from the folder, and lays them out; it judges them under the policy
in force, while a second one judges them under the other; then it writes what differs. They know no database. They give
way to the shop, keep to their memory, and end with their parents.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pyarrow.parquet as pq

from counterfoil.books.format import TABLES
from counterfoil.desk.audits.auditing import GIVES_WAY, end_with
from counterfoil.desk.copies.store import engine_over, load_books, scratch_database
from counterfoil.desk.previews.comparing import compared
from counterfoil.desk.previews.model import ANSWER, REQUEST, Request, Tally
from counterfoil.detectors.finishing.finish import finish
from counterfoil.detectors.ground import Calendar
from counterfoil.detectors.run import detect
from counterfoil.shop.policies.rules import read_shop_policy

if TYPE_CHECKING:
    import pyarrow as pa

#: For each DuckDB, before it writes to disk; beside them runs a shop.
MEMORY_LIMIT = "1GB"
THREADS = 1

#: Says that a process is the second one, and where it writes what it finds.
_OTHER, _FOUND = "other", "found.parquet"


def judge(folder: Path) -> None:
    """Judge what lies in a folder, and write what differs."""
    request = _request(folder)
    with scratch_database(folder, file=_books(folder), memory_limit=MEMORY_LIMIT, threads=THREADS) as connection:
        load_books(connection, folder)
    # Most of the time goes into writing statements, which takes one core whatever the books hold.
    other = subprocess.Popen(  # noqa: S603 — our own module, and a path that the parent has made
        [sys.executable, "-m", __spec__.name, str(folder), str(os.getpid()), _OTHER],
    )
    mine = _findings(folder, request, 0)
    if other.wait() != 0:
        sys.exit(other.returncode)
    found = pq.read_table(folder / _FOUND).to_pylist()
    tallies: tuple[Tally, ...] = compared(mine.to_pylist(), found, begin=request.begin, end=request.end)
    (folder / ANSWER).write_bytes(msgspec.json.encode(tallies))


def judge_other(folder: Path) -> None:
    """Judge what the first process has laid out, under the other policy, and write every finding for it."""
    pq.write_table(_findings(folder, _request(folder), 1), folder / _FOUND)


def _findings(folder: Path, request: Request, policy_n: int) -> pa.Table:
    """Return what the rules find under one of the policies; what they keep on the way is gone with the connection."""
    policy = read_shop_policy(request.policies[policy_n], time_zone=request.time_zone).audit
    calendar = Calendar.over(as_of=request.as_of, policy=policy, earliest=request.earliest)
    spill = folder / f"judging-{policy_n}"
    spill.mkdir()
    with scratch_database(
        spill, file=_books(folder), read_only=True, memory_limit=MEMORY_LIMIT, threads=THREADS
    ) as connection:
        engine = engine_over(connection)
        findings, _core = finish(detect(engine, engine.books(), calendar), frozenset(TABLES))
        return findings


def _request(folder: Path) -> Request:
    return msgspec.json.decode((folder / REQUEST).read_bytes(), type=Request)


def _books(folder: Path) -> Path:
    return folder / "books.duckdb"


def main(arguments: Sequence[str]) -> int:
    """Judge one folder."""
    folder, parent, *rest = arguments
    end_with(int(parent))
    if rest == [_OTHER]:
        judge_other(Path(folder))
    else:
        os.nice(GIVES_WAY)
        judge(Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
