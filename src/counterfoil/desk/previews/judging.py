"""The process of one preview: `python -m counterfoil.desk.previews.judging FOLDER PARENT`, started by `previewing`.

It reads its request and the copied books from the folder, has the rules judge them under two policies, and writes what
differs into it. It knows no database. It gives way to the shop, keeps to its memory, and ends with its parent.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from counterfoil.books.format import TABLES
from counterfoil.desk.audits.auditing import GIVES_WAY, end_with
from counterfoil.desk.copied_books import engine_over, load, scratch_database
from counterfoil.desk.previews.comparing import Row, compared
from counterfoil.desk.previews.model import ANSWER, REQUEST, Request, Tally
from counterfoil.detectors.finishing.finish import finish
from counterfoil.detectors.ground import Calendar
from counterfoil.detectors.run import detect
from counterfoil.shop.policies.rules import read_shop_policy

if TYPE_CHECKING:
    import duckdb

#: For DuckDB, before it writes to disk; beside it runs a shop.
MEMORY_LIMIT = "1GB"
THREADS = 2


def judge(folder: Path) -> None:
    """Judge what lies in a folder, and write what differs."""
    request = msgspec.json.decode((folder / REQUEST).read_bytes(), type=Request)
    with scratch_database(folder, memory_limit=MEMORY_LIMIT, threads=THREADS) as connection:
        for name, table in TABLES.items():
            load(connection, table, folder / f"{name}.csv")
            (folder / f"{name}.csv").unlink()
        mine, other = (_findings(connection.cursor(), text, request) for text in request.policies)
    tallies: tuple[Tally, ...] = compared(mine, other, begin=request.begin, end=request.end)
    (folder / ANSWER).write_bytes(msgspec.json.encode(tallies))


def _findings(connection: duckdb.DuckDBPyConnection, text: str, request: Request) -> Sequence[Row]:
    """Return what the rules find under a policy; what they keep on the way is gone with the connection."""
    policy = read_shop_policy(text, time_zone=request.time_zone).audit
    calendar = Calendar.over(as_of=request.as_of, policy=policy, earliest=request.earliest)
    engine = engine_over(connection)
    findings, _core = finish(detect(engine, engine.books(), calendar), frozenset(TABLES))
    rows: Sequence[Row] = findings.to_pylist()
    connection.close()
    return rows


def main(arguments: Sequence[str]) -> int:
    """Judge one folder."""
    end_with(int(arguments[1]))
    os.nice(GIVES_WAY)
    judge(Path(arguments[0]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
