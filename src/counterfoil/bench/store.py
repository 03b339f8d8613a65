"""What the bench asks of DuckDB itself: to read every column of some Parquet files once, and nothing more."""

from __future__ import annotations

from pathlib import Path

import duckdb


def read_every_column(folder: Path, threads: int) -> None:
    """Decode every value of every Parquet file in a folder; the answer is thrown away."""
    with duckdb.connect(config={"threads": threads}) as connection:
        for file in sorted(folder.glob("*.parquet")):
            name = str(file).replace("'", "''")
            # Unlike counts and extremes, `any_value` cannot be answered from the statistics of a file.
            connection.execute(f"SELECT any_value(COLUMNS(*)) FROM read_parquet('{name}')").to_arrow_table()
