"""The end of a day, while payments end."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait

from counterfoil.books.payments.ports import Answer, Outcome
from counterfoil.counter.closing.day import Closed
from counterfoil.counter.taking_answers import Source, take_answer
from tests.counter.acquirer import Fate
from tests.counter.shop import STORE, SUE
from tests.counter.till import Counter, sold

_A_MOMENT_S = 0.5


def test_a_payment_that_ends_while_its_day_closes_is_not_called_unknown(counter: Counter) -> None:
    """The finding would stay for ever: what closes it came before it."""
    counter.host.plan("charge", Fate.LOST_REQUEST)
    sale = counter.sale(counter.tender("card"))
    assert sold(counter.sell(sale)).state == "open"
    paid, today = sale.tenders[0].payment_id, counter.clock.now.date()
    with ThreadPoolExecutor(1) as other:
        with counter.house.database.transaction(counter.merchant_id) as connection:
            declined = Answer(outcome=Outcome.DECLINED)
            take_answer(connection, counter.merchant_id, paid, declined, source=Source.ANSWER, now=counter.clock.now)
            closing = other.submit(counter.house.closing.close_day, counter.merchant_id, STORE, today, SUE)
            # It either waits for us, as it should, or has ended by then.
            wait([closing], timeout=_A_MOMENT_S)
        closed = closing.result()
    assert isinstance(closed, Closed)
    assert counter.findings() == []
    assert closed.carried_over == ()
