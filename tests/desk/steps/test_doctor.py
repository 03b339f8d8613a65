"""After steps were taken, the doctor finds nothing: every act on a case is a fact, and every book is its facts."""

from __future__ import annotations

import pytest

from counterfoil.doctor import checks, store
from tests.counter.acquirer import Fate
from tests.counter.till import Counter
from tests.desk.steps.shop import asked_again, double, given_back, leftover, press, rebuilt, unknown


def broken(counter: Counter) -> dict[str, tuple[str, ...]]:
    """Return the checks of the books that do not hold, with the rows that break them."""
    found = {}
    for check in checks.OF_A_MERCHANT:
        with counter.database.transaction(counter.merchant_id) as connection:
            n, subjects = store.broken_rows(connection, check.name, counter.merchant_id, now=counter.clock.now)
        if n:
            found[check.name] = subjects
    return found


@pytest.mark.parametrize("days", [0, 1])
@pytest.mark.parametrize("fate", [Fate.FINE, Fate.LOST_ANSWER, Fate.DECLINED])
def test_what_steps_write_is_sound(counter: Counter, days: int, fate: Fate) -> None:
    # A shop of tests begins with stock that no movement explains.
    unexplained = {"stock_is_its_movements"}
    _order_id, payment_id, case_id = double(counter)
    counter.clock.passes(days=days)
    counter.host.plan("refund" if days else "void", fate)
    given_back(counter, press(counter, case_id, payment_id))
    unanswered, unknown_case = unknown(counter)
    counter.clock.passes(minutes=1)
    asked_again(counter, press(counter, unknown_case, unanswered))
    record_id, leftover_case = leftover(counter)
    rebuilt(counter, press(counter, leftover_case, record_id))
    assert broken(counter).keys() <= unexplained
    counter.resolve()
    assert broken(counter).keys() <= unexplained
