"""Business days: what moves after a day was closed falls on the next, and a batch that nobody closed is asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import psycopg
import pytest

from counterfoil.counter.closing.day import Closed
from counterfoil.db.trouble import Trouble
from counterfoil.refusals import Refused
from tests.counter.acquirer import Fate
from tests.counter.shop import OPENING, STORE, SUE
from tests.counter.till import Counter, done, no, sold

TODAY = OPENING.date()
TOMORROW = TODAY + timedelta(days=1)


def _closed(counter: Counter, day: date = TODAY) -> Closed | Refused:
    return counter.house.closing.close_day(counter.merchant_id, STORE, day, SUE)


def _close(counter: Counter, day: date = TODAY) -> Closed:
    """Close a day, on that day or after it."""
    if day > TODAY:
        counter.clock.now = max(counter.clock.now, OPENING + (day - TODAY))
    closed = _closed(counter, day)
    assert isinstance(closed, Closed)
    return closed


def _totals(closed: Closed) -> list[tuple[str, str, int]]:
    return [(total.tender, total.kind, total.amount_minor) for total in closed.totals]


def test_a_day_that_is_closed_twice_is_told_as_it_was_closed(counter: Counter) -> None:
    counter.sell(counter.sale(counter.tender()))
    first, again = _close(counter), _close(counter)
    assert (first.is_new, again.is_new) == (True, False)
    assert _totals(first) == _totals(again) == [("cash", "sale", 500)]


def test_a_sale_of_a_closed_day_falls_on_the_next(counter: Counter) -> None:
    _close(counter)
    assert sold(counter.sell(counter.sale(counter.tender()))).business_date == TOMORROW


def test_cash_on_an_order_of_a_closed_day_is_in_the_next_days_drawer(counter: Counter) -> None:
    sale = counter.sale(parked=True)
    counter.sell(sale)
    _close(counter)
    done(counter.add_tender(sale.order_id, counter.tender("cash", 500)))
    assert _totals(_close(counter, TOMORROW)) == [("cash", "sale", 500)]


def test_cash_given_back_after_the_day_was_closed_is_in_the_next_days_drawer(counter: Counter) -> None:
    sale = counter.sale(counter.tender())
    counter.sell(sale)
    _close(counter)
    done(counter.undo(sale.tenders[0].payment_id, 500))
    assert _totals(_close(counter, TOMORROW)) == [("cash", "refund", 500)]


def test_every_movement_is_in_the_totals_of_exactly_one_day(counter: Counter) -> None:
    days = [TODAY + timedelta(days=n) for n in range(3)]
    parked = counter.sale(parked=True)
    counter.sell(parked)
    closings = []
    for day in days:
        sale = counter.sale(counter.tender())
        counter.sell(sale)
        done(counter.refund(sale.tenders[0].payment_id, 100, today=TODAY))
        closings.append(_close(counter, day))
        counter.clock.passes(days=1)
    done(counter.add_tender(parked.order_id, counter.tender("cash", 500)))
    closings.append(_close(counter, TODAY + timedelta(days=3)))
    counted = sum(total.count for closed in closings for total in closed.totals)
    assert counted == counter.value("SELECT count(*) FROM payments WHERE state = 'approved'")


def test_a_batch_whose_acquirer_did_not_answer_is_asked_for_again(counter: Counter) -> None:
    counter.sell(counter.sale(counter.tender("card")))
    counter.host.plan("settle", Fate.LOST_ANSWER)
    assert [batch.outcome for batch in _close(counter).batches] == ["unknown"]
    assert [batch.outcome for batch in _close(counter).batches] == ["equal"]
    settled = [verb for verb, _ in counter.host.calls].count("settle")
    assert [batch.outcome for batch in _close(counter).batches] == ["equal"]
    assert [verb for verb, _ in counter.host.calls].count("settle") == settled == 2


def test_a_day_that_is_closed_again_is_told_with_the_batches_that_were_closed(counter: Counter) -> None:
    counter.sell(counter.sale(counter.tender("card")))
    counter.sell(counter.sale(counter.tender("wechat")))
    first, again = _close(counter), _close(counter)
    assert len(first.batches) == 2
    assert replace(again, is_new=True) == first


def test_a_day_before_the_first_sale_is_not_closed(counter: Counter) -> None:
    yesterday = TODAY - timedelta(days=1)
    counter.sell(counter.sale(counter.tender()))
    for day in (yesterday, date(1, 1, 1)):
        before = counter.counts()
        assert no(_closed(counter, day)) == "day_before_first_sale"
        assert counter.counts() == before
    counter.clock.passes(days=2)
    assert _close(counter).is_new
    # Nothing was sold on the day after, and it can be closed: the store was there.
    assert _close(counter, TOMORROW).totals == ()


def test_a_day_that_has_not_begun_is_not_closed(counter: Counter) -> None:
    counter.sell(counter.sale(counter.tender()))
    _close(counter)
    for day in (TOMORROW, date.max):
        before = counter.counts()
        assert no(_closed(counter, day)) == "day_not_begun"
        assert counter.counts() == before


def test_a_store_that_has_sold_nothing_yet_closes_today_alone(counter: Counter) -> None:
    assert no(_closed(counter, TODAY - timedelta(days=1))) == "day_before_first_sale"
    assert _close(counter).is_new


def test_a_batch_that_was_never_asked_for_because_of_a_crash_is_asked_for(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter.sell(counter.sale(counter.tender("card")))

    def dies(*_given: object, **_named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(counter.host, "settle", dies)
    with pytest.raises(KeyboardInterrupt):
        _close(counter)
    monkeypatch.undo()
    closed = _close(counter)
    assert not closed.is_new
    assert [batch.outcome for batch in closed.batches] == ["equal"]


def test_a_sale_that_waits_too_long_for_a_row_is_told_so_and_can_be_offered_again(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody waits behind the recorder: it must not wait for ever for one row that somebody holds."""
    monkeypatch.setattr("counterfoil.counter.store._LIMITS", ("lock_timeout=200ms",))
    sale = counter.sale(counter.tender())
    with psycopg.connect(counter.database.address) as holding:
        holding.execute("SELECT set_config('counterfoil.merchant_id', %s, false)", [counter.merchant_id])
        holding.execute("SELECT FROM stock FOR UPDATE")
        with pytest.raises(Trouble) as told:
            counter.sell(sale)
        assert told.value.kind == "books_busy"
    assert sold(counter.sell(sale)).recorded == "created"


def test_a_reversal_of_what_was_never_taken_is_no_money_given_back(counter: Counter) -> None:
    counter.host.plan("charge", Fate.LOST_ANSWER)
    unknown = counter.sale(counter.tender("card"))
    counter.sell(unknown)
    counter.clock.passes(minutes=2)
    for _step in range(6):
        counter.house.resolver.step_due(counter.merchant_id)
        counter.clock.passes(minutes=2)
    assert counter.payment(unknown.tenders[0].payment_id).state == "cancelled"
    kept = counter.sale(counter.tender("card"))
    counter.sell(kept)
    done(counter.undo(kept.tenders[0].payment_id, 500))
    assert _totals(_close(counter)) == [("card", "sale", 500), ("card", "void", 500)]
