"""The resolver on its ladders: as often as they say, never earlier, one at a time, and nobody in another's way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from counterfoil.books.payments import store as payments
from counterfoil.books.payments.ports import Answer, Outcome, Request
from counterfoil.counter.taking_answers import Source
from tests.counter.acquirer import Fate
from tests.counter.shop import OPENING
from tests.counter.till import Counter, sold


def _silent(counter: Counter, tender: str = "wechat", fate: Fate = Fate.LOST_REQUEST) -> str:
    acquirer = counter.wechat if tender == "wechat" else counter.host
    acquirer.plan("charge", fate)
    sale = counter.sale(counter.tender(tender))
    assert sold(counter.sell(sale)).state == "open"
    return sale.tenders[0].payment_id


def _steps(counter: Counter, *, seconds: float, every: float = 1) -> list[tuple[float, str]]:
    """Let the resolver look every second, and return when it called whom."""
    called: list[tuple[float, str]] = []
    for _ in range(int(seconds / every)):
        before = [len(acquirer.calls) for acquirer in counter.acquirers]
        counter.house.resolver.step_due(counter.merchant_id)
        for acquirer, seen in zip(counter.acquirers, before, strict=True):
            called += [((counter.clock.now - OPENING).total_seconds(), verb) for verb, _ in acquirer.calls[seen:]]
        counter.clock.passes(seconds=every)
    return called


def test_a_code_payment_is_asked_for_six_times_and_reversed_not_before_15_seconds(counter: Counter) -> None:
    _silent(counter)
    counter.wechat.plan("ask", *[Fate.LOST_ANSWER] * 6)
    called = _steps(counter, seconds=60)
    assert [verb for _, verb in called] == ["ask"] * 6 + ["reverse"]
    assert min(at for at, verb in called if verb == "reverse") >= 15


def test_a_person_who_presses_again_and_again_does_not_reverse_a_code_payment_before_its_time(counter: Counter) -> None:
    paid = _silent(counter)
    counter.wechat.plan("ask", *[Fate.LOST_ANSWER] * 20)
    for _ in range(10):
        counter.house.resolver.step_now(counter.merchant_id, paid)
    assert counter.clock.now < OPENING + timedelta(seconds=15)
    assert "reverse" not in {verb for verb, _ in counter.wechat.calls}


def test_an_unanswered_reversal_is_repeated_every_five_seconds(counter: Counter) -> None:
    """A lease that outlives its step would stretch them to a minute and a half."""
    _silent(counter, "card")
    counter.host.plan("reverse", *[Fate.LOST_REQUEST] * 3)
    called = _steps(counter, seconds=40)
    assert [verb for _, verb in called] == ["reverse"] * 4
    assert called[-1][0] - called[0][0] <= 20


def test_the_slow_rungs_of_a_ladder_stay_slow(counter: Counter) -> None:
    """Two hours of asking every five minutes must not be over after two minutes."""
    _silent(counter)
    counter.wechat.plan("ask", *[Fate.LOST_ANSWER] * 99)
    counter.wechat.plan("reverse", *[Fate.LOST_REQUEST] * 99)
    called = _steps(counter, seconds=3600, every=5)
    asked_late = [at for at, verb in called if verb == "ask"][6:]
    assert len(asked_late) > 3
    assert all(later - earlier >= 300 for earlier, later in pairwise(asked_late))


def test_a_reversal_is_driven_by_one_ladder(counter: Counter) -> None:
    _silent(counter, "card")
    counter.host.plan("reverse", *[Fate.LOST_REQUEST] * 5)
    called = _steps(counter, seconds=31)
    assert len(called) == 6


def test_a_silence_without_end_becomes_a_finding_and_not_a_guess(counter: Counter) -> None:
    paid = _silent(counter, "card")
    counter.host.plan("reverse", *[Fate.LOST_REQUEST] * 999)
    counter.resolve(hours=40)
    assert counter.state(paid) == "unknown"
    assert counter.findings() == ["payment_unknown"]


def test_after_the_ladder_the_bill_decides(counter: Counter) -> None:
    paid = _silent(counter, "card")
    counter.host.plan("reverse", *[Fate.LOST_REQUEST] * 999)
    counter.resolve(hours=40)
    counter.hear(paid, Answer(outcome=Outcome.APPROVED, amount_minor=500), Source.BILL)
    assert counter.state(paid) == "approved"
    assert counter.findings() == []


def test_one_payment_that_raises_does_not_stop_the_others(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    """Field case 31's kin: the stuck one is always the oldest, so it would stop all the others for ever."""
    first, second = _silent(counter), _silent(counter)
    counter.clock.passes(seconds=60)

    def breaks(request: Request) -> Answer:
        if request.payment_id == first:
            raise RuntimeError("a fault of an adapter")
        return Answer(outcome=Outcome.DECLINED)

    monkeypatch.setattr(counter.wechat, "ask", breaks)
    with pytest.raises(ExceptionGroup):
        counter.house.resolver.step_due(counter.merchant_id)
    assert counter.state(second) == "declined"


def test_an_acquirer_that_is_not_configured_any_more_keeps_nothing_due(counter: Counter) -> None:
    paid = _silent(counter, fate=Fate.LOST_REQUEST)
    counter.wechat.plan("ask", *[Fate.LOST_ANSWER] * 6)
    counter.resolve(hours=0.1)
    assert counter.state(paid) == "cancelled"
    counter.wechat.name = "gone"
    counter.clock.passes(minutes=20)
    counter.house.resolver.step_due(counter.merchant_id)
    assert counter.payment(paid)["resolve_at"] is None


