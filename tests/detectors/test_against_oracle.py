"""The rules find what an independent, row-by-row reading of the law finds, with quiet sales set aside and without.

Laying the ground costs seconds however small the books are, so many random shops share one run, each as a merchant of
its own.
"""

from __future__ import annotations

from collections import Counter

import pytest

from tests.audit.engines.histories import shops_like_the_first
from tests.oracle.law import find

from .laid import Told, rules_say

LONG = [pytest.mark.long]

#: Where rules and oracle are known to differ, and nobody has said yet which of the two is right.
KNOWN_TO_DIFFER = {
    18_000: "two outliers among terminals at the very edge of the test for false discoveries",
    32_000: "a notice about a declined payment whose order an unclaimed charge names: silenced by the rules only",
}


def _marks(seed: int) -> list[pytest.MarkDecorator]:
    return [*LONG, *([pytest.mark.xfail(reason=KNOWN_TO_DIFFER[seed])] if seed in KNOWN_TO_DIFFER else [])]


@pytest.mark.parametrize(
    ("seed", "narrow"),
    [
        (0, True),
        (1_000, True),
        (0, False),
        *(pytest.param(seed * 1_000, True, marks=_marks(seed * 1_000)) for seed in range(2, 40)),
        *(pytest.param(seed * 1_000, False, marks=_marks(seed * 1_000)) for seed in range(1, 10)),
    ],
)
def test_random_shops_are_read_as_the_oracle_reads_them(seed: int, *, narrow: bool) -> None:
    history = shops_like_the_first(seed, shops_n=60, size=25)
    expected = Counter(
        Told(
            f.exception,
            f.diagnosis,
            f.severity,
            f.merchant_id,
            f.subject,
            f.other_subject or "",
            f.amount_at_risk_minor,
        )
        for f in find(history.books, history.carried, history.policy, history.as_of)
    )
    found = Counter(rules_say(history.books, history.carried, history.policy, history.as_of, narrow=narrow))
    assert (found - expected, expected - found) == (Counter(), Counter())
