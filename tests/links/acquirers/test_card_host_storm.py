"""Many tills, every fault at once: what the link said is laid beside what the host's own book says.

The tills do what the ladder of a card host does: an unknown sale is reversed until the reversal is answered.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from counterfoil.books.payments.model import Kind
from counterfoil.books.payments.ports import Answer, Late, Outcome, Request
from counterfoil.links.acquirers.iso8583 import SIMULATED_HOST, Account, Address, Iso8583Acquirer
from counterfoil.links.acquirers.iso8583.profile import in_milliseconds
from counterfoil.storm.acquirer.started import Started, started
from tests.links.acquirers.iso8583.hosts import CARD
from tests.links.acquirers.till import a_sale, back, soon

FAULTS = "storm,late_ms=500,slow_ms=50,dropped=20"
SALES, TILLS = 400, 12
REVERSALS_MAX = 12


@pytest.mark.parametrize("seed", [1, 2])
def test_what_was_said_is_what_happened(tmp_path: Path, seed: int) -> None:
    late: list[Late] = []
    with started(tmp_path, seed=seed, faults=FAULTS) as host:
        acquirer = Iso8583Acquirer(
            name="card-host",
            address=Address(host="127.0.0.1", port=host.port),
            account=Account(merchant_number="M1"),
            profile=in_milliseconds(SIMULATED_HOST, answer=350, back_off=5),
            on_late=late.append,
        )
        sales = [a_sale(CARD, channel="iso8583", payment_id=f"P{number}") for number in range(SALES)]
        with ThreadPoolExecutor(TILLS) as tills:
            ends = list(tills.map(lambda sale: _to_an_end(acquirer, sale), sales))
        counts = host.order("counts")["paths"]
        # Nothing is under way any more when every late request has arrived.
        assert soon(lambda: _is_quiet(host))
        truths = {sale.payment_id: host.truth("M1", sale.payment_id) for sale in sales}
        acquirer.close()

    approved_late = {one.payment_id for one in late if one.answer.outcome is Outcome.APPROVED and one.kind is Kind.SALE}
    for sale, (first, gone) in zip(sales, ends, strict=True):
        truth = truths[sale.payment_id]
        kept = truth.taken_minor - truth.given_back_minor
        match first.outcome:
            case Outcome.APPROVED:
                assert (truth.taken_n, kept) == (1, sale.amount_minor), (seed, sale.payment_id)
            case Outcome.DECLINED | Outcome.NOT_SENT:
                assert truth.taken_n == 0, (seed, sale.payment_id, first)
            case _:
                assert gone, (seed, sale.payment_id)
                # An approval behind its reversal is the one way in which money stays; then it was reported.
                assert kept == 0 or sale.payment_id in approved_late, (seed, sale.payment_id)
    found = Counter(first.outcome for first, _ in ends)
    assert found[Outcome.APPROVED] > SALES / 2
    assert min(found[Outcome.UNKNOWN], found[Outcome.DECLINED]) > 0
    assert len(counts) > 8, "a storm in which hardly anything happens proves nothing"


def _to_an_end(acquirer: Iso8583Acquirer, sale: Request) -> tuple[Answer, bool]:
    """Sell; where nobody knows what happened, reverse until that is answered. Return both ends."""
    first = acquirer.charge(sale)
    if first.outcome is not Outcome.UNKNOWN:
        return first, False
    reversal = back(sale, Kind.REVERSAL)
    for attempt in range(1, REVERSALS_MAX + 1):
        if acquirer.reverse(replace(reversal, attempt=attempt)).outcome is Outcome.APPROVED:
            return first, True
    return first, False


def _is_quiet(host: Started) -> bool:
    """Say whether every sale that has ever left is ruled on, but for those that are lost."""
    told = host.order("counts")
    ruled = sum(told["codes"].values())
    done_nothing = sum(told["paths"].get(path, 0) for path in ("lost_request", "server_error"))
    return ruled + done_nothing == sum(told["arrived"].values())