def test_a_lane_is_cleared_before_its_next_message(counter: Counter) -> None:
    first = _silent(counter, "card")
    sale = counter.sale(counter.tender("card"))
    assert sold(counter.sell(sale)).state == "paid"
    assert [verb for verb, _ in counter.host.calls] == ["charge", "reverse", "charge"]
    assert counter.state(first) == "cancelled"


def test_a_lane_is_cleared_again_though_its_first_reversal_was_not_answered(counter: Counter) -> None:
    _silent(counter, "card")
    counter.host.plan("reverse", Fate.LOST_REQUEST)
    for _ in range(2):
        counter.sell(counter.sale(counter.tender("card")))
    assert [verb for verb, _ in counter.host.calls] == ["charge", "reverse", "charge", "reverse", "charge"]


def test_a_payment_that_was_reversed_while_its_lane_was_cleared_is_not_sent(counter: Counter) -> None:
    """Clearing a lane may take longer than the resolver waits; what it has taken up must not be sent as well."""
    _silent(counter, "card")

    def slow(request: Request) -> None:
        counter.host.meanwhile = None
        counter.clock.passes(seconds=100)
        counter.house.resolver.step_due(counter.merchant_id)

    counter.host.meanwhile = slow
    sale = counter.sale(counter.tender("card"))
    counter.sell(sale)
    paid = sale.tenders[0].payment_id
    counter.resolve()
    verbs = [verb for verb, named in counter.host.calls if named == paid]
    taken = counter.host.taken(paid)
    assert (counter.state(paid), taken) in {("cancelled", 0), ("approved", 500)}
    assert verbs.count("charge") <= 1
    if counter.state(paid) == "cancelled":
        assert verbs.count("charge") == 0


def test_an_approval_that_comes_while_its_reversal_is_under_way_pays_nothing(counter: Counter) -> None:
    """The goods must not go out on an approval that is being undone."""

    def slow(request: Request) -> None:
        counter.host.meanwhile = None
        counter.clock.passes(seconds=100)
        counter.host.plan("reverse", Fate.LATE_REQUEST)
        counter.house.resolver.step_due(counter.merchant_id)

    counter.host.meanwhile = slow
    sale = counter.sale(counter.tender("card"))
    answer = sold(counter.sell(sale))
    assert answer.state == "open"
    assert counter.value("SELECT count(*) FROM slips") == 0
    counter.host.arrive()
    counter.resolve()
    assert counter.state(sale.tenders[0].payment_id) == "cancelled"
    assert counter.host.taken(sale.tenders[0].payment_id) == 0
    assert counter.order(sale.order_id)["state"] == "open"


def test_an_approval_after_the_reversal_is_found_by_looking_again(counter: Counter) -> None:
    counter.wechat.remembers_reversals = False
    paid = _silent(counter, fate=Fate.LATE_REQUEST)
    counter.wechat.plan("ask", *[Fate.LOST_ANSWER] * 6)
    counter.resolve(hours=0.2)
    assert counter.state(paid) == "cancelled"
    counter.wechat.arrive()
    assert counter.wechat.taken(paid) == 500
    counter.resolve()
    assert counter.wechat.taken(paid) == 0
    assert counter.state(paid) in {"cancelled", "declined"}


def test_a_sale_that_comes_behind_its_reversal_is_reversed_by_a_new_message(counter: Counter) -> None:
    """A card host answers the same reversal as before, without undoing what has arrived since (storm, seed 1)."""
    counter.host.remembers_reversals = False
    paid = _silent(counter, "card", fate=Fate.LATE_REQUEST)
    counter.resolve(hours=0.2)
    assert counter.state(paid) == "cancelled"
    counter.host.arrive()
    assert counter.host.taken(paid) == 500
    for _ in range(2):
        # The late approval, and then a duplicate of it.
        counter.hear(paid, counter.host.truth(paid), Source.LATE)
        counter.resolve(hours=0.2)
        assert counter.host.taken(paid) == 0
        assert counter.state(paid) == "cancelled"
    assert counter.value("SELECT count(*) FROM payments WHERE kind = 'reversal' AND state = 'approved'") == 1


def test_that_an_older_reversal_has_undone_it_is_no_news_once_a_newer_one_has(counter: Counter) -> None:
    paid = _silent(counter, "card", fate=Fate.LOST_ANSWER)
    counter.resolve(hours=0.2)
    approval = counter.host.truth(paid)
    approval = replace(approval, outcome=Outcome.APPROVED, amount_minor=500, decline=None)
    counter.hear(paid, approval, Source.LATE)
    counter.resolve(hours=0.2)
    older = counter.value("SELECT min(payment_id) FROM payments WHERE kind = 'reversal'")
    assert counter.state(older) == "declined"
    counter.hear(older, approval, Source.BILL)
    counter.resolve(hours=0.2)
    assert counter.host.taken(paid) == 0
    assert counter.state(older) == "approved"
    assert counter.value("SELECT count(*) FROM payments WHERE kind = 'reversal' AND state = 'approved'") == 1
    assert counter.value("SELECT count(*) FROM findings") == 0


def test_no_more_payments_are_leased_than_were_asked_for(counter: Counter) -> None:
    for _ in range(5):
        _silent(counter)
    counter.clock.passes(seconds=60)
    with counter.database.transaction(counter.merchant_id) as connection:
        leased = payments.lease_due(
            connection, counter.merchant_id, now=counter.clock.now, lease=timedelta(seconds=90), limit=2
        )
    assert len(leased) == 2
    assert counter.value("SELECT count(*) FROM payments WHERE leased_until IS NOT NULL") == 2
