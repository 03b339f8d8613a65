"""What a town leaves on disk: all of it or nothing, in any of the formats, without ever holding it all."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from counterfoil.errors import BadOption
from counterfoil.policy import read_policy
from counterfoil.world import run as running
from counterfoil.world.history import History
from counterfoil.world.parameters import WorldParameters
from counterfoil.world.run import run_world
from counterfoil.world.writing.book_files import BookFiles
from counterfoil.world.writing.schema import SCHEMAS
from tests.world.towns import end_of, town

SMALL = WorldParameters(seed=51, orders=600, faults=0.1)


def test_a_town_has_all_eleven_books_the_truth_and_what_explains_them(tmp_path: Path) -> None:
    made = run_world(SMALL, tmp_path / "town")
    names = {each.name for each in made.folder.iterdir()}
    assert names == {f"{name}.parquet" for name in SCHEMAS} | {"world.json", "policy.toml"}
    assert [each.name for each in tmp_path.iterdir()] == ["town"]


@pytest.mark.parametrize("name", SCHEMAS)
def test_parquet_columns_have_the_types_of_the_format(tmp_path: Path, name: str) -> None:
    run_world(WorldParameters(seed=51, orders=5), tmp_path / "town")
    assert pq.read_schema(tmp_path / "town" / f"{name}.parquet").types == SCHEMAS[name].types


def test_world_json_says_what_was_made(tmp_path: Path) -> None:
    parameters = WorldParameters(seed=52, orders=900, faults=0.1, merchants=2, planted_operator=6.0)
    made = run_world(parameters, tmp_path / "town")
    said = json.loads((made.folder / "world.json").read_text(encoding="utf-8"))
    assert said["parameters"] == {
        "seed": 52, "orders": 900, "faults": 0.1, "days": 60, "merchants": 2, "habits": 0.0,
        "planted_operator": 6.0, "time_zone": "Asia/Shanghai", "currency": "CNY",
    }  # fmt: skip
    assert said["rows"] == {name: pq.read_metadata(made.folder / f"{name}.parquet").num_rows for name in SCHEMAS}
    assert said["faults_planted"] == said["rows"]["truth"] == 90
    assert sum(sum(counts.values()) for counts in said["planted"].values()) == 90
    assert said["as_of"] == end_of(parameters).isoformat().replace("+00:00", "Z")
    assert all(merchant["planted_operator"].endswith("-P1") for merchant in said["merchants"])


def test_the_policy_beside_the_books_fits_them(tmp_path: Path) -> None:
    made = run_world(WorldParameters(seed=53, orders=5, time_zone="Europe/London"), tmp_path / "town")
    assert read_policy(made.folder / "policy.toml").time_zone == "Europe/London"


@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_text_says_the_same_as_parquet(tmp_path: Path, form: str) -> None:
    run_world(SMALL, tmp_path / "parquet")
    run_world(SMALL, tmp_path / form, file_format=form)
    read = "read_csv($path, all_varchar = true)" if form == "csv" else "read_json($path)"
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for name, schema in SCHEMAS.items():
            columns = ", ".join(_comparable(field) for field in schema)
            path = {"path": str(tmp_path / form / f"{name}.{form}")}
            text = connection.execute(f"SELECT {columns} FROM {read}", path).fetchall()
            path = {"path": str(tmp_path / "parquet" / f"{name}.parquet")}
            columns = ", ".join(_comparable(field) for field in schema)
            assert text == connection.execute(f"SELECT {columns} FROM read_parquet($path)", path).fetchall()


def _comparable(field: pa.Field) -> str:
    """Casts a column to what the format says, and that to text, wherever it was read from."""
    kind = {"timestamp": "TIMESTAMPTZ", "date32[": "DATE", "decimal1": "DECIMAL(18, 4)", "bool": "BOOLEAN"}
    wanted = next((sql for start, sql in kind.items() if str(field.type).startswith(start)), None)
    wanted = wanted or {"int64": "BIGINT", "double": "DOUBLE"}.get(str(field.type), "VARCHAR")
    return f'"{field.name}"::VARCHAR::{wanted}::VARCHAR'


def test_times_in_text_are_iso_8601_with_offset(tmp_path: Path) -> None:
    run_world(SMALL, tmp_path / "town", file_format="csv")
    first = (tmp_path / "town" / "slips.csv").read_text(encoding="utf-8").splitlines()[1]
    assert any(part.startswith("2025-01-") and part.endswith("Z") and "T" in part for part in first.split(","))


def test_without_truth_nothing_is_told(tmp_path: Path) -> None:
    made = run_world(SMALL, tmp_path / "town", truth=False)
    assert {each.name for each in made.folder.iterdir()} & {"truth.parquet", "world.tales.parquet"} == set()


def test_an_earlier_world_is_replaced(tmp_path: Path) -> None:
    run_world(SMALL, tmp_path / "town", file_format="csv")
    made = run_world(WorldParameters(seed=1, orders=3), tmp_path / "town")
    assert {each.suffix for each in made.folder.iterdir()} == {".parquet", ".json", ".toml"}


def test_other_peoples_files_are_never_replaced(tmp_path: Path) -> None:
    run_world(SMALL, tmp_path / "town")
    (tmp_path / "town" / "diary.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(BadOption, match=r"--out: expected a new or empty folder.*diary\.txt"):
        run_world(SMALL, tmp_path / "town")
    assert (tmp_path / "town" / "diary.txt").read_text(encoding="utf-8") == "mine"


def test_somebody_elses_books_are_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("order_id\n", encoding="utf-8")
    with pytest.raises(BadOption, match=r"books without world\.json"):
        run_world(SMALL, tmp_path)


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "town").write_text("", encoding="utf-8")
    with pytest.raises(BadOption, match="expected a folder, found a file"):
        run_world(SMALL, tmp_path / "town")


def test_what_breaks_off_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(running, "_description", breaks)
    with pytest.raises(OSError, match="No space left"):
        run_world(SMALL, tmp_path / "town")
    assert list(tmp_path.iterdir()) == []


def test_progress_is_told_up_to_the_end(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    run_world(SMALL, tmp_path / "town", chunk_orders=100, progress=lambda done, whole: told.append((done, whole)))
    assert len(told) >= 5
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]


def test_rows_are_never_held_back_beyond_a_row_group_and_a_portion(tmp_path: Path) -> None:
    parameters = WorldParameters(seed=54, orders=6_000)
    history = History(parameters, 0)
    portion_max = 0
    with BookFiles(tmp_path, row_group_rows=1_000) as files:
        for first_day, last_day in history.chunks(300):
            tables = history.write(first_day, last_day)
            portion_max = max(portion_max, *(table.num_rows for table in tables.values()))
            files.add(tables)
    assert files.rows["order_lines"] > 10 * portion_max
    assert files.held_rows_max < 1_000 + portion_max


def test_row_groups_are_full_but_for_the_last(tmp_path: Path) -> None:
    run_world(WorldParameters(seed=54, orders=3_000), tmp_path / "town", row_group_rows=1_000)
    orders = pq.read_metadata(tmp_path / "town" / "orders.parquet")
    assert [orders.row_group(each).num_rows for each in range(orders.num_row_groups)] == [1_000] * 3


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"orders": 0}, "--orders: expected 1 to"),
        ({"seed": -1}, "--seed"),
        ({"faults": 0.6}, r"--faults: expected 0\.0 to 0\.5"),
        ({"faults": 0.1, "days": 30}, "--days: expected at least 60 where faults are planted"),
        ({"days": 3}, "--days"),
        ({"merchants": 0}, "--merchants"),
        ({"habits": 2.0}, "--habits"),
        ({"planted_operator": 0.5}, "--planted-operator"),
        ({"time_zone": "Mars/Olympus"}, "--time-zone"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_in_one_line(asked: dict[str, float], message: str) -> None:
    with pytest.raises(BadOption, match=message) as refused:
        WorldParameters(**{"seed": 1, "orders": 100, **asked})  # type: ignore[arg-type]  # a test asks for anything
    assert "\n" not in str(refused.value)


def test_faults_that_find_no_room_are_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(BadOption, match="20 faults find no room in 40 orders of 60 days"):
        run_world(WorldParameters(seed=1, orders=40, faults=0.5), tmp_path / "town")
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadOption, match="--format"):
        run_world(SMALL, tmp_path / "town", file_format="xlsx")


def test_books_are_the_same_whether_written_or_kept_in_memory(tmp_path: Path) -> None:
    run_world(SMALL, tmp_path / "town")
    for name, table in town(SMALL).items():
        assert pq.read_table(tmp_path / "town" / f"{name}.parquet").cast(table.schema).equals(table)
