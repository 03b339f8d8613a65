"""Makes a town: its books, the truth, the policy that fits them and `world.json`; all of it, or nothing.

Everything is written to a folder beside the wanted one, which takes its place when it is complete.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from counterfoil import __version__
from counterfoil.books.format import FORMAT_VERSION
from counterfoil.errors import BadOption, Bug
from counterfoil.world.history import CHUNK_ORDERS, History
from counterfoil.world.parameters import FIRST_DAY, WorldParameters
from counterfoil.world.town import staff_name
from counterfoil.world.writing.book_files import ROW_GROUP_ROWS, BookFiles
from counterfoil.world.writing.schema import SCHEMAS, TALES, TRUTH
from counterfoil.world.writing.text_files import to_text

FORMATS = ("parquet", "csv", "ndjson")
DESCRIPTION = "world.json"
POLICY = "policy.toml"
#: What decides the as-of of a history, by the book format.
_DECISIVE = ("placed_at", "closed_at", "occurred_at", "shipped_at", "requested_at")

_NAMED_MAX = 3

#: Is told how many purchases of how many are done.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What was made."""

    folder: Path
    as_of: datetime
    rows: Mapping[str, int]
    #: Faults planted, by exception and diagnosis.
    planted: Mapping[tuple[str, str], int]


def run_world(
    parameters: WorldParameters,
    out: Path,
    *,
    file_format: str = "parquet",
    truth: bool = True,
    chunk_orders: int = CHUNK_ORDERS,
    row_group_rows: int = ROW_GROUP_ROWS,
    progress: Progress | None = None,
) -> World:
    """Make a town in a folder, which is new, empty, or an earlier town's; BadOption where it is anything else.

    The books depend on `parameters` alone: `chunk_orders` and `row_group_rows` only say how they are made.
    """
    if file_format not in FORMATS:
        raise BadOption(f"--format: expected one of {', '.join(FORMATS)}, found {file_format!r}")
    _refuse_other_peoples_folder(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    workshop = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".partial", dir=out.parent))
    try:
        made = _make(parameters, workshop, chunk_orders, row_group_rows, progress)
        if file_format != "parquet":
            to_text(workshop, file_format)
        if not truth:
            for name in (TRUTH, TALES):
                (workshop / f"{name}.{file_format}").unlink()
        workshop.chmod(0o755)
        if out.exists():
            shutil.rmtree(out)
        workshop.rename(out)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
    return World(folder=out, as_of=made.as_of, rows=made.rows, planted=made.planted)


def _refuse_other_peoples_folder(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise BadOption(f"--out: expected a folder, found a file: {out}")
    ours = {DESCRIPTION, POLICY, *(f"{name}.{ending}" for name in SCHEMAS for ending in FORMATS)}
    others = sorted(each.name for each in out.iterdir() if each.name not in ours) if out.exists() else []
    if out.exists() and (others or (any(out.iterdir()) and not (out / DESCRIPTION).exists())):
        found = ", ".join(others[:_NAMED_MAX]) or "books without " + DESCRIPTION
        raise BadOption(f"--out: expected a new or empty folder, or an earlier world's, found {found} in {out}")


def _make(
    parameters: WorldParameters, folder: Path, chunk_orders: int, row_group_rows: int, progress: Progress | None
) -> World:
    histories = [History(parameters, merchant) for merchant in range(parameters.merchants)]
    purchases = sum(int(history.plan.first_slot[-1]) for history in histories)
    done, newest = 0, 0
    planted: Counter[tuple[str, str]] = Counter()
    with BookFiles(folder, row_group_rows=row_group_rows) as files:
        for history in histories:
            for first_day, last_day in history.chunks(chunk_orders):
                tables = history.write(first_day, last_day)
                files.add(tables)
                newest = max(newest, _newest(tables))
                planted.update(_planted(tables[TRUTH]))
                done += int(history.plan.first_slot[last_day] - history.plan.first_slot[first_day])
                if progress is not None:
                    progress(done, purchases)
            files.end_of_merchant()
    as_of = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=newest)
    if newest != histories[0].scene.end * 1000:
        raise Bug(f"the newest event is {as_of}, and the history ends at {histories[0].scene.end} ms")
    rows = {name: files.rows[name] for name in SCHEMAS}
    (folder / DESCRIPTION).write_text(_description(parameters, histories, as_of, rows, planted), encoding="utf-8")
    (folder / POLICY).write_text(_policy(parameters), encoding="utf-8")
    return World(folder=folder, as_of=as_of, rows=rows, planted=dict(planted))


def _newest(tables: Mapping[str, pa.Table]) -> int:
    """Return the newest decisive moment of some tables, in microseconds."""
    moments = [
        pc.max(table[name]).cast(pa.int64()).as_py() or 0
        for table in tables.values()
        for name in _DECISIVE
        if name in table.schema.names and table.num_rows
    ]
    return max(moments, default=0)


def _planted(truth: pa.Table) -> Counter[tuple[str, str]]:
    exceptions, diagnoses = (truth[name].to_pylist() for name in ("exception", "diagnosis"))
    return Counter(zip(exceptions, diagnoses, strict=True))


def _description(
    parameters: WorldParameters,
    histories: list[History],
    as_of: datetime,
    rows: Mapping[str, int],
    planted: Mapping[tuple[str, str], int],
) -> str:
    nested: dict[str, dict[str, int]] = {}
    for (exception, diagnosis), count in sorted(planted.items()):
        nested.setdefault(exception, {})[diagnosis] = count
    merchants = [
        {
            "merchant_id": history.merchant_id,
            "stores": history.town.stores,
            "terminals": history.town.terminals,
            "planted_operator": None
            if history.town.planted_operator is None
            else staff_name(history.town.planted_operator),
            "days_without_bill": [
                {"acquirer": acquirer, "day": (FIRST_DAY + timedelta(days=day)).isoformat()}
                for acquirer, day in history.scene.bill_days.gaps()
            ],
        }
        for history in histories
    ]
    description = {
        "made_by": f"counterfoil world {__version__}",
        "book_format": FORMAT_VERSION,
        "parameters": {**asdict(parameters), "days": parameters.days_of_history},
        "first_day": FIRST_DAY.isoformat(),
        "as_of": as_of.isoformat().replace("+00:00", "Z"),
        "rows": dict(rows),
        "faults_planted": sum(planted.values()),
        "planted": nested,
        "merchants": merchants,
    }
    return json.dumps(description, indent=2, ensure_ascii=False) + "\n"


def _policy(parameters: WorldParameters) -> str:
    return (
        "# The policy of this town's shops: hand it to `counterfoil audit --policy`.\n"
        "# Everything that is not said here keeps its default.\n"
        f'time_zone = "{parameters.time_zone}"\n'
    )
