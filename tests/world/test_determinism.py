"""A town depends on what it was asked for, and on nothing else."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from counterfoil.world.parameters import WorldParameters
from counterfoil.world.run import run_world
from tests.world.towns import town

SMALL = WorldParameters(seed=31, orders=1_500, faults=0.1, merchants=2, habits=0.3, planted_operator=6.0)


def digests(folder: Path) -> dict[str, str]:
    return {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in sorted(folder.iterdir())}


def test_the_same_town_twice_is_the_same_to_the_byte(tmp_path: Path) -> None:
    run_world(SMALL, tmp_path / "one")
    run_world(SMALL, tmp_path / "two")
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


@pytest.mark.parametrize("chunk_orders", [1, 100, 100_000])
def test_the_bytes_do_not_depend_on_the_chunks(tmp_path: Path, chunk_orders: int) -> None:
    run_world(SMALL, tmp_path / "one", row_group_rows=900)
    run_world(SMALL, tmp_path / "two", row_group_rows=900, chunk_orders=chunk_orders)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_another_seed_gives_another_town() -> None:
    assert not town(SMALL)["orders"].equals(town(replace(SMALL, seed=32))["orders"])


def test_faults_disturb_nothing_before_them() -> None:
    """What a passer-by buys is drawn from the visit alone, so most of a town is the same with and without faults."""
    clean, faulty = (
        set(
            map(
                str,
                town(WorldParameters(seed=33, orders=2_000, faults=share))["order_lines"]["amount_minor"].to_pylist(),
            )
        )
        for share in (0.0, 0.02)
    )
    assert len(clean & faulty) > len(clean) * 9 // 10
