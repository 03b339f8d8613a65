"""What tills tell of the slips that they owed, on the real database."""

from __future__ import annotations

import sqlalchemy as sa

from counterfoil.books.slips.model import Slip, Told
from counterfoil.books.slips.refusals import SlipRefusal
from counterfoil.books.slips.states import Event, State
from counterfoil.db.tables import METADATA
from counterfoil.ids import OrderId, TerminalId
from counterfoil.refusals import Refused
from tests.counter.shop import T1
from tests.counter.till import Counter, sold

JOURNAL = METADATA.tables["journal"]


def paid_sale(counter: Counter) -> OrderId:
    sale = counter.sale(counter.tender())
    sold(counter.sell(sale))
    return sale.order_id


def tell(counter: Counter, slip_id: str, event: Event, fault: str | None = None) -> Slip | Refused:
    word = Told(slip_id=slip_id, event=event, told_at=counter.clock.now, fault=fault)
    (answer,) = counter.house.slips.tell(counter.merchant_id, [word])
    return answer


def tags(counter: Counter, slip_id: str) -> list[str]:
    query = sa.select(JOURNAL.c.tag).where(JOURNAL.c.subject == f"slip:{slip_id}").order_by(JOURNAL.c.recorded_at)
    with counter.database.transaction(counter.merchant_id) as connection:
        return list(connection.execute(query).scalars())


def test_a_slip_that_failed_is_printed_after_all_and_each_word_is_one_fact(counter: Counter) -> None:
    order_id = paid_sale(counter)
    failed = tell(counter, order_id, Event.FAILED, "paper_out")
    assert isinstance(failed, Slip)
    assert (failed.state, failed.fault) == (State.FAILED, "paper_out")
    tell(counter, order_id, Event.FAILED, "paper_out")
    printed = tell(counter, order_id, Event.PRINTED)
    assert isinstance(printed, Slip)
    assert (printed.state, printed.fault) == (State.PRINTED, None)
    assert tell(counter, order_id, Event.PRINTED) == printed
    assert tags(counter, order_id) == ["slip:sale:failed", "slip:sale:printed"]
    assert counter.house.slips.of_order(counter.merchant_id, order_id) == [printed]


def test_words_about_one_slip_in_one_list_are_taken_in_their_order(counter: Counter) -> None:
    order_id = paid_sale(counter)
    now = counter.clock.now
    answers = counter.house.slips.tell(
        counter.merchant_id,
        [
            Told(slip_id=order_id, event=Event.PRINTED, told_at=now),
            Told(slip_id=order_id, event=Event.FAILED, told_at=now, fault="paper_out"),
            Told(slip_id="nobody", event=Event.PRINTED, told_at=now),
        ],
    )
    first, second, third = answers
    assert isinstance(first, Slip)
    assert isinstance(second, Refused)
    assert isinstance(third, Refused)
    assert (first.state, second.code, third.code) == (
        State.PRINTED,
        SlipRefusal.SLIP_CAME_OUT,
        SlipRefusal.NO_SUCH_SLIP,
    )


def test_another_terminals_slip_is_not_there(counter: Counter) -> None:
    order_id = paid_sale(counter)
    word = Told(slip_id=order_id, event=Event.PRINTED, told_at=counter.clock.now)
    (own,) = counter.house.slips.tell(counter.merchant_id, [word], terminal_id=T1)
    (other,) = counter.house.slips.tell(counter.merchant_id, [word], terminal_id=TerminalId("t9"))
    assert isinstance(own, Slip)
    assert isinstance(other, Refused)
    assert other.code is SlipRefusal.NO_SUCH_SLIP
