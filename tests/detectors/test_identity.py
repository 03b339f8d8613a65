"""The id of a finding depends on the fault alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from counterfoil.detectors.finishing.identity import ID_LENGTH, finding_id


def test_the_order_of_the_subjects_does_not_matter() -> None:
    twins = ["order:O1", "order:O2"]
    assert finding_id("duplicate_order", "M1", twins) == finding_id("duplicate_order", "M1", reversed(twins))


def test_an_id_is_stable_across_versions() -> None:
    """Cases are keyed by it: this very value must never change."""
    assert finding_id("missing_slip", "M1", ["order:O1"]) == "CZBAFHPDDKSJDV4ULBPF4DIIQB"


@given(st.text(min_size=1), st.text(min_size=1), st.text(min_size=1))
def test_parts_that_run_together_give_different_ids(merchant: str, left: str, right: str) -> None:
    joined = finding_id("missing_slip", merchant, [left + right])
    assert joined != finding_id("missing_slip", merchant, [left, right])
    assert len(joined) == ID_LENGTH
