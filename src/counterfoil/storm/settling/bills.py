"""The acquirer's bills of the storm's days, handed in as any shop would: by upload, again where one was late."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from counterfoil.storm.acquirer.started import Started
from counterfoil.storm.shop_map import ACQUIRER

if TYPE_CHECKING:
    from counterfoil.storm.shoppers.line import Lines

#: A bill that is late is there when it is asked for again; one that is missing never is.
ASKS = 2
#: A bill of a hundred thousand sales takes a while.
PATIENCE_S = 120.0
TRIES_MAX = 3


class BillNotTaken(Exception):
    """The counter did not take a bill; the storm is no measure without it."""


async def hand_in(acquirer: Started, lines: Lines, *, began: datetime, now: datetime) -> Mapping[str, int]:
    """Fetch and hand in the bills of all days that the storm touched; returns how many files and rows there were."""
    counts: Counter[str] = Counter()
    for day in _days(began.date(), now.date()):
        files: list[str] = []
        for _ in range(ASKS):
            told = await asyncio.to_thread(acquirer.order, "bill", day=day.isoformat())
            files += [file for file in told["files"] if file not in files]
        counts["days"] += 1
        counts["files"] += len(files)
        counts["missing"] += not files
        for file in files:
            counts["rows"] += await _taken(lines, Path(file))
    return dict(counts)


async def _taken(lines: Lines, file: Path) -> int:
    body = await asyncio.to_thread(file.read_bytes)
    path = f"/api/v1/bills?acquirer={quote(ACQUIRER)}&name={quote(file.name)}"
    for _ in range(TRIES_MAX):
        said = await lines.ask("POST", path, body, patience_s=PATIENCE_S)
        if said.status < HTTPStatus.INTERNAL_SERVER_ERROR:
            break
    if said.status != HTTPStatus.OK:
        raise BillNotTaken(f"{file.name}: {said.status} {said.code}")
    return int(said.body.get("rows_n", 0))


def _days(first: date, last: date) -> list[date]:
    # A host whose clock is behind or ahead writes of the day before or after.
    return [first + timedelta(days=n) for n in range(-1, (last - first).days + 2)]
