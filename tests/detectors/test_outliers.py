"""Who stands out among peers: an exact test, a control of false discoveries, and two plain limits besides."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, false_discovery_control

from counterfoil.detectors.finishing.outliers import _adjusted, _p_value, confirmed
from counterfoil.policy import OutlierLimits

LIMITS = OutlierLimits()


def suspects(*rows: tuple[str, int, int], store: str = "S1") -> pa.Table:
    """Operators of a store as (name, voids, sales), with the others as their peers."""
    voids, sales = sum(row[1] for row in rows), sum(row[2] for row in rows)
    return pa.Table.from_pylist(
        [
            {
                "merchant_id": "M1",
                "diagnosis": "operator_outlier",
                "subject": f"operator:{name}",
                "store_id": store,
                "k": k,
                "n": n,
                "peers_k": voids - k,
                "peers_n": sales - n,
            }
            for name, k, n in rows
        ]
    )


def found(table: pa.Table) -> list[str]:
    return sorted(confirmed(table, LIMITS)["subject"].to_pylist())


def test_an_operator_with_six_times_the_voids_of_the_others_stands_out() -> None:
    rows = suspects(("a", 60, 1000), ("b", 10, 1000), ("c", 11, 1000), ("d", 9, 1000))
    assert found(rows) == ["operator:a"]


def test_habits_that_differ_by_a_third_are_no_outliers() -> None:
    assert found(suspects(("a", 13, 1000), ("b", 7, 1000), ("c", 10, 1000), ("d", 10, 1000))) == []


def test_few_voids_accuse_nobody_however_rare_they_are_elsewhere() -> None:
    assert found(suspects(("a", 9, 100), ("b", 0, 1000), ("c", 0, 1000), ("d", 0, 1000))) == []


def test_a_significant_but_small_difference_accuses_nobody() -> None:
    rows = suspects(("a", 2000, 100_000), ("b", 1000, 100_000), ("c", 1000, 100_000), ("d", 1000, 100_000))
    assert found(rows) == []


def test_a_store_without_voids_has_no_outlier() -> None:
    assert found(suspects(("a", 0, 1000), ("b", 0, 1000), ("c", 0, 1000), ("d", 0, 1000))) == []


def test_who_stands_out_in_two_stores_is_told_once() -> None:
    here = suspects(("a", 60, 1000), ("b", 10, 1000), ("c", 11, 1000), ("d", 9, 1000))
    there = suspects(("a", 90, 1000), ("e", 10, 1000), ("f", 11, 1000), ("g", 9, 1000))
    assert found(pa.concat_tables([here, there])) == ["operator:a"]


def test_who_stands_out_alike_in_two_stores_is_told_of_the_first_by_name_in_whatever_order() -> None:
    here, there = (
        suspects(("a", 60, 1000), (f"{store}b", 10, 1000), (f"{store}c", 11, 1000), store=store) for store in "SR"
    )
    told = [confirmed(pa.concat_tables(tables), LIMITS).to_pylist() for tables in ((here, there), (there, here))]
    assert told[0] == told[1]
    assert [row["store_id"] for row in told[0]] == ["R"]


def test_no_suspects_give_no_outliers() -> None:
    nobody = suspects(("a", 1, 1)).slice(0, 0)
    assert confirmed(nobody, LIMITS).num_rows == 0


@given(st.integers(0, 200), st.integers(1, 2000), st.integers(0, 400), st.integers(1, 5000))
def test_the_p_value_is_that_of_the_exact_binomial_test(k: int, n: int, peers_k: int, peers_n: int) -> None:
    expected = binomtest(k, k + peers_k, n / (n + peers_n), alternative="greater").pvalue if k + peers_k else 1.0
    assert abs(_p_value(k=k, n=n, peers_k=peers_k, peers_n=peers_n) - expected) < 1e-9


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_the_adjustment_is_that_of_benjamini_and_hochberg(p_values: list[float]) -> None:
    for ours, theirs in zip(_adjusted(p_values), false_discovery_control(p_values), strict=True):
        assert abs(ours - theirs) < 1e-12
